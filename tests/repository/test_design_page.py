"""DESIGN.md says how a message travels by the names of files: they exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("DESIGN.md", "CONTRIBUTING.md", "README.md", "src/motoclock/README.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [name for name in named if not (ROOT / page).parent.joinpath(name).exists()]
    assert not missing, f"{page} names what is not there: {', '.join(missing)}"


def test_the_design_page_follows_the_message_through_ten_files_at_least() -> None:
    assert len(set(re.findall(r"\]\((src/[^)]+\.py)\)", (ROOT / "DESIGN.md").read_text(encoding="utf-8")))) >= 10


def test_the_design_page_names_every_room_of_the_engine() -> None:
    text = (ROOT / "DESIGN.md").read_text(encoding="utf-8")
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "src" / "motoclock").iterdir()}
    rooms -= {"__init__", "__pycache__", "README.md", "pytest_plugin"}
    assert [room for room in sorted(rooms) if f"`{room}`" not in text] == []
