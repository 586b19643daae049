"""EventBridge connections at work: what a request to an HTTP system shows for its authorization. For whoever has a connection's ARN.

With OAuth the client's id and secret are exchanged for a token at the authorization endpoint: once when the connection is made, again
shortly before it expires, and after a 401 or 407. Source: EventBridge user guide, eb-target-connection-auth. Modelled: the token
request is that of RFC 6749, the id and secret in its form (in the query of a GET); a failed exchange leaves the connection
DEAUTHORIZED until one succeeds; there are no connection events.
"""

import base64
import contextlib
import json
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from moto.events.models import Connection, events_backends

from motoclock import announcements
from motoclock.clock import Signal
from motoclock.delivery.http.exchange import call
from motoclock.delivery.parcels import Undeliverable
from motoclock.facts import eventbridge as facts
from motoclock.services.events.destinations import AUTHORIZED, AUTHORIZING, DEAUTHORIZED, OAUTH
from motoclock.world import ACCOUNT, REGION, World

_TIMEOUT_S = facts.API_DESTINATION_TIMEOUT_S.value
_EARLY_S = facts.OAUTH_REFRESH_EARLY_S.value
_REFRESHING = tuple(int(status) for status in facts.OAUTH_REFRESHED_AFTER.value)
_WAIT_STATUSES = (429,)


class ConnectionShare(NamedTuple):
    """What a connection adds to every request that uses it."""

    headers: dict[str, str]
    query: dict[str, str]
    body: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    good_until: float


class Connections:
    """The connections of a world, with their tokens."""

    def __init__(self, world: World):
        self._world, self._clock = world, world.clock
        self._tokens: dict[str, _Token] = {}
        self._fetching: dict[str, Signal] = {}
        world.subscribe(announcements.EVENTS_CONNECTION_CHANGED, self._changed)

    def of(self, arn: str) -> Connection:
        """The connection with this ARN. Undeliverable when there is none."""
        connection = events_backends[ACCOUNT][REGION].connection_of(arn)
        if connection is None:
            raise Undeliverable(f"The connection {''.join(arn.split('/')[1:2])} does not exist.", "NO_RESOURCE")
        return connection

    def share_of(self, connection: Connection) -> ConnectionShare:
        """Its parameters, and the authorization among its headers. May block the Task, as `authorization` may."""
        shared = connection.auth_parameters.get("InvocationHttpParameters") or {}
        return ConnectionShare(
            {**pairs(shared.get("HeaderParameters")), **self.authorization(connection)},
            pairs(shared.get("QueryStringParameters")),
            pairs(shared.get("BodyParameters")),
        )

    def authorization(self, connection: Connection) -> dict[str, str]:
        """The headers that authorize a request. May block the Task for a new token; Undeliverable when none is to be had."""
        auth = connection.auth_parameters
        if getattr(connection, "deauthorized", False):
            raise Undeliverable(f"The connection {connection.name} was deauthorized.", "CONNECTION_DEAUTHORIZED")
        if key := auth.get("ApiKeyAuthParameters"):
            return {key["ApiKeyName"]: key["ApiKeyValue"]}
        if basic := auth.get("BasicAuthParameters"):
            secret = base64.b64encode(f"{basic['Username']}:{basic['Password']}".encode()).decode()
            return {"Authorization": f"Basic {secret}"}
        return {"Authorization": f"Bearer {self._token(connection).text}"}

    def answered(self, connection: Connection, status: int) -> None:
        """An answer to a request with those headers: after a 401 or 407 the next request gets a new token."""
        if status in _REFRESHING:
            self._tokens.pop(connection.arn, None)

    # ------------------------------------------------------------------ tokens

    def _changed(self, connection: Connection) -> None:
        self._tokens.pop(connection.arn, None)
        if connection.state == AUTHORIZING:
            self._clock.spawn(self._authorize, connection, name=connection.arn)

    def _authorize(self, connection: Connection) -> None:
        with contextlib.suppress(Undeliverable):  # the connection's state says so
            self._token(connection)

    def _token(self, connection: Connection) -> _Token:
        """A token that is still good for a while: the one there is, the one that somebody else is fetching, or a new one."""
        arn = connection.arn
        while arn in self._fetching:
            self._clock.wait(self._fetching[arn], foreground=True)
        token = self._tokens.get(arn)
        if token is None or token.good_until - _EARLY_S <= self._clock.now:
            fetched = self._fetching[arn] = self._clock.signal()
            try:
                token = self._tokens[arn] = self._fetch(connection)
                _become(connection, AUTHORIZED)
            except Undeliverable as error:
                _become(connection, DEAUTHORIZED, error.reason)
                raise
            finally:
                del self._fetching[arn]
                fetched.fire()
        return token

    def _fetch(self, connection: Connection) -> _Token:
        oauth = connection.auth_parameters[OAUTH]
        method, url = oauth["HttpMethod"].upper(), oauth["AuthorizationEndpoint"]
        client, extra = oauth["ClientParameters"], oauth.get("OAuthHttpParameters") or {}
        form = {
            "grant_type": "client_credentials",
            "client_id": client["ClientID"],
            "client_secret": client["ClientSecret"],
            **pairs(extra.get("BodyParameters")),
        }
        query = pairs(extra.get("QueryStringParameters")) | (form if method == "GET" else {})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            **pairs(extra.get("HeaderParameters")),
        }
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        body = None if method == "GET" else urlencode(form).encode()
        answer, content = call(self._world, connection.arn, method, url, headers, body, _TIMEOUT_S)
        if answer.status >= 400:
            later = answer.status >= 500 or answer.status in _WAIT_STATUSES
            raise Undeliverable(
                f"the authorization endpoint answered {answer.status} {answer.reason}",
                "AUTHORIZATION_FAILURE",
                retryable=later,
            )
        return self._read(content)

    def _read(self, body: bytes) -> _Token:
        try:
            said = json.loads(body)
            lifetime = said.get("expires_in")
            good_until = float("inf") if lifetime is None else self._clock.now + float(lifetime)
            return _Token(str(said["access_token"]), good_until)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Undeliverable(
                "the authorization endpoint gave no access_token in a JSON object", "AUTHORIZATION_FAILURE"
            ) from None


def pairs(parameters: Any) -> dict[str, str]:
    """Parameters of a connection as a mapping."""
    return {one["Key"]: one.get("Value", "") for one in parameters or ()}


def _become(connection: Connection, state: str, reason: str | None = None) -> None:
    connection.state, connection.state_reason = state, reason
