"""EventBridge Scheduler at work: a one-time schedule is work, a recurring one is background."""

from sevenways.delivery.scheduler.schedules import Schedules
from sevenways.world import World

__all__ = ["Schedules", "register"]


def register(world: World) -> None:
    """Let the schedules of a world fire."""
    world.services["schedules"] = Schedules(world)
