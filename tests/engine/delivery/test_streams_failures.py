"""What becomes of records whose function fails: aws-facts section 6, rule by rule."""

import json

import boto3
import pytest

from motoclock.trace import Kind
from tests.engine.delivery.stage import arn_of, bodies, function, happened, lam, queue, runs_per_message
from tests.engine.delivery.stream_stage import OK, POISON, counted, fates, handed, labels, read_by, times
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream import stage as streams

DAY_S = 86_400
PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
REPORTS = """
    def handler(event, context):
        bad = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["id"]["S"] in {bad}]
        return {{"batchItemFailures": [{{"itemIdentifier": one}} for one in bad]}}
"""


def to(name: str) -> dict:
    return {"DestinationConfig": {"OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:123456789012:{name}"}}}


def orders(count: int) -> list[str]:
    for n in range(count):
        tables.put(f"order-{n}")
    return [f"INSERT order-{n}" for n in range(count)]


def runs(cloud) -> dict[str, int]:
    """How many invocations each record was part of, by its key."""
    words = labels(cloud)
    return {words[one].split()[-1]: count for one, count in runs_per_message(cloud).items()}


# ---------------------------------------------------------------------- by default: until they expire


def test_by_default_one_poison_record_blocks_its_shard_for_a_day(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-25"))
    read_by(arn, BatchSize=10)
    written = orders(60)
    cloud.run()
    assert fates(cloud) == {Kind.CHECKPOINTED: written[:20], Kind.EXPIRED: written[20:]}
    assert {event.at for event in happened(cloud, Kind.EXPIRED)} == {DAY_S}
    tried = runs(cloud)
    assert tried["order-20"] == tried["order-29"] > 1000
    assert "order-30" not in tried


def test_waits_between_attempts_double_up_to_a_minute(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    read_by(arn)
    orders(1)
    cloud.run(400)
    starts = [round(at) for at in times(cloud, Kind.INVOKED)]
    assert starts == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363]
    assert [event.detail.attempt for event in happened(cloud, Kind.INVOKED)] == list(range(1, 13))


def test_a_kinesis_stream_that_keeps_records_for_two_days_is_blocked_for_two_days(cloud):
    arn = streams.stream()
    streams.kinesis().increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    function("def handler(event, context): raise ValueError('no')")
    read_by(arn)
    streams.put()
    cloud.run()
    assert [event.at for event in happened(cloud, Kind.EXPIRED)] == [2 * DAY_S]


def test_other_shards_and_other_consumers_are_not_blocked(cloud):
    arn = streams.stream(4)
    function("""
        import base64
        def handler(event, context):
            for record in event["Records"]:
                if base64.b64decode(record["kinesis"]["data"]) == b"bad": raise ValueError("bad")
    """)  # fmt: skip
    function(OK, "other")
    read_by(arn)
    read_by(arn, "other")
    streams.put_all([f"visitor-{n}" for n in range(100)])
    home = streams.put("visitor-0", b"bad")["ShardId"]
    behind = [streams.put(f"visitor-{n}", b"behind")["ShardId"] for n in range(100)]
    cloud.run(3600)
    waiting = 200 - counted(cloud)["checkpointed"] + 1
    assert behind.count(home) < waiting <= 2 * behind.count(home) + 2
    assert counted(cloud, "other") == {"checkpointed": 201}


def test_with_a_factor_only_the_slot_of_the_key_is_blocked(cloud):
    arn = tables.table()
    function(POISON.format(bad="'poison'"))
    read_by(arn, BatchSize=1, ParallelizationFactor=10)
    for n in range(100):
        tables.put(f"key-{n % 10}", change=n if n != 3 else "poison")
    cloud.run(3600)
    blocked = {label.split()[1] for label in labels(cloud).values()} - {
        label.split()[1] for label in fates(cloud)[Kind.CHECKPOINTED]
    }
    assert "key-3" in blocked and len(blocked) < 5


def test_after_a_record_expires_the_shard_goes_on(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    read_by(arn, BatchSize=1)
    tables.put("order-0")
    cloud.run(DAY_S / 2)
    tables.put("order-1")
    cloud.run()
    assert fates(cloud) == {Kind.EXPIRED: ["INSERT order-0"], Kind.CHECKPOINTED: ["INSERT order-1"]}
    assert cloud.elapsed < DAY_S + 1


# ---------------------------------------------------------------------- limits on retrying


def test_with_retries_spent_the_whole_batch_is_dropped_and_the_shard_goes_on(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-25"))
    read_by(arn, BatchSize=10, MaximumRetryAttempts=2)
    written = orders(60)
    cloud.run()
    assert fates(cloud) == {Kind.CHECKPOINTED: written[:20] + written[30:], Kind.DROPPED: written[20:30]}
    assert runs(cloud)["order-25"] == 3


def test_no_retries_is_one_try(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    read_by(arn, MaximumRetryAttempts=0)
    orders(3)
    cloud.run()
    assert set(runs(cloud).values()) == {1}
    assert counted(cloud) == {"dropped": 3}


def test_a_timeout_counts_as_a_failure(cloud):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(60)", timeout=2)
    read_by(arn, MaximumRetryAttempts=1)
    orders(1)
    cloud.run()
    assert counted(cloud) == {"dropped": 1}
    assert len(happened(cloud, Kind.TIMED_OUT)) == 2


def test_throttles_use_up_no_retry(cloud):
    arn = tables.table()
    function(OK)
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    read_by(arn, MaximumRetryAttempts=0)
    orders(1)
    cloud.run(3600)
    assert len(happened(cloud, Kind.THROTTLED)) > 50
    lam().delete_function_concurrency(FunctionName="work")
    cloud.run()
    assert counted(cloud) == {"checkpointed": 1}


def test_a_deleted_function_is_waited_for(cloud):
    arn = tables.table()
    function(OK)
    read_by(arn, MaximumRetryAttempts=0)
    lam().delete_function(FunctionName="work")
    orders(1)
    cloud.run(600)
    function(OK)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 1}


def test_records_that_grow_too_old_are_given_up(cloud):
    arn = tables.table()
    failures = queue("failures")
    function(POISON.format(bad="order-0"))
    read_by(arn, BatchSize=1, MaximumRecordAgeInSeconds=60, **to("failures"))
    orders(1)
    cloud.run(30)
    orders(2)
    cloud.run()
    assert fates(cloud)[Kind.CHECKPOINTED] == ["INSERT order-1"]
    (event,) = happened(cloud, Kind.DELIVERED)
    assert event.at == 60
    (record,) = (json.loads(body) for body in bodies(failures))
    assert record["requestContext"]["condition"] == "RecordAgeExceeded"


# ---------------------------------------------------------------------- bisecting


def test_bisecting_finds_the_poison_record_and_saves_its_neighbours(cloud):
    arn = tables.table()
    failures = queue("failures")
    function(POISON.format(bad="order-25"))
    read_by(arn, BatchSize=10, BisectBatchOnFunctionError=True, MaximumRetryAttempts=2, **to("failures"))
    written = orders(60)
    cloud.run()
    assert fates(cloud) == {Kind.CHECKPOINTED: written[:25] + written[26:], Kind.DELIVERED: [written[25]]}
    assert [len(batch) for batch in handed(cloud)] == [10, 10, 10, 5, 5, 2, 1, 1, 1, 1, 3, 10, 10, 10]
    tried = runs(cloud)
    assert (tried["order-20"], tried["order-25"], tried["order-26"]) == (2, 6, 4)
    assert cloud.elapsed < 600
    (record,) = (json.loads(body) for body in bodies(failures))
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_split_is_no_retry(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-5"))
    read_by(arn, BatchSize=16, BisectBatchOnFunctionError=True, MaximumRetryAttempts=0)
    written = orders(16)
    cloud.run()
    assert fates(cloud)[Kind.DROPPED] == [written[5]]


def test_bisecting_alone_leaves_a_single_poison_record_for_a_day(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-25"))
    read_by(arn, BatchSize=10, BisectBatchOnFunctionError=True)
    written = orders(60)
    cloud.run()
    assert fates(cloud) == {Kind.CHECKPOINTED: written[:25], Kind.EXPIRED: written[25:]}


# ---------------------------------------------------------------------- partial responses


def test_the_lowest_reported_record_becomes_the_checkpoint_and_the_rest_is_replayed(cloud):
    arn = tables.table()
    function(REPORTS.format(bad=["order-25", "order-27"]))
    read_by(arn, BatchSize=10, MaximumRetryAttempts=2, **PARTIAL)
    written = orders(60)
    cloud.run()
    tried = runs(cloud)
    assert (tried["order-24"], tried["order-25"], tried["order-29"]) == (
        1,
        4,
        4,
    )  # the checkpoint moved: two retries anew
    assert fates(cloud) == {Kind.CHECKPOINTED: written[:25] + written[30:], Kind.DROPPED: written[25:30]}
    assert len(happened(cloud, Kind.SUCCEEDED)) == 9


def test_bisecting_cuts_at_the_reported_record_and_costs_no_retry(cloud):
    arn = tables.table()
    function(REPORTS.format(bad=["order-25"]))
    read_by(arn, BatchSize=10, MaximumRetryAttempts=2, BisectBatchOnFunctionError=True, **PARTIAL)
    written = orders(60)
    cloud.run()
    assert fates(cloud)[Kind.DROPPED] == [written[25]]
    assert [len(batch) for batch in handed(cloud)][2:8] == [10, 5, 2, 1, 1, 1]
    assert runs(cloud)["order-24"] == 1


def test_a_record_that_is_reported_until_it_works_is_done_then(cloud):
    arn = tables.table()
    function("""
        tries = []
        def handler(event, context):
            tries.append(1)
            if len(tries) < 4:
                return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["dynamodb"]["SequenceNumber"]}]}
    """)  # fmt: skip
    read_by(arn, **PARTIAL)
    orders(3)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 3}
    assert set(runs(cloud).values()) == {4}


@pytest.mark.parametrize(
    "response", ['{"batchItemFailures": [{"itemIdentifier": ""}]}', '{"batchItemFailures": [{"itemIdentifier": "7"}]}']
)
def test_an_invalid_partial_response_fails_the_whole_batch(cloud, response):
    arn = tables.table()
    function(f"import json\ndef handler(event, context): return json.loads('{response}')")
    read_by(arn, MaximumRetryAttempts=1, **PARTIAL)
    orders(3)
    cloud.run()
    assert counted(cloud) == {"dropped": 3}


def test_failures_returned_to_a_mapping_that_did_not_ask_are_success(cloud):
    arn = tables.table()
    function(REPORTS.format(bad=["order-1"]))
    read_by(arn)
    orders(3)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 3}


# ---------------------------------------------------------------------- failure destinations


def test_the_failure_record_of_a_table_holds_positions_and_no_data(cloud):
    arn = tables.table()
    failures = queue("failures")
    function_arn = function(POISON.format(bad="order-1"))
    read_by(arn, MaximumRetryAttempts=1, **to("failures"))
    cloud.run(10.25)
    orders(3)
    cloud.run()
    (body,) = bodies(failures)
    assert "order" not in body.replace("table/orders", "")
    record = json.loads(body)
    request_id = record["requestContext"].pop("requestId")
    assert request_id == happened(cloud, Kind.INVOKED)[-1].invocation_id
    assert record == {
        "requestContext": {
            "functionArn": function_arn,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 2,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2030-01-01T00:00:11.452Z",
        "DDBStreamBatchInfo": {
            "shardId": tables.shard(arn),
            "startSequenceNumber": "100000000003000000001",
            "endSequenceNumber": "300000000003000000003",
            "approximateArrivalOfFirstRecord": "2030-01-01T00:00:10Z",
            "approximateArrivalOfLastRecord": "2030-01-01T00:00:10Z",
            "batchSize": 3,
            "streamArn": arn,
        },
    }


def test_the_pointer_leads_to_the_record_within_a_day(cloud):
    arn = tables.table()
    failures = queue("failures")
    function(POISON.format(bad="order-1"))
    read_by(arn, BatchSize=1, MaximumRetryAttempts=0, **to("failures"))
    orders(3)
    cloud.run()
    info = json.loads(bodies(failures)[0])["DDBStreamBatchInfo"]
    (found, *_) = tables.read(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=info["startSequenceNumber"])
    assert found["dynamodb"]["Keys"] == {"id": {"S": "order-1"}}


def test_the_failure_record_of_a_stream_says_so_in_thousandths(cloud):
    arn = streams.stream()
    failures = queue("failures")
    function("def handler(event, context): raise ValueError('no')")
    read_by(arn, MaximumRetryAttempts=0, **to("failures"))
    cloud.at(0.25, lambda: streams.put())
    cloud.run()
    info = json.loads(bodies(failures)[0])["KinesisBatchInfo"]
    assert info["approximateArrivalOfFirstRecord"] == "2030-01-01T00:00:00.250Z"
    assert (info["shardId"], info["batchSize"], info["streamArn"]) == (streams.FIRST, 1, arn)


def test_a_bucket_gets_the_records_too(cloud):
    arn = tables.table()
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="failures")
    function(POISON.format(bad="order-1"))
    target = {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failures"}}}
    uuid = read_by(arn, MaximumRetryAttempts=0, **target)
    orders(2)
    cloud.run()
    (entry,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    assert entry["Key"].startswith(f"aws/lambda/{uuid}/{tables.shard(arn)}/2030/01/01/2030-01-01T00.00.00-")
    record = json.loads(s3.get_object(Bucket="failures", Key=entry["Key"])["Body"].read())
    payload = json.loads(record["payload"])
    assert [one["dynamodb"]["Keys"]["id"]["S"] for one in payload["Records"]] == ["order-0", "order-1"]
    assert record["DDBStreamBatchInfo"]["batchSize"] == 2


def test_a_destination_that_is_gone_loses_the_record(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    read_by(arn, MaximumRetryAttempts=0, **to("nowhere"))
    orders(1)
    cloud.run()
    assert counted(cloud) == {"dropped": 1}
    assert "does not exist" in happened(cloud, Kind.REFUSED)[0].detail.reason


def test_the_functions_own_dead_letter_queue_is_not_involved(cloud):
    arn = tables.table()
    dlq = queue("dlq")
    function(POISON.format(bad="order-0"), DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq"})
    read_by(arn, MaximumRetryAttempts=1)
    orders(1)
    cloud.run()
    assert bodies(dlq) == []
    assert counted(cloud) == {"dropped": 1}


def test_the_failure_record_says_which_records_it_came_from(cloud):
    arn = tables.table()
    queue("failures")
    function_arn = function(POISON.format(bad="order-0"))
    read_by(arn, MaximumRetryAttempts=0, **to("failures"))
    orders(2)
    cloud.run()
    sent = happened(cloud, Kind.SENT)[-1]
    delivered = happened(cloud, Kind.DELIVERED)
    assert sent.detail.origins == tuple(event.message_id for event in delivered) and len(delivered) == 2
    assert {event.detail.new_id for event in delivered} == {sent.message_id}
    assert sent.detail.sender == function_arn


# ---------------------------------------------------------------------- changes while a batch waits


def test_a_mapping_that_is_disabled_stops_retrying(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    uuid = read_by(arn)
    orders(1)
    cloud.run(100)
    lam().update_event_source_mapping(UUID=uuid, Enabled=False)
    before = len(happened(cloud, Kind.INVOKED))
    assert cloud.run().seconds < 60
    assert len(happened(cloud, Kind.INVOKED)) == before
    function_fixed(cloud)
    lam().update_event_source_mapping(UUID=uuid, Enabled=True)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 1}


def function_fixed(cloud) -> None:
    lam().delete_function(FunctionName="work")
    function(OK)


def test_a_retry_uses_the_code_that_was_deployed_since(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    read_by(arn)
    orders(3)
    cloud.run(100)
    function_fixed(cloud)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 3}


def test_new_limits_hold_for_the_batch_that_is_stuck(cloud):
    arn = tables.table()
    function(POISON.format(bad="order-0"))
    uuid = read_by(arn, BatchSize=1)
    orders(3)
    cloud.run(100)
    lam().update_event_source_mapping(UUID=uuid, MaximumRetryAttempts=2)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 2, "dropped": 1}
    assert cloud.elapsed < 200


def test_a_record_larger_than_a_payload_never_reaches_the_function(cloud):
    arn = streams.stream()
    streams.kinesis().update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=10_240)
    function(OK)
    read_by(arn, DestinationConfig={"OnFailure": {"Destination": arn_of(queue("failures"))}})
    streams.put(data=b"x" * 5_000_000)  # 6.7 MB as base64
    cloud.run(seconds=30)
    streams.put(data=b"small")
    cloud.run()
    assert counted(cloud) == {"delivered": 1, "checkpointed": 1}
    assert handed(cloud) == [["small"]]
