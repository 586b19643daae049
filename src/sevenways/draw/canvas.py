"""A sheet of paper for the pictures: drawsvg with our fonts, patterns and sizes, and byte-identical output.

Text is measured with a table of character widths on the safe side, so that it can be kept from overlapping wherever it is shown.
"""

import re
import unicodedata
from functools import cache
from html import escape

import drawsvg

from motoclock.wording import legible
from sevenways.draw import palette
from sevenways.draw.palette import INK, LINE, PAPER, SMALL, WIDTH, Look
from sevenways.draw.sheet import fitting

_ROOT_SIZE = re.compile(r'width="[^"]*" height="[^"]*"\s+viewBox="[^"]*"')  # as drawsvg writes it
_NARROW, _WIDE = set("iljtfrI.,:;'|!()[] -"), set("mwMWGOQ@%&")


def text_width(text: str, size: float = SMALL, bold: bool = False) -> float:
    """The width of a text in pixels, rather too large than too small."""
    return sum(map(_units, text)) * size * (1.18 if bold else 1.0)


@cache  # a picture measures each character, but they are few different ones
def _units(c: str) -> float:
    return 0.36 if c in _NARROW else 0.9 if c in _WIDE else 0.7 if c.isupper() else 1.05 if is_wide(c) else 0.59


def is_wide(character: str) -> bool:
    """Whether it takes as much room as two others: Chinese, Japanese, Korean, most emoji."""
    return character > "\u10ff" and unicodedata.east_asian_width(character) in "WF"


def wrapped(text: str, width: float, size: float = SMALL) -> list[str]:
    """The text in lines no wider than `width`; a longer word stays whole."""
    lines: list[str] = []
    line, units = "", 0.0
    for word in text.split():
        more = f" {word}" if line else word
        longer = sum(map(_units, more), units)
        if line and longer * size > width:
            lines.append(line)
            line, units = word, sum(map(_units, word))
        else:
            line, units = line + more, longer
    return [*lines, line] if line or not lines else lines


def fitted(text: str, width: float, size: float = SMALL, bold: bool = False) -> str:
    """The text, cut with three dots to fit a width."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(f"{text}...", size, bold) > width:
        text = text[:-1]
    return f"{text.rstrip()}..."


class Canvas:
    """One picture in the making. Coordinates are pixels at full width; what is shown is as wide as its place (see `sheet`)."""

    def __init__(self, name: str, title: str, description: str, height: float, width: float = WIDTH):
        self.width, self.height, self._name = width, round(height), name
        self._drawing = drawsvg.Drawing(
            width,
            self.height,
            id_prefix=name,
            role="img",
            font_family=palette.FONT,
        )
        self._drawing.append(drawsvg.Raw(f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"))
        self.rect(0, 0, width, self.height, fill=PAPER)
        self._patterns: dict[Look, str] = {}

    def fill(self, look: Look) -> str:
        """The paint for a look: its colour, or a pattern on it."""
        if not look.pattern:
            return look.colour
        if look not in self._patterns:
            name = f"{self._name}-{look.pattern}-{look.colour[1:].lower()}"
            self._patterns[look] = name
            self._drawing.append(drawsvg.Raw(_pattern(name, look)))
        return f"url(#{self._patterns[look]})"

    def rect(self, x: float, y: float, width: float, height: float, hover: str = "", **style) -> None:
        """A rectangle; `hover` is a tooltip where the page allows one."""
        self._add(drawsvg.Rectangle(_n(x), _n(y), _n(width), _n(height), **style), hover)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE, **style) -> None:
        """A straight line."""
        self._drawing.append(
            drawsvg.Path(d=f"M{_n(x1)},{_n(y1)}L{_n(x2)},{_n(y2)}", stroke=colour, fill="none", **style)
        )

    def path(self, d: str, hover: str = "", **style) -> None:
        """A path, given as SVG writes it."""
        self._add(drawsvg.Path(d=d, **style), hover)

    def circle(self, x: float, y: float, radius: float, hover: str = "", **style) -> None:
        """A circle."""
        self._add(drawsvg.Circle(_n(x), _n(y), _n(radius), **style), hover)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: int = SMALL,
        bold: bool = False,
        colour: str = INK,
        anchor: str = "start",
    ):
        """A line of text on its baseline; `anchor` is start, middle or end."""
        style = {"font_weight": "600"} if bold else {}
        style |= {"text_anchor": anchor} if anchor != "start" else {}
        self._drawing.append(drawsvg.Text(text, size, _n(x), _n(y), fill=colour, **style))

    def svg(self) -> str:
        """The finished picture."""
        return legible(_ROOT_SIZE.sub(fitting(self.width, self.height), self._drawing.as_svg(header=""), count=1))

    def _add(self, element, hover: str) -> None:
        if hover:
            element.append_title(hover)
        self._drawing.append(element)


def number(value: float) -> str:
    """A coordinate with at most one decimal, as short as it goes."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


_n = number

_STROKES = {
    "slant": (
        "6",
        '<path d="M-1,1l2,-2M0,6l6,-6M5,7l2,-2" stroke="{ink}" stroke-width="1.1" stroke-opacity="{strength}"/>',
    ),
    "cross": ("7", '<path d="M0,0l7,7M7,0l-7,7" stroke="{ink}" stroke-width="1" stroke-opacity="{strength}"/>'),
    "lines": ("5", '<path d="M0,2.5h5" stroke="{ink}" stroke-width="1" stroke-opacity="{strength}"/>'),
    "bars": ("5", '<path d="M2.5,0v5" stroke="{ink}" stroke-width="1.2" stroke-opacity="{strength}"/>'),
    "dots": ("6", '<circle cx="3" cy="3" r="1.4" fill="{ink}" fill-opacity="{strength}"/>'),
}


@cache
def _pattern(name: str, look: Look) -> str:
    size, strokes = _STROKES[look.pattern]
    ink, strength = (PAPER, 1) if look.colour in (palette.DARK, palette.VERMILION) else (INK, 0.55)
    return (
        f'<defs><pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'<rect width="{size}" height="{size}" fill="{look.colour}"/>{strokes.format(ink=ink, strength=strength)}</pattern></defs>'
    )
