"""Receives, visibility, receipts, long polls, retention, counts."""

import pytest
from botocore.exceptions import ClientError

from motoclock import announcements
from motoclock.services.sqs import State
from motoclock.services.sqs import queue as queue_module
from motoclock.trace import Kind

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def receive(sqs, url, count=10, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **more).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def send(sqs, url, *texts, **more):
    return [sqs.send_message(QueueUrl=url, MessageBody=text, **more)["MessageId"] for text in texts]


def counts(sqs, url):
    """Ready, in flight, delayed."""
    given = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    end = ("", "NotVisible", "Delayed")
    return tuple(int(given[f"ApproximateNumberOfMessages{name}"]) for name in end)


# ---------------------------------------------------------------------- visibility


def test_a_message_is_visible_again_at_exactly_its_visibility_timeout(account, sqs, url):
    send(sqs, url, "a")
    receive(sqs, url)
    account.pass_time(29.999)
    assert receive(sqs, url) == []
    account.pass_time(0.001)
    assert account.clock.now == 30
    assert bodies(receive(sqs, url)) == ["a"]


def test_a_task_that_wakes_at_the_very_instant_sees_the_message(account, sqs, url):
    send(sqs, url, "a")
    found = []

    def sleeper():
        account.clock.sleep(30)
        found.extend(receive(sqs, url))

    account.clock.spawn(sleeper)  # its timer is older than the message's
    account.pass_time(0)
    receive(sqs, url)
    account.pass_time(30)
    assert bodies(found) == ["a"]


def test_times_that_floats_cannot_add_meet_nevertheless(account, sqs, url):
    for _ in range(3):
        account.pass_time(0.1)
    send(sqs, url, "a")
    receive(sqs, url, VisibilityTimeout=1)
    for _ in range(10):
        account.pass_time(0.1)
    assert bodies(receive(sqs, url)) == ["a"]


def test_visibility_0_returns_it_at_once(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert bodies(receive(sqs, url)) == ["a"]
    assert [event.detail.reason for event in account.kinds(Kind.RETURNED)] == ["visibility set to 0"]


def test_a_receive_with_visibility_0_hides_nothing(sqs, url):
    send(sqs, url, "a")
    assert bodies(receive(sqs, url, VisibilityTimeout=0)) == bodies(receive(sqs, url, VisibilityTimeout=0)) == ["a"]
    (message,) = receive(sqs, url, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert message["Attributes"] == {"ApproximateReceiveCount": "3"}


def test_visibility_can_be_extended(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    account.pass_time(15)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=60)
    account.pass_time(59)
    assert receive(sqs, url) == []
    account.pass_time(1)
    assert bodies(receive(sqs, url)) == ["a"]


def test_nothing_stays_hidden_longer_than_twelve_hours_after_its_receive(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url, VisibilityTimeout=12 * HOUR_S)
    account.pass_time(HOUR_S)
    change = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
    with pytest.raises(ClientError, match=r"beyond the limit \[43200 seconds\]"):
        sqs.change_message_visibility(**change, VisibilityTimeout=11 * HOUR_S + 1)
    sqs.change_message_visibility(**change, VisibilityTimeout=11 * HOUR_S)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.change_message_visibility(**change, VisibilityTimeout=12 * HOUR_S + 1)


def test_a_deleted_message_has_no_visibility_to_change(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    with pytest.raises(ClientError, match="not available for visibility timeout change"):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=10)


def test_the_receive_count_rises_at_receive(account, sqs, url):
    send(sqs, url, "a")
    seen = []
    for _ in range(3):
        seen.append(receive(sqs, url, AttributeNames=["All"])[0]["Attributes"])
        account.pass_time(30)
    assert [each["ApproximateReceiveCount"] for each in seen] == ["1", "2", "3"]
    assert len({each["ApproximateFirstReceiveTimestamp"] for each in seen}) == 1
    assert [event.detail.count for event in account.kinds(Kind.RECEIVED)] == [1, 2, 3]
    assert [event.at for event in account.kinds(Kind.RETURNED)] == [30, 60, 90]


# ---------------------------------------------------------------------- receipts


def test_every_receive_gives_a_handle_of_its_own(account, sqs, url):
    send(sqs, url, "a")
    first = receive(sqs, url)[0]["ReceiptHandle"]
    account.pass_time(30)
    assert receive(sqs, url)[0]["ReceiptHandle"] != first


def test_the_last_handle_deletes_even_after_the_visibility_timeout(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    account.pass_time(31)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, url) == (0, 0, 0)
    assert account.kinds(Kind.DELETED)[0].detail.by == "cell"


def test_an_old_handle_succeeds_and_deletes_nothing(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    account.pass_time(30)
    receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, url) == (0, 1, 0)
    assert account.kinds(Kind.DELETED) == []


def test_deleting_twice_is_fine(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    for _ in range(2):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert len(account.kinds(Kind.DELETED)) == 1


def test_nonsense_and_other_queues_handles_are_refused(sqs, url):
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    send(sqs, other, "a")
    handle = receive(sqs, other)[0]["ReceiptHandle"]
    for bad in ("nonsense", handle, handle[:-4] + "AAAA"):
        with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=bad)
    answer = sqs.delete_message_batch(QueueUrl=other, Entries=[
        {"Id": "good", "ReceiptHandle": handle}, {"Id": "bad", "ReceiptHandle": "nonsense"}
    ])  # fmt: skip
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("bad", "ReceiptHandleIsInvalid")]


def test_a_visibility_batch_fails_entry_by_entry(sqs, url):
    send(sqs, url, "a")
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
        {"Id": "good", "ReceiptHandle": handle, "VisibilityTimeout": 0},
        {"Id": "late", "ReceiptHandle": handle, "VisibilityTimeout": 5},
        {"Id": "bad", "ReceiptHandle": "nonsense", "VisibilityTimeout": 5},
    ])  # fmt: skip
    assert [entry["Id"] for entry in answer["Successful"]] == ["good", "late"]
    assert [entry["Code"] for entry in answer["Failed"]] == ["ReceiptHandleIsInvalid"]


