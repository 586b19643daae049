"""Seam: moto's Lambda API invokes our engine, and keeps and validates what moto forgets or lets through.

moto 5.2.5 would run a function in Docker, or echo; it drops DeadLetterConfig, hides a second event invoke config behind the first, and
checks neither timeout nor memory. What the API answers to an invoke is in `responses.py`, event invoke configs are in
`configs.py`, and the half about event source mappings is `mappings.py`.
"""

import copy
from types import SimpleNamespace
from typing import Any

import moto.awslambda_simple.models
from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.awslambda.policy import Policy

from motoclock.facts import lambda_
from motoclock.functions.deployed import function_arn
from motoclock.services.lambda_.aliases import Aliases
from motoclock.services.lambda_.checks import check_name, check_settings, check_tags
from motoclock.services.lambda_.configs import InvokeConfigs
from motoclock.services.lambda_.descriptions import described, in_progress
from motoclock.services.lambda_.function_urls import FunctionUrls
from motoclock.services.lambda_.mappings import MappingsSeam
from motoclock.services.lambda_.naming import NotFound, qualified
from motoclock.services.lambda_.packages import Layers, check_upload
from motoclock.services.lambda_.responses import SevenLambdaResponse
from motoclock.services.lambda_.settings import vpc_config
from motoclock.services.lambda_.versions import Versions
from motoclock.world import current_world, the_world

_RECURSION_PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)/recursion-config/?$"
_SETTINGS_PATH = r"{0}/(?P<api_version>[^/]+)/account-settings/?$"
_URLS_PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)/urls/?$"
_ROUTES = SimpleNamespace(
    url_bases=urls.url_bases,
    url_paths=dict.fromkeys(
        (*urls.url_paths, _RECURSION_PATH, _SETTINGS_PATH, _URLS_PATH), SevenLambdaResponse.dispatch
    ),
)


class SevenLambdaFunction(LambdaFunction):
    """moto's function, which also remembers its dead-letter target, and describes itself as AWS does."""

    dead_letter_config: dict[str, str] | None = None
    has_environment = False  # whether one was ever given: AWS shows that also when it holds nothing
    recursive_loop = "Terminate"
    snap_start: dict[str, str] | None = None
    revision = 0  # counts its changes
    policies: dict[str, Policy]  # those of its versions and aliases
    logging: dict[str, str]

    @property
    def vpc_config(self) -> dict[str, Any] | None:
        return vpc_config(self._vpc_config, self.account_id, self.region)

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        """As recorded on AWS in November 2025. Modelled: what is being made or changed is ready by the next call.

        AWS refuses a second update for some seconds; but no virtual time passes from one cell to the next.
        """
        configuration = super().get_configuration(on_create) | described(self, on_create)
        if not configuration.get("Layers"):
            configuration.pop("Layers", None)
        if self.has_environment:
            configuration.setdefault("Environment", {"Variables": {}})
        if self.dead_letter_config and self.dead_letter_config.get("TargetArn"):
            configuration["DeadLetterConfig"] = {"TargetArn": self.dead_letter_config["TargetArn"]}
        return configuration

    def get_code(self) -> dict[str, Any]:
        code = super().get_code()
        if self.reserved_concurrency is not None:  # moto leaves a reservation of 0 out
            code["Concurrency"] = {"ReservedConcurrentExecutions": self.reserved_concurrency}
        return code

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        check_settings(config_updates)
        self.revision += 1
        if "Environment" in config_updates:
            self.has_environment = True
            config_updates = {**config_updates, "Environment": {"Variables": {}, **config_updates["Environment"]}}
        if "TargetArn" in (
            config_updates.get("DeadLetterConfig") or {}
        ):  # {} changes nothing: recorded in November 2025
            self.dead_letter_config = config_updates["DeadLetterConfig"]
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        self.logging = {**self.logging, **config_updates.get("LoggingConfig", {})}
        self.snap_start = config_updates.get("SnapStart", self.snap_start)
        configuration = super().update_configuration(config_updates) | in_progress(self)
        _changed(self.function_name)
        return configuration

    def update_function_code(self, updated_spec: dict[str, Any]) -> dict[str, Any]:
        if updated_spec.get("DryRun"):
            return super().update_function_code(updated_spec)
        self.revision += 1
        configuration = super().update_function_code(updated_spec) | in_progress(self)
        _changed(self.function_name)
        return configuration


