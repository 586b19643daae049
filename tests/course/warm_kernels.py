"""A plugin for nbval, `pytest -p tests.course.warm_kernels --nbval`: each of its kernels has loaded the course when it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import local_provisioner

from tests.course import warm

_plain = local_provisioner.launch_kernel


def pytest_configure() -> None:
    local_provisioner.launch_kernel = launch


def launch(
    command: Sequence[str], cwd: str | Path | None = None, env: Mapping[str, str] | None = None, **more: Any
) -> Any:
    """In place of jupyter_client's `launch_kernel`, of which it takes what nbval gives."""
    _, flag, module, *arguments = command
    if (flag, module) != ("-m", "ipykernel_launcher"):
        return _plain(list(command), cwd=cwd, env=env, **more)
    # of whom it is a child, a kernel asks to know when to end; without a parent it takes itself for a terminal's and says so
    environment = {**(os.environ if env is None else env), "JPY_PARENT_PID": str(os.getpid())}
    return warm.start(module, arguments, cwd or Path.cwd(), environment)
