"""EventBridge Scheduler: when schedules fire, what their targets get, what becomes of a firing that fails."""

import datetime
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from sevenways.trace import Kind
from tests.delivery.events_stage import ACCOUNT, ROLE, attributes, contents, happened, messages, rule
from tests.delivery.stage import arn_of, bodies, counts, function, queue

OFF = {"Mode": "OFF"}
MISSING = f"arn:aws:sqs:us-east-1:{ACCOUNT}:gone"


def scheduler():
    return boto3.client("scheduler")


def schedule(
    arn: str, expression: str = "at(2030-01-01T01:00:00)", window: dict = OFF, name: str = "one", **more
) -> str:
    target = {"Arn": arn, "RoleArn": ROLE, **more.pop("target", {})}
    return scheduler().create_schedule(
        Name=name, ScheduleExpression=expression, FlexibleTimeWindow=window, Target=target, **more
    )["ScheduleArn"]


def sent_at(cloud, name: str = "orders") -> list[float]:
    return [event.at for event in happened(cloud, Kind.SENT, at=f":{name}")]


def test_a_one_time_schedule_is_work(cloud):
    url = queue()
    schedule(arn_of(url), target={"Input": "hello"})
    assert cloud.run().seconds == 3600
    assert bodies(url) == ["hello"]
    assert cloud.run().seconds == 0


def test_a_recurring_schedule_is_background(cloud):
    url = queue()
    schedule(arn_of(url), "rate(10 minutes)")
    assert cloud.run().seconds == 0
    cloud.run(seconds=1801)
    assert sent_at(cloud) == [600, 1200, 1800]


def test_a_cron_in_a_time_zone(cloud):
    url = queue()
    schedule(arn_of(url), "cron(0 9 * * ? *)", ScheduleExpressionTimezone="Europe/Berlin")
    cloud.run(seconds=86_400)
    assert sent_at(cloud) == [8 * 3600]


def test_a_start_and_an_end(cloud):
    url = queue()
    opening = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    times = {"StartDate": opening + datetime.timedelta(hours=1), "EndDate": opening + datetime.timedelta(hours=3)}
    schedule(arn_of(url), "rate(1 hour)", **times)
    cloud.run(seconds=86_400)
    assert sent_at(cloud) == [3600, 7200, 10_800]


def test_a_flexible_window_fires_somewhere_inside_it(cloud):
    url = queue()
    schedule(arn_of(url), window={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30})
    cloud.run()
    (at,) = sent_at(cloud)
    assert 3600 < at < 3600 + 30 * 60


@pytest.mark.parametrize(("action", "left"), [("DELETE", 0), ("NONE", 1)])
def test_what_happens_after_completion(cloud, action, left):
    schedule(arn_of(queue()), ActionAfterCompletion=action)
    cloud.run()
    assert len(scheduler().list_schedules()["Schedules"]) == left


def test_a_schedule_can_be_switched_off_changed_and_deleted(cloud):
    url = queue()
    schedule(arn_of(url), "rate(1 minute)", State="DISABLED")
    cloud.run(seconds=200)
    assert sent_at(cloud) == []
    target = {"Arn": arn_of(url), "RoleArn": ROLE}
    scheduler().update_schedule(Name="one", ScheduleExpression="rate(2 minutes)", FlexibleTimeWindow=OFF, Target=target)
    cloud.run(seconds=121)
    assert sent_at(cloud) == [320]
    scheduler().delete_schedule(Name="one")
    cloud.run(seconds=600)
    assert sent_at(cloud) == [320]


def test_a_function_is_invoked_asynchronously(cloud):
    arn = function("def handler(event, context): raise ValueError(event['order'])")
    schedule(arn, target={"Input": '{"order": 1}'})
    assert cloud.run().invocations == 3


def test_a_bus_a_topic_and_a_state_machine_are_targets(cloud):
    url = queue()
    rule(arn_of(url), pattern={"source": ["billing"], "detail-type": ["Due"]})
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    schedule(bus, target={"Input": '{"n": 1}', "EventBridgeParameters": {"Source": "billing", "DetailType": "Due"}})
    topic = boto3.client("sns").create_topic(Name="news")["TopicArn"]
    schedule(topic, name="two")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    states = boto3.client("stepfunctions")
    machine = states.create_state_machine(name="saga", definition=json.dumps(definition), roleArn=ROLE)[
        "stateMachineArn"
    ]
    schedule(machine, name="three", target={"Input": '{"n": 3}'})
    cloud.run()
    assert contents(url)[0]["detail"] == {"n": 1}
    assert len(happened(cloud, Kind.SENT, at=":news")) == 1
    assert len(states.list_executions(stateMachineArn=machine)["executions"]) == 1


def test_any_aws_call_is_a_target(cloud):
    url = queue()
    call = {"QueueUrl": url, "MessageBody": "<aws.scheduler.scheduled-time>"}
    schedule("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", target={"Input": json.dumps(call)})
    cloud.run()
    assert bodies(url) == ["2030-01-01T01:00:00Z"]
    assert cloud.summary()["sent"] == 1


def test_a_firing_for_nobody_is_parked(cloud):
    dead = queue("dead")
    arn = schedule(MISSING, target={"Input": "hello", "DeadLetterConfig": {"Arn": arn_of(dead)}})
    cloud.run()
    (message,) = messages(dead)
    said = attributes(message)
    assert message["Body"] == "hello"
    assert (said["SCHEDULE_ARN"], said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == (arn, "NO_RESOURCE", "0")
    assert cloud.summary()["dead_lettered"] == 1


def test_a_firing_for_nobody_without_a_dead_letter_queue_is_lost(cloud):
    schedule(MISSING)
    cloud.run()
    assert cloud.summary()["lost"] == 1
    assert counts(queue()) == (0, 0)


@pytest.mark.parametrize(
    "settings",
    [
        {"expression": "every day"},
        {"expression": "rate(1 minutes)"},
        {"window": {"Mode": "FLEXIBLE"}},
        {"ScheduleExpressionTimezone": "Mars/Base"},
        {"target": {"DeadLetterConfig": {"Arn": f"{MISSING}.fifo"}}},
        {"GroupName": "nowhere"},
    ],
)
def test_what_is_refused(cloud, settings):
    with pytest.raises(ClientError):
        schedule(arn_of(queue()), **settings)
