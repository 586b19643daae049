"""Schedule expressions: when they fire."""

import datetime

import pytest

from motoclock.templates.timetable import InvalidExpression, parse

OPENING = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)  # a Tuesday


def firings(expression: str, count: int = 3, zone: str = "UTC") -> list[str]:
    times, moment, found = parse(expression, zone), OPENING, []
    while len(found) < count and (moment := times.next_after(moment, OPENING)) is not None:
        found.append(moment.strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 hour)", ["2030-01-01 01:00", "2030-01-01 02:00", "2030-01-01 03:00"]),
        ("rate(2 days)", ["2030-01-03 00:00", "2030-01-05 00:00", "2030-01-07 00:00"]),
        ("cron(15 10 * * ? *)", ["2030-01-01 10:15", "2030-01-02 10:15", "2030-01-03 10:15"]),
        ("cron(0/20 8 1 * ? *)", ["2030-01-01 08:00", "2030-01-01 08:20", "2030-01-01 08:40"]),
        ("cron(0 18 ? * MON-FRI *)", ["2030-01-01 18:00", "2030-01-02 18:00", "2030-01-03 18:00"]),
        ("cron(0 0 L * ? *)", ["2030-01-31 00:00", "2030-02-28 00:00", "2030-03-31 00:00"]),
        ("cron(0 0 LW * ? *)", ["2030-01-31 00:00", "2030-02-28 00:00", "2030-03-29 00:00"]),
        ("cron(0 0 5W * ? *)", ["2030-01-04 00:00", "2030-02-05 00:00", "2030-03-05 00:00"]),
        ("cron(0 0 ? * 6L *)", ["2030-01-25 00:00", "2030-02-22 00:00", "2030-03-29 00:00"]),
        ("cron(0 0 ? * FRIL *)", ["2030-01-25 00:00", "2030-02-22 00:00", "2030-03-29 00:00"]),
        ("cron(0 0 ? * 2#1 *)", ["2030-01-07 00:00", "2030-02-04 00:00", "2030-03-04 00:00"]),
        ("cron(0 0 ? * L *)", ["2030-01-05 00:00", "2030-01-12 00:00", "2030-01-19 00:00"]),
        ("cron(0 12 29 FEB ? 2030-2040)", ["2032-02-29 12:00", "2036-02-29 12:00", "2040-02-29 12:00"]),
        ("cron(0 6,18 1,15 JAN-MAR/2 ? *)", ["2030-01-01 06:00", "2030-01-01 18:00", "2030-01-15 06:00"]),
        ("cron(0 0 ? * FRI-MON *)", ["2030-01-04 00:00", "2030-01-05 00:00", "2030-01-06 00:00"]),
        ("cron(0 0 1 1 ? 2029)", []),
        ("at(2030-01-02T03:04:05)", ["2030-01-02 03:04"]),
        ("at(2029-12-31T00:00:00)", []),
    ],
)
def test_when_it_fires(expression, expected):
    assert firings(expression) == expected


def test_a_time_zone_moves_with_summer_time():
    assert firings("cron(0 9 L 3,4 ? 2030)", 2, "Europe/Berlin") == ["2030-03-31 07:00", "2030-04-30 07:00"]
    assert firings("at(2030-01-02T09:00:00)", 1, "America/New_York") == ["2030-01-02 14:00"]


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minutes)", "rate(2 hour)", "rate(0 hours)", "rate(5 seconds)", "rate(5)", "every day", "cron(0 0 * * * *)",
        "cron(0 0 ? * ? *)", "cron(0 0 * * ?)", "cron(60 0 * * ? *)", "cron(0 24 * * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 * 13 ? *)",
        "cron(0 0 ? * 8 *)", "cron(0 0 ? * 2#6 *)", "cron(0 0 * * ? 1969)", "cron(0/0 0 * * ? *)", "at(tomorrow)",
    ],
)  # fmt: skip
def test_what_is_no_expression(expression):
    with pytest.raises(InvalidExpression):
        parse(expression)


def test_a_time_that_spring_skips_is_skipped_and_one_that_autumn_repeats_fires_once():
    spring = firings("cron(30 2 30,31 3 ? 2030)", 3, "Europe/Berlin")
    assert spring == ["2030-03-30 01:30"]
    assert firings("cron(30 2 26-28 10 ? 2030)", 4, "Europe/Berlin") == [
        "2030-10-26 00:30",
        "2030-10-27 00:30",
        "2030-10-28 01:30",
    ]


@pytest.mark.parametrize("field", ["0W", "32W", "W", "L-3", "LL"])
def test_days_of_the_month_that_are_none(field):
    with pytest.raises(InvalidExpression):
        parse(f"cron(0 9 {field} * ? *)")


@pytest.mark.parametrize("field", ["ABCL", "ABC#1", "8L", "0#1", "FRI#6", "FRI#"])
def test_days_of_the_week_that_are_none(field):
    with pytest.raises(InvalidExpression):
        parse(f"cron(0 9 ? * {field} *)")
