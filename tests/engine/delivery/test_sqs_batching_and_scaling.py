"""How a mapping fills batches and how many it runs at once (Lambda developer guide, services-sqs-scaling)."""

from collections import Counter

import pytest

from motoclock.facts import sqs_mapping
from motoclock.trace import Kind
from tests.engine.delivery.stage import function, happened, lam, mapping, queue, send, starts

SLEEPS = "import time\ndef handler(event, context): time.sleep({seconds})"


def sizes(cloud) -> list[int]:
    return [len(event.detail.message_ids) for event in happened(cloud, Kind.INVOKED)]


def peak(cloud, until: float = float("inf")) -> int:
    running = most = 0
    for event in cloud.trace.of_kind(Kind.INVOKED, Kind.SUCCEEDED, Kind.FAILED, Kind.TIMED_OUT):
        if event.at > until:
            break
        running += 1 if event.kind is Kind.INVOKED else -1
        most = max(most, running)
    return most


def one_a_second(cloud, url: str, count: int) -> None:
    for second in range(count):
        cloud.at(cloud.elapsed + second, lambda n=second: send(url, [f"order-{n}"]))


def test_a_batch_size_is_a_ceiling_not_a_target(cloud):
    url = queue()
    function(SLEEPS.format(seconds=0.1))
    mapping(url, BatchSize=10)
    one_a_second(cloud, url, 60)
    cloud.run()
    assert sizes(cloud) == [1] * 60


def test_a_window_waits_for_a_full_batch_and_not_longer(cloud):
    url = queue()
    function(SLEEPS.format(seconds=0.1))
    mapping(url, BatchSize=10, MaximumBatchingWindowInSeconds=10)
    one_a_second(cloud, url, 60)
    cloud.run()
    assert sizes(cloud) == [10] * 6
    assert starts(cloud)[0] == pytest.approx(9.0, abs=0.05)  # full at second 9, before the window ends


def test_a_window_that_ends_sends_what_is_there(cloud):
    url = queue()
    function(SLEEPS.format(seconds=0.1))
    mapping(url, BatchSize=10, MaximumBatchingWindowInSeconds=5)
    send(url, ["a", "b"])
    cloud.run()
    assert sizes(cloud) == [2]
    assert starts(cloud)[0] == pytest.approx(5.0, abs=0.05)


def test_more_than_ten_messages_a_batch_come_from_several_receives(cloud):
    url = queue()
    function(SLEEPS.format(seconds=0.1))
    mapping(url, BatchSize=100, MaximumBatchingWindowInSeconds=1)
    send(url, [f"{n}" for n in range(250)])
    cloud.run()
    assert sizes(cloud) == [100, 100, 50]


def test_a_batch_closes_at_six_megabytes(cloud):
    url = queue()
    function("def handler(event, context): return None", timeout=10)
    mapping(url, BatchSize=10)
    for _ in range(10):
        send(url, ["x" * 1_000_000])
    cloud.run()
    assert sizes(cloud) == [6, 4]


def test_a_standard_mapping_starts_at_five(cloud):
    url = queue(VisibilityTimeout=120)
    function(SLEEPS.format(seconds=1))
    mapping(url, BatchSize=1)
    send(url, [f"{n}" for n in range(20)])
    cloud.run(seconds=2)
    assert peak(cloud, until=1) == sqs_mapping.CONCURRENCY_START.value


def test_it_adds_three_hundred_a_minute_under_a_backlog(cloud):
    url = queue(VisibilityTimeout=600)
    function(SLEEPS.format(seconds=30), timeout=60)
    mapping(url, BatchSize=1)
    send(url, [f"{n}" for n in range(2000)])
    cloud.run(seconds=60)
    assert peak(cloud) == sqs_mapping.CONCURRENCY_START.value + sqs_mapping.CONCURRENCY_STEP.value


@pytest.mark.cloud(account_concurrency=3000)
def test_it_never_passes_its_cap(cloud):
    url = queue(VisibilityTimeout=3600)
    function(SLEEPS.format(seconds=300), timeout=600)
    mapping(url, BatchSize=1)
    send(url, [f"{n}" for n in range(1500)])
    cloud.run(seconds=290)
    assert peak(cloud) == sqs_mapping.CONCURRENCY_CAP.value


