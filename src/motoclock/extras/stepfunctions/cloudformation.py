"""AWS::StepFunctions::StateMachine in templates: moto takes DefinitionString, RoleArn and tags; SAM and CDK write more."""

import json
import re
from typing import Any

from moto.moto_api._internal import mock_random
from moto.stepfunctions.models import StateMachine, stepfunctions_backends
from moto.stepfunctions.utils import cfn_to_api_tags

_LOGGING = {"Level": "level", "IncludeExecutionData": "includeExecutionData"}
_HOLE = re.compile(r"\$\{([\w.-]+)}")
_plain_attribute = StateMachine.get_cfn_attribute


def create(
    _cls: type, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
) -> StateMachine:
    properties = cloudformation_json["Properties"]
    name = properties.get("StateMachineName") or f"{resource_name}-{mock_random.get_random_string(12)}"
    return stepfunctions_backends[account_id][region_name].create_state_machine(
        name,
        definition_of(properties, account_id),
        properties.get("RoleArn", ""),
        tags=cfn_to_api_tags(properties.get("Tags", [])),
        loggingConfiguration=_logging(properties.get("LoggingConfiguration")),
        sm_type=properties.get("StateMachineType"),
    )


def update(
    _cls: type,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: Any,
    account_id: str,
    region_name: str,
) -> StateMachine:
    properties = cloudformation_json.get("Properties", {})
    backend = stepfunctions_backends[account_id][region_name]
    return backend.update_state_machine(
        original_resource.arn, definition_of(properties, account_id) if properties else None, properties.get("RoleArn")
    )


def delete(_cls: type, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str) -> None:
    """`resource_name` is the physical id, an ARN."""
    backend = stepfunctions_backends[account_id][region_name]
    found = next((one.arn for one in backend.state_machines if resource_name in (one.arn, one.name)), None)
    if found:
        backend.delete_state_machine(found)


def definition_of(properties: dict[str, Any], account_id: str) -> str:
    """DefinitionString, Definition as an object, or a file at DefinitionS3Location; with DefinitionSubstitutions put in.

    Source: CloudFormation's reference of AWS::StepFunctions::StateMachine: a file is JSON or YAML, and ${name} stands for a
    substitution of that name. ValidationError for none of the three and for a file that isn't there.
    """
    definition = properties.get("DefinitionString")
    if definition is None and "Definition" in properties:
        definition = json.dumps(properties["Definition"])
    if definition is None and "DefinitionS3Location" in properties:
        definition = _in_s3(properties["DefinitionS3Location"], account_id)
    if definition is None:
        raise _invalid(
            "A state machine takes its definition from DefinitionString, Definition or DefinitionS3Location."
        )
    substitutions = properties.get("DefinitionSubstitutions") or {}
    return _HOLE.sub(
        lambda match: _text(substitutions[match[1]]) if match[1] in substitutions else match[0], definition
    )


def _invalid(message: str) -> Exception:
    from moto.cloudformation.exceptions import (
        ValidationError,  # brings every service along, and a template has them already
    )

    return ValidationError(message=message)


def _in_s3(location: dict[str, Any], account_id: str) -> str:
    import yaml
    from moto.s3.exceptions import MissingBucket
    from moto.s3.models import s3_backends

    bucket, key, version = location["Bucket"], location["Key"], location.get("Version")
    try:
        found = s3_backends[account_id]["aws"].get_object(bucket, key, version_id=version)
    except MissingBucket:
        found = None
    if found is None:
        raise _invalid(f"There is no object {key} in the bucket {bucket}, where DefinitionS3Location points.")
    text = found.value.decode()
    try:
        json.loads(_HOLE.sub("0", text))  # a substitution may stand for a number or a whole object
        return text
    except ValueError:
        return json.dumps(yaml.safe_load(text))


def _text(value: Any) -> str:
    """A substitution inside of JSON: CloudFormation writes true, not True."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def has_attribute(_cls: type, attribute: str) -> bool:
    return attribute in ("Arn", "Name", "DefinitionString", "RoleArn", "StateMachineName", "Tags")


def attribute(self: StateMachine, name: str) -> Any:
    return self.arn if name == "Arn" else _plain_attribute(self, name)


def _logging(asked: dict[str, Any] | None) -> dict[str, Any] | None:
    if not asked:
        return None
    groups = [each["CloudWatchLogsLogGroup"]["LogGroupArn"] for each in asked.get("Destinations", [])]
    wanted = {name: asked[key] for key, name in _LOGGING.items() if key in asked}
    return wanted | {"destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}} for group in groups]}
