"""What subscribers of a new bus do about failures, order, pauses and the past."""

import json
from datetime import timedelta

import pytest

from motoclock.facts import custom_bus as facts
from motoclock.trace import Kind
from tests.engine.delivery.events_stage import contents, happened, messages
from tests.engine.delivery.new_bus_stage import GONE, bus, client, put, queue_arn, subscriber
from tests.engine.delivery.stage import function, queue

WAITS = {"LambdaParameters": {"InvocationType": "REQUEST_RESPONSE"}}
BAD_APPLE = """
def handler(event, context):
    for one in event:
        print('handling', one['detail']['n'])
        if one['detail']['n'] == 0:
            raise ValueError('bad apple')
"""


def handled(cloud) -> list[int]:
    return [int(line.message.split()[1]) for line in cloud.logs("work") if line.message.startswith("handling")]


def ends(cloud, arn: str) -> list[str]:
    kinds = (Kind.DELIVERED, Kind.DEAD_LETTERED, Kind.DROPPED, Kind.EXPIRED, Kind.DELETED)
    return [str(event.kind) for event in cloud.trace.of_kind(*kinds) if event.resource == arn]


# ---------------------------------------------------------------------- giving up


@pytest.mark.parametrize(
    ("policy", "attempts", "condition"),
    [
        ({}, 1 + facts.RETRIES_DEFAULT.value, "MaximumRetryAttempts"),
        ({"MaxRetryAttempts": 0}, 1, "MaximumRetryAttempts"),
        ({"MaxRetryAttempts": 50, "MaxEventAgeInSeconds": 60}, 7, "MaximumEventAgeInSeconds"),
    ],
)
def test_even_a_missing_target_is_tried_again_and_the_failure_is_described(cloud, policy, attempts, condition):
    arn, failures = bus(), queue("failures")
    more = {"RetryPolicy": policy} if policy else {}
    name = subscriber(arn, GONE, OnFailureConfiguration={"Arn": queue_arn("failures")}, **more)
    (event,) = put(arn, {"n": 1}, group="ada")
    cloud.run()
    assert len(happened(cloud, Kind.REFUSED)) == attempts
    (record,) = contents(failures)
    assert (record["busArn"], record["subscriberArn"], record["targetArn"]) == (arn, name, GONE)
    assert (record["retryAttempts"], record["exhaustedRetryCondition"]) == (attempts - 1, condition)
    assert [one["eventId"] for one in record["failedMessages"]] == [event["EventId"]]
    assert record["failedMessages"][0]["eventGroupId"] == "ada"
    assert "detail" not in json.dumps(record) and facts.FAILURE_RECORD_HOLDS_EVENT.value is False


THROWS = {"Type": "JSONATA", "JsonataConfiguration": {"Expression": "{% $number($events.Data.source) %}"}}
NOTHING = {"Type": "JSONATA", "JsonataConfiguration": {"Expression": "{% $events.Data.orderId %}"}}


@pytest.mark.parametrize(
    ("target", "more"),
    [
        ("inbox", {"invoke": {"SqsParameters": {"DelaySeconds": "999999"}}}),
        ("inbox", {"invoke": {"SqsParameters": {"DelaySeconds": "{% $events.Data.source %}"}}}),
        ("inbox", {"invoke": {"SqsParameters": {"MessageAttributes": {"a": {"StringValue": "x"}}}}}),
        ("inbox.fifo", {}),
        ("stream", {}),
        ("new bus", {"Transformer": {**THROWS, "JsonataConfiguration": {"Expression": "{% $events.Data.source %}"}}}),
        ("work", {"Transformer": THROWS}),
        ("work", {"Transformer": NOTHING}),
        ("work", {"invoke": {"LambdaParameters": {"Qualifier": "live"}}}),
        (
            "work",
            {"invoke": {"LambdaParameters": {**WAITS["LambdaParameters"], "InvocationTimeoutSeconds": "{% 'x' %}"}}},
        ),
    ],
)
def test_what_create_lets_pass_fails_at_delivery_and_says_why(cloud, target, more):
    arn = bus()
    if target.startswith("inbox"):
        target = queue_arn(target)
    elif target == "work":
        target = function("def handler(event, context): return None")
    else:
        target = bus("other") if target == "new bus" else "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    one = subscriber(arn, target, RetryPolicy={"MaxRetryAttempts": 0}, **more)
    put(arn, {"n": 1})
    cloud.run()
    assert ends(cloud, one) == ["dropped"]
    assert len(happened(cloud, Kind.REFUSED)[0].detail.reason) > 10 and not happened(cloud, Kind.INVOKED)


