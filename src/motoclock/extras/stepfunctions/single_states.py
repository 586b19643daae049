"""TestState: one state by itself, alone or out of a machine, with a mock in place of what it would call.

Source: API reference of TestState, MockInput and TestStateConfiguration; answers recorded from November 2025 on. A failure that the
state's Retry takes is not retried, it is answered as RETRIABLE. Modelled: errorCausedByState must name a state inside of the Map or
Parallel, and changes nothing else.
"""

import json
import re
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, StateMachineType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.test_state.program.test_state_program import TestStateProgram
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError, ProgramTimedOut
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData
from moto.stepfunctions.parser.asl.eval.test_state.environment import TestStateEnvironment
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser, ASLParserException
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.extras.stepfunctions import inspections
from motoclock.extras.stepfunctions.errors import matches
from motoclock.extras.stepfunctions.states import iso
from motoclock.extras.stepfunctions.tested_states import STATE, TestRequest, checked_state_of, invalid
from motoclock.world import ACCOUNT, REGION, the_world

_NAME = "TestState"
_THRESHOLD = ("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")


_PLACE = re.compile(r"^An error occurred while executing the state '.*?' \(entered at the event id #\d+\)\. ")


def test_state(request: TestRequest) -> dict[str, Any]:
    """Run one state to its end: status, output or error, nextState, and at level DEBUG or TRACE the inspection data.

    InvalidDefinition or ValidationException for what can't be tested.
    """
    return _Test(checked_state_of(request), request).run()


class _Retriable(Exception):
    """The state's Retry takes this failure."""


