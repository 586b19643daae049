"""TestState: one state by itself, with moto's interpreter of single states."""

import json
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.backend.test_state.execution import TestStateExecution

from motoclock.extras.stepfunctions.definitions import InvalidDefinition
from motoclock.extras.stepfunctions.executions import json_text
from motoclock.world import ACCOUNT, REGION, the_world

_NAME = "TestState"


def test_state(definition: str, role_arn: str, state_input: Any, level: str) -> dict[str, Any]:
    """Run one state to its end: status, output or error, nextState, and at level DEBUG or TRACE the inspection data.

    Modelled: Map and Parallel, which AWS tests with a mock, are refused.
    """
    if (type_ := _type_of(definition)) in ("Map", "Parallel"):
        raise InvalidDefinition(
            f"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: TestState runs a state by itself. "
            f"Run a {type_} in a state machine.'"
        )
    machine = SimpleNamespace(
        arn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{_NAME}",
        name=_NAME,
        definition=definition,
        sm_type="STANDARD",
    )
    execution = TestStateExecution(
        name=_NAME,
        role_arn=role_arn,
        exec_arn=f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{_NAME}:{_NAME}",
        account_id=ACCOUNT,
        region_name=REGION,
        state_machine=machine,
        start_date=the_world().clock.datetime,
        activity_store={},
        input_data=json_text(state_input),
    )
    try:
        execution.start()
    except Exception as error:
        raise InvalidDefinition(f"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {error}'") from None
    return execution.to_test_state_output(inspection_level=level)


def _type_of(definition: str) -> Any:
    """Of a definition that moto has yet to judge."""
    try:
        state = json.loads(definition)
    except ValueError:
        return None
    return state.get("Type") if isinstance(state, dict) else None
