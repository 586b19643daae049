"""Where the engine is put together: the only module that knows every seam, every delivery and every reader.

A new service is named here, once in each of the three lists.
"""

from importlib import import_module

from motoclock.account import Account, Reading
from motoclock.account.readers import (
    Reader,
    custom_bus,
    downstreams,
    eventbridge,
    functions,
    sns,
    sqs,
    stream_queues,
    streams,
    traffic,
)
from motoclock.delivery import start_delivery
from motoclock.extras import pipes, scheduler, stepfunctions
from motoclock.extras.pipes import reader as pipes_reader
from motoclock.extras.scheduler import reader as scheduler_reader
from motoclock.extras.stepfunctions import reader as stepfunctions_reader
from motoclock.extras.stepfunctions import status_events
from motoclock.functions import LambdaService
from motoclock.world import World

_SEAMS = (
    "services.seams.parking",
    "services.seams.moto_errors",
    "services.seams.moto_time",
    "services.seams.time_sleep",
    "services.sqs",
    "services.sns",
    "services.lambda_.backend",
    "services.lambda_.mappings",
    "services.kinesis",
    "services.dynamodb",
    "services.dynamodb_streams",
    "extras.stepfunctions",
    "services.logs",
    "services.events",
    "services.custom_bus",
    "extras.scheduler",
    "extras.s3",
    "extras.pipes.backend",
    "metrics.cloudwatch",
    "extras.cloudformation",
)

_READERS: tuple[Reader, ...] = (
    sns.read,
    streams.read,
    stream_queues.read,
    sqs.read,
    functions.read,
    stepfunctions_reader.read,
    eventbridge.read,
    custom_bus.read,
    scheduler_reader.read,
    pipes_reader.read,
    downstreams.read,
    traffic.read,
)


def install() -> None:
    """Put every seam in place, once, before the first Cloud. They look up the open world at each call.

    The two that let nothing leave the machine are in place already: the package's own import closes the way out.
    """
    for name in _SEAMS:
        import_module(f"motoclock.{name}").install()


def start_services(world: World) -> None:
    """Bring what runs functions and moves messages to life in a new world."""
    start_delivery(world, LambdaService(world), stepfunctions.StepFunctions())
    status_events.register(world)
    scheduler.register(world)
    pipes.register(world)


def read_account(world: World) -> Account:
    """A snapshot of the open world. Reads moto's backends and the trace; no API call is made and no time passes."""
    reading = Reading(world)
    for read in _READERS:
        read(reading)
    return reading.account()
