"""Seam: topics that accept messages and announce them, under moto's SNS API. Delivering them is not moto's business any more.

moto's own topic pushes to its first hundred subscribers inside Publish, and the first that fails raises out of it. Here a publish
stores and announces; delivery/sns/ does the rest. Attributes, filter policies, sizes and FIFO topics are
checked as in AWS, which moto mostly doesn't do.

Modelled: changes of attributes and filters act at once; throughput limits are not enforced; an email address, a
phone number and an HTTP endpoint inside the Cloud confirm their subscription at once.
"""

from moto.sns.models import sns_backends

from motoclock.services.sns.backend import SevenSNSBackend
from motoclock.services.sns.publications import Publication
from motoclock.services.sns.subscriptions import SevenSubscription
from motoclock.services.sns.topics import SevenTopic

__all__ = ["Publication", "SevenSNSBackend", "SevenSubscription", "SevenTopic", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first SNS call."""
    sns_backends.backend = SevenSNSBackend
