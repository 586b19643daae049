"""What happens around and inside each state: history, trace, limits; waits in virtual time; a Choice without a match.

Source: Step Functions developer guide, concepts-states and state-wait, state-choice.
"""

import datetime
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.states import StateData
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from motoclock.extras.stepfunctions.errors import check_running, evaluation_failed, failure
from motoclock.extras.stepfunctions.paths import not_found
from motoclock.extras.stepfunctions.stand_ins import Stopped, wait_first
from motoclock.trace import Entered, Exited
from motoclock.world import the_world

_ABORTED = {
    "Task": HistoryEventType.TaskStateAborted,
    "Wait": HistoryEventType.WaitStateAborted,
    "Map": HistoryEventType.MapStateAborted,
    "Parallel": HistoryEventType.ParallelStateAborted,
}


def pause(env: Environment, seconds: float) -> None:
    """Let virtual seconds pass, as work that keeps a run going. Ends early, by unwinding, when the execution is stopped."""
    check_running(env)
    if seconds > 0:
        wait_first((env.program_state_event,), seconds, foreground=True)
        check_running(env)


def machine_of(env: Environment) -> str:
    """The ARN of the state machine; that of a child execution has its Map behind a slash."""
    return env.states.context_object.context_object_data["StateMachine"]["Id"].partition("/")[0]


def execution_of(env: Environment) -> str:
    return env.states.context_object.context_object_data["Execution"]["Id"]


def iso(at: datetime.datetime) -> str:
    """A time as Step Functions writes it into the context object."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _note_entered(env: Environment, state: CommonStateField) -> None:
    _append(Entered(machine_of(env), execution_of(env), state.name, _type_of(state)))


def _note_exited(env: Environment, state: CommonStateField, error: str | None = None, stopped: bool = False) -> None:
    _append(Exited(machine_of(env), execution_of(env), state.name, _type_of(state), error, stopped=stopped))


def _append(step: Entered | Exited) -> None:
    the_world().trace.append(step, step.machine, invocation_id=step.execution)


def _type_of(state: CommonStateField) -> str:
    return state.state_type.name if state.state_type else type(state).__name__


def write_aborted(env: Environment) -> None:
    """That a state of a branch or an iteration didn't come to its end, because of a failure beside it or of its own.

    Recorded in July and November 2024. The end of a whole execution closes the history first, so it writes none of these.
    """
    state = getattr(env, "inside", None)
    event = _ABORTED.get(state.state_type.name if state is not None and state.state_type else "")
    if event is not None:
        env.event_manager.add_event(env.event_history_context, event, update_source_event_id=False)


def _eval_body(self: CommonStateField, env: Environment) -> None:
    env.before_entered_id = env.event_history_context.source_event_id
    env.entered_id = env.event_manager.add_event(
        context=env.event_history_context,
        event_type=self.state_entered_event_type,
        event_details=EventDetails(stateEnteredEventDetails=self._get_state_entered_event_details(env=env)),
    )
    now = the_world().clock.datetime
    env.states.context_object.context_object_data["State"] = StateData(EnteredTime=iso(now), Name=self.name)
    env.states.context_object.context_object_data["State"].update(getattr(env, "given_state", {}))  # by TestState
    env.caught = None  # set by a catcher of this state
    env.leaves_behind = None  # the event that the exit names as the one before it, where it is not the last
    env.inside = self  # until it exits; one that fails is still inside
    _note_entered(env, self)
    try:
        _pass(self, env)
    except FailureEventException as failed:
        _note_exited(env, self, (failed.extract_error_cause_pair() or (None,))[0] or "")
        raise
    except Stopped:
        write_aborted(env)
        _note_exited(env, self, "stopped", stopped=True)
        raise
    except Exception:
        _note_exited(env, self, "States.Runtime")
        raise
    env.inside = None
    _note_exited(env, self, env.caught)


def _pass(self: CommonStateField, env: Environment) -> None:
    """Input, the state's own work, output."""
    self._verify_size_quota(env=env, value=env.states.get_input())
    self._eval_state_input(env=env)
    try:
        self._eval_state(env)
    except NoSuchJsonPathError as missing:
        raise not_found(env, missing) from None
    check_running(env)
    self._eval_state_output(env=env)
    self._verify_size_quota(env=env, value=env.states.get_input())
    self._set_next(env)
    if self.state_exited_event_type is not None:
        if env.leaves_behind is not None:
            env.event_history_context.source_event_id = env.leaves_behind
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=self.state_exited_event_type,
            event_details=EventDetails(stateExitedEventDetails=self._get_state_exited_event_details(env=env)),
        )


def _wait_interval(_self: WaitFunction, env: Environment, wait_seconds: float) -> None:
    pause(env, wait_seconds)


def _seconds_until(self: Timestamp, env: Environment) -> float:
    try:
        self.string.eval(env=env)
    except NoSuchJsonPathError as missing:
        cause = f"The TimestampPath parameter does not reference an input value: {missing.json_path}"
        raise failure(env, StatesErrorNameType.StatesRuntime, cause) from None
    text: Any = env.stack.pop()
    if not isinstance(text, str) or not self._is_valid_timestamp_pattern(text):
        raise _no_time(self, env, text)
    try:
        return (datetime.datetime.fromisoformat(text) - the_world().clock.datetime).total_seconds()
    except ValueError:
        raise _no_time(self, env, text) from None


def _no_time(timestamp: Timestamp, env: Environment, text: Any) -> FailureEventException:
    if not isinstance(timestamp.string, StringJSONata):
        return FailureEventException(timestamp._create_failure_event(env, text))
    cause = f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
    return evaluation_failed(env, cause, "Timestamp")


def _choose(self: StateChoice, env: Environment) -> None:
    for rule in self.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            env.stack.append(rule.next_stmt.name)
            return
    if self.default_state is None:
        cause = f"No choice rule of the state '{self.name}' matched, and it has no Default."
        raise failure(env, StatesErrorNameType.StatesNoChoiceMatched, cause)
    env.stack.append(self.default_state.state_name)


def change() -> None:
    CommonStateField._eval_body = _eval_body
    WaitFunction._wait_interval = _wait_interval
    Timestamp._get_wait_seconds = _seconds_until
    StateChoice._eval_state = _choose
