"""What a learner's code printed while it was judged: the answers themselves, and the functions that they deployed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pkgutil import iter_modules

from motoclock.functions.deployed import latest_functions
from motoclock.functions.logs import LogLines
from motoclock.functions.outcome import FunctionNotFound
from motoclock.wording import count
from sevenways.cloud import Cloud

_SHOWN = 10  # lines, the last ones: what the sentence speaks of came late
_LONGEST = 160  # characters of a line


@dataclass(frozen=True, slots=True)
class Printed:
    """The lines that one of them printed, or logged. `repr()` and the fold in a notebook show the last few."""

    by: str
    lines: tuple[str, ...]
    act: str = "printed"

    @property
    def heading(self) -> str:
        left_out = f"; the last {_SHOWN}" if len(self.lines) > _SHOWN else ""
        return f"{self.by} {self.act} {count(len(self.lines), 'line')}{left_out}"

    @property
    def shown(self) -> str:
        return "\n".join(f"  {line[:_LONGEST]}{'…' * (len(line) > _LONGEST)}" for line in self.lines[-_SHOWN:])

    def __repr__(self) -> str:
        return f"{self.heading}:\n{self.shown}"

    def _repr_html_(self) -> str:
        return f"<details><summary>{escape(self.heading)}</summary><pre>{escape(self.shown)}</pre></details>"


def by_answers(text: str) -> tuple[Printed, ...]:
    """Of everything that was printed outside of functions. Over all worlds of a check, in turn."""
    lines = tuple(line for line in text.splitlines() if line.strip())
    return (Printed("Your answer", lines),) if lines else ()


def by_functions(cloud: Cloud | None, names: Iterable[str]) -> tuple[Printed, ...]:
    """Of each of these functions in a world that may be closed, with virtual times. Of a traceback the line that says what it was."""
    logged = {name: _logged(cloud, name) for name in names} if cloud is not None else {}
    return tuple(
        Printed(name, tuple(str(line).strip().partition("\n")[0] for line in lines), "logged")
        for name, lines in logged.items()
        if lines
    )


def _logged(cloud: Cloud, name: str) -> LogLines:
    try:
        return cloud.logs(name).printed
    except FunctionNotFound:  # it never ran, and its world is closed
        return LogLines()


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
