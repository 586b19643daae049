"""Seam: EventBridge's Custom Event Bus (boto3's "eventbridgev2", September 2026), a service that moto 5.2.5 has never heard of.

A backend of our own in moto's dictionary of backends, so that parking, `moto.backends.get_backend` and the table of URLs treat it as
one of moto's. It checks and keeps; `delivery/eventbridgev2/` delivers.

wire, constraints      the protocol, and the error for what the service model forbids
resources, buses, subscribers, sources, policies, publishing   the operations
stored, filters, targets   an event, who wants it, where it may go
"""

import re
from typing import Any

from moto import backends
from moto.backend_index import backend_url_patterns

from motoclock.services.custom_bus.backend import EventBridgeV2Backend, eventbridgev2_backends
from motoclock.services.custom_bus.stored import StoredEvent
from motoclock.services.custom_bus.subscribers import Subscriber
from motoclock.services.custom_bus.urls import url_bases

__all__ = ["EventBridgeV2Backend", "StoredEvent", "Subscriber", "eventbridgev2_backends", "install"]

SERVICE = "eventbridgev2"


def install() -> None:
    """moto finds a service by its URL and then by its name."""
    if any(name == SERVICE for name, _ in backend_url_patterns):
        return
    backend_url_patterns.append((SERVICE, re.compile(url_bases[0])))
    plain = backends.get_backend

    def get_backend(name: str) -> Any:
        return eventbridgev2_backends if name == SERVICE else plain(name)

    backends.get_backend = get_backend
