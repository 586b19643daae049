"""Start a unit over: its notebooks as the course has them now, the learner's kept as backups."""

from __future__ import annotations

from pathlib import Path

from sevenways.workbook import given as ledger
from sevenways.workbook.files import back_up
from sevenways.workbook.update import NoWorkbook, give, prepared, products_of


def start_over(root: Path, folder: Path, unit: str) -> list[str]:
    """Sentences about the lesson, the lab and the solution of a unit, "01" or "1". Raises NoWorkbook, also for a unit that isn't there."""
    products = products_of(root)
    number = unit.strip().removeprefix("lab")[:2].rstrip("-").zfill(2)
    names = [name for name in products if unit_of(name) == number]
    if not names:
        units = ", ".join(sorted({unit_of(name) for name in products}))
        raise NoWorkbook(
            f"There is no unit {unit!r}. The units are {units}: start-over 01 starts lesson and lab 01 over."
        )
    given = prepared(folder)
    said = []
    try:
        for name in names:
            there = folder / name
            if there.exists() and there.read_bytes() == products[name]:
                continue
            if there.exists():
                said.append(f"{name} starts over. Yours is kept: {back_up(folder, name)}")
            else:
                said.append(f"{name} is there again.")
            give(folder, name, products[name], given)
    except OSError as error:
        raise NoWorkbook(f"{name} was left as it is, since a file can't be written ({error.strerror}).") from None
    ledger.write(folder, given)
    return said or [f"Unit {number} is as the course has it already: nothing to start over."]


def unit_of(name: str) -> str:
    """The unit that a notebook belongs to: "01" of labs/lab01-sqs.ipynb."""
    return Path(name).name.removeprefix("lab")[:2]
