"""What a restart has caused is answered with the cell to run."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock import Cloud, CloudClosed
from sevenways.way.answers import about_a_name, read
from sevenways_jupyter import add_what_to_do
from sevenways_jupyter.notebook import open_notebook
from sevenways_jupyter.saving import WIDGET, keep_static_twins

CELLS = [
    ("markdown", "# Title"),
    ("code", "import boto3\nsqs = boto3.client('sqs')"),
    ("markdown", "## 1 · Who waits?"),
    ("code", "# the shop\ndef checkout(how):\n    return how"),
    ("code", "checkout('Event')"),
    ("markdown", "## 2 · Who fails?"),
    ("code", "later = 1"),
]


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson that JupyterLab has started a kernel for."""
    path = tmp_path / "01-a.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": [text]} for kind, text in CELLS]}))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    return path


def said(cell: str, error: BaseException, **names: object) -> str:
    """The error's words after the kernel has added its own."""
    add_what_to_do(SimpleNamespace(user_ns={"In": ["", cell], **names}), error)
    return str(error)


def missing(name: str) -> NameError:
    return NameError(f"name '{name}' is not defined", name=name)


def test_a_name_that_an_earlier_cell_makes_is_answered_with_that_cell(lesson: Path) -> None:
    assert said("checkout('Event')", missing("checkout")) == (
        "name 'checkout' is not defined. A cell of section 1 makes it, the one that begins with 'def checkout(how):': "
        "run it first, or choose Run > Run All Above Selected Cell."
    )


def test_an_import_is_answered_with_the_top(lesson: Path) -> None:
    assert "The imports at the top make it: run them first" in said("checkout('Event')", missing("sqs"))


def test_a_queue_that_is_not_there_is_answered_with_those_that_are(lesson: Path) -> None:
    """A name that is misspelt, and a URL that an earlier Cloud gave."""
    with Cloud():
        sqs = boto3.client("sqs")
        with pytest.raises(ClientError) as none:
            sqs.get_queue_url(QueueName="order")
        assert said("...", none.value).endswith(
            "There is no queue here yet. A queue of an earlier Cloud is not in this one. Run this section from its first cell."
        )
        old = sqs.create_queue(QueueName="letters")["QueueUrl"]
    with Cloud():
        sqs.create_queue(QueueName="orders")
        for call in (
            lambda: sqs.get_queue_url(QueueName="order"),
            lambda: sqs.send_message(QueueUrl=old, MessageBody="x"),
        ):
            with pytest.raises(ClientError) as slip:
                call()
            assert "The queues here: orders. A queue of an earlier Cloud" in said("...", slip.value)


def test_a_slip_of_the_pen_stays_what_it_is(lesson: Path) -> None:
    assert said("chekout('Event')", missing("chekout")) == "name 'chekout' is not defined"


def test_a_name_that_is_made_only_further_down_is_not_sent_for(lesson: Path) -> None:
    assert said("checkout('Event')", missing("later")) == "name 'later' is not defined"


def test_a_name_that_is_there_and_fails_elsewhere_is_not_answered(lesson: Path) -> None:
    """Inside a module a function of that name may be missing, while the notebook has its own."""
    assert said("checkout('Event')", missing("checkout"), checkout=print) == "name 'checkout' is not defined"


def test_a_closed_cloud_is_answered_with_the_sections_first_cell(lesson: Path) -> None:
    assert said("cloud.run()", CloudClosed("It was closed.")) == "It was closed. Run this section from its first cell."


def test_without_a_notebook_nothing_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert said("checkout('Event')", missing("checkout")) == "name 'checkout' is not defined"
    assert open_notebook({}) is None


def test_a_notebook_that_cannot_be_read_adds_nothing_and_raises_nothing(lesson: Path) -> None:
    lesson.write_text("{")
    assert said("checkout('Event')", missing("checkout")) == "name 'checkout' is not defined"


def test_a_widget_is_saved_as_its_picture_and_a_widget_without_one_as_it_is() -> None:
    outputs = [
        {"data": {WIDGET: {}, "image/svg+xml": "<svg/>"}},
        {"data": {WIDGET: {}, "text/plain": "HBox()"}},
        {"text": "hi"},
    ]
    model = {"type": "notebook", "content": {"cells": [{"outputs": outputs}, {"cell_type": "markdown"}]}}
    keep_static_twins(model, path="a.ipynb", contents_manager=None)
    assert [list(output.get("data", {})) for output in outputs] == [["image/svg+xml"], [WIDGET, "text/plain"], []]


def test_a_folder_or_a_text_is_saved_as_it_is() -> None:
    model = {"type": "file", "content": "text"}
    keep_static_twins(model)
    assert model == {"type": "file", "content": "text"}


LABS = sorted((Path(__file__).parents[3] / "labs").glob("lab*.ipynb"))


@pytest.mark.parametrize("lab", LABS, ids=lambda path: path.stem)
def test_a_check_before_its_answer_is_defined_is_sent_to_the_cell_that_defines_it(lab: Path) -> None:
    cells = read(lab)
    asked = 0
    for kind, text in cells:
        if kind != "code" or not text.startswith("check("):
            continue
        for answer in ast.parse(text).body[0].value.args[1:]:  # type: ignore[attr-defined]
            asked += 1
            sentence = about_a_name(ast.unparse(answer), cells, text)
            assert sentence, f"nothing helps with {ast.unparse(answer)}"
            assert "makes it, the one that begins with" in sentence
    assert asked
