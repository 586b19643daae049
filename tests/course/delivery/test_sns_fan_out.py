"""Each subscription on its own: the publisher feels nothing, a slow or broken subscriber delays nobody."""

import json

import pytest

from motoclock.trace import Kind
from tests.engine.delivery.stage import bodies, counts, function, happened, lam, mapping, queue, starts
from tests.engine.delivery.topic_stage import FUNCTIONS, QUEUES, allow, fates, publish, received, sns, subscribe, topic

PASSES = "def handler(event, context): return None"


def test_every_subscriber_gets_every_message(cloud):
    users = topic()
    functions = [function(PASSES, name) for name in ("welcome", "fraud-check")]
    queues = [queue("newsletter"), queue("warehouse")]
    for endpoint in (*functions, *queues):
        subscribe(users, endpoint)
    for number in range(20):
        publish(users, {"user": number})
    cloud.run()
    assert fates(cloud, users) == {"delivered": 80}
    assert [counts(url) for url in queues] == [(20, 0), (20, 0)]
    assert len(starts(cloud)) == 40


def test_publish_returns_before_anything_is_delivered(cloud):
    users = topic()
    function(PASSES)
    subscribe(users, f"{FUNCTIONS}work")
    publish(users)
    assert cloud.elapsed == 0 and not starts(cloud)
    cloud.run()
    assert starts(cloud) == [0.03]


def test_a_slow_subscriber_delays_no_other(cloud):
    users = topic()
    subscribe(users, function("import time\ndef handler(event, context): time.sleep(5)", "slow", timeout=10))
    subscribe(users, function(PASSES, "quick"))
    for _ in range(3):
        publish(users)
    cloud.run()
    quick = [event.at for event in happened(cloud, Kind.SUCCEEDED) if event.resource.endswith("quick")]
    assert max(quick) < 0.3


def test_a_broken_subscriber_neither_raises_nor_stops_the_others(cloud):
    users = topic()
    subscribe(users, f"{QUEUES}never-made")
    url = queue("orders")
    subscribe(users, url)
    publish(users)
    cloud.run()
    assert counts(url) == (1, 0)
    assert fates(cloud, users) == {"delivered": 1, "dropped": 1}
    (dropped,) = happened(cloud, Kind.DROPPED)
    assert dropped.detail.text == (
        "given up at once, and there is no dead-letter queue: The queue never-made does not exist."
    )


def test_a_batch_of_ten_is_ten_invocations_of_one_record(cloud):
    users = topic()
    subscribe(users, function("import json\ndef handler(event, context): print(len(event['Records']))"))
    entries = [{"Id": str(n), "Message": f"user-{n}"} for n in range(10)]
    sns().publish_batch(TopicArn=users, PublishBatchRequestEntries=entries)
    cloud.run()
    assert len(starts(cloud)) == 10
    assert [line.message for line in cloud.logs("work") if line.message == "1"] == ["1"] * 10


def test_more_than_a_hundred_subscriptions(cloud):
    users = topic()
    urls = [queue(f"q{number}") for number in range(130)]
    for url in urls:
        subscribe(users, url)
    publish(users)
    cloud.run()
    assert all(counts(url) == (1, 0) for url in urls)
    pages = sns().get_paginator("list_subscriptions_by_topic").paginate(TopicArn=users)
    assert sum(len(page["Subscriptions"]) for page in pages) == 130


def test_a_topic_without_subscribers_keeps_nothing(cloud):
    users = topic()
    message = publish(users)
    cloud.run()
    (dropped,) = happened(cloud, Kind.DROPPED)
    assert dropped.message_id == message and "nobody subscribes" in dropped.detail.text
    assert cloud.summary()["lost"] == 1
    url = queue()
    subscribe(users, url)
    cloud.run()
    assert counts(url) == (0, 0)


def test_the_passport_follows_topic_queue_and_function(cloud):
    users, url = topic(), queue("warehouse")
    subscribe(users, url)
    function(PASSES, "pack")
    mapping(url, "pack")
    message = publish(users)
    cloud.run()
    text = cloud.passport(message).text
    assert "sent to users" in text and "users delivered it to warehouse" in text
    assert "pack returned without an error" in text and text.count("warehouse") == 3
    assert cloud.passport("hello").text == text


