"""Nothing but `motoclock/platform` asks where it runs."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PLATFORM = SOURCE / "motoclock" / "platform"

# What differs from platform to platform. `graphviz.backend` runs the program; the rest of that library writes text.
MODULES = {"_thread", "concurrent.futures", "gc", "graphviz.backend", "greenlet", "multiprocessing", "platform"}
MODULES |= {"resource", "signal", "subprocess", "threading"}
NAMES = {"shutil.which", "sys.platform", "os.name", "os.uname", "graphviz.pipe", "graphviz.render", "graphviz.Source"}
IMPORTERS = {"__import__", "import_module", "importlib.import_module"}

WORKSHOP = "builds the course on an author's desktop, and no lesson imports it"
LAUNCHER = "starts JupyterLab, before any notebook; a browser edition has its own page"
STAND_IN = "copies the module's names for stand-ins, and starts no thread"
EXCEPTIONS = {
    (
        "motoclock/extras/stepfunctions/interpreter.py",
        "threading",
    ): "knows by identity which names of moto's to replace",
    ("motoclock/extras/stepfunctions/stand_ins.py", "threading"): STAND_IN,
    ("motoclock/functions/virtual/threads.py", "threading"): STAND_IN,
    ("motoclock/functions/virtual/threads.py", "_thread"): STAND_IN,
    ("sevenways/authoring/book.py", "subprocess"): WORKSHOP,
    ("sevenways/authoring/build.py", "concurrent.futures"): WORKSHOP,
    ("sevenways/workbook/opening.py", "os.name"): LAUNCHER,
    ("sevenways/workbook/opening.py", "signal"): LAUNCHER,
    ("sevenways/workbook/opening.py", "subprocess"): LAUNCHER,
}


def asked(code: str) -> Iterator[str]:
    """What of the machine a module asks, in the words of `MODULES` and `NAMES`."""
    tree = ast.parse(code)
    real = {}  # name in this module -> the module it stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            real |= {alias.asname or alias.name: alias.name for alias in node.names}
            yield from (module for alias in node.names if (module := _module(alias.name)))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for name in [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]:
                if name in NAMES or name in MODULES or (name == node.module and _module(name)):
                    yield _module(name) or name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{real.get(node.value.id, '')}.{node.attr}"
            if name in NAMES:
                yield name
        match node:
            case ast.Call(func=called, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(called) in IMPORTERS and (module := _module(name)):
                    yield module


def _module(name: str) -> str | None:
    return next((module for module in sorted(MODULES) if name == module or name.startswith(f"{module}.")), None)


@cache
def everything_asked() -> set[tuple[str, str]]:
    return {
        (path.relative_to(SOURCE).as_posix(), what)
        for path in SOURCE.rglob("*.py")
        if PLATFORM not in path.parents
        for what in asked(path.read_text(encoding="utf-8"))
    }


def test_nothing_else_asks_where_it_runs() -> None:
    wrong = sorted(everything_asked() - set(EXCEPTIONS))
    assert not wrong, "\n".join(f"{path} asks for {what}: ask motoclock.platform" for path, what in wrong)


def test_no_exception_is_kept_that_nobody_needs() -> None:
    assert set(EXCEPTIONS) <= everything_asked()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import greenlet", ["greenlet"]),
        ("from greenlet import getcurrent", ["greenlet"]),
        ("import threading as real", ["threading"]),
        ("def later():\n    import gc", ["gc"]),
        ("import graphviz.backend", ["graphviz.backend"]),
        ("from graphviz import backend", ["graphviz.backend"]),
        ("import graphviz\ngraphviz.pipe('dot', 'svg', b'')", ["graphviz.pipe"]),
        ("import graphviz\ngraphviz.Digraph()", []),
        ("import shutil\nshutil.which('dot')", ["shutil.which"]),
        ("import shutil\nshutil.rmtree('a')", []),
        ("from shutil import which", ["shutil.which"]),
        ("import sys\nif sys.platform == 'win32': ...", ["sys.platform"]),
        ("import sys as system\nsystem.platform", ["sys.platform"]),
        ("x = __import__('_thread')", ["_thread"]),
        ("from importlib import import_module\nimport_module('signal')", ["signal"]),
        ("from motoclock.platform import signals, gc, threads\nsignals.watched", []),
        ("from motoclock.waiting import signal", []),
    ],
)
def test_what_asks_has_been_seen_to_be_found(code: str, found: list[str]) -> None:
    assert list(asked(code)) == found
