"""A notebook as sections, and for each what has to run before it when a learner starts there, after a restart.

The answer is read from the code: which names the section needs, also for what is tried in it, which earlier cells make them, what those
need in turn. As long as these cells are imports, definitions and constants they are named; so are the cells at the top, before the
first section, whatever they do. Once another one does something, such as sending a message, or the section works in a Cloud that an
earlier one has opened, all that is above belongs to it. A lab's `check` works in a Cloud of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sevenways.way.names import imports, makes, needs, statements

MOST_CELLS = 4  # more to run than these, and Run All Above is shorter
RUN_ALL_ABOVE = "**Run → Run All Above Selected Cell**"
_CHECK = "check"
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
_TRIED = re.compile(r'^<details class="tried">$.*?^</details>$', re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```python\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_CLIENT = re.compile(r"^(\w+)\s*=\s*boto3\.(?:client|resource)\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """From one `## ` heading to the next: `start` is the place of the heading's cell, `codes` the places of its code cells.

    `tried` is the code in its folds that say what becomes of a change: whoever makes the change needs those names, too.
    """

    title: str
    start: int
    codes: tuple[int, ...]
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What to run before a section. `cells` are the places of code cells; empty when it is on its own. `everything`: all above.

    `names` are what is needed from them.
    """

    cells: tuple[int, ...] = ()
    everything: bool = False
    names: frozenset[str] = frozenset()


Cells = Sequence[tuple[str, str]]  # (kind, text): "markdown" or "code"


def sections(cells: Cells) -> list[Section]:
    """The sections of a notebook, in order. What comes before the first heading is in none."""
    starts = [
        (place, found[1])
        for place, (kind, text) in enumerate(cells)
        if kind == "markdown" and (found := _HEADING.search(text))
    ]
    ends = [*[place for place, _ in starts[1:]], len(cells)][: len(starts)]
    return [
        Section(
            title.strip(),
            start,
            tuple(place for place in range(start, end) if cells[place][0] == "code"),
            tuple(code for kind, text in cells[start:end] if kind == "markdown" for code in _tried(text)),
        )
        for (start, title), end in zip(starts, ends, strict=True)
    ]


def before(cells: Cells, section: Section) -> Before:
    """What has to run before this section when nothing has."""
    above = [place for place in range(section.start) if cells[place][0] == "code"]
    if _works_in_an_open_cloud(cells, section, above):
        return Before(everything=True)
    wanted = needs([*(cells[place][1] for place in section.codes), *section.tried])
    found: set[int] = set()
    while True:
        makers = {place for name in wanted if (place := _maker(cells, above, name)) is not None}
        if makers <= found:
            break
        found |= makers
        wanted |= needs([cells[place][1] for place in sorted(found)])
    opening = sections(cells)[0].start
    top = [place for place in above if place < opening]
    among_sections = found - set(top)
    does_something = any(not each.is_plain for place in among_sections for each in statements(cells[place][1]))
    if does_something or len(among_sections) + bool(found & set(top)) > MOST_CELLS:
        return Before(everything=True)
    first = {*top, *among_sections} if found & set(top) else found
    return Before(tuple(sorted(first)), names=wanted)


def _tried(text: str) -> list[str]:
    """The code in a text's folds of what was tried, as the build makes them."""
    return [code for fold in _TRIED.findall(text) for code in _PYTHON.findall(fold)]


def sentence(cells: Cells, section: Section) -> str | None:
    """The one sentence for the section's first cell; None when it runs on its own."""
    first = before(cells, section)
    if first.everything:
        return f"*To start here after a restart, select this cell and choose {RUN_ALL_ABOVE}.*"
    if not first.cells:
        return None
    return f"*To start here after a restart, first run {_listed(_where(cells, first))}.*"


def _where(cells: Cells, first: Before) -> list[str]:
    """The cells in words, those of one section together: "the cells of section 1 that make `charge` and `pack`"."""
    divided = sections(cells)
    by_section: dict[str, list[int]] = {}
    for place in first.cells:
        home = next((section for section in reversed(divided) if section.start < place), None)
        by_section.setdefault(short(home.title) if home else "", []).append(place)
    words = []
    for title, homes in by_section.items():
        if not title:
            words.append(at_the_top(cells))
            continue
        names = [name for place in homes for name in sorted(_known_by(cells[place][1], first.names))]
        cell = "the cell" if len(homes) == 1 else "the cells"
        words.append(
            f"{cell} of {title} that make{'s' if len(homes) == 1 else ''} {_listed([f'`{name}`' for name in names])}"
        )
    return words


def at_the_top(cells: Cells) -> str:
    """How the code before the first section is called: a lesson has its imports there, a lab also what all its tasks need."""
    first = next((section.start for section in sections(cells)), len(cells))
    return "the imports at the top" if sum(kind == "code" for kind, _ in cells[:first]) == 1 else "the cells at the top"


def short(title: str) -> str:
    """How a section is called: "section 3", or "task 3", when its heading has a number, else its heading."""
    number = re.match(r"(Task )?(\d+)\b", title)
    return f"{'task' if number[1] else 'section'} {number[2]}" if number else f"“{title}”"


def _known_by(code: str, wanted: frozenset[str]) -> frozenset[str]:
    """What is wanted of a cell; of its imports only when there is nothing else."""
    names = makes(code) & wanted
    return names - imports(code) or names


def _maker(cells: Cells, above: Sequence[int], name: str) -> int | None:
    """The last cell that makes it; of a name that is only ever imported, the first."""
    makers = [place for place in above if name in makes(cells[place][1])]
    if not makers:
        return None
    return makers[0] if all(name in imports(cells[place][1]) for place in makers) else makers[-1]


def _works_in_an_open_cloud(cells: Cells, section: Section, above: Sequence[int]) -> bool:
    """Does it call AWS before it has opened a Cloud? Functions are looked through, as deep as they call one another."""
    everything = [statement for place in (*above, *section.codes) for statement in statements(cells[place][1])]
    functions = {name: statement for statement in everything if statement.is_function for name in statement.makes}
    clients = {name for kind, text in cells if kind == "code" for name in _CLIENT.findall(text)}
    for place in section.codes:
        for statement in statements(cells[place][1]):
            if statement.is_function or statement.is_plain or _CHECK in statement.needs:
                continue
            reached = _reached(statement.needs, functions)
            at_work = [statement, *(functions[name] for name in reached if name in functions)]
            if any(each.opens for each in at_work):
                return False
            if reached & clients and not any(each.borrows for each in at_work):
                return True
    return False


def _reached(names: frozenset[str], functions: dict) -> set[str]:
    reached: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        if name in functions:
            waiting |= (functions[name].later | functions[name].needs) - reached
    return reached


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
