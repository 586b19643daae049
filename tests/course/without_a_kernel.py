"""Run the cells of a notebook in a Python of their own, but without a kernel, whose messages cost as much as the cells of a lesson.

Where cells are run that stand in no notebook, so that nobody asks how a front end shows them. The notebooks themselves run in a kernel:
nbval's.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from nbformat import NotebookNode, from_dict

from sevenways.authoring.execute import ExecutionError
from tests.course import cells_alone, warm

TIMEOUT_S = 300  # wall time for all cells; a lesson takes ten seconds
_ROOT = Path(__file__).parents[2]


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run the notebook in place, in the folder. ExecutionError at the first cell that fails without the tag for it."""
    code = [(at, cell) for at, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    given = [
        {"source": cell.source, "may_fail": "raises-exception" in cell.metadata.get("tags", ())} for _, cell in code
    ]
    with tempfile.TemporaryDirectory(prefix="sevenways-cells-") as scratch:
        asked, told = Path(scratch, "cells.json"), Path(scratch, "said.json")
        asked.write_text(json.dumps(given), encoding="utf-8")
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        environment = os.environ | {"IPYTHONDIR": scratch, "SEVENWAYS_PROGRESS": "off", "PYTHONPATH": path}
        errors = Path(scratch, "errors.txt")
        process = warm.start(cells_alone.__name__, [str(asked), str(told)], folder, environment, errors)
        if code_of_end := process.wait(TIMEOUT_S):
            raise ExecutionError(0, f"ended its Python: {errors.read_text(encoding='utf-8') or code_of_end}")
        answer = json.loads(told.read_text(encoding="utf-8"))
    for (_, cell), said in zip(code, answer["said"], strict=False):
        cell.outputs = [from_dict(output) for output in said]
    if answer["failed"]:
        raise ExecutionError(code[len(answer["said"]) - 1][0], answer["failed"])
