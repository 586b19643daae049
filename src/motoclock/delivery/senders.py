"""Hand-overs to targets that no other file of the delivery knows: streams, state machines, log groups, buckets.

What only one of them needs is in the parcel's `options`: "partition_key" for a stream, "stream" for a log group, "key" for an object.
"""

import base64

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.kinesis.models import kinesis_backends
from moto.logs.models import logs_backends
from moto.s3.exceptions import S3ClientError
from moto.s3.models import s3_backends

from motoclock.arn import Arn
from motoclock.delivery.parcels import Parcel, Undeliverable, register_sender
from motoclock.services.kinesis.errors import KinesisError
from motoclock.world import ACCOUNT, REGION, World


def register(world: World) -> None:
    """Add these senders to a world's."""
    register_sender(world, "kinesis", to_stream)
    register_sender(world, "states", to_state_machine)
    register_sender(world, "logs", to_log_group)
    register_sender(world, "s3", to_bucket)


def to_stream(_world: World, arn: str, parcel: Parcel) -> str:
    """One record; returns its id in the trace."""
    name = Arn.of(arn).path[-1]
    stream = kinesis_backends[ACCOUNT][REGION].streams.get(name)
    if stream is None:
        raise Undeliverable(f"The stream {name} does not exist.", "NO_RESOURCE")
    key = str(parcel.options.get("partition_key") or (parcel.origins or ("-",))[0])
    data = base64.b64encode(parcel.body.encode()).decode()
    try:
        record, _ = stream.write(key, None, data, origins=parcel.origins, sender=parcel.sender)
    except KinesisError as error:
        throttled = error.error_type == "ProvisionedThroughputExceededException"
        code = "THROTTLING" if throttled else "INVALID_PARAMETER"
        raise Undeliverable(f"The stream {name} refused it: {error.message}", code, retryable=throttled) from None
    return record.message_id


def to_state_machine(world: World, arn: str, parcel: Parcel) -> str:
    """Starts an execution; returns its ARN."""
    try:
        return world.services.state_machines.start_execution(arn, parcel.body, parcel.origins)
    except (JsonRESTError, ServiceException) as error:
        missing = "DoesNotExist" in f"{type(error).__name__} {getattr(error, 'code', '')}"
        code = "NO_RESOURCE" if missing else "INVALID_PARAMETER"
        raise Undeliverable(
            f"{arn.rsplit(':', 1)[-1]} was not started: {getattr(error, 'message', error)}", code
        ) from None


def to_log_group(world: World, arn: str, parcel: Parcel) -> None:
    """One log event. Modelled: each sender writes a stream of its own."""
    name = arn.split(":log-group:", 1)[-1].removesuffix(":*")
    backend = logs_backends[ACCOUNT][REGION]
    if name not in backend.groups:
        raise Undeliverable(f"The log group {name} does not exist.", "NO_RESOURCE")
    stream = str(parcel.options.get("stream") or "events")
    if stream not in backend.groups[name].streams:
        backend.create_log_stream(name, stream)
    now_ms = int(world.clock.datetime.timestamp() * 1000)
    backend.put_log_events(name, stream, [{"timestamp": now_ms, "message": parcel.body}])


def to_bucket(_world: World, arn: str, parcel: Parcel) -> None:
    """One object: where failure records with their payloads go."""
    name = Arn.of(arn).resource
    try:
        s3_backends[ACCOUNT]["aws"].put_object(name, parcel.options["key"], parcel.body.encode())
    except (S3ClientError, ServiceException):
        raise Undeliverable(f"The bucket {name} does not exist.", "NO_RESOURCE") from None
