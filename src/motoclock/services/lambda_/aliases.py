"""Aliases and revisions: what an alias may point to, and updates that hold only for the revision they were meant for.

Recorded on AWS in November 2025; moto checks none of it.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import (
    ConflictException,
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
    UnknownAliasException,
)
from moto.awslambda.models import LambdaAlias
from moto.core.exceptions import JsonRESTError
from moto.moto_api._internal import mock_random

from motoclock.functions.deployed import function_arn
from motoclock.services.lambda_.naming import NotFound, qualified
from motoclock.services.lambda_.policies import Policies

_LATEST = "$LATEST"
_REVISED = frozenset({"UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"})


class Aliases(Policies):
    """The part of the Lambda backend that keeps them. A mixin before moto's LambdaBackend."""

    def create_alias(
        self, name: str, function_name: str, function_version: str, description: str, routing_config: Any
    ) -> LambdaAlias:
        self._check_routes(function_name, function_version, routing_config)
        try:
            return self._lambdas.put_alias(name, function_name, function_version, description, _kept(routing_config))
        except ConflictException as taken:
            raise AliasExists(json.loads(taken.description)["message"]) from None

    def update_alias(
        self, name: str, function_name: str, function_version: str, description: str, routing_config: Any
    ) -> LambdaAlias:
        try:
            alias = self._lambdas.get_alias(name, function_name)
        except UnknownAliasException:
            raise NotFound(f"Alias not found: {function_arn(qualified(function_name, None)[0], name)}") from None
        self._check_routes(function_name, function_version or alias.function_version, routing_config)
        alias = self._lambdas.update_alias(name, function_name, function_version, description, _kept(routing_config))
        alias.revision_id = str(mock_random.uuid4())
        return alias

    def delete_alias(self, name: str, function_name: str) -> None:
        self._lambdas.delete_alias(name, function_name)
        self._lambdas.get_function_by_name_or_arn_with_qualifier(function_name).policies.pop(name, None)

    def _check_routes(self, function_name: str, version: str, routing: Mapping[str, Any] | None) -> None:
        weights: Mapping[str, float] = (routing or {}).get("AdditionalVersionWeights") or {}
        if len(weights) > 1:
            raise InvalidParameterValueException("Number of items in AdditionalVersionWeights cannot be greater than 1")
        for other, weight in weights.items():
            shown = f"Value '{{{other}={float(weight)}}}' at 'routingConfig.additionalVersionWeights'"
            if not 0 <= weight <= 1:
                _refuse(
                    f"{shown} failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or "
                    "equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]"
                )
            if not other.isdecimal():
                _refuse(
                    f"{shown} failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or "
                    "equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression "
                    "pattern: [0-9]+]"
                )
            if version == _LATEST:
                raise InvalidParameterValueException(
                    "$LATEST is not supported for an alias pointing to more than 1 version"
                )
            if other == version:
                raise InvalidParameterValueException(
                    f"Invalid function version {other}. Function version {other} is already included in routing configuration."
                )
        for each in (version, *weights):
            self._lambdas.get_function_by_name_or_arn_with_qualifier(function_name, each)

    def check_revision(self, operation: str, names: Mapping[str, str], body: Mapping[str, Any]) -> None:
        """PreconditionFailedException when the request is meant for another revision than there is. `names`: those in its path."""
        if operation not in _REVISED:
            return
        name, _ = qualified(names["FunctionName"], None)
        wanted = body.get("RevisionId")
        if wanted and wanted != self.revision_of(name, names.get("Name")):
            raise PreconditionFailedException(
                "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the "
                "latest Revision Id"
            )
        digest = body.get("CodeSha256") if operation == "PublishVersion" else None
        if digest:
            own = self._lambdas.get_function_by_name_or_arn_with_qualifier(name).get_configuration()["CodeSha256"]
            if digest != own:
                raise InvalidParameterValueException(
                    f"CodeSHA256 ({digest}) is different from current CodeSHA256 in $LATEST ({own}). Please try again with the "
                    "CodeSHA256 in $LATEST."
                )


class AliasExists(LambdaClientError):
    code = 409

    def __init__(self, message: str):
        super().__init__("ResourceConflictException", message)


def _kept(routing: Any) -> Any:
    """An empty routing configuration is none."""
    return {} if routing is not None and not routing.get("AdditionalVersionWeights") else routing


def _refuse(clause: str) -> None:
    raise JsonRESTError("ValidationException", f"1 validation error detected: {clause}")
