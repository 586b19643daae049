"""Refusals of the Step Functions API that moto has no class for. Source: API reference of Step Functions (botocore's model)."""

from moto.core.exceptions import AWSError


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
