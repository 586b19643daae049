"""Seam: the resource types of the course in CloudFormation, made by the API calls that a cell would make.

moto 5.2.5 lacks a dozen of them (subscriptions, queue and topic policies, invoke configs, aliases, pipes, schedules...), takes half of
the properties of others, and goes round its own API and so round our checks. Here a resource of a template is one or two calls of the
service's API (`resources`), with the template's values fitted to the shapes that botocore knows (`shapes`). What CloudFormation
itself does, as far as moto differs, is in `stacks`. State machines, roles, log groups, buckets... stay moto's.

Modelled: a stack is there at once; one that can't be made says so in create_stack and leaves nothing behind; a failed update stays
where it failed; a resource that had to be replaced is not told to those that refer to it, unless they changed too.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from moto import backends

_HEAVY = ("openapi_spec_validator", "openapi_spec_validator.validation.exceptions")


def install() -> None:
    """moto's CloudFormation takes seconds to import, so it is changed when somebody first asks for it."""
    plain = backends.get_backend

    def get_backend(name: str) -> Any:
        if name != "cloudformation":
            return plain(name)
        with _without_heavy_imports():
            found = plain(name)
        _put_in_place()
        return found

    backends.get_backend = get_backend


def _put_in_place() -> None:
    from motoclock.extras.cloudformation import stacks, types

    if not stacks.in_place():
        stacks.put_in_place()
        types.put_in_place()


@contextmanager
def _without_heavy_imports() -> Iterator[None]:
    """Half of those seconds load the validator of API definitions, for a service that is not in the course."""
    absent = () if "openapi_spec_validator" in sys.modules else _HEAVY
    for name in absent:
        stand_in = ModuleType(name)
        stand_in.__getattr__ = lambda attribute: type(attribute, (Exception,), {})
        sys.modules[name] = stand_in
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
