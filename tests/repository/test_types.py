"""A type checker reads the whole package. Most rooms are clean; those that lean on moto have a number each, which may only fall.

mypy remembers what it has read in .mypy_cache: the first run takes a quarter of a minute, the next ones a few seconds.
"""

import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = Path(__file__).with_name("types.toml")
_ERROR = re.compile(r"^(src/[\w./-]+\.py):\d+: error: ", re.MULTILINE)


def room_of(path: str) -> str:
    """src/motoclock/services/sqs/queue.py is in motoclock/services, src/motoclock/cloud.py in motoclock/cloud."""
    return "/".join(Path(path).with_suffix("").parts[1:3])


@pytest.fixture(scope="module")
def said() -> str:
    run = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stdout[-2000:] + run.stderr
    return run.stdout


def test_no_room_has_more_errors_than_it_may(said):
    allowed = tomllib.loads(ALLOWED.read_text())
    found = Counter(room_of(path) for path in _ERROR.findall(said))
    worse = {
        room: f"{number} errors, {allowed.get(room, 0)} allowed"
        for room, number in found.items()
        if number > allowed.get(room, 0)
    }
    lines = [line for line in said.splitlines() if any(f"src/{room}" in line for room in worse)]
    assert not worse, "\n".join([f"{worse}", *lines])


def test_a_number_that_could_fall_has_fallen(said):
    found = Counter(room_of(path) for path in _ERROR.findall(said))
    better = {room: found[room] for room, number in tomllib.loads(ALLOWED.read_text()).items() if found[room] < number}
    assert not better, (
        f"Fewer errors than {ALLOWED.name} allows: write these numbers there, and no line for 0. {better}"
    )
