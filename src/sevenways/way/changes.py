"""What moved on the platform, with links to where AWS says so: the table that each lesson ends with."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from motoclock.asking import asked
from motoclock.facts import Change, all_facts
from motoclock.facts import what_changed as rows_of
from sevenways.way.sources import Reference, references

_LEFT = 'style="text-align:left;vertical-align:top"'  # a notebook aligns tables for numbers
_HEAD = ("topic", "tutorials still say", "today", "source")


@dataclass(frozen=True, slots=True, repr=False)
class WhatChanged:
    """Rows with their sources. Shows as a table whose links work in JupyterLab, on GitHub and in the book; its repr has no links."""

    rows: tuple[tuple[Change, tuple[Reference, ...]], ...]
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" {_LEFT}>{title}</th>' for title in _HEAD)
        body = "".join(f"<tr>{''.join(_cells(row, sources))}</tr>" for row, sources in self.rows)
        return (
            f"<table><caption>What changed since</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


@asked
def what_changed(service: str) -> WhatChanged:
    """The rows of one service, such as "sqs", "lambda", "destinations" or "dynamodb_streams"; ValueError for another name."""
    changes = rows_of(service)
    by_source = {fact.source: fact for _, fact in all_facts()}
    return WhatChanged(
        tuple((row, references(tuple(by_source[key] for key in row.source.split("; ")))) for row in changes.rows),
        repr(changes),
    )


def _cells(row: Change, sources: tuple[Reference, ...]) -> list[str]:
    today = f"{row.new} (since {row.since})" if row.since else row.new
    cells = [*map(escape, (row.topic, row.old, today)), "; ".join(map(_linked, sources))]
    return [f"<td {_LEFT}>{cell}</td>" for cell in cells]


def _linked(source: Reference) -> str:
    words = escape(source.words)
    return f'<a href="{escape(source.address)}">{words}</a>' if source.address else words
