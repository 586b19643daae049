"""A bug of the engine itself: told once, in one sentence, while everything else goes on.

A poller, a reader or a delivery that meets one leaves what it has in hand where it was and waits for something new before it tries
again. Nothing ends silently, and no run ends in a traceback from inside the package.
"""

import traceback
import warnings
from pathlib import PurePath

_PACKAGE = "motoclock"
_ISSUES = "Please report it with this sentence, and if you can with the cells that led to it."


class EngineFault(RuntimeWarning):
    """The engine has a bug. `warnings.simplefilter("error", EngineFault)` makes it an exception out of `run()`."""


class Faults:
    """The faults of one world. Each is told once, however often it happens."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str, int, str]] = set()

    def report(self, where: str, error: Exception) -> None:
        """Warn that the part of this name met a bug: what, where in the package, and what becomes of the rest."""
        place, line = _origin(error)
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        told = (where, place, line, what)
        if told in self._told:
            return
        self._told.add(told)
        warnings.warn_explicit(
            f"A bug in the engine, not in your code: {where} met {what}. What it had in hand stays where it was, and everything else "
            f"goes on. {_ISSUES}",
            EngineFault,
            place,
            line,
            source=error,
        )


def _origin(error: Exception) -> tuple[str, int]:
    """The innermost line of the package that the error came through, with its path from the package on."""
    found = ("the engine", 0)
    for frame in traceback.extract_tb(error.__traceback__):
        parts = PurePath(frame.filename).parts
        if _PACKAGE in parts:
            start = len(parts) - 1 - parts[::-1].index(_PACKAGE)
            found = ("/".join(parts[start:]), frame.lineno or 0)
    return found
