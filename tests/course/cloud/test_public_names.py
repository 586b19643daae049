"""What `from sevenways import ...` and `from motoclock import ...` give, and that nothing is loaded before it is asked for."""

import json
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import motoclock
import sevenways

LATE = (
    "IPython",
    "ipywidgets",
    "drawsvg",
    "graphviz",
    "antlr4",
    "jsonata",
    "moto.ec2.models",
    "sevenways.checks",
    "sevenways.widgets",
)


def in_a_process(code: str) -> list:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("package", [motoclock, sevenways])
def test_every_public_name_has_one_home_is_there_and_is_listed(package: ModuleType) -> None:
    assert sorted(name for names in package._HOMES.values() for name in names) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name).__name__ == name
        assert name in dir(package)


@pytest.mark.parametrize("package", ["motoclock", "sevenways"])
def test_the_names_are_listed_before_they_are_loaded(package: str) -> None:
    assert (
        in_a_process(f"import json, {package} as p; print(json.dumps([n for n in p.__all__ if n not in dir(p)]))") == []
    )


@pytest.mark.parametrize("package", ["motoclock", "sevenways"])
def test_a_name_that_is_not_there_is_an_attribute_error(package: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'Clod'"):
        _ = import_module(package).Clod
    with pytest.raises(ImportError, match="cannot import name 'Clod'"):
        exec(f"from {package} import Clod")


def test_importing_the_course_loads_neither_widgets_nor_checks_nor_what_they_need() -> None:
    loaded = in_a_process("import json, sys, sevenways; print(json.dumps(sorted(sys.modules)))")
    assert [name for name in LATE if name in loaded] == []
    assert "motoclock.cloud" not in loaded


def test_a_cloud_and_its_picture_need_no_widgets() -> None:
    drawn = "from sevenways import Cloud\nwith Cloud() as c: c.run(seconds=1); c.diagram()"
    loaded = in_a_process(f"import json, sys\n{drawn}\nprint(json.dumps(sorted(sys.modules)))")
    assert [name for name in ("IPython", "ipywidgets", "antlr4", "jsonata", "moto.ec2.models") if name in loaded] == []


@pytest.mark.parametrize("package", ["motoclock", "sevenways"])
@pytest.mark.parametrize("client_first", [True, pytest.param(False, marks=pytest.mark.proof)])
def test_the_import_alone_closes_the_way_out(package: str, client_first: bool) -> None:
    client = "import boto3; sqs = boto3.client('sqs', 'eu-west-1', aws_access_key_id='x', aws_secret_access_key='x')\n"
    refused = in_a_process(
        f"import json\n{client * client_first}import {package}\n{client * (not client_first)}"
        "try:\n    sqs.list_queues()\nexcept Exception as error:\n    print(json.dumps([type(error).__name__, str(error)]))\n"
    )
    assert refused[0] == "NoCloudOpen"
    assert "nothing is ever sent to AWS from here" in refused[1]
