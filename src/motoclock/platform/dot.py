"""Graphviz's program: the binary from PyPI (the same bytes everywhere), or the system's own, and then it says so.

A platform offers `svg(source)` and `NoGraphviz`.
"""

import shutil
import sysconfig
import warnings
from functools import lru_cache
from pathlib import Path

import graphviz
from graphviz.backend import dot_command

_PURE = Path(sysconfig.get_path("scripts")) / "graphviz-pure"


class NoGraphviz(RuntimeError):
    """There is no program to lay out diagrams."""


def svg(source: bytes) -> str:
    """What dot draws from a source, an SVG document as dot writes it. `NoGraphviz` where there is no dot."""
    _choose_binary()
    return graphviz.pipe("dot", "svg", source).decode("utf-8")


@lru_cache(maxsize=1)
def _choose_binary() -> None:
    if _PURE.exists():
        dot_command.DOT_BINARY = _PURE
    elif shutil.which("dot"):
        warnings.warn(
            "graphviz-pure is not installed, so diagrams are laid out by the system's dot: they may differ from the published ones.",
            stacklevel=2,
        )
    else:
        raise NoGraphviz(
            "Diagrams need Graphviz: pip install graphviz-pure (or install your system's graphviz package)."
        )
