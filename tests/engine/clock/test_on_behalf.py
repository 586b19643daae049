"""On whose behalf code runs: the null object for a cell, one frozen word for a Task, nothing inherited unless it is said."""

import dataclasses

import pytest

from motoclock.clock import Clock
from motoclock.on_behalf import CELL, OnBehalf

SPLIT = OnBehalf("arn:aws:lambda:us-east-1:123456789012:function:split", "run-1", ("m1",))


def test_a_cell_and_the_engines_own_tasks_run_on_nobodys_behalf():
    clock, seen = Clock(), []
    clock.spawn(lambda: seen.append(clock.on_behalf))
    clock.call_later(1, lambda: seen.append(clock.on_behalf))
    clock.run_until(2)
    assert seen == [CELL, CELL] and clock.on_behalf is CELL
    assert (CELL.arn, CELL.invocation_id, CELL.message_ids, CELL.chain) == (None, None, (), None)


def test_a_task_says_whose_doing_it_is_through_every_switch_and_hands_it_on_only_when_told():
    clock, seen = Clock(), []

    def work():
        clock.spawn(lambda: seen.append(clock.on_behalf))
        clock.spawn(lambda: seen.append(clock.on_behalf), on_behalf=clock.on_behalf)
        clock.sleep(1)
        seen.append(clock.on_behalf)

    clock.spawn(work, on_behalf=SPLIT)
    clock.run_until(2)
    assert seen == [CELL, SPLIT, SPLIT]


def test_it_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SPLIT.message_ids = ()


def test_the_chain_is_the_invocations_own_unless_it_ended_and_another_sends_in_its_name():
    assert SPLIT.chain == "run-1"
    assert OnBehalf(chain_of="run-0").chain == "run-0"
    assert OnBehalf(chain_of="run-0").invocation_id is None
