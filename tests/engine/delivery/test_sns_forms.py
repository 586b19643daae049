"""What subscribers get: the envelope, the message raw, the Lambda event, the HTTP request; and what publish refuses."""

import base64
import json

import pytest

from motoclock.trace import Kind
from tests.engine.delivery.stage import counts, function, queue
from tests.engine.delivery.topic_stage import fates, publish, received, sns, subscribe, topic
from tests.engine.refusals import refused

PRINTS = "import json\ndef handler(event, context): print(json.dumps(event))"


def event_of(cloud, name="work"):
    return json.loads(next(line.message for line in cloud.logs(name) if line.message.startswith('{"Records"')))


def test_a_queue_gets_the_envelope(cloud):
    users, url = topic(), queue()
    subscription = subscribe(users, url)
    message = publish(users, {"email": "ada@example.com"}, Subject="new user", attributes={"country": "DE", "age": 36})
    cloud.run()
    (one,) = received(url)
    body = json.loads(one["Body"])
    assert list(body) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL",
        "UnsubscribeURL", "MessageAttributes",
    ]  # fmt: skip
    assert (body["Type"], body["MessageId"], body["TopicArn"], body["Subject"]) == (
        "Notification",
        message,
        users,
        "new user",
    )
    assert json.loads(body["Message"]) == {"email": "ada@example.com"}
    assert body["Timestamp"] == "2030-01-01T00:00:00.000Z"
    assert len(base64.b64decode(body["Signature"])) == 256 and body["SignatureVersion"] == "1"
    assert body["UnsubscribeURL"].endswith(subscription)
    assert body["MessageAttributes"] == {
        "country": {"Type": "String", "Value": "DE"},
        "age": {"Type": "Number", "Value": "36"},
    }
    assert "MessageAttributes" not in one
    assert one["Body"].startswith('{\n  "Type" : "Notification",\n  "MessageId" : "')


def test_without_subject_and_attributes_the_envelope_has_neither(cloud):
    users, url = topic(), queue()
    subscribe(users, url)
    publish(users)
    cloud.run()
    assert not {"Subject", "MessageAttributes"} & set(json.loads(received(url)[0]["Body"]))


def test_raw_delivery_passes_body_and_attributes_on(cloud):
    users, url = topic(), queue()
    subscribe(users, url, RawMessageDelivery="true")
    blob = {"DataType": "Binary", "BinaryValue": b"\x00\xff"}
    publish(users, "hello", attributes={"country": "DE", "age": 36, "blob": blob})
    cloud.run()
    (one,) = received(url)
    assert one["Body"] == "hello"
    assert one["MessageAttributes"] == {
        "country": {"DataType": "String", "StringValue": "DE"},
        "age": {"DataType": "Number", "StringValue": "36"},
        "blob": blob,
    }


def test_raw_with_more_than_ten_attributes_is_discarded_at_once(cloud):
    users, raw, wrapped, dlq = topic(), queue("raw"), queue("wrapped"), queue("dlq")
    subscribe(
        users,
        raw,
        RawMessageDelivery="true",
        RedrivePolicy={"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq"},
    )
    subscribe(users, wrapped)
    publish(users, attributes={f"a{n}": "x" for n in range(11)})
    cloud.run()
    assert (counts(raw), counts(wrapped)) == ((0, 0), (1, 0))
    assert fates(cloud, users) == {"delivered": 1, "dead-lettered": 1}
    (dead,) = received(dlq)
    assert dead["Body"] == "hello" and "MessageAttributes" not in dead  # more of them than a queue takes
    (refused,) = [event for event in cloud.trace if event.kind is Kind.REFUSED]
    assert "11 message attributes" in refused.detail.reason


def test_a_function_gets_one_record_with_capitalised_keys(cloud):
    users = topic()
    subscription = subscribe(users, function(PRINTS))
    message = publish(users, "hello", attributes={"country": "DE"})
    cloud.run()
    (record,) = event_of(cloud)["Records"]
    assert list(record) == ["EventSource", "EventVersion", "EventSubscriptionArn", "Sns"]
    assert (record["EventSource"], record["EventVersion"], record["EventSubscriptionArn"]) == (
        "aws:sns",
        "1.0",
        subscription,
    )
    sns_part = record["Sns"]
    assert list(sns_part) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertUrl",
        "UnsubscribeUrl", "MessageAttributes",
    ]  # fmt: skip
    assert (sns_part["Message"], sns_part["MessageId"], sns_part["Subject"]) == ("hello", message, None)
    assert sns_part["MessageAttributes"] == {"country": {"Type": "String", "Value": "DE"}}


