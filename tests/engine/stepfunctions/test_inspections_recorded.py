"""What TestState shows, takes and calls its state, and what JSONata has in $states, recorded from November 2025 to February 2026."""

import json

import pytest

from tests.engine.stepfunctions.test_integrations import call
from tests.engine.stepfunctions.test_single_states import SEND, _mock, _refusal, _test

MAP = {
    "Type": "Map",
    "QueryLanguage": "JSONata",
    "Items": "{% $states.input.Values %}",
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    },
    "Output": "{% $keys($states) %}",
    "End": True,
}
VALUES = {"Values": [1, 2, 3]}


def test_what_a_pass_state_would_have_made_of_its_data_is_not_shown_beside_its_result(machines):
    state = {
        "Type": "Pass",
        "InputPath": "$.in",
        "Parameters": {"a": 1},
        "Result": {"key": "value"},
        "ResultPath": "$.out",
        "End": True,
    }
    value = {"in": {"b": 2}}
    shown = _test(machines, state, value, inspectionLevel="DEBUG")["inspectionData"]
    result = {"key": "value"}
    assert shown == {
        "input": value,
        "result": result,
        "afterResultSelector": result,
        "afterResultPath": {**value, "out": result},
    }


@pytest.mark.parametrize(
    ("field", "name", "shown"),
    [
        ("MaxConcurrency", "maxConcurrency", 2),
        ("ToleratedFailureCount", "toleratedFailureCount", 2),
        ("ToleratedFailurePercentage", "toleratedFailurePercentage", 2.0),
    ],
)
def test_a_maps_limits_may_be_expressions(machines, field, name, shown):
    state = {**MAP, field: "{% $states.input.Values[1] %}"}
    found = _test(machines, state, VALUES, mock=_mock([1, 1, 1]), inspectionLevel="DEBUG")
    assert found["inspectionData"] == {"input": VALUES, "maxConcurrency": 0, name: shown}


def test_an_expression_decides_how_many_failures_are_tolerated(machines):
    state = {**MAP, "ToleratedFailureCount": "{% $states.input.Values[0] %}"}
    failing = {"mapIterationFailureCount": 2}
    found = _test(machines, state, VALUES, mock=_mock([0, 0, 1]), stateConfiguration=failing)
    assert found["error"] == "States.ExceedToleratedFailureThreshold"
    assert _test(machines, {**state, "ToleratedFailureCount": "{% 2 %}"}, VALUES, mock=_mock([0, 0, 1]))["output"]


def test_of_a_parallel_state_no_arguments_are_shown(machines):
    branch = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    state = {
        "Type": "Parallel",
        "QueryLanguage": "JSONata",
        "Arguments": "{% $states.input.a %}",
        "Branches": [branch],
        "End": True,
    }
    found = _test(machines, state, {"a": 1}, mock=_mock([1]), inspectionLevel="DEBUG")
    assert found["inspectionData"] == {"input": {"a": 1}}


def test_the_token_of_the_context_is_the_one_that_is_sent(machines):
    state = {
        **call("sqs:sendMessage.waitForTaskToken", {"QueueUrl": "q", "MessageBody": {"Token.$": "$$.Task.Token"}}),
        "ResultPath": "$.sent",
    }
    found = _test(machines, state, mock=_mock({}), context={"Task": {"Token": "abcd"}}, inspectionLevel="DEBUG")
    assert found["inspectionData"]["afterParameters"]["MessageBody"] == {"Token": "abcd"}


@pytest.mark.parametrize(
    ("context", "why"),
    [
        ({"Execution": {"Id": 1}}, "Execution.Id must be a string"),
        ({"Map": {}}, "'Map' field is not supported when mocking a Context object"),
        ({"Execution": {"pokemon": 1}}, "Field 'pokemon' is not allowed"),
        ({"Pokedex": {}}, "Field 'Pokedex' is not allowed"),
    ],
)
def test_what_a_context_may_not_be(machines, context, why):
    said = _refusal(machines, SEND, value={"order": "7"}, mock=_mock({"MessageId": "m"}), context=context)
    assert said == ("ValidationException", f"Invalid Context object provided: {why}")


def test_bytes_that_are_too_few(machines):
    state = call("aws-sdk:kms:encrypt", {"KeyId": "k", "Plaintext": "p"})
    assert _refusal(machines, state, mock=_mock({"CiphertextBlob": ""})) == (
        "ValidationException",
        "Mock result schema validation error: Field 'CiphertextBlob' is smaller than the minimum length",
    )


# ---------------------------------------------------------------------- what JSONata has in $states


def test_before_a_state_has_a_result_there_is_none_and_no_error_output_after(machines):
    state = {
        "Type": "Pass",
        "Assign": {"before": "{% $exists($states.errorOutput) %}"},
        "Output": "{% $keys($states) %}",
        "End": True,
    }
    found = machines.run({"P": state}, {"a": 1}, QueryLanguage="JSONata")
    assert found["output"] == ["input", "context", "result"]
    assert _test(machines, MAP, VALUES, mock=_mock([1, 1, 1]))["output"] == ["input", "context", "result"]


def test_a_catcher_has_the_errors_output_and_no_result(machines):
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $keys($states) %}", "Next": "E"}]
    task = {**call("sqs:sendMessage", {}), "Catch": catch, "QueryLanguage": "JSONata"}
    del task["Parameters"]
    task["Arguments"] = {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/none", "MessageBody": "m"}
    found = machines.run({"T": task, "E": {"Type": "Pass", "End": True}}, QueryLanguage="JSONata")
    assert found["output"] == ["input", "context", "errorOutput"]


def test_a_result_of_null_is_there(machines):
    state = {"Type": "Pass", "Output": "{% $states.input.a %}", "End": True}
    execution = machines.start(machines.make({"P": state}, QueryLanguage="JSONata"), {"a": None})
    machines.cloud.run()
    assert json.loads(machines.client.describe_execution(executionArn=execution)["output"]) is None


def test_a_range_of_one_number_is_that_number(machines):
    """Recorded in November 2024."""
    state = {"Type": "Pass", "Output": ["{% $range(1, 2, 9) %}", "{% $range(1, 3, 1) %}"], "End": True}
    assert machines.run({"P": state}, QueryLanguage="JSONata")["output"] == [1, [1, 2, 3]]
