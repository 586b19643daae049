"""A platform that offers the least: what does nothing is enough for a queue, a function, a retry and a picture."""

import ast
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src"
PLATFORM = SOURCE / "motoclock" / "platform"

# Each stands in for one file, with the names that its docstring promises and no others. Nothing of the kind is left in the machine.
NOTHING = {
    "signals": """
        from contextlib import nullcontext
        def watched(interrupted, look): return nullcontext()
        class shield:
            covers = staticmethod(lambda function: function)
            up = down = let_through = staticmethod(lambda: None)
    """,
    "gc": """
        from contextlib import ContextDecorator
        class seldom(ContextDecorator):
            def __init__(self, *_): pass
            def __enter__(self): pass
            def __exit__(self, *_): pass
        OF_A_PICTURE = None
        def settings(): return ()
        def restore(before): pass
    """,
    "audit": """
        def listen(listeners): pass
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
                self._run, self.parent, self.dead, self._context = run, parent, False, None
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
                self._context.run(self._run) if self._context is not None else self._run()
                self.dead = True
                _now = self.parent
                _now._baton.release()
        _now = Strand()
        def current(): return _now
        def use_context(strand, context): strand._context = context
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

seen = []
with Cloud() as cloud:
    machine = real_signal.getsignal(real_signal.SIGINT), real_gc.get_threshold()
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


@pytest.mark.parametrize(
    "names", [tuple(NOTHING), pytest.param(("signals", "gc", "threads"), marks=pytest.mark.proof)], ids=",".join
)
def test_the_same_happens_on_a_platform_that_offers_the_least(
    names: tuple[str, ...], here: dict, tmp_path: Path
) -> None:
    there = story(tmp_path, *names)
    assert there["untouched"] is ("signals" in names)
    assert there | {"untouched": False} == here


def test_each_file_offers_what_its_stand_in_offers() -> None:
    """Who adds a name to a file gives every other platform something to do: then the stand-in has it too."""
    nodes = [list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in SOURCE.rglob("*.py")]
    for name, code in NOTHING.items():
        used = {alias for module in nodes for alias in _used_of(f"motoclock.platform.{name}", module)}
        offered = vars_of(code)
        assert used <= offered, f"{name}: {used - offered}"
    assert {path.stem for path in PLATFORM.glob("*.py")} - {"__init__"} == set(NOTHING)


def vars_of(code: str) -> set[str]:
    names: dict = {}
    exec(textwrap.dedent(code), names)
    return {name for name in names if not name.startswith("_")}


def _used_of(module: str, nodes: list[ast.AST]) -> set[str]:
    """The names of a module that the code with these nodes uses."""
    package, _, last = module.rpartition(".")
    used, here = set(), False
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == module:
            used |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == package:
            here |= any(alias.name == last for alias in node.names)
    if here:
        used |= {
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == last
        }
    return used
