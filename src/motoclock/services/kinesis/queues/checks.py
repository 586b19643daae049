"""What a request about queues may say: the bounds of botocore's model, and what its documentation adds."""

from typing import Any

from motoclock.facts import stream_queues as facts
from motoclock.services.kinesis.errors import KinesisError
from motoclock.services.kinesis.iterators import virtual_second
from motoclock.services.kinesis.queues.queue import Settings
from motoclock.services.model_constraints import broken_constraints, refusal

_TAGS_MAX = facts.TAGS_MAX.value
_AT_TIMESTAMP = "AT_TIMESTAMP"
DATA_OPERATIONS = (
    "ReceiveQueueRecords",
    "AcknowledgeQueueRecords",
    "UpdateQueueRecordsVisibility",
    "ReceiveDeadLetterQueueRecords",
    "AcknowledgeDeadLetterQueueRecords",
    "UpdateDeadLetterQueueRecordsVisibility",
    "RestoreDeadLetterQueueRecords",
)
CONTROL_OPERATIONS = ("CreateQueue", "DescribeQueue", "ListQueues", "UpdateQueue", "DeleteQueue")


def wrong(sentence: str) -> KinesisError:
    """What the control operations answer to a request that makes no sense."""
    return KinesisError("ValidationException", sentence)


def check_model(operation: str, parameters: dict[str, Any]) -> None:
    """The bounds of the model. The data operations know no ValidationException, and say InvalidArgumentException."""
    broken = list(broken_constraints("kinesis", operation, parameters))
    if broken:
        code = "InvalidArgumentException" if operation in DATA_OPERATIONS else "ValidationException"
        raise refusal(broken, code)


def settings_of(attributes: dict[str, Any], before: Settings) -> Settings:
    """The settings after a request."""
    dead_letters = attributes.get("DeadLetterConfiguration")
    if dead_letters:
        built_in, most = dead_letters["TargetType"] == "BUILT_IN", dead_letters.get("MaxReceiveCount")
        if built_in and most is None:
            raise wrong("DeadLetterConfiguration with the TargetType BUILT_IN needs a MaxReceiveCount.")
        if not built_in and most is not None:
            raise wrong("DeadLetterConfiguration with the TargetType NONE takes no MaxReceiveCount.")
    return before.changed(attributes)


def the_one_stream(configurations: list[dict[str, Any]]) -> tuple[str, str, float | None]:
    """ARN, starting position and, with AT_TIMESTAMP, the virtual second of StreamConfigurationList."""
    if len(configurations) != 1:
        raise wrong(
            f"StreamConfigurationList must have exactly one entry, since a queue has one stream; it has {len(configurations)}."
        )
    position = configurations[0].get("StartingPosition") or {"Type": facts.STARTING_POSITIONS.value[0]}
    kind, timestamp = position["Type"], position.get("Timestamp")
    if (kind == _AT_TIMESTAMP) != (timestamp is not None):
        needs = "needs a Timestamp" if timestamp is None else "takes no Timestamp: only AT_TIMESTAMP does"
        raise wrong(f"The StartingPosition {kind} {needs}.")
    return configurations[0]["StreamARN"], kind, None if timestamp is None else virtual_second(timestamp)


def check_tags(tags: dict[str, str]) -> None:
    if len(tags) > _TAGS_MAX:
        raise wrong(f"A queue has at most {_TAGS_MAX} tags; these would be {len(tags)}.")
