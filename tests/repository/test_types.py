"""A type checker reads the whole package. Most rooms are clean; those that lean on moto have a number each, which may only fall.

mypy remembers what it has read in .mypy_cache: the first run takes a quarter of a minute, the next ones a few seconds.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = Path(__file__).with_name("types.toml")
_ERROR = re.compile(r"^(src/[\w./-]+\.py):\d+: error: ", re.MULTILINE)


def room_of(path: str) -> str:
    """src/motoclock/services/sqs/queue.py is in motoclock/services, src/motoclock/cloud.py in motoclock/cloud."""
    return "/".join(Path(path).with_suffix("").parts[1:3])


def unchecked(code: str) -> Iterator[int]:
    """The lines that read an event's particulars where no type checker follows: `.detail`, which is Any, or `getattr`."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and node.attr == "detail":
            yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
            whose = ast.unparse(node.args[0])
            if whose == "what" or whose.endswith((".what", ".detail")):
                yield node.lineno


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


@pytest.mark.parametrize(
    "code",
    ["event.detail.label", "given = start.detail", 'getattr(event.what, "consumer", None)', 'getattr(what, "text")'],
)
def test_reading_an_event_past_the_type_checker_is_seen(code):
    assert list(unchecked(code))


@pytest.mark.parametrize(
    "code", ["event.what.label", "def detail(self): ...", 'path = "$.detail.id"', "wording.details"]
)
def test_other_readings_are_left_alone(code):
    assert not list(unchecked(code))


def test_every_reader_of_the_trace_is_checked():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for line in unchecked(path.read_text())
    ]
    assert not found, "Match on event.what, or ask motoclock.trace (`target_of`...):\n" + "\n".join(found)


def test_a_row_of_a_table_is_held_to_its_class(tmp_path):
    rows = ["on(Sent, label)", "on(Received, label)", "on(Accepted, label)"]
    (tmp_path / "rows.py").write_text(
        "from motoclock.trace import Accepted, EventOf, Received, Sent, on\n"
        "def label(event: EventOf[Sent]) -> str: return event.what.label\n" + "\n".join(rows)
    )
    run = subprocess.run(
        [sys.executable, "-m", "mypy", str(tmp_path / "rows.py")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    wrong = re.findall(r"rows\.py:(\d+): error", run.stdout)
    assert wrong == ["4", "5"], run.stdout + run.stderr
