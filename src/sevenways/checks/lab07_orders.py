"""The orders of lab 07, the payment provider, the warehouse, and what an operator finds in a queue: for all its checks."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from motoclock.trace import Expired
from motoclock.wording import listed, moment, name_of
from sevenways.checks import lab07_shop
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client
from sevenways.checks.worlds import once_more
from sevenways.cloud import Cloud

TIMEOUT_S = 10


@contextmanager
def evening(number: int) -> Iterator[None]:
    """What is seen on another evening than the first is said to be: no learner has seen that one."""
    try:
        with once_more() if number else nullcontext():
            yield
    except Observation as seen:
        raise (Observation(f"on a second evening, {seen}", seen.shown) if number else seen) from None


class Shop:
    """The functions `charge` and `pack`, the payment provider and the warehouse; what each was asked, by order."""

    def __init__(
        self,
        cloud: Cloud,
        declined: tuple[str, ...] = (),
        unreadable: tuple[str, ...] = (),
        unlucky: tuple[str, ...] = (),
        turned_away: tuple[str, ...] = (),
        busy_s: float = 30,
    ):
        """The provider is too busy for the unlucky during the first `busy_s`, and for those turned away all the time."""
        self._cloud, self._declined, self._unreadable, self._unlucky = cloud, declined, unreadable, unlucky
        self._turned_away, self._busy_s = turned_away, busy_s
        self.asked: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.parcels: Counter[str] = Counter()
        cloud.downstream("https://payments.example", latency_s=0.5, capacity=None, handler=self._answer)
        cloud.downstream("https://warehouse.example", capacity=None, handler=self._pack)
        cloud.deploy(lab07_shop.charge, timeout=TIMEOUT_S)

    def _answer(self, request: Any) -> Any:
        order = request.text
        self.asked[order] += 1
        unlucky = order in self._unlucky and self._cloud.elapsed < self._busy_s
        if unlucky or order in self._turned_away:
            return 503, {}, "too busy"
        if order in self._unreadable:
            return 200, {}, "unreadable"
        if order in self._declined:
            return 200, {}, "declined"
        self.paid[order] += 1
        return 200, {}, "paid"

    def _pack(self, request: Any) -> None:
        self.parcels[request.text] += 1


def numbered(number: int) -> list[str]:
    return [f"order-{n}" for n in range(number)]


def hand_over(orders: list[str], **more: str) -> None:
    """`more` is what an order holds beside its name."""
    aws_lambda = client("lambda")
    for order in orders:
        aws_lambda.invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps({"order": order, **more}))


def named_in(body: str) -> set[str]:
    """The orders that a body names."""
    return set(re.findall(r"order-\d+", body))


def found_in(url: str) -> list[str]:
    """The bodies that an operator finds in a queue: all of them."""
    sqs = client("sqs")
    found: list[str] = []
    try:
        while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=3600).get("Messages"):
            found += [each["Body"] for each in got]
    except sqs.exceptions.ClientError as error:
        raise Observation(f"no queue was found at “{url}”: {error.response['Error']['Message']}") from error
    return found


def expired_in(cloud: Cloud, url: str) -> str:
    """A clause about the last message that a queue forgot before somebody looked; "" when it forgot none."""
    queue = url.rpartition("/")[2]
    gone = [event for event in cloud.trace.of(Expired) if name_of(event.resource) == queue]
    return f"; what lay in {queue} was gone at {moment(gone[-1].at)}, {gone[-1].what.text}" if gone else ""


def some(names: list[str]) -> str:
    return listed(names, 3)
