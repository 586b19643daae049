"""What a partial batch response reported is in the trace, for pictures and checks; also where the mapping does not read it."""

import pytest

from motoclock.trace import Kind
from tests.engine.delivery.stage import counts, function, happened, mapping, queue, send
from tests.engine.delivery.stream_stage import read_by
from tests.engine.dynamodb_stream import stage as tables

PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
ONE_IS_BAD = """
    def handler(event, context):
        return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "b"]}
"""
ORDER_1_IS_BAD = """
    def handler(event, context):
        changed = [record["dynamodb"] for record in event["Records"]]
        bad = [change["SequenceNumber"] for change in changed if change["Keys"]["id"]["S"] == "order-1"]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}
"""


def reported(cloud, field):
    return [getattr(event.detail, field) for event in happened(cloud, Kind.SUCCEEDED)]


def test_the_trace_knows_which_messages_a_response_reported(cloud):
    function(ONE_IS_BAD)
    url = queue()
    mapping(url, **PARTIAL)
    ids = send(url, ["a", "b", "c"])
    cloud.run(seconds=5)
    assert reported(cloud, "failed_ids") == [(ids[1],)]
    assert reported(cloud, "unread_ids") == [()]


def test_without_the_option_all_is_deleted_and_the_run_says_that_nobody_read_it(cloud):
    function(ONE_IS_BAD)
    url = queue()
    mapping(url)
    ids = send(url, ["a", "b", "c"])
    record = cloud.run(seconds=5)
    assert reported(cloud, "failed_ids") == [()]
    assert reported(cloud, "unread_ids") == [(ids[1],)]
    assert counts(url) == (0, 0)
    assert record.unread == (("work", 1),)
    assert "nobody read the batchItemFailures of work (no ReportBatchItemFailures in the mapping)" in repr(record)


@pytest.mark.parametrize("answer", ["None", "{}", '{"batchItemFailures": []}', "[]", '"fine"'])
def test_an_answer_that_names_nothing_leaves_nothing_unread(cloud, answer):
    function(f"def handler(event, context): return {answer}")
    url = queue()
    mapping(url)
    send(url, ["a"])
    assert cloud.run(seconds=5).unread == ()


@pytest.mark.parametrize(("options", "unread"), [({}, True), (PARTIAL, False)])
def test_so_it_is_with_a_stream(cloud, options, unread):
    function(ORDER_1_IS_BAD)
    read_by(tables.table(), BatchSize=10, **options)
    for n in range(3):
        tables.put(f"order-{n}")
    record = cloud.run(seconds=1)
    assert bool(record.unread) == unread
    assert len(happened(cloud, Kind.CHECKPOINTED)) == (3 if unread else 1)
    first = reported(cloud, "unread_ids" if unread else "failed_ids")[0]
    assert len(first) == 2, "from the one that was named on"
