"""Permissions in deliveries: advice in trace, diagram and summary by default, refusals with strict_permissions."""

import json

import boto3
import pytest

from motoclock.trace import Kind
from sevenways import Cloud
from tests.engine.delivery.stage import arn_of, bodies, function, queue

NOTHING = "def handler(event, context): print('ran')"


def topic_to_queue() -> tuple[str, str]:
    url = queue()
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(url))
    return topic, url


def allow_queue(url: str, service: str, source: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn_of(url),
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    boto3.client("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}
    )


def rule_to(target: str) -> str:
    events = boto3.client("events")
    arn = events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')["RuleArn"]
    assert not events.put_targets(Rule="paid", Targets=[{"Id": "t", "Arn": target}])["FailedEntryCount"]
    return arn


def pay() -> None:
    boto3.client("events").put_events(Entries=[{"Source": "shop", "DetailType": "paid", "Detail": "{}"}])


def noted(cloud) -> list[tuple[str, str]]:
    details = [event.detail for event in cloud.trace.of_kind(Kind.UNPERMITTED)]
    return [(detail.principal, detail.action) for detail in details]


def test_a_topic_without_the_queues_policy_delivers_and_says_so_three_times():
    with Cloud() as cloud:
        topic, url = topic_to_queue()
        boto3.client("sns").publish(TopicArn=topic, Message="hello")
        cloud.run()
        assert len(bodies(url)) == 1
        assert noted(cloud) == [("sns.amazonaws.com", "sqs:SendMessage")]
        (edge,) = [edge for edge in cloud.account().edges if edge.source == topic and edge.target == arn_of(url)]
        assert "AWS would refuse" in edge.warning
        assert "WARNING" in repr(cloud.diagram())
        for form in (repr(cloud.summary()), cloud.summary()._repr_html_()):
            assert "orders does not let sns.amazonaws.com sqs:SendMessage for news" in form
        assert cloud.summary()["unpermitted"] == 1


def test_the_same_topic_is_refused_when_permissions_are_strict():
    with Cloud(strict_permissions=True) as cloud:
        topic, url = topic_to_queue()
        boto3.client("sns").publish(TopicArn=topic, Message="hello")
        cloud.run()
        assert bodies(url) == []
        assert noted(cloud) == [("sns.amazonaws.com", "sqs:SendMessage")]
        (refusal,) = cloud.trace.of_kind(Kind.REFUSED)
        assert not refusal.detail.retryable
        assert cloud.summary()["lost"] == 1


@pytest.mark.parametrize("strict", [False, True])
def test_a_topic_with_the_queues_policy_delivers_in_silence(strict):
    with Cloud(strict_permissions=strict) as cloud:
        topic, url = topic_to_queue()
        allow_queue(url, "sns.amazonaws.com", topic)
        boto3.client("sns").publish(TopicArn=topic, Message="hello")
        cloud.run()
        assert (len(bodies(url)), noted(cloud)) == (1, [])
        assert "does not let" not in repr(cloud.summary())
        assert "WARNING" not in repr(cloud.diagram())


def test_a_policy_for_another_topic_is_no_policy():
    with Cloud(strict_permissions=True) as cloud:
        topic, url = topic_to_queue()
        allow_queue(url, "sns.amazonaws.com", topic + "-other")
        boto3.client("sns").publish(TopicArn=topic, Message="hello")
        cloud.run()
        assert (bodies(url), noted(cloud)) == ([], [("sns.amazonaws.com", "sqs:SendMessage")])


@pytest.mark.parametrize("strict", [False, True])
def test_a_rule_needs_the_functions_permission(strict):
    with Cloud(strict_permissions=strict) as cloud:
        arn = function(NOTHING)
        rule = rule_to(arn)
        pay()
        cloud.run()
        assert noted(cloud) == [("events.amazonaws.com", "lambda:InvokeFunction")]
        assert ("ran" in str(cloud.logs("work"))) is not strict
        permission = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "SourceArn": rule}
        boto3.client("lambda").add_permission(FunctionName="work", StatementId="s", **permission)
        pay()
        cloud.run()
        assert len(noted(cloud)) == 1
        assert str(cloud.logs("work")).count("ran") == (1 if strict else 2)


@pytest.mark.parametrize("strict", [False, True])
def test_a_rule_needs_the_topics_policy(strict):
    with Cloud(strict_permissions=strict) as cloud:
        topic, url = topic_to_queue()
        allow_queue(url, "sns.amazonaws.com", topic)
        rule_to(topic)
        pay()
        cloud.run()
        assert noted(cloud) == [("events.amazonaws.com", "sns:Publish")]
        assert len(bodies(url)) == (0 if strict else 1)


def test_a_refused_event_goes_to_the_targets_dead_letter_queue_if_that_lets_it_in():
    with Cloud(strict_permissions=True) as cloud:
        arn, dlq = function(NOTHING), queue("undelivered")
        events = boto3.client("events")
        rule = events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')["RuleArn"]
        target = {"Id": "t", "Arn": arn, "DeadLetterConfig": {"Arn": arn_of(dlq)}}
        events.put_targets(Rule="paid", Targets=[target])
        pay()
        cloud.run()
        assert bodies(dlq) == []
        allow_queue(dlq, "events.amazonaws.com", rule)
        pay()
        cloud.run()
        (message,) = bodies(dlq)
        assert json.loads(message)["source"] == "shop"
