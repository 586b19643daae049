"""A change has an answer that was run: what the build makes of `:::tried`, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sevenways.authoring.build import build
from sevenways.authoring.predictions import folded
from sevenways.authoring.products import products_of
from sevenways.authoring.source import HIDE_OUTPUT, SourceError, read_source
from sevenways.authoring.tried import complaints, steps
from sevenways.authoring.tried import folded as folded_text
from tests.course.authoring.conftest import Write
from tests.course.authoring.predicted import ANSWER, ASK, RUN, WITH_A_CELL

LESSON = """
    # %% [markdown]
    # # A lesson

    # %%
    start = 5

    # %%
    def doubled(number):
        return 2 * number

    # %%
    raise RuntimeError("nothing needs this cell")

    # %% [markdown]
    # **Change it.** Double six.
    #
    # :::tried
    # ```python
    # six = start + 1
    # doubled(six)
    # ```
    #
    # ```text
    # 12
    # ```
    #
    # Twice six.
    # :::
    #
    # And on.
"""


def lesson(write: Write, **change: str) -> Path:
    text = LESSON
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    return write("01-a", text)


def test_it_runs_after_the_cells_that_it_needs_and_after_no_others(write: Write, root: Path) -> None:
    assert list(complaints([read_source(lesson(write))], root)) == []


@pytest.mark.proof
def test_what_is_printed_in_pieces_is_one_text(write: Write, root: Path) -> None:
    """A busy machine cuts what is printed anywhere, even within a line."""
    pieces = "import sys, time\n    # for piece in ('1', '2\\n', '3\\n'):\n    #     print(end=piece, flush=True)\n"
    slow = LESSON.replace("# six = start + 1\n    # doubled(six)", f"# {pieces}    #     time.sleep(0.3)")
    path = write("01-a", slow.replace("# 12\n", "# 12\n    # 3\n"))
    assert list(complaints([read_source(path)], root)) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("# 12", "# 13", "content/lessons/01-a.py:18: what is tried here shows\n12\nand the lesson says\n13"),
        ("doubled(six)", "tripled(six)", "content/lessons/01-a.py:18: what is tried here raised NameError"),
    ],
)
def test_what_does_not_show_what_the_lesson_says_stops_the_build(
    write: Write, root: Path, old: str, new: str, sentence: str
) -> None:
    text = LESSON.replace('raise RuntimeError("nothing needs this cell")', "doubled(start)").replace(old, new)
    write("01-a", text)
    (complaint,) = build(root, ("01-a",)).wrong
    assert complaint.startswith(sentence)
    assert not (root / "notebooks" / "01-a.ipynb").exists()


def test_the_block_becomes_a_fold_in_the_text(write: Write, root: Path) -> None:
    write("01-a", LESSON.replace('raise RuntimeError("nothing needs this cell")', "doubled(start)"))
    report = build(root, ("01-a",))
    assert report.wrong == []
    assert any("01-a.ipynb: written (3." in line for line in report.done), "the build prints the minutes"
    text = (root / "notebooks" / "01-a.ipynb").read_text()
    assert '<details class=\\"tried\\">\\n' in text
    assert ":::" not in text
    assert text.index("Double six") < text.index("<details") < text.index("Twice six") < text.index("</details>")


def test_text_after_a_fold_is_set_off_and_what_belongs_to_it_is_not(write: Write) -> None:
    block = ":::tried\n```python\n1\n```\n\n```text\n1\n```\n:::"
    rest = f"{block}\n\n{block}\n\nText goes on.\n\n{block}\n\n## A heading"
    source = write(
        "01-a", "# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in f"# One\n\n{rest}".splitlines())
    )
    (text,) = [cell.text for cell in products_of(read_source(source))[0].cells]
    assert [after.split("\n\n")[1].splitlines()[0] for after in text.split("</details>")[1:]] == [
        '<details class="tried">',
        "<p></p>",
        "## A heading",
    ]


def test_several_folds_are_numbered_like_the_list_above_them() -> None:
    block = ":::tried\n```python\n1\n```\n\n```text\n1\n```\n:::"
    assert folded_text(block).count("<summary>Tried: ") == 1
    assert "```python\n1\n```\n\nIt shows:\n\n```text\n1\n```" in folded_text(block)
    two = folded_text(f"{block}\n\n{block}")
    assert two.index("Tried (1): ") < two.index("Tried (2): ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("    # :::\n", "", ":17: a `:::tried` without its `:::`."),
        ("    # ```text\n    # 12\n    # ```\n", "", ":18: a `:::tried` block holds ```python and"),
        ("    # Twice six.\n", "    # ```python\n    # 1\n    # ```\n", ":18: a `:::tried` block holds ```python and"),
    ],
)
def test_a_block_that_can_not_be_run_is_refused(write: Write, old: str, new: str, sentence: str) -> None:
    with pytest.raises(SourceError) as refused:
        steps(read_source(lesson(write, **{old: new})))
    assert f"content/lessons/01-a.py{sentence}" in str(refused.value)


def test_it_is_no_answer_of_the_prediction_above(write: Write) -> None:
    tried = "#\n# **Change it.**\n#\n# :::tried\n# ```python\n# 1\n# ```\n# ```text\n# 1\n# ```\n# :::\n\n"
    source = read_source(
        write("01-a", "# %% [markdown]\n# # A lesson\n\n" + ASK + RUN + ANSWER.rstrip() + "\n" + tried + RUN)
    )
    cells = list(folded(source, WITH_A_CELL))
    assert [HIDE_OUTPUT in cell.tags for cell in cells if cell.text == "x"] == [True, False]
