"""The delivery: what moves messages between the stores that moto keeps. One file or folder a service.

Deliveries subscribe to what the services announce, wait in Tasks on the clock, call functions, and write what happened to the trace.
"""

from motoclock.delivery import custom_bus, eventbridge, senders, streams
from motoclock.delivery.destinations import Destinations
from motoclock.delivery.mappings import Mappings
from motoclock.delivery.sns import TopicDeliveries
from motoclock.world import World


def start_delivery(world: World) -> None:
    """Bring the delivery services of a new world to life."""
    senders.register(world)
    world.services["mappings"] = Mappings(world)
    streams.register(world)
    TopicDeliveries(world)
    Destinations(world)
    eventbridge.register(world)
    custom_bus.register(world)
