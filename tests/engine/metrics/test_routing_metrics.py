"""AWS/SNS, AWS/Events and AWS/Scheduler as a learner would look for them."""

import json

import boto3

from motoclock.facts import eventbridge as facts
from tests.engine.delivery.events_stage import ROLE, events, put, rule
from tests.engine.delivery.stage import arn_of, queue
from tests.engine.delivery.topic_stage import QUEUES, sns, subscribe, topic
from tests.engine.metrics.statistics import total

GONE = f"{QUEUES}gone"


def of_topic(cloud, name: str, stat: str = "Sum") -> float:
    return total(cloud, "AWS/SNS", name, stat, TopicName="users")


def of_rule(cloud, name: str, stat: str = "Sum", **bus: str) -> float:
    return total(cloud, "AWS/Events", name, stat, RuleName="placed", **bus)


def test_a_topic_counts_what_was_published_and_how_large(cloud):
    users = topic()
    subscribe(users, queue())
    sns().publish(TopicArn=users, Message="hello")
    sns().publish(TopicArn=users, Message="hello world")
    cloud.run()
    assert of_topic(cloud, "NumberOfMessagesPublished") == 2
    assert of_topic(cloud, "NumberOfNotificationsDelivered") == 2
    assert (of_topic(cloud, "PublishSize"), of_topic(cloud, "PublishSize", "Maximum")) == (16, 11)


def test_what_a_filter_missed_is_counted_by_cause(cloud):
    users, url = topic(), queue()
    subscribe(users, url, FilterPolicy='{"kind": ["a"]}')
    subscribe(users, f"{QUEUES}body", FilterPolicy='{"kind": ["a"]}', FilterPolicyScope="MessageBody")
    other = {"kind": {"DataType": "String", "StringValue": "b"}}
    sns().publish(TopicArn=users, Message="text", MessageAttributes=other)
    sns().publish(TopicArn=users, Message='{"kind": "b"}')
    cloud.run()
    counted = "NumberOfNotificationsFilteredOut"
    assert of_topic(cloud, counted) == 4
    for cause in ("MessageAttributes", "NoMessageAttributes", "MessageBody", "InvalidMessageBody"):
        assert of_topic(cloud, f"{counted}-{cause}") == 1, cause


def test_a_queue_that_is_gone_is_one_failure_and_one_redrive(cloud):
    users, dead = topic(), queue("dead")
    subscribe(users, GONE, RedrivePolicy={"deadLetterTargetArn": arn_of(dead)})
    subscribe(users, f"{GONE}-too")
    subscribe(users, f"{GONE}-twice", RedrivePolicy={"deadLetterTargetArn": f"{GONE}-dlq"})
    sns().publish(TopicArn=users, Message="hello")
    cloud.run()
    assert of_topic(cloud, "NumberOfNotificationsFailed") == 3
    assert of_topic(cloud, "NumberOfNotificationsRedrivenToDlq") == 1
    assert of_topic(cloud, "NumberOfNotificationsFailedToRedriveToDlq") == 1
    assert of_topic(cloud, "NumberOfNotificationsDelivered") == 0


def test_of_an_http_endpoint_every_failed_attempt_counts(cloud):
    users = topic()
    cloud.downstream("https://shop.example", error_rate=1.0)
    subscribe(users, "https://shop.example/hook", "https")
    sns().publish(TopicArn=users, Message="hello")
    cloud.run()
    assert of_topic(cloud, "NumberOfNotificationsFailed") == 4  # the first attempt and three retries


def test_a_topic_nobody_subscribes_to_fails_nobody(cloud):
    sns().publish(TopicArn=topic(), Message="hello")
    cloud.run()
    assert of_topic(cloud, "NumberOfNotificationsFailed") == 0


