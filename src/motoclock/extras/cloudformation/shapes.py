"""What a template says, in the form that an API takes: CloudFormation accepts text for numbers and booleans, objects for JSON text.

docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import Shape
from moto.cloudformation.exceptions import ValidationError


def fit(value: Any, shape: Shape) -> Any:
    """The value in the form of a botocore shape. A property that the shape does not know is refused as CloudFormation does."""
    try:
        return _fit(value, shape)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise unfit(f"{json.dumps(value, default=str)} is not what {shape.name} takes") from None


def unfit(why: str) -> ValidationError:
    """CloudFormation's error for properties that a type does not take."""
    return ValidationError(message=f"Properties validation failed: {why}")


def _fit(value: Any, shape: Shape) -> Any:
    match shape.type_name:
        case "structure":
            return _members(value, shape)
        case "map":
            pairs = value.items() if isinstance(value, Mapping) else [(one["Key"], one["Value"]) for one in value]
            return {key: _fit(one, shape.value) for key, one in pairs}
        case "list":
            return [_fit(one, shape.member) for one in (value if isinstance(value, list) else [value])]
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "string":
            return text(value)
    return value


def text(value: Any) -> str:
    """JSON for what has structure, AWS's spelling for the rest."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list):
        return json.dumps(value)
    return str(value)


def _members(value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """By name; templates write KmsKeyArn where Lambda's API says KMSKeyArn."""
    if isinstance(value, str):
        value = json.loads(value)
    names = {name.lower(): name for name in shape.members}
    fitted = {}
    for key, one in value.items():
        name = names.get(key.lower())
        if name is None:
            raise unfit(f"encountered unsupported property {key}")
        fitted[name] = _fit(one, shape.members[name])
    return fitted
