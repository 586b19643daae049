"""A unit has a core of at most 45 minutes, with quiz and lab; every change in it has an answer that was run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sevenways.authoring.minutes import FURTHER, changes, findings, minutes_of
from sevenways.authoring.source import Source, read_source
from sevenways.authoring.tried import OPENS

LESSONS = sorted((Path(__file__).parents[3] / "content" / "lessons").glob("*.py"))
MOST_MIN = dict.fromkeys(("08", "09"), 60)  # else 45
ENDING = ("What you predicted", "Quiz", "What changed since", "When this code goes to AWS", "Three things to remember")
SITTING_MIN = 25  # unit 10 is taken section by section


def too_long(source: Source) -> list[str]:
    """What takes longer than it may."""
    counted = minutes_of(source)
    if source.stem[:2] == "10":
        return [f"{name}: {taken:.1f} min" for name, taken in counted.sections.items() if taken > SITTING_MIN]
    return [f"the core: {counted.core:.1f} min"] if counted.core > MOST_MIN.get(source.stem[:2], 45) else []


def unanswered(source: Source) -> list[str]:
    """Each text that asks for more changes and findings than it has folds."""
    found = []
    for cell in source.cells:
        if cell.kind != "markdown":
            continue
        asked = changes(cell.text) + len(findings(cell.text))
        answered = cell.text.splitlines().count(OPENS)
        if asked != answered:
            found.append(f"line {cell.line}: {asked} things to try, {answered} answers")
    return found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_core_takes_45_minutes_at_most(path: Path) -> None:
    assert too_long(read_source(path)) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_minutes_of_a_lesson_are_those_that_were_counted(path: Path) -> None:
    first = read_source(path).cells[0].text
    time = re.search(r"^\*\*Time\*\*.*", first, re.MULTILINE)
    assert time and "{minutes: " in time[0], "write {minutes: core}"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_thing_to_try_has_its_answer_in_a_fold(path: Path) -> None:
    assert unanswered(read_source(path)) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_quiz_and_lab_stand_in_the_core(path: Path) -> None:
    cells = read_source(path).cells
    end = next((place for place, cell in enumerate(cells) if cell.text.startswith(f"## {FURTHER}\n")), len(cells))
    core = [cell.text for cell in cells[:end]]
    assert f'quiz("{path.stem[:2]}")' in core
    assert any(f"(../labs/lab{path.stem}.ipynb)" in text for text in core)


def ending(source: Source) -> list[str]:
    """The headings of a lesson's end, which all lessons have, in their sequence; with the one that parts it."""
    headings = re.findall(r"^## (.+)$", "\n".join(cell.text for cell in source.cells), re.MULTILINE)
    return [heading for heading in headings if heading in (*ENDING, FURTHER)]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_what_changed_and_what_aws_does_differently_stand_in_the_core_of_every_lesson(path: Path) -> None:
    source = read_source(path)
    own = [heading for heading in ENDING if heading != "What changed since" or path.stem[:2] != "00"]
    assert ending(source) == [*own, *([] if path.stem[:2] == "10" else [FURTHER])]


# ------------------------------------------------------------------------------ the rules themselves, seen to fail

TITLE = "# %% [markdown]\n# # A lesson\n\n"


def made_up(tmp_path: Path, stem: str, text: str) -> Source:
    path = tmp_path / "lessons" / f"{stem}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TITLE + text)
    return read_source(path)


def test_a_long_core_and_a_long_sitting_are_caught(tmp_path: Path) -> None:
    hour = "# %% [markdown]\n# ## 1 · A\n#\n" + "# word\n" * 200 * 50 + "\n"
    assert too_long(made_up(tmp_path, "01-a", hour)) == ["the core: 50.0 min"]
    assert too_long(made_up(tmp_path, "08-a", hour)) == []
    assert too_long(made_up(tmp_path, "10-a", hour)) == ["1: 50.0 min"]
    assert too_long(made_up(tmp_path, "01-a", "# %% [markdown]\n# ## Further\n\n" + hour)) == []


def test_a_change_without_an_answer_is_caught(tmp_path: Path) -> None:
    asked = "# %% [markdown]\n# **Change it.** Now.\n#\n# Things to find out:\n#\n# - This.\n# - That.\n"
    assert unanswered(made_up(tmp_path, "01-a", asked)) == ["line 4: 3 things to try, 0 answers"]
    one = "#\n# :::tried\n# ```python\n# 1\n# ```\n# ```text\n# 1\n# ```\n# :::\n"
    assert unanswered(made_up(tmp_path, "01-a", asked + one * 3)) == []
