"""What PutTargets refuses beyond the constraints that the service's model states, in AWS's words where we know them.

Source: API reference Target, InputTransformer, RetryPolicy; EventBridge user guide, eb-targets, eb-bus-to-bus and eb-quota.
"""

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import ValidationException

from motoclock.arn import Arn
from motoclock.facts import eventbridge as facts
from motoclock.templates import is_sound, parses, places
from motoclock.templates.json_path import is_path

_SHAPES = ("Input", "InputPath", "InputTransformer")
_NEED_ROLE = ("states", "kinesis", "api-destination")
RESERVED = (
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event.json",
    "aws.events.event",
)
_PATHS_MAX = facts.INPUT_PATHS_MAX.value


def check_target(target: Mapping[str, Any]) -> None:
    """ValidationException for a target that AWS would not take."""
    arn, name = target["Arn"], target["Id"]
    given = [shape for shape in _SHAPES if target.get(shape) is not None]
    if len(given) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}."
        )
    if given and kind_of(arn) == "event-bus":
        raise ValidationException(f"Modifying the input for target {name} is not supported.")
    if "Input" in given and not parses(target["Input"]):
        raise ValidationException(
            f"Parameter Input for target {name} is not valid. Reason: it must be valid JSON text."
        )
    if "InputPath" in given and not is_path(target["InputPath"]):
        raise ValidationException(
            f"Parameter InputPath for target {name} is not valid. Reason: it must be a JSON path, such as $.detail.id."
        )
    if "InputTransformer" in given:
        _check_transformer(target["InputTransformer"], name)
    if kind_of(arn) in _NEED_ROLE and not target.get("RoleArn"):
        raise ValidationException(f"RoleArn is required for target {arn}.")
    _check_giving_up(target)


def kind_of(arn: str) -> str:
    """The service in an ARN; of EventBridge's own things the kind: "event-bus", "api-destination"."""
    parts = Arn.of(arn)
    return parts.path[0] if parts.service == "events" else parts.service


def too_many() -> JsonRESTError:
    return JsonRESTError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")


def _check_transformer(transformer: Mapping[str, Any], name: str) -> None:
    paths, template = transformer.get("InputPathsMap") or {}, transformer.get("InputTemplate") or ""
    if len(paths) > _PATHS_MAX:
        raise ValidationException(f"InputPathsMap for target {name} may have at most {_PATHS_MAX} variables.")
    if not template:  # boto3 says so first, a state machine's task does not
        raise ValidationException(f"InputTransformer for target {name} needs an InputTemplate.")
    for variable, path in paths.items():
        if variable.lower().startswith("aws."):
            raise ValidationException(f"InputPathsMap for target {name}: names that start with AWS. are reserved.")
        if not is_path(path):
            raise ValidationException(
                f"InputPathsMap for target {name} is not valid. Reason: {path} is no JSON path, such as $.detail.id."
            )
    for place in places(template):
        if place not in paths and place not in RESERVED:
            raise ValidationException(f"InputTemplate for target {name} contains invalid placeholder {place}.")
    if not is_sound(template):
        raise ValidationException(f"Invalid InputTemplate for target {name}: it can't give valid JSON.")


def _check_giving_up(target: Mapping[str, Any]) -> None:
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters and (kind_of(dead_letters) != "sqs" or dead_letters.endswith(".fifo")):
        raise ValidationException(
            f"Parameter DeadLetterConfig.Arn for target {target['Id']} is not valid. Reason: it must be a standard SQS queue."
        )
