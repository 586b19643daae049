"""How the lines of a check are written: they fit a narrow notebook, and end with one stop."""

import pytest

from motoclock.wording import COLUMNS, folded
from sevenways.checks.lines import are, ended, kind_of, was
from sevenways.checks.verdict import Outcome, Verdict


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("the customer waited 4.6 s", "the customer waited 4.6 s."),
        ("no policy allows it.", "no policy allows it."),
        (
            "given up at once (The queue lost does not exist.), and kept",
            "given up at once (The queue lost does not exist), and kept.",
        ),
        ("no policy allows it.; 3 were lost", "no policy allows it; 3 were lost."),
        ("pack printed “Marigold Books”", "pack printed “Marigold Books”."),
        ("it said “Not today.”", "it said “Not today.”"),
        ("Did you mean lab01.drain?", "Did you mean lab01.drain?"),
        ("charge raised KeyError: 'Recods'", "charge raised KeyError: 'Recods'."),
        ("it answered ValueError: one\n  two", "it answered ValueError: one two."),
        (
            "raised it (line 4: sqs.create_queue(QueueName=name))",
            "raised it (line 4: sqs.create_queue(QueueName=name)).",
        ),
        ("the queue holds {'seconds': 1.}, too", "the queue holds {'seconds': 1.}, too."),
        ("", ""),
    ],
)
def test_a_sentence_ends_with_one_stop_and_has_none_inside(said, written):
    assert ended(said) == written
    assert ended(written) == written


def test_a_long_line_is_broken_between_words_and_a_long_word_is_not():
    arn = "arn:aws:sqs:us-east-1:123456789012:" + "orders-" * 10
    text = str(Verdict(Outcome.INCORRECT, "lab01.drain", f"{'order-17 was charged twice, ' * 9}and so was {arn}"))
    first, *rest = text.splitlines()
    assert first.startswith("✗ lab01.drain: order-17")
    assert rest and all(line.startswith("  ") for line in rest)
    assert [line for line in text.splitlines() if len(line) > COLUMNS] == [f"  {arn}."]
    assert " ".join(text.split()) == Verdict(Outcome.INCORRECT, "lab01.drain", text.partition(": ")[2]).line
    assert folded("short") == "short"


def test_words_for_one_and_for_several():
    assert (was(1), was(2), was(0), was(["order-0"]), was([])) == ("was", "were", "were", "was", "were")
    assert (are(1), are(2)) == ("is", "are")
    assert [kind_of(value) for value in (None, 1, "", [], {})] == ["None", "an int", "a str", "a list", "a dict"]
