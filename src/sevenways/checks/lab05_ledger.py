"""The ledger of lab 05's last task: what it is sent on a day of its own, and what it is judged by."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from motoclock.wording import count, duration, listed, shortened
from sevenways.checks import lab05_table
from sevenways.checks.registry import Observation
from sevenways.checks.trial import attempt, deploy, failures_of, lab_cloud, observe, stopped, submit
from sevenways.cloud import Cloud

OUTAGE_S = 90  # longer than a run may take
_STEPS, _SECONDS, _TIMEOUT_S = 20, 10, 60
_DOWN_FROM_S = 1.0
_ORDERS = [f"order-{n}" for n in range(10)]


def judge_a_day(lane_options: Any, note_steps: Any, outage_s: float) -> None:
    """Two hundred changes arrive at once. On a day with an outage time does not matter, and the picture says when it was."""
    with lab_cloud(seed=6) as cloud:
        noted: dict[str, list[int]] = defaultdict(list)
        calls, last = [0], [0.0]
        odd: list[str] = []

        def ledger(request: Any) -> Any:
            calls[0] += 1
            if _DOWN_FROM_S <= cloud.elapsed < _DOWN_FROM_S + outage_s:
                raise RuntimeError("the ledger is down")
            if calls[0] in (24, 66, 131):
                raise RuntimeError("the ledger is confused for a moment")
            if unfit := _unfit(request):
                odd.append(unfit)
                return 400, {}, {"error": unfit}
            order, step = request.text.split()
            noted[order].append(int(step))
            last[0] = cloud.elapsed
            return None

        cloud.downstream("https://ledger.example", latency_s=0.1, capacity=None, handler=ledger)
        if outage_s:
            cloud.at(_DOWN_FROM_S, lambda: None, "another day: the ledger is down")
            cloud.at(_DOWN_FROM_S + outage_s, lambda: None, "the ledger is up again")
        stream = lab05_table.table()
        deploy(cloud, note_steps, name="note-steps", timeout=_TIMEOUT_S)
        chosen = lab05_table.a_dict("lane_options", attempt(lane_options))
        submit("the mapping", lab05_table.connect, chosen, EventSourceArn=stream, FunctionName="note-steps")
        for change in range(10 * _STEPS):
            lab05_table.put({"id": _ORDERS[change % 10], "step": change // 10})
        cloud.run(seconds=600)
        day = f"on a day when the ledger was down for {duration(outage_s)}, " if outage_s else ""
        observe(calls[0] > 0, _silent(cloud))
        observe(bool(noted or not odd), f"no step was noted: of {count(calls[0], 'call')} the first {''.join(odd[:1])}")
        why = stopped(cloud, "note-steps")
        _judge_steps(noted, day, why)
        missing = [order for order in _ORDERS if order not in noted]
        observe(not missing, f"{day}no step of {listed(missing, 3)} was noted{why}")
        observe(
            outage_s > 0 or last[0] <= _SECONDS,
            f"the last change was noted after {duration(round(last[0], 1))}; {_SECONDS} s were asked for{why}",
        )


def _unfit(request: Any) -> str:
    """What is wrong with a call, in words that follow "the first"; "" when it notes a step."""
    if request.method != "POST":
        return f"was a {request.method}, and a POST was asked for"
    if not request.body:
        return "came without a body"
    words = request.body.decode(errors="replace").split()
    if len(words) == 2 and words[1].isdecimal():
        return ""
    return f"had the body “{shortened(' '.join(words), 40)}”, and one like “order-3 7” was asked for"


def _judge_steps(noted: dict[str, list[int]], day: str, why: str) -> None:
    """Each order's steps, once and in sequence; `day` opens the sentence about a day that was unlike the others, `why` ends it."""
    for order, steps in sorted(noted.items()):
        for missing in (step for step in range(_STEPS) if step not in steps):
            rest = "and later ones were" if max(steps) > missing else "and none after it"
            raise Observation(f"{day}step {missing} of {order} was never noted, {rest}{why}")
        for before, after in pairwise(steps):
            again = "a second time, " if after in steps[: steps.index(before)] else ""
            observe(after >= before, f"{day}step {after} of {order} was noted {again}after step {before}{why}")
            observe(after != before, f"{day}step {after} of {order} was noted twice{why}")


def _silent(cloud: Cloud) -> str:
    errors = failures_of(cloud, "note-steps")
    return f"the ledger was never called; note_steps {f'raised {listed(errors, 2)}' if errors else 'raised no error'}"
