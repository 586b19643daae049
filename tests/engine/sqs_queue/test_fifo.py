"""FIFO queues: order and blocking of groups, deduplication, what they refuse."""

import hashlib

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind

FIFO = {"FifoQueue": "true"}


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders.fifo", Attributes=FIFO)["QueueUrl"]


@pytest.fixture
def by_content(sqs):
    attributes = {**FIFO, "ContentBasedDeduplication": "true"}
    return sqs.create_queue(QueueName="content.fifo", Attributes=attributes)["QueueUrl"]


def send(sqs, url, body, group="g", deduplication_id=None):
    return sqs.send_message(
        QueueUrl=url,
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=deduplication_id or f"{group}-{body}",
    )


def receive(sqs, url, count=10, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **more).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def delete(sqs, url, message):
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


# ---------------------------------------------------------------------- order


def test_messages_of_a_group_return_in_their_order_after_a_timeout(account, sqs, url):
    for body in "123":
        send(sqs, url, body)
    assert bodies(receive(sqs, url)) == ["1", "2", "3"]
    account.pass_time(30)
    assert bodies(receive(sqs, url)) == ["1", "2", "3"]


def test_a_group_is_blocked_while_one_of_its_messages_is_in_flight(account, sqs, url):
    for body in "123":
        send(sqs, url, body)
    (first,) = receive(sqs, url, 1)
    assert receive(sqs, url) == []
    delete(sqs, url, first)
    assert bodies(receive(sqs, url)) == ["2", "3"]


