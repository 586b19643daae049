"""What the Step Functions API answers, where moto's answer lacks something or there is none."""

import base64
import json
import re
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.models import StepFunctionBackend, stepfunctions_backends
from moto.stepfunctions.responses import StepFunctionResponse

from motoclock.arn import unqualified
from motoclock.extras.stepfunctions import interpreter, machine_settings, versions
from motoclock.extras.stepfunctions.refusals import why_no_json
from motoclock.facts import stepfunctions as facts
from motoclock.facts.shapes import in_started_steps
from motoclock.services.model_constraints import ModelConstraints
from motoclock.trace import CELL
from motoclock.world import the_world

SYNC_HOST = r"https?://sync-states\.(.+)\.amazonaws.com"  # StartSyncExecution and TestState have a host of their own
_HISTORY_PAGE = 100
_DETAILS = {"included": True}
_GIVEN = b"given: "


# As AWS words an invalid definition: 'CODE: what is wrong at /the/place/of/it', the place not always.
_REASON = re.compile(r"'(?P<code>\w+): (?P<message>.*?)(?: at (?P<location>/\S*))?'$", re.DOTALL)
_SOURCE = re.compile(
    r"\n at (\[Source: .*\])$", re.DOTALL
)  # where the parser stopped, told twice: recorded in October 2025


