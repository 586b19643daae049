"""EventBridge requests and answers: the actions whose answers differ from moto's, and those that moto lacks."""

import json

from moto.events.responses import EventsHandler

from sevenways.moto_seams.events.backend import SevenEventsBackend
from sevenways.moto_seams.model_constraints import ModelConstraints


class SevenEventsHandler(ModelConstraints, EventsHandler):
    """moto's class, over a `SevenEventsBackend`."""

    events_backend: SevenEventsBackend

    def test_event_pattern(self) -> str:
        return json.dumps(
            {"Result": self.events_backend.matches(self._get_param("EventPattern"), self._get_param("Event"))}
        )

    def put_partner_events(self) -> str:
        answers = self.events_backend.put_partner_events(self._get_param("Entries"))
        return json.dumps({"FailedEntryCount": sum("ErrorCode" in one for one in answers), "Entries": answers})

    def list_event_sources(self) -> str:
        prefix = self._get_param("NamePrefix") or ""
        sources = [one.to_dict() for name, one in self.events_backend.event_sources.items() if name.startswith(prefix)]
        return json.dumps({"EventSources": sources})
