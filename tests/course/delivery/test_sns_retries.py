"""What SNS tries again, how often and after which waits, by the kind of endpoint; and where it ends."""

import json

import pytest
from botocore.exceptions import ClientError
from moto.sns.models import sns_backends

from motoclock.delivery.sns.topics import _waits_s
from motoclock.facts import Phase, RetryPhases
from motoclock.facts import sns as facts
from motoclock.trace import Kind
from tests.course.delivery.outages import break_service
from tests.engine.delivery.stage import bodies, counts, function, happened, queue
from tests.engine.delivery.topic_stage import QUEUES, fates, publish, received, sns, subscribe, topic

HOOK = "https://partner.example/hook"
DLQ = {"deadLetterTargetArn": f"{QUEUES}dlq"}


def waits(cloud) -> list[float]:
    return [event.detail.wait_s for event in happened(cloud, Kind.RETRIED)]


def test_a_queue_that_comes_back_gets_the_message(cloud):
    users, url = topic(), queue()
    subscribe(users, url)
    publish(users)
    attempts = break_service(cloud, "sqs", times=16)
    cloud.run()
    assert counts(url) == (1, 0) and fates(cloud, users) == {"delivered": 1}
    found = waits(cloud)
    assert found[:5] == [0, 0, 0, 1, 1] and found[5] == 1 and found[14] == 20 and found[15] == 20
    assert [round(wait, 2) for wait in found[5:15]] == [1, 1.39, 1.95, 2.71, 3.79, 5.28, 7.37, 10.28, 14.34, 20]
    assert len(attempts) == 17
    assert happened(cloud, Kind.DELIVERED)[0].detail.attempt == 17


def test_amazons_own_endpoints_are_tried_100_015_times_more_over_23_days(cloud):
    subscription = subscribe(topic(), f"{QUEUES}orders")
    found = list(_waits_s(sns_backends["123456789012"]["us-east-1"].subscriptions[subscription]))
    assert len(found) == facts.AWS_RETRY.value.retries == 100_015
    assert 23 < sum(found) / 86_400 < 24


def test_at_the_end_of_the_retries_the_dead_letter_queue_gets_the_message(cloud, monkeypatch):
    shorter = RetryPhases((*facts.AWS_RETRY.value.phases[:3], Phase("post-backoff", 100, 20, 20)))
    monkeypatch.setattr("motoclock.delivery.sns.topics._AWS_RETRY", shorter)
    users, dlq = topic(), queue("dlq")
    subscribe(users, function("def handler(event, context): pass"), RedrivePolicy=DLQ)
    message = publish(users)
    attempts = break_service(cloud, "lambda")
    cloud.run()
    assert len(attempts) == 116
    assert fates(cloud, users) == {"dead-lettered": 1}
    (dead,) = received(dlq)
    assert json.loads(dead["Body"])["MessageId"] == message and "MessageAttributes" not in dead
    assert happened(cloud, Kind.DEAD_LETTERED)[0].detail.reason == "the service is down"


def test_a_deleted_queue_is_not_tried_again_and_the_dead_letter_queue_gets_the_envelope(cloud):
    users, dlq = topic(), queue("dlq")
    subscribe(users, f"{QUEUES}gone", RedrivePolicy=DLQ)
    publish(users, "hello")
    cloud.run()
    assert cloud.elapsed < 1 and not waits(cloud)
    (refused,) = happened(cloud, Kind.REFUSED)
    assert not refused.detail.retryable
    assert json.loads(bodies(dlq)[0])["Message"] == "hello"
    (moved,) = happened(cloud, Kind.DEAD_LETTERED)
    assert (moved.detail.target, moved.detail.consumer) == (f"{QUEUES}dlq", f"{QUEUES}gone")


