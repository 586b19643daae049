"""Map Runs and their child executions: what the API shows of a distributed Map.

Source: API reference of DescribeMapRun, ListExecutions and UpdateMapRun. Modelled: a child is listed and described,
and a standard one has a history; children can't be started, stopped or redriven one by one, and announce no events.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.moto_api._internal import mock_random
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from motoclock.extras.stepfunctions.executions import json_text
from motoclock.extras.stepfunctions.progress import Progress
from motoclock.extras.stepfunctions.states import iso
from motoclock.trace import Entered, Exited
from motoclock.world import the_world

_NAMES = {
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timedOut",
    "ABORTED": "aborted",
    "RUNNING": "running",
}
FAILED = ("FAILED", "TIMED_OUT")


class Child:
    """One child execution, of one item or one batch. The attributes are those of an Execution."""

    def __init__(self, run: "MapRun", number: int, child_input: Any, items: int, type_: str):
        self.number, self.input, self.items, self.type = number, child_input, items, type_
        self.state_machine_arn = run.map_state_machine_arn
        self.name = str(mock_random.uuid4())
        arn = self.state_machine_arn.replace(":stateMachine:", ":express:" if type_ == "EXPRESS" else ":execution:")
        self.execution_arn = f"{arn}:{self.name}" + (f":{mock_random.uuid4()}" if type_ == "EXPRESS" else "")
        self.status = "PENDING"
        self.start_date: datetime.datetime | None = None
        self.stop_date: datetime.datetime | None = None
        self.value: Any = None
        self.output: str | None = None
        self.error: str | None = None
        self.cause: str | None = None
        self.redrive_count = 0
        self.redrive_date: datetime.datetime | None = None
        self.redrivable = (False, "Children are redriven with their Map Run.")
        self.progress = Progress()
        self.history = EventManager()
        self._machine = self.state_machine_arn.partition("/")[0]

    @property
    def execution_input(self) -> str:
        return json_text(self.input)

    def begin(self) -> None:
        """For the first time, or again: an express child begins anew, a standard one where it ended."""
        now = the_world().clock.datetime
        if self.status == "PENDING":
            self.start_date = now
        else:
            self.redrive_count, self.redrive_date = self.redrive_count + 1, now
            self.progress = Progress() if self.type == "EXPRESS" else self.progress.resumed()
        self.status, self.stop_date, self.error, self.cause = "RUNNING", None, None, None
        self.history.closed = False
        self._note(Entered)

    def end(self, status: str, value: Any = None, error: str | None = None, cause: str | None = None) -> None:
        self.status, self.value, self.error, self.cause = status, value, error, cause
        self.output = json_text(value) if status == "SUCCEEDED" else None
        self.stop_date = the_world().clock.datetime
        self.history.closed = True
        self._note(Exited, None if status == "SUCCEEDED" else error or status)

    def described(self) -> dict[str, Any]:
        """As a ResultWriter writes it."""
        told = {
            "ExecutionArn": self.execution_arn,
            "Input": self.execution_input,
            "InputDetails": {"Included": True},
            "Name": self.name,
            "Output": self.output,
            "OutputDetails": {"Included": True} if self.output is not None else None,
            "Error": self.error,
            "Cause": self.cause,
            "RedriveCount": self.redrive_count,
            "RedriveStatus": "NOT_REDRIVABLE" if self.status == "SUCCEEDED" else "REDRIVABLE_BY_MAP_RUN",
            "StartDate": self.start_date and iso(self.start_date),
            "StateMachineArn": self.state_machine_arn,
            "Status": self.status,
            "StopDate": self.stop_date and iso(self.stop_date),
        }
        return {name: value for name, value in told.items() if value is not None}

    def _note(self, kind: type[Entered | Exited], error: str | None = None) -> None:
        step = kind(self._machine, self.execution_arn, "", "Execution", error)
        the_world().trace.append(step, self._machine, invocation_id=self.execution_arn)


class MapRun(MapRunRecord):
    """moto's record with the children themselves, from which all counts come."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.children: list[Child] = []
        self.redrive_count = 0
        self.redrive_date: datetime.datetime | None = None
        self.when_updated: Callable[[], None] = lambda: None

    def redrive(self) -> None:
        self.redrive_count, self.redrive_date = self.redrive_count + 1, the_world().clock.datetime
        self.status, self.stop_date = "RUNNING", None

    @property
    def is_beyond_tolerance(self) -> bool:
        """Whether more items failed, or timed out, than a count or a percentage allows. Without either, one is too many."""
        failed = sum(child.items for child in self.children if child.status in FAILED)
        total = sum(child.items for child in self.children)
        count, share = self.tolerated_failure_count, self.tolerated_failure_percentage
        too_many = failed > count if count or not share else False
        return too_many or bool(share and failed * 100 > share * total)

    def describe(self) -> dict[str, Any]:
        told = {**super().describe(), "itemCounts": self._counts(True), "executionCounts": self._counts(False)}
        told["redriveCount"] = self.redrive_count
        return told | ({"redriveDate": self.redrive_date} if self.redrive_date else {})

    def update(self, *args: Any, **kwargs: Any) -> None:
        super().update(*args, **kwargs)
        self.when_updated()

    def _counts(self, of_items: bool) -> dict[str, int]:
        counts = Counter(dict.fromkeys([*_NAMES.values(), "pending", "resultsWritten", "total"], 0))
        for child in self.children:
            number = child.items if of_items else 1
            counts["total"] += number
            counts[_NAMES.get(child.status, "pending")] += number
            counts["resultsWritten"] += number if child.status == "SUCCEEDED" else 0
        return dict(counts)
