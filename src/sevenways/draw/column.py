"""Several SVG pictures, one below another, as one: the static twin of what a widget shows."""

import re
import textwrap
from dataclasses import dataclass
from html import escape

WIDTH = 960.0
_GAP, _MARGIN, _LINE_HEIGHT, _FONT_SIZE, _CHARACTER = 16.0, 12.0, 16.0, 11.5, 7.0
_ROOT = re.compile(r"<svg\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:-]+)\s*=\s*"([^"]*)"')
_LENGTH = re.compile(r"([\d.]+)(pt|px)?$")
_ID = re.compile(r'(?<=\sid=")([^"]+)(?=")')
_REFERENCE = re.compile(r'(url\(#|href="#)([^)"]+)')
_LABELS = re.compile(r'(aria-(?:labelledby|describedby)=")([^"]+)(?=")')


@dataclass(frozen=True, slots=True)
class _Part:
    attributes: dict[str, str]
    inside: str
    width: float
    height: float


def stacked(svgs: list[str], title: str, description: str = "") -> str:
    """One SVG of several. Each keeps its own coordinates; none is enlarged; names inside get a prefix, so that none clash."""
    parts = [_part(with_own_names(svg, f"p{number}-")) for number, svg in enumerate(svgs)]
    y, placed = _MARGIN, []
    for part in parts:
        scale = min(1.0, (WIDTH - 2 * _MARGIN) / part.width)
        width, height = part.width * scale, part.height * scale
        kept = " ".join(f'{name}="{value}"' for name, value in part.attributes.items())
        placed.append(
            f'<svg x="{_MARGIN:g}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {kept}>{part.inside}'
        )
        y += height + _GAP
    height = y - _GAP + _MARGIN if parts else 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100%" '
        f'viewBox="0 0 {WIDTH:g} {height:.1f}" role="img"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        f'<rect width="{WIDTH:g}" height="{height:.1f}" fill="#ffffff"/>{"".join(placed)}</svg>'
    )


def height_of(svg: str) -> float:
    """How high it is in a column."""
    part = _part(svg)
    return part.height * min(1.0, (WIDTH - 2 * _MARGIN) / part.width) + _GAP


def text_picture(text: str) -> str:
    """Lines of text as an SVG, for what has no picture of its own. Each unindented line begins a column, as long as they fit.

    A line that is longer than the paper is wide goes on in the next, indented.
    """
    columns = _columns(text)
    widths = [max(map(len, column)) * _CHARACTER + _GAP for column in columns]
    if sum(widths) > WIDTH - 2 * _MARGIN:
        columns, widths = [[part for line in text.splitlines() or [""] for part in _broken(line)]], [0.0]
    spans = [
        f'<tspan x="{sum(widths[:place]):g}" y="{(number + 1) * _LINE_HEIGHT - 4:g}">{escape(line) or " "}</tspan>'
        for place, column in enumerate(columns)
        for number, line in enumerate(column)
    ]
    height = max(map(len, columns)) * _LINE_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="0 0 {WIDTH - 2 * _MARGIN:g} {height:g}">'
        f'<text xml:space="preserve" font-family="monospace" font-size="{_FONT_SIZE:g}" fill="#222222">{"".join(spans)}</text></svg>'
    )


def _columns(text: str) -> list[list[str]]:
    columns: list[list[str]] = []
    for line in text.splitlines():
        if columns and line.startswith(" "):
            columns[-1].append(line)
        else:
            columns.append([line])
    return columns if all(len(column) > 1 for column in columns) and columns else [text.splitlines() or [""]]


def _broken(line: str) -> list[str]:
    most = int((WIDTH - 2 * _MARGIN) / _CHARACTER)
    indent = line[: len(line) - len(line.lstrip())] + "  "
    return textwrap.wrap(line, most, subsequent_indent=indent) if len(line) > most else [line]


def inline(svg: str, prefix: str) -> str:
    """An SVG for inside HTML: without prologue, and with names that no other picture on the page has."""
    return with_own_names(svg[_root(svg).start() :], prefix)


def with_own_names(svg: str, prefix: str) -> str:
    """Every id in the SVG, and every reference to one, with a prefix."""
    svg = _ID.sub(lambda match: prefix + match[1], svg)
    svg = _REFERENCE.sub(lambda match: match[1] + prefix + match[2], svg)
    return _LABELS.sub(lambda match: match[1] + " ".join(prefix + name for name in match[2].split()), svg)


def _root(svg: str) -> re.Match[str]:
    found = _ROOT.search(svg)
    if found is None:
        raise ValueError(f"This is no SVG: {svg[:60]!r}.")
    return found


def _part(svg: str) -> _Part:
    root = _root(svg)
    attributes = dict(_ATTRIBUTE.findall(root[1]))
    width, height = _length(attributes.pop("width", "")), _length(attributes.pop("height", ""))
    if "viewBox" in attributes:
        box = [float(number) for number in re.split(r"[\s,]+", attributes["viewBox"].strip())]
        if width is None or height is None:
            width, height = box[2], box[3]
    else:
        width, height = width or WIDTH, height or 100.0
        attributes["viewBox"] = f"0 0 {width:g} {height:g}"
    for name in [name for name in attributes if name in ("x", "y") or name.startswith("xmlns")]:
        del attributes[name]
    return _Part(attributes, svg[root.end() :].rstrip(), width, height)


def _length(text: str) -> float | None:
    """Pixels of a length; None when it is relative."""
    found = _LENGTH.match(text)
    return float(found[1]) * (4 / 3 if found[2] == "pt" else 1) if found else None
