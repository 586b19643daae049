"""What CloudWatch Logs says of streams and metric filters, recorded on AWS in February 2026: facts from public snapshots."""

import boto3
import pytest

from tests.engine.refusals import refused

NO_STREAM = ("ResourceNotFoundException", "The specified log stream does not exist.")
NO_GROUP = ("ResourceNotFoundException", "The specified log group does not exist.")
STREAM = {"logGroupName": "g", "logStreamName": "s"}


@pytest.fixture
def logs(cloud):
    client = boto3.client("logs")
    client.create_log_group(logGroupName="g")
    return client


@pytest.mark.parametrize("call", ["get_log_events", "delete_log_stream"])
def test_a_stream_or_a_group_that_is_not_there(logs, call):
    assert refused(getattr(logs, call), **STREAM) == NO_STREAM
    assert refused(getattr(logs, call), **{**STREAM, "logGroupName": "none"}) == NO_GROUP


def test_a_stream_that_is_there_already(logs):
    logs.create_log_stream(**STREAM)
    words = ("ResourceAlreadyExistsException", "The specified log stream already exists")
    assert refused(logs.create_log_stream, **STREAM) == words
    assert refused(logs.create_log_stream, logGroupName="none", logStreamName="s") == NO_GROUP
    assert logs.get_log_events(**STREAM)["events"] == []


def test_a_metric_filter_has_its_time(cloud, logs):
    change = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    for name in ("one", "two"):
        logs.put_metric_filter(logGroupName="g", filterName=name, filterPattern="ERROR", metricTransformations=[change])
        cloud.run(seconds=1)
    found = logs.describe_metric_filters(logGroupName="g")["metricFilters"]
    assert [one["creationTime"] for one in found] == [1_893_456_000_000, 1_893_456_001_000]
    assert not any(one["applyOnTransformedLogs"] for one in found)
