"""Where two versions of a notebook part: the first cell, and its first line that differs."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import Any


def first_difference(committed: bytes, rebuilt: bytes) -> str:
    """One or three lines that name the first cell that differs, and how."""
    try:
        old, new = json.loads(committed), json.loads(rebuilt)
        cells = list(zip_longest(old["cells"], new["cells"]))
    except (ValueError, KeyError, TypeError):
        return "The committed file is not a notebook."
    for number, (before, after) in enumerate(cells, start=1):
        if before == after:
            continue
        if before is None or after is None:
            return f"Cell {number} is only in the {'rebuilt' if before is None else 'committed'} notebook."
        part = next(key for key in sorted({*before, *after}) if before.get(key) != after.get(key))
        was, now = _first_lines(_lines(before.get(part)), _lines(after.get(part)))
        name = before.get("id", "no id")
        return f"Cell {number} ({name}) differs in its {part}:\n  committed: {was}\n  rebuilt:   {now}"
    if old != new:
        return "Its cells are the same; its metadata differs."
    return "Its content is the same; its formatting differs."


def _lines(part: Any) -> list[str]:
    if part is None:
        return []
    if isinstance(part, str):
        return part.splitlines()
    if isinstance(part, list) and all(isinstance(line, str) for line in part):
        return [line.rstrip("\n") for line in part]
    return json.dumps(part, indent=1, sort_keys=True, ensure_ascii=False).splitlines()


def _first_lines(old: list[str], new: list[str]) -> tuple[str, str]:
    for before, after in zip_longest(old, new, fillvalue="(nothing)"):
        if before != after:
            start = max(0, _common(before, after) - 60)
            return before.strip()[start : start + 200], after.strip()[start : start + 200]
    return "(nothing)", "(nothing)"


def _common(one: str, other: str) -> int:
    for position, (left, right) in enumerate(zip(one.strip(), other.strip(), strict=False)):
        if left != right:
            return position
    return min(len(one.strip()), len(other.strip()))
