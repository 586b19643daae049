"""The check of lab 01's last task: what a FIFO queue makes of a morning's events."""

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from motoclock.trace import Kind
from motoclock.wording import count, listed, moment, shortened
from sevenways.checks import lab01_queues, lab01_shop
from sevenways.checks.processes import Process
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import client, lab_cloud, observe, run, submit
from sevenways.cloud import Cloud

_STEPS = ("placed", "paid", "packed")


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that happened to an order of a customer, as checkout tells it."""

    name: str
    customer: str
    body: str

    def sent_by(self, checkout: Process, queue: str) -> None:
        checkout.attempt(queue, self.name, self.customer, self.body)


# The last one is the same book again: the same words, another event.
_EVENTS = (
    *(_Event(f"event-{n}", f"customer-{n % 10}", f"{_STEPS[n // 10]} a book") for n in range(30)),
    _Event("event-30", "customer-4", "packed a book"),
)


@register(
    "lab01.in_order_fast",
    takes=("send_event",),
    hints=(
        "What is the smallest thing in this shop whose events need an order?",
        "The queue recognises a second send by its deduplication id.",
        "What stays the same when checkout sends an event again, and differs between any two events?",
    ),
)
def in_order_fast(send_event: Any) -> None:
    """Ten customers, three events each, one book bought twice, and two events that checkout sends again after four minutes.

    From the process that sent them first, and from another: what a function remembers is gone after a restart.
    """
    with lab_cloud(seed=5) as cloud:
        queue = lab01_queues.queue("events.fifo", FifoQueue="true", VisibilityTimeout="60")
        cloud.deploy(lab01_shop.note, timeout=10)
        connect = client("lambda").create_event_source_mapping
        submit("the mapping", connect, {"BatchSize": 1}, EventSourceArn=lab01_queues.arn(queue), FunctionName="note")
        checkout, another = Process(1, send_event), Process(2, send_event)
        for event in _EVENTS:
            _enters_once(cloud, event, lab01_queues.sent_by(cloud, lambda event=event: event.sent_by(checkout, queue)))
        messages = [event.message_id for event in cloud.trace.of_kind(Kind.SENT)]
        again: dict[Process, list[str]] = {checkout: [], another: []}

        def resend() -> None:
            for process, new in again.items():
                for event in _EVENTS[:2]:
                    if lab01_queues.sent_by(cloud, lambda process=process, event=event: event.sent_by(process, queue)):
                        new.append(event.name)

        cloud.at(240, resend, label="checkout sends again")
        run(cloud)
        _nothing_was_changed(cloud, messages)
        _in_order(cloud, messages)
        became = "became new messages and happened twice"
        observe(not again[checkout], f"{listed(again[checkout])}, sent again after four minutes, {became}")
        observe(
            not again[another],
            f"{listed(again[another])}, sent again after four minutes from another process of checkout, {became}: {another.why}",
        )
        last = max(_done(cloud)[message] for message in messages)
        observe(
            last <= 10,
            f"the last of the events was done at {moment(last)}; the warehouse wants all of them within 10 s",
        )


def _enters_once(cloud: Cloud, event: _Event, entered: int) -> None:
    if not entered:
        raise Observation(
            f"{event.name} ({event.customer} {event.body}) never entered the queue: it was taken for another event"
        )
    observe(entered == 1, f"{event.name} entered the queue as {count(entered, 'message')}")


def _nothing_was_changed(cloud: Cloud, messages: list[str | None]) -> None:
    """The words that checkout gave are in what the function received, maybe with more around them."""
    noted = dict(json.loads(line.message) for line in cloud.logs("note").printed)
    for event, message in zip(_EVENTS, messages, strict=True):
        arrived = noted.get(message, event.body)
        observe(
            event.body in arrived,
            f"{event.name} arrived as “{shortened(arrived, 40)}”; checkout gave “{event.body}”",
        )


def _in_order(cloud: Cloud, messages: list[str | None]) -> None:
    done = _done(cloud)
    by_customer: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for event, message in zip(_EVENTS, messages, strict=True):
        observe(message in done, f"{event.name} of {event.customer} was never done")
        by_customer[event.customer].append((event.name, done[message]))
    for customer, mine in by_customer.items():
        for (earlier, first), (later, second) in pairwise(mine):
            observe(
                first < second,
                f"{customer}: {later} was done at {moment(second)}, and {earlier}, sent before it, at {moment(first)}",
            )


def _done(cloud: Cloud) -> dict[str | None, float]:
    return {event.message_id: event.at for event in cloud.trace.of_kind(Kind.DELETED)}