def test_maximum_concurrency_bounds_it_without_throttles(cloud):
    url = queue()
    function(SLEEPS.format(seconds=0.5))
    mapping(url, BatchSize=1, ScalingConfig={"MaximumConcurrency": 3})
    send(url, [f"{n}" for n in range(100)])
    record = cloud.run()
    assert peak(cloud) == 3
    assert happened(cloud, Kind.THROTTLED) == []
    assert record.seconds == pytest.approx(17, abs=0.5)


def test_reserved_concurrency_bounds_it_by_throttling(cloud):
    url = queue(VisibilityTimeout=120)
    function(SLEEPS.format(seconds=1))
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=2)
    mapping(url, BatchSize=1)
    send(url, [f"{n}" for n in range(20)])
    cloud.run()
    assert peak(cloud) == 2
    assert happened(cloud, Kind.THROTTLED)


def test_throttles_lower_it_and_the_poller_grows_again(cloud):
    """Throttled, Lambda reduces the concurrency allocated to the mapping (services-sqs-errorhandling), and keeps what it holds."""
    url = queue()
    function(SLEEPS.format(seconds=1))
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=1)
    mapping(url, BatchSize=1)
    send(url, [f"order-{n}" for n in range(40)])
    cloud.run(seconds=10)
    held = {one for event in happened(cloud, Kind.THROTTLED) for one in event.detail.message_ids}
    assert len(held) <= 5 + 10  # the five it began with; after that it holds two at a time
    assert len(happened(cloud, Kind.RECEIVED)) <= 5 + 10
    lam().delete_function_concurrency(FunctionName="work")
    send(url, [f"later-{n}" for n in range(600)])
    cloud.run(seconds=30)
    assert peak(cloud) > 20  # the backlog raised it step by step


def test_a_throttled_mapping_does_not_grow(cloud):
    """A backlog behind a throttled function is no reason to read more of it."""
    url = queue()
    function(SLEEPS.format(seconds=0.9))
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=1)
    mapping(url, BatchSize=1)
    send(url, [f"order-{n}" for n in range(200)])
    cloud.run(seconds=60)
    assert len(happened(cloud, Kind.RECEIVED)) <= 5 + 60 / 0.9 + 2


@pytest.mark.cloud(account_concurrency=4)
def test_the_accounts_free_concurrency_bounds_it_too(cloud):
    url = queue(VisibilityTimeout=120)
    function(SLEEPS.format(seconds=1))
    mapping(url, BatchSize=1)
    send(url, [f"{n}" for n in range(20)])
    cloud.run()
    assert peak(cloud) == 4


def test_provisioned_pollers_start_with_ten_invocations_each(cloud):
    url = queue(VisibilityTimeout=120)
    function(SLEEPS.format(seconds=1))
    mapping(url, BatchSize=1, ProvisionedPollerConfig={"MinimumPollers": 3, "MaximumPollers": 4})
    send(url, [f"{n}" for n in range(200)])
    cloud.run()
    assert peak(cloud, until=1) == 30
    assert peak(cloud) == 40


@pytest.mark.parametrize("pollers", [2, 4])
def test_a_provisioned_poller_asks_ten_times_a_second(cloud, pollers):
    url = queue(VisibilityTimeout=120)
    function("def handler(event, context): return None")
    send(url, [f"{n}" for n in range(100)])
    mapping(url, BatchSize=1, ProvisionedPollerConfig={"MinimumPollers": pollers, "MaximumPollers": pollers})
    cloud.run()
    begun = Counter(int(at) for at in starts(cloud))
    polls = pollers * sqs_mapping.PROVISIONED_POLLER_POLLS_PER_S.value
    assert [begun[second] for second in range(3)] == [polls, polls, min(polls, 100 - 2 * polls)]


def test_a_provisioned_poller_carries_a_megabyte_a_second(cloud):
    url = queue(VisibilityTimeout=120)
    function("def handler(event, context): return None")
    for _ in range(8):
        send(url, ["x" * 1_000_000])
    mapping(url, BatchSize=1, ProvisionedPollerConfig={"MinimumPollers": 2, "MaximumPollers": 2})
    cloud.run()
    assert starts(cloud) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_batch_is_measured_in_bytes(cloud):
    url = queue()
    function("def handler(event, context): return None", timeout=10)
    mapping(url, BatchSize=10)
    for _ in range(10):
        send(url, ["é" * 500_000])
    cloud.run()
    assert sizes(cloud) == [6, 4]


