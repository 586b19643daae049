"""What moto's interpreter gets in place of `threading`, `time`, `random`, `uuid` and `copy`: threads are Tasks, waits are virtual.

Only one Task runs at a time and it is never interrupted, so locks have nothing to do. A stand-in belongs to the world in which it was
made: its Tasks wait on that world's clock, also after the world was parked and brought back.
"""

import copy as real_copy
import random as real_random
import threading as real_threading
import time as real_time
import types
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_api._internal import mock_random

from motoclock.clock import Clock, Signal, Task
from motoclock.on_behalf import OnBehalf
from motoclock.world import the_world


class Stopped(BaseException):
    """This part of an execution was stopped, timed out or overtaken by a failure elsewhere: unwind, and record nothing."""


class Event:
    """As `threading.Event`. Its `wait` is background work: who must keep a run going says so with `wait_first`."""

    def __init__(self) -> None:
        self._set = False
        self._waiting: list[Signal] = []

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        for signal in tuple(self._waiting):
            signal.fire()

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        return wait_first((self,), timeout)


def wait_first(events: Iterable[Event], timeout: float | None = None, foreground: bool = False) -> bool:
    """Wait until one of the events is set; False when `timeout` virtual seconds passed first.

    `foreground` says whether the timeout is work, as a Wait state's end is, or only guards, as a TimeoutSeconds does.
    """
    events = tuple(events)
    if any(event.is_set() for event in events):
        return True
    clock = the_world().clock
    signal = clock.signal()
    for event in events:
        event._waiting.append(signal)
    try:
        return clock.wait(signal, timeout, foreground)
    finally:
        for event in events:
            event._waiting.remove(signal)


class Lock:
    """As `threading.Lock` and `RLock`."""

    def acquire(self, *_: Any, **__: Any) -> bool:
        return True

    def release(self) -> None:
        pass

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Condition(Lock):
    """As `threading.Condition`, for the one that counts down workers."""

    def __init__(self) -> None:
        self._event = Event()

    def wait(self, timeout: float | None = None) -> bool:
        self._event.clear()
        return self._event.wait(timeout)

    def notify_all(self) -> None:
        self._event.set()


class Thread:
    """As `threading.Thread`: a Task that starts at this virtual instant, after what is already due."""

    daemon = True

    def __init__(
        self,
        target: Callable[..., Any],
        args: tuple = (),
        kwargs: dict[str, Any] | None = None,
        name: str = "",
        daemon: bool = True,
    ):
        self.name = name
        self.native_id = self.ident = 0
        self.task: Task | None = None
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self._done = Event()

    def start(self) -> None:
        clock = the_world().clock
        behalf = OnBehalf(message_ids=clock.on_behalf.message_ids)  # a branch works for whatever its execution does
        self.task = clock.spawn(self._run, name=self.name or "state machine", on_behalf=behalf)

    def _run(self) -> None:
        try:
            self._target(*self._args, **self._kwargs)
        except Stopped:
            pass
        finally:
            self._done.set()

    def join(self, timeout: float | None = None) -> None:
        self._done.wait(timeout)

    def is_alive(self) -> bool:
        return not self._done.is_set()


class Forgetful(list):
    """moto remembers every thread it starts, for its tests. We have no use for that, and memory would grow."""

    def append(self, _thread: Any) -> None:
        pass


def _clock() -> Clock:
    return the_world().clock


def _seconds_since_1970() -> float:
    return the_world().clock.datetime.timestamp()


def _facade(module: types.ModuleType, **replacements: Any) -> types.ModuleType:
    """A copy of a module's namespace in which some names mean something else."""
    copy = types.ModuleType(f"sevenways_{module.__name__}_for_stepfunctions")
    copy.__dict__.update({name: value for name, value in vars(module).items() if not name.startswith("__")})
    copy.__dict__.update(replacements)
    return copy


def seeded_random(seed: Any = None) -> real_random.Random:
    """States.MathRandom without a seed draws from the world's stream; with one it is what the seed says, as in AWS."""
    return real_random.Random(seed) if seed is not None else the_world().random("stepfunctions.random")


def copy_json(value: Any, *_: Any) -> Any:
    """As `copy.deepcopy`, an order of magnitude sooner for JSON: the interpreter copies its data at every step."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        return {name: copy_json(each) for name, each in value.items()}
    if kind is list:
        return [copy_json(each) for each in value]
    return real_copy.deepcopy(value)


_SCALARS = frozenset((str, int, float, bool, type(None)))


def uuid4() -> Any:
    """Ids come from moto's seeded generator, as all others do."""
    return mock_random.uuid4()


COPY = _facade(real_copy, deepcopy=copy_json)
THREADING = _facade(real_threading, Thread=Thread, Event=Event, Lock=Lock, RLock=Lock, Condition=Condition)
TIME = _facade(real_time, sleep=lambda seconds: _clock().sleep(seconds), time=_seconds_since_1970)
RANDOM = _facade(
    real_random,
    Random=seeded_random,
    uniform=lambda low, high: the_world().random("stepfunctions.jitter").uniform(low, high),
    choices=lambda *args, **kwargs: the_world().random("stepfunctions.random").choices(*args, **kwargs),
)
