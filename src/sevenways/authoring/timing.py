"""Where the time of a build goes: each notebook, and the slowest cells of all of them."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode

from sevenways.authoring import notebook
from sevenways.authoring.execute import ExecutionError, execute
from sevenways.authoring.products import products_of
from sevenways.authoring.source import SourceError, find_sources, read_source

CELLS_SHOWN = 15


def run(root: Path, stems: tuple[str, ...] = ()) -> int:
    """Execute one notebook after another and print wall seconds. These are this machine's, so never committed."""
    cells: list[tuple[float, str]] = []
    for path in find_sources(root):
        if stems and path.stem not in stems:
            continue
        try:
            for product in products_of(read_source(path)):
                if not product.is_executed:
                    continue
                made = notebook.unexecuted(product)
                execute(made, (root / product.path).parent, record_timing=True)
                timed = [(_seconds(cell), cell.id) for cell in made.cells if cell.cell_type == "code"]
                print(f"{sum(seconds for seconds, _ in timed):7.2f} s  {product.path}")
                cells += timed
        except (SourceError, ExecutionError) as error:
            print(f"{path.stem}: {error}", file=sys.stderr)
            return 1
    for seconds, cell_id in sorted(cells, reverse=True)[:CELLS_SHOWN]:
        print(f"{seconds:7.2f} s  cell {cell_id}")
    if not cells:
        print("content/ is empty: nothing to time.")
    return 0


def _seconds(cell: NotebookNode) -> float:
    times = cell.metadata.get("execution", {})
    begin, end = times.get("iopub.execute_input"), times.get("iopub.status.idle")
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds() if begin and end else 0.0
