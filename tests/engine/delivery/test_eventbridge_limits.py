"""What EventBridge refuses of names, states and sizes; and how a circle of ever larger events ends."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.facts import eventbridge as facts
from motoclock.facts import modelled
from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ACCOUNT, events, happened, put, rule
from tests.engine.delivery.stage import arn_of, function, lam, queue

BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
PATTERN = json.dumps({"source": ["shop"]})
DEPTH = modelled.JSON_DEPTH_MAX.value


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def refusal(call, **arguments) -> dict:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]


@pytest.mark.parametrize(
    ("operation", "arguments", "member", "constraint"),
    [
        ("put_rule", {"Name": "a b", "EventPattern": PATTERN}, "name", "regular expression pattern"),
        ("put_rule", {"Name": "a" * 65, "EventPattern": PATTERN}, "name", "length less than or equal to 64"),
        ("put_rule", {"Name": "a", "EventPattern": PATTERN, "State": "OFF"}, "state", "enum value set: [ENABLED, DISABLED"),
        ("create_event_bus", {"Name": "a b"}, "name", "regular expression pattern"),
        ("create_archive", {"ArchiveName": "a" * 49, "EventSourceArn": BUS}, "archiveName", "less than or equal to 48"),
        ("put_targets", {"Rule": "r", "Targets": [{"Id": "a b", "Arn": BUS}]}, "targets.1.member.id", "pattern"),
        ("put_targets", {"Rule": "r", "Targets": [{"Id": str(n), "Arn": BUS} for n in range(101)]}, "targets", "equal to 100"),
    ],
)  # fmt: skip
def test_what_the_service_model_forbids_is_refused_in_awss_words(cloud, operation, arguments, member, constraint):
    error = refusal(getattr(events(), operation), **arguments)
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("1 validation error detected: Value '")
    assert f"at '{member}' failed to satisfy constraint: Member must" in error["Message"]
    assert constraint in error["Message"]


def test_every_forbidden_value_of_a_call_is_named(cloud):
    error = refusal(events().put_rule, Name="a b", EventPattern=PATTERN, State="OFF")
    assert error["Message"].startswith("2 validation errors detected: Value 'a b' at 'name'")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Detail": '{"a": NaN}'}, "MalformedDetail"),
        ({"Detail": nested(DEPTH + 1)}, "MalformedDetail"),
        ({"Detail": nested(5000)}, "MalformedDetail"),
        ({"Detail": "{}", "DetailType": "a" * (facts.DETAIL_TYPE_MAX_CHARS.value + 1)}, "InvalidArgument"),
    ],
)
def test_an_entry_that_is_no_event(cloud, entry, code):
    answer = events().put_events(Entries=[{"Source": "shop", "DetailType": "a", **entry}])
    assert [one.get("ErrorCode") for one in answer["Entries"]] == [code]


def test_an_event_as_deep_as_it_may_be_is_matched_and_delivered(cloud):
    url = queue()
    rule(arn_of(url))
    put(json.loads(nested(DEPTH)))
    cloud.run()
    assert len(happened(cloud, Kind.DELIVERED, at="rule/placed")) == 1


def test_a_bottomless_event_is_no_event_to_test_a_pattern_with(cloud):
    error = refusal(events().test_event_pattern, EventPattern=PATTERN, Event=nested(5000))
    assert error["Code"] == "ValidationException"


@pytest.mark.parametrize("text", [nested(DEPTH + 1).replace("1", "[1]"), '{"a":' * 4000], ids=["deep", "cut off"])
def test_a_bottomless_pattern_is_invalid(cloud, text):
    assert refusal(events().put_rule, Name="r", EventPattern=text)["Code"] == "InvalidEventPatternException"


def circle() -> str:
    """A function whose record goes to a bus, whose rule gives it to the function again, wrapped once more."""
    arn = function("def handler(event, context): return None")
    rule(arn, pattern={"source": ["lambda"]})
    lam().put_function_event_invoke_config(FunctionName="work", DestinationConfig={"OnSuccess": {"Destination": BUS}})
    return arn


@pytest.mark.parametrize(
    ("payload", "refuser"),
    [
        (nested(DEPTH - 5), "event-bus/default"),
        (json.dumps({"a": "a" * (facts.PUT_EVENTS_MAX_BYTES.value - 450)}), "event-bus/default"),
        (json.dumps({"a": "a" * (facts.PUT_EVENTS_MAX_BYTES.value - 1350)}), "function:work"),
    ],
    ids=["too deep", "too large for the bus", "too large for the function"],
)
def test_a_circle_of_growing_records_ends_in_a_refused_record(cloud, payload, refuser):
    """On AWS nothing but the size ends it: loop detection does not see through EventBridge."""
    circle()
    lam().invoke(FunctionName="work", InvocationType="Event", Payload=payload)
    stopped = cloud.run()
    assert 1 <= stopped.invocations <= 6
    (refused,) = cloud.trace.of_kind(Kind.REFUSED)
    assert refused.detail.target.endswith(refuser) and not refused.detail.retryable


def test_an_account_has_a_hundred_buses(cloud):
    client = events()
    for number in range(facts.BUSES_MAX.value - 1):  # the default one counts
        client.create_event_bus(Name=f"bus-{number}")
    assert refusal(events().create_event_bus, Name="one-more")["Code"] == "LimitExceededException"
