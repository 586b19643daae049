"""The quiz questions, read from `quizzes/NN.toml`: plain data, no widgets.

A wrong choice names the belief it reveals; `quizzes/beliefs.toml` says each belief in words. Lettered choices serve as polls, too.
"""

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LETTERS = "ABCDEF"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `because` is the sentence shown when it is chosen; `belief` the id of the misconception behind a wrong one.

    The right choice of a prediction needs no `because`: its lesson explains what happened.
    """

    text: str
    because: str = ""
    right: bool = False
    belief: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a unit; `final` ones stand at the unit's end. `code` is shown below the text, as it is."""

    id: str
    text: str
    choices: tuple[Choice, ...]
    final: bool = True
    code: str = ""

    @property
    def unit(self) -> str:
        return self.id.partition(".")[0]


def find(id: str) -> tuple[Question, ...]:
    """The question of that id ("01.batch-fails-whole"), or all final ones of a unit ("01"). ValueError with the nearest names."""
    questions = all_questions()
    found = tuple(question for question in questions if question.id == id or (question.final and question.unit == id))
    if found:
        return found
    names = [question.id for question in questions]
    near = difflib.get_close_matches(id, sorted({*names, *(question.unit for question in questions)}), n=2, cutoff=0.6)
    ask = f" Did you mean {' or '.join(near)}?" if near else ""
    raise ValueError(f"There is no quiz {id!r}.{ask}")


@cache
def all_questions() -> tuple[Question, ...]:
    """Every question of every unit, in the order of the files."""
    folder = files(__package__) / "quizzes"
    names = sorted(file.name for file in folder.iterdir() if file.name[:2].isdigit() and file.name.endswith(".toml"))
    return tuple(question for name in names for question in read(name[:2], (folder / name).read_text(encoding="utf-8")))


@cache
def beliefs() -> dict[str, str]:
    """Belief id ("m1", "x7") to what a learner who holds it would say."""
    return tomllib.loads((files(__package__) / "quizzes" / "beliefs.toml").read_text(encoding="utf-8"))


def read(unit: str, toml: str) -> list[Question]:
    """The questions of one file."""
    return [
        Question(
            id=f"{unit}.{entry['id']}",
            text=" ".join(entry["text"].split()),
            choices=tuple(Choice(**choice) for choice in entry["choices"]),
            final=entry.get("final", True),
            code=entry.get("code", "").strip("\n"),
        )
        for entry in tomllib.loads(toml)["questions"]
    ]
