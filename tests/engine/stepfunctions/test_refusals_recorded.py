"""What Step Functions says of what it can't take, recorded on AWS: facts from public snapshots."""

import base64
import json

import pytest

from tests.engine.refusals import refused
from tests.engine.stepfunctions import handlers
from tests.engine.stepfunctions.conftest import ROLE
from tests.engine.stepfunctions.test_integrations import call

PASS = {"P": {"Type": "Pass", "End": True}}
VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
TOKEN = f"Unrecognized token 'not': was expecting {VALUES}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not some json", TOKEN),
        ("{'not': 'json'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        ("", "Invalid execution input."),
    ],
)
def test_an_input_that_is_no_json(machines, text, reason):
    """June 2023: the parser's words, without the place."""
    asked = {"stateMachineArn": machines.make(PASS), "input": text}
    words = f"Invalid State Machine Execution Input: '{reason}'"
    assert refused(machines.client.start_execution, **asked) == ("InvalidExecutionInput", words)


def test_a_definition_that_is_no_json_has_the_place_twice(machines):
    """October 2025."""
    place = '[Source: (String)"not a definition"; line: 1, column: 4]'
    answer = machines.client.validate_state_machine_definition(definition="not a definition")
    [found] = answer["diagnostics"]
    assert found == {
        "severity": "ERROR",
        "code": "INVALID_JSON_DESCRIPTION",
        "message": f"{TOKEN}\n at {place}",
        "location": place,
    }


def test_a_definition_of_blanks_is_no_object(machines):
    """October 2025."""
    [found] = machines.client.validate_state_machine_definition(definition=" ")["diagnostics"]
    assert (found["code"], found["message"]) == (
        "SCHEMA_VALIDATION_FAILED",
        "Definition must be a valid JSON object",
    )


@pytest.mark.parametrize("credentials", [{}, {"InvalidField": "x"}])
def test_credentials_without_a_role(machines, credentials):
    """December 2024."""
    state = {**call("aws-sdk:sqs:listQueues", {}), "Credentials": credentials}
    definition = json.dumps({"StartAt": "T", "States": {"T": state}})
    code, words = refused(machines.client.create_state_machine, name="m", definition=definition, roleArn=ROLE)
    assert (code, words) == (
        "InvalidDefinition",
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at "
        "/States/T/Credentials'",
    )


def test_entries_that_a_bus_refuses_are_told_of_as_json(machines):
    """November 2025."""
    entry = {"Source": "shop", "DetailType": "Sold", "Detail": "no json", "EventBusName": "default"}
    found = machines.run({"T": call("events:putEvents", {"Entries": [entry]})})
    refusal = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert found["error"] == "EventBridge.FailedEntry"
    assert json.loads(found["cause"]) == {"Entries": [refusal], "FailedEntryCount": 1}


def test_more_routes_than_an_alias_has_are_shown_member_by_member(machines):
    """April 2025."""
    machine = machines.make(PASS, publish=True)
    routes = [{"stateMachineVersionArn": f"{machine}:1", "weight": weight} for weight in (50, 30, 20)]
    code, words = refused(machines.client.create_state_machine_alias, name="a", routingConfiguration=routes)
    shown = ", ".join(
        f"RoutingConfigurationListItem(stateMachineVersionArn={machine}:1, weight={weight})" for weight in (50, 30, 20)
    )
    assert (code, words) == (
        "ValidationException",
        f"1 validation error detected: Value '[{shown}]' at 'routingConfiguration' failed to satisfy constraint: "
        "Member must have length less than or equal to 2",
    )


def test_a_status_that_no_execution_has(machines):
    """March 2024: in an order that is not the model's."""
    asked = {"stateMachineArn": machines.make(PASS), "statusFilter": "succeeded"}
    order = "[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"
    assert refused(machines.client.list_executions, **asked)[1].endswith(f"enum value set: {order}")


def test_a_functions_log_comes_along_when_it_is_asked_for(machines, cloud):
    """November 2025."""
    arn = cloud.deploy(handlers.echo)
    output = machines.run({"T": call("lambda:invoke", {"FunctionName": arn, "LogType": "Tail"})})["output"]
    log = base64.b64decode(output["LogResult"]).decode()
    assert log.startswith("START RequestId: ")
    assert output["SdkHttpMetadata"]["AllHttpHeaders"]["X-Amz-Log-Result"] == [output["LogResult"]]


def test_a_table_whose_name_is_none_is_the_tasks_failure(machines):
    """May 2023: an error that DynamoDB's model hasn't."""
    item = {"TableName": "/none", "Item": {"id": {"S": "1"}}}
    found = machines.run({"T": call("dynamodb:putItem", item)})
    assert found["error"] == "DynamoDB.AmazonDynamoDBException"
    assert found["cause"].startswith("1 validation error detected: Value '/none' at 'tableName' failed to satisfy ")
