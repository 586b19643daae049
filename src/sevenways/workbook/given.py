"""What the course has given to a learner, so that it can be told from what she wrote: `workbook/.given.json`.

Each notebook is named by its signature, which is made of what a person writes: kinds and sources of the cells, and pictures pasted into
them. Running cells changes outputs, counts and metadata, and none of these are in it. The file keeps every signature that was ever
given under a name, and is written *before* the notebook is. So a copy that was interrupted, one that was brought twice, and one that
JupyterLab has saved are all known for the course's own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from sevenways.workbook.files import write_whole

FILE = ".given.json"


class NotANotebook(ValueError):
    """A file that can't be read as a notebook: half-written, or something else under its name."""


def signature(content: bytes) -> str:
    """What a person has written in a notebook, in a few letters. Raises NotANotebook."""
    try:
        cells = json.loads(content)["cells"]
        written = [[cell["cell_type"], _text(cell["source"]), cell.get("attachments") or {}] for cell in cells]
    except (ValueError, KeyError, TypeError):
        raise NotANotebook from None
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:20]


def digest(content: bytes) -> str:
    """The whole file in a few letters: equal only while nobody has even run and saved it."""
    return hashlib.sha256(content).hexdigest()[:20]


@dataclass
class Given:
    """Name of a file in the workbook, "notebooks/01-sqs.ipynb", to what was given under it, the newest last."""

    signatures: dict[str, list[str]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def knows(self, name: str, signed: str) -> bool:
        return signed in self.signatures.get(name, ())

    def is_as_given(self, name: str, content: bytes) -> bool:
        """Not even run."""
        return self.digests.get(name) == digest(content)

    def add(self, name: str, signed: str) -> None:
        signatures = self.signatures.setdefault(name, [])
        if signed in signatures:
            signatures.remove(signed)
        signatures.append(signed)

    def newest(self, name: str) -> str | None:
        signatures = self.signatures.get(name)
        return signatures[-1] if signatures else None

    def forget(self, name: str) -> None:
        self.signatures.pop(name, None)
        self.digests.pop(name, None)


def read(folder: Path) -> Given:
    """What was given to this workbook. Missing or damaged counts as nothing: then only what equals a product is known for one."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        signatures = {str(name): [str(signed) for signed in given] for name, given in found["signatures"].items()}
        return Given(signatures, {str(name): str(given) for name, given in found["digests"].items()})
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return Given()


def write(folder: Path, given: Given) -> None:
    text = json.dumps({"signatures": given.signatures, "digests": given.digests}, indent=1, sort_keys=True) + "\n"
    write_whole(folder / FILE, text.encode())


def _text(source: str | list[str]) -> str:
    return (source if isinstance(source, str) else "".join(source)).rstrip()
