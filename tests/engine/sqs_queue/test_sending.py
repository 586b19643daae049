"""What SendMessage and SendMessageBatch accept, refuse and answer."""

import hashlib
import re

import pytest
from botocore.exceptions import ClientError

from motoclock.on_behalf import OnBehalf
from motoclock.trace import Kind
from tests.engine.refusals import refused

MIB = 1024 * 1024


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="orders")["QueueUrl"]


def attribute(value="x", kind="String"):
    return {"DataType": kind, "BinaryValue" if kind.startswith("Binary") else "StringValue": value}


def count(sqs, url) -> int:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_a_send_answers_with_id_and_digest(sqs, url):
    answer = sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert re.fullmatch(r"[0-9a-f-]{36}", answer["MessageId"])
    assert answer["MD5OfMessageBody"] == hashlib.md5(b"hello").hexdigest()
    assert "SequenceNumber" not in answer


def test_a_send_is_in_the_trace_with_its_size(account, sqs, url):
    sent_id = sqs.send_message(QueueUrl=url, MessageBody="é" * 40, MessageAttributes={"kind": attribute("abc")})[
        "MessageId"
    ]
    (event,) = account.kinds(Kind.SENT)
    assert event.message_id == sent_id
    assert event.detail.size_bytes == 80 + len("kind") + len("String") + len("abc")
    assert event.detail.sender is None


def test_the_label_is_a_short_single_line(account, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody='{\n  "order":\t"' + "7" * 100 + '"}')
    label = account.kinds(Kind.SENT)[0].detail.label
    assert len(label) == 60 and label.startswith('{ "order": "777') and label.endswith("…")


def test_an_empty_body_is_refused(sqs, url):
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="")[0] == "MissingParameter"


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_outside_the_allowed_set_is_refused(sqs, url, character):
    code, message = refused(sqs.send_message, QueueUrl=url, MessageBody=f"a{character}b")
    assert code == "InvalidMessageContents" and "#x9 | #xA | #xD" in message


def test_every_allowed_plane_is_accepted(sqs, url):
    body = "\t\n\r ~\ud7ff\ue000\ufffd\U00010000\U0010ffff"
    sqs.send_message(QueueUrl=url, MessageBody=body)
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == body


def test_sizes_count_bytes_and_attributes(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="é" * (MIB // 2))
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="é" * (MIB // 2) + "a")[0] == "InvalidParameterValue"
    spare = len("a") + len("String") + len("x")
    sqs.send_message(QueueUrl=url, MessageBody="a" * (MIB - spare), MessageAttributes={"a": attribute()})
    code, message = refused(
        sqs.send_message, QueueUrl=url, MessageBody="a" * (MIB - spare + 1), MessageAttributes={"a": attribute()}
    )
    assert code == "InvalidParameterValue" and "shorter than 1048576 bytes" in message


def test_a_queue_can_ask_for_less(sqs):
    url = sqs.create_queue(QueueName="small", Attributes={"MaximumMessageSize": "1024"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="a" * 1024)
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="a" * 1025)[0] == "InvalidParameterValue"


def test_ten_attributes_are_the_most(sqs, url):
    ten = {f"a{n}": attribute() for n in range(10)}
    sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=ten)
    code, message = refused(
        sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes={**ten, "a10": attribute()}
    )
    assert code == "InvalidParameterValue" and "[11] exceeds the allowed maximum [10]" in message


@pytest.mark.parametrize("name", ["AWS.x", "amazon.x", ".x", "x.", "x..y", "x y", "x" * 257, "ä"])
def test_a_malformed_attribute_name_is_refused(sqs, url, name):
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes={name: attribute()})[0] == (
        "InvalidParameterValue"
    )


@pytest.mark.parametrize(
    "value",
    [
        attribute("", "String"),
        attribute(b"", "Binary"),
        attribute("x", "Text"),
        attribute("x", ""),
        attribute("seven", "Number"),
        attribute("\x00"),
        {"DataType": "Binary", "StringValue": "x"},
    ],
)
def test_a_malformed_attribute_value_is_refused(sqs, url, value):
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes={"a": value})[0] == (
        "InvalidParameterValue"
    )


@pytest.mark.parametrize(
    "attributes",
    [
        {"Other": {"DataType": "String", "StringValue": "x"}},
        {"AWSTraceHeader": {"DataType": "Number", "StringValue": "1"}},
        {"AWSTraceHeader": {"DataType": "String", "StringValue": ""}},
    ],
)
def test_the_tracing_header_is_the_only_system_attribute_of_a_sender(sqs, url, attributes):
    with pytest.raises(ClientError, match="system attribute"):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageSystemAttributes=attributes)
    assert sqs.receive_message(QueueUrl=url).get("Messages") is None


