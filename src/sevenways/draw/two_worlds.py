"""Two worlds compared: the settings that differ, the numbers that differ, and one message's life in each, side by side."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motoclock.account.model import Account
from motoclock.account.replay import read_lives
from motoclock.trace import Event
from motoclock.wording import count, duration, moment, money
from sevenways.draw.canvas import Canvas, fitted, wrapped
from sevenways.draw.palette import DARK, GREY, INK, LINE, SHADE, SMALL, SOFT, TEXT, TITLE, WIDTH
from sevenways.draw.passport import MOST_ROWS, draw_mark
from sevenways.draw.picture import HIGHEST, Picture
from sevenways.draw.standing import is_unread
from sevenways.draw.summary import summary
from sevenways.draw.told import Life, Row, folded, read_life

_EDGE, _LINE, _GAP = 20, 16, 10
_HALF = (WIDTH - 2 * _EDGE) / 2
_NAMES = 190  # of the settings' and numbers' own names
_MOST_SETTINGS = 14
_LEAST = 360  # pixels of height for the two lives, however long the table above them
_NUMBERS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("processed", "processed", str),
    ("duplicates", "handled more than once", str),
    ("dead_lettered", "dead-lettered", str),
    ("lost", "lost", str),
    ("waiting", "waiting", str),
    ("unread", "in a stream, unread", str),
    ("failed", "failed executions", str),
    ("invocations", "invocations", str),
    ("errors", "of them failed", str),
    ("p50_s", "half within", lambda value: "-" if value is None else duration(value)),
    ("p99_s", "99 of 100 within", lambda value: "-" if value is None else duration(value)),
    ("cost_usd", "it would cost", money),
)


@dataclass(frozen=True, slots=True)
class World:
    """One of the two: its name, its account and its trace at virtual second `present`, and further `numbers` of the learner's own."""

    name: str
    account: Account
    trace: Iterable[Event]
    present: float
    numbers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in both."""

    name: str
    one: str
    other: str


def world_of(name: str, cloud: Any, **numbers: Any) -> World:
    """A Cloud as it is now, or was when it was closed, under a name. `numbers` are what you counted yourself: `rows=20`."""
    return World(
        name, cloud.account(), cloud.trace, cloud.elapsed, {word.replace("_", " "): n for word, n in numbers.items()}
    )


def two_worlds(one: World, other: World, message: str = "", *, order: str | None = None) -> Picture:
    """What differs between two worlds. `message` or `order` names a message, as for a passport, whose lives are put side by side."""
    settings = differing_settings(one.account, other.account)
    numbers = differing_numbers(one, other)
    lives = [read_life(world.trace, message, order=order) for world in (one, other)] if message or order else []
    text = _text(one, other, settings, numbers, lives)
    return Picture(_svg(one, other, settings, numbers, lives, text.split("\n", 1)[0]), text)


def differing_settings(one: Account, other: Account) -> list[Difference]:
    """Resources and connections that only one has, and the settings in which those differ that both have. Counts are no settings."""
    return _differences(_settings(one), _settings(other), "not there")


def differing_numbers(one: World, other: World) -> list[Difference]:
    """All that the learner counted, and the numbers of the two summaries that differ."""
    own = [
        Difference(name, str(one.numbers.get(name, "-")), str(other.numbers.get(name, "-")))
        for name in dict.fromkeys([*one.numbers, *other.numbers])
    ]
    first, second = _counted(one), _counted(other)
    left_out = () if first["copies"] == second["copies"] else ("processed",)  # other copies, so they say nothing
    said = [
        Difference(words, show(first[key]), show(second[key])) for key, words, show in _NUMBERS if key not in left_out
    ]
    return own + [each for each in said if each.one != each.other]


def _counted(world: World) -> dict[str, float | None]:
    """Its summary; what is in a stream without a reader doesn't wait for anything, and is counted by itself."""
    numbers = dict(summary(world.trace, present=world.present))
    unread = sum(is_unread(life) for life in read_lives(world.trace).copies)
    return numbers | {"waiting": (numbers["waiting"] or 0) - unread, "unread": unread}


def _differing(found: list[Difference]) -> int:
    return sum(each.one != each.other for each in found)


def _settings(account: Account) -> dict[str, str]:
    names = {node.arn: node.name for node in account.nodes}
    found = {
        f"{node.kind} {node.name}": ", ".join(node.facts) or "there" for node in account.nodes if node.kind != "cell"
    }
    for edge in account.edges:
        if edge.source not in names or edge.target not in names:
            continue
        said = ", ".join(dict.fromkeys(word for word in (str(edge.kind), edge.label, *edge.settings) if word))
        found[f"{names[edge.source]} → {names[edge.target]}"] = said
    return found


def _differences(one: Mapping[str, str], other: Mapping[str, str], absent: str) -> list[Difference]:
    return [
        Difference(name, one.get(name, absent), other.get(name, absent))
        for name in dict.fromkeys([*one, *other])
        if one.get(name) != other.get(name)
    ]


# ---------------------------------------------------------------------- the words


