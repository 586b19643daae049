"""What the service model says of each member of a request, as the error that the new event buses answer with."""

from collections.abc import Mapping
from typing import Any

from botocore.model import StructureShape

from motoclock.services.custom_bus.errors import InvalidInputException
from motoclock.services.model_constraints import broken, detected


def check(given: Mapping[str, Any], shape: StructureShape) -> None:
    """InvalidInputException for the first member that breaks a rule of its shape, or is missing."""
    for one in broken(shape, given):
        shown = "" if one.value is None or isinstance(one.value, dict | list | bytes) else f" '{one.value}'"
        raise InvalidInputException(detected([one.clause(shown)]))
