"""What a trace of lab 02 says of a call, a message or an order that a check has missed, in words."""

import json

from motoclock.account.invocations import read_invocations
from motoclock.trace import Accepted, DeadLettered, Dropped, Expired, Kind, Mode, TimedOut
from motoclock.wording import count, duration, listed, moment, name_of, times
from sevenways.checks.lab02_invoices import runs_for, some
from sevenways.checks.trial import client, failures_of, runs_of
from sevenways.cloud import Cloud

DOWN_AT_S = 60  # the PDF service of task 4


def called_while_frozen(cloud: Cloud) -> float | None:
    """When invoice was called by code of a run that was over, which goes on here (modelled) and not on AWS."""
    others = [run for run in read_invocations(cloud.trace) if run.function != "invoice"]
    waited_for = [run.at for run in runs_of(cloud, "invoice") if run.what.mode is Mode.SYNCHRONOUS]
    called = sorted([*waited_for, *(event.at for event in cloud.trace.of(Accepted))])
    return next((at for at in called if not any(run.started <= at <= run.ended for run in others)), None)


def where_it_is(cloud: Cloud) -> str:
    """What became of order-4, which nobody finds."""
    moved = cloud.trace.of(DeadLettered)
    expired = cloud.trace.of(Expired)
    if expired:
        return f"What failed was in {name_of(expired[0].resource)}, and expired there at {moment(expired[0].at)}"
    if moved:
        return f"What failed went to {name_of(moved[-1].what.target)}"
    return f"order-4 is lost: {next((event.what.text for event in cloud.trace.of(Dropped)), 'it went somewhere else')}"


def why_twice(cloud: Cloud, order: str, invoices: int) -> str:
    accepted = [event for event in cloud.trace.of(Accepted) if order == json.loads(event.what.label)["order"]]
    said = f"{order} has {count(invoices, 'invoice')}"
    at = [event.at for event in runs_of(cloud, "invoice") if accepted[0].message_id in event.what.message_ids]
    if len(accepted) > 1 and len(at) < 2:
        return f"{said}: the customer pressed Buy again at {moment(accepted[1].at)}, another event for the same order"
    table = client("dynamodb").scan(TableName="invoices")["Items"]
    known = (
        f"the table invoices holds {count(len(table), 'item')}"
        if table
        else "the table invoices is empty: no claim was made in it, or none was kept"
    )
    together = len(at) == 2 and at[1] - at[0] < 1
    when = f"both runs at {moment(at[0])}" if together else f"at {listed(map(moment, at), 4)}"
    return f"{said}: its event ran {times(len(at))}, {when}{_timed_out(cloud)}; {known}"


def why_missing(cloud: Cloud, missing: list[str], down_s: int) -> str:
    errors = failures_of(cloud, "invoice")
    said = f"{some(missing)} {'has' if len(missing) == 1 else 'have'} no invoice"
    dropped = cloud.trace.of_kind(Kind.DROPPED)
    timed_out = _timed_out(cloud)
    if dropped:
        ran = count(runs_for(cloud, dropped[0].message_id), "run")
        return f"{said}: given up after {ran}{f' ({errors[0]})' if errors else ''}{timed_out}"
    if timed_out:
        return f"{said}{timed_out}; the run after it succeeded, as far as Lambda can see"
    if not errors:
        down = f"the PDF service was down from {moment(DOWN_AT_S)} to {moment(DOWN_AT_S + down_s)}, and"
        return (
            f"{said}{f': {down}' if down_s else ', though'} no run of the function has failed, as far as Lambda can see"
        )
    return f"{said}: a run failed ({errors[0]}), and the run after it succeeded, as far as Lambda can see"


def _timed_out(cloud: Cloud) -> str:
    """A clause about runs that were stopped in the middle, and could do nothing more about their claims."""
    stopped = cloud.trace.of(TimedOut)
    if not stopped:
        return ""
    after = duration(stopped[0].what.duration_s)
    return f"; {count(len(stopped), 'run')} timed out after {after}, the first at {moment(stopped[0].at)}"
