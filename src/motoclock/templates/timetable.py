"""Schedule expressions: rate(...), cron(...) with AWS's six fields, and at(...); when do they fire next?

Source: EventBridge user guide, eb-create-rule-schedule; EventBridge Scheduler user guide, schedule-types. A pure module: rules and
schedules share it.
"""

import datetime
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS_S = {"minute": 60, "hour": 3600, "day": 24 * 3600}
_MONTHS = {
    name: n
    for n, name in enumerate(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1)
}
_DAYS = {name: n for n, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)}
_YEARS = (1970, 2199)
# a rate that would first be due when the calendar has ended is refused (modelled: AWS says no upper bound)
_RATE_MAX_S = (datetime.MAXYEAR - _YEARS[1]) * 365 * 24 * 3600
_SATURDAY = 7


class InvalidExpression(ValueError):
    """The expression is none that AWS takes."""


class InvalidZone(InvalidExpression):
    """The time zone is none."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds, counted from a start."""

    every_s: int

    def next_after(self, moment: datetime.datetime, start: datetime.datetime) -> datetime.datetime:
        """The first firing later than `moment`; the first of all is one period after `start`."""
        periods = max(0, (moment - start) // datetime.timedelta(seconds=self.every_s))
        return start + (periods + 1) * datetime.timedelta(seconds=self.every_s)


@dataclass(frozen=True, slots=True)
class At:
    """Once."""

    moment: datetime.datetime

    def next_after(self, moment: datetime.datetime, start: datetime.datetime) -> datetime.datetime | None:
        return self.moment if self.moment > moment else None


@dataclass(frozen=True, slots=True)
class Cron:
    """Six fields: minutes, hours, day of month, month, day of week, year. Times are those of `zone`.

    A time that does not exist when clocks go forward is skipped; one that exists twice when they go back fires once (schedule-types).
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days_of_month: str
    months: frozenset[int]
    days_of_week: str
    years: frozenset[int]
    zone: ZoneInfo

    def next_after(self, moment: datetime.datetime, start: datetime.datetime) -> datetime.datetime | None:
        """The first minute later than `moment` that all fields agree on; None when there is none before the year 2200."""
        local = moment.astimezone(self.zone)
        for day in self._days_from(local.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    wanted = datetime.datetime.combine(day, datetime.time(hour, minute), self.zone)
                    fires = wanted.astimezone(datetime.UTC)
                    exists = fires.astimezone(self.zone).time() == wanted.time()  # not in the hour that spring skips
                    if fires > moment and exists:
                        return fires
        return None

    def _days_from(self, day: datetime.date) -> Iterator[datetime.date]:
        for year in sorted(year for year in self.years if year >= day.year):
            for month in sorted(self.months):
                if (year, month) < (day.year, day.month):
                    continue
                for number in sorted(self._days_of(year, month)):
                    if (found := datetime.date(year, month, number)) >= day:
                        yield found

    def _days_of(self, year: int, month: int) -> set[int]:
        last = monthrange(year, month)[1]
        if self.days_of_week == "?":
            return {day for part in self.days_of_month.split(",") for day in _month_days(part, year, month, last)}
        return {day for part in self.days_of_week.split(",") for day in _week_days(part, year, month, last)}


Timetable = Rate | At | Cron


def parse(expression: str, zone: str = "UTC", *, any_plural: bool = False) -> Timetable:
    """Read an expression. InvalidExpression for what AWS refuses, blanks at the ends of it or of a rate among that.

    `any_plural`: take rate(5 minute) and rate(1 minutes), as Scheduler does and rules do not.
    """
    found = re.fullmatch(r"(rate|cron|at)\(([^()]*)\)", expression)
    if not found:
        raise InvalidExpression(f"{expression} is not rate(...), cron(...) or at(...).")
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidZone(f"{zone} is no time zone.") from None
    if found[1] == "rate":
        return _rate(found[2], any_plural)
    return _cron(found[2], place) if found[1] == "cron" else _at(found[2], place)


# ---------------------------------------------------------------------- reading


def _rate(text: str, any_plural: bool) -> Rate:
    found = re.fullmatch(r"(\d+) (minute|hour|day)(s?)", text)
    if not found or int(found[1]) < 1 or ((int(found[1]) == 1) is bool(found[3]) and not any_plural):
        raise InvalidExpression(f"rate({text}): write rate(1 minute) or rate(5 minutes), hours, days.")
    every_s = int(found[1]) * _UNITS_S[found[2]]
    if every_s > _RATE_MAX_S:
        raise InvalidExpression(f"rate({text}) is never due.")
    return Rate(every_s)


def _at(text: str, zone: ZoneInfo) -> At:
    try:
        moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=zone)
        return At(moment.astimezone(datetime.UTC))
    except (ValueError, OverflowError):
        raise InvalidExpression(f"at({text}): write at(yyyy-mm-ddThh:mm:ss).") from None


def _cron(text: str, zone: ZoneInfo) -> Cron:
    fields = text.upper().split()
    if len(fields) != 6:
        raise InvalidExpression(
            f"cron({text}) has {len(fields)} fields and needs six: minutes hours day month weekday year."
        )
    minutes, hours, days, months, weekdays, years = fields
    if (days == "?") == (weekdays == "?"):
        raise InvalidExpression(f"cron({text}): exactly one of day-of-month and day-of-week must be ?.")
    for part in days.split(",") if days != "?" else ():
        if part not in ("L", "LW"):
            _numbers(re.sub(r"(?<=^\d)W$|(?<=^\d\d)W$", "", part), 1, 31)
    for part in weekdays.split(",") if weekdays != "?" else ():
        if part != "L":
            day = re.fullmatch(r"([1-7]|[A-Z]{3})(?:L|#[1-5])", part)
            _numbers(day[1] if day else part, 1, 7, _DAYS)
    return Cron(
        tuple(sorted(_numbers(minutes, 0, 59))),
        tuple(sorted(_numbers(hours, 0, 23))),
        days,
        frozenset(_numbers(months, 1, 12, _MONTHS)),
        weekdays,
        frozenset(_numbers(years, *_YEARS)),
        zone,
    )


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> set[int]:
    """What a field of lists, ranges and increments stands for."""
    found: set[int] = set()
    for part in field.split(","):
        whole, _, step = part.partition("/")
        first, dash, last = whole.partition("-")
        if whole == "*":
            start, end = low, high
        else:
            start = _number(first, names, field)
            end = _number(last, names, field) if dash else (high if step else start)
        if not (low <= start <= high and low <= end <= high) or (step and not step.isdecimal()) or step == "0":
            raise InvalidExpression(f"{field} is not a field of cron between {low} and {high}.")
        if start <= end:
            found.update(range(start, end + 1, int(step or 1)))
        else:  # FRI-MON goes round
            found.update(
                low + (number - low) % (high - low + 1) for number in range(start, end + high - low + 2, int(step or 1))
            )
    return found


def _number(text: str, names: dict[str, int] | None, field: str) -> int:
    if names and text in names:
        return names[text]
    if not text.isdecimal():
        raise InvalidExpression(f"{field} is not a field of cron.")
    return int(text)


# ---------------------------------------------------------------------- days of a month


def _month_days(part: str, year: int, month: int, last: int) -> set[int]:
    if part == "L":
        return {last}
    if part == "LW":
        return {_nearest_weekday(year, month, last, last)}
    if part.endswith("W"):
        wanted = int(part[:-1])
        return {_nearest_weekday(year, month, wanted, last)} if wanted <= last else set()
    return {day for day in _numbers(part, 1, 31) if day <= last}


def _nearest_weekday(year: int, month: int, day: int, last: int) -> int:
    """The Monday to Friday of the same month that is nearest."""
    weekday = datetime.date(year, month, day).weekday()
    if weekday == 5:
        return day - 1 if day > 1 else day + 2
    if weekday == 6:
        return day + 1 if day < last else day - 2
    return day


def _week_days(part: str, year: int, month: int, last: int) -> set[int]:
    def days_of(weekday: int) -> list[int]:
        return [day for day in range(1, last + 1) if datetime.date(year, month, day).isoweekday() % 7 + 1 == weekday]

    if part == "L":
        return set(days_of(_SATURDAY))
    if part.endswith("L"):
        return {days_of(_number(part[:-1], _DAYS, part))[-1]}
    if "#" in part:
        weekday, _, turn = part.partition("#")
        return set(days_of(_number(weekday, _DAYS, part))[int(turn) - 1 : int(turn)])
    return {day for weekday in _numbers(part, 1, 7, _DAYS) for day in days_of(weekday)}
