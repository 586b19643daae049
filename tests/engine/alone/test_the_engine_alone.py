"""The engine works without the course and without what the course needs; its README's test is a test."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.processes import printed_by

README = Path(__file__).parents[3] / "src" / "motoclock" / "README.md"

STORY = """
import sys

class Closed:
    rooms = ("sevenways", "jupyterlab", "ipywidgets", "IPython", "drawsvg", "graphviz")

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.rooms:
            raise ImportError(f"{name} is closed in this test")

sys.meta_path.insert(0, Closed())

import io
import zipfile
import boto3
from motoclock import Cloud, Kind

with Cloud() as cloud:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr("app.py", CHARGE)
    boto3.client("lambda").create_function(
        FunctionName="charge", Runtime="python3.12", Role="arn:aws:iam::123456789012:role/r", Handler="app.charge",
        Code={"ZipFile": code.getvalue()},
    )
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders", FunctionName="charge"
    )
    sqs.send_message(QueueUrl=url, MessageBody="one")
    cloud.run()
    kinds = [event.kind for event in cloud.trace if event.kind in (Kind.FAILED, Kind.SUCCEEDED, Kind.DELETED)]
    print(*kinds)
"""
HANDLER = """
def charge(event, context):
    import time
    if time.time() < 1893456000 + 60:
        raise ValueError("not yet")
"""


def test_a_queue_a_function_and_a_retry_without_the_course() -> None:
    """It fails at 0 and 30 s, and passes when the visibility timeout has brought the message back at 60 s."""
    assert printed_by("-c", STORY.replace("CHARGE", repr(HANDLER))).split() == [
        "failed",
        "failed",
        "succeeded",
        "deleted",
    ]


def test_the_test_in_the_readme_passes(tmp_path: Path) -> None:
    (tmp_path / "test_readme.py").write_text(
        re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1], encoding="utf-8"
    )
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "motoclock.pytest_plugin", "-p", "no:cacheprovider", "."]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
