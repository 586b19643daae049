"""Pythons that have loaded the course: one is kept, and each that is asked for is a copy of it.

To start a kernel and to load the course takes a second and a half of a processor, and make test needs both some forty times. What is
there is what runs a cell at all, and `Cloud`, which each lesson and lab loads in its first line: of all else that a cell forgot to
import, it finds as little as in any new Python.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from motoclock.services.seams import credentials

_LOADED = (__name__, "ipykernel.kernelapp", "ipykernel.ipkernel", "sevenways.cloud")
_HERE = ("", str(Path(__file__).parents[2]))
_PATH = [entry for entry in sys.path if entry not in _HERE]  # as the one that is kept found it


class Started(Protocol):
    """What is asked of a `subprocess.Popen`."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, signum: int) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


def start(
    module: str,
    arguments: Sequence[str],
    folder: str | Path,
    environment: Mapping[str, str],
    errors_to: Path | None = None,
) -> Started:
    """`python -m module arguments` in a folder, with a session of its own. Where nothing can be forked, a new Python."""
    if "forkserver" in get_all_start_methods():
        return _Copy(module, arguments, folder, environment, errors_to)
    command = [sys.executable, "-m", module, *arguments]
    with open(errors_to or os.devnull, "w") as errors:
        return subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stderr=errors if errors_to else None
        )


class _Copy:
    stdin = stdout = stderr = None

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        folder: str | Path,
        environment: Mapping[str, str],
        errors_to: Path | None,
    ):
        self.args = [sys.executable, "-m", module, *arguments]
        here, there = _kept().Pipe(duplex=False)
        given = (module, list(arguments), str(folder), dict(environment), errors_to, there)
        self._process = _kept().Process(target=_run, args=given)
        self._process.start()
        there.close()
        here.recv()  # from now on a signal to its session reaches nobody else
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@cache
def _kept() -> Any:
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


def _run(
    module: str,
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
    errors_to: Path | None,
    ready: Connection,
) -> None:
    os.setsid()
    ready.send(None)
    ready.close()
    if errors_to is not None:
        os.dup2(os.open(errors_to, os.O_WRONLY | os.O_CREAT), 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    credentials.install()  # to load the package does this to the environment, and that was before this one was there
    asked_for = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.path[:] = [folder, *asked_for, *_PATH]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
