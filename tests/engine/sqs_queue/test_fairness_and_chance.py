"""Standard queues with group ids, seeded duplicates and seeded reordering: all modelled."""

from collections import Counter

import pytest

from motoclock.trace import Kind

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


def fill(queue, group, count, name=None):
    for n in range(count):
        queue.put(f"{name or group} {n}", group_id=group)


@pytest.mark.parametrize(
    ("own", "others", "noisy"),
    [
        (29, 0, False),  # all that is in flight, but fewer than thirty
        (30, 0, True),
        (30, 269, True),  # of 299 more than a tenth
        (30, 270, False),  # of 300 a tenth
    ],
)
def test_a_tenant_is_noisy_with_thirty_messages_and_more_than_a_tenth_of_those_in_flight(
    account, url, own, others, noisy
):
    queue = account.queue(url)
    for n in range(others):
        queue.put(str(n))
    fill(queue, "a", own + 1)
    assert len(queue.take(own + others)) == own + others
    fill(queue, "quiet", 1)
    assert [m.body for m in queue.take(1)] == ["quiet 0" if noisy else f"a {own}"]


def test_a_message_without_a_group_id_is_a_tenant_of_its_own(account, url):
    queue = account.queue(url)
    fill(queue, "a", 40)
    assert len(queue.take(35)) == 35
    fill(queue, "quiet", 1)
    queue.put("nobody's"), queue.put("nobody else's")
    assert [m.body for m in queue.take(4)] == ["quiet 0", "nobody's", "nobody else's", "a 35"]


@pytest.mark.parametrize(("others", "noisy"), [(8, True), (9, False)])
def test_or_with_more_than_a_tenth_of_the_recent_processing_time(account, url, others, noisy):
    queue = account.queue(url)
    fill(queue, "slow", 2)
    for n in range(others):
        queue.put(str(n))
    queue.take(1)
    [message] = [m for m in queue.waiting if m.body == "slow 1"]
    assert len(queue.take(others + 1)) == others + 1  # also slow 1
    queue.change_visibility(message.receipt_handle, 0)
    account.pass_time(10)  # slow 0 was in flight for ten seconds, and so was each of the others
    fill(queue, "quiet", 1)
    assert [m.body for m in queue.take(2)] == (["quiet 0", "slow 1"] if noisy else ["slow 1", "quiet 0"])


def test_among_noisy_tenants_the_one_with_fewest_messages_in_flight_goes_first(account, url):
    queue = account.queue(url)
    fill(queue, "a", 10), fill(queue, "b", 10)
    queue.take(3)
    account.pass_time(1)
    assert [m.body for m in queue.take(3)] == ["b 0", "b 1", "b 2"]  # until b is as noisy as a
    account.pass_time(1)
    assert [m.body for m in queue.take(4)] == ["a 3", "b 3", "a 4", "b 4"]


def test_a_noisy_tenant_is_quiet_again_after_sending_nothing_for_five_minutes(account, url):
    queue = account.queue(url)
    fill(queue, "a", 3)
    queue.take(1, 1000)
    for second, expected in ((299, "b 0"), (300, "a 1")):
        account.pass_time(second - account.world.clock.now)
        fill(queue, "b", 1)
        assert [m.body for m in queue.take(1, 1000)] == [expected]


def test_a_noisy_tenant_is_quiet_again_when_its_backlog_is_gone(account, url):
    queue = account.queue(url)
    fill(queue, "a", 3)
    queue.take(1)
    account.pass_time(1)
    queue.take(2)
    fill(queue, "a", 1, "later a"), fill(queue, "b", 1)
    assert [m.body for m in queue.take(2)] == ["later a 0", "b 0"]


@pytest.mark.parametrize("fair", [True, False])
def test_a_quiet_tenant_does_not_wait_behind_the_backlog_of_a_noisy_one(account, url, fair):
    """A thousand messages of one tenant, then now and then one of another; five consumers, a second a message."""
    queue = account.queue(url)
    group = (lambda name: name) if fair else (lambda name: None)
    for n in range(1000):
        queue.put(f"noisy {n}", group_id=group("noisy"))
    waits = []
    for second in range(100):
        if second % 10 == 5:
            queue.put(f"quiet {second}", group_id=group("quiet"))
        taken = queue.take(5)
        waits += [second - int(m.body.split()[1]) for m in taken if m.body.startswith("quiet")]
        account.pass_time(1)
        for message in taken:
            queue.delete(message.receipt_handle)
    assert waits == ([0] * 10 if fair else [])  # without group ids not one of them had its turn


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
