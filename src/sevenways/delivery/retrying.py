"""A hand-over that is tried again, and a dead-letter queue for what can't be delivered: once, for every service that has it.

The service says how long the waits are and what its dead-letter message looks like; this says when to give up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sevenways.delivery.parcels import Parcel, Undeliverable, hand_over
from sevenways.trace import Delivery, Kind, Moved, Reason, Refusal, Retry
from sevenways.world import World


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Why a hand-over ended without success, for the dead-letter message. `condition`: what ran out, None when no retry was allowed."""

    reason: str
    code: str
    attempts: int
    condition: str | None  # "MaximumRetryAttempts", "MaximumEventAgeInSeconds"


@dataclass(frozen=True, slots=True)
class Route:
    """One hand-over to one target. `resource` is the topic, bus... whose message it is; `source` the subscription or rule."""

    resource: str
    source: str
    target: str
    message_id: str
    waits_s: Callable[[], Iterator[float]]  # the wait before each retry; its end is the end of retries
    max_age_s: float  # no attempt starts later than this after the first
    dead_letter_arn: str | None = None
    dead_letter: Callable[[GivenUp], Parcel] | None = None


def deliver(world: World, route: Route, attempt: Callable[[], str | None]) -> bool:
    """Try until it succeeds (True) or is given up. Blocks the calling Task. `attempt` returns the new id or raises Undeliverable."""
    started, waits, number = world.clock.now, route.waits_s(), 0
    while True:
        number += 1
        try:
            new_id = attempt()
        except Undeliverable as error:
            _record(world, Kind.REFUSED, route, Refusal(route.target, error.reason, number, error.retryable))
            wait = next(waits, None) if error.retryable else None
            late = wait is not None and world.clock.now + wait - started > route.max_age_s
            if wait is None or late:
                condition = None
                if error.retryable:
                    condition = "MaximumEventAgeInSeconds" if late else "MaximumRetryAttempts"
                _give_up(world, route, GivenUp(error.reason, error.code, number, condition))
                return False
            _record(world, Kind.RETRIED, route, Retry(route.target, number + 1, wait, error.reason))
            world.clock.sleep(wait)
        else:
            _record(world, Kind.DELIVERED, route, Delivery(route.target, number, new_id, route.source))
            return True


def _give_up(world: World, route: Route, given_up: GivenUp) -> None:
    if route.dead_letter_arn is None or route.dead_letter is None:
        _record(
            world,
            Kind.DROPPED,
            route,
            Reason(f"{_after(given_up)}, and there is no dead-letter queue: {given_up.reason}", route.target),
        )
        return
    try:
        new_id = hand_over(world, route.dead_letter_arn, route.dead_letter(given_up))
    except Undeliverable as error:
        text = f"{_after(given_up)} ({given_up.reason}), and the dead-letter queue could not take it: {error.reason}"
        _record(world, Kind.DROPPED, route, Reason(text, route.target))
    else:
        moved = Moved(route.dead_letter_arn, given_up.attempts, given_up.reason, new_id, route.target)
        _record(world, Kind.DEAD_LETTERED, route, moved)


def _after(given_up: GivenUp) -> str:
    return "given up at once" if given_up.attempts == 1 else f"given up after {given_up.attempts:,} attempts"


def _record(world: World, kind: Kind, route: Route, detail: object) -> None:
    world.trace.append(kind, route.resource, route.message_id, detail=detail)
