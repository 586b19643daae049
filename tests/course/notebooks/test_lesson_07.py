"""What lesson 07 says to a learner who names a queue that she has not made."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sevenways.authoring.execute import ExecutionError
from sevenways.authoring.source import read_source
from sevenways.authoring.tried import Step, makers
from tests.course.without_a_kernel import execute

LESSON = Path(__file__).parents[3] / "content" / "lessons" / "07-destinations.py"
WITHOUT_A_QUEUE = 'cloud = Cloud(seed=1)\ncloud.deploy(charge)\non("charge", failure=arn("sqs", "failed"))'


def test_a_destination_that_is_no_queue_yet_gets_a_sentence_that_says_how_to_make_it(tmp_path: Path) -> None:
    source = read_source(LESSON)
    step = Step(source, WITHOUT_A_QUEUE, "", 1, len(source.cells))
    notebook = new_notebook(cells=[new_code_cell(code) for code in (*makers(step), step.code)])
    with pytest.raises(ExecutionError, match=re.escape('There is no queue failed in this world: run sqs.create_queue(')):
        execute(notebook, tmp_path)
