"""The checks of lab 08: the learner's own choice, run in the case's world, and argued with by what was seen there."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from motoclock.wording import count, listed
from sevenways.checks.lab08_choices import Choice, choice_of, defend
from sevenways.checks.lab08_clicks import SITES, Site, further_sites, judge_site
from sevenways.checks.lab08_patience import LONGEST_STREAM_PAUSE_S, patience_of
from sevenways.checks.lab08_trial import Seen, try_out
from sevenways.checks.lab08_ways import workload
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import observe
from sevenways.choosing.ways import Way
from sevenways.draw.race import Order

# ---------------------------------------------------------------------- task 1


_PRINTED_S = 20


@register(
    "lab08.invoices",
    takes=("invoices",),
    hints=(
        "Where does an invoice lie while nobody has time for it? And who decides how many are taken at once?",
        "A push has no way to hear 'not now'. Which of the eight ask for work, in place of being given it?",
        "A queue's mapping has a maximum concurrency; a stream's has lanes. The number of what is behind is given to you.",
    ),
)
def invoices(invoices: Any) -> None:
    """Many invoices at once, and a printer that takes few; two printers: what the small one can take is too slow for the large one."""
    choices: list[Choice] = []
    for capacity, amount, seed in ((8, 240, 1), (3, 90, 2)):
        choice = choice_of(invoices, capacity)
        choices.append(choice)
        orders = workload(amount, rate=None, customers=40, bad=(), seed=seed)
        seen = try_out(choice, orders, seed=seed, capacity=capacity, timeout=30)
        race = seen.races["charge"]
        if len(race.first_done) < amount or seen.refused:
            raise Observation(
                f"{choice.way}: {len(race.first_done)} of {amount} invoices were printed, and {count(seen.refused, 'call')} "
                f"refused, by a printer that takes {capacity} at once"
            )
        observe(
            (race.last or 0) <= _PRINTED_S,
            f"{choice.way}: the last of {amount} invoices was printed after {race.last or 0:.1f} s, by a printer that takes {capacity} "
            f"at once, and {race.peak} ran at once; {_PRINTED_S} seconds were promised",
        )
    defend(choices, {"S3"}, "only the number that ran at once mattered here")


# ---------------------------------------------------------------------- task 2


@register(
    "lab08.signups",
    takes=("signups",),
    hints=(
        "How many copies of one sign-up are there, and who makes them?",
        "What would have to change for a fifth team? If the answer is 'the sender', look again.",
        "One team's function is broken today. In which of the ways do the others notice?",
    ),
)
def signups(signups: Any) -> None:
    """Three teams, one of which is broken; each of the others has heard of every sign-up soon, and the sender names nobody."""
    choices: list[Choice] = []
    for broken, seed in (("letter", 1), ("fraud", 2)):
        choice = choice_of(signups)
        choices.append(choice)
        orders = workload(20, bad=(), seed=seed)
        teams = ("welcome", "fraud", "letter")
        if choice.way == Way.EVENT:
            raise Observation(
                f"Event: the sender names {count(len(teams), 'function')}, and would have to name a fourth"
            )
        seen = try_out(choice, orders, seed=seed, names=teams, broken=broken)
        for team in teams:
            race = seen.races[team]
            if team == broken:
                continue
            observe(
                len(race.first_done) == len(orders),
                f"{choice.way}: {team} heard of {len(race.first_done)} of {len(orders)} sign-ups",
            )
            slowest = max(race.waits.values())
            observe(slowest <= 10, f"{choice.way}: {team} heard of one sign-up only after {slowest:.0f} s")
    claims = {"N2", "N3", "E2", "E3", "D5", "K4"}
    defend(choices, claims, "what counted was that each team got a copy of its own")


# ---------------------------------------------------------------------- task 3


_SALE_S = 180
_SEAT_S = 0.25  # with the call
_SEAT_TIMEOUT_S = 2
_NO_SEAT = 60  # there is no such seat
_SALES = (43, 50)  # seeds: in each some seats fail four times in a row, and a FIFO queue can be through in time


@register(
    "lab08.seats",
    takes=("seats",),
    hints=(
        "What waits when one seat fails, and for how long? Which of your settings is that interval?",
        "A fifth of the calls fail: how many of a hundred seats fail four times in a row? And who waits for the one that always fails?",
        "A visibility timeout may be short when the function's time limit is: at least six times that limit, AWS says.",
        "How many seats fit into one run? And how many of a concert's seats go back together when one of a batch fails?",
    ),
)
def seats(seats: Any) -> None:
    """A hundred seats, concert by concert in order, a fifth of the calls fail, one seat for good, and three minutes to do it in."""
    choices: list[Choice] = []
    for seed in _SALES:
        choice = choice_of(seats)
        choices.append(choice)
        orders = workload(100, rate=20, bad=(_NO_SEAT,), seed=seed)
        seen = try_out(choice, orders, seed=seed, error_rate=0.2, reorder=True, timeout=_SEAT_TIMEOUT_S)
        race = seen.races["charge"]
        early = race.out_of_order
        observe(
            not early, f"{choice.way}: {count(early, 'seat')} {was(early)} sold before one that was ordered earlier"
        )
        observe(
            not race.twice, f"{choice.way}: {count(race.twice, 'seat')} {was(race.twice)} sold twice{_why_twice(seen)}"
        )
        _judge_sale(choice, seen, [order for _at, order in orders])
    defend(choices, {"S5", "D6", "K5"}, "what counted was order, and what waits behind a failure")


def _why_twice(seen: Seen) -> str:
    if not seen.timed_out:
        return ""
    return (
        f": {count(seen.timed_out, 'run')} came to the timeout, and all of the batch was handed over again, sold or not; "
        f"a seat takes {_SEAT_S:g} s, a run has {_SEAT_TIMEOUT_S} s, and a batch held up to {count(seen.fullest, 'seat')}"
    )


def _judge_sale(choice: Choice, seen: Seen, orders: Sequence[Order]) -> None:
    """Raises what was not sold, or not in time; and when there is no end to the seat that nobody can sell."""
    race, no_seat = seen.races["charge"], orders[_NO_SEAT]
    name = no_seat["order"]
    behind = {one["order"] for one in orders[_NO_SEAT:] if one["customer"] == no_seat["customer"]}
    lost = [order for order in race.sent if order not in race.first_done and order != name]
    if lost and behind.issuperset(lost) and not race.parked:
        raise Observation(
            f"{choice.way}: {listed(lost, 3)} {was(lost)} never sold: {name}, of the same concert, fails each time, and was still "
            "tried after an hour"
        )
    patience = patience_of(choice)
    enough = f"; {patience.was_too_small}, with a fifth of the calls failing" if patience else ""
    if _spends_for_others(choice, seen):
        enough += f", and {_BEHIND_IN_A_BATCH}"
    observe(not lost, f"{choice.way}: {listed(lost, 3)} {was(lost)} never sold{enough}; {_parked(seen, 'sold')}")
    last = max(race.first_done, key=lambda order: race.first_done[order])
    late = f"{choice.way}: {last} was sold only {race.first_done[last]:.0f} s after the sale began"
    if last in behind:
        late += f", behind {name}, which fails each time"
    elif patience and patience.pauses:
        late += f", with pauses of up to {max(patience.pauses):.0f} s between two tries"
    observe(race.first_done[last] <= _SALE_S, f"{late}; the sale ended after three minutes")
    observe(bool(race.parked) and race.parked[0] <= _SALE_S, f"{choice.way}: {name} was not parked when the sale ended")


# ---------------------------------------------------------------------- task 4


@register(
    "lab08.clicks",
    takes=("clicks",),
    hints=(
        "Who keeps what was read already? The others are out before any price is looked at.",
        "Three limits of a shard: records in, bytes in, and bytes out, which the readers share. Which of them is tight at which site?",
        "How old is the first click of yesterday when today ends? And how long does a stream keep it if you say nothing?",
        "A month has 730 hours. What does a shard cost in it that keeps for longer than a day, and what the clicks that are put?",
    ),
)
def clicks(clicks: Any) -> None:
    """A rate, a size, some readers, yesterday again, and so much money a month: judged by AWS's limits and list prices."""
    choices = [_choice_for(clicks, site) for site in SITES]
    for site in further_sites():
        try:
            choices.append(_choice_for(clicks, site))
        except Observation as seen:
            asked = f"{site.rate:,} clicks of {site.size_bytes:,} bytes, {count(site.readers, 'reader')}, ${site.usd}"
            raise Observation(f"the four sites hold, and a new one, {asked}, does not: {seen}") from seen
    defend(choices, {"K1", "K4", "K6", "K7"}, "what counted was volume, readers and shards")


