"""What is in moto about a function: looked up at every invocation, so any change through any API counts at once."""

import re
from dataclasses import dataclass
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction, lambda_backends

from motoclock.functions.bundle import Bundle, bundle_of
from motoclock.functions.outcome import FunctionNotFound
from motoclock.world import ACCOUNT, REGION, World


def log_group_of(name: str) -> str:
    """Where a function logs that says nothing of it."""
    return f"/aws/lambda/{name}"


def function_arn(name: str, qualifier: str | None = None) -> str:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    return f"{arn}:{qualifier}" if qualifier else arn


@dataclass(frozen=True, slots=True)
class Deployed:
    """A function as an invocation found it. `arn` has no qualifier; `invoked_arn` has the one that was asked for."""

    name: str
    arn: str
    invoked_arn: str
    qualifier: str | None
    version: str
    function: LambdaFunction

    @property
    def revision(self) -> tuple:
        """Environments are made for one revision: any change of code or configuration makes new ones."""
        function = self.function
        return (
            id(function),
            function.code_sha_256,
            function.handler,
            function.timeout,
            function.memory_size,
            function.run_time,
            tuple(function.environment_vars.items()),
            tuple(layer["Arn"] for layer in function.layers),
        )

    @property
    def log_group(self) -> str:
        """The function's own, unless its LoggingConfig names another (Lambda developer guide, monitoring-cloudwatchlogs-loggroups)."""
        return getattr(self.function, "logging", {}).get("LogGroup") or log_group_of(self.name)

    def bundle(self) -> Bundle:
        backend = lambda_backends[ACCOUNT][REGION]
        layers = tuple(backend.layers_versions_by_arn(layer["Arn"]).code_bytes for layer in self.function.layers)
        return bundle_of(getattr(self.function, "code_bytes", b""), layers)


def find(world: World, function_ref: str, qualifier: str | None = None) -> Deployed:
    """The function of a name, name:qualifier or ARN. FunctionNotFound says what AWS says."""
    name, _, in_ref = plain_reference(function_ref).partition(":")
    qualifier = in_ref or qualifier or None
    storage = lambda_backends[ACCOUNT][REGION]._lambdas
    try:
        wanted = _weighted(world, storage, name, qualifier)
        function = storage.get_function_by_name_with_qualifier(name, wanted)
    except LambdaClientError:
        raise FunctionNotFound(function_arn(name, qualifier)) from None
    if function is None:
        raise FunctionNotFound(function_arn(name, qualifier))
    return Deployed(name, function_arn(name), function_arn(name, qualifier), qualifier, str(function.version), function)


def latest_functions() -> list[LambdaFunction]:
    """Every function's unpublished version: what carries the reserved concurrency."""
    return list(lambda_backends[ACCOUNT][REGION]._lambdas.latest())


_ARN = re.compile(r"(?:arn:[\w-]+:lambda:[\w-]+:)?(?:\d{12}:)?function:(.+)")


def plain_reference(function_ref: str) -> str:
    """name[:qualifier] of any form of reference that AWS takes."""
    match = _ARN.fullmatch(function_ref)
    return match[1] if match else function_ref


def _weighted(world: World, storage: Any, name: str, qualifier: str | None) -> str | None:
    """The version an alias sends this invocation to: its routing weights are a seeded draw."""
    if qualifier is None or name not in storage._functions:
        return qualifier
    alias = storage._get_function_aliases(name).get(qualifier)
    weights = ((alias.routing_config or {}).get("AdditionalVersionWeights") or {}) if alias is not None else {}
    if not weights:
        return qualifier
    draw = world.random(f"alias/{name}:{qualifier}").random()
    for version, weight in weights.items():
        if draw < weight:
            return version
        draw -= weight
    return qualifier
