"""A JSON document unfolded: one row a field, indented by its depth, with a word on what the field means."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sevenways.draw.canvas import Canvas, fitted
from sevenways.draw.palette import INK, LINE, SHADE, SMALL, SOFT, TEXT, TITLE, WIDTH
from sevenways.draw.picture import Picture

_EDGE, _ROW, _INDENT, _VALUE_X, _NOTE_X, _TOP = 20, 22, 18, 290, 560, 46


def unfolded(
    document: str | Mapping[str, Any], notes: Mapping[str, str] | None = None, title: str = "The record"
) -> Picture:
    """Draw a document (a mapping, or its JSON text). `notes`: what to say beside a field, by its path ("requestContext.condition")."""
    content = json.loads(document) if isinstance(document, str) else document
    rows = [(path, depth, value, (notes or {}).get(path, "")) for path, depth, value in _fields(content)]
    return Picture(_svg(rows, title), _text(rows, title))


def _fields(content: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, int, str | None]]:
    """(path, depth, value) for each field in order; the value of an object that is unfolded is None."""
    for name, value in content.items():
        path = f"{above}.{name}" if above else name
        if isinstance(value, Mapping) and value:
            yield path, depth, None
            yield from _fields(value, path, depth + 1)
        else:
            yield path, depth, json.dumps(value)


def _svg(rows: list[tuple[str, int, str | None, str]], title: str) -> str:
    canvas = Canvas("unfolded", title, f"{len(rows)} fields", _TOP + len(rows) * _ROW + 12)
    canvas.text(title, _EDGE, 28, TITLE, bold=True)
    for place, (path, depth, value, note) in enumerate(rows):
        y = _TOP + place * _ROW
        if place % 2 == 0:
            canvas.rect(8, y, WIDTH - 16, _ROW, fill=SHADE)
        x = _EDGE + depth * _INDENT
        if depth:
            canvas.line(x - 10, y, x - 10, y + _ROW, LINE)
        name = fitted(path.rpartition(".")[2], _VALUE_X - x - 10, TEXT, bold=value is None)
        canvas.text(name, x, y + 15, TEXT, bold=value is None)
        if value is not None:
            room = (_NOTE_X if note else WIDTH) - _VALUE_X - 12
            canvas.text(fitted(value, room, SMALL), _VALUE_X, y + 15, SMALL, colour=INK)
        if note:
            canvas.text(fitted(note, WIDTH - _NOTE_X - 16, SMALL), _NOTE_X, y + 15, SMALL, colour=SOFT)
    return canvas.svg()


def _text(rows: list[tuple[str, int, str | None, str]], title: str) -> str:
    lines = [title]
    for path, depth, value, note in rows:
        said = "  " * depth + path.rpartition(".")[2] + ("" if value is None else f": {value}")
        lines.append(f"{said}   ({note})" if note else said)
    return "\n".join(lines)
