"""Shards as ranges of hashes, and the partition keys where their hashes fall: which shard takes what, and which key is hot.

Read from what ListShards answers and from a trace. Shards that were split or merged stand above those that took over their range.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motoclock.facts import kinesis
from motoclock.trace import Event, Kind
from motoclock.wording import count, name_of
from sevenways.draw.canvas import Canvas, fitted, text_width
from sevenways.draw.palette import DARK, GREY, INK, ORANGE, SHADE, SKY, SMALL, SOFT, TEXT, VERMILION, WIDTH, Look
from sevenways.draw.picture import Picture

_SPACE = 2**kinesis.HASH_BITS.value
_LEFT, _RIGHT = 24, WIDTH - 24
_BOX, _LANE, _LINE_HEIGHT = 52, 17, 16
_LABELLED = 6  # keys with a label; of many keys that are alike none needs one
_MOST_DOTS = 150  # more keys than this are drawn as marks, one a pixel
_ROWS = 40  # more keys than this are counted, not listed, in the text twin
_HOT, _HALF = 0.2, 0.5  # a key with this share of the records and twice the mean, or with half of them all, is hot
_PARENT = Look(GREY, "lines")


@dataclass(frozen=True, slots=True)
class _Shard:
    """`first` and `last` are shares of the hash space; `row` counts the reshards before it."""

    name: str
    first: float
    last: float
    closed: bool
    row: int
    records: int
    refused: int


@dataclass(frozen=True, slots=True)
class _Key:
    """`place` is where its hash falls, as a share of the hash space."""

    name: str
    place: float
    records: int
    hot: bool


def hash_ranges(shards: Sequence[Mapping[str, Any]], trace: Iterable[Event] = (), stream: str | None = None) -> Picture:
    """`shards` is what `list_shards` answers under "Shards". `stream` is a name, needed when the trace has several streams."""
    events = [event for event in trace if stream is None or name_of(event.resource) == stream]
    rows = _shards(shards, events)
    keys = _keys(events)
    text = _text(rows, keys)
    return Picture(_svg(rows, keys, text), text)


def place_of(key: str) -> float:
    """Where the MD5 hash of a partition key falls, as a share of the hash space, 0 to 1."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) / _SPACE


def _shards(answer: Sequence[Mapping[str, Any]], events: list[Event]) -> list[_Shard]:
    taken = Counter(
        event.message_id.partition(":")[0]
        for event in events
        if event.kind is Kind.SENT and event.message_id and event.message_id.startswith("shardId-")
    )
    refused = Counter(
        event.detail.target
        for event in events
        if event.kind is Kind.REFUSED and event.detail.target.startswith("shardId-")
    )
    level: dict[str, int] = {}
    found = []
    for shard in sorted(answer, key=lambda shard: shard["ShardId"]):
        parents = [shard[name] for name in ("ParentShardId", "AdjacentParentShardId") if name in shard]
        level[shard["ShardId"]] = max((level[parent] + 1 for parent in parents if parent in level), default=0)
        hashes = shard["HashKeyRange"]
        found.append(
            _Shard(
                f"shard {int(shard['ShardId'].rpartition('-')[2])}",
                int(hashes["StartingHashKey"]) / _SPACE,
                (int(hashes["EndingHashKey"]) + 1) / _SPACE,
                "EndingSequenceNumber" in shard["SequenceNumberRange"],
                level[shard["ShardId"]],
                taken[shard["ShardId"]],
                refused[shard["ShardId"]],
            )
        )
    return found


def _keys(events: list[Event]) -> list[_Key]:
    counts = Counter(event.detail.group_id for event in events if event.kind is Kind.SENT and event.detail.group_id)
    total = counts.total()
    hot = {key for key, many in counts.items() if _is_hot(many, total, len(counts))}
    return sorted(
        (_Key(key, place_of(key), many, key in hot) for key, many in counts.items()), key=lambda key: key.place
    )


def _is_hot(records: int, total: int, keys: int) -> bool:
    return records >= _HALF * total or (records >= _HOT * total and records >= 2 * total / keys)


# ---------------------------------------------------------------------- the picture


def _svg(shards: list[_Shard], keys: list[_Key], text: str) -> str:
    labels = _labels(keys)
    top = 34 + _LANE * (1 + max((lane for _, lane, _ in labels), default=-1))
    line = top + 26  # where the keys stand
    depth = _BOX + 12 + _LINE_HEIGHT * (2 + any(shard.refused for shard in shards))
    generations = 1 + max((shard.row for shard in shards), default=0)
    bottom = line + 20 + depth * generations
    canvas = Canvas("ranges", "Shards as ranges of hashes", text.split("\n", 1)[0], bottom + 42)
    canvas.text(_headline(shards, keys), _LEFT, 22, TEXT, bold=True)
    _draw_keys(canvas, keys, labels, top, line)
    most = max((shard.records for shard in shards), default=0)
    for shard in shards:
        _draw_shard(canvas, shard, line + 20 + depth * shard.row, most)
    for key in (key for key in keys if key.hot):
        for row in range(generations):
            y = line + 20 + depth * row
            canvas.line(_x(key.place), y, _x(key.place), y + _BOX, VERMILION, stroke_width=2.5)
    canvas.line(_LEFT, bottom + 6, _RIGHT, bottom + 6)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        canvas.line(_x(share), bottom + 2, _x(share), bottom + 10)
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        words = {0.0: "hash 0", 1.0: "2^128"}.get(share, f"{share * 100:.0f} %")
        canvas.text(words, _x(share), bottom + 25, SMALL, colour=SOFT, anchor=anchor)
    return canvas.svg()


