"""The contract has been seen to fail: each promise broken once."""

import pytest

from sevenways.checks.registry import Registry

from . import contract
from .contract import Wrong


@pytest.fixture
def registry():
    registry = Registry()

    @registry.register("lab01.add", takes=("add",), hints=("one", "two"))
    def add(answer):
        result = answer(2, 3)
        return None if result == 5 else f"2 and 3 gave {result}"

    return registry


def times(a, b):
    return a * b


def minus(a, b):
    return a - b


def plus(a, b):
    return a + b


def test_a_good_check_has_no_complaints(registry):
    check = registry.find("lab01.add")
    assert contract.is_well_formed(check) == []
    assert contract.holes_are_not_attempted(registry, check) == []
    assert contract.rejects_wrong_answers(registry, check, [Wrong("gave 6", times), Wrong("gave -1", minus)]) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ([Wrong("gave 6", times)], "lists 1 wrong answers"),
        ([Wrong("gave 6", times), Wrong("gave 5", plus)], "for CORRECT"),
        ([Wrong("gave 6", times), Wrong("gave 7", minus)], "should say 'gave 7', it says '2 and 3 gave -1'"),
        ([Wrong("gave", times), Wrong("gave", times)], "one sentence for two wrong answers"),
        ([Wrong("gave 6", times), Wrong("", ...)], "for NOT_ATTEMPTED"),
    ],
)
def test_a_check_that_lets_wrong_answers_pass_is_found(registry, wrong, complaint):
    assert complaint in " ".join(contract.rejects_wrong_answers(registry, registry.find("lab01.add"), wrong))


def test_a_check_whose_sentence_changes_is_found(registry):
    calls = []

    @registry.register("lab01.moody", takes=("a",), hints=("one", "two"))
    def moody(a):
        calls.append(a)
        return f"call {len(calls)}"

    complaints = contract.rejects_wrong_answers(
        registry, registry.find("lab01.moody"), [Wrong("call", 1), Wrong("call", 2)]
    )
    assert any("then 'call 3' of the same answer" in complaint for complaint in complaints)


def test_a_check_that_judges_a_hole_is_found(registry):
    @registry.register("lab01.eager", takes=("a",), hints=("one", "two"))
    def eager(a):
        return "wrong"

    assert "says of an untouched task: ✗ lab01.eager: wrong" in " ".join(
        contract.holes_are_not_attempted(registry, registry.find("lab01.eager"))
    )


def test_a_check_without_name_answers_or_hints_is_found(registry):
    registry.register("Lab1", takes=(), hints=("one",))(lambda: None)
    complaints = " ".join(contract.is_well_formed(registry.find("Lab1")))
    assert "no name of the form" in complaints and "1 hints" in complaints and "takes no answer" in complaints


def test_sources_and_registry_that_disagree_are_found(registry, tmp_path):
    (tmp_path / "lab01-sqs.py").write_text('# %%\ncheck("lab01.add", add)\n\n# %%\ncheck(\n    "lab01.gone", x)\n')
    (tmp_path / "lab02-sns.py").write_text("# %%\ncheck('lab01.add', add)\n")
    registry.register("lab02.lonely", takes=("a",), hints=())(lambda a: None)
    assert contract.registry_and_sources_agree(registry.all(), contract.names_in_sources(tmp_path)) == [
        "lab01-sqs asks for lab01.gone, which is not registered",
        "lab02-sns asks for lab01.add, which belongs to lab01",
        "lab02.lonely is registered, and no lab asks for it",
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("✗ lab01.drain: no policy allows it.; 3 were lost.", "a stop in the middle"),
        ("✗ lab01.drain: the queue is empty", "no stop at the end"),
        ("✗ lab01.drain: 1 order were parked.", "one, in the plural"),
        ("✗ lab01.drain: 1 good order were parked.", "one, in the plural"),
        ("✗ lab01.drain: charge ran 0 times.", "once, counted"),
        ("✗ lab01.drain: this is a int.", "a word of Python's"),
    ],
)
def test_a_sentence_that_reads_badly_is_found(line, what):
    assert [complaint.partition(":")[0] for complaint in contract.reads_badly(line)] == [what]


def test_a_sentence_that_reads_well_is_left_alone():
    for line in (
        "✗ lab01.drain: 11 orders were parked, 10 times.",
        "✗ lab01.drain: it said “no”, and did you mean lab01.park?",
    ):
        assert contract.reads_badly(line) == []
