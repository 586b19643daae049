"""`threading`, `queue` and `concurrent.futures` in handlers: a thread is a Task of the execution environment, in virtual time.

Modelled: a thread that outlives its invocation runs on; AWS freezes it until the next one. It ends with its environment.
"""

import importlib.util
import sys
import threading as real
import traceback
import types
from collections.abc import Callable
from typing import Any

from motoclock.clock import DeadTask
from motoclock.functions.virtual import locks
from motoclock.functions.virtual.current import facade, handlers_task, running_environment, running_task
from motoclock.functions.virtual.times import TIME
from motoclock.platform.switching import StrandExit


class Thread:
    """`threading.Thread`."""

    def __init__(
        self,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Any = (),
        kwargs: Any = None,
        *,
        daemon: bool | None = None,
        context: Any = None,
    ):
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self._ended, self._started = locks.Event(), False
        environment = running_environment()
        self.ident: int | None = None
        environment.threads += 1
        self._number = environment.threads
        label = f" ({target.__name__})" if hasattr(target, "__name__") else ""
        self.name = str(name) if name else f"Thread-{self._number}{label}"
        self.daemon = bool(daemon)

    @property
    def native_id(self) -> int | None:
        return self.ident

    def start(self) -> None:
        if self._started:
            raise RuntimeError("threads can only be started once")
        self._started, self.ident = True, self._number + 1
        task = handlers_task()
        around: Any = task.surroundings  # a handler's
        strand = task.clock.spawn(self._work, name=self.name, surroundings=around.another(), on_behalf=task.on_behalf)
        strand.handler = True
        strand.on_abandoned = task.on_abandoned
        around.environment.strands[strand] = self

    def run(self) -> None:
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def join(self, timeout: float | None = None) -> None:
        if not self._started:
            raise RuntimeError("cannot join thread before it is started")
        self._ended.wait(timeout)

    def is_alive(self) -> bool:
        return self._started and not self._ended.is_set()

    def _work(self) -> None:
        environment = running_environment()
        try:
            self.run()
        except SystemExit:
            pass
        except (DeadTask, StrandExit):
            raise
        except BaseException as error:
            print(
                f"Exception in thread {self.name}:\n{''.join(traceback.format_exception(error))}",
                end="",
                file=sys.stderr,
            )
        self._ended.set()
        del environment.strands[running_task()]

    def __repr__(self) -> str:
        state = "started" if self.is_alive() else "stopped" if self._started else "initial"
        return f"<{type(self).__name__}({self.name}, {state})>"


class Timer(Thread):
    """`threading.Timer`."""

    def __init__(self, interval: float, function: Callable[..., Any], args: Any = None, kwargs: Any = None):
        super().__init__(target=function, args=args or (), kwargs=kwargs)
        self._interval, self._cancelled = interval, locks.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> None:
        if not self._cancelled.wait(self._interval):
            super().run()


class _MainThread:
    """What `current_thread()` gives in the handler itself."""

    name, ident, native_id, daemon = "MainThread", 1, 1, False

    def is_alive(self) -> bool:
        return True

    def join(self, timeout: float | None = None) -> None:
        raise RuntimeError("cannot join current thread")


_MAIN = _MainThread()


def _started_thread() -> Thread | None:
    """The Thread whose work runs now; None in the handler itself, and where no environment's code runs."""
    environment = running_environment()
    return None if environment is None else environment.strands.get(running_task())


def _current_thread() -> Any:
    return _started_thread() or _MAIN


class _Local:
    """`threading.local`: the handler's own values live as long as its environment."""

    def _values(self) -> dict[str, Any]:
        thread = _started_thread()
        owner = running_environment() if thread is None else thread
        return vars(owner).setdefault("thread_locals", {}).setdefault(id(self), {})

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values()[name]
        except KeyError:
            raise AttributeError(f"'_thread._local' object has no attribute '{name}'") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._values()[name] = value

    def __delattr__(self, name: str) -> None:
        if self._values().pop(name, _MAIN) is _MAIN:
            raise AttributeError(name)


def _enumerate() -> list[Any]:
    return [_MAIN, *running_environment().strands.values()]


def _no_thread(*_: Any, **__: Any) -> Any:
    raise RuntimeError(
        "Handlers can't start raw threads here. Use threading.Thread or concurrent.futures: they run in virtual time."
    )


THREADING = facade(
    real,
    Thread=Thread,
    Timer=Timer,
    Lock=locks.Lock,
    RLock=locks.RLock,
    Condition=locks.Condition,
    Event=locks.Event,
    Semaphore=locks.Semaphore,
    BoundedSemaphore=locks.BoundedSemaphore,
    local=_Local,
    current_thread=_current_thread,
    currentThread=_current_thread,
    main_thread=lambda: _MAIN,
    get_ident=lambda: _current_thread().ident,
    get_native_id=lambda: _current_thread().ident,
    enumerate=_enumerate,
    active_count=lambda: len(_enumerate()),
    _register_atexit=lambda *_, **__: None,
)


def _again(name: str, modules: dict[str, types.ModuleType]) -> types.ModuleType:
    """A second copy of a pure-Python module of the library, whose imports find `modules`."""
    spec = importlib.util.find_spec(name)
    module = types.ModuleType(name)
    module.__file__, module.__package__ = spec.origin, spec.parent

    def import_(wanted: str, names: Any = None, local: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if wanted in modules:
            found = modules[wanted]
            if found is None:
                raise ImportError(wanted)
            return found
        return __import__(wanted, names, local, fromlist, level)

    builtins = vars(__import__("builtins"))
    vars(module)["__builtins__"] = {**builtins, "__import__": import_}
    exec(spec.loader.get_code(name), vars(module))
    return module


def _futures() -> types.ModuleType:
    base = _again("concurrent.futures._base", {"threading": THREADING, "time": TIME})
    package = types.ModuleType("concurrent.futures")
    package._base = base
    os_without_fork = facade(__import__("os"))
    del os_without_fork.register_at_fork  # would be called for every fork of the learner's process
    thread = _again(
        "concurrent.futures.thread",
        {"concurrent.futures": package, "queue": QUEUE, "threading": THREADING, "os": os_without_fork},
    )
    for name in ("FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED", "CancelledError", "TimeoutError"):
        setattr(package, name, getattr(base, name))
    for name in ("InvalidStateError", "BrokenExecutor", "Future", "Executor", "wait", "as_completed"):
        setattr(package, name, getattr(base, name))
    package.ThreadPoolExecutor = thread.ThreadPoolExecutor
    package.thread = thread
    package.ProcessPoolExecutor = _no_processes
    package.process = types.ModuleType("concurrent.futures.process")
    package.process.ProcessPoolExecutor = _no_processes
    package.process.BrokenProcessPool = type("BrokenProcessPool", (base.BrokenExecutor,), {})
    return package


def _no_processes(*_: Any, **__: Any) -> Any:
    raise RuntimeError("Handlers can't start processes here. Use ThreadPoolExecutor: its threads run in virtual time.")


QUEUE = _again("queue", {"threading": THREADING, "time": TIME, "_queue": None})
FUTURES = _futures()
CONCURRENT = types.ModuleType("concurrent")
CONCURRENT.futures = FUTURES
RAW_THREADS = facade(__import__("_thread"), start_new_thread=_no_thread, start_new=_no_thread)
