"""Every widget says so when its kernel is gone."""

import importlib
import inspect
import pkgutil

import ipywidgets
import pytest

from sevenways import Explorer, pattern_tester, predict, quiz, widgets
from sevenways.checks.registry import registry
from sevenways.widgets.alive import Alive
from sevenways.widgets.answering import Hints
from sevenways.widgets.guide import guide
from sevenways.widgets.options import Options

MAKERS = {
    "Explorer": lambda: Explorer(lambda n=1: f"{n}", n=(1, 3)),
    "Guide": guide,
    "Hints": lambda: Hints(registry.find("lab00.hand_over"), registry),
    "PatternTester": lambda: pattern_tester('{"source": ["shop"]}', '{"source": "shop"}'),
    "Predict": lambda: predict("01.asks-again"),
    "Quiz": lambda: quiz("01"),
}


def test_no_widget_is_missing_here():
    modules = [
        importlib.import_module(f"sevenways.widgets.{module.name}") for module in pkgutil.iter_modules(widgets.__path__)
    ]
    boxes = {
        one
        for module in modules
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, ipywidgets.Box) and one.__module__.startswith("sevenways.")
    }
    assert {one.__name__ for one in boxes - {Alive, Options}} == MAKERS.keys(), (
        "Options stand in a quiz or a prediction"
    )
    assert all(issubclass(one, Alive) for one in boxes - {Options})


@pytest.mark.parametrize("name", MAKERS)
def test_a_widget_has_the_class_and_the_style_that_speak_for_it_when_it_can_no_more(name):
    made = MAKERS[name]()
    assert "sevenways-alive" in made._dom_classes
    *_, style = made.children
    assert style.layout.display == "none"
    assert ".sevenways-alive.jupyter-widgets-disconnected::before{content:" in style.value
    assert "its kernel is gone" in style.value and "Run this cell again" in style.value
