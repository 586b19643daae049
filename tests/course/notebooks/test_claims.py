"""Each claim of the course, and each belief it must break, has a running cell in its lesson (issue: nothing is claimed that is not shown)."""

from pathlib import Path

import pytest

from sevenways.authoring.claims import Row, _ids, rows, table

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("row", [row for row in rows(ROOT) if row.built], ids=lambda row: f"{row.id} in {row.lesson}")
def test_a_claim_has_a_running_cell_in_its_lesson(row: Row):
    assert row.cell, f"{row.lesson} shows nothing for [{row.id}] ({row.says}). Mark the prose after the cell that does."


def test_every_row_is_in_the_table():
    assert len(table(ROOT).splitlines()) == len(rows(ROOT))


def test_several_marks_may_stand_in_one_pair_of_brackets():
    assert list(_ids("S1, misconception 10")) == ["S1", "misconception 10"]
    assert list(_ids("misconceptions 16 and 17")) == ["misconception 16", "misconception 17"]
