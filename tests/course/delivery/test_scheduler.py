"""EventBridge Scheduler: when schedules fire, what their targets get, what becomes of a firing that fails."""

import datetime
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ACCOUNT, ROLE, attributes, contents, happened, messages, rule
from tests.engine.delivery.stage import arn_of, bodies, counts, function, queue

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


HOUR = datetime.timedelta(hours=1)
OPENING = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:saga"
CALL = "arn:aws:scheduler:::aws-sdk"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"expression": "every day"}, "Invalid Schedule Expression"),
        ({"expression": "rate(1 minutess)"}, "Invalid Schedule Expression"),
        ({"expression": "cron(0 9 0W * ? *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Mars/Base"}, "Invalid ScheduleExpressionTimezone"),
        ({"window": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ({"window": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}}, "less than or equal to 1440"),
        ({"window": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, "has no MaximumWindowInMinutes"),
        ({"window": {"Mode": "off"}}, "enum value set: [OFF, FLEXIBLE]"),
        ({"name": "a b"}, "regular expression pattern"),
        ({"name": "a" * 65}, "length less than or equal to 64"),
        ({"State": "OFF"}, "enum value set: [ENABLED, DISABLED]"),
        ({"ActionAfterCompletion": "KEEP"}, "enum value set: [NONE, DELETE]"),
        ({"target": {"DeadLetterConfig": {"Arn": f"{MISSING}.fifo"}}}, "target.deadLetterConfig.arn"),
        ({"target": {"RetryPolicy": {"MaximumRetryAttempts": 186}}}, "maximumRetryAttempts"),
        ({"target": {"RoleArn": "me"}}, "target.roleArn"),
        ({"target": {"Arn": "queue"}}, "not in correct format"),
        ({"target": {"Arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:a"}}, "not a supported target"),
        ({"target": {"Arn": f"{MISSING}.fifo"}}, "MessageGroupId is required"),
        ({"target": {"Arn": BUS}}, "EventBridgeParameters is required"),
        ({"target": {"Arn": BUS, "EventBridgeParameters": {"Source": "aws.s3", "DetailType": "a"}}}, "source"),
        ({"target": {"Arn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/a"}}, "KinesisParameters is required"),
        ({"target": {"Arn": MACHINE, "Input": "hello"}}, "Invalid RequestJson"),
        ({"target": {"Arn": f"{CALL}:sqs:receiveMessage", "Input": "{}"}}, "read-only"),
        ({"target": {"Arn": f"{CALL}:sqs:sendLetter", "Input": "{}"}}, "not an API action"),
        ({"target": {"Arn": f"{CALL}:post:sendMessage", "Input": "{}"}}, "not an API action"),
        ({"expression": "rate(1 hour)", "EndDate": OPENING - HOUR}, "EndDate"),
        ({"expression": "rate(1 hour)", "StartDate": OPENING + HOUR, "EndDate": OPENING + HOUR}, "EndDate"),
        ({"expression": "rate(1 hour)", "StartDate": OPENING - HOUR}, "earlier than 5 minutes ago"),
    ],
)
def test_what_is_refused(cloud, settings, says):
    with pytest.raises(ClientError) as caught:
        schedule(MISSING, **settings)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert says in error["Message"]
    assert scheduler().list_schedules()["Schedules"] == []


def test_a_one_time_schedule_of_the_past_never_fires_and_ignores_the_dates(cloud):
    url = queue()
    schedule(arn_of(url), "at(2029-12-31T23:59:59)", ActionAfterCompletion="DELETE", EndDate=OPENING - HOUR)
    assert cloud.run().seconds == 0
    assert sent_at(cloud) == []
    assert len(scheduler().list_schedules()["Schedules"]) == 1


def code_of(call, **arguments) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_groups(cloud):
    scheduler().create_schedule_group(Name="nightly")
    assert code_of(scheduler().create_schedule_group, Name="nightly") == "ConflictException"
    assert code_of(scheduler().create_schedule_group, Name="default") == "ConflictException"
    assert code_of(scheduler().delete_schedule_group, Name="default") == "ValidationException"
    assert code_of(scheduler().delete_schedule_group, Name="daily") == "ResourceNotFoundException"
    url = queue()
    schedule(arn_of(url), GroupName="nightly")
    schedule(arn_of(url))  # the same name, in the default group
    assert len(scheduler().list_schedules(GroupName="nightly")["Schedules"]) == 1
    scheduler().delete_schedule_group(Name="nightly")
    cloud.run()
    assert len(sent_at(cloud)) == 1


@pytest.mark.parametrize("operation", ["get_schedule", "delete_schedule"])
def test_a_schedule_that_is_not_there(cloud, operation):
    assert code_of(getattr(scheduler(), operation), Name="never") == "ResourceNotFoundException"


def test_a_schedule_in_no_group_and_one_that_is_there_already(cloud):
    assert code_of(schedule, arn=MISSING, GroupName="nowhere") == "ResourceNotFoundException"
    schedule(MISSING)
    assert code_of(schedule, arn=MISSING) == "ConflictException"
