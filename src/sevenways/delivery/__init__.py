"""The delivery: what moves messages between the stores that moto keeps. One file or folder a service.

Deliveries subscribe to what the seams announce, wait in Tasks on the clock, call functions, and write what happened to the trace.
"""

from sevenways.delivery import eventbridge, eventbridgev2, pipes, scheduler, senders, streams
from sevenways.delivery.destinations import Destinations
from sevenways.delivery.mappings import Mappings
from sevenways.delivery.sns import TopicDeliveries
from sevenways.delivery.stepfunctions import StepFunctions
from sevenways.world import World


def start_delivery(world: World) -> None:
    """Bring the delivery services of a new world to life."""
    senders.register(world)
    world.services["mappings"] = Mappings(world)
    streams.register(world)
    TopicDeliveries(world)
    Destinations(world)
    world.services["stepfunctions"] = StepFunctions(world)
    eventbridge.register(world)
    eventbridgev2.register(world)
    scheduler.register(world)
    pipes.register(world)
