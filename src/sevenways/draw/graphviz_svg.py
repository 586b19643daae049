"""Dot source to SVG, in the fonts and at the size of a page."""

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape

from motoclock.platform import dot
from motoclock.wording import legible
from sevenways.draw.arrow_labels import beside_their_arrows
from sevenways.draw.canvas import is_wide
from sevenways.draw.palette import FONT, PAPER
from sevenways.draw.sheet import fitting, paper

_FOREIGN = re.compile(r">([^<>]*[^\x00-\x7f][^<>]*)<")


@lru_cache(maxsize=64)
def layout(source: str) -> str:
    """The SVG that dot makes of a source, without its prologue. The same source is laid out once.

    dot knows the widths of ASCII only, complains of any other character and takes it for a space. So each text that holds others is
    laid out as an ASCII text of about its width, and put in its place afterwards.
    """
    stand_ins: dict[str, str] = {}
    for text in dict.fromkeys(_FOREIGN.findall(source)):
        stand_in = _as_wide(unescape(text))
        while f">{stand_in}<" in source or stand_in in stand_ins:
            stand_in += "."
        stand_ins[stand_in] = text
    for stand_in, text in stand_ins.items():
        source = source.replace(f">{text}<", f">{stand_in}<")
    svg = dot.svg(source.encode("ascii"))
    svg = svg[svg.index("<svg") :].replace("\r\n", "\n")
    return beside_their_arrows(re.sub(r">([^<>]+)<", lambda found: f">{stand_ins.get(found[1], found[1])}<", svg))


def _as_wide(text: str) -> str:
    """ASCII of about the same width: a wide character counts as a W, an accent as nothing, a letter as itself without its accents."""
    letters = []
    for character in unicodedata.normalize("NFKD", text):
        if is_wide(character):
            letters.append("W")
        elif not unicodedata.combining(character):
            letters.append(character if character.isascii() and character not in "&<>\"'" else "m")
    return "".join(letters) or "m"


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
    return legible(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{fitting(width, height)} role="img" '
        f'font-family="{FONT}"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        f'<rect width="{paper(width):g}" height="{height:g}" fill="{PAPER}"/>{body.strip()}'
    )
