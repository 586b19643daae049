"""moto's EventBridge backend: what it checks, keeps and announces. One a region and account, as moto makes them."""

from typing import Any

from moto.events.exceptions import ResourceNotFoundException, ValidationException
from moto.events.models import EventBus, EventsBackend, PartnerEventSource, Rule
from moto.moto_api._internal import mock_random

from motoclock import announcements
from motoclock.facts import eventbridge as facts
from motoclock.services.events import entries as put
from motoclock.services.events.archives import Archives
from motoclock.services.events.destinations import ApiDestinations
from motoclock.services.events.entries import BusEvent
from motoclock.services.events.paging import page
from motoclock.services.events.patterns import check_expression, parsed
from motoclock.services.events.tags import Tags
from motoclock.services.events.targets import check_target, too_many
from motoclock.templates import strict_json
from motoclock.world import the_world

_RULES_MAX = facts.RULES_PER_BUS.value
_BUSES_MAX = facts.BUSES_MAX.value
_TARGETS_MAX = facts.TARGETS_PER_RULE.value
# API reference TestEventPattern, but for `resources`, which the service does not ask for: 147 recorded cases have none
_TESTED = ("id", "account", "source", "time", "region", "detail-type")


class SevenEventsBackend(ApiDestinations, Archives, Tags, EventsBackend):
    """moto's backend without its delivery."""

    @property
    def _url_module(self) -> Any:
        from motoclock.services.events import urls

        return urls

    # ------------------------------------------------------------------ rules and targets

    def put_rule(self, name: str, *args: Any, **kwargs: Any) -> Rule:
        """As moto, with AWS's own checks of pattern and schedule. The parsed pattern is kept as `rule.pattern`."""
        text = kwargs.get("event_pattern")
        pattern = parsed(text) if text else None
        expression = kwargs.get("scheduled_expression")
        if expression:
            check_expression(expression)
        bus = self._get_event_bus(self._normalize_event_bus_arn(kwargs.get("event_bus_arn")))
        if name not in bus.rules and len(bus.rules) >= _RULES_MAX:
            raise too_many()
        rule = super().put_rule(name, *args, **kwargs)
        rule.pattern = pattern
        the_world().announce(announcements.EVENTS_RULE_CHANGED, rule)
        return rule

    def delete_rule(self, name: str, event_bus_arn: str | None) -> None:
        bus = self.event_buses.get(self._normalize_event_bus_arn(event_bus_arn))
        rule = bus.rules.get(name) if bus else None
        super().delete_rule(name, event_bus_arn)
        if rule is not None:
            the_world().announce(announcements.EVENTS_RULE_DELETED, rule)

    def describe_rule(self, name: str, event_bus_arn: str | None) -> Rule:
        bus = self._get_event_bus(self._normalize_event_bus_arn(event_bus_arn))
        if name not in bus.rules:
            raise ResourceNotFoundException(f"Rule {name} does not exist on EventBus {bus.name}.")
        return bus.rules[name]

    def disable_rule(self, name: str, event_bus_arn: str | None) -> bool:
        return self._changed(name, event_bus_arn, super().disable_rule(name, event_bus_arn))

    def enable_rule(self, name: str, event_bus_arn: str | None) -> bool:
        return self._changed(name, event_bus_arn, super().enable_rule(name, event_bus_arn))

    def put_targets(self, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
        bus = self._get_event_bus(self._normalize_event_bus_arn(event_bus_arn))
        for target in targets:
            check_target(target)
        held = {target["Id"] for target in bus.rules[name].targets} if name in bus.rules else set()
        if len(held | {target["Id"] for target in targets}) > _TARGETS_MAX:
            raise too_many()
        super().put_targets(name, event_bus_arn, targets)

    def list_targets_by_rule(
        self, rule_id: str, event_bus_arn: str | None, next_token: str | None = None, limit: int | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """KeyError for a missing rule, which moto's response turns into AWS's error."""
        bus = self._get_event_bus(self._normalize_event_bus_arn(event_bus_arn))
        return page(bus.rules[rule_id].targets, limit, next_token)

    def _changed(self, name: str, event_bus_arn: str | None, found: bool) -> bool:
        if found:
            the_world().announce(announcements.EVENTS_RULE_CHANGED, self.describe_rule(name, event_bus_arn))
        return found

    def _normalize_event_bus_arn(self, event_bus_arn: str | None) -> str:
        """A bus by name or ARN. The names of partner buses have slashes in them."""
        return (event_bus_arn or "default").split(":event-bus/")[-1]

    # ------------------------------------------------------------------ events

    def put_events(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """An answer for each entry: its EventId, or ErrorCode and ErrorMessage."""
        put.check_request(events)
        return [put.failure_of(entry) or self._put(entry, entry.get("EventBusName")) for entry in events]

    def put_partner_events(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """As a partner: an event is seen only on the bus that was associated with its source; without one it is gone.

        Modelled: the course's account is partner and customer at once.
        """
        put.check_request(entries)
        answers = []
        for entry in entries:
            source = self.partner_event_sources.get(entry.get("Source") or "")
            if source is None or source.state == "DELETED":
                answers.append(
                    {
                        "ErrorCode": "ResourceNotFoundException",
                        "ErrorMessage": f"Event source {entry.get('Source')} does not exist.",
                    }
                )
            else:
                answers.append(put.failure_of(entry, from_service=True) or self._put(entry, source.name))
        return answers

    def _put(self, entry: dict[str, Any], bus_name: str | None) -> dict[str, Any]:
        world = the_world()
        event_id = str(mock_random.uuid4())
        content = put.envelope(entry, event_id, self.account_id, self.region_name, world.clock.datetime)
        event = BusEvent(content, put.size_of(entry), world.clock.now)
        name = self._normalize_event_bus_arn(bus_name)
        if (bus := self.event_buses.get(name)) is not None:
            world.announce(announcements.EVENTS_PUT, bus, event)
        else:
            arn = f"arn:aws:events:{self.region_name}:{self.account_id}:event-bus/{name}"
            world.announce(announcements.EVENTS_LOST, arn, event)
        return {"EventId": event_id}

    def matches(self, pattern: str, event: str) -> bool:
        """TestEventPattern."""
        try:
            content = strict_json.read(event)
        except ValueError:
            content = None
        if not isinstance(content, dict) or any(name not in content for name in _TESTED):
            raise ValidationException("Parameter Event is not valid.")  # no more than that: recorded in December 2024
        return parsed(pattern).matches(content)

    # ------------------------------------------------------------------ buses of partners

    def create_partner_event_source(self, name: str, account_id: str) -> PartnerEventSource:
        if not name.startswith("aws.partner/") or name.count("/") < 2:
            raise ValidationException(
                f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular "
                r"expression pattern: aws\.partner(/[\.\-_A-Za-z0-9]+){2,}"
            )
        source = super().create_partner_event_source(name, account_id)
        source.arn = f"arn:aws:events:{self.region_name}::event-source/{name}"
        source.state = "ACTIVE" if name in self.event_buses else "PENDING"
        return source

    def describe_event_source(self, name: str) -> PartnerEventSource:
        return self._source(self.event_sources, name)

    def describe_partner_event_source(self, name: str) -> PartnerEventSource:
        return self._source(self.partner_event_sources, name)

    def _source(self, sources: dict[str, PartnerEventSource], name: str) -> PartnerEventSource:
        if name not in sources:
            raise ResourceNotFoundException(f"Event source {name} does not exist.")
        return sources[name]

    def create_event_bus(self, name: str, event_source_name: str | None = None, **kwargs: Any) -> EventBus:
        if event_source_name and event_source_name != name:
            raise ValidationException("The name of a partner event bus must be that of its partner event source.")
        if len(self.event_buses) >= _BUSES_MAX:
            raise too_many()
        config = kwargs.pop("log_config", None)
        bus = super().create_event_bus(name, event_source_name, **kwargs)
        self._log_as(bus, config)
        if event_source_name:
            self.event_sources[event_source_name].state = "ACTIVE"
        return bus

    def delete_event_bus(self, name: str) -> None:
        bus = self.event_buses.get(name)
        if bus is not None and name != "default" and bus.rules:
            raise ValidationException("Cannot delete event bus: it has rules.")
        super().delete_event_bus(name)

    def remove_permission(self, event_bus_name: str | None, statement_id: str, remove_all_permissions: bool) -> None:
        """A bus without a policy has no such statement either: recorded on AWS in March 2025."""
        name = event_bus_name or "default"
        if not remove_all_permissions and not self.describe_event_bus(name).has_permissions():
            raise ResourceNotFoundException("Statement with the provided id does not exist.")
        super().remove_permission(name, statement_id, remove_all_permissions)

    def update_event_bus(self, name: str, changes: dict[str, Any]) -> EventBus:
        """`changes`: new values of description, kms_key_identifier, dead_letter_config and log_config, where given."""
        bus = self._get_event_bus(self._normalize_event_bus_arn(name))
        for attribute, value in changes.items():
            if value is not None and attribute != "log_config":
                setattr(bus, attribute, value)
        if changes.get("log_config") is not None:
            self._log_as(bus, changes["log_config"])
        bus.last_modified_time = the_world().clock.datetime.timestamp()
        return bus

    def _log_as(self, bus: EventBus, config: dict[str, str] | None) -> None:
        bus.log_config = config
        the_world().announce(announcements.EVENTS_BUS_LOGGING, bus, config or {})
