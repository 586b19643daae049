"""Outputs as they are committed: what a reader sees, and nothing of the machine that made it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_output

from sevenways.authoring.source import HIDE_OUTPUT

KEPT_TYPES = ("text/plain", "text/html", "image/svg+xml", "text/markdown")

# In place of a folded output JupyterLab shows the first line of it, and that is often the answer. Of a picture it shows nothing, so
# one clear pixel goes before what it would quote. nbval compares no PNG, and running the cell takes it away.
BLANK = {
    "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
}

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
_MACHINE_PATH = re.compile(
    r"(?<![\w/.])/(?:home|root|Users|tmp|private|work)/\w|[A-Z]:\\Users\\|/site-packages/|/ipykernel_\d+"
)


def tidy(notebook: NotebookNode) -> None:
    """Change the outputs in place to the ones that are committed."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        shown = [output for output in cell.outputs if output.get("data") != BLANK]
        cell.outputs = _joined([_tidied(output, cell.execution_count) for output in shown])
        if shown and HIDE_OUTPUT in cell.metadata.get("tags", ()):
            cell.outputs.insert(0, new_output("display_data", dict(BLANK)))
        elif not shown and cell.metadata.get("jupyter") == {"outputs_hidden": True}:
            del cell.metadata["jupyter"]  # three dots that hide nothing


def complaints(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """What a committed output may not hold: (index of the cell, what is wrong with it)."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        raised = [output for output in cell.outputs if output.output_type == "error"]
        if "raises-exception" in cell.metadata.get("tags", ()) and not raised:
            yield index, "is tagged raises-exception, and nothing was raised"
        if "nbval-ignore-output" in cell.metadata.get("tags", ()):
            continue
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield index, f"wrote to stderr: {output.text.strip().splitlines()[-1]}"
            for text in _texts(output):
                if found := _ADDRESS.search(text):
                    yield index, f"shows a memory address, {found[0]}, which is another one on every run"
                if found := _MACHINE_PATH.search(text):
                    yield index, f"shows a path of this machine, {_around(text, found)}"


def _tidied(output: NotebookNode, execution_count: int | None) -> NotebookNode:
    if output.output_type == "error":
        output.traceback = _short_traceback(output, execution_count)
    if "data" in output:
        for mime in set(output.data) - set(KEPT_TYPES):
            del output.data[mime]
        output.metadata = NotebookNode()
    return output


def _short_traceback(output: NotebookNode, execution_count: int | None) -> list[str]:
    """The cell's own frame and the error line: the frames between them are paths of one machine."""
    frames = [_ANSI.sub("", entry).rstrip() for entry in output.traceback]
    own = [frame for frame in frames if frame.startswith(f"Cell In[{execution_count}], line")]
    at_top = [frame for frame in own if ", in " not in frame.splitlines()[0]]
    error_line = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
    return [*(at_top or own)[-1:], error_line]


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream: where the kernel cuts them depends on wall time."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield from output.traceback
    else:
        yield from (text for text in output.data.values() if isinstance(text, str))


def _around(text: str, found: re.Match[str]) -> str:
    return text[found.start() : found.start() + 40].splitlines()[0]
