"""Executions: what the API shows of one, and its run through the state machine.

Source: Step Functions developer guide, concepts-standard-vs-express and redrive-executions. Modelled: a redrive enters the states that
did not succeed once more, so their StateEntered events and transitions count twice.
"""

import datetime
import json
from typing import Any

from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from motoclock import announcements
from motoclock.clock import Timer
from motoclock.extras.stepfunctions.activities import ActivityQueues
from motoclock.extras.stepfunctions.execution_log import ExecutionLog
from motoclock.extras.stepfunctions.machines import Machine
from motoclock.extras.stepfunctions.progress import Progress
from motoclock.extras.stepfunctions.stand_ins import Event, Stopped
from motoclock.extras.stepfunctions.states import iso
from motoclock.extras.stepfunctions.task_tokens import TaskTokens
from motoclock.facts import stepfunctions as facts
from motoclock.facts.shapes import DAY_S
from motoclock.on_behalf import OnBehalf
from motoclock.services.labels import label_of
from motoclock.trace import Entered, Exited
from motoclock.world import ACCOUNT, REGION, the_world

DURATION_MAX_S = {"STANDARD": facts.STANDARD_DURATION_MAX_S.value, "EXPRESS": facts.EXPRESS_DURATION_MAX_S.value}
_REDRIVE_WITHIN = datetime.timedelta(seconds=facts.REDRIVE_WITHIN_DAYS.value * DAY_S)
_HISTORY_MAX_EVENTS = facts.HISTORY_MAX_EVENTS.value
_END_EVENTS = {
    "SUCCEEDED": ("ExecutionSucceeded", "executionSucceededEventDetails"),
    "FAILED": ("ExecutionFailed", "executionFailedEventDetails"),
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
}
# Here, for in the class `type` is a property
_Turn = type[Entered | Exited]


class Execution:
    """One execution. `status` is AWS's word; times are aware datetimes; `output` is JSON text."""

    def __init__(
        self, machine: Machine, name: str, arn: str, execution_input: str, activities: ActivityQueues,
        tokens: TaskTokens,
    ):  # fmt: skip
        self.activities, self.tokens = activities, tokens
        self.is_machine_deleted = False
        self.started_by: str | None = None  # who called StartExecution; None when another service did
        # ids of the messages that led to it, for the trace: unless a service hands some over, those of the running Task
        self.origins: tuple[str, ...] = the_world().clock.on_behalf.message_ids
        self.machine, self.name, self.execution_arn = machine, name, arn
        self.state_machine_arn = machine.arn
        self.execution_input = execution_input
        self.start_date = the_world().clock.datetime
        self.stop_date: datetime.datetime | None = None
        self.status = "RUNNING"
        self.output: str | None = None
        self.error: str | None = None
        self.cause: str | None = None
        self.redrive_count = 0
        self.redrive_date: datetime.datetime | None = None
        self.ended = Event()
        self.history = EventManager()
        self.history.log = ExecutionLog.for_machine(machine, arn)
        self._runs: list[Run] = []

    @property
    def type(self) -> str:
        return self.machine.type

    @property
    def is_running(self) -> bool:
        return self.status == "RUNNING"

    def start(self) -> None:
        details = {
            "input": self.execution_input,
            "inputDetails": {"truncated": False},
            "roleArn": self.machine.role_arn,
        }
        run = Run(self, json.loads(self.execution_input))
        self._begin(run, "ExecutionStarted", {"executionStartedEventDetails": details}, self.started_by)

    def redrive(self) -> None:
        """Again from the state that did not succeed, with the input it had, under the definition of the first start."""
        progress = self._runs[-1].progress.resumed()
        self.status, self.stop_date, self.error, self.cause = "RUNNING", None, None, None
        self.redrive_count += 1
        if self.history.log is not None:
            self.history.log.redrives = self.redrive_count
        self.redrive_date = the_world().clock.datetime
        self.ended.clear()
        self.history.closed = False
        run = Run(self, progress.entered_with, progress)
        self._begin(run, "ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": self.redrive_count}})

    def _begin(self, run: "Run", event: str, details: dict[str, Any], started_by: str | None = None) -> None:
        self._runs.append(run)
        self.history.when_full = run.history_is_full
        self.history.add_event(run.env.event_history_context, event, details, update_source_event_id=False)
        self._note(Entered, started_by=started_by)
        the_world().announce(announcements.STEPFUNCTIONS_STATUS_CHANGED, self)
        run.start()

    @property
    def redrivable(self) -> tuple[bool, str]:
        """Whether it can be redriven, and why not."""
        if self.is_running or self.status == "SUCCEEDED":
            return False, f"Execution is {self.status} and cannot be redriven"
        if len(self.history._history_event_list) >= _HISTORY_MAX_EVENTS:
            return False, "Execution history event limit exceeded"
        if the_world().clock.datetime - self.stop_date > _REDRIVE_WITHIN:
            return False, "Execution redrivable period exceeded"
        return True, ""

    def stop(self, error: str | None, cause: str | None) -> None:
        """Stopped by somebody. What is under way unwinds at this virtual instant; functions run on to their end."""
        if self.is_running:
            self._runs[-1].env.set_stop(stop_date=the_world().clock.datetime, cause=cause, error=error)
            self.end("ABORTED", error=error, cause=cause)

    def end(self, status: str, output: str | None = None, error: str | None = None, cause: str | None = None) -> None:
        """The first end counts."""
        if not self.is_running:
            return
        event, key = _END_EVENTS[status]
        details = {"output": output, "outputDetails": {"truncated": False}} if output is not None else {}
        details |= {name: value for name, value in (("error", error), ("cause", cause)) if value is not None}
        run = self._runs[-1]
        self.history.when_full = None  # the end is written also into a full history
        if status == "ABORTED":
            run.env.event_history_context.source_event_id = 0  # the stop came from outside: recorded in August 2023
        self.history.add_event(run.env.event_history_context, event, {key: details})
        self.history.closed = True
        self.status, self.output, self.error, self.cause = status, output, error, cause
        self.stop_date = the_world().clock.datetime
        run.over()
        self._note(Exited, None if status == "SUCCEEDED" else error or _ERRORS[status])
        self.ended.set()
        the_world().announce(announcements.STEPFUNCTIONS_STATUS_CHANGED, self)

    def endpoint(self, token: str) -> Any:
        """Where an answer to this task token belongs, or None."""
        found = (run.env.callback_pool_manager.get(token) for run in self._runs)
        return next((endpoint for endpoint in found if endpoint is not None), None)

    def forget(self) -> None:
        """It is kept no longer: its task tokens mean nothing."""
        for run in self._runs:
            run.env.callback_pool_manager._pool.forget()

    def map_runs(self) -> list[Any]:
        return [record for run in self._runs for record in run.env.map_run_record_pool_manager.get_all()]

    def children(self) -> list[Any]:
        """The child executions of its distributed Maps."""
        return [child for run in self.map_runs() for child in run.children]

    def _note(self, kind: _Turn, error: str | None = None, started_by: str | None = None) -> None:
        label = label_of(self.execution_input) if kind is Entered else ""
        step = kind(self.machine.arn, self.execution_arn, "", "Execution", error, started_by, self.origins, label)
        the_world().trace.append(step, self.machine.arn, invocation_id=self.execution_arn)


