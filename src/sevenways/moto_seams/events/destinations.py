"""Connections and API destinations, with the checks that moto leaves out.

Source: API reference CreateConnection, CreateApiDestination; EventBridge user guide, eb-api-destinations.
"""

import copy
from typing import Any

from moto.events.exceptions import ResourceAlreadyExistsException, ResourceNotFoundException, ValidationException
from moto.events.models import Connection, Destination

from sevenways.facts import eventbridge as facts

_PER_S = facts.API_DESTINATION_PER_S.value
_SECRETS = ("ApiKeyValue", "Password", "ClientSecret")
_AUTHORIZATIONS = {
    "API_KEY": "ApiKeyAuthParameters",
    "BASIC": "BasicAuthParameters",
    "OAUTH_CLIENT_CREDENTIALS": "OAuthParameters",
}


class ApiDestinations:
    """The half of the backend that keeps them. A mixin before moto's EventsBackend."""

    def create_connection(
        self, name: str, description: str, authorization_type: str, auth_parameters: Any
    ) -> Connection:
        if name in self.connections:
            raise ResourceAlreadyExistsException(f"Connection {name} already exists.")
        wanted = _AUTHORIZATIONS.get(authorization_type)
        if wanted is None or wanted not in (auth_parameters or {}):
            raise ValidationException(
                f"AuthorizationType {authorization_type} needs AuthParameters.{wanted or 'of a known type'}."
            )
        return super().create_connection(name, description, authorization_type, auth_parameters)

    def describe_connection(self, name: str) -> dict[str, Any]:
        """Without the secrets, which AWS shows to nobody."""
        described = copy.deepcopy(super().describe_connection(name))
        _without_secrets(described["AuthParameters"])
        return described

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
            raise ResourceNotFoundException(f"Connection '{connection_arn.split('/')[1:2]}' does not exist.")
        if not invocation_endpoint.startswith("https://"):
            raise ValidationException(
                f"InvocationEndpoint {invocation_endpoint} is not valid: it must be an https URL."
            )
        per_s = invocation_rate_limit_per_second or _PER_S
        return super().create_api_destination(
            name, description, connection_arn, invocation_endpoint, per_s, http_method
        )

    def connection_of(self, arn: str) -> Connection | None:
        return next((connection for connection in self.connections.values() if connection.arn == arn), None)

    def destination_of(self, arn: str) -> Destination | None:
        return next((destination for destination in self.destinations.values() if destination.arn == arn), None)


def _without_secrets(parameters: Any) -> None:
    if isinstance(parameters, dict):
        for name in _SECRETS:
            parameters.pop(name, None)
        for value in parameters.values():
            _without_secrets(value)
