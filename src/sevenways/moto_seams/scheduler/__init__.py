"""Seam: EventBridge Scheduler's schedules are checked as AWS checks them, kept by moto, and announced to the delivery.

moto 5.2.5 stores a schedule and never fires it. Announced: "scheduler.changed" and "scheduler.deleted", each with the schedule.
"""

from moto.scheduler.models import scheduler_backends

from sevenways.moto_seams.scheduler.backend import SevenSchedulerBackend

__all__ = ["SevenSchedulerBackend", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first Scheduler call."""
    scheduler_backends.backend = SevenSchedulerBackend
