"""The night itself: its troubles, the process that dies, and what stays repaired."""

from itertools import pairwise

import boto3
import pytest

from sevenways.night import nights
from sevenways.night.board import board, night
from sevenways.night.killing import killed_between_writes
from sevenways.night.nights import spend
from sevenways.night.orders import Knobs, Stage, script
from sevenways.night.places import read_places
from sevenways.night.promises import PROMISES, first_broken, promises_at
from sevenways.night.reading import rows
from sevenways.night.reference import start_from

from .designs import nothing


def test_a_seed_is_a_night_and_another_is_another():
    first, again, other = script(1, Stage.BRAKE), script(1, Stage.BRAKE), script(2, Stage.BRAKE)
    assert first == again
    assert first.killed != other.killed
    assert [order.customer for order in first.orders] != [order.customer for order in other.orders]


def test_a_night_twice_is_the_same_ledger():
    one, two = (spend(2, start_from(4), Stage.CHARGED_ONCE) for _ in range(2))
    assert one.ledger == two.ledger
    assert len(one.ledger) == 120


def test_later_stages_have_all_troubles_of_the_earlier_ones():
    troubles = [script(1, stage) for stage in Stage]
    for before, after in pairwise(troubles):
        for name in ("poison", "clicks_twice", "killed", "slow", "brake"):
            assert bool(getattr(after, name)) >= bool(getattr(before, name)), (after.stage, name)
    assert troubles[-1].poison and troubles[-1].clicks_twice and troubles[-1].brake and troubles[-1].slow


def test_every_promise_counts_from_some_stage_and_all_in_the_end():
    assert sorted(promise.number for promise in PROMISES) == list(range(1, 9))
    assert [len(promises_at(stage)) for stage in Stage] == [1, 2, 3, 5, 5, 7, 8, 8]


LATER = [pytest.param(stage, marks=pytest.mark.proof) for stage in list(Stage)[2:5]]


@pytest.mark.parametrize("stage", [*list(Stage)[:2], *LATER])
def test_the_inherited_platform_breaks_a_promise_at_each_stage(stage):
    assert first_broken(spend(1, [], stage), stage) is not None


@pytest.mark.parametrize("stage", [Stage.THREE_AT_ONCE, *LATER])
def test_the_repairs_so_far_are_not_enough_for_the_next_message(stage):
    """Each message of the pager is news: the reference up to the stage before it breaks a promise."""
    assert first_broken(spend(1, start_from(stage), stage), stage) is not None


def test_what_was_repaired_has_to_stay_repaired():
    """A repair of stage 4 that gives up the cap of stage 2 is told so at stage 4."""
    from .designs import fifo

    promise, broken = first_broken(spend(1, [fifo(cap=None).repair], Stage.IN_ORDER), Stage.IN_ORDER)
    assert (promise.number, broken.victim is not None) == (4, True)


def test_start_from_gives_the_repairs_before_a_stage_and_refuses_others():
    assert [len(start_from(stage)) for stage in range(1, 9)] == [0, 1, 2, 3, 4, 5, 7, 8]
    with pytest.raises(ValueError, match="the stages are 1 to 8, and this is 9"):
        start_from(9)


def test_a_brake_is_taken_off_again_and_a_reserved_concurrency_comes_back():
    def reserve(cloud):
        boto3.client("lambda").put_function_concurrency(FunctionName="charge", ReservedConcurrentExecutions=7)

    found = []
    original = start_from(5)
    from sevenways.night.nights import opened_night

    with opened_night(1, [*original, reserve], Stage.BRAKE) as (cloud, _plan, _provider):
        for at in (99, 101, 701):
            cloud.run(at - cloud.elapsed)
            found.append(
                boto3.client("lambda").get_function_concurrency(FunctionName="charge")["ReservedConcurrentExecutions"]
            )
    assert found == [7, 0, 7]


