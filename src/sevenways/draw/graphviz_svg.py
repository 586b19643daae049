"""Dot source to SVG: the binary from PyPI (the same bytes everywhere), or the system's own, and then it says so."""

import re
import shutil
import sysconfig
import warnings
from functools import lru_cache
from html import escape
from pathlib import Path

import graphviz
from graphviz.backend import dot_command

from sevenways.draw.palette import FONT, PAPER
from sevenways.draw.sheet import fitting, paper

_PURE = Path(sysconfig.get_path("scripts")) / "graphviz-pure"


class NoGraphviz(RuntimeError):
    """There is no program to lay out diagrams."""


@lru_cache(maxsize=64)
def layout(source: str) -> str:
    """The SVG that dot makes of a source, without its prologue. The same source is laid out once."""
    _choose_binary()
    svg = graphviz.pipe("dot", "svg", source.encode("latin-1", "replace")).decode("utf-8")
    return svg[svg.index("<svg") :].replace("\r\n", "\n")


def size(svg: str) -> tuple[float, float]:
    """Width and height of a laid-out SVG in pixels at full size."""
    _x, _y, width, height = map(float, re.search(r'viewBox="([^"]+)"', svg).group(1).split())
    return width, height


def finished(svg: str, title: str, description: str) -> str:
    """The SVG with our fonts, an own background, a title and a description; it is as wide as its place (see `sheet`)."""
    width, height = size(svg)
    body = svg[svg.index(">") + 1 :]
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.DOTALL)
    body = re.sub(r"<title>[^<]*</title>\n?", "", body)
    body = re.sub(r' (?:id|class)="[^"]*"', "", body)
    body = re.sub(r' font-family="[^"]*"', "", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{fitting(width, height)} role="img" '
        f'font-family="{FONT}"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        f'<rect width="{paper(width):g}" height="{height:g}" fill="{PAPER}"/>{body.strip()}'
    )


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