# ---------------------------------------------------------------------- what comes out


def test_messages_come_in_the_order_of_sending_and_return_to_their_place(account, sqs, url):
    send(sqs, url, *"abcd")
    assert bodies(receive(sqs, url, 2)) == ["a", "b"]
    account.pass_time(30)
    assert bodies(receive(sqs, url)) == ["a", "b", "c", "d"]


def test_only_the_attributes_that_were_asked_for_come(sqs, url):
    given = {f"{name}": {"DataType": "String", "StringValue": "v"} for name in ("x.one", "x.two", "y")}
    for _ in range(3):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes=given)
    plain, prefixed, named = (
        receive(sqs, url, 1)[0],
        receive(sqs, url, 1, MessageAttributeNames=["x.*"])[0],
        receive(sqs, url, 1, MessageAttributeNames=["y", "z"], AttributeNames=["SentTimestamp"])[0],
    )
    assert "MessageAttributes" not in plain and "Attributes" not in plain
    assert set(prefixed["MessageAttributes"]) == {"x.one", "x.two"}
    assert set(named["MessageAttributes"]) == {"y"}
    assert named["Attributes"] == {"SentTimestamp": "1893456000000"}


def test_timestamps_are_virtual(account, sqs, url):
    account.pass_time(1.5)
    send(sqs, url, "a")
    account.pass_time(2)
    (message,) = receive(sqs, url, AttributeNames=["All"])
    assert message["Attributes"]["SentTimestamp"] == "1893456001500"
    assert message["Attributes"]["ApproximateFirstReceiveTimestamp"] == "1893456003500"


@pytest.mark.parametrize("wrong", [{"MaxNumberOfMessages": 11}, {"MaxNumberOfMessages": 0}, {"WaitTimeSeconds": 21}])
def test_receive_parameters_have_limits(sqs, url, wrong):
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.receive_message(QueueUrl=url, **wrong)


# ---------------------------------------------------------------------- delays


def test_a_delayed_message_waits(account, sqs, url):
    send(sqs, url, "later", DelaySeconds=10)
    send(sqs, url, "now")
    assert counts(sqs, url) == (1, 0, 1)
    assert bodies(receive(sqs, url)) == ["now"]
    account.pass_time(10)
    assert bodies(receive(sqs, url)) == ["later"]
    assert [event.detail.reason for event in account.kinds(Kind.RETURNED)] == ["delay over"]
    assert [event.detail.delay_s for event in account.kinds(Kind.SENT)] == [10, 0]


