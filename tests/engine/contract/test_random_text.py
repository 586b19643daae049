"""Contract with moto: the same seed gives the same texts as moto's own way of drawing them, and leaves the same numbers to come."""

import importlib.util

import pytest
from moto.moto_api._internal import moto_random


def untouched():
    spec = importlib.util.find_spec(moto_random.__name__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.MotoRandom


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("drawn", "given"),
    [
        ("get_random_string", {}),
        ("get_random_string", {"length": 52}),
        ("get_random_string", {"length": 30, "include_digits": False, "lower_case": True}),
        ("get_random_string", {"length": 0}),
        ("get_random_hex", {}),
        ("get_random_hex", {"length": 64}),
    ],
)
def test_a_text_is_motos(seed, drawn, given):
    ours, theirs = moto_random.MotoRandom(seed), untouched()(seed)
    assert getattr(ours, drawn)(**given) == getattr(theirs, drawn)(**given)
    assert ours.random() == theirs.random()
