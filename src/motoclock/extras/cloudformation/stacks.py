"""What CloudFormation does with a template as a whole, where moto differs: dates, order of deletion, stacks that fail."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import yaml
from moto.cloudformation import models, parsing, urls
from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends
from moto.cloudformation.parsing import ResourceMap

from motoclock.extras.cloudformation import unmodelled

_plain_class_of = parsing.resource_class_from_type


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

    def execute_change_set(self, change_set_name: str, stack_name: str | None = None) -> None:
        """moto applies the resources, and leaves the stack with the outputs and parameters it had before."""
        found = [
            one for one in self.change_sets.values() if change_set_name in (one.change_set_id, one.change_set_name)
        ]
        super().execute_change_set(change_set_name, stack_name)
        stack = found[-1].stack  # by name moto takes the last one, too
        stack._parse_template()
        if found[-1].parameters:
            stack.parameters = found[-1].parameters
        stack.output_map = stack._create_output_map()


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
    models.yaml = facade


def _add_constructor(prefix: str, constructor: Callable[..., Any]) -> None:
    yaml.add_multi_constructor(prefix, constructor, TemplateLoader)


def _class_of(resource_type: str) -> Any:
    if resource_type.startswith("AWS::Serverless::"):
        raise parsing.ValidationError(
            message=f"{resource_type} is a type of SAM. Translate the template first, with `sam build` or aws-sam-translator."
        )
    known = resource_type in parsing.get_model_map() or resource_type in parsing.NULL_MODELS
    custom = resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"
    if known and not custom:  # moto would run the function of a custom resource in Docker
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
    stack._add_stack_event("CREATE_FAILED", resource_status_reason=str(error))
    for declared in stack.template_dict["Resources"].values():
        declared.pop("DeletionPolicy", None)  # what was just made is not worth retaining
    stack.resource_map.delete()
    stack.resource_map._resource_json_map = {}  # or describing the stack would make them again
    stack.output_map._output_json_map = {}
    stack._add_stack_event("ROLLBACK_COMPLETE")
    stack.status = "ROLLBACK_COMPLETE"


def _forget_failed(backend: CloudFormationBackend, name: str) -> None:
    """A stack that was rolled back has to be deleted on AWS before its name is free; a cell may just be run again."""
    for stack_id, stack in list(backend.stacks.items()):
        if stack.name == name and stack.status == "ROLLBACK_COMPLETE":
            del backend.stacks[stack_id]
