"""What an operator wants to know of each place for failures: what lies in it, since when, until when, and what brings it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from motoclock.wording import count, duration, moment
from sevenways.draw.canvas import Canvas, fitted, wrapped
from sevenways.draw.palette import GREEN, INK, LINE, PURPLE, SHADE, SMALL, SOFT, TEXT, TITLE, VERMILION, WIDTH
from sevenways.draw.picture import Picture

_EDGE, _TOP, _HEAD, _LINE = 20, 46, 30, 19


class Form(StrEnum):
    """How a failure lies there. The value is the word on the card."""

    MESSAGE = "the message itself"
    EVENT = "the event itself"
    RECORD = "a record of the failed run, with its event"
    POINTER = "a pointer into a stream, without the data"


BRINGS_BACK = {
    Form.MESSAGE: "mend it, then start_message_move_task, or send it again and delete it",
    Form.EVENT: "mend it, then put_events or publish it again, and delete it",
    Form.RECORD: "mend it, then invoke the function with its requestPayload, and delete it",
    Form.POINTER: "get_shard_iterator AT_SEQUENCE_NUMBER, get_records, while the stream remembers; then put it again",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place for failures at virtual second `at`. `first_sent` and `first_gone`: when the oldest in it came, when it will expire."""

    name: str
    fed_by: tuple[str, ...]
    kept_s: float
    held: int
    form: Form | None = None
    first_sent: float | None = None
    first_gone: float | None = None


def runbook_card(places: Sequence[Place], at: float) -> Picture:
    """A card for each place that holds something, and one line of those that are empty."""
    full, empty = [place for place in places if place.held], [place for place in places if not place.held]
    text = _text(full, empty, at)
    rows = [(place, _lines(place, at)) for place in full]
    height = _TOP + sum(_HEAD + _LINE * len(lines) + 16 for _, lines in rows) + (34 if empty or not full else 6)
    canvas = Canvas("runbook", "Runbook card", text.split("\n", 1)[0], height)
    canvas.text(f"Places for failures at {moment(at)}", _EDGE, 28, TITLE, bold=True)
    y = _TOP
    for place, lines in rows:
        tall = _HEAD + _LINE * len(lines) + 6
        canvas.rect(_EDGE - 8, y, WIDTH - 2 * _EDGE + 16, tall, fill=SHADE, stroke=LINE)
        canvas.rect(_EDGE - 8, y, 6, tall, fill=PURPLE)
        canvas.text(fitted(place.name, 420, TEXT, bold=True), _EDGE + 8, y + 21, TEXT, bold=True)
        canvas.text(f"{place.held:,} in it", WIDTH - _EDGE - 4, y + 21, TEXT, bold=True, colour=VERMILION, anchor="end")
        for number, (label, line) in enumerate(lines):
            canvas.text(label, _EDGE + 8, y + _HEAD + 13 + number * _LINE, SMALL, colour=SOFT)
            canvas.text(line, _EDGE + 120, y + _HEAD + 13 + number * _LINE, SMALL, colour=INK)
        y += tall + 10
    if not full:
        canvas.text("Nothing lies in any of them.", _EDGE, y + 14, TEXT, colour=GREEN)
    elif empty:
        canvas.text(
            fitted(f"Empty: {', '.join(place.name for place in empty)}", WIDTH - 2 * _EDGE), _EDGE, y + 14, SMALL
        )
    return Picture(canvas.svg(), text)


def _lines(place: Place, at: float) -> list[tuple[str, str]]:
    """(label, line) pairs, each line short enough for the card."""
    found = [("what", str(place.form)), ("given up by", ", ".join(place.fed_by) or "nobody that is configured")]
    if place.first_sent is not None and place.first_gone is not None:
        left = place.first_gone - at
        found.append(("since", f"{moment(place.first_sent)}, {duration(at - place.first_sent)} ago"))
        found.append(("until", f"{moment(place.first_gone)}: {duration(left)} left of {duration(place.kept_s)}"))
    if place.form is not None:
        for number, line in enumerate(wrapped(BRINGS_BACK[place.form], WIDTH - 2 * _EDGE - 150)):
            found.append(("brings it back" if number == 0 else "", line))
    return found


def _text(full: list[Place], empty: list[Place], at: float) -> str:
    lines = [f"Runbook card at {moment(at)}: {count(len(full), 'place')} with failures, {len(empty)} empty"]
    for place in full:
        lines.append(f"  {place.name}: {place.held:,} in it")
        for label, line in _lines(place, at):
            lines.append(f"    {label}: {line}" if label else f"      {line}")
    lines += [f"  empty: {', '.join(place.name for place in empty)}"] if empty else []
    return "\n".join(lines)
