"""The Cloud: a simulated AWS account in this process. It opens moto, the clock and the delivery, and lets virtual time pass.

One Cloud is open at a time. A bare `Cloud()` closes the open one for good; `with Cloud()` parks it and brings it back. Whatever is
configured by boto3 or CloudFormation in between is live.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from moto.sqs.models import sqs_backends

from motoclock.account import Account
from motoclock.agenda import Seconds
from motoclock.asking import Share, asked, at_least
from motoclock.assembly import install, read_account, start_services
from motoclock.clock import ClockError, Timer
from motoclock.downstream import Downstream, Handler, Request
from motoclock.facts import modelled
from motoclock.functions import deploying
from motoclock.peeking import Peek, peek
from motoclock.platform import signals
from motoclock.run_record import Ended, RunRecord, record_of
from motoclock.services.events.emitting import emit
from motoclock.services.seams import parking
from motoclock.trace import Marked, Trace
from motoclock.wording import duration
from motoclock.world import ACCOUNT, REGION, Options, World, current_world, set_current_world

_MOST_SECONDS = modelled.RUN_MAX_S.value
_MOST_INVOCATIONS = modelled.RUN_MAX_INVOCATIONS.value

install()


class CloudClosed(RuntimeError):
    """This Cloud is not the open one any more."""


class Cloud:
    """A simulated AWS account, region us-east-1, whose time starts at 2030-01-01T00:00:00Z.

    `seed`: the same seed gives the same bytes. `duplicates`: share (0 to 1) of messages that standard queues and asynchronous invokes
    deliver twice (modelled). `reorder`: standard queues hand messages out in a seeded shuffle (modelled). `account_concurrency`: the
    account's concurrent executions. `strict_permissions`: refuse deliveries for want of a resource policy, as AWS does; otherwise they
    happen, and pictures name the missing statement. Execution-role policies are not evaluated (modelled).
    """

    @signals.shield.covers
    @asked
    def __init__(
        self,
        seed: int = 0,
        duplicates: Share = 0.0,
        reorder: bool = False,
        account_concurrency: Annotated[int, at_least(1)] = 1000,
        strict_permissions: bool = False,
    ):
        _refuse_inside_a_run("open a Cloud")
        signals.shield.up()
        before = _open_cloud()
        self._displaced: Cloud | None = None
        self._guest: Cloud | None = None
        self._last_account: Account | None = None
        self._closed = self._entered = False
        self._world = World(Options(seed, duplicates, reorder, account_concurrency, strict_permissions))
        self._world.cloud = self
        self._trace = self._world.trace
        self._parked_state = parking.fresh(seed)
        start_services(self._world)
        self._functions = self._world.services.functions
        try:  # so far nothing but this object has changed; from here on, all or nothing
            _swap(before, self)
            self._displaced = before
            if before is not None and not before._entered:
                before._forget_displaced()  # only a `with` on that one could have brought it back
            signals.shield.let_through()
        except BaseException:
            self._give_way()
            raise

    # ------------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        """The virtual time, an aware UTC datetime."""
        return self._world.clock.datetime

    @property
    def elapsed(self) -> float:
        """Virtual seconds since opening."""
        return self._world.clock.now

    @asked
    def run(self, seconds: Seconds | None = None) -> RunRecord:
        """Let virtual time pass: for `seconds`, or until no foreground work is left.

        Foreground is a message with an enabled consumer, a pending invocation, a retry, a delay, a batching window, a wait state, a
        one-time schedule, a `cloud.at`. Both ways end after 200,000 invocations; without `seconds`, also after 7 virtual days.
        """
        self._must_be_open("run")
        _refuse_inside_a_run("run the Cloud")
        clock, functions = self._world.clock, self._functions
        started, before, first = clock.now, functions.invocations, len(self._trace)
        limit = before + _MOST_INVOCATIONS

        def enough() -> bool:
            return functions.invocations >= limit

        try:
            if seconds is not None:
                clock.run_until(started + seconds, enough)
            else:
                at_rest = clock.run_while_work(enough, started + _MOST_SECONDS)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"stopped by you at {duration(clock.now)}; cloud.run() goes on from here") from None
        if seconds is not None:
            ended, why = Ended.AS_ASKED, f"stopped at {duration(seconds)}, as asked"
        elif at_rest:
            ended, why = Ended.AT_REST, "no work is left"
        else:
            ended, why = Ended.SEVEN_DAYS, f"work is left, but {duration(_MOST_SECONDS)} is the limit of one run"
            if clock.now == started:
                due = duration(clock.next_work_at - started)
                why = f"the next work is due in {due}, and a run without seconds looks {duration(_MOST_SECONDS)} ahead"
        if enough():
            ended = Ended.TOO_MANY_INVOCATIONS
            why = f"work may be left, but {_MOST_INVOCATIONS:,} invocations is the limit of one run"
        seen = self._trace[first:]
        return record_of(clock.now - started, functions.invocations - before, ended, why, seen)

    @asked
    def at(self, seconds: Seconds, call: Callable[[], Any], label: str | None = None) -> Timer:
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

    @asked
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

    @asked
    def downstream(
        self,
        url: str,
        latency_s: Seconds | Callable[[Request], float] = 0.05,
        capacity: Annotated[int, at_least(0)] | None = 5,
        error_rate: Share = 0.0,
        handler: Handler | None = None,
    ) -> Downstream:
        """Put a fragile HTTP system at `url`. Handlers call it with ordinary HTTP code.

        It answers after `latency_s` virtual seconds, serves `capacity` requests at once and answers 503 beyond that, and answers 500 to
        a seeded share `error_rate` of the rest. `handler(request)` says what it does and answers, as `Downstream` has it.
        """
        self._must_be_open("add a downstream system")
        return Downstream.put(
            self._world, url, latency_s=latency_s, capacity=capacity, error_rate=error_rate, handler=handler
        )

    @asked
    def emit(self, source: str, detail_type: str, detail: Mapping[str, Any], resources: Iterable[str] = ()) -> str:
        """Put an event of an AWS service on the default bus, such as an "Object Created" of "aws.s3". Returns the event's id.

        PutEvents, with which you put events of your own, takes no source that begins with "aws.".
        """
        self._must_be_open("emit an event")
        return emit(source, detail_type, detail, tuple(resources))

    # ------------------------------------------------------------------ looking

    @property
    def trace(self) -> Trace:
        return self._trace

    @asked
    def account(self) -> Account:
        """The account as it is: resources, their connections, live counts. Of a Cloud that was closed, as it was at its end."""
        if self._is_open:
            return read_account(self._world)
        if self._last_account is None:
            raise CloudClosed("This Cloud was closed when its account could not be read, so there is no picture of it.")
        return self._last_account

    @asked
    def peek(self, queue: str) -> Peek:
        """What is in a queue, by its name or URL, without a receive: bodies, ages, states, receive counts, as a table."""
        self._must_be_open("peek")
        return peek(sqs_backends[ACCOUNT][REGION].queues, queue, self.elapsed)

    @asked
    def logs(self, name: str) -> Any:
        """What the function printed, with virtual times: the lines that CloudWatch Logs has."""
        return self._functions.logs(name)

    @asked
    def code(self, name: str) -> str:
        """The source that was packaged for the function."""
        return self._functions.code(name)

    # ------------------------------------------------------------------ opening and closing

    @asked
    def close(self) -> None:
        """Close for good. Trace and pictures stay readable."""
        if self._closed:
            return
        if self._is_open:
            _refuse_inside_a_run("close the Cloud")
            _swap(self, None)
        self._end()

    @signals.shield.covers
    def __enter__(self) -> Self:
        try:
            self._must_be_open("enter")
            self._entered = True
            signals.shield.let_through()
        except BaseException:  # the `with` block has not begun, so nobody else would bring the other one back
            if self._is_open:
                self._give_way()
            raise
        return self

    @signals.shield.covers
    def __exit__(self, *_: object) -> None:
        self._give_way()
        signals.shield.let_through()

    def _give_way(self) -> None:
        """End this Cloud; the one that was open before it comes back, whatever goes wrong on the way."""
        try:
            self._leave()
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        there, before = _open_cloud(), self._displaced
        if self._guest is None and there is not self and there is not before:
            self._guest = there  # opened in the block of this one; a second try would find it no more
        if before is not None and not before._closed:
            _swap(there, before)
        elif there is self:
            _swap(self, None)
        self._displaced = None
        if self._guest is not None and not self._guest._is_open:
            self._guest._end()
        self._end()
        self._guest = None

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

    def _end(self) -> None:
        self._closed = True
        self._forget_displaced()
        self._parked_state = parking.NOTHING
        try:
            self._world.close()
        finally:
            parking.mock.stop(self)
            if not parking.mock.in_use:
                signals.shield.down()

    def _forget_displaced(self) -> None:
        if self._displaced is not None:
            self._displaced._end()
            self._displaced = None


class parked:
    """Park the open Cloud, if any, around a block that opens others; close those and bring it back afterwards."""

    @signals.shield.covers
    def __enter__(self) -> None:
        signals.shield.up()
        self._before = _open_cloud()
        _swap(self._before, None)
        try:
            signals.shield.let_through()
        except BaseException:
            self._bring_back()
            raise

    @signals.shield.covers
    def __exit__(self, *_: object) -> None:
        self._bring_back()
        signals.shield.let_through()

    def _bring_back(self) -> None:
        try:
            self._exchange()
        except BaseException:
            self._exchange()
            raise

    def _exchange(self) -> None:
        there, before = _open_cloud(), self._before
        if before is not None and before._closed:
            before = None
        _swap(there, before)
        if there is not None and there is not before:
            there._displaced = None if there._displaced is before else there._displaced
            there._end()


def _swap(there: Cloud | None, other: Cloud | None) -> None:
    """The open Cloud leaves and another takes its place; either may be None. When anything goes wrong, all is as it was.

    All of a world's state leaves moto and comes back byte for byte.
    """
    if there is other:
        return
    present = parking.present()
    if there is not None:
        there._last_account = _snapshot(there._world)
        there._parked_state = present
    try:
        if other is not None:
            parking.mock.start(other)
        parking.put((other and other._parked_state) or parking.NOTHING)
        set_current_world(other._world if other is not None else None)
    except BaseException:
        parking.put(present)
        set_current_world(there._world if there is not None else None)
        raise


def _snapshot(world: World) -> Account | None:
    """For the pictures of a Cloud that is not open any more. Whatever is wrong with it must not keep its world in everybody's way."""
    try:
        return read_account(world)
    except Exception:
        return None


def _open_cloud() -> Cloud | None:
    world = current_world()
    return None if world is None else world.cloud


def _refuse_inside_a_run(act: str) -> None:
    world = current_world()
    if world is not None and world.clock.driving:
        raise ClockError(
            f"You can't {act} from inside a run: a handler and a cloud.at are part of the run that called them."
        )
