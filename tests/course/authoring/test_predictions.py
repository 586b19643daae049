"""What the build makes of a prediction: folds, tags, ids, and a sentence for each way to write it wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sevenways.authoring.notebook import unexecuted
from sevenways.authoring.predictions import folded
from sevenways.authoring.products import Product
from sevenways.authoring.source import HIDE_OUTPUT, Cell, SourceError, read_source
from sevenways.widgets.predicted import Prediction, read
from tests.course.authoring.predicted import ANSWER, ASK, RUN, WITH_A_CELL

TITLE = "# %% [markdown]\n# # A lesson\n\n"
WITHOUT = read(
    "01-a",
    """
[[predictions]]
id = "how-many"
text = "How many?"
answer = "They are counted."
[[predictions.choices]]
text = "three"
right = true
[[predictions.choices]]
text = "two"
because = "There is a third."
""",
)


def cells_of(tmp_path: Path, text: str, known: list[Prediction] = WITH_A_CELL) -> list[Cell]:
    path = tmp_path / "content" / "lessons" / "01-a.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return list(folded(read_source(path), known))


def test_the_answer_becomes_a_fold_with_the_right_choice_and_a_word_on_each_other(tmp_path: Path) -> None:
    *_, answer = cells_of(tmp_path, TITLE + ASK + RUN + ANSWER)
    assert answer.text == (
        "<details>\n<summary>What happened, and why</summary>\n\n**b)** three\n\nBecause it is so.\n\n"
        "And the others?\n\n- a) *two*: There is a third.\n\n</details>"
    )


def test_what_the_cells_show_is_folded_up_to_the_last_block_and_no_further(tmp_path: Path) -> None:
    told = "# %% [markdown]\n# :::answer\n# More.\n# :::\n#\n# Now for something else.\n\n"
    cells = cells_of(tmp_path, TITLE + RUN + ASK + RUN + ANSWER + RUN + told + RUN)
    assert [cell.tags for cell in cells if cell.text == "x"] == [(), (HIDE_OUTPUT,), (HIDE_OUTPUT,), ()]
    assert cells[-2].text == (
        "<details>\n<summary>What happened next</summary>\n\nMore.\n\n</details>\n\nNow for something else."
    )


def test_what_a_folded_text_speaks_of_is_folded_too(tmp_path: Path) -> None:
    cells = cells_of(tmp_path, TITLE + ASK + RUN + ANSWER + RUN + RUN + "# %% [markdown]\n# On.\n\n" + RUN)
    tags = [cell.tags for cell in cells if cell.text == "x"]
    assert tags == [(HIDE_OUTPUT,), (HIDE_OUTPUT,), (HIDE_OUTPUT,), ()]


def test_a_cell_further_on_is_folded_where_its_author_says_so(tmp_path: Path) -> None:
    on = "# %% [markdown]\n# On.\n\n"
    cells = cells_of(
        tmp_path, TITLE + ASK + RUN + ANSWER + on + RUN + RUN.replace("# %%", f'# %% tags=["{HIDE_OUTPUT}"]')
    )
    assert [cell.tags for cell in cells if cell.text == "x"] == [(HIDE_OUTPUT,), (), (HIDE_OUTPUT,)]


def test_the_fold_reaches_jupyterlab_and_the_predict_cell_has_an_id_of_its_own(tmp_path: Path) -> None:
    cells = cells_of(tmp_path, TITLE + ASK + RUN + ANSWER)
    path = tmp_path / "content" / "lessons" / "01-a.py"
    made = unexecuted(Product(Path("notebooks/01-a.ipynb"), read_source(path), tuple(cells), True, tuple(cells))).cells
    assert [cell.id for cell in made] == ["01-a-001", "predict-01-how-many", "01-a-003", "01-a-004"]
    assert [cell.metadata.get("jupyter") for cell in made[1:3]] == [None, {"outputs_hidden": True}]


def test_without_a_cell_the_fold_holds_the_answer_of_the_data(tmp_path: Path) -> None:
    empty = "# %% [markdown]\n# :::answer\n# :::\n"
    *_, answer = cells_of(tmp_path, TITLE + ASK + empty, WITHOUT)
    assert "<summary>The answer, and why</summary>\n\n**a)** three\n\nThey are counted." in answer.text


@pytest.mark.parametrize(
    ("text", "known", "sentence"),
    [
        (
            ASK.replace("how-many", "how-much") + RUN + ANSWER,
            WITH_A_CELL,
            "4: 01.how-much is not in widgets/predictions",
        ),
        (RUN, WITH_A_CELL, "1: the lesson never asks 01.how-many"),
        (ASK + RUN + ANSWER + ASK + RUN + ANSWER, WITH_A_CELL, "15: 01.how-many is asked a second time"),
        (ASK + RUN, WITH_A_CELL, "4: 01.how-many has no `:::answer` before the next"),
        (ANSWER + ASK + RUN + ANSWER, WITH_A_CELL, "5: `:::answer` belongs after a predict cell"),
        (ASK + RUN + ANSWER.replace("Because", ":::answer\n# Because"), WITH_A_CELL, "not inside another block"),
        (ASK + RUN + ANSWER.replace("# :::\n", ""), WITH_A_CELL, "10: an `:::answer` without a `:::`"),
        (ASK + RUN + ANSWER + "# %% [markdown]\n# :::\n", WITH_A_CELL, "16: `:::` closes no `:::answer`"),
        (ASK + RUN + ANSWER.replace("Because", "## Because"), WITH_A_CELL, "12: a heading inside an answer"),
        (
            ASK + RUN + ANSWER.replace("# Because it is so.\n", ""),
            WITH_A_CELL,
            "or, where no cell shows it, with its data",
        ),
        (
            ASK + RUN.replace("# %%", '# %% tags=["hide-output"]') + ANSWER,
            WITH_A_CELL,
            "7: the tag 'hide-output' on what",
        ),
        (ASK + ANSWER, WITHOUT, "or, where no cell shows it, with its data: once"),
        (ASK + ANSWER, WITH_A_CELL, "4: 01.how-many names what its cells show if there are any"),
        (ASK + RUN + ANSWER, WITHOUT, "4: 01.how-many names what its cells show if there are any"),
        ('# %%\nx = 1\npredict("01.how-many")\n', WITH_A_CELL, "4: a predict cell holds predict"),
        ("# %% [markdown]\n# > **Predict.** How many?\n", WITH_A_CELL, "4: a prediction as a quote"),
    ],
)
def test_what_is_written_wrong_gets_one_sentence_with_its_line(
    tmp_path: Path, text: str, known: list[Prediction], sentence: str
) -> None:
    with pytest.raises(SourceError) as raised:
        cells_of(tmp_path, TITLE + text, known)
    assert str(raised.value).startswith("content/lessons/01-a.py:")
    assert sentence in str(raised.value)


def test_the_data_keeps_the_order_of_the_lesson(tmp_path: Path) -> None:
    second = read("01-a", WITH_TWO)
    ask_two = ASK.replace("how-many", "why") + RUN + ANSWER
    with pytest.raises(SourceError, match="has another order than the lesson"):
        cells_of(tmp_path, TITLE + ask_two + ASK + RUN + ANSWER, second)


WITH_TWO = "\n".join(
    f'[[predictions]]\nid = "{id}"\ntext = "?"\nshows = "3"\n[[predictions.choices]]\ntext = "three"\nright = true'
    for id in ("how-many", "why")
)


@pytest.mark.parametrize(
    "lesson", sorted((Path(__file__).parents[3] / "content" / "lessons").glob("*.py")), ids=lambda path: path.stem
)
def test_no_answer_ends_by_leading_to_the_cell_after_it(lesson: Path) -> None:
    # "And the others?" comes next, and whoever leaves the fold closed does not read it.
    answers = re.findall(r"^# :::answer\n(.*?)^# :::$", lesson.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert [answer.splitlines()[-1] for answer in answers if answer.rstrip().endswith(":")] == []
