"""The words on the arrows of a laid-out diagram, each beside its own arrow.

dot keeps room for the words and lets the arrow pass somewhere near: in a fan they come to lie between two arrows, or beside another's.
So words that are about as near to a foreign arrow as to theirs, or far from it, are moved to the best free place along it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import chain, pairwise
from math import ceil, dist

from sevenways.draw.canvas import text_width

_GROUP = re.compile(r'<g id="[^"]*" class="(edge|node)">.*?</g>', re.DOTALL)
_PATH = re.compile(r'<path [^>]*?\bd="([^"]+)"')
_TEXT = re.compile(r'(<text [^>]*?\bx=")([-\d.]+)(" y=")([-\d.]+)("[^>]*?font-size="([\d.]+)"[^>]*>)([^<]*)(</text>)')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_OUTLINE = re.compile(r'(?:points|\bd)="([^"]+)"')
_STEP = 6.0  # pixels between two points of a curve, at most about: less than the height of a word, so that none slips between
_SPOTS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.9)  # along the arrow, the middle first
_CLEAR, _FAR = 5.0, 13.0  # pixels: kept between words and their arrow, and at most between them

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: _Box, clear: float = 3.0) -> bool:
        apart = self.right + clear <= other.left or other.right + clear <= self.left
        return not (apart or self.bottom + clear <= other.top or other.bottom + clear <= self.top)

    def within(self, page: _Box) -> bool:
        across = page.left <= self.left and self.right <= page.right
        return across and page.top <= self.top and self.bottom <= page.bottom

    def at(self, left: float, top: float) -> _Box:
        return _Box(left, top, left + self.right - self.left, top + self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class _Curve:
    points: tuple[_Point, ...]
    around: _Box

    def distance(self, box: _Box) -> float:
        """From its nearest point to the box; 0 where one lies inside."""
        return min(
            max(box.left - x, x - box.right, 0.0) ** 2 + max(box.top - y, y - box.bottom, 0.0) ** 2
            for x, y in self.points
        ) ** 0.5  # fmt: skip

    def is_beyond(self, box: _Box, pixels: float) -> bool:
        """Whether it is farther from the box than that."""
        return not box.touches(self.around, pixels) or self.distance(box) > pixels


@dataclass(frozen=True, slots=True)
class _Arrow:
    start: int  # of its group in the SVG
    curve: _Curve
    words: _Box | None


def beside_their_arrows(svg: str) -> str:
    """The SVG of dot with its words moved."""
    arrows, things = _read(svg)
    if not arrows:
        return svg
    before = {arrow.start: arrow.words for arrow in arrows}
    page = _around([*things, *filter(None, before.values())])
    for _again in range(2):  # what is moved first makes room for others
        for place, arrow in enumerate(arrows):
            others = [other for other in arrows if other is not arrow]
            curves = [other.curve for other in others]
            if arrow.words is None:
                continue
            taken = [*things, *(other.words for other in others if other.words is not None)]
            if any(arrow.words.touches(thing, 0.0) for thing in things) or not _belongs(
                arrow.words, arrow.curve, curves
            ):
                arrows[place] = replace(arrow, words=_spot(arrow.words, arrow.curve, curves, taken, page))
    moved = {
        arrow.start: (arrow.words.left - was.left, arrow.words.top - was.top)
        for arrow in arrows
        if arrow.words is not None and (was := before[arrow.start]) is not None and arrow.words is not was
    }
    return _GROUP.sub(lambda group: _shifted(group[0], *moved.get(group.start(), (0.0, 0.0))), svg) if moved else svg


def _belongs(words: _Box, own: _Curve, others: Sequence[_Curve]) -> bool:
    """Whether an eye takes the words for this arrow's: they are near it, not on it, and every other is more than twice as far away."""
    mine = own.distance(words)
    return 1 <= mine <= _FAR and all(other.is_beyond(words, 2 * mine + 6) for other in others)


def _spot(words: _Box, own: _Curve, others: Sequence[_Curve], taken: Sequence[_Box], page: _Box) -> _Box:
    """The first place along the arrow where the words touch nothing and belong to it; else the clearest one; else where they are."""
    best, clearest = words, _clearness(words, own, others)
    for box in _candidates(words, own.points):
        if not box.within(page) or any(box.touches(other) for other in taken):
            continue
        if _belongs(box, own, others):
            return box
        if (clear := _clearness(box, own, others)) > clearest:
            best, clearest = box, clear
    return best


