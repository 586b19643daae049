"""State machines and executions behind the Step Functions API: moto's store, our executions.

Source: API reference of Step Functions (botocore's model), and the developer guide's concepts-standard-vs-express.
"""

import datetime
import json
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random
from moto.stepfunctions.exceptions import (
    ActivityDoesNotExist,
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    InvalidArn,
    InvalidExecutionInput,
    InvalidToken,
    ResourceNotFound,
    StateMachineDoesNotExist,
    ValidationException,
)
from moto.stepfunctions.models import Activity, StateMachine, StateMachineAlias, StepFunctionBackend

from motoclock.arn import Arn, unqualified
from motoclock.extras.stepfunctions import interpreter, machine_settings, versions
from motoclock.extras.stepfunctions.activities import ActivityQueues, ActivityTask
from motoclock.extras.stepfunctions.definitions import check_definition
from motoclock.extras.stepfunctions.machines import Machine
from motoclock.extras.stepfunctions.refusals import (
    ExecutionNotRedrivable,
    InvalidOutput,
    NotThere,
    StateMachineAlreadyExists,
    StateMachineTypeNotSupported,
    TaskTimedOut,
    why_no_json,
)
from motoclock.extras.stepfunctions.task_tokens import TaskTokens
from motoclock.facts import stepfunctions as facts
from motoclock.world import the_world

if TYPE_CHECKING:
    from motoclock.extras.stepfunctions.executions import Execution

_KEPT = datetime.timedelta(days=facts.HISTORY_KEPT_DAYS.value)
_INPUT_MAX_BYTES = facts.STATE_IO_MAX_BYTES.value


