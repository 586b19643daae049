"""Running a state machine, a branch or an iteration from state to state, and writing its history.

moto writes the end of an execution into its history when the last thread has unwound. Here `executions.Run` does, at the moment of the
end; what unwinds afterwards records nothing. Modelled: going from one state to the next takes no time.
"""

import copy
from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramState
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.extras.stepfunctions.stand_ins import Stopped
from motoclock.facts import stepfunctions as facts

_HISTORY_MAX_EVENTS = facts.HISTORY_MAX_EVENTS.value
_plain_add_event = EventManager.add_event


def _eval(self: Program, env: Environment) -> None:
    """In the caller's Task; the execution's time limit is a timer of its Run. A redrive begins with the state that did not succeed."""
    progress = getattr(env, "progress", None)
    if progress is not None and progress.resumes:
        env.states.reset(input_value=progress.entered_with)
        env.next_state_name = progress.entered
    else:
        env.next_state_name = self.start_at.start_at_name
    EvalComponent.eval(self, env)


def _eval_body(self: Program, env: Environment) -> None:
    progress = getattr(env, "progress", None)
    try:
        while env.is_running():
            state = self._get_state(env.next_state_name)
            if progress is not None:
                progress.enter(state.name, env.states.get_input(), env.variable_store)
            state.eval(env)
            env.stack.clear()
            env.heap.clear()
            if env.is_running() and (before := getattr(env, "before_transition", None)):
                before()
        if progress is not None and isinstance(env._program_state, ProgramEnded):
            progress.finish(env.states.get_input())
    except Stopped:
        pass
    except FailureEventException as failed:
        env.set_error(error=failed.get_execution_failed_event_details())
    except Exception as error:
        env.set_error(ExecutionFailedEventDetails(error="States.Runtime", cause=f"{type(error).__name__}: {error}"))


def _add_event(self: EventManager, context: EventHistoryContext, *args: Any, **kwargs: Any) -> int:
    history = self._history_event_list
    if getattr(self, "closed", False):
        return len(history)
    when_full = getattr(self, "when_full", None)
    if when_full is not None and len(history) >= _HISTORY_MAX_EVENTS - 1:
        when_full()
        raise Stopped
    number = _plain_add_event(self, context, *args, **kwargs)
    log = getattr(self, "log", None)
    if log is not None:
        log.write(history[-1])
    return number


def _program_state(self: Environment) -> ProgramState | None:
    """moto copies it deeply at each look, which is where most of the time of a large map went. Only errors hold anything to copy."""
    state = self._program_state
    return copy.deepcopy(state) if isinstance(state, ProgramError) else copy.copy(state)


def _assigned_variables(self: VariableStore) -> dict[str, str]:
    """In order of name: moto's follows the hash seed."""
    return {name: to_json_str(self.get(name), separators=(",", ":")) for name in sorted(self._declaration_tracing)}


def change() -> None:
    Program.eval = _eval
    Program._eval_body = _eval_body
    EventManager.add_event = _add_event
    Environment.program_state = _program_state
    VariableStore.get_assigned_variables = _assigned_variables
    EvalComponent.heap_key = property(id)  # a key of a dictionary, never shown: no need for an id from the seed
    for name in ("_log_evaluation_step", "_log_failure_event_exception", "_log_exception"):
        setattr(EvalComponent, name, lambda *_, **__: None)
