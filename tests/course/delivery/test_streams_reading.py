"""What a stream mapping reads, when, and how it hands it over."""

import base64
import datetime
import json
from itertools import chain

import pytest

from motoclock.trace import Kind
from tests.engine.delivery.stage import function, lam
from tests.engine.delivery.stream_stage import OK, SHOWS, counted, fates, handed, read_by, shown, times
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream import stage as streams

DAY_S = 86_400


def orders(count: int) -> list[str]:
    for n in range(count):
        tables.put(f"order-{n}")
    return [f"INSERT order-{n}" for n in range(count)]


def clicks(count: int, key: str = "visitor-0") -> list[str]:
    for n in range(count):
        streams.put(key, f"click-{n}".encode())
    return [f"click-{n}" for n in range(count)]


# ---------------------------------------------------------------------- events


def test_the_event_of_a_table_has_the_shape_of_aws(cloud):
    arn = tables.table()
    function(SHOWS)
    read_by(arn)
    cloud.run(2.5)
    tables.put("order-1", total=5)
    cloud.run()
    ((record,),) = (event["Records"] for event in shown(cloud))
    assert record.pop("eventID")
    assert record.pop("dynamodb") == {
        "ApproximateCreationDateTime": 1_893_456_002,
        "Keys": {"id": {"S": "order-1"}},
        "NewImage": {"id": {"S": "order-1"}, "total": {"N": "5"}},
        "SequenceNumber": "100000000003000000001",
        "SizeBytes": (2 + 7) + (2 + 7 + 5 + 2),
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": arn,
    }


