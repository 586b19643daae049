"""Quiz: one choice a question, and a sentence about the choice.

Its static twin lists question and choices; where it can fold, in the book and on GitHub, the answer is in a fold, and in plain
text there is none.
"""

from html import escape
from typing import Any

import ipywidgets

from motoclock.asking import asked
from sevenways.checks.progress import read_quizzes, write_quiz
from sevenways.widgets import page
from sevenways.widgets.alive import Alive
from sevenways.widgets.options import Options
from sevenways.widgets.questions import LETTERS, Choice, Question, find


@asked
def quiz(id: str) -> "Quiz":
    """One question ("01.batch-fails-whole"), or all final questions of a unit ("01")."""
    return Quiz(find(id))


class Quiz(Alive):
    """Questions, one below another. `choices` holds the Options of each question, `feedback` the HTML below them.

    A question that was answered right before shows that answer; another may be tried all the same.
    """

    def __init__(self, questions: tuple[Question, ...]):
        self.questions = questions
        self.choices: list[Options] = []
        self.feedback: list[ipywidgets.HTML] = []
        children: list[ipywidgets.Widget] = []
        for question in questions:
            children += self._question(question)
        super().__init__(children)

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join(
                [
                    f"{title}{question.text.replace('`', '')}",
                    *([_indented(question.code)] if question.code else []),
                    *(f"  {letter}. {choice.text.replace('`', '')}" for letter, choice in _lettered(question)),
                ]
            )
            for title, question in self._titled()
        )

    def _repr_html_(self) -> str:
        return "".join(
            f'<p><strong>{title}</strong>{page.marked_up(question.text)}</p>{_code(question)}<ul style="list-style:none">'
            + "".join(f"<li>{letter}. {page.marked_up(choice.text)}</li>" for letter, choice in _lettered(question))
            + f"</ul>{_folded_answer(question)}"
            for title, question in self._titled()
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**bundle, "text/plain": repr(self), "text/html": self._repr_html_()}

    def _titled(self) -> list[tuple[str, Question]]:
        several = len(self.questions) > 1
        return [(f"{number}. " if several else "", question) for number, question in enumerate(self.questions, 1)]

    def _question(self, question: Question) -> list[ipywidgets.Widget]:
        number = f"{len(self.choices) + 1}. " if len(self.questions) > 1 else ""
        text = ipywidgets.HTML(page.question(number + question.text) + _code(question))
        options = [(f"{letter}. {choice.text.replace('`', '')}", choice) for letter, choice in _lettered(question)]
        buttons = Options(options)
        feedback = ipywidgets.HTML()
        buttons.observe(lambda change: _answer(question, feedback, change["new"]), names="value")
        if question.id in read_quizzes():
            buttons.value = next(choice for choice in question.choices if choice.right)
        self.choices.append(buttons)
        self.feedback.append(feedback)
        return [text, buttons, feedback]


def _answer(question: Question, feedback: ipywidgets.HTML, choice: Choice | None) -> None:
    if choice is None:
        feedback.value = ""
    elif choice.right:
        write_quiz(question.id)
        feedback.value = page.feedback("✓", "Right.", choice.because, page.RIGHT)
    else:
        feedback.value = page.feedback("✗", "Not so.", choice.because, page.WRONG)


def _lettered(question: Question) -> list[tuple[str, Choice]]:
    return list(zip(LETTERS, question.choices, strict=False))


def _folded_answer(question: Question) -> str:
    """The right choice first, then a word on each other one."""
    choices = sorted(_lettered(question), key=lambda lettered: not lettered[1].right)
    words = "".join(
        f"<li>{'✓' if choice.right else '✗'} {letter}. {page.marked_up(choice.because)}</li>"
        for letter, choice in choices
    )
    return f'<details><summary>The answer, and why</summary><ul style="list-style:none">{words}</ul></details>'


def _code(question: Question) -> str:
    return f"<pre><code>{escape(question.code)}</code></pre>" if question.code else ""


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())
