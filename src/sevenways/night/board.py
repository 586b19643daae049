"""The scoreboard of a night: every promise so far, and the passport of the first order that a broken one happened to."""

from collections.abc import Sequence

from motoclock.asking import asked
from motoclock.platform import gc
from sevenways import draw
from sevenways.draw.column import stacked
from sevenways.draw.picture import Picture
from sevenways.draw.scoreboard import Cell, Row, Scoreboard
from sevenways.draw.told import lives_with
from sevenways.night.nights import Night, Repair, spend
from sevenways.night.on_aws import not_fit, refused
from sevenways.night.orders import Knobs, Stage
from sevenways.night.promises import PROMISES, Broken


@gc.seldom(gc.OF_A_PICTURE)
def board(nights: Sequence[Night], passports: bool = True) -> Scoreboard:
    """All eight promises against these nights, which are of one stage; from the last stage on, what is missing for AWS as well."""
    rows = []
    for promise in PROMISES:
        cells = []
        for night in nights:
            counts = promise.since <= night.script.stage and promise.asked(night)
            cells.append(_cell(night, promise.read(night), passports) if counts else None)
        rows.append(Row(promise.number, promise.name, tuple(cells)))
    missing = [
        sentence
        for night in nights
        if night.script.stage >= Stage.TO_AWS
        for sentence in (refused(night), *not_fit(night))
        if sentence
    ]
    return Scoreboard(tuple(f"night {night.seed}" for night in nights), tuple(rows), tuple(dict.fromkeys(missing)))


@asked
def night(stage: int, repairs: Sequence[Repair] = (), seed: int = 1, knobs: Knobs | None = None) -> Night:
    """Spend a night with these repairs; a repair called `runbook` is kept for the fifth day."""
    by_hand = next((repair for repair in repairs if repair.__name__ == "runbook"), None)
    before = [repair for repair in repairs if repair is not by_hand]
    at = Stage(stage)
    return spend(seed, before, at, knobs or Knobs(), by_hand, strict=at >= Stage.TO_AWS)


def _cell(night: Night, broken: Broken | None, passports: bool) -> Cell:
    if broken is None:
        return Cell()
    victim = broken.victim or ""
    return Cell(broken.sentence, victim, _passport(night, victim) if victim and passports else None)


def _passport(night: Night, victim: str) -> Picture | None:
    """Of an order that was sent twice, each of its lives."""
    if night.trace is None:
        return None
    lives = [draw.passport(night.trace, one) for one in lives_with(night.trace, victim)]
    if len(lives) < 2:
        return draw.passport(night.trace, order=victim)
    text = "\n\n".join(life.text for life in lives)
    return Picture(stacked([life.svg for life in lives], f"{victim}: {len(lives)} lives", text), text)
