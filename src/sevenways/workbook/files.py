"""Files of a workbook: written whole or not at all, and set aside before anything else takes their place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

PARTIAL = ".partial"
BACKUPS = "backups"


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the file and then rename, so that whoever stops us finds the old file or the new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}{PARTIAL}")
    partial.write_bytes(content)
    os.replace(partial, path)


def remove_partials(folder: Path) -> None:
    """What an interrupted copy left."""
    for partial in folder.rglob(f".*{PARTIAL}"):
        partial.unlink(missing_ok=True)


def is_locked(path: Path) -> bool:
    """Did somebody take the right to write away from this file? Asked of its mode, since to root all files are open."""
    return not path.stat().st_mode & stat.S_IWUSR


def back_up(folder: Path, name: str) -> Path:
    """Copy `name` into the workbook's backups, under a number that is free; the copy's path. Raises OSError."""
    original = folder / name
    for number in range(1, 10_000):
        copy = folder / BACKUPS / f"{original.stem}-{number}{original.suffix}"
        if not copy.exists():
            write_whole(copy, original.read_bytes())
            return copy
    raise FileExistsError(f"{folder / BACKUPS} holds 9,999 backups of {name}; delete some.")
