"""The import arrows between the rooms of the package (the README's map, from the inside)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "sevenways"

# Along a chain a room may import what stands to its right, never what stands to its left.
CHAINS = (
    ("widgets", "draw", "trace"),
    ("checks", "cloud"),
    ("cloud", "delivery", "functions", "clock"),
    ("delivery", "moto_seams"),
    ("delivery", "trace"),
)
# Rooms that nobody else imports; the package's own __init__ shows the widgets and the checks to the learner.
PRIVATE = {"widgets": {"__init__"}, "checks": {"__init__"}, "authoring": set(), "pytest_plugin": set()}


def imported_rooms(code: str, package: str) -> Iterator[tuple[int, str]]:
    """(line, room) for each import of our own package, in functions too, except under `if TYPE_CHECKING`."""
    tree = ast.parse(code)
    only_types = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for child in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        for name in _imported_names(node, package):
            parts = name.split(".")
            if parts[0] == "sevenways" and len(parts) > 1:
                yield node.lineno, parts[1]


def _imported_names(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{module}.{alias.name}" for alias in node.names)


def why_forbidden(room: str, imported: str) -> str | None:
    """The sentence for an arrow that points the wrong way, or None."""
    if room == imported:
        return None
    if imported in PRIVATE and room not in PRIVATE[imported]:
        return f"nobody imports {imported}/"
    for chain in CHAINS:
        if room in chain and imported in chain and chain.index(imported) < chain.index(room):
            return f"the arrows go {' -> '.join(chain)}"
    return None


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("room", sorted({room_of(path) for path in PACKAGE.rglob("*.py")}))
def test_a_room_imports_only_along_the_arrows(room: str) -> None:
    wrong = []
    for path in sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) == room):
        package = ".".join(("sevenways", *path.relative_to(PACKAGE).parts[:-1]))
        for line, imported in imported_rooms(path.read_text(encoding="utf-8"), package):
            if reason := why_forbidden(room, imported):
                wrong.append(f"{path.relative_to(PACKAGE.parents[1])}:{line} imports {imported}: {reason}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("room", "code", "is_allowed"),
    [
        ("functions", "from motoclock.delivery import sqs", False),
        ("functions", "from sevenways import delivery", False),
        ("functions", "def later():\n    import motoclock.delivery.sqs", False),
        ("functions", "from ..delivery import sqs", False),
        ("functions", "from motoclock.clock import Clock", True),
        ("functions", "if TYPE_CHECKING:\n    from motoclock.delivery import sqs", True),
        ("trace", "from sevenways.draw import Picture", False),
        ("draw", "from sevenways.widgets import Explorer", False),
        ("cloud", "from sevenways.widgets import Explorer", False),
        ("cloud", "from sevenways.checks import check", False),
        ("checks", "from motoclock.cloud import Cloud", True),
        ("__init__", "from sevenways.widgets import Explorer", True),
        ("cloud", "import boto3", True),
    ],
)
def test_the_arrows_have_been_seen_to_fail(room: str, code: str, is_allowed: bool) -> None:
    found = [why_forbidden(room, imported) for _, imported in imported_rooms(code, f"sevenways.{room}")]
    assert (not any(found)) is is_allowed
