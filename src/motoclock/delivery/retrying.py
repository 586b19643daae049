"""A hand-over that is tried again, and a dead-letter queue for what can't be delivered: once, for every service that has it.

The service says how long the waits are and what its dead-letter message looks like; this says when to give up. `deliver` is for one
message; `deliver_together` for a batch of which a part may fail.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from motoclock.delivery.parcels import Parcel, Undeliverable, hand_over
from motoclock.facts.shapes import Backoff
from motoclock.trace import DeadLettered, Delivered, Dropped, Loss, Refused, Retried, What
from motoclock.world import World


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Why a hand-over ended without success, for the dead-letter message. `condition`: what ran out, None when no retry was allowed."""

    reason: str
    code: str
    attempts: int
    condition: str | None  # "MaximumRetryAttempts", "MaximumEventAgeInSeconds"
    message_ids: tuple[str, ...] = ()


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


# what became of one message of an attempt: its new id, if it has one, or why not
AttemptResult = str | None | Undeliverable


def deliver(world: World, route: Route, attempt: Callable[[], str | None]) -> bool:
    """Try until it succeeds (True) or is given up. Blocks the calling Task. `attempt` returns the new id or raises Undeliverable."""

    def once(_ids: tuple[str, ...]) -> list[AttemptResult]:
        try:
            return [attempt()]
        except Undeliverable as error:
            return [error]

    return deliver_together(world, route, (route.message_id,), once)


def deliver_together(
    world: World,
    route: Route,
    message_ids: Sequence[str],
    attempt: Callable[[tuple[str, ...]], Sequence[AttemptResult]],
) -> bool:
    """As `deliver`, for a batch: `attempt` gets the ids that are left and says of each, in order, what became of it.

    Those that fail are tried again together, and given up together: one dead-letter message stands for all of them. Nothing is tried
    again where the first of them can't be.
    """
    started, waits, number, left = world.clock.now, route.waits_s(), 0, tuple(message_ids)
    while True:
        number += 1
        errors: list[tuple[str, Undeliverable]] = []
        for message_id, taken in zip(left, attempt(left), strict=True):
            if isinstance(taken, Undeliverable):
                errors.append((message_id, taken))
                refused = Refused(route.target, taken.reason, number, taken.retryable)
                _record(world, refused, route, message_id)
            else:
                _record(world, Delivered(route.target, number, taken, route.source), route, message_id)
        if not errors:
            return True
        left, error = tuple(message_id for message_id, _ in errors), errors[0][1]
        wait = next(waits, None) if error.retryable else None
        late = wait is not None and world.clock.now + wait - started > route.max_age_s
        if wait is None or late:
            condition = None
            if error.retryable:
                condition = "MaximumEventAgeInSeconds" if late else "MaximumRetryAttempts"
            _give_up(world, route, GivenUp(error.reason, error.code, number, condition, left))
            return False
        for message_id, its_error in errors:
            _record(world, Retried(route.target, number + 1, wait, its_error.reason), route, message_id)
        world.clock.sleep(wait)


def waits_s(backoff: Backoff, chance: Random, retries: int) -> Iterator[float]:
    """The waits of so many retries, each with its jitter."""
    for retry in range(1, retries + 1):
        yield backoff.jittered_s(retry, chance.random())


def attributes_of(given_up: GivenUp, about: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Message attributes of a dead letter as EventBridge and its Scheduler write them: what it was `about`, and why it is one."""
    values = {
        **about,
        "ERROR_CODE": given_up.code,
        "ERROR_MESSAGE": given_up.reason,
        "EXHAUSTED_RETRY_CONDITION": given_up.condition,
        "RETRY_ATTEMPTS": str(given_up.attempts - 1),
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items() if value is not None}


def _give_up(world: World, route: Route, given_up: GivenUp) -> None:
    what: What
    if route.dead_letter_arn is None or route.dead_letter is None:
        text = f"{_after(given_up)}, and there is no dead-letter queue: {given_up.reason}"
        what = Dropped(text, route.target)
    else:
        try:
            new_id = hand_over(world, route.dead_letter_arn, route.dead_letter(given_up))
        except Undeliverable as error:
            text = f"{_after(given_up)} ({given_up.reason}), and {Loss.DLQ_REFUSED}: {error.reason}"
            what = Dropped(text, route.target, because=Loss.DLQ_REFUSED)
        else:
            what = DeadLettered(route.dead_letter_arn, given_up.attempts, given_up.reason, new_id, route.target)
    for message_id in given_up.message_ids:
        _record(world, what, route, message_id)


def _after(given_up: GivenUp) -> str:
    return "given up at once" if given_up.attempts == 1 else f"given up after {given_up.attempts:,} attempts"


def _record(world: World, what: What, route: Route, message_id: str) -> None:
    world.trace.append(what, route.resource, message_id)
