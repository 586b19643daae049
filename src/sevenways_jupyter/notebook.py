"""Which notebook a kernel belongs to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def open_notebook(names: dict[str, Any]) -> Path | None:
    """The file that JupyterLab, or VS Code, started this kernel for; None for builds, tests and scripts."""
    told = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    path = Path(told) if told else None
    return path if path and path.suffix == ".ipynb" and path.exists() else None
