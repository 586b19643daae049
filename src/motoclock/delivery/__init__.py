"""The delivery: what moves messages between the stores that moto keeps. One file or folder a service.

Deliveries subscribe to what the services announce, wait in Tasks on the clock, call functions, and write what happened to the trace.
"""

from motoclock.delivery import eventbridge, senders, streams
from motoclock.delivery.custom_bus import BusDeliveries
from motoclock.delivery.destinations import Destinations
from motoclock.delivery.eventbridge import EventBridge
from motoclock.delivery.http.connections import Connections
from motoclock.delivery.mappings import Mappings
from motoclock.delivery.parcels import first_senders
from motoclock.delivery.sns import TopicDeliveries
from motoclock.functions import LambdaService
from motoclock.world import Services, StateMachines, World


def start_delivery(world: World, functions: LambdaService, state_machines: StateMachines) -> None:
    """Bring the delivery services of a new world to life."""
    world.services = Services(
        functions=functions,
        state_machines=state_machines,
        mappings=Mappings(world),
        eventbridge=EventBridge(world),
        custom_bus=BusDeliveries(world),
        connections=Connections(world),
        senders=first_senders(),
    )
    senders.register(world)
    streams.register(world)
    TopicDeliveries(world)
    Destinations(world)
    eventbridge.register(world)
