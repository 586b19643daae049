"""Every row of the outcome table for one batch (Lambda developer guide, services-sqs-errorhandling), through boto3."""

import json

import pytest

from motoclock.trace import Kind
from tests.engine.delivery.stage import (
    arn_of,
    bodies,
    counts,
    function,
    happened,
    lam,
    mapping,
    queue,
    queue_with_dlq,
    runs_per_message,
    send,
    sqs,
    starts,
)

OK = "def handler(event, context): return None"
RAISES = "def handler(event, context): raise ValueError('no')"
SLEEPS = "import time\ndef handler(event, context): time.sleep({seconds})"
RAISES_ON = """
    def handler(event, context):
        for record in event["Records"]:
            if record["body"] == "{bad}": raise ValueError(record["body"])
"""


def test_success_deletes_the_whole_batch(cloud):
    url = queue()
    function(OK)
    mapping(url)
    send(url, list("abc"))
    cloud.run()
    assert counts(url) == (0, 0)
    assert len(happened(cloud, Kind.DELETED)) == 3


def test_no_polling_code_and_no_idle_time(cloud):
    url = queue()
    function(OK)
    mapping(url)
    record = cloud.run()
    assert (record.seconds, record.invocations) == (0, 0)
    send(url, ["a"])
    assert cloud.run().invocations == 1


def test_an_error_deletes_nothing_and_the_batch_returns_when_visibility_ends(cloud):
    url, dlq = queue_with_dlq(3, VisibilityTimeout=60)
    function(RAISES, timeout=10)
    mapping(url)
    ids = send(url, ["a", "b"])
    cloud.run()
    assert [round(at) for at in starts(cloud)] == [0, 60, 120]
    assert runs_per_message(cloud) == dict.fromkeys(ids, 3)
    assert sorted(bodies(dlq)) == ["a", "b"]
    assert [round(event.at) for event in happened(cloud, Kind.DEAD_LETTERED)] == [180, 180]


def test_a_timeout_returns_the_whole_batch_the_finished_messages_too(cloud):
    url, dlq = queue_with_dlq(2, VisibilityTimeout=30)
    function("""
        import time
        def handler(event, context):
            for record in event["Records"]:
                time.sleep(4)
    """, timeout=30)  # fmt: skip
    mapping(url)
    send(url, [f"order-{n}" for n in range(10)])
    cloud.run()
    assert len(happened(cloud, Kind.TIMED_OUT)) == 2
    assert counts(dlq) == (10, 0)


def test_one_bad_message_takes_its_nine_neighbours_to_the_dead_letter_queue(cloud):
    url, dlq = queue_with_dlq(3, VisibilityTimeout=60)
    function(RAISES_ON.format(bad="order-3"), timeout=10)
    mapping(url)
    send(url, [f"order-{n}" for n in range(10)])
    cloud.run()
    assert counts(dlq) == (10, 0)


def test_with_partial_responses_only_the_bad_message_is_dead_lettered(cloud):
    url, dlq = queue_with_dlq(3, VisibilityTimeout=60)
    function("""
        def handler(event, context):
            bad = [r["messageId"] for r in event["Records"] if r["body"] == "order-3"]
            return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}
    """)  # fmt: skip
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, [f"order-{n}" for n in range(10)])
    cloud.run()
    assert bodies(dlq) == ["order-3"]
    assert len(happened(cloud, Kind.DELETED)) == 9


def test_partial_responses_do_not_cover_a_timeout(cloud):
    url, dlq = queue_with_dlq(3, VisibilityTimeout=60)
    function("""
        import time
        def handler(event, context):
            for r in event["Records"]:
                if r["body"] == "order-3": time.sleep(60)
            return {"batchItemFailures": []}
    """, timeout=10)  # fmt: skip
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, [f"order-{n}" for n in range(10)])
    cloud.run()
    assert counts(dlq) == (10, 0)


def test_failures_returned_to_a_mapping_that_did_not_ask_are_deleted(cloud):
    url = queue()
    function("""
        def handler(event, context):
            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"]]}
    """)  # fmt: skip
    mapping(url)
    send(url, list("abc"))
    cloud.run()
    assert counts(url) == (0, 0)
    assert len(happened(cloud, Kind.DELETED)) == 3


WHOLE_BATCH_SUCCEEDS = {
    "an empty list": '{"batchItemFailures": []}',
    "a null list": '{"batchItemFailures": null}',
    "an empty object": "{}",
    "a null response": "null",
}


