"""A resource of a template: made, changed and deleted by the API calls that a cell would make.

A subclass says which type it is and calls the API in `make`, `change` and `remove`; the rest is moto's protocol for such classes.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, ClassVar, Self

import boto3
from botocore.exceptions import ClientError, ParamValidationError
from moto.core.common_models import CloudFormationModel

from motoclock.extras.cloudformation.shapes import fit, unfit
from motoclock.world import REGION

Properties = Mapping[str, Any]


class Resource(CloudFormationModel):
    """One resource of one stack. `name` is the template's or a generated one; `id` is what Ref gives."""

    TYPE: ClassVar[str] = ""
    NAME: ClassVar[str] = ""  # the property that holds its name
    LONGEST_NAME: ClassVar[int] = 255
    REPLACED_FOR: ClassVar[tuple[str, ...]] = ()  # a change of these properties means another resource
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()  # what GetAtt may ask for
    IGNORED: ClassVar[tuple[str, ...]] = ()  # properties that nothing in the course depends on

    def __init__(self, name: str, properties: Properties):
        self.name, self.properties = name, dict(properties)
        self.id = ""
        self.attributes: dict[str, Any] = {}

    def make(self) -> None:
        """Create it, and set `id` and `attributes`."""
        raise NotImplementedError

    def change(self, before: Properties) -> None:
        """Bring it to `self.properties`; `before` are the template's properties until now."""
        raise NotImplementedError

    def remove(self) -> None:
        """Delete it. An error that says that it is not there is as good."""
        raise NotImplementedError

    def wanted(self, *besides: str) -> dict[str, Any]:
        """The properties for the API call, without those that go elsewhere; the name put in."""
        left_out = {*besides, *self.IGNORED}
        said = {key: value for key, value in self.properties.items() if key not in left_out}
        return {**said, self.NAME: self.name} if self.NAME and self.NAME not in besides else said

    def differs(self, before: Properties, *names: str) -> bool:
        return any(self.properties.get(name) != before.get(name) for name in names)

    # ------------------------------------------------------------------ what moto asks

    @property
    def physical_resource_id(self) -> str:
        return self.id

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.NAME

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.ATTRIBUTES

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        if attribute_name not in self.attributes:
            raise UnformattedGetAttTemplateException
        return self.attributes[attribute_name]

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Self:
        properties = cloudformation_json["Properties"]
        resource = cls(cls._name(resource_name, properties), properties)
        try:
            resource.make()
        except BaseException:
            with suppress(Exception):  # several calls may make it: nothing is left of the first ones
                resource.remove()
            raise
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Self,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Self:
        properties, before = cloudformation_json["Properties"], original_resource.properties
        if any(properties.get(name) != before.get(name) for name in cls.REPLACED_FOR):
            return cls._replace(original_resource, cls._name(new_resource_name, properties), properties)
        original_resource.properties = dict(properties)
        try:
            original_resource.change(before)
        except BaseException:
            original_resource.properties = before
            raise
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        try:
            self.remove()
        except ClientError as error:
            if not _says_not_there(error):
                raise

    @classmethod
    def _replace(cls, original: Self, name: str, properties: Properties) -> Self:
        """AWS makes the new one first, and refuses when both would have one name; here the old one then goes first."""
        replacement = cls(name, properties)
        if name == original.name and cls.NAME:
            original.delete("", "")
            replacement.make()
        else:
            replacement.make()
            original.delete("", "")
        return replacement

    @classmethod
    def _name(cls, name: str, properties: Properties) -> str:
        """Generated names are cut to what the service takes, and end as those of FIFO things must."""
        if cls.NAME in properties:
            return str(properties[cls.NAME])
        ending = ".fifo" if str(properties.get("FifoQueue", properties.get("FifoTopic"))).lower() == "true" else ""
        return name[: cls.LONGEST_NAME - len(ending)] + ending


def call(service: str, operation: str, **properties: Any) -> dict[str, Any]:
    """Call an AWS API with a template's values. None means that the template doesn't say."""
    client = _client(service)
    method = client.meta.method_to_api_mapping
    shape = client.meta.service_model.operation_model(method[operation]).input_shape
    said = {key: value for key, value in properties.items() if value is not None}
    try:
        return getattr(client, operation)(**fit(said, shape))
    except ParamValidationError as error:
        raise unfit(str(error)) from None


def tags_of(properties: Properties) -> list[dict[str, str]] | None:
    """Tags as Key and Value, whichever of the two ways the template writes them."""
    tags = properties.get("Tags")
    if isinstance(tags, Mapping):
        return [{"Key": key, "Value": value} for key, value in tags.items()]
    return tags or None


def tags_gone(before: Properties, now: Properties) -> list[str]:
    """The keys of tags that an update has taken out of the template."""
    kept = {tag["Key"] for tag in tags_of(now) or ()}
    return [tag["Key"] for tag in tags_of(before) or () if tag["Key"] not in kept]


@cache
def _client(service: str) -> Any:
    session = boto3.Session(aws_access_key_id="stack", aws_secret_access_key="stack", region_name=REGION)
    return session.client(service)


def _says_not_there(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return "NotFound" in code or "NonExistent" in code or "DoesNotExist" in code