def _choice_for(clicks: Any, site: Site) -> Choice:
    """The choice for one site, once it has held."""
    choice = choice_of(clicks, *astuple(site), also={Way.KINESIS: ("hours",)})
    judge_site(site, choice)
    return choice


# ---------------------------------------------------------------------- task 5


_OPERATOR_S = 120  # after the restart


@register(
    "lab08.night",
    takes=("night",),
    hints=(
        "A retry budget is a duration. How many seconds does yours last, and how many does the restart?",
        "And the other side: for how long is the bad order tried, and what waits behind it meanwhile?",
        "Queues: receives times visibility. Lambda: one minute and two. Streams: waits that double from one second on, "
        f"and none is longer than {LONGEST_STREAM_PAUSE_S} s (modelled).",
    ),
)
def night(night: Any) -> None:
    """A database that restarts, for a short or a long while, and one order that fails for good; two minutes later somebody looks.

    Patience for the long restart is too much for the short one: no constant holds, and no way that has no setting.
    """
    choices: list[Choice] = []
    for outage_s, bad, seed in ((20, 25, 1), (60, 7, 2), (260, 3, 3)):
        choice = choice_of(night, outage_s)
        choices.append(choice)
        orders = workload(60, bad=(bad,), seed=seed)
        looks_at = 2 + outage_s + _OPERATOR_S
        seen = try_out(choice, orders, seed=seed, outage=(2, 2 + outage_s))
        race = seen.races["charge"]
        good = [order for order in race.sent if order != f"order-{bad}"]
        missing = [order for order in good if order not in race.first_done]
        if missing:
            raise Observation(
                f"{choice.way}: {count(len(missing), 'good order')} {was(missing)} not done after {outage_s} s of restart, "
                f"{missing[0]} first; {_why_not_done(choice, seen, outage_s, bad)}{_parked(seen)}"
            )
        last = max(good, key=lambda order: race.first_done[order])
        observe(
            race.first_done[last] <= looks_at,
            f"{choice.way}: {last} has nothing wrong with it and was done only {_after(race.first_done[last], outage_s)}; "
            "the operator looked after two minutes",
        )
        observe(bool(race.parked), f"{choice.way}: an hour later order-{bad} is parked nowhere")
        observe(
            race.parked[0] <= looks_at,
            f"{choice.way}: order-{bad} was parked {_after(race.parked[0], outage_s)}; the operator looked after two minutes",
        )
    defend(choices, {"S4", "A2", "N4", "E4", "L5", "D6", "K5"}, "what counted was who tries again, and how long")


