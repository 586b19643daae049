"""Nothing but `motoclock/platform` asks where it runs, and what does nothing there is enough for a queue, a function and a retry."""

import ast
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PLATFORM = SOURCE / "motoclock" / "platform"

# What differs from platform to platform. `graphviz.backend` runs the program; the rest of that library writes text.
MODULES = {"_thread", "concurrent.futures", "gc", "graphviz.backend", "greenlet", "multiprocessing", "platform"}
MODULES |= {"resource", "signal", "subprocess", "threading"}
NAMES = {"shutil.which", "sys.platform", "os.name", "os.uname", "graphviz.pipe", "graphviz.render", "graphviz.Source"}
IMPORTERS = {"__import__", "import_module", "importlib.import_module"}

WORKSHOP = "builds the course on an author's desktop, and no lesson imports it"
STAND_IN = "copies the module's names for stand-ins, and starts no thread"
EXCEPTIONS = {
    (
        "motoclock/extras/stepfunctions/interpreter.py",
        "threading",
    ): "knows by identity which names of moto's to replace",
    ("motoclock/extras/stepfunctions/stand_ins.py", "threading"): STAND_IN,
    ("motoclock/functions/virtual/threads.py", "threading"): STAND_IN,
    ("motoclock/functions/virtual/threads.py", "_thread"): STAND_IN,
    ("sevenways/authoring/book.py", "subprocess"): WORKSHOP,
    ("sevenways/authoring/build.py", "concurrent.futures"): WORKSHOP,
}


def asked(code: str) -> Iterator[str]:
    """What of the machine a module asks, in the words of `MODULES` and `NAMES`."""
    tree = ast.parse(code)
    real = {}  # name in this module -> the module it stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            real |= {alias.asname or alias.name: alias.name for alias in node.names}
            yield from (module for alias in node.names if (module := _module(alias.name)))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for name in [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]:
                if name in NAMES or name in MODULES or (name == node.module and _module(name)):
                    yield _module(name) or name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{real.get(node.value.id, '')}.{node.attr}"
            if name in NAMES:
                yield name
        match node:
            case ast.Call(func=called, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(called) in IMPORTERS and (module := _module(name)):
                    yield module


def _module(name: str) -> str | None:
    return next((module for module in sorted(MODULES) if name == module or name.startswith(f"{module}.")), None)


def everything_asked() -> set[tuple[str, str]]:
    return {
        (path.relative_to(SOURCE).as_posix(), what)
        for path in SOURCE.rglob("*.py")
        if PLATFORM not in path.parents
        for what in asked(path.read_text(encoding="utf-8"))
    }


def test_nothing_else_asks_where_it_runs() -> None:
    wrong = sorted(everything_asked() - set(EXCEPTIONS))
    assert not wrong, "\n".join(f"{path} asks for {what}: ask motoclock.platform" for path, what in wrong)


def test_no_exception_is_kept_that_nobody_needs() -> None:
    assert set(EXCEPTIONS) <= everything_asked()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import greenlet", ["greenlet"]),
        ("from greenlet import getcurrent", ["greenlet"]),
        ("import threading as real", ["threading"]),
        ("def later():\n    import gc", ["gc"]),
        ("import graphviz.backend", ["graphviz.backend"]),
        ("from graphviz import backend", ["graphviz.backend"]),
        ("import graphviz\ngraphviz.pipe('dot', 'svg', b'')", ["graphviz.pipe"]),
        ("import graphviz\ngraphviz.Digraph()", []),
        ("import shutil\nshutil.which('dot')", ["shutil.which"]),
        ("import shutil\nshutil.rmtree('a')", []),
        ("from shutil import which", ["shutil.which"]),
        ("import sys\nif sys.platform == 'win32': ...", ["sys.platform"]),
        ("import sys as system\nsystem.platform", ["sys.platform"]),
        ("x = __import__('_thread')", ["_thread"]),
        ("from importlib import import_module\nimport_module('signal')", ["signal"]),
        ("from motoclock.platform import signals, gc, threads\nsignals.watched", []),
        ("from motoclock.waiting import signal", []),
    ],
)
def test_what_asks_has_been_seen_to_be_found(code: str, found: list[str]) -> None:
    assert list(asked(code)) == found


