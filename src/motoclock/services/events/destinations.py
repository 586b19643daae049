"""Connections and API destinations, with the checks that moto leaves out.

Source: API reference CreateConnection, CreateApiDestination; EventBridge user guide, eb-api-destinations.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any

from moto.events import models as events_models
from moto.events.exceptions import ResourceAlreadyExistsException, ResourceNotFoundException, ValidationException
from moto.events.models import CamelToUnderscoresWalker, Connection, Destination
from moto.moto_api._internal import mock_random
from moto.secretsmanager.models import secretsmanager_backends

from motoclock import announcements
from motoclock.facts import eventbridge as facts
from motoclock.world import the_world

OAUTH = "OAuthParameters"
AUTHORIZED, AUTHORIZING, DEAUTHORIZED = "AUTHORIZED", "AUTHORIZING", "DEAUTHORIZED"
_PER_S = facts.API_DESTINATION_PER_S.value
_SECRETS = ("ApiKeyValue", "Password", "ClientSecret")
_AUTHORIZATIONS = {
    "API_KEY": "ApiKeyAuthParameters",
    "BASIC": "BasicAuthParameters",
    "OAUTH_CLIENT_CREDENTIALS": OAUTH,
}


class ApiDestinations:
    """The half of the backend that keeps them. A mixin before moto's EventsBackend."""

    # moto's EventsBackend has them
    account_id: str
    region_name: str
    connections: Any
    destinations: Any

    def create_connection(
        self, name: str, description: str, authorization_type: str, auth_parameters: Any
    ) -> Connection:
        if name in self.connections:
            raise ResourceAlreadyExistsException(f"Connection {name} already exists.")
        _check_authorization(authorization_type, auth_parameters)
        connection = super().create_connection(name, description, authorization_type, auth_parameters)
        self._authorize(connection)
        return connection

    def update_connection(self, name: str, **kwargs: Any) -> dict[str, Any]:
        """New parameters are authorized anew."""
        connection = self._connection(name)
        given = kwargs.get("auth_parameters")
        _check_authorization(
            kwargs.get("authorization_type") or connection.authorization_type, given or connection.auth_parameters
        )
        super().update_connection(name, **kwargs)
        if given:
            self._keep_secret(connection)
        self._authorize(connection)
        return {**connection.describe_short(), **times_of(connection)}

    def deauthorize_connection(self, name: str) -> dict[str, Any]:
        """What it had to show is forgotten, until UpdateConnection gives it something new."""
        connection = self._connection(name)
        connection.state, connection.state_reason, connection.deauthorized = DEAUTHORIZED, "It was deauthorized.", True
        connection.last_modified_time = the_world().clock.datetime.timestamp()
        the_world().announce(announcements.EVENTS_CONNECTION_CHANGED, connection)
        return {**connection.describe_short(), **times_of(connection)}

    def delete_connection(self, name: str) -> dict[str, Any]:
        """Gone at once (modelled), though the answer says that it is being deleted."""
        connection = self._connection(name)
        return {**super().delete_connection(name), "ConnectionState": "DELETING", **times_of(connection)}

    def describe_connection(self, name: str) -> dict[str, Any]:
        """Without the secrets, which AWS shows to nobody."""
        if name not in self.connections:
            raise ResourceNotFoundException(
                f"Failed to describe the connection(s). Connection '{name}' does not exist."
            )
        described = copy.deepcopy(super().describe_connection(name))
        _without_secrets(described["AuthParameters"])
        if reason := self.connections[name].state_reason:
            described["StateReason"] = reason
        return described | times_of(self.connections[name])

    def _connection(self, name: str) -> Connection:
        if name not in self.connections:
            raise ResourceNotFoundException(f"Connection '{name}' does not exist.")
        return self.connections[name]

    def _keep_secret(self, connection: Connection) -> None:
        """moto makes the secret with the connection and leaves it as it was."""
        kept: dict[str, Any] = {}
        for name, value in connection.auth_parameters.items():
            kept.update({name: value} if name == "InvocationHttpParameters" else value)
        secretsmanager_backends[self.account_id][self.region_name].update_secret(
            connection.secret_arn,
            secret_string=json.dumps(_flat(CamelToUnderscoresWalker.parse(kept))),
            client_request_token=str(mock_random.uuid4()),
        )

    def _authorize(self, connection: Connection) -> None:
        """A key or a password is taken at its word; a token has to be fetched, by whoever hears of it."""
        connection.deauthorized, connection.state_reason = False, None
        connection.state = AUTHORIZING if OAUTH in connection.auth_parameters else AUTHORIZED
        connection.last_modified_time = the_world().clock.datetime.timestamp()
        the_world().announce(announcements.EVENTS_CONNECTION_CHANGED, connection)

    def create_api_destination(
        self,
        name: str,
        description: str,
        connection_arn: str,
        invocation_endpoint: str,
        invocation_rate_limit_per_second: Any,
        http_method: str,
    ) -> dict[str, Any]:
        if name in self.destinations:
            raise ResourceAlreadyExistsException(f"An api-destination '{name}' already exists.")
        if self.connection_of(connection_arn) is None:
            raise ResourceNotFoundException(f"Connection '{''.join(connection_arn.split('/')[1:2])}' does not exist.")
        if not invocation_endpoint.startswith("https://"):
            raise ValidationException(
                f"InvocationEndpoint {invocation_endpoint} is not valid: it must be an https URL."
            )
        per_s = invocation_rate_limit_per_second or _PER_S
        return super().create_api_destination(
            name, description, connection_arn, invocation_endpoint, per_s, http_method
        ) | {"ApiDestinationState": self.state_of(self.destinations[name])}

    def describe_api_destination(self, name: str) -> dict[str, Any]:
        if name not in self.destinations:
            raise ResourceNotFoundException(
                f"Failed to describe the api-destination(s). An api-destination '{name}' does not exist."
            )
        described = super().describe_api_destination(name)
        return described | {"ApiDestinationState": self.state_of(self.destinations[name])}

    def list_api_destinations(self) -> list[Destination]:
        found = super().list_api_destinations()
        for destination in found:
            destination.state = self.state_of(destination)
        return found

    def state_of(self, destination: Destination) -> str:
        """ACTIVE while its connection is there and not deauthorized."""
        connection = self.connection_of(destination.connection_arn)
        return "INACTIVE" if connection is None or connection.state == DEAUTHORIZED else "ACTIVE"

    def connection_of(self, arn: str) -> Connection | None:
        return next((connection for connection in self.connections.values() if connection.arn == arn), None)

    def destination_of(self, arn: str) -> Destination | None:
        return next((destination for destination in self.destinations.values() if destination.arn == arn), None)


