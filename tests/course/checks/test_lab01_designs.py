"""Lab 01 judges invariants: designs other than the reference answer pass, too."""

import hashlib
import json

import boto3
import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab01_handlers as handlers
from .wrong_answers.lab01 import FOURTEEN_DAYS, REPORT, _park, _send, arn_of, five, five_reported, lam, sqs


def small_batches(orders):
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "60"})
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge", BatchSize=5)


def two_at_once(mapping_id):
    boto3.client("lambda").update_event_source_mapping(UUID=mapping_id, ScalingConfig={"MaximumConcurrency": 2})


def ten_reported():
    return {"BatchSize": 10, **REPORT}


def parks_after_twenty(orders):
    _park(orders, 20, **FOURTEEN_DAYS)


def hides_for_hours_and_tries_once(orders):
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "5400"})
    _park(orders, 1, **FOURTEEN_DAYS)


def pauses_the_mapping(orders):
    mapping = lam().list_event_source_mappings(FunctionName="charge")["EventSourceMappings"][0]["UUID"]
    lam().update_event_source_mapping(UUID=mapping, Enabled=False)
    _park(orders, 5, **FOURTEEN_DAYS)
    lam().update_event_source_mapping(UUID=mapping, Enabled=True)


def hashed_ids(queue, event_id, customer, body):
    _send(queue, body, customer.replace("-", ":"), hashlib.sha256(event_id.encode()).hexdigest())


def wrapped(queue, event_id, customer, body):
    _send(queue, json.dumps({"event": event_id, "body": body}), customer, event_id)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("lab01.drain", (small_batches,)),
        ("lab01.spare_the_db", (two_at_once,)),
        ("lab01.nobody_pays_twice", (ten_reported, handlers.watches_the_clock)),
        ("lab01.nobody_pays_twice", (five_reported, handlers.watches_the_clock)),
        ("lab01.nobody_pays_twice", (five, handlers.deletes_each)),
        ("lab01.park_the_poison", (parks_after_twenty,)),
        ("lab01.park_the_poison", (pauses_the_mapping,)),
        ("lab01.park_the_poison", (hides_for_hours_and_tries_once,)),
        ("lab01.in_order_fast", (hashed_ids,)),
        ("lab01.in_order_fast", (wrapped,)),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1].__name__,
)
def test_another_design_passes(name, answers):
    assert str(judge(registry, name, answers)) == f"✓ {name}"
