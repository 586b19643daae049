"""Many events against one pattern: for each event the fields that fit, and those for which it was turned away."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from motoclock.matching import Explanation, Pattern, explain
from motoclock.templates.json_path import MISSING, find
from motoclock.wording import listed
from sevenways.draw.canvas import Canvas, fitted, text_width
from sevenways.draw.palette import DARK, GREEN, GREY, INK, LINE, SHADE, SMALL, SOFT, TEXT, VERMILION, WIDTH
from sevenways.draw.picture import Picture

_EDGE, _TOP, _ROW, _MOST, _VALUE = 20, 62, 46, 40, 9
_HEAD = "delivered"


@dataclass(frozen=True, slots=True)
class _Cell:
    """One event at one field: whether it fits, the value that was found as text, None where the field is missing."""

    fits: bool
    found: str | None


def pattern_misses(pattern: Any, events: Iterable[Mapping[str, Any]], label: str = "detail.id") -> Picture:
    """A column for each event (at most 40), a row for each field of the pattern, a last row for what a rule would deliver.

    `pattern` is JSON text or a dict; `label` is the path of what an event is called by. Of a pattern with $or each event is held
    against the way that comes closest. Raises InvalidEventPattern for a pattern that EventBridge would not take.
    """
    parsed = pattern if isinstance(pattern, Pattern) else Pattern.parse(pattern)
    events = list(events)[:_MOST]
    names = [_short(_value(event, label)) or str(number) for number, event in enumerate(events)]
    answers = [explain(parsed, event) for event in events]
    fields = list(dict.fromkeys(verdict.path for answer in answers for verdict in answer.fields))
    rows = {
        field: [_cell(field, event, answer) for event, answer in zip(events, answers, strict=True)] for field in fields
    }
    matched = [answer.matched for answer in answers]
    text = _text(names, rows, matched)
    return Picture(_svg(parsed, names, rows, matched, text.split("\n", 1)[0]), text)


def _cell(field: str, event: Mapping[str, Any], answer: Explanation) -> _Cell | None:
    verdict = next((one for one in answer.fields if one.path == field), None)
    return None if verdict is None else _Cell(verdict.matched, _short(_value(event, field)))


def _value(event: Mapping[str, Any], path: str) -> Any:
    return find(event, f"$.{path}")


def _short(value: Any) -> str | None:
    if value is MISSING:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _text(names: list[str], rows: dict[str, list[_Cell | None]], matched: list[bool]) -> str:
    lines = [f"{sum(matched)} of {len(matched)} events match"]
    for field, cells in rows.items():
        missing = [
            name for name, cell in zip(names, cells, strict=True) if cell and not cell.fits and cell.found is None
        ]
        others = [
            name for name, cell in zip(names, cells, strict=True) if cell and not cell.fits and cell.found is not None
        ]
        fits = sum(cell is not None and cell.fits for cell in cells)
        said = [f"fits {fits}"]
        said += [f"does not fit {len(others)} ({listed(others, 4)})"] if others else []
        said += [f"missing in {len(missing)} ({listed(missing, 4)})"] if missing else []
        lines.append(f"  {field}: {', '.join(said)}")
    delivered = [name for name, match in zip(names, matched, strict=True) if match]
    lines.append(f"  {_HEAD}: {listed(delivered, 40) if delivered else 'none'}")
    return "\n".join(lines)


# ---------------------------------------------------------------------- the picture


def _svg(
    pattern: Pattern, names: list[str], rows: dict[str, list[_Cell | None]], matched: list[bool], title: str
) -> str:
    left = _EDGE + 140
    step = min(60.0, (WIDTH - left - _EDGE) / max(len(names), 1))
    bottom = _TOP + _ROW * (len(rows) + 1)
    canvas = Canvas("misses", "Which events match, and which field turns the others away", title, bottom + 36)
    canvas.text(fitted(title, 240, TEXT, True), _EDGE, 24, TEXT, bold=True)
    canvas.text(fitted(" ".join(pattern.text.split()), WIDTH - 290), WIDTH - _EDGE, 24, colour=SOFT, anchor="end")
    for place, name in enumerate(names):
        number = name.rpartition("-")[2] if step < 52 else name
        canvas.text(fitted(number, step), left + step * (place + 0.5), _TOP - 10, colour=SOFT, anchor="middle")
    for place, match in enumerate(matched):
        if match:
            canvas.rect(left + step * place, _TOP, step, bottom - _TOP, fill="#E3F3EE")
    y = float(_TOP)
    for field, cells in rows.items():
        canvas.line(_EDGE, y, WIDTH - _EDGE, y, LINE)
        size = TEXT if text_width(field, TEXT) <= 136 else SMALL
        canvas.text(fitted(field, 138, size), _EDGE, y + _ROW / 2 + 4, size)
        for place, (name, cell) in enumerate(zip(names, cells, strict=True)):
            if cell is not None:
                _draw_cell(canvas, name, field, cell, left + step * (place + 0.5), y)
        _draw_values(canvas, cells, left, y + _ROW - 7, step)
        y += _ROW
    canvas.line(_EDGE, y, WIDTH - _EDGE, y, INK)
    canvas.text(_HEAD, _EDGE, y + _ROW / 2 + 4, TEXT, bold=True)
    for place, match in enumerate(matched):
        x = left + step * (place + 0.5)
        if match:
            canvas.rect(x - 8, y + _ROW / 2 - 8, 16, 16, f"{names[place]} is delivered", fill=GREEN)
            _tick(canvas, x, y + _ROW / 2)
        else:
            canvas.circle(x, y + _ROW / 2, 2, f"{names[place]} is not delivered", fill=GREY)
    _legend(canvas, bottom + 22)
    return canvas.svg()


def _draw_cell(canvas: Canvas, name: str, field: str, cell: _Cell, x: float, y: float) -> None:
    at = y + 16
    shown = "no value" if cell.found is None else cell.found
    hover = f"{name}, {field}: {shown} {'fits' if cell.fits else 'does not fit'}"
    _sign(canvas, x, at, cell, hover)


def _draw_values(canvas: Canvas, cells: list[_Cell | None], left: float, y: float, step: float) -> None:
    """What was found, once for neighbours that have the same: so it has the room of all of them."""
    place = 0.0
    for found, same in groupby(cells, key=lambda cell: None if cell is None else cell.found):
        width = sum(1 for _ in same) * step
        size = SMALL if text_width(found or "", SMALL) <= width - 4 else _VALUE
        canvas.text(
            fitted(found or "", width - 4, size), left + place + width / 2, y, size, colour=SOFT, anchor="middle"
        )
        if width > step and found is not None:
            reach = text_width(fitted(found, width - 4, size), size) / 2 + 6
            for start, end in (
                (left + place + 6, left + place + width / 2 - reach),
                (left + place + width / 2 + reach, left + place + width - 6),
            ):
                if end > start:
                    canvas.line(start, y - 4, end, y - 4, LINE)
        place += width


def _sign(canvas: Canvas, x: float, y: float, cell: _Cell, hover: str = "") -> None:
    if cell.fits:
        canvas.circle(x, y, 7.5, hover, fill=GREEN)
        _tick(canvas, x, y)
    elif cell.found is not None:
        canvas.path(
            f"M{x - 5.5:.1f},{y - 5.5:.1f}l11,11m0,-11l-11,11", hover, stroke=VERMILION, stroke_width=3, fill="none"
        )
    else:
        canvas.circle(x, y, 6.5, hover, fill=SHADE, stroke=DARK, stroke_width=1.5, stroke_dasharray="3,2.4")


def _tick(canvas: Canvas, x: float, y: float) -> None:
    canvas.path(f"M{x - 4:.1f},{y:.1f}l3,3.2l5,-6.4", stroke="#FFFFFF", stroke_width=2, fill="none")


def _legend(canvas: Canvas, y: float) -> None:
    x = _EDGE + 8.0
    for cell, words in (
        (_Cell(True, ""), "fits"),
        (_Cell(False, ""), "has another value"),
        (_Cell(False, None), "has no such field"),
    ):
        _sign(canvas, x, y - 4, cell)
        canvas.text(words, x + 14, y)
        x += 180
