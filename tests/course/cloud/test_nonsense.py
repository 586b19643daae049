"""Every public function of the course, called with nonsense: a sentence, and the learner's world goes on."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

import sevenways
from sevenways import (
    Cloud,
    Explorer,
    check,
    course_map,
    explain,
    hint,
    pattern_tester,
    predict,
    predictions,
    progress,
    quiz,
    what_changed,
    who_retries,
)
from tests.engine.cloud.nonsense import arguments, few, is_understood, world_goes_on

FUNCTIONS = [
    check, course_map, explain, hint, pattern_tester, predict, predictions, progress, quiz, what_changed, who_retries, Explorer,
]  # fmt: skip
PICTURES = [Cloud.diagram, Cloud.timeline, Cloud.backlog, Cloud.passport, Cloud.summary]


def test_no_public_name_is_forgotten() -> None:
    assert {name for name in sevenways.__all__ if callable(getattr(sevenways, name))} == {
        *(function.__name__ for function in FUNCTIONS),
        "Cloud",
    }
    own = {name for name, value in vars(Cloud).items() if inspect.isfunction(value)}
    assert own == {picture.__name__ for picture in PICTURES}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_functions(function: Callable[..., Any]) -> None:
    with Cloud() as home:

        @few
        @given(arguments(function))
        def called(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
            args, kwargs = given
            is_understood(lambda: str(function(*args, **kwargs)))
            world_goes_on(home)

        called()


@pytest.mark.parametrize("method", PICTURES, ids=lambda method: method.__name__)
def test_pictures(method: Callable[..., Any]) -> None:
    with Cloud() as home:
        world_goes_on(home)

        @few
        @given(arguments(method))
        def called(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
            args, kwargs = given
            is_understood(lambda: str(method(home, *args, **kwargs)))
            world_goes_on(home)

        called()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Explorer(None), "Explorer: scenario is a function, not None."),
        (lambda: Explorer(lambda: None, show=3), "Explorer: show is text or a list, not 3."),
        (lambda: quiz(1), "quiz: id is text, not 1."),
        (lambda: hint(None), "hint: name is text, not None."),
        (lambda: what_changed(), "what_changed needs service. It takes service."),
        (
            lambda: explain({}, {}, bdy=""),
            "explain takes no `bdy`. Did you mean body? It takes pattern, event and body.",
        ),
    ],
)
def test_wrong_arguments_are_refused_in_words(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(TypeError) as refused:
        call()
    assert str(refused.value) == said


def test_a_check_prints_even_that(capsys: pytest.CaptureFixture[str]) -> None:
    check(3)
    assert capsys.readouterr().out == "✗ check: the name of a check is text, not 3.\n"
