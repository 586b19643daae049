"""EventBridge Pipes at work: the pollers of event source mappings, with a pipe in the place of the function.

pollers     reads the source of one pipe, with the source's own retry rules
execution   one batch: shaped, enriched, given to the target
targets     how each kind of target takes events
"""

from motoclock.extras.pipes.pollers import Pipes
from motoclock.world import World

__all__ = ["Pipes", "register"]


def register(world: World) -> None:
    """Let the pipes of a world run."""
    Pipes(world)
