"""No message is lost and none is invented, whatever happens: random worlds, judged by their trace and by moto's own counts."""

import json
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motoclock import Cloud
from motoclock.trace import Kind
from tests.engine.delivery.stage import counts, function, lam, mapping, queue, queue_with_dlq, send

HANDLER = """
    import os, time
    def handler(event, context):
        failed = []
        for record in event["Records"]:
            number = int(record["body"].split("-")[1])
            time.sleep(float(os.environ["SECONDS"]))
            if number % 7 == 3: failed.append({"itemIdentifier": record["messageId"]})
            if number % 11 == 5: raise ValueError(record["body"])
        return {"batchItemFailures": failed}
"""
ENDS = {Kind.DELETED: "done", Kind.FILTERED: "filtered", Kind.EXPIRED: "expired", Kind.DEAD_LETTERED: "dead-lettered"}
STATES = {Kind.SENT: "waiting", Kind.RETURNED: "waiting", Kind.RECEIVED: "in flight", **ENDS}

worlds = st.fixed_dictionaries(
    {
        "messages": st.integers(1, 60),
        "batch_size": st.integers(1, 10),
        "window_s": st.sampled_from([0, 0, 3]),
        "maximum_concurrency": st.sampled_from([None, 2, 5]),
        "reserved": st.sampled_from([None, None, 0, 1, 3]),
        "seconds": st.sampled_from([0.0, 0.4, 1.5]),
        "timeout": st.sampled_from([2, 5]),
        "partial": st.booleans(),
        "max_receive_count": st.sampled_from([None, 1, 3]),
        "fifo": st.booleans(),
        "groups": st.integers(1, 4),
        "run_s": st.sampled_from([1, 20, 200, 400]),
        "filtered": st.booleans(),
        "seed": st.integers(0, 3),
    }
)


def build(world: dict) -> tuple[str, str | None]:
    name = "orders.fifo" if world["fifo"] else "orders"
    dlq = None
    if world["max_receive_count"]:
        url, dlq = queue_with_dlq(world["max_receive_count"], name, VisibilityTimeout=10, MessageRetentionPeriod=300)
    else:
        url = queue(name, VisibilityTimeout=10, MessageRetentionPeriod=300)
    function(HANDLER, timeout=world["timeout"], Environment={"Variables": {"SECONDS": str(world["seconds"])}})
    if world["reserved"] is not None:
        lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=world["reserved"])
    options = {"BatchSize": world["batch_size"]}
    if world["window_s"] and not world["fifo"]:
        options["MaximumBatchingWindowInSeconds"] = world["window_s"]
    if world["maximum_concurrency"]:
        options["ScalingConfig"] = {"MaximumConcurrency": world["maximum_concurrency"]}
    if world["partial"]:
        options["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    if world["filtered"]:
        pattern = {"body": [{"anything-but": {"prefix": "order-1"}}]}
        options["FilterCriteria"] = {"Filters": [{"Pattern": json.dumps(pattern)}]}
    mapping(url, **options)
    group = (lambda body: f"g{int(body.split('-')[1]) % world['groups']}") if world["fifo"] else None
    send(url, [f"order-{n}" for n in range(world["messages"])], group=group)
    return url, dlq


def fates(cloud) -> Counter:
    """How many messages of the source queue are in which state, by the last word of the trace on each."""
    last = {}
    for event in cloud.trace:
        if event.kind in STATES and event.message_id and event.resource.endswith((":orders", ":orders.fifo")):
            assert last.get(event.message_id) not in ENDS.values(), f"{event} after the message's end"
            last[event.message_id] = STATES[event.kind]
    return Counter(last.values())


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_every_message_is_in_exactly_one_place(world):
    with Cloud(seed=world["seed"]) as cloud:
        url, dlq = build(world)
        cloud.run(seconds=world["run_s"])
        found = fates(cloud)
        assert found.total() == world["messages"]
        assert (found["waiting"], found["in flight"]) == counts(url)
        if dlq and world["run_s"] < 300:
            assert found["dead-lettered"] == sum(counts(dlq))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_the_same_seed_gives_the_same_trace(world):
    def trace() -> list[str]:
        with Cloud(seed=world["seed"]) as cloud:
            build(world)
            cloud.run(seconds=min(world["run_s"], 200))
            return [repr(event) for event in cloud.trace]

    assert trace() == trace()


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds.filter(lambda world: world["fifo"]))
def test_a_fifo_group_is_handled_in_order_and_never_by_two_at_once(world):
    with Cloud(seed=world["seed"]) as cloud:
        build(world)
        cloud.run(seconds=world["run_s"])
        sent = {event.message_id: event.detail for event in cloud.trace.of_kind(Kind.SENT)}
        busy: Counter = Counter()
        groups_of: dict[str, set[str]] = {}
        for event in cloud.trace.of_kind(Kind.INVOKED, Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT):
            if event.kind is Kind.INVOKED:
                groups = {sent[one].group_id for one in event.detail.message_ids}
                assert not any(busy[group] for group in groups)
                busy.update(groups)
                groups_of[event.invocation_id] = groups
            else:
                busy.subtract(groups_of.pop(event.invocation_id))
        done: dict[str, list[int]] = {}
        for event in cloud.trace.of_kind(Kind.DELETED):
            detail = sent[event.message_id]
            done.setdefault(detail.group_id, []).append(int(detail.label.split("-")[1]))
        if not world["partial"]:
            assert all(numbers == sorted(numbers) for numbers in done.values())
