"""AWS::StepFunctions::StateMachine in templates: moto takes DefinitionString, RoleArn and tags; SAM and CDK write more."""

import json
import re
from typing import Any

from moto.moto_api._internal import mock_random
from moto.stepfunctions.models import StateMachine, stepfunctions_backends
from moto.stepfunctions.utils import cfn_to_api_tags

_LOGGING = {"Level": "level", "IncludeExecutionData": "includeExecutionData"}
_plain_attribute = StateMachine.get_cfn_attribute


def create(
    _cls: type, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
) -> StateMachine:
    properties = cloudformation_json["Properties"]
    name = properties.get("StateMachineName") or f"{resource_name}-{mock_random.get_random_string(12)}"
    return stepfunctions_backends[account_id][region_name].create_state_machine(
        name,
        definition_of(properties),
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
        original_resource.arn, definition_of(properties) if properties else None, properties.get("RoleArn")
    )


def delete(_cls: type, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str) -> None:
    """`resource_name` is the physical id, an ARN."""
    backend = stepfunctions_backends[account_id][region_name]
    found = next((one.arn for one in backend.state_machines if resource_name in (one.arn, one.name)), None)
    if found:
        backend.delete_state_machine(found)


def definition_of(properties: dict[str, Any]) -> str:
    """DefinitionString, or Definition as an object, with DefinitionSubstitutions put in."""
    definition = properties.get("DefinitionString") or json.dumps(properties.get("Definition") or {})
    substitutions = properties.get("DefinitionSubstitutions") or {}
    return re.sub(r"\$\{(\w+)}", lambda match: str(substitutions.get(match[1], match[0])), definition)


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
