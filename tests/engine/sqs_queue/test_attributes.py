"""Queues and their attributes: creation, change, refusal, CloudFormation."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.services.sqs import IndexedQueue

TEMPLATE = {
    "Resources": {
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead", "FifoQueue": False}},
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "orders",
                "VisibilityTimeout": 45,
                "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3},
                "Tags": [{"Key": "team", "Value": "blue"}],
            },
        },
        "Steps": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "steps.fifo", "FifoQueue": True, "ContentBasedDeduplication": True},
        },
    }
}


def attributes(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names) or ["All"]).get("Attributes", {})


def make(sqs, name="orders", **given):
    return sqs.create_queue(QueueName=name, Attributes=given)["QueueUrl"]


def test_a_new_queue_has_awss_defaults(account, sqs):
    account.pass_time(2.5)
    assert attributes(sqs, make(sqs)) == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "1893456002",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "1893456002",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:orders",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_a_fifo_queue_has_four_more(sqs):
    given = attributes(sqs, make(sqs, "orders.fifo", FifoQueue="true"))
    assert {name: given[name] for name in given if "Fifo" in name or "Dedup" in name} == {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }


def test_only_what_was_asked_for_is_answered(sqs):
    url = make(sqs)
    assert attributes(sqs, url, "VisibilityTimeout") == {"VisibilityTimeout": "30"}
    assert attributes(sqs, url, "RedrivePolicy") == {}
    with pytest.raises(sqs.exceptions.InvalidAttributeName):
        attributes(sqs, url, "Colour")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("DelaySeconds", ("-1", "901", "x")),
        ("MaximumMessageSize", ("1023", "1048577")),
        ("MessageRetentionPeriod", ("59", "1209601")),
        ("ReceiveMessageWaitTimeSeconds", ("-1", "21")),
        ("VisibilityTimeout", ("-1", "43201")),
    ],
)
def test_attributes_have_ranges(sqs, name, values):
    url = make(sqs)
    for value in values:
        with pytest.raises(sqs.exceptions.InvalidAttributeValue):
            make(sqs, "other", **{name: value})
        with pytest.raises(sqs.exceptions.InvalidAttributeValue):
            sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})


def test_an_unknown_attribute_is_refused(sqs):
    with pytest.raises(sqs.exceptions.InvalidAttributeName):
        make(sqs, Colour="blue")


def test_fifo_attributes_are_for_fifo_queues(sqs):
    for name, value in (("ContentBasedDeduplication", "true"), ("FifoQueue", "false"), ("DeduplicationScope", "queue")):
        with pytest.raises(sqs.exceptions.InvalidAttributeName):
            make(sqs, **{name: value})


def test_a_fifo_name_and_a_fifo_queue_go_together(sqs):
    for name, given in (("orders", {"FifoQueue": "true"}), ("orders.fifo", {}), ("or ders", {}), ("x" * 81, {})):
        with pytest.raises(ClientError, match="InvalidParameterValue"):
            make(sqs, name, **given)


def test_the_type_of_a_queue_never_changes(sqs):
    with pytest.raises(ClientError):
        sqs.set_queue_attributes(QueueUrl=make(sqs), Attributes={"FifoQueue": "true"})


def test_throughput_per_group_needs_deduplication_per_group(sqs):
    with pytest.raises(ClientError, match="DeduplicationScope"):
        make(sqs, "a.fifo", FifoQueue="true", FifoThroughputLimit="perMessageGroupId")
    url = make(
        sqs, "b.fifo", FifoQueue="true", FifoThroughputLimit="perMessageGroupId", DeduplicationScope="messageGroup"
    )
    assert attributes(sqs, url, "FifoThroughputLimit") == {"FifoThroughputLimit": "perMessageGroupId"}
    with pytest.raises(ClientError, match="DeduplicationScope"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"DeduplicationScope": "queue"})


def test_creating_a_queue_again_finds_it_unless_attributes_differ(account, sqs):
    made = []
    account.world.subscribe("sqs.queue-created", made.append)
    url = make(sqs, VisibilityTimeout="40")
    assert make(sqs) == make(sqs, VisibilityTimeout="40") == url
    assert len(made) == 1
    with pytest.raises(sqs.exceptions.QueueNameExists):
        make(sqs, VisibilityTimeout="41")


def test_a_change_of_one_attribute_leaves_the_others(account, sqs):
    changed = []
    account.world.subscribe("sqs.queue-changed", changed.append)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow"}]})
    url = make(sqs, Policy=policy, DelaySeconds="7")
    account.pass_time(9)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "40"})
    given = attributes(sqs, url)
    assert json.loads(given["Policy"]) == json.loads(policy)
    assert (given["DelaySeconds"], given["VisibilityTimeout"]) == ("7", "40")
    assert int(given["LastModifiedTimestamp"]) - int(given["CreatedTimestamp"]) == 9
    assert changed == [account.queue(url)]


def test_a_refused_change_changes_nothing(sqs):
    url = make(sqs)
    with pytest.raises(ClientError):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "7", "VisibilityTimeout": "-1"})
    assert attributes(sqs, url, "DelaySeconds") == {"DelaySeconds": "0"}


def test_a_new_visibility_timeout_counts_for_later_receives(account, sqs):
    url = make(sqs)
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    sqs.receive_message(QueueUrl=url)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
    sqs.receive_message(QueueUrl=url)
    account.pass_time(5)
    assert account.queue(url).ready_count == 1


def test_tags_and_permissions_are_motos(sqs):
    url = sqs.create_queue(QueueName="orders", tags={"team": "blue"})["QueueUrl"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "blue"}
    sqs.add_permission(QueueUrl=url, Label="read", AWSAccountIds=["111122223333"], Actions=["ReceiveMessage"])
    assert "read" in attributes(sqs, url, "Policy")["Policy"]


def test_cloudformation_makes_the_same_queues(account, sqs):
    stacks = account.cloudformation
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(TEMPLATE))
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    queue = account.queue(url)
    assert type(queue) is IndexedQueue and queue.tags["team"] == "blue"
    assert attributes(sqs, url, "VisibilityTimeout") == {"VisibilityTimeout": "45"}
    assert queue.max_receive_count == 3
    fifo = account.queue(sqs.get_queue_url(QueueName="steps.fifo")["QueueUrl"])
    assert fifo.is_fifo and fifo.content_based_deduplication


def test_cloudformation_updates_every_attribute(account, sqs):
    stacks = account.cloudformation
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(TEMPLATE))
    changed = json.loads(json.dumps(TEMPLATE))
    changed["Resources"]["Orders"]["Properties"]["DelaySeconds"] = 3
    changed["Resources"]["Orders"]["Properties"]["RedrivePolicy"]["maxReceiveCount"] = 7
    stacks.update_stack(StackName="shop", TemplateBody=json.dumps(changed))
    queue = account.queue(sqs.get_queue_url(QueueName="orders")["QueueUrl"])
    assert (queue.delay_seconds, queue.max_receive_count, queue.visibility_timeout) == (3, 7, 45)
    stacks.delete_stack(StackName="shop")
    assert "QueueUrls" not in sqs.list_queues()
