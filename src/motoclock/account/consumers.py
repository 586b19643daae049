"""Who takes what from a store that many read: each subscriber, rule and reader of a stream has a copy, or a place, of its own.

The trace names them as it goes; who reads a store at all has to be known from its first message on, so it is read before the replay.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from motoclock.account.lives import STREAM_QUEUE, Services, service_of
from motoclock.arn import unqualified
from motoclock.trace import Checkpointed, Event, Invoked, Sent, Unpermitted, consumer_of, source_of, target_of

FAN_OUT = ("sns", "events", "dynamodb", "kinesis")  # every consumer has its own copy, or its own place
STREAMS = ("dynamodb", "kinesis")
PUSHES = ("sns", "events")  # who gets a message is decided message by message


class Consumers:
    """Of all fan-out stores that a trace names. `services` remembers the service of each ARN."""

    def __init__(self, events: list[Event]):
        self.services = Services()
        self._named = _named(events, self.services)
        self._choosy = {
            store for store, message_id in self._named if message_id is not None
        }  # not all get each message

    def of(self, store: str, message_id: str | None) -> Sequence[str]:
        """Who gets this message: all readers of its store, and those who are named for it alone."""
        all_of_them = () if self.services[store] in PUSHES else self._named.get((store, None), ())
        of_this = self._named.get((store, message_id), ()) if store in self._choosy else ()
        return [*all_of_them, *of_this] if of_this else all_of_them


def consumer_in(event: Event) -> str | None:
    """Who, of a fan-out store's consumers, this event is about."""
    if isinstance(event.what, Invoked):
        return without_version(event.resource)
    found = consumer_of(event.what)
    if not found and service_of(event.resource) not in PUSHES:
        found = source_of(event.what)
    found = found or target_of(event.what)
    return without_version(found) if found else None


@lru_cache(maxsize=4096)
def without_version(consumer: str) -> str:
    return unqualified(consumer) if service_of(consumer) == "lambda" else consumer


def _named(events: list[Event], services: Services) -> dict[tuple[str, str | None], list[str]]:
    """The consumers of each fan-out store, or of each message where not all get it, in the order in which the trace names them."""
    found: dict[tuple[str, str | None], dict[str, None]] = defaultdict(dict)
    readers: set[tuple[str, str]] = set()  # those of streams, which are named again with each record
    for event in events:
        what = event.what
        if isinstance(what, Checkpointed) and (event.resource, what.consumer) in readers:
            continue
        if isinstance(what, Invoked):
            store = what.source
            if services[store] not in STREAMS:
                continue
        else:
            store = event.resource
            if services[store] not in FAN_OUT or isinstance(what, Sent | Unpermitted):
                continue
        if consumer := consumer_in(event):
            alone = services[store] in PUSHES or services[consumer] == STREAM_QUEUE
            if isinstance(what, Checkpointed) and not alone:
                readers.add((store, what.consumer))
            found[store, event.message_id if alone else None][consumer] = None
    return {key: list(consumers) for key, consumers in found.items()}
