"""Refusals of the Step Functions API that moto has no class for. Source: API reference of Step Functions (botocore's model)."""

from moto.core.exceptions import AWSError

from motoclock.templates import json_refusals


class StateMachineAlreadyExists(AWSError):
    TYPE = "StateMachineAlreadyExists"


class StateMachineTypeNotSupported(AWSError):
    TYPE = "StateMachineTypeNotSupported"


class ExecutionNotRedrivable(AWSError):
    TYPE = "ExecutionNotRedrivable"


class InvalidOutput(AWSError):
    TYPE = "InvalidOutput"


class TaskTimedOut(AWSError):
    TYPE = "TaskTimedOut"


class InvalidLoggingConfiguration(AWSError):
    TYPE = "InvalidLoggingConfiguration"


class MissingRequiredParameter(AWSError):
    TYPE = "MissingRequiredParameter"


class Conflict(AWSError):
    TYPE = "ConflictException"


class Invalid(AWSError):
    TYPE = "ValidationException"


class NotThere(AWSError):
    TYPE = "ResourceNotFound"


def why_no_json(text: str) -> str | None:
    """The reason of AWS's parser, without the place (recorded in June 2023); None when the text is JSON."""
    if not text:
        return "Invalid execution input."
    try:
        why = json_refusals.refused(text)
    except ValueError as error:  # nested too deeply
        return str(error)
    return why.reason if why else None
