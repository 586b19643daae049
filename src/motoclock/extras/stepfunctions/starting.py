"""Starting state machines for other services: what EventBridge, Pipes and the interpreter ask for."""

from typing import TYPE_CHECKING, Any

from moto.stepfunctions.models import stepfunctions_backends

from motoclock.world import ACCOUNT, REGION

if TYPE_CHECKING:
    from motoclock.extras.stepfunctions.executions import Execution


class StepFunctions:
    """The state machines of the open world, without boto3. Nothing waits here: executions are Tasks of their own."""

    def start_execution(self, machine_arn: str, input_json: str, origins: tuple[str, ...] = ()) -> str:
        """Start an execution and return its ARN, at once. Refusals are moto's AWSErrors, e.g. StateMachineDoesNotExist.

        `origins` are the ids of the messages that led to it.
        """
        return self._backend.start_execution(machine_arn, None, input_json, origins=origins).execution_arn

    def start_sync_execution(self, machine_arn: str, input_json: str, origins: tuple[str, ...] = ()) -> "Execution":
        """Run an express execution to its end, in virtual time, e.g. as the enrichment of a pipe."""
        return self._backend.start_sync_execution(machine_arn, None, input_json, origins=origins)

    def find(self, execution_arn: str) -> "Execution":
        """KeyError when there is none."""
        return self._backend.executions[execution_arn]

    def executions(self) -> "list[Execution]":
        """All that were ever started, in order: for pictures."""
        return list(self._backend.executions.values())

    @property
    def _backend(self) -> Any:
        return stepfunctions_backends[ACCOUNT][REGION]