def test_a_fifo_queue_parks_nothing_for_a_standard_topic(cloud):
    users, dlq = topic(), queue("dlq.fifo")
    subscribe(users, f"{QUEUES}gone", RedrivePolicy={"deadLetterTargetArn": f"{QUEUES}dlq.fifo"})
    publish(users)
    cloud.run()
    assert counts(dlq) == (0, 0) and fates(cloud, users) == {"dropped": 1}
    assert "the dead-letter queue could not take it" in happened(cloud, Kind.DROPPED)[0].detail.text


def test_a_dead_letter_queue_that_does_not_exist_parks_nothing(cloud):
    users = topic()
    subscribe(users, f"{QUEUES}gone", RedrivePolicy=DLQ)
    publish(users)
    cloud.run()
    assert fates(cloud, users) == {"dropped": 1}


def test_http_gets_three_more_attempts_twenty_seconds_apart(cloud):
    users = topic()
    partner = cloud.downstream("https://partner.example", error_rate=1.0)
    subscribe(users, HOOK)
    publish(users)
    cloud.run()
    assert [round(one.request.at, 2) for one in partner.requests] == [0.03, 20.08, 40.13, 60.18]
    assert waits(cloud) == [20, 20, 20]
    assert fates(cloud, users) == {"dropped": 1}
    assert "given up after 4 attempts" in happened(cloud, Kind.DROPPED)[0].detail.text


def test_the_http_request_has_snss_headers_and_the_envelope(cloud):
    users = topic()
    partner = cloud.downstream("https://partner.example")
    subscription = subscribe(users, "https://user:secret@partner.example/hook?x=1")
    message = publish(users, "hello")
    cloud.run()
    (exchange,) = partner.requests
    request = exchange.request
    assert (request.method, request.path, request.query) == ("POST", "/hook", {"x": "1"})
    assert {name: value for name, value in request.headers.items() if name.startswith("x-amz-sns")} == {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message,
        "x-amz-sns-topic-arn": users,
        "x-amz-sns-subscription-arn": subscription,
    }
    assert request.headers["content-type"] == "text/plain; charset=UTF-8"
    assert request.headers["authorization"] == "Basic dXNlcjpzZWNyZXQ="
    assert request.json()["Message"] == "hello"
    assert "users --subscription, delivered, 1 so far--> partner.example" in cloud.diagram().text
    assert "your cell --calls" not in cloud.diagram().text


def test_raw_http_delivery_says_so(cloud):
    users = topic()
    partner = cloud.downstream("https://partner.example")
    policy = {"requestPolicy": {"headerContentType": "application/json"}}
    subscribe(users, HOOK, RawMessageDelivery="true", DeliveryPolicy=policy)
    publish(users, '{"a": 1}')
    cloud.run()
    request = partner.requests[0].request
    assert (request.text, request.headers["x-amz-sns-rawdelivery"]) == ('{"a": 1}', "true")
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("status", "attempts"), [(204, 1), (400, 1), (404, 1), (301, 1), (429, 4), (500, 4), (503, 4)])
def test_which_answers_are_tried_again(cloud, status, attempts):
    users = topic()
    partner = cloud.downstream("https://partner.example", handler=lambda request: (status, {}, None))
    subscribe(users, HOOK)
    publish(users)
    cloud.run()
    assert partner.calls == attempts
    assert fates(cloud, users) == {"delivered" if status == 204 else "dropped": 1}


def test_an_endpoint_that_is_silent_for_fifteen_seconds_has_failed(cloud):
    users = topic()
    partner = cloud.downstream("https://partner.example", latency_s=16)
    subscribe(users, HOOK)
    publish(users)
    cloud.run()
    assert partner.calls == 4 and partner.gave_up == 4
    assert "did not answer in 15 s" in happened(cloud, Kind.REFUSED)[0].detail.reason


def test_an_endpoint_that_is_down_is_tried_again(cloud):
    users = topic()
    partner = cloud.downstream("https://partner.example")
    subscribe(users, HOOK)
    partner.outage(0, 30)
    cloud.at(1, lambda: publish(users))
    cloud.run()
    assert fates(cloud, users) == {"delivered": 1}
    assert happened(cloud, Kind.DELIVERED)[0].detail.attempt == 3


