"""Durations, moments, counts, money and names are written one way each."""

import pytest

from motoclock.wording import (
    at_most,
    count,
    counted,
    duration,
    listed,
    moment,
    money,
    name_of,
    ordinal,
    shortened,
    times,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (0.001, "0.001 s"), (0.2, "0.2 s"), (4, "4 s"), (28.2, "28.2 s"),
        (59.9999, "1 min"), (60, "1 min"), (90, "1 min 30 s"),
        (3599.9, "1 h"), (5400, "1 h 30 min"), (86_399, "1 d"), (345_600, "4 d"), (108_000, "1 d 6 h"), (-4, "-4 s"),
    ],
)  # fmt: skip
def test_a_duration_has_at_most_two_units(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (4, "0:04"),
        (4.2, "0:04.2"),
        (90, "1:30"),
        (3600, "1:00:00"),
        (59.9996, "1:00"),
        (345_600, "4 d 00:00:00"),
    ],
)
def test_a_moment_reads_like_a_clock(seconds, text):
    assert moment(seconds) == text


def test_counts_have_plurals():
    assert [count(n, "message") for n in (0, 1, 1200)] == ["no messages", "1 message", "1,200 messages"]
    assert count(2, "retry", "retries") == "2 retries"
    assert [counted(1, "runs"), counted(2, "runs"), counted(1, "in flight")] == ["1 run", "2 runs", "1 in flight"]
    assert [at_most(n, "retry", "retries") for n in (0, 1, 5)] == ["no retries", "at most 1 retry", "at most 5 retries"]
    assert [times(n) for n in (1, 2, 7)] == ["once", "twice", "7 times"]
    assert [ordinal(n) for n in (1, 2, 3, 11, 22, 1152)] == ["1st", "2nd", "3rd", "11th", "22nd", "1,152nd"]


@pytest.mark.parametrize(
    ("dollars", "text"), [(0, "$0"), (0.4, "$0.40"), (0.05, "$0.05"), (1.23e-5, "$0.0000123"), (1234.5, "$1,234.50")]
)
def test_money_keeps_the_digits_that_matter(dollars, text):
    assert money(dollars) == text


def test_lists_and_long_texts_are_cut_with_what_is_left_out():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed("abcdef") == "a, b, c and 3 more"
    assert shortened("a rather long text", 9) == "a rath..."


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sqs:us-east-1:123456789012:orders", "orders"),
        ("arn:aws:lambda:us-east-1:123456789012:function:charge:live", "charge"),
        ("arn:aws:sns:us-east-1:123456789012:users:3f6a", "users"),
        ("arn:aws:events:us-east-1:123456789012:rule/shop/placed", "placed"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2030-01-01", "orders"),
        ("arn:aws:states:us-east-1:123456789012:stateMachine:saga", "saga"),
        ("https://db.example/orders/1", "db.example"),
        ("cell", "cell"),
    ],
)
def test_an_arn_has_a_short_name(arn, name):
    assert name_of(arn) == name
