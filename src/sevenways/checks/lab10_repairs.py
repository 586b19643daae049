"""A repair of lab 10: it changes the platform before the night begins, and leaves the names by which the night knows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from motoclock.wording import duration
from sevenways.checks.registry import NotAttempted, Observation
from sevenways.checks.trial import attempt, client
from sevenways.cloud import Cloud
from sevenways.night.orders import Stage

_TILL = ("checkout", "charge")
_HOUSE = ("newsletter", "fraud", "label-ready", "recommend", "pack", "invoice")


def change(name: str, repair: Any, cloud: Cloud) -> None:
    """Let a repair change the platform. It is told when it does something to the night instead."""
    with _planned(cloud) as moments:
        try:
            attempt(repair, cloud)
        except NotAttempted:
            raise NotAttempted(f"{name} is not attempted") from None
    if cloud.elapsed:
        raise Observation(
            f"{name} let {duration(cloud.elapsed)} pass: a repair changes the platform before the night begins"
        )
    if moments:
        raise Observation(
            f"{name} plans something for {duration(moments[0])} into the night: nobody knows beforehand when trouble comes"
        )


@contextmanager
def _planned(cloud: Cloud) -> Iterator[list[float]]:
    """The moments that somebody asks `cloud.at` for meanwhile."""
    moments: list[float] = []
    vars(cloud)["at"] = lambda seconds, *_args, **_options: moments.append(seconds)
    try:
        yield moments
    finally:
        del vars(cloud)["at"]


def all_are_there(stage: Stage, cloud: Cloud) -> None:
    """After the last repair: what the night calls and looks at has the name that it had."""
    if gone := next(_missing(stage), ""):
        raise Observation(f"{gone} is gone; its name must stay")


def _missing(stage: Stage) -> Iterator[str]:
    functions = {each["FunctionName"] for each in client("lambda").list_functions()["Functions"]}
    yield from (
        f"the function {name}"
        for name in (*_TILL, *(_HOUSE if stage >= Stage.LETTERS else ()))
        if name not in functions
    )
    if "orders" not in client("dynamodb").list_tables()["TableNames"]:
        yield "the table orders"
    if "shop" not in {bus["Name"] for bus in client("events").list_event_buses()["EventBuses"]}:
        yield "the bus shop"
    if stage < Stage.LETTERS:
        return
    if not any(topic["TopicArn"].endswith(":news") for topic in client("sns").list_topics()["Topics"]):
        yield "the topic news"
    if not any(url.endswith("/labels") for url in client("sqs").list_queues().get("QueueUrls", ())):
        yield "the queue labels"
    if "fulfil" not in {each["name"] for each in client("stepfunctions").list_state_machines()["stateMachines"]}:
        yield "the state machine fulfil"
