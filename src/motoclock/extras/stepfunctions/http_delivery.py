"""HTTP tasks: a state machine calls a system inside the Cloud, with the credentials of an EventBridge connection.

Source: Step Functions developer guide, call-https-apis. The connection's headers, query and body parameters win over the state's.
Modelled: a host that no `cloud.downstream` stands for, and a broken connection, are States.Http.Socket like a timeout; a redirect is
an answer, not followed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from moto.events.models import Connection

from motoclock.delivery.http.connections import Connections, ConnectionShare
from motoclock.delivery.http.exchange import UnknownHost, exchange
from motoclock.delivery.parcels import Undeliverable
from motoclock.extras.stepfunctions.http_calls import LIST_KEYS, HttpCall, HttpTaskFailed
from motoclock.facts import stepfunctions as facts
from motoclock.world import REGION, World

_TIMEOUT_S = facts.HTTP_TASK_TIMEOUT_S.value
_SOCKET = "States.Http.Socket"
_HEADERS = {"User-Agent": f"Amazon|StepFunctions|HttpInvoke|{REGION}", "Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the line, or would without what the connection adds."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


class Watcher(Protocol):
    """Who looks on as a call is made."""

    def asks(self, sent: Request, without_secrets: Request) -> None: ...

    def answered(self, response: HTTPResponse, text: str) -> None: ...


def call_http(world: World, call: HttpCall, watcher: Watcher | None = None) -> dict[str, Any]:
    """One request and its answer, as the state sees it."""
    known = world.services.connections
    connection, share = _connection(known, call.connection_arn)
    request = _request(call, share)
    if watcher is not None:
        watcher.asks(request, _request(call, ConnectionShare({}, {}, {})))
    try:
        response, body = exchange(world, request.method, request.url, request.headers, request.body, _TIMEOUT_S)
    except UnknownHost as unknown:
        raise HttpTaskFailed(_SOCKET, str(unknown)) from None
    except TimeoutError:
        raise HttpTaskFailed(_SOCKET, f"The system did not answer in {_TIMEOUT_S} s.") from None
    except (ConnectionError, HTTPException) as error:
        raise HttpTaskFailed(_SOCKET, str(error)) from None
    known.answered(connection, response.status)
    text = body.decode("utf-8", "replace")
    if watcher is not None:
        watcher.answered(response, text)
    if response.status >= 400:
        raise HttpTaskFailed(f"States.Http.StatusCode.{response.status}", text or response.reason)
    return _answer(response, text)


def _request(call: HttpCall, share: ConnectionShare) -> Request:
    query = _form({**call.query, **share.query}, "REPEAT")
    url = call.endpoint + (("&" if "?" in call.endpoint else "?") + query if query else "")
    headers = _merged(_HEADERS, _FORM if call.list_format else {}, call.headers, share.headers)
    return Request(call.method, url, headers, _body(call, share.body))


def _connection(known: Connections, arn: str) -> tuple[Connection, ConnectionShare]:
    """The connection, and what it adds to the request: a token is fetched first where it needs one."""
    try:
        connection = known.of(arn)
    except Undeliverable:
        raise HttpTaskFailed(
            "Events.ConnectionResource.ResourceNotFound", f"Connection {arn} does not exist."
        ) from None
    try:
        return connection, known.share_of(connection)
    except Undeliverable as error:
        raise HttpTaskFailed("Events.ConnectionResource.InvalidConnectionState", error.reason) from None


def _merged(*shares: Mapping[str, Any]) -> dict[str, str]:
    """Headers, of which the last to name one wins, however it is capitalised."""
    merged = {name.lower(): (name, _text(value)) for share in shares for name, value in share.items()}
    return dict(merged.values())


def _answer(response: HTTPResponse, text: str) -> dict[str, Any]:
    headers: dict[str, list[str]] = {}
    for name, value in response.getheaders():
        headers.setdefault(name.lower(), []).append(value)
    return {
        "Headers": headers,
        "ResponseBody": _parsed(text),
        "StatusCode": response.status,
        "StatusText": response.reason,
    }


def _parsed(text: str) -> Any:
    """JSON as a value, everything else as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _body(call: HttpCall, shared: dict[str, str]) -> bytes | None:
    body = call.body
    if shared:
        if body is not None and not isinstance(body, dict):
            raise HttpTaskFailed(
                "States.Runtime", "The connection adds parameters to the body, so RequestBody must be an object."
            )
        body = {**(body or {}), **shared}
    if body is None:
        return None
    if call.list_format and isinstance(body, dict):
        return _form(body, call.list_format).encode()
    return _text(body).encode()


def _form(values: dict[str, Any], list_format: str) -> str:
    """name=value pairs; a list and an object in one value as AWS writes them, `name[key]`."""
    return urlencode(
        [pair for name, value in values.items() for pair in _pairs(name, value, list_format)], quote_via=quote
    )


def _pairs(name: str, value: Any, list_format: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in _pairs(f"{name}[{key}]", each, list_format)]
    if isinstance(value, list) and list_format == "COMMAS":
        return [(name, ",".join(_text(each) for each in value))]
    if isinstance(value, list):
        keys = (LIST_KEYS[list_format].format(name=name, number=number) for number in range(len(value)))
        return [pair for key, each in zip(keys, value, strict=True) for pair in _pairs(key, each, list_format)]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
