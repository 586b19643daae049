"""One attempt of a Task, Parallel or Map state, and what comes after a failed one: Retry, then Catch.

Source: Step Functions developer guide, concepts-error-handling and state-task. Times that only guard an attempt (TimeoutSeconds) are
background work: a wait for a task token doesn't keep a run going.
"""

import copy
import json
from dataclasses import replace
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError, TimeoutSeconds
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.state_props import StateProps
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from motoclock.extras.stepfunctions.errors import ResultTooLarge, check_running
from motoclock.extras.stepfunctions.paths import not_found
from motoclock.extras.stepfunctions.progress import Progress
from motoclock.extras.stepfunctions.stand_ins import Event, Stopped, Thread, wait_first
from motoclock.extras.stepfunctions.states import execution_of, machine_of, pause
from motoclock.trace import Retried
from motoclock.world import the_world

_NO_EVENT = ("States.Runtime", "States.QueryEvaluationError")  # the latter has an event of its own, EvaluationFailed
_RESULTS = (
    HistoryEventType.TaskFailed,
    HistoryEventType.LambdaFunctionFailed,
)  # the task ran, and what it gave is no good
_plain_from_state_props = ExecutionState.from_state_props
_plain_handle_catch = ExecutionState._handle_catch
_plain_map_error = StateMap._from_error
_NO_LIST = "Map state input must be an array but was: "


class _Attempt:
    """The state's work in a Task of its own, so that a timeout or a stop can leave it behind."""

    def __init__(self, state: ExecutionState, frame: Environment):
        self.done = Event()
        self.output: Any = None
        self.error: BaseException | None = None
        self._state, self._frame = state, frame
        thread = Thread(self._work, name=f"state {state.name}")
        thread.start()
        # for the trace: who sent the messages that this Task sends
        thread.task.on_behalf = replace(thread.task.on_behalf, arn=machine_of(frame))

    def _work(self) -> None:
        try:
            self._state._eval_execution(self._frame)
            self.output = self._frame.stack[-1]
        except NoSuchJsonPathError as missing:
            self.error = not_found(self._frame, missing)
        except (Exception, Stopped) as error:
            self.error = error
        self.done.set()


def _eval_state(self: ExecutionState, env: Environment) -> None:
    """Attempts until one succeeds or its failure is caught. A mistake in the machine itself is no event of a task: recorded in 2025,
    a path that misses in a Task is followed by ExecutionFailed at once.
    """
    env.states.context_object.context_object_data["State"]["RetryCount"] = 0
    while env.is_running():
        try:
            self._evaluate_with_timeout(env)
            return
        except Exception as error:
            failure_event = self._from_error(env=env, ex=error)
        name = getattr(failure_event.error_name, "error_name", None)
        if name == "States.DataLimitExceeded" and failure_event.event_type in _RESULTS:
            failure_event.error_name = ResultTooLarge()
        if name not in _NO_EVENT:
            env.event_manager.add_event(
                env.event_history_context, failure_event.event_type, failure_event.event_details
            )
        output = self._construct_error_output_value(failure_event=failure_event)
        env.states.set_error_output(output)
        env.states.set_result(output)
        if self.retry and self._handle_retry(env=env, failure_event=failure_event) == RetryOutcome.CanRetry:
            continue
        if self.catch:
            self._handle_catch(env=env, failure_event=failure_event)
            if env.stack[-1] == CatchOutcome.Caught:
                return
        self._handle_uncaught(env=env, failure_event=failure_event)


def _map_error(self: StateMap, env: Environment, ex: Exception) -> FailureEvent:
    """Of an expression that gives no list. Recorded in November 2024: its event stands once, its predecessor is that of the state's
    entry, and what was no list is shown.
    """
    failed = _plain_map_error(self, env, ex)
    if failed.event_type == HistoryEventType.EvaluationFailed:
        if getattr(failed, "is_told", False):
            failed.event_type = HistoryEventType.MapStateFailed
            return failed
        env.event_history_context.source_event_id = env.before_entered_id
        details = failed.event_details["evaluationFailedEventDetails"]
        if details["cause"].startswith(_NO_LIST):
            details["cause"] = _NO_LIST + json.dumps(env.states.get_input(), separators=(",", ":"))
    return failed


def _evaluate_with_timeout(self: ExecutionState, env: Environment) -> None:
    check_running(env)
    self.timeout.eval(env=env)
    timeout_s = env.stack.pop()
    renew_token = getattr(self, "_renew_token", None)
    if renew_token is not None:
        renew_token(env)
    frame = env.open_frame()
    frame.progress = getattr(env, "progress", None) or Progress()  # TestState has none
    frame.entered_id, frame.before_entered_id = env.entered_id, env.before_entered_id
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    guard_s = None if timeout_s >= TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS else timeout_s
    attempt = _Attempt(self, frame)
    wait_first((attempt.done, env.program_state_event), guard_s)
    check_running(env)
    frame.set_ended()
    env.close_frame(frame)
    env.leaves_behind = getattr(frame, "leaves_behind", None)
    if not attempt.done.is_set():
        raise EvalTimeoutError
    if attempt.error is not None:
        raise attempt.error
    _take_output(self, env, attempt.output)


def _take_output(self: ExecutionState, env: Environment, output: Any) -> None:
    env.stack.append(output)
    if not self._is_language_query_jsonpath():
        env.states.set_result(output)
    if self.assign_decl:
        self.assign_decl.eval(env=env)
    if self.result_selector:
        self.result_selector.eval(env=env)
    if self.result_path:
        self.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())


def _from_state_props(self: ExecutionState, state_props: StateProps) -> None:
    """moto gives a state with HeartbeatSeconds a TimeoutSeconds of 60; the developer guide's default is 99,999,999."""
    _plain_from_state_props(self, state_props)
    if isinstance(self.timeout, TimeoutSeconds) and self.timeout.is_default:
        self.timeout = TimeoutSeconds(timeout_seconds=TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS)


def _retry(self: RetrierDecl, env: Environment) -> None:
    error = env.stack[-1]
    self.error_equals.eval(env)
    if not env.stack.pop():
        env.stack.append(RetrierOutcome.Skipped)
        return
    self.max_attempts.eval(env=env)
    if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
        env.stack.append(RetrierOutcome.Failed)
        return
    for step in (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy):
        step.eval(env=env)
    wait_s = env.stack.pop()
    state = env.states.context_object.context_object_data["State"]
    retry = Retried(state["Name"], state["RetryCount"] + 2, wait_s, getattr(error, "error_name", None) or "")
    the_world().trace.append(retry, machine_of(env), invocation_id=execution_of(env))
    pause(env, wait_s)
    env.stack.append(RetrierOutcome.Executed)


def _handle_catch(self: ExecutionState, env: Environment, failure_event: FailureEvent) -> None:
    _plain_handle_catch(self, env, failure_event)
    if env.stack[-1] == CatchOutcome.Caught:
        env.caught = getattr(failure_event.error_name, "error_name", None) or ""


def change() -> None:
    ExecutionState._eval_state = _eval_state
    ExecutionState._evaluate_with_timeout = _evaluate_with_timeout
    ExecutionState.from_state_props = _from_state_props
    ExecutionState._handle_catch = _handle_catch
    StateMap._from_error = _map_error
    RetrierDecl._eval_body = _retry
