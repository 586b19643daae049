"""The command line of the authoring room: `python -m sevenways.authoring build|check|timing|book|coverage`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sevenways.authoring import book, claims, timing
from sevenways.authoring.build import Report, build, check


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m sevenways.authoring", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (default: the current folder)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("build", "write notebooks/, labs/ and solutions/ from content/"),
        ("check", "fail when a committed notebook is not what its source says"),
        ("timing", "time every cell and list the slowest"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("stems", nargs="*", help="such as 01-sqs or lab01-sqs")
        if name == "check":
            command.add_argument(
                "--no-run", action="store_true", help="compare all but the outputs, which are left to nbval"
            )
    commands.add_parser("book", help="build the book from the committed notebooks, warnings fatal")
    commands.add_parser("coverage", help="print which cell of which lesson shows each claim")
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    if not (root / "content").is_dir():
        print(f"There is no content/ in {root}; run this in the repository.", file=sys.stderr)
        return 1
    if options.command == "book":
        return book.build(root)
    if options.command == "coverage":
        print(claims.table(root))
        return 0
    if options.command == "timing":
        return timing.run(root, tuple(options.stems))
    stems = tuple(options.stems)
    report = build(root, stems) if options.command == "build" else check(root, stems, run=not options.no_run)
    return _say(options.command, report)


def _say(command: str, report: Report) -> int:
    for line in report.done if command == "build" else ():
        print(line)
    for line in report.wrong:
        print(line, file=sys.stderr)
    if report.wrong:
        return 1
    if command == "check":
        count = len(report.done)
        print(f"{count} notebooks are what their sources say." if count else "content/ is empty: nothing to check.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
