"""EventBridge's classic buses at work: rules that match, targets that are tried until they take the event, archives, schedules.

bus             an event comes in: which rules match, what is archived
hand_over       one event to one target: shaped, tried again, given up
shaping         what the target gets
bus_logs        what a bus logs, to log groups
bus_log         the steps of its events, from the trace
log_records     a record of one step
api_destinations   HTTP systems as targets
schedules       rules with a rate or cron
replays         an archive's events, again
"""

from motoclock.delivery.eventbridge.bus import EventBridge
from motoclock.delivery.eventbridge.replays import Replays
from motoclock.delivery.eventbridge.schedules import RuleSchedules
from motoclock.delivery.parcels import register_sender
from motoclock.world import World

__all__ = ["EventBridge", "register"]


def register(world: World) -> None:
    """Let others hand events to the buses of a world: deliveries, schedules and replays."""
    bridge = world.services.eventbridge
    register_sender(world, "events", bridge.hand_over)
    RuleSchedules(world, bridge)
    Replays(world, bridge)
