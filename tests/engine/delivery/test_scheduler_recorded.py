"""Answers of EventBridge Scheduler recorded on AWS, January 2025 and January 2026: facts from public snapshots."""

import boto3
import pytest
from botocore.exceptions import ClientError

TARGET = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"}


def scheduler():
    return boto3.client("scheduler")


def create(expression, name="s"):
    return scheduler().create_schedule(
        Name=name, ScheduleExpression=expression, FlexibleTimeWindow={"Mode": "OFF"}, Target=TARGET
    )


def refused(call, *values, **arguments):
    with pytest.raises(ClientError) as caught:
        call(*values, **arguments)
    return caught.value.response


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron(0 dummy ? * MON-FRI *)", "cron(71 8 1 * ? *)", "cron()",
        "rate(10 seconds)", "rate(10 years)", "rate()", "rate(10)", "rate(10 minutess)", "rate(foo minutes)", "rate(-10 minutes)",
        "rate( 10 minutes )", " rate(10 minutes)", "at(2021-12-31T23:59:59Z)", "at(2021-12-31)",
    ],
)  # fmt: skip
def test_an_expression_that_is_none(cloud, expression):
    answer = refused(create, expression)
    words = f"Invalid Schedule Expression {expression}."
    assert answer["Error"] == {"Code": "ValidationException", "Message": words}
    assert answer["Message"] == words and answer["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "cron(30-30 13-13 ? * 2,4,6 *)", "cron(1-31/30 1-1 ? * 1,7 *)",
        "cron(0 18 ? * MON-FRI *)", "cron(*/15 * * * ? *)", "cron(0-59/10 0-23/2 ? * * *)",
    ],
)  # fmt: skip
def test_an_expression_that_is_one(cloud, expression):
    assert create(expression)["ScheduleArn"].endswith(":schedule/default/s")


def test_either_plural_is_taken_by_a_schedule_and_not_by_a_rule(cloud):
    """Six stacks of the public serverless-patterns collection have rate(5 minute) in a schedule; no answer of AWS is recorded."""
    create("rate(5 minute)")
    answer = refused(boto3.client("events").put_rule, Name="r", ScheduleExpression="rate(5 minute)")
    assert answer["Error"]["Message"] == "Parameter ScheduleExpression is not valid."


def test_errors_have_the_status_of_their_shape(cloud):
    create("rate(1 minute)")
    for answer, status, code in (
        (refused(create, "rate(1 minute)"), 409, "ConflictException"),
        (refused(scheduler().get_schedule, Name="gone"), 404, "ResourceNotFoundException"),
        (refused(scheduler().get_schedule_group, Name="gone"), 404, "ResourceNotFoundException"),
        (refused(scheduler().create_schedule_group, Name="default"), 409, "ConflictException"),
        (refused(scheduler().create_schedule_group, Name="a b"), 400, "ValidationException"),
    ):
        assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (status, code)
        assert answer["Message"] == answer["Error"]["Message"]


def test_a_schedule_with_a_singular_fires(cloud):
    url = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    create("rate(5 minute)")
    cloud.run(seconds=601)
    got = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(got) == 2
