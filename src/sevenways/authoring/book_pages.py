"""What a page of the book has beside its notebook: an address for each cell and heading, and the way from lesson to lab to next lesson.

A Sphinx extension, named in book/conf.py. The addresses are those by which JupyterLab finds a place, too:
`01-sqs.ipynb#cell-id=01-sqs-012` leads to the same cell in the book and in JupyterLab; GitHub shows the notebook's beginning.
`00-start-here.ipynb#The-map` leads to the same heading in all three, while Sphinx alone would call it `the-map`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from sevenways.authoring.fragments import address, anchor
from sevenways.authoring.outputs import BLANK

SOLUTIONS = "solutions/"

_VIEW_BOX = re.compile(r'viewBox="\S+ \S+ ([\d.]+) [\d.]+"')
_SAID = re.compile(r"<(title|desc)>(.*?)</\1>", re.DOTALL)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", _without_blanks)
    app.connect("doctree-read", _give_addresses)
    app.connect("doctree-read", _fit_pictures, priority=400)  # before Sphinx copies them
    app.connect("html-page-context", _lead_on)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def neighbours(page: str, pages: Iterable[str]) -> tuple[str | None, str | None]:
    """What comes before and after a page of the book, of all `pages` in the order of the table of contents.

    No solution is on the way: one reaches it from its lab, comes back to the lab, and goes on as from the lab.
    """
    before: str | None = None
    is_passed = False
    for other in pages:
        if other == page:
            is_passed = True
        elif other.startswith(SOLUTIONS):
            continue
        elif is_passed:
            return before, other
        else:
            before = other
    return before, None


def natural_size(svg: str) -> tuple[str | None, str]:
    """(width in pixels, what the picture says of itself) of an SVG."""
    width = _VIEW_BOX.search(svg)
    said = dict(
        reversed([(found[1], unescape(found[2])) for found in _SAID.finditer(svg)])
    )  # the outermost comes first
    words = ". ".join(said[part].strip().rstrip(".") for part in ("title", "desc") if said.get(part))
    return (f"{width[1]}px" if width else None), f"{words}." if words else ""


def _without_blanks(app: Sphinx, page: str, source: list[str]) -> None:
    """The clear pixel that hides a folded answer in JupyterLab hides nothing here: the book folds by tags."""
    if Path(app.env.doc2path(page)).suffix != ".ipynb":
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [output for output in cell["outputs"] if not _is_blank(output)]
    source[0] = json.dumps(notebook)


def _is_blank(output: dict[str, Any]) -> bool:
    data = {mime: "".join(part) for mime, part in output.get("data", {}).items()}
    return {mime: part.strip() for mime, part in data.items()} == BLANK


def _give_addresses(app: Sphinx, doctree: nodes.document) -> None:
    """Each code cell and heading can be linked to; Sphinx knows the addresses, so that a link to what is gone is a warning."""
    page = app.env.docname
    source = Path(app.env.doc2path(page))
    if source.suffix != ".ipynb":
        return
    cells = nbformat.read(source, as_version=4).cells
    for container in doctree.findall(nodes.container):
        if container.get("nb_element") == "cell_code":
            own = address(cells[container["cell_index"]].id)
            container["ids"].append(own)
            app.env.domaindata["std"]["anonlabels"][own] = (page, own)
    slugs = app.env.metadata[page].setdefault("myst_slugs", {})
    for section in doctree.findall(nodes.section):
        heading = section.next_node(nodes.title).astext()
        slugs.setdefault(anchor(heading), (section.line or 0, section["ids"][0], heading))


def _fit_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """A picture keeps its own size where the page is narrow, and scrolls; a screen reader hears what it says of itself."""
    for image in doctree.findall(nodes.image):
        path = Path(app.env.relfn2path(image["uri"], app.env.docname)[1])
        if path.suffix == ".svg" and path.exists():
            width, words = natural_size(path.read_text(encoding="utf-8"))
            if width:
                image["width"] = width
            if words and image.get("alt", image["uri"]) == image["uri"]:
                image["alt"] = words


def _lead_on(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Previous and next of a page."""
    builder = app.builder
    if doctree is None or not isinstance(builder, StandaloneHTMLBuilder):
        return
    for name, other in zip(("prev", "next"), neighbours(page, _in_order(app)), strict=True):
        context[name] = other and {
            "link": builder.get_relative_uri(page, other),
            "title": builder.render_partial(app.env.titles[other])["title"],
        }


def _in_order(app: Sphinx) -> list[str]:
    """All pages in the order of the table of contents."""
    relations = app.env.collect_relations()
    pages = [app.config.root_doc]
    while following := relations[pages[-1]][2]:
        pages.append(following)
    return pages
