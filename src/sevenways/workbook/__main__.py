"""The command line of the workbook: `python -m sevenways.workbook [open|update|start-over UNIT]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sevenways.workbook import opening
from sevenways.workbook.starting_over import start_over
from sevenways.workbook.trust import trust
from sevenways.workbook.update import NoWorkbook, products_of, update


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 with a sentence when not. What follows `--` is handed to JupyterLab."""
    arguments = sys.argv[1:] if arguments is None else arguments
    ours, _, for_jupyter = _split(arguments)
    parser = argparse.ArgumentParser(
        prog="python -m sevenways.workbook",
        description="Your own copy of the course's notebooks, in a folder that git doesn't see.",
        epilog="What follows -- is for JupyterLab: python -m sevenways.workbook open -- --no-browser",
    )
    parser.add_argument("command", nargs="?", default="open", choices=("open", "update", "start-over"))
    parser.add_argument("unit", nargs="?", help="for start-over: the unit's number, 01")
    parser.add_argument(
        "--root", type=Path, help="the repository (default: this folder, one above it, or the package's)"
    )
    parser.add_argument("--folder", type=Path, help="the workbook (default: workbook/ in the repository)")
    options = parser.parse_args(ours)
    if (options.command == "start-over") != bool(options.unit):
        parser.error("start-over, and only start-over, takes a unit: python -m sevenways.workbook start-over 01")
    root = (options.root or _repository()).expanduser().resolve()
    folder = (options.folder or root / "workbook").expanduser().resolve()
    try:
        if options.command == "start-over":
            said = start_over(root, folder, options.unit)
        else:
            said = update(root, folder).sentences()
        _trust(root, folder)
    except NoWorkbook as error:
        print(error, file=sys.stderr)
        return 1
    for sentence in said:
        print(sentence, flush=True)
    if options.command != "open":
        return 0
    return opening.open_lab(opening.lab_command(root, folder, for_jupyter))


def _split(arguments: list[str]) -> tuple[list[str], list[str], list[str]]:
    place = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:place], arguments[place : place + 1], arguments[place + 1 :]


def _repository() -> Path:
    """The clone that this is run in, or the one that the package is installed from."""
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if (folder / "content").is_dir() and (folder / "notebooks").is_dir():
            return folder
    return here


def _trust(root: Path, folder: Path) -> None:
    """Trust what is the course's, byte for byte; what she wrote herself JupyterLab has signed when it was saved."""
    same = [
        folder / name
        for name, content in products_of(root).items()
        if (folder / name).exists() and (folder / name).read_bytes() == content
    ]
    try:
        trust(same)
    except Exception as error:  # a home that can't be written to: the course can be read all the same
        print(
            f"The notebooks can't be marked as trusted ({error}). In JupyterLab choose Trust Notebook.", file=sys.stderr
        )


if __name__ == "__main__":
    sys.exit(main())
