"""InvocationType=Event: 202 at once, and then Lambda's own queue with its retries."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from motoclock import Cloud, announcements
from motoclock.chance import Chance
from motoclock.functions import Call
from motoclock.trace import Kind, Mode
from tests.clients import client

FAILS = "def handler(event, context): raise ValueError('x' * 2000)"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead"
DOUBLED = [1, 2, 4, 8, 16, 32, 64, 128, 256]


def takes_a_quarter(event, context):
    time.sleep(0.25)


@pytest.fixture
def records(account):
    found = []
    account.world.subscribe(announcements.LAMBDA_ASYNC_FINISHED, found.append)
    return found


def send(account, name="f", event=None, **arguments):
    return account.client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **arguments)


def starts(account):
    return [round(event.at, 3) for event in account.kinds(Kind.INVOKED)]


def test_the_caller_gets_202_and_the_handler_runs_later(account, records):
    account.make("f", "def handler(event, context):\n    print(context.aws_request_id)\n    return event")
    answer = send(account, event={"a": 1})
    assert answer["StatusCode"] == 202 and answer["Payload"].read() == b""
    assert account.functions.invocations == 0
    account.run()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert account.printed("f") == [request_id]
    (record,) = records
    assert (record.condition, record.runs, record.request_id, record.ok) == ("Success", 1, request_id, True)
    assert json.loads(record.outcome.payload) == json.loads(record.payload) == {"a": 1}


def test_a_function_error_is_retried_after_one_and_two_minutes_with_the_same_request_id(account, records):
    account.make("f", FAILS)
    send(account)
    account.run()
    assert starts(account) == [0.0, 60.201, 180.202]
    assert len({event.invocation_id for event in account.kinds(Kind.INVOKED)}) == 1
    assert [event.detail.attempt for event in account.kinds(Kind.INVOKED)] == [1, 2, 3]
    assert [(event.detail.attempt, event.detail.wait_s) for event in account.kinds(Kind.RETRIED)] == [(2, 60), (3, 120)]
    (record,) = records
    assert (record.condition, record.runs, record.outcome.error_type) == ("RetriesExhausted", 3, "ValueError")


@pytest.mark.parametrize(("retries", "runs"), [(0, 1), (1, 2), (2, 3)])
def test_maximum_retry_attempts_counts(account, records, retries, runs):
    account.make("f", FAILS)
    account.client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=retries)
    send(account)
    account.run()
    assert (len(starts(account)), records[0].runs) == (runs, runs)


def test_settings_are_read_at_each_attempt(account, records):
    account.make("f", FAILS)
    send(account)
    account.clock.sleep(30)
    account.client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
    account.run()
    assert records[0].runs == 2


def test_an_event_that_grows_too_old_is_given_up(account, records):
    account.make("f", FAILS)
    account.client.put_function_event_invoke_config(FunctionName="f", MaximumEventAgeInSeconds=100)
    send(account)
    account.run()
    assert starts(account) == [0.0, 60.201]
    (record,) = records
    assert (record.condition, record.runs, account.clock.now) == ("EventAgeExceeded", 2, pytest.approx(100))


def test_throttles_back_off_from_one_second_to_five_minutes_and_use_no_retry(account, records):
    account.make("f", "import time\ndef handler(event, context):\n    time.sleep(event)\n    1 / 0", Timeout=900)
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    account.client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
    send(account, event=700)
    send(account, event=1)
    account.run()
    waits = [event.detail.wait_s for event in account.kinds(Kind.RETRIED)]
    assert len(waits) >= 9 and all(0 < wait <= most for wait, most in zip(waits, (*DOUBLED, *[300] * 99), strict=False))
    assert [record.runs for record in records] == [1, 1]


def burst(count: int) -> tuple[float, list[float]]:
    """When the last of a burst of quarter-second events is done by a function that may run five at once; all waits."""
    with Cloud() as cloud:
        cloud.deploy(takes_a_quarter, name="f", reserved_concurrency=5)
        for number in range(count):
            client("lambda").invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(number))
        cloud.run()
        done = [event.at for event in cloud.trace.of_kind(Kind.SUCCEEDED)]
        assert len(done) == count
        return done[-1], [event.detail.wait_s for event in cloud.trace.of_kind(Kind.RETRIED)]


@pytest.mark.parametrize("count", [50, 200, 600])
def test_a_throttled_burst_does_not_come_back_in_lockstep(count):
    """Exponential back-off with jitter spreads a burst: it is over in a small multiple of the work's own time."""
    last, waits = burst(count)
    assert last < 20 * count / 5 * 0.25  # in lockstep: 204, 951 and, of 600, 2,600 times as long
    assert len(set(waits)) > len(waits) * 0.99


