"""Lab 04 judges invariants: designs other than the reference answer pass, too."""

import json

import boto3
import pytest

from motoclock.world import current_world
from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers.lab04 import (
    COUNTRY,
    TOTAL,
    _key,
    _mend,
    _queue,
    _replay,
    _template,
    charged_orders,
    events,
)


def two_branches():
    either = [{"channel": [{"anything-but": ["partner"]}]}, {"channel": [{"exists": False}]}]
    return json.dumps({"detail-type": ["OrderPlaced"], "detail": {"$or": either, "address": COUNTRY, "total": TOTAL}})


def a_template_on_several_lines():
    return _template('{\n  "grams": <grams>,\n  "name": <name>,\n  "parcel_id": "<id>"\n}')


def back_to_the_default(target):
    patient = {name: value for name, value in target.items() if name != "RetryPolicy"}
    return patient | {"DeadLetterConfig": {"Arn": _queue()}}


def waits_for_the_queue(target):
    """As AWS asks for it: a queue can be used a second after it was made."""
    queue = _queue()
    current_world().clock.sleep(1)
    return {**target, "RetryPolicy": {"MaximumRetryAttempts": 185}, "DeadLetterConfig": {"Arn": queue}}


def waits_and_keys(target):
    current_world().clock.sleep(45)
    return _key(target, "$.id")


def key_by_event(target):
    return _key(target, "$.id")


def charge_ignores_replays(archive, bus, rules, start, end):
    _mend()
    pattern = json.dumps({"detail-type": ["OrderPlaced"], "replay-name": [{"exists": False}]})
    events().put_rule(Name="charge-orders", EventBusName="shop", EventPattern=pattern)
    _replay(archive, bus, start, end)


def letters_by_the_log_of_the_charges(archive, bus, rules, start, end):
    _mend()
    for order in charged_orders():
        payload = json.dumps({"detail": {"id": order}})
        boto3.client("lambda").invoke(FunctionName="news", Payload=payload)


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("lab04.pattern", two_branches),
        ("lab04.shape", a_template_on_several_lines),
        ("lab04.half_hour_down", back_to_the_default),
        ("lab04.half_hour_down", waits_for_the_queue),
        ("lab04.slow_warehouse", key_by_event),
        ("lab04.slow_warehouse", waits_and_keys),
        ("lab04.replay", charge_ignores_replays),
        ("lab04.replay", letters_by_the_log_of_the_charges),
    ],
)
def test_another_design_passes(check, answer):
    assert str(judge(registry, check, (answer,))) == f"✓ {check}"
