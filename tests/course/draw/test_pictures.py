"""What holds for every picture: well formed, readable, the same bytes each time, with words that say the same."""

import re
from xml.etree import ElementTree

import pytest

from motoclock.account import Account
from motoclock.account.model import ON_SUCCESS, Edge, EdgeKind, Node, NodeKind
from motoclock.trace import Trace
from sevenways import draw
from sevenways.draw import palette
from sevenways.draw.canvas import text_width
from sevenways.draw.dot import source
from tests.course.draw import stories
from tests.processes import printed_by

SVG = "{http://www.w3.org/2000/svg}"
NOTHING = Trace(lambda: 0.0)
PICTURES = {
    "diagram": lambda: draw.diagram(stories.shop()),
    "empty diagram": lambda: draw.diagram(Account()),
    "timeline": lambda: draw.timeline(stories.rush()),
    "timeline by group": lambda: draw.timeline(stories.rush(), by="group"),
    "timeline of a crowd": lambda: draw.timeline(stories.rush(200, 60)),
    "timeline of timeouts": lambda: draw.timeline(stories.charged_twice()),
    "timeline of days": lambda: draw.timeline(stories.four_days()),
    "empty timeline": lambda: draw.timeline(NOTHING),
    "backlog": lambda: draw.backlog(stories.poisoned()),
    "backlog of a rush": lambda: draw.backlog(stories.rush()),
    "empty backlog": lambda: draw.backlog(NOTHING),
    "passport": lambda: draw.passport(stories.poisoned(), "order-0"),
    "long passport": lambda: draw.passport(stories.four_days(), "order-0"),
    "no passport": lambda: draw.passport(NOTHING, "order-0"),
}


def all_of_them() -> str:
    return "\n".join(f"{name}: {make().svg}\n{make().text}" for name, make in PICTURES.items())


@pytest.fixture(params=PICTURES, ids=str)
def picture(request):
    return PICTURES[request.param]()


def test_a_picture_is_an_svg_with_title_description_and_a_box_that_fits(picture):
    root = ElementTree.fromstring(picture.svg)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    wide = float(root.get("viewBox").split()[2])
    assert wide >= palette.WIDTH, "a small drawing on small paper would be blown up to the width of the page"
    assert root.get("width") == "100%" and root.get("height") is None, "JupyterLab cuts off what has a width of its own"
    assert f"max-width:{wide:g}px" in root.get("style")
    assert not picture.svg.startswith("<?xml")


def test_no_letter_is_smaller_than_twelve_pixels_at_notebook_width(picture):
    root = ElementTree.fromstring(picture.svg)
    shrinks = min(1.0, 900 / float(root.get("viewBox").split()[2]))
    sizes = [float(text.get("font-size")) for text in root.iter(f"{SVG}text")]
    assert min(sizes) * shrinks >= 12


def test_words_stay_on_the_paper(picture):
    root = ElementTree.fromstring(picture.svg)
    if "graph" in picture.svg[:50] or root.find(f"{SVG}g") is not None:
        return  # laid out by dot, which keeps its own words inside
    for text in root.iter(f"{SVG}text"):
        width = text_width(text.text, float(text.get("font-size")), text.get("font-weight") is not None)
        left = float(text.get("x")) - {"middle": width / 2, "end": width}.get(text.get("text-anchor"), 0)
        assert left >= 0, text.text
        assert left + width <= 900, text.text


def test_a_long_wait_keeps_clear_of_the_moment_before_it():
    story = stories.Story()
    day, wait = 4 * 86_400, 23 * 3600 + 35 * 60
    story.send(0, "order-0")
    story.receive(day - wait, ["order-0"], visible_at=day)
    story.give_back(day, ["order-0"])
    root = ElementTree.fromstring(draw.passport(story.trace(), "order-0").svg)
    words = {text.text: text for text in root.iter(f"{SVG}text")}
    moment, waited = words["4 d 00:00:00"], words["+23 h 35 min"]
    assert float(waited.get("x")) - text_width(waited.text) > float(moment.get("x")) + 8


def test_a_flag_in_a_legend_keeps_clear_of_its_words():
    svg = draw.timeline(stories.charged_twice()).svg
    (words,) = (text for text in ElementTree.fromstring(svg).iter(f"{SVG}text") if text.text == "timed out")
    staff = re.findall(r"zM([\d.]+),[\d.]+l8,4l-8,4z", svg)[-1]  # the legend is drawn last
    assert float(words.get("x")) > float(staff) + 8


@pytest.mark.parametrize(
    ("words", "em"),
    [
        ("note-change", 7.06),
        ("charge", 3.87),
        ("newsletter", 6.06),
        ("0123456789", 6.96),
        ("with partial responses", 12.62),
        ("8d04e404-214a-4a13-a30a-c962ec7b50e2", 23.62),
    ],
)
def test_bold_words_are_never_measured_too_narrow(words, em):
    """Against DejaVu Sans Bold, the widest of the fonts that a page may use."""
    assert em * 13 <= text_width(words, 13, bold=True) <= em * 13 * 1.06


def test_the_background_is_opaque(picture):
    assert 'fill="#FFFFFF"' in picture.svg or 'fill="#ffffff"' in picture.svg


def test_the_text_twin_is_the_repr_and_stays_short(picture):
    assert repr(picture) == picture.text
    assert picture._repr_mimebundle_() == {"image/svg+xml": picture.svg, "text/plain": picture.text}
    assert len(picture.text.splitlines()) <= 45
    assert "object at 0x" not in picture.text


def test_patterns_are_defined_once_and_where_they_are_used(picture):
    ids = re.findall(r'id="([^"]+)"', picture.svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", picture.svg)) == set(ids)


def test_the_same_trace_gives_the_same_bytes():
    for make in PICTURES.values():
        assert make() == make()


def test_hash_seeds_play_no_part():
    code = "from tests.course.draw.test_pictures import all_of_them; print(all_of_them())"
    assert printed_by("-c", code) == all_of_them()


def test_a_thousand_invocations_stay_under_a_hundred_kilobytes():
    trace = stories.rush(1000, 20)
    assert len(draw.timeline(trace).svg) < 100_000
    assert len(draw.backlog(trace).svg) < 100_000
    assert len(draw.timeline(stories.rush(1000, 200)).svg) < 100_000


def test_only_what_was_given_up_goes_along_a_dashed_arrow():
    nodes = [Node(name, NodeKind.FUNCTION, name) for name in ("charge", "pack", "failed")]
    labels = {"pack": ON_SUCCESS, "failed": "on failure"}
    edges = [Edge("charge", target, EdgeKind.DESTINATION, label) for target, label in labels.items()]
    arrows = [line for line in source(Account(tuple(nodes), tuple(edges)), "LR").splitlines() if "->" in line]
    assert ["style=dashed" in arrow for arrow in arrows] == [False, True]