def test_the_spread_is_seeded():
    assert burst(50) == burst(50)


def test_an_events_waits_are_its_own():
    """What else was throttled doesn't shift them, so a knob that is turned shows its own effect."""
    assert Chance(0, 0, False).of("a", "id", 1) == Chance(0, 0, False).of("a", "id", 1)
    other = Chance(0, 0, False)
    other.of("a", "another", 1)
    assert other.of("a", "id", 1) == Chance(0, 0, False).of("a", "id", 1) != Chance(1, 0, False).of("a", "id", 1)


def test_throttled_events_live_for_six_hours(account, records):
    account.make("g", "import time\ndef handler(event, context): time.sleep(899)", Timeout=900)
    account.client.put_function_concurrency(FunctionName="g", ReservedConcurrentExecutions=1)

    def occupy():
        while account.clock.now < 6.5 * 3600:
            account.functions.invoke(Call("g", b"", mode=Mode.SYNCHRONOUS, source="invoke"))

    account.later(0, occupy)
    account.later(1, lambda: send(account, "g"))
    account.run()
    assert [(record.condition, record.runs) for record in records] == [("EventAgeExceeded", 0)]
    assert records[0].outcome is None


def test_reserved_concurrency_zero_goes_straight_to_the_failure_destination(account, records):
    account.make("f", FAILS, DeadLetterConfig={"TargetArn": QUEUE})
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    send(account)
    account.run()
    (record,) = records
    assert (record.runs, record.dead_letter.target_arn, account.clock.now) == (0, QUEUE, 0)


def test_the_dead_letter_is_the_original_event_with_three_attributes(account, records):
    account.make("f", FAILS, DeadLetterConfig={"TargetArn": QUEUE})
    request_id = send(account, event={"order": 7})["ResponseMetadata"]["RequestId"]
    account.run()
    letter = records[0].dead_letter
    assert (json.loads(letter.body), letter.request_id, letter.error_code) == ({"order": 7}, request_id, 200)
    assert letter.error_message == "x" * 1024
    assert not account.kinds(Kind.DROPPED)


def test_without_a_place_to_go_the_event_is_lost_and_the_trace_says_so(account, records):
    account.make("f", FAILS)
    send(account)
    account.run()
    (dropped,) = account.kinds(Kind.DROPPED)
    text = "given up after 3 runs, and no dead-letter queue or destination was set"
    assert (dropped.detail.text, dropped.message_id) == (text, records[0].request_id)


def test_the_record_names_its_destination(account, records):
    account.make("f", "def handler(event, context):\n    if event: raise ValueError()")
    destinations = {
        "OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:123456789012:good"},
        "OnFailure": {"Destination": QUEUE},
    }
    account.client.put_function_event_invoke_config(
        FunctionName="f", MaximumRetryAttempts=0, DestinationConfig=destinations
    )
    send(account, event=0)
    send(account, event=1)
    account.run()
    assert [record.destination for record in records] == [
        "arn:aws:sqs:us-east-1:123456789012:good",
        QUEUE,
    ]
    assert records[0].invoked_arn.endswith(":function:f:$LATEST")


def test_settings_belong_to_the_function_the_version_or_the_alias(account, records):
    account.make("f", FAILS)
    account.client.publish_version(FunctionName="f")
    account.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    for qualifier, retries in (("1", 1), ("live", 0)):
        account.client.put_function_event_invoke_config(
            FunctionName="f", Qualifier=qualifier, MaximumRetryAttempts=retries
        )
    for name in ("f", "f:1", "f:live"):
        send(account, name)
    account.run()
    runs = {record.invoked_arn.rpartition(":")[2]: record.runs for record in records}
    assert runs == {"$LATEST": 3, "1": 2, "live": 1}


def test_more_than_a_megabyte_is_too_large(account):
    account.make("f", FAILS)
    with pytest.raises(ClientError) as refused:
        send(account, event="x" * 1_048_576)
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"


@pytest.mark.parametrize(("characters", "accepted"), [(524_287, True), (524_288, False)])
def test_a_megabyte_is_counted_in_bytes(account, characters, accepted):
    """Two bytes a character, and two for the quotes."""
    account.make("f", "def handler(event, context): print(len(event))")
    payload = f'"{"é" * characters}"'.encode()
    if accepted:
        account.client.invoke(FunctionName="f", InvocationType="Event", Payload=payload)
        account.run()
        assert account.printed("f") == [str(characters)]
    else:
        with pytest.raises(ClientError, match="RequestTooLargeException"):
            account.client.invoke(FunctionName="f", InvocationType="Event", Payload=payload)


