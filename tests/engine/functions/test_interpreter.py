"""What a handler changes in Python itself is its environment's own: it is there again in the next invocation, and nowhere else."""

import builtins
import decimal
import gc
import json
import json.encoder
import os
import socket
import subprocess
import sys
import textwrap
import threading
import warnings

import pytest


def make(account, name, body, imports="import json, os, sys, time"):
    account.make(
        name, f"{imports}\ndef handler(event, context):\n{textwrap.indent(textwrap.dedent(body), '    ')}", Timeout=60
    )


def payload(account, name, event=None):
    answer = account.call(name, event)
    assert "FunctionError" not in answer, answer["Payload"]
    return answer["Payload"]


def now():
    return {
        "recursion": sys.getrecursionlimit(),
        "gc": (gc.isenabled(), gc.get_threshold()),
        "filters": list(warnings.filters),
        "timeout": socket.getdefaulttimeout(),
        "path": (sys.path, list(sys.path)),
        "argv": (sys.argv, list(sys.argv)),
        "hooks": (sys.excepthook, sys.displayhook),
        "cwd": os.getcwd(),
        "streams": (sys.stdout, sys.stderr),
        "json": (json.dumps, json.JSONEncoder.default, vars(json).get("COUNTER")),
        "os": (os.getcwd, os.stat, os.environ),
        "builtins": (builtins.print, builtins.len, builtins.open),
        "tempdir": __import__("tempfile").tempdir,
    }


CHANGES = {
    "recursion limit": ("sys.setrecursionlimit(4321)", "sys.getrecursionlimit()", 4321),
    "a low recursion limit": ("sys.setrecursionlimit(200)", "sys.getrecursionlimit()", 200),
    "collector": ("gc.disable(); gc.set_threshold(7, 7, 7)", "[gc.isenabled(), *gc.get_threshold()]", [False, 7, 7, 7]),
    "filters": ("warnings.simplefilter('once')", "warnings.filters[0][0]", "once"),
    "timeout": ("socket.setdefaulttimeout(3)", "socket.getdefaulttimeout()", 3),
    "path": ("sys.path.append('more')", "sys.path[-1]", "more"),
    "another path": ("sys.path = ['only']", "sys.path", ["only"]),
    "argv": ("sys.argv.append('more')", "sys.argv[-1]", "more"),
    "cwd": ("os.chdir('/tmp')", "os.getcwd()", "/tmp"),
    "hook": ("sys.excepthook = len", "sys.excepthook is len", True),
    "an attribute": ("json.COUNTER = 1", "json.COUNTER", 1),
    "a function": ("json.dumps = len", "json.dumps is len", True),
    "by setattr": ("setattr(json, 'dumps', len)", "json.dumps is len", True),
    "of a class": ("json.JSONEncoder.default = str", "json.JSONEncoder.default is str", True),
    "of a class by its name": ("JSONEncoder.default = str", "JSONEncoder.default is str", True),
    "of os": ("os.getcwd = len", "os.getcwd is len", True),
    "of a stand-in": ("time.COUNTER = 1", "time.COUNTER", 1),
    "removed": ("del json.dumps", "hasattr(json, 'dumps')", False),
    "stdout": ("sys.stdout = io.StringIO()", "type(sys.stdout).__name__", "StringIO"),
    "a builtin": ("builtins.len = lambda _: 42", "len([])", 42),
    "all builtins": ("builtins.print = builtins.isinstance = builtins.getattr = None", "print is None", True),
    "the folder for temporary files": ("tempfile.tempdir = '/tmp/mine'", "tempfile.tempdir", "/tmp/mine"),
}  # fmt: skip
IMPORTS = "import builtins, gc, io, json, os, socket, sys, tempfile, time, warnings\nfrom json import JSONEncoder"


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_handler_changes_is_its_environments_own(account, what):
    change, look, wanted = CHANGES[what]
    make(account, "changes", f"if event:\n    {change}\ntime.sleep(1)\nreturn {look}", IMPORTS)
    make(account, "another", f"time.sleep(0.5)\nreturn {look}", IMPORTS) if "COUNTER" not in change else None
    before = now()
    during = []
    account.later(0.7, lambda: during.append(now()))
    assert payload(account, "changes", True) == wanted
    assert now() == before
    account.run()
    assert [{**seen, "gc": 0, "hooks": 0} for seen in during] == [{**before, "gc": 0, "hooks": 0}]
    assert payload(account, "changes", False) == wanted, "and it is there again"
    if "COUNTER" not in change:
        assert account.call("another")["Payload"] != wanted


def test_a_counter_in_a_module_starts_afresh_in_each_environment(account):
    counts = "json.COUNTER = getattr(json, 'COUNTER', 0) + 1\nreturn json.COUNTER"
    for name in ("one", "two"):
        make(account, name, counts)
    assert [payload(account, name) for name in ("one", "one", "two", "one")] == [1, 2, 1, 3]
    assert not hasattr(json, "COUNTER")


