"""Which statements of a cell are left out of a package although they change something that the handler uses.

A package holds definitions and assignments, and no call is run again at a cold start; so `log.setLevel("INFO")`, `TABLE.append(1)` and
a decorator that enters functions in a registry have no effect in Lambda. They are found by their form: a method whose name says that it
changes what it is called on, an assignment into it, or a call of a function of the cell that does so.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_CHANGES = re.compile(
    "(?:add|append|clear|configure|disable|discard|enable|extend|filterwarnings|insert|install|patch|pop|putenv|register|remove|reverse|"
    "seed|set|setdefault|simplefilter|sort|subscribe|unsetenv|update|basicConfig|dictConfig|fileConfig)(?![a-z])"
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A call or an assignment, as source, and the `name` that it touches."""

    source: str
    name: str


def left_out(dropped: list[ast.stmt], kept: list[ast.stmt], wanted: frozenset[str]) -> Iterator[LeftOut]:
    """What of the dropped statements changes a wanted name, directly or through a function of the cell."""
    changers = {
        node.name: changed
        for node in (*dropped, *kept)
        if isinstance(node, _Function) and (changed := next(_changed_in(node, wanted), None))
    }
    for statement in dropped:
        if isinstance(statement, _Function | ast.ClassDef):
            calls: list[tuple[ast.AST, str]] = [(decorator, "@") for decorator in statement.decorator_list]
        else:
            calls = [(node, "") for node in _run_at_once(statement)]
        for node, mark in calls:
            called = node.func if isinstance(node, ast.Call) else node if mark else None
            while isinstance(called, ast.Call):  # route("/orders")(handler)
                called = called.func
            name = changers.get(called.id) if isinstance(called, ast.Name) else None
            name = name or next(_changed_by(node, wanted), None)
            if name is not None:
                yield LeftOut(mark + textwrap.shorten(ast.unparse(node), 72, placeholder="..."), name)


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """The statement and what is in it, but for what is only run when it is called."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _Function | ast.ClassDef | ast.Lambda):
            yield from _run_at_once(child)


def _changed_in(function: ast.AST, wanted: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from (name for name in node.names if name in wanted)
        yield from _changed_by(node, wanted)


def _changed_by(node: ast.AST, wanted: frozenset[str]) -> Iterator[str]:
    """The wanted names that a node changes by itself, not by what is in it."""
    match node:
        case ast.Call(func=ast.Attribute(value=target, attr=method)) if _CHANGES.match(method):
            targets = [target]
        case ast.Assign(targets=targets):
            targets = [target for target in targets if not isinstance(target, ast.Name)]
        case ast.AugAssign(target=target) if not isinstance(target, ast.Name):
            targets = [target]
        case ast.Delete(targets=targets):
            targets = [target for target in targets if not isinstance(target, ast.Name)]
        case _:
            return
    for target in targets:
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        while isinstance(target, ast.Call):  # logging.getLogger().setLevel
            target = target.func
            while isinstance(target, ast.Attribute):
                target = target.value
        if isinstance(target, ast.Name) and target.id in wanted:
            yield target.id
