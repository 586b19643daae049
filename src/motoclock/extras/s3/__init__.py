"""Seam: what happens to a bucket's objects is told to functions, queues, topics and the default bus, through the engine.

moto 5.2.5 tells them itself: it runs functions in Docker, puts messages past every check, and swallows what goes wrong. Here its two
ways out are ours.

records     the event of a notification and of EventBridge
delivery    who gets it
"""

from typing import Any

from moto.s3 import notifications

from motoclock.extras.s3.delivery import check_destinations, object_event, test_events

__all__ = ["install"]


def install() -> None:
    """moto's models look both functions up in their module at each call."""
    notifications.send_event = object_event
    notifications.send_test_event = _configured


def _configured(account_id: str, bucket: Any) -> None:
    check_destinations(bucket)
    test_events(bucket)
