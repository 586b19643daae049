"""What code may set in Python itself: on Lambda an environment is a process of its own, so each has its own settings here.

Swapped as environments run: recursion limit, garbage collection, warning filters and where warnings go, the default timeout of
sockets, hooks, and the attributes of shared modules that a package's own source assigns, as in `json.COUNTER += 1` or
`setattr(json, "dumps", ...)`: they are found in the source, so nobody else pays for it. Modelled: what is changed in other ways
(`vars(json)["x"] = 1`, a registry of a library) stays for all, and `hash()` of text, the order of sets, `os.getpid()` and the names of
temporary files are the machine's own.
"""

import ast
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from motoclock.platform import gc

_MISSING = object()
_SHOWING = ("showwarning", "_showwarnmsg_impl")  # where warnings go


@dataclass(slots=True)
class Attribute:
    """An attribute of something that all share. `host` is everybody else's value, `own` the environment's."""

    holder: Any  # a module or a class
    name: str
    host: Any
    own: Any

    def put_in(self) -> None:
        if self.own is not self.host:
            _assign(self.holder, self.name, self.own)

    def take_out(self) -> None:
        self.own = vars(self.holder).get(self.name, _MISSING)
        if self.own is not self.host:
            _assign(self.holder, self.name, self.host)


class Interpreter:
    """The settings of one environment. Between `wake` and `rest` its code runs, and they are put in and taken out with every switch.

    Around it the runtime's own code works, which a `json.dumps = None` of the handler's must not reach.
    """

    def __init__(self) -> None:
        self._awake = False
        self._own: tuple | None = None
        self._host: tuple = ()
        self._watching: tuple[Any, Any] = (None, None)  # a debugger, or what measures coverage
        self._attributes: list[Attribute] = []

    def share(self, holder: Any, name: str) -> None:
        """From now on this attribute is the environment's own. Called while it runs, before it assigns."""
        if not any(one.holder is holder and one.name == name for one in self._attributes):
            value = vars(holder).get(name, _MISSING)
            self._attributes.append(Attribute(holder, name, value, value))

    def wake(self) -> None:
        self._awake = True
        self.put_in()

    def rest(self) -> None:
        """As often as you like."""
        self.take_out()
        self._awake = False

    def put_in(self) -> None:
        if not self._awake:
            return
        self._host = _settings()
        self._watching = sys.gettrace(), sys.getprofile()
        if self._own is not None:
            _set(self._own)
        for attribute in self._attributes:
            attribute.put_in()

    def take_out(self) -> None:
        if not self._awake:
            return
        for attribute in reversed(self._attributes):
            attribute.take_out()
        _stop_watching(*self._watching)
        own = _settings()
        if own == self._host:
            self._own = None
        else:
            self._own = own
            _set(self._host)


def assigned_attributes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What a module's source assigns in what it imports: dotted names of modules, or of things in them, and attributes."""
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imported[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            imported |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=holder, attr=name, ctx=ast.Store() | ast.Del()):
                pass
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[holder, ast.Constant(value=str(name)), *_]):
                pass
            case _:
                continue
        dotted = _dotted(holder, imported)
        if dotted:
            yield dotted, name


def _dotted(node: ast.AST, imported: dict[str, str]) -> str | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imported:
        return None
    return ".".join([imported[node.id], *reversed(names)])


def _assign(holder: Any, name: str, value: Any) -> None:
    if value is not _MISSING:
        setattr(holder, name, value)
    elif name in vars(holder):
        delattr(holder, name)


def _settings() -> tuple:
    return (
        sys.getrecursionlimit(),
        gc.settings(),
        tuple(warnings.filters),
        socket.getdefaulttimeout(),
        sys.excepthook,
        sys.displayhook,
        tuple((name, vars(warnings).get(name)) for name in _SHOWING),
    )


def _set(settings: tuple) -> None:
    recursion, collection, filters, timeout, sys.excepthook, sys.displayhook, showing = settings
    if recursion != sys.getrecursionlimit():
        _set_recursion(recursion)
    gc.restore(collection)
    if filters != tuple(warnings.filters):
        warnings.filters[:] = filters  # in place: the C code holds this list
        told: Any = warnings
        told._filters_mutated() if hasattr(told, "_filters_mutated") else told._filters_mutated_lock_held()
    for name, value in showing:
        if vars(warnings).get(name) is not value:
            setattr(warnings, name, value)  # `catch_warnings` of a handler that waits meanwhile has put its own there
    socket.setdefaulttimeout(timeout)


def _stop_watching(trace: Any, profile: Any) -> None:
    """A handler's own trace function ends where its code is left; modelled: it doesn't come back."""
    if sys.gettrace() is not trace:
        sys.settrace(trace)
    if sys.getprofile() is not profile:
        sys.setprofile(profile)


def _set_recursion(limit: int) -> None:
    with suppress(RecursionError):  # a handler's was lower than what is in use already
        sys.setrecursionlimit(limit)
