"""Many events against one pattern, field by field."""

import xml.etree.ElementTree as ET

import pytest

from motoclock.matching import InvalidEventPattern
from sevenways.draw.pattern_misses import pattern_misses

ORDERS = [
    {"detail-type": "OrderPlaced", "detail": {"id": f"order-{n}", "total": n, **extra}}
    for n, extra in enumerate([{"channel": "partner"}, {"channel": "web"}, {}, {"channel": "web"}])
]
NOT_PARTNER = {"detail": {"channel": [{"anything-but": "partner"}], "total": [{"numeric": ["<", 3]}]}}


def test_the_text_says_for_each_field_who_fits_who_does_not_and_where_it_is_missing():
    assert pattern_misses(NOT_PARTNER, ORDERS).text.splitlines() == [
        "1 of 4 events match",
        "  detail.channel: fits 2, does not fit 1 (order-0), missing in 1 (order-2)",
        "  detail.total: fits 3, does not fit 1 (order-3)",
        "  delivered: order-1",
    ]


def test_what_the_text_counts_is_what_the_pattern_matches():
    picture = pattern_misses({"detail": {"$or": [{"channel": ["web"]}, {"total": [2]}]}}, ORDERS)
    assert picture.text.startswith("3 of 4 events match")
    assert picture.text.endswith("delivered: order-1, order-2 and order-3")


def test_each_event_has_a_sign_at_each_field_and_a_sentence_to_hover_over():
    svg = pattern_misses(NOT_PARTNER, ORDERS).svg
    ET.fromstring(svg)
    for sentence in (
        "order-0, detail.channel: partner does not fit",
        "order-2, detail.channel: no value does not fit",
        "order-1 is delivered",
        "order-3 is not delivered",
    ):
        assert svg.count(f"<title>{sentence}</title>") == 1


def test_neighbours_with_the_same_value_share_its_word_so_that_it_can_be_read_whole():
    events = [{"detail-type": "OrderPlaced", "detail": {"country": "DE" if n % 2 else "FR"}} for n in range(20)]
    svg = pattern_misses({"detail-type": ["OrderPlaced"], "detail": {"country": ["DE"]}}, events).svg
    words = [(text.text, text.get("font-size")) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert words.count(("OrderPlaced", "12")) == 1
    assert words.count(("DE", "12")) == words.count(("FR", "12")) == 10


def test_events_without_a_name_are_numbered_and_none_is_no_mistake():
    assert pattern_misses({"source": ["shop"]}, [{"source": "shop"}]).text.endswith("delivered: 0")
    assert pattern_misses({"source": ["shop"]}, []).text == "0 of 0 events match\n  delivered: none"


def test_a_pattern_that_eventbridge_refuses_is_refused_here():
    with pytest.raises(InvalidEventPattern):
        pattern_misses({"source": "shop"}, ORDERS)
