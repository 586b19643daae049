"""Task 6 of lab 06: one click that can't be read, and a stream that has to go on."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from motoclock.downstream import Request
from motoclock.wording import count, listed, shortened, times
from sevenways.checks.lines import kind_of
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, lab_cloud, observe, runs_of, stopped, submit
from sevenways.cloud import Cloud

_CLICKS = [f"click-{n}" for n in range(40)]
_BAD = "click-13"
_GOOD = [name for name in _CLICKS if name != _BAD]
_QUEUE = "clicks-failed"


@dataclass(frozen=True, slots=True)
class _Evening:
    """`opening` begins the sentence about it, and says what is unlike the first."""

    opening: str = ""
    deploys: bool = False
    refuses: bool = False


_EVENINGS = (
    _Evening(),
    _Evening("on an evening when deployments kept replacing the environment, ", deploys=True),
    _Evening("on an evening when notes.example refused the first note and took all others, ", refuses=True),
)


@register(
    "lab06.bad_click",
    takes=("reader_options", "note_clicks"),
    hints=(
        "How does the mapping know at which record to go on? Whoever stops in the middle of a batch can say where.",
        "What comes before the bad click must not be noted again, and what comes after it must not be given up with it.",
        "A bad click fails at every try, and a refused note only at the first: what becomes of each in your handler?",
        "Whoever gives up on the bad click needs a place for it: a message of your own, or OnFailure in DestinationConfig.",
    ),
)
def bad_click(reader_options: Any, note_clicks: Any) -> None:
    """Forty clicks, one of which is no JSON: all others are noted once and in order within two minutes, the bad one can be found.

    So it is when no run finds what another has left in memory, and when the notes refuse a good click for a moment.
    """
    for evening in _EVENINGS:
        with _said_of(evening), lab_cloud(seed=7) as cloud:
            _one_evening(cloud, evening, reader_options, note_clicks)


def _one_evening(cloud: Cloud, evening: _Evening, reader_options: Any, note_clicks: Any) -> None:
    noted = _notes(cloud, evening)
    failed = client("sqs").create_queue(QueueName=_QUEUE)["QueueUrl"]
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    stream = kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]
    deploy(cloud, note_clicks, name="note-clicks", timeout=20)
    chosen = attempt(reader_options)
    observe(
        isinstance(chosen, dict),
        f"reader_options returned {kind_of(chosen)}; a dict of arguments was asked for",
    )
    connect = client("lambda").create_event_source_mapping
    options = {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10, **chosen}
    submit("the mapping", connect, options, EventSourceArn=stream, FunctionName="note-clicks")
    leads: dict[str, tuple[str, ...]] = {}
    for name in _CLICKS:
        text = json.dumps({"id": name})
        data = text.removesuffix("}") if name == _BAD else text
        place = kinesis.put_record(StreamName="clicks", PartitionKey="shop", Data=data)["SequenceNumber"]
        leads[name] = _leads_to(place, data)
    cloud.run(seconds=120)
    errors, bodies = failures_of(cloud, "note-clicks"), _bodies(failed)
    said = f"; note_clicks raised {listed(errors, 1)}" if errors else stopped(cloud, "note-clicks")
    _all_others_once_and_in_order(noted, len(runs_of(cloud, "note-clicks")), f"{said}; {_given_up(bodies)}")
    _can_be_found(bodies, leads)


def _notes(cloud: Cloud, evening: _Evening) -> list[str]:
    """The clicks as they are noted. When the first is refused, its run has noted none yet: a batch may be repeated from its start."""
    noted: list[str] = []
    asked: list[str] = []

    def note(request: Request) -> Any:
        asked.append(request.text)
        if evening.refuses and len(asked) == 1:
            return 503, {}, {"error": "come back in a moment"}
        noted.append(request.text)
        if evening.deploys:
            _deployment(len(noted))
        return None

    cloud.downstream("https://notes.example", latency_s=0.02, capacity=None, handler=note)
    return noted


def _deployment(number: int) -> None:
    """The run goes on to its end; whichever comes next begins in a new environment."""
    configuration = {"Variables": {"DEPLOYMENT": str(number)}}
    client("lambda").update_function_configuration(FunctionName="note-clicks", Environment=configuration)


@contextmanager
def _said_of(evening: _Evening) -> Iterator[None]:
    try:
        yield
    except Observation as seen:
        raise Observation(f"{evening.opening}{seen}", seen.shown) from None


def _all_others_once_and_in_order(noted: list[str], runs: int, said: str) -> None:
    often = Counter(noted)
    twice = [name for name in _GOOD if often[name] > 1]
    observe(not twice, f"{twice[0] if twice else ''} was noted {times(often[twice[0]] if twice else 0)}{said}")
    missing = [name for name in _GOOD if not often[name]]
    observe(
        not missing,
        f"after two minutes and {count(runs, 'run')} {len(_GOOD) - len(missing)} of 39 good clicks are noted, "
        f"{missing[0] if missing else ''} is not{said}",
    )
    strangers = [name for name in noted if name not in _GOOD]
    observe(not strangers, f"“{strangers[0][:40] if strangers else ''}” was noted, and is no good click")
    for before, after in pairwise(noted):
        observe(_GOOD.index(before) < _GOOD.index(after), f"{after} was noted after {before}")


def _leads_to(place: str, data: str) -> tuple[str, ...]:
    """What a message about a click may hold: its place in the stream, or all of it: as it is, in JSON, as Lambda hands it over."""
    return place, data, json.dumps(data)[1:-1], base64.b64encode(data.encode()).decode()


def _can_be_found(bodies: list[str], leads: dict[str, tuple[str, ...]]) -> None:
    observe(bool(bodies), f"nobody can find {_BAD}: the queue {_QUEUE} is empty")
    observe(len(bodies) == 1, f"the queue {_QUEUE} holds {count(len(bodies), 'message')} about one bad click")
    (body,) = bodies
    many = _clicks_of(body)
    observe(many == 1, f"the message in {_QUEUE} points to {many} clicks, and {_BAD} is only one of them")
    if not any(lead in body for lead in leads[_BAD]):
        said = f"the message in {_QUEUE} is “{shortened(body, 60)}”"
        observe(
            _BAD not in body, f"{said}: a name, and neither that click's place in the stream nor what the browser sent"
        )
        raise Observation(f"{said}: nothing in it leads to {_BAD}")
    others = [name for name in _GOOD if any(lead in body for lead in leads[name])]
    observe(not others, f"the message in {_QUEUE} leads to {1 + len(others)} clicks, and only {_BAD} is a bad one")


def _given_up(bodies: list[str]) -> str:
    """What the queue says of clicks that nobody will try again."""
    if not bodies:
        return f"the queue {_QUEUE} is empty"
    clicks = count(sum(map(_clicks_of, bodies)), "click")
    return f"{count(len(bodies), 'message')} in {_QUEUE} {'points' if len(bodies) == 1 else 'point'} to {clicks}"


def _clicks_of(body: str) -> Any:
    """How many clicks a message speaks of: what Lambda sends names the first and the last of them."""
    try:
        told = json.loads(body)
    except ValueError:
        return 1
    batch = told.get("KinesisBatchInfo") if isinstance(told, dict) else None
    return batch.get("batchSize", 1) if isinstance(batch, dict) else 1


def _bodies(queue: str) -> list[str]:
    """All that an operator finds in the queue."""
    sqs, found = client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=3600).get(
        "Messages"
    ):
        found += [message["Body"] for message in messages]
    return found
