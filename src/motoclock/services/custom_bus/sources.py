"""Event sources: what a classic bus has of one AWS service or of one partner, forwarded onto a custom bus.

Source: EventBridge user guide, eb-custom-bus-event-sources. Modelled: an event source is ACTIVE at once; the partner bus that AWS would
manage is the classic one that is associated with the partner event source.
"""

from collections.abc import Mapping
from typing import Any

from moto.events.models import events_backends

from motoclock.facts import custom_bus as facts
from motoclock.matching import InvalidEventPattern, Pattern
from motoclock.services.custom_bus.buses import Buses
from motoclock.services.custom_bus.errors import (
    InvalidInputException,
    InvalidStateException,
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from motoclock.world import the_world

_SOURCES_MAX = facts.EVENT_SOURCES_MAX.value
_SERVICE, _PARTNER = "AwsServiceEventsConfiguration", "PartnerEventsConfiguration"
_SET_BY_AWS = ("source", "account", "region")


class EventSource:
    """One event source. `origin` is the source field of the events that it forwards."""

    def __init__(self, name: str, arn: str, bus_arn: str):
        self.name, self.arn, self.bus_arn = name, arn, bus_arn
        self.description: str | None = None
        self.configuration: Mapping[str, Any] = {}
        self.pattern: Pattern | None = None
        self.revoked = False
        self.created = self.modified = the_world().clock.datetime

    @property
    def is_of_partner(self) -> bool:
        return _PARTNER in self.configuration

    @property
    def origin(self) -> str:
        if self.is_of_partner:
            return self.configuration[_PARTNER]["PartnerEventSourceArn"].split(":event-source/")[-1]
        return self.configuration[_SERVICE]["AwsService"]

    def forwards(self, content: Mapping[str, Any]) -> bool:
        return content["source"] == self.origin and (self.pattern is None or self.pattern.matches(content))

    def described(self) -> dict[str, Any]:
        return {"EventSourceArn": self.arn, "Name": self.name, "EventBusArn": self.bus_arn, "State": "ACTIVE"}


class Sources(Buses):
    """The operations on event sources."""

    def create_event_source(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self.once("create_event_source", given, self._create_source)

    def _create_source(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        bus.must_take_events()
        if any(one.name == given["Name"] for one in self.sources.values()):
            raise ResourceAlreadyExistsException(f"Event source {given['Name']} already exists.")
        if len(self.sources) >= _SOURCES_MAX:
            raise LimitExceededException(f"An account has at most {_SOURCES_MAX} event sources.")
        kind = "aws.partner" if _PARTNER in given["Configuration"] else "aws.service"
        source = EventSource(given["Name"], self.new_arn(f"event-sourcev2/{kind}", given["Name"]), bus.arn)
        self._configure_source(source, given["Configuration"])
        source.description = given.get("Description")
        self.sources[source.arn] = source
        self.tags[source.arn] = dict(given.get("Tags") or {})
        return {**source.described(), "CreationTime": source.created}

    def update_event_source(self, given: Mapping[str, Any]) -> dict[str, Any]:
        source = self.source(given["EventSourceArn"])
        if source.revoked:
            raise InvalidStateException(f"Event source {source.name} was revoked: it can only be deleted.")
        if "Configuration" in given:
            if (_PARTNER in given["Configuration"]) != source.is_of_partner:
                raise InvalidInputException("The kind of an event source can't be changed.")
            self._configure_source(source, given["Configuration"])
        source.description = given.get("Description", source.description)
        source.modified = the_world().clock.datetime
        return {**source.described(), "LastModifiedTime": source.modified}

    def describe_event_source(self, given: Mapping[str, Any]) -> dict[str, Any]:
        source = self.source(given["EventSourceArn"])
        return {
            **source.described(),
            "Configuration": source.configuration,
            "Description": source.description,
            "Revoked": source.revoked or None,
            "CreationTime": source.created,
            "LastModifiedTime": source.modified,
        }

    def list_event_sources(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus_arn = given.get("EventBusArn")
        if bus_arn is not None:
            self.bus(bus_arn)
        summaries = [
            {
                **one.described(),
                "Type": "PARTNER_EVENTS" if one.is_of_partner else "AWS_SERVICE_EVENTS",
                "Revoked": one.revoked or None,
                "CreationTime": one.created,
                "LastModifiedTime": one.modified,
                "EventSourceAccountId": self.account_id,
            }
            for one in self.sources.values()
            if bus_arn in (None, one.bus_arn)
        ]
        return self.page("EventSources", summaries, given)

    def delete_event_source(self, given: Mapping[str, Any]) -> dict[str, Any]:
        del self.sources[self.source(given["EventSourceArn"]).arn]
        return {}

    def source(self, arn: str) -> EventSource:
        if arn not in self.sources:
            raise ResourceNotFoundException(f"Event source {arn} does not exist.")
        return self.sources[arn]

    def _configure_source(self, source: EventSource, configuration: Mapping[str, Any]) -> None:
        (variant,) = configuration.values()
        dead_letters = (variant.get("OnFailureConfiguration") or {}).get("Arn") or ""
        if dead_letters.endswith(".fifo"):
            raise InvalidInputException(
                "OnFailureConfiguration.Arn must name a standard SQS queue: "
                "FIFO queues are not supported as EventSource dead-letter queues"
            )
        pattern = _pattern(variant.get("Pattern"))
        if _PARTNER in configuration:
            name = variant["PartnerEventSourceArn"].split(":event-source/")[-1]
            classic = events_backends[self.account_id][self.region_name]
            if name not in classic.partner_event_sources:
                raise ResourceNotFoundException(f"Partner event source {name} does not exist.")
            if name not in classic.event_buses:
                classic.create_event_bus(name, event_source_name=name)
        source.configuration, source.pattern = configuration, pattern


def _pattern(text: str | None) -> Pattern | None:
    if not text:
        return None
    try:
        pattern = Pattern.parse(text)
    except InvalidEventPattern as error:
        raise InvalidInputException(f"Configuration: the Pattern is not valid. {error}") from None
    for branch in pattern.branches:
        for rule in branch:
            if rule.path in _SET_BY_AWS:
                raise InvalidInputException(f"Configuration: the Pattern must not name {rule.path}, which AWS sets.")
    return pattern
