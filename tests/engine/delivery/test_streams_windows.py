"""Tumbling windows: a state that is carried, and a last invocation when the window is over."""

import json

from motoclock.trace import Kind
from tests.engine.delivery.stage import function, happened
from tests.engine.delivery.stream_stage import counted, read_by, shown, times
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream import stage as streams

COUNTS = """
    import json
    def handler(event, context):
        print(json.dumps(event))
        return {"state": {"clicks": event["state"].get("clicks", 0) + len(event["Records"])}}
"""
MINUTE = {"TumblingWindowInSeconds": 60}


def clicks_at(cloud, *seconds: float) -> None:
    for second in seconds:
        cloud.at(second, lambda: streams.put())


def test_a_window_carries_its_state_and_ends_with_an_invocation_without_records(cloud):
    arn = streams.stream()
    function(COUNTS)
    read_by(arn, **MINUTE)
    clicks_at(cloud, 10, 30, 50)
    cloud.run()
    events = shown(cloud)
    assert [len(event["Records"]) for event in events] == [1, 1, 1, 0]
    assert [event["state"] for event in events] == [{}, {"clicks": 1}, {"clicks": 2}, {"clicks": 3}]
    assert [event["isFinalInvokeForWindow"] for event in events] == [False, False, False, True]
    assert times(cloud, Kind.INVOKED) == [10, 30, 50, 60]
    last = events[-1]
    assert last["window"] == {"start": "2030-01-01T00:00:00Z", "end": "2030-01-01T00:01:00Z"}
    assert (last["shardId"], last["eventSourceARN"], last["isWindowTerminatedEarly"]) == (streams.FIRST, arn, False)


def test_the_next_window_begins_with_an_empty_state(cloud):
    arn = streams.stream()
    function(COUNTS)
    read_by(arn, **MINUTE)
    clicks_at(cloud, 50, 70, 190)
    cloud.run()
    finals = [event for event in shown(cloud) if event["isFinalInvokeForWindow"]]
    assert [event["window"]["end"][14:19] for event in finals] == ["01:00", "02:00", "04:00"]
    assert [event["state"] for event in finals] == [{"clicks": 1}] * 3


def test_a_batch_does_not_span_two_windows(cloud):
    arn = streams.stream()
    for _ in range(6):
        streams.put()
        cloud.run(25)
    function(COUNTS)
    read_by(arn, **MINUTE)
    cloud.run()
    assert [(len(event["Records"]), event["state"]) for event in shown(cloud)] == [
        (3, {}),
        (0, {"clicks": 3}),
        (2, {}),
        (0, {"clicks": 2}),
        (1, {}),
        (0, {"clicks": 1}),
    ]


def test_a_record_that_arrives_just_before_the_end_is_counted(cloud):
    arn = streams.stream()
    function(COUNTS)
    read_by(arn, **MINUTE)
    clicks_at(cloud, 5, 59.5)
    cloud.run()
    assert [event["state"] for event in shown(cloud)][-1] == {"clicks": 2}


def test_each_shard_has_a_state_of_its_own(cloud):
    arn = streams.stream(2)
    function(COUNTS)
    read_by(arn, **MINUTE)
    streams.put_all([f"visitor-{n}" for n in range(20)])
    cloud.run()
    finals = [event for event in shown(cloud) if event["isFinalInvokeForWindow"]]
    assert len(finals) == 2 and sum(event["state"]["clicks"] for event in finals) == 20


def test_a_failed_batch_is_retried_with_the_same_state(cloud):
    arn = tables.table()
    function("""
        import json
        tries = []
        def handler(event, context):
            print(json.dumps(event["state"]))
            tries.append(1)
            if len(tries) == 2: raise ValueError("once")
            return {"state": {"n": event["state"].get("n", 0) + len(event["Records"])}}
    """)  # fmt: skip
    read_by(arn, BatchSize=1, **MINUTE)
    for n in range(3):
        tables.put(f"order-{n}")
    cloud.run()
    assert shown(cloud) == [{}, {"n": 1}, {"n": 1}, {"n": 2}, {"n": 3}]
    assert counted(cloud) == {"checkpointed": 3}


def test_a_state_above_one_megabyte_ends_the_window_early(cloud):
    arn = streams.stream()
    function("""
        import json
        def handler(event, context):
            print(json.dumps({key: value for key, value in event.items() if key != "state"}))
            return {"state": {"all": "x" * 2_000_000}}
    """)  # fmt: skip
    read_by(arn, **MINUTE)
    clicks_at(cloud, 10, 30)
    cloud.run()
    flags = [(event["isFinalInvokeForWindow"], event["isWindowTerminatedEarly"]) for event in shown(cloud)]
    assert flags == [(False, False), (True, True)] * 2
    assert max(event.at for event in happened(cloud, Kind.INVOKED)) < 31


def test_a_window_works_with_partial_responses(cloud):
    arn = tables.table()
    function("""
        tries = []
        def handler(event, context):
            done, failed = 0, []
            for record in event["Records"]:
                if record["dynamodb"]["Keys"]["id"]["S"] == "order-1" and not tries:
                    tries.append(1)
                    failed = [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]
                    break
                done += 1
            state = {"n": event["state"].get("n", 0) + done}
            print(state["n"])
            return {"state": state, "batchItemFailures": failed}
    """)  # fmt: skip
    read_by(arn, FunctionResponseTypes=["ReportBatchItemFailures"], **MINUTE)
    for n in range(3):
        tables.put(f"order-{n}")
    cloud.run()
    printed = [json.loads(line.message) for line in cloud.logs("work") if line.message.strip().isdecimal()]
    assert printed == [1, 3, 3]


def test_a_response_without_a_state_is_a_failed_invocation(cloud):
    arn = streams.stream()
    function("def handler(event, context): return None")
    read_by(arn, MaximumRetryAttempts=1, **MINUTE)
    streams.put()
    cloud.run()
    assert counted(cloud) == {"dropped": 1}
    assert len(times(cloud, Kind.INVOKED)) == 3  # the batch twice, and the end of its window


def test_a_shard_that_ends_closes_its_window(cloud):
    arn = streams.stream()
    function(COUNTS)
    read_by(arn, TumblingWindowInSeconds=600)
    clicks_at(cloud, 0)
    half = {"StreamName": "clicks", "ShardToSplit": streams.FIRST, "NewStartingHashKey": str(2**127)}
    cloud.at(5, lambda: streams.kinesis().split_shard(**half))
    clicks_at(cloud, 6)
    cloud.run()
    told = [(event["shardId"][-1], event["isFinalInvokeForWindow"], event["state"]) for event in shown(cloud)]
    assert [(shard != "0", final, state) for shard, final, state in told] == [
        (False, False, {}),
        (False, True, {"clicks": 1}),
        (True, False, {}),
        (True, True, {"clicks": 1}),
    ]
    assert [round(at) for at in times(cloud, Kind.INVOKED)] == [0, 5, 6, 600]


def test_a_final_invocation_that_fails_holds_up_the_shard(cloud):
    arn = streams.stream()
    function("""
        tries = []
        def handler(event, context):
            print(event["isFinalInvokeForWindow"], len(event["Records"]))
            if event["isFinalInvokeForWindow"]:
                tries.append(1)
                if len(tries) < 3: raise ValueError("the store is down")
            return {"state": {}}
    """)
    read_by(arn, **MINUTE)
    clicks_at(cloud, 10, 61)
    cloud.run(seconds=90)
    told = [line.message for line in cloud.logs("work") if line.message.startswith(("True", "False"))]
    assert told == ["False 1", "True 0", "True 0", "True 0", "False 1"]
