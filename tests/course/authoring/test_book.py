"""The book needs no network to be read, and its folds say what they hide."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sevenways.authoring.book import remote_parts

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


def test_a_fold_says_whether_it_hides_the_source_or_the_output() -> None:
    """MyST-NB has one sentence for both; the output of a prediction was called "the code"."""
    config = yaml.safe_load((ROOT / "book" / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    for act in ("show", "hide"):
        assert config[f"nb_code_prompt_{act}"].format(type="output") == f"{act.title()} the output"
