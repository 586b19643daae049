"""Seam: moto keeps buses, rules, targets, archives, replays and connections; it delivers nothing.

moto 5.2.5 delivers inside PutEvents, in one thread, with many errors: it raises for Lambda, ignores Input, InputPath and disabled
rules, has a matcher of its own and answers test_event_pattern with nothing. Here PutEvents checks its entries as AWS does and announces
each event ("events.put"); `delivery/eventbridge/` does the rest.
"""

from moto.events.models import EventBus, Rule, events_backends

from motoclock.services.events import archives, bus_policies, destinations
from motoclock.services.events.backend import SevenEventsBackend
from motoclock.services.events.entries import BusEvent

__all__ = ["BusEvent", "SevenEventsBackend", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first EventBridge call."""
    events_backends.backend = SevenEventsBackend
    archives.install()
    bus_policies.install()
    destinations.install()
    Rule.send_to_targets = _deliver_nothing
    EventBus.log_config = None
    EventBus.physical_resource_id = property(lambda bus: bus.name)  # what Ref gives in a template


def _deliver_nothing(_rule: Rule, _event: object, transform_input: bool = True) -> None:
    """S3 in moto calls this for each rule of each bus; modelled: S3's own events are not delivered."""
