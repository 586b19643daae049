"""`time` in handlers. The zone is UTC, as in Lambda.

Reading it costs a virtual microsecond, so that a loop that waits for a time ends.
"""

import calendar
import time as real
from typing import Any

from motoclock.clock import EPOCH
from motoclock.facts import modelled
from motoclock.functions.virtual.current import facade, owning_task, running_clock

CLOCK_READ_S = modelled.CLOCK_READ_S.value
_EPOCH_S = int(EPOCH.timestamp())


def read() -> float | None:
    """Virtual seconds since opening, after paying for the look; None outside a Task. A greenlet of the handler's own looks for free."""
    clock = running_clock()
    if clock is None:
        owner = owning_task()
        return None if owner is None else owner.clock.now
    clock.sleep(CLOCK_READ_S)
    return clock.now


def _time() -> float:
    now = read()
    return real.time() if now is None else _EPOCH_S + now


def _time_ns() -> int:
    now = read()
    return real.time_ns() if now is None else _EPOCH_S * 10**9 + round(now * 1e9)


def _sleep(seconds: float) -> None:
    clock = running_clock()
    if clock is None and owning_task() is not None:
        raise RuntimeError(
            "A greenlet of a handler's own can't wait here: use threading.Thread or asyncio, in virtual time."
        )
    if clock is None:
        real.sleep(seconds)
    else:
        clock.sleep(seconds)


def _since_opening(name: str) -> dict[str, Any]:
    """`monotonic` and its like, with the nanosecond form."""
    real_s, real_ns = getattr(real, name), getattr(real, f"{name}_ns")

    def seconds() -> float:
        now = read()
        return real_s() if now is None else now

    def nanoseconds() -> int:
        now = read()
        return real_ns() if now is None else round(now * 1e9)

    return {name: seconds, f"{name}_ns": nanoseconds}


def _gmtime(seconds: float | None = None) -> real.struct_time:
    return real.gmtime(_time() if seconds is None else seconds)


def _localtime(seconds: float | None = None) -> real.struct_time:
    if running_clock() is None:
        return real.localtime(seconds)
    return _gmtime(seconds)


def _mktime(parts: Any) -> float:
    return real.mktime(parts) if running_clock() is None else float(calendar.timegm(parts))


def _strftime(form: str, parts: Any = None) -> str:
    return real.strftime(form, _localtime() if parts is None else parts)


def _asctime(parts: Any = None) -> str:
    return real.asctime(_localtime() if parts is None else parts)


def _ctime(seconds: float | None = None) -> str:
    return real.asctime(_localtime(seconds))


TIME = facade(
    real,
    time=_time,
    time_ns=_time_ns,
    sleep=_sleep,
    gmtime=_gmtime,
    localtime=_localtime,
    mktime=_mktime,
    strftime=_strftime,
    asctime=_asctime,
    ctime=_ctime,
    tzname=("UTC", "UTC"),
    timezone=0,
    altzone=0,
    daylight=0,
    **_since_opening("monotonic"),
    **_since_opening("perf_counter"),
    **_since_opening("process_time"),
    **_since_opening("thread_time"),
)