def test_a_partly_deleted_batch_blocks_what_follows_its_last_message(account, sqs, url):
    for body in "1234":
        send(sqs, url, body)
    one, two, three = receive(sqs, url, 3)
    delete(sqs, url, one)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=two["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(receive(sqs, url)) == ["2"]  # 4 waits for 3
    delete(sqs, url, three)
    assert receive(sqs, url) == []  # and now for 2
    account.pass_time(30)
    assert bodies(receive(sqs, url)) == ["2", "4"]


def test_other_groups_go_on(sqs, url):
    send(sqs, url, "1", "a"), send(sqs, url, "2", "a"), send(sqs, url, "1", "b")
    receive(sqs, url, 1)
    (message,) = receive(sqs, url, AttributeNames=["MessageGroupId"])
    assert message["Attributes"]["MessageGroupId"] == "b"


def test_a_receive_fills_from_one_group_and_goes_on_to_the_next(sqs, url):
    for body in "123":
        for group in "ab":
            send(sqs, url, f"{group}{body}", group)
    assert bodies(receive(sqs, url, 4)) == ["a1", "a2", "a3", "b1"]


def test_groups_are_served_by_their_oldest_message(sqs, url):
    send(sqs, url, "a1", "a"), send(sqs, url, "b1", "b"), send(sqs, url, "a2", "a"), send(sqs, url, "c1", "c")
    first = receive(sqs, url, 1)[0]
    delete(sqs, url, first)
    assert bodies(receive(sqs, url, 1)) == ["b1"]
    assert bodies(receive(sqs, url, 1)) == ["a2"]


def test_a_deleted_message_wakes_those_who_wait_for_its_group(account, sqs, url):
    send(sqs, url, "1"), send(sqs, url, "2")
    queue = account.queue(url)
    (first,) = queue.take(1)
    account.clock.call_later(3, queue.delete, first.receipt_handle)
    assert bodies(receive(sqs, url, WaitTimeSeconds=20)) == ["2"]
    assert account.clock.now == 3


def test_a_dead_lettered_message_unblocks_its_group(account, sqs, url):
    dead = sqs.create_queue(QueueName="dead.fifo", Attributes=FIFO)["QueueUrl"]
    policy = f'{{"deadLetterTargetArn": "{account.queue(dead).arn}", "maxReceiveCount": 2}}'
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    send(sqs, url, "1"), send(sqs, url, "2")
    for _ in range(2):
        assert bodies(receive(sqs, url, 1)) == ["1"]
        account.pass_time(30)
    assert bodies(receive(sqs, url)) == ["2"]
    (message,) = receive(sqs, dead, AttributeNames=["All"])
    assert message["Body"] == "1"
    assert message["Attributes"]["SentTimestamp"] == str(1893456000000 + 60_000)  # FIFO: the clock starts anew
    assert message["Attributes"]["MessageGroupId"] == "g"


def test_an_expired_message_unblocks_its_group(account, sqs):
    attributes = {**FIFO, "MessageRetentionPeriod": "60", "VisibilityTimeout": "600"}
    url = sqs.create_queue(QueueName="brief.fifo", Attributes=attributes)["QueueUrl"]
    send(sqs, url, "1")
    account.pass_time(50)
    send(sqs, url, "2")
    assert bodies(receive(sqs, url, 1)) == ["1"]
    assert bodies(receive(sqs, url, WaitTimeSeconds=20)) == ["2"]
    assert account.clock.now == 60


# ---------------------------------------------------------------------- receipts


def test_a_handle_is_void_once_its_visibility_timeout_is_over(account, sqs, url):
    send(sqs, url, "1")
    (message,) = receive(sqs, url)
    account.pass_time(30)
    with pytest.raises(ClientError, match="The receipt handle has expired"):
        delete(sqs, url, message)
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": message["ReceiptHandle"]}])
    assert [(entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]] == [("ReceiptHandleIsInvalid", True)]
    receive(sqs, url)
    with pytest.raises(ClientError, match="The receipt handle has expired"):
        delete(sqs, url, message)
    assert account.kinds(Kind.DELETED) == []


def test_deleting_twice_is_fine(sqs, url):
    send(sqs, url, "1")
    (message,) = receive(sqs, url)
    delete(sqs, url, message)
    delete(sqs, url, message)


# ---------------------------------------------------------------------- deduplication


def test_a_duplicate_gets_the_originals_id_and_sequence_number(account, sqs, url):
    first = send(sqs, url, "1", deduplication_id="d")
    second = send(sqs, url, "2", deduplication_id="d")
    assert (second["MessageId"], second["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    assert second["MD5OfMessageBody"] == hashlib.md5(b"2").hexdigest()
    assert bodies(receive(sqs, url)) == ["1"]
    assert len(account.kinds(Kind.SENT)) == 1


def test_a_duplicate_is_one_even_if_the_original_was_deleted(sqs, url):
    first = send(sqs, url, "1", deduplication_id="d")
    delete(sqs, url, receive(sqs, url)[0])
    assert send(sqs, url, "1", deduplication_id="d")["MessageId"] == first["MessageId"]
    assert receive(sqs, url) == []


def test_deduplication_lasts_five_minutes(account, sqs, url):
    first = send(sqs, url, "1", deduplication_id="d")
    account.pass_time(299.9)
    assert send(sqs, url, "1", deduplication_id="d")["MessageId"] == first["MessageId"]
    account.pass_time(0.1)
    assert send(sqs, url, "1", deduplication_id="d")["MessageId"] != first["MessageId"]


def test_content_based_deduplication_looks_at_the_body_only(sqs, by_content):
    def send_plain(body, **more):
        return sqs.send_message(QueueUrl=by_content, MessageBody=body, MessageGroupId="g", **more)["MessageId"]

    kind = {"kind": {"DataType": "String", "StringValue": "x"}}
    first = send_plain("a")
    assert send_plain("a", MessageAttributes=kind) == first
    assert send_plain("a", MessageDeduplicationId="mine") != first  # an id given wins
    assert send_plain("b") != first
    (message, *_) = receive(sqs, by_content, AttributeNames=["MessageDeduplicationId"])
    assert message["Attributes"]["MessageDeduplicationId"] == hashlib.sha256(b"a").hexdigest()


def test_the_scope_of_deduplication_is_the_queue(sqs, url):
    assert send(sqs, url, "1", "a", "d")["MessageId"] == send(sqs, url, "1", "b", "d")["MessageId"]


def test_or_the_message_group(sqs):
    attributes = {**FIFO, "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    url = sqs.create_queue(QueueName="fast.fifo", Attributes=attributes)["QueueUrl"]
    first = send(sqs, url, "1", "a", "d")["MessageId"]
    assert send(sqs, url, "1", "b", "d")["MessageId"] != first
    assert send(sqs, url, "1", "a", "d")["MessageId"] == first


def test_sequence_numbers_have_twenty_digits_and_rise(sqs, url):
    numbers = [send(sqs, url, str(n), str(n % 3))["SequenceNumber"] for n in range(12)]
    assert all(len(number) == 20 and number.isdigit() for number in numbers)
    assert numbers == sorted(numbers) and len(set(numbers)) == 12
    (message, *_) = receive(sqs, url, AttributeNames=["SequenceNumber"])
    assert message["Attributes"]["SequenceNumber"] == numbers[0]


def test_batches_deduplicate_too(sqs, by_content):
    entries = [{"Id": str(n), "MessageBody": body, "MessageGroupId": "g"} for n, body in enumerate("aba")]
    answer = sqs.send_message_batch(QueueUrl=by_content, Entries=entries)
    a, b, again = answer["Successful"]
    assert again["MessageId"] == a["MessageId"] != b["MessageId"]
    assert again["SequenceNumber"] == a["SequenceNumber"]


# ---------------------------------------------------------------------- what is refused


def test_a_group_id_is_required(sqs, by_content):
    with pytest.raises(ClientError, match=r"MissingParameter.*MessageGroupId"):
        sqs.send_message(QueueUrl=by_content, MessageBody="a")


def test_a_deduplication_id_is_required_without_content_based_deduplication(sqs, url):
    with pytest.raises(ClientError, match="ContentBasedDeduplication enabled or MessageDeduplicationId"):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="g")


def test_a_delay_belongs_to_the_queue(account, sqs, by_content):
    with pytest.raises(ClientError, match="DelaySeconds is invalid"):
        sqs.send_message(QueueUrl=by_content, MessageBody="a", MessageGroupId="g", DelaySeconds=5)
    sqs.set_queue_attributes(QueueUrl=by_content, Attributes={"DelaySeconds": "5"})
    sqs.send_message(QueueUrl=by_content, MessageBody="a", MessageGroupId="g")
    assert receive(sqs, by_content) == []
    account.pass_time(5)
    assert bodies(receive(sqs, by_content)) == ["a"]


def test_a_changed_queue_delay_counts_for_messages_already_there(account, sqs):
    url = sqs.create_queue(QueueName="slow.fifo", Attributes={**FIFO, "DelaySeconds": "60"})["QueueUrl"]
    send(sqs, url, "1")
    account.pass_time(10)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "10"})
    assert bodies(receive(sqs, url)) == ["1"]


@pytest.mark.parametrize("bad", ["", "a b", "ä", "a" * 129])
def test_group_ids_are_printable_and_short(account, url, bad):
    from moto.sqs.exceptions import SQSException

    with pytest.raises(SQSException, match="MessageGroupId"):
        account.queue(url).put("x", group_id=bad, deduplication_id="d")
    with pytest.raises(SQSException, match="MessageDeduplicationId"):
        account.queue(url).put("x", group_id="g", deduplication_id=bad)


def test_a_full_fifo_queue_stays_silent(account, sqs, url, monkeypatch):
    monkeypatch.setattr(type(account.queue(url)), "in_flight_max", 2)
    for n in range(4):
        send(sqs, url, str(n), str(n))
    assert len(receive(sqs, url)) == 2
    assert receive(sqs, url) == []


def test_a_receive_with_the_same_attempt_id_gets_the_same_messages(account, sqs, url):
    for body in "12":
        send(sqs, url, body)
    first = receive(sqs, url, ReceiveRequestAttemptId="try")
    assert bodies(receive(sqs, url, ReceiveRequestAttemptId="other")) == []
    account.pass_time(10)
    again = receive(sqs, url, ReceiveRequestAttemptId="try")
    assert [m["ReceiptHandle"] for m in again] == [m["ReceiptHandle"] for m in first]
    account.pass_time(29)
    assert receive(sqs, url) == []  # the repeat started their visibility timeout anew
    account.pass_time(1)
    assert bodies(receive(sqs, url)) == ["1", "2"]


def test_an_attempt_id_is_forgotten_once_its_messages_changed(account, sqs, url):
    for body in "12":
        send(sqs, url, body)
    one, _ = receive(sqs, url, ReceiveRequestAttemptId="try")
    delete(sqs, url, one)
    assert receive(sqs, url, ReceiveRequestAttemptId="try") == []
