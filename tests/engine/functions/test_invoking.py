"""A synchronous invoke through boto3: results, Lambda's own errors, and what AWS refuses."""

import base64
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.functions import Call, FunctionNotFound
from motoclock.trace import Kind, Mode
from tests.engine.refusals import refused


def answer_of(account, source: str, handler: str = "app.handler", event=None):
    account.make("f", source, handler)
    return account.call("f", event)


def test_the_result_comes_back_and_the_clock_moves_by_what_it_took(account):
    answer = answer_of(
        account, "import time\ndef handler(event, context):\n    time.sleep(2)\n    return {'got': event}", event=[1]
    )
    assert answer["StatusCode"] == 200
    assert answer["Payload"] == {"got": [1]}
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert account.clock.now == pytest.approx(2.2)


def test_a_trivial_invocation_takes_a_millisecond_and_a_cold_start_two_hundred(account):
    answer_of(account, "def handler(event, context): pass")
    assert account.clock.now == pytest.approx(0.201)
    account.call("f")
    assert account.clock.now == pytest.approx(0.202)


def test_an_exception_is_lambdas_own_json_with_the_learners_frames_only(account):
    source = "import json\ndef inner():\n    raise ValueError('boom')\n\ndef handler(event, context):\n    inner()\n"
    answer = answer_of(account, source)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["StatusCode"] == 200
    payload = answer["Payload"]
    assert list(payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (payload["errorMessage"], payload["errorType"]) == ("boom", "ValueError")
    assert payload["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert payload["stackTrace"] == [
        '  File "/var/task/app.py", line 6, in handler\n    inner()\n',
        "  File \"/var/task/app.py\", line 3, in inner\n    raise ValueError('boom')\n",
    ]


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "message"),
    [
        (
            "import nowhere",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nowhere'",
        ),
        ("", "other.handler", "Runtime.ImportModuleError", "Unable to import module 'other': No module named 'other'"),
        ("x = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        (
            "x = 1",
            "app",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        ("x = {}['a']", "app.handler", "KeyError", "'a'"),
        (
            "def handler(event, context): return {1, 2}",
            "app.handler",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable",
        ),
        (
            "def handler(event, context): return 'x' * 6_291_600",
            "app.handler",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        ),
    ],
)
def test_lambdas_own_errors(account, source, handler, error_type, message):
    answer = answer_of(account, source, handler)
    assert answer["FunctionError"] == "Unhandled"
    assert (answer["Payload"]["errorType"], answer["Payload"]["errorMessage"]) == (error_type, message)


def test_a_syntax_error_names_its_line(account):
    payload = answer_of(account, "def handler(event, context):\n    x = = 1\n")["Payload"]
    assert payload["errorType"] == "Runtime.UserCodeSyntaxError"
    assert payload["stackTrace"] == ['  File "/var/task/app.py" Line 2\n    x = = 1\n']


def test_sys_exit_ends_the_runtime_and_its_environment(account):
    source = "import sys\nruns = []\ndef handler(event, context):\n    runs.append(1)\n"
    source += "    if event: sys.exit(event)\n    return len(runs)"
    payload = answer_of(account, source, event=3)["Payload"]
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert account.call("f", 0)["Payload"] == 1
    assert [event.detail.cold for event in account.kinds(Kind.INVOKED)] == [True, True]


@pytest.mark.parametrize(
    ("result", "payload"),
    [
        ("b'hello'", "hello"),  # recorded on AWS, November 2025
        ("{'a': [b'caf\\xc3\\xa9']}", {"a": ["café"]}),
        ("__import__('collections').namedtuple('P', 'x y')(1, 2)", {"x": 1, "y": 2}),
        ("{'a': __import__('decimal').Decimal('1.50')}", {"a": 1.5}),
    ],
)
def test_a_result_is_written_as_lambdas_runtime_writes_it(account, result, payload):
    answer = answer_of(account, f"def handler(event, context): return {result}")
    assert "FunctionError" not in answer
    assert answer["Payload"] == payload


