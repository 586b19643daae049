"""Task states that wait for a worker of an activity.

Source: Step Functions developer guide, concepts-activities and state-task. HeartbeatSeconds counts from when a worker took the task.
Modelled: TimeoutSeconds counts from when the task was scheduled, so a task that nobody takes times out too.
"""

import json
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_activitiy import StateTaskActivity
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    ActivityCallbackEndpoint,
    CallbackOutcomeFailure,
    CallbackOutcomeFailureError,
    HeartbeatTimedOut,
    HeartbeatTimeoutError,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from motoclock.extras.stepfunctions.activities import ActivityTask
from motoclock.extras.stepfunctions.errors import HeartbeatMissed, check_running, failure
from motoclock.extras.stepfunctions.stand_ins import wait_first
from motoclock.extras.stepfunctions.tasks import wait_for_answer

_plain_error = StateTaskActivity._from_error
_WHOLE = {"truncated": False}


def _eval_execution(self: StateTaskActivity, env: Environment) -> None:
    value = self._eval_parameters(env)
    text = value if isinstance(value, str) else to_json_str(value)
    heartbeat_s = _number(self.heartbeat, env) if self.heartbeat else None
    endpoint = _schedule(self, env, text, heartbeat_s)
    try:
        _wait_for_worker(env, endpoint)
        beat = endpoint.setup_heartbeat_endpoint(heartbeat_s) if heartbeat_s is not None else None
        outcome = wait_for_answer(env, endpoint, beat)
    finally:
        endpoint.interrupt_all()
    if isinstance(outcome, HeartbeatTimedOut):
        raise HeartbeatTimeoutError
    if isinstance(outcome, CallbackOutcomeFailure):
        raise CallbackOutcomeFailureError(outcome)
    env.stack.append(json.loads(outcome.output))
    _write(env, HistoryEventType.ActivitySucceeded, output=outcome.output, outputDetails=_WHOLE)


def _schedule(
    self: StateTaskActivity, env: Environment, text: str, heartbeat_s: int | None
) -> ActivityCallbackEndpoint:
    """Put the task where workers find it."""
    arn = self.resource.resource_arn
    queue = env.activity_store.get(arn)
    if queue is None:
        raise failure(env, StatesErrorNameType.StatesRuntime, f"The activity {arn} does not exist.")
    token = env.states.context_object.update_task_token()
    endpoint = ActivityCallbackEndpoint(callback_id=token, activity_input=text)
    env.callback_pool_manager._pool[token] = endpoint
    limits = {"timeoutInSeconds": None if self.timeout.is_default_value() else _number(self.timeout, env)}
    limits["heartbeatInSeconds"] = heartbeat_s
    asked = {name: value for name, value in limits.items() if value is not None}
    _write(env, HistoryEventType.ActivityScheduled, resource=arn, input=text, inputDetails=_WHOLE, **asked)
    queue.put(ActivityTask(token, text, endpoint, env.is_running))
    return endpoint


def _wait_for_worker(env: Environment, endpoint: ActivityCallbackEndpoint) -> None:
    """Background work: a run ends while nobody asks."""
    start = endpoint.get_activity_task_start_endpoint()
    wait_first((start._next_activity_task_start_event, env.program_state_event))
    check_running(env)
    worker = start._outcome.worker_name
    _write(env, HistoryEventType.ActivityStarted, **({"workerName": worker} if worker else {}))


def _number(field: Any, env: Environment) -> int:
    """What TimeoutSeconds or HeartbeatSeconds, or their paths, come to."""
    field.eval(env=env)
    return env.stack.pop()


def _write(env: Environment, event: HistoryEventType, **details: Any) -> None:
    key = f"{event[0].lower()}{event[1:]}EventDetails"
    env.event_manager.add_event(env.event_history_context, event, EventDetails(**{key: details}))


def _error(self: StateTaskActivity, env: Environment, ex: Exception) -> FailureEvent:
    event = _plain_error(self, env, ex)
    if isinstance(ex, HeartbeatTimeoutError):
        event.error_name = HeartbeatMissed()
    return event


def change() -> None:
    StateTaskActivity._eval_execution = _eval_execution
    StateTaskActivity._from_error = _error
