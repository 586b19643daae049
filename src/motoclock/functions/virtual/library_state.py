"""State that libraries keep in their own modules. On Lambda an environment is a process, so each has its own: Powertools' "is this a
cold start", the metrics collected so far. Here the modules are loaded once for all, so that state is swapped as environments run.

What counts as state: a module's names that its functions assign with `global`, and containers that stand empty in a module or a class.
"""

import dis
from dataclasses import dataclass
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

_CONTAINERS = (dict, list, set)


@dataclass(frozen=True, slots=True)
class Cell:
    """One name that holds state. `first` is what it held when it was found, in the environment that loaded the library."""

    holder: Any  # a module or a class
    name: str
    first: Any


_cells: list[Cell] = []


def find_state(module: ModuleType) -> None:
    """Note the state of a module that was just loaded."""
    members = list(vars(module).items())
    for holder, pairs in ((module, members), *((one, list(vars(one).items())) for one in _classes(module))):
        _cells.extend(Cell(holder, name, value) for name, value in pairs if _is_registry(name, value))
    assigned = {name for _, one in members if _is_own(one, module) for name in _globals_assigned(one)}
    _cells.extend(Cell(module, name, vars(module)[name]) for name in sorted(assigned & set(vars(module))))


class LibraryState:
    """The state of one environment. Modules that another environment loads later start afresh here."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        # id of a library's container -> this environment's: several modules may share one
        self._containers: dict[int, Any] = {}

    def put_in(self) -> None:
        self._values.extend(self._fresh(cell.first) for cell in _cells[len(self._values) :])
        for cell, value in zip(_cells, self._values, strict=True):
            setattr(cell.holder, cell.name, value)

    def take_out(self) -> None:
        self._values = [getattr(cell.holder, cell.name) for cell in _cells]

    def _fresh(self, value: Any) -> Any:
        if type(value) not in _CONTAINERS:
            return value
        return self._containers.setdefault(id(value), type(value)())


def _classes(module: ModuleType) -> list[type]:
    own = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
    return [one for one in own if not issubclass(one, Enum | tuple)]


def _is_registry(name: str, value: Any) -> bool:
    return type(value) in _CONTAINERS and not value and not name.startswith("__")


def _is_own(one: Any, module: ModuleType) -> bool:
    return isinstance(one, FunctionType) and one.__module__ == module.__name__


def _globals_assigned(function: FunctionType) -> set[str]:
    return {step.argval for step in dis.get_instructions(function) if step.opname == "STORE_GLOBAL"}
