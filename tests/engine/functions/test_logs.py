"""What a function logs: in `logs`, and the same lines in CloudWatch Logs."""

import boto3
import pytest

from motoclock.world import ACCOUNT

NOISY = """
import logging
def handler(event, context):
    print("plain", event)
    print("two\\nlines")
    print("no end", end="")
    logging.getLogger(__name__).warning("careful %s", 1)
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("caught")
"""


def test_start_end_and_report_frame_what_was_printed(account):
    account.make("f", NOISY)
    account.call("f", 7)
    lines = [line.message for line in account.functions.logs("f")]
    assert lines[0] == "INIT_START Runtime Version: python3.13"
    assert lines[1].startswith("START RequestId: ") and lines[1].endswith(" Version: $LATEST")
    assert lines[2:5] == ["plain 7", "two", "lines"]
    assert lines[-2].startswith("END RequestId: ")
    report = dict(part.split(": ", 1) for part in lines[-1].removeprefix("REPORT ").split("\t"))
    assert (report["Duration"], report["Billed Duration"], report["Memory Size"]) == ("1.00 ms", "201 ms", "128 MB")
    assert report["Init Duration"] == "200.00 ms"


def test_the_logging_module_writes_lambdas_format(account):
    account.make("f", NOISY)
    request_id = account.call("f", 7)["ResponseMetadata"]["RequestId"]
    warning = next(line for line in account.printed("f") if line.startswith("[WARNING]"))
    assert warning == f"[WARNING]\t2030-01-01T00:00:00.200Z\t{request_id}\tcareful 1"
    error = next(line for line in account.printed("f") if line.startswith("[ERROR]"))
    assert (
        "caught\nTraceback (most recent call last):" in error and 'File "/var/task/app.py", line 9, in handler' in error
    )
    assert "    1 / 0\n" in error


def test_an_unhandled_error_is_logged_with_its_trace(account):
    account.make("f", "def handler(event, context):\n    raise KeyError('x')")
    account.call("f")
    assert account.printed("f") == [
        "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n"
        "  File \"/var/task/app.py\", line 2, in handler\n    raise KeyError('x')"
    ]


def test_cloudwatch_has_the_same_lines(account):
    account.make("f", NOISY)
    for _ in range(2):
        account.call("f", 7)
    logs = boto3.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/lambda/f")["logStreams"]
    assert stream["logStreamName"] == "2030/01/01/[$LATEST]f-1"
    events = logs.get_log_events(
        logGroupName="/aws/lambda/f", logStreamName=stream["logStreamName"], startFromHead=True
    )["events"]
    assert [event["message"] for event in events] == [f"{line.message}\n" for line in account.functions.logs("f")]
    assert events[1]["timestamp"] == 1893456000200
    found = logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern="plain")["events"]
    assert [event["message"] for event in found] == ["plain 7\n"] * 2
    assert stream["storedBytes"] == sum(len(event["message"]) for event in events)


def test_an_environment_has_a_stream_of_its_own(account):
    account.make("f", "import time\ndef handler(event, context): time.sleep(1)")
    for _ in range(2):
        account.later(0, lambda: account.call("f"))
    account.run()
    streams = boto3.client("logs").describe_log_streams(logGroupName="/aws/lambda/f")["logStreams"]
    assert [stream["logStreamName"][-3:] for stream in streams] == ["f-1", "f-2"]
    assert [line.at for line in account.functions.logs("f")] == sorted(line.at for line in account.functions.logs("f"))


def test_the_lines_show_their_virtual_times(account):
    account.make(
        "f", "import time\nprint('loading')\ndef handler(event, context):\n    time.sleep(1)\n    print('done')"
    )
    account.call("f")
    assert repr(account.functions.logs("f").printed) == "     0.200s  loading\n     1.200s  done"


@pytest.mark.parametrize(
    ("source", "name", "logged"),
    [
        ("x = 1", "app.nothing", "[ERROR] Runtime.HandlerNotFound: Handler 'nothing' missing on module 'app'"),
        ("", "nothing.handler", "[ERROR] Runtime.ImportModuleError: Unable to import module 'nothing': No module"),
        ("import nothing", "app.handler", "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module"),
        ("1 / 0", "app.handler", "[ERROR] ZeroDivisionError: division by zero\nTraceback (most recent call last):\n  File "),
        ("def", "app.handler", "[ERROR] Runtime.UserCodeSyntaxError: Syntax error in module 'app': invalid syntax"),
    ],
)  # fmt: skip
def test_an_error_of_the_initialisation_is_in_the_log(account, source, name, logged):
    account.make("f", source, handler=name)
    for _ in range(2):
        account.call("f")
    lines = [line.message for line in account.functions.logs("f") if line.message.startswith("[ERROR]")]
    assert len(lines) == 2 and all(line.startswith(logged) for line in lines), lines


@pytest.mark.parametrize("runtime", ["nodejs22.x", "java21", "provided.al2023"])
def test_a_handler_in_another_language_is_one_sentence(account, runtime):
    zipped = account.zip({"index.js": "exports.handler = async () => 1"})
    account.client.create_function(
        FunctionName="f",
        Runtime=runtime,
        Role=f"arn:aws:iam::{ACCOUNT}:role/lambda",
        Handler="index.handler",
        Code={"ZipFile": zipped},
    )
    answer = account.call("f")["Payload"]
    assert (
        answer["errorMessage"]
        == f"Only Python runs here, and the runtime of f is {runtime}: write its handler in Python."
    )
    assert any("Only Python runs here" in line.message for line in account.functions.logs("f"))


def test_an_empty_line_is_no_event_of_cloudwatch_logs(account):
    """Recorded on AWS in November 2025; a carriage return ends no line. `logs` shows what was printed, empty lines too."""
    account.make("f", "def handler(event, context): print('\\none\\rtwo\\n\\nthree\\n')")
    account.call("f")
    assert account.printed("f") == ["", "one\rtwo", "", "three", ""]
    events = boto3.client("logs").filter_log_events(logGroupName="/aws/lambda/f")["events"]
    assert [event["message"] for event in events][2:-2] == ["one\rtwo\n", "three\n"]


def test_a_log_group_that_was_deleted_is_made_anew(account):
    """Recorded on AWS in November 2025: the environment stays, and logs on."""
    account.make("f", "def handler(event, context): print(event)")
    account.call("f", "before")
    logs = boto3.client("logs")
    logs.delete_log_group(logGroupName="/aws/lambda/f")
    account.call("f", "after")
    events = logs.filter_log_events(logGroupName="/aws/lambda/f")["events"]
    assert [event["message"].partition(" ")[0] for event in events] == ["START", "after\n", "END", "REPORT"]
