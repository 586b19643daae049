"""The integration `arn:aws:states:::http:invoke`, which moto lacks. Source: Step Functions developer guide, call-https-apis."""

from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceRuntimePart
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from motoclock.extras.stepfunctions.http_calls import HttpCall, HttpTaskFailed
from motoclock.extras.stepfunctions.http_delivery import Watcher, call_http
from motoclock.extras.stepfunctions.interpreter import interpreter_modules
from motoclock.world import the_world

_PARAMETERS = {
    "ApiEndpoint",
    "Method",
    "Authentication",
    "InvocationConfig",
    "Headers",
    "QueryParameters",
    "RequestBody",
    "Transform",
}


class StateTaskServiceHttp(StateTaskService):
    """One request, request-response only."""

    def _get_supported_parameters(self) -> set[str] | None:
        is_plain = self.resource.api_action == "invoke" and self.resource.condition is None
        return _PARAMETERS if is_plain else None

    def _eval_service_task(
        self,
        env: Environment,
        resource_runtime_part: ResourceRuntimePart,
        normalised_parameters: dict,
        state_credentials: Any,
    ) -> None:
        call = HttpCall.of(normalised_parameters)
        env.stack.append(call_http(the_world(), call, watcher_of(env)))

    def _from_error(self, env: Environment, ex: Exception) -> FailureEvent:
        if not isinstance(ex, HttpTaskFailed):
            return super()._from_error(env, ex)
        details = TaskFailedEventDetails(
            error=ex.error,
            cause=ex.cause,
            resource=self._get_sfn_resource(),
            resourceType=self._get_sfn_resource_type(),
        )
        return FailureEvent(
            env, CustomErrorName(ex.error), HistoryEventType.TaskFailed, EventDetails(taskFailedEventDetails=details)
        )


def watcher_of(env: Environment) -> Watcher | None:
    """Who looks on as TestState runs an HTTP task."""
    return getattr(getattr(env, "inspection_data", None), "http", None)


def _with_http(plain: Callable[[str], StateTaskService]) -> Callable[[str], StateTaskService]:
    def state_task_service_for(service_name: str) -> StateTaskService:
        return StateTaskServiceHttp() if service_name == "http" else plain(service_name)

    return state_task_service_for


def change() -> None:
    for module in interpreter_modules():
        if hasattr(module, "state_task_service_for"):
            module.state_task_service_for = _with_http(module.state_task_service_for)
