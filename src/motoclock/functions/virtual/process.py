"""What functions of `os` do to the process itself: it is the learner's, so a handler's own end is all that they may bring about."""

import functools
import os
from collections.abc import Callable
from typing import Any

from motoclock.functions.virtual.paths import Inside

_CTRL_C = 2  # SIGINT, which the run takes as if the learner had pressed it
_SHARED = "os.{} would change the Python that runs this notebook, which functions share here. Leave it out."
_REFUSED = ("killpg", "nice", "setuid", "setgid", "setpriority", "sched_setaffinity")


def _exit(status: int) -> None:
    """`os._exit`: the runtime ends; the process of the learner does not."""
    with Inside() as machine:
        if machine is None:
            _REAL["_exit"](status)
    raise SystemExit(status)


def _abort() -> None:
    with Inside() as machine:
        if machine is None:
            _REAL["abort"]()
    raise SystemExit(134)


def _kill(pid: int, number: int) -> None:
    with Inside() as machine:
        if machine is None or number == _CTRL_C:
            return _REAL["kill"](pid, number)
        raise OSError(_SHARED.format("kill"))


def _umask(mask: int) -> int:
    """Kept for who asks for it; modelled: files get their modes by this machine's own."""
    with Inside() as machine:
        if machine is None:
            return _REAL["umask"](mask)
        before, machine.umask = machine.umask, mask & 0o777
        return before


def _putenv(key: Any, value: Any = None) -> None:
    """`os.putenv` and `os.unsetenv`: for programs that are started later, and a handler starts none."""
    with Inside() as machine:
        if machine is None:
            _REAL["unsetenv"](key) if value is None else _REAL["putenv"](key, value)


def _refusing(name: str) -> Callable[..., Any]:
    @functools.wraps(getattr(os, name))
    def call(*args: Any, **more: Any) -> Any:
        with Inside() as machine:
            if machine is None:
                return _REAL[name](*args, **more)
        raise OSError(_SHARED.format(name))

    return call


_OWN: dict[str, Callable[..., Any]] = {
    "_exit": _exit,
    "abort": _abort,
    "kill": _kill,
    "umask": _umask,
    "putenv": _putenv,
    "unsetenv": _putenv,
}
_REAL: dict[str, Any] = {name: vars(os)[name] for name in (*_OWN, *_REFUSED) if name in vars(os)}
STAND_INS: dict[str, Callable[..., Any]] = {name: _OWN.get(name) or _refusing(name) for name in _REAL}
