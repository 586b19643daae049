"""The checks of lab 00: handing over, reading a passport, shipping new code, and a service that is down for two minutes."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from motoclock.account.invocations import read_invocations
from motoclock.facts.shapes import MINUTE_S
from motoclock.trace import Dropped, Kind, Loss
from motoclock.wording import count, duration, listed, moment, times
from sevenways.checks import lab00_shop
from sevenways.checks.lines import kind_of
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, client, deploy, failures_of, lab_cloud, observe, run, runs_of
from sevenways.cloud import Cloud

# ---------------------------------------------------------------------- task 1

_THREE = ("charge", "pack", "newsletter")
_PATIENCE_S = 0.1  # what a customer does not notice


@register(
    "lab00.hand_over",
    takes=("hand_over",),
    hints=(
        "checkout_today says nothing about waiting, and waits. In section 1, “Who waits?”, of the lesson, the same call is made in two "
        "ways, and in one of them the customer waits for nothing. What is different?",
        "invoke has an argument InvocationType. RequestResponse, the default, waits for the result. The lesson has the other value.",
        "The function must get the order: invoke takes it as the Payload, in JSON.",
    ),
)
def hand_over(answer: Any) -> None:
    """Two customers: neither waits, and each of the three functions runs once for each order."""
    with lab_cloud(seed=1) as cloud:
        for handler in (lab00_shop.charge, lab00_shop.pack, lab00_shop.newsletter):
            cloud.deploy(handler)
        waits = {}
        for order in ("order-7", "order-8"):
            before = cloud.elapsed
            attempt(answer, {"order": order})
            waits[order] = cloud.elapsed - before
        run(cloud)
        longest = max(waits.values())
        idle = [function for function in _THREE if not runs_of(cloud, function)]
        observe(not idle, f"hand_over came back after {duration(longest)}, and {_list(idle)} never ran in the cloud")
        for function in _THREE:
            seen = Counter(line.message.split()[-1] for line in cloud.logs(function).printed)
            for order in waits:
                observe(seen[order] > 0, f"{function} never saw {order}: {_what_it_saw(seen)}")
                observe(seen[order] == 1, f"{function} ran {times(seen[order])} for {order}")
        observe(longest < _PATIENCE_S, f"the customer waited {duration(longest)}")


def _what_it_saw(seen: Counter[str]) -> str:
    """The shop's functions print the order that their event names, and None when it names none."""
    if not seen:
        return "it printed nothing"
    orders = [order for order in sorted(seen) if order != "None"]
    return f"it ran {times(sum(seen.values()))}, {f'for {_list(orders)}' if orders else 'and no event named an order'}"


# ---------------------------------------------------------------------- task 2


@register(
    "lab00.read_passport",
    takes=("runs", "last_run_s"),
    hints=(
        "A run is a line with a triangle: the function started. Waiting for the next one is a line of its own.",
        "The times on the left are minutes and seconds since the Cloud was opened. Turn the last start into seconds.",
    ),
)
def read_passport(runs: Any, last_run_s: Any) -> None:
    """How often the function ran for the one event of `bad_evening`, and at which second its last run started."""
    started, end = _bad_evening()
    for value in (runs, last_run_s):
        value = attempt(value) if callable(value) else value
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Observation(f"both answers are numbers, and one of yours is {kind_of(value)}")
    more = "more" if runs < len(started) else "fewer"
    observe(runs == len(started), f"you said {runs:,g}, and the passport shows {more} runs")
    observe(
        -1 < last_run_s < end + 1,
        f"second {last_run_s:,.0f} is no time of this world, which began at second 0 and ended at second {end:.0f}",
    )
    later = [at for at in started if at > last_run_s + 1]
    observe(not later, f"{count(len(later), 'run')} started later than second {last_run_s:g}")
    observe(last_run_s <= started[-1] + 1, f"no run started as late as second {last_run_s:g}")


def _bad_evening() -> tuple[list[float], float]:
    """When newsletter started in the world of task 2, as the lab builds it, and how late it is at the end."""
    with Cloud(seed=1) as cloud:
        cloud.downstream("https://letters.example").outage(0, 100)
        cloud.deploy(lab00_shop.send_letter, name="newsletter")
        _hand_over("newsletter", ["order-0"])
        cloud.run()
        return [each.started for each in read_invocations(cloud.trace)], cloud.elapsed


# ---------------------------------------------------------------------- task 3

_LABEL = "Marigold Books, since 1998: "
_PARCELS = [f"order-{n}" for n in range(5)]