class SevenLambdaBackend(Aliases, InvokeConfigs, MappingsSeam, Layers, FunctionUrls, Versions):
    """moto's backend with our engine behind it."""

    @property
    def _url_module(self) -> Any:
        return _ROUTES

    def create_function(self, spec: dict[str, Any]) -> LambdaFunction:
        if not spec.get("FunctionName"):
            raise InvalidParameterValueException("Missing FunctionName")
        spec = {**spec, "FunctionName": spec["FunctionName"].rsplit(":", 1)[-1]}
        check_name(spec["FunctionName"])
        check_settings(spec)
        check_tags(spec.get("Tags"))
        check_upload(spec.get("Code") or {}, self.account_id, self.partition)
        self.check_layers(spec.get("Layers") or [])
        function = SevenLambdaFunction(self.account_id, spec, self.region_name, version="$LATEST")
        function.dead_letter_config = spec.get("DeadLetterConfig")
        function.has_environment = "Environment" in spec
        function.logging, function.snap_start = spec.get("LoggingConfig") or {}, spec.get("SnapStart")
        function.policies = {}
        function.revision = self._gone.pop(function.function_name, 0)
        self._lambdas.put_function(function)
        if spec.get("Publish"):
            version = self.publish_version(spec["FunctionName"])
            function = copy.copy(function)
            function.version = version.version
        return function

    def update_function_code(self, function_name: str, qualifier: str, body: dict[str, Any]) -> dict[str, Any]:
        """With Publish, the answer tells of the new version."""
        check_upload(body, self.account_id, self.partition)
        configuration = self.get_function(function_name, qualifier).update_function_code(body)
        version = self.publish_version(function_name) if body.get("Publish") and not body.get("DryRun") else None
        return configuration if version is None else version.get_configuration(on_create=True)

    def update_function_configuration(self, function_name: str, qualifier: str, body: dict[str, Any]) -> dict[str, Any]:
        self.check_layers(body.get("Layers") or [])
        return super().update_function_configuration(function_name, qualifier, body)

    def delete_function(self, function_name: str, qualifier: str | None = None) -> None:
        """A version that is not there is gone already, if its function is (recorded on AWS in November 2025)."""
        try:
            name = self._lambdas.get_function_by_name_or_arn_with_qualifier(function_name, qualifier).function_name
        except UnknownFunctionException:
            self._lambdas.get_function_by_name_or_arn_forbid_qualifier(function_name)
            return
        latest = self._lambdas.get_function_by_name_or_arn_forbid_qualifier(name)
        super().delete_function(function_name, qualifier)
        if name not in self._lambdas._functions:
            self._gone[name] = latest.revision + 1
            self.forget_urls(name)
        _changed(name)

    def tag_resource(self, resource_arn: str, tags: dict[str, str]) -> None:
        resource = self._get_resource_by_arn(resource_arn)
        if not tags:
            raise InvalidParameterValueException("An error occurred and the request cannot be processed.")
        check_tags({**resource.tags, **tags})
        resource.tags.update(tags)
        _tagged(resource)

    def untag_resource(self, resource_arn: str, tag_keys: list[str]) -> None:
        super().untag_resource(resource_arn, tag_keys)
        _tagged(self._get_resource_by_arn(resource_arn))

    def _get_resource_by_arn(self, arn: str) -> Any:
        """Only a function itself has tags: recorded on AWS in November 2025."""
        kind, _, name = arn.partition(":lambda:")[2].split(":", 2)[-1].partition(":")
        if kind == "function" and ":" in name:
            raise InvalidParameterValueException(
                "Tags on function aliases and versions are not supported. Please specify a function ARN."
            )
        if kind == "event-source-mapping" and name not in self._event_source_mappings:
            raise NotFound(f"Event source mapping not found: {arn}")
        return super()._get_resource_by_arn(arn)

    def put_function_concurrency(self, function_name: str, reserved_concurrency: Any) -> int:
        name, qualifier = qualified(function_name, None)
        if qualifier:
            raise InvalidParameterValueException(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please "
                "specify either a function name or an unqualified function ARN."
            )
        if name not in self._lambdas._functions:
            raise UnknownFunctionException(f"{function_arn(name)}:$LATEST")
        function = self._lambdas.get_function_by_name_or_arn_forbid_qualifier(name)
        most = the_world().services.functions.concurrency.reservable(function.function_name)
        if int(reserved_concurrency) > most:
            raise InvalidParameterValueException(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                f"below its minimum value of [{lambda_.UNRESERVED_CONCURRENCY_MIN.value}]."
            )
        function.reserved_concurrency = int(reserved_concurrency)
        return function.reserved_concurrency

    def delete_function_concurrency(self, function_name: str) -> None:
        function = self._lambdas.get_function_by_name_or_arn_forbid_qualifier(function_name)
        function.reserved_concurrency = None

    def account_settings(self) -> dict[str, dict[str, int]]:
        """GetAccountSettings, which moto lacks: the account's concurrency, and what no function has reserved of it."""
        concurrency = the_world().services.functions.concurrency
        return {
            "AccountLimit": {
                "TotalCodeSize": lambda_.CODE_STORAGE_BYTES.value,
                "CodeSizeUnzipped": lambda_.PACKAGE_UNZIPPED_MAX_BYTES.value,
                "CodeSizeZipped": lambda_.PACKAGE_ZIPPED_MAX_BYTES.value,
                "ConcurrentExecutions": concurrency.account_limit,
                "UnreservedConcurrentExecutions": concurrency.unreserved,
            },
            "AccountUsage": {
                "FunctionCount": len(list(self._lambdas.latest())),
                "TotalCodeSize": sum(one.code_size for one in (*self.all_versions(), *self.all_layer_versions())),
            },
        }

    def put_function_recursion_config(self, function_name: str, recursive_loop: str) -> dict[str, str]:
        """Whether loop detection may stop the function; moto lacks it."""
        if recursive_loop not in lambda_.LOOP_GUARD_ACTIONS.value:
            raise InvalidParameterValueException(
                f"RecursiveLoop must be one of {', '.join(lambda_.LOOP_GUARD_ACTIONS.value)}, not {recursive_loop}."
            )
        function = self._lambdas.get_function_by_name_or_arn_forbid_qualifier(function_name)
        function.recursive_loop = recursive_loop
        return {"RecursiveLoop": recursive_loop}

    def get_function_recursion_config(self, function_name: str) -> dict[str, str]:
        function = self._lambdas.get_function_by_name_or_arn_forbid_qualifier(function_name)
        return {"RecursiveLoop": function.recursive_loop}


def install() -> None:
    lambda_backends.backend = SevenLambdaBackend
    # moto's "use_docker: False" means another backend dictionary, whose functions echo: there is only one here
    moto.awslambda_simple.models.lambda_simple_backends = lambda_backends


def _changed(name: str) -> None:
    world = current_world()
    if world is not None:
        world.services.functions.reset_environments(name)


def _tagged(resource: Any) -> None:
    if isinstance(resource, SevenLambdaFunction):
        resource.revision += 1
