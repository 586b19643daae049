"""Which words of a picture leave its paper: an estimate with the widths that the pictures themselves are laid out with."""

import re
from xml.etree import ElementTree

from sevenways.draw.canvas import text_width

_SVG = "{http://www.w3.org/2000/svg}"
_MONOSPACE = 0.602  # of the font's size


def words_off_the_paper(svg: str) -> list[str]:
    """The texts that begin before the left edge of the SVG or of an SVG within it, end after the right one, or lie above or below."""
    return list(_off(ElementTree.fromstring(svg)))


def height_of(svg: str) -> float:
    return float(ElementTree.fromstring(svg).get("viewBox").split()[3])


def _off(svg: ElementTree.Element, x: float = 0.0, y: float = 0.0):
    left, top, wide, high = map(float, svg.get("viewBox").split())
    for child in _below(svg, x, y):
        element, dx, dy = child
        if element.tag == f"{_SVG}svg":
            yield from _off(element)
            continue
        size, monospace = float(element.get("font-size", 12)), element.get("font-family") == "monospace"
        bold = element.get("font-weight") is not None
        lines = element.findall(f"{_SVG}tspan") or [element]
        for line in lines:
            text = line.text or ""
            width = len(text) * _MONOSPACE * size if monospace else text_width(text, size, bold)
            at = float(line.get("x") or element.get("x") or 0) + dx
            at -= {"middle": width / 2, "end": width}.get(element.get("text-anchor", ""), 0.0)
            base = float(line.get("y") or element.get("y") or 0) + dy
            across = left - 0.5 <= at and at + width <= left + wide + 0.5
            if text.strip() and not (across and top <= base <= top + high):
                yield text


def _below(element: ElementTree.Element, x: float, y: float):
    """The texts and inner SVGs below an element, with how far groups have moved them."""
    for child in element:
        moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", child.get("transform", ""))
        dx, dy = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        if child.tag in (f"{_SVG}text", f"{_SVG}svg"):
            yield child, dx, dy
        else:
            yield from _below(child, dx, dy)