_ERRORS = {"FAILED": "", "ABORTED": "aborted", "TIMED_OUT": "States.Timeout"}


class Run:
    """One way through the state machine, in a Task of its own: the first, or that of a redrive."""

    def __init__(self, execution: Execution, state_input: Any, progress: Progress | None = None):
        self._execution = execution
        machine = execution.machine
        self._program = AmazonStateLanguageParser.parse(machine.definition)[0]
        self.progress = progress or Progress(self._program.start_at.start_at_name, state_input)
        self.env = Environment(
            aws_execution_details=AWSExecutionDetails(ACCOUNT, REGION, machine.role_arn),
            execution_type=StateMachineType(machine.type),
            context=_context(execution),
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store=execution.activities,
            variable_store=self.progress.variables,
        )
        self.env.callback_pool_manager._pool = execution.tokens.pool(execution)
        self.env.states.reset(input_value=state_input)
        self.env.next_state_name = self.progress.entered  # it counts as running from now on
        self.env.event_manager = execution.history
        self.env.progress = self.progress
        self.env.before_transition = self._before_transition
        self._timer: Timer | None = None

    def start(self) -> None:
        """The time limit only guards: it is no work that keeps a run going."""
        clock = the_world().clock
        asked = self._program.timeout_seconds
        limit_s = DURATION_MAX_S[self._execution.machine.type]
        limit_s = min(limit_s, asked.timeout_seconds) if asked else limit_s
        self._timer = clock.call_later(limit_s, self._time_out, foreground=False)
        execution = self._execution
        clock.spawn(self._work, name=f"execution {execution.name}", on_behalf=OnBehalf(message_ids=execution.origins))

    def _before_transition(self) -> None:
        """An execution ends at its next transition once its state machine was deleted."""
        if self._execution.is_machine_deleted:
            self._execution.stop(None, None)
            raise Stopped

    def over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def history_is_full(self) -> None:
        """The history's limit also ends a loop without a wait. Modelled: an express execution has the same limit, and times out."""
        if self._execution.machine.type == "EXPRESS":
            self._time_out()
            return
        error = full_history(self.env)
        self._execution.end("FAILED", **error)

    def _time_out(self) -> None:
        self.env.set_timed_out()
        self._execution.end("TIMED_OUT")

    def _work(self) -> None:
        if (
            not self._execution.is_running or not self.env.is_running()
        ):  # stopped before it began, and perhaps redriven since
            return
        self._program.eval(self.env)
        state = self.env.program_state()
        if isinstance(state, ProgramEnded):
            self._execution.end("SUCCEEDED", output=json_text(self.env.states.get_input()))
        elif isinstance(state, ProgramError):
            details = state.error or {}
            self._execution.end("FAILED", error=details.get("error"), cause=details.get("cause"))


def full_history(env: Environment) -> dict[str, str]:
    """End what runs here: its error."""
    cause = f"The execution reached the maximum number of history events ({_HISTORY_MAX_EVENTS})."
    error = {"error": "States.Runtime", "cause": cause}
    env.set_error(error=error)
    return error


def json_text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=str)


def _context(execution: Execution) -> ContextObjectData:
    machine = execution.machine
    data = ExecutionData(
        Id=execution.execution_arn,
        Input=json.loads(execution.execution_input),
        Name=execution.name,
        RoleArn=machine.role_arn,
        StartTime=iso(execution.start_date),
    )
    if machine.type != StateMachineType.EXPRESS:  # which can't be redriven: recorded on AWS in July 2024
        data["RedriveCount"] = execution.redrive_count
    if execution.redrive_count:
        data["RedriveTime"] = iso(execution.redrive_date)
    return ContextObjectData(Execution=data, StateMachine=StateMachineData(Id=machine.arn, Name=machine.name))
