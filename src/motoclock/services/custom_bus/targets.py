"""What a subscriber may deliver to, and what CreateSubscriber checks of it: the shape of the ARN and the block of parameters.

Source: aws/agent-toolkit-for-aws, amazon-eventbridge-event-bus, target-contract (AWS's own). As AWS, nothing asks whether the target is
there: that is found out at delivery. Modelled: Firehose and API Gateway are not in this Cloud, so they are refused at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from motoclock.arn import Arn
from motoclock.facts import custom_bus as facts
from motoclock.services.custom_bus.errors import InvalidInputException

_QUEUE_MAX, _FUNCTION_MAX = facts.QUEUE_BATCH_MAX.value, facts.FUNCTION_BATCH_MAX.value
_STREAM_MAX, _DEFAULT = facts.STREAM_BATCH_MAX.value, facts.BATCH_SIZE_DEFAULT.value
_TIMEOUT_S = facts.INVOCATION_TIMEOUT_S.value
BLOCKS = (
    "LambdaParameters",
    "SqsParameters",
    "SnsParameters",
    "KinesisParameters",
    "StepFunctionsParameters",
    "HttpParameters",
    "UniversalTargetParameters",
    "EventBusV2Parameters",
)


@dataclass(frozen=True, slots=True)
class TargetKind:
    """A kind of target: what a refusal calls it, how the last part of its ARN looks, its block of parameters, how many events a call
    carries."""

    name: str
    service: str
    resource: str
    block: str | None
    batch_max: int
    batch_default: int


QUEUE = TargetKind("queue", "sqs", r"[^/:]+", "SqsParameters", _QUEUE_MAX, _QUEUE_MAX)
TOPIC = TargetKind("topic", "sns", r"[^/:]+", "SnsParameters", _QUEUE_MAX, _QUEUE_MAX)
FUNCTION = TargetKind("function", "lambda", r"function:[^/:]+(:[^/:]+)?", "LambdaParameters", _FUNCTION_MAX, _DEFAULT)
STREAM = TargetKind("stream", "kinesis", r"stream/[^/:]+", "KinesisParameters", _STREAM_MAX, _STREAM_MAX)
STATE_MACHINE = TargetKind(
    "state machine", "states", r"stateMachine:[^/:]+(:\d+)?", "StepFunctionsParameters", _FUNCTION_MAX, _DEFAULT
)
API_DESTINATION = TargetKind("API destination", "events", r"api-destination/[^/:]+/[^/:]+", "HttpParameters", 1, 1)
CUSTOM_BUS = TargetKind(
    "custom bus", "events", r"event-busv2/[^/:]+/[^/:]+", "EventBusV2Parameters", _FUNCTION_MAX, _FUNCTION_MAX
)
CLASSIC_BUS = TargetKind("classic bus", "events", r"event-bus/[^:]+", None, _QUEUE_MAX, _QUEUE_MAX)
KINDS = (QUEUE, TOPIC, FUNCTION, STREAM, STATE_MACHINE, API_DESTINATION, CUSTOM_BUS, CLASSIC_BUS)
UNIVERSAL = TargetKind("universal target", "events", "", "UniversalTargetParameters", 1, 1)
_UNIVERSAL_ARN = re.compile(r"arn:aws:events:::aws-sdk:[a-z0-9]+:[a-z]\w*")
_ABSENT = ("firehose", "execute-api")


def kind_of(arn: str) -> TargetKind:
    """The kind of a target. InvalidInputException for an ARN that a subscriber can't deliver to."""
    if _UNIVERSAL_ARN.fullmatch(arn):
        return UNIVERSAL
    service, resource = Arn.of(arn).service, Arn.of(arn).resource
    of_service = [kind for kind in KINDS if kind.service == service]
    for kind in of_service:
        if re.fullmatch(kind.resource, resource):
            return kind
    if service in _ABSENT:
        raise _invalid(f"AWS delivers to {service}, and this Cloud has none: choose another target.")
    if of_service:
        shapes = " or ".join(re.sub(r"\[\^.*|\(.*", "{name}", kind.resource) for kind in of_service)
        raise _invalid(f"TargetArn resource must be of the form {shapes}")
    raise _invalid("TargetArn is not a supported subscriber target")


def check_target(invoke: Mapping[str, Any], bus_arn: str, account: str, region: str) -> TargetKind:
    """InvalidInputException for a configuration that can't be routed. Returns the target's kind."""
    arn, kind = invoke["TargetArn"], kind_of(invoke["TargetArn"])
    for block in BLOCKS:
        if invoke.get(block) is not None and block != kind.block:
            expected = f"Expected {kind.block}" if kind.block else "Expected no target parameters"
            raise InvalidInputException(f"{block} is not supported for target {arn}. {expected}")
    if kind is UNIVERSAL:
        if invoke.get("UniversalTargetParameters") is None:
            raise InvalidInputException(f"UniversalTargetParameters is required for target {arn}.")
    else:
        its_region, its_account = Arn.of(arn).region, Arn.of(arn).account
        if its_region != region and kind is not CUSTOM_BUS:
            raise _invalid(f"TargetArn must be in region {region}")
        if its_account != account:
            raise InvalidInputException(
                f"Target resource account ({its_account}) must match the subscriber account ({account})"
            )
    if arn == bus_arn:
        raise _invalid("TargetArn must not reference the subscriber's own event bus")
    if Arn.of(invoke["RoleArn"]).account != account:
        raise InvalidInputException(f"RoleArn must name a role of the account {account}.")
    _check_timeouts(invoke.get(kind.block or "") or {})
    return kind


def expressions(value: Any) -> Iterator[str]:
    """Each JSONata expression in a block of parameters, without its delimiters."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from expressions(key)
            yield from expressions(one)
    elif isinstance(value, list):
        for one in value:
            yield from expressions(one)
    elif (inside := expression_in(value)) is not None:
        yield inside


def expression_in(value: Any) -> str | None:
    """What stands between {% and %}; None for a plain value."""
    text = value.strip() if isinstance(value, str) else ""
    return text[2:-2].strip() if text.startswith("{%") and text.endswith("%}") else None


def _check_timeouts(block: Mapping[str, Any]) -> None:
    said = block.get("InvocationTimeoutSeconds")
    if said is None or expression_in(said) is not None:
        return
    if not said.isdecimal() or not 1 <= int(said) <= _TIMEOUT_S:
        raise InvalidInputException(f"InvocationTimeoutSeconds must be from 1 to {_TIMEOUT_S}, not {said}.")


def _invalid(text: str) -> InvalidInputException:
    return InvalidInputException(f"InvokeConfiguration.TargetArn: {text}")
