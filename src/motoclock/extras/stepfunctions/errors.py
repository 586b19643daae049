"""Which errors a retrier or a catcher matches, and what a state may hold.

Source: Step Functions developer guide, concepts-error-handling. States.ALL misses States.Runtime and States.DataLimitExceeded;
States.TaskFailed misses States.Timeout besides. A missed heartbeat is reported as States.Timeout and matches by either name. Other than
the guide says, a result of a task that is too large is caught by States.ALL: recorded on AWS in March 2024.
"""

import json
from typing import Any

from moto.stepfunctions.parser.api import (
    EvaluationFailedEventDetails,
    ExecutionFailedEventDetails,
    HistoryEventType,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from motoclock.extras.stepfunctions.interpreter import interpreter_modules
from motoclock.extras.stepfunctions.stand_ins import Stopped
from motoclock.facts import stepfunctions as facts

_plain_failure = FailureEvent.__init__
_IO_MAX_BYTES = facts.STATE_IO_MAX_BYTES.value
_MISSED_BY_ALL = frozenset(facts.STATES_ALL_MISSES.value)
_LOCATED = ("States.Runtime", "States.QueryEvaluationError")
_LOCATION = "An error occurred while executing the state"
_TIMEOUT, _HEARTBEAT = "States.Timeout", "States.HeartbeatTimeout"


class HeartbeatMissed(StatesErrorName):
    """Reported as States.Timeout, but retriers and catchers may also name States.HeartbeatTimeout."""

    def __init__(self) -> None:
        super().__init__(StatesErrorNameType.StatesTimeout)


class ResultTooLarge(StatesErrorName):
    """What a task gave is more than a state may hold: States.ALL takes it, though not a state's own States.DataLimitExceeded."""

    def __init__(self) -> None:
        super().__init__(StatesErrorNameType.StatesStatesDataLimitExceeded)


def failure(env: Environment, error: StatesErrorNameType, cause: str) -> FailureEventException:
    """A failure of the present state with one of the names that begin with "States."."""
    details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=error.to_name(), cause=cause))
    return FailureEventException(FailureEvent(env, StatesErrorName(error), HistoryEventType.TaskFailed, details))


def evaluation_failed(env: Environment, cause: str, location: str | None) -> FailureEventException:
    """States.QueryEvaluationError of the present state, and its event in the history: recorded from November 2024 on."""
    name = StatesErrorName(StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    if location:
        details["location"] = location
    event = HistoryEventType.EvaluationFailed
    failed = FailureEventException(FailureEvent(env, name, event, EventDetails(evaluationFailedEventDetails=details)))
    failed.failure_event.is_told = True
    shown = EventDetails(evaluationFailedEventDetails=failed.get_evaluation_failed_event_details())
    env.event_manager.add_event(env.event_history_context, event, shown)
    return failed


def check_running(env: Environment) -> None:
    """Called after every wait."""
    if not env.is_running():
        raise Stopped


def within_quota(value: Any) -> bool:
    """Whether a state's input or output is at most 256 KiB of JSON."""
    text = (
        value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
    )
    return len(text.encode("utf-8", "surrogatepass")) <= _IO_MAX_BYTES


def matches(names: set[str], error: ErrorName | None) -> bool:
    """Whether an ErrorEquals with these names takes this error."""
    name = getattr(error, "error_name", None)
    if name in names or (isinstance(error, HeartbeatMissed) and _HEARTBEAT in names):
        return True
    if name in _MISSED_BY_ALL:
        return isinstance(error, ResultTooLarge) and "States.ALL" in names
    return "States.ALL" in names or ("States.TaskFailed" in names and name not in (_TIMEOUT, _HEARTBEAT))


def _error_equals(self: ErrorEqualsDecl, env: Environment) -> None:
    error = env.stack.pop()
    env.stack.append(matches({each.error_name for each in self.error_names}, error))


def _custom_name(self: CustomErrorName, error_name: str | None) -> None:
    """moto refuses custom names with the prefix "States.", also where a branch's own States.Timeout passes through."""
    ErrorName.__init__(self, error_name)


_FAILURE = ("error_name", "event_type", "event_details")


def _failure_made(self: FailureEvent, env: Environment | None = None, *args: Any, **kwargs: Any) -> None:
    """moto names the last event, where AWS names the one with which the state was entered. Its API Gateway task names none, and
    gives no environment.
    """
    if env is None:
        self.state_name, self.source_event_id = None, 0
        self.error_name, self.event_type, self.event_details = (kwargs[name] for name in _FAILURE)
        return
    _plain_failure(self, env, *args, **kwargs)
    self.source_event_id = getattr(env, "entered_id", self.source_event_id)


def _failed_details(self: FailureEventException) -> ExecutionFailedEventDetails:
    """moto says where a States.Runtime happened again at each level that it passes on its way up."""
    error, cause = self.extract_error_cause_pair() or (None, None)
    state, number = self.failure_event.state_name, self.failure_event.source_event_id
    if cause and state and error in _LOCATED and not cause.startswith(_LOCATION):
        cause = f"{_LOCATION} '{state}' (entered at the event id #{number}). {cause}"
    details = ExecutionFailedEventDetails(error=error, cause=cause)
    return {name: value for name, value in details.items() if value}


def change() -> None:
    ErrorEqualsDecl._eval_body = _error_equals
    CustomErrorName.__init__ = _custom_name
    FailureEvent.__init__ = _failure_made
    FailureEventException.get_execution_failed_event_details = _failed_details
    for module in interpreter_modules():
        if hasattr(module, "is_within_size_quota"):
            module.is_within_size_quota = within_quota
