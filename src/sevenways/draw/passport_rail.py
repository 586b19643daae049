"""The rail of a passport: what the message does from each row to the next, as a colour."""

from collections.abc import Sequence
from math import inf

from motoclock.trace import Kind
from sevenways.draw.palette import LINE, ORANGE, PURPLE, SKY
from sevenways.draw.told import Row

_AFTER = {  # the colour of the rail from here on: what the message does until the next event
    Kind.SENT: ORANGE,
    Kind.ACCEPTED: ORANGE,
    Kind.RETURNED: ORANGE,
    Kind.RETRIED: ORANGE,
    Kind.REDRIVEN: ORANGE,
    Kind.RECEIVED: SKY,
    Kind.INVOKED: SKY,
    Kind.DEAD_LETTERED: PURPLE,
    Kind.DELETED: LINE,
    Kind.FILTERED: LINE,
    Kind.EXPIRED: LINE,
    Kind.DROPPED: LINE,
}


def rail(rows: Sequence[Row], life: Sequence[Row]) -> list[str]:
    """The colour of the rail from each row on. `life`: the rows before they were folded.

    An event may run in two environments at once. When one of them is to try again, it waits only when the other is done, too.
    """
    runs = _runs(life)
    colours, colour, waits_from = [], ORANGE, inf
    for row in rows:
        if row.at >= waits_from:
            colour, waits_from = ORANGE, inf
        for one in row.all:
            if not one.kind or one.at != row.at:  # what is counted there and came later is not where this row stands
                continue
            others = [end for start, end in runs if start <= one.at < end]
            if one.kind is Kind.RETRIED and others:
                waits_from = max(others)
            elif one.kind in _AFTER:
                colour, waits_from = _AFTER[one.kind], inf
        colours.append(colour)
    return colours


def _runs(life: Sequence[Row]) -> list[tuple[float, float]]:
    """When each run began and ended, an environment having one at a time; one that has not ended goes on."""
    runs, since = [], {}
    for row in life:
        if row.kind is Kind.INVOKED:
            since[row.environment] = row.at
        elif row.environment in since:
            runs.append((since.pop(row.environment), row.at))
    return [*runs, *((start, inf) for start in since.values())]
