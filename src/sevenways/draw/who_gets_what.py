"""Who gets what: each message of a topic against each subscription, and why a filter policy turned it away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motoclock.account.model import Account, Edge, EdgeKind, NodeKind
from motoclock.trace import Event, Kind, Sent, consumer_of, reason_of, target_of
from motoclock.wording import count, listed, name_of
from sevenways.draw.canvas import Canvas, fitted, wrapped
from sevenways.draw.palette import DARK, GREEN, INK, LINE, PURPLE, SHADE, SMALL, SOFT, TEXT, VERMILION, WIDTH
from sevenways.draw.picture import Picture

_EDGE, _TOP, _ROW, _LINE, _NAMES, _MOST = 20, 58, 46, 17, 262, 24
_ENDS = {
    Kind.DELIVERED: "delivered",
    Kind.FILTERED: "filtered out",
    Kind.DEAD_LETTERED: "undeliverable, in the dead-letter queue",
    Kind.DROPPED: "undeliverable, lost",
}
_FILTERED = _ENDS[Kind.FILTERED]


@dataclass(frozen=True, slots=True)
class _Row:
    """One subscription: its name, its settings in words, and for each message how it ended ("" when it has not) and why."""

    name: str
    about: str
    ends: tuple[tuple[str, str], ...]

    def got(self) -> int:
        return sum(end == _ENDS[Kind.DELIVERED] for end, _why in self.ends)

    def reasons(self) -> dict[str, list[str]]:
        """Why -> the numbers of the messages that were turned away or lost for it."""
        found: dict[str, list[str]] = {}
        for number, (end, why) in enumerate(self.ends):
            if end and end != _ENDS[Kind.DELIVERED]:
                found.setdefault(why, []).append(str(number))
        return found


def who_gets_what(trace: Iterable[Event], account: Account, attributes: Sequence[str] = ()) -> Picture:
    """A row for each subscription of the account's first topic, a column for each of its messages (at most 24), reasons below.

    Messages are numbered from 0, in the order of publishing, as the lessons name them.
    `attributes` says in words what message attributes each message has, in the order of publishing: the trace holds only the text.
    """
    topic = next((node.arn for node in account.nodes if node.kind is NodeKind.TOPIC), "")
    events = [event for event in trace if event.resource == topic]
    sent = {event.message_id: event.what.label for event in events if isinstance(event.what, Sent)}
    ids = list(sent)[:_MOST]
    notes = [*attributes, *[""] * len(ids)]
    messages = [" · ".join(filter(None, (sent[each], note))) for each, note in zip(ids, notes, strict=False)]
    ends = {(event.message_id, _subscriber(event)): _end(event) for event in events if event.kind in _ENDS}
    rows = [
        _Row(name_of(edge.target), _about(edge), tuple(ends.get((each, edge.target), ("", "")) for each in ids))
        for edge in account.edges
        if edge.source == topic and edge.kind is EdgeKind.SUBSCRIPTION
    ]
    text = _text(messages, rows)
    return Picture(_svg(messages, rows, text.split("\n", 1)[0]), text)


def _subscriber(event: Event) -> str:
    return consumer_of(event.what) or target_of(event.what) or ""


def _end(event: Event) -> tuple[str, str]:
    return _ENDS[event.kind], reason_of(event.what)


def _about(edge: Edge) -> str:
    """The filter and the form of a subscription. Counts are what the picture shows anyway."""
    return ", ".join(edge.settings if edge.filtered else ["no filter: everything", *edge.settings])


# ---------------------------------------------------------------------- the words


def _text(messages: list[str], rows: list[_Row]) -> str:
    lines = [f"Who gets what: {count(len(messages), 'message')}, {count(len(rows), 'subscription')}"]
    lines += [f"  {number}  {message}" for number, message in enumerate(messages)]
    for row in rows:
        numbers = [str(number) for number, (end, _why) in enumerate(row.ends) if end == _ENDS[Kind.DELIVERED]]
        lines.append(f"{row.name} ({row.about}) gets {row.got()}{': ' if numbers else ''}{listed(numbers, _MOST)}")
        lines += [f"  not {listed(which, _MOST)}: {why}" for why, which in row.reasons().items()]
    return "\n".join(lines)


# ---------------------------------------------------------------------- the picture


def _svg(messages: list[str], rows: list[_Row], title: str) -> str:
    left, bottom = _EDGE + _NAMES, _TOP + _ROW * len(rows)
    step = min(64.0, (WIDTH - left - _EDGE - 74) / max(len(messages), 1))
    room = WIDTH - 2 * _EDGE
    below = _reasons(rows, room - 20)
    height = bottom + 46 + _LINE * len(messages) + (22 if below else 0) + _LINE * len(below)
    canvas = Canvas("whogets", "Who gets what", title, height)
    canvas.text(title, _EDGE, 24, TEXT, bold=True)
    for place in range(len(messages)):
        canvas.text(str(place), left + step * (place + 0.5), _TOP - 10, TEXT, bold=True, anchor="middle")
    for place, row in enumerate(rows):
        y = _TOP + _ROW * place
        canvas.line(_EDGE, y, WIDTH - _EDGE, y, LINE)
        canvas.text(fitted(row.name, _NAMES - 10, TEXT, True), _EDGE, y + 19, TEXT, bold=True)
        canvas.text(fitted(row.about, _NAMES - 10), _EDGE, y + 36, SMALL, colour=SOFT)
        for number, (end, _why) in enumerate(row.ends):
            _sign(canvas, end, left + step * (number + 0.5), y + _ROW / 2, f"{number}, {row.name}: {end}")
        canvas.text(f"gets {row.got()}", WIDTH - _EDGE, y + _ROW / 2 + 4, TEXT, bold=True, anchor="end")
    canvas.line(_EDGE, bottom, WIDTH - _EDGE, bottom, INK)
    _legend(canvas, rows, bottom + 22)
    y = bottom + 46
    for number, message in enumerate(messages):
        canvas.text(str(number), _EDGE + 16, y, SMALL, bold=True, anchor="end")
        canvas.text(fitted(message, room - 30), _EDGE + 26, y, SMALL)
        y += _LINE
    if below:
        y += 8
        canvas.text("Why not?", _EDGE, y, SMALL, bold=True)
        for line in below:
            y += _LINE
            canvas.text(line, _EDGE + 10, y, SMALL, colour=SOFT)
    return canvas.svg()


def _reasons(rows: list[_Row], width: float) -> list[str]:
    """One entry for each subscription and reason, wrapped; at most 16 lines."""
    entries = [f"{row.name}, {listed(which, _MOST)}: {why}" for row in rows for why, which in row.reasons().items()]
    lines = [line for entry in entries for line in wrapped(entry, width)]
    return lines if len(lines) <= 16 else [*lines[:15], f"and {count(len(lines) - 15, 'further line')}"]


def _legend(canvas: Canvas, rows: list[_Row], y: float) -> None:
    seen = {end for row in rows for end, _why in row.ends}
    x = _EDGE + 8.0
    for end in _ENDS.values():
        if end in seen:
            _sign(canvas, end, x, y - 4)
            canvas.text(end, x + 14, y)
            x += 48 + 6.6 * len(end)


def _sign(canvas: Canvas, end: str, x: float, y: float, hover: str = "") -> None:
    if end == _ENDS[Kind.DELIVERED]:
        canvas.circle(x, y, 8, hover, fill=GREEN)
        canvas.path(f"M{x - 4:.1f},{y:.1f}l3,3.2l5,-6.4", stroke="#FFFFFF", stroke_width=2, fill="none")
    elif end == _FILTERED:
        canvas.circle(x, y, 7, hover, fill=SHADE, stroke=DARK, stroke_width=1.5, stroke_dasharray="3,2.4")
    elif end:
        colour = PURPLE if end == _ENDS[Kind.DEAD_LETTERED] else VERMILION
        shape = f"M{x - 6:.1f},{y - 6:.1f}l12,12m0,-12l-12,12"
        canvas.path(shape, hover, stroke=colour, stroke_width=3.5, fill="none")
