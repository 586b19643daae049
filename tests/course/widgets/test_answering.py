"""A check in a notebook: its line, the world it judged, and a button for hints."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from sevenways.checks.registry import Observation, Registry
from sevenways.checks.trial import lab_cloud
from sevenways.checks.worlds import picture_of
from sevenways.draw import Picture
from sevenways.widgets import answering
from sevenways.widgets.answering import Hints, check


def greet(event: Any, context: Any) -> None:
    pass


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Two tasks of a lab: how often `greet` is to run, which takes a world, and one that takes none."""
    registry = Registry()

    @registry.register("lab01.greet", takes=("times",), hints=("Count.", "It is three."))
    def judge(times: int) -> None:
        with lab_cloud() as cloud:
            cloud.deploy(greet)
            for _ in range(times):
                boto3.client("lambda").invoke(FunctionName="greet", Payload="{}")
            if times != 3:
                raise Observation(f"greet ran {times} times")

    @registry.register("lab01.drawn", takes=("said",), hints=("a", "b"))
    def drawn(said: str) -> None:
        with lab_cloud() as cloud:
            cloud.deploy(greet)
            boto3.client("lambda").invoke(FunctionName="greet", Payload="{}")
            raise Observation(said, lambda: Picture("<svg/>", "what the sentence speaks of"))

    registry.register("lab01.name", takes=("name",), hints=("Yours.",))(lambda name: None if name else "no name")
    monkeypatch.setattr("sevenways.checks.registry", registry)
    monkeypatch.setattr(answering, "registry", registry)
    return registry


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is displayed below the line, as in a notebook."""
    shown: list[Any] = []
    monkeypatch.setattr(answering, "display", shown.append)
    monkeypatch.setattr(answering, "in_a_notebook", lambda: True)
    return shown


def test_a_right_answer_shows_how_far_the_lab_is_and_the_world(
    registry: Registry, notebook: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    check("lab01.greet", 3)
    assert capsys.readouterr().out == "✓ lab01.greet: 1 of 3 done. Next: lab01.drawn.\n"
    (picture,) = notebook
    assert isinstance(picture, Picture)
    assert "3 invocations" in picture.text


def test_a_wrong_answer_shows_the_world_that_was_seen_and_a_button(registry: Registry, notebook: list[Any]) -> None:
    check("lab01.greet", 2)
    picture, hints = notebook
    assert "2 invocations" in picture.text
    assert isinstance(hints, Hints)


def test_a_picture_of_the_sentence_comes_before_one_of_the_world(registry: Registry, notebook: list[Any]) -> None:
    check("lab01.drawn", "order-7 is lost")
    assert [each.text for each in notebook if isinstance(each, Picture)] == ["what the sentence speaks of"]


def test_many_runs_without_a_message_have_no_picture() -> None:
    with lab_cloud() as cloud:
        cloud.deploy(greet)
        for _ in range(100):
            boto3.client("lambda").invoke(FunctionName="greet", Payload="{}")
        assert picture_of(cloud) is None


def test_a_hole_has_a_button_and_no_picture(registry: Registry, notebook: list[Any]) -> None:
    check("lab01.greet", ...)
    assert [type(each) for each in notebook] == [Hints]


def test_a_task_without_a_world_has_no_picture(registry: Registry, notebook: list[Any]) -> None:
    check("lab01.name", "Ada")
    assert notebook == []


def test_an_unknown_name_has_neither(registry: Registry, notebook: list[Any]) -> None:
    check("lab01.gret", 3)
    assert notebook == []


def test_outside_a_notebook_there_is_one_line(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    check("lab01.greet", 2)
    assert capsys.readouterr().out == "✗ lab01.greet: greet ran 2 times.\n"


def test_a_click_shows_a_hint_and_counts_with_the_hints_that_were_printed(registry: Registry) -> None:
    hints = Hints(registry.checks["lab01.greet"], registry)
    assert hints.button.description == "A hint"
    hints.button.click()
    assert "<strong>Hint 1 of 2.</strong> Count." in hints.shown.value
    assert "three" not in hints.shown.value
    assert registry.next_hint("lab01.greet") == "lab01.greet, hint 2 of 2: It is three."
    later = Hints(registry.checks["lab01.greet"], registry)
    assert later.button.disabled
    assert later.button.description == "No more hints"


def test_the_static_twin_of_the_button_says_how_and_tells_no_hint(registry: Registry) -> None:
    bundle = Hints(registry.checks["lab01.greet"], registry)._repr_mimebundle_()
    assert bundle["text/plain"] == 'Stuck? hint("lab01.greet") gives one of 2 hints at a time.'
    assert "<code>hint(" in bundle["text/html"]
    assert "Count" not in str(bundle)


def test_a_busy_world_is_a_backlog_and_a_quiet_one_nothing() -> None:
    with lab_cloud() as cloud:
        assert picture_of(cloud) is None
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        cloud.deploy(greet)
        boto3.client("lambda").create_event_source_mapping(
            EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders", FunctionName="greet", BatchSize=1
        )
        for n in range(100):
            sqs.send_message(QueueUrl=url, MessageBody=f"order-{n}")
        cloud.run()
        picture = picture_of(cloud)
    assert picture is not None
    assert "orders" in picture.text