def _text(
    one: World, other: World, settings: list[Difference], numbers: list[Difference], lives: list[Life | str]
) -> str:
    lines = [
        f"{one.name}, and {other.name}: {count(len(settings), 'setting')} and {count(_differing(numbers), 'number')} differ"
    ]
    lines += [f"  {each.name}: {each.one} | {each.other}" for each in (*settings, *numbers)]
    for world, life in zip((one, other), lives, strict=False):
        if isinstance(life, str):
            lines.append(f"{world.name}: {life}")
            continue
        rows = folded(life.rows, lambda rows: len(rows) <= MOST_ROWS)
        wide = max(len(moment(row.at)) for row in rows)
        lines += [f"{world.name}: {life.name}. {life.verdict}"]
        lines += [f"  {moment(row.at):>{wide}}  {row.text}" for row in rows]
    return "\n".join(lines)


# ---------------------------------------------------------------------- the strokes


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the table, with its three texts in lines of their own. `heading` stands alone."""

    heading: str = ""
    cells: tuple[list[str], list[str], list[str]] = ([], [], [])

    @property
    def height(self) -> int:
        return 30 if self.heading else max(map(len, self.cells)) * _LINE + _GAP


def _svg(
    one: World,
    other: World,
    settings: list[Difference],
    numbers: list[Difference],
    lives: list[Life | str],
    description: str,
) -> str:
    lines = [*_lines("Settings that differ", settings), *_lines("Numbers", numbers)]
    table = 50 + sum(line.height for line in lines)
    room = max(HIGHEST - table - 44, _LEAST)
    told = [_told(life, room) for life in lives]
    height = table + (34 + max(map(_life_height, told)) if told else 0) + 10
    canvas = Canvas("worlds", f"{one.name} and {other.name}", description, height)
    columns = _EDGE + _NAMES, _EDGE + _NAMES + (WIDTH - 2 * _EDGE - _NAMES) / 2
    for x, world, colour in zip(columns, (one, other), (DARK, GREY), strict=True):
        canvas.rect(x - 8, 12, 4, 24, fill=colour)
        canvas.text(fitted(world.name, _HALF - 110, TITLE, True), x, 30, TITLE, bold=True)
    y: float = 44
    for line in lines:
        if line.heading:
            canvas.text(line.heading, _EDGE, y + 20, SMALL, colour=SOFT)
            canvas.line(_EDGE, y + 27, WIDTH - _EDGE, y + 27, LINE)
        else:
            for x, words in zip((_EDGE, *columns), line.cells, strict=True):
                for place, part in enumerate(words):
                    canvas.text(part, x, y + 14 + _LINE * place, TEXT, colour=SOFT if x == _EDGE else INK)
            canvas.line(_EDGE, y + line.height, WIDTH - _EDGE, y + line.height, SHADE)
        y += line.height
    for place, (world, life) in enumerate(zip((one, other), told, strict=False)):
        _draw_life(canvas, world.name, life, _EDGE + place * (_HALF + 8), table + 24, (DARK, GREY)[place])
    return canvas.svg()


def _lines(heading: str, found: list[Difference]) -> list[_Line]:
    width = (WIDTH - 2 * _EDGE - _NAMES) / 2 - 16
    lines = [_Line(heading if found else f"{heading}: none")]
    for each in found[:_MOST_SETTINGS]:
        lines.append(
            _Line(
                cells=(
                    wrapped(each.name, _NAMES - 16, TEXT),
                    wrapped(each.one, width, TEXT),
                    wrapped(each.other, width, TEXT),
                )
            )
        )
    left = len(found) - _MOST_SETTINGS
    return [*lines, _Line(f"and {left} more")] if left > 0 else lines


def _told(life: Life | str, room: float) -> tuple[list[str], list[tuple[Row, list[str]]]]:
    """The verdict and each row, in lines that fit half a page; rows are folded until all of it is no higher than `room`."""
    if isinstance(life, str):
        return wrapped(life, _HALF - 20, SMALL), []

    def told(rows: Iterable[Row]) -> tuple[list[str], list[tuple[Row, list[str]]]]:
        return wrapped(life.verdict, _HALF - 20, SMALL), [(row, wrapped(row.text, _HALF - 118, SMALL)) for row in rows]

    return told(folded(life.rows, lambda rows: len(rows) <= MOST_ROWS and _life_height(told(rows)) <= room))


def _life_height(told: tuple[list[str], list[tuple[Row, list[str]]]]) -> float:
    verdict, rows = told
    return 30 + _LINE * len(verdict) + sum(_LINE * len(words) + 6 for _row, words in rows)


def _draw_life(
    canvas: Canvas, name: str, told: tuple[list[str], list[tuple[Row, list[str]]]], x: float, y: float, colour: str
) -> None:
    verdict, rows = told
    canvas.rect(x, y - 14, 4, 20, fill=colour)
    canvas.text(fitted(name, _HALF - 30, TEXT, True), x + 12, y, TEXT, bold=True)
    y += 20
    for line in verdict:
        canvas.text(line, x + 12, y, SMALL, colour=SOFT)
        y += _LINE
    y += 8
    for row, words in rows:
        canvas.text(moment(row.at), x + 66, y, SMALL, bold=True, anchor="end")
        draw_mark(canvas, row, x + 80, y - 4)
        for place, line in enumerate(words):
            canvas.text(line, x + 94, y + _LINE * place, SMALL)
        y += _LINE * len(words) + 6