def test_a_queue_delays_all_that_say_nothing(account, sqs):
    url = sqs.create_queue(QueueName="slow", Attributes={"DelaySeconds": "5"})["QueueUrl"]
    send(sqs, url, "later")
    send(sqs, url, "now", DelaySeconds=0)
    assert bodies(receive(sqs, url)) == ["now"]
    account.pass_time(5)
    assert bodies(receive(sqs, url)) == ["later"]


# ---------------------------------------------------------------------- long polls


def test_a_long_poll_in_a_cell_lets_time_pass_until_a_message_is_ready(account, sqs, url):
    send(sqs, url, "a", DelaySeconds=7)
    assert bodies(receive(sqs, url, WaitTimeSeconds=20)) == ["a"]
    assert account.clock.now == 7


def test_a_long_poll_that_finds_nothing_takes_its_whole_wait(account, sqs, url):
    assert receive(sqs, url, WaitTimeSeconds=20) == []
    assert account.clock.now == 20


def test_a_short_poll_takes_no_time(account, sqs, url):
    assert receive(sqs, url) == []
    assert account.clock.now == 0


def test_the_queue_can_make_every_receive_a_long_poll(account, sqs):
    url = sqs.create_queue(QueueName="long", Attributes={"ReceiveMessageWaitTimeSeconds": "3"})["QueueUrl"]
    assert receive(sqs, url) == []
    assert account.clock.now == 3


def test_long_polls_in_tasks_wait_side_by_side(account, sqs, url):
    found = []

    def poller(name):
        got = bodies(receive(sqs, url, 1, WaitTimeSeconds=20))
        found.append((name, account.clock.now, got))

    for name in "xyz":
        account.clock.spawn(poller, name)
    account.clock.call_later(4, account.queue(url).put, "a")
    account.clock.call_later(6, account.queue(url).put, "b")
    account.run()
    assert found == [("x", 4, ["a"]), ("y", 6, ["b"]), ("z", 20, [])]


def test_a_message_set_visible_wakes_a_long_poll(account, sqs, url):
    send(sqs, url, "a")
    (message,) = receive(sqs, url)
    account.clock.call_later(3, account.queue(url).change_visibility, message["ReceiptHandle"], 0)
    assert bodies(receive(sqs, url, WaitTimeSeconds=20)) == ["a"]
    assert account.clock.now == 3


# ---------------------------------------------------------------------- retention


def test_a_message_expires_at_the_end_of_its_retention(account, sqs):
    url = sqs.create_queue(QueueName="brief", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    ready, hidden, delayed = (
        send(sqs, url, "ready"),
        send(sqs, url, "hidden"),
        send(sqs, url, "delayed", DelaySeconds=90),
    )
    receive(sqs, url, 2, VisibilityTimeout=600)
    account.pass_time(30)
    send(sqs, url, "young")
    account.pass_time(30)
    expired = account.kinds(Kind.EXPIRED)
    assert [event.message_id for event in expired] == [*ready, *hidden, *delayed]
    assert {event.at for event in expired} == {60}
    assert bodies(receive(sqs, url)) == ["young"]


def test_retention_alone_is_no_work_to_wait_for(account, sqs, url):
    send(sqs, url, "a")
    account.run()
    assert account.clock.now == 0
    account.pass_time(4 * DAY_S)
    assert counts(sqs, url) == (0, 0, 0)


def test_a_new_retention_period_counts_for_old_messages(account, sqs, url):
    send(sqs, url, "a")
    account.pass_time(100)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "90"})
    assert counts(sqs, url) == (0, 0, 0)


# ---------------------------------------------------------------------- counts, caps, purges, the end


def test_the_three_counts_follow_every_step(account, sqs, url):
    send(sqs, url, *"abc")
    send(sqs, url, "d", DelaySeconds=5)
    assert counts(sqs, url) == (3, 0, 1)
    first, _ = receive(sqs, url, 2)
    assert counts(sqs, url) == (1, 2, 1)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert counts(sqs, url) == (1, 1, 1)
    account.pass_time(5)
    assert counts(sqs, url) == (2, 1, 0)
    account.pass_time(25)
    assert counts(sqs, url) == (3, 0, 0)