@register(
    "lab00.ship_new_code",
    takes=("pack_new_label", "ship"),
    hints=(
        "Which name do the callers use? They won't learn another one.",
        "deploy gives a function the name of its handler unless you say name=...",
    ),
)
def ship_new_code(pack_new_label: Any, ship: Any) -> None:
    """Five parcels are on their way to `pack`, five more follow: all ten bear the new label."""
    with lab_cloud(seed=1) as cloud:
        cloud.deploy(lab00_shop.pack_old_label, name="pack")
        _hand_over("pack", _PARCELS)
        if not callable(pack_new_label):
            raise Observation(f"a handler was expected, and this is {kind_of(pack_new_label)}")
        attempt(ship, cloud, pack_new_label)
        shipped_at = cloud.elapsed
        later = [f"order-{n}" for n in range(5, 10)]
        _hand_over("pack", later)
        run(cloud)
        others = [each["FunctionName"] for each in client("lambda").list_functions()["Functions"]]
        idle = [name for name in others if name != "pack" and not runs_of(cloud, name)]
        errors = failures_of(cloud, "pack")
        observe(not errors, f"pack failed with {errors[0] if errors else ''}")
        lines = [(line.at, line.message) for line in cloud.logs("pack").printed]
        old = [(at, text) for at, text in lines if not text.startswith(_LABEL)]
        if old:
            at, text = old[0]
            observe(not idle, f"{_list(idle)} was never called, and pack printed “{text}”")
            observe(at > shipped_at, f"a parcel left at {moment(at)}, before the change, with the label “{text}”")
            raise Observation(f"pack printed “{text}”, at {moment(at)}")
        labels = Counter(text.removeprefix(_LABEL) for _at, text in lines)
        missing = [order for order in [*_PARCELS, *later] if not labels[order]]
        observe(not missing, f"{listed(missing, 2)} had no label")
        twice = [order for order, number in labels.items() if number > 1]
        observe(not twice, f"{listed(twice, 2)} had more than one label")


# ---------------------------------------------------------------------- task 4

_DOWN_S = 120
_READERS = [f"order-{n}" for n in range(10)]
_LATER, _QUIET_S = ("order-10", "order-11"), 3600  # who comes when all is well again


@register(
    "lab00.survive_two_minutes",
    takes=("newsletter", "configure"),
    hints=(
        "Lambda tries again when a run has failed. How does it know that a run has failed?",
        "When do the runs of an event start, at the latest? Compare that with the two minutes.",
        "MaximumRetryAttempts is a setting of put_function_event_invoke_config. Nobody says that you must change the default.",
    ),
)
def survive_two_minutes(newsletter: Any, configure: Any) -> None:
    """Ten letters, a letter service that is down for two minutes, and two readers on the quiet day after: each gets one letter."""
    for seed in (1, 2):
        with lab_cloud(seed=seed) as cloud:
            got: Counter[str] = Counter()
            letters = cloud.downstream(
                "https://letters.example",
                latency_s=0.2,
                capacity=None,
                handler=lambda request, got=got: got.update([request.text]),
            )
            letters.outage(0, _DOWN_S)
            deploy(cloud, newsletter, name="newsletter")
            attempt(configure, "newsletter")
            _hand_over("newsletter", _READERS)
            cloud.at(max(_QUIET_S, cloud.elapsed), lambda: _hand_over("newsletter", _LATER), label="a quiet hour")
            run(cloud)
            strangers = [text for text in got if text not in (*_READERS, *_LATER)]
            observe(not strangers, f"a letter went to “{strangers[0][:40]}”, which is no order" if strangers else "")
            missing = [order for order in _READERS if not got[order]]
            if missing:
                raise Observation(f"{count(len(missing), 'reader')} got no letter: {_what_newsletter_did(cloud)}")
            twice = [(order, number) for order, number in got.items() if number > 1]
            observe(not twice, f"{twice[0][0]} got {twice[0][1]} letters" if twice else "")
            sent = {each.request.text: each.request.at for each in letters.requests if each.status == 200}
            late = [order for order in _LATER if sent.get(order, 1e9) > _QUIET_S + MINUTE_S]
            when = f"went out at {moment(sent[late[0]])}" if late and late[0] in sent else "never went out"
            observe(
                not late,
                f"{late[0] if late else ''} came at {moment(_QUIET_S)}, when nothing was wrong, and its letter {when}",
            )


def _what_newsletter_did(cloud: Cloud) -> str:
    dropped = cloud.trace.of(Dropped)
    errors = failures_of(cloud, "newsletter")
    timed_out = cloud.trace.of_kind(Kind.TIMED_OUT)
    if timed_out:
        return f"newsletter timed out {times(len(timed_out))}, the first at {moment(timed_out[0].at)}"
    looped = [event for event in dropped if event.what.because is Loss.LOOP]
    if looped:
        return f"newsletter called itself, run after run, until Lambda stopped the loop, at {moment(looped[0].at)}"
    if dropped:
        runs = len(runs_of(cloud, "newsletter")) // len(_READERS)
        said = f" ({errors[0]})" if errors else ""
        return f"Lambda gave their events up, the first at {moment(dropped[0].at)}, after {count(runs, 'run')} of each{said}"
    ran = times(len(runs_of(cloud, "newsletter")))
    return f"newsletter ran {ran}, and each run {'succeeded' if not errors else 'ended'}, as far as Lambda can see"


# ---------------------------------------------------------------------- for all of them


def _hand_over(function: str, orders: Iterable[str]) -> None:
    aws_lambda = client("lambda")
    for order in orders:
        aws_lambda.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps({"order": order}))


def _list(names: list[str]) -> str:
    return listed(names, 3)