def test_a_rule_counts_events_targets_and_attempts(cloud):
    rule(arn_of(queue()), arn_of(queue("two")))
    put({}, {}, {})
    put({}, kind="Other")
    cloud.run()
    expected = {
        "MatchedEvents": 3,
        "TriggeredRules": 3,
        "InvocationsCreated": 6,
        "Invocations": 6,
        "InvocationAttempts": 6,
    }
    expected |= {"SuccessfulInvocationAttempts": 6, "FailedInvocations": 0, "RetryInvocationAttempts": 0}
    assert {name: of_rule(cloud, name) for name in expected} == expected
    latency_ms = of_rule(cloud, "IngestionToInvocationStartLatency", "Maximum")
    assert latency_ms == facts.LATENCY_S.value * 1000
    assert total(cloud, "AWS/Events", "Invocations") == 6  # of all rules


def test_failed_invocations_and_where_their_events_went(cloud):
    dead = queue("dead")
    rule(
        GONE,
        {"Arn": GONE, "DeadLetterConfig": {"Arn": arn_of(dead)}},
        {"Arn": GONE, "DeadLetterConfig": {"Arn": f"{GONE}-dlq"}},
    )
    put({})
    cloud.run()
    expected = {
        "Invocations": 3,
        "FailedInvocations": 3,
        "InvocationsSentToDlq": 1,
        "InvocationsFailedToBeSentToDlq": 1,
    }
    assert {name: of_rule(cloud, name) for name in expected} == expected


def test_retries_are_attempts_and_one_invocation(cloud):
    shop = cloud.downstream("https://shop.example", error_rate=1.0)
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "k"}}
    connection = events().create_connection(Name="shop", AuthorizationType="API_KEY", AuthParameters=key)[
        "ConnectionArn"
    ]
    destination = events().create_api_destination(
        Name="shop", ConnectionArn=connection, InvocationEndpoint="https://shop.example/", HttpMethod="POST"
    )["ApiDestinationArn"]  # fmt: skip
    rule({"Arn": destination, "RoleArn": ROLE, "RetryPolicy": {"MaximumRetryAttempts": 3}})
    put({})
    cloud.run()
    assert shop.calls == 4
    expected = {"Invocations": 1, "InvocationAttempts": 4, "RetryInvocationAttempts": 3, "FailedInvocations": 1}
    assert {name: of_rule(cloud, name) for name in expected} == expected


def test_rules_of_another_bus_go_by_its_name_too(cloud):
    events().create_event_bus(Name="orders")
    rule(arn_of(queue()), bus="orders")
    put({}, EventBusName="orders")
    cloud.run()
    assert of_rule(cloud, "Invocations", EventBusName="orders") == 1
    assert total(cloud, "AWS/Events", "Invocations", EventBusName="orders") == 1


def test_schedules_are_counted_by_group(cloud):
    scheduler = boto3.client("scheduler")
    dead = queue("dead")
    for name, arn, letters in (("a", arn_of(queue()), None), ("b", GONE, arn_of(dead)), ("c", GONE, f"{GONE}-dlq")):
        target = {"Arn": arn, "RoleArn": ROLE, **({"DeadLetterConfig": {"Arn": letters}} if letters else {})}
        scheduler.create_schedule(
            Name=name, ScheduleExpression="at(2030-01-01T00:01:00)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
        )  # fmt: skip
    cloud.run()
    expected = {
        "InvocationAttemptCount": 3,
        "TargetErrorCount": 2,
        "InvocationDroppedCount": 2,
        "InvocationsSentToDeadLetterCount": 1,
        "InvocationsFailedToBeSentToDeadLetterCount": 1,
    }
    found = {name: total(cloud, "AWS/Scheduler", name, ScheduleGroup="default") for name in expected}
    assert found == expected


def test_partner_events_are_counted_by_their_source(cloud):
    source = "aws.partner/shop.example/orders"
    events().create_partner_event_source(Name=source, Account="123456789012")
    events().create_event_bus(Name=source, EventSourceName=source)
    events().put_partner_events(Entries=[{"Source": source, "DetailType": "a", "Detail": json.dumps({})}])
    cloud.run()
    assert total(cloud, "AWS/Events", "Events", EventSourceName=source) == 1
