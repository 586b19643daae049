"""The eight promises of the platform, each to a person, and what of a night breaks them."""

from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass
from math import inf

from motoclock.trace import Failed, Invoked, Refused
from motoclock.wording import count, listed, name_of
from sevenways.night.nights import Night
from sevenways.night.orders import BURST_AT, LETTERS_WANTED, PRICE, Stage

PATIENCE_S = 300
STANDSTILL_S = 60  # for so long no bad order may hold up all others


@dataclass(frozen=True, slots=True)
class Broken:
    """What was seen: a sentence, and the first order that it happened to."""

    sentence: str
    victim: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """`name` is what the scoreboard says; `since` the stage from which it counts; `asked` whether this night went far enough for it."""

    number: int
    name: str
    since: Stage
    read: Callable[[Night], Broken | None]
    asked: Callable[[Night], bool] = lambda _night: True


def _none_lost(night: Night) -> Broken | None:
    good, charged = night.script.good, night.first_charge
    missing = [order for order in good if order not in charged]
    if missing:
        why = _why_lost(night, missing) if len(missing) < len(good) else _why_none(night)
        return Broken(f"{len(missing)} of {len(good)} not charged after an hour, {missing[0]} first{why}", missing[0])
    bare = [order for order in good if not {"total", "country"} <= night.rows.get(order, frozenset())]
    if bare:
        return Broken(
            f"{bare[0]} was charged, and the table has no whole row of it: the shop doesn't know what was bought",
            bare[0],
        )
    return None


def _why_lost(night: Night, missing: list[str]) -> str:
    if all(order in night.script.killed and order in night.rows for order in missing):
        return f"; {listed(missing, 3)} have a row, and nobody else ever heard of them"
    if night.refusals:
        words = max(night.refusals, key=lambda said: night.refusals[said])
        return f"; the provider refused {count(night.refusals[words], 'call')}: {words}"
    return f"; parked: {night.parked}"


def _why_none(night: Night) -> str:
    """Not one was charged: then something is wrong with the road, and the record says where it ends."""
    if night.refusals or night.trace is None:
        return _why_lost(night, list(night.script.good))
    errors = Counter(
        f"{name_of(event.what.function)} failed with {event.what.error_type}: {event.what.error}"
        for event in night.trace.of(Failed)
        if name_of(event.what.function) in ("checkout", "charge")
    )
    if errors:
        return f"; {errors.most_common(1)[0][0]}"
    refused = Counter(f"{name_of(event.what.target)} refused: {event.what.reason}" for event in night.trace.of(Refused))
    if refused:
        return f"; {refused.most_common(1)[0][0]}"
    if not any(name_of(event.what.function) == "charge" for event in night.trace.of(Invoked)):
        return f"; {len(night.rows)} have a row, and charge never ran"
    return f"; parked: {night.parked}"


def _three_at_once(night: Night) -> Broken | None:
    if night.peak > 3:
        return Broken(f"the provider saw {night.peak} calls at once", night.fourth)
    return None


def _none_twice(night: Night) -> Broken | None:
    times: dict[str, list[float]] = {}
    for charge in night.hour:
        times.setdefault(charge.order, []).append(charge.at)
    twice = {order: at for order, at in times.items() if len(at) > 1}
    if not twice:
        return None
    first = min(twice, key=lambda order: twice[order][1])
    moments = " and ".join(f"{at:.1f} s" for at in twice[first][:2])
    others = f"; {len(twice)} orders more than once" if len(twice) > 1 else ""
    return Broken(f"{first} was charged at {moments}{others}", first)


def _in_order(night: Night) -> Broken | None:
    good, last = night.script.good, dict[str, str]()
    for order in night.first_charge:
        placed = good.get(order)
        if placed is None:
            continue
        before = last.get(placed.customer)
        if before is not None and good[before].number > placed.number:
            return Broken(f"{placed.customer}: {order} was charged after {before}", order)
        last[placed.customer] = order
    return None


def _nobody_waits(night: Night) -> Broken | None:
    poisoned = {placed.customer: placed.order for placed in night.script.orders if placed.order in night.script.poison}
    limit = night.quiet_again + PATIENCE_S
    late = {
        order: charge.at
        for order, charge in night.first_charge.items()
        if order in night.script.good and charge.at > limit and night.script.good[order].customer not in poisoned
    }
    if not late:
        return _all_stood_still(night)
    order = max(late, key=lambda order: late[order])
    customer = night.script.good[order].customer
    behind = next((f"{owner}'s {bad}" for owner, bad in poisoned.items()), "an order of somebody else")
    return Broken(f"{customer} waited for {behind}: {order} was charged at {late[order]:,.0f} s", order)


def _all_stood_still(night: Night) -> Broken | None:
    """All behind one bad order, if only for a time: the provider was called for it alone, and others waited.

    Only what begins before the burst is told: until then the bad order is the only trouble that a good one can wait for.
    """
    owner = {placed.order: placed.customer for placed in night.script.orders}
    braked_from = night.script.brake[0] if night.script.brake else inf
    bad, since = "", 0.0  # the last call for a bad order since the last one for another customer; and when that was
    for call in night.called:
        if call.order in night.script.poison:
            bad = call.order
        elif owner.get(call.order) not in (None, owner.get(bad)):
            if since >= BURST_AT or call.at > braked_from:
                return None
            if bad and call.at - since >= STANDSTILL_S:
                return Broken(
                    f"{owner[call.order]}'s {call.order} waited for {owner[bad]}'s {bad}, and so did all others: "
                    f"from {since:.0f} s to {call.at:.0f} s nobody else was tried",
                    call.order,
                )
            bad, since = "", call.at
    return None


