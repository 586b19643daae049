"""One line for every answer, whatever the answer does; hints one at a time; names that are nearly right."""

import pytest

from sevenways.checks.registry import NotAttempted, Observation, Registry
from sevenways.checks.verdict import Outcome, judge


@pytest.fixture
def registry():
    registry = Registry()

    @registry.register("lab01.double", takes=("double",), hints=("Think of 2.", "Multiply."))
    def double(answer):
        result = answer(4)
        if result != 8:
            raise Observation(f"double(4) gave {result}")

    @registry.register("lab01.sort", takes=("orders",), hints=("Use sorted.", "Look at `key`."))
    def sort(orders):
        first = orders.pop(0)
        return f"{first} came first" if first != "order-0" else None

    @registry.register("lab02.broken", takes=("anything",), hints=("a", "b"))
    def broken(anything):
        return {}["missing"]

    return registry


def said(registry, name, *answers):
    return judge(registry, name, answers).line


def test_a_right_answer_is_a_tick_and_the_name(registry):
    assert said(registry, "lab01.double", lambda n: 2 * n) == "✓ lab01.double"


def test_a_wrong_answer_gets_the_observation_raised_or_returned(registry):
    assert said(registry, "lab01.double", lambda n: n) == "✗ lab01.double: double(4) gave 4."
    assert said(registry, "lab01.sort", ["order-3"]) == "✗ lab01.sort: order-3 came first."


def test_inputs_are_fresh_on_every_call(registry):
    orders = ["order-0", "order-1"]
    assert [said(registry, "lab01.sort", orders) for _ in range(2)] == ["✓ lab01.sort"] * 2
    assert orders == ["order-0", "order-1"]


def untouched(n):
    raise NotImplementedError


def not_yet(n):
    raise NotAttempted


@pytest.mark.parametrize("answer", [..., untouched, not_yet])
def test_a_hole_is_not_attempted(registry, answer):
    assert said(registry, "lab01.double", answer) == "– lab01.double: not attempted."


def careless(n):
    return {"a": 1}["b"]


def test_the_learners_exception_and_line_are_part_of_the_sentence(registry):
    line = careless.__code__.co_firstlineno + 1
    assert said(registry, "lab01.double", careless) == (
        f"""✗ lab01.double: your code raised KeyError: 'b' (line {line}: return {{"a": 1}}["b"])."""
    )


def leaves(n):
    raise SystemExit(1)


def test_even_an_exit_is_a_sentence(registry):
    assert "your code raised SystemExit: 1" in said(registry, "lab01.double", leaves)


def interrupts(n):
    raise KeyboardInterrupt


def test_an_interrupt_is_neither_right_nor_wrong(registry):
    assert said(registry, "lab01.double", interrupts) == "– lab01.double: interrupted."


def test_a_check_that_stumbles_says_that_it_was_the_check(registry, monkeypatch):
    monkeypatch.setattr("sevenways.checks.verdict.learners_line", lambda error: None)
    sentence = said(registry, "lab02.broken", 1)
    assert sentence.startswith(
        "✗ lab02.broken: the check could not judge this answer: KeyError: 'missing' at test_check.py"
    )


def chatty(n):
    print("so many words")
    return 8


def test_prints_of_the_answer_do_not_leak(registry, capsys):
    assert said(registry, "lab01.double", chatty) == "✓ lab01.double"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((), "✗ lab01.double: this check takes 1 answer (double), you gave 0."),
        ((1, 2), "✗ lab01.double: this check takes 1 answer (double), you gave 2."),
    ],
)
def test_a_wrong_number_of_answers_gets_a_sentence(registry, answers, sentence):
    assert said(registry, "lab01.double", *answers) == sentence


def test_an_unknown_name_gets_the_nearest_ones(registry):
    assert said(registry, "lab01.duoble") == (
        "✗ lab01.duoble: There is no check named lab01.duoble. Did you mean lab01.double?"
    )
    assert "Did you mean" not in registry.unknown("zzz")


def test_a_sentence_is_one_line(registry):
    def rambles(n):
        raise ValueError("one\n  two")

    assert "ValueError: one two" in said(registry, "lab01.double", rambles)


def test_two_checks_of_one_name_are_refused(registry):
    with pytest.raises(ValueError, match=r"Two checks are named lab01\.double"):
        registry.register("lab01.double", takes=(), hints=())


def test_hints_come_one_at_a_time_and_end(registry):
    assert [registry.next_hint("lab01.double") for _ in range(4)] == [
        "lab01.double, hint 1 of 2: Think of 2.",
        "lab01.double, hint 2 of 2: Multiply.",
        "lab01.double: no more hints. You have seen all 2.",
        "lab01.double: no more hints. You have seen all 2.",
    ]
    assert registry.next_hint("lab01.sort") == "lab01.sort, hint 1 of 2: Use sorted."


def test_a_hint_for_an_unknown_name_is_a_sentence(registry):
    assert registry.next_hint("lab01.sorted") == "There is no check named lab01.sorted. Did you mean lab01.sort?"


def test_outcomes_are_marked_by_more_than_colour():
    assert [str(outcome) for outcome in Outcome] == ["✓", "✗", "–"]


def test_a_name_that_is_far_off_gets_the_tasks_of_its_lab(registry):
    assert registry.unknown("lab01.x") == "There is no check named lab01.x. Did you mean lab01.double or lab01.sort?"
