"""The pictures of the night shift: a scoreboard, a runbook card, a large account folded or cut to what one order touched."""

import pytest

from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from sevenways.draw.diagram import diagram
from sevenways.draw.picture import Picture
from sevenways.draw.regions import folded, touched
from sevenways.draw.runbook_card import BRINGS_BACK, Form, Place, runbook_card
from sevenways.draw.scoreboard import Cell, Row, Scoreboard

PASSPORT = Picture("<svg></svg>", "Passport of order-5\nand more")


def scores():
    return Scoreboard(
        ("night 1", "night 2"),
        (
            Row(1, "no order is lost", (Cell("order-5 <gone> & away", "order-5", PASSPORT), Cell())),
            Row(2, "no order is charged twice", (None, Cell("twice"))),
        ),
    )


def test_a_scoreboard_says_in_text_what_it_shows():
    assert repr(scores()).split("\n") == [
        "Scoreboard: 1 promise kept, 2 broken",
        "  1 no order is lost, night 1: ✗ order-5 <gone> & away",
        "  1 no order is lost, night 2: ✓ kept",
        "  2 no order is charged twice, night 1: not yet asked",
        "  2 no order is charged twice, night 2: ✗ twice",
    ]


def test_a_red_cell_opens_the_passport_of_its_victim():
    html = scores()._repr_html_()
    assert html.count("<details>") == 1
    assert "<summary>order-5, night 1: its passport</summary>" in html
    assert 'alt="Passport of order-5"' in html
    assert "order-5 &lt;gone&gt; &amp; away" in html
    assert html.count('scope="row"') == 2 and html.count('scope="col"') == 3


def test_a_card_says_of_each_place_how_until_when_and_what_brings_it_back():
    pointer = Place("parked", ("charge",), 1_209_600, 1, Form.POINTER, 79.0, 79.0 + 1_209_600)
    card = runbook_card([pointer, Place("failed-invoices", ("invoice",), 345_600, 0)], 3600.0)
    assert card.text.split("\n")[0] == "Runbook card at 1:00:00: 1 place with failures, 1 empty"
    assert "a pointer into a stream, without the data" in card.text
    assert "given up by: charge" in card.text
    assert "AT_SEQUENCE_NUMBER" in card.text.replace("\n      ", " ")
    assert "empty: failed-invoices" in card.text
    assert "13 d 23 h left of 14 d" in card.text
    for line in ("parked", "1 in it", "Empty: failed-invoices"):
        assert f">{line}<" in card.svg


@pytest.mark.parametrize("form", list(Form))
def test_each_form_has_a_call_of_its_own(form):
    assert len({*BRINGS_BACK.values()}) == len(Form)
    assert str(form) in runbook_card([Place("p", (), 60.0, 2, form, 0.0, 60.0)], 1.0).text


def test_an_empty_house_is_said_to_be_empty():
    assert "Nothing lies in any of them." in runbook_card([], 0.0).svg


def account():
    nodes = [
        Node("a", NodeKind.FUNCTION, "checkout", counts=(("run", 3),)),
        Node("b", NodeKind.QUEUE, "orders", counts=(("waiting", 2),)),
        Node("c", NodeKind.FUNCTION, "charge", counts=(("run", 4),)),
        Node("d", NodeKind.TOPIC, "news"),
    ]
    edges = [
        Edge("a", "b", EdgeKind.SENDS, count=5),
        Edge("b", "c", EdgeKind.MAPPING),
        Edge("c", "d", EdgeKind.SENDS, count=2, warning="careful"),
        Edge("b", "d", EdgeKind.SENDS, count=1),
    ]
    return Account(tuple(nodes), tuple(edges), 9.0)


def test_a_region_is_one_node_and_what_crosses_its_border_is_kept():
    small = folded(account(), {"the till": ["orders", "charge"]})
    assert [(node.name, node.kind) for node in small.nodes] == [
        ("checkout", NodeKind.FUNCTION),
        ("the till", NodeKind.GROUP),
        ("news", NodeKind.TOPIC),
    ]
    till = small.nodes[1]
    assert till.facts == ("1 queue", "1 function") and dict(till.counts) == {"waiting": 2, "run": 4}
    crossing = {(edge.source, edge.target): (edge.count, edge.warning) for edge in small.edges}
    assert crossing == {("a", "region:the till"): (5, ""), ("region:the till", "d"): (3, "careful")}
    assert "the till (group: 1 queue, 1 function" in diagram(small).text


def test_a_region_of_strangers_is_refused_with_their_name():
    with pytest.raises(ValueError, match=r"There is no chrage to fold into the till; here are charge, checkout"):
        folded(account(), {"the till": ["chrage"]})


def test_only_what_one_order_touched():
    from sevenways.night.nights import opened_night
    from sevenways.night.orders import Stage

    with opened_night(1, [], Stage.LETTERS) as (cloud, _plan, _provider):
        cloud.run(20)
        whole = cloud.account()
        small = touched(whole, cloud.trace, "order-0")
        names = {node.name for node in small.nodes}
    assert {"checkout", "orders", "shop", "placed", "charge", "paid", "fraud", "newsletter", "fulfil"} <= names
    assert not names & {"clicks", "recommend", "failed-invoices"}
    assert len(small.nodes) < len(whole.nodes)
    assert touched(whole, cloud.trace, "order-4711").nodes == ()
