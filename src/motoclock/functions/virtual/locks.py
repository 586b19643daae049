"""Locks of `threading` in handlers. Only one Task runs at a time, so they hold no real lock: they wait in virtual time."""

from collections.abc import Callable
from typing import Any

from motoclock.clock import Signal, Task
from motoclock.functions.virtual.current import handlers_clock, running_task


class Waiting:
    """Something that Tasks queue up for, first come first served."""

    def __init__(self) -> None:
        self._signal: Signal | None = None

    def wait(self, until: float | None) -> bool:
        """Suspend until woken; False when the virtual second `until` came first."""
        clock = handlers_clock()
        if self._signal is None:
            self._signal = clock.signal()
        if until is None:
            return clock.wait(self._signal)
        left = until - clock.now
        return left > 0 and clock.wait(self._signal, left, foreground=True)

    def wake(self, count: int) -> None:
        if self._signal is not None:
            self._signal.wake(count)


def _until(timeout: float | None) -> float | None:
    return None if timeout is None or timeout < 0 else handlers_clock().now + timeout


class Lock:
    def __init__(self) -> None:
        self._waiting, self._depth = Waiting(), 0
        self._owner: Task | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        until = _until(timeout)
        while self._depth and not self._may_enter_again():
            if not blocking or (not self._waiting.wait(until) and self._depth):
                return False
        self._owner = running_task()
        self._depth += 1
        return True

    def release(self) -> None:
        if not self._depth:
            raise RuntimeError("release unlocked lock")
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._waiting.wake(1)

    def locked(self) -> bool:
        return self._depth > 0

    def _may_enter_again(self) -> bool:
        return False

    def _is_owned(self) -> bool:
        return self._depth > 0

    def _release_save(self) -> int:
        depth, self._depth = self._depth, 1
        self.release()
        return depth

    def _acquire_restore(self, depth: int) -> None:
        self.acquire()
        self._depth = depth

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock(Lock):
    def _may_enter_again(self) -> bool:
        return self._owner is running_task()

    def _is_owned(self) -> bool:
        return self._depth > 0 and self._may_enter_again()

    def release(self) -> None:
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        super().release()


class Condition:
    def __init__(self, lock: Lock | None = None) -> None:
        self._lock = RLock() if lock is None else lock
        self._waiting = Waiting()
        self.acquire, self.release = self._lock.acquire, self._lock.release

    def __enter__(self) -> bool:
        return self._lock.__enter__()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def wait(self, timeout: float | None = None) -> bool:
        if not self._lock._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        depth = self._lock._release_save()
        woken = self._waiting.wait(_until(timeout))
        self._lock._acquire_restore(depth)
        return woken

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        until = _until(timeout)
        while not (result := predicate()):
            left = None if until is None else until - handlers_clock().now
            if left is not None and left <= 0:
                break
            self.wait(left)
        return result

    def notify(self, n: int = 1) -> None:
        if not self._lock._is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        self._waiting.wake(n)

    def notify_all(self) -> None:
        self.notify(1 << 30)

    notifyAll = notify_all


class Event:
    def __init__(self) -> None:
        self._waiting, self._set = Waiting(), False

    def is_set(self) -> bool:
        return self._set

    isSet = is_set

    def set(self) -> None:
        self._set = True
        self._waiting.wake(1 << 30)

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        until = _until(timeout)
        while not self._set and self._waiting.wait(until):
            pass
        return self._set


class Semaphore:
    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._waiting, self._value, self._initial = Waiting(), value, value

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        until = _until(timeout)
        while not self._value:
            if not blocking or (not self._waiting.wait(until) and not self._value):
                return False
        self._value -= 1
        return True

    def release(self, n: int = 1) -> None:
        if n < 1:
            raise ValueError("n must be one or more")
        self._value += n
        self._waiting.wake(n)

    __enter__ = acquire

    def __exit__(self, *_: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    def release(self, n: int = 1) -> None:
        if self._value + n > self._initial:
            raise ValueError("Semaphore released too many times")
        super().release(n)
