"""Subscribers: a filter, one target, and where in the bus's history they start.

Source: EventBridge user guide, eb-custom-bus-subscribers and eb-custom-bus-replay. Modelled: a subscriber is at work at
once, where AWS needs a moment; what a subscriber would log is not written.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from motoclock import announcements
from motoclock.facts import custom_bus as facts
from motoclock.services.custom_bus.buses import Buses, EventBusV2
from motoclock.services.custom_bus.errors import (
    InvalidInputException,
    InvalidStateException,
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from motoclock.services.custom_bus.filters import Filters, parsed
from motoclock.services.custom_bus.targets import CLASSIC_BUS, UNIVERSAL, check_target, expression_in, expressions
from motoclock.world import the_world

_SUBSCRIBERS_MAX = facts.SUBSCRIBERS_MAX.value
_BLOCKS = (
    "Description",
    "FilterConfiguration",
    "BatchConfiguration",
    "Transformer",
    "RetryPolicy",
    "OnFailureConfiguration",
    "LogConfiguration",
)
_RAW = {"Type": "RAW"}


class Subscriber:
    """One subscriber. `settings` are its configuration blocks as the API has them; `filters` the parsed filter."""

    def __init__(self, name: str, arn: str, bus_arn: str, given: Mapping[str, Any]):
        self.name, self.arn, self.bus_arn = name, arn, bus_arn
        self.settings: dict[str, Any] = {}
        self.filters = Filters()
        self.type = given.get("Type") or "UNORDERED"
        self.starting_position = given.get("StartingPosition") or "LATEST"
        self.point_in_time: Mapping[str, Any] | None = given.get("PointInTimeConfiguration")
        self.state = given.get("State") or "RUNNING"
        self.revoked = False
        self.created = self.modified = the_world().clock.datetime

    @property
    def target_arn(self) -> str:
        return self.settings["InvokeConfiguration"]["TargetArn"]

    @property
    def is_running(self) -> bool:
        return self.state == "RUNNING" and not self.revoked

    @property
    def end(self) -> datetime.datetime | None:
        """Events published later than this are not for it."""
        return (self.point_in_time or {}).get("EndPoint")

    def identity(self) -> dict[str, Any]:
        return {
            "SubscriberArn": self.arn,
            "Name": self.name,
            "EventBusArn": self.bus_arn,
            "Type": self.type,
            "StartingPosition": self.starting_position,
            "PointInTimeConfiguration": self.point_in_time,
            "State": self.state,
        }


class Subscribers(Buses):
    """The operations on subscribers."""

    def create_subscriber(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return self.once("create_subscriber", given, self._create_subscriber)

    def _create_subscriber(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus = self.bus(given["EventBusArn"])
        bus.must_take_events()
        attached = [one for one in self.subscribers.values() if one.bus_arn == bus.arn]
        if any(one.name == given["Name"] for one in attached):
            raise ResourceAlreadyExistsException(f"Subscriber {given['Name']} already exists on {bus.name}.")
        if len(attached) >= _SUBSCRIBERS_MAX:
            raise LimitExceededException(f"A bus has at most {_SUBSCRIBERS_MAX:,} subscribers.")
        _check_start(given, bus)
        subscriber = Subscriber(given["Name"], self.new_arn("subscriber", given["Name"]), bus.arn, given)
        self._configure(subscriber, {"InvokeConfiguration": given["InvokeConfiguration"], **_said(given)})
        self.subscribers[subscriber.arn] = subscriber
        self.tags[subscriber.arn] = dict(given.get("Tags") or {})
        the_world().announce(announcements.CUSTOM_BUS_SUBSCRIBER_CREATED, bus, subscriber)
        return {**subscriber.identity(), "CreationTime": subscriber.created}

    def update_subscriber(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A block that is left out stays; one that is given replaces the whole block."""
        subscriber = self.subscriber(given["SubscriberArn"])
        if subscriber.revoked:
            raise InvalidStateException(f"Subscriber {subscriber.name} was revoked: it can only be deleted.")
        settings = {**subscriber.settings, **_said(given)}
        if settings.get("FilterConfiguration") == {}:
            del settings["FilterConfiguration"]
        if "InvokeConfiguration" in given:
            settings["InvokeConfiguration"] = {**given["InvokeConfiguration"], "TargetArn": subscriber.target_arn}
        self._configure(subscriber, settings)
        before, subscriber.state = subscriber.state, given.get("State") or subscriber.state
        subscriber.modified = the_world().clock.datetime
        resumed = before == "STOPPED" and subscriber.state == "RUNNING"
        skips = resumed and given.get("ResumePosition") == "LATEST"
        the_world().announce(announcements.CUSTOM_BUS_SUBSCRIBER_CHANGED, subscriber, skips)
        return {**subscriber.identity(), "LastModifiedTime": subscriber.modified}

    def describe_subscriber(self, given: Mapping[str, Any]) -> dict[str, Any]:
        subscriber = self.subscriber(given["SubscriberArn"])
        return {
            **subscriber.identity(),
            **subscriber.settings,
            "Revoked": subscriber.revoked or None,
            "CreationTime": subscriber.created,
            "LastModifiedTime": subscriber.modified,
        }

    def list_subscribers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        bus_arn = given.get("EventBusArn")
        if bus_arn is not None:
            self.bus(bus_arn)
        summaries = [
            {
                "SubscriberArn": one.arn,
                "Name": one.name,
                "EventBusArn": one.bus_arn,
                "TargetArn": one.target_arn,
                "Type": one.type,
                "Revoked": one.revoked or None,
                "State": one.state,
                "CreationTime": one.created,
                "LastModifiedTime": one.modified,
                "SubscriberAccountId": self.account_id,
            }
            for one in self.subscribers.values()
            if bus_arn in (None, one.bus_arn)
        ]
        return self.page("Subscribers", summaries, given)

    def delete_subscriber(self, given: Mapping[str, Any]) -> dict[str, Any]:
        subscriber = self.subscriber(given["SubscriberArn"])
        del self.subscribers[subscriber.arn]
        the_world().announce(announcements.CUSTOM_BUS_SUBSCRIBER_DELETED, subscriber)
        return {}

    def revoke_resource(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Of a subscriber or an event source: it stops for good, and can only be deleted."""
        arn = given["Arn"]
        found = self.subscribers.get(arn) or self.sources.get(arn)
        if found is None:
            raise ResourceNotFoundException(f"Resource {arn} does not exist.")
        found.revoked = True
        if isinstance(found, Subscriber):
            the_world().announce(announcements.CUSTOM_BUS_SUBSCRIBER_CHANGED, found, False)
        return {"Arn": arn}

    def subscriber(self, arn: str) -> Subscriber:
        if arn not in self.subscribers:
            raise ResourceNotFoundException(f"Subscriber {arn} does not exist.")
        return self.subscribers[arn]

    def _configure(self, subscriber: Subscriber, settings: dict[str, Any]) -> None:
        """Check everything before anything is changed."""
        invoke = settings["InvokeConfiguration"]
        kind = check_target(invoke, subscriber.bus_arn, self.account_id, self.region_name)
        filters = parsed(settings.get("FilterConfiguration"))
        _check_shaping(settings.get("Transformer"), kind is UNIVERSAL, kind is CLASSIC_BUS)
        for expression in expressions(invoke.get(kind.block or "") or {}):
            check_expression(expression, f"InvokeConfiguration.{kind.block}")
        batch = dict(settings.get("BatchConfiguration") or {})
        if kind is UNIVERSAL and len(batch) < 2:
            raise InvalidInputException("BatchConfiguration with both its members is required for a universal target.")
        batch = {"MaxBatchSize": batch.get("MaxBatchSize") or kind.batch_default,
                 "MaxBatchWindowInSeconds": batch.get("MaxBatchWindowInSeconds") or 0}  # fmt: skip
        if batch["MaxBatchSize"] > kind.batch_max:
            raise InvalidInputException(f"MaxBatchSize for a {kind.name} is at most {kind.batch_max}.")
        policy = {
            "MaxRetryAttempts": facts.RETRIES_DEFAULT.value,
            "MaxEventAgeInSeconds": facts.EVENT_AGE_DEFAULT_S.value,
            "RetryStrategy": "ALL",
            **(settings.get("RetryPolicy") or {}),
        }
        transformer = {} if kind is UNIVERSAL else {"Transformer": settings.get("Transformer") or _RAW}
        subscriber.settings = {**settings, "BatchConfiguration": batch, "RetryPolicy": policy, **transformer}
        subscriber.filters = filters


def check_expression(expression: str, where: str) -> None:
    """InvalidInputException for a JSONata expression that can't be read. Only its syntax is checked."""
    from motoclock.templates.jsonata import JException, compiled  # a heavy import, and few need it

    try:
        compiled(expression)
    except (JException, ValueError, IndexError, TypeError) as error:
        raise InvalidInputException(f"{where}: the expression {expression} is not valid JSONata: {error}") from None


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in _BLOCKS if name in given}


