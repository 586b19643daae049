"""The URLs of functions and aliases, as far as the API tells of them. moto knows no qualifier, and takes a second one for the first.

Recorded on AWS in November 2025. Modelled: nobody can call such a URL, since the course has no HTTP of its own; its name follows from
the ARN.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.core.responses import TYPE_RESPONSE, BaseResponse

from motoclock.functions.deployed import function_arn
from motoclock.services.lambda_.answers import answer
from motoclock.services.lambda_.descriptions import paged
from motoclock.services.lambda_.naming import NotFound, names_of, qualified
from motoclock.world import the_world

_MODE, _MODE_DEFAULT = "InvokeMode", "BUFFERED"
_SETTINGS = ("AuthType", "Cors", _MODE)


class UrlExists(LambdaClientError):
    code = 409

    def __init__(self, arn: str):
        super().__init__(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig exists for this Lambda "
            "function",
        )


@dataclass(slots=True)
class FunctionUrl:
    """What was given, and when (ISO 8601)."""

    arn: str
    given: dict[str, Any]
    made: str
    changed: str = field(init=False)

    def __post_init__(self) -> None:
        self.changed = self.made

    def as_made(self) -> dict[str, Any]:
        """Settings that nobody gave are not told."""
        host = hashlib.sha256(self.arn.encode()).hexdigest()[:32]
        url = f"https://{host}.lambda-url.us-east-1.on.aws/"
        return {"FunctionUrl": url, "FunctionArn": self.arn, **self.given, "CreationTime": self.made}

    def as_changed(self) -> dict[str, Any]:
        return {**self.as_made(), "LastModifiedTime": self.changed}

    def as_found(self) -> dict[str, Any]:
        return {_MODE: _MODE_DEFAULT, **self.as_changed()}


class FunctionUrls(LambdaBackend):
    """The part of the Lambda backend that keeps them, by the ARN that they call."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self._function_urls: dict[str, FunctionUrl] = {}

    def make_url(self, name: str, qualifier: str | None, given: dict[str, Any]) -> FunctionUrl:
        arn = self._callable(name, qualifier)
        if arn in self._function_urls:
            raise UrlExists(arn)
        made = self._function_urls[arn] = FunctionUrl(arn, _settings(given), _now())
        return made

    def change_url(self, name: str, qualifier: str | None, given: dict[str, Any]) -> FunctionUrl:
        self._callable(name, qualifier)
        found = self.find_url(name, qualifier)
        found.given |= _settings(given)
        found.changed = _now()
        return found

    def find_url(self, name: str, qualifier: str | None) -> FunctionUrl:
        found = self._function_urls.get(function_arn(*qualified(name, qualifier)))
        if found is None:
            raise NotFound("The resource you requested does not exist.")
        return found

    def remove_url(self, name: str, qualifier: str | None) -> None:
        del self._function_urls[self.find_url(name, qualifier).arn]

    def urls_of(self, name: str) -> list[FunctionUrl]:
        arn = self._callable(name, None)
        return [url for url in self._function_urls.values() if url.arn == arn or url.arn.startswith(f"{arn}:")]

    def forget_urls(self, name: str) -> None:
        """With its function each URL goes."""
        arn = function_arn(name)
        kept = {one: url for one, url in self._function_urls.items() if one != arn and not one.startswith(f"{arn}:")}
        self._function_urls = kept

    def _callable(self, name: str, qualifier: str | None) -> str:
        name, qualifier = qualified(name, qualifier)
        if name not in self._lambdas._functions or (
            qualifier and qualifier not in self._lambdas._get_function_aliases(name)
        ):
            raise NotFound("Function does not exist")
        return function_arn(name, qualifier)


class UrlAnswers(BaseResponse):
    """A mixin before moto's response class."""

    def create_function_url_config(self) -> TYPE_RESPONSE:
        return answer(201, {}, json.dumps(self._urls.make_url(*self._whose("Create"), self.json_body).as_made()))

    def update_function_url_config(self) -> TYPE_RESPONSE:
        return answer(200, {}, json.dumps(self._urls.change_url(*self._whose("Update"), self.json_body).as_changed()))

    def get_function_url_config(self) -> TYPE_RESPONSE:
        return answer(200, {}, json.dumps(self._urls.find_url(*self._whose("Get")).as_found()))

    def delete_function_url_config(self) -> TYPE_RESPONSE:
        self._urls.remove_url(*self._whose("Delete"))
        return answer(204, {}, "")

    def list_function_url_configs(self) -> TYPE_RESPONSE:
        every = self._urls.urls_of(names_of("ListFunctionUrlConfigs", self.path)["FunctionName"])
        page, more = paged(self.parsed_url.query, every)
        return answer(200, {}, json.dumps({"FunctionUrlConfigs": [url.as_found() for url in page], **more}))

    @property
    def _urls(self) -> FunctionUrls:
        return self.backend

    def _whose(self, verb: str) -> tuple[str, str | None]:
        name = names_of(f"{verb}FunctionUrlConfig", self.path)["FunctionName"]
        return name, parse_qs(self.parsed_url.query).get("Qualifier", [None])[0]


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in _SETTINGS if given.get(name) is not None}


def _now() -> str:
    return f"{the_world().clock.datetime:%Y-%m-%dT%H:%M:%S.%f}000Z"
