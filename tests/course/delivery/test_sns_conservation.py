"""Each message, for each subscription, ends in exactly one place, whatever the subscribers are like: random topics."""

import json
from collections import Counter

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sevenways.cloud import Cloud
from tests.engine.delivery.stage import counts, function, queue
from tests.engine.delivery.topic_stage import ENDS, QUEUES, sns, subscribe, topic

SUBSCRIBERS = ("queue", "raw queue", "gone", "gone with dlq", "function", "http down", "http half", "mail")
POLICIES = (None, '{"n":[{"numeric":["<",3]}]}', '{"n":[{"exists":false}]}')

worlds = st.fixed_dictionaries(
    {
        "subscribers": st.lists(
            st.tuples(st.sampled_from(SUBSCRIBERS), st.sampled_from((None, *POLICIES))), min_size=1, max_size=6
        ),
        "messages": st.integers(1, 8),
        "fifo": st.booleans(),
        "attributes": st.integers(1, 11),
        "run_s": st.sampled_from([400, 0, 0.03, 30, 400]),
        "unsubscribe": st.booleans(),
        "duplicates": st.sampled_from([0.0, 0.5]),
        "seed": st.integers(0, 2),
    }
)

# one of each, so that every way to end is sure to be seen
everything = {
    "subscribers": [(kind, None) for kind in SUBSCRIBERS] + [("queue", POLICIES[1])],
    "messages": 8,
    "fifo": False,
    "attributes": 11,
    "run_s": 400,
    "unsubscribe": False,
    "duplicates": 0.0,
    "seed": 0,
}


def build(cloud: Cloud, world: dict) -> tuple[str, list[tuple[str, str]]]:
    """The topic, and (subscription, endpoint) of those that will get its messages."""
    suffix = ".fifo" if world["fifo"] else ""
    users = topic(f"users{suffix}")
    queue(f"dlq{suffix}")
    cloud.downstream("https://down.example", error_rate=1.0)
    cloud.downstream("https://half.example", error_rate=0.5)
    found = []
    for number, (kind, policy) in enumerate(world["subscribers"]):
        attributes = {"FilterPolicy": policy} if policy else {}
        if kind.endswith("queue"):
            queue(f"q{number}{suffix}")
            endpoint = f"{QUEUES}q{number}{suffix}"
            if kind == "raw queue":
                attributes["RawMessageDelivery"] = "true"
        elif kind.startswith("gone") or world["fifo"]:
            endpoint = f"{QUEUES}gone{number}{suffix}"
            if kind.endswith("dlq"):
                attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": f"{QUEUES}dlq{suffix}"})
        elif kind == "function":
            endpoint = function("def handler(event, context): raise ValueError", f"f{number}")
        else:
            host = {"http down": "https://down.example", "http half": "https://half.example"}
            endpoint = f"{host[kind]}/{number}" if kind in host else f"ops{number}@example.com"
        protocol = "" if kind != "mail" or world["fifo"] else "email"
        found.append((subscribe(users, endpoint, protocol, **attributes), endpoint))
    return users, found


def send(users: str, world: dict) -> list[str]:
    ids = []
    for number in range(world["messages"]):
        attributes = {f"a{n}": {"DataType": "String", "StringValue": "x"} for n in range(world["attributes"] - 1)}
        attributes["n"] = {"DataType": "Number", "StringValue": str(number)}
        fifo = {"MessageGroupId": f"g{number % 2}", "MessageDeduplicationId": str(number)} if world["fifo"] else {}
        answer = sns().publish(TopicArn=users, Message=f"m{number}", MessageAttributes=attributes, **fifo)
        ids.append(answer["MessageId"])
    return ids


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(worlds)
@example(everything)
@example({**everything, "fifo": True})
@example({**everything, "duplicates": 0.5})
def test_every_copy_is_in_exactly_one_place(world):
    with Cloud(seed=world["seed"], duplicates=world["duplicates"]) as cloud:
        users, subscribers = build(cloud, world)
        ids = send(users, world)
        if world["unsubscribe"] and subscribers:
            sns().unsubscribe(SubscriptionArn=subscribers[0][0])
        cloud.run(seconds=world["run_s"])
        ends: dict[tuple[str, str], list[str]] = {}
        for event in cloud.trace:
            consumer = getattr(event.detail, "consumer", None) or getattr(event.detail, "target", None)
            if event.resource == users and event.kind in ENDS and consumer:
                ends.setdefault((event.message_id, consumer), []).append(ENDS[event.kind])
        copies = {(one, endpoint) for one in ids for _arn, endpoint in subscribers}
        assert set(ends) <= copies
        for copy, found in ends.items():
            allowed = 2 if world["duplicates"] and not world["fifo"] else 1
            assert len(found) <= allowed, (copy, found)
        pending = len(copies) - len(ends)
        assert pending == 0 or world["run_s"] < 100
        fates = Counter(found[0] for found in ends.values())
        if not world["duplicates"]:
            dlq = f"https://sqs.us-east-1.amazonaws.com/123456789012/dlq{'.fifo' if world['fifo'] else ''}"
            # the publisher's deduplication id is kept: of several subscriptions a FIFO dead-letter queue keeps one copy
            parked = {one for (one, _), found in ends.items() if found[0] == "dead-lettered"}
            assert sum(counts(dlq)) == (len(parked) if world["fifo"] else fates["dead-lettered"])
            for arn, endpoint in subscribers:
                if endpoint.split(":")[-1].startswith("q"):
                    url = f"https://sqs.us-east-1.amazonaws.com/123456789012/{endpoint.split(':')[-1]}"
                    delivered = sum(found == ["delivered"] for (_id, to), found in ends.items() if to == endpoint)
                    assert sum(counts(url)) == delivered, arn
        numbers = cloud.summary()
        parts = ("processed", "dead_lettered", "lost", "filtered", "purged", "waiting", "in_flight")
        assert numbers["copies"] == sum(numbers[part] for part in parts)
        assert numbers["sent"] == world["messages"]
        assert pending or numbers["copies"] == len(copies)
