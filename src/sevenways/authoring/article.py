"""The page "The article, then and now": each claim of the article behind the course, the cell that shows it, whether it still holds.

Everything on it stands in content/claims.toml; the numbers and their sources come from the facts. The page is Markdown that GitHub
shows, too, so a verdict is a word and a sign, never a colour alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from motoclock.facts import Fact, all_facts
from sevenways.authoring import claims
from sevenways.authoring.fragments import address
from sevenways.way.sources import reference

PAGE = Path("book", "article.md")


class Verdict(Enum):
    """What has become of a claim."""

    HOLDS = "holds"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: `says` in our words, `note` what to know today with its numbers filled in, `sources` in Markdown.

    `since` is the month of a change. `cells` are the (lesson, cell) that show it; there is none while its lesson is not written.
    """

    id: str
    says: str
    verdict: Verdict
    note: str
    since: str
    sources: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One of the seven ways, or their composition: when to choose it, and what the article says of it."""

    name: str
    when: str
    claims: tuple[Claim, ...]


def article_page(root: Path) -> str:
    """The whole page."""
    parts = services(root)
    everything = [claim for part in parts for claim in part.claims]
    changed = [claim for claim in everything if claim.verdict is Verdict.CHANGED]
    lines = [
        "<!-- Written by `make build` from content/claims.toml; do not edit. -->",
        "",
        "# The article, then and now",
        "",
        "This course began with an article. It compares seven ways to pass a message from one Lambda function to another, says when to "
        "choose which, and ends with how to compose them. AWS has not stood still since, and an article can't be run.",
        "",
        f"So here is what it says, in our words: {len(everything)} claims, each with the cell that lets you see for yourself. "
        f"**{len(everything) - len(changed)} still hold, and {_have(len(changed))} changed.** Even where a claim holds there is often "
        f"something to know before you rely on it. As of {_checked(root)}.",
        "",
        "The small letters are sources, with a link where there is a page to read. All numbers of the course, "
        "each with its source, are on the page [Facts](facts.md).",
        "",
    ]
    for part in parts:
        lines += [f"## {part.name}", "", part.when, ""]
        for claim in part.claims:
            lines += [_item(claim), ""]
    return "\n".join(lines).rstrip() + "\n"


def services(root: Path) -> tuple[Service, ...]:
    """The parts of the page, in the order of claims.toml. ValueError with a sentence when a claim lacks something."""
    said = _said(root)
    shown = claims.rows(root)
    parts = []
    for letter, part in said.get("services", {}).items():
        own = {name: row for name, row in said["claims"].items() if name.rstrip("0123456789") == letter}
        parts.append(Service(part["name"], part["when"], tuple(_claim(name, row, shown) for name, row in own.items())))
    return tuple(parts)


def _claim(name: str, row: dict[str, Any], shown: list[claims.Row]) -> Claim:
    for needed in ("article", "verdict", "note", *(["since"] if row.get("verdict") == Verdict.CHANGED.value else [])):
        if not row.get(needed):
            raise ValueError(f"content/claims.toml: {name} has no `{needed}`.")
    named = [_fact(name, fact) for fact in row.get("facts", [])]
    sources = [_cited(fact) for fact in named]
    if row.get("source"):
        sources.append(str(row["source"]))
    if row["verdict"] == Verdict.CHANGED.value and not sources:
        raise ValueError(f"content/claims.toml: {name} has changed, and no fact or source says so.")
    return Claim(
        name,
        str(row["article"]),
        Verdict(row["verdict"]),
        str(row["note"]).format(*(fact.text for fact in named)),
        str(row.get("since", "")),
        tuple(dict.fromkeys(sources)),
        tuple((each.lesson, each.cell) for each in shown if each.id == name and each.cell),
    )


def _fact(claim: str, name: str) -> Fact:
    found = dict(all_facts()).get(name)
    if found is None:
        raise ValueError(f"content/claims.toml: {claim} names {name}, which is no fact.")
    return found


def _cited(fact: Fact) -> str:
    """The source of a fact and its date, with a link where there is a page to read."""
    source = reference(fact)
    return f"{f'[{source.words}]({source.address})' if source.address else source.words}, {fact.date}"


def _item(claim: Claim) -> str:
    """One claim as an item of a list; it needs no table, which a telephone could not show."""
    verdict = "✓ Holds." if claim.verdict is Verdict.HOLDS else f"↻ Changed in {claim.since}."
    links = [f"[See it in {lesson[:2]}](../notebooks/{lesson}.ipynb#{address(cell)})" for lesson, cell in claim.cells]
    pieces = [f"- *{claim.says}*<br>", f"**{verdict}** {claim.note}"]
    pieces.append(" · ".join(links) + "." if links else "Shown in a later unit.")
    if claim.sources:
        pieces.append(f"<small>{'; '.join(claim.sources)}</small>")
    return "\n  ".join(pieces)


def _have(count: int) -> str:
    return "1 has" if count == 1 else f"{count} have"


def _said(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "content" / "claims.toml").read_text(encoding="utf-8"))


def _checked(root: Path) -> str:
    return str(_said(root)["article"]["checked"])