def test_message_structure_json_gives_each_protocol_its_own_text(cloud):
    users, url = topic(), queue()
    subscribe(users, url, RawMessageDelivery="true")
    subscribe(users, function(PRINTS))
    publish(users, {"default": "all", "sqs": "for queues", "email": 3}, MessageStructure="json")
    cloud.run()
    assert received(url)[0]["Body"] == "for queues"
    assert event_of(cloud)["Records"][0]["Sns"]["Message"] == "all"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("no json", "JSON message body failed to parse"),
        ('{"sqs": "x"}', "No default entry"),
        ('{"default": 1}', "No default entry"),
    ],
)
def test_message_structure_json_needs_a_default(cloud, message, reason):
    code, text = refused(sns().publish, TopicArn=topic(), Message=message, MessageStructure="json")
    assert code == "InvalidParameter" and reason in text


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ({"Message": ""}, "InvalidParameter", "Empty message"),
        ({"Message": "x", "Subject": "two\nlines"}, "InvalidParameter", "Subject"),
        ({"Message": "x", "Subject": "x" * 101}, "InvalidParameter", "Subject"),
        ({"Message": "x", "MessageStructure": "xml"}, "InvalidParameter", "MessageStructure"),
        ({"Message": "x", "MessageDeduplicationId": "d"}, "InvalidParameter", "not valid for this topic type"),
        (
            {"Message": "x", "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "ten"}}},
            "ParameterValueInvalid",
            "value to number",
        ),
        (
            {"Message": "x", "MessageAttributes": {"n": {"DataType": "Text", "StringValue": "ten"}}},
            "ParameterValueInvalid",
            "Binary, Number, and String",
        ),
    ],
)
def test_what_publish_refuses(cloud, arguments, code, reason):
    found = refused(sns().publish, TopicArn=topic(), **arguments)
    assert found[0] == code and reason in found[1]
    assert len(cloud.trace) == 0


def test_the_limit_counts_bytes_of_message_and_attributes(cloud):
    users = topic()
    limit = 256 * 1024
    publish(users, "x" * limit)
    attribute = {"MessageAttributes": {"a": {"DataType": "String", "StringValue": "b"}}}
    assert "Message too long" in refused(sns().publish, TopicArn=users, Message="é" * (limit // 2 + 1))[1]
    assert "Message too long" in refused(sns().publish, TopicArn=users, Message="x" * limit, **attribute)[1]


def test_maximum_message_size_can_be_raised_to_a_mebibyte_for_queues_and_functions_only(cloud):
    users, url = topic(MaximumMessageSize=1024 * 1024), queue()
    subscribe(users, url, RawMessageDelivery="true")
    publish(users, "x" * 1024 * 1024)
    cloud.run()
    assert counts(url) == (1, 0)
    assert (
        "can't have a subscription with the protocol email"
        in refused(sns().subscribe, TopicArn=users, Protocol="email", Endpoint="a@example.com")[1]
    )
    other = topic("others")
    subscribe(other, "a@example.com", "email")
    raise_it = {"TopicArn": other, "AttributeName": "MaximumMessageSize", "AttributeValue": str(1024 * 1024)}
    assert "protocol email" in refused(sns().set_topic_attributes, **raise_it)[1]
    for wrong in ("1023", str(1024 * 1024 + 1), "big"):
        raise_it["AttributeValue"] = wrong
        assert "must be between" in refused(sns().set_topic_attributes, **raise_it)[1]


def test_a_raised_topic_has_a_hundred_subscriptions_at_most(cloud):
    users = topic(MaximumMessageSize=512 * 1024)
    for number in range(100):
        subscribe(users, f"arn:aws:sqs:us-east-1:123456789012:q{number}")
    one_more = {"TopicArn": users, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:123456789012:q100"}
    assert "more than 100 subscriptions" in refused(sns().subscribe, **one_more)[1]


def test_a_function_cannot_take_an_event_above_a_mebibyte(cloud):
    users = topic(MaximumMessageSize=1024 * 1024)
    subscribe(users, function(PRINTS))
    publish(users, "x" * 1024 * 1024)
    cloud.run()
    assert fates(cloud, users) == {"dropped": 1}


def test_an_entry_with_a_bad_subject_fails_alone(cloud):
    users, url = topic(), queue()
    subscribe(users, url, RawMessageDelivery="true")
    entries = [
        {"Id": "a", "Message": "first"},
        {"Id": "b", "Message": "x", "Subject": "\n"},
        {"Id": "c", "Message": "last"},
    ]
    answer = sns().publish_batch(TopicArn=users, PublishBatchRequestEntries=entries)
    assert [one["Id"] for one in answer["Successful"]] == ["a", "c"]
    assert [(one["Id"], one["Code"], one["SenderFault"]) for one in answer["Failed"]] == [
        ("b", "InvalidParameter", True)
    ]
    cloud.run()
    assert [one["Body"] for one in received(url)] == ["first", "last"]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([{"Id": str(n), "Message": "x"} for n in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": "a", "Message": "x"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"Id": "a b", "Message": "x"}], "InvalidBatchEntryId"),
        ([{"Id": str(n), "Message": "x" * 100_000} for n in range(3)], "BatchRequestTooLong"),
        ([], "EmptyBatchRequest"),
    ],
)
def test_what_fails_a_whole_batch(cloud, entries, code):
    assert refused(sns().publish_batch, TopicArn=topic(), PublishBatchRequestEntries=entries)[0] == code


def test_a_group_id_on_a_standard_topic_reaches_standard_queues_for_fairness(cloud):
    users, url = topic(), queue()
    subscribe(users, url)
    publish(users, MessageGroupId="tenant-1")
    cloud.run()
    assert received(url)[0]["Attributes"]["MessageGroupId"] == "tenant-1"
