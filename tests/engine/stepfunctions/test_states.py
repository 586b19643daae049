"""Each type of state, on the virtual clock."""

import json

import pytest


def test_a_pass_state_puts_its_result_where_result_path_says(machines):
    found = machines.run(
        {"P": {"Type": "Pass", "Result": {"n": 1}, "ResultPath": "$.added", "End": True}}, {"kept": True}
    )
    assert found["status"] == "SUCCEEDED"
    assert found["output"] == {"kept": True, "added": {"n": 1}}


def test_a_wait_of_an_hour_takes_an_hour_of_virtual_time_and_no_longer(machines, cloud):
    found = machines.run({"W": {"Type": "Wait", "Seconds": 3600, "End": True}})
    assert cloud.elapsed == 3600
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 3600


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        ({"SecondsPath": "$.s"}, 7),
        ({"Timestamp": "2030-01-01T00:01:00Z"}, 60),
        ({"TimestampPath": "$.at"}, 90.5),
        ({"Timestamp": "2029-01-01T00:00:00Z"}, 0),
    ],
)
def test_a_wait_ends_when_its_field_says(machines, cloud, wait, seconds):
    machines.run({"W": {"Type": "Wait", **wait, "End": True}}, {"s": 7, "at": "2030-01-01T00:01:30.500Z"})
    assert cloud.elapsed == seconds


def test_a_choice_takes_the_first_rule_that_matches(machines):
    states = {
        "C": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Big"},
                {
                    "And": [{"Variable": "$.s", "StringMatches": "a*"}, {"Variable": "$.n", "IsPresent": True}],
                    "Next": "A",
                },
            ],
            "Default": "Other",
        },
        **{name: {"Type": "Pass", "Result": name, "End": True} for name in ("Big", "A", "Other")},
    }
    machine = machines.make(states)
    started = [
        machines.start(machine, value) for value in ({"n": 11, "s": "a"}, {"n": 1, "s": "ab"}, {"n": 1, "s": "b"})
    ]
    machines.cloud.run()
    assert [machines.look(execution)["output"] for execution in started] == ["Big", "A", "Other"]


def test_a_choice_without_a_match_and_without_default_fails_the_execution(machines):
    states = {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "S"}]},
        "S": {"Type": "Succeed"},
    }
    found = machines.run(states, {"n": 2})
    assert (found["status"], found["error"]) == ("FAILED", "States.NoChoiceMatched")


def test_succeed_ends_the_execution_with_its_input(machines):
    assert machines.run({"S": {"Type": "Succeed"}}, {"a": 1})["output"] == {"a": 1}


def test_fail_ends_the_execution_with_error_and_cause(machines):
    found = machines.run({"F": {"Type": "Fail", "Error": "OutOfStock", "Cause": "no shoes"}})
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "OutOfStock", "no shoes")


def test_the_branches_of_a_parallel_run_side_by_side_and_answer_in_order(machines, cloud):
    def branch(name, seconds):
        return {
            "StartAt": "W",
            "States": {
                "W": {"Type": "Wait", "Seconds": seconds, "Next": "P"},
                "P": {"Type": "Pass", "Result": name, "End": True},
            },
        }

    found = machines.run({"P": {"Type": "Parallel", "Branches": [branch("slow", 20), branch("fast", 10)], "End": True}})
    assert found["output"] == ["slow", "fast"]
    assert cloud.elapsed == 20


def test_a_failing_branch_stops_the_others_and_fails_the_parallel_with_its_own_error(machines, cloud):
    branches = [
        {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": True}}},
        {
            "StartAt": "V",
            "States": {
                "V": {"Type": "Wait", "Seconds": 5, "Next": "F"},
                "F": {"Type": "Fail", "Error": "Broken", "Cause": "b"},
            },
        },
    ]
    caught = {"ErrorEquals": ["Broken"], "ResultPath": "$.error", "Next": "Done"}
    states = {
        "P": {"Type": "Parallel", "Branches": branches, "Catch": [caught], "End": True},
        "Done": {"Type": "Succeed"},
    }
    found = machines.run(states, {"kept": 1})
    assert found["output"] == {"kept": 1, "error": {"Error": "Broken", "Cause": "b"}}
    assert cloud.elapsed == 5
    assert "WaitStateExited" not in machines.types(found["executionArn"])[6:]


def test_intrinsic_functions_compute_in_parameters(machines):
    parameters = {
        "sum.$": "States.MathAdd($.n, 2)",
        "text.$": "States.Format('{} of {}', $.n, $.of)",
        "parts.$": "States.ArrayPartition($.list, 2)",
        "count.$": "States.ArrayLength($.list)",
        "json.$": "States.StringToJson($.json)",
        "hash.$": "States.Hash($.of, 'SHA-256')",
        "id.$": "States.UUID()",
    }
    value = {"n": 1, "of": "x", "list": [1, 2, 3], "json": '{"a": 1}'}
    output = machines.run({"P": {"Type": "Pass", "Parameters": parameters, "End": True}}, value)["output"]
    assert (output["sum"], output["text"], output["parts"], output["count"]) == (3, "1 of x", [[1, 2], [3]], 3)
    assert output["json"] == {"a": 1}
    assert len(output["hash"]) == 64
    assert len(output["id"]) == 36


def test_the_context_object_names_execution_machine_and_state(machines):
    parameters = {
        "execution.$": "$$.Execution.Id",
        "started.$": "$$.Execution.StartTime",
        "machine.$": "$$.StateMachine.Name",
        "state.$": "$$.State.Name",
        "entered.$": "$$.State.EnteredTime",
    }
    states = {
        "W": {"Type": "Wait", "Seconds": 1, "Next": "P"},
        "P": {"Type": "Pass", "Parameters": parameters, "End": True},
    }
    found = machines.run(states)
    assert found["output"] == {
        "execution": found["executionArn"],
        "started": "2030-01-01T00:00:00.000Z",
        "machine": "machine",
        "state": "P",
        "entered": "2030-01-01T00:00:01.000Z",
    }


def test_a_path_into_nowhere_is_states_runtime(machines):
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"a.$": "$.missing"}, "End": True}})
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "'$.missing'" in found["cause"]
    assert found["cause"].count("An error occurred") == 1