# Each stands in for one file, with the names that its docstring promises and no others. Nothing of the kind is left in the machine.
NOTHING = {
    "signals": """
        from contextlib import nullcontext
        def watched(interrupted, look): return nullcontext()
    """,
    "gc": """
        from contextlib import ContextDecorator
        class seldom(ContextDecorator):
            def __enter__(self): pass
            def __exit__(self, *_): pass
    """,
    "threads": """
        def ident(): return 1
        def is_main(): return True
        class Flag:
            def acquire(self, blocking=False): return True
            def release(self): pass
    """,
    "dot": """
        class NoGraphviz(RuntimeError): pass
        def svg(source): return '<?xml version="1.0"?><svg width="72pt" height="36pt" viewBox="0 0 72 36"><g/></svg>'
    """,
    # greenlets out of threads that hand one baton to each other: what a Strand must do, and no more
    "switching": """
        import _thread, threading
        class StrandExit(BaseException): pass
        class Strand:
            def __init__(self, run=None, parent=None):
                self._run, self.parent, self.dead = run, parent, False
                self._started, self._baton = run is None, _thread.allocate_lock()
                self._baton.acquire()
            def switch(self):
                global _now
                before, _now = _now, self
                if not self._started:
                    self._started = True
                    threading.Thread(target=self._work, daemon=True).start()
                else:
                    self._baton.release()
                before._baton.acquire()
            def _work(self):
                global _now
                self._run()
                self.dead = True
                _now = self.parent
                _now._baton.release()
        _now = Strand()
        def current(): return _now
    """,
}

STORY = """
import json, signal as real_signal, sys, textwrap, types
import gc as real_gc
import motoclock_stand_ins
for name, code in motoclock_stand_ins.CHOSEN.items():
    module = sys.modules[f"motoclock.platform.{name}"] = types.ModuleType(f"motoclock.platform.{name}")
    exec(textwrap.dedent(code), vars(module))
if "switching" in motoclock_stand_ins.CHOSEN:
    sys.modules["greenlet"] = None  # an import of it fails

import boto3
from sevenways import Cloud

def charge(event, context):
    import time
    time.sleep(1)
    received = int(event["Records"][0]["attributes"]["ApproximateReceiveCount"])
    print("attempt", received)
    if received == 1:
        raise ValueError("the first attempt fails")

machine = real_signal.getsignal(real_signal.SIGINT), real_gc.get_threshold()
seen = []
with Cloud() as cloud:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    cloud.deploy(charge)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="charge")
    sqs.send_message(QueueUrl=url, MessageBody="order-1")
    cloud.at(2, lambda: seen.append((real_signal.getsignal(real_signal.SIGINT), real_gc.get_threshold())))
    ran = cloud.run()
    print(json.dumps({
        "untouched": seen == [machine],
        "put back": machine == (real_signal.getsignal(real_signal.SIGINT), real_gc.get_threshold()),
        "invocations": ran.invocations,
        "elapsed": cloud.elapsed,
        "processed": cloud.summary()["processed"],
        "drawn": "charge" in str(cloud.diagram()),
        "trace": [repr(event) for event in cloud.trace],
    }))
"""


def story(tmp_path: Path, *names: str) -> dict:
    """What happens to one message, in a process where these files are replaced before anything is imported."""
    (tmp_path / "motoclock_stand_ins.py").write_text(f"CHOSEN = { ({name: NOTHING[name] for name in names})!r}")
    (tmp_path / "story.py").write_text(STORY, encoding="utf-8")
    done = subprocess.run([sys.executable, "story.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The same with nothing replaced."""
    return story(tmp_path_factory.mktemp("here"))


def test_here_a_run_watches_for_signals_collects_seldom_and_puts_both_back(here: dict) -> None:
    assert not here["untouched"]
    assert here["put back"]
    assert (here["invocations"], here["processed"]) == (2, 1)


@pytest.mark.parametrize("names", [("signals", "gc", "threads"), tuple(NOTHING)], ids=",".join)
def test_the_same_happens_on_a_platform_that_offers_the_least(
    names: tuple[str, ...], here: dict, tmp_path: Path
) -> None:
    there = story(tmp_path, *names)
    assert there["untouched"] is ("signals" in names)
    assert there | {"untouched": False} == here


def test_each_file_offers_what_its_stand_in_offers() -> None:
    """Who adds a name to a file gives every other platform something to do: then the stand-in has it too."""
    for name, code in NOTHING.items():
        used = {
            alias
            for path in SOURCE.rglob("*.py")
            for alias in _used_of(f"motoclock.platform.{name}", path.read_text(encoding="utf-8"))
        }
        offered = vars_of(code)
        assert used <= offered, f"{name}: {used - offered}"
    assert {path.stem for path in PLATFORM.glob("*.py")} - {"__init__"} == set(NOTHING)


def vars_of(code: str) -> set[str]:
    names: dict = {}
    exec(textwrap.dedent(code), names)
    return {name for name in names if not name.startswith("_")}


def _used_of(module: str, code: str) -> set[str]:
    """The names of a module that this code uses."""
    package, _, last = module.rpartition(".")
    tree = ast.parse(code)
    used, here = set(), False
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == module:
            used |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == package:
            here |= any(alias.name == last for alias in node.names)
    if here:
        used |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == last
        }
    return used