def _findable(night: Night) -> Broken | None:
    if night.places is None:
        return None
    gone = [bad for bad in night.script.poison if bad not in night.named]
    if gone:
        held = sum(map(len, night.places.values()))
        return Broken(f"five days later {gone[0]} is in no queue; parked: {held}", gone[0])
    return None


def _charged_in_the_end(night: Night) -> Broken | None:
    if night.left_after_runbook is None:
        return None
    counts = Counter(charge.order for charge in night.ledger)
    placed = {each.order for each in night.script.orders}
    for bad in night.script.poison:
        if not counts[bad]:
            where = next((place for place, texts in night.left_after_runbook.items() if bad in "".join(texts)), None)
            now = f"it lies in {where} again, or still" if where else "it lies nowhere any more"
            if stranger := next((order for order in counts if order not in placed), None):
                now = f"somebody was charged as {stranger}, a name that nobody knows"
            return Broken(f"{bad} was not charged after the runbook; {now}", bad)
    for each in night.script.orders:
        if counts[each.order] != 1:
            return Broken(f"after the runbook {each.order} was charged {count(counts[each.order], 'time')}", each.order)
    if night.deleted_first:
        return Broken(
            f"{night.script.poison[0]} was deleted from {night.deleted_first} before anybody else had it: who dies in between loses it",
            night.script.poison[0],
        )
    wrong = next((charge for charge in night.ledger if charge.total != PRICE), None)
    if wrong:
        return Broken(f"{wrong.order} was charged {wrong.total}, and the book costs {PRICE}", wrong.order)
    for place, texts in night.left_after_runbook.items():
        for bad in night.script.poison:
            if any(bad in text and "PaymentTaken" not in text for text in texts):
                return Broken(f"{bad} was charged, and still lies in {place}: the next shift will do it again", bad)
    return None


def _letters(night: Night) -> Broken | None:
    if night.letters is None:
        return None
    paid = night.first_charge
    countries = {placed.order: placed.country for placed in night.script.orders}
    wanted = {order for order in paid if countries[order] in LETTERS_WANTED}
    wrong = sorted(night.letters - wanted - set(night.script.poison)) or sorted(wanted - night.letters)
    if wrong:
        why = "" if night.told_of else "; no row says paid, and what comes after the payment begins with that word"
        return Broken(f"the newsletter got {len(night.letters)} orders; it asked for {len(wanted)}{why}", wrong[0])
    if (
        len(again := sorted(night.letters_again & wanted)) > len(wanted) / 2
    ):  # what comes twice as AWS allows itself is less
        return Broken(f"the newsletter was given {len(again)} of its {len(wanted)} orders more than once", again[0])
    if not night.fraud_given:
        return Broken("the fraud check was given nothing at all")
    if unchecked := _without(night, night.fraud_given, "given to the fraud check"):
        return unchecked
    lost = sorted(night.fraud_given - night.fraud_kept)
    if lost:
        return Broken(
            f"the fraud check was given {len(night.fraud_given)} events, and {len(lost)} of them are in no place",
            lost[0],
        )
    waiting = {status: number for status, number in (night.fulfilled or {}).items() if status != "SUCCEEDED"}
    if waiting or not night.fulfilled:
        said = listed([f"{number} {status}" for status, number in waiting.items()] or ["nothing"], 3)
        about = f", {listed(list(night.unfinished), 3)}" if night.unfinished else ""
        victim = night.unfinished[0] if night.unfinished else None
        return Broken(f"Parcelwing printed its labels, and the executions say: {said}{about}", victim)
    return (
        _without(night, night.packed, "packed")
        or _without(night, night.labelled, "given a label")
        or _without(night, night.invoiced, "invoiced")
    )


def _without(night: Night, having: Set[str], what: str) -> Broken | None:
    """Not everything that was paid within the hour has come to this."""
    missing = [order for order in night.first_charge if order not in having]
    if not missing:
        return None
    paid = len(night.first_charge)
    return Broken(f"{paid - len(missing)} of {paid} paid orders were {what}; {missing[0]} was not", missing[0])


PROMISES = (
    Promise(1, "no order is lost", Stage.ONE_WRITE, _none_lost),
    Promise(2, "no order is charged twice", Stage.CHARGED_ONCE, _none_twice),
    Promise(3, "each customer's orders in their order", Stage.IN_ORDER, _in_order),
    Promise(4, "the provider sees three calls at once at most", Stage.THREE_AT_ONCE, _three_at_once),
    Promise(
        5, "what failed can be found, five days later", Stage.RUNBOOK, _findable, lambda night: night.places is not None
    ),
    Promise(6, "nobody waits for a stranger", Stage.IN_ORDER, _nobody_waits),
    Promise(
        7,
        "letters for those who asked, and no event lost",
        Stage.LETTERS,
        _letters,
        lambda night: night.letters is not None,
    ),
    Promise(
        8,
        "after the runbook each is charged once",
        Stage.RUNBOOK,
        _charged_in_the_end,
        lambda night: night.left_after_runbook is not None,
    ),
)


def promises_at(stage: Stage) -> tuple[Promise, ...]:
    """Those that count at a stage, in the order in which they came up."""
    return tuple(
        sorted((promise for promise in PROMISES if promise.since <= stage), key=lambda each: (each.since, each.number))
    )


def first_broken(night: Night, stage: Stage) -> tuple[Promise, Broken] | None:
    """The first promise of any stage so far that the night broke."""
    for promise in promises_at(stage):
        if broken := promise.read(night):
            return promise, broken
    return None
