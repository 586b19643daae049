"""A timeout abandons the handler: nothing of it ever runs again."""

import gc
import os
import signal

import boto3
import pytest

from motoclock.clock import HandlerSpins
from motoclock.functions import Status
from motoclock.trace import Kind


def test_a_timeout_ends_the_invocation_at_its_second(account):
    account.make("f", "import time\ndef handler(event, context): time.sleep(100)", Timeout=3)
    answer = account.call("f")
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"] == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {answer['ResponseMetadata']['RequestId']} Error: Task timed out after 3.00 seconds",
    }
    assert account.clock.now == pytest.approx(3.2)
    finished = account.kinds(Kind.TIMED_OUT)[0].detail
    assert (finished.duration_s, finished.error_type) == (3.0, "Sandbox.Timedout")


def test_the_log_says_so(account):
    account.make("f", "import time\ndef handler(event, context):\n    print('started')\n    time.sleep(100)")
    account.call("f")
    started, notice = account.printed("f")
    assert started == "started"
    assert notice.startswith("2030-01-01T00:00:03.200Z ") and notice.endswith(" Task timed out after 3.00 seconds")
    assert account.functions.logs("f")[-1].message.endswith("\tStatus: timeout")


def test_a_run_does_not_wait_for_what_the_handler_waited_for(account):
    account.make("f", "import time\ndef handler(event, context): time.sleep(86_400)")
    account.later(0, lambda: account.call("f"))
    account.run()
    assert account.clock.now == pytest.approx(3.2)


def test_finally_and_bare_except_never_run(account):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    source = (
        "import boto3, time\nsqs = boto3.client('sqs')\nseen = []\n"
        "def handler(event, context):\n"
        "    if seen: return seen\n"
        "    try:\n        time.sleep(100)\n"
        "    except:\n        seen.append('except')\n"
        f"    finally:\n        seen.append('finally')\n        sqs.send_message(QueueUrl='{queue}', MessageBody='late')\n"
    )
    account.make("f", source)
    assert account.call("f")["Payload"]["errorType"] == "Sandbox.Timedout"
    account.clock.sleep(200)
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=queue)
    assert account.call("f")["Payload"]["errorType"] == "Sandbox.Timedout"  # `seen` is empty: a new environment
    assert [event.detail.cold for event in account.kinds(Kind.INVOKED)] == [True, True]


def test_a_timeout_within_an_aws_call_ends_the_call_too(account):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    source = (
        "import boto3, time\nsqs = boto3.client('sqs')\n"
        f"def handler(event, context):\n    time.sleep(0.998)\n    sqs.send_message(QueueUrl='{queue}', MessageBody='late')"
    )
    account.make("f", source, Timeout=1)
    assert account.call("f")["Payload"]["errorType"] == "Sandbox.Timedout"
    account.clock.sleep(10)
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=queue)


def test_a_function_that_was_invoked_by_it_goes_on(account):
    account.make("slow", "import time\ndef handler(event, context):\n    time.sleep(2)\n    print('done')")
    source = (
        "import boto3\nclient = boto3.client('lambda')\ndef handler(event, context): client.invoke(FunctionName='slow')"
    )
    account.make("f", source, Timeout=1)
    assert account.call("f")["Payload"]["errorType"] == "Sandbox.Timedout"
    account.run()
    assert account.printed("slow") == ["done"]


def test_an_init_of_more_than_ten_seconds_fails(account):
    account.make("f", "import time\ntime.sleep(11)\ndef handler(event, context): pass", Timeout=60)
    assert account.call("f")["Payload"]["errorType"] == "Sandbox.Timedout"
    assert account.clock.now == pytest.approx(10)


def test_the_time_of_init_does_not_count_for_the_timeout(account):
    account.make(
        "f",
        "import time\ntime.sleep(2)\ndef handler(event, context):\n    time.sleep(0.9)\n    return 'in time'",
        Timeout=1,
    )
    assert account.call("f")["Payload"] == "in time"


def test_the_context_counts_the_time_down(account):
    source = (
        "import time\ndef handler(event, context):\n"
        "    rounds = 0\n"
        "    while context.get_remaining_time_in_millis() > 1000:\n"
        "        time.sleep(0.5)\n        rounds += 1\n    return rounds"
    )
    account.make("f", source, Timeout=5)
    assert account.call("f")["Payload"] == 8


def test_a_concurrency_slot_is_free_again_after_a_timeout(account):
    account.make("f", "import time\ndef handler(event, context): time.sleep(100)")
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    assert [account.functions.invoke("f", b"", mode="synchronous", source="invoke").status for _ in range(2)] == [
        Status.TIMED_OUT,
        Status.TIMED_OUT,
    ]


def test_closing_the_cloud_runs_no_finally_of_a_handler_that_still_waits(account, capsys):
    source = (
        "import threading, time\n"
        "def wait():\n    try: time.sleep(1000)\n    except: print('except in a thread')\n"
        "def handler(event, context):\n    threading.Thread(target=wait).start()\n"
        "    try: time.sleep(1000)\n    except: print('except')\n    finally: print('finally')\n"
    )
    account.make("f", source, Timeout=900)
    account.later(0, lambda: account.call("f"))
    account.clock.sleep(10)
    printed = account.functions.logs("f")
    account.clock.close()
    gc.collect()
    assert capsys.readouterr() == ("", "")
    assert not printed.printed


def test_an_interrupt_that_the_handler_raises_itself_ends_the_runtime(account):
    account.make("f", "def handler(event, context): raise KeyboardInterrupt")
    assert account.call("f")["Payload"]["errorType"] == "Runtime.ExitError"


def test_a_thread_that_spins_ends_the_invocation(account, monkeypatch):
    monkeypatch.setattr("motoclock.clock.SPIN_LIMIT_WALL_S", 0.5)
    source = (
        "import threading, time\ndef spin():\n    while True: pass\n"
        "def handler(event, context):\n    threading.Thread(target=spin).start()\n    time.sleep(1)\n    print('late')"
    )
    account.make("f", source)
    with pytest.raises(HandlerSpins):
        account.call("f")
    account.clock.sleep(10)
    assert "late" not in account.printed("f")


def test_a_handler_that_spins_is_stopped_and_the_cloud_stays_usable(account, monkeypatch):
    monkeypatch.setattr("motoclock.clock.SPIN_LIMIT_WALL_S", 0.5)
    account.make("spin", "def handler(event, context):\n    while True: pass")
    account.make("f", "def handler(event, context): return 1")
    with pytest.raises(HandlerSpins, match="spin-1 computed"):
        account.call("spin")
    assert account.kinds(Kind.FAILED)[0].detail.error_type == "Runtime.Stopped"
    assert account.call("f")["Payload"] == 1
    assert account.functions.concurrency.running("spin") == 0


def test_ctrl_c_in_a_handler_fails_the_invocation_and_reaches_the_cell(account):
    source = (
        "import os, signal\ndef handler(event, context):\n    os.kill(os.getpid(), signal.SIGINT)\n    while True: pass"
    )
    account.make("f", source)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        account.call("f")
    assert account.kinds(Kind.FAILED)[0].detail.error == "stopped by KeyboardInterrupt"
    assert signal.getsignal(signal.SIGINT) is before
    assert os.getpid()
