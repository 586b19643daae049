"""Which class makes which type."""

from collections.abc import Iterator

from moto.cloudformation import parsing

from motoclock.extras.cloudformation import (
    alarms,
    buckets,
    custom_buses,
    dynamodb,
    events,
    functions,
    kinesis,
    pipes,
    queues,
    topics,
)
from motoclock.extras.cloudformation.resources import Resource

_MODULES = (queues, topics, functions, events, custom_buses, pipes, kinesis, dynamodb, alarms)


def all_types() -> Iterator[type[Resource]]:
    for module in _MODULES:
        yield from module.TYPES


def put_in_place() -> None:
    """Into moto's tables of types, over its own where it has one."""
    for one in all_types():
        parsing.get_model_map()[one.TYPE] = one
        parsing.get_name_type_map()[one.TYPE] = one.NAME
    buckets.put_in_place()