@pytest.mark.parametrize("response", WHOLE_BATCH_SUCCEEDS.values(), ids=WHOLE_BATCH_SUCCEEDS)
def test_a_partial_response_that_names_nothing_is_success(cloud, response):
    url = queue()
    function(f"import json\ndef handler(event, context): return json.loads('{response}')")
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, list("abc"))
    cloud.run()
    assert counts(url) == (0, 0)


WHOLE_BATCH_FAILS = {
    "an empty identifier": '{"batchItemFailures": [{"itemIdentifier": ""}]}',
    "a null identifier": '{"batchItemFailures": [{"itemIdentifier": null}]}',
    "a misspelt key": '{"batchItemFailures": [{"itemIdentifer": "x"}]}',
    "an unknown identifier": '{"batchItemFailures": [{"itemIdentifier": "not-in-the-batch"}]}',
    "an entry that is no object": '{"batchItemFailures": ["x"]}',
}


@pytest.mark.parametrize("response", WHOLE_BATCH_FAILS.values(), ids=WHOLE_BATCH_FAILS)
def test_a_partial_response_that_makes_no_sense_fails_the_whole_batch(cloud, response):
    url, dlq = queue_with_dlq(2, VisibilityTimeout=30)
    function(f"import json\ndef handler(event, context): return json.loads('{response}')")
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, list("abc"))
    cloud.run()
    assert counts(dlq) == (3, 0)
    assert len(starts(cloud)) == 2


def test_a_response_that_is_not_json_fails_the_whole_batch(cloud):
    url, dlq = queue_with_dlq(1, VisibilityTimeout=30)
    function("def handler(event, context): return object()")
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, list("abc"))
    cloud.run()
    assert counts(dlq) == (3, 0)


def test_an_exception_fails_the_whole_batch_with_partial_responses_on(cloud):
    url, dlq = queue_with_dlq(2, VisibilityTimeout=30)
    function(RAISES)
    mapping(url, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, list("abc"))
    cloud.run()
    assert counts(dlq) == (3, 0)


def test_reserved_concurrency_zero_dead_letters_messages_that_no_handler_ever_saw(cloud):
    url, dlq = queue_with_dlq(3, VisibilityTimeout=30)
    function(OK)
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    mapping(url)
    send(url, [f"order-{n}" for n in range(20)])
    cloud.run(seconds=600)
    assert counts(dlq) == (20, 0)
    assert starts(cloud) == []
    assert max(event.at for event in happened(cloud, Kind.DEAD_LETTERED)) == pytest.approx(90, abs=1)


def test_throttled_the_mapping_holds_the_batch_and_succeeds_within_its_visibility(cloud):
    url, dlq = queue_with_dlq(1, VisibilityTimeout=30)
    function(OK)
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    mapping(url)
    send(url, ["a"])
    cloud.at(10, lambda: lam().delete_function_concurrency(FunctionName="work"))
    cloud.run()
    assert counts(dlq) == (0, 0)
    assert len(starts(cloud)) == 1
    assert 10 <= starts(cloud)[0] < 30


def test_a_throttle_spends_a_receive_so_one_try_can_mean_none(cloud):
    url, dlq = queue_with_dlq(1, VisibilityTimeout=30)
    function(OK)
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    mapping(url)
    send(url, ["a"])
    cloud.at(31, lambda: lam().delete_function_concurrency(FunctionName="work"))
    cloud.run()
    assert counts(dlq) == (1, 0)
    assert starts(cloud) == []


def test_a_handler_sees_a_message_at_most_max_receive_count_times(cloud):
    url, _ = queue_with_dlq(5, VisibilityTimeout=30)
    function(RAISES)
    mapping(url)
    (one,) = send(url, ["a"])
    cloud.run()
    assert runs_per_message(cloud)[one] == 5


def test_without_a_dead_letter_queue_a_poison_message_is_tried_until_it_expires(cloud):
    url = queue(VisibilityTimeout=300)
    function(RAISES)
    mapping(url)
    (one,) = send(url, ["a"])
    cloud.run()
    assert runs_per_message(cloud)[one] == 1152  # four days of 300 seconds
    assert [event.at for event in happened(cloud, Kind.EXPIRED)] == [345_600]


def test_a_functions_own_dead_letter_queue_does_not_see_sqs_failures(cloud):
    url, dlq = queue_with_dlq(1, VisibilityTimeout=30)
    own = queue("functions-own")
    function(RAISES, DeadLetterConfig={"TargetArn": arn_of(own)})
    mapping(url)
    send(url, ["a"])
    cloud.run()
    assert counts(own) == (0, 0)
    assert counts(dlq) == (1, 0)


