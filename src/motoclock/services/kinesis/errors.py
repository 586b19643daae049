"""The errors of the Kinesis API that moto does not have."""

from moto.core.exceptions import JsonRESTError


class KinesisError(JsonRESTError):
    """An error with AWS's code and a sentence."""

    def __init__(self, code: str, message: str):
        super().__init__(error_type=code, message=message)
        self.message = message


def throughput_exceeded(shard_id: str, stream: str, account: str) -> KinesisError:
    return KinesisError(
        "ProvisionedThroughputExceededException",
        f"Rate exceeded for shard {shard_id} in stream {stream} under account {account}.",
    )


def validation(member: str, value: object, constraint: str) -> KinesisError:
    return KinesisError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}",
    )


def missing(member: str) -> KinesisError:
    """boto3 says it first, unless it was told not to look."""
    return KinesisError(
        "ValidationException",
        f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null",
    )


def invalid(message: str) -> KinesisError:
    return KinesisError("InvalidArgumentException", message)


def limit_exceeded(message: str) -> KinesisError:
    return KinesisError("LimitExceededException", message)


def not_found(message: str) -> KinesisError:
    return KinesisError("ResourceNotFoundException", message)


def in_use(message: str) -> KinesisError:
    return KinesisError("ResourceInUseException", message)
