"""The three ways to install are one: environment.yml and pyproject.toml agree, and so do Makefile and CI."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_conda_takes_everything_but_python_and_graphviz_from_pyproject() -> None:
    *conda, pip = CONDA["dependencies"]
    assert [re.split("[=<>]", name)[0] for name in conda] == ["python", "graphviz", "pip"]
    assert pip == {"pip": ["-e ."]}
    assert CONDA["name"] == PROJECT["name"]


def test_conda_and_uv_use_the_same_python_and_the_project_allows_it() -> None:
    pinned = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert f"python={pinned}" in CONDA["dependencies"]
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert [int(part) for part in pinned.split(".")] >= [int(part) for part in lowest.split(".")]


@pytest.mark.parametrize("name", ["moto", "boto3", "botocore"])
def test_what_we_reach_into_is_pinned_exactly(name: str) -> None:
    pins = [line for line in PROJECT["dependencies"] if re.match(rf"{name}(\[[a-z,]+\])?==\d", line)]
    assert len(pins) == 1, f"{name} needs one exact pin in pyproject.toml, since the engine depends on its insides."


def test_the_lock_holds_the_pinned_versions() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    versions = {package["name"]: package.get("version") for package in locked}
    for line in PROJECT["dependencies"]:
        if "==" in line:
            name, version = re.sub(r"\[.*\]", "", line).split("==")
            assert versions[name] == version, f"uv.lock has another {name}; run `uv lock`."


def test_ci_runs_make_test_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
