"""How often one message was tried, layer by layer: what retries multiply to, asked of the trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from motoclock.trace.asking import batch_of, new_id_of, origins_of
from motoclock.trace.handovers import Delivered, Refused
from motoclock.trace.messages import Received
from motoclock.trace.runs import Called, Failed, Invoked, Throttled, TimedOut

if TYPE_CHECKING:
    from motoclock.trace.record import Event


class Layer(StrEnum):
    """Who tries. The value is the word for prose."""

    DELIVERY = "delivery"  # a topic, bus or pipe to one target
    RECEIVE = "receive"  # from a queue
    RUN = "run"  # of a function
    THROTTLE = "throttle"  # a run that found no concurrency
    CALL = "call"  # of a downstream system, by a function that had the message


@dataclass(frozen=True, slots=True)
class Attempts:
    """Of one layer at one place. `where` is the ARN of the target, queue or function, or the host; `failed` of `number` did."""

    layer: Layer
    where: str
    number: int
    failed: int


def read_attempts(events: Iterable["Event"], message_id: str) -> tuple[Attempts, ...]:
    """Those for one message and for all that came from it, in the order of their first attempts; none for an id nobody has.

    A batch's run and its calls count for each message of the batch: nobody can tell which of them a call was for.
    """
    ids = {message_id}
    runs: dict[str | None, str] = {}  # invocation -> function
    numbers: dict[tuple[Layer, str], list[int]] = {}

    def count(layer: Layer, where: str, tried: int = 1, failed: bool = False) -> None:
        found = numbers.setdefault((layer, where), [0, 0])
        found[0] += tried
        found[1] += failed

    for event in events:
        what = event.what
        mine = event.message_id in ids or not ids.isdisjoint(batch_of(what))
        if not mine and event.message_id is not None and not ids.isdisjoint(origins_of(what)):
            ids.add(event.message_id)
            mine = True
        if mine and (new_id := new_id_of(what)):
            ids.add(new_id)
        if isinstance(what, Failed | TimedOut) and event.invocation_id in runs:
            count(Layer.RUN, runs[event.invocation_id], 0, True)
        elif isinstance(what, Called) and event.invocation_id in runs:
            count(Layer.CALL, event.resource, 1, not 0 < what.status < 400)
        elif not mine:
            continue
        elif isinstance(what, Invoked):
            runs[event.invocation_id] = event.resource
            count(Layer.RUN, event.resource)
        elif isinstance(what, Throttled):
            count(Layer.THROTTLE, event.resource, 1, True)
        elif isinstance(what, Received):
            count(Layer.RECEIVE, event.resource)
        elif isinstance(what, Delivered | Refused):
            count(Layer.DELIVERY, what.target, 1, isinstance(what, Refused))
    return tuple(Attempts(layer, where, *both) for (layer, where), both in numbers.items())
