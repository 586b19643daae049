"""Each event and target ends in exactly one of delivered, dead-lettered, dropped, pending; and the same seed gives the same trace."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motoclock.trace import Kind
from sevenways.cloud import Cloud
from tests.course.delivery.api_destinations import destination, to
from tests.engine.delivery.events_stage import ACCOUNT, put, rule
from tests.engine.delivery.stage import arn_of, function, queue

ENDS = {Kind.DELIVERED: "delivered", Kind.DEAD_LETTERED: "dead-lettered", Kind.DROPPED: "dropped"}
FIELD = {"detail": {"n": [{"numeric": ["<", 7]}]}}

worlds = st.fixed_dictionaries(
    {
        "events": st.integers(1, 12),
        "rules": st.lists(
            st.fixed_dictionaries(
                {
                    "pattern": st.sampled_from([{"source": ["shop"]}, FIELD, {"source": ["web"]}]),
                    "targets": st.lists(
                        st.sampled_from(["queue", "function", "http", "missing"]), min_size=0, max_size=4
                    ),
                    "retries": st.sampled_from([None, 0, 3]),
                    "dead_letters": st.booleans(),
                }
            ),
            min_size=0,
            max_size=3,
        ),
        "status": st.sampled_from([200, 400, 503]),
        "latency_s": st.sampled_from([0.1, 6]),
        "strict": st.booleans(),
        "reorder": st.booleans(),
        "run_s": st.sampled_from([0, 0.2, 20, 4000]),
        "seed": st.integers(0, 3),
    }
)


def build(cloud, world: dict) -> None:
    status = world["status"]
    cloud.downstream(
        "https://warehouse.example", latency_s=world["latency_s"], handler=lambda request: (status, {}, None)
    )
    arns = {
        "queue": arn_of(queue("orders")),
        "function": function("def handler(event, context): return None"),
        "http": destination(),
        "missing": f"arn:aws:sqs:us-east-1:{ACCOUNT}:gone",
    }
    dead = arn_of(queue("dead"))
    for number, one in enumerate(world["rules"]):
        targets = []
        for name in dict.fromkeys(one["targets"]):
            target = to(arns[name]) if name == "http" else {"Arn": arns[name]}
            if one["retries"] is not None:
                target["RetryPolicy"] = {"MaximumRetryAttempts": one["retries"]}
            if one["dead_letters"]:
                target["DeadLetterConfig"] = {"Arn": dead}
            targets.append(target)
        rule(*targets, name=f"r{number}", pattern=one["pattern"])
    put(*[{"n": n} for n in range(world["events"])])


def opened(world: dict) -> Cloud:
    return Cloud(seed=world["seed"], strict_permissions=world["strict"], reorder=world["reorder"])


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_each_event_and_target_ends_in_exactly_one_way(world):
    with opened(world) as cloud:
        build(cloud, world)
        cloud.run(seconds=world["run_s"])
        expected, ends, unmatched = Counter(), Counter(), 0
        for event in cloud.trace:
            if event.kind is Kind.MATCHED:
                expected.update((event.resource, event.message_id, target) for target in event.detail.targets)
            elif event.kind in ENDS and ":rule/" in event.resource:
                target = getattr(event.detail, "consumer", None) or event.detail.target
                ends[event.resource, event.message_id, target] += 1
            elif event.kind is Kind.FILTERED:
                unmatched += 1
        assert set(ends) <= set(expected)
        assert all(number == 1 for number in ends.values())
        if world["run_s"] == 4000 and world["status"] != 503 and world["latency_s"] < 5:
            assert set(ends) == set(expected)
        summary = cloud.summary()
        places = ("processed", "dead_lettered", "lost", "filtered", "purged", "waiting", "in_flight")
        assert summary["copies"] == sum(summary[name] for name in places) == sum(expected.values()) + unmatched
        assert summary["sent"] == world["events"]


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
def test_the_same_seed_gives_the_same_trace(world):
    def trace() -> list[str]:
        with opened(world) as cloud:
            build(cloud, world)
            cloud.run(seconds=min(world["run_s"], 200))
            return [repr(event) for event in cloud.trace]

    assert trace() == trace()
