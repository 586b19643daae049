"""The lab grammar: how the marked solution of an exercise becomes a hole.

Two markers, both comments:

    # BEGIN SOLUTION          whole lines between a pair of them
    # END SOLUTION
    rate = 3  # SOLUTION      one statement on one line

Inside a function, what is marked becomes `raise NotImplementedError`. At the top level it must be assignments,
and each becomes `name = ...`. Everything else is refused with a sentence.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_MARKER = re.compile(r"#+\s*(?:(BEGIN|END)\s+)?SOLUTION\s*", re.IGNORECASE)
MARKER_IN_PROSE = re.compile(r"#\s*(BEGIN SOLUTION|END SOLUTION|SOLUTION$)", re.MULTILINE)


class GrammarError(Exception):
    """One sentence about a marker that is misplaced."""


@dataclass(frozen=True)
class _Marker:
    word: str  # "BEGIN", "END" or "LINE"
    line: int
    column: int


@dataclass(frozen=True)
class _Span:
    """Marked lines, both ends included; `outer` includes the marker lines themselves."""

    first: int
    last: int
    outer: tuple[int, int]


def is_marked(code: str) -> bool:
    """Is there any marker in the cell?"""
    return bool(_markers(code))


def with_holes(code: str) -> str:
    """The cell as the learner gets it. Raises GrammarError."""
    lines = code.splitlines()
    spans = _spans(code)
    tree = _parse(code, "the cell is not plain Python, so its solution cannot be taken out")
    for span in reversed(spans):
        lines[span.outer[0] - 1 : span.outer[1]] = _hole(tree, span)
    hole = "\n".join(_without_repeats(lines))
    _parse(hole, "what is left without the solution is not Python")
    return hole


def without_markers(code: str) -> str:
    """The cell as the solution shows it. Raises GrammarError."""
    _spans(code)
    lines: list[str | None] = list(code.splitlines())
    for marker in _markers(code):
        line = lines[marker.line - 1] or ""
        lines[marker.line - 1] = line[: marker.column].rstrip() if marker.word == "LINE" else None
    return "\n".join(line for line in lines if line is not None)


def _markers(code: str) -> list[_Marker]:
    if "solution" not in code.lower():
        return []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        if MARKER_IN_PROSE.search(code):
            raise GrammarError("the cell has a solution marker and is not plain Python.") from None
        return []
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    return [
        _Marker((found[1] or "LINE").upper(), *comment.start)
        for comment in comments
        if (found := _MARKER.fullmatch(comment.string))
    ]


def _spans(code: str) -> list[_Span]:
    spans: list[_Span] = []
    lines = code.splitlines()
    opened: _Marker | None = None
    for marker in _markers(code):
        alone = not lines[marker.line - 1][: marker.column].strip()
        if marker.word == "LINE":
            if alone:
                raise GrammarError("`# SOLUTION` stands alone on its line; it goes behind the statement it marks.")
            if opened:
                raise GrammarError("`# SOLUTION` inside a BEGIN SOLUTION block; one of the two is enough.")
            spans.append(_Span(marker.line, marker.line, (marker.line, marker.line)))
        elif not alone:
            raise GrammarError(f"`# {marker.word} SOLUTION` needs a line of its own.")
        elif marker.word == "BEGIN":
            if opened:
                raise GrammarError("a second `# BEGIN SOLUTION` before the first has ended.")
            opened = marker
        else:
            if not opened:
                raise GrammarError("`# END SOLUTION` without a `# BEGIN SOLUTION` before it.")
            spans.append(_Span(opened.line + 1, marker.line - 1, (opened.line, marker.line)))
            opened = None
    if opened:
        raise GrammarError("`# BEGIN SOLUTION` without an `# END SOLUTION` in the same cell.")
    return spans


def _parse(code: str, complaint: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError as error:
        raise GrammarError(f"{complaint}: {error.msg}.") from None


def _hole(tree: ast.Module, span: _Span) -> list[str]:
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and _touches(node, span)]
    whole = [node for node in statements if _inside(node, span)]
    if not whole:
        raise GrammarError("a marker covers no whole statement; use a BEGIN SOLUTION / END SOLUTION pair around one.")
    functions = [node for node in statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if any(node.body[0].lineno <= span.first and not _inside(node, span) for node in functions):
        first = min(whole, key=lambda node: (node.lineno, node.col_offset))
        return [" " * first.col_offset + "raise NotImplementedError"]
    top = [node for node in tree.body if _touches(node, span)]
    return [f"{name} = ..." for node in top for name in _assigned_name(node)]


def _assigned_name(node: ast.stmt) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    if isinstance(node, ast.Assign | ast.AnnAssign) and all(isinstance(target, ast.Name) for target in targets):
        yield from (target.id for target in targets if isinstance(target, ast.Name))
        return
    raise GrammarError("a solution at the top level must be `name = value`; put anything else inside a function.")


def _touches(node: ast.stmt, span: _Span) -> bool:
    return node.lineno <= span.last and (node.end_lineno or node.lineno) >= span.first


def _inside(node: ast.stmt, span: _Span) -> bool:
    return node.lineno >= span.first and (node.end_lineno or node.lineno) <= span.last


def _without_repeats(lines: list[str]) -> list[str]:
    """Several marked lines in a row make one hole."""
    return [
        line
        for number, line in enumerate(lines)
        if not (number and line == lines[number - 1] and line.strip() == "raise NotImplementedError")
    ]
