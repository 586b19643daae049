"""schedule.yaml: a function every five minutes by a rule, and once by EventBridge Scheduler."""

import boto3
import pytest

from motoclock import Cloud
from tests.engine.templates.sam import stack


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def test_the_function_runs_on_time(cloud):
    made = stack("schedule")
    cloud.run(seconds=16 * 60)
    lines = str(cloud.logs(made["FunctionName"])).splitlines()
    assert sum("aws.events" in line for line in lines) == 3
    assert sum(line.endswith("once") for line in lines) == 1


def test_rule_and_schedule_are_what_the_template_says(cloud):
    stack("schedule")
    (rule,) = boto3.client("events").list_rules()["Rules"]
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(5 minutes)", "ENABLED")
    scheduler = boto3.client("scheduler")
    (schedule,) = scheduler.list_schedules()["Schedules"]
    found = scheduler.get_schedule(Name=schedule["Name"])
    assert found["ScheduleExpression"] == "at(2030-01-01T00:12:00)"
    assert found["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 2
