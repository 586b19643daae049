"""The predictions, read from `predictions/NN-name.toml`: plain data, no widgets. A file is named like its lesson.

A lesson asks one with `predict("01.asks-again")`. Where its answer stands is the lesson's matter; what is right, what is wrong about
each other choice, and which belief is behind it, stands here.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sevenways.widgets.questions import Choice

LETTERS = "abcd"


@dataclass(frozen=True, slots=True)
class Prediction:
    """One question with two to four choices, one of them right.

    `shows` is a piece of what the cells that answer it show, a test looks for it there; it is empty where no cell answers. Then
    `answer` is the explanation that committing reveals.
    """

    id: str
    lesson: str
    text: str
    choices: tuple[Choice, ...]
    shows: str = ""
    answer: str = ""

    @property
    def unit(self) -> str:
        return self.id.partition(".")[0]

    @property
    def right(self) -> Choice:
        return next(choice for choice in self.choices if choice.right)

    @property
    def cell(self) -> str:
        """The id of the cell that asks it, in the built notebook."""
        return f"predict-{self.id.replace('.', '-')}"

    def lettered(self) -> list[tuple[str, Choice]]:
        """Each choice with its letter, a to d."""
        return list(zip(LETTERS, self.choices, strict=False))

    def letter(self, choice: Choice) -> str:
        return LETTERS[self.choices.index(choice)]

    def taken(self, text: str | None) -> Choice | None:
        """The choice of these words, or None where this edition has none."""
        return next((choice for choice in self.choices if choice.text == text), None)


def find(id: str) -> Prediction:
    """The prediction of that id. ValueError with the nearest names."""
    by_id = {prediction.id: prediction for prediction in all_predictions()}
    if id not in by_id:
        raise ValueError(f"There is no prediction {id!r}.{_did_you_mean(id, list(by_id))}")
    return by_id[id]


def of_unit(unit: str) -> tuple[Prediction, ...]:
    """The predictions of a unit ("01"), in the order in which its lesson asks them. ValueError with the nearest names."""
    found = tuple(prediction for prediction in all_predictions() if prediction.unit == unit)
    if not found:
        units = sorted({prediction.unit for prediction in all_predictions()})
        raise ValueError(f"There are no predictions of a unit {unit!r}.{_did_you_mean(unit, units)}")
    return found


@cache
def all_predictions() -> tuple[Prediction, ...]:
    """Every prediction of every lesson, in the order of the files."""
    folder = files(__package__) / "predictions"
    texts = {file.name.removesuffix(".toml"): file for file in folder.iterdir() if file.name.endswith(".toml")}
    return tuple(
        prediction for lesson in sorted(texts) for prediction in read(lesson, texts[lesson].read_text(encoding="utf-8"))
    )


def read(lesson: str, toml: str) -> list[Prediction]:
    """The predictions of one file; `lesson` is its stem, such as "01-sqs"."""
    return [
        Prediction(
            id=f"{lesson[:2]}.{entry['id']}",
            lesson=lesson,
            text=" ".join(entry["text"].split()),
            choices=tuple(Choice(**choice) for choice in entry["choices"]),
            shows=entry.get("shows", ""),
            answer=" ".join(entry.get("answer", "").split()),
        )
        for entry in tomllib.loads(toml)["predictions"]
    ]


def _did_you_mean(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(near)}?" if near else ""