def _clearness(words: _Box, own: _Curve, others: Sequence[_Curve]) -> float:
    """How much nearer the words are to their own arrow than to the nearest other; negative where they aren't, or lie on one."""
    nearest, mine = min((other.distance(words) for other in others), default=_FAR), own.distance(words)
    return nearest - mine if nearest > 2 and mine >= 1 else -1e3


def _candidates(words: _Box, curve: Sequence[_Point]) -> Iterator[_Box]:
    """Above and below the arrow, right and left of it, from its middle outwards; what suits a steep arrow first where it is steep."""
    wide, high = words.right - words.left, words.bottom - words.top
    across, upright = [], []
    for share in _SPOTS:
        x, y = curve[round(share * (len(curve) - 1))]
        heights = [height for at, height in curve if abs(at - x) <= wide / 2 + _CLEAR]
        across.append(words.at(x - wide / 2, min(heights) - _CLEAR - high))
        across.append(words.at(x - wide / 2, max(heights) + _CLEAR))
        places = [at for at, height in curve if abs(height - y) <= high / 2 + _CLEAR]
        upright.append(words.at(max(places) + _CLEAR, y - high / 2))
        upright.append(words.at(min(places) - _CLEAR - wide, y - high / 2))
    steep = abs(curve[-1][1] - curve[0][1]) > abs(curve[-1][0] - curve[0][0])
    yield from [*upright, *across] if steep else [*across, *upright]


# ---------------------------------------------------------------------- reading and writing


def _read(svg: str) -> tuple[list[_Arrow], list[_Box]]:
    arrows, things = [], []
    for group in _GROUP.finditer(svg):
        if group[1] == "node":
            shapes = _OUTLINE.findall(group[0])
            numbers = [float(number) for number in chain(*map(_NUMBER.findall, shapes))]
            things.append(_holding(list(zip(numbers[::2], numbers[1::2], strict=True))))
        elif path := _PATH.search(group[0]):
            points = tuple(_points(path[1]))
            lines = [_line(text) for text in _TEXT.finditer(group[0]) if text[7].strip()]
            arrows.append(_Arrow(group.start(), _Curve(points, _holding(points)), _around(lines) if lines else None))
    return arrows, things


def _line(text: re.Match[str]) -> _Box:
    x, y, size = float(text[2]), float(text[4]), float(text[6])
    wide = text_width(unescape(text[7]), size, "bold" in text[5] or "bold" in text[1])
    x -= wide / 2 if 'text-anchor="middle"' in text[1] else 0.0  # as dot sets plain words; a table's begin at x
    return _Box(x, y - 0.8 * size, x + wide, y + 0.22 * size)


def _holding(points: Sequence[_Point]) -> _Box:
    across, upright = [x for x, _y in points], [y for _x, y in points]
    return _Box(min(across), min(upright), max(across), max(upright))


def _around(boxes: Sequence[_Box]) -> _Box:
    return _holding([point for box in boxes for point in ((box.left, box.top), (box.right, box.bottom))])


def _points(path: str) -> Iterator[_Point]:
    """Points along a path of dot's: M and then cubic pieces."""
    numbers = [float(number) for number in _NUMBER.findall(path)]
    ends = list(zip(numbers[::2], numbers[1::2], strict=True))
    yield ends[0]
    for first in range(0, len(ends) - 3, 3):
        a, b, c, d = ends[first : first + 4]
        steps = max(1, ceil(sum(dist(one, other) for one, other in pairwise((a, b, c, d))) / _STEP))
        for step in range(1, steps + 1):
            t = step / steps
            u = 1 - t
            p, q, r, s = u**3, 3 * u * u * t, 3 * u * t * t, t**3
            yield p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]


def _shifted(group: str, right: float, down: float) -> str:
    if not right and not down:
        return group
    return _TEXT.sub(
        lambda text: (
            f"{text[1]}{float(text[2]) + right:.2f}{text[3]}{float(text[4]) + down:.2f}{text[5]}{text[7]}{text[8]}"
        ),
        group,
    )