def test_the_event_of_a_failure_can_be_read_from_the_bus_again(cloud):
    arn, inbox = bus(), queue("inbox")
    subscriber(arn, GONE, RetryPolicy={"MaxRetryAttempts": 0})
    put(arn, {"n": 1})
    cloud.run()
    point = {"PointType": "HORIZON"}
    subscriber(arn, queue_arn("inbox"), "again", StartingPosition="POINT_IN_TIME", PointInTimeConfiguration=point)
    cloud.run()
    assert [one["detail"] for one in contents(inbox)] == [{"n": 1}]


def test_a_subscriber_that_waits_for_its_function_notices_an_error(cloud):
    arn = bus()
    function(BAD_APPLE)
    target = "arn:aws:lambda:us-east-1:123456789012:function:work"
    waits = subscriber(arn, target, "waits", invoke=WAITS, RetryPolicy={"MaxRetryAttempts": 1})
    put(arn, {"n": 0})
    cloud.run()
    assert ends(cloud, waits) == ["dropped"] and handled(cloud) == [0, 0]


def test_only_the_failures_that_a_function_reports_are_tried_again(cloud):
    arn = bus()
    work = function("""
        def handler(event, context):
            for one in event:
                print('handling', one['detail']['n'])
            return {'batchItemFailures': [{'itemIdentifier': one['id']} for one in event if one['detail']['n'] == 0]}
    """)
    waits = subscriber(arn, work, invoke=WAITS, RetryPolicy={"MaxRetryAttempts": 1})
    put(arn, *[{"n": n} for n in range(3)])
    cloud.run()
    assert handled(cloud) == [0, 1, 2, 0]
    assert ends(cloud, waits) == ["delivered", "delivered", "dropped"]


def test_it_does_not_wait_longer_than_it_says(cloud):
    arn = bus()
    work = function("import time\ndef handler(event, context): time.sleep(50)", timeout=60)
    settings = {"LambdaParameters": {**WAITS["LambdaParameters"], "InvocationTimeoutSeconds": "5"}}
    subscriber(arn, work, invoke=settings, RetryPolicy={"MaxRetryAttempts": 0})
    put(arn, {})
    cloud.run()
    (refused,) = happened(cloud, Kind.REFUSED)
    assert refused.detail.reason == "no answer in 5 s"
    assert len(happened(cloud, Kind.SUCCEEDED)) == 1


# ---------------------------------------------------------------------- order


@pytest.mark.parametrize("size", [1, 10])
def test_a_stuck_event_holds_up_its_own_group_only(cloud, size):
    arn = bus()
    work = function(BAD_APPLE.replace("in event", "in (event if isinstance(event, list) else [event])"))
    settings = {"BatchConfiguration": {"MaxBatchSize": size}, "RetryPolicy": {"MaxRetryAttempts": 2}}
    fifo = subscriber(arn, work, invoke=WAITS, Type="FIFO", **settings)
    put(arn, {"n": 0}, group="even")
    put(arn, {"n": 1}, {"n": 3}, group="odd")
    cloud.run(seconds=0.5)
    put(arn, {"n": 2}, group="even")
    cloud.run()
    assert handled(cloud) == [0, 1, 3, 0, 0, 2]
    assert ends(cloud, fifo) == ["delivered", "delivered", "dropped", "delivered"]


def test_an_unordered_subscriber_lets_others_pass(cloud):
    arn = bus()
    work = function(BAD_APPLE)
    subscriber(arn, work, invoke=WAITS, RetryPolicy={"MaxRetryAttempts": 2})
    put(arn, {"n": 0}, group="even")
    cloud.run(seconds=0.5)
    put(arn, {"n": 2}, group="even")
    cloud.run()
    assert handled(cloud)[:2] == [0, 2]


# ---------------------------------------------------------------------- pauses and the past


@pytest.mark.parametrize(("position", "gets"), [({}, [1, 2, 3]), ({"ResumePosition": "LATEST"}, [1, 3])])
def test_a_pause_keeps_a_backlog_and_the_resume_decides_about_it(cloud, position, gets):
    arn, inbox = bus(), queue("inbox")
    one = subscriber(arn, queue_arn("inbox"))
    put(arn, {"n": 1})
    cloud.run()
    client().update_subscriber(SubscriberArn=one, State="STOPPED")
    put(arn, {"n": 2})
    assert cloud.run().stopped == "no work is left"
    assert cloud.account().node(one).counts == (("events", 2), ("waiting", 1))
    client().update_subscriber(SubscriberArn=one, State="RUNNING", **position)
    put(arn, {"n": 3})
    cloud.run()
    assert [body["detail"]["n"] for body in contents(inbox)] == gets
    assert sum(cloud.summary()[name] for name in ("waiting", "in_flight", "purged")) == 3


