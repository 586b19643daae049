"""What is due when: in the order of time, and within one second in the order of asking."""

import math
import random

import pytest

from motoclock.agenda import END_S, Agenda, TimeIsOver


@pytest.fixture
def agenda() -> Agenda:
    def raised(_call, error):
        raise error

    return Agenda(raised)


def test_timers_are_due_in_the_order_of_time_and_then_of_asking(agenda: Agenda) -> None:
    rng, asked, seen = random.Random(7), [], []
    for number in range(500):
        at = float(rng.randrange(20))
        asked.append((at, number))
        agenda.add(at, lambda at=at, number=number: seen.append((agenda.now, at, number)), (), True)
    while agenda:
        agenda.step()
    assert seen == [(at, at, number) for at, number in sorted(asked)]


def test_what_a_call_plans_for_this_very_second_comes_after_what_was_asked_before(agenda: Agenda) -> None:
    seen: list[str] = []
    agenda.add(1.0, lambda: agenda.add(0.0, seen.append, ("planned",), True), (), True)
    agenda.add(1.0, seen.append, ("asked before",), True)
    while agenda:
        agenda.step()
    assert seen == ["asked before", "planned"]


def test_a_cancelled_timer_passes_without_its_call_and_is_no_work(agenda: Agenda) -> None:
    seen: list[str] = []
    timer = agenda.add(5.0, seen.append, ("never",), True)
    assert timer.pending and agenda.foreground == 1
    timer.cancel()
    timer.cancel()
    assert not timer.pending and agenda.foreground == 0
    assert agenda.next_at == 5.0
    agenda.step()
    assert (seen, agenda.now, agenda.next_at) == ([], 5.0, math.inf)


def test_a_timer_is_no_work_any_more_when_its_call_runs_and_can_not_become_it(agenda: Agenda) -> None:
    seen = []
    timer = agenda.add(1.0, lambda: seen.append((timer.pending, agenda.foreground)), (), True)
    agenda.step()
    timer.set_foreground(True)
    assert seen == [(False, 0)]
    assert agenda.foreground == 0


def test_time_is_skipped_only_where_nothing_is_due(agenda: Agenda) -> None:
    agenda.add(5.0, list, (), False)
    assert agenda.skip_to(4.0) and agenda.now == 4.0
    assert not agenda.skip_to(5.0) and agenda.now == 4.0
    agenda.clear()
    assert agenda.skip_to(9.0) and agenda.now == 9.0


@pytest.mark.parametrize("delay", [-0.001, -math.inf, math.nan, math.inf])
def test_nothing_is_planned_for_the_past(agenda: Agenda, delay: float) -> None:
    with pytest.raises(ValueError, match="0 seconds or more"):
        agenda.add(delay, list, (), True)
    assert (len(agenda), agenda.foreground) == (0, 0)


def test_what_is_due_after_the_end_of_time_never_happens_and_the_clock_stays_whole(agenda: Agenda) -> None:
    agenda.add(END_S + 1, list, (), True)
    assert agenda.next_work_at == END_S + 1
    assert not agenda.skip_to(END_S + 0.5)
    with pytest.raises(TimeIsOver, match="time ends"):
        agenda.step()
    assert (agenda.now, len(agenda)) == (0, 1)
