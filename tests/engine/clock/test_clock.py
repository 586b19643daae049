"""Virtual time: what passes, in which order, and what may not happen."""

import os
import signal
import threading
import time
from types import SimpleNamespace

import pytest

from motoclock import clock as clock_module
from motoclock.clock import Clock, ClockError, DeadTask, HandlerSpins


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(clock: Clock) -> None:
    clock.run_while_work(lambda: False, float("inf"))


def test_two_tasks_that_sleep_overlap_in_virtual_time(clock):
    done = []
    for seconds in (3, 2):
        clock.spawn(lambda s=seconds: (clock.sleep(s), done.append((s, clock.now))))
    run(clock)
    assert done == [(2, 2.0), (3, 3.0)]


def test_ties_break_by_insertion(clock):
    done = []
    for name in "abc":
        clock.spawn(lambda n=name: (clock.sleep(1), done.append(n)))
    run(clock)
    assert done == ["a", "b", "c"]


def test_an_idle_day_takes_no_steps(clock):
    clock.call_later(86_400, lambda: None, foreground=False)
    before = clock._switches
    clock.run_until(86_400)
    assert clock.now == 86_400
    assert clock._switches == before


def test_run_until_includes_what_is_due_at_that_very_second(clock):
    seen = []
    clock.call_later(30, seen.append, "due")
    clock.call_later(30, lambda: clock.call_later(0, seen.append, "at the same instant"))
    clock.run_until(30)
    assert seen == ["due", "at the same instant"]


def test_background_timers_do_not_keep_a_run_going(clock):
    clock.call_later(5, lambda: None, foreground=True)
    clock.call_later(10, lambda: None, foreground=False)
    run(clock)
    assert clock.now == 5


def test_a_timer_can_become_background_while_it_runs(clock):
    timer = clock.call_later(5, lambda: None)
    timer.set_foreground(False)
    run(clock)
    assert clock.now == 0
    timer.set_foreground(True)
    run(clock)
    assert clock.now == 5


def test_a_cancelled_timer_never_happens_and_holds_nothing_up(clock):
    timer = clock.call_later(5, pytest.fail)
    timer.cancel()
    run(clock)
    assert clock.now == 0
    clock.run_until(10)


def test_a_signal_wakes_every_waiter_even_when_one_of_them_fails(clock):
    signal_, woken = clock.signal(), []

    def waiter(name):
        clock.wait(signal_)
        woken.append(name)
        if name == "first":
            raise ValueError("of the first")

    for name in ("first", "second"):
        clock.spawn(waiter, name)
    clock.call_later(1, signal_.fire)
    with pytest.raises(ValueError, match="of the first"):
        run(clock)
    run(clock)
    assert woken == ["first", "second"]


def test_a_wait_that_times_out_says_so_and_is_not_woken_later(clock):
    signal_, answers = clock.signal(), []
    clock.spawn(lambda: answers.append((clock.wait(signal_, timeout=2, foreground=True), clock.now)))
    clock.call_later(3, signal_.fire)
    run(clock)
    assert answers == [(False, 2.0)]


def test_wake_serves_those_who_waited_longest(clock):
    signal_, woken = clock.signal(), []
    for name in "abc":
        clock.spawn(lambda n=name: (clock.wait(signal_), woken.append(n)))
    clock.call_later(1, signal_.wake, 2)
    run(clock)
    assert woken == ["a", "b"]


def test_a_wait_from_a_cell_runs_the_world_until_it_is_over(clock):
    signal_ = clock.signal()
    clock.call_later(7, signal_.fire)
    assert clock.wait(signal_)
    assert clock.now == 7


def test_a_cell_that_waits_for_what_never_happens_gets_a_sentence(clock):
    with pytest.raises(ClockError, match="no work is left"):
        clock.wait(clock.signal())


def test_a_plain_callback_may_not_wait(clock):
    clock.call_later(1, clock.sleep, 1)
    with pytest.raises(ClockError, match="must not wait"):
        run(clock)
    clock.run_until(5)  # the clock can be used on


def test_a_run_inside_a_run_is_refused(clock):
    clock.call_later(1, clock.run_until, 5)
    with pytest.raises(ClockError, match="already running"):
        run(clock)


def test_an_abandoned_task_never_runs_its_finally(clock):
    touched = []

    def work():
        try:
            while True:
                try:
                    clock.sleep(10)
                except:  # noqa: E722
                    touched.append("except")
        finally:
            touched.append("finally")

    task = clock.spawn(work)
    clock.run_until(1)
    clock.abandon(task)
    del task
    clock.run_until(100)
    assert touched == []


