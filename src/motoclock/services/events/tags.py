"""Tags of rules and buses, found by the whole ARN: moto goes by the last name in it, on whatever bus.

The words are those recorded on AWS in March 2025.
"""

from typing import Any

from moto.events.exceptions import ResourceNotFoundException
from moto.events.models import EventsBackend

from motoclock.arn import Arn

_DEFAULT = "default"


class Tags(EventsBackend):
    """The part of the EventBridge backend that keeps them."""

    def list_tags_for_resource(self, arn: str) -> dict[str, list[dict[str, str]]]:
        return self.tagger.list_tags_for_resource(self._tagged(arn).arn)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        self.tagger.tag_resource(self._tagged(arn).arn, self.tagger.convert_dict_to_tags_input(tags))

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        self.tagger.untag_resource_using_names(self._tagged(arn).arn, tag_keys)

    def _tagged(self, arn: str) -> Any:
        kind, _, name = Arn.of(arn).resource.partition("/")
        if kind == "event-bus":
            if name not in self.event_buses:
                raise ResourceNotFoundException(f"Event bus {name} does not exist.")
            return self.event_buses[name]
        bus_name, _, name = name.rpartition("/")  # the names of partner buses have slashes in them
        bus = self.event_buses.get(bus_name or _DEFAULT)
        if bus is None or name not in bus.rules:
            raise ResourceNotFoundException(f"Rule {name} does not exist on EventBus {bus_name or _DEFAULT}.")
        return bus.rules[name]
