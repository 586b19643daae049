"""FIFO topics: order within a group, one of two duplicates, queues only."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.course.delivery.fifo_topics import send
from tests.course.delivery.outages import break_service
from tests.engine.delivery.stage import bodies, counts, happened, queue
from tests.engine.delivery.topic_stage import QUEUES, fates, received, sns, subscribe, topic


def raw_fifo(users: str, name: str = "orders.fifo", **attributes) -> str:
    url = queue(name)
    subscribe(users, url, RawMessageDelivery="true", **attributes)
    return url


def test_messages_of_a_group_arrive_in_order_with_rising_sequence_numbers(cloud):
    users = topic("users.fifo")
    url = raw_fifo(users)
    numbers = [send(users, f"m{n:02}", group=f"g{n % 2}")["SequenceNumber"] for n in range(20)]
    assert numbers == sorted(numbers) and len(set(numbers)) == 20 and {len(one) for one in numbers} == {20}
    cloud.run()
    by_group = {}
    for one in received(url):
        by_group.setdefault(one["Attributes"]["MessageGroupId"], []).append(one["Body"])
        assert one["Attributes"]["MessageDeduplicationId"] == one["Body"]
    assert by_group == {f"g{g}": [f"m{n:02}" for n in range(20) if n % 2 == g] for g in (0, 1)}


def test_the_envelope_has_the_sequence_number_and_no_signature(cloud):
    users, url = topic("users.fifo"), queue("orders.fifo")
    subscribe(users, url)
    number = send(users, "hello")["SequenceNumber"]
    cloud.run()
    body = json.loads(received(url)[0]["Body"])
    assert body["SequenceNumber"] == number and "Signature" not in body


def test_the_topic_itself_deduplicates_for_five_minutes(cloud):
    users = topic("users.fifo")
    url = queue("standard")
    subscribe(users, url, RawMessageDelivery="true")  # a standard queue would take it twice
    first = send(users, "one", deduplication="d")
    cloud.run(seconds=299)
    again = send(users, "two", deduplication="d")
    assert (again["MessageId"], again["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    cloud.run(seconds=1)
    third = send(users, "three", deduplication="d")
    assert third["MessageId"] != first["MessageId"]
    cloud.run()
    assert sorted(one["Body"] for one in received(url)) == ["one", "three"]


def test_content_based_deduplication_hashes_the_message(cloud):
    users = topic("users.fifo", ContentBasedDeduplication="true")
    url = raw_fifo(users)
    for text in ("a", "a", "b"):
        sns().publish(TopicArn=users, Message=text, MessageGroupId="g")
    cloud.run()
    assert bodies(url) == ["a", "b"]


def test_with_the_scope_message_group_two_groups_may_use_one_id(cloud):
    users = topic("users.fifo", FifoThroughputScope="MessageGroup")
    url = queue("standard")
    subscribe(users, url)
    for group in ("g1", "g2", "g1"):
        send(users, "x", group, "d")
    cloud.run()
    assert counts(url) == (2, 0)


def test_what_a_fifo_topic_wants_of_a_publish(cloud):
    users = topic("users.fifo")
    with pytest.raises(ClientError, match="MessageGroupId parameter is required"):
        sns().publish(TopicArn=users, Message="x")
    with pytest.raises(ClientError, match="ContentBasedDeduplication enabled or MessageDeduplicationId"):
        sns().publish(TopicArn=users, Message="x", MessageGroupId="g")
    with pytest.raises(ClientError, match="MessageGroupId parameter is required"):
        sns().publish_batch(TopicArn=users, PublishBatchRequestEntries=[{"Id": "a", "Message": "x"}])
    with pytest.raises(ClientError, match="can only include alphanumeric"):
        sns().publish(TopicArn=users, Message="x", MessageGroupId="a b", MessageDeduplicationId="d")


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:work"),
        ("email", "a@example.com"),
        ("https", "https://a.example"),
    ],
)
def test_only_queues_subscribe_to_a_fifo_topic(cloud, protocol, endpoint):
    with pytest.raises(ClientError, match="delivers to SQS queues only"):
        subscribe(topic("users.fifo"), endpoint, protocol)


def test_a_fifo_queue_does_not_subscribe_to_a_standard_topic(cloud):
    with pytest.raises(ClientError, match="FIFO SQS Queues can not be subscribed to standard SNS topics"):
        subscribe(topic(), queue("orders.fifo"))


def test_a_fifo_topic_has_a_hundred_subscriptions_at_most(cloud):
    users = topic("users.fifo")
    for number in range(100):
        subscribe(users, f"{QUEUES}q{number}")
    with pytest.raises(sns().exceptions.SubscriptionLimitExceededException):
        subscribe(users, f"{QUEUES}q100")


def test_its_dead_letter_queue_is_fifo_too(cloud):
    users, dlq = topic("users.fifo"), queue("dlq.fifo")
    with pytest.raises(ClientError, match="must use a FIFO queue as DLQ"):
        subscribe(users, f"{QUEUES}gone.fifo", RedrivePolicy={"deadLetterTargetArn": f"{QUEUES}dlq"})
    subscribe(users, f"{QUEUES}gone.fifo", RedrivePolicy={"deadLetterTargetArn": f"{QUEUES}dlq.fifo"})
    for text in ("a", "b"):
        send(users, text)
    cloud.run()
    assert [json.loads(body)["Message"] for body in bodies(dlq)] == ["a", "b"]
    assert fates(cloud, users) == {"dead-lettered": 2}


def test_a_message_that_is_tried_again_holds_up_its_group_and_no_other(cloud):
    users = topic("users.fifo")
    raw_fifo(users)
    break_service(cloud, "sqs", times=6)
    for text, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        send(users, text, group)
    cloud.run()
    arrived = [event.detail.label for event in happened(cloud, Kind.SENT) if event.resource.endswith("orders.fifo")]
    assert arrived.index("a1") < arrived.index("a2") and sorted(arrived) == ["a1", "a2", "b1"]


def test_duplicates_and_reorder_leave_a_fifo_topic_alone():
    from sevenways import Cloud

    with Cloud(duplicates=1.0, reorder=True) as cloud:
        users = topic("users.fifo")
        url = raw_fifo(users)
        for number in range(10):
            send(users, f"m{number}")
        cloud.run()
        assert bodies(url) == [f"m{number}" for number in range(10)]


def test_the_name_and_the_attribute_belong_together(cloud):
    with pytest.raises(ClientError, match="Topic Name"):
        sns().create_topic(Name="users", Attributes={"FifoTopic": "true"})
    with pytest.raises(ClientError, match="Topic Name"):
        sns().create_topic(Name="users.fifo")