def test_one_write_is_never_cut_and_a_second_one_always_is():
    one, two = (spend(1, repairs, Stage.ONE_WRITE) for repairs in (start_from(2), []))
    assert len(one.first_charge) == 40
    assert set(two.script.good) - set(two.first_charge) == two.script.killed
    assert two.script.killed <= set(two.rows), "the first write went through"


def test_duplicates_of_a_single_write_are_not_killed():
    """A second run of the same event has the id of the first: it counts its own writes."""
    spent = spend(3, start_from(8)[:6], Stage.CHARGED_ONCE)
    assert not [event for event in spent.trace if "ExitError" in str(getattr(event.what, "error_type", ""))]


def test_after_the_block_nobody_is_killed():
    events = boto3.DEFAULT_SESSION.events if boto3.DEFAULT_SESSION else None
    with killed_between_writes("checkout", ["order-1"]):
        inside = boto3.DEFAULT_SESSION.events
    assert events is None or inside is events
    calls = []
    inside.register("provide-client-params", lambda **_: calls.append(1))
    responses = inside.emit("provide-client-params.sqs.SendMessage", params={}, model=None, context={})
    assert len(responses) == 1, "the fault is still registered"


@pytest.mark.proof
def test_knobs_turn_the_troubles():
    quiet = spend(1, start_from(6), Stage.BRAKE, Knobs(brake_s=0, poison=0, duplicates=0.0, burst=1, provider_s=0.3))
    assert not quiet.script.poison and quiet.script.brake is None
    assert len(quiet.script.orders) == 40 + 6 + 20
    long = night(5, start_from(6), knobs=Knobs(brake_s=3000))
    assert "not charged after an hour" in repr(board([long])), (
        "twenty receives, one in two minutes or so, are less than 3,000 s"
    )


def test_the_places_are_read_from_the_live_account():
    from sevenways.night.nights import opened_night

    with opened_night(1, start_from(7)[:6], Stage.BRAKE) as (cloud, plan, _provider):
        cloud.run(3600)
        (place,) = read_places(cloud)
        assert (place.name, place.held, place.fed_by) == ("dead.fifo", 1, ("charge.fifo",))
        assert place.kept_s == 14 * 86_400
        assert place.first_gone - place.first_sent == place.kept_s
        assert plan.poison[0] in cloud.peek("dead.fifo")[0].body


@pytest.mark.proof
def test_without_a_runbook_nobody_asks_what_came_of_it():
    told = repr(board([night(6, start_from(6))]))
    assert "5 what failed can be found, five days later: ✗ five days later order-16 is in no queue" in told
    assert "8 after the runbook each is charged once: not yet asked" in told
    assert "8 after the runbook each is charged once: ✓ kept" in repr(board([night(6, start_from(7))]))


def test_a_platform_without_places_has_none():
    from sevenways.night.nights import opened_night

    with opened_night(1, [nothing], Stage.ONE_WRITE) as (cloud, _plan, _provider):
        assert read_places(cloud) == ()


@pytest.mark.parametrize(("asked", "scans"), [(None, 1), (lambda so_far: True, 2), (lambda so_far: False, 1)])
def test_the_rows_are_read_once_unless_somebody_asks_after_the_hour(asked, scans, monkeypatch):
    read = []
    monkeypatch.setattr(nights, "rows", lambda: read.append(1) or rows())
    spent = nights.spend(1, start_from(7)[:6], Stage.RUNBOOK, Knobs(burst=1), go_on=asked)
    assert (len(read), len(spent.rows)) == (scans, len(spent.script.orders))


@pytest.mark.parametrize(("group", "waited"), [(None, True), ("customer", False)])
def test_all_behind_one_bad_order_is_a_broken_promise_even_if_it_is_parked_soon(group, waited):
    from .designs import fifo

    spent = spend(1, [fifo(group=group, receives=1).repair], Stage.IN_ORDER)
    found = first_broken(spent, Stage.IN_ORDER)
    assert (found is not None) == waited
    if found is not None:
        promise, broken = found
        assert (promise.number, broken.victim) == (6, "order-17")
        assert broken.sentence.endswith("and so did all others: from 8 s to 68 s nobody else was tried")