def test_bytes_that_are_no_text_can_not_be_marshalled(account):
    answer = answer_of(account, "def handler(event, context): return b'\\xff'")
    assert answer["Payload"]["errorType"] == "Runtime.MarshalError"


def test_an_event_is_a_deep_copy(account):
    source = "kept = []\ndef handler(event, context):\n    kept.append(event)\n"
    source += "    event['list'].append(1)\n    return len(kept[0]['list'])"
    account.make("f", source)
    event = {"list": []}
    assert [account.call("f", event)["Payload"] for _ in range(2)] == [1, 1]
    assert event == {"list": []}


def test_an_invoke_without_a_payload_gets_an_empty_event(account):
    account.make("f", "def handler(event, context): return [event]")
    assert json.loads(account.client.invoke(FunctionName="f")["Payload"].read()) == [{}]


def test_an_unknown_function_is_not_found(account):
    with pytest.raises(ClientError) as refused:
        account.call("nobody")
    assert refused.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST",
    }
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    with pytest.raises(FunctionNotFound):
        account.functions.invoke(Call("nobody", b"{}", mode=Mode.SYNCHRONOUS, source="invoke"))


def test_a_payload_of_more_than_six_megabytes_is_too_large(account):
    account.make("f", "def handler(event, context): pass")
    with pytest.raises(ClientError) as refused:
        account.call("f", "x" * 6_291_456)
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


@pytest.mark.parametrize(
    ("payload", "words", "column"),
    [
        (b"n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt", "Invalid UTF-8 start byte 0x87", 3),
        (
            b"\x99\xeb,j\x07\xa1zYh",
            "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value "
            "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            1,
        ),
        (b"{no json", "Unexpected character ('n' (code 110)): was expecting double-quote to start field name", 2),
    ],
)
def test_a_payload_that_is_no_json_is_refused(account, payload, words, column):
    """The first two recorded in November 2025: what the command line makes of JSON that it takes for base64."""
    account.make("f", "def handler(event, context): pass")
    where = (
        f"\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: {column}]"
    )
    assert refused(account.client.invoke, FunctionName="f", Payload=payload) == (
        "InvalidRequestContentException",
        f"Could not parse request body into json: Could not parse payload into json: {words}{where}",
    )


def test_a_dry_run_runs_nothing(account):
    account.make("f", "def handler(event, context): pass")
    assert account.client.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204
    assert account.functions.invocations == 0


def test_the_log_tail_is_sent_when_asked_for(account):
    account.make("f", "def handler(event, context): print('hello')")
    tail = base64.b64decode(account.call("f", LogType="Tail")["LogResult"]).decode()
    assert "hello\n" in tail and "START RequestId" in tail and "REPORT RequestId" in tail
    assert "LogResult" not in account.call("f")


def test_name_arn_version_and_alias_all_find_the_function(account):
    arn = account.make("f", "def handler(event, context): return context.invoked_function_arn")
    account.client.publish_version(FunctionName="f")
    account.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    assert account.call("f")["Payload"] == arn
    assert account.call(arn)["Payload"] == arn
    assert account.call(f"{arn}:live")["Payload"] == f"{arn}:live"
    assert account.call("f:1")["Payload"] == f"{arn}:1"
    answer = account.call("f", Qualifier="live")
    assert (answer["Payload"], answer["ExecutedVersion"]) == (f"{arn}:live", "1")


def test_a_handler_that_invokes_another_waits_for_it_in_virtual_time(account):
    account.make("slow", "import time\ndef handler(event, context):\n    time.sleep(1)\n    return 7")
    source = (
        "import boto3, json\nclient = boto3.client('lambda')\n"
        "def handler(event, context):\n    return json.loads(client.invoke(FunctionName='slow')['Payload'].read())"
    )
    account.make("caller", source)
    assert account.call("caller")["Payload"] == 7
    assert account.clock.now == pytest.approx(0.2 + 0.005 + 0.2 + 1)


