"""Which statements of a cell a name needs: read from the source, nothing is run."""

import ast
import builtins
import symtable
from collections.abc import Iterator

from motoclock.functions.left_out import LeftOut, left_out

_ALWAYS = frozenset(dir(builtins)) | {
    "__name__",
    "__file__",
    "__doc__",
    "__spec__",
    "__builtins__",
    "__package__",
    "__loader__",
}


class UnknownNames(Exception):
    """`user`, a name of the cell, uses `names` that no statement of the cell defines."""

    def __init__(self, user: str, names: list[str]):
        super().__init__(f"{user} uses {', '.join(names)}")
        self.user, self.names = user, names


class _Part:
    """One top-level statement: its source, the names it binds and those it uses."""

    def __init__(self, node: ast.stmt, source: str, flags: str):
        self.node, self.source = node, source
        self.is_import = isinstance(node, ast.Import | ast.ImportFrom)
        self.takes_everything = self.is_import and any(alias.name == "*" for alias in node.names)
        self.is_expression = isinstance(node, ast.Expr)
        self.binds = frozenset(_bound(node))
        self.changes = frozenset(_changed(node))  # names whose value it changes without binding them
        self.uses = frozenset(_used(symtable.symtable(f"{flags}{source}", "cell", "exec")))


class Cell:
    """The source of one cell. SyntaxError when it isn't Python."""

    def __init__(self, source: str):
        lines = source.splitlines(keepends=True)
        tree = ast.parse(source)
        futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        self._flags = "".join(f"{ast.unparse(node)}\n" for node in futures)
        self._parts = [_Part(node, _text(node, lines), "" if node in futures else self._flags) for node in tree.body]

    @property
    def defined(self) -> frozenset[str]:
        return frozenset().union(*(part.binds for part in self._parts))

    def put_first_class(self, name: str, source: str) -> None:
        """Add a function that was defined inside another one, as if it stood at the end of the cell."""
        node = ast.parse(source).body[0]
        self._parts = [part for part in self._parts if name not in part.binds]
        self._parts.append(_Part(node, _text(node, source.splitlines(keepends=True)), self._flags))

    def parts_for(self, name: str) -> str:
        """The cell's imports, and what `name` needs, in the order of the cell. UnknownNames when something is missing."""
        chosen, _ = self._needed(name)
        texts, previous_import = [], True
        for index, part in enumerate(self._parts):
            if part.is_import or index in chosen:
                texts.append(part.source if part.is_import and previous_import else f"\n{part.source}")
                previous_import = part.is_import
        return "".join(texts).lstrip("\n")

    def left_out(self, name: str) -> list[LeftOut]:
        """What the parts for `name` leave out of the cell although it changes what they use."""
        chosen, wanted = self._needed(name)
        kept = [part.node for index, part in enumerate(self._parts) if part.is_import or index in chosen]
        dropped = [part.node for index, part in enumerate(self._parts) if not part.is_import and index not in chosen]
        return list(left_out(dropped, kept, frozenset(wanted - {name})))

    def _needed(self, name: str) -> tuple[set[int], set[str]]:
        """The statements that define `name` and what it needs, by their place in the cell, and all names that they use."""
        defined, open_ended = self.defined, any(part.takes_everything for part in self._parts)
        imported = frozenset().union(*(part.binds for part in self._parts if part.is_import))
        wanted, queue = {name}, [name]
        chosen: set[int] = set()
        while queue:
            user = queue.pop(0)
            for index, part in enumerate(self._parts):
                if index in chosen or part.is_expression or not (user in part.binds or user in part.changes - imported):
                    continue
                chosen.add(index)
                unknown = sorted(part.uses - defined - _ALWAYS)
                if unknown and not open_ended:
                    raise UnknownNames(user, unknown)
                fresh = sorted((part.uses & defined) - wanted)
                wanted.update(fresh)
                queue.extend(fresh)
        return chosen, wanted


def _text(node: ast.stmt, lines: list[str]) -> str:
    """The statement as it was written, decorators and the comment lines right above it included."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))]) - 1
    shared = (
        node.col_offset > 0
        or len(lines) < node.end_lineno
        or lines[node.end_lineno - 1][_end(node, lines) :].strip().startswith(";")
    )
    if shared:
        return ast.unparse(node) + "\n"
    while first > 0 and lines[first - 1].startswith("#") and not lines[first - 1].startswith(("# %%", "#%%")):
        first -= 1
    text = "".join(lines[first : node.end_lineno])
    return text if text.endswith("\n") else f"{text}\n"


def _end(node: ast.stmt, lines: list[str]) -> int:
    """Where the statement's last line ends, in characters: ast counts bytes."""
    return len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode(errors="ignore"))


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a top-level statement binds in the module."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*")
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    elif type(node).__name__ == "TypeAlias":
        yield node.name.id
    for child in ast.iter_child_nodes(node):
        yield from _bound(child)


def _changed(node: ast.stmt) -> Iterator[str]:
    """Names whose content an assignment changes: `table["a"] = 1`, `settings.debug = True`."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets:
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
            if isinstance(target, ast.Name):
                yield target.id


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    """Global names that a statement reads, in its own scope or in any inside it."""
    top = table.get_type() in ("module", "MODULE") or str(table.get_type()).lower().endswith("module")
    for symbol in table.get_symbols():
        if (top and symbol.is_referenced()) or (not top and symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _used(child)