POLICY = {
    "numRetries": 8,
    "numNoDelayRetries": 1,
    "numMinDelayRetries": 2,
    "numMaxDelayRetries": 1,
    "minDelayTarget": 2,
    "maxDelayTarget": 32,
}


@pytest.mark.parametrize(
    ("curve", "growing"),
    [
        ("linear", [2, 12, 22, 32]),
        ("arithmetic", [2, 5.33, 15.33, 32]),
        ("geometric", [2, 5.04, 12.7, 32]),
        ("exponential", [2, 5.04, 12.7, 32]),
    ],
)
def test_a_delivery_policy_has_four_phases(cloud, curve, growing):
    users = topic()
    cloud.downstream("https://partner.example", error_rate=1.0, latency_s=0)
    subscribe(users, HOOK, DeliveryPolicy={"healthyRetryPolicy": {**POLICY, "backoffFunction": curve}})
    publish(users)
    cloud.run()
    assert waits(cloud) == pytest.approx([0, 2, 2, *growing, 32], rel=0.01)


def test_a_topics_policy_holds_for_its_http_subscriptions_without_one(cloud):
    retries = {"http": {"defaultHealthyRetryPolicy": {"numRetries": 1, "minDelayTarget": 5, "maxDelayTarget": 5}}}
    users = topic(DeliveryPolicy=retries)
    cloud.downstream("https://partner.example", error_rate=1.0)
    subscription = subscribe(users, HOOK)
    publish(users)
    cloud.run()
    assert waits(cloud) == [5]
    effective = json.loads(
        sns().get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["EffectiveDeliveryPolicy"]
    )
    assert effective["healthyRetryPolicy"]["numRetries"] == 1


@pytest.mark.parametrize(
    "policy",
    [
        {"numRetries": 101},
        {"numRetries": 100, "minDelayTarget": 100, "maxDelayTarget": 100},
        {"minDelayTarget": 0},
        {"minDelayTarget": 30},
        {"numRetries": 1, "numNoDelayRetries": 2},
        {"backoffFunction": "random"},
        {"unknown": 1},
    ],
)
def test_invalid_delivery_policies_are_refused(cloud, policy):
    with pytest.raises(ClientError, match="DeliveryPolicy: "):
        subscribe(topic(), HOOK, DeliveryPolicy={"healthyRetryPolicy": policy})


def test_a_hundred_retries_in_an_hour_are_the_most(cloud):
    users = topic()
    partner = cloud.downstream("https://partner.example", error_rate=1.0, latency_s=0)
    most = {"numRetries": 100, "minDelayTarget": 36, "maxDelayTarget": 36}
    subscribe(users, HOOK, DeliveryPolicy={"healthyRetryPolicy": most})
    publish(users)
    cloud.run()
    assert partner.calls == 101


def test_an_endpoint_outside_the_cloud_never_confirms(cloud):
    users = topic()
    answer = sns().subscribe(TopicArn=users, Protocol="https", Endpoint=HOOK)
    assert answer["SubscriptionArn"] == "pending confirmation"
    (listed,) = sns().list_subscriptions()["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    assert sns().get_topic_attributes(TopicArn=users)["Attributes"]["SubscriptionsPending"] == "1"
    publish(users)
    cloud.run()
    assert not happened(cloud, Kind.DELIVERED)
    with pytest.raises(ClientError, match="Invalid token"):
        sns().confirm_subscription(TopicArn=users, Token="nonsense")
    arn = sns().subscribe(TopicArn=users, Protocol="https", Endpoint=HOOK, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    sns().confirm_subscription(TopicArn=users, Token=arn.rsplit(":", 1)[-1])
    cloud.downstream("https://partner.example")
    publish(users)
    cloud.run()
    assert len(happened(cloud, Kind.DELIVERED)) == 1
