"""Topics, their subscriptions, and the way to the subscriptions' dead-letter queues."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.reading import Reading
from motoclock.arn import Arn, unqualified
from motoclock.trace import DeadLettered, Delivered, Dropped, Filtered, Kind, consumer_of, target_of
from motoclock.wording import name_of

_PATTERN_CHARACTERS = 34


def read(reading: Reading) -> None:
    """Add every topic and every subscription."""
    backend = reading.backend("sns")
    if backend is None or not backend.topics:
        return
    seen = Counter(
        (event.kind, event.resource, consumer_of(event.what) or target_of(event.what))
        for event in reading.of_resources(lambda arn: arn in backend.topics)
        if isinstance(event.what, Delivered | Filtered | Dropped | DeadLettered)
    )
    for topic in backend.topics.values():
        facts = ["FIFO"] if topic.fifo_topic else []
        published = reading.number(Kind.SENT, topic.arn)
        unheard = seen[Kind.DROPPED, topic.arn, None]
        counts = [("published", published)] + ([("without subscriber", unheard)] if unheard else [])
        reading.add_node(topic.arn, NodeKind.TOPIC, topic.name, facts, counts)
        for subscription in topic.subscriptions.values():
            _add_subscription(reading, subscription, seen)


def _add_subscription(reading: Reading, subscription: Any, seen: Counter) -> None:
    topic, endpoint = subscription.topic.arn, subscription.endpoint
    target = _node_of(endpoint, subscription.protocol)
    if not endpoint.startswith("arn:") and subscription.protocol not in ("http", "https"):
        reading.add_node(target, NodeKind.OTHER, endpoint, [subscription.protocol])
    elif not _exists(reading, target, subscription.protocol):
        reading.is_missing(target)
    delivered = seen[Kind.DELIVERED, topic, endpoint]
    label = "pending confirmation" if not subscription.confirmed else "delivered" if delivered else "subscribed"
    facts = list(_facts(subscription, seen))
    reading.add_edge(
        topic,
        target,
        EdgeKind.SUBSCRIPTION,
        label,
        delivered,
        facts=[fact for fact, _ in facts],
        settings=[fact for fact, is_setting in facts if is_setting],
        filtered=subscription.filter is not None,
    )
    if dead_letters := subscription.dead_letter_arn:
        moved = seen[Kind.DEAD_LETTERED, topic, endpoint]
        reading.is_dead_letter_queue(dead_letters)
        label = f"undeliverable to {name_of(endpoint)}"
        reading.add_edge(topic, dead_letters, EdgeKind.REDRIVE, label, moved)


def _facts(subscription: Any, seen: Counter) -> Iterator[tuple[str, bool]]:
    """What there is to say, in reading order, and whether it is a setting."""
    topic, endpoint = subscription.topic.arn, subscription.endpoint
    if subscription.filter is not None:
        where = "body" if subscription.filter.scope == "MessageBody" else "attributes"
        yield f"{where} {_pattern(subscription.filter.text)}", True
        yield f"{seen[Kind.FILTERED, topic, endpoint]:,} filtered out", False
    if subscription.raw:
        yield "raw", True
    if lost := seen[Kind.DROPPED, topic, endpoint]:
        yield f"{lost:,} lost", False


def _pattern(text: str) -> str:
    short = json.dumps(json.loads(text), separators=(",", ":")).replace('"', "")
    return short if len(short) <= _PATTERN_CHARACTERS else f"{short[: _PATTERN_CHARACTERS - 3]}..."


def _exists(reading: Reading, target: str, protocol: str) -> bool:
    if protocol == "sqs":
        backend = reading.backend("sqs")
        return backend is not None and Arn.of(target).resource in backend.queues
    if protocol == "lambda":
        return reading.world.services.functions.exists(target)
    return True


def _node_of(endpoint: str, protocol: str) -> str:
    """The id of a subscriber's node: functions without qualifier, HTTP endpoints as the system at their host."""
    if protocol == "lambda":
        return unqualified(endpoint)
    if protocol in ("http", "https"):
        return f"https://{endpoint.split('://', 1)[-1].split('/', 1)[0].rpartition('@')[2]}"
    return endpoint