class SevenStepFunctionsResponse(ModelConstraints, StepFunctionResponse):
    """moto's answers, with ours in between."""

    @property
    def stepfunction_backend(self) -> StepFunctionBackend:
        return stepfunctions_backends[self.current_account][self.region]

    def _describe_state_machine(self, state_machine_arn: str) -> ActionResult:
        """With the variables that each state refers to, where there are any."""
        answer = super()._describe_state_machine(state_machine_arn).result
        references = interpreter.variable_references(answer["definition"])
        answer["loggingConfiguration"] = machine_settings.NO_LOG | answer["loggingConfiguration"]
        answer |= machine_settings.revision_of(self.stepfunction_backend.describe_state_machine(state_machine_arn))
        return ActionResult(answer | ({"variableReferences": references} if references else {}))

    def update_state_machine(self) -> ActionResult:
        names = "definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"
        if not self._get_param("publish"):
            machine_settings.check_update(*map(self._get_param, names))
        answer = super().update_state_machine().result
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        return ActionResult(answer | machine_settings.revision_of(machine))

    def list_state_machines(self) -> ActionResult:
        """By name."""
        machines = sorted(self.stepfunction_backend.state_machines, key=lambda machine: machine.name)
        page, token = self._page(machines, 100)
        listed = [
            {"creationDate": one.creation_date, "name": one.name, "stateMachineArn": one.arn, "type": one.type}
            for one in page
        ]
        return ActionResult({"stateMachines": listed, "nextToken": token})

    def _validate_routing_configuration(self, routing_configuration: list[dict[str, Any]]) -> None:
        machine_settings.check_routes(routing_configuration)

    def list_state_machine_aliases(self) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        page, token = self._page(sorted(machine.aliases.values(), key=lambda alias: alias.creation_date), 100)
        listed = [{"creationDate": one.creation_date, "stateMachineAliasArn": one.arn} for one in page]
        return ActionResult({"stateMachineAliases": listed, "nextToken": token})

    def describe_state_machine_for_execution(self) -> ActionResult:
        answer = super().describe_state_machine_for_execution().result
        return ActionResult(answer | {"updateDate": answer["creationDate"]})  # modelled: of the machine's making

    def describe_activity(self) -> ActionResult:
        answer = super().describe_activity().result
        owned = {"type": "AWS_OWNED_KEY"}
        return ActionResult(answer | {"encryptionConfiguration": answer.get("encryptionConfiguration") or owned})

    def start_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.start_execution(*self._start_parameters())
        return ActionResult({"executionArn": execution.execution_arn, "startDate": execution.start_date})

    def start_sync_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.start_sync_execution(*self._start_parameters())
        took_s = (execution.stop_date - execution.start_date).total_seconds()
        answer = _described(execution)
        answer["status"] = "FAILED" if execution.status == "ABORTED" else execution.status
        answer["outputDetails"] = _DETAILS  # also where there is none: recorded in June 2024
        answer["billingDetails"] = {
            "billedMemoryUsedInMB": facts.EXPRESS_BILLED_MEMORY_MB.value,
            "billedDurationInMilliseconds": in_started_steps(took_s * 1000, facts.EXPRESS_BILLED_STEP_MS.value),
        }
        return ActionResult(answer)

    def describe_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        redrivable, why_not = execution.redrivable
        answer = _described(execution) | {
            "redriveCount": execution.redrive_count,
            "redriveStatus": "REDRIVABLE" if redrivable else "NOT_REDRIVABLE",
        }
        answer |= _qualified(execution)
        if why_not:
            answer["redriveStatusReason"] = why_not
        if execution.redrive_date:
            answer["redriveDate"] = execution.redrive_date
        return ActionResult(answer)

    def list_executions(self) -> ActionResult:
        arn, status = self._get_param("stateMachineArn"), self._get_param("statusFilter")
        map_run_arn = self._get_param("mapRunArn")
        executions = self.stepfunction_backend.executions_of(arn, status, map_run_arn)
        page, token = self._page(executions, 100)
        listed = [
            {
                "executionArn": execution.execution_arn,
                "stateMachineArn": execution.state_machine_arn,
                "name": execution.name,
                "status": execution.status,
                "startDate": execution.start_date,
                "redriveCount": execution.redrive_count,
                **({"stopDate": execution.stop_date} if execution.stop_date else {}),
                **_qualified(execution),
                **({"mapRunArn": map_run_arn, "itemCount": execution.items} if map_run_arn else {}),
            }
            for execution in page
        ]
        return ActionResult({"executions": listed, "nextToken": token})

    def publish_state_machine_version(self) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        machine_settings.check_revision(machine, self._get_param("revisionId"))
        version = versions.publish(machine, self._get_param("description"))
        return ActionResult({"creationDate": version.creation_date, "stateMachineVersionArn": version.arn})

    def list_state_machine_versions(self) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        page, token = self._page(versions.newest_first(machine), 100)
        listed = [{"stateMachineVersionArn": each.arn, "creationDate": each.creation_date} for each in page]
        return ActionResult({"stateMachineVersions": listed, "nextToken": token})

    def delete_state_machine_version(self) -> ActionResult:
        arn = self._get_param("stateMachineVersionArn")
        versions.delete(self.stepfunction_backend.describe_state_machine(unqualified(arn)), arn)
        return EmptyResult()

    def stop_execution(self) -> ActionResult:
        arn, error, cause = (self._get_param(name) for name in ("executionArn", "error", "cause"))
        return ActionResult({"stopDate": self.stepfunction_backend.stop_execution(arn, error, cause).stop_date})

    def redrive_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.redrive_execution(self._get_param("executionArn"))
        return ActionResult({"redriveDate": execution.redrive_date})

    def get_execution_history(self) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        events = execution.history.get_event_history()
        if self._get_param("reverseOrder"):
            events.reverse()
        page, token = self._page(events, _HISTORY_PAGE)
        if self._get_param("includeExecutionData") is False:
            page = [_without_data(event) for event in page]
        return ActionResult({"events": page, "nextToken": token})

    def send_task_failure(self) -> ActionResult:
        token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
        self.stepfunction_backend.send_task_failure(token, error, cause)
        return EmptyResult()

    def validate_state_machine_definition(self) -> ActionResult:
        from motoclock.extras.stepfunctions.definitions import InvalidDefinition, check_definition

        interpreter.load()
        try:
            check_definition(self._get_param("definition"), self._get_param("type") == "EXPRESS")
        except InvalidDefinition as error:
            found = _REASON.search(error.message)
            problem = {} if found is None else {name: said for name, said in found.groupdict().items() if said}
            if place := _SOURCE.search(problem.get("message", "")):
                problem["location"] = place[1]
            diagnostics = [{"severity": "ERROR", **problem}]
            return ActionResult({"result": "FAIL", "diagnostics": diagnostics, "truncated": False})
        return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})

    def test_state(self) -> ActionResult:
        interpreter.load()
        from motoclock.extras.stepfunctions.single_states import test_state
        from motoclock.extras.stepfunctions.tested_states import TestRequest

        return ActionResult(
            test_state(
                TestRequest(
                    definition=self._get_param("definition"),
                    input=self._json_param("input"),
                    role_arn=self._get_param("roleArn"),
                    level=self._get_param("inspectionLevel") or "INFO",
                    state_name=self._get_param("stateName"),
                    mock=self._get_param("mock"),
                    configuration=self._get_param("stateConfiguration") or {},
                    context=self._json_param("context"),
                    variables=self._json_param("variables"),
                    reveals_secrets=bool(self._get_param("revealSecrets")),
                )
            )
        )

    def _json_param(self, name: str) -> Any:
        """Of a parameter that is JSON text; {} when it is not given."""
        text = self._get_param(name) or "{}"
        if reason := why_no_json(text):
            raise AWSError(f"Invalid {name}: '{reason}'", "InvalidExecutionInput")
        return json.loads(text)

    def get_activity_task(self) -> ActionResult:
        """A poll without a task answers with a token of null, which boto3 leaves out."""
        arn, worker = self._get_param("activityArn"), self._get_param("workerName")
        task = self.stepfunction_backend.get_activity_task(arn, worker)
        return ActionResult({"taskToken": task.token, "input": task.input}) if task else EmptyResult()

    def _start_parameters(self) -> tuple[str, str | None, str | None, str]:
        """The last is who calls: the function or state machine that runs in this Task, or a cell."""
        caller = the_world().clock.on_behalf.arn or CELL
        return self._get_param("stateMachineArn"), self._get_param("name"), self._get_param("input"), caller

    def _page(self, items: list[Any], size: int) -> tuple[list[Any], str | None]:
        """nextToken is opaque: base64 of the number of items already given."""
        try:
            first = int(base64.b64decode(self._get_param("nextToken") or "", validate=True).removeprefix(_GIVEN) or 0)
        except ValueError:
            raise AWSError("Invalid Token: 'Invalid token'", "InvalidToken") from None
        last = first + (self._get_int_param("maxResults") or size)
        return items[first:last], base64.b64encode(_GIVEN + b"%d" % last).decode() if last < len(items) else None


def _described(execution: Any) -> dict[str, Any]:
    answer = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "input": execution.execution_input,
        "inputDetails": _DETAILS,
        "output": execution.output,
        "outputDetails": _DETAILS if execution.output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
    }
    return {name: value for name, value in answer.items() if value is not None}


def _qualified(execution: Any) -> dict[str, str]:
    """The version and the alias that it was started with; a child execution was not."""
    machine = getattr(execution, "machine", None)
    if machine is None:
        return {}
    arns = {"stateMachineVersionArn": machine.version_arn, "stateMachineAliasArn": machine.alias_arn}
    return {name: arn for name, arn in arns.items() if arn}


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    hidden = ("input", "output", "parameters")
    return {
        name: {key: each for key, each in value.items() if key not in hidden} if isinstance(value, dict) else value
        for name, value in event.items()
    }
