"""Several SVG pictures as one."""

import re
from xml.etree import ElementTree

from sevenways.draw.stack import inline, stacked, text_picture, with_own_names

SMALL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="0 0 300 100"><rect id="a"/><use href="#a"/></svg>'
)
WIDE = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x" "y">\n<!-- by dot -->\n'
    '<svg width="1500pt" height="75pt" viewBox="0.00 0.00 1500.00 75.00" xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><g id="a" clip-path="url(#a)"><a xlink:href="#a"/></g></svg>'
)


def inner(svg):
    return list(ElementTree.fromstring(svg).findall("{http://www.w3.org/2000/svg}svg"))


def test_pictures_stand_one_below_another_and_none_is_enlarged():
    first, second = inner(stacked([SMALL, WIDE], "both"))
    assert (first.get("width"), first.get("height")) == ("300.0", "100.0")
    assert second.get("width") == "936.0"  # 1500pt are 2000 pixels: shrunk to the width
    assert float(second.get("y")) >= float(first.get("y")) + 100


def test_names_in_the_pictures_do_not_clash():
    svg = stacked([SMALL, WIDE], "both")
    names = re.findall(r'\sid="([^"]+)"', svg)
    assert len(names) == len(set(names)) == 2
    assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)) == set(names)


def test_the_whole_has_a_title_a_description_and_a_light_ground():
    root = ElementTree.fromstring(stacked([SMALL], "Shop & co", "10 <sent>"))
    assert [element.text for element in root[:2]] == ["Shop & co", "10 <sent>"]
    assert root[2].get("fill") == "#ffffff"
    assert root.get("width") == "100%"


def test_references_follow_their_names():
    svg = with_own_names('<svg aria-labelledby="t d"><title id="t"/><desc id="d"/></svg>', "p-")
    assert svg == '<svg aria-labelledby="p-t p-d"><title id="p-t"/><desc id="p-d"/></svg>'


def test_inline_svg_has_no_prologue():
    assert inline(WIDE, "x-").startswith("<svg ")


def test_lines_of_text_become_a_picture_that_keeps_every_line():
    root = ElementTree.fromstring(text_picture("sent  10\n<lost> 0"))
    assert [span.text for span in root.iter("{http://www.w3.org/2000/svg}tspan")] == ["sent  10", "<lost> 0"]


def test_blocks_of_text_stand_side_by_side_while_they_fit():
    root = ElementTree.fromstring(text_picture("Messages\n  sent 10\nWork\n  errors 0"))
    spans = {
        span.text: (float(span.get("x")), span.get("y")) for span in root.iter("{http://www.w3.org/2000/svg}tspan")
    }
    assert spans["Work"][0] > spans["Messages"][0]
    assert spans["Work"][1] == spans["Messages"][1]
    wide = ElementTree.fromstring(text_picture("\n".join(f"Block {n}\n  {'x' * 60}" for n in range(3))))
    assert {span.get("x") for span in wide.iter("{http://www.w3.org/2000/svg}tspan")} == {"0"}
