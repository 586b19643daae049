"""No module of the engine imports one that imports it, but for moto's own idiom: a backend, its urls, and what the urls name."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


def imported(code: str, package: str) -> Iterator[str]:
    """The names that a module imports when it runs, in functions too."""
    nodes: list[ast.AST] = [ast.parse(code)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            nodes += node.orelse
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        else:
            nodes += ast.iter_child_nodes(node)


def arrows(modules: Mapping[str, tuple[str, bool]]) -> dict[str, set[str]]:
    """Who imports whom, of modules by name: (code, is it a package). A package is not used by importing one of its modules."""
    found: dict[str, set[str]] = {}
    for name, (code, is_package) in modules.items():
        names = set(imported(code, name if is_package else name.rpartition(".")[0])) & modules.keys() - {name}
        found[name] = {one for one in names if not any(other.startswith(f"{one}.") for other in names)}
    return found


def circles(arrows: Mapping[str, set[str]]) -> set[frozenset[str]]:
    """The largest sets of modules that reach one another."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        left = [start]
        while left:
            new = arrows[left.pop()] - seen
            seen |= new
            left += new
        return seen

    reach = {name: reached(name) for name in arrows}
    return {frozenset(one for one in reach[name] if name in reach[one]) for name in arrows if name in reach[name]}


def modules_of(root: Path) -> dict[str, tuple[str, bool]]:
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        found[".".join(parts[:-1] if is_package else parts)] = path.read_text(), is_package
    return found


def test_the_only_circles_are_those_of_urls():
    """moto asks a backend for its urls, whose handlers ask for the backend: without urls no circle is left."""
    found = arrows(modules_of(SOURCE))
    assert len(found) > 300
    without_urls = {
        name: {one for one in names if not one.endswith(".urls")}
        for name, names in found.items()
        if not name.endswith(".urls")
    }
    assert circles(without_urls) == set()
    assert all(any(one.endswith(".urls") for one in circle) for circle in circles(found))


@pytest.mark.parametrize(
    "code, is_circle",
    [
        ("from p import a", True),
        ("def later():\n    from p.a import name", True),
        ("from .a import name", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import name", False),
        ("from p import c", False),
    ],
)
def test_a_circle_has_been_seen(code, is_circle):
    modules = {"p": ("", True), "p.a": ("import p.b", False), "p.b": (code, False), "p.c": ("", False)}
    assert circles(arrows(modules)) == ({frozenset({"p.a", "p.b"})} if is_circle else set())
