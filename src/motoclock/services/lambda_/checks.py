"""What a function may be given: its name, settings and tags. What AWS checks of them and moto does not. Packages: `packages.py`."""

import json
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.core.responses import get_service_model

from motoclock.arn import Arn
from motoclock.facts import lambda_
from motoclock.facts.shapes import KIB
from motoclock.services.model_constraints import broken

_RANGES = (
    ("Timeout", "timeout", lambda_.TIMEOUT_RANGE_S.value),
    ("MemorySize", "memorySize", lambda_.MEMORY_RANGE_MB.value),
)
_ENDED_RUNTIMES = frozenset({  # recorded on AWS in November 2025, and those that ended before them
    "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "python2.7",
    "python3.6", "python3.7", "java8", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "ruby2.5", "ruby2.7",
    "go1.x", "provided",
})  # fmt: skip
_RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "AWS_EXECUTION_ENV",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)
_ENVIRONMENT_MAX = lambda_.ENVIRONMENT_MAX_KIB.value * KIB
_TAGS_MAX = 50  # Lambda developer guide, configuration-tags
_NAME_MAX = lambda_.NAME_MAX_CHARS.value


def check_tags(tags: dict[str, str] | None) -> None:
    if len(tags or {}) > _TAGS_MAX:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")


def check_name(name: str) -> None:
    """The model's pattern, and the limit that it has for whole ARNs only (API reference, CreateFunction, FunctionName)."""
    if len(name) > _NAME_MAX:
        clause = f"Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to "
        raise InvalidParameterValueException(f"1 validation error detected: {clause}{_NAME_MAX}")
    shape = get_service_model("lambda").operation_model("CreateFunction").input_shape.members["FunctionName"]
    for one in broken(shape, name):
        raise ValidationException(name, "functionName", f"Member must {one.must}")


def _check_runtime(runtime: str | None) -> None:
    known = get_service_model("lambda").shape_for("Runtime").enum
    if runtime and runtime not in known:
        raise InvalidParameterValueException(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(sorted(set(known) - _ENDED_RUNTIMES))}] or be a valid ARN"
        )
    if runtime in _ENDED_RUNTIMES:
        raise InvalidParameterValueException(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend "
            "you use a supported runtime while creating or updating functions."
        )


def check_settings(spec: dict[str, Any]) -> None:
    """What AWS checks of a function's configuration and moto doesn't."""
    for setting, field, span in _RANGES:
        if spec.get(setting) is None:
            continue
        value = spec[setting] = int(spec[setting])  # a template may write it as text
        if value > span.high:
            raise ValidationException(str(value), field, f"Member must have value less than or equal to {span.high}")
        if value < span.low:
            raise ValidationException(str(value), field, f"Member must have value greater than or equal to {span.low}")
    _check_runtime(spec.get("Runtime"))
    taken = sorted(_RESERVED_VARIABLES & set((spec.get("Environment") or {}).get("Variables") or {}))
    if taken:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains "
            "reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(taken)}"
        )
    measured = json.dumps(
        (spec.get("Environment") or {}).get("Variables") or {}, separators=(",", ":"), ensure_ascii=False
    )
    if len(measured.encode()) > _ENVIRONMENT_MAX:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded "
            f"the 4KB limit. String measured: {measured}"
        )
    target = (spec.get("DeadLetterConfig") or {}).get("TargetArn")
    if target and Arn.of(target).service not in ("sqs", "sns"):
        raise InvalidParameterValueException(
            f"The provided target ARN {target} is neither an SQS queue nor an SNS topic."
        )
