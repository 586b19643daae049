"""Run the cells of a notebook in a fresh kernel, in the product's folder, with nothing of the user's in reach."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

CELL_TIMEOUT_S = 60  # wall time; a lesson's days are virtual and take milliseconds


class ExecutionError(Exception):
    """The sentence for a cell that did not run to its end; `index` is its place in the notebook."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


def execute(notebook: NotebookNode, folder: Path, *, record_timing: bool = False) -> None:
    """Run the notebook in place. Raises ExecutionError at the first cell that fails without the tag for it."""
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        record_timing=record_timing,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
        config=Config(KernelManager={"transport_encryption": "auto"}),  # without it the kernel warns on stderr
    )
    with tempfile.TemporaryDirectory(prefix="sevenways-ipython-") as ipython_dir:
        try:
            client.execute(env=_environment(ipython_dir))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise ExecutionError(_last_cell_run(notebook), _sentence(error)) from None


def _environment(ipython_dir: str) -> dict[str, str]:
    """The user's IPython profile, kernels and lab progress stay out of it, and nothing of the build gets in."""
    return os.environ | {"IPYTHONDIR": ipython_dir, "JUPYTER_PREFER_ENV_PATH": "1", "SEVENWAYS_PROGRESS": "off"}


def _last_cell_run(notebook: NotebookNode) -> int:
    """nbclient stops at the cell that failed: the one before the first code cell that has not started."""
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    failed = [
        index
        for index in code
        if any(output.output_type == "error" for output in notebook.cells[index].outputs)
        and "raises-exception" not in notebook.cells[index].metadata.get("tags", ())
    ]
    started = [index for index in code if notebook.cells[index].execution_count]
    return (failed or started or code or [0])[-1]


def _sentence(error: Exception) -> str:
    if isinstance(error, CellTimeoutError):
        return f"did not end within {CELL_TIMEOUT_S} seconds"
    if isinstance(error, DeadKernelError):
        return "killed the kernel"
    return f"raised {getattr(error, 'ename', '')}: {getattr(error, 'evalue', error)}"