def test_variables_live_across_states(machines):
    states = {
        "Set": {"Type": "Pass", "Assign": {"order.$": "$.id"}, "Next": "Drop"},
        "Drop": {"Type": "Pass", "Result": {}, "Next": "Get"},
        "Get": {"Type": "Pass", "Parameters": {"order.$": "$order"}, "End": True},
    }
    assert machines.run(states, {"id": 7})["output"] == {"order": 7}


def test_the_trace_shows_each_state_entered_and_exited(machines, cloud):
    machines.run({"W": {"Type": "Wait", "Seconds": 2, "Next": "S"}, "S": {"Type": "Succeed"}})
    steps = [(event.at, str(event.kind), event.detail.state, event.detail.type) for event in cloud.trace]
    assert steps == [
        (0, "entered", "", "Execution"),
        (0, "entered", "W", "Wait"),
        (2, "exited", "W", "Wait"),
        (2, "entered", "S", "Succeed"),
        (2, "exited", "S", "Succeed"),
        (2, "exited", "", "Execution"),
    ]


def test_a_loop_without_a_wait_ends_at_25_000_events(machines, cloud):
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}
    found = machines.run(states)
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "25000" in found["cause"]
    last = machines.client.get_execution_history(executionArn=found["executionArn"], reverseOrder=True, maxResults=1)
    assert (last["events"][0]["id"], last["events"][0]["type"]) == (25_000, "ExecutionFailed")


def test_history_has_virtual_times_and_comes_in_pages(machines):
    found = machines.run({"W": {"Type": "Wait", "Seconds": 60, "End": True}})
    first = machines.client.get_execution_history(executionArn=found["executionArn"], maxResults=2)
    assert [event["type"] for event in first["events"]] == ["ExecutionStarted", "WaitStateEntered"]
    rest = machines.client.get_execution_history(executionArn=found["executionArn"], nextToken=first["nextToken"])
    assert [event["type"] for event in rest["events"]] == ["WaitStateExited", "ExecutionSucceeded"]
    assert rest["events"][0]["timestamp"].isoformat() == "2030-01-01T00:01:00+00:00"
    assert json.loads(rest["events"][1]["executionSucceededEventDetails"]["output"]) == {}


def test_strings_of_a_definition_are_json_strings(machines):
    parameters = {"text": 'two\nlines, "quoted"', "é": "Zürich"}
    states = {"Zürich": {"Type": "Pass", "Parameters": parameters, "Next": "Ende\n"}, "Ende\n": {"Type": "Succeed"}}
    assert machines.run(states)["output"] == parameters


RULES = [
    ({"StringMatches": "log-*.txt"}, "log-1.txt", True),
    ({"StringMatches": "a?"}, "ab", False),
    ({"StringMatches": "a?"}, "a?", True),
    ({"StringMatches": "a[bc]*"}, "ab", False),
    ({"StringMatches": "a[bc]*"}, "a[bc]d", True),
    ({"StringMatches": r"a\*"}, "ab", False),
    ({"StringMatches": r"a\*"}, "a*", True),
    ({"StringMatches": r"a\\*"}, "a\\b", True),
    ({"StringMatches": "a*c"}, "a\nc", True),
    ({"StringMatches": "*"}, 3, False),
    ({"IsTimestamp": True}, "2024-01-01T00:00:00+01:00", True),
    ({"IsTimestamp": True}, "2024-01-01T00:00:00.125Z", True),
    ({"IsTimestamp": True}, "2024-01-01t00:00:00z", False),
    ({"IsTimestamp": True}, "2024-02-31T00:00:00Z", False),
    ({"IsTimestamp": False}, "2024-01-01", True),
    ({"TimestampEquals": "2024-01-01T00:00:00Z"}, "2024-01-01T01:00:00.000+01:00", True),
    ({"TimestampGreaterThan": "2024-01-01T00:00:00.5Z"}, "2024-01-01T00:00:00.50001Z", True),
    ({"TimestampLessThan": "2024-01-01T00:00:00Z"}, "2024-01-01T00:30:00+01:00", True),
    ({"TimestampLessThanEqualsPath": "$.text"}, "2024-01-01T00:00:00Z", False),
]


@pytest.mark.parametrize(("rule", "value", "holds"), RULES)
def test_a_choice_compares_text_and_times_as_the_states_language_says(machines, rule, value, holds):
    state = {"Type": "Choice", "Choices": [{"Variable": "$.v", **rule, "Next": "Yes"}], "Default": "No"}
    found = machines.client.test_state(definition=json.dumps(state), input=json.dumps({"v": value, "text": "tea"}))
    assert found.get("nextState") == ("Yes" if holds else "No")
