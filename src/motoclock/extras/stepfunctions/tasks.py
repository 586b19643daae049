"""Tasks: calls of other services, waits for a task token, and waits for a nested execution.

moto polls nested executions once a second, makes a boto3 client for every call, and keeps one token for all attempts of a state. Here
a wait ends when the thing waited for happens, clients are kept, and each attempt has a token of its own, as in AWS.
Source: Step Functions developer guide, connect-to-resource, connect-lambda and connect-stepfunctions.
"""

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_dynamodb,
    state_task_service_lambda,
    state_task_service_sfn,
    state_task_service_sns,
    state_task_service_sqs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    HeartbeatEndpoint,
    HeartbeatTimedOut,
    HeartbeatTimeoutError,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from motoclock.extras.stepfunctions import s3_calls
from motoclock.extras.stepfunctions.errors import HeartbeatMissed, check_running
from motoclock.extras.stepfunctions.interpreter import interpreter_modules
from motoclock.extras.stepfunctions.sdk import Answering, http_metadata
from motoclock.extras.stepfunctions.stand_ins import Stopped, wait_first
from motoclock.extras.stepfunctions.starting import StepFunctions
from motoclock.extras.stepfunctions.states import machine_of
from motoclock.functions.call import Call
from motoclock.functions.outcome import FunctionNotFound, Throttled
from motoclock.trace import Mode
from motoclock.world import the_world

_plain_callback_error = StateTaskServiceCallback._from_error
_plain_interrupt_all = CallbackEndpoint.interrupt_all
_plain_resolvers = {
    name: getattr(StateTaskServiceSfn, name) for name in ("_build_sync_resolver", "_build_sync2_resolver")
}


def client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """A client of the interpreter's own, without retries: Retry of the state is what retries. Credentials play no part here."""
    return _client(region, service)


def answering_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
    """For the integrations that hand the HTTP metadata of an answer to the state."""
    return Answering(_client(region, service))


