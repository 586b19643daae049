"""The book needs no network to be read, and its folds say what they hide."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sevenways.authoring import pages
from sevenways.authoring.book import HTML, build, remote_parts
from sevenways.authoring.notebook import to_bytes
from sevenways.authoring.outputs import BLANK

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("html", "is_remote"),
    [
        ('<script async src="https://cdn.example/mathjax.js"></script>', True),
        ('<link rel="stylesheet" href="//fonts.example/css">', True),
        ('<img alt="" src="https://example.com/a.png">', True),
        ('<script src="../_static/a.js"></script><link rel="stylesheet" href="_static/a.css">', False),
        ('<a href="https://docs.aws.amazon.com/">AWS</a> <link rel="canonical" href="https://book.example/">', False),
    ],
)
def test_a_page_that_loads_from_elsewhere_is_named(tmp_path: Path, html: str, is_remote: bool) -> None:
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "macros.html").write_text('<script src="https://cdn.example/a.js">', encoding="utf-8")
    found = remote_parts(tmp_path)
    assert bool(found) is is_remote
    assert all(line.startswith("page.html loads from elsewhere: ") for line in found)


CONFIG = runpy.run_path(str(ROOT / "book" / "conf.py"))


def test_a_fold_says_whether_it_hides_the_source_or_the_output() -> None:
    """MyST-NB has one sentence for both; the output of a prediction was called "the code"."""
    for act in ("show", "hide"):
        assert CONFIG[f"nb_code_prompt_{act}"].format(type="output") == f"{act.title()} the output"


def test_next_leads_from_lesson_to_lab_to_next_lesson_and_never_to_a_solution() -> None:
    from sevenways.authoring.book_pages import neighbours  # here, lest every process of the tests loads Sphinx

    pages = [
        "book/intro",
        "notebooks/00-a",
        "labs/lab00-a",
        "solutions/lab00-a-solution",
        "notebooks/01-b",
        "labs/lab01-b",
    ]
    assert neighbours("book/intro", pages) == (None, "notebooks/00-a")
    assert neighbours("notebooks/00-a", pages) == ("book/intro", "labs/lab00-a")
    assert neighbours("labs/lab00-a", pages) == ("notebooks/00-a", "notebooks/01-b")
    assert neighbours("notebooks/01-b", pages) == ("labs/lab00-a", "labs/lab01-b")
    assert neighbours("labs/lab01-b", pages) == ("notebooks/01-b", None)
    assert neighbours("solutions/lab00-a-solution", pages) == ("labs/lab00-a", "notebooks/01-b")


def test_a_picture_says_its_width_and_what_it_shows() -> None:
    from sevenways.authoring.book_pages import natural_size

    inner = '<svg width="10" viewBox="0 0 10 10"><title>a part</title></svg>'
    svg = f'<svg width="100%" viewBox="0 0 900 129"><title>Timeline</title><desc>3 runs &amp; no more.</desc>{inner}</svg>'
    assert natural_size(svg) == ("900px", "Timeline. 3 runs & no more.")
    assert natural_size("<svg/>") == (None, "")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of one unit, built by the book's own settings, warnings fatal."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("notebooks", "labs", "solutions"):
        (root / folder).mkdir()
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("_build", "*.md", "images"))
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="0 0 900 90"><title>Timeline</title></svg>'
    shown = new_code_cell(
        "look()", id="a-2", outputs=[new_output("execute_result", {"image/svg+xml": drawn, "text/plain": "t"})]
    )
    rows = "| lab |\n|---|\n| [lab 00](../labs/lab00-a.ipynb) |"
    table = new_code_cell(
        "course_map()", id="a-5", outputs=[new_output("display_data", {"text/markdown": rows, "text/plain": "t"})]
    )
    blank = new_output("display_data", dict(BLANK))
    folded = new_code_cell(
        "1", id="a-3", outputs=[blank, new_output("stream", text="1")], metadata={"tags": ["hide-output"]}
    )
    _write(
        root / "notebooks" / "00-a.ipynb",
        new_markdown_cell("# Lesson", id="a-1"),
        shown,
        folded,
        table,
        new_markdown_cell("## The map", id="a-4"),
    )
    _write(root / "labs" / "lab00-a.ipynb", new_markdown_cell("# Lab", id="l-1"))
    _write(root / "solutions" / "lab00-a-solution.ipynb", new_markdown_cell("# Solution", id="s-1"))
    picture, heading = "[the picture](../notebooks/00-a.ipynb#cell-id=a-2)", "[map](../notebooks/00-a.ipynb#The-map)"
    (root / "book" / "intro.md").write_text(f"# Home\n\n{picture}, {heading}\n")
    (root / "content" / "lessons").mkdir(parents=True)
    (root / "content" / "labs").mkdir(parents=True)
    (root / "content" / "lessons" / "00-a.py").write_text("")
    (root / "content" / "labs" / "lab00-a.py").write_text("")
    (root / pages.TOC).write_text(pages.toc(root))
    assert build(root) == 0
    return root


def _write(path: Path, *cells: nbformat.NotebookNode) -> None:
    path.write_bytes(to_bytes(new_notebook(cells=list(cells))))


def _html(book: Path, page: str) -> str:
    return (book / HTML / f"{page}.html").read_text(encoding="utf-8")


def test_every_cell_has_its_address_and_a_link_finds_it(book: Path) -> None:
    assert 'href="../notebooks/00-a.html#cell-id=a-2"' in _html(book, "book/intro")
    assert 'id="cell-id=a-2"' in _html(book, "notebooks/00-a")


def test_a_heading_has_the_address_that_it_has_in_jupyterlab(book: Path) -> None:
    assert 'href="../notebooks/00-a.html#the-map"' in _html(book, "book/intro")
    assert '<section id="the-map">' in _html(book, "notebooks/00-a")


def test_the_map_that_a_cell_shows_is_a_table_whose_links_stay_in_the_book(book: Path) -> None:
    lesson = _html(book, "notebooks/00-a")
    assert "|---|" not in lesson
    assert re.search(r'<td><p><a class="reference internal" href="../labs/lab00-a.html">', lesson)


def test_a_link_to_a_cell_that_is_gone_breaks_the_build(
    book: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(book, tmp_path / "course", ignore=shutil.ignore_patterns("_build"))
    intro = root / "book" / "intro.md"
    intro.write_text(intro.read_text().replace("a-2", "a-99"))
    assert build(root) == 1
    assert "cell-id=a-99" in capfd.readouterr().err


def test_the_solution_is_reached_from_its_lab_and_stands_on_nobodys_way(book: Path) -> None:
    lab = _html(book, "labs/lab00-a")
    assert 'rel="next"' not in lab  # the last page of this course
    assert "../solutions/lab00-a-solution.html" in lab  # in the table of contents
    assert 'rel="prev" title="Lab" href="../labs/lab00-a.html"' in _html(book, "solutions/lab00-a-solution")


def test_a_picture_keeps_its_size_and_says_what_it_is_and_the_clear_pixel_is_gone(book: Path) -> None:
    lesson = _html(book, "notebooks/00-a")
    [picture] = re.findall(r"<img [^>]*>", lesson.partition("<article")[2].partition("</article>")[0])
    assert 'alt="Timeline."' in picture
    assert "width: 900px" in picture


def test_the_book_begins_at_its_home(book: Path) -> None:
    assert "url=book/intro.html" in _html(book, "index")
