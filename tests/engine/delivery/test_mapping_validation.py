"""What AWS refuses when a mapping is made or changed."""

import json

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from motoclock.facts import sqs_mapping
from tests.engine.delivery.stage import arn_of, function, lam, mapping, queue, sqs
from tests.engine.kinesis_stream import stage as streams

OK = "def handler(event, context): return None"


@pytest.fixture
def url(cloud) -> str:
    function(OK)
    return queue()


def refused(url: str, code: str = "InvalidParameterValueException", **settings) -> str:
    with pytest.raises(ClientError) as error:
        mapping(url, **settings)
    assert error.value.response["Error"]["Code"] == code
    return error.value.response["Error"]["Message"]


def test_a_function_timeout_longer_than_the_visibility_timeout(cloud):
    function(OK, timeout=60)
    message = refused(queue(VisibilityTimeout=30))
    assert message == "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"


def test_a_timeout_as_long_as_the_visibility_timeout_is_accepted(cloud):
    function(OK, timeout=30)
    mapping(queue(VisibilityTimeout=30))


def test_more_than_ten_messages_without_a_window(url):
    assert "batch window" in refused(url, BatchSize=11)


@pytest.mark.parametrize("size", [0, sqs_mapping.BATCH_SIZE_RANGE.value.high + 1])
def test_a_batch_size_out_of_range(url, size):
    with pytest.raises((ClientError, ParamValidationError)):
        mapping(url, BatchSize=size, MaximumBatchingWindowInSeconds=1)


def test_a_window_over_five_minutes(url):
    assert "less than or equal to 300" in refused(url, "ValidationException", MaximumBatchingWindowInSeconds=301)


@pytest.mark.parametrize("settings", [{"BatchSize": 11}, {"MaximumBatchingWindowInSeconds": 5}])
def test_fifo_takes_neither_big_batches_nor_windows(cloud, settings):
    function(OK)
    with pytest.raises(ClientError):
        mapping(queue("orders.fifo"), **settings)


@pytest.mark.parametrize("value", [1, 1001])
def test_maximum_concurrency_out_of_range(url, value):
    with pytest.raises((ClientError, ParamValidationError)):
        mapping(url, ScalingConfig={"MaximumConcurrency": value})


def test_provisioned_mode_excludes_maximum_concurrency(url):
    both = {"ScalingConfig": {"MaximumConcurrency": 5}, "ProvisionedPollerConfig": {"MinimumPollers": 2}}
    assert "together" in refused(url, **both)


def test_fewer_maximum_pollers_than_minimum_pollers(url):
    assert "MinimumPollers" in refused(url, ProvisionedPollerConfig={"MinimumPollers": 9, "MaximumPollers": 3})