@cache
def _client(region: str, service: str) -> Any:
    session = boto3.Session(aws_access_key_id="states", aws_secret_access_key="states", region_name=region)
    client = session.client(service, config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
    if service == "s3":
        s3_calls.add_to(client)
    return client


# ------------------------------------------------------------------ task tokens


def _renew_token(self: StateTaskServiceCallback, env: Environment) -> None:
    """The first attempt has the token that moto made; each retry gets a new one."""
    patterns = self._supported_integration_patterns
    if not self._is_integration_pattern() or ResourceCondition.WaitForTaskToken not in patterns:
        return
    if env.states.context_object.context_object_data["State"].get("RetryCount"):
        env.callback_pool_manager.add(env.states.context_object.update_task_token())


def wait_for_answer(env: Environment, endpoint: CallbackEndpoint, heartbeat: HeartbeatEndpoint | None) -> Any:
    """What was sent for the task's token, or HeartbeatTimedOut.

    Background work, heartbeats too: a run ends while a person thinks. The attempt's own guard watches TimeoutSeconds.
    """
    beat = heartbeat and heartbeat._next_heartbeat_event
    events = [endpoint._notify_event, env.program_state_event, *([beat] if beat else [])]
    while endpoint.get_outcome() is None:
        check_running(env)
        woken = wait_first(events, heartbeat._heartbeat_seconds if beat else None)
        check_running(env)
        if beat:
            beat.clear()
        if not woken:
            return HeartbeatTimedOut()
    return endpoint.get_outcome()


def _wait_for_token(
    _self: StateTaskServiceCallback,
    env: Environment,
    timeout_seconds: int,
    callback_endpoint: CallbackEndpoint,
    heartbeat_endpoint: HeartbeatEndpoint | None,
) -> Any:
    return wait_for_answer(env, callback_endpoint, heartbeat_endpoint)


def _interrupt_all(self: CallbackEndpoint) -> None:
    """The attempt is over: whoever answers this token now is told that the task is gone."""
    self.finished = True
    _plain_interrupt_all(self)


def _callback_error(self: StateTaskServiceCallback, env: Environment, ex: Exception) -> FailureEvent:
    if isinstance(ex, HeartbeatTimeoutError):
        event = self._get_timed_out_failure_event(env)
        event.error_name = HeartbeatMissed()
        return event
    return _plain_callback_error(self, env, ex)


# ------------------------------------------------------------------ nested executions


def _with_execution(name: str) -> Callable[..., Any]:
    def build(self: StateTaskServiceSfn, env: Environment, *args: Any, **kwargs: Any) -> Callable[[], Any]:
        started = env.stack[-1]["ExecutionArn"]
        resolver = _plain_resolvers[name](self, env, *args, **kwargs)
        resolver.execution_arn = started
        return resolver

    return build


def _eval_sync(
    _self: StateTaskServiceCallback,
    env: Environment,
    sync_resolver: Any,
    callback_endpoint: CallbackEndpoint | None,
    **_: Any,
) -> Any:
    """Wait for the nested execution, or for an answer to the task's token, which ends the wait too (recorded in July 2024).

    A parent that is stopped stops its child, as AWS tries to.
    """
    nested = StepFunctions().find(sync_resolver.execution_arn)
    answered = [callback_endpoint._notify_event] if callback_endpoint is not None else []
    try:
        while nested.is_running:
            check_running(env)
            if callback_endpoint is not None and (outcome := callback_endpoint.get_outcome()) is not None:
                return outcome
            wait_first((nested.ended, env.program_state_event, *answered))
        check_running(env)
    except Stopped:
        nested.stop("", "The execution that waited for this one was stopped.")
        raise
    return sync_resolver()


# ------------------------------------------------------------------ Lambda


_PLAIN_COLONS = 6  # of a function's ARN without a qualifier


def _invoke_function(env: Environment, parameters: dict[str, Any], region: str, state_credentials: Any) -> None:
    """Run the function in this Task, in virtual time. What lambda:invoke gives to the state goes onto the stack."""
    if parameters.get("InvocationType", "RequestResponse") != "RequestResponse":
        answer = client_for(region, "lambda").invoke(**parameters)
        metadata = answer.pop("ResponseMetadata")
        answer["Payload"] = answer["Payload"].read().decode() or None
        env.stack.append(_answer(answer.get("StatusCode", 202), None, answer["Payload"], metadata["RequestId"]))
        return
    payload = parameters.get("Payload")
    if payload is None:
        payload = b"{}"
    name, qualifier = parameters["FunctionName"], parameters.get("Qualifier")
    call = Call(name, payload, mode=Mode.SYNCHRONOUS, source=machine_of(env), qualifier=qualifier)
    try:
        outcome = the_world().services.functions.invoke(call)
    except Throttled:
        raise _client_error("TooManyRequestsException", "Rate Exceeded.", 429) from None
    except FunctionNotFound as missing:
        latest = (
            "" if qualifier or missing.arn.count(":") > _PLAIN_COLONS else ":$LATEST"
        )  # recorded on AWS, November 2024 and 2025
        raise _client_error("ResourceNotFoundException", f"{missing}{latest}", 404) from None
    result = json.loads(outcome.payload or b"null")
    if outcome.function_error:
        raise lambda_eval_utils.LambdaFunctionErrorException(outcome.function_error, outcome.payload.decode())
    length = len(outcome.payload or b"null")
    answer = _answer(200, outcome.executed_version, result, outcome.request_id, length)
    if parameters.get("LogType") == "Tail":
        _add_log(answer, base64.b64encode(outcome.log_tail.encode()).decode())
    env.stack.append(answer)


def _answer(status: int, version: str | None, payload: Any, request_id: str, length: int = 0) -> dict[str, Any]:
    """The shape that the optimised integration gives."""
    headers = {"Content-Length": str(length), "Content-Type": "application/json", "x-amzn-Remapped-Content-Length": "0"}
    if version:
        headers["X-Amz-Executed-Version"] = version
    headers["X-Amzn-Trace-Id"] = _trace_id(request_id)
    return {
        **({"ExecutedVersion": version} if version else {}),
        "Payload": payload,
        **http_metadata("lambda", request_id, status, headers),
        "StatusCode": status,
    }


def _add_log(answer: dict[str, Any], tail: str) -> None:
    """Recorded in November 2025."""
    metadata = answer["SdkHttpMetadata"]
    answer["LogResult"] = metadata["HttpHeaders"]["X-Amz-Log-Result"] = tail
    metadata["AllHttpHeaders"]["X-Amz-Log-Result"] = [tail]


def _trace_id(request_id: str) -> str:
    """Modelled: no trace is kept under it. Time of its beginning, 96 bits, and the id of a part."""
    began, bits = int(the_world().clock.datetime.timestamp()), request_id.replace("-", "")
    return f"Root=1-{began:08x}-{bits[:24]};Parent={bits[-16:]};Sampled=0"


def _client_error(code: str, message: str, status: int) -> ClientError:
    request_id = the_world().services.functions.new_request_id()
    metadata = {"HTTPStatusCode": status, "RequestId": request_id}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "Invoke")


def change() -> None:
    StateTaskServiceCallback._renew_token = _renew_token
    StateTaskServiceCallback._eval_wait_for_task_token = _wait_for_token
    StateTaskServiceCallback._eval_sync = _eval_sync
    StateTaskServiceCallback._from_error = _callback_error
    CallbackEndpoint.interrupt_all = _interrupt_all
    for name in _plain_resolvers:
        setattr(StateTaskServiceSfn, name, _with_execution(name))
    lambda_eval_utils.execute_lambda_function_integration = _invoke_function
    state_task_service_lambda._SUPPORTED_API_PARAM_BINDINGS["invoke"].add("InvocationType")
    for module in interpreter_modules():
        if hasattr(module, "boto_client_for"):
            module.boto_client_for = client_for
    for module in (state_task_service_sqs, state_task_service_sns, state_task_service_dynamodb, state_task_service_sfn):
        module.boto_client_for = answering_client_for
