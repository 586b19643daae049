"""Numbers in sentences: what the build puts where a text says `{fact: sqs.DEDUPLICATION_S}` or `{minutes: core}`.

{fact: sqs.DEDUPLICATION_S}            5 minutes      the value with its unit, as a sentence has it
{fact: sqs.DEDUPLICATION_S | number}   300            the bare number
{fact: sns.SQS_RETRIES | word}         ten            the same in letters, up to twelve
{fact: sqs.RETENTION_RANGE_S | high}   14 days        the upper end of a range; `low` is the other
{minutes: core}, {minutes: further}, {minutes: 5}     what minutes.py counts: for the core, for the rest, for section 5
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from functools import partial

from motoclock.facts import Fact, all_facts
from motoclock.facts.shapes import Span, text_of
from sevenways.authoring.minutes import minutes_of
from sevenways.authoring.source import Cell, Source, SourceError

_PLACE = re.compile(r"\{(fact|minutes):\s*([^}|]*?)\s*(?:\|\s*([^}]*?)\s*)?\}")
_BROKEN = re.compile(r"\{ *(?:fact|minutes)s?[: ][^}\n]{0,40}\}?")
_TIMES = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def filled(source: Source) -> Source:
    """The source with every placeholder of its Markdown filled in. Raises SourceError with file and line."""
    return replace(source, cells=tuple(_filled(source, cell) for cell in source.cells))


def in_a_sentence(value: object, unit: str) -> str:
    """A value as a sentence has it: "5 minutes", "1 minute to 14 days", "256 KiB"."""
    if isinstance(value, Span):
        return f"{_end_of(value.low, value.high, unit)} to {in_a_sentence(value.high, unit)}"
    if isinstance(value, tuple):
        *first, last = (in_a_sentence(each, unit) for each in value)
        return f"{', '.join(first)} and {last}" if first else last
    if unit == "s" and isinstance(value, int | float) and not isinstance(value, bool) and value >= 1:
        size, word = next((size, word) for size, word in _TIMES if value % size == 0 or size == 1)
        count = value / size
        return f"{count:,g} {word if count == 1 else f'{word}s'}"
    return text_of(value, unit)


def _end_of(low: float, high: float, unit: str) -> str:
    """The lower end of a range; its unit is said once where both ends have the same."""
    one, other = in_a_sentence(low, unit), in_a_sentence(high, unit)
    if one.partition(" ")[2].rstrip("s") == other.partition(" ")[2].rstrip("s"):
        return one.partition(" ")[0]
    return "0" if low == 0 else one


def _filled(source: Source, cell: Cell) -> Cell:
    if cell.kind != "markdown":
        return cell
    if broken := _BROKEN.search(_PLACE.sub("", cell.text)):
        line = cell.line + 1 + cell.text.count("\n", 0, cell.text.index(broken[0]))
        raise SourceError(
            f"{_at(source, line)}: {broken[0]!r} is no placeholder; write {{fact: name}} or {{minutes: core}}."
        )
    return replace(cell, text=_PLACE.sub(partial(_value, source, cell), cell.text))


def _value(source: Source, cell: Cell, found: re.Match[str]) -> str:
    kind, name, form = found.groups()
    try:
        return _fact(name, form) if kind == "fact" else minutes_of(source).said(name)
    except ValueError as error:
        line = cell.line + 1 + cell.text.count("\n", 0, found.start())
        raise SourceError(f"{_at(source, line)}: {error}") from None


def _at(source: Source, line: int) -> str:
    return f"content/{source.path.parent.name}/{source.path.name}:{line}"


def _fact(name: str, form: str | None) -> str:
    known: dict[str, Fact] = dict(all_facts())
    fact = known.get(name)
    if fact is None:
        near = " or ".join(difflib.get_close_matches(name, known, n=2, cutoff=0.5))
        raise ValueError(f"{name!r} is no fact.{f' Did you mean {near}?' if near else ''}")
    if form is None:
        return in_a_sentence(fact.value, fact.unit)
    if form in ("low", "high") and isinstance(fact.value, Span):
        return in_a_sentence(getattr(fact.value, form), fact.unit)
    if not isinstance(fact.value, int | float) or isinstance(fact.value, bool):
        raise ValueError(f"{name} is no number, so it can't be written as a {form}.")
    if form == "number":
        return f"{fact.value:,}"
    if form == "word" and fact.value in range(len(_WORDS)):
        return _WORDS[int(fact.value)]
    raise ValueError(f"{name} as {form!r}: a form is `number`, or up to twelve `word`.")