def _draw_keys(canvas: Canvas, keys: list[_Key], labels: list[tuple[_Key, int, bool]], top: float, line: float) -> None:
    most = max((key.records for key in keys), default=1)
    for key, lane, leftwards in labels:
        y = top - _LANE * lane
        canvas.line(_x(key.place), y - 9, _x(key.place), line, GREY, stroke_width=0.8)
        x = _x(key.place) + (-5 if leftwards else 5)
        colour = VERMILION if key.hot else INK
        canvas.text(_label(key), x, y, SMALL, bold=key.hot, colour=colour, anchor="end" if leftwards else "start")
    canvas.line(_LEFT, line, _RIGHT, line, GREY)
    crowd = [] if len(keys) <= _MOST_DOTS else [key for key in keys if not key.hot]
    if crowd:  # one mark a pixel, so that thousands of keys stay a small picture
        places = dict.fromkeys(round(_x(key.place)) for key in crowd)
        canvas.path("".join(f"M{x},{line - 6}v12" for x in places), stroke=SKY, stroke_width=1.2, fill="none")
    for key in sorted((key for key in keys if not crowd or key.hot), key=lambda key: key.records):
        canvas.circle(
            _x(key.place),
            line,
            3 + 8 * (key.records / most) ** 0.5 if len(keys) <= _ROWS else 3.5 + 4 * key.hot,
            f"{key.name}: {count(key.records, 'record')}",
            fill=VERMILION if key.hot else SKY,
            stroke=INK,
            stroke_width=0.7,
            fill_opacity=0.9,
        )


def _draw_shard(canvas: Canvas, shard: _Shard, y: float, most: int) -> None:
    x, width = _x(shard.first) + 1, _x(shard.last) - _x(shard.first) - 2
    canvas.rect(x, y, width, _BOX, f"{shard.name}: {_amounts(shard)}", fill=SHADE, stroke=DARK, stroke_width=0.8)
    if most and shard.records:
        height = max(2.0, _BOX * shard.records / most)
        paint = canvas.fill(_PARENT) if shard.closed else ORANGE
        canvas.rect(x, y + _BOX - height, width, height, fill=paint, stroke=DARK, stroke_width=0.8)
    state = " (closed)" if shard.closed else ""
    name = shard.name + state if text_width(shard.name + state, SMALL, True) < width else shard.name
    if text_width(name, SMALL, True) > width:
        name = shard.name.removeprefix("shard ")
    below = y + _BOX + _LINE_HEIGHT - 1
    canvas.text(name, x + width / 2, below, SMALL, bold=True, anchor="middle")
    words = count(shard.records, "record")
    words = words if text_width(words) < width else f"{shard.records:,}"
    canvas.text(fitted(words, width + 6), x + width / 2, below + _LINE_HEIGHT, SMALL, anchor="middle")
    if shard.refused:
        words = f"{shard.refused:,} refused"
        words = words if text_width(words, SMALL, True) < width else f"-{shard.refused:,}"
        canvas.text(words, x + width / 2, below + 2 * _LINE_HEIGHT, SMALL, bold=True, colour=VERMILION, anchor="middle")


def _labels(keys: list[_Key]) -> list[tuple[_Key, int, bool]]:
    """The keys that get a label, its lane counted from below, and whether it is written to the left.

    Among labels that touch, one further left stands higher, so that no line runs through a word.
    """
    chosen = [key for key in keys if key.hot] if len(keys) > _LABELLED else keys
    placed: list[tuple[_Key, int, bool]] = []
    edges = [key for key in chosen if _x(key.place) + 5 + text_width(_label(key), SMALL, key.hot) > _RIGHT]
    for key in [*(key for key in reversed(chosen) if key not in edges), *edges]:
        low, high = _span(key, key in edges)
        lanes = [
            lane
            for other, lane, leftwards in placed
            if low < _span(other, leftwards)[1] + 8 and _span(other, leftwards)[0] < high + 8
        ]
        placed.append((key, max(lanes, default=-1) + 1, key in edges))
    return placed


def _span(key: _Key, leftwards: bool) -> tuple[float, float]:
    x, width = _x(key.place), text_width(_label(key), SMALL, key.hot) + 5
    return (x - width, x) if leftwards else (x, x + width)


def _label(key: _Key) -> str:
    return f"{key.name}: {count(key.records, 'record')}{', a hot key' if key.hot else ''}"


def _x(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


# ---------------------------------------------------------------------- the words


def _headline(shards: list[_Shard], keys: list[_Key]) -> str:
    closed = sum(shard.closed for shard in shards)
    busy = sum(shard.records > 0 for shard in shards if not shard.closed)
    words = count(len(shards) - closed, "shard") + (f" and {closed} closed" if closed else "")
    if not keys:
        return words
    records = sum(key.records for key in keys)
    stored = f"{count(records, 'record')} of {count(len(keys), 'key')}"
    return f"{words}, {busy} of them busy: {stored}" if not closed else f"{words}: {stored}"


def _amounts(shard: _Shard) -> str:
    return count(shard.records, "record") + (f", {shard.refused:,} refused" if shard.refused else "")


def _text(shards: list[_Shard], keys: list[_Key]) -> str:
    lines = [_headline(shards, keys)]
    for shard in shards:
        closed = ", closed" if shard.closed else ""
        lines.append(
            f"  {shard.name}, {_percent(shard.first)} to {_percent(shard.last)} of the hashes{closed}: {_amounts(shard)}"
        )
    told = keys if len(keys) <= _ROWS else [key for key in keys if key.hot]
    lines += [f"  {key.name} at {_percent(key.place)}: {_label(key).partition(': ')[2]}" for key in told]
    if len(told) < len(keys):
        lines.append(f"  and {count(len(keys) - len(told), 'more key' if told else 'key')}, none of them hot")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"
