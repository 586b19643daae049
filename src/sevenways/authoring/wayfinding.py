"""The way through the course, put into each product by the build: where one is, what comes before and after, and where to begin again.

A lesson's way goes on to its lab, a lab's to the next lesson. The links are the same in the repository, in a workbook, on GitHub and in
the book, since the folders stand side by side in all four.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sevenways.authoring.fragments import anchor
from sevenways.authoring.source import Cell
from sevenways.way.sections import Before, before, sections, sentence

MAP = "notebooks/00-start-here.ipynb"
THE_MAP = "The map"  # the section of it where the course map is
REMINDER = (
    "*In JupyterLab the contents panel, third from the top on the left, jumps to any section. After a restart of the kernel, "
    "**Run → Run All Above Selected Cell** brings you back to where you were.*"
)
_TITLE = re.compile(r"\A# .+$", re.MULTILINE)
_SECTION = re.compile(r"^## +.+$", re.MULTILINE)


def with_the_way(
    path: str,
    cells: Sequence[Cell],
    lessons: Sequence[str],
    labs: Sequence[str],
    answered: Sequence[Cell] | None = None,
) -> tuple[Cell, ...]:
    """The cells of one product with its way at the top and at the bottom, and in each section the cell to run first.

    `path` is the product's, "labs/lab01-sqs.ipynb"; `lessons` and `labs` are the stems of all sources. What to run first is read
    from `answered`, which for a lab are its cells with every hole filled: what a learner has written needs more than a hole does.
    """
    top = way(path, lessons, labs)
    own = _with_where_to_begin(cells, answered or cells)
    if top:
        opening = _TITLE.sub(lambda title: f"{title[0]}\n\n{top}\n\n{REMINDER}", own[0].text, count=1)
        own = [replace(own[0], text=opening), *own[1:], Cell("markdown", f"---\n\n{top}")]
    return tuple(own)


def way(path: str, lessons: Sequence[str], labs: Sequence[str]) -> str:
    """One line of links: before, lab or lesson, next, map. Empty for a course of one notebook."""
    order = _order(lessons, labs)
    folder, _, name = path.partition("/")
    stem = name.removesuffix(".ipynb")
    if folder == "solutions":
        lab = stem.removesuffix("-solution")
        return " · ".join(
            [_link(path, "back to the lab", f"labs/{lab}.ipynb"), _link(path, "course map", MAP, THE_MAP)]
        )
    if path not in order or len(order) == 1:
        return ""
    place = order.index(path)
    links = []
    if place:
        links.append(_link(path, f"← {_called(order[place - 1])}", order[place - 1]))
    if place + 1 < len(order):
        links.append(_link(path, f"{_called(order[place + 1])} →", order[place + 1]))
    later = [other for other in order[place + 2 :] if other.startswith("notebooks/")]
    if folder == "notebooks" and later:
        links.append(_link(path, f"{_called(later[0])} →", later[0]))
    if path != MAP and MAP in order:
        links.append(_link(path, "course map", MAP, THE_MAP))
    return " · ".join(links)


def _order(lessons: Sequence[str], labs: Sequence[str]) -> list[str]:
    """Lesson, its lab, the next lesson, its lab."""
    order = []
    for lesson in lessons:
        order.append(f"notebooks/{lesson}.ipynb")
        order += [f"labs/{lab}.ipynb" for lab in labs if lab[3:5] == lesson[:2]]
    return order


def _called(path: str) -> str:
    stem = path.rpartition("/")[2].removesuffix(".ipynb")
    return f"lab {stem[3:5]}" if stem.startswith("lab") else f"lesson {stem[:2]}"


def _link(from_path: str, words: str, path: str, section: str = "") -> str:
    folder, _, name = path.partition("/")
    place = f"#{anchor(section)}" if section else ""
    return f"[{words}]({name if from_path.startswith(f'{folder}/') else f'../{path}'}{place})"


def _with_where_to_begin(cells: Sequence[Cell], answered: Sequence[Cell]) -> list[Cell]:
    """Each section's heading, then the sentence that says what to run first. The first section follows the imports anyway."""
    shown, full = ([(cell.kind, cell.text) for cell in each] for each in (cells, answered))
    changed = list(cells)
    for number, (section, filled) in enumerate(zip(sections(shown), sections(full), strict=True)):
        said = sentence(full, filled) if filled.codes else None
        if said and (number or before(full, filled) == Before(everything=True)):
            cell = changed[section.start]
            heading = _SECTION.search(cell.text)
            text = f"{cell.text[: heading.end()]}\n\n{said}{cell.text[heading.end() :]}" if heading else cell.text
            changed[section.start] = replace(cell, text=text)
    return changed