def test_a_window_that_outlasts_visibility_hides_messages_longer(cloud):
    url = queue(VisibilityTimeout=30)
    function("def handler(event, context): raise ValueError", timeout=10)
    mapping(url, BatchSize=10, MaximumBatchingWindowInSeconds=25)
    send(url, ["a"])
    cloud.run(seconds=120)
    first = happened(cloud, Kind.RECEIVED)[0]
    assert first.detail.visible_at - first.at == 25 + 10 + sqs_mapping.VISIBILITY_EXTRA_S.value


def test_fifo_runs_one_batch_a_group_at_a_time(cloud):
    def seconds(groups: int) -> float:
        url = queue(f"q{groups}.fifo")
        name = f"work{groups}"
        function(SLEEPS.format(seconds=1), name=name)
        mapping(url, name, BatchSize=1)
        begin = cloud.elapsed
        send(url, [str(n) for n in range(30)], group=lambda body: f"g{int(body) % groups}")
        cloud.run()
        return cloud.elapsed - begin

    assert seconds(1) == pytest.approx(30.2, abs=0.3)
    assert seconds(5) == pytest.approx(6.2, abs=0.3)


def test_fifo_concurrency_is_bounded_by_maximum_concurrency(cloud):
    url = queue("orders.fifo")
    function(SLEEPS.format(seconds=1))
    mapping(url, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    send(url, [str(n) for n in range(20)], group=lambda body: f"g{int(body) % 10}")
    cloud.run()
    assert peak(cloud) == 2


def test_a_failing_fifo_message_blocks_its_own_group_only(cloud):
    url = queue("orders.fifo", VisibilityTimeout=30)
    function("""
        def handler(event, context):
            for record in event["Records"]:
                if record["body"] == "b-0": raise ValueError
    """)  # fmt: skip
    mapping(url, BatchSize=1)
    send(url, ["a-0", "b-0", "a-1", "b-1", "a-2"], group=lambda body: body[0])
    cloud.run(seconds=100)
    done = {event.message_id for event in happened(cloud, Kind.DELETED)}
    labels = [event.detail.label for event in happened(cloud, Kind.SENT) if event.message_id in done]
    assert labels == ["a-0", "a-1", "a-2"]


def test_fifo_order_holds_through_retries(cloud):
    url = queue("orders.fifo", VisibilityTimeout=30)
    function("""
        tried = set()
        def handler(event, context):
            for record in event["Records"]:
                if record["body"] not in tried:
                    tried.add(record["body"])
                    raise ValueError
                print("did", record["body"])
    """)  # fmt: skip
    mapping(url, BatchSize=1)
    send(url, ["1", "2", "3"], group=lambda _: "g")
    cloud.run(seconds=200)
    did = [line.split()[-1] for line in repr(cloud.logs("work")).splitlines() if "did" in line]
    assert did == ["1", "2", "3"]


@pytest.mark.parametrize(("fair", "wait_s"), [(True, 2), (False, 8)])
def test_a_quiet_tenants_messages_pass_the_backlog_of_a_noisy_one(cloud, fair, wait_s):
    url = queue(VisibilityTimeout=60)
    function(SLEEPS.format(seconds=2))

    def tenant(name: str) -> dict:
        return {"MessageGroupId": name} if fair else {}

    send(url, [f"noisy-{n}" for n in range(400)], **tenant("noisy"))
    quiet: list[str] = []
    mapping(url, BatchSize=10, ScalingConfig={"MaximumConcurrency": 5})
    for second in (3, 6):
        cloud.at(second, lambda: quiet.extend(send(url, ["quiet"], **tenant("quiet"))))
    cloud.run()
    sent = {event.message_id: event.at for event in happened(cloud, Kind.SENT)}
    waits = [event.at - sent[event.message_id] for event in happened(cloud, Kind.RECEIVED) if event.message_id in quiet]
    assert len(waits) == 2
    assert max(waits) <= wait_s if fair else min(waits) >= wait_s