def test_a_handler_publishes_in_its_own_name(cloud):
    users, other = topic(), topic("others")
    source = (
        f"import boto3\ndef handler(event, context): boto3.client('sns').publish(TopicArn='{other}', Message='next')"
    )
    subscribe(users, function(source))
    first = publish(users)
    cloud.run()
    sent = next(event for event in happened(cloud, Kind.SENT) if event.resource == other)
    accepted = happened(cloud, Kind.ACCEPTED)[0]
    assert sent.detail.sender == f"{FUNCTIONS}work" and sent.detail.origins == (accepted.message_id,)
    assert accepted.detail.origins == (first,)
    assert "work sent next to others" in cloud.passport(first).text


def test_success_with_lambda_means_queued_and_the_subscriptions_dead_letter_queue_never_sees_a_handlers_error(cloud):
    users, dlq = topic(), queue("dlq")
    welcome = function("def handler(event, context): raise ValueError('no')", "welcome")
    subscribe(users, welcome, RedrivePolicy={"deadLetterTargetArn": f"{QUEUES}dlq"})
    publish(users)
    cloud.run()
    assert fates(cloud, users) == {"delivered": 1}
    assert counts(dlq) == (0, 0)
    assert len(starts(cloud)) == 3
    (dropped,) = happened(cloud, Kind.DROPPED)
    assert dropped.resource == welcome


def test_unsubscribing_stops_new_messages_and_those_on_their_way(cloud):
    users, url = topic(), queue()
    subscription = subscribe(users, url)
    publish(users, "on its way")
    sns().unsubscribe(SubscriptionArn=subscription)
    publish(users, "new")
    cloud.run()
    assert counts(url) == (0, 0)
    texts = [event.detail.text for event in happened(cloud, Kind.DROPPED)]
    assert any("the subscription was deleted before" in text for text in texts) and any(
        "nobody" in text for text in texts
    )


def test_deleting_a_topic_loses_what_is_not_delivered(cloud):
    users, url = topic(), queue()
    subscribe(users, url)
    publish(users)
    sns().delete_topic(TopicArn=users)
    cloud.run()
    assert counts(url) == (0, 0)
    assert "the topic was deleted" in happened(cloud, Kind.DROPPED)[0].detail.text
    with pytest.raises(sns().exceptions.NotFoundException):
        publish(users)


@pytest.mark.cloud(strict_permissions=True)
def test_strict_permissions_refuse_what_no_policy_allows_at_once(cloud):
    users, url, open_url, dlq = topic(), queue("closed"), queue("open"), queue("dlq")
    allow(open_url, users)
    allow(dlq, users)
    for one in (url, open_url):
        subscribe(users, one, RedrivePolicy={"deadLetterTargetArn": f"{QUEUES}dlq"})
    closed = function(PASSES, "closed")
    subscribe(users, closed)
    publish(users)
    cloud.run()
    assert fates(cloud, users) == {"delivered": 1, "dead-lettered": 1, "dropped": 1}
    assert counts(open_url) == (1, 0) and len(bodies(dlq)) == 1
    lam().add_permission(
        FunctionName="closed",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=users,
    )
    publish(users)
    cloud.run()
    assert len(starts(cloud)) == 1


def test_by_default_the_missing_statement_is_named_once_and_delivery_happens(cloud):
    users, url = topic(), queue("warehouse")
    subscribe(users, url)
    for _ in range(3):
        publish(users)
    cloud.run()
    assert counts(url) == (3, 0)
    (missing,) = happened(cloud, Kind.UNPERMITTED)
    assert missing.detail.action == "sqs:SendMessage" and missing.detail.principal == "sns.amazonaws.com"
    assert "warehouse does not let sns.amazonaws.com" in cloud.diagram().text


def test_a_queues_policy_for_the_topic_is_enough(cloud):
    users, url = topic(), queue("warehouse")
    allow(url, users)
    subscribe(users, url)
    publish(users)
    cloud.run()
    assert not happened(cloud, Kind.UNPERMITTED)


