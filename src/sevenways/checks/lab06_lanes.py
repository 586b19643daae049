"""Task 3 of lab 06: which clicks were late, which never done, and what of the mapping or the function was to be seen of it."""

from motoclock.account.invocations import read_invocations
from motoclock.trace import Checkpointed, EventOf, Filtered, Retried, Sent, Throttled
from motoclock.wording import at_most, count, duration, listed
from sevenways.checks.lab06_shop import CLICK_S
from sevenways.checks.registry import Observation
from sevenways.checks.trial import client, failures_of, observe, stopped
from sevenways.cloud import Cloud

_READER = "recommend"


def all_are_done_in_time(cloud: Cloud, limit_s: float, clicks_a_second: int) -> None:
    """Every click that was sent is done, none later than so many seconds after it came."""
    sent = cloud.trace.of(Sent)
    done = {event.message_id: event.at for event in cloud.trace.of(Checkpointed)}
    missing = next((event for event in sent if event.message_id not in done), None)
    if missing is not None:
        raise Observation(
            f"{missing.what.label} was never recommended; after two minutes {len(done)} of {len(sent)} clicks are done"
            + (_stood_in_the_way(cloud) or _taken_back(cloud))
        )
    late = max(sent, key=lambda event: done[event.message_id] - event.at)
    observe(
        done[late.message_id] - late.at <= limit_s,
        f"{late.what.label} was done {_time(done[late.message_id] - late.at)} after it came: "
        f"{_waited(cloud, late)}{_stood_in_the_way(cloud) or _too_few(cloud, clicks_a_second)}",
    )


def _waited(cloud: Cloud, late: EventOf[Sent]) -> str:
    """The two parts of a click's age: until its last run began, and that run."""
    run = [run for run in read_invocations(cloud.trace) if late.message_id in run.message_ids][-1]
    handful = "it alone" if len(run.message_ids) == 1 else f"the {len(run.message_ids)} clicks of its batch"
    return f"it waited {_time(run.started - late.at)} for its run, and {handful} took {_time(run.seconds)}"


def _too_few(cloud: Cloud, clicks_a_second: int) -> str:
    """When nothing else is to be seen: what the lanes can do, and what came."""
    lanes = int(cloud.summary()["peak_concurrency"] or 0)
    can = count(round(lanes / CLICK_S), "click")
    enough = "; that is enough only for lanes that get equal shares" if lanes / CLICK_S >= clicks_a_second else ""
    return f"; {at_most(lanes, 'batch', 'batches')} ran at once, {can} a second, and {clicks_a_second} came{enough}"


def _taken_back(cloud: Cloud) -> str:
    """Why the mapping handed over again what the function had returned from; "" when it did not."""
    again = cloud.trace.of(Retried)
    return f"; the mapping hands the same batch over again ({again[0].what.reason})" if again else ""


def _stood_in_the_way(cloud: Cloud) -> str:
    """What keeps clicks waiting beside a lack of lanes, as a clause; "" when nothing does."""
    if turned_away := len(cloud.trace.of(Filtered)):
        return f"; a filter turned {count(turned_away, 'click')} away"
    if errors := failures_of(cloud, _READER):
        return f"; {_READER} failed with {listed(errors, 1)}"
    if too_long := stopped(cloud, _READER):
        return too_long
    if refused := cloud.trace.of(Throttled):
        return f"; Lambda refused {count(len(refused), 'run')} of {_READER}: {refused[0].what.reason}"
    return _of_the_mappings()


def _of_the_mappings() -> str:
    mappings = client("lambda").list_event_source_mappings(FunctionName=_READER)["EventSourceMappings"]
    if not mappings:
        return f"; no mapping reads the stream for {_READER}"
    if len(mappings) > 1:
        return f"; {len(mappings)} mappings hand every click to {_READER}"
    (mapping,) = mappings
    if mapping["State"] != "Enabled":
        return f"; the mapping is {mapping['State'].lower()}"
    if window_s := mapping.get("MaximumBatchingWindowInSeconds"):
        return f"; the mapping gathers clicks for up to {duration(window_s)} before a run"
    return ""


def _time(seconds: float) -> str:
    return duration(round(seconds, 1))
