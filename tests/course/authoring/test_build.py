"""The whole way from source to product, with real kernels on made-up lessons."""

from __future__ import annotations

import json
import os

import pytest

from sevenways.authoring.__main__ import main
from sevenways.authoring.build import build, check
from sevenways.authoring.pages import toc

LESSON = """
# %% [markdown]
# # A lesson

# %%
import os
import sys

def half(x):
    return 1 / x

print(os.path.basename(os.getcwd()), os.environ["SEVENWAYS_PROGRESS"])

# %% tags=["raises-exception"]
half(0)

# %%
{"b", "a"} == {"a", "b"}
"""

LAB = """
# %% [markdown]
# # A lab

# %%
def check(name, answer):
    return f"{name}: {answer}"

# %% tags=["exercise"]
answer = 2  # SOLUTION

# %%
check("lab01.answer", answer)
"""


def test_a_build_writes_what_a_second_build_writes_and_check_agrees(root, write) -> None:
    write("01-a", LESSON)
    write("lab01-a", LAB)
    first = build(root)
    assert first.wrong == []
    products = sorted(root.glob("*/*.ipynb"))
    assert [str(path.relative_to(root)) for path in products] == [
        "labs/lab01-a.ipynb",
        "notebooks/01-a.ipynb",
        "solutions/lab01-a-solution.ipynb",
    ]
    before = [path.read_bytes() for path in products]

    assert check(root).wrong == []  # built again, byte for byte
    assert all(line.endswith("unchanged") for line in build(root, ("lab01-a",)).done)
    assert [path.read_bytes() for path in products] == before

    lab, lesson, solution = (json.loads(content) for content in before)
    assert [cell["id"] for cell in lesson["cells"]] == ["01-a-001", "01-a-002", "01-a-003", "01-a-004", "01-a-005"]
    assert lesson["cells"][1]["outputs"][0]["text"] == ["notebooks off\n"]
    assert lesson["cells"][2]["outputs"][0]["traceback"] == [
        "Cell In[2], line 1\n----> 1 half(0)",
        "ZeroDivisionError: division by zero",
    ]
    assert "version" not in lesson["metadata"]["language_info"]
    assert [cell.get("execution_count") for cell in lab["cells"]] == [None] * 5
    assert not any(cell.get("outputs") for cell in lab["cells"])
    assert lab["cells"][2]["source"] == ["answer = ..."]
    assert solution["cells"][3]["outputs"][0]["data"]["text/plain"] == ["'lab01.answer: 2'"]


def test_check_names_the_product_and_the_first_cell_that_differs(root, write) -> None:
    write("01-a", LESSON)
    write("lab01-a", LAB)
    build(root)
    product = root / "notebooks" / "01-a.ipynb"
    product.write_text(product.read_text(encoding="utf-8").replace("notebooks off", "notebooks on"), encoding="utf-8")
    write("lab01-a", LAB.replace("lab01.answer", "lab01.other"))

    lesson, lab, solution = check(root).wrong
    assert lesson.startswith(
        "notebooks/01-a.ipynb is stale; run `make build`. Cell 2 (01-a-002) differs in its outputs:"
    )
    assert '"notebooks on\\n"' in lesson.splitlines()[1]
    assert '"notebooks off\\n"' in lesson.splitlines()[2]
    assert lab.startswith("labs/lab01-a.ipynb is stale; run `make build`. Cell 4 (lab01-a-004) differs in its source:")
    assert "solutions/lab01-a-solution.ipynb is stale" in solution

    without_running = check(root, run=False).wrong
    assert [complaint.split(";")[0] for complaint in without_running] == [
        "labs/lab01-a.ipynb is stale",
        "solutions/lab01-a-solution.ipynb is stale",
    ]  # the lesson differs in an output alone: that is nbval's question
    broken = product.read_text(encoding="utf-8").replace('"name": "python3"', '"name": "python4"')
    product.write_text(broken.replace("notebooks on", "0x7f0000000000"), encoding="utf-8")
    (root / "solutions" / "lab01-a-solution.ipynb").write_text("{}", encoding="utf-8")
    lesson, lab, solution = check(root, run=False).wrong
    assert "cell 2 of notebooks/01-a.ipynb shows a memory address" in lesson
    assert solution == "solutions/lab01-a-solution.ipynb is not a notebook; run `make build`."
    product.write_text(broken, encoding="utf-8")
    assert "Its cells are the same; its metadata differs." in check(root, run=False).wrong[0]


def test_a_cell_that_fails_or_shows_too_much_is_named_with_its_line(root, write) -> None:
    write("01-a", "# %% [markdown]\n# # A\n\n# %%\n1 + 1\n\n# %%\n1 / 0\n\n# %%\n2\n")
    write("02-b", "# %% [markdown]\n# # B\n\n# %%\nobject()\n")
    wrong = build(root).wrong
    assert wrong[0] == (
        "content/lessons/01-a.py:7: cell 3 of notebooks/01-a.ipynb raised ZeroDivisionError: division by zero."
    )
    assert "content/lessons/02-b.py:4: cell 2 of notebooks/02-b.ipynb shows a memory address" in wrong[1]
    assert not (root / "notebooks" / "01-a.ipynb").exists()


def test_a_product_without_a_source_is_reported_and_removed(root, write) -> None:
    (root / "labs").mkdir()
    (root / "labs" / "lab09-old.ipynb").write_text("{}", encoding="utf-8")
    assert "labs/lab09-old.ipynb has no source; run `make build`." in check(root).wrong
    build(root)
    assert list((root / "labs").iterdir()) == []


def test_the_table_of_contents_puts_each_lab_under_its_lesson(root, write) -> None:
    for stem in ("01-a", "02-b"):
        write(stem, LESSON)
    for stem in ("lab01-a", "lab10-z"):
        write(stem, LAB)
    (root / "book" / "glossary.md").write_text("# Glossary\n", encoding="utf-8")
    (root / "book" / "instructors").mkdir()
    (root / "book" / "instructors" / "agenda.md").write_text("# Agenda\n", encoding="utf-8")
    assert toc(root).splitlines()[3:] == [
        "parts:",
        "- caption: Lessons",
        "  chapters:",
        "  - file: notebooks/01-a",
        "    sections:",
        "    - file: labs/lab01-a",
        "      sections:",
        "      - file: solutions/lab01-a-solution",
        "  - file: notebooks/02-b",
        "  - file: labs/lab10-z",
        "    sections:",
        "    - file: solutions/lab10-z-solution",
        "- caption: Reference",
        "  chapters:",
        "  - file: book/glossary",
        "- caption: Instructors",
        "  chapters:",
        "  - file: book/instructors/agenda",
    ]


def test_the_command_line_speaks_in_sentences(root, write, capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    assert main(["--root", str(root), "build"]) == 0
    assert main(["--root", str(root), "check"]) == 0
    assert capsys.readouterr().out.endswith("content/ is empty: nothing to check.\n")
    assert main(["--root", str(root), "build", "09-nothing"]) == 1
    assert "content/ has no lesson or lab called 09-nothing." in capsys.readouterr().err
    assert main(["--root", str(tmp_path / "book"), "check"]) == 1
    assert "There is no content/ in" in capsys.readouterr().err
    write("01-a", "# %%\nx = 1\n")
    assert main(["--root", str(root), "check"]) == 1
    assert "the first cell is Markdown" in capsys.readouterr().err


def test_the_build_leaves_the_environment_alone(root, write) -> None:
    before = dict(os.environ)
    write("01-a", LESSON)
    build(root, ("01-a",))
    assert dict(os.environ) == before
