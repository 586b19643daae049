"""The checks of all labs by name: what each takes, its hints, and the function that judges an answer.

A lab module registers a judge:

    @register("lab01.drain", takes=("mapping_options",), hints=("Who asks the queue?", "..."))
    def drain(mapping_options):
        with lab_cloud(seed=1) as cloud:
            ...
            observe(ran == 40, f"charge ran {ran} times")

A judge returns None for a right answer. For a wrong one it raises `Observation` or returns the sentence: what was seen, in the words
of the lesson, never the answer.
"""

import difflib
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Judge = Callable[..., str | None]


class Observation(Exception):
    """What a check saw that must not be: one sentence. `shown` draws it, where another picture than the world's says more."""

    def __init__(self, sentence: str, shown: Callable[[], Any] | None = None):
        super().__init__(sentence)
        self.shown = shown


class NotAttempted(Exception):
    """The answer is still a hole. The sentence, if there is one, says which, where a check takes several."""


@dataclass(frozen=True, slots=True)
class Check:
    """One task's check. `takes` names the answers in the order in which `check` gets them."""

    name: str
    takes: tuple[str, ...]
    hints: tuple[str, ...]
    judge: Judge

    @property
    def lab(self) -> str:
        return self.name.partition(".")[0]


@dataclass
class Registry:
    """Checks by name, in order of registration; how many hints of each were given in this kernel, and which were solved in it."""

    package: str | None = None  # where the lab modules are: imported at the first question about their lab
    checks: dict[str, Check] = field(default_factory=dict)
    hints_given: dict[str, int] = field(default_factory=dict)
    solved: set[str] = field(default_factory=set)

    def register(self, name: str, *, takes: tuple[str, ...], hints: tuple[str, ...]) -> Callable[[Judge], Judge]:
        """Decorator: this function judges the answers to the task `name`."""
        if name in self.checks:
            raise ValueError(f"Two checks are named {name}.")

        def keep(judge: Judge) -> Judge:
            self.checks[name] = Check(name, tuple(takes), tuple(hints), judge)
            return judge

        return keep

    def find(self, name: str) -> Check | None:
        """The check of that name, or None."""
        if name not in self.checks:
            self.load(name.partition(".")[0])
        return self.checks.get(name)

    def all(self) -> list[Check]:
        """Every check of every lab, sorted by lab, a lab's own in the order of its tasks."""
        self.load()
        return sorted(self.checks.values(), key=lambda check: check.lab)

    def of_lab(self, name: str) -> list[str]:
        """The names of all checks of the lab that this one belongs to, in the order of its tasks."""
        lab = name.partition(".")[0]
        self.load(lab)
        return [check.name for check in self.checks.values() if check.lab == lab]

    def load(self, lab: str = "lab") -> None:
        """Import the lab modules whose names start so: checks/lab01.py."""
        if self.package is None or not lab.startswith("lab"):
            return
        for module in pkgutil.iter_modules(importlib.import_module(self.package).__path__):
            if module.name.startswith(lab):
                importlib.import_module(f"{self.package}.{module.name}")

    def unknown(self, name: str) -> str:
        """The sentence about a name that no check has, with the nearest ones."""
        names = [check.name for check in self.all()]
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.75)
        near = near or [other for other in names if other.partition(".")[0] == name.partition(".")[0]]
        ask = f" Did you mean {' or '.join(near)}?" if near else ""
        return f"There is no check named {name}.{ask}"

    def next_hint(self, name: str) -> str:
        """The next hint, as a line; after the last, the line that says so."""
        check = self.find(name)
        if check is None:
            return self.unknown(name)
        given, total = self.hints_given.get(name, 0), len(check.hints)
        if given == total:
            return f"{name}: no more hints. You have seen {'the only one' if total == 1 else f'all {total}'}."
        self.hints_given[name] = given + 1
        return f"{name}, hint {given + 1} of {total}: {check.hints[given]}"


registry = Registry(__package__)
register = registry.register