def test_a_delete_by_time_to_live_says_so_in_the_event(cloud):
    arn = tables.table()
    function(SHOWS)
    read_by(arn)
    specification = {"Enabled": True, "AttributeName": "expires"}
    tables.dynamodb().update_time_to_live(TableName="orders", TimeToLiveSpecification=specification)
    tables.put("order-1", expires=1_893_456_060)
    cloud.run(400)
    record = shown(cloud)[-1]["Records"][0]
    assert record["eventName"] == "REMOVE"
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_the_event_of_a_stream_has_the_shape_of_aws(cloud):
    arn = streams.stream()
    function(SHOWS)
    read_by(arn)
    cloud.run(1.5)
    answer = streams.put("visitor-7", b'{"page": "home"}')
    cloud.run()
    (record,) = shown(cloud)[0]["Records"]
    assert record == {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "visitor-7",
            "sequenceNumber": answer["SequenceNumber"],
            "data": base64.b64encode(b'{"page": "home"}').decode(),
            "approximateArrivalTimestamp": 1_893_456_001.5,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{answer['ShardId']}:{answer['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": lam().get_function(FunctionName="work")["Configuration"]["Role"],
        "awsRegion": "us-east-1",
        "eventSourceARN": arn,
    }


# ---------------------------------------------------------------------- batches


def test_sixty_changes_go_out_in_six_batches_of_ten_in_order(cloud):
    arn = tables.table()
    function(OK)
    read_by(arn, BatchSize=10)
    written = orders(60)
    cloud.run()
    batches = handed(cloud)
    assert [len(batch) for batch in batches] == [10] * 6
    assert list(chain(*batches)) == written
    assert fates(cloud)[Kind.CHECKPOINTED] == written


def test_an_idle_stream_costs_nothing_and_is_no_work(cloud):
    function(OK)
    read_by(streams.stream(4))
    record = cloud.run()
    assert (record.seconds, record.invocations) == (0, 0)
    assert cloud.run(DAY_S).invocations == 0


def test_one_batch_of_a_shard_at_a_time(cloud):
    arn = streams.stream()
    function("import time\ndef handler(event, context): time.sleep(1)")
    read_by(arn, BatchSize=1)
    clicks(5)
    cloud.run()
    assert times(cloud, Kind.INVOKED) == [0, 1.2, 2.2, 3.2, 4.2]


def test_a_batching_window_waits_for_more_but_not_for_ever(cloud):
    arn = tables.table()
    function(OK)
    read_by(arn, BatchSize=100, MaximumBatchingWindowInSeconds=30)
    for n in range(8):
        cloud.at(n * 5, lambda n=n: tables.put(f"order-{n}"))
    cloud.run()
    assert [len(batch) for batch in handed(cloud)] == [6, 2]
    assert times(cloud, Kind.INVOKED) == [30, 60]


def test_a_full_batch_does_not_wait_for_its_window(cloud):
    arn = tables.table()
    function(OK)
    read_by(arn, BatchSize=5, MaximumBatchingWindowInSeconds=300)
    orders(5)
    cloud.run()
    assert times(cloud, Kind.INVOKED) == [0]


def test_six_megabytes_close_a_batch(cloud):
    arn = streams.stream(8)
    function(OK, timeout=30)
    read_by(arn, BatchSize=100, MaximumBatchingWindowInSeconds=60)
    for n in range(10):
        cloud.at(n, lambda n=n: streams.put("hot", b"x" * 1_000_000))
    cloud.run()
    assert [len(batch) for batch in handed(cloud)] == [4, 4, 2]


# ---------------------------------------------------------------------- several readers


def test_each_mapping_gets_every_record_and_has_its_own_place(cloud):
    arn = tables.table()
    function(OK, "search-index")
    function("import time\ndef handler(event, context): time.sleep(2)", "newsletter")
    read_by(arn, "search-index", BatchSize=10)
    read_by(arn, "newsletter", BatchSize=10)
    written = orders(60)
    cloud.run(5)
    assert fates(cloud, "search-index")[Kind.CHECKPOINTED] == written
    assert fates(cloud, "newsletter")[Kind.CHECKPOINTED] == written[:20]
    cloud.run()
    assert fates(cloud, "newsletter")[Kind.CHECKPOINTED] == written


def test_a_third_reader_of_a_table_waits_for_its_turn(cloud):
    arn = tables.table()
    for name in ("first", "second", "third"):
        function(OK, name)
        read_by(arn, name)
    orders(3)
    cloud.run()
    assert [times(cloud, Kind.INVOKED, name) for name in ("first", "second", "third")] == [[0], [0], [0.25]]


def feed(cloud, seconds: int, count: int = 10, size: int = 98_000) -> None:
    """So many snapshots a second on one shard."""
    for second in range(seconds):
        cloud.at(second, lambda: streams.put_all(["hot"] * count, b"x" * size))


@pytest.mark.parametrize(("readers", "seconds"), [(1, 9), (2, 9.5), (3, 13), (6, 27)])
def test_polling_readers_of_a_shard_share_two_megabytes_a_second(cloud, readers, seconds):
    arn = streams.stream()
    for n in range(readers):
        function(OK, f"reader-{n}")
        read_by(arn, f"reader-{n}", BatchSize=1000)
    feed(cloud, 10)
    cloud.run()
    assert all(counted(cloud, f"reader-{n}") == {"checkpointed": 100} for n in range(readers))
    assert seconds - 1 < max(event.at for event in cloud.trace) < seconds + 1


def test_fan_out_consumers_have_two_megabytes_a_second_each_and_are_pushed_to(cloud):
    arn = streams.stream()
    for n in range(6):
        function(SHOWS if n == 0 else OK, f"reader-{n}")
        consumer = streams.kinesis().register_stream_consumer(StreamARN=arn, ConsumerName=f"c{n}")["Consumer"]
        read_by(consumer["ConsumerARN"], f"reader-{n}", BatchSize=1000)
    feed(cloud, 10)
    cloud.run()
    assert all(counted(cloud, f"reader-{n}") == {"checkpointed": 100} for n in range(6))
    starts = times(cloud, Kind.INVOKED, "reader-5")
    assert starts == [round(second + 0.07, 3) for second in range(10)]
    assert shown(cloud, "reader-0")[0]["Records"][0]["eventSourceARN"] == f"{arn}/consumer/c0:1893456000"


def test_an_idle_kinesis_shard_is_polled_once_a_second_a_table_four_times(cloud):
    function(OK, "clicks")
    function(OK, "changes")
    read_by(streams.stream(), "clicks")
    read_by(tables.table(), "changes")
    cloud.at(10.1, lambda: (streams.put(), tables.put("order-1")))
    cloud.run()
    assert times(cloud, Kind.INVOKED, "clicks") == [11]
    assert times(cloud, Kind.INVOKED, "changes") == [10.25]


# ---------------------------------------------------------------------- where to start


def test_latest_passes_over_what_was_there(cloud):
    arn = tables.table()
    function(OK)
    orders(3)
    read_by(arn, start="LATEST")
    tables.put("order-3")
    cloud.run()
    assert handed(cloud) == [["INSERT order-3"]]
    assert counted(cloud) == {"filtered": 3, "checkpointed": 1}


def test_a_mapping_that_comes_late_reads_from_the_trim_horizon(cloud):
    arn = streams.stream()
    written = clicks(20)
    cloud.run(3600)
    function(OK)
    read_by(arn)
    cloud.run()
    assert handed(cloud) == [written]


def test_at_timestamp_starts_at_the_moment(cloud):
    arn = streams.stream()
    function(OK)
    for n in range(3):
        streams.put(data=f"click-{n}".encode())
        cloud.run(10)
    moment = datetime.datetime(2030, 1, 1, 0, 0, 10, tzinfo=datetime.UTC)
    read_by(arn, start="AT_TIMESTAMP", StartingPositionTimestamp=moment)
    cloud.run()
    assert handed(cloud) == [["click-1", "click-2"]]


# ---------------------------------------------------------------------- parallel


def test_shards_are_read_at_once(cloud):
    arn = streams.stream(4)
    function("import time\ndef handler(event, context): time.sleep(1)")
    read_by(arn)
    streams.put_all([f"visitor-{n}" for n in range(100)])
    cloud.run()
    assert times(cloud, Kind.INVOKED) == [0] * 4


@pytest.mark.parametrize("factor", [1, 2, 10])
def test_a_factor_runs_so_many_batches_a_shard_and_keeps_the_order_of_each_key(cloud, factor):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(0.1)")
    read_by(arn, BatchSize=1, ParallelizationFactor=factor)
    for n in range(100):
        tables.put(f"key-{n % 10}", change=n)
    cloud.run()
    starts = cloud.trace.of_kind(Kind.INVOKED)
    at_once = max(sum(other.at <= start.at < other.at + 0.1 for other in starts) for start in starts)
    assert at_once <= factor and (factor == 1 or at_once > 1)
    done = [label.split()[1] for label in fates(cloud)[Kind.CHECKPOINTED]]
    assert sorted(done) == sorted([f"key-{n}" for n in range(10)] * 10)
    order = {}
    numbers = {event.message_id: n for n, event in enumerate(cloud.trace.of_kind(Kind.SENT))}
    for event in cloud.trace.of_kind(Kind.CHECKPOINTED):
        n = numbers[event.message_id]
        assert order.get(n % 10, -1) < n
        order[n % 10] = n
    assert (cloud.elapsed < 5) == (factor > 2)


def test_a_factor_of_ten_lets_one_shard_keep_up(cloud):
    arn = streams.stream()
    function("import time\ndef handler(event, context): time.sleep(0.2 * len(event['Records']))", timeout=60)
    read_by(arn, ParallelizationFactor=10)
    for n in range(100):
        cloud.at(n / 20, lambda n=n: streams.put(f"visitor-{n}"))
    cloud.run()
    assert cloud.elapsed < 9


# ---------------------------------------------------------------------- filters


def only(*patterns: dict) -> dict:
    return {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}}


def test_a_filter_passes_over_records_for_this_mapping_alone(cloud):
    arn = tables.table()
    function(OK, "shipped")
    function(OK, "everything")
    shipped = {"dynamodb": {"NewImage": {"status": {"S": ["shipped"]}}}}
    read_by(arn, "shipped", **only(shipped))
    read_by(arn, "everything")
    for n in range(40):
        tables.put(f"order-{n}", status="shipped" if n % 4 == 0 else "open")
    cloud.run()
    assert counted(cloud, "shipped") == {"checkpointed": 10, "filtered": 30}
    assert counted(cloud, "everything") == {"checkpointed": 40}
    assert [len(batch) for batch in handed(cloud, "shipped")] == [10]


def test_filters_of_a_table_read_event_names_and_typed_attributes(cloud):
    arn = tables.table()
    function(OK)
    read_by(arn, **only({"eventName": ["REMOVE"]}, {"dynamodb": {"NewImage": {"total": {"N": ["5"]}}}}))
    tables.put("order-1", total=5)
    tables.put("order-2", total=6)
    tables.delete("order-2")
    cloud.run()
    assert handed(cloud) == [["INSERT order-1", "REMOVE order-2"]]


def test_filters_of_a_stream_read_the_decoded_data_and_the_key(cloud):
    arn = streams.stream()
    function(OK, "basket")
    function(OK, "visitor")
    read_by(arn, "basket", **only({"data": {"page": ["basket"]}}))
    read_by(arn, "visitor", **only({"partitionKey": ["visitor-1"]}))
    streams.put("visitor-0", b'{"page": "basket"}')
    streams.put("visitor-1", b'{"page": "home"}')
    streams.put("visitor-2", b"basket")
    cloud.run()
    assert handed(cloud, "basket") == [['{"page": "basket"}']]
    assert handed(cloud, "visitor") == [['{"page": "home"}']]
    assert counted(cloud, "basket") == {"checkpointed": 1, "filtered": 2}


# ---------------------------------------------------------------------- shards that come and go


def split(shard: str = streams.FIRST, at: int = 2**127) -> None:
    streams.kinesis().split_shard(StreamName="clicks", ShardToSplit=shard, NewStartingHashKey=str(at))


def test_parents_are_drained_before_their_children(cloud):
    arn = streams.stream()
    function("import time\ndef handler(event, context): time.sleep(1)")
    read_by(arn, BatchSize=2)
    streams.put_all([f"visitor-{n}" for n in range(10)], b"old")
    split()
    streams.put_all([f"visitor-{n}" for n in range(10)], b"new")
    cloud.run()
    words = list(chain(*handed(cloud)))
    assert words == ["old"] * 10 + ["new"] * 10
    assert cloud.trace.of_kind(Kind.INVOKED)[5].at == cloud.trace.of_kind(Kind.INVOKED)[6].at
    streams.put_all([f"visitor-{n}" for n in range(10)], b"late")
    cloud.run()
    assert counted(cloud) == {"checkpointed": 30}


def test_a_key_keeps_its_order_across_a_split_and_a_merge(cloud):
    arn = streams.stream()
    function("import time\ndef handler(event, context): time.sleep(0.5)")
    read_by(arn, BatchSize=3)
    written = []
    for n in range(30):
        if n == 10:
            split()
        if n == 20:
            streams.kinesis().merge_shards(
                StreamName="clicks", ShardToMerge="shardId-000000000001", AdjacentShardToMerge="shardId-000000000002"
            )
        streams.put("visitor-0", f"click-{n}".encode())
        written.append(f"click-{n}")
    cloud.run()
    assert fates(cloud)[Kind.CHECKPOINTED] == written


def test_latest_does_not_go_back_to_shards_that_were_closed(cloud):
    arn = streams.stream()
    streams.put()
    split()
    function(OK)
    read_by(arn, start="LATEST")
    streams.put(data=b"new")
    cloud.run()
    assert handed(cloud) == [["new"]]


def test_a_late_mapping_at_the_trim_horizon_reads_parents_first(cloud):
    arn = streams.stream()
    streams.put(data=b"old")
    split()
    streams.put(data=b"new")
    function(OK)
    read_by(arn)
    cloud.run()
    assert handed(cloud) == [["old"], ["new"]]


def test_records_of_a_deleted_stream_are_gone(cloud):
    arn = streams.stream()
    function("import time\ndef handler(event, context): time.sleep(1)")
    read_by(arn, BatchSize=1)
    clicks(5)
    cloud.run(1)
    streams.kinesis().delete_stream(StreamName="clicks")
    cloud.run()
    assert counted(cloud) == {"checkpointed": 1, "expired": 4}


def test_the_stream_of_a_deleted_table_is_read_to_its_end(cloud):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(1)")
    read_by(arn, BatchSize=1)
    orders(5)
    cloud.run(1)
    tables.dynamodb().delete_table(TableName="orders")
    cloud.run()
    assert counted(cloud) == {"checkpointed": 5}


# ---------------------------------------------------------------------- changes to a mapping


def test_a_disabled_mapping_stops_and_an_enabled_one_goes_on(cloud):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(1)")
    uuid = read_by(arn, BatchSize=1)
    orders(5)
    cloud.run(2)
    lam().update_event_source_mapping(UUID=uuid, Enabled=False)
    assert cloud.run().seconds < 1
    assert counted(cloud) == {"checkpointed": 2}
    tables.put("order-5")
    cloud.run(600)
    lam().update_event_source_mapping(UUID=uuid, Enabled=True)
    cloud.run()
    assert [len(batch) for batch in handed(cloud)] == [1] * 6
    assert counted(cloud) == {"checkpointed": 6}


def test_a_mapping_can_be_made_disabled(cloud):
    arn = tables.table()
    function(OK)
    uuid = read_by(arn, Enabled=False)
    orders(2)
    assert cloud.run().invocations == 0
    lam().update_event_source_mapping(UUID=uuid, Enabled=True)
    assert cloud.run().invocations == 1


def test_a_deleted_mapping_reads_no_more(cloud):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(1)")
    uuid = read_by(arn, BatchSize=1)
    orders(5)
    cloud.run(2)
    lam().delete_event_source_mapping(UUID=uuid)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 2}


