"""The answer of explain(): one verdict a field, shown as text and as a small table that says the same."""

from dataclasses import dataclass
from html import escape

_ROWS_SHOWN = 40  # a text twin stays readable; the table follows it

# Dark text on an opaque light ground, so that a dark theme or a stored page changes nothing. The two colours are
# Okabe-Ito's, and each comes with a sign and a word.
_TABLE = "border-collapse:collapse;background:#ffffff;color:#1a1a1a;font-size:13px;text-align:left"
_CELL = "padding:4px 10px;border:1px solid #c8c8c8;text-align:left;vertical-align:top;background:#ffffff;color:#1a1a1a"
_SIGNS = {True: ("✓", "yes", "#009E73"), False: ("✗", "no", "#D55E00")}


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """One field of the pattern: what it wants, what was found, and why that fits or does not.

    `path` is the field's dotted name, `sentence` begins with it; `wanted` and `found` are short phrases.
    """

    path: str
    matched: bool
    wanted: str
    found: str
    sentence: str

    @property
    def why(self) -> str:
        """The sentence without the path in front."""
        return self.sentence.removeprefix(f"{self.path}: ")


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Why a pattern matches an event or not. `matched` is true exactly when every verdict in `fields` is and `note`
    names no other obstacle. `note` is one more sentence about the whole, or empty.

    In a pattern with $or, `fields` shows one way to match: the one that does, else the one that comes closest.
    """

    matched: bool
    fields: tuple[FieldVerdict, ...]
    note: str = ""

    @property
    def headline(self) -> str:
        if self.matched:
            return "Match."
        misses = sum(not verdict.matched for verdict in self.fields)
        if not misses:
            return "No match."
        fields = "field" if len(self.fields) == 1 else "fields"
        return f"No match: {misses} of {len(self.fields)} {fields} {'does' if misses == 1 else 'do'} not fit."

    def __repr__(self) -> str:
        lines = [self.headline]
        lines += [f"  {_SIGNS[verdict.matched][0]} {verdict.sentence}" for verdict in self.fields[:_ROWS_SHOWN]]
        if len(self.fields) > _ROWS_SHOWN:
            lines.append(f"  ... and {len(self.fields) - _ROWS_SHOWN} more fields")
        if self.note:
            lines.append(self.note)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(_row(verdict) for verdict in self.fields[:_ROWS_SHOWN])
        if len(self.fields) > _ROWS_SHOWN:
            more = f"... and {len(self.fields) - _ROWS_SHOWN} more fields"
            rows += f'<tr><td style="{_CELL}" colspan="5">{more}</td></tr>'
        heads = "".join(f'<th scope="col" style="{_CELL}">{head}</th>' for head in _HEADS)
        caption = escape(" ".join(filter(None, (self.headline, self.note))))
        return (
            f'<table style="{_TABLE}"><caption style="{_TABLE};caption-side:top;padding:4px 10px"><b>{caption}</b>'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


_HEADS = ("Fits", "Field", "Wanted", "Found", "Why")


def _row(verdict: FieldVerdict) -> str:
    sign, word, colour = _SIGNS[verdict.matched]
    cells = "".join(
        f'<td style="{_CELL}">{escape(text)}</td>'
        for text in (verdict.path, verdict.wanted, verdict.found, verdict.why)
    )
    return f'<tr><td style="{_CELL};white-space:nowrap;border-left:6px solid {colour}"><b>{sign} {word}</b></td>{cells}</tr>'
