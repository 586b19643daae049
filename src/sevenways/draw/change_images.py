"""What a change record shows of an item: its old and its new image side by side, attribute by attribute."""

from collections.abc import Iterable, Mapping
from typing import Any

from motoclock.wording import count
from sevenways.draw.canvas import Canvas, fitted, text_width
from sevenways.draw.palette import BLUE, GREEN, INK, LINE, PAPER, SHADE, SMALL, SOFT, TEXT, TITLE, VERMILION, WIDTH
from sevenways.draw.picture import Picture

_EDGE, _NAME, _IMAGE, _ROW, _HEAD = 20, 180, 298, 24, 62
_MARKS = {"added": ("+", GREEN), "removed": ("-", VERMILION), "changed": ("~", BLUE)}
_SIDES = (("OldImage", "the item before"), ("NewImage", "the item after"))
_REASONS = {
    ("INSERT", "OldImage"): "there was no item",
    ("REMOVE", "NewImage"): "there is no item any more",
}


def change_images(records: Iterable[Mapping[str, Any]]) -> Picture:
    """Change records, as a handler or GetRecords has them: one table each. An image that the view type leaves out is said to be so."""
    found = list(records)
    text = _text(found)
    heights = [_HEAD + _ROW * max(1, len(_rows(record))) + 18 for record in found]
    canvas = Canvas("images", "Old and new image", text.split("\n", 1)[0], 12 + sum(heights) if found else 50)
    if not found:
        canvas.text(text, _EDGE, 30, TEXT)
    y = 12
    for record, height in zip(found, heights, strict=True):
        _draw(canvas, record, y, height - 18)
        y += height
    return Picture(canvas.svg(), text)


def _rows(record: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """(attribute, old, new, "" or how it differs), keys first. "" for an attribute that an image has not."""
    change = record["dynamodb"]
    old, new = change.get("OldImage", {}), change.get("NewImage", {})
    names = dict.fromkeys([*change["Keys"], *old, *new])
    rows = []
    for name in names:
        before, after = (_value(image[name]) if name in image else "" for image in (old, new))
        rows.append((name, before, after, _difference(change, before, after)))
    return rows


def _difference(change: Mapping[str, Any], before: str, after: str) -> str:
    if "OldImage" not in change or "NewImage" not in change or before == after:
        return ""
    return "changed" if before and after else "added" if after else "removed"


def _value(typed: Mapping[str, Any]) -> str:
    """A typed attribute as it is in the record: {"N": "1999"}."""
    ((kind, value),) = typed.items()
    return f'{{"{kind}": "{value}"}}' if isinstance(value, str) else f'{{"{kind}": {value}}}'


def _why_missing(record: Mapping[str, Any], side: str) -> str:
    """Why a record has no such image; "" when it has."""
    change = record["dynamodb"]
    if side in change:
        return ""
    return _REASONS.get((record["eventName"], side)) or f"not in this view, {change['StreamViewType']}"


# ---------------------------------------------------------------------- the picture


def _draw(canvas: Canvas, record: Mapping[str, Any], y: float, height: float) -> None:
    change = record["dynamodb"]
    canvas.rect(8, y, WIDTH - 16, height, fill=SHADE)
    canvas.text(record["eventName"], _EDGE, y + 22, TITLE, bold=True)
    about = f"sequence number {change['SequenceNumber']}, view {change['StreamViewType']}"
    canvas.text(about, _EDGE + text_width(record["eventName"], TITLE, True) + 14, y + 22, SMALL, colour=SOFT)
    columns = dict(zip(("OldImage", "NewImage"), (_NAME, _NAME + _IMAGE + 14), strict=True))
    rows = _rows(record)
    for side, title in _SIDES:
        x, missing = columns[side], _why_missing(record, side)
        canvas.text(f"{side}: {title}", x, y + 46, SMALL, bold=True)
        box = _ROW * len(rows)
        style = {"stroke_dasharray": "4,3"} if missing else {}
        canvas.rect(
            x, y + 54, _IMAGE, box, fill=SHADE if missing else PAPER, stroke=LINE if not missing else SOFT, **style
        )
        if missing:
            canvas.text(missing, x + _IMAGE / 2, y + 54 + box / 2 + 4, SMALL, colour=SOFT, anchor="middle")
    for place, (name, before, after, difference) in enumerate(rows):
        line = y + 54 + _ROW * place
        is_key = name in change["Keys"]
        canvas.text(
            fitted(name + (" (key)" if is_key else ""), _NAME - _EDGE - 12), _EDGE, line + 16, TEXT, bold=is_key
        )
        for side, value in (("OldImage", before), ("NewImage", after)):
            if side in change:
                shown = value or "not there"
                changed = bool(difference)
                canvas.text(
                    fitted(shown, _IMAGE - 20, TEXT, changed),
                    columns[side] + 10,
                    line + 16,
                    TEXT,
                    bold=changed,
                    colour=INK if value else SOFT,
                )
        if difference:
            sign, colour = _MARKS[difference]
            x = columns["NewImage"] + _IMAGE + 8
            canvas.rect(x, line + 5, 4, 15, fill=colour)
            canvas.text(f"{sign} {difference}" if sign != "~" else difference, x + 9, line + 16, SMALL)


# ---------------------------------------------------------------------- the words


def _text(records: list[Mapping[str, Any]]) -> str:
    if not records:
        return "Old and new image: no change record."
    lines = [f"Old and new image of {count(len(records), 'change record')}"]
    for record in records:
        change = record["dynamodb"]
        lines.append(
            f"{record['eventName']}, sequence number {change['SequenceNumber']}, view {change['StreamViewType']}"
        )
        for side, title in _SIDES:
            if missing := _why_missing(record, side):
                lines.append(f"  {side}, {title}: {missing}")
        for name, before, after, difference in _rows(record):
            sides = [
                value or "not there" for side, value in (("OldImage", before), ("NewImage", after)) if side in change
            ]
            key = " (key)" if name in change["Keys"] else ""
            values = " -> ".join(sides) or _value(change["Keys"][name])
            lines.append(f"  {name}{key}: {values}{f', {difference}' if difference else ''}")
    return "\n".join(lines)