@pytest.mark.cloud(duplicates=1.0)
def test_with_duplicates_a_standard_topic_may_deliver_twice(cloud):
    users, url = topic(), queue()
    subscribe(users, url)
    publish(users)
    cloud.run()
    assert len(happened(cloud, Kind.DELIVERED)) == 2


@pytest.mark.cloud(reorder=True)
def test_with_reorder_messages_arrive_in_another_order(cloud):
    users, url = topic(), queue()
    subscribe(users, url, RawMessageDelivery="true")
    wanted = [f"user-{n:02}" for n in range(20)]
    for text in wanted:
        publish(users, text)
    cloud.run()
    arrived = [e.detail.label for e in happened(cloud, Kind.SENT) if e.resource.endswith("orders")]
    assert arrived != wanted and sorted(arrived) == wanted


def test_the_diagram_shows_subscriptions_filters_and_counts(cloud):
    users, url = topic(), queue("warehouse")
    queue("parked")
    subscribe(users, url, FilterPolicy={"country": ["DE"]}, RawMessageDelivery="true")
    subscribe(users, f"{QUEUES}gone", RedrivePolicy={"deadLetterTargetArn": f"{QUEUES}parked"})
    subscribe(users, "ops@example.com", "email")
    for country in ("DE", "FR", "FR"):
        publish(users, attributes={"country": country})
    cloud.run()
    text = cloud.diagram().text
    assert "users (topic: 3 published)" in text
    assert "delivered, attributes {country:[DE]}, 2 filtered out, raw, 1 so far--> warehouse" in text
    assert "redrive, undeliverable to gone, 3 so far--> parked (dead-letter queue" in text
    assert "gone (queue: does not exist)" in text and "ops@example.com (resource: email)" in text


def test_the_summary_counts_a_copy_for_each_subscription(cloud):
    users = topic()
    subscribe(users, function(PASSES, "welcome"))
    subscribe(users, queue("warehouse"), FilterPolicy={"country": ["DE"]})
    subscribe(users, f"{QUEUES}gone")
    publish(users, attributes={"country": "DE"})
    publish(users, attributes={"country": "FR"})
    cloud.run()
    numbers = cloud.summary()
    assert [numbers[name] for name in ("sent", "copies", "processed", "waiting", "filtered", "lost")] == [
        2,
        6,
        2,
        1,
        1,
        2,
    ]


def test_a_subscription_made_later_changes_nothing_about_earlier_messages(cloud):
    users = topic()
    subscribe(users, function(PASSES, "welcome"))
    publish(users)
    cloud.run()
    subscribe(users, function(PASSES, "fraud-check"))
    publish(users)
    cloud.run()
    assert (cloud.summary()["copies"], cloud.summary()["waiting"]) == (3, 0)


def test_mail_and_phones_are_delivered_where_only_the_trace_can_look(cloud):
    users = topic()
    subscribe(users, "ops@example.com", "email")
    subscribe(users, "+491711234567", "sms")
    publish(users)
    cloud.run()
    assert [event.detail.target for event in happened(cloud, Kind.DELIVERED)] == ["ops@example.com", "+491711234567"]


def test_what_it_costs(cloud):
    users = topic()
    subscribe(users, queue())
    subscribe(users, "ops@example.com", "email")
    cloud.downstream("https://partner.example")
    subscribe(users, "https://partner.example/hook")
    publish(users, "x" * 70_000)
    cloud.run()
    from motoclock.costs import costs

    lines = {line.what: line.units for line in costs(cloud.trace) if line.service == "SNS"}
    assert lines == {"publishes": 2, "HTTP deliveries": 1, "email deliveries": 1}


def test_two_runs_are_the_same_byte_for_byte():
    from sevenways import Cloud

    def story() -> list[str]:
        with Cloud(seed=3, duplicates=0.3, reorder=True) as opened:
            users, url = topic(), queue()
            subscribe(users, url)
            subscribe(users, function(PASSES))
            for number in range(10):
                publish(users, f"user-{number}")
            opened.run()
            return [repr(event) for event in opened.trace] + [json.dumps(m, default=str) for m in received(url)]

    assert story() == story()
