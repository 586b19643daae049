"""The Cloud: a simulated AWS account in this process. It opens moto, the clock and the delivery, and lets virtual time pass.

One Cloud is open at a time. A bare `Cloud()` closes the open one for good; `with Cloud()` parks it and brings it back. Whatever is
configured by boto3 or CloudFormation in between is live.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Self

from moto.sqs.models import sqs_backends

from motoclock.account import Account
from motoclock.assembly import install, read_account, start_services
from motoclock.clock import ClockError, Timer
from motoclock.downstream import Downstream, Request
from motoclock.facts import modelled
from motoclock.functions import deploying
from motoclock.peeking import Peek, peek
from motoclock.services.seams import parking
from motoclock.trace import Marked, Trace
from motoclock.wording import duration
from motoclock.world import ACCOUNT, REGION, Options, World, current_world, set_current_world

_MOST_SECONDS = modelled.RUN_MAX_S.value
_MOST_INVOCATIONS = modelled.RUN_MAX_INVOCATIONS.value

install()


class CloudClosed(RuntimeError):
    """This Cloud is not the open one any more."""


class Ended(Enum):
    """Why a run came to its end."""

    AS_ASKED = auto()  # so many seconds have passed
    AT_REST = auto()  # no work is left
    SEVEN_DAYS = auto()  # work is left
    TOO_MANY_INVOCATIONS = auto()  # work may be left


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What one `run()` did: virtual seconds that passed, invocations that started, and why it stopped, as data and in words."""

    seconds: float
    invocations: int
    ended: Ended
    stopped: str

    def __repr__(self) -> str:
        calls = "1 invocation" if self.invocations == 1 else f"{self.invocations:,} invocations"
        return f"{duration(self.seconds)} passed, {calls}; {self.stopped}"


