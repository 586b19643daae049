"""rule.yaml: a bus, a rule to a topic with an input transformer and a dead-letter queue, a function by SAM's event, an archive."""

import json

import boto3
import pytest

from motoclock import Cloud
from tests.engine.templates.sam import bodies, stack, unpermitted


@pytest.fixture
def cloud():
    with Cloud(strict_permissions=True) as cloud:
        yield cloud


def pay(bus: str, order: str, total: int) -> None:
    entry = {
        "EventBusName": bus,
        "Source": "shop.orders",
        "DetailType": "order paid",
        "Detail": json.dumps({"id": order, "total": total}),
    }
    assert boto3.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_paid_order_reaches_topic_mail_and_function(cloud):
    made = stack("rule")
    pay(made["Bus"], "o-1", 10)
    pay(made["Bus"], "o-2", 0)
    cloud.run()
    assert bodies(made["MailUrl"]) == ['"order o-1 was paid"']
    said = str(cloud.logs(made["FunctionName"]))
    assert "book o-1" in said and "book o-2" in said
    assert (bodies(made["UndeliveredUrl"]), unpermitted(cloud)) == ([], [])


def test_what_no_topic_takes_waits_in_the_dead_letter_queue(cloud):
    made = stack("rule")
    boto3.client("sns").delete_topic(TopicArn=made["TopicArn"])
    pay(made["Bus"], "o-1", 10)
    cloud.run()
    assert len(bodies(made["UndeliveredUrl"])) == 1


def test_the_targets_are_what_the_template_says(cloud):
    made = stack("rule")
    events = boto3.client("events")
    names = [rule["Name"] for rule in events.list_rules(EventBusName=made["Bus"])["Rules"]]
    targets = [
        one for name in names for one in events.list_targets_by_rule(Rule=name, EventBusName=made["Bus"])["Targets"]
    ]
    (topic,) = [one for one in targets if one["Id"] == "topic"]
    assert topic["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}
    assert topic["InputTransformer"]["InputPathsMap"] == {"order": "$.detail.id"}
    (archive,) = events.list_archives()["Archives"]
    assert archive["RetentionDays"] == 7
