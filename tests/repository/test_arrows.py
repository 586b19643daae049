"""The import arrows: `.importlinter` is the one list of layers, and `lint-imports` holds the code to it."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src"
LINTER = Path(sysconfig.get_path("scripts")) / "lint-imports"


def verdict(sources: Path) -> str:
    """What the linter says of these sources. Its cache goes by modification times, so it is never asked."""
    done = subprocess.run(
        [LINTER, "--no-cache", "--config", ROOT / ".importlinter"],
        env=os.environ | {"PYTHONPATH": str(sources), "COLUMNS": "200"},
        cwd=sources,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_every_arrow_points_down_and_no_room_is_missing_from_the_list() -> None:
    said = verdict(SOURCES)
    assert "0 broken" in said, said


def test_every_folder_is_a_package_since_the_linter_sees_no_other() -> None:
    folders = {path.parent for path in SOURCES.rglob("*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("house") / "src"
    shutil.copytree(SOURCES, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("motoclock/wording.py", "from sevenways.draw import Picture", "motoclock is not allowed to import sevenways"),
        ("motoclock/functions/service.py", "def later():\n    import motoclock.delivery", "motoclock.functions is not"),
        ("motoclock/delivery/parcels.py", "from motoclock.extras import pipes", "motoclock.delivery is not allowed"),
        ("motoclock/services/sqs/store.py", "from motoclock.services.sqs import backend", "cycles"),
        ("motoclock/cellar/__init__.py", "", "cellar"),
    ],
)
def test_the_arrows_have_been_seen_to_fail(copy: Path, file: str, line: str, complaint: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        assert complaint in re.sub(r"\s+", " ", verdict(copy))
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")
        if before is None:
            path.parent.rmdir()


def test_lessons_and_labs_import_from_the_course_only() -> None:
    lines = [
        f"{path.name}:{number} {line}"
        for path in sorted((ROOT / "content").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.match(r"\s*(from|import) motoclock", line)
    ]
    assert not lines, "the engine is the course's business: " + "; ".join(lines)


def test_the_engines_tests_know_no_course() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests" / "engine").rglob("*.py"))
        if re.search(r"^\s*(from|import) (sevenways|tests\.course)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found == []
