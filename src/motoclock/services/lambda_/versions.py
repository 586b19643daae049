"""Versions: their numbers are never used again, and what did not change since the last one is not published anew.

Lambda developer guide, configuration-versions. moto counts the versions that are left, forgets after the first publish that nothing
has changed, and copies for some lists all that a function can reach, which is the whole Cloud.
"""

import copy
from collections.abc import Iterable

from moto.awslambda.models import LambdaBackend, LambdaFunction


class Versions(LambdaBackend):
    """The part of the Lambda backend that keeps them."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self._numbers: dict[str, int] = {}  # the last version of each function that there is or was
        self._gone: dict[str, int] = {}  # the next revision of a function that is made anew

    def publish_version(self, function_name: str, description: str = "") -> LambdaFunction:
        latest = self._lambdas.get_function_by_name_or_arn_forbid_qualifier(function_name)
        name = latest.function_name
        versions = self._lambdas._functions[name]["versions"]
        if versions and not latest.code_or_config_updated:
            return versions[-1]
        latest.code_or_config_updated = False
        number = self._numbers[name] = self._numbers.get(name, 0) + 1
        version = copy.copy(latest)
        version.set_version(number)
        if description:
            version.description = description
        version.event_invoke_config = []  # a version starts without one
        version.changed_s = None
        versions.append(version)
        self._lambdas._arns[version.function_arn] = version
        latest.revision += 1
        return version

    def list_functions(self, func_version: str | None = None) -> Iterable[LambdaFunction]:
        return self.all_versions() if func_version == "ALL" else super().list_functions(func_version)

    def all_versions(self) -> list[LambdaFunction]:
        """Of every function: what is not published yet, and what is."""
        names = [function.function_name for function in self._lambdas.latest()]
        return [version for name in names for version in self.list_versions_by_function(name)]
