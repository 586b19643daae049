"""The parts of book/ that are written by the build: the facts page, the article's, the course map of the home page, the
pictures of README and DESIGN, and the table of contents."""

from __future__ import annotations

from pathlib import Path

from motoclock.facts import all_facts, ledger_markdown
from sevenways.authoring import article, front_picture, house_picture
from sevenways.authoring.products import SOLUTION_SUFFIX
from sevenways.way.sources import reference
from sevenways.way.units import UNITS

TOC = Path("book", "_toc.yml")
MAP = Path("book", "_map.md")  # with an underscore: a part of a page
INTRO = "intro"


def facts_page(root: Path) -> str:
    """Every number of the course with its source, which is a link where there is a page to read; the same for every `root`."""
    page = ledger_markdown()
    for fact in dict((fact.source, fact) for _, fact in all_facts()).values():
        address = reference(fact).address
        if address:
            page = page.replace(f"| {fact.source}, {fact.date}, ", f"| [{fact.source}]({address}), {fact.date}, ")
    return page


def course_map(root: Path) -> str:
    """The units with their labs, for the home page; the same for every `root`."""
    lines = ["| unit | what it is about | lab |", "|---|---|---|"]
    for unit in UNITS:
        lesson = f"[{unit.number} · {unit.name}](../notebooks/{unit.stem}.ipynb)"
        lines.append(f"| {lesson} | {unit.about} | [lab {unit.number}](../labs/lab{unit.stem}.ipynb) |")
    return "\n".join(lines) + "\n"


def toc(root: Path) -> str:
    """Lessons in order, under each its lab, under each lab its folded solution; then the pages of book/."""
    lines = [
        "# Written by `make build`; do not edit.",
        "format: jb-book",
        f"root: book/{INTRO}",
    ]
    parts = [("Lessons", _lessons(root)), *_pages(root)]
    if any(chapters for _, chapters in parts):
        lines.append("parts:")
    for caption, chapters in parts:
        if chapters:
            lines += [f"- caption: {caption}", "  chapters:", *chapters]
    return "\n".join(lines) + "\n"


def _lessons(root: Path) -> list[str]:
    lessons = [path.stem for path in sorted((root / "content" / "lessons").glob("*.py"))]
    labs = [path.stem for path in sorted((root / "content" / "labs").glob("*.py"))]
    lines: list[str] = []
    for lesson in lessons:
        lines.append(f"  - file: notebooks/{lesson}")
        own = [lab for lab in labs if lab[3:5] == lesson[:2]]
        if own:
            lines.append("    sections:")
        for lab in own:
            labs.remove(lab)
            lines += _lab(lab, "    ")
    for lab in labs:
        lines += _lab(lab, "  ")
    return lines


def _lab(lab: str, indent: str) -> list[str]:
    return [
        f"{indent}- file: labs/{lab}",
        f"{indent}  sections:",
        f"{indent}  - file: solutions/{lab}{SOLUTION_SUFFIX}",
    ]


def _pages(root: Path) -> list[tuple[str, list[str]]]:
    """The pages of book/ itself, then one part for each folder of pages in it."""
    book = root / "book"
    own = [page.stem for page in sorted(book.glob("*.md")) if page.stem != INTRO and page.stem[0] != "_"]
    parts = [("Reference", [f"  - file: book/{stem}" for stem in own])]
    for folder in sorted(path for path in book.glob("[a-z]*") if path.is_dir()):
        pages = [f"  - file: book/{folder.name}/{page.stem}" for page in sorted(folder.glob("*.md"))]
        parts.append((folder.name.replace("-", " ").capitalize(), pages))
    return parts


# The pages come first, since the table of contents lists what is there.
PAGES = {
    article.PAGE: article.article_page,
    Path("book", "facts.md"): facts_page,
    MAP: course_map,
    front_picture.PICTURE: front_picture.front_picture,
    house_picture.PICTURE: house_picture.house_picture,
    TOC: toc,
}
