"""What a learner's code printed while it was judged: the answers themselves, and the functions that they deployed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pkgutil import iter_modules

from IPython.utils.capture import CapturedIO

from motoclock.functions.deployed import latest_functions
from motoclock.functions.logs import LogLines
from motoclock.functions.outcome import FunctionNotFound
from motoclock.wording import count, moment
from sevenways.cloud import Cloud

_SHOWN = 5  # lines at the beginning, and as many at the end
_LONGEST = 600  # characters of a line: a target of EventBridge, an event with a record or two


@dataclass(frozen=True, slots=True)
class Printed:
    """The lines that one of them printed, or logged. `repr()` and the fold in a notebook show the first few and the last few."""

    by: str
    lines: tuple[str, ...]
    act: str = "printed"

    @property
    def heading(self) -> str:
        left_out = f"; the first {_SHOWN} and the last {_SHOWN}" if self._is_long else ""
        return f"{self.by} {self.act} {count(len(self.lines), 'line')}{left_out}"

    @property
    def shown(self) -> str:
        some = (*self.lines[:_SHOWN], "…", *self.lines[-_SHOWN:]) if self._is_long else self.lines
        return "\n".join(f"  {line[:_LONGEST]}{'…' * (len(line) > _LONGEST)}" for line in some)

    @property
    def _is_long(self) -> bool:
        return len(self.lines) > 2 * _SHOWN

    def __repr__(self) -> str:
        return f"{self.heading}:\n{self.shown}"

    def _repr_html_(self) -> str:
        shown = f'<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(self.shown)}</pre>'
        return f"<details><summary>{escape(self.heading)}</summary>{shown}</details>"


def by_answers(written: CapturedIO) -> tuple[Printed, ...]:
    """Of all that was printed outside of functions, over all worlds of a check in turn; then what went to stderr: warnings, logs."""
    lines = tuple(line for text in (written.stdout, written.stderr) for line in text.splitlines() if line.strip())
    return (Printed("Your answer", lines),) if lines else ()


def by_functions(cloud: Cloud | None, names: Iterable[str]) -> tuple[Printed, ...]:
    """Of each of these functions in a world that may be closed, with the moments that sentence and timeline name."""
    logged = {name: _logged(cloud, name) for name in names} if cloud is not None else {}
    return tuple(
        Printed(name, tuple(f"{moment(line.at)}  {_without_traceback(line.message)}" for line in lines), "logged")
        for name, lines in logged.items()
        if lines
    )


def _logged(cloud: Cloud, name: str) -> LogLines:
    try:
        return cloud.logs(name).printed
    except FunctionNotFound:  # it never ran, and its world is closed
        return LogLines()


def _without_traceback(message: str) -> str:
    return " ".join(message.partition("\nTraceback ")[0].split())


def functions_of_a_learner() -> tuple[str, ...]:
    """Those in the open world whose handler is no platform's."""
    handlers = {function.function_name: function.handler or "" for function in latest_functions()}
    return tuple(name for name, handler in handlers.items() if handler.partition(".")[0] not in _our_modules())


@cache
def _our_modules() -> frozenset[str]:
    """The platform's own handlers are deployed with their module."""
    rooms = [find_spec(f"sevenways.{room}") for room in ("checks", "night")]
    places = [place for room in rooms if room is not None for place in room.submodule_search_locations or ()]
    return frozenset(module.name for module in iter_modules(places))