def test_a_message_that_matches_no_filter_is_deleted_unseen(cloud):
    url = queue()
    function("def handler(event, context):\n    for r in event['Records']: print(r['body'])")
    mapping(url, FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"country": ["DE"]}})}]})
    send(url, [{"country": "DE"}, {"country": "FR"}, "plain text"])
    cloud.run()
    assert counts(url) == (0, 0)
    assert len(happened(cloud, Kind.FILTERED)) == 2
    assert len(happened(cloud, Kind.DELETED)) == 1


def test_a_plain_text_filter_drops_json_bodies(cloud):
    url = queue()
    function(OK)
    mapping(url, FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": ["go"]})}]})
    send(url, ["go", "stop", {"go": 1}])
    cloud.run()
    assert len(happened(cloud, Kind.FILTERED)) == 2


def test_filters_are_alternatives(cloud):
    url = queue()
    function(OK)
    patterns = [{"body": {"country": ["DE"]}}, {"body": {"country": ["AT"]}}]
    mapping(url, FilterCriteria={"Filters": [{"Pattern": json.dumps(one)} for one in patterns]})
    send(url, [{"country": c} for c in ("DE", "AT", "FR")])
    cloud.run()
    assert len(happened(cloud, Kind.FILTERED)) == 1


def test_errors_lower_the_concurrency_and_partial_responses_do_not(cloud):
    def peak(partial: bool) -> int:
        name = "partial" if partial else "plain"
        url = queue(name, VisibilityTimeout=30)
        function("""
            import time
            def handler(event, context):
                time.sleep(1)
                raise ValueError
        """, name=name)  # fmt: skip
        settings = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if partial else {}
        uuid = mapping(url, name, BatchSize=1, **settings)
        send(url, [f"{n}" for n in range(20)])
        begin = cloud.elapsed
        cloud.run(seconds=4)
        lam().update_event_source_mapping(UUID=uuid, Enabled=False)
        cloud.run(seconds=60)
        return sum(begin + 2 < at for at in starts(cloud) if at >= begin)

    assert peak(partial=False) < peak(partial=True)


def test_two_mappings_on_one_queue_compete_for_its_messages(cloud):
    url = queue()
    for name in ("first", "second"):
        function(SLEEPS.format(seconds=0.1), name=name)
        mapping(url, name, BatchSize=1)
    ids = send(url, [f"{n}" for n in range(20)])
    cloud.run()
    assert runs_per_message(cloud) == dict.fromkeys(ids, 1)
    shares = [
        sum(event.detail.function == name for event in happened(cloud, Kind.INVOKED)) for name in ("first", "second")
    ]
    assert sum(shares) == 20
    assert min(shares) >= 4


def test_disabled_and_enabled_again_messages_wait(cloud):
    url = queue()
    function(OK)
    uuid = mapping(url, Enabled=False)
    send(url, ["a"])
    cloud.run(seconds=100)
    assert counts(url) == (1, 0)
    lam().update_event_source_mapping(UUID=uuid, Enabled=True)
    cloud.run()
    assert counts(url) == (0, 0)


def test_deleted_mappings_deliver_nothing_more(cloud):
    url = queue()
    function(OK)
    lam().delete_event_source_mapping(UUID=mapping(url))
    send(url, ["a"])
    cloud.run(seconds=100)
    assert counts(url) == (1, 0)
    assert starts(cloud) == []


def test_an_update_while_messages_wait_takes_effect(cloud):
    url = queue()
    function(SLEEPS.format(seconds=1))
    uuid = mapping(url, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    send(url, [f"{n}" for n in range(20)])
    cloud.at(2, lambda: lam().update_event_source_mapping(UUID=uuid, BatchSize=10))
    cloud.run()
    sizes = [len(event.detail.message_ids) for event in happened(cloud, Kind.INVOKED)]
    assert sizes[0] == 1
    assert max(sizes) == 10


def test_deleting_the_queue_ends_the_polling(cloud):
    url = queue()
    function(SLEEPS.format(seconds=1))
    mapping(url, BatchSize=1)
    send(url, [f"{n}" for n in range(20)])
    cloud.at(0.5, lambda: sqs().delete_queue(QueueUrl=url))
    record = cloud.run()
    assert record.invocations <= 10


def test_a_redelivered_message_has_its_receive_count_in_the_event(cloud):
    url, _ = queue_with_dlq(3, VisibilityTimeout=30)
    function("""
        def handler(event, context):
            print("count", event["Records"][0]["attributes"]["ApproximateReceiveCount"])
            raise ValueError
    """)  # fmt: skip
    mapping(url)
    send(url, ["a"])
    cloud.run()
    printed = [line for line in repr(cloud.logs("work")).splitlines() if "count" in line]
    assert [line.split()[-1] for line in printed] == ["1", "2", "3"]