def _check_shaping(transformer: Mapping[str, Any] | None, is_universal: bool, to_classic_bus: bool) -> None:
    if transformer is None:
        return
    kind = transformer.get("Type") or "RAW"
    if is_universal:
        raise InvalidInputException("A universal target takes no Transformer: shape UniversalTargetParameters.Input.")
    if to_classic_bus and kind != "RAW":
        raise InvalidInputException(
            "A subscriber whose target is a classic event bus supports only the Transformer RAW."
        )
    expression = (transformer.get("JsonataConfiguration") or {}).get("Expression")
    if kind == "JSONATA":
        if expression is None:
            raise InvalidInputException("Transformer.JsonataConfiguration is required when its Type is JSONATA.")
        check_expression(expression_in(expression) or "", "Transformer.JsonataConfiguration.Expression")


def _check_start(given: Mapping[str, Any], bus: EventBusV2) -> None:
    point = given.get("PointInTimeConfiguration")
    if (given.get("StartingPosition") or "LATEST") != "POINT_IN_TIME":
        if point is not None:
            raise InvalidInputException("PointInTimeConfiguration is for the StartingPosition POINT_IN_TIME.")
        return
    if point is None:
        raise InvalidInputException("PointInTimeConfiguration is required for the StartingPosition POINT_IN_TIME.")
    start, end = point.get("StartingPoint"), point.get("EndPoint")
    if point["PointType"] == "TIMESTAMP":
        if start is None:
            raise InvalidInputException("StartingPoint is required when PointType is TIMESTAMP.")
        if not bus.window_start.replace(microsecond=0) <= start <= the_world().clock.datetime:
            raise InvalidInputException(
                f"StartingPoint must not be earlier than {bus.window_start:%Y-%m-%dT%H:%M:%SZ}, nor in the future."
            )
    if end is not None and end < (start or bus.window_start):
        raise InvalidInputException("EndPoint must not be earlier than the start.")
