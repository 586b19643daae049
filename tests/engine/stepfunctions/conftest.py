"""State machines in short: make one, start it, look at what became of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from motoclock import Cloud
from tests.clients import client

ROLE = "arn:aws:iam::123456789012:role/machine"


@dataclass
class Machines:
    """A Cloud and the calls that every test makes."""

    cloud: Cloud

    @property
    def client(self) -> Any:
        return client("stepfunctions")

    def make(self, states: dict[str, Any], name: str = "machine", **more: Any) -> str:
        """A machine that starts at the first of its states. `more` with a capital belongs to the definition."""
        definition = {"StartAt": next(iter(states)), "States": states}
        definition |= {key: value for key, value in more.items() if key[0].isupper()}
        settings = {key: value for key, value in more.items() if not key[0].isupper()}
        made = self.client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, **settings)
        return made["stateMachineArn"]

    def start(self, machine: str, value: Any = None, **more: Any) -> str:
        started = self.client.start_execution(stateMachineArn=machine, input=json.dumps(value or {}), **more)
        return started["executionArn"]

    def run(self, states: dict[str, Any], value: Any = None, **more: Any) -> dict[str, Any]:
        """Make, start, run until no work is left: what DescribeExecution says, with the output as a value."""
        execution = self.start(self.make(states, **more), value)
        self.cloud.run()
        return self.look(execution)

    def look(self, execution: str) -> dict[str, Any]:
        found = self.client.describe_execution(executionArn=execution)
        if "output" in found:
            found["output"] = json.loads(found["output"])
        return found

    def history(self, execution: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]

    def types(self, execution: str) -> list[str]:
        return [event["type"] for event in self.history(execution)]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as opened:
        yield opened


@pytest.fixture
def machines(cloud: Cloud) -> Machines:
    return Machines(cloud)
