"""Intrinsic functions with every literal.

Sources: Step Functions developer guide, intrinsic-functions, and the States Language's "Intrinsic Functions" (the four escapes);
answers of AWS recorded in February 2023, November 2023 and February 2025.
"""

import json

import pytest
from botocore.exceptions import ClientError

INPUT = {
    "n": "Ann",
    "items": [{"p": 1}, {"p": 2}],
    "a b": 3,
    "template": "Hello {}, {z}",
    "nums": [1, 2, 1],
    "nothing": None,
}


def _value(machines, call):
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"x.$": call}, "End": True}}, INPUT)
    assert found["status"] == "SUCCEEDED", found
    return found["output"]["x"]


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (r"States.Format('it\'s {}', $.n)", "it's Ann"),
        (r"States.Format('\{{}\}', $.n)", "{Ann}"),
        (r"States.Format('a\\b {}', 1.50)", "a\\b 1.5"),
        ("States.Format('{}', $.nothing)", "null"),
        ("States.Format('{} and {}', true, $.items)", "true and [{p=1}, {p=2}]"),
        ("States.Format($.template, 'x')", "Hello x, {z}"),
        ("States.Format('é {}', 'ü')", "é ü"),
        ("States.Array($.n, null)", ["Ann", None]),
        ("States.Array(1.5, true, -2, 1e3, 'a', false)", [1.5, True, -2, 1000.0, "a", False]),
        ("States.Array()", []),
        ("States.Array( 'a' ,States.MathAdd(1,2.5) )", ["a", 4]),
        ("States.Array($.items[?(@.p > 1)], $['a b'])", [[{"p": 2}], 3]),
        ("States.StringSplit('Hello\nWorld', '\n')", ["Hello", "World"]),
        ('States.StringToJson(\'{"text": "plain"}\')', {"text": "plain"}),
        ("States.ArrayUnique($.items)", [{"p": 1}, {"p": 2}]),
        ("States.ArrayUnique($.nums)", [1, 2]),
        ("States.ArrayContains($.nums, true)", False),
        ("States.ArrayGetItem(States.StringSplit('a-b', '-'), States.MathAdd(0, 1))", "b"),
    ],
)
def test_a_call_gives_what_aws_gives(machines, call, value):
    assert _value(machines, call) == value


def test_reading_a_definition_writes_nothing(machines, capfd):
    _value(machines, r"States.Format('it\'s {}', null)")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "call",
    [
        # recorded: a backslash may stand before ' { } and \ only
        'States.StringToJson(\'{"text":"An \\"escaped double quote\\" here"}\')',
        "States.Format('He said, \\\"Hello, {}!\\\"', 'Test')",
        "States.Array(1,",
        "States.Array(nul)",
        "States.Nope(1)",
        "States.Format(1, 2)",
        "plain",
    ],
)
def test_what_is_no_call_is_refused_where_it_stands(machines, call):
    states = {"P": {"Type": "Pass", "Parameters": {"deep": {"x.$": call}}, "End": True}}
    with pytest.raises(ClientError) as refused:
        machines.make(states)
    assert refused.value.response["Error"] == {
        "Code": "InvalidDefinition",
        "Message": "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid "
        "JSONPath or a valid intrinsic function call at /States/P/Parameters/deep'",
    }


def test_an_argument_that_misses_is_a_mistake_of_the_machine(machines):
    """The words of AWS, as quoted in floci-io/floci (2026) and an AWS construct's README."""
    call = "States.Format('{}', States.ArrayGetItem($.nope, 0))"
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"x.$": call}, "End": True}}, {"other": 1})
    assert (found["error"], found["cause"]) == (
        "States.Runtime",
        "An error occurred while executing the state 'P' (entered at the event id #2). "
        f"The function '{call}' had the following error: "
        """The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'""",
    )


@pytest.mark.parametrize(
    "call", ["States.Format('{} {}', 'x')", "States.ArrayGetItem($.nums, 9)", "States.StringToJson('no JSON')"]
)
def test_a_function_that_fails_is_an_intrinsic_failure(machines, call):
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"x.$": call}, "End": True}}, INPUT)
    assert found["error"] == "States.IntrinsicFailure"
    assert found["cause"].startswith(f"The function '{call}' had the following error: ")


def test_a_result_may_hold_what_looks_like_a_call(machines):
    """Recorded in February 2025: Result is data."""
    found = machines.run({"P": {"Type": "Pass", "Result": {"x.$": "States.Array("}, "End": True}})
    assert found["output"] == {"x.$": "States.Array("}


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("States.Base64Encode('größe')", "Z3LDtsOfZQ=="),
        ("States.Base64Decode('Z3LDtsOfZQ==')", "größe"),
        ("States.JsonToString(States.Array('größe', 1.5, null))", '["größe",1.5,null]'),
        ("States.MathAdd(2.5, -2.5)", 1),
        ("States.MathRandom(7, 8)", 7),
        ("States.MathRandom(6.5, 7.6, 3)", 7),
    ],
)
def test_text_is_unicode_and_numbers_are_rounded_as_the_guide_says(machines, call, value):
    """Developer guide, intrinsic-functions: MathRandom's end is exclusive, what is no whole number is rounded to the nearest."""
    assert _value(machines, call) == value


@pytest.mark.parametrize(
    "call",
    ["States.MathAdd(true, 1)", "States.MathAdd(2147483648, 1)", "States.MathRandom(2, 2)", "States.Base64Decode('%')"],
)
def test_what_the_guide_rules_out_is_an_intrinsic_failure(machines, call):
    state = {"Type": "Pass", "Parameters": {"x.$": call}, "End": True}
    found = machines.client.test_state(definition=json.dumps(state), input="{}")
    assert (found["status"], found["error"]) == ("FAILED", "States.IntrinsicFailure")
