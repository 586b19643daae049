"""Paths that lead nowhere. Source: answers of AWS recorded in January and February 2025, and what users quote (see `paths`)."""

import pytest

from tests.engine.stepfunctions.handlers import echo

WHERE = "An error occurred while executing the state '{}' (entered at the event id #2). "
CHOICE = WHERE.format("C") + "Invalid path '{}': The choice state's condition path references an invalid value."


def _choose(machines, rule, value):
    end = {"Type": "Succeed"}
    return machines.run(
        {"C": {"Type": "Choice", "Choices": [rule | {"Next": "N"}], "Default": "D"}, "N": end, "D": end}, value
    )


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"Variable": "$.paid", "BooleanEquals": True}, "$.paid"),
        ({"Not": {"Variable": "$.paid", "BooleanEquals": True}}, "$.paid"),
        ({"Variable": "$.a.b", "IsNull": True}, "$.a.b"),
        ({"And": [{"Variable": "$.n", "NumericEquals": 1}, {"Variable": "$.paid", "IsString": False}]}, "$.paid"),
        ({"Variable": "$.n", "NumericLessThanPath": "$.limit"}, "$.limit"),
    ],
)
def test_a_choice_of_something_absent_fails_the_execution(machines, rule, path):
    found = _choose(machines, rule, {"n": 1, "a": {}})
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "States.Runtime", CHOICE.format(path))


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.paid", "IsPresent": False},
        {"Not": {"Variable": "$.paid", "IsPresent": True}},
        {"Or": [{"Variable": "$.n", "NumericEquals": 1}, {"Variable": "$.paid", "BooleanEquals": True}]},
        {"And": [{"Variable": "$.nothing", "IsPresent": True}, {"Variable": "$.nothing", "IsNull": True}]},
    ],
)
def test_presence_may_be_asked_for(machines, rule):
    execution = _choose(machines, rule, {"n": 1, "nothing": None})["executionArn"]
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in machines.history(execution)
        if "stateEnteredEventDetails" in event
    ]
    assert entered == ["C", "N"]


MISSES = {
    "InputPath": ({"InputPath": "$.no"}, "Invalid path '$.no' : No results for path: $['no']"),
    "OutputPath": (
        {"OutputPath": "$.no.such.path"},
        "Invalid path '$.no.such.path' : Missing property in path $['no']",
    ),
    "Parameters": (
        {"Parameters": {"order": {"id.$": "$.no"}}},
        """The JSONPath '$.no' specified for the field 'id.$' could not be found in the input '{"a":{"b":"text"}}'""",
    ),
}


@pytest.mark.parametrize("field", MISSES)
def test_a_pass_state_with_a_path_that_misses(machines, field):
    more, why = MISSES[field]
    found = machines.run({"P": {"Type": "Pass", **more, "End": True}}, {"a": {"b": "text"}})
    assert (found["error"], found["cause"]) == ("States.Runtime", WHERE.format("P") + why)
    assert machines.types(found["executionArn"]) == ["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]


@pytest.mark.parametrize("field", [*MISSES, "TimeoutSecondsPath"])
def test_a_task_with_a_path_that_misses_is_caught_by_nobody(machines, cloud, field):
    more, why = {**MISSES, "TimeoutSecondsPath": ({"TimeoutSecondsPath": "$.no"}, MISSES["InputPath"][1])}[field]
    function = cloud.deploy(echo)
    everything = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    task = {"Type": "Task", "Resource": function, "Catch": everything, **more, "End": True}
    found = machines.run({"T": task, "Caught": {"Type": "Succeed"}}, {"a": {"b": "text"}})
    assert (found["error"], found["cause"]) == ("States.Runtime", WHERE.format("T") + why)
    assert "LambdaFunctionFailed" not in machines.types(found["executionArn"])
    assert "TaskFailed" not in machines.types(found["executionArn"])


def test_a_path_into_the_context_that_misses(machines):
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"x.$": "$$.Execution.Input.no"}, "End": True}})
    assert found["error"] == "States.Runtime"
    assert (
        "The JSONPath '$$.Execution.Input.no' specified for the field 'x.$' could not be found in the input '{\"Execution\":"
        in found["cause"]
    )


def test_a_result_has_no_place_inside_a_text(machines):
    found = machines.run(
        {"P": {"Type": "Pass", "Result": 1, "ResultPath": "$.a.b.c", "End": True}}, {"a": {"b": "text"}}
    )
    assert (found["error"], found["cause"]) == (
        "States.ResultPathMatchFailure",
        'Unable to apply step "c" to input "text"',
    )


@pytest.mark.parametrize("field", ["SecondsPath", "TimestampPath"])
def test_a_wait_for_something_absent(machines, field):
    """The words as quoted in serverless-operations/serverless-step-functions, issue 346 (June 2020)."""
    found = machines.run({"W": {"Type": "Wait", field: "$.no", "End": True}})
    assert found["error"] == "States.Runtime"
    assert found["cause"] == WHERE.format("W") + f"The {field} parameter does not reference an input value: $.no"


@pytest.mark.parametrize(("field", "value"), [("ErrorPath", "$.no"), ("CausePath", "$.no")])
def test_a_fail_state_with_a_path_that_misses(machines, field, value):
    found = machines.run({"F": {"Type": "Fail", field: value}}, {"a": 1})
    why = f"""The JSONPath '$.no' specified for the field '{field}' could not be found in the input '{{"a":1}}'"""
    assert (found["error"], found["cause"]) == ("States.Runtime", WHERE.format("F") + why)


def test_a_miss_in_assign_names_the_field_as_the_definition_has_it(machines):
    states = {"P": {"Type": "Pass", "Assign": {"shop.$": "$.shop"}, "End": True}}
    assert machines.run(states, {})["cause"].endswith(
        "The JSONPath '$.shop' specified for the field 'shop.$' could not be found in the input '{}'"
    )


def test_a_miss_in_a_distributed_maps_item_selector_names_its_field(machines):
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    processor = config | {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    state = {"Type": "Map", "ItemsPath": "$.v", "ItemSelector": {"shop.$": "$.shop"}, "ItemProcessor": processor}
    found = machines.run({"M": state | {"End": True}}, {"v": [1]})
    assert "The JSONPath '$.shop' specified for the field 'shop.$' could not be found" in found["cause"]
