"""The decision guide, one question at a time: each answer strikes out those that can't do it, and in the end stands a verdict."""

from __future__ import annotations

from typing import Any

import ipywidgets

from motoclock.asking import asked
from sevenways.choosing.guide import QUESTIONS, STRIKES
from sevenways.draw.guide import choose, so_far
from sevenways.draw.picture import Picture
from sevenways.widgets import page
from sevenways.widgets.alive import Alive


@asked
def guide() -> Guide:
    """Ask the eight questions, one after another, and give the verdict."""
    return Guide()


class Guide(Alive):
    """One question with two buttons, `yes` and `no`, and the ways below, struck out as the answers come in. `back` takes one back.

    The static twin lists the eight questions with whom each answer strikes out, and why.
    """

    def __init__(self) -> None:
        self.answers: dict[str, bool] = {}
        self.question, self.picture = ipywidgets.HTML(), ipywidgets.HTML()
        self.yes, self.no = (ipywidgets.Button(description=word) for word in ("yes", "no"))
        self.back = ipywidgets.Button(description="one question back", icon="undo")
        for button in (self.yes, self.no, self.back):
            button.layout.width = "max-content"
        self.yes.on_click(lambda _: self._answer(True))
        self.no.on_click(lambda _: self._answer(False))
        self.back.on_click(lambda _: self._take_back())
        super().__init__([self.question, ipywidgets.HBox([self.yes, self.no, self.back]), self.picture])
        self._show()

    @property
    def asks(self) -> str | None:
        """The name of the question that is asked now; None when all are answered."""
        return next((name for name in QUESTIONS if name not in self.answers), None)

    @property
    def shown(self) -> Picture:
        """Who is left so far, or the verdict."""
        return so_far(self.answers) if self.asks else choose(**self.answers)

    def __repr__(self) -> str:
        lines = ["The guide asks, one question at a time:"]
        for number, (name, question) in enumerate(QUESTIONS.items(), start=1):
            lines.append(f"  {number}. {question}")
            lines += [f"     {word}: {said}" for word, said in _strikes(name)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = []
        for name, question in QUESTIONS.items():
            said = "".join(f"<li>{word}: {page.escape(strikes)}</li>" for word, strikes in _strikes(name))
            items.append(f"<li>{page.escape(question)}<ul>{said}</ul></li>")
        return f"<p>The guide asks, one question at a time:</p><ol>{''.join(items)}</ol>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**bundle, "text/plain": repr(self), "text/html": self._repr_html_()}

    def _answer(self, answer: bool) -> None:
        if name := self.asks:
            self.answers[name] = answer
            self._show()

    def _take_back(self) -> None:
        if self.answers:
            self.answers.popitem()
            self._show()

    def _show(self) -> None:
        name, asked_so_far, shown = self.asks, len(self.answers), self.shown
        text = QUESTIONS[name] if name else shown.text.partition("\n")[0]
        lead = f"Question {asked_so_far + 1} of {len(QUESTIONS)}." if name else ""
        self.question.value = f'<div role="status" aria-live="polite">{page.prose(text, size="2", lead=lead)}</div>'
        self.yes.disabled = self.no.disabled = name is None
        self.back.disabled = not self.answers
        self.picture.value = page.panels([shown._repr_svg_()])


def _strikes(name: str) -> list[tuple[str, str]]:
    """Answer and whom it strikes out, those with the same reason together; an answer that strikes out nobody is left out."""
    found = []
    for word, answer in (("yes", True), ("no", False)):
        by_reason: dict[str, list[str]] = {}
        for way, strike in STRIKES.get((name, answer), {}).items():
            by_reason.setdefault(f"{strike.because} [{strike.claim}]", []).append(way)
        if by_reason:
            found.append((word, "; ".join(f"not {', '.join(ways)}: {why}" for why, ways in by_reason.items())))
    return found or [("yes", "nobody is out; it changes who comes first")]
