"""The sentence that helps with an error which a restart, a jump back, or a new Cloud has caused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from motoclock import CloudClosed
from motoclock.wording import listed
from sevenways.way.names import makes
from sevenways.way.sections import Cells, at_the_top, sections, short

FROM_THE_FIRST_CELL = "Run this section from its first cell."
_NO_SUCH_QUEUE = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")  # by JSON, and as old clients read it


def what_to_do(error: BaseException, path: Path, cell: str, names: Mapping[str, Any]) -> str | None:
    """The sentence for an error in `cell` of the notebook at `path`, or None. `names` is what the kernel knows."""
    if isinstance(error, CloudClosed):
        return FROM_THE_FIRST_CELL
    if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in _NO_SUCH_QUEUE:
        return about_queues()
    if (
        isinstance(error, NameError)
        and not isinstance(error, UnboundLocalError)
        and error.name
        and error.name not in names
    ):
        return about_a_name(error.name, read(path), cell)
    return None


def about_queues() -> str:
    """What queues the open Cloud has: a name is misspelt, or a URL is that of an earlier Cloud."""
    urls = boto3.client("sqs").list_queues().get("QueueUrls", [])
    here = (
        f"The queues here: {listed([url.rpartition('/')[2] for url in urls], 8)}."
        if urls
        else "There is no queue here yet."
    )
    return f"{here} A queue of an earlier Cloud is not in this one. {FROM_THE_FIRST_CELL}"


def about_a_name(name: str, cells: Cells, cell: str) -> str | None:
    """Which cell above makes the name; None when none does, since then it is a slip of the pen."""
    code = [place for place, (kind, _) in enumerate(cells) if kind == "code"]
    here = next((place for place in code if cells[place][1].strip() == cell.strip()), len(cells))
    place = next((place for place in reversed(code) if place < here and name in makes(cells[place][1])), None)
    if place is None:
        return None
    home = next((section for section in reversed(sections(cells)) if section.start < place), None)
    if home is None:
        where = f"{at_the_top(cells).capitalize()} make it: run them first"
    else:
        opening = next((line for line in cells[place][1].splitlines() if line.strip() and not line.startswith("#")), "")
        where = f"A cell of {short(home.title)} makes it, the one that begins with {opening.strip()!r}: run it first"
    return f"{where}, or choose Run > Run All Above Selected Cell."


def read(path: Path) -> Cells:
    """The cells of a notebook file as (kind, text)."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
