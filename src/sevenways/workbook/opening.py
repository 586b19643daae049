"""Open JupyterLab on a workbook."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from sevenways.workbook import given as ledger
from sevenways.workbook.update import is_written_in

FIRST = "notebooks/00-start-here.ipynb"


def lab_command(root: Path, folder: Path, options: list[str]) -> list[str]:
    """JupyterLab with the repository as its root; a workbook elsewhere is a root of its own."""
    root = root if folder.is_relative_to(root) else folder
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # JupyterLab refuses to run as root, since whoever reaches it may then do all. In a container root is the only user there is.
        command.append("--allow-root")
    page = folder / where_to_begin(folder)
    # what JupyterLab prints for whoever opens the browser herself: the page, not the list of all files
    command.append(f"--LabApp.default_url=/lab/tree/{quote(page.relative_to(root).as_posix())}")
    return [*command, *options, str(page)]


def where_to_begin(folder: Path) -> str:
    """The notebook that she wrote in last, or the first lesson."""
    given = ledger.read(folder)
    hers = [name for name in given.signatures if (folder / name).exists() and is_written_in(folder, name, given)]
    return max(hers, key=lambda name: (folder / name).stat().st_mtime, default=FIRST)


def open_lab(command: list[str]) -> int:
    """Become JupyterLab, or, where a process can't become another one, wait for it; its exit code."""
    if os.name == "posix":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for JupyterLab, which asks back
    return subprocess.call(command)
