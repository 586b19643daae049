"""What CloudFormation does with a template as a whole, where moto differs: dates, order of deletion, stacks that fail."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import yaml
from moto.cloudformation import models, parsing, responses, urls
from moto.cloudformation.models import CloudFormationBackend, Event, Stack, cloudformation_backends
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.utils import yaml_tag_constructor

from motoclock.extras.cloudformation import reading, unmodelled, values

# moto has some types of these, without what would lead from them to a function; half an API ends a stack that a name would not
_NOT_OF_THE_COURSE = ("AWS::ApiGateway::", "AWS::ApiGatewayV2::")

_plain_class_of = parsing.resource_class_from_type
_plain_clean_json = parsing.clean_json
_plain_create = parsing.parse_and_create_resource


class TemplateLoader(yaml.SafeLoader):
    """YAML as templates mean it: `Version: 2012-10-17` is text, not a date. moto's tags (!Ref...) are added to this class only."""


TemplateLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class SevenCloudFormationBackend(CloudFormationBackend):
    """moto's backend, where a stack that can't be made leaves nothing behind."""

    @property
    def _url_module(self) -> Any:
        return urls

    def create_stack(self, name: str, *args: Any, **kwargs: Any) -> Stack:
        _forget_failed(self, name)
        try:
            return super().create_stack(name, *args, **kwargs)
        except Exception as error:
            _roll_back(self, name, error)
            raise


def in_place() -> bool:
    return cloudformation_backends.backend is SevenCloudFormationBackend


def put_in_place() -> None:
    cloudformation_backends.backend = SevenCloudFormationBackend
    ResourceMap.delete = _delete
    parsing.resource_class_from_type = _class_of
    facade = ModuleType("sevenways_yaml_for_moto")
    facade.__dict__.update({name: value for name, value in vars(yaml).items() if not name.startswith("__")})
    facade.Loader = TemplateLoader
    facade.add_multi_constructor = _add_constructor
    models.yaml = responses.yaml = facade
    Stack.parse_template = staticmethod(_read)
    models.ChangeSet._parse_template = _read_change_set
    ResourceMap.parse_ssm_parameter = _parameter_in_ssm
    parsing.clean_json = _resolved
    parsing.parse_and_create_resource = _create


def _read(text: Any) -> dict[str, Any]:
    models.yaml.add_multi_constructor("", yaml_tag_constructor)
    return reading.read(text, TemplateLoader)


def _read_change_set(change_set: Any) -> None:
    change_set.template_dict = _read(change_set.template)


def _parameter_in_ssm(self: ResourceMap, name: str, value_type: str) -> Any:
    """The value of a parameter of SSM. The account is bootstrapped for the CDK, whose templates ask for the version of that."""
    value = values.in_ssm(name)
    if value is None:
        raise parsing.ValidationError(
            message=f"Unable to fetch parameters [{name}] from parameter store for this account."
        )
    return value.split(",") if "List" in value_type else value


def _resolved(value: Any, resources: ResourceMap) -> Any:
    """moto's functions of templates, and dynamic references in whatever text comes out."""
    return values.resolve(_plain_clean_json(value, resources))


def _create(logical_id: str, resource_json: Any, *args: Any, **kwargs: Any) -> Any:
    """An error says which resource of which type it is about."""
    try:
        return _plain_create(logical_id, resource_json, *args, **kwargs)
    except NotMade:
        raise
    except Exception as error:
        raise NotMade(logical_id, resource_json["Type"], error) from error


class NotMade(parsing.ValidationError):
    """A resource could not be made, and so the stack can't: which, of which type, and why."""

    def __init__(self, logical_id: str, resource_type: str, why: Exception):
        self.logical_id, self.resource_type = logical_id, resource_type
        response = getattr(why, "response", None)
        said = response["Error"].get("Message") if isinstance(response, dict) and "Error" in response else None
        said = (
            said
            or getattr(why, "message", None)
            or (f"{type(why).__name__}: {why}" if str(why) else type(why).__name__)
        )
        self.why = " ".join(str(said).split())
        super().__init__(message=f"Resource {logical_id} ({resource_type}) could not be made: {self.why}")


def _add_constructor(prefix: str, constructor: Callable[..., Any]) -> None:
    yaml.add_multi_constructor(prefix, constructor, TemplateLoader)


def _class_of(resource_type: str) -> Any:
    if resource_type.startswith("AWS::Serverless::"):
        raise parsing.ValidationError(
            message=f"{resource_type} is a type of SAM. Translate the template first, with `sam build` or aws-sam-translator."
        )
    known = resource_type in parsing.get_model_map() or resource_type in parsing.NULL_MODELS
    if (known and not resource_type.startswith(_NOT_OF_THE_COURSE)) or resource_type.startswith("Custom::"):
        return _plain_class_of(resource_type)
    unmodelled.warn(resource_type)
    return unmodelled.Unmodelled


def _delete(self: ResourceMap) -> None:
    """The last made goes first, so nothing is deleted before what depends on it, and always in one order."""
    for logical_id, resource in reversed(list(self._parsed_resources.items())):
        declared = self._resource_json_map.get(logical_id)
        if declared is None or resource is None or declared.get("DeletionPolicy") == "Retain":
            continue
        self._delete_resource(resource, declared)
        del self._parsed_resources[logical_id]


def _roll_back(backend: CloudFormationBackend, name: str, error: Exception) -> None:
    stack = next((one for one in backend.stacks.values() if one.name == name), None)
    if stack is None or stack.status not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
        return
    if isinstance(error, NotMade):
        stack.events.append(
            Event(
                stack_id=stack.stack_id,
                stack_name=stack.name,
                logical_resource_id=error.logical_id,
                physical_resource_id="",
                resource_type=error.resource_type,
                resource_status="CREATE_FAILED",
                resource_status_reason=error.why,
                resource_properties=None,
            )
        )
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=str(error))
    _take_back(stack.resource_map)
    stack.resource_map._resource_json_map = {}  # or describing the stack would make them again
    stack.output_map._output_json_map = {}
    stack._add_stack_event("ROLLBACK_COMPLETE")
    stack.status = "ROLLBACK_COMPLETE"


def _take_back(resources: ResourceMap) -> None:
    """Delete what was made, the last first; what can't go yet goes when what holds it has gone. Nothing of it is worth retaining."""
    left = list(resources._parsed_resources.items())
    for _ in range(len(left)):
        for logical_id, resource in reversed(left):
            declared = resources._resource_json_map.get(logical_id)
            if declared is not None and resource is not None:
                try:
                    resources._delete_resource(resource, declared)
                except Exception:
                    continue
            left.remove((logical_id, resource))
            break
    resources._parsed_resources = {}


def _forget_failed(backend: CloudFormationBackend, name: str) -> None:
    """A stack that was rolled back has to be deleted on AWS before its name is free; a cell may just be run again."""
    for stack_id, stack in list(backend.stacks.items()):
        if stack.name == name and stack.status == "ROLLBACK_COMPLETE":
            del backend.stacks[stack_id]
