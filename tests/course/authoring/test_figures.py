"""Numbers in sentences come from the facts and from the count; a name that is none is refused with file and line."""

from __future__ import annotations

import pytest

from sevenways.authoring.figures import filled, in_a_sentence
from sevenways.authoring.products import products_of
from sevenways.authoring.source import SourceError, read_source
from sevenways.facts import Span, sqs
from tests.course.authoring.conftest import Write

LESSON = "# %% [markdown]\n# # A lesson\n#\n# It takes {minutes: core} minutes.\n\n# %% [markdown]\n# ## 1 · One\n#\n"


def last_text(write: Write, text: str) -> str:
    return filled(read_source(write("01-a", LESSON + f"# {text}\n"))).cells[-1].text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("An id is remembered for {fact: sqs.DEDUPLICATION_S}.", "An id is remembered for 5 minutes."),
        ("{fact: sqs.DEDUPLICATION_S | number} s", "300 s"),
        ("{fact: lambda_.ASYNC_RETRIES_DEFAULT | word} retries, {fact:sqs.RETENTION_DEFAULT_S}", "two retries, 4 days"),
        ("{fact: sqs.RETENTION_RANGE_S | low}, {fact: sqs.RETENTION_RANGE_S | high}", "1 minute, 14 days"),
        ('only `{"exists": false}` and {curly} stay', 'only `{"exists": false}` and {curly} stay'),
        ("for {fact:\n# sqs.DEDUPLICATION_S |\n# number}", "for 300"),
        ("{fact: prices.SNS_PER_M}, once more", r"$0.50 per million publishes, once more"),
        ("further {minutes: further} minutes", "further 0 minutes"),
    ],
)
def test_a_placeholder_becomes_what_it_names(write: Write, text: str, says: str) -> None:
    assert last_text(write, text).endswith(says)


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [
        (1, "s", "1 second"),
        (90, "s", "90 seconds"),
        (21_600, "s", "6 hours"),
        (1_209_600, "s", "14 days"),
        ((60, 120), "s", "1 minute and 2 minutes"),
        (Span(60, 1_209_600), "s", "1 minute to 14 days"),
        (Span(0, 300), "s", "0 to 5 minutes"),
        (Span(1, 10), "messages", "1 to 10 messages"),
        (262_144, "bytes", "256 KiB"),
    ],
)
def test_a_value_is_written_as_a_sentence_has_it(value: object, unit: str, says: str) -> None:
    assert in_a_sentence(value, unit) == says


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{fact: sqs.DEDUPLICATON_S}", "01-a.py:9: 'sqs.DEDUPLICATON_S' is no fact. Did you mean sqs.DEDUPLICATION_S"),
        ("{fact: sqs.DEDUPLICATION_S | word}", "01-a.py:9: sqs.DEDUPLICATION_S as 'word': a form is"),
        ("{fact: sqs_mapping.FILTERED_IS_DELETED | number}", "01-a.py:9: sqs_mapping.FILTERED_IS_DELETED is no number"),
        ("{fact sqs.DEDUPLICATION_S}", "01-a.py:9: '{fact sqs.DEDUPLICATION_S}' is no placeholder"),
        ("{minutes: corn}", "01-a.py:9: {minutes: corn}: there are minutes of core, further, "),
    ],
)
def test_a_placeholder_that_names_nothing_is_refused(write: Write, text: str, sentence: str) -> None:
    with pytest.raises(SourceError) as refused:
        last_text(write, text)
    assert sentence in str(refused.value)


def test_lessons_and_labs_are_built_with_their_numbers(write: Write) -> None:
    text = "# %% [markdown]\n# # A lab\n#\n# {fact: sqs.VISIBILITY_TIMEOUT_DEFAULT_S}\n"
    for stem in ("01-a", "lab01-a"):
        for product in products_of(read_source(write(stem, text))):
            assert product.cells[0].text.endswith(f"{sqs.VISIBILITY_TIMEOUT_DEFAULT_S.value} seconds")
