"""What CreateSchedule and UpdateSchedule refuse, beyond the constraints that the service's model states.

Source: API reference CreateSchedule, Target; EventBridge Scheduler user guide, schedule-types, managing-targets-templated and
managing-targets-universal. Modelled: the words are ours where AWS's are not public; a one-time schedule whose time has passed is taken
and never fires.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from moto.core.exceptions import JsonRESTError
from moto.scheduler.exceptions import ValidationException

from motoclock.arn import Arn
from motoclock.delivery.aws_calls import CLIENTS
from motoclock.facts import scheduler as facts
from motoclock.templates import parses, timetable

_WINDOW = facts.FLEXIBLE_WINDOW_RANGE_MIN.value
_START_AGO = datetime.timedelta(seconds=facts.START_DATE_AGO_MAX_S.value)
_TEMPLATED = facts.TEMPLATED_TARGETS.value
_READING = facts.UNIVERSAL_UNSUPPORTED.value
_ANY_PLURAL = facts.RATE_ANY_PLURAL.value
_NEEDS_JSON = ("events", "lambda", "states")
UNIVERSAL = re.compile(r"arn:aws:scheduler:::aws-sdk:(\w+):(\w+)")


class GroupExists(JsonRESTError):
    """409: there is a schedule group of that name."""

    code = 409

    def __init__(self, name: str):
        super().__init__("ConflictException", f"Schedule group {name} already exists.")


def check_schedule(settings: Mapping[str, Any], now: datetime.datetime) -> None:
    """ValidationException for settings that AWS would not take."""
    times = _check_expression(settings)
    _check_window(settings.get("flexible_time_window") or {})
    if not isinstance(times, timetable.At):  # a one-time schedule has no use for the two dates, and AWS ignores them
        _check_dates(settings, now)
    _check_target(settings["target"])


def _check_expression(settings: Mapping[str, Any]) -> timetable.Timetable:
    expression, zone = settings["schedule_expression"], settings.get("schedule_expression_timezone") or "UTC"
    try:
        return timetable.parse(expression, zone, any_plural=_ANY_PLURAL)
    except timetable.InvalidZone:
        raise ValidationException(f"Invalid ScheduleExpressionTimezone {zone}.") from None
    except timetable.InvalidExpression:
        raise ValidationException(f"Invalid Schedule Expression {expression}.") from None


def _check_window(window: Mapping[str, Any]) -> None:
    minutes = window.get("MaximumWindowInMinutes")
    if window.get("Mode") == "FLEXIBLE" and minutes is None:
        raise ValidationException(
            f"FlexibleTimeWindow.MaximumWindowInMinutes must be from {int(_WINDOW.low)} to {int(_WINDOW.high)}."
        )
    if window.get("Mode") == "OFF" and minutes is not None:
        raise ValidationException("A FlexibleTimeWindow that is OFF has no MaximumWindowInMinutes.")


def _check_dates(settings: Mapping[str, Any], now: datetime.datetime) -> None:
    start, end = (moment(settings.get(name)) for name in ("start_date", "end_date"))
    if start is not None and start < now - _START_AGO:
        raise ValidationException("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end is not None and end <= max(now, start or now):
        raise ValidationException("The EndDate you specify must be in the future, and later than the StartDate.")


def _check_target(target: Mapping[str, Any]) -> None:
    arn = target["Arn"]
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters and (":sqs:" not in dead_letters or dead_letters.endswith(".fifo")):
        raise ValidationException("DeadLetterConfig.Arn must be a standard SQS queue.")
    if universal := UNIVERSAL.fullmatch(arn):
        _check_call(universal[1], universal[2])
        needs_json = True
    else:
        service = Arn.of(arn).service
        if not service:
            raise ValidationException("Provided Arn is not in correct format.")
        if service not in _TEMPLATED:
            raise ValidationException(
                f"{arn} is not a supported target: use a universal target, arn:aws:scheduler:::aws-sdk:service:apiAction."
            )
        _check_parameters(service, target)
        needs_json = service in _NEEDS_JSON
    if needs_json and target.get("Input") is not None and not parses(target["Input"]):
        raise ValidationException("Invalid RequestJson provided. Reason: the Input of this target must be JSON text.")


def _check_parameters(service: str, target: Mapping[str, Any]) -> None:
    if target["Arn"].endswith(".fifo") and not (target.get("SqsParameters") or {}).get("MessageGroupId"):
        raise ValidationException("SqsParameters.MessageGroupId is required for a FIFO queue.")
    for needing, member in (("events", "EventBridgeParameters"), ("kinesis", "KinesisParameters")):
        if service == needing and not target.get(member):
            raise ValidationException(f"{member} is required for target {target['Arn']}.")


def _check_call(service: str, action: str) -> None:
    """A universal target names an operation that exists, and that does more than read."""
    if any(re.match(rf"{word}(?![a-z])", action) for word in _READING):
        raise ValidationException(f"{action} is a read-only API action, which is not supported as a target.")
    try:
        operations = botocore.session.get_session().get_service_model(CLIENTS.get(service, service)).operation_names
    except UnknownServiceError:
        operations = []
    if action[:1].upper() + action[1:] not in operations:
        raise ValidationException(f"{service}:{action} is not an API action that Scheduler knows.")


def moment(seconds: Any) -> datetime.datetime | None:
    """A date as the API gives it, epoch seconds."""
    return None if seconds is None else datetime.datetime.fromtimestamp(float(seconds), datetime.UTC)
