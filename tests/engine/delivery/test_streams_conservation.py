"""No record is lost, none is invented, and each key keeps its order, whatever happens: random worlds, judged by their trace."""

import json
from collections import Counter, defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motoclock import Cloud
from motoclock.trace import Kind
from tests.engine.delivery.stage import function, lam, queue
from tests.engine.delivery.stream_stage import ENDS, read_by
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream import stage as streams

HANDLER = """
    import base64, os, time
    def number(record):
        if "kinesis" in record: return int(base64.b64decode(record["kinesis"]["data"]))
        return int(record["dynamodb"]["NewImage"]["change"]["N"])
    def sequence(record):
        return record["kinesis" if "kinesis" in record else "dynamodb"].get("sequenceNumber") or record["dynamodb"]["SequenceNumber"]
    def handler(event, context):
        time.sleep(float(os.environ["SECONDS"]))
        failed = [{"itemIdentifier": sequence(r)} for r in event["Records"] if number(r) % 7 == 3]
        if any(number(r) % 13 == 5 for r in event["Records"]): raise ValueError("thirteen")
        return {"batchItemFailures": failed}
"""

worlds = st.fixed_dictionaries(
    {
        "kinesis": st.booleans(),
        "records": st.integers(1, 50),
        "keys": st.integers(1, 5),
        "shards": st.integers(1, 3),
        "split_at": st.sampled_from([None, 10, 30]),
        "batch_size": st.sampled_from([1, 3, 10, 100]),
        "window_s": st.sampled_from([0, 0, 20]),
        "factor": st.sampled_from([1, 1, 2, 10]),
        "retries": st.sampled_from([-1, 0, 2]),
        "age": st.sampled_from([-1, 60, 3600]),
        "bisect": st.booleans(),
        "partial": st.booleans(),
        "destination": st.booleans(),
        "filtered": st.booleans(),
        "tumbling": st.sampled_from([0, 0, 0, 60]),
        "seconds": st.sampled_from([0.0, 0.4, 3.0]),
        "reserved": st.sampled_from([None, None, 0, 1]),
        "start": st.sampled_from(["TRIM_HORIZON", "LATEST"]),
        "change": st.sampled_from([None, "disable", "factor", "delete"]),
        "run_s": st.sampled_from([1, 50, 4000, 90_000]),
    }
)


def build(cloud, world: dict) -> None:
    arn = streams.stream(world["shards"]) if world["kinesis"] else tables.table()
    queue("failures")
    environment = {"Variables": {"SECONDS": str(world["seconds"])}}
    function(HANDLER, timeout=2, Environment=environment)
    if world["reserved"] is not None:
        lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=world["reserved"])
    write(world, range(world["records"] // 3))
    uuid = read_by(arn, start=world["start"], **mapping_settings(world))
    second = world["records"] * 2 // 3
    write(world, range(world["records"] // 3, second))
    if world["kinesis"] and world["split_at"]:
        cloud.at(world["split_at"], split)
    cloud.at(20, lambda: write(world, range(second, world["records"])))
    changes = {"disable": {"Enabled": False}, "factor": {"ParallelizationFactor": 1 if world["tumbling"] else 4}}
    if world["change"] == "delete":
        cloud.at(25, lambda: lam().delete_event_source_mapping(UUID=uuid))
    elif world["change"]:
        cloud.at(25, lambda: lam().update_event_source_mapping(UUID=uuid, **changes[world["change"]]))
        cloud.at(45, lambda: lam().update_event_source_mapping(UUID=uuid, Enabled=True))


def mapping_settings(world: dict) -> dict:
    options = {
        "BatchSize": world["batch_size"],
        "MaximumBatchingWindowInSeconds": world["window_s"],
        "ParallelizationFactor": 1 if world["tumbling"] else world["factor"],
        "MaximumRetryAttempts": world["retries"],
        "MaximumRecordAgeInSeconds": world["age"],
        "BisectBatchOnFunctionError": world["bisect"],
    }
    if world["partial"]:
        options["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    if world["destination"]:
        target = "arn:aws:sqs:us-east-1:123456789012:failures"
        options["DestinationConfig"] = {"OnFailure": {"Destination": target}}
    if world["tumbling"]:
        options["TumblingWindowInSeconds"] = world["tumbling"]
    if world["filtered"]:
        table = {"dynamodb": {"Keys": {"id": {"S": [{"anything-but": "key-0"}]}}}}
        pattern = {"partitionKey": [{"anything-but": "key-0"}]} if world["kinesis"] else table
        options["FilterCriteria"] = {"Filters": [{"Pattern": json.dumps(pattern)}]}
    return options


def write(world: dict, numbers: range) -> None:
    for n in numbers:
        if world["kinesis"]:
            streams.put(f"key-{n % world['keys']}", str(n).encode())
        else:
            tables.put(f"key-{n % world['keys']}", change=n)


def split() -> None:
    shard = streams.shards()[0]["HashKeyRange"]
    middle = (int(shard["StartingHashKey"]) + int(shard["EndingHashKey"])) // 2
    streams.kinesis().split_shard(StreamName="clicks", ShardToSplit=streams.FIRST, NewStartingHashKey=str(middle))


def examine(cloud, world: dict) -> Counter:
    """Each record ends at most once, and after its last invocation; keys keep their order, and never run twice at once."""
    sent, ends, running, busy = {}, {}, {}, Counter()
    first_run: dict[str, list[str]] = defaultdict(list)
    seen = set()
    for event in cloud.trace:
        source = getattr(event.detail, "source", "") or ""
        if event.kind is Kind.SENT and ":sqs:" not in event.resource:
            sent[event.message_id] = event.detail.group_id
        elif event.kind in ENDS and event.message_id:
            assert event.message_id in sent and event.message_id not in ends, f"{event} after its end"
            ends[event.message_id] = event.kind
        elif event.kind is Kind.INVOKED and ":function:" not in source:
            keys = {sent[one] for one in event.detail.message_ids}
            assert not any(busy[key] for key in keys), "a key is handled by two at once"
            assert not any(one in ends for one in event.detail.message_ids), "a record is handed over after its end"
            busy.update(keys)
            running[event.invocation_id] = keys
            for one in event.detail.message_ids:
                if one not in seen:
                    seen.add(one)
                    first_run[sent[one]].append(one)
        elif event.kind in (Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT):
            busy.subtract(running.pop(event.invocation_id, set()))
    places = {one: place for place, one in enumerate(sent)}
    for ids in first_run.values():
        assert [places[one] for one in ids] == sorted(places[one] for one in ids)
    assert len(sent) == world["records"]
    return Counter(str(kind) for kind in ends.values())


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_every_record_ends_exactly_once_and_keys_keep_their_order(world):
    with Cloud() as cloud:
        build(cloud, world)
        cloud.run(seconds=max(25, world["run_s"]))
        ended = examine(cloud, world)
        if world["run_s"] == 90_000 and world["change"] != "delete":
            assert ended.total() == world["records"]
        if world["run_s"] == 90_000 and world["change"] is None:
            assert not cloud._world.clock.has_foreground


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_the_same_seed_gives_the_same_trace(world):
    def trace() -> list[str]:
        with Cloud() as cloud:
            build(cloud, world)
            cloud.run(seconds=min(max(25, world["run_s"]), 200))
            return [repr(event) for event in cloud.trace]

    assert trace() == trace()
