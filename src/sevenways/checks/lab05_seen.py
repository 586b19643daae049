"""What was seen of the followers of lab 05, as sentences: a wrong index, changes given up, a function that was stopped."""

import re
from collections import defaultdict

from motoclock.trace import Delivered, Kind, Refused, Sent
from motoclock.wording import duration, listed, moment, name_of, times
from sevenways.checks import lab05_table
from sevenways.checks.lines import are, kind_of, was
from sevenways.checks.registry import Observation
from sevenways.checks.trial import observe, runs_of
from sevenways.cloud import Cloud


def at_which_change(cloud: Cloud, function: str) -> str:
    """The learner's line in the function's log, and the change that it fails at even alone."""
    failed = {event.invocation_id for event in cloud.trace.of_kind(Kind.FAILED)}
    alone = [
        event.what.message_ids[0]
        for event in runs_of(cloud, function)
        if event.invocation_id in failed and len(event.what.message_ids) == 1
    ]
    labels = {event.message_id: event.what.label for event in cloud.trace.of(Sent)}
    change = f", at {labels[alone[0]]}" if alone else ""
    told = [line.message for line in cloud.logs(function) if line.message.startswith("[ERROR]")]
    lines = _LINE.findall(told[-1]) if told else []
    return f"{f' (line {lines[-1][0]}: {lines[-1][1]})' if lines else ''}{change}"


_LINE = re.compile(r'File ".*", line (\d+), in .*\n\s+(.+)')


def compare(table: dict[str, dict], index: dict[str, dict], why: str) -> None:
    """The index holds what the table holds; `why` ends the sentence about what it does not hold."""
    for order, item in table.items():
        found = index.get(order)
        if found is None:
            raise Observation(f"{order} is in the table, and the search page can't find it{why}")
        for name in ("title", "total"):
            if name not in found:
                raise Observation(f"{order} is in the index without its {name}")
            if found[name] != item[name]:
                kind = "" if type(found[name]) is type(item[name]) else f", {kind_of(found[name])},"
                raise Observation(
                    f"the {name} of {order} is {item[name]!s} in the table, and {found[name]!s}{kind} in the index"
                )
    left = [order for order in index if order not in table]
    observe(not left, f"{listed(left)} can still be found, and {are(left)} not in the table any more{why}")


AWAY_S = 20  # until then there is no search service


HEALTHY = [f"order-{n}" for n in range(60) if n != 25]


def nobody_else_given_up(cloud: Cloud, oldest_s: int) -> None:
    """All records are sent at the start, so that they grow too old together; `oldest_s` is -1 where they don't."""
    batches: dict[float, list[str]] = defaultdict(list)
    for at, order in _given_up_at(cloud):
        batches[at].append(order)
    for at, batch in batches.items():
        healthy = [order for order in dict.fromkeys(batch) if order in HEALTHY]
        if not healthy:
            continue
        if 0 < oldest_s <= at:
            how = f"since they were older than {duration(oldest_s)} by then: order-25 had kept them waiting"
        elif "order-25" in batch:
            how = "with order-25, which was in their batch"
        else:
            how = "while the search service was away"
        whose = f"{listed(healthy, 4)} had nothing wrong with {lab05_table.them(healthy)}"
        raise Observation(f"{whose}, and {was(healthy)} given up at {moment(at)}, {how}")


def _given_up_at(cloud: Cloud) -> list[tuple[float, str]]:
    """When the mapping gave up which order."""
    names = lab05_table.names(cloud)
    return [(event.at, names[event.message_id]) for event in cloud.trace.of_kind(Kind.DROPPED, Kind.DELIVERED)]


def given_up(cloud: Cloud) -> list[str]:
    return [order for _at, order in _given_up_at(cloud)]


def filtered_out(cloud: Cloud) -> list[str]:
    """The orders of which a filter kept a record from the function."""
    names = lab05_table.names(cloud)
    return [names[event.message_id] for event in cloud.trace.of_kind(Kind.FILTERED)]


def trace_of_it(cloud: Cloud) -> str:
    """Where the mapping left the pointer to order-25, or could not leave it."""
    names = lab05_table.names(cloud)
    places = [event.what.target for event in cloud.trace.of(Delivered) if names[event.message_id] == "order-25"]
    if places:
        return f"what leads to it is in {name_of(places[0])}"
    wrong = [event.what.target for event in cloud.trace.of(Refused)]
    return f"the destination is {wrong[0]}, and nothing has this ARN" if wrong else "nothing leads to it any more"


def given_of(cloud: Cloud, order: str) -> str:
    """How many times `index` was given an order."""
    names = lab05_table.names(cloud)
    number = sum(names[one] == order for event in runs_of(cloud, "index") for one in event.what.message_ids)
    return f"given {order} {times(number)}" if number else f"never given {order}"
