"""Each claim of the course, and each belief it must break, has a running cell in its lesson (issue: nothing is claimed that is not shown)."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from sevenways.authoring.claims import Row, rows, table, unknown

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("row", [row for row in rows(ROOT) if row.built], ids=lambda row: f"{row.id} in {row.lesson}")
def test_a_claim_has_a_running_cell_in_its_lesson(row: Row):
    assert row.cell, f"{row.lesson} shows nothing for {row.id} ({row.says}). Write claims=[...] at the cell that does."


def test_every_row_is_in_the_table():
    assert len(table(ROOT).splitlines()) == len(rows(ROOT))


def test_no_cell_claims_what_the_course_does_not_know():
    assert unknown(ROOT) == []


def test_a_claim_stands_in_metadata_and_counts_only_with_an_output(tmp_path: Path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "claims.toml").write_text(
        '[claims.S1]\nsays = "one"\nlessons = ["01-a"]\n[claims.S2]\nsays = "two"\nlessons = ["01-a"]\n[misconceptions]\n'
    )
    (tmp_path / "notebooks").mkdir()
    shown = new_code_cell("1", id="one", outputs=[new_output("stream", text="1")], metadata={"claims": ["S1", "S9"]})
    silent = new_code_cell("x = 1", id="two", metadata={"claims": ["S2"]})
    nbformat.write(new_notebook(cells=[shown, silent]), tmp_path / "notebooks" / "01-a.ipynb")
    assert [(row.id, row.cell) for row in rows(tmp_path)] == [("S1", "one"), ("S2", None)]
    assert unknown(tmp_path) == ["01-a.ipynb: cell one claims S9, which is not in content/claims.toml."]