class SevenStepFunctionsBackend(StepFunctionBackend):
    """moto's backend for state machines; executions are ours and run on the virtual clock."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.executions: dict[str, Execution] = {}
        self.activity_queues = ActivityQueues(self.activities)
        self.task_tokens = TaskTokens()

    @property
    def _url_module(self) -> Any:
        return _routes()

    # ------------------------------------------------------------------ state machines

    def create_state_machine(self, name: str, definition: str, *args: Any, **kwargs: Any) -> StateMachine:
        interpreter.load()
        type_ = kwargs.get("sm_type") or "STANDARD"
        check_definition(definition, type_ == "EXPRESS")
        existing = next((machine for machine in self.state_machines if machine.name == name), None)
        if existing is not None and (existing.definition, existing.type) != (definition, type_):
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{existing.arn}'")
        kwargs["loggingConfiguration"] = machine_settings.logged(kwargs.get("loggingConfiguration"))
        return super().create_state_machine(name, definition, *args, **kwargs)

    def update_state_machine(
        self, arn: str, definition: str | None = None, role_arn: str | None = None,
        logging_configuration: dict[str, Any] | None = None, tracing_configuration: dict[str, Any] | None = None,
        encryption_configuration: dict[str, Any] | None = None, publish: bool | None = None,
        version_description: str | None = None,
    ) -> StateMachine:  # fmt: skip
        """Executions that run go on under the definition they started with."""
        machine = self.describe_state_machine(arn)
        if not isinstance(machine, StateMachine):  # a version is what it is
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        if definition is not None:
            interpreter.load()
            check_definition(definition, machine.type == "EXPRESS")
        if logging_configuration is not None:
            logging_configuration = machine_settings.logged(logging_configuration)
        before = machine_settings.contents(machine)
        super().update_state_machine(
            arn, definition, role_arn, logging_configuration, tracing_configuration, encryption_configuration
        )
        if machine_settings.contents(machine) != before:
            machine_settings.revise(machine)
        if publish:
            versions.publish(machine, version_description)
        return machine

    # ------------------------------------------------------------------ aliases

    def create_state_machine_alias(
        self, name: str, routing_configuration: list[dict[str, Any]], description: str | None
    ) -> StateMachineAlias:
        arn = unqualified(routing_configuration[0]["stateMachineVersionArn"])
        machine = next((machine for machine in self.state_machines if machine.arn == arn), None)
        if machine is not None:
            existing = machine_settings.same_alias(machine, name, routing_configuration, description)
            if existing is not None:
                return existing
        return super().create_state_machine_alias(name, routing_configuration, description)

    def update_state_machine_alias(self, arn: str, *args: Any, **kwargs: Any) -> StateMachineAlias:
        try:
            return super().update_state_machine_alias(arn, *args, **kwargs)
        except ResourceNotFound:
            raise NotThere("Request references a resource that does not exist.") from None

    def delete_state_machine_alias(self, arn: str) -> None:
        """One that is not there is gone already: recorded in December 2023."""
        with suppress(ResourceNotFound):
            super().delete_state_machine_alias(arn)

    # ------------------------------------------------------------------ names

    def _validate_arn(self, arn: str, regex: Any, invalid_msg: str) -> None:
        if not arn.startswith("arn:"):
            raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
        super()._validate_arn(arn, regex, invalid_msg)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Versions and aliases have no tags: recorded in August 2023."""
        if unqualified(arn) != arn:
            raise NotThere(f"Resource not found: '{arn}'")
        super().tag_resource(arn, tags)

    def delete_state_machine(self, arn: str) -> None:
        """Gone at once (modelled: AWS shows it as DELETING); its executions end at their next transition."""
        super().delete_state_machine(arn)
        for execution in self.executions.values():
            execution.is_machine_deleted |= execution.is_running and execution.state_machine_arn == arn

    def _resolve(self, arn: str) -> tuple[StateMachine, Machine]:
        """The state machine that an ARN names, and the version of it that an alias or a version number means."""
        base = unqualified(arn)
        machine = next((machine for machine in self.state_machines if machine.arn == base), None)
        if machine is None:
            self._validate_machine_arn(arn)
            raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
        if (qualifier := arn[len(base) + 1 :]) in machine.aliases:
            routes = machine.aliases[qualifier].routing_configuration
            draw = the_world().random("stepfunctions.aliases").random() * 100
            route = routes[0 if draw < routes[0]["weight"] else -1]
            return machine, Machine.of(self.describe_state_machine(route["stateMachineVersionArn"]), arn)
        return machine, Machine.of(self.describe_state_machine(arn), None)

    # ------------------------------------------------------------------ executions

    def start_execution(
        self, state_machine_arn: str, name: str | None, execution_input: str | None, started_by: str | None = None,
        origins: tuple[str, ...] = (),
    ) -> "Execution":  # fmt: skip
        """Standard: the name decides, once. Express: every call is a new execution, and `duplicates` may make it two (modelled)."""
        _, machine = self._resolve(state_machine_arn)
        text = self._checked_input(name, execution_input)
        if machine.type == "EXPRESS":
            world = the_world()
            execution = self._new(machine, name, text, started_by, origins)
            if world.chance.twice("stepfunctions.duplicates"):
                twin = self._made(machine, execution.name, execution.execution_arn, text)
                twin.origins = execution.origins
                twin.start()
            return execution
        existing = self._kept(f"{self._executions_of(machine)}:{name}") if name else None
        if existing is None:
            return self._new(machine, name, text, started_by, origins)
        if existing.is_running and json.loads(existing.execution_input) == json.loads(text):
            return existing
        raise ExecutionAlreadyExists(f"Execution Already Exists: '{existing.execution_arn}'")

    def start_sync_execution(
        self, arn: str, name: str | None, execution_input: str | None, started_by: str | None = None,
        origins: tuple[str, ...] = (),
    ) -> "Execution":  # fmt: skip
        """Runs to its end: in a handler virtual time passes for the others, from a cell the world runs on."""
        _, machine = self._resolve(arn)
        if machine.type != "EXPRESS":
            raise StateMachineTypeNotSupported("This operation is not supported by this type of state machine")
        execution = self._new(machine, name, self._checked_input(name, execution_input), started_by, origins)
        execution.ended.wait()
        return execution

    def describe_execution(self, execution_arn: str) -> "Execution":
        """Of a standard machine: an express execution leaves nothing but its log."""
        execution = self._kept(execution_arn)
        if execution is None and "/" in execution_arn:
            execution = next((child for child in self._children() if child.execution_arn == execution_arn), None)
        if execution is not None:
            if execution.type == "EXPRESS":
                raise InvalidArn("Invalid Arn: 'Resource type not valid in this context: express'")
            return execution
        self._validate_execution_arn(execution_arn)
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{execution_arn}'")

    def executions_of(self, arn: str | None, status: str | None, map_run_arn: str | None = None) -> "list[Execution]":
        """Of a machine, or the children of a Map Run; newest first."""
        if map_run_arn:
            children = [child for child in reversed(self._map_run(map_run_arn).children) if child.start_date]
            return [child for child in children if not status or child.status == status]
        machine, _ = self._resolve(arn or "")
        if machine.type == "EXPRESS":
            raise StateMachineTypeNotSupported("This operation is not supported by this type of state machine")
        arns = [arn for arn in reversed(self.executions) if Arn.of(arn).path[1] == machine.name]
        found = [execution for execution in map(self._kept, arns) if execution is not None]
        if arn != machine.arn:
            found = [one for one in found if arn in (one.machine.version_arn, one.machine.alias_arn)]
        return [execution for execution in found if not status or execution.status == status]

    def stop_execution(self, execution_arn: str, error: str | None = None, cause: str | None = None) -> "Execution":
        execution = self._whole(execution_arn, "stopped")
        execution.stop(error, cause)
        return execution

    def redrive_execution(self, execution_arn: str) -> "Execution":
        execution = self._whole(execution_arn, "redriven")
        redrivable, why_not = execution.redrivable
        if not redrivable:
            raise ExecutionNotRedrivable(why_not)
        execution.redrive()
        return execution

    def describe_state_machine_for_execution(self, execution_arn: str) -> StateMachine:
        return self._resolve(self.describe_execution(execution_arn).state_machine_arn)[0]

    def describe_activity(self, activity_arn: str) -> Activity:
        try:
            return super().describe_activity(activity_arn)
        except ActivityDoesNotExist:
            raise ActivityDoesNotExist(f"Activity Does Not Exist: '{activity_arn}'") from None

    # ------------------------------------------------------------------ task tokens

    def answer_task(self, token: str, answer: Any) -> None:
        """`answer(endpoint)` for the task that waits with this token; InvalidToken, or TaskTimedOut when it waits no longer."""
        execution = self.task_tokens.find(token)
        if execution is None:
            raise InvalidToken("'Invalid token'")
        endpoint = execution.endpoint(token)
        is_over = getattr(endpoint, "finished", False) or endpoint.get_outcome() is not None
        if is_over or not execution.is_running:
            raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")
        answer(endpoint)

    def send_task_success(self, task_token: str, outcome: str) -> None:
        if self.task_tokens.find(task_token) is None:  # looked at before the output: recorded on AWS in November 2025
            raise InvalidToken("'Invalid token'")
        try:
            json.loads(outcome)
        except ValueError as error:
            raise InvalidOutput(f"Invalid Output: '{error}'") from None
        from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeSuccess

        self.answer_task(task_token, lambda endpoint: endpoint.notify(CallbackOutcomeSuccess(task_token, outcome)))

    def send_task_failure(self, task_token: str, error: str | None = None, cause: str | None = None) -> None:
        from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure

        self.answer_task(task_token, lambda endpoint: endpoint.notify(CallbackOutcomeFailure(task_token, error, cause)))

    def send_task_heartbeat(self, task_token: str) -> None:
        self.answer_task(task_token, lambda endpoint: endpoint.notify_heartbeat())

    # ------------------------------------------------------------------ activities

    def create_activity(self, name: str, tags: Any = None, encryption_configuration: Any = None) -> Activity:
        """Making it again answers for the one there is; its tags stay as they are."""
        arn = f"arn:aws:states:{self.region_name}:{self.account_id}:activity:{name}"
        existing = self.activities.get(arn)
        if existing is not None and existing.encryption_configuration == encryption_configuration:
            return existing
        return super().create_activity(name, tags, encryption_configuration)

    def get_activity_task(self, activity_arn: str, worker: str | None) -> ActivityTask | None:
        """From a cell the world runs on for up to a minute; in a handler virtual time passes for the others."""
        self.describe_activity(activity_arn)
        return self.activity_queues.get(activity_arn).take(worker)

    # ------------------------------------------------------------------ map runs

    def describe_map_run(self, map_run_arn: str) -> dict[str, Any]:
        return self._map_run(map_run_arn).describe()

    def update_map_run(self, map_run_arn: str, max_concurrency: int | None, **tolerated: Any) -> None:
        """From now on: how many at once, and what is tolerated."""
        self._map_run(map_run_arn).update(max_concurrency, **tolerated)

    def list_map_runs(self, execution_arn: str) -> dict[str, Any]:
        return {"mapRuns": [record.list_item() for record in self.describe_execution(execution_arn).map_runs()]}

    # ------------------------------------------------------------------ inside

    def _whole(self, execution_arn: str, what: str) -> "Execution":
        if execution_arn in self.executions or "/" not in execution_arn:
            return self.describe_execution(execution_arn)
        raise ValidationException(f"A child execution is {what} with the execution of its Map, not by itself.")

    def _map_run(self, arn: str) -> Any:
        runs = (run for execution in self.executions.values() for run in execution.map_runs())
        found = next((run for run in runs if run.map_run_arn == arn), None)
        if found is None:
            raise ResourceNotFound(arn)
        return found

    def _kept(self, arn: str) -> "Execution | None":
        """Ninety days after its end an execution is forgotten, with its history, and its name is free."""
        execution = self.executions.get(arn)
        is_kept = execution is not None and (
            execution.is_running or the_world().clock.datetime - execution.stop_date <= _KEPT
        )
        return execution if is_kept else None

    def _children(self) -> Any:
        return (child for execution in self.executions.values() for child in execution.children())

    def _checked_input(self, name: str | None, text: str | None) -> str:
        if name:
            self._validate_name(name)
        text = "{}" if text is None else text
        if len(text.encode()) > _INPUT_MAX_BYTES:
            raise ValidationException(
                "1 validation error detected: Value at 'input' failed to satisfy constraint: "
                f"Member must have length less than or equal to {_INPUT_MAX_BYTES}"
            )
        if reason := why_no_json(text):
            raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{reason}'")
        return text

    def _executions_of(self, machine: Machine) -> str:
        return machine.arn.replace(":stateMachine:", ":execution:")

    def _new(
        self, machine: Machine, name: str | None, text: str, started_by: str | None, origins: tuple[str, ...]
    ) -> "Execution":
        name = name or str(mock_random.uuid4())
        arn = f"{self._executions_of(machine)}:{name}"
        if machine.type == "EXPRESS":
            arn = f"{machine.arn.replace(':stateMachine:', ':express:')}:{name}:{mock_random.uuid4()}"
        forgotten = self.executions.pop(arn, None)  # the new one is the newest
        if forgotten is not None:
            forgotten.forget()
        execution = self.executions[arn] = self._made(machine, name, arn, text)
        execution.started_by = started_by
        execution.origins = origins or execution.origins
        execution.start()
        return execution

    def _made(self, machine: Machine, name: str, arn: str, text: str) -> "Execution":
        interpreter.load()
        from motoclock.extras.stepfunctions.executions import Execution

        return Execution(machine, name, arn, text, self.activity_queues, self.task_tokens)


def _routes() -> Any:
    from moto.stepfunctions import urls

    from motoclock.extras.stepfunctions.responses import SYNC_HOST, SevenStepFunctionsResponse

    paths = dict.fromkeys(urls.url_paths, SevenStepFunctionsResponse.dispatch)
    return SimpleNamespace(url_bases=[*urls.url_bases, SYNC_HOST], url_paths=paths)