class _Test:
    """One run of one state."""

    def __init__(self, definition: dict[str, Any], request: TestRequest):
        self._definition, self._request = definition, request
        name = request.state_name or STATE
        machine = json.dumps({"StartAt": name, "States": {name: definition}})
        try:
            # A parse of its own, not the remembered one: watchers are hung into it
            self._state = AmazonStateLanguageParser.parse.__wrapped__(machine)[0]._get_state(name)
        except ASLParserException as error:
            raise invalid(f"SCHEMA_VALIDATION_FAILED: {'; '.join(error.errors)}") from None
        except Exception as error:
            raise invalid(f"SCHEMA_VALIDATION_FAILED: {error}") from None
        self._env = self._environment()
        self._status: str | None = None
        self._failure: tuple[str | None, str | None] = (None, None)
        self._details: dict[str, Any] = {}
        self._result: str | None = None
        self._inspected = self._env.inspection_data = inspections.Inspected(self._env.inspection_data)
        if request.level == "TRACE":
            self._inspected.http = inspections.HttpExchange(request.reveals_secrets)
        self._watch()

    def run(self) -> dict[str, Any]:
        TestStateProgram(self._state).eval(self._env)
        ended = self._env.program_state()
        answer: dict[str, Any] = {"status": self._status or "SUCCEEDED"}
        if self._status is None and isinstance(ended, ProgramError | ProgramTimedOut):
            told = {"error": "States.Timeout"} if isinstance(ended, ProgramTimedOut) else ended.error or {}
            answer["status"] = "FAILED"
            self._failure = (told.get("error"), _without_place(told.get("cause")))
        answer |= {name: value for name, value in zip(("error", "cause"), self._failure, strict=True) if value}
        if answer["status"] in ("SUCCEEDED", "CAUGHT_ERROR"):
            answer["output"] = to_json_str(self._env.states.get_input())
            if self._env.next_state_name not in (None, self._state.name):
                answer["nextState"] = self._env.next_state_name
        if self._request.level != "INFO":
            answer["inspectionData"] = self._inspection(answer)
        return answer

    # ------------------------------------------------------------------ before

    def _environment(self) -> TestStateEnvironment:
        now = iso(the_world().clock.datetime)
        role = self._request.role_arn
        given = self._request.context
        execution = ExecutionData(
            Id=f"arn:aws:states:{REGION}:{ACCOUNT}:express:{_NAME}:{_NAME}",
            Input=self._request.input,
            Name=_NAME,
            RoleArn=role,
            StartTime=now,
        )
        machine = StateMachineData(Id=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{_NAME}", Name=_NAME)
        context = ContextObjectData(Execution=execution, StateMachine=machine)
        context |= {name: value for name, value in given.items() if name != "State"}
        context["Execution"] = execution | given.get("Execution", {})
        context["StateMachine"] = machine | given.get("StateMachine", {})
        env = TestStateEnvironment(
            aws_execution_details=AWSExecutionDetails(ACCOUNT, REGION, role or ""),
            execution_type=StateMachineType.STANDARD,
            context=context,
            event_history_context=EventHistoryContext.of_program_start(),
            activity_store={},
        )
        env.given_state = {"Name": STATE, **given.get("State", {})}  # so it is called, whatever its name: recorded
        if "Task" in given:
            env.states.context_object.update_task_token = lambda: given["Task"].get("Token")
        env.variable_store._inner_scope.update(self._request.variables)
        env.states.reset(input_value=self._request.input)
        return env

    def _watch(self) -> None:
        """Hang the mock and the watchers into this one state."""
        state = self._state
        inspections.watch(state, self._definition, self._inspected)
        if not isinstance(state, ExecutionState):
            return
        call = self._mocked if self._request.mock is not None else state._eval_execution

        def watched(env: Any) -> None:
            call(env)
            if self._definition["Type"] == "Task" and state._is_language_query_jsonpath():
                self._inspected["result"] = to_json_str(env.stack[-1])
            self._result = to_json_str(env.stack[-1])

        state._eval_execution = watched
        state._handle_retry = self._retry
        self._catch = state._handle_catch
        state._handle_catch = self._caught

    # ------------------------------------------------------------------ meanwhile

    def _mocked(self, env: Any) -> None:
        """In place of the call: the parameters are computed, so that mistakes in them show."""
        if hasattr(self._state, "_eval_parameters"):
            self._state._eval_parameters(env)
        mock, configuration = self._request.mock or {}, self._request.configuration
        if self._definition["Type"] == "Map":
            inspections.of_items(env, self._state, configuration.get("mapItemReaderData"), self._inspected)
            self._inspected |= (limits := inspections.limits_of(env, self._definition))
        if mock.get("errorOutput") is not None:
            told = mock["errorOutput"]
            raise _failed(env, told.get("error"), told.get("cause"))
        result = json.loads(mock["result"]) if mock.get("result") is not None else {}
        failures = configuration.get("mapIterationFailureCount") or 0
        if self._definition["Type"] == "Map" and _exceeds(limits, failures, result):
            raise _failed(env, *_THRESHOLD)
        env.stack.append(result)

    def _retry(self, env: Any, failure_event: FailureEvent) -> None:
        for index, retrier in enumerate(self._state.retry.retriers):
            names = {each.error_name for each in retrier.error_equals.error_names}
            if matches(names, failure_event.error_name):
                done = self._request.configuration.get("retrierRetryCount") or 0
                if done >= retrier.max_attempts.attempts:
                    self._details = {"retryIndex": index}
                    return
                wait_s = retrier.interval_seconds.seconds * retrier.backoff_rate.rate**done
                longest_s = getattr(retrier.max_delay_seconds, "max_delays_seconds", None) or wait_s
                self._status = "RETRIABLE"
                self._failure = _told(failure_event)
                self._details = {"retryIndex": index, "retryBackoffIntervalSeconds": int(min(wait_s, longest_s))}
                raise _Retriable

    def _caught(self, env: Any, failure_event: FailureEvent) -> None:
        self._catch(env, failure_event)
        for index, catcher in enumerate(self._state.catch.catchers):
            if matches({each.error_name for each in catcher.error_equals.error_names}, failure_event.error_name):
                self._status, self._failure, self._details = "CAUGHT_ERROR", _told(failure_event), {"catchIndex": index}
                return

    # ------------------------------------------------------------------ afterwards

    def _inspection(self, answer: dict[str, Any]) -> dict[str, Any]:
        found = inspections.afterwards(self._state, self._definition, self._inspected, answer, self._result)
        if variables := {**self._request.variables, **self._env.variable_store._inner_scope}:
            found["variables"] = to_json_str(variables)
        if self._details:
            found["errorDetails"] = self._details
        return found


def _exceeds(limits: dict[str, int | float], failures: int, results: Any) -> bool:
    """Whether a Map tolerates fewer failures than these, by their number or by their share of all iterations."""
    if failures > limits.get("toleratedFailureCount", failures):
        return True
    all_of_them = len(results) if isinstance(results, list) else 0
    share = limits.get("toleratedFailurePercentage")
    return share is not None and bool(all_of_them) and failures * 100 > share * all_of_them


def _failed(env: Any, error: str | None, cause: str | None) -> FailureEventException:
    told = {name: value for name, value in (("error", error), ("cause", cause)) if value is not None}
    details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(**told))
    return FailureEventException(FailureEvent(env, CustomErrorName(error), HistoryEventType.TaskFailed, details))


def _without_place(cause: str | None) -> str | None:
    """There is no history whose event could be named: recorded for a Map's items."""
    return _PLACE.sub("", cause) if cause else cause


def _told(failure_event: FailureEvent) -> tuple[str | None, str | None]:
    return FailureEventException(failure_event).extract_error_cause_pair() or (None, None)
