"""What nobody configured and the trace has seen: who sends, who invokes, who calls out, and which permissions are missing."""

from collections import Counter

from motoclock.account.lives import service_of
from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.readers.downstreams import host_of, is_refused
from motoclock.account.reading import Reading
from motoclock.trace import CELL, Accepted, Called, Entered, Event, Invoked, Mode, Sent, Unpermitted
from motoclock.wording import name_of

_WAIT_THEMSELVES = ("pipes", "states", "events")  # services that wait for a function's answer: an edge of their own

_LEADING = (Called, Sent, Accepted, Entered, Invoked)  # kinds that can say who led to whom


def read(reading: Reading) -> None:
    """Add an edge for each pair that was seen, in the order of their first meeting."""
    seen: Counter[tuple[str, str, EdgeKind]] = Counter()
    refused: Counter[tuple[str, str, EdgeKind]] = Counter()
    functions = _callers(reading)
    for event in reading.events:
        if type(event.what) in _LEADING and (edge := _edge(event, functions)) is not None:
            seen[edge] += 1
            refused[edge] += isinstance(event.what, Called) and is_refused(event.what)
    if any(CELL in (source, target) for source, target, _kind in seen):
        reading.add_node(CELL, NodeKind.CELL, "your cell")
    for (source, target, kind), number in seen.items():
        failed = refused[source, target, kind]
        reading.add_edge(source, target, kind, str(kind), number, facts=[f"{failed:,} refused"] if failed else [])
    for event in reading.of_kind(Unpermitted):
        missing = event.what
        says = f"{name_of(missing.target)} does not let {missing.principal} {missing.action}: AWS would refuse"
        reading.warn(missing.source, missing.target, says)


def _callers(reading: Reading) -> dict[str | None, str]:
    """Whose an invocation id, an environment or a function name is: ARNs of functions."""
    callers: dict[str | None, str] = {}
    for event in reading.of_kind(Invoked):
        for name in (event.invocation_id, event.what.environment, name_of(event.resource)):
            callers[name] = event.resource
    callers.pop(None, None)
    return callers


def _edge(event: Event, functions: dict[str | None, str]) -> tuple[str, str, EdgeKind] | None:
    """Who led to whom in this event; None when it is about something else. `functions` says whose an id or a name is."""
    match event.what:
        case Called(caller=caller, url=url):
            if (caller or "").startswith("arn:"):
                return None  # a topic, a bus or a state machine called, which has an edge of its own
            return (
                functions.get(event.invocation_id) or functions.get(caller) or CELL,
                f"https://{host_of(url)}",
                EdgeKind.CALLS,
            )
        case (Sent() | Accepted()) as arrived:
            sender = arrived.sender or CELL
            if sender == CELL and arrived.origins:
                return None  # a hop, drawn by the service that made it
            if isinstance(arrived, Sent) and arrived.origins and event.invocation_id is None:
                return None  # the record of an outcome, drawn as a destination
            if sender == CELL or service_of(sender) == "lambda":
                return sender, event.resource, EdgeKind.SENDS if isinstance(arrived, Sent) else EdgeKind.INVOKES
        case Entered(started_by=str(caller), machine=machine) if caller and service_of(caller) != "states":
            return caller, machine, EdgeKind.STARTS
        case Invoked(mode=Mode.SYNCHRONOUS, source=source) if service_of(source) not in _WAIT_THEMSELVES:
            return (source if service_of(source) == "lambda" else CELL), event.resource, EdgeKind.INVOKES
    return None
