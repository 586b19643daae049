"""What a cell of code makes, and what it needs: names, read from its syntax, without running anything."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_ALWAYS_THERE = frozenset(dir(builtins)) | {"__name__", "__file__", "In", "Out", "_", "get_ipython", "display"}
_HARMLESS = ("client", "resource", "range")  # calls that change nothing


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a cell's top level. `later` are the names that its functions look up when they are called."""

    makes: frozenset[str]
    needs: frozenset[str]
    later: frozenset[str]
    opens: bool  # calls Cloud(...) itself, at once or in a function, and leaves it open
    borrows: bool  # calls it for a `with` block only, after which the Cloud is closed
    is_function: bool
    is_import: bool
    is_plain: bool  # imports, definitions and constants: running it changes nothing but names


@cache
def statements(code: str) -> tuple[Statement, ...]:
    """The statements of a cell; none of what is not plain Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return ()
    return tuple(map(_statement, tree.body))


def makes(code: str) -> frozenset[str]:
    """The names that a cell makes."""
    return frozenset().union(*(statement.makes for statement in statements(code)))


def imports(code: str) -> frozenset[str]:
    """The names that a cell does nothing but import."""
    return makes(code) - frozenset().union(*(each.makes for each in statements(code) if not each.is_import))


def needs(codes: list[str]) -> frozenset[str]:
    """The names that must be there before these cells are run one after another."""
    bound: set[str] = set()
    missing: set[str] = set()
    later: set[str] = set()
    for code in codes:
        for statement in statements(code):
            missing |= statement.needs - bound
            bound |= statement.makes
            later |= statement.later
    return frozenset(missing | (later - bound))


def _statement(node: ast.stmt) -> Statement:
    table = symtable.symtable(ast.unparse(node), "cell", "exec")
    made = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    read = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    if not is_function:  # `:=` in a comprehension makes a name outside of it, which symtable does not say
        made |= {part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr)}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        read.add(node.target.id)  # which symtable takes for a name that is only made
    elif not is_function:
        read -= made if _makes_before_it_reads(node) else set()
    later = {name for child in table.get_children() for name in _globals(child)}
    borrowed = {id(item.context_expr) for part in ast.walk(node) if isinstance(part, ast.With) for item in part.items}
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call) and _called(part) == "Cloud"]
    opens = any(id(call) not in borrowed for call in calls)
    if not is_function:  # a comprehension or a lambda of this very statement
        read, later = read | (later - made), set()
    return Statement(
        frozenset(made),
        frozenset(read - _ALWAYS_THERE),
        frozenset(later - _ALWAYS_THERE),
        opens,
        bool(calls) and not opens,
        is_function,
        isinstance(node, ast.Import | ast.ImportFrom),
        is_function or _is_plain(node),
    )


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced())
    for child in table.get_children():
        yield from _globals(child)


def _makes_before_it_reads(node: ast.stmt) -> bool:
    """A loop, a `with` or a block makes its names and reads them after; an assignment reads first: `x = x + 1`."""
    return not isinstance(node, ast.Assign | ast.AnnAssign)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    return all(isinstance(target, ast.Name) for target in targets) and all(_called(call) in _HARMLESS for call in calls)
