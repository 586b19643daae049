"""Seam: EventBridge Scheduler's schedules are checked as AWS checks them, kept by moto, and announced to the delivery.

moto 5.2.5 stores a schedule and never fires it. Changes and deletions are announced.
"""

from moto.scheduler.models import scheduler_backends

from motoclock.extras.scheduler.backend import SevenSchedulerBackend
from motoclock.extras.scheduler.schedules import Schedules
from motoclock.world import World

__all__ = ["Schedules", "SevenSchedulerBackend", "install", "register"]


def install() -> None:
    """Backends are made on first use, so this must come before the first Scheduler call."""
    scheduler_backends.backend = SevenSchedulerBackend


def register(world: World) -> None:
    """Let the schedules of a world fire: a one-time schedule is work, a recurring one is background."""
    Schedules(world)
