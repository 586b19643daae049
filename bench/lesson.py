"""What a learner waits for when they turn a knob: the Explorers of lesson 01, from the lesson's own source.

The cells run in an IPython shell, as in the notebook, so that handlers are packaged from their cells.
"""

import contextlib
import io
import statistics
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

from bench import processor
from sevenways.authoring.source import read_source

LESSON = Path(__file__).parents[1] / "content" / "lessons" / "01-sqs.py"
REDRAWS = 10


def explorers() -> list:
    """The Explorers of the lesson, each after the cells above it."""
    shell = InteractiveShell()
    found = []
    for cell in read_source(LESSON).cells:
        if cell.kind != "code":
            continue
        with contextlib.redirect_stdout(io.StringIO()):  # what a cell shows
            result = shell.run_cell(cell.text)
        if result.error_in_exec and "raises-exception" not in cell.tags:
            raise RuntimeError(f"{LESSON.name}:{cell.line} raised {result.error_in_exec!r}")
        if type(result.result).__name__ == "Explorer":
            found.append(result.result)
    return found


def explorer_redraw() -> float:
    """Processor milliseconds of a redraw, dot's included: the median of ten of the slowest Explorer, every knob at its default."""
    return max(statistics.median(_redraw_ms(explorer) for _ in range(REDRAWS)) for explorer in explorers())


def _redraw_ms(explorer) -> float:
    begin = processor.seconds()
    explorer.reset()
    return (processor.seconds() - begin) * 1000


if __name__ == "__main__":
    print(f"{explorer_redraw():.0f} ms")