def test_in_flight_messages_have_a_cap(account, sqs, url, monkeypatch):
    monkeypatch.setattr(queue_module.IndexedQueue, "in_flight_max", 3)
    send(sqs, url, *"abcde")
    assert len(receive(sqs, url)) == 3
    with pytest.raises(sqs.exceptions.OverLimit):
        receive(sqs, url)
    assert bodies(receive(sqs, url, 1, WaitTimeSeconds=20)) == []  # a long poll just waits
    account.pass_time(10)
    assert bodies(receive(sqs, url)) == ["a", "b", "c"]


def test_a_purge_takes_everything_once_a_minute(account, sqs, url):
    send(sqs, url, *"abc")
    send(sqs, url, "d", DelaySeconds=5)
    receive(sqs, url, 1)
    sqs.purge_queue(QueueUrl=url)
    assert counts(sqs, url) == (0, 0, 0)
    assert [event.detail.by for event in account.kinds(Kind.DELETED)] == ["purge"] * 4
    account.pass_time(59)
    with pytest.raises(sqs.exceptions.PurgeQueueInProgress):
        sqs.purge_queue(QueueUrl=url)
    account.pass_time(1)
    sqs.purge_queue(QueueUrl=url)


def test_a_deleted_queue_takes_its_messages_along(account, sqs, url):
    seen = []
    account.world.subscribe(announcements.SQS_QUEUE_DELETED, seen.append)
    queue = account.queue(url)
    send(sqs, url, *"ab")
    receive(sqs, url, 1)
    sqs.delete_queue(QueueUrl=url)
    assert seen == [queue] and queue.deleted
    assert [event.detail.by for event in account.kinds(Kind.DELETED)] == ["queue deleted"] * 2
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        receive(sqs, url)


# ---------------------------------------------------------------------- the interface for the delivery


def test_a_read_queues_hidden_and_delayed_messages_are_work(account, sqs, url):
    queue = account.queue(url)
    send(sqs, url, "a")
    queue.take(1)
    account.run()
    assert account.clock.now == 0
    queue.set_consumed(True)
    account.run()
    assert account.clock.now == 30 and queue.ready_count == 1


def test_a_deleted_message_leaves_no_work_behind(account, sqs, url):
    queue = account.queue(url)
    queue.set_consumed(True)
    send(sqs, url, "a")
    (message,) = queue.take(1, consumer="arn:f")
    assert account.clock.has_foreground
    assert queue.delete(message.receipt_handle, consumer="arn:f")
    assert not account.clock.has_foreground
    assert message.state is State.GONE


def test_one_timer_serves_any_number_of_messages(account, url):
    queue = account.queue(url)
    for _ in range(1000):
        queue.put("a")
    before = len(account.clock._agenda)
    while queue.take(10):
        pass
    assert len(account.clock._agenda) - before <= 1


def test_taken_messages_are_live(account, url):
    queue = account.queue(url)
    queue.put("a", attributes={"k": {"DataType": "String", "StringValue": "v"}})
    (message,) = queue.take(10, visibility_timeout_s=5, consumer="arn:f")
    assert (message.body, message.approximate_receive_count, message.visible_at_s) == ("a", 1, 5)
    queue.change_visibility(message.receipt_handle, 8)
    assert message.visible_at_s == 8
    received = account.kinds(Kind.RECEIVED)[0].detail
    assert (received.consumer, received.visible_at) == ("arn:f", 5)


def test_the_trace_says_which_handle_a_receive_gave_out(account, sqs, url):
    """An outside check finds the receive that a handle belongs to."""
    send(sqs, url, "a", "b")
    handles = [receive(sqs, url, 1, VisibilityTimeout=0)[0]["ReceiptHandle"] for _ in range(4)]
    assert [event.detail.receipt for event in account.kinds(Kind.RECEIVED)] == handles
    assert len(set(handles)) == 4
    assert "receipt" not in repr(account.kinds(Kind.RECEIVED)[0])


def test_a_filtered_message_is_gone(account, url):
    queue = account.queue(url)
    queue.put("a")
    (message,) = queue.take(1)
    queue.filter_out(message, "no pattern matched", "arn:f")
    assert (queue.ready_count, queue.in_flight_count) == (0, 0)
    (event,) = account.kinds(Kind.FILTERED)
    assert event.detail.text == "no pattern matched" and event.detail.consumer == "arn:f"
