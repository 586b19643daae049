"""The picture in DESIGN.md: the rooms in the layers of `.importlinter`, and the arrows that the imports really are.

An arrow that others imply (a room that is reached anyhow through a room between) is left out, so that the picture can be read, and so
are the doors: modules that only hand on what is behind them.
"""

import ast
import configparser
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from sevenways.draw.graphviz_svg import finished, layout

PICTURE = Path("book", "images", "house.svg")
_PACKAGES = ("sevenways", "motoclock")
_DOORS = {
    "sevenways.facts",
    "sevenways.trace",
    "sevenways.matching",
    "sevenways.pytest_plugin",
    "motoclock.pytest_plugin",
}
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # where a statement holds others
_COLOURS = {"sevenways": ("#56B4E9", "#EAF5FC"), "motoclock": ("#E69F00", "#FFF6E0")}


def house_picture(root: Path) -> str:
    """The SVG for the sources of this package: the same for every `root`. The same sources give the same bytes."""
    return _drawn(Path(__file__).parents[3])


@cache
def _drawn(root: Path) -> str:
    """Once a process: the sources that it reads are those it runs, and reading them all takes most of a second."""
    floors = {package: _layers(root, package) for package in _PACKAGES}
    arrows = _without_shortcuts(_arrows(root / "src", {f"{p}.{room}" for p in floors for f in floors[p] for room in f}))
    return (
        finished(layout(_dot(floors, arrows)), "The rooms of the house, and who imports whom", _in_words(arrows)) + "\n"
    )


def _layers(root: Path, package: str) -> list[list[str]]:
    """The layers of a package from the top, each a list of rooms that don't know each other."""
    rules = configparser.ConfigParser()
    rules.read(root / ".importlinter", encoding="utf-8")
    contract = next(
        section for section in rules.sections() if rules[section].get("containers", "").split() == [package]
    )
    lines = [line.split("|") for line in rules[contract]["layers"].split("\n") if line.strip()]
    layers = [[room.strip() for room in rooms if f"{package}.{room.strip()}" not in _DOORS] for rooms in lines]
    return [rooms for rooms in layers if rooms]


def _arrows(sources: Path, rooms: set[str]) -> dict[str, set[str]]:
    """Room -> the rooms that its modules import, at run time."""
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in sorted(sources.rglob("*.py")):
        package, *inside = path.relative_to(sources).with_suffix("").parts
        room = f"{package}.{inside[0]}"
        if room not in rooms:
            continue
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            other = ".".join(name.split(".")[:2])
            if other in rooms and other != room:
                arrows[room].add(other)
    return arrows


def _imported(statement: ast.AST) -> Iterator[str]:
    """What a statement and those in its blocks import; an expression imports nothing, so none is looked into."""
    if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
        return
    if isinstance(statement, ast.ImportFrom) and statement.module:
        yield from (f"{statement.module}.{alias.name}" for alias in statement.names)
    elif isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
    for block in _BLOCKS:
        for inner in getattr(statement, block, ()):
            yield from _imported(inner)


def _without_shortcuts(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    def reached(room: str) -> set[str]:
        return {below for one in arrows.get(room, ()) for below in ({one} | reached(one))}

    return {
        room: {one for one in to if not any(one in reached(other) for other in to - {one})}
        for room, to in arrows.items()
    }


def _dot(floors: dict[str, list[list[str]]], arrows: dict[str, set[str]]) -> str:
    lines = [
        'digraph { rankdir=TB; ranksep=0.32; nodesep=0.22; node [shape=box style="rounded,filled" fontsize=12 height=0.3];'
    ]
    for package, layers in floors.items():
        edge, tint = _COLOURS[package]
        lines.append(f'subgraph cluster_{package} {{ label="{package}" fontsize=15 color="{edge}" style=rounded;')
        for rooms in layers:
            names = " ".join(
                f'"{package}.{room}" [label="{escape(room)}" color="{edge}" fillcolor="{tint}"];' for room in rooms
            )
            lines.append(f"{{ rank=same; {names} }}" if len(rooms) > 1 else names)
        lines.append("}")
    lines += [f'"{room}" -> "{one}" [color="#555555"];' for room in sorted(arrows) for one in sorted(arrows[room])]
    return "\n".join([*lines, "}"])


def _in_words(arrows: dict[str, set[str]]) -> str:
    return "; ".join(f"{room} stands on {', '.join(sorted(arrows[room]))}" for room in sorted(arrows) if arrows[room])