def test_a_new_batch_size_holds_from_the_next_batch_on(cloud):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(1)")
    uuid = read_by(arn, BatchSize=1)
    orders(11)
    cloud.run(1.5)
    lam().update_event_source_mapping(UUID=uuid, BatchSize=5)
    cloud.run()
    assert [len(batch) for batch in handed(cloud)] == [1, 1, 5, 4]


def test_a_new_factor_holds_after_the_batches_in_hand(cloud):
    arn = tables.table()
    function("import time\ndef handler(event, context): time.sleep(1)")
    uuid = read_by(arn, BatchSize=1)
    orders(40)
    cloud.run(4)
    lam().update_event_source_mapping(UUID=uuid, ParallelizationFactor=10)
    cloud.run()
    assert counted(cloud) == {"checkpointed": 40}
    assert cloud.elapsed < 20
    assert len(list(chain(*handed(cloud)))) == 40


def test_the_age_of_what_a_mapping_has_done_is_known(cloud):
    arn = streams.stream()
    function("import time\ndef handler(event, context): time.sleep(2)")
    uuid = read_by(arn, BatchSize=1)
    clicks(5)
    cloud.run(8)
    ages = cloud._world.services.mappings.poller(uuid).iterator_ages_s
    assert ages == {streams.FIRST: 8.0}
    assert lam().get_event_source_mapping(UUID=uuid)["LastProcessingResult"] == "OK"


