"""EventBridge requests and answers: the actions whose answers differ from moto's, and those that moto lacks."""

import json
from typing import Any

from moto.events.models import EventBus
from moto.events.responses import EventsHandler

from motoclock.services.events.backend import SevenEventsBackend
from motoclock.services.events.destinations import times_of
from motoclock.services.events.paging import page
from motoclock.services.model_constraints import ModelConstraints

# what a bus can be given beside its name, as moto calls it and as AWS does
_SETTINGS = {
    "description": "Description",
    "kms_key_identifier": "KmsKeyIdentifier",
    "dead_letter_config": "DeadLetterConfig",
}


class SevenEventsHandler(ModelConstraints, EventsHandler):
    """moto's class, over a `SevenEventsBackend`."""

    events_backend: SevenEventsBackend

    def create_event_bus(self) -> str:
        """moto lacks LogConfig."""
        bus = self.events_backend.create_event_bus(
            name=self._get_param("Name"),
            event_source_name=self._get_param("EventSourceName"),
            tags=self._get_param("Tags"),
            log_config=self._get_param("LogConfig"),
            **{attribute: self._get_param(name) for attribute, name in _SETTINGS.items()},
        )
        return json.dumps({"EventBusArn": bus.arn, **_settings(bus)})

    def update_event_bus(self) -> str:
        """moto lacks it."""
        changes = {attribute: self._get_param(name) for attribute, name in _SETTINGS.items()}
        changes["log_config"] = self._get_param("LogConfig")
        bus = self.events_backend.update_event_bus(self._get_param("Name"), changes)
        return json.dumps({"Arn": bus.arn, "Name": bus.name, **_settings(bus)})

    def describe_event_bus(self) -> str:
        bus = self.events_backend.describe_event_bus(self._get_param("Name"))
        times = {"CreationTime": bus.creation_time, "LastModifiedTime": bus.last_modified_time}
        policy = {"Policy": bus.policy} if bus.policy else {}
        return json.dumps({"Arn": bus.arn, "Name": bus.name, **times, **_settings(bus), **policy})

    def list_event_buses(self) -> str:
        """moto leaves out all but names and policies."""
        buses, token = self.events_backend.list_event_buses(
            self._get_param("NamePrefix"), next_token=self._get_param("NextToken"), limit=self._get_param("Limit")
        )
        shown = [_listed(bus) for bus in buses]
        return json.dumps({"EventBuses": shown, **({"NextToken": token} if token else {})})

    def list_api_destinations(self) -> str:
        listed = json.loads(super().list_api_destinations()[0])["ApiDestinations"]
        for one in listed:
            destination = self.events_backend.destinations[one["Name"]]
            one["InvocationRateLimitPerSecond"] = destination.invocation_rate_limit_per_second
        return json.dumps({"ApiDestinations": listed})

    def test_event_pattern(self) -> str:
        return json.dumps(
            {"Result": self.events_backend.matches(self._get_param("EventPattern"), self._get_param("Event"))}
        )

    def list_replays(self) -> str:
        """moto has no pages of them."""
        found = self.events_backend.list_replays(
            self._get_param("NamePrefix"), self._get_param("EventSourceArn"), self._get_param("State")
        )
        replays, token = page(found, self._get_param("Limit"), self._get_param("NextToken"))
        return json.dumps({"Replays": replays, **({"NextToken": token} if token else {})})

    def create_connection(self) -> str:
        connection = self.events_backend.create_connection(
            self._get_param("Name"),
            self._get_param("Description"),
            self._get_param("AuthorizationType"),
            self._get_param("AuthParameters"),
        )
        return json.dumps({**connection.describe_short(), "LastModifiedTime": connection.last_modified_time})

    def list_connections(self) -> str:
        """The states as they are; moto says AUTHORIZED of all."""
        prefix, state = self._get_param("NamePrefix") or "", self._get_param("ConnectionState")
        found = [
            {
                **connection.describe_short(),
                "Name": connection.name,
                **times_of(connection),
                "AuthorizationType": connection.authorization_type,
                **({"StateReason": connection.state_reason} if connection.state_reason else {}),
            }
            for connection in self.events_backend.list_connections()
            if connection.name.startswith(prefix) and state in (None, connection.state)
        ]
        return json.dumps({"Connections": found})

    def deauthorize_connection(self) -> str:
        return json.dumps(self.events_backend.deauthorize_connection(self._get_param("Name")))

    def put_partner_events(self) -> str:
        answers = self.events_backend.put_partner_events(self._get_param("Entries"))
        return json.dumps({"FailedEntryCount": sum("ErrorCode" in one for one in answers), "Entries": answers})

    def list_event_sources(self) -> str:
        prefix = self._get_param("NamePrefix") or ""
        sources = [one.to_dict() for name, one in self.events_backend.event_sources.items() if name.startswith(prefix)]
        return json.dumps({"EventSources": sources})


def _listed(bus: EventBus) -> dict[str, Any]:
    """As ListEventBuses has it: recorded on AWS in January 2025."""
    times = {"CreationTime": bus.creation_time, "LastModifiedTime": bus.last_modified_time}
    more = {"Description": bus.description, "Policy": bus.policy}
    return {"Arn": bus.arn, "Name": bus.name, **times, **{name: value for name, value in more.items() if value}}


def _settings(bus: EventBus) -> dict[str, Any]:
    """Those that were given."""
    shown = {name: getattr(bus, attribute) for attribute, name in {**_SETTINGS, "log_config": "LogConfig"}.items()}
    return {name: value for name, value in shown.items() if value}
