"""The same seed gives the same bytes: traces, pictures and logs, in another process and with another hash seed."""

from tests.course.cloud import scenario
from tests.processes import printed_by


def test_another_process_and_another_hash_seed_change_nothing():
    here = scenario.record(7)
    assert printed_by("-c", "from tests.cloud import scenario; print(scenario.record(7))") == here
    assert len(here) > 10_000


def test_another_seed_is_another_world():
    assert scenario.record(7) != scenario.record(8)
