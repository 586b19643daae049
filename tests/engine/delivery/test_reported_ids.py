"""What a partial batch response reported is in the trace, for pictures and checks."""

from motoclock.trace import Kind
from tests.engine.delivery.stage import function, happened, mapping, queue, send


def test_the_trace_knows_which_messages_a_response_reported(cloud):
    source = """
        def handler(event, context):
            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if r["body"] == "b"]}
    """
    function(source)
    url = queue()
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    ids = send(url, ["a", "b", "c"])
    cloud.run(seconds=5)
    assert [event.detail.failed_ids for event in happened(cloud, Kind.SUCCEEDED)] == [(ids[1],)]
