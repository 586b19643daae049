"""Look at every picture of a notebook: `python -m tests.course.browser.look notebooks/01-sqs.ipynb OUT_DIR [--dark] [--opened]`.

Runs all cells in JupyterLab and saves screenshots of the whole notebook, from top to bottom.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.course.browser import chromium
from tests.course.browser.lab import open_notebook


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.course.browser.look", description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path, help="where the screenshots go")
    parser.add_argument("--dark", action="store_true", help="in the dark theme")
    parser.add_argument("--opened", action="store_true", help="screenshots before any cell has run as well")
    parser.add_argument("--press", type=int, default=0, metavar="N", help="press ArrowRight on the Nth slider first")
    options = parser.parse_args()
    if chromium.main():
        return 1
    label = "dark" if options.dark else "light"
    with open_notebook(options.notebook) as notebook:
        notebook.use_theme(label)
        if options.opened:
            for path in notebook.look(options.folder, f"opened-{label}"):
                print(path)
        notebook.run_all()
        print(f"{notebook.sliders().count()} sliders")
        if options.press:
            before, after = notebook.press_right(notebook.sliders().nth(options.press - 1))
            print("the pictures changed" if after != before else "the pictures did not change")
        for path in notebook.look(options.folder, label):
            print(path)
        wrong = [*notebook.errors(), *notebook.complaints]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