def times_of(connection: Connection) -> dict[str, float]:
    """Recorded on AWS in December 2024: also a connection that waits for its token has a time of authorization."""
    at = connection.last_modified_time
    return {"LastModifiedTime": at, "LastAuthorizedTime": at}


class _Secrets:
    """What moto's connection sees of Secrets Manager: the name and the form of the secret are AWS's (recorded in December 2024)."""

    def __init__(self, backend: Any):
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def create_managed_secret(self, service_name: str, secret_id: str, secret_string: str, description: str) -> Any:
        """The secret's id is its own, not the connection's."""
        folder = secret_id.removesuffix("/auth").rpartition("/")[0]
        flat = json.dumps(_flat(json.loads(secret_string)))
        return self._backend.create_managed_secret(
            service_name, f"{folder}/{mock_random.uuid4()}", flat, description=description
        )


def _flat(secret: dict[str, Any]) -> dict[str, Any]:
    """Id and secret of an OAuth client stand beside the rest."""
    return {**secret.pop("client_parameters", {}), **secret}


def install() -> None:
    plain = events_models.get_secrets_manager_backend
    events_models.get_secrets_manager_backend = lambda account, region: _Secrets(plain(account, region))


def _without_secrets(parameters: Any) -> None:
    if isinstance(parameters, dict):
        for name in (*_SECRETS, *(["Value"] if parameters.get("IsValueSecret") else [])):
            parameters.pop(name, None)
        for value in parameters.values():
            _without_secrets(value)
    elif isinstance(parameters, list):
        for value in parameters:
            _without_secrets(value)


def _check_authorization(kind: str, parameters: Mapping[str, Any] | None) -> None:
    wanted = _AUTHORIZATIONS.get(kind)
    if wanted is None or wanted not in (parameters or {}):
        raise ValidationException(f"AuthorizationType {kind} needs AuthParameters.{wanted or 'of a known type'}.")
    endpoint = (parameters[wanted] or {}).get("AuthorizationEndpoint")
    if endpoint is not None and not endpoint.startswith("https://"):
        raise ValidationException(f"AuthorizationEndpoint {endpoint} is not valid: it must be an https URL.")