def _why_not_done(choice: Choice, seen: Seen, outage_s: int, bad: int) -> str:
    """The retry budget, where the outage outlasts it; else what stood in the way, or "" where that isn't seen."""
    patience = patience_of(choice)
    if patience is None:
        return f"order-{bad} was still tried after an hour; "
    if patience.lasts_s < outage_s:
        return f"{patience.lasts}; "
    return f"{_BEHIND_IN_A_BATCH}; " if _spends_for_others(choice, seen) else ""


def _after(at: float, outage_s: float) -> str:
    return f"{at - 2 - outage_s:.0f} s after a restart of {outage_s} s"


_BEHIND_IN_A_BATCH = "whatever stood behind a failure in its batch had spent a receive, too"


def _spends_for_others(choice: Choice, seen: Seen) -> bool:
    """A FIFO queue counts a receive for each message of a batch that failed before its turn."""
    return choice.way == Way.FIFO and seen.fullest > 1


def _parked(seen: Seen, done: str = "done") -> str:
    """How many rest in the place for failures. An order that was carried out lies there only if its run could not say so."""
    race = seen.races["charge"]
    said = f"{count(len(race.parked), 'order')} in the place for failures"
    back = sum(order in race.first_done for order in seen.parked)
    return f"{said}; {back} of them had been {done}, in runs that timed out before they could say so" if back else said
