"""A Python that has loaded the course is like a new one that has been asked to load it, and is one of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.course import warm

WITNESS = """\
import json, os, sys

loaded_before = "motoclock.cloud" in sys.modules
from sevenways import Cloud

with open("seen.json", "w") as seen:
    json.dump(
        {
            "name": __name__,
            "arguments": sys.argv[1:],
            "folder": os.getcwd(),
            "path": sys.path,
            "environment": dict(os.environ),
            "names": sorted(name for name in globals() if not name.startswith("__")),
            "of_the_course": sorted(name for name in sys.modules if name.startswith(("motoclock", "sevenways"))),
            "before": loaded_before,
            "session": [os.getpid(), os.getsid(0)],
            "for_programs": os.popen("echo $AWS_ENDPOINT_URL").read(),
        },
        seen,
    )
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "witness.py").write_text(WITNESS)
    (tmp_path / "waits.py").write_text(
        "print('never asked', file=__import__('sys').stderr)\nimport time\ntime.sleep(600)"
    )
    (tmp_path / "fails.py").write_text("raise SystemExit('it is late')")
    return tmp_path


def seen(folder: Path) -> dict:
    return json.loads((folder / "seen.json").read_text())


def test_it_finds_what_a_new_python_finds(folder):
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_PROFILE": "mine",
        "PYTHONPATH": str(folder / "more"),
        "LC_ALL": "C.UTF-8",
    }
    assert warm.start("witness", ["one", "two"], folder, environment).wait(60) == 0
    copy = seen(folder)
    command = [sys.executable, "-m", "witness", "one", "two"]
    subprocess.run(command, cwd=folder, env=environment, check=True, start_new_session=True)
    new = seen(folder)
    assert (copy.pop("before"), new.pop("before")) == (True, False)
    assert {here == there for here, there in (copy.pop("session"), new.pop("session"))} == {True}
    assert copy == new
    assert new["name"] == "__main__" and "AWS_PROFILE" not in new["environment"] and ".invalid" in new["for_programs"]


def test_how_it_ends_is_told(folder):
    errors = folder / "errors.txt"
    process = warm.start("fails", [], folder, os.environ, errors)
    assert process.wait(60) == process.poll() == 1
    assert errors.read_text() == "it is late\n"


@pytest.mark.parametrize(("end", "with_what"), [("terminate", signal.SIGTERM), ("kill", signal.SIGKILL)])
def test_it_is_ended_alone_and_the_next_one_starts(folder, end, with_what):
    process, other = (warm.start("waits", [], folder, os.environ) for _ in range(2))
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    assert process.poll() is None
    getattr(process, end)()
    assert process.wait(60) == -with_what
    assert other.poll() is None
    process.send_signal(signal.SIGTERM)  # to one that has ended: nothing
    os.killpg(other.pid, signal.SIGKILL)
    assert other.wait(60) == -signal.SIGKILL
    assert warm.start("fails", [], folder, os.environ, folder / "errors.txt").wait(60) == 1


def test_where_nothing_can_be_forked_it_is_a_new_python(folder, monkeypatch):
    monkeypatch.setattr(warm, "get_all_start_methods", lambda: ["spawn"])
    errors = folder / "errors.txt"
    process = warm.start("fails", [], folder, os.environ, errors)
    assert (process.wait(60), errors.read_text()) == (1, "it is late\n")
    assert warm.start("witness", ["x"], folder, os.environ).wait(60) == 0
    assert seen(folder)["arguments"] == ["x"] and not seen(folder)["before"]
