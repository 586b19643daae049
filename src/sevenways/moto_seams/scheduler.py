"""Seam: EventBridge Scheduler's schedules are checked as AWS checks them, kept by moto, and announced to the delivery.

moto 5.2.5 stores a schedule and never fires it. Announced: "scheduler.changed" and "scheduler.deleted", each with the schedule.
Source: API reference CreateSchedule; EventBridge Scheduler user guide, schedule-types.
"""

from typing import Any

from moto.scheduler import urls
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse

from sevenways import timetable
from sevenways.facts import scheduler as facts
from sevenways.world import the_world

_WINDOW = facts.FLEXIBLE_WINDOW_RANGE_MIN.value
_RANGES = (
    ("MaximumRetryAttempts", facts.RETRIES_RANGE.value),
    ("MaximumEventAgeInSeconds", facts.EVENT_AGE_RANGE_S.value),
)


class SevenSchedulerBackend(EventBridgeSchedulerBackend):
    """moto's backend, with checks and announcements."""

    @property
    def _url_module(self) -> Any:
        return urls

    def create_schedule(self, **settings: Any) -> Schedule:
        group = settings.get("group_name") or "default"
        if group not in self.schedule_groups:
            raise ScheduleGroupNotFound(group)
        _check(settings)
        schedule = super().create_schedule(**settings)
        the_world().announce("scheduler.changed", schedule)
        return schedule

    def update_schedule(self, **settings: Any) -> Schedule:
        _check(settings)
        schedule = super().update_schedule(**settings)
        schedule.state = settings.get("state") or "ENABLED"
        the_world().announce("scheduler.changed", schedule)
        return schedule

    def delete_schedule(self, group_name: str | None, name: str) -> None:
        schedule = self.get_schedule(group_name, name)
        super().delete_schedule(group_name, name)
        the_world().announce("scheduler.deleted", schedule)

    def delete_schedule_group(self, name: str | None) -> None:
        for schedule in list(self.get_schedule_group(name).schedules.values()):
            self.delete_schedule(schedule.group_name, schedule.name)
        super().delete_schedule_group(name)


def install() -> None:
    """Backends are made on first use, so this must come before the first Scheduler call."""
    scheduler_backends.backend = SevenSchedulerBackend
    plain_update = EventBridgeSchedulerResponse.update_schedule

    def update_schedule(response: EventBridgeSchedulerResponse) -> str:
        """moto forgets what is to happen after the last firing."""
        answer = plain_update(response)
        name = response.uri.split("?")[0].split("/")[-1]
        schedule = response.scheduler_backend.get_schedule(response._get_param("GroupName"), name)
        schedule.action_after_completion = response._get_param("ActionAfterCompletion")
        return answer

    EventBridgeSchedulerResponse.update_schedule = update_schedule


def _check(settings: dict[str, Any]) -> None:
    expression, zone = settings["schedule_expression"], settings.get("schedule_expression_timezone") or "UTC"
    try:
        timetable.parse(expression, zone)
    except timetable.InvalidExpression as error:
        what = "ScheduleExpressionTimezone" if "time zone" in str(error) else "Schedule Expression"
        raise ValidationException(f"Invalid {what} {zone if 'zone' in what else expression}.") from None
    window = settings.get("flexible_time_window") or {}
    minutes = window.get("MaximumWindowInMinutes")
    if window.get("Mode") == "FLEXIBLE" and (minutes is None or minutes not in _WINDOW):
        raise ValidationException(
            f"FlexibleTimeWindow.MaximumWindowInMinutes must be from {int(_WINDOW.low)} to {int(_WINDOW.high)}."
        )
    if window.get("Mode") == "OFF" and minutes is not None:
        raise ValidationException("A FlexibleTimeWindow that is OFF has no MaximumWindowInMinutes.")
    target = settings["target"]
    policy = target.get("RetryPolicy") or {}
    for name, span in _RANGES:
        if policy.get(name) is not None and policy[name] not in span:
            raise ValidationException(f"RetryPolicy.{name} must be from {int(span.low)} to {int(span.high)}.")
    if target["Arn"].endswith(".fifo") and not (target.get("SqsParameters") or {}).get("MessageGroupId"):
        raise ValidationException("SqsParameters.MessageGroupId is required for a FIFO queue.")
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters and (":sqs:" not in dead_letters or dead_letters.endswith(".fifo")):
        raise ValidationException("DeadLetterConfig.Arn must be a standard SQS queue.")
