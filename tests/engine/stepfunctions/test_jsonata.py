"""State machines in JSONata."""

import pytest

from tests.engine.stepfunctions import handlers


def run(machines, states, value=None):
    return machines.run(states, value, QueryLanguage="JSONata")


def test_output_is_computed_from_the_input(machines):
    output = {"total": "{% $sum($states.input.prices) %}", "note": "fixed", "list": ["{% $states.input.prices[0] %}"]}
    found = run(machines, {"P": {"Type": "Pass", "Output": output, "End": True}}, {"prices": [1, 2, 3]})
    assert found["output"] == {"total": 6, "note": "fixed", "list": [1]}


def test_arguments_go_to_the_service_and_its_result_is_in_states(machines, cloud):
    echo = cloud.deploy(handlers.echo)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": echo, "Payload": {"double": "{% $states.input.n * 2 %}"}},
        "Output": "{% $states.result.Payload.double + $states.input.n %}",
        "End": True,
    }
    assert run(machines, {"T": task}, {"n": 5})["output"] == 15


def test_assigned_variables_are_seen_by_later_states(machines):
    states = {
        "Set": {
            "Type": "Pass",
            "Assign": {"order": "{% $states.input.id %}", "text": 'he said "yes"\n'},
            "Output": {},
            "Next": "Get",
        },
        "Get": {"Type": "Pass", "Output": {"order": "{% $order & '!' %}", "text": "{% $text %}"}, "End": True},
    }
    assert run(machines, states, {"id": "a7"})["output"] == {"order": "a7!", "text": 'he said "yes"\n'}


def test_a_choice_has_a_condition(machines):
    states = {
        "C": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.n > 10 %}", "Next": "Big"}],
            "Default": "Small",
        },
        "Big": {"Type": "Pass", "Output": "big", "End": True},
        "Small": {"Type": "Pass", "Output": "small", "End": True},
    }
    assert run(machines, states, {"n": 11})["output"] == "big"


def test_a_map_takes_items_and_a_wait_takes_seconds(machines, cloud):
    processor = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": "{% $states.input.s %}", "End": True}}}
    state = {
        "Type": "Map",
        "Items": "{% $states.input.list %}",
        "ItemSelector": {"s": "{% $states.context.Map.Item.Value %}"},
        "ItemProcessor": processor,
        "End": True,
    }
    assert run(machines, {"M": state}, {"list": [3, 4]})["output"] == [{"s": 3}, {"s": 4}]
    assert cloud.elapsed == 4


def test_a_catcher_sees_the_error_output(machines, cloud):
    catch = [{"ErrorEquals": ["States.ALL"], "Output": {"why": "{% $states.errorOutput.Error %}"}, "Next": "Done"}]
    task = {"Type": "Task", "Resource": cloud.deploy(handlers.refuse), "Catch": catch, "End": True}
    assert run(machines, {"T": task, "Done": {"Type": "Succeed"}})["output"] == {"why": "PaymentRefused"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$now()", "2030-01-01T00:00:00.000Z"),
        ("$millis()", 1_893_456_000_000),
        ("$partition([1..5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"),
        ("$parse('{\"a\": 1}')", {"a": 1}),
        ("$length($uuid())", 36),
        ("$states.input.nothing = null", True),
        ("$states.input.nothing", None),
        ("1 / 2", 0.5),
        ("4 / 2", 2),
        ("$states.context.State.Name", "P"),
    ],
)
def test_functions_and_values(machines, expression, value):
    found = run(machines, {"P": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}, {"nothing": None})
    assert found["output"] == value


@pytest.mark.parametrize("expression", ["$states.input.missing", "$nosuchfunction(1)", "1 / 0", "$sum"])
def test_an_expression_without_a_json_value_is_a_query_evaluation_error(machines, expression):
    found = run(machines, {"P": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}})
    assert (found["status"], found["error"]) == ("FAILED", "States.QueryEvaluationError")


def test_one_state_may_speak_jsonata_in_a_jsonpath_machine(machines):
    states = {
        "A": {"Type": "Pass", "Result": {"n": 1}, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.n + 1 %}", "End": True},
    }
    assert machines.run(states)["output"] == 2


