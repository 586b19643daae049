"""What another Python prints: for what must hold in every process, and for what one import too many would break."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HASH_SEED = "1"  # pytest's own process has a random one, so the two differ


def printed_by(*arguments: str) -> str:
    """Run `python *arguments` in the repository; its output. Anything on stderr fails the test."""
    environment = os.environ | {"PYTHONHASHSEED": _HASH_SEED, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.removesuffix("\n")
