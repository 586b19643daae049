"""What every lab check promises, as functions that return complaints: an empty list is a kept promise."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from motoclock import clock
from sevenways.checks.registry import Check, Registry
from sevenways.checks.verdict import Outcome, Verdict, judge

_LESS_PATIENCE_S = 0.5  # the clock looks once a second
_CLUMSY = {
    "a stop in the middle": re.compile(r"[a-z]\.[,;:)]"),
    "no stop at the end": re.compile(r"[^.!?…”]$"),
    "one, in the plural": re.compile(r"(?<![\d,.])1 (?:\w+ ){1,2}were\b"),
    "once, counted": re.compile(r"\b[012] times\b"),
    "a word of Python's": re.compile(r"\b(?:a int|NoneType)\b"),
}
_CALLS = re.compile(r"""^\s*check\(\s*["']([^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong answer and a fragment of the sentence that it must get.

    `spins`: a handler of it computes for ever. It is stopped after a second of real time, where a learner's has ten.
    """

    fragment: str
    answers: tuple[Any, ...]
    spins: bool

    def __init__(self, fragment: str, *answers: Any, spins: bool = False):
        object.__setattr__(self, "fragment", fragment)
        object.__setattr__(self, "answers", answers)
        object.__setattr__(self, "spins", spins)


def names_in_sources(labs: Path) -> dict[str, list[str]]:
    """Each check that a lab source asks for, to the stems of the files that do."""
    asked: dict[str, list[str]] = {}
    for source in sorted(labs.glob("lab*.py")):
        for name in _CALLS.findall(source.read_text(encoding="utf-8")):
            asked.setdefault(name, []).append(source.stem)
    return asked


def registry_and_sources_agree(checks: list[Check], asked: dict[str, list[str]]) -> list[str]:
    registered = {check.name for check in checks}
    complaints = [
        f"{', '.join(asked[name])} asks for {name}, which is not registered" for name in asked.keys() - registered
    ]
    complaints += [f"{name} is registered, and no lab asks for it" for name in registered - asked.keys()]
    complaints += [
        f"{stem} asks for {name}, which belongs to {name.partition('.')[0]}"
        for name, stems in asked.items()
        for stem in stems
        if not re.match(rf"{re.escape(name.partition('.')[0])}(-|$)", stem)
    ]
    return sorted(complaints)


def is_well_formed(check: Check) -> list[str]:
    complaints = []
    if not re.fullmatch(r"lab\d\d\.[a-z][a-z0-9_]*", check.name):
        complaints.append(f"{check.name} is no name of the form lab01.verb")
    if len(check.hints) < 2:
        complaints.append(f"{check.name} has {len(check.hints)} hints, at least 2 are wanted")
    if not check.takes:
        complaints.append(f"{check.name} takes no answer")
    return complaints


def rejects_wrong_answers(registry: Registry, check: Check, wrong: list[Wrong], first: int | None = None) -> list[str]:
    """At least two plausible wrong answers, each rejected with its own sentence, and the first one again after the others.

    Only the `first` few of them, each once, where a judgement takes long.
    """
    if len(wrong) < 2:
        return [f"{check.name} lists {len(wrong)} wrong answers, at least 2 are wanted"]
    complaints = []
    verdicts = [_judged(registry, check, answer) for answer in wrong[:first]]
    for answer, verdict in zip(wrong[:first], verdicts, strict=True):
        if verdict.outcome is not Outcome.INCORRECT:
            complaints.append(f"{check.name} takes a wrong answer ({answer.fragment!r}) for {verdict.outcome.name}")
        elif answer.fragment not in verdict.sentence:
            complaints.append(f"{check.name} should say {answer.fragment!r}, it says {verdict.sentence!r}")
    complaints += [complaint for verdict in verdicts for complaint in reads_badly(verdict.line)]
    if first is None and (second := _judged(registry, check, wrong[0])) != verdicts[0]:
        complaints.append(f"{check.name} says {verdicts[0].sentence!r}, then {second.sentence!r} of the same answer")
    if len({verdict.sentence for verdict in verdicts}) < len(verdicts):
        complaints.append(f"{check.name} has one sentence for two wrong answers")
    return complaints


def reads_badly(line: str) -> list[str]:
    """What a reader would stumble over."""
    return [f"{what}: {line!r}" for what, clumsy in _CLUMSY.items() if clumsy.search(line)]


def _judged(registry: Registry, check: Check, answer: Wrong) -> Verdict:
    patience_s = _LESS_PATIENCE_S if answer.spins else clock.SPIN_LIMIT_WALL_S
    with mock.patch.object(clock, "SPIN_LIMIT_WALL_S", patience_s):
        return judge(registry, check.name, answer.answers)


def holes_are_not_attempted(registry: Registry, check: Check) -> list[str]:
    """An untouched task: a name that is `...`, or a function that raises NotImplementedError."""

    def hole(*_args: Any, **_kwargs: Any) -> Any:
        raise NotImplementedError

    complaints = []
    for answers in ((...,) * len(check.takes), (hole,) * len(check.takes)):
        verdict = judge(registry, check.name, answers)
        if verdict.outcome is not Outcome.NOT_ATTEMPTED:
            complaints.append(f"{check.name} says of an untouched task: {verdict}")
    return complaints
