"""What a page of the book has beside its notebook: an address for each cell, and the way from lesson to lab to next lesson.

A Sphinx extension, named in book/conf.py. The address is the fragment by which JupyterLab finds a cell, too:
`01-sqs.ipynb#cell-id=01-sqs-012` leads to the same place in the book and in JupyterLab; GitHub shows the notebook's beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx

SOLUTIONS = "solutions/"


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("doctree-read", _give_addresses)
    app.connect("html-page-context", _lead_on)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def address(cell_id: str) -> str:
    """The fragment of a cell, without the `#`."""
    return f"cell-id={cell_id}"


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


def _give_addresses(app: Sphinx, doctree: nodes.document) -> None:
    """Each code cell can be linked to; Sphinx knows the addresses, so that a link to a cell that is gone is a warning."""
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


def _lead_on(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Previous and next of a page."""
    if doctree is None:
        return
    pages = _in_order(app)
    for name, other in zip(("prev", "next"), neighbours(page, pages), strict=True):
        context[name] = other and {
            "link": app.builder.get_relative_uri(page, other),
            "title": app.builder.render_partial(app.env.titles[other])["title"],
        }


def _in_order(app: Sphinx) -> list[str]:
    """All pages in the order of the table of contents."""
    relations = app.env.collect_relations()
    pages = [app.config.root_doc]
    while following := relations[pages[-1]][2]:
        pages.append(following)
    return pages
