"""Dot source to SVG, in the fonts and at the size of a page."""

import re
from functools import lru_cache
from html import escape

from motoclock.platform import dot
from sevenways.draw.palette import FONT, PAPER
from sevenways.draw.sheet import fitting, paper


@lru_cache(maxsize=64)
def layout(source: str) -> str:
    """The SVG that dot makes of a source, without its prologue. The same source is laid out once."""
    svg = dot.svg(source.encode("latin-1", "replace"))
    return svg[svg.index("<svg") :].replace("\r\n", "\n")


def size(svg: str) -> tuple[float, float]:
    """Width and height of a laid-out SVG in pixels at full size."""
    _x, _y, width, height = map(float, re.findall(r'viewBox="([^"]+)"', svg)[0].split())
    return width, height


def finished(svg: str, title: str, description: str) -> str:
    """The SVG with our fonts, an own background, a title and a description; it is as wide as its place (see `sheet`)."""
    width, height = size(svg)
    body = svg[svg.index(">") + 1 :]
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.DOTALL)
    body = re.sub(r"<title>[^<]*</title>\n?", "", body)
    body = re.sub(r' (?:id|class)="[^"]*"', "", body)
    body = re.sub(r' font-family="[^"]*"', "", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{fitting(width, height)} role="img" '
        f'font-family="{FONT}"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        f'<rect width="{paper(width):g}" height="{height:g}" fill="{PAPER}"/>{body.strip()}'
    )
