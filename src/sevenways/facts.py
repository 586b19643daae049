"""What AWS does, with numbers and sources: the engine's ledger, at the course's door, so that lessons import from `sevenways` only.

`python -m sevenways.facts` prints it; with `--markdown`, the page of the book.
"""

import sys

from motoclock.facts import *  # noqa: F403
from motoclock.facts.registry import MODULES, short_name

for _module, _ in MODULES:  # so that `from sevenways.facts.sqs import ...` finds the same module
    sys.modules[f"{__name__}.{short_name(_module)}"] = _module

if __name__ == "__main__":
    import runpy

    runpy.run_module("motoclock.facts", run_name="__main__")