def test_ten_thousand_records_arrive(cloud):
    arn = streams.stream(16)
    function(OK)
    read_by(arn, BatchSize=1000)
    for start in range(0, 10_000, 500):
        cloud.at(
            start / 2500,
            lambda start=start: streams.put_all([f"visitor-{n}" for n in range(start, start + 500)]),
        )
    cloud.run()
    assert counted(cloud) == {"checkpointed": 10_000}


def test_a_deregistered_consumer_is_read_no_more(cloud):
    arn = streams.stream()
    function(OK)
    consumer = streams.kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="mine")["Consumer"]["ConsumerARN"]
    uuid = read_by(consumer)
    streams.put(data=b"before")
    cloud.run()
    streams.kinesis().deregister_stream_consumer(ConsumerARN=consumer)
    streams.put(data=b"after")
    cloud.run(seconds=60)
    assert handed(cloud) == [["before"]]
    assert "does not exist any more" in lam().get_event_source_mapping(UUID=uuid)["LastProcessingResult"]


def test_a_stream_that_was_switched_off_and_on_is_another_source(cloud):
    first = tables.table()
    function("def handler(event, context): print(event['Records'][0]['eventSourceARN'])")
    read_by(first)
    tables.put("order-1")
    for on in (False, True):
        view = {"StreamViewType": "KEYS_ONLY"} if on else {}
        tables.dynamodb().update_table(TableName="orders", StreamSpecification={"StreamEnabled": on, **view})
        tables.put(f"order-{on}")
    cloud.run()
    assert handed(cloud) == [["INSERT order-1"]]  # the mapping reads the old stream to its end, and no other
    read_by(tables.stream_of())
    cloud.run()
    assert handed(cloud)[1:] == [["INSERT order-True"]]
    assert "orders (table: its former stream; 1 record)" in cloud.diagram().text


def test_each_poll_is_told_with_its_reader(cloud):
    arn = streams.stream()
    function(OK)
    read_by(arn)
    streams.put(data=b"12345", key="abc")
    cloud.run(seconds=20)
    (poll,) = cloud.trace.of_kind(Kind.READ)  # idle polls cost nothing and are not told
    assert (poll.detail.records, poll.detail.size_bytes, poll.detail.fan_out) == (1, 8, None)
    assert poll.detail.reader.endswith(":work")
