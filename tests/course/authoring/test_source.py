"""What a source may and may not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from sevenways.authoring.products import products_of
from sevenways.authoring.source import SourceError, read_source

ROOT = Path(__file__).parents[3]

LAB = """
# %% [markdown]
# # A lab

# %%
rate = 1

# %% tags=["exercise"]
def answer():
    # BEGIN SOLUTION
    return 2
    # END SOLUTION

# %% [markdown] tags=["solution"]
# Because.

# %%
check("lab01.answer", answer)
"""


def test_a_lab_becomes_a_lab_with_holes_and_a_solution(write) -> None:
    lab, solution = products_of(read_source(write("lab01-a", LAB)))
    assert (lab.path, lab.is_executed) == (Path("labs/lab01-a.ipynb"), False)
    assert (solution.path, solution.is_executed) == (Path("solutions/lab01-a-solution.ipynb"), True)
    assert [cell.text for cell in lab.cells] == [
        "# A lab",
        "rate = 1",
        "def answer():\n    raise NotImplementedError",
        'check("lab01.answer", answer)',
    ]
    assert solution.cells[0].text == "# Solution: A lab"
    assert [cell.text for cell in solution.cells][2:4] == ["def answer():\n    return 2", "Because."]
    assert [cell.tags for cell in solution.cells][2:4] == [("exercise", "hide-input"), ("solution",)]


def test_cells_know_their_line_in_the_source(write) -> None:
    path = write("lab01-a", LAB)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [lines[cell.line - 1][:4] for cell in read_source(path).cells] == ["# %%"] * 5


TITLE = "# %% [markdown]\n# # Title\n\n"


@pytest.mark.parametrize(
    ("stem", "text", "sentence"),
    [
        ("sqs", TITLE, "a lesson is named like 01-sqs.py"),
        ("lab1", TITLE, "a lab is named like lab01-sqs.py"),
        ("01-a", "# %%\nx = 1\n", "01-a.py:1: the first cell is Markdown and opens with the title"),
        ("01-a", TITLE + "# %%\n\n# %%\nx\n", "01-a.py:4: an empty cell"),
        ("01-a", TITLE + '# %% tags=["hide-outputs"]\nx = 1\n', "01-a.py:4: the tag 'hide-outputs' is not one of ours"),
        ("01-a", TITLE + '# %% [markdown] claims=["S1"]\n# x\n', "01-a.py:4: a claim on Markdown"),
        (
            "01-a",
            TITLE + "# %% [markdown]\n# It is retried. **[S4]**\n",
            "01-a.py:4: the tag [S4] in the text a learner",
        ),
        ("01-a", TITLE + "# %% [markdown]\n# Gone [misconception 10].\n", "01-a.py:4: the tag [misconception 10] in"),
        ("01-a", TITLE + "# %%\nx = 1;\n", "01-a.py:4: the cell ends with a semicolon"),
        ("01-a", TITLE + "# %% [raw]\nx = 1\n", "01-a.py:4: a raw cell"),
        ("01-a", TITLE + "# %%\nx = 1  # SOLUTION\n", "01-a.py:4: a solution in a lesson"),
        ("01-a", TITLE + '# %% tags=["solution"]\nx = 1\n', "01-a.py:4: a solution in a lesson"),
        ("01-a", TITLE + "# %% [markdown]\n# # BEGIN SOLUTION\n", "01-a.py:4: a solution marker in Markdown"),
        ("01-a", TITLE + '# %% tags=["nbval-ignore-output"]\nx\n\n' * 6, "6 cells are tagged nbval-ignore-output"),
        ("01-a", TITLE + '# %% tags=["exercise"]\nx = 1\n', '01-a.py:4: an exercise, and no check("...") after it'),
        (
            "lab01-a",
            TITLE + "# %%\nx = 1  # SOLUTION\n",
            "lab01-a.py:4: a solution marker in a cell that is not tagged",
        ),
        ("lab01-a", TITLE + '# %% tags=["exercise"]\nx = 1\n', "lab01-a.py:4: an exercise without a marked solution"),
        ("lab01-a", TITLE + '# %% tags=["solution"]\nx = 1  # SOLUTION\n', "a marker in a cell tagged `solution`"),
        (
            "lab01-a",
            TITLE + '# %% tags=["exercise"]\n# BEGIN SOLUTION\nx = 1\n',
            "lab01-a.py:4: `# BEGIN SOLUTION` without an `# END SOLUTION`",
        ),
        (
            "lab01-a",
            TITLE + '# %% tags=["exercise"]\nx = 1  # SOLUTION\n\n# %% [markdown]\n# ## Next\n\n# %%\ncheck("a", x)\n',
            "lab01-a.py:4: an exercise, and no check",
        ),
        (
            "lab01-a",
            TITLE + '# %% tags=["exercise"]\nx = 1  # SOLUTION\n\n# %% tags=["solution"]\ncheck("a", x)\n',
            "lab01-a.py:4: an exercise, and no check",
        ),
    ],
)
def test_a_bad_source_gets_one_sentence_with_file_and_line(write, stem: str, text: str, sentence: str) -> None:
    with pytest.raises(SourceError) as raised:
        read_source(write(stem, text))
    assert sentence in str(raised.value)
    assert str(raised.value).startswith("content/l")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("path", sorted((ROOT / "content" / "lessons").glob("*.py")), ids=lambda path: path.stem)
def test_a_lesson_shows_who_retries_and_not_the_code_that_draws_it(path: Path) -> None:
    drawn = [cell for cell in read_source(path).cells if cell.kind == "code" and cell.text.startswith("who_retries(")]
    assert drawn
    assert all("hide-input" in cell.tags for cell in drawn)