def test_boundaries_refuse_a_task_of_a_closed_world(clock):
    refused = []

    def work():
        try:
            clock.check_alive()
        except DeadTask:
            refused.append(True)

    clock.spawn(work)
    clock.closed = True
    run(clock)
    assert refused == [True]


def test_what_stands_still_at_the_end_is_unwound_in_the_order_of_its_start(clock):
    left = []

    def work(name):
        try:
            clock.sleep(100)
        finally:
            left.append(name)
            clock.sleep(1)
            left.append(f"{name} waited")

    tasks = [clock.spawn(work, name) for name in "abc"]
    late = clock.spawn(work, "late", delay=50)
    over = clock.spawn(lambda: None)
    clock.run_until(1)
    clock.close()
    assert left == []
    clock.unwind()
    assert left == ["a", "b", "c"]
    assert [task.dead for task in (*tasks, late, over)] == [True, True, True, False, True]
    clock.unwind()
    assert left == ["a", "b", "c"]


def test_what_learners_wrote_stays_where_it_stands_at_the_end(clock):
    left = []

    def work(name):
        try:
            clock.sleep(100)
        finally:
            left.append(name)

    clock.spawn(work, "cloud.at", learners=True)
    clock.spawn(work, "handler").handler = True
    abandoned = clock.spawn(work, "abandoned")
    clock.run_until(1)
    clock.abandon(abandoned)
    clock.close()
    clock.unwind()
    assert left == []


def test_another_thread_unwinds_nothing(clock):
    task = clock.spawn(clock.sleep, 100)
    clock.run_until(1)
    clock.close()
    other = threading.Thread(target=clock.unwind)
    other.start()
    other.join()
    assert not task.dead


def test_the_fast_path_of_sleep_never_passes_something_that_is_due(clock):
    seen = []
    clock.call_later(0.5, lambda: seen.append(("timer", clock.now)))
    clock.spawn(lambda: [(clock.sleep(0.3), seen.append(("task", round(clock.now, 1)))) for _ in range(3)])
    run(clock)
    assert seen == [("task", 0.3), ("timer", 0.5), ("task", 0.6), ("task", 0.9)]


def test_other_threads_keep_real_time(clock):
    """The clock only ever moves in the thread that drives it."""
    slept = []
    thread = threading.Thread(target=lambda: (time.sleep(0.01), slept.append(True)))
    thread.start()
    clock.run_until(3600)
    thread.join()
    assert slept == [True]


def test_a_handler_that_spins_is_stopped_with_a_sentence_even_behind_a_bare_except(clock, monkeypatch):
    monkeypatch.setattr(clock_module, "SPIN_LIMIT_WALL_S", 0.5)

    def spin():
        while True:
            try:
                while True:
                    pass
            except:  # noqa: E722
                pass

    task = clock.spawn(spin, name="charge", surroundings=_Nothing())
    task.handler = True
    with pytest.raises(HandlerSpins, match="charge computed for"):
        run(clock)
    clock.sleep(2)
    assert clock.now == 2


def test_a_handler_that_has_only_begun_does_not_spin_whatever_surrounds_it(clock):
    """A loaded machine looked for spins in the second in which such a handler was switched to."""
    seen = []
    for surroundings in (None, _Nothing()):
        task = clock.spawn(lambda: (clock._look_for_spin(), seen.append("went on")), surroundings=surroundings)
        task.handler = True
    run(clock)
    assert seen == ["went on", "went on"]


def test_a_handler_that_waits_between_long_computations_does_not_spin(clock, monkeypatch):
    """Nothing else is due, so its waits move the clock without a switch. They are waits all the same."""
    wall = SimpleNamespace(monotonic=lambda: wall.now, now=0.0)
    monkeypatch.setattr(clock_module, "wall", wall)
    too_long = clock_module.SPIN_LIMIT_WALL_S * 0.7

    def work():
        for _ in range(3):
            wall.now += too_long
            clock._look_for_spin()
            clock.sleep(1)

    task = clock.spawn(work, name="ship", surroundings=_Nothing())
    task.handler = True
    run(clock)
    assert clock.now == 3


def test_an_interrupt_leaves_a_handler_at_once_and_the_clock_usable(clock):
    reached = []

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            reached.append(1)
        reached.append("end")

    task = clock.spawn(work, name="charge", surroundings=_Nothing())
    task.handler = True
    with pytest.raises(KeyboardInterrupt):
        run(clock)
    assert "end" not in reached
    clock.sleep(1)
    assert clock.now == 1


def test_an_interrupt_inside_the_engine_waits_for_the_step_to_end(clock):
    finished = []

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
        finished.append(True)

    clock.spawn(work)
    with pytest.raises(KeyboardInterrupt):
        run(clock)
    assert finished == [True]


class _Nothing:
    def enter(self):
        pass

    def leave(self):
        pass
