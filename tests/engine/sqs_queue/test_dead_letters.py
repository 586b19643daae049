"""Redrive policies, dead-letter queues, message move tasks."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind

DAY_S = 86_400


def make(sqs, name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def redrive(account, dead, count=None):
    policy = {"deadLetterTargetArn": account.queue(dead).arn}
    if count is not None:
        policy["maxReceiveCount"] = count
    return {"RedrivePolicy": json.dumps(policy)}


@pytest.fixture
def dead(sqs):
    return make(sqs, "dead")


@pytest.fixture
def url(account, sqs, dead):
    return make(sqs, "orders", **redrive(account, dead, 2))


def receive(sqs, url, count=10, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **more).get("Messages", [])


def exhaust(account, sqs, url, times=2):
    """Receive until the redrive policy has enough."""
    for _ in range(times):
        assert receive(sqs, url)
        account.pass_time(30)
    assert receive(sqs, url) == []


# ---------------------------------------------------------------------- dead-lettering


def test_with_maxreceivecount_n_a_message_is_received_n_times(account, sqs, url, dead):
    sent_id = sqs.send_message(QueueUrl=url, MessageBody="a")["MessageId"]
    for expected in ("1", "2"):
        (message,) = receive(sqs, url, AttributeNames=["All"])
        assert message["Attributes"]["ApproximateReceiveCount"] == expected
        account.pass_time(30)
    assert account.kinds(Kind.DEAD_LETTERED) == []  # it moves when a receive would be one too many, not before
    assert receive(sqs, url) == []
    (event,) = account.kinds(Kind.DEAD_LETTERED)
    assert (event.message_id, event.at, event.resource) == (sent_id, 60, account.queue(url).arn)
    assert (event.detail.target, event.detail.receive_count) == (account.queue(dead).arn, 2)
    (message,) = receive(sqs, dead)
    assert (message["MessageId"], message["Body"]) == (sent_id, "a")


def test_a_dead_letter_says_where_it_came_from_and_how_often_it_was_received(account, sqs, url, dead):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    exhaust(account, sqs, url)
    (message,) = receive(sqs, dead, AttributeNames=["All"])
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == account.queue(url).arn
    assert message["Attributes"]["ApproximateReceiveCount"] == "3"  # across all queues
    assert message["Attributes"]["SentTimestamp"] == "1893456000000"


def test_the_retention_of_the_dead_letter_queue_counts_from_the_first_sending(account, sqs, url, dead):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    account.pass_time(3 * DAY_S)
    exhaust(account, sqs, url)
    account.pass_time(DAY_S - 61)
    assert account.queue(dead).approximate_number_of_messages == 1
    account.pass_time(1)
    assert account.queue(dead).approximate_number_of_messages == 0
    (event,) = account.kinds(Kind.EXPIRED)
    assert (event.at, event.resource) == (4 * DAY_S, account.queue(dead).arn)


def test_a_shorter_retention_can_expire_a_dead_letter_on_arrival(account, sqs):
    dead = make(sqs, "dead-short", MessageRetentionPeriod="60")
    url = make(sqs, "orders", **redrive(account, dead, 1), VisibilityTimeout="90")
    sqs.send_message(QueueUrl=url, MessageBody="a")
    receive(sqs, url)
    account.pass_time(90)
    assert receive(sqs, url) == []
    account.pass_time(0)
    assert [event.kind for event in account.trace][-2:] == [Kind.DEAD_LETTERED, Kind.EXPIRED]


def test_an_arriving_dead_letter_wakes_those_who_wait_for_it(account, sqs, url, dead):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    receive(sqs, url), account.pass_time(30), receive(sqs, url), account.pass_time(30)
    account.clock.call_later(5, account.queue(url).take, 10)
    assert len(receive(sqs, dead, WaitTimeSeconds=20)) == 1
    assert account.clock.now == 65


def test_the_old_handle_means_nothing_in_the_dead_letter_queue(account, sqs, url, dead):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    account.pass_time(30)
    exhaust(account, sqs, url, 1)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=handle)
    assert account.queue(dead).ready_count == 1


def test_ten_receives_are_the_default(account, sqs, dead):
    url = make(sqs, "patient", **redrive(account, dead))
    given = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    assert json.loads(given)["maxReceiveCount"] == 10


def test_a_missing_dead_letter_queue_keeps_messages_where_they_are(account, sqs, url, dead):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    sqs.delete_queue(QueueUrl=dead)
    for _ in range(4):
        assert len(receive(sqs, url)) == 1
        account.pass_time(30)
    make(sqs, "dead")  # made anew, under the same ARN
    assert receive(sqs, url) == []


def test_a_chain_counts_each_queues_own_receives(account, sqs, dead):
    middle = make(sqs, "middle", **redrive(account, dead, 2))
    first = make(sqs, "first", **redrive(account, middle, 2))
    sqs.send_message(QueueUrl=first, MessageBody="a")
    exhaust(account, sqs, first)
    exhaust(account, sqs, middle)
    assert account.queue(dead).ready_count == 1


# ---------------------------------------------------------------------- what a redrive policy may say


@pytest.mark.parametrize("count", [0, 1001, "many", -1])
def test_maxreceivecount_is_1_to_1000(account, sqs, dead, count):
    with pytest.raises(ClientError, match="maxReceiveCount"):
        make(sqs, "orders", **redrive(account, dead, count))


@pytest.mark.parametrize("policy", ["not json", "[]", '{"maxReceiveCount": 3}', '{"deadLetterTargetArn": "x"}'])
def test_a_malformed_redrive_policy_is_refused(sqs, policy):
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        make(sqs, "orders", RedrivePolicy=policy)


def test_the_dead_letter_queue_exists_and_has_the_same_type(account, sqs, dead):
    missing = {
        "RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:none", "maxReceiveCount": 3}'
    }
    with pytest.raises(ClientError, match="Dead letter target does not exist"):
        make(sqs, "orders", **missing)
    with pytest.raises(ClientError, match="same type"):
        make(sqs, "orders.fifo", FifoQueue="true", **redrive(account, dead, 3))
    fifo = make(sqs, "dead.fifo", FifoQueue="true")
    with pytest.raises(ClientError, match="same type"):
        make(sqs, "orders", **redrive(account, fifo, 3))
    assert len(sqs.list_queues()["QueueUrls"]) == 2  # a refused queue is not made


def test_an_empty_redrive_policy_takes_it_away(account, sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})
    sqs.send_message(QueueUrl=url, MessageBody="a")
    for _ in range(5):
        assert len(receive(sqs, url)) == 1
        account.pass_time(30)
    given = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "RedrivePolicy" not in given


def test_deny_all_turns_every_source_away(account, sqs):
    dead = make(sqs, "private", RedriveAllowPolicy='{"redrivePermission": "denyAll"}')
    with pytest.raises(ClientError, match="redrive allow policy"):
        make(sqs, "orders", **redrive(account, dead, 3))


def test_by_queue_lets_the_named_sources_in(account, sqs):
    friend = "arn:aws:sqs:us-east-1:123456789012:friend"
    allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [friend]})
    dead = make(sqs, "private", RedriveAllowPolicy=allow)
    make(sqs, "friend", **redrive(account, dead, 3))
    with pytest.raises(ClientError, match="redrive allow policy"):
        make(sqs, "stranger", **redrive(account, dead, 3))
    given = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])["Attributes"]
    assert given == {"RedriveAllowPolicy": allow}


@pytest.mark.parametrize(
    "policy",
    [
        {"redrivePermission": "sometimes"},
        {"redrivePermission": "byQueue"},
        {"redrivePermission": "denyAll", "sourceQueueArns": ["arn:aws:sqs:us-east-1:123456789012:a"]},
        {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [f"arn:aws:sqs:us-east-1:123456789012:q{n}" for n in range(11)],
        },
    ],
)
def test_a_malformed_redrive_allow_policy_is_refused(sqs, policy):
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        make(sqs, "private", RedriveAllowPolicy=json.dumps(policy))


def test_the_sources_of_a_dead_letter_queue_are_listed(sqs, url, dead):
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]


# ---------------------------------------------------------------------- message move tasks


def fill(account, sqs, url, dead, count):
    ids = [sqs.send_message(QueueUrl=url, MessageBody=str(n))["MessageId"] for n in range(count)]
    exhaust(account, sqs, url)
    assert account.queue(dead).ready_count == count
    return ids


def newest(account, sqs, dead):
    (task,) = sqs.list_message_move_tasks(SourceArn=account.queue(dead).arn)["Results"]
    return task


def test_a_move_task_takes_messages_back_as_new_ones(account, sqs, url, dead):
    ids = fill(account, sqs, url, dead, 3)
    sqs.start_message_move_task(SourceArn=account.queue(dead).arn)
    account.run()
    assert (account.queue(dead).ready_count, account.queue(url).ready_count) == (0, 3)
    task = newest(account, sqs, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"], task["ApproximateNumberOfMessagesToMove"]) == (
        "COMPLETED",
        3,
        3,
    )
    assert "TaskHandle" not in task and "DestinationArn" not in task and task["StartedTimestamp"] == 1893456060000
    back = receive(sqs, url, AttributeNames=["All"])
    assert [message["Body"] for message in back] == ["0", "1", "2"]
    assert not {message["MessageId"] for message in back} & set(ids)
    assert {message["Attributes"]["ApproximateReceiveCount"] for message in back} == {"1"}
    assert all(int(message["Attributes"]["SentTimestamp"]) > 1893456060000 for message in back)
    events = account.kinds(Kind.REDRIVEN)
    assert [event.message_id for event in events] == ids
    assert [event.detail.new_id for event in events] == [message["MessageId"] for message in back]


def test_a_move_task_keeps_to_its_rate(account, sqs, url, dead):
    fill(account, sqs, url, dead, 10)
    started = account.clock.now
    handle = sqs.start_message_move_task(SourceArn=account.queue(dead).arn, MaxNumberOfMessagesPerSecond=2)[
        "TaskHandle"
    ]
    account.pass_time(2)
    task = newest(account, sqs, dead)
    assert (task["Status"], task["TaskHandle"], task["ApproximateNumberOfMessagesMoved"]) == ("RUNNING", handle, 4)
    account.run()
    assert account.clock.now - started == 5
    assert account.queue(url).ready_count == 10


def test_a_move_task_can_go_elsewhere(account, sqs, url, dead):
    fill(account, sqs, url, dead, 2)
    other = make(sqs, "other")
    sqs.start_message_move_task(SourceArn=account.queue(dead).arn, DestinationArn=account.queue(other).arn)
    account.run()
    assert account.queue(other).ready_count == 2
    assert newest(account, sqs, dead)["DestinationArn"] == account.queue(other).arn


def test_messages_of_several_sources_find_their_way_home(account, sqs, url, dead):
    second = make(sqs, "second", **redrive(account, dead, 2))
    fill(account, sqs, url, dead, 2)
    sqs.send_message(QueueUrl=second, MessageBody="x")
    exhaust(account, sqs, second)
    sqs.start_message_move_task(SourceArn=account.queue(dead).arn)
    account.run()
    assert (account.queue(url).ready_count, account.queue(second).ready_count) == (2, 1)


def test_a_message_without_a_source_fails_the_task_and_stays(account, sqs, url, dead):
    sqs.send_message(QueueUrl=dead, MessageBody="by hand")
    sqs.start_message_move_task(SourceArn=account.queue(dead).arn)
    account.run()
    task = newest(account, sqs, dead)
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert account.queue(dead).ready_count == 1


def test_a_destination_that_disappears_fails_the_task(account, sqs, url, dead):
    fill(account, sqs, url, dead, 4)
    other = make(sqs, "other")
    sqs.start_message_move_task(
        SourceArn=account.queue(dead).arn, DestinationArn=account.queue(other).arn, MaxNumberOfMessagesPerSecond=1
    )
    account.pass_time(1)
    sqs.delete_queue(QueueUrl=other)
    account.run()
    task = newest(account, sqs, dead)
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")
    assert (task["ApproximateNumberOfMessagesMoved"], account.queue(dead).ready_count) == (1, 3)


def test_a_cancelled_task_stops(account, sqs, url, dead):
    fill(account, sqs, url, dead, 5)
    handle = sqs.start_message_move_task(SourceArn=account.queue(dead).arn, MaxNumberOfMessagesPerSecond=1)[
        "TaskHandle"
    ]
    account.pass_time(2)
    assert sqs.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] == 2
    account.run()
    assert newest(account, sqs, dead)["Status"] == "CANCELLED"
    assert account.queue(dead).ready_count == 3
    with pytest.raises(sqs.exceptions.ResourceNotFoundException, match="Task does not exist"):
        sqs.cancel_message_move_task(TaskHandle=handle)
    with pytest.raises(ClientError, match="TaskHandle is invalid"):
        sqs.cancel_message_move_task(TaskHandle="nonsense")


def test_one_task_a_queue(account, sqs, url, dead):
    fill(account, sqs, url, dead, 2)
    start = {"SourceArn": account.queue(dead).arn, "MaxNumberOfMessagesPerSecond": 1}
    sqs.start_message_move_task(**start)
    with pytest.raises(ClientError, match="already a task running"):
        sqs.start_message_move_task(**start)
    account.run()
    sqs.start_message_move_task(**start)


def test_a_task_moves_no_more_than_the_queue_held_at_its_start(account, sqs, url, dead):
    sqs.start_message_move_task(SourceArn=account.queue(dead).arn)
    sqs.send_message(QueueUrl=dead, MessageBody="late")
    account.run()
    task = newest(account, sqs, dead)
    assert (task["Status"], task["ApproximateNumberOfMessagesToMove"]) == ("COMPLETED", 0)
    assert account.queue(dead).ready_count == 1


def test_only_dead_letter_queues_have_move_tasks(account, sqs, url):
    with pytest.raises(ClientError, match="must be configured as a Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=account.queue(url).arn)
    with pytest.raises(sqs.exceptions.ResourceNotFoundException):
        sqs.start_message_move_task(SourceArn="arn:aws:sqs:us-east-1:123456789012:none")


@pytest.mark.parametrize("rate", [0, 501])
def test_a_rate_is_1_to_500(account, sqs, url, dead, rate):
    with pytest.raises(ClientError, match="MaxNumberOfMessagesPerSecond"):
        sqs.start_message_move_task(SourceArn=account.queue(dead).arn, MaxNumberOfMessagesPerSecond=rate)


def test_a_poison_message_comes_back_and_the_task_still_ends(account, sqs, url, dead):
    fill(account, sqs, url, dead, 1)
    queue = account.queue(url)

    def poison():
        while True:
            for message in queue.take(10, visibility_timeout_s=0.1):
                del message
            account.clock.wait(queue.arrived)

    queue.set_consumed(True)
    account.clock.spawn(poison)
    sqs.start_message_move_task(SourceArn=account.queue(dead).arn)
    account.run()
    assert newest(account, sqs, dead)["Status"] == "COMPLETED"
    assert account.queue(dead).ready_count == 1


def test_in_a_fifo_dead_letter_queue_the_messages_id_is_its_deduplication_id(account, sqs):
    """SQS developer guide, sqs-configure-dead-letter-queue-redrive: two with one deduplication id are both stored."""
    dead = make(sqs, "dead.fifo", FifoQueue="true")
    urls = [make(sqs, f"{name}.fifo", FifoQueue="true", **redrive(account, dead, 1)) for name in "ab"]
    ids = []
    for url in urls:
        ids.append(
            sqs.send_message(QueueUrl=url, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="same")[
                "MessageId"
            ]
        )
        for _ in range(2):
            receive(sqs, url, VisibilityTimeout=0)
    found = receive(sqs, dead, AttributeNames=["MessageDeduplicationId"])
    assert [one["MessageId"] for one in found] == ids
    assert [one["Attributes"]["MessageDeduplicationId"] for one in found] == ids
