"""EventBridge requests and answers: the actions whose answers differ from moto's, and those that moto lacks."""

import json

from moto.events.responses import EventsHandler

from motoclock.services.events.backend import SevenEventsBackend
from motoclock.services.events.paging import page
from motoclock.services.model_constraints import ModelConstraints


class SevenEventsHandler(ModelConstraints, EventsHandler):
    """moto's class, over a `SevenEventsBackend`."""

    events_backend: SevenEventsBackend

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
        return json.dumps({**connection.describe_short(), "LastModifiedTime": connection.creation_time})

    def list_connections(self) -> str:
        """The states as they are; moto says AUTHORIZED of all."""
        prefix, state = self._get_param("NamePrefix") or "", self._get_param("ConnectionState")
        found = [
            {
                **connection.describe_short(),
                "Name": connection.name,
                "LastModifiedTime": connection.creation_time,
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
