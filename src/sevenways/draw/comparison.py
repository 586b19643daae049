"""The ways side by side in one table: what each did with the same orders, the best and the worst of a column by sign and colour."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sevenways.draw.canvas import Canvas, fitted, wrapped
from sevenways.draw.palette import GREEN, INK, LINE, SHADE, SMALL, SOFT, TEXT, VERMILION, WIDTH
from sevenways.draw.picture import Picture
from sevenways.draw.race import Race

_EDGE, _NAMES, _TOP, _ROW = 20, 194, 62, 26


@dataclass(frozen=True, slots=True)
class Column:
    """A number of a race. `better` is "low" or "high"; "" where neither is better by itself."""

    heads: tuple[str, str]
    of: Callable[[Race], float | None]
    form: str
    better: str = "low"


COLUMNS = (
    Column(("orders", "done"), lambda race: len(race.first_done), "{:.0f}", "high"),
    Column(("half", "within, s"), lambda race: race.percentile(50), "{:.2f}"),
    Column(("99 of 100", "within, s"), lambda race: race.percentile(99), "{:.2f}"),
    Column(("done", "twice"), lambda race: race.twice, "{:.0f}"),
    Column(("out of", "order"), lambda race: race.out_of_order, "{:.0f}"),
    Column(("parked", ""), lambda race: len(race.parked), "{:.0f}", ""),
    Column(("first", "parked, s"), lambda race: min(race.parked, default=None), "{:.1f}", ""),
    Column(("runs", ""), lambda race: race.runs, "{:.0f}", ""),
    Column(("at once", ""), lambda race: race.peak, "{:.0f}", ""),
    Column(("US$ a", "million"), lambda race: race.usd_per_million, "{:.2f}"),
)
_NOTES = (
    "within: of those done; parked: given up, kept for people; first parked: seconds into the run; "
    "at once: the most runs at one moment"
)


def comparison(races: Iterable[Race]) -> Picture:
    """A row a way. ▲ is the best of a column, ▼ the worst; a column in which all are alike has neither, and ties share a sign."""
    rows = list(races)
    cells = [[_cell(column, race, rows) for column in COLUMNS] for race in rows]
    text = _text(rows, cells)
    notes = wrapped(_NOTES, WIDTH - 2 * _EDGE, SMALL)
    width = (WIDTH - 2 * _EDGE - _NAMES) / len(COLUMNS)
    canvas = Canvas(
        "comparison", "The ways in numbers", text.split("\n", 1)[0], _TOP + len(rows) * _ROW + 36 + 16 * len(notes)
    )
    for place, column in enumerate(COLUMNS):
        right = _EDGE + _NAMES + (place + 1) * width - 10
        for line, head in enumerate(column.heads):
            canvas.text(head, right, 26 + 16 * line, SMALL, colour=SOFT, anchor="end")
    for number, (race, row) in enumerate(zip(rows, cells, strict=True)):
        y = _TOP + number * _ROW
        if number % 2 == 0:
            canvas.rect(8, y - 8, WIDTH - 16, _ROW, fill=SHADE)
        canvas.text(fitted(race.way, _NAMES - 8, TEXT, bold=True), _EDGE, y + 10, TEXT, bold=True)
        for place, (value, sign) in enumerate(row):
            right = _EDGE + _NAMES + (place + 1) * width - 10
            canvas.text(value, right, y + 10, TEXT, bold=bool(sign), anchor="end")
            if sign:
                canvas.text(sign, right + 2, y + 9, SMALL, colour=GREEN if sign == "▲" else VERMILION)
    foot = _TOP + len(rows) * _ROW
    canvas.line(8, foot - 6, WIDTH - 8, foot - 6, LINE)
    canvas.text("▲ the best of its column   ▼ the worst", _EDGE, foot + 14, SMALL, colour=INK)
    for number, note in enumerate(notes):
        canvas.text(note, _EDGE, foot + 32 + 16 * number, SMALL, colour=SOFT)
    return Picture(canvas.svg(), text)


def _cell(column: Column, race: Race, rows: list[Race]) -> tuple[str, str]:
    """The number as text, and its sign."""
    value = column.of(race)
    if value is None:
        return "-", ""
    said = column.form.format(value)
    known = [float(column.form.format(other)) for other in map(column.of, rows) if other is not None]
    low, high = min(known), max(known)
    if not column.better or low == high:
        return said, ""
    best, worst = (low, high) if column.better == "low" else (high, low)
    return said, "▲" if float(said) == best else "▼" if float(said) == worst else ""


def _text(rows: list[Race], cells: list[list[tuple[str, str]]]) -> str:
    heads = [" ".join(column.heads).strip() for column in COLUMNS]
    lines = [f"{len(rows)} ways in numbers; ▲ the best of a column, ▼ the worst"]
    for race, row in zip(rows, cells, strict=True):
        said = [f"{head} {value}{f' {sign}' if sign else ''}" for head, (value, sign) in zip(heads, row, strict=True)]
        lines.append(f"  {race.way}: {'; '.join(said)}")
    return "\n".join([*lines, f"  ({_NOTES})"])
