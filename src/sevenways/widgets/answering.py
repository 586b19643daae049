"""The check of a lab task as a learner meets it: one line, a picture of what the check saw, and a button for hints."""

from __future__ import annotations

from typing import Any

import ipywidgets
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from motoclock.asking import asked
from sevenways.checks import judged
from sevenways.checks.registry import Check, Registry, registry
from sevenways.checks.verdict import Outcome, Verdict
from sevenways.checks.worlds import picture_of
from sevenways.widgets import page
from sevenways.widgets.alive import Alive


@asked
def check(name: Any, *answers: Any) -> None:
    """Judge the answers to a lab task and print one line. Never raises; every call starts from fresh inputs.

    In a notebook a picture of the judged world follows, and where the task is not solved a button for hints.
    """
    verdict = judged(name, *answers)
    print(verdict)
    for printed in verdict.printed:
        display(printed)
    if not in_a_notebook():
        return
    picture = _picture(verdict)
    if picture is not None:
        display(picture)
    task = registry.find(name)
    if task is not None and verdict.outcome is not Outcome.CORRECT:
        display(Hints(task, registry))


def _picture(verdict: Verdict) -> Any:
    """What the sentence speaks of, if the check has a picture of that, else what happened in the judged world."""
    if verdict.shown is not None:
        return verdict.shown()
    return picture_of(verdict.world) if verdict.world is not None else None


def in_a_notebook() -> bool:
    """Is there anybody who can see a picture?"""
    return bool(InteractiveShell.initialized())


class Hints(Alive):
    """A button that shows one hint more at each click. It counts with `hint(name)`: what that has shown is not shown again."""

    def __init__(self, task: Check, registry: Registry):
        self.task = task
        self._registry = registry
        self.button = ipywidgets.Button(description="A hint", layout={"width": "max-content"})
        self.button.on_click(lambda _: self._more())
        self.shown = ipywidgets.HTML()
        super().__init__([self.button, self.shown])
        self._label()

    def __repr__(self) -> str:
        return self._in_words()

    def _repr_html_(self) -> str:
        return f"<p>{page.marked_up(self._in_words('`'))}</p>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**bundle, "text/plain": repr(self), "text/html": self._repr_html_()}

    def _in_words(self, quote: str = "") -> str:
        return f'Stuck? {quote}hint("{self.task.name}"){quote} gives one of {len(self.task.hints)} hints at a time.'

    def _more(self) -> None:
        said = self._registry.next_hint(self.task.name)
        number, _, hint = said.removeprefix(f"{self.task.name}, ").partition(": ")
        self.shown.value += page.prose(hint, lead=f"{number.capitalize()}.")
        self._label()

    def _label(self) -> None:
        given = self._registry.hints_given.get(self.task.name, 0)
        left = len(self.task.hints) - given
        self.button.description = "A hint" if not given else "Another hint" if left else "No more hints"
        self.button.disabled = not left