@pytest.mark.parametrize("payload", [b"{", b"\xff\xfe", b"plain text"])
@pytest.mark.parametrize("kind", ["Event", "RequestResponse", "InvokeAsync"])
def test_a_payload_that_is_no_json_is_refused_before_it_is_queued(account, kind, payload):
    account.make("f", "def handler(event, context): pass")
    with pytest.raises(ClientError) as refused:
        if kind == "InvokeAsync":
            account.client.invoke_async(FunctionName="f", InvokeArgs=payload)
        else:
            account.client.invoke(FunctionName="f", InvocationType=kind, Payload=payload)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"
    assert account.kinds(Kind.ACCEPTED) == []


def test_an_unknown_invocation_type_is_refused(account):
    account.make("f", "def handler(event, context): pass")
    with pytest.raises(ClientError, match="Event, RequestResponse, DryRun"):
        account.client.invoke(FunctionName="f", InvocationType="Later")


@pytest.mark.parametrize(("size", "accepted"), [(256 * 1024, True), (256 * 1024 + 1, False)])
def test_invoke_async_answers_202_and_keeps_its_old_limit(account, records, size, accepted):
    account.make("f", FAILS)
    payload = b'"' + b"x" * (size - 2) + b'"'
    if accepted:
        answer = account.client.invoke_async(FunctionName="f", InvokeArgs=payload)
        assert answer["Status"] == answer["ResponseMetadata"]["HTTPStatusCode"] == 202
        account.run()
        assert records[0].runs == 3
    else:
        with pytest.raises(ClientError, match="RequestTooLargeException"):
            account.client.invoke_async(FunctionName="f", InvokeArgs=payload)


def test_an_event_for_an_alias_that_is_deleted_meanwhile_is_lost_though_the_function_stays(account, records):
    account.make("f", FAILS)
    version = account.client.publish_version(FunctionName="f")["Version"]
    account.client.create_alias(FunctionName="f", Name="live", FunctionVersion=version)
    send(account, Qualifier="live")
    account.clock.sleep(30)
    account.client.delete_alias(FunctionName="f", Name="live")
    account.run()
    (dropped,) = account.kinds(Kind.DROPPED)
    assert (dropped.resource.rpartition(":")[2], dropped.detail.text) == ("f", "its version or alias live was deleted")


def test_a_version_keeps_the_dead_letter_queue_it_was_published_with(account, records):
    account.make("f", FAILS, DeadLetterConfig={"TargetArn": QUEUE})
    version = account.client.publish_version(FunctionName="f")["Version"]
    account.client.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": f"{QUEUE}-new"})
    send(account, Qualifier=version)
    send(account)
    account.run()
    assert [record.dead_letter.target_arn for record in records] == [QUEUE, f"{QUEUE}-new"]


def test_an_unknown_function_is_refused_at_once(account):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        send(account, "nobody")


def test_a_function_deleted_meanwhile_loses_its_events(account, records):
    account.make("f", FAILS)
    send(account)
    account.clock.sleep(30)
    account.client.delete_function(FunctionName="f")
    account.run()
    assert account.kinds(Kind.DROPPED)[0].detail.text == "the function was deleted"


@pytest.mark.options(duplicates=1.0)
def test_duplicates_run_twice_with_one_request_id(account, records):
    account.make("f", "def handler(event, context): pass")
    send(account)
    account.run()
    assert len(records) == 2 and len({record.request_id for record in records}) == 1


def test_what_is_accepted_is_in_the_trace_with_its_sender(account):
    account.make("f", "def handler(event, context): pass")
    source = "import boto3\nclient = boto3.client('lambda')\n"
    source += "def handler(e, c): client.invoke(FunctionName='f', InvocationType='Event', Payload='[1]')"
    account.make("caller", source)
    account.call("caller")
    account.run()
    (accepted,) = account.kinds(Kind.ACCEPTED)
    assert accepted.message_id == accepted.invocation_id
    assert (accepted.detail.label, accepted.detail.sender.rpartition(":")[2]) == ("[1]", "caller")
    invoked = account.kinds(Kind.INVOKED)[-1]
    assert (invoked.detail.mode, invoked.detail.message_ids) == ("asynchronous", (accepted.message_id,))


def test_an_event_from_another_service_keeps_its_message_id(account, records):
    account.make("f", "def handler(event, context): pass")
    request_id = account.functions.invoke_async("f", b"{}", source="arn:aws:sns:t", origins=("o",), message_id="m")
    account.run()
    assert (records[0].message_id, records[0].origins, records[0].request_id) == ("m", ("o",), request_id)