def test_the_context_says_who_runs(account):
    source = (
        "def handler(event, context):\n    return [context.function_name, context.function_version, context.memory_limit_in_mb,"
        " context.log_group_name, context.log_stream_name, context.aws_request_id, context.get_remaining_time_in_millis(),"
        " context.client_context.custom, context.identity.cognito_identity_id]"
    )
    account.make("f", source, MemorySize=256, Timeout=10)
    sent = base64.b64encode(json.dumps({"custom": {"a": "b"}}).encode()).decode()
    answer = account.call("f", ClientContext=sent)
    name, version, memory, group, stream, request_id, left, custom, identity = answer["Payload"]
    assert (name, version, memory, group) == ("f", "$LATEST", "256", "/aws/lambda/f")
    assert stream == "2030/01/01/[$LATEST]f-1"
    assert request_id == answer["ResponseMetadata"]["RequestId"]
    assert left == 10_000
    assert (custom, identity) == ({"a": "b"}, None)


@pytest.mark.parametrize(
    "sent", ["true", "e30", base64.b64encode(b"[]").decode(), base64.b64encode(b"\xff").decode(), "{}"]
)
def test_a_context_that_is_no_object_in_base64_is_refused(account, sent):
    """In the words of github.com/boto/boto3/issues/2153."""
    answer_of(account, "def handler(event, context):\n    return 1")
    with pytest.raises(
        ClientError, match=r"\(InvalidRequestContentException\).*: Client context must be a valid Base64-encoded"
    ):
        account.call("f", ClientContext=sent)


def test_the_trace_tells_what_ran_where_and_how_it_ended(account):
    answer_of(account, "def handler(event, context):\n    if event: raise KeyError('x')")
    account.functions.invoke(
        Call("f", b"1", mode=Mode.MAPPING, source="arn:aws:sqs:q", message_ids=("m1", "m2"), groups=("g",), attempt=2)
    )
    invoked, succeeded, again, failed = account.trace
    assert (invoked.kind, succeeded.kind, again.kind, failed.kind) == (
        Kind.INVOKED,
        Kind.SUCCEEDED,
        Kind.INVOKED,
        Kind.FAILED,
    )
    assert (invoked.detail.environment, invoked.detail.cold, invoked.detail.mode) == ("f-1", True, "synchronous")
    assert (again.detail.message_ids, again.detail.groups, again.detail.attempt) == (("m1", "m2"), ("g",), 2)
    assert (again.detail.source, again.detail.mode, again.detail.cold) == ("arn:aws:sqs:q", "mapping", False)
    assert succeeded.invocation_id == invoked.invocation_id != failed.invocation_id
    assert (succeeded.detail.started, succeeded.detail.duration_s, succeeded.detail.init_s) == (0.2, 0.001, 0.2)
    assert (failed.detail.error_type, failed.detail.error, failed.detail.memory_mb) == ("KeyError", "'x'", 128)


def test_the_same_seed_gives_the_same_request_ids(account):
    ids = [account.functions.new_request_id() for _ in range(2)]
    assert ids == ["a7d21fa7-1923-4c5a-ab77-124670a3b09a", "fc209e7f-9973-43f7-bd7e-a0b105be4c53"]


def test_a_function_from_a_template_runs(account):
    template = {
        "Resources": {
            "F": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "templated",
                    "Handler": "index.handler",
                    "Runtime": "python3.13",
                    "Role": "arn:aws:iam::123456789012:role/lambda",
                    "Code": {"ZipFile": "def handler(event, context):\n    return 'one'\n"},
                },
            }
        }
    }
    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(template))
    assert account.call("templated")["Payload"] == "one"
    template["Resources"]["F"]["Properties"]["Code"]["ZipFile"] = "def handler(event, context):\n    return 'two'\n"
    stacks.update_stack(StackName="s", TemplateBody=json.dumps(template))
    assert account.call("templated")["Payload"] == "two"