@pytest.mark.parametrize(
    "settings",
    [
        {"BisectBatchOnFunctionError": True},
        {"ParallelizationFactor": 2},
        {"MaximumRetryAttempts": 1},
        {"MaximumRecordAgeInSeconds": 60},
        {"TumblingWindowInSeconds": 10},
        {"StartingPosition": "LATEST"},
        {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:x"}}},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_settings_of_streams_are_not_for_queues(url, settings):
    assert "Unsupported" in refused(url, **settings)


def test_six_filters(url):
    one = {"Pattern": json.dumps({"body": {"a": [1]}})}
    assert "at most 5" in refused(url, FilterCriteria={"Filters": [one] * 6})


@pytest.mark.parametrize(
    "pattern", ["not json", '{"body": {"a": 1}}', '{"body": {"a": []}}', '{"body": {"a": [{"Prefix": "x"}]}}']
)
def test_a_filter_that_is_no_pattern(url, pattern):
    """AWS says no more than this: recorded in November 2025."""
    said = refused(url, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    assert said == "Invalid filter pattern definition."


def test_an_unknown_response_type(url):
    refused(url, "ValidationException", FunctionResponseTypes=["ReportBatchFailures"])


def test_a_second_mapping_of_the_same_pair(url):
    uuid = mapping(url)
    assert uuid in refused(url, "ResourceConflictException")


def test_a_queue_that_is_not_there(url):
    arn = arn_of(url)
    sqs().delete_queue(QueueUrl=url)
    with pytest.raises(ClientError, match="NonExistentQueue"):
        lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work")


def test_a_function_that_is_not_there(url):
    """Recorded on AWS, November 2025."""
    refused(url, "InvalidParameterValueException", name="nobody")


def test_an_update_is_checked_like_a_creation(url):
    uuid = mapping(url)
    with pytest.raises(ClientError, match="batch window"):
        lam().update_event_source_mapping(UUID=uuid, BatchSize=100)
    lam().update_event_source_mapping(UUID=uuid, BatchSize=100, MaximumBatchingWindowInSeconds=1)


def test_a_refused_creation_leaves_nothing_behind(url):
    refused(url, BatchSize=11)
    assert lam().list_event_source_mappings()["EventSourceMappings"] == []


def test_mappings_are_listed_by_name_and_by_arn(url):
    uuid = mapping(url)
    arn = lam().get_function(FunctionName="work")["Configuration"]["FunctionArn"]
    for spelt in ("work", arn):
        found = lam().list_event_source_mappings(FunctionName=spelt)["EventSourceMappings"]
        assert [one["UUID"] for one in found] == [uuid]


def test_the_last_processing_result_is_kept(cloud, url):
    uuid = mapping(url)
    assert "LastProcessingResult" not in lam().get_event_source_mapping(UUID=uuid)
    sqs().send_message(QueueUrl=url, MessageBody="a")
    cloud.run()
    assert lam().get_event_source_mapping(UUID=uuid)["LastProcessingResult"] == "OK"


# ---------------------------------------------------------------------- streams


def stream_mapping(cloud, **settings):
    arn = streams.stream()
    return lam().create_event_source_mapping(
        EventSourceArn=arn, FunctionName="work", StartingPosition="TRIM_HORIZON", **settings
    )


@pytest.mark.parametrize(
    "destination",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:work",
        "arn:aws:events:us-east-1:123456789012:event-bus/default",
        "arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
    ],
)
def test_a_stream_mapping_gives_up_to_a_queue_a_topic_or_a_bucket_only(cloud, destination):
    function(OK)
    with pytest.raises(ClientError, match=r"InvalidParameterValue.*sqs, sns, s3"):
        stream_mapping(cloud, DestinationConfig={"OnFailure": {"Destination": destination}})


def test_the_defaults_of_a_stream_mapping_can_be_read(cloud):
    function(OK)
    made = stream_mapping(cloud)
    defaults = {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "ParallelizationFactor": 1,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
        "BisectBatchOnFunctionError": False,
        "TumblingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        "DestinationConfig": {"OnFailure": {}},
    }
    seen = lam().get_event_source_mapping(UUID=made["UUID"])
    assert {name: seen[name] for name in defaults} == {name: made[name] for name in defaults} == defaults
    changed = lam().update_event_source_mapping(UUID=made["UUID"], MaximumRetryAttempts=3)
    assert (changed["MaximumRetryAttempts"], changed["MaximumRecordAgeInSeconds"]) == (3, -1)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("BatchSize", 10_001),
        ("MaximumBatchingWindowInSeconds", 301),
        ("ParallelizationFactor", 11),
        ("MaximumRetryAttempts", 10_001),
        ("MaximumRecordAgeInSeconds", 59),
        ("MaximumRecordAgeInSeconds", 604_801),
        ("TumblingWindowInSeconds", 901),
    ],
)
def test_a_setting_of_a_stream_out_of_range(cloud, setting, value):
    function(OK)
    with pytest.raises(ClientError, match="ValidationException"):
        stream_mapping(cloud, **{setting: value})


def test_a_mapping_to_an_alias_follows_it(cloud):
    arn = streams.stream()
    function("def handler(event, context): print('version', context.function_version)")
    for _ in range(2):
        lam().publish_version(FunctionName="work")
        lam().update_function_configuration(FunctionName="work", Description="changed")
    lam().create_alias(FunctionName="work", Name="live", FunctionVersion="1")
    alias = "arn:aws:lambda:us-east-1:123456789012:function:work:live"
    made = lam().create_event_source_mapping(EventSourceArn=arn, FunctionName=alias, StartingPosition="TRIM_HORIZON")
    assert made["FunctionArn"] == alias
    streams.put()
    cloud.run()
    lam().update_alias(FunctionName="work", Name="live", FunctionVersion="2")
    streams.put()
    cloud.run()
    assert [line.message for line in cloud.logs("work") if "version" in line.message[:8]] == ["version 1", "version 2"]
    with pytest.raises(ClientError, match="ResourceConflict"):
        lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work:live", StartingPosition="LATEST")
    lam().create_event_source_mapping(EventSourceArn=arn, FunctionName="work", StartingPosition="LATEST")


def test_a_name_that_begins_like_another_is_another(cloud, url):
    mapping(url)
    function(OK, "work2")
    mapping(url, "work2")
    found = lam().list_event_source_mappings(FunctionName="work")["EventSourceMappings"]
    assert [one["FunctionArn"].rpartition(":")[2] for one in found] == ["work"]
