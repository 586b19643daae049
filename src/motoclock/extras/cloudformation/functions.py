"""AWS::Lambda::* in templates: functions, versions, aliases, who may invoke them, and what becomes of asynchronous invocations."""

from typing import Any

from moto.awslambda.models import LambdaFunction, lambda_backends

from motoclock.extras.cloudformation.resources import Properties, Resource, call
from motoclock.facts import lambda_
from motoclock.world import ACCOUNT, REGION

# What a property that was taken out of a template goes back to.
_DEFAULTS = {
    "DeadLetterConfig": {"TargetArn": ""},
    "Description": "",
    "Environment": {"Variables": {}},
    "Layers": [],
    "MemorySize": lambda_.MEMORY_DEFAULT_MB.value,
    "Timeout": lambda_.TIMEOUT_DEFAULT_S.value,
}


class Function(Resource):
    """Ref: the function's name. `ZipFile` in a template is source, at index.py; elsewhere it would be a zip."""

    TYPE, NAME, LONGEST_NAME = "AWS::Lambda::Function", "FunctionName", 64
    REPLACED_FOR = ("FunctionName", "PackageType")
    ATTRIBUTES = ("Arn",)
    APART = ("Code", "RecursiveLoop", "ReservedConcurrentExecutions")  # an API call each
    IGNORED = (
        "CapacityProviderConfig",
        "CodeSigningConfigArn",
        "DurableConfig",
        "FunctionScalingConfig",
        "PublishToLatestPublished",
        "RuntimeManagementConfig",
        "TenancyConfig",
    )

    def make(self) -> None:
        wanted = self.wanted(*self.APART)
        self.attributes = {"Arn": call("lambda", "create_function", **wanted, Code=self._code())["FunctionArn"]}
        self.id = self.name
        if (reserved := self.properties.get("ReservedConcurrentExecutions")) is not None:
            self._reserve(reserved)
        self._let_loop({})

    def change(self, before: Properties) -> None:
        settle = lambda_backends[ACCOUNT][REGION].settle
        settle(self.id)
        if self.differs(before, "Code"):
            call("lambda", "update_function_code", FunctionName=self.id, **self._code())
            settle(self.id)
        gone = {name: value for name, value in _DEFAULTS.items() if name in before and name not in self.properties}
        wanted = self.wanted(*self.APART, "PackageType", "Architectures", "Tags")
        call("lambda", "update_function_configuration", **{**gone, **wanted})
        settle(self.id)
        if self.differs(before, "ReservedConcurrentExecutions"):
            self._reserve(self.properties.get("ReservedConcurrentExecutions"))
        self._let_loop(before)

    def remove(self) -> None:
        call("lambda", "delete_function", FunctionName=self.id)

    def _code(self) -> dict[str, Any]:
        code = {name: value for name, value in self.properties["Code"].items() if name != "SourceKMSKeyArn"}
        if isinstance(code.get("ZipFile"), str):
            code["ZipFile"] = LambdaFunction._create_zipfile_from_plaintext_code(code["ZipFile"])
        return code

    def _let_loop(self, before: Properties) -> None:
        if self.differs(before, "RecursiveLoop"):
            choice = self.properties.get("RecursiveLoop", "Terminate")
            call("lambda", "put_function_recursion_config", FunctionName=self.id, RecursiveLoop=choice)

    def _reserve(self, number: Any) -> None:
        if number is None:
            call("lambda", "delete_function_concurrency", FunctionName=self.id)
        else:
            call("lambda", "put_function_concurrency", FunctionName=self.id, ReservedConcurrentExecutions=number)


class Version(Resource):
    """Ref: the version's ARN. A version never changes: another template is another version."""

    TYPE = "AWS::Lambda::Version"
    REPLACED_FOR = ("FunctionName", "CodeSha256", "Description")
    ATTRIBUTES = ("FunctionArn", "Version")
    IGNORED = ("FunctionScalingConfig", "ProvisionedConcurrencyConfig", "RuntimePolicy")

    def make(self) -> None:
        made = call("lambda", "publish_version", **self.wanted())
        self.attributes = {"FunctionArn": made["FunctionArn"], "Version": made["Version"]}
        self.id = made["FunctionArn"]

    def change(self, before: Properties) -> None:
        """Nothing that is left could change."""

    def remove(self) -> None:
        name, version = self.properties["FunctionName"], self.attributes["Version"]
        call("lambda", "delete_function", FunctionName=name, Qualifier=version)


