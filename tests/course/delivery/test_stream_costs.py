"""What streams cost, from the trace and the facts: hours, units, gigabytes."""

import boto3
import pytest

from motoclock.costs import costs
from motoclock.facts import prices
from tests.engine.delivery.stage import function
from tests.engine.delivery.stream_stage import OK, read_by
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream.stage import kinesis, put, put_all, read, stream

HOUR_S = 3600


def lines(cloud, service: str = "Kinesis") -> dict[str, tuple[float, float]]:
    """What -> units and dollars."""
    found = costs(cloud.trace, cloud.elapsed)
    return {line.what: (round(line.units, 9), round(line.usd, 9)) for line in found if line.service == service}


def on_demand() -> str:
    kinesis().create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    return kinesis().describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]


def test_an_idle_stream_is_paid_by_the_hour(cloud):
    stream(4)
    cloud.run(seconds=10 * HOUR_S)
    assert lines(cloud) == {"shard-hours": (40, 0.6)}
    assert cloud.summary()["cost_usd"] == pytest.approx(0.6)


def test_shards_are_paid_from_when_they_open_to_when_they_close(cloud):
    stream(2)
    cloud.run(seconds=HOUR_S)
    kinesis().update_shard_count(StreamName="clicks", TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    cloud.run(seconds=HOUR_S)
    kinesis().delete_stream(StreamName="clicks")
    cloud.run(seconds=HOUR_S)
    assert lines(cloud)["shard-hours"][0] == 2 + 4


def test_a_put_is_paid_by_started_units_of_25_kb(cloud):
    stream()
    put(data=b"x", key="k")
    put(data=b"x" * (25 * 1024 - 1), key="k")
    put(data=b"x" * 25 * 1024, key="k")
    assert lines(cloud)["PUT units"] == (1 + 1 + 2, round(4 * 0.014 / 1e6, 9))


def test_what_was_turned_down_is_not_paid(cloud):
    stream()
    answer = put_all(["k"] * 20, b"x" * 98_000)
    assert answer["FailedRecordCount"] == 10
    assert lines(cloud)["PUT units"][0] == 10 * 4


def test_retention_above_a_day_costs_more_a_shard_hour(cloud):
    stream(2)
    cloud.run(seconds=HOUR_S)
    kinesis().increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    cloud.run(seconds=HOUR_S)
    assert lines(cloud)["extended retention shard-hours"] == (2, 0.04)


def test_a_fan_out_consumer_pays_for_shard_hours_and_gigabytes(cloud):
    arn = stream(2)
    consumer = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="fast")["Consumer"]["ConsumerARN"]
    function(OK)
    read_by(consumer)
    put_all([f"visitor-{n}" for n in range(10)], b"x" * 100_000)
    cloud.run(seconds=HOUR_S)
    kinesis().deregister_stream_consumer(ConsumerARN=consumer)
    cloud.run(seconds=HOUR_S)
    found = lines(cloud)
    assert found["fan-out consumer-shard-hours"] == (2, 0.03)
    assert found["fan-out GB"][0] == pytest.approx(0.00100009)


def test_polling_a_provisioned_stream_costs_nothing(cloud):
    stream()
    put()
    read()
    assert set(lines(cloud)) == {"PUT units"}


def test_an_on_demand_stream_is_paid_by_the_hour_and_the_gigabyte(cloud):
    arn = on_demand()
    for name in ("work", "other"):
        function(OK, name)
        read_by(arn, name)
    put_all([f"visitor-{n}" for n in range(10)], b"x" * 100_000)
    cloud.run(seconds=HOUR_S)
    found = lines(cloud)
    gigabytes = found["on-demand GB in"][0]
    assert gigabytes == pytest.approx(0.00100009)
    assert found["on-demand GB out"][0] == pytest.approx(2 * gigabytes)
    assert found["on-demand stream-hours"] == (1, prices.KINESIS_ON_DEMAND_PER_STREAM_H.value)
    assert "shard-hours" not in found


def test_advantage_is_billed_for_25_mb_a_second_at_least(cloud):
    on_demand()
    kinesis().update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    cloud.run(seconds=HOUR_S)
    assert lines(cloud) == {"Advantage GB in": (90, 2.88)}
    kinesis().update_account_settings(MinimumThroughputBillingCommitment={"Status": "DISABLED"})
    cloud.run(seconds=HOUR_S)
    assert lines(cloud) == {"Advantage GB in": (90, 2.88), "on-demand stream-hours": (1, 0.04)}


def test_lambda_reads_a_tables_stream_for_nothing_and_code_pays(cloud):
    arn = tables.table()
    function(OK)
    read_by(arn)
    for n in range(5):
        tables.put(f"order-{n}")
    cloud.run()
    assert lines(cloud, "DynamoDB Streams") == {}
    for _ in range(3):
        tables.read(arn)
    assert lines(cloud, "DynamoDB Streams") == {"read units": (3, round(3 * 0.02 / 1e5, 9))}


def test_a_pipe_pays_for_what_its_filter_lets_through(cloud):
    target = boto3.client("sqs").create_queue(QueueName="target")["QueueUrl"]
    queue_arn = boto3.client("sqs").get_queue_attributes(QueueUrl=target, AttributeNames=["QueueArn"])["Attributes"]
    boto3.client("pipes").create_pipe(
        Name="move",
        RoleArn="arn:aws:iam::123456789012:role/pipe",
        Source=stream(),
        Target=queue_arn["QueueArn"],
        SourceParameters={
            "KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"},
            "FilterCriteria": {"Filters": [{"Pattern": '{"partitionKey": ["paid"]}'}]},
        },
    )
    put_all(["paid", "free", "paid", "free", "free"])
    cloud.run()
    assert lines(cloud, "EventBridge")["pipe requests"] == (2, round(2 * 0.40 / 1e6, 9))