def test_custom_types_and_binary_values_arrive(sqs, url):
    given = {
        "when.utc": attribute("1e3", "Number.unix"),
        "raw": attribute(b"\x00\xff", "Binary.jpg"),
        "plain": attribute("v"),
    }
    sent = sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=given)
    (message,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"] == given
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]


def test_a_delay_is_between_0_and_900_seconds(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=900)
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="x", DelaySeconds=901)[0] == "InvalidParameterValue"


def test_a_standard_queue_takes_no_deduplication_id(sqs, url):
    assert (
        refused(sqs.send_message, QueueUrl=url, MessageBody="x", MessageDeduplicationId="a")[0]
        == "InvalidParameterValue"
    )


def test_a_missing_queue_is_named_so(sqs):
    missing = "https://sqs.us-east-1.amazonaws.com/123456789012/none"
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.send_message(QueueUrl=missing, MessageBody="x")


# ---------------------------------------------------------------------- batches


def entries(*bodies):
    return [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]


def test_a_batch_sends_in_order(sqs, url):
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries(*"abc"))
    assert [entry["Id"] for entry in answer["Successful"]] == ["0", "1", "2"] and "Failed" not in answer
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in messages] == ["a", "b", "c"]


def test_an_invalid_entry_fails_alone(sqs):
    url = sqs.create_queue(QueueName="small", Attributes={"MaximumMessageSize": "1024"})["QueueUrl"]
    batch = entries("fine", "a" * 1025, "", "\x00", "late")
    batch.append({"Id": "delay", "MessageBody": "x", "DelaySeconds": 901})
    batch.append({"Id": "attribute", "MessageBody": "x", "MessageAttributes": {"AWS.x": attribute()}})
    answer = sqs.send_message_batch(QueueUrl=url, Entries=batch)
    assert [entry["Id"] for entry in answer["Successful"]] == ["0", "4"]
    assert {entry["Id"]: (entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]} == {
        "1": ("InvalidParameterValue", True),
        "2": ("MissingParameter", True),
        "3": ("InvalidMessageContents", True),
        "delay": ("InvalidParameterValue", True),
        "attribute": ("InvalidParameterValue", True),
    }
    assert count(sqs, url) == 2


def test_a_batch_over_one_mebibyte_fails_as_a_whole(sqs, url):
    half = "a" * (MIB // 2)
    assert "Failed" not in sqs.send_message_batch(QueueUrl=url, Entries=entries(half, half))
    with pytest.raises(sqs.exceptions.BatchRequestTooLong):
        sqs.send_message_batch(QueueUrl=url, Entries=entries(half, half, "a"))
    assert count(sqs, url) == 2


def test_a_batch_has_one_to_ten_entries(sqs, url):
    with pytest.raises(sqs.exceptions.EmptyBatchRequest):
        sqs.send_message_batch(QueueUrl=url, Entries=[])
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        sqs.send_message_batch(QueueUrl=url, Entries=entries(*"abcdefghijk"))


def test_entry_ids_are_distinct_and_well_formed(sqs, url):
    with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
        sqs.send_message_batch(QueueUrl=url, Entries=[*entries("a"), *entries("b")])
    for bad in ("a b", "a.b", "a" * 81):
        with pytest.raises(sqs.exceptions.InvalidBatchEntryId):
            sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": bad, "MessageBody": "a"}])
    assert count(sqs, url) == 0


def test_deletes_and_visibility_changes_are_batches_of_ten_too(sqs, url):
    eleven = [{"Id": str(n), "ReceiptHandle": f"h{n}", "VisibilityTimeout": 0} for n in range(11)]
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        sqs.delete_message_batch(
            QueueUrl=url, Entries=[{"Id": entry["Id"], "ReceiptHandle": entry["ReceiptHandle"]} for entry in eleven]
        )
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=eleven)


def test_put_raises_what_the_api_raises(account, url):
    from moto.sqs.exceptions import SQSException

    with pytest.raises(SQSException, match="MessageBody"):
        account.queue(url).put("")


def test_put_records_where_a_message_came_from(account, url):
    message = account.queue(url).put("x", origins=("a", "b"), sender="arn:aws:sns:us-east-1:123456789012:topic")
    (event,) = account.kinds(Kind.SENT)
    assert event.message_id == message.id
    assert event.detail.origins == ("a", "b")
    assert event.detail.sender.endswith(":topic")


def test_a_message_sent_by_a_handler_names_its_function_and_what_it_was_handling(account, sqs, url):
    def handler():
        sqs.send_message(QueueUrl=url, MessageBody="x")

    split = "arn:aws:lambda:us-east-1:123456789012:function:split"
    account.clock.spawn(handler, on_behalf=OnBehalf(split, message_ids=("m1",)))
    account.run()
    (event,) = account.kinds(Kind.SENT)
    assert event.detail.sender.endswith(":split") and event.detail.origins == ("m1",)
