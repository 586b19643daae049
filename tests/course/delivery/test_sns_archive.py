"""The message archive of a FIFO topic, and replays of it to one subscription."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.facts.shapes import DAY_S
from motoclock.trace import Kind
from tests.course.delivery.fifo_topics import send
from tests.engine.delivery.stage import bodies, counts, happened, queue, sqs
from tests.engine.delivery.topic_stage import QUEUES, received, sns, subscribe, topic

OPENING = "2030-01-01T00:00:00.000Z"


def archived(name: str = "users.fifo", days: int = 7) -> str:
    users = topic(name)
    set_archive(users, days)
    return users


def set_archive(users: str, days: int | None) -> None:
    policy = json.dumps({"MessageRetentionPeriod": str(days)} if days else {})
    sns().set_topic_attributes(TopicArn=users, AttributeName="ArchivePolicy", AttributeValue=policy)


def policy(start: str = OPENING, **more) -> str:
    return json.dumps({"PointType": "Timestamp", "StartingPoint": start, **more})


def replay(subscription: str, text: str) -> None:
    sns().set_subscription_attributes(SubscriptionArn=subscription, AttributeName="ReplayPolicy", AttributeValue=text)


def status(subscription: str) -> str:
    return sns().get_subscription_attributes(SubscriptionArn=subscription)["Attributes"].get("ReplayStatus")


def a_minute_each(cloud, users: str, *messages: str) -> None:
    for message in messages:
        send(users, message)
        cloud.run(seconds=60)


def test_a_new_subscriber_gets_what_was_published_before_it_and_then_what_comes(cloud):
    users, url = archived(), queue("late.fifo")
    a_minute_each(cloud, users, "m0", "m1", "m2")
    late = subscribe(users, url, ReplayPolicy=policy())
    assert status(late) == "Pending"
    send(users, "m3")
    cloud.run()
    assert status(late) == "Completed"
    found = [json.loads(one["Body"]) for one in received(url)]
    assert [one["Message"] for one in found] == ["m0", "m1", "m2", "m3"]
    assert [one.get("Replayed") for one in found] == ["true"] * 3 + [None]
    assert found[0]["Timestamp"] == OPENING  # that of its first time, like its id and sequence number


def test_the_window_and_the_filter_of_the_subscription_choose(cloud):
    users, url = archived(), queue("late")
    for number in range(6):
        kind = {"kind": {"DataType": "String", "StringValue": "odd" if number % 2 else "even"}}
        sns().publish(
            TopicArn=users,
            Message=f"m{number}",
            MessageGroupId="g",
            MessageDeduplicationId=str(number),
            MessageAttributes=kind,
        )
        cloud.run(seconds=60)
    window = policy("2030-01-01T00:01:00.000Z", EndingPoint="2030-01-01T00:04:00.000Z")
    subscribe(users, url, ReplayPolicy=window, FilterPolicy='{"kind": ["odd"]}', RawMessageDelivery="true")
    cloud.run()
    assert bodies(url) == ["m1", "m3"]


def test_after_an_ending_point_nothing_new_arrives_until_the_replay_is_taken_away(cloud):
    users, url = archived(), queue("late")
    a_minute_each(cloud, users, "m0")
    late = subscribe(users, url, ReplayPolicy=policy(EndingPoint="2030-01-01T00:00:30.000Z"), RawMessageDelivery="true")
    a_minute_each(cloud, users, "m1")
    assert "ending point" in happened(cloud, Kind.FILTERED)[0].detail.text
    replay(late, "{}")
    assert status(late) is None
    a_minute_each(cloud, users, "m2")
    assert bodies(url) == ["m0", "m2"]


def test_a_replay_repairs_what_a_missing_queue_lost(cloud):
    """The queue was gone for a while: SNS gave up at once, and the archive still has the messages."""
    users, url = archived(), queue("orders")
    orders = subscribe(users, url, RawMessageDelivery="true")
    sqs().delete_queue(QueueUrl=url)
    a_minute_each(cloud, users, "m0", "m1")
    url = queue("orders")
    replay(orders, policy())
    cloud.run()
    assert bodies(url) == ["m0", "m1"]


def test_a_second_replay_takes_the_place_of_the_first(cloud):
    users, url = archived(), queue("late")
    a_minute_each(cloud, users, "m0", "m1", "m2")
    late = subscribe(users, url, ReplayPolicy=policy(), RawMessageDelivery="true")
    replay(late, policy("2030-01-01T00:02:00.000Z"))
    cloud.run()
    assert bodies(url) == ["m2"]


def test_the_archive_forgets_after_its_retention(cloud):
    users, url = archived(days=1), queue("late")
    begins = sns().get_topic_attributes(TopicArn=users)["Attributes"]["BeginningArchiveTime"]
    assert begins == OPENING
    a_minute_each(cloud, users, "old")
    cloud.run(seconds=DAY_S)
    a_minute_each(cloud, users, "new")
    begins = sns().get_topic_attributes(TopicArn=users)["Attributes"]["BeginningArchiveTime"]
    assert begins == "2030-01-01T00:02:00.000Z"
    subscribe(users, url, ReplayPolicy=policy(begins), RawMessageDelivery="true")
    cloud.run()
    assert bodies(url) == ["new"]


def test_what_was_published_before_the_archive_is_not_in_it(cloud):
    users, url = topic("users.fifo"), queue("late")
    a_minute_each(cloud, users, "before")
    set_archive(users, 7)
    begins = sns().get_topic_attributes(TopicArn=users)["Attributes"]["BeginningArchiveTime"]
    a_minute_each(cloud, users, "after")
    subscribe(users, url, ReplayPolicy=policy(begins), RawMessageDelivery="true")
    cloud.run()
    assert bodies(url) == ["after"]


def test_a_topic_with_an_archive_is_not_deleted(cloud):
    users = archived()
    with pytest.raises(ClientError) as caught:
        sns().delete_topic(TopicArn=users)
    assert caught.value.response["Error"]["Code"] == "InvalidState"
    set_archive(users, None)
    sns().delete_topic(TopicArn=users)
    assert sns().list_topics()["Topics"] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no", "failed to parse JSON"),
        ("[]", "failed to parse JSON"),
        ('{"PointType": "Sequence"}', "PointType"),
        ('{"PointType": "Timestamp"}', "StartingPoint"),
        (policy("yesterday"), "must be a time such as"),
        (policy("2029-12-31T00:00:00Z"), "between BeginningArchiveTime and now"),
        (policy("2031-01-01T00:00:00Z"), "between BeginningArchiveTime and now"),
        (policy(EndingPoint=OPENING), "later than StartingPoint"),
    ],
)
def test_what_is_no_replay_policy(cloud, text, says):
    users, url = archived(), queue("late")
    with pytest.raises(ClientError, match=says):
        subscribe(users, url, ReplayPolicy=text)
    assert sns().list_subscriptions()["Subscriptions"] == []


def test_a_replay_needs_an_archive(cloud):
    with pytest.raises(ClientError, match="no ArchivePolicy"):
        subscribe(topic("users.fifo"), f"{QUEUES}late", ReplayPolicy=policy())
    with pytest.raises(ClientError, match="only FIFO topics"):
        subscribe(topic("users"), f"{QUEUES}late", ReplayPolicy=policy())


@pytest.mark.parametrize(
    "text", ['{"MessageRetentionPeriod": "0"}', '{"MessageRetentionPeriod": "366"}', '{"Days": "3"}', "7", "x"]
)
def test_what_is_no_archive_policy(cloud, text):
    users = topic("users.fifo")
    with pytest.raises(ClientError, match="InvalidParameter"):
        sns().set_topic_attributes(TopicArn=users, AttributeName="ArchivePolicy", AttributeValue=text)


def test_unsubscribing_in_the_middle_ends_a_replay(cloud):
    users, url = archived(), queue("late")
    a_minute_each(cloud, users, "m0")
    late = subscribe(users, url, ReplayPolicy=policy())
    sns().unsubscribe(SubscriptionArn=late)
    cloud.run()
    assert counts(url) == (0, 0)
