"""Starting state machines for other services, and HTTP for state machines: what EventBridge, Pipes and the interpreter ask for."""

from typing import TYPE_CHECKING, Any

from moto.stepfunctions.models import stepfunctions_backends

from motoclock.extras.stepfunctions import status_events
from motoclock.extras.stepfunctions.http_calls import HttpCall
from motoclock.extras.stepfunctions.http_delivery import call_http
from motoclock.world import ACCOUNT, REGION, World

if TYPE_CHECKING:
    from motoclock.extras.stepfunctions.executions import Execution


class StepFunctions:
    """The state machines of one world, without boto3."""

    def __init__(self, world: World):
        """Nothing waits here: executions are Tasks of their own."""
        self._world = world
        status_events.register(world)

    def start_execution(self, machine_arn: str, input_json: str, origins: tuple[str, ...] = ()) -> str:
        """Start an execution and return its ARN, at once. Refusals are moto's AWSErrors, e.g. StateMachineDoesNotExist.

        `origins` are the ids of the messages that led to it.
        """
        return self._backend.start_execution(machine_arn, None, input_json, origins=origins).execution_arn

    def start_sync_execution(self, machine_arn: str, input_json: str, origins: tuple[str, ...] = ()) -> "Execution":
        """Run an express execution to its end, in virtual time, e.g. as the enrichment of a pipe."""
        return self._backend.start_sync_execution(machine_arn, None, input_json, origins=origins)

    def call_http(self, call: HttpCall) -> dict[str, Any]:
        """What an HTTP task gives to its state. Blocks a Task; HttpTaskFailed for everything but an answer below 400."""
        return call_http(self._world, call)

    def find(self, execution_arn: str) -> "Execution":
        """KeyError when there is none."""
        return self._backend.executions[execution_arn]

    def executions(self) -> "list[Execution]":
        """All that were ever started, in order: for pictures."""
        return list(self._backend.executions.values())

    @property
    def _backend(self) -> Any:
        return stepfunctions_backends[ACCOUNT][REGION]
