"""Bring a workbook up to date: new and corrected units go where the learner has written nothing, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sevenways.workbook import given as ledger
from sevenways.workbook.files import back_up, is_locked, remove_partials, write_whole
from sevenways.workbook.given import Given, NotANotebook, digest, signature

FOLDERS = ("notebooks", "labs", "solutions")
PAGES = (
    Path("book", "article.md"),  # lesson 00 links to it, and it links to cells of the learner's notebooks
    Path("book", "facts.md"),  # lesson 00 and the article link to it
)


class NoWorkbook(Exception):
    """There can't be a workbook here. The message says why, and what to do."""


@dataclass
class Report:
    """What happened to the notebooks, by name. Says itself in sentences."""

    folder: Path
    new: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    kept: list[str] = field(
        default_factory=list
    )  # the learner's, and the course has another version than she began with
    restored: list[str] = field(default_factory=list)  # given once, and not there any more
    removed: list[str] = field(default_factory=list)  # no longer part of the course
    in_the_way: list[str] = field(default_factory=list)  # whole sentences about files that could not be read or written
    is_first: bool = False

    def sentences(self) -> list[str]:
        said = []
        if self.is_first:
            said.append(
                f"Your own copy of the course is in {self.folder}: write in it as you like, git doesn't see it."
            )
        elif self.new:
            said.append(f"New in your workbook: {_listed(self.new)}.")
        if self.restored:
            said.append(f"Not there any more, so brought again: {_listed(self.restored)}.")
        if self.corrected:
            said.append(f"Corrected since, and you had written nothing in it: {_listed(self.corrected)}.")
        if self.removed:
            said.append(
                f"No longer part of the course, so moved to {self.folder / 'backups'}: {_listed(self.removed)}."
            )
        if self.kept:
            unit = self.kept[0].rpartition("/")[2].removeprefix("lab")[:2]
            said.append(
                f"Yours, so left as it is, though the course has another version now: {_listed(self.kept)}. To take the new one, "
                f"such as of unit {unit}: make start-over UNIT={unit}, or python -m sevenways.workbook start-over {unit}. "
                "Yours is then kept as a backup."
            )
        return said + self.in_the_way


def update(root: Path, folder: Path) -> Report:
    """Bring the products of `root` into the workbook `folder`. Raises NoWorkbook."""
    products = products_of(root)
    given = prepared(folder)
    report = Report(folder, is_first=not any((folder / name).is_dir() for name in FOLDERS))
    for name, content in products.items():
        try:
            _bring(folder, name, content, given, report)
        except OSError as error:
            report.in_the_way.append(
                f"{name} can't be written ({error.strerror}); the rest of the workbook is up to date."
            )
    for name in sorted(set(given.signatures) - set(products)):
        try:
            _retire(folder, name, given, report)
        except OSError as error:
            report.in_the_way.append(f"{name} is no longer part of the course, and can't be moved ({error.strerror}).")
    ledger.write(folder, given)
    _bring_pages(root, folder, report)
    return report


def products_of(root: Path) -> dict[str, bytes]:
    """The course's notebooks: name to content. Raises NoWorkbook when there are none."""
    found = {
        f"{folder}/{path.name}": path.read_bytes()
        for folder in FOLDERS
        for path in sorted((root / folder).glob("*.ipynb"))
    }
    if not found:
        raise NoWorkbook(f"There are no notebooks of the course in {root}. Run this in the folder that you cloned.")
    return found


def prepared(folder: Path) -> Given:
    """Make the folder, clear what an interrupted start has left, and read what was given. Raises NoWorkbook."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_partials(folder)
        given = ledger.read(folder)
        ledger.write(folder, given)
    except OSError as error:
        raise NoWorkbook(
            f"A workbook can't be made in {folder} ({error.strerror}). Name another place: "
            "python -m sevenways.workbook --folder ~/seven-ways"
        ) from None
    return given


def is_written_in(folder: Path, name: str, given: Given) -> bool:
    """Did the learner write in this notebook? A notebook that nobody knows and nobody can read counts as hers."""
    try:
        return not given.knows(name, signature((folder / name).read_bytes()))
    except NotANotebook:
        return True


def _bring_pages(root: Path, folder: Path, report: Report) -> None:
    """The pages of the book that a lesson leads to. They are to be read, not written in, so the course's version always stands there."""
    for page in PAGES:
        try:
            content = (root / page).read_bytes()
            if not (folder / page).exists() or (folder / page).read_bytes() != content:
                write_whole(folder / page, content)
        except FileNotFoundError:
            continue
        except OSError as error:
            report.in_the_way.append(f"{page} can't be written ({error.strerror}); the notebooks are up to date.")


def _bring(folder: Path, name: str, content: bytes, given: Given, report: Report) -> None:
    path, new = folder / name, signature(content)
    if not path.exists():
        (report.restored if given.newest(name) else report.new).append(name)
        give(folder, name, content, given)
        return
    there = path.read_bytes()
    try:
        signed = signature(there)
    except NotANotebook:
        unit = path.name.removeprefix("lab")[:2]
        report.in_the_way.append(
            f"{name} can't be read as a notebook, and was left as it is. `start-over {unit}` sets it aside and brings a whole one."
        )
        return
    if signed == new:
        given.add(name, new)
        if there != content and given.is_as_given(name, there):
            give(folder, name, content, given)  # only the stored outputs are others, and she has none of her own
    elif not given.knows(name, signed):
        if given.newest(name) != new:
            report.kept.append(name)
    elif is_locked(path):
        report.in_the_way.append(f"{name} may not be written to, so its corrected version was not brought.")
    else:
        if not given.is_as_given(name, there):
            back_up(folder, name)  # it was run: what it showed is kept
        give(folder, name, content, given)
        report.corrected.append(name)


def give(folder: Path, name: str, content: bytes, given: Given) -> None:
    given.add(name, signature(content))
    ledger.write(folder, given)  # first: whoever is stopped between the two finds a notebook that is known
    write_whole(folder / name, content)
    given.digests[name] = digest(content)


def _retire(folder: Path, name: str, given: Given, report: Report) -> None:
    """A notebook that the course no longer has. If she wrote in it, it is simply hers from now on."""
    if (folder / name).exists() and not is_written_in(folder, name, given):
        back_up(folder, name)
        (folder / name).unlink()
        report.removed.append(name)
    given.forget(name)


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} and {len(names) - 5} more"
