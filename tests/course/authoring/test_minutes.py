"""The count of a lesson's time, on made-up lessons."""

from __future__ import annotations

import pytest

from sevenways.authoring.minutes import Minutes, minutes_of, rounded
from sevenways.authoring.source import read_source
from tests.course.authoring.conftest import Write

TITLE = "# %% [markdown]\n# # Lesson\n\n"
HUNDRED_WORDS = "# %% [markdown]\n" + "# word\n" * 100 + "\n"
TEN_LINES = "# %%\n" + "x = 1\n\n" * 10


def heading(title: str) -> str:
    return f"# %% [markdown]\n# ## {title}\n\n"


def minutes(write: Write, text: str) -> Minutes:
    return minutes_of(read_source(write("01-a", TITLE + text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HUNDRED_WORDS * 2, 1),
        (TEN_LINES * 2, 1),
        (TEN_LINES.replace("# %%", '# %% tags=["hide-input"]'), 0),
        ('# %%\npredict("01.asks-again")\n', 1),
        ('# %%\nquiz("01")\n', 4),
        ("# %% [markdown]\n# **Change it.** Now.\n", 3),
        (
            "# %% [markdown]\n# Things to find out:\n#\n# - This.\n# - That\n#   one.\n#\n# :::tried\n# - Not this.\n# :::\n",
            2,
        ),
        ("# %% [markdown]\n# Things to find out:\n#\n# 1. This.\n# 2. That.\n#\n# And on.\n", 2),
        ("# %% [markdown]\n# [a link](" + "very/" * 200 + ")\n", 0),
    ],
)
def test_each_kind_of_cell_takes_its_time(write: Write, text: str, expected: float) -> None:
    assert minutes(write, text).core == pytest.approx(expected, abs=0.06)


def test_what_stands_below_further_is_not_core_and_each_section_has_its_own_time(write: Write) -> None:
    text = heading("1 · A") + HUNDRED_WORDS * 4 + heading("Further") + HUNDRED_WORDS * 2 + heading("2 · B") + TEN_LINES
    found = minutes(write, text)
    assert (found.core, found.further) == (pytest.approx(2, abs=0.1), pytest.approx(1.5, abs=0.1))
    assert found.sections["1"] == pytest.approx(2, abs=0.1)
    assert found.sections["2"] == pytest.approx(0.5, abs=0.1)


def test_a_lesson_says_its_minutes_rounded_up_to_five() -> None:
    assert [rounded(minutes) for minutes in (0.2, 5.0, 5.04, 5.2, 44.9)] == [5, 5, 5, 10, 45]
