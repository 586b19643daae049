"""Standard queues with group ids, seeded duplicates and seeded reordering: all modelled."""

from collections import Counter

import pytest

from sevenways.trace import Kind

from .conftest import open_account


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def receive(sqs, url, count=10, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **more).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


# ---------------------------------------------------------------------- fair queues


def test_a_group_id_on_a_standard_queue_is_kept(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="tenant")
    (message,) = receive(sqs, url, AttributeNames=["All"])
    assert message["Attributes"]["MessageGroupId"] == "tenant"
    assert "SequenceNumber" not in message["Attributes"]


def test_quiet_tenants_go_first_when_one_dominates_what_is_in_flight(account, url):
    queue = account.queue(url)
    for n in range(20):
        queue.put(f"noisy {n}", group_id="noisy")
    busy = queue.take(5)
    for tenant in "ab":
        queue.put(f"quiet {tenant}", group_id=tenant)
    queue.put("nobody's")
    assert [m.body for m in queue.take(4)] == ["quiet a", "quiet b", "nobody's", "noisy 5"]
    for message in busy:
        queue.delete(message.receipt_handle)
    assert queue.take(1)[0].body == "noisy 6"


def test_a_tenant_whose_messages_come_back_is_quiet_again(account, sqs, url):
    queue = account.queue(url)
    for n in range(3):
        queue.put(f"a{n}", group_id="a")
    queue.take(2)
    queue.put("b0", group_id="b"), queue.put("b1", group_id="b")
    account.pass_time(30)
    assert [m.body for m in queue.take(10)] == ["a0", "b0", "a1", "b1", "a2"]


def test_nothing_is_lost_when_a_queue_turns_fair(account, sqs, url):
    queue = account.queue(url)
    for n in range(10):
        queue.put(f"plain {n}")
    queue.take(3)
    queue.put("tenant", group_id="t")
    account.pass_time(30)
    taken = [message.body for _ in range(6) for message in queue.take(2)]
    assert sorted(taken) == sorted([f"plain {n}" for n in range(10)] + ["tenant"])


# ---------------------------------------------------------------------- duplicates


@pytest.mark.options(duplicates=1.0)
def test_a_duplicate_is_a_second_copy_with_the_same_id(account, sqs, url):
    sent_id = sqs.send_message(QueueUrl=url, MessageBody="a")["MessageId"]
    (first,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    account.pass_time(2)
    (second,) = receive(sqs, url, AttributeNames=["ApproximateReceiveCount"])
    assert second["MessageId"] == first["MessageId"] == sent_id
    assert second["ReceiptHandle"] != first["ReceiptHandle"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "1"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])
    account.pass_time(60)
    assert receive(sqs, url) == []  # a copy has no copies


@pytest.mark.options(duplicates=1.0)
def test_each_copy_is_counted(account, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    receive(sqs, url)
    account.pass_time(2)
    receive(sqs, url)
    original, copy = account.kinds(Kind.SENT)
    assert copy.message_id == original.message_id
    assert copy.detail.sender == account.queue(url).arn
    assert len(account.kinds(Kind.RECEIVED)) == 2


@pytest.mark.options(duplicates=1.0)
def test_fifo_queues_have_no_duplicates(account, sqs):
    url = sqs.create_queue(QueueName="a.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="g", MessageDeduplicationId="d")
    receive(sqs, url)
    account.pass_time(10)
    assert len(account.kinds(Kind.SENT)) == 1


def test_the_share_of_duplicates_is_about_what_was_asked_for_and_seeded():
    def copies(seed):
        with open_account(duplicates=0.2, seed=seed) as account:
            queue = account.queue(account.sqs.create_queue(QueueName="orders")["QueueUrl"])
            for n in range(500):
                queue.put(str(n))
            while queue.take(10):
                pass
            account.pass_time(3)
            ids = Counter(event.message_id for event in account.kinds(Kind.SENT))
            return [message_id for message_id, count in ids.items() if count > 1]

    assert 70 <= len(copies(1)) <= 130
    assert copies(1) == copies(1) != copies(2)


# ---------------------------------------------------------------------- reordering


@pytest.mark.options(reorder=True)
def test_reordering_shuffles_a_little(account, url):
    queue = account.queue(url)
    for n in range(200):
        queue.put(str(n))
    order = [int(message.body) for _ in range(20) for message in queue.take(10)]
    assert order != sorted(order) and sorted(order) == list(range(200))
    assert max(abs(place - n) for place, n in enumerate(order)) <= 32


def test_without_the_option_order_is_that_of_sending(account, url):
    queue = account.queue(url)
    for n in range(100):
        queue.put(str(n))
    assert [int(m.body) for m in queue.take(100)] == list(range(100))


def test_one_seed_gives_the_same_ids_handles_and_trace():
    def story():
        with open_account(seed=7, duplicates=0.5, reorder=True) as account:
            sqs = account.sqs
            url = sqs.create_queue(QueueName="orders")["QueueUrl"]
            for n in range(20):
                sqs.send_message(QueueUrl=url, MessageBody=str(n))
            receive(sqs, url)
            account.pass_time(31)
            receive(sqs, url)
            return [repr(event) for event in account.trace]

    assert story() == story()
