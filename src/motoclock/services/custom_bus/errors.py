"""The exceptions of the service model, each with the HTTP status that the model gives it."""


class EventBusError(Exception):
    """An answer that is an error. The name of the class is the code."""

    status = 400

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class InvalidInputException(EventBusError):
    pass


class LimitExceededException(EventBusError):
    pass


class PolicyLengthExceededException(EventBusError):
    pass


class PublicPolicyException(EventBusError):
    pass


class AccessDeniedException(EventBusError):
    status = 403


class ResourceNotFoundException(EventBusError):
    status = 404


class ConflictException(EventBusError):
    status = 409


class IdempotentParameterMismatchException(EventBusError):
    status = 409


class InvalidStateException(EventBusError):
    status = 409


class ResourceAlreadyExistsException(EventBusError):
    status = 409


class ResourceInUseException(EventBusError):
    status = 409
