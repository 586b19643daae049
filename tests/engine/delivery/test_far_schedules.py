"""Schedules at the ends of the calendar: refused, or never due; never a traceback, and time goes on."""

import boto3
import pytest
from botocore.exceptions import ClientError

TARGET = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"}


@pytest.mark.parametrize("expression", ["rate(99999999 days)", "rate(999999999999999999999 minutes)"])
def test_a_rate_beyond_the_calendar_is_refused(cloud, expression: str) -> None:
    with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
        boto3.client("events").put_rule(Name="r", ScheduleExpression=expression)
    with pytest.raises(ClientError, match="ValidationException"):
        boto3.client("scheduler").create_schedule(
            Name="s", ScheduleExpression=expression, FlexibleTimeWindow={"Mode": "OFF"}, Target=TARGET
        )
    assert cloud.run(seconds=60).seconds == 60


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati"])
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59", "0001-01-01T00:00:00", "2500-01-01T00:00:00"])
def test_a_moment_at_the_ends_of_the_calendar_stops_nothing(cloud, zone: str, moment: str) -> None:
    scheduler = boto3.client("scheduler")
    try:
        scheduler.create_schedule(
            Name="s",
            ScheduleExpression=f"at({moment})",
            ScheduleExpressionTimezone=zone,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=TARGET,
        )
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException"
    boto3.client("events").put_rule(Name="r", ScheduleExpression="rate(300000 days)")
    assert cloud.run(seconds=90 * 365 * 86400).ended
    assert cloud.run().seconds == 0