def test_a_pause_holds_retries_too(cloud):
    arn = bus()
    one = subscriber(arn, GONE, RetryPolicy={"MaxRetryAttempts": 5, "MaxEventAgeInSeconds": 3600})
    put(arn, {"n": 1})
    cloud.run(seconds=2)
    client().update_subscriber(SubscriberArn=one, State="STOPPED")
    before = len(happened(cloud, Kind.REFUSED))
    cloud.run(seconds=600)
    assert len(happened(cloud, Kind.REFUSED)) == before
    queue("gone")
    client().update_subscriber(SubscriberArn=one, State="RUNNING")
    cloud.run()
    assert ends(cloud, one) == ["delivered"]


def test_a_backlog_expires_with_what_the_bus_keeps(cloud):
    arn = bus(days=1)
    one = subscriber(arn, GONE, State="STOPPED")
    put(arn, {"n": 1})
    cloud.run(seconds=20 * 3600)
    put(arn, {"n": 2})
    cloud.run(seconds=6 * 3600)
    assert ends(cloud, one) == ["expired"]
    assert client().describe_event_bus(EventBusArn=arn)["StorageConfiguration"]["RetentionWindowStartTime"] == (
        cloud.now - timedelta(days=1)
    )


def test_a_subscriber_that_is_deleted_or_revoked_delivers_no_more(cloud):
    arn, inbox = bus(), queue("inbox")
    deleted, revoked = subscriber(arn, GONE, "deleted"), subscriber(arn, queue_arn("inbox"), "revoked")
    client().revoke_resource(Arn=revoked)
    put(arn, {"n": 1})
    cloud.run(seconds=2)
    client().delete_subscriber(SubscriberArn=deleted)
    put(arn, {"n": 2})
    cloud.run()
    assert ends(cloud, deleted) == ["deleted"] and messages(inbox) == []
    assert client().describe_subscriber(SubscriberArn=revoked)["State"] == "RUNNING"
    client().delete_subscriber(SubscriberArn=revoked)


@pytest.mark.parametrize(
    ("point", "gets"),
    [
        ({"PointType": "HORIZON"}, [("REPLAY", 1), ("REPLAY", 2), ("REPLAY", 3), ("LIVE", 4)]),
        ({"PointType": "TIMESTAMP", "StartingPoint": 2}, [("REPLAY", 2), ("REPLAY", 3), ("LIVE", 4)]),
        ({"PointType": "TIMESTAMP", "StartingPoint": 2, "EndPoint": 2}, [("REPLAY", 2)]),
        (None, [("LIVE", 4)]),
    ],
)
def test_a_subscriber_starts_in_the_past_or_now(cloud, point, gets):
    arn, inbox = bus(), queue("inbox")
    moments = {}
    for n in (1, 2, 3):
        moments[n] = cloud.now
        put(arn, {"n": n})
        cloud.run(seconds=60)
    settings = {}
    if point is not None:
        point = {name: moments.get(value, value) for name, value in point.items()}
        settings = {"StartingPosition": "POINT_IN_TIME", "PointInTimeConfiguration": point}
    subscriber(arn, queue_arn("inbox"), Transformer={"Type": "WITH_METADATA"}, **settings)
    cloud.run()
    put(arn, {"n": 4})
    cloud.run()
    got = [(body["SystemMetadata"]["aws:DeliveryType"], body["Data"]["detail"]["n"]) for body in contents(inbox)]
    assert got == gets


# ---------------------------------------------------------------------- pictures


def test_pictures_show_the_bus_and_follow_an_event_through_it(cloud):
    arn, _ = bus(), queue("inbox")
    one = subscriber(arn, queue_arn("inbox"), "mail", pattern={"detail": {"n": [1]}})
    (event, _other) = put(arn, {"n": 1}, {"n": 2})
    cloud.run()
    account = cloud.account()
    assert account.node(arn).counts == (("events", 2), ("kept", 2), ("wanted by nobody", 1))
    assert account.node(one).facts == ("detail.n: 1",)
    assert [edge.count for edge in account.edges if edge.source == one] == [1]
    passport = repr(cloud.passport(event["EventId"]))
    for words in (
        "sent to orders",
        "passed the filters of the subscriber mail, for inbox",
        "the subscriber mail delivered it to inbox",
    ):
        assert words in passport
