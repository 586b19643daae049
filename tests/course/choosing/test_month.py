"""The bill of a month: each formula beside the bill of a run, and the crossings that the lesson speaks of."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from motoclock.facts import prices
from sevenways.checks.lab08_ways import workload
from sevenways.choosing.month import HOURS, Plan, compute, crossing, environments, messaging, month, reach, shards
from sevenways.choosing.ways import WAYS
from sevenways.draw.cost_curves import Checked, cost_curves

from .ways import race

COLD_STARTS_USD = 0.05  # a million messages: what five cold starts add to sixty


@pytest.mark.parametrize("way", WAYS)
def test_a_formula_says_what_a_run_of_the_same_traffic_cost(way):
    orders = workload(60, bad=())
    ran = race(way, orders)["charge"]
    runs = 60 if way == "Destinations" else ran.runs  # the shop's own function runs anyway
    plan = Plan(batch=60 / runs)
    said = messaging(way, plan) + compute(way, plan)
    if way == "Kinesis":  # the stream stood for as long as the run took
        last = max(at for at, _count in ran.running)
        said += prices.KINESIS_PER_SHARD_H.value * last / 3600 / 60 * 1e6
    if way == "Destinations":
        said += prices.LAMBDA_PER_M.value
    assert ran.usd_per_million == pytest.approx(said, abs=0.02 + COLD_STARTS_USD * (2 if way == "Destinations" else 1))


def test_the_crossing_moves_with_how_the_queue_is_called():
    crossings = [
        crossing("Kinesis", "SQS", Plan(sent_by=sent, batch=batch, with_lambda=False))
        for sent, batch in ((1, 1), (1, 10), (10, 10))
    ]
    assert crossings == [pytest.approx(3.51, abs=0.01), pytest.approx(8.94, abs=0.01), pytest.approx(39.31, abs=0.01)]


def test_at_a_crossing_both_cost_the_same_and_before_and_behind_it_they_do_not():
    at = crossing("SNS", "Kinesis")
    assert month("SNS", at) == pytest.approx(month("Kinesis", at))
    assert month("SNS", at / 2) < month("Kinesis", at / 2) and month("SNS", at * 2) > month("Kinesis", at * 2)
    assert crossing("SNS", "EventBridge") is None, "EventBridge is dearer everywhere"


def test_shards_are_paid_for_by_number_by_bytes_and_by_the_hour():
    assert (shards(1000, Plan()), shards(1001, Plan()), shards(1, Plan(size_bytes=3 * 1024 * 1024))) == (1, 2, 3)
    assert month("Kinesis", 0, Plan(with_lambda=False)) == pytest.approx(HOURS * 0.015)


def test_a_large_message_is_several_requests():
    small, large = Plan(with_lambda=False, batch=1), Plan(size_bytes=200_000, with_lambda=False, batch=1)
    assert messaging("SNS", large) == 4 * messaging("SNS", small)
    assert messaging("Kinesis", large) == 8 * messaging("Kinesis", small)
    assert messaging("SQS", large) == pytest.approx(0.4 * (4 + 4 + 1))


def test_messages_that_share_a_call_are_cheaper_if_they_fit_into_it():
    one, ten = Plan(with_lambda=False, batch=1), Plan(with_lambda=False, batch=1, sent_by=10)
    assert messaging("SNS", ten) == pytest.approx(messaging("SNS", one) / 10)
    assert messaging("SQS", ten) == pytest.approx(0.4 * (0.1 + 1 + 1))
    assert messaging("EventBridge", ten) == messaging("EventBridge", one), "an event is paid for, and not a call"
    large = Plan(size_bytes=200_000, with_lambda=False, batch=1, sent_by=10)
    assert messaging("SNS", large) == 0.5 * 4, "two don't fit into 256 KiB"
    assert messaging("SQS", large) == pytest.approx(0.4 * (16 / 5 + 4 + 1)), "five fit into 1 MiB"


def test_the_quota_of_lambda_ends_where_littles_law_says():
    assert environments(reach("SQS", Plan(seconds=0.2)), 0.2) == 1000
    assert reach("SNS", Plan(with_lambda=False)) == 30_000


def test_the_picture_says_its_crossings_its_dots_and_what_lies_beyond_a_quota():
    picture = cost_curves(checked=[Checked("SNS", 10, 29.9)])
    assert "SNS and Kinesis cost the same at 6.3/s" in picture.text
    assert "a run of SNS at 10/s came to $29.90; the formula says $29.35" in picture.text
    assert "1,000,000/s: Kinesis $1,195,304*" in picture.text and "(* beyond a default quota)" in picture.text
    assert picture.svg == cost_curves(checked=[Checked("SNS", 10, 29.9)]).svg


def test_the_bills_of_runs_that_lie_near_one_another_stay_apart():
    """As in the lesson: three runs at ten a second."""
    svg = cost_curves(
        checked=[Checked("Event", 10, 19.46), Checked("SNS", 10, 32.60), Checked("EventBridge", 10, 45.74)]
    ).svg
    squares = re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="(\d+)" height="(\d+)"[^>]*>\s*<title>\w+, a run', svg)
    tops = sorted(float(y) for y, _wide, _high in squares)
    assert len(tops) == 3 and all(later - top >= float(squares[0][2]) + 1 for top, later in pairwise(tops))
