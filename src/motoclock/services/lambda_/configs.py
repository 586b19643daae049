"""Seam: event invoke configs of functions, versions and aliases. moto keeps the first put for ever and knows no qualifier.

docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
"""

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError, UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig
from moto.core.utils import unix_time

from motoclock.arn import Arn
from motoclock.services.lambda_.naming import NotFound, qualified

_LATEST = "$LATEST"


class InvokeConfigs:
    """The part of the Lambda backend that keeps event invoke configs. A mixin before moto's LambdaBackend."""

    # moto's LambdaBackend has them
    _lambdas: Any
    partition: str
    region_name: str
    account_id: str

    def put_function_event_invoke_config(
        self, function_name: str, config: dict[str, Any], qualifier: str | None = None
    ) -> dict[str, Any]:
        """Overwrites: settings left out are removed."""
        config = {name: value for name, value in config.items() if name not in ("FunctionName", "Qualifier")}
        if not config:
            raise InvalidParameterValueException(
                "You must specify at least one of error handling or destination setting."
            )
        holder, arn = self._existing_holder(function_name, qualifier)
        _check_destinations(config, arn)
        self._check_functions(config)
        holder.event_invoke_config = [EventInvokeConfig(arn, unix_time(), config)]
        return _response(holder.event_invoke_config[0])

    def update_function_event_invoke_config(
        self, function_name: str, config: dict[str, Any], qualifier: str | None = None
    ) -> dict[str, Any]:
        """Merges into what is there."""
        holder, arn = self._existing_holder(function_name, qualifier)
        before = _config_of(holder)
        if before is None:
            raise UnknownEventConfig(arn)
        return self.put_function_event_invoke_config(function_name, {**before.config, **config}, qualifier)

    def get_function_event_invoke_config(self, function_name: str, qualifier: str | None = None) -> dict[str, Any]:
        try:
            holder, arn = self._config_holder(function_name, qualifier)
        except LambdaClientError:
            raise UnknownEventConfig(self._arn(*qualified(function_name, qualifier))) from None
        config = _config_of(holder)
        if config is None:
            raise UnknownEventConfig(arn)
        return _response(config)

    def delete_function_event_invoke_config(self, function_name: str, qualifier: str | None = None) -> None:
        self.get_function_event_invoke_config(function_name, qualifier)
        holder, _ = self._config_holder(function_name, qualifier)
        holder.event_invoke_config = []

    def list_function_event_invoke_configs(self, function_name: str) -> dict[str, Any]:
        latest, _ = self._existing_holder(function_name, None)
        holders = [
            latest,
            *self._lambdas._functions[latest.function_name]["versions"],
            *self._lambdas.list_aliases(latest.function_name),
        ]
        configs = [config for holder in holders if (config := _config_of(holder)) is not None]
        return {"FunctionEventInvokeConfigs": [_response(config) for config in configs]}

    def event_invoke_config_of(self, function_name: str, qualifier: str | None) -> dict[str, Any]:
        """The settings in force for invocations with this qualifier; empty when there are none."""
        holder, _ = self._config_holder(function_name, qualifier)
        config = _config_of(holder)
        return {} if config is None else config.config

    def _existing_holder(self, function_name: str, qualifier: str | None) -> tuple[Any, str]:
        try:
            return self._config_holder(function_name, qualifier)
        except LambdaClientError:
            raise NotFound("The function doesn't exist.") from None

    def _check_functions(self, config: dict[str, Any]) -> None:
        """A function that is no longer there, or not yet: recorded on AWS in November 2025."""
        for sending in (config.get("DestinationConfig") or {}).values():
            target = sending.get("Destination") or ""
            if Arn.of(target).service == "lambda":
                try:
                    self._config_holder(target, None)
                except LambdaClientError:
                    raise InvalidParameterValueException(f"The destination ARN {target} is invalid.") from None

    def _arn(self, name: str, qualifier: str | None) -> str:
        return (
            f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{name}:{qualifier or _LATEST}"
        )

    def _config_holder(self, function_name: str, qualifier: str | None) -> tuple[Any, str]:
        """The function, version or alias that a config belongs to, and its qualified ARN."""
        name, qualifier = qualified(function_name, qualifier)
        function = self._lambdas.get_function_by_name_with_qualifier(name, qualifier)
        arn = self._arn(name, qualifier)
        alias = self._lambdas._get_function_aliases(name).get(qualifier or "")
        return (alias if alias is not None else function), arn


def _config_of(holder: Any) -> EventInvokeConfig | None:
    configs = getattr(holder, "event_invoke_config", None)
    return configs[-1] if configs else None


def _response(config: EventInvokeConfig) -> dict[str, Any]:
    destinations = {"OnSuccess": {}, "OnFailure": {}, **config.config.get("DestinationConfig", {})}
    return {**config.response(), "DestinationConfig": destinations}


def _check_destinations(config: dict[str, Any], function_arn: str) -> None:
    function = function_arn.rpartition(":")[0]
    for outcome, sending in (config.get("DestinationConfig") or {}).items():
        target = sending.get("Destination") or ""
        if not target:
            continue
        if target == function or target.startswith(f"{function}:"):
            raise InvalidParameterValueException("You can't specify the function as a destination for itself.")
        kinds = ("sqs", "sns", "lambda", "events") + (("s3",) if outcome == "OnFailure" else ())
        if target.startswith("arn:") and Arn.of(target).service not in kinds:
            raise InvalidParameterValueException(
                f"The provided destination config is invalid: {outcome} takes an ARN of {', '.join(kinds)}, not {target}."
            )
