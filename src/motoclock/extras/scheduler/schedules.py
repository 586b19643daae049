"""When schedules fire: once or again and again, in their time zone, between their dates, somewhere in their flexible window.

Source: EventBridge Scheduler user guide, schedule-types and managing-schedule-flexible-time-windows. Modelled: the moment inside a
flexible window is drawn evenly; a rate without a start date counts from its creation; precision is exact, where AWS says a minute.
"""

import datetime

from moto.scheduler.models import Schedule, scheduler_backends

from motoclock import announcements
from motoclock.clock import Timer
from motoclock.extras.scheduler.checks import moment
from motoclock.extras.scheduler.firing import Firing
from motoclock.facts import scheduler as facts
from motoclock.facts.shapes import MINUTE_S
from motoclock.templates.timetable import At, Timetable, parse
from motoclock.world import ACCOUNT, REGION, World


class Schedules:
    """The timers of all schedules, by ARN."""

    def __init__(self, world: World):
        self._world, self._clock = world, world.clock
        self._timers: dict[str, Timer] = {}
        world.subscribe(announcements.SCHEDULER_CHANGED, self._changed)
        world.subscribe(announcements.SCHEDULER_DELETED, self._stop)

    def _changed(self, schedule: Schedule) -> None:
        self._stop(schedule)
        if schedule.state == "ENABLED":
            now = self._clock.datetime
            start = moment(schedule.start_date)
            self._plan(schedule, now if start is None else max(now, start - _INSTANT), start or now)

    def _stop(self, schedule: Schedule) -> None:
        if (timer := self._timers.pop(schedule.arn, None)) is not None:
            timer.cancel()

    def _plan(self, schedule: Schedule, after: datetime.datetime, start: datetime.datetime) -> None:
        """Wait for the first time later than `after`; complete the schedule where there is none."""
        zone = schedule.schedule_expression_timezone
        times = parse(schedule.schedule_expression, zone, any_plural=facts.RATE_ANY_PLURAL.value)
        due = _first(times, after, start, schedule.start_date is not None)
        end = moment(schedule.end_date)
        if due is None or (end is not None and due > end and not isinstance(times, At)):
            self._complete(schedule)
            return
        delay = max(0.0, (due - self._clock.datetime).total_seconds())
        once = isinstance(times, At)
        self._timers[schedule.arn] = self._clock.call_later(delay, self._due, schedule, due, start, foreground=once)

    def _due(self, schedule: Schedule, due: datetime.datetime, start: datetime.datetime) -> None:
        window = schedule.flexible_time_window
        late_s = 0.0
        if window.get("Mode") == "FLEXIBLE":
            late_s = self._world.random("scheduler.windows").random() * int(window["MaximumWindowInMinutes"]) * MINUTE_S
        self._plan(schedule, due, start)  # first: whatever becomes of this firing, there is a next one
        firing = Firing(self._world, schedule, due)
        self._clock.spawn(firing.run, name=f"schedule {schedule.name}", delay=late_s)

    def _complete(self, schedule: Schedule) -> None:
        """There is no further firing. A schedule that never fired stays, as does one without an action."""
        fired = self._timers.pop(schedule.arn, None) is not None
        if fired and schedule.action_after_completion == "DELETE":
            group = scheduler_backends[ACCOUNT][REGION].schedule_groups.get(schedule.group_name)
            if group is not None:
                group.schedules.pop(schedule.name, None)


_INSTANT = datetime.timedelta(microseconds=1)


def _first(
    times: Timetable, after: datetime.datetime, start: datetime.datetime, dated: bool
) -> datetime.datetime | None:
    """A rate with a start date fires at that date for the first time."""
    if dated and not isinstance(times, At) and hasattr(times, "every_s") and after < start:
        return start
    return times.next_after(after, start)