def test_patched_builtins_do_not_reach_what_runs_beside(account):
    """A kernel's threads would hang in a print or a lock that is gone."""
    seen = []

    def beside():
        while not done.wait(0.001):
            seen.append(len("four"))

    done = threading.Event()
    thread = threading.Thread(target=beside)
    thread.start()
    make(account, "f", "builtins.len = None\nfor _ in range(20): time.sleep(1)\nreturn len", IMPORTS)
    assert payload(account, "f") is None
    done.set()
    thread.join()
    assert set(seen) <= {4}


def test_redirected_output_is_still_redirected_after_a_wait(account):
    body = """
        kept, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(errors):
            print("one")
            time.sleep(1)
            print("two")
            print("three", file=sys.stderr)
        print("after")
        return [kept.getvalue(), errors.getvalue()]
    """
    make(account, "f", body, "import contextlib, io, sys, time")
    make(account, "g", "time.sleep(0.5)\nprint('beside')")
    account.later(0, lambda: account.client.invoke(FunctionName="g"))
    assert payload(account, "f") == ["one\ntwo\n", "three\n"]
    account.run()
    assert account.printed("f") == ["after"]
    assert account.printed("g") == ["beside"]


@pytest.mark.parametrize("act", ["os._exit(3)", "os.abort()"])
def test_the_end_of_the_process_ends_the_runtime_alone(account, act):
    make(account, "f", act)
    assert account.call("f")["Payload"]["errorType"] == "Runtime.ExitError"


@pytest.mark.parametrize("act", ["os.kill(os.getpid(), 9)", "os.nice(1)"])
def test_what_would_change_everybodys_process_is_a_sentence(account, act):
    make(account, "f", act)
    assert "which functions share here" in account.call("f")["Payload"]["errorMessage"]


def test_a_thread_of_the_handlers_sees_what_the_handler_sees(account):
    body = """
        import threading
        os.chdir("/tmp")
        sys.setrecursionlimit(4321)
        seen = []
        def look(): time.sleep(1); seen.append([os.getcwd(), sys.getrecursionlimit()])
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        return seen
    """
    make(account, "f", body)
    assert payload(account, "f") == [["/tmp", 4321]]


def test_a_context_of_decimals_is_each_handlers_own(account):
    make(account, "f", "decimal.getcontext().prec = 5\nreturn decimal.getcontext().prec", "import decimal")
    before = decimal.getcontext().prec
    assert payload(account, "f") == 5
    assert decimal.getcontext().prec == before


def test_context_variables_and_decimals_are_kept_while_an_environment_is_warm(account):
    """The main thread of a process has one context for good: what a module sets as it is loaded holds in each invocation."""
    source = (
        "import contextvars, decimal, time\n"
        "decimal.getcontext().prec = 5\n"
        "COUNT = contextvars.ContextVar('count', default=0)\n"
        "def handler(event, context):\n"
        "    COUNT.set(COUNT.get() + 1)\n"
        "    time.sleep(1)\n"
        "    return [decimal.getcontext().prec, COUNT.get()]"
    )
    for name in ("one", "two"):
        account.make(name, source)
    assert [payload(account, name) for name in ("one", "one", "two", "one")] == [[5, 1], [5, 2], [5, 1], [5, 3]]
    assert decimal.getcontext().prec == 28


def test_warnings_that_two_handlers_catch_at_once_go_to_each_and_then_to_the_cell_again(account):
    body = """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            time.sleep(event)
            warnings.warn(f"from {event}")
        return [str(one.message) for one in caught]
    """
    make(account, "f", body, imports="import time, warnings")
    before = warnings.showwarning, vars(warnings).get("_showwarnmsg_impl"), list(warnings.filters)
    found = []
    for at, wait in ((0, 2), (1, 3)):
        account.later(at, lambda wait=wait: found.append(account.call("f", wait)["Payload"]))
    account.run()
    assert found == [["from 2"], ["from 3"]]
    assert (warnings.showwarning, vars(warnings).get("_showwarnmsg_impl"), list(warnings.filters)) == before


def test_who_watches_the_learners_code_goes_on_watching(account):
    before = sys.gettrace(), sys.getprofile()
    make(account, "f", "sys.settrace(lambda *_: None)\nsys.setprofile(lambda *_: None)")
    payload(account, "f")
    after = sys.gettrace(), sys.getprofile()
    sys.settrace(before[0]), sys.setprofile(before[1])
    assert after == before


def test_what_programs_would_inherit_stays_the_learners(account):
    make(account, "f", "os.putenv('SEVEN_WAYS_LEFT', '1')")
    payload(account, "f")
    assert subprocess.run(["env"], capture_output=True, text=True, check=True).stdout.find("SEVEN_WAYS_LEFT") == -1