class Alias(Resource):
    """Ref: the alias's ARN."""

    TYPE, NAME, LONGEST_NAME = "AWS::Lambda::Alias", "Name", 128
    REPLACED_FOR = ("FunctionName", "Name")
    ATTRIBUTES = ("AliasArn",)
    IGNORED = ("ProvisionedConcurrencyConfig",)

    def make(self) -> None:
        made = call("lambda", "create_alias", **self.wanted("RoutingConfig"), RoutingConfig=self._routing())
        self.id = made["AliasArn"]
        self.attributes = {"AliasArn": self.id}

    def change(self, before: Properties) -> None:
        call("lambda", "update_alias", **self.wanted("RoutingConfig"), RoutingConfig=self._routing())

    def remove(self) -> None:
        call("lambda", "delete_alias", FunctionName=self.properties["FunctionName"], Name=self.name)

    def _routing(self) -> dict[str, Any] | None:
        """A list in templates, a mapping in the API."""
        weights = (self.properties.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        if not weights:
            return None
        return {"AdditionalVersionWeights": {one["FunctionVersion"]: one["FunctionWeight"] for one in weights}}


class Permission(Resource):
    """Ref: the statement's id."""

    TYPE = "AWS::Lambda::Permission"
    REPLACED_FOR = (
        "Action",
        "EventSourceToken",
        "FunctionName",
        "FunctionUrlAuthType",
        "InvokedViaFunctionUrl",
        "Principal",
        "PrincipalOrgID",
        "SourceAccount",
        "SourceArn",
    )
    ATTRIBUTES = ("Id",)

    def make(self) -> None:
        call("lambda", "add_permission", **self.wanted(), StatementId=self.name)
        self.id = self.name
        self.attributes = {"Id": self.id}

    def change(self, before: Properties) -> None:
        """Nothing that is left could change."""

    def remove(self) -> None:
        call("lambda", "remove_permission", FunctionName=self.properties["FunctionName"], StatementId=self.id)


class EventInvokeConfig(Resource):
    """Ref: a generated id."""

    TYPE = "AWS::Lambda::EventInvokeConfig"
    REPLACED_FOR = ("FunctionName", "Qualifier")

    def make(self) -> None:
        call("lambda", "put_function_event_invoke_config", **self.wanted())
        self.id = self.name

    def change(self, before: Properties) -> None:
        call("lambda", "put_function_event_invoke_config", **self.wanted())

    def remove(self) -> None:
        of = {name: self.properties[name] for name in ("FunctionName", "Qualifier")}
        call("lambda", "delete_function_event_invoke_config", **of)


class EventSourceMapping(Resource):
    """Ref: the mapping's UUID."""

    TYPE = "AWS::Lambda::EventSourceMapping"
    REPLACED_FOR = ("EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "SelfManagedEventSource")
    ATTRIBUTES = ("EventSourceMappingArn", "Id")
    IGNORED = ("LoggingConfig", "MetricsConfig")
    # What a property that was taken out of a template goes back to, for those whose empty form says so.
    EMPTY = {"DestinationConfig": {}, "FilterCriteria": {}, "FunctionResponseTypes": [], "ScalingConfig": {}}  # noqa: RUF012

    def make(self) -> None:
        made = call("lambda", "create_event_source_mapping", **self.wanted())
        self.id = made["UUID"]
        self.attributes = {"Id": self.id, "EventSourceMappingArn": made.get("EventSourceMappingArn", self.id)}

    def change(self, before: Properties) -> None:
        gone = {name: value for name, value in self.EMPTY.items() if name in before and name not in self.properties}
        call(
            "lambda",
            "update_event_source_mapping",
            UUID=self.id,
            **{**gone, **self.wanted(*self.REPLACED_FOR, "Tags", "Topics", "Queues")},
        )

    def remove(self) -> None:
        call("lambda", "delete_event_source_mapping", UUID=self.id)


class LayerVersion(Resource):
    """Ref: the version's ARN. A layer version never changes: another template is another version."""

    TYPE, NAME, LONGEST_NAME = "AWS::Lambda::LayerVersion", "LayerName", 140
    REPLACED_FOR = (
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "Content",
        "Description",
        "LayerName",
        "LicenseInfo",
    )
    ATTRIBUTES = ("LayerVersionArn",)

    def make(self) -> None:
        made = call("lambda", "publish_layer_version", **self.wanted())
        self.id, self._version = made["LayerVersionArn"], made["Version"]
        self.attributes = {"LayerVersionArn": self.id}

    def change(self, before: Properties) -> None:
        """Nothing that is left could change."""

    def remove(self) -> None:
        call("lambda", "delete_layer_version", LayerName=self.name, VersionNumber=self._version)


class Url(Resource):
    """Ref: the function's ARN. Modelled: nobody can call the URL, since the course has no HTTP of its own."""

    TYPE = "AWS::Lambda::Url"
    REPLACED_FOR = ("Qualifier", "TargetFunctionArn")
    ATTRIBUTES = ("FunctionArn", "FunctionUrl")

    def make(self) -> None:
        made = call("lambda", "create_function_url_config", **self._whose, **self.wanted(*self.REPLACED_FOR))
        self.id = made["FunctionArn"]
        self.attributes = {"FunctionArn": self.id, "FunctionUrl": made["FunctionUrl"]}

    def change(self, before: Properties) -> None:
        call("lambda", "update_function_url_config", **self._whose, **self.wanted(*self.REPLACED_FOR))

    def remove(self) -> None:
        call("lambda", "delete_function_url_config", **self._whose)

    @property
    def _whose(self) -> dict[str, Any]:
        return {"FunctionName": self.properties["TargetFunctionArn"], "Qualifier": self.properties.get("Qualifier")}


TYPES = (Function, Version, Alias, Permission, EventInvokeConfig, EventSourceMapping, LayerVersion, Url)
