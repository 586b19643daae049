"""One seed gives one history, in every process; and time costs nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sevenways import Cloud
from tests.stepfunctions import scenario

_ROOT = Path(__file__).parents[2]


def in_a_process_of_its_own(hash_seed: str, cloud_seed: str = "7") -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "SEVENWAYS_PROGRESS": "off", "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", "tests.stepfunctions.scenario", cloud_seed]
    return subprocess.run(command, env=environment, cwd=_ROOT, check=True, capture_output=True).stdout


def test_the_same_seed_gives_the_same_history_and_trace_in_every_process():
    first = in_a_process_of_its_own("1")
    assert first == in_a_process_of_its_own("2")
    assert len(first) > 10_000


def test_another_seed_gives_other_ids_and_other_jitter():
    assert scenario.record(7) != scenario.record(8)


def test_the_same_seed_twice_in_one_process_is_the_same():
    assert scenario.record(7) == scenario.record(7)


def test_an_hour_of_wait_map_and_parallel_takes_well_under_a_tenth_of_a_second():
    scenario.record(1)  # the interpreter is loaded, the clients are made
    took = []
    for _ in range(3):
        with Cloud() as cloud:
            scenario.start(cloud)
            started = time.perf_counter()
            cloud.run()
            took.append(time.perf_counter() - started)
            assert cloud.elapsed > 3600
    assert min(took) < 0.5  # about 0.03 s on a quiet machine