class Cloud:
    """A simulated AWS account, region us-east-1, whose time starts at 2030-01-01T00:00:00Z.

    `seed`: the same seed gives the same bytes. `duplicates`: share (0 to 1) of messages that standard queues and asynchronous invokes
    deliver twice (modelled). `reorder`: standard queues hand messages out in a seeded shuffle (modelled). `account_concurrency`: the
    account's concurrent executions. `strict_permissions`: refuse deliveries for want of a resource policy, as AWS does; otherwise they
    happen, and pictures name the missing statement. Execution-role policies are not evaluated (modelled).
    """

    def __init__(
        self,
        seed: int = 0,
        duplicates: float = 0.0,
        reorder: bool = False,
        account_concurrency: int = 1000,
        strict_permissions: bool = False,
    ):
        if not 0 <= duplicates <= 1:
            raise ValueError(f"duplicates is a share between 0 and 1, not {duplicates}.")
        if account_concurrency < 1:
            raise ValueError(f"account_concurrency is at least 1, not {account_concurrency}.")
        _refuse_inside_a_run("open a Cloud")
        self._displaced = _park_open_cloud()
        if self._displaced is not None and not self._displaced._entered:
            self._displaced._forget_displaced()  # only a `with` on that one could have brought it back
        self._world = World(Options(seed, duplicates, reorder, account_concurrency, strict_permissions))
        self._world.cloud = self
        self._parked_state = parking.fresh(seed)
        self._last_account: Account | None = None
        self._closed = self._entered = False
        self._put_in_place()
        self._trace = self._world.trace
        start_services(self._world)
        self._functions = self._world.services.functions

    # ------------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        """The virtual time, an aware UTC datetime."""
        return self._world.clock.datetime

    @property
    def elapsed(self) -> float:
        """Virtual seconds since opening."""
        return self._world.clock.now

    def run(self, seconds: float | None = None) -> RunRecord:
        """Let virtual time pass: for `seconds`, or until no foreground work is left.

        Foreground is a message with an enabled consumer, a pending invocation, a retry, a delay, a batching window, a wait state, a
        one-time schedule, a `cloud.at`. Both ways end after 200,000 invocations; without `seconds`, also after 7 virtual days.
        """
        self._must_be_open("run")
        _refuse_inside_a_run("run the Cloud")
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"seconds must be 0 or more, not {seconds}.")
        clock, functions = self._world.clock, self._functions
        started, before = clock.now, functions.invocations
        limit = before + _MOST_INVOCATIONS

        def enough() -> bool:
            return functions.invocations >= limit

        if seconds is not None:
            clock.run_until(started + seconds, enough)
            ended, why = Ended.AS_ASKED, f"stopped at {duration(seconds)}, as asked"
        elif clock.run_while_work(enough, started + _MOST_SECONDS):
            ended, why = Ended.AT_REST, "no work is left"
        else:
            ended, why = Ended.SEVEN_DAYS, f"work is left, but {duration(_MOST_SECONDS)} is the limit of one run"
        if enough():
            ended = Ended.TOO_MANY_INVOCATIONS
            why = f"work may be left, but {_MOST_INVOCATIONS:,} invocations is the limit of one run"
        return RunRecord(clock.now - started, functions.invocations - before, ended, why)

    def at(self, seconds: float, call: Callable[[], Any], label: str | None = None) -> Timer:
        """Call a plain function at a virtual second since opening: a burst, an outage, its end. It may use boto3; it must not wait."""
        self._must_be_open("plan anything")
        clock = self._world.clock
        if seconds < clock.now:
            raise ValueError(f"Second {seconds:g} has passed: it is second {clock.now:g} of this Cloud.")

        def happen() -> None:
            if label:
                self._world.trace.append(Marked(label), "cloud")
            call()

        return clock.call_later(
            seconds - clock.now, lambda: clock.spawn(happen, name=label or "cloud.at", learners=True)
        )

    # ------------------------------------------------------------------ building

    def deploy(
        self,
        handler: Callable[[Any, Any], Any],
        name: str | None = None,
        timeout: int = 3,
        memory_mb: int = 128,
        environment: dict[str, str] | None = None,
        reserved_concurrency: int | None = None,
    ) -> str:
        """Package a handler and create its Lambda function, or update code and configuration of the one with that name.

        Sugar for `create_function(Code={"ZipFile": ...})` with a role of its own. From a cell the package holds the cell's imports and
        what the handler uses of that cell, nothing else. `timeout` in seconds. Returns the function's ARN.
        """
        self._must_be_open("deploy")
        return deploying.deploy(
            self._functions, handler, name, timeout=timeout, memory_mb=memory_mb, environment=environment,
            reserved_concurrency=reserved_concurrency,
        )  # fmt: skip

    def downstream(
        self,
        url: str,
        latency_s: float | Callable[[Request], float] = 0.05,
        capacity: int | None = 5,
        error_rate: float = 0.0,
        **more: Any,
    ) -> Downstream:
        """Put a fragile HTTP system at `url`. Handlers call it with ordinary HTTP code.

        It answers after `latency_s` virtual seconds, serves `capacity` requests at once and answers 503 beyond that, and answers 500 to
        a seeded share `error_rate` of the rest. Keywords of `Downstream` are passed on.
        """
        self._must_be_open("add a downstream system")
        return Downstream.put(self._world, url, latency_s=latency_s, capacity=capacity, error_rate=error_rate, **more)

    # ------------------------------------------------------------------ looking

    @property
    def trace(self) -> Trace:
        return self._trace

    def account(self) -> Account:
        """The account as it is: resources, their connections, live counts. Of a Cloud that was closed, as it was at its end."""
        if self._is_open:
            return read_account(self._world)
        return self._last_account

    def peek(self, queue: str) -> Peek:
        """What is in a queue, by its name or URL, without a receive: bodies, ages, states, receive counts, as a table."""
        self._must_be_open("peek")
        return peek(sqs_backends[ACCOUNT][REGION].queues, queue, self.elapsed)

    def logs(self, name: str) -> Any:
        """What the function printed, with virtual times: the lines that CloudWatch Logs has."""
        return self._functions.logs(name)

    def code(self, name: str) -> str:
        """The source that was packaged for the function."""
        return self._functions.code(name)

    # ------------------------------------------------------------------ opening and closing

    def close(self) -> None:
        """Close for good. Trace and pictures stay readable."""
        if self._closed:
            return
        if self._is_open:
            _refuse_inside_a_run("close the Cloud")
            self._take_out()
        self._end()

    def __enter__(self) -> Self:
        self._must_be_open("enter")
        self._entered = True
        return self

    def __exit__(self, *_: object) -> None:
        before, self._displaced = self._displaced, None
        if self._is_open:
            self._take_out()
        self._end()
        if before is not None and not before._closed:
            _leave_nothing_open()
            before._put_in_place()

    def __repr__(self) -> str:
        state = "open" if self._is_open else "closed" if self._closed else "parked"
        return f"<Cloud, {state}, {duration(self.elapsed)} after opening, {len(self.trace):,} events>"

    @property
    def _is_open(self) -> bool:
        return current_world() is self._world

    def _must_be_open(self, act: str) -> None:
        if not self._is_open:
            raise CloudClosed(
                f"This Cloud can't {act}: another was opened after it, or it was closed. "
                "Use the newest one, or open one: cloud = Cloud()."
            )

    def _put_in_place(self) -> None:
        parking.mock.start(self)
        parking.drop()
        parking.restore(self._parked_state)
        self._parked_state = None
        set_current_world(self._world)

    def _take_out(self) -> None:
        """Park: everything of this world leaves moto, and comes back byte for byte."""
        try:
            self._last_account = read_account(self._world)
        finally:  # whatever is wrong with a picture must not keep this world in everybody's way
            set_current_world(None)
            self._parked_state = parking.park()

    def _end(self) -> None:
        self._forget_displaced()
        self._closed = True
        self._parked_state = None
        self._world.close()
        parking.mock.stop(self)

    def _forget_displaced(self) -> None:
        displaced, self._displaced = self._displaced, None
        if displaced is not None:
            displaced._end()


@contextmanager
def parked() -> Iterator[None]:
    """Park the open Cloud, if any, around a block that opens others; close those and bring it back afterwards."""
    before = _park_open_cloud()
    try:
        yield
    finally:
        _leave_nothing_open()
        if before is not None:
            before._put_in_place()


def _leave_nothing_open() -> None:
    world = current_world()
    if world is not None:
        world.cloud._take_out()
        world.cloud._end()


def _park_open_cloud() -> "Cloud | None":
    world = current_world()
    if world is None:
        return None
    world.cloud._take_out()
    return world.cloud


def _refuse_inside_a_run(act: str) -> None:
    world = current_world()
    if world is not None and world.clock.driving:
        raise ClockError(
            f"You can't {act} from inside a run: a handler and a cloud.at are part of the run that called them."
        )
