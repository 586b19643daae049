"""Events of AWS services, which PutEvents refuses: rules on the default bus see them as they see a learner's own."""

import json

import boto3
import pytest

from motoclock.cloud import Cloud

PATTERN = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["photos"]}}}


@pytest.fixture
def url(cloud: Cloud) -> str:
    """A queue behind a rule for new photos."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    url = sqs.create_queue(QueueName="new-photos")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="photos", EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule="photos", Targets=[{"Id": "q", "Arn": arn}])
    return url


def received(url: str) -> list[dict]:
    return [json.loads(one["Body"]) for one in boto3.client("sqs").receive_message(QueueUrl=url).get("Messages", [])]


def test_a_rule_sees_an_event_of_a_service(cloud: Cloud, url: str) -> None:
    cloud.run(seconds=60)
    resource = "arn:aws:s3:::photos"
    event_id = cloud.emit("aws.s3", "Object Created", {"bucket": {"name": "photos"}}, resources=[resource])
    cloud.emit("aws.s3", "Object Created", {"bucket": {"name": "films"}})
    cloud.run()
    assert received(url) == [
        {
            "version": "0",
            "id": event_id,
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": "123456789012",
            "time": "2030-01-01T00:01:00Z",
            "region": "us-east-1",
            "resources": [resource],
            "detail": {"bucket": {"name": "photos"}},
        }
    ]


def test_an_event_may_come_at_a_planned_second(cloud: Cloud, url: str) -> None:
    cloud.at(5, lambda: cloud.emit("aws.s3", "Object Created", {"bucket": {"name": "photos"}}))
    cloud.run()
    assert [event["time"] for event in received(url)] == ["2030-01-01T00:00:05Z"]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (("shop", "Order", {}), "emit is for events of AWS services"),
        (("aws.s3", "", {}), "DetailType is a required argument"),
        (("aws.s3", "x", {"at": object()}), "detail is what JSON can write"),
        (("aws.s3", "x", {}, [1]), "resources are ARNs"),
        (("aws.s3", "x", {"much": "x" * 1_100_000}), "bytes"),
    ],
)
def test_what_no_service_sends_is_refused(cloud: Cloud, url: str, event: tuple, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cloud.emit(*event)
    cloud.run()
    assert received(url) == []


def test_put_events_still_takes_none(cloud: Cloud) -> None:
    entry = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": "{}"}
    (answer,) = boto3.client("events").put_events(Entries=[entry])["Entries"]
    assert answer["ErrorCode"] == "NotAuthorizedForSourceException"
