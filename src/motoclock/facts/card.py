"""Facts as a learner meets them: a small card each, with value and sentence, and the source in a fold."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motoclock.facts.record import Fact

_CARD = (
    "display:inline-block;vertical-align:top;box-sizing:border-box;max-width:26em;margin:0.2em 0.8em 0.6em 0;"
    "padding:0.5em 0.9em;border:1px solid rgba(127,127,127,0.45);border-left:0.3em solid #0072b2;border-radius:4px;text-align:left"
)
_VALUE = "font-size:1.25em;font-weight:600"
_SMALL = "font-size:0.9em;opacity:0.8"


@dataclass(frozen=True, slots=True, repr=False)
class Cards:
    """Facts, and sentences of the cell's own, side by side: cards in a notebook, a line each elsewhere."""

    rows: tuple[Fact | str, ...]

    def __repr__(self) -> str:
        return "\n".join(row if isinstance(row, str) else as_line(row) for row in self.rows)

    def _repr_html_(self) -> str:
        cards = (_noted(row) if isinstance(row, str) else as_card(row) for row in self.rows)
        return f"<div>{''.join(cards)}</div>"


def cards(*rows: Fact | str) -> Cards:
    """Show several facts at once; a text among them, such as a result, gets a card of its own."""
    return Cards(rows)


def as_line(fact: Fact) -> str:
    """The card as one line: "30 s. How long a received message stays hidden." """
    return " ".join(filter(None, (f"{_headline(fact)}." if _headline(fact) else "", fact.says, _modelled(fact))))


def as_card(fact: Fact) -> str:
    """The card as HTML. It has no ground of its own, so that it follows the page's theme."""
    headline = f'<div style="{_VALUE}">{escape(_headline(fact))}</div>' if _headline(fact) else ""
    model = f'<div style="{_SMALL}">{escape(_modelled(fact))}</div>' if fact.model else ""
    source = f"{fact.source} ({fact.where}, {fact.date}). {fact.confidence.value}."
    return (
        f'<div style="{_CARD}">{headline}<div>{escape(fact.says)}</div>{model}'
        f'<details style="{_SMALL}"><summary>Source</summary>{escape(source)}</details></div>'
    )


def _headline(fact: Fact) -> str:
    """The value; nothing for a rule, whose sentence says it all."""
    return "" if isinstance(fact.value, bool) else fact.text


def _modelled(fact: Fact) -> str:
    return f"Modelled: {fact.model}" if fact.model else ""


def _noted(text: str) -> str:
    return f'<div style="{_CARD}">{escape(text)}</div>'
