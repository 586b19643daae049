"""Rules with a schedule: a rate or cron on the default bus, in UTC. Each firing is an event for the rule's own targets.

Source: EventBridge user guide, eb-create-rule-schedule. They are background work: a schedule alone does not keep `cloud.run()` going.
"""

import json

from moto.events.models import Rule

from motoclock import announcements
from motoclock.clock import Timer
from motoclock.delivery.eventbridge.bus import EventBridge
from motoclock.templates import timetable
from motoclock.trace import Sent
from motoclock.world import World

_DISABLED = "DISABLED"


class RuleSchedules:
    """The timers of all scheduled rules, by the rule's ARN."""

    def __init__(self, world: World, bridge: EventBridge):
        self._world, self._clock, self._bridge = world, world.clock, bridge
        self._timers: dict[str, Timer] = {}
        world.subscribe(announcements.EVENTS_RULE_CHANGED, self._changed)
        world.subscribe(announcements.EVENTS_RULE_DELETED, self._stop)

    def _changed(self, rule: Rule) -> None:
        self._stop(rule)
        if rule.scheduled_expression and rule.state != _DISABLED:
            self._plan(rule, timetable.parse(rule.scheduled_expression), self._clock.datetime)

    def _stop(self, rule: Rule) -> None:
        if (timer := self._timers.pop(rule.arn, None)) is not None:
            timer.cancel()

    def _plan(self, rule: Rule, times: timetable.Timetable, start) -> None:
        now = self._clock.datetime
        fires = times.next_after(now, start)
        if fires is not None:
            delay = (fires - now).total_seconds()
            self._timers[rule.arn] = self._clock.call_later(delay, self._fire, rule, times, start, foreground=False)

    def _fire(self, rule: Rule, times: timetable.Timetable, start) -> None:
        self._plan(rule, times, start)
        detail = json.dumps({})
        event = self._bridge.event(
            {"Source": "aws.events", "DetailType": "Scheduled Event", "Detail": detail, "Resources": [rule.arn]}
        )
        bus_arn = f"{rule.arn.split(':rule/')[0]}:event-bus/{rule.event_bus_name}"
        sent = Sent(f"Scheduled Event of {rule.name}", event.size_bytes, sender=rule.arn)
        self._bridge.logs.took(bus_arn, event)
        self._world.trace.append(sent, bus_arn, event.id)
        self._bridge.trigger(bus_arn, rule, event)
