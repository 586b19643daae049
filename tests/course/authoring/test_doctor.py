"""The doctor says "ready", or one sentence about what to do."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from sevenways.authoring import doctor

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture(autouse=True)
def a_machine_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01-a.ipynb").write_text(NOTEBOOK, encoding="utf-8")


def test_it_draws_calls_trusts_and_says_ready(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main() == 0, capsys.readouterr().err
    assert capsys.readouterr().out == "ready\n"
    assert NotebookNotary().check_signature(nbformat.reads(NOTEBOOK, as_version=4))


@pytest.mark.parametrize(
    ("probe", "sentence"),
    [
        ("_draw", "Not ready. The diagrams cannot be drawn; run `make setup` again, or install graphviz."),
        ("_open_cloud", "Not ready. A call to the mocked AWS does not work here; run `make setup` again"),
        ("_trust", "Not ready. The notebooks cannot be marked as trusted; run `jupyter trust"),
    ],
)
def test_it_says_what_to_do_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], probe: str, sentence: str
) -> None:
    def broken() -> None:
        raise RuntimeError("no such binary")

    for other in ("_draw", "_open_cloud", "_trust"):
        monkeypatch.setattr(doctor, other, broken if other == probe else lambda: None)
    assert doctor.main() == 1
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.endswith("(RuntimeError: no such binary)\n")
    assert said.count("\n") == 1
