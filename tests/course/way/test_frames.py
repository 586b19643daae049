"""A mistake is shown with the learner's own lines: in a real IPython shell, run as JupyterLab runs a cell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from sevenways_jupyter import load_ipython_extension

HIDDEN = ("motoclock", "sevenways", "botocore", "site-packages", "moto/")


class Shell:
    """Runs cells and keeps what would be shown of an error."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        self.ipython = InteractiveShell(config=config)
        self.ipython.colors = "nocolor"
        self.ipython._showtraceback = lambda kind, error, lines: self.shown.append("\n".join(lines))
        self.shown: list[str] = []
        load_ipython_extension(self.ipython)

    def error(self, cell: str) -> str:
        self.ipython.run_cell(cell)
        return self.shown[-1]


@pytest.fixture
def shell() -> Iterator[Shell]:
    yield Shell()


def test_a_wrong_knob_shows_her_line_and_the_sentence(shell: Shell) -> None:
    shown = shell.error("from sevenways import Cloud\nwith Cloud() as cloud:\n    cloud.run(seconds=-1)")
    assert "cloud.run(seconds=-1)" in shown
    assert "seconds is 0 or more seconds, and a hundred years at most, not -1" in shown
    assert not [word for word in HIDDEN if word in shown.replace("from sevenways import Cloud", "")]


def test_a_refused_call_shows_her_line_and_what_aws_says(shell: Shell) -> None:
    shown = shell.error(
        "import boto3\nfrom motoclock import Cloud\nwith Cloud():\n"
        "    boto3.client('sqs').get_queue_url(QueueName='nowhere')"
    )
    assert "get_queue_url(QueueName='nowhere')" in shown
    assert "QueueDoesNotExist" in shown
    assert "_api_call" not in shown
    assert "site-packages" not in shown


def test_her_own_function_between_stays(shell: Shell) -> None:
    shown = shell.error(
        "from sevenways import Cloud\ndef evening(cloud):\n    cloud.run(seconds=-1)\nwith Cloud() as cloud:\n    evening(cloud)"
    )
    assert "evening(cloud)" in shown
    assert "cloud.run(seconds=-1)" in shown
    assert "src/" not in shown


def test_an_error_that_came_from_one_of_ours_is_not_told_twice(shell: Shell) -> None:
    shown = shell.error(
        "from sevenways.facts import sqs\nfrom motoclock.facts import what_changed\nwhat_changed('telegraph')"
    )
    assert "During handling" not in shown
    assert "direct cause" not in shown
    assert "Nothing recorded as changed for 'telegraph'" in shown


def test_an_error_of_her_own_keeps_every_line(shell: Shell) -> None:
    shown = shell.error("import json\ndef read(text):\n    return json.loads(text)\nread('{')")
    assert "json.loads(text)" in shown
    assert "decoder.py" in shown


def test_what_she_handled_herself_is_still_told(shell: Shell) -> None:
    shown = shell.error(
        "from motoclock import Cloud\nwith Cloud() as cloud:\n    try:\n        cloud.run(seconds=-1)\n"
        "    except ValueError:\n        raise KeyError('mine')"
    )
    assert "During handling" in shown
    assert "cloud.run(seconds=-1)" in shown
    assert "cloud.py" not in shown


def test_a_slip_in_a_handler_is_refused_with_one_sentence(shell: Shell) -> None:
    shown = shell.error("from sevenways import Cloud\nwith Cloud() as cloud:\n    cloud.deploy('charge')")
    assert "cloud.deploy('charge')" in shown
    assert not [word for word in HIDDEN[2:] if word in shown]
