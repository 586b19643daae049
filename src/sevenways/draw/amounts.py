"""Amounts side by side: one bar a row, made of its parts. For bills and for plans of capacity."""

from collections.abc import Callable, Mapping, Sequence

from motoclock.account.invocations import RunState
from motoclock.wording import money
from sevenways.draw.canvas import Canvas, text_width
from sevenways.draw.legend import ROW, Entry, draw_legend, legend_rows
from sevenways.draw.palette import (
    BLUE,
    DARK,
    GREEN,
    GREY,
    ORANGE,
    OUTCOMES,
    PURPLE,
    SKY,
    SOFT,
    TEXT,
    WIDTH,
    YELLOW,
    Look,
)
from sevenways.draw.picture import Picture

_LOOKS = (
    Look(ORANGE),
    Look(SKY, "slant"),
    Look(GREEN, "dots"),
    Look(YELLOW, "lines"),
    Look(PURPLE, "cross"),
    Look(BLUE),
    Look(GREY, "bars"),
)
_PATTERNS = ("dots", "lines", "cross", "bars")
_BAR, _GAP = 20, 10


def amounts(
    title: str,
    rows: Mapping[str, Mapping[str, float]],
    write: Callable[[float], str] = money,
    outcomes: Mapping[str, str] | None = None,
) -> Picture:
    """`rows` maps a name to its parts, part to amount; a part has one look in every row. `write` makes words of an amount.

    A part that comes to nothing is not in the legend, and keeps its look: what a knob takes away changes no colours.
    `outcomes` maps parts to how a run ended, "succeeded" or "failed": they have the colours that the timeline beside them has.
    """
    parts = list(dict.fromkeys(part for row in rows.values() for part in row))
    ended = {part: OUTCOMES[RunState(how)] for part, how in (outcomes or {}).items()}
    others = [look for look in _LOOKS if look.colour not in {each.colour for each in ended.values()}]
    looks: dict[str, Look] = {}
    for part in parts:
        looks[part] = _free(_of_one_colour(ended[part]) if part in ended else others, looks)
    return Picture(_svg(title, rows, looks, write), _text(title, rows, write))


def _of_one_colour(look: Look) -> list[Look]:
    """The look itself, and others that differ from it by their pattern alone."""
    return [look, *(Look(look.colour, pattern) for pattern in _PATTERNS)]


def _free(choice: Sequence[Look], taken: Mapping[str, Look]) -> Look:
    """The first look that no part has; of more parts than looks, some look alike."""
    return next((look for look in choice if look not in taken.values()), choice[len(taken) % len(choice)])


def _svg(
    title: str, rows: Mapping[str, Mapping[str, float]], looks: dict[str, Look], write: Callable[[float], str]
) -> str:
    seen = {part for row in rows.values() for part, amount in row.items() if amount}
    entries = [Entry(part, look) for part, look in looks.items() if part in seen]
    legend = ROW * len(legend_rows(entries, WIDTH - 44)) + 10 if len(entries) > 1 else 0
    top = 36 + legend
    canvas = Canvas("amounts", title, "; ".join(_words(rows, write)), top + len(rows) * (_BAR + _GAP) + 6)
    canvas.text(title, 20, 24, TEXT, bold=True)
    if legend:
        draw_legend(canvas, entries, 24, 36, WIDTH - 44)
    left = 36 + max((text_width(name, TEXT) for name in rows), default=0)
    totals = [sum(row.values()) for row in rows.values()]
    most = max([*totals, 0]) or 1
    right = WIDTH - 32 - max((text_width(write(total), TEXT, True) for total in totals), default=0)
    for place, (name, row) in enumerate(rows.items()):
        y, x = top + place * (_BAR + _GAP), left
        canvas.text(name, left - 10, y + 15, TEXT, anchor="end")
        for part, amount in row.items():
            width = (right - left) * amount / most
            if width >= 0.5:
                paint = canvas.fill(looks[part])
                canvas.rect(x, y, width, _BAR, f"{part}: {write(amount)}", fill=paint, stroke=DARK, stroke_width=0.6)
            x += width
        if not row:
            canvas.text("not possible", left, y + 15, TEXT, colour=SOFT)
        else:
            canvas.text(write(sum(row.values())), x + 8, y + 15, TEXT, bold=True)
    return canvas.svg()


def _words(rows: Mapping[str, Mapping[str, float]], write: Callable[[float], str]) -> list[str]:
    return [f"{name}: {write(sum(row.values())) if row else 'not possible'}" for name, row in rows.items()]


def _text(title: str, rows: Mapping[str, Mapping[str, float]], write: Callable[[float], str]) -> str:
    lines = [title]
    for words, row in zip(_words(rows, write), rows.values(), strict=True):
        parts = [f"{part} {write(amount)}" for part, amount in row.items() if amount]
        lines.append(f"  {words}" + (f" ({', '.join(parts)})" if len(parts) > 1 else ""))
    return "\n".join(lines)
