"""Answers recorded on AWS, May 2023 to November 2025, that are easy to get wrong: facts from public snapshots of other suites."""

import boto3
import pytest
from botocore.exceptions import ClientError

MISSING = "arn:aws:sqs:us-east-1:123456789012:missing"


def make(sqs, name="q", **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def fifo(sqs, **attributes):
    return make(sqs, "q.fifo", FifoQueue="true", **attributes)


def receive(sqs, url, count=10, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **more).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def send_all(sqs, url, *bodies):
    for body in bodies:
        group = body.partition("-")[0]
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body)


def refused(call, **arguments):
    """Status, code and the rest of an error as boto3 shows it."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"], error["QueryErrorCode"]


# ---------------------------------------------------------------------- FIFO groups, November 2025


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_message_made_visible_comes_though_a_later_one_is_in_flight(account, sqs, seconds):
    url = fifo(sqs)
    send_all(sqs, url, "g1-m1", "g1-m2", "g2-m1")
    first, second = receive(sqs, url, 2)
    assert bodies([first, second]) == ["g1-m1", "g1-m2"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=seconds)
    account.pass_time(2 * seconds)
    assert bodies(receive(sqs, url, 3)) == ["g2-m1", "g1-m1"]


@pytest.mark.parametrize(("extended", "then"), [(0, []), (1, ["g-foo"]), (2, ["g-foo", "g-bar"])])
def test_a_message_in_flight_holds_up_what_follows_it_in_its_group(account, sqs, extended, then):
    url = fifo(sqs, VisibilityTimeout="1")
    send_all(sqs, url, "g-foo", "g-bar", "g-baz")
    messages = receive(sqs, url, 5)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=messages[extended]["ReceiptHandle"], VisibilityTimeout=4)
    account.pass_time(2.5)
    assert bodies(receive(sqs, url, 5)) == then


def test_what_waits_behind_one_in_flight_comes_when_that_one_goes(account, sqs):
    url = fifo(sqs)
    send_all(sqs, url, "g-1", "g-2", "g-3")
    one, two = receive(sqs, url, 2)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0)
    (one,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    assert receive(sqs, url) == []  # 3 waits for 2
    sqs.delete_message(QueueUrl=url, ReceiptHandle=two["ReceiptHandle"])
    assert bodies(receive(sqs, url)) == ["g-3"]


# ---------------------------------------------------------------------- the order of FIFO groups, May 2023


def test_groups_come_as_they_were_sent(sqs):
    url = fifo(sqs)
    send_all(sqs, url, "g1-m1", "g2-m1", "g1-m2", "g1-m3")
    assert bodies(receive(sqs, url)) == ["g1-m1", "g1-m2", "g1-m3", "g2-m1"]


def test_a_group_whose_messages_come_back_queues_up_behind_the_others(account, sqs):
    url = fifo(sqs, VisibilityTimeout="1")
    send_all(sqs, url, "g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1", "g3-m1")
    assert bodies(receive(sqs, url, 2)) == ["g1-m1", "g1-m2"]
    assert bodies(receive(sqs, url, 1)) == ["g2-m1"]
    account.pass_time(2)
    again = receive(sqs, url, VisibilityTimeout=0)
    assert bodies(again) == ["g3-m1", "g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1"]


def test_so_does_one_that_was_never_hidden(sqs):
    url = fifo(sqs)
    send_all(sqs, url, "g1-m1", "g2-m1", "g2-m2", "g3-m1", "g1-m2")
    assert bodies(receive(sqs, url, 3, VisibilityTimeout=0)) == ["g1-m1", "g1-m2", "g2-m1"]
    assert bodies(receive(sqs, url, VisibilityTimeout=0)) == ["g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2"]


@pytest.mark.parametrize(
    ("deleted", "then"),
    [(2, ["g2-m1", "g2-m2", "g1-m3", "g1-m4", "g3-m1"]), (1, ["g2-m1", "g2-m2", "g3-m1"])],
)
def test_a_message_whose_predecessors_are_deleted_keeps_its_place(sqs, deleted, then):
    url = fifo(sqs)
    send_all(sqs, url, "g1-m1", "g2-m1", "g1-m2", "g2-m2", "g1-m3", "g1-m4", "g3-m1")
    for message in receive(sqs, url, 2)[:deleted]:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert bodies(receive(sqs, url)) == then


# ---------------------------------------------------------------------- a purge, May 2023


def test_after_a_purge_an_id_can_be_sent_again(sqs):
    url = fifo(sqs)
    send_all(sqs, url, "g-1")
    sqs.purge_queue(QueueUrl=url)
    send_all(sqs, url, "g-1")
    assert bodies(receive(sqs, url)) == ["g-1"]


# ---------------------------------------------------------------------- receipt handles, April 2024


def test_a_standard_queue_takes_a_handle_whose_time_is_over(account, sqs):
    url = make(sqs, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    (message,) = receive(sqs, url)
    account.pass_time(2)
    change = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 2}
    assert sqs.change_message_visibility(**change)["ResponseMetadata"]["HTTPStatusCode"] == 200
    (again,) = receive(sqs, url)  # modelled: it changed nothing
    sqs.change_message_visibility(**{**change, "VisibilityTimeout": 0})  # the handle of an earlier receive has power
    (again,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
    assert refused(sqs.change_message_visibility, **change)[1] == "InvalidParameterValue"


def test_a_handle_that_never_was_one(sqs):
    answer = refused(sqs.delete_message, QueueUrl=make(sqs), ReceiptHandle="garbage")
    assert answer[:3] == (
        400, "ReceiptHandleIsInvalid", 'The input receipt handle "garbage" is not a valid receipt handle.',
    )  # fmt: skip


def test_a_fifo_queue_does_not(account, sqs):
    url = fifo(sqs, VisibilityTimeout="1")
    send_all(sqs, url, "g-1")
    (message,) = receive(sqs, url)
    account.pass_time(2)
    change = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 2}
    assert refused(sqs.change_message_visibility, **change)[1] == "InvalidParameterValue"


# ---------------------------------------------------------------------- batches of a FIFO queue, April 2024


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (
            {"MessageGroupId": "g"},
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        ),
        ({"MessageDeduplicationId": "2"}, "The request must contain the parameter MessageGroupId."),
    ],
)
def test_a_fifo_batch_is_refused_whole_for_one_entry_without_an_id(sqs, second, words):
    url = fifo(sqs)
    entries = [{"Id": "1", "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "1"}]
    entries.append({"Id": "2", "MessageBody": "y", **second})
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=entries) == (
        400, "InvalidParameterValue", words, "InvalidParameterValueException",
    )  # fmt: skip
    assert receive(sqs, url) == []


# ---------------------------------------------------------------------- attributes, April and May 2024


def test_fifo_attributes_of_a_standard_queue(sqs):
    unknown = "Unknown Attribute {}."
    only = "You can specify the {} only when FifoQueue is set to true."
    for name, value, words in (
        ("FifoQueue", "false", unknown),
        ("ContentBasedDeduplication", "false", unknown),
        ("DeduplicationScope", "queue", only),
        ("FifoThroughputLimit", "perQueue", only),
    ):
        answer = refused(sqs.create_queue, QueueName="q", Attributes={name: value})
        assert answer == (400, "InvalidAttributeName", words.format(name), "InvalidAttributeName")


def test_the_type_of_a_queue_is_no_setting(sqs):
    standard, ordered = make(sqs), fifo(sqs)
    for value in ("true", "false"):
        answer = refused(sqs.set_queue_attributes, QueueUrl=standard, Attributes={"FifoQueue": value})
        assert answer[1:3] == ("InvalidAttributeName", "Unknown Attribute FifoQueue.")
    sqs.set_queue_attributes(QueueUrl=ordered, Attributes={"FifoQueue": "true"})
    answer = refused(sqs.set_queue_attributes, QueueUrl=ordered, Attributes={"FifoQueue": "false"})
    words = "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
    assert answer == (400, "InvalidAttributeValue", words, "InvalidAttributeValue")


def test_one_kind_of_encryption_at_a_time(sqs):
    url = make(sqs)
    both = {"KmsMasterKeyId": "testKeyId", "SqsManagedSseEnabled": "true"}
    answer = refused(sqs.set_queue_attributes, QueueUrl=url, Attributes=both)
    assert answer[1:3] == (
        "InvalidAttributeName",
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    )

    def now():
        names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]

    kms = {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=kms)
    assert now() == {**kms, "SqsManagedSseEnabled": "false"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": "true"})
    assert now() == {"SqsManagedSseEnabled": "true"}


def test_a_queue_with_other_attributes_is_named_with_the_attribute(sqs):
    make(sqs, DelaySeconds="1")
    words = "A queue already exists with the same name and a different value for attribute DelaySeconds"
    answer = refused(sqs.create_queue, QueueName="q", Attributes={"DelaySeconds": "2"})
    assert answer == (400, "QueueAlreadyExists", words, "QueueNameExists")


def test_the_name_of_a_deleted_queue_rests_for_a_minute(account, sqs):
    sqs.delete_queue(QueueUrl=make(sqs))
    words = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    account.pass_time(59)
    answer = refused(sqs.create_queue, QueueName="q")
    assert answer == (400, "AWS.SimpleQueueService.QueueDeletedRecently", words, "QueueDeletedRecently")
    account.pass_time(1)
    make(sqs)


def test_a_queue_may_be_its_own_dead_letter_queue(account, sqs):
    url = make(sqs, VisibilityTimeout="1")
    arn = account.queue(url).queue_arn
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"RedrivePolicy": f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"2"}}'}
    )
    sqs.send_message(QueueUrl=url, MessageBody="x")
    counts = []
    for _ in range(4):
        (message,) = receive(sqs, url, AttributeNames=["All"])
        counts.append(message["Attributes"].get("DeadLetterQueueSourceArn"))
        account.pass_time(2)
    assert counts == [None, None, arn, arn]


# ---------------------------------------------------------------------- the rest, April 2024 to September 2025


def test_what_is_not_there_is_not_found(account, sqs):
    def not_found(parameter):
        words = f"The resource that you specified for the {parameter} parameter doesn't exist."
        return 404, "ResourceNotFoundException", words, "ResourceNotFoundException"

    assert refused(sqs.start_message_move_task, SourceArn=MISSING) == not_found("SourceArn")
    dead = account.queue(make(sqs, "dead")).queue_arn
    make(sqs, RedrivePolicy=f'{{"deadLetterTargetArn":"{dead}","maxReceiveCount":"2"}}')
    answer = refused(sqs.start_message_move_task, SourceArn=dead, DestinationArn=MISSING)
    assert answer == not_found("DestinationArn")
    task = sqs.start_message_move_task(SourceArn=dead)["TaskHandle"]
    account.run()
    assert refused(sqs.cancel_message_move_task, TaskHandle=task) == (
        404, "ResourceNotFoundException", "Task does not exist.", "ResourceNotFoundException",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["All", "*", ".*"])
def test_all_message_attributes_have_three_names(sqs, name):
    url = make(sqs)
    sent = {key: {"DataType": "String", "StringValue": "x"} for key in ("Help.Me", "Hello")}
    sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=sent)
    (message,) = receive(sqs, url, MessageAttributeNames=[name])
    assert message["MessageAttributes"] == sent


def test_errors_have_awss_words_and_both_of_its_codes(sqs):
    url, ordered = make(sqs), fifo(sqs, ContentBasedDeduplication="true")
    bad, bad_too = "InvalidParameterValue", "InvalidParameterValueException"
    empty = {"ErrorDetails": {"DataType": "String", "StringValue": ""}}
    for answer, expected in (
        (
            refused(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11),
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        ),
        (
            refused(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=21),
            "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
        (
            refused(sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes=empty),
            "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
        ),
        (
            refused(sqs.send_message, QueueUrl=ordered, MessageBody="x", MessageGroupId="g", DelaySeconds=2),
            "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue "
            "type.",
        ),
    ):
        assert answer == (400, bad, expected, bad_too)
    answer = refused(sqs.send_message, QueueUrl=url, MessageBody="")
    words = "The request must contain the parameter MessageBody."
    assert answer == (400, "MissingParameter", words, "MissingRequiredParameterException")


# ---------------------------------------------------------------------- X-Ray's header, June 2025

TRACED = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_the_tracing_header_of_the_request_reaches_the_message(sqs):
    def trace(request, **_):
        request.headers["X-Amzn-Trace-Id"] = TRACED

    sender = boto3.client("sqs", "us-east-1")
    sender.meta.events.register("before-send.sqs.SendMessage", trace)
    url = make(sqs)
    sender.send_message(QueueUrl=url, MessageBody="x")
    (message,) = receive(sqs, url, AttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": TRACED}


def test_system_attributes_have_an_md5_of_their_own(sqs):
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACED}}
    answer = sqs.send_message(QueueUrl=make(sqs), MessageBody="x", MessageSystemAttributes=header)
    assert answer["MD5OfMessageSystemAttributes"] == "5ae4d5d7636402d80f4eb6d213245a88"
    assert "MD5OfMessageAttributes" not in answer


def test_a_queue_without_tags_answers_with_none(sqs):
    url = make(sqs)
    sqs.tag_queue(QueueUrl=url, Tags={"a": "b"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=url)
