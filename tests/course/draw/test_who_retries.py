"""Who retries? One layer marked, or a column for each case; the text says the same."""

import re
import xml.etree.ElementTree as ET

import pytest

from sevenways import who_retries
from sevenways.draw.canvas import text_width

ROWS = {"source": "shows the batch again", "dead_letters": "keeps it"}
CASES = {"an error": "source", "a throttle": ("poller", "source"), "no filter matches": None}


def test_one_layer_is_marked_in_words_too():
    lines = who_retries("source", ROWS, {"source": "the queue"}).text.splitlines()
    assert lines[0] == "Who retries? the queue"
    assert lines[2] == "> the queue: shows the batch again"
    assert [line for line in lines if line.startswith(">")] == lines[2:3]
    assert "Lambda's own queue: not involved" in lines[4]


def test_nobody_is_an_answer():
    assert who_retries(None).text.startswith("Who retries? nobody\n")


def test_each_case_has_a_line_and_keeps_the_order_of_its_layers():
    assert who_retries(CASES, ROWS).text.splitlines()[-3:] == [
        "an error: the source",
        "a throttle: the mapping, then the source",
        "no filter matches: nobody",
    ]


@pytest.mark.parametrize("active", ["source", CASES])
def test_the_picture_is_well_formed_and_says_its_answer(active):
    drawn = ET.fromstring(who_retries(active, ROWS).svg)
    texts = "".join(drawn.itertext())
    assert "the source" in texts and "shows the batch again" in texts
    assert ("no filter" in texts and "nobody" in texts) or "retries" in texts


@pytest.mark.parametrize("arguments", [("queue",), ("source", {"queue": "x"}), ("source", {}, {"queue": "x"})])
def test_an_unknown_layer_is_a_sentence(arguments):
    with pytest.raises(ValueError, match="There is no layer 'queue': choose among sdk, source"):
        who_retries(*arguments)


def test_a_long_name_keeps_clear_of_what_its_layer_does():
    names = {"poller": "the mapping, or the Pipe of a table"}
    svg = who_retries("poller", {"poller": "repeats the batch"}, names).svg
    (start,) = re.findall(r'<text x="([\d.]+)"[^>]*>the mapping, or the Pipe of a table<', svg)
    (words,) = re.findall(r'<text x="([\d.]+)"[^>]*>repeats the batch<', svg)
    assert float(start) + text_width(names["poller"], 13, bold=True) + 8 <= float(words)
