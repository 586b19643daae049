"""Calls to HTTP systems outside AWS: an API destination with its connection.

Source: EventBridge user guide, eb-api-destinations and eb-target-connection. Modelled: the rate limit is a rolling second.
"""

import datetime
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse
from typing import Any
from urllib.parse import quote, urlencode

from moto.events.models import Connection, Destination, events_backends

from motoclock.delivery.http.connections import Connections, ConnectionShare
from motoclock.delivery.http.exchange import call
from motoclock.delivery.parcels import Undeliverable
from motoclock.facts import eventbridge as facts
from motoclock.templates.json_path import MISSING, find
from motoclock.world import ACCOUNT, REGION, World

_TIMEOUT_S = facts.API_DESTINATION_TIMEOUT_S.value
_RETRIED = {int(status) for status in facts.API_DESTINATION_RETRIED.value if status.isdecimal()}
_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")
_HEADERS = {
    "User-Agent": "Amazon/EventBridge/ApiDestinations",
    "Content-Type": "application/json; charset=utf-8",
}


class WaitAtLeast(Undeliverable):
    """An answer whose Retry-After says how long to wait."""

    def __init__(self, reason: str, code: str, wait_s: float):
        super().__init__(reason, code, retryable=True)
        self.wait_s = wait_s


class ApiDestinations:
    """Every API destination of a world, each with its rate limit."""

    def __init__(self, world: World):
        self._world, self._clock = world, world.clock
        self._starts: dict[str, deque[float]] = defaultdict(deque)

    @property
    def _connections(self) -> Connections:
        return self._world.services.connections

    def call(self, arn: str, parameters: Mapping[str, Any], body: str, document: Any) -> None:
        """As `fetch`, for who does not read the answer."""
        self.fetch(arn, parameters, body, document)

    def fetch(self, arn: str, parameters: Mapping[str, Any], body: str, document: Any) -> bytes:
        """One request; returns the body of the answer.

        `parameters`: HttpParameters of the target, whose JSON paths look into `document`. Blocks a Task.
        Undeliverable, retryable or not, for anything but a 2xx or 3xx.
        """
        backend = events_backends[ACCOUNT][REGION]
        destination = backend.destination_of(arn)
        if destination is None:
            raise Undeliverable(f"The API destination {''.join(arn.split('/')[1:2])} does not exist.", "NO_RESOURCE")
        connection = self._connections.of(destination.connection_arn)
        self._wait_for_turn(destination)
        share = self._connections.share_of(connection)
        return self._send(destination, connection, _Request(destination, share, parameters, body, document))

    def _wait_for_turn(self, destination: Destination) -> None:
        """No more than the limit in any second; the others wait."""
        starts, per_s = self._starts[destination.arn], int(destination.invocation_rate_limit_per_second)
        now = self._clock.now
        start = max(now, starts[-per_s] + 1.0) if len(starts) >= per_s else now
        starts.append(start)
        while len(starts) > per_s:
            starts.popleft()
        if start > now:
            self._clock.sleep(start - now)

    def _send(self, destination: Destination, connection: Connection, request: "_Request") -> bytes:
        method, url = destination.http_method, request.url
        answer, content = call(self._world, destination.arn, method, url, request.headers, request.body, _TIMEOUT_S)
        self._connections.answered(connection, answer.status)
        self._judge(answer)
        return content

    def _judge(self, answer: HTTPResponse) -> None:
        status = answer.status
        if status < 400:
            return
        reason = f"it answered {status} {answer.reason}"
        if status not in _RETRIED and status < 500:
            raise Undeliverable(reason, "ERROR_FROM_TARGET")
        code = "THROTTLING" if status == 429 else "ERROR_FROM_TARGET"
        wait_s = _retry_after_s(answer.getheader("Retry-After"), self._clock.datetime)
        if wait_s is None:
            raise Undeliverable(reason, code, retryable=True)
        raise WaitAtLeast(reason, code, wait_s)


class _Request:
    """What is sent: the target's parameters, then the connection's, which win."""

    def __init__(
        self, destination: Destination, share: ConnectionShare, parameters: Mapping[str, Any], body: str, document: Any
    ):
        query = {
            name: _text(value, document) for name, value in (parameters.get("QueryStringParameters") or {}).items()
        }
        query |= share.query
        self.url = _filled(destination.invocation_endpoint, parameters.get("PathParameterValues") or (), document)
        if query:
            self.url += ("&" if "?" in self.url else "?") + urlencode(query)
        headers = {name: _text(value, document) for name, value in (parameters.get("HeaderParameters") or {}).items()}
        self.headers = {**_HEADERS, **headers, **share.headers}
        self.body: bytes | None = None
        if destination.http_method not in _WITHOUT_BODY:
            self.body = _with_parameters(body, share.body).encode()


def _filled(endpoint: str, values: Any, document: Any) -> str:
    """Each `*` of the endpoint stands for the next path parameter."""
    for value in values:
        endpoint = endpoint.replace("*", quote(_text(value, document), safe=""), 1)
    return endpoint


def _text(value: str, document: Any) -> str:
    """A parameter: a constant, or the value at a JSON path of the original event."""
    if not value.startswith("$."):
        return value
    found = find(document, value)
    if found is MISSING:
        return ""
    return found if isinstance(found, str) else json.dumps(found)


def _with_parameters(body: str, parameters: Mapping[str, str]) -> str:
    """The connection's body parameters are added to a body that is an object."""
    if not parameters:
        return body
    try:
        content = json.loads(body)
    except ValueError:
        return body
    return json.dumps({**content, **parameters}) if isinstance(content, dict) else body


def _retry_after_s(header: str | None, now: datetime.datetime) -> float | None:
    """Retry-After is a number of seconds or a date."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (TypeError, ValueError):
        return None
