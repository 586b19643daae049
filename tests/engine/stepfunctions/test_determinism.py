"""One seed gives one history, in every process."""

from tests.engine.stepfunctions import scenario
from tests.processes import printed_by


def test_the_same_seed_gives_the_same_history_and_trace_in_every_process():
    here = scenario.record(7)
    assert printed_by("-c", "from tests.engine.stepfunctions import scenario; print(scenario.record(7))") == here
    assert len(here) > 10_000


def test_another_seed_gives_other_ids_and_other_jitter():
    assert scenario.record(7) != scenario.record(8)


def test_the_same_seed_twice_in_one_process_is_the_same():
    assert scenario.record(7) == scenario.record(7)