def test_a_variable_that_holds_null_has_a_value(machines):
    """Recorded: null is a value, undefined is none. Before, the state failed for want of one."""
    states = {
        "A": {"Type": "Pass", "Assign": {"x": None, "deep": {"y": None}}, "Next": "B"},
        "B": {
            "Type": "Pass",
            "Output": ["{% $x %}", "{% $type($x) %}", "{% $exists($x) %}", "{% $deep.y = null %}"],
            "End": True,
        },
    }
    assert machines.run(states, QueryLanguage="JSONata")["output"] == [None, "null", True, True]


WHERE = "An error occurred while executing the state '{}' (entered at the event id #{}). "
MISTAKES = {
    "Output/a/b[1]": {"Type": "Pass", "Output": {"a": {"b": [1, "{% $nope %}"]}}, "End": True},
    "Assign/x": {"Type": "Pass", "Assign": {"x": "{% $nope %}"}, "End": True},
    "Arguments/QueueUrl": {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Arguments": {"QueueUrl": "{% $nope %}", "MessageBody": "x"},
        "End": True,
    },
    "Choices[1]/Condition": {
        "Type": "Choice",
        "Choices": [{"Condition": False, "Next": "A"}, {"Condition": "{% $nope %}", "Next": "A"}],
    },
    "Seconds": {"Type": "Wait", "Seconds": "{% $nope %}", "End": True},
}


@pytest.mark.parametrize("location", MISTAKES)
def test_an_expression_without_a_value_is_an_event_that_says_where_it_stands(machines, location):
    """Recorded from November 2024 on, with the location in front of the cause and the entry's predecessor as its own."""
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": MISTAKES[location]}
    found = machines.run(states, QueryLanguage="JSONata")
    *_, entered, evaluated, failed = machines.history(found["executionArn"])
    cause = (
        WHERE.format("B", 4)
        + f"The JSONata expression '$nope' specified for the field '{location}' returned nothing (undefined)."
    )
    assert evaluated["type"] == "EvaluationFailed"
    assert evaluated["evaluationFailedEventDetails"] == {
        "error": "States.QueryEvaluationError",
        "cause": cause,
        "location": location,
        "state": "B",
    }
    assert [event["previousEventId"] for event in (entered, evaluated, failed)] == [3, 3, 5]
    assert failed["executionFailedEventDetails"] == {"error": "States.QueryEvaluationError", "cause": cause}


def test_an_expression_that_throws_says_what_and_where(machines):
    """Recorded in February 2025."""
    states = {"A": {"Type": "Pass", "Output": {"r": "{% $randomSeeded(1) %}"}, "End": True}}
    found = machines.run(states, QueryLanguage="JSONata")
    assert found["cause"] == WHERE.format("A", 2) + (
        "The JSONata expression '$randomSeeded(1)' specified for the field 'Output/r' threw an error during evaluation. "
        "T1006: Attempted to invoke a non-function"
    )


@pytest.mark.parametrize(
    ("items", "kind", "text"), [("1", "number", "1"), ("{'a': [1]}", "object", '{"a":[1]}'), ("null", "null", "null")]
)
def test_a_map_over_something_else_than_an_array(machines, items, kind, text):
    """Recorded in December 2024."""
    each = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    states = {"M": {"Type": "Map", "Items": f"{{% {items} %}}", "ItemProcessor": each, "End": True}}
    found = machines.run(states, QueryLanguage="JSONata")
    assert found["cause"] == WHERE.format("M", 2) + (
        f"The JSONata expression '{items}' specified for the field 'Items' returned an unexpected result type. "
        f"Expected 'array', but was '{kind}' for value: {text}"
    )
    assert machines.types(found["executionArn"])[1:] == [
        "MapStateEntered",
        "EvaluationFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]


@pytest.mark.parametrize("text", ["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z"])
def test_a_wait_until_what_is_no_time(machines, text):
    """Recorded in December 2024: the event follows the state's entry."""
    states = {"W": {"Type": "Wait", "Timestamp": f"{{% '{text}' %}}", "End": True}}
    found = machines.run(states, QueryLanguage="JSONata")
    assert found["cause"] == WHERE.format("W", 2) + (
        f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
    )
    evaluated = machines.history(found["executionArn"])[2]
    assert (evaluated["type"], evaluated["previousEventId"]) == ("EvaluationFailed", 2)
    assert evaluated["evaluationFailedEventDetails"]["location"] == "Timestamp"
