"""`asyncio` in handlers: an event loop whose time is the clock's and whose waiting is virtual."""

import asyncio as real
from collections.abc import Callable
from typing import Any

from motoclock.functions.virtual.current import facade, handlers_clock, running_environment, running_task
from motoclock.functions.virtual.locks import Event
from motoclock.functions.virtual.threads import Thread


class _VirtualSelector:
    """In place of the operating system's: there is nothing to wait for but time and call_soon_threadsafe."""

    def __init__(self) -> None:
        self._woken = Event()

    def wake(self) -> None:
        self._woken.set()

    def select(self, timeout: float | None) -> list:
        if timeout is None or timeout > 0:
            self._woken.wait(timeout)
        self._woken.clear()
        return []


class VirtualLoop(real.BaseEventLoop):
    """An event loop of one execution environment. Modelled: it has no sockets and no subprocesses."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _VirtualSelector()

    def time(self) -> float:
        return handlers_clock().now

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> real.Future:
        """A thread in virtual time; a given executor is used as it is."""
        future = self.create_future()

        def report(call: Callable[[], Any]) -> None:
            try:
                result, error = call(), None
            except Exception as problem:
                result, error = None, problem
            self.call_soon_threadsafe(settle, result, error)

        def settle(result: Any, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

        if executor is None:
            Thread(target=report, args=(lambda: func(*args),), name="asyncio").start()
        else:
            executor.submit(func, *args).add_done_callback(lambda done: report(done.result))
        return future

    async def create_connection(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError(
            "asyncio in handlers has no sockets here. Call HTTP with urllib.request or urllib3, in asyncio.to_thread."
        )

    create_datagram_endpoint = create_server = create_connection

    def _process_events(self, event_list: list) -> None:
        pass

    def _write_to_self(self) -> None:
        self._selector.wake()


class Runner(real.Runner):
    """`asyncio.Runner`, with a virtual loop in a handler."""

    def __init__(self, *, debug: bool | None = None, loop_factory: Callable[[], Any] | None = None):
        if loop_factory is None and running_task() is not None:
            loop_factory = VirtualLoop
        super().__init__(debug=debug, loop_factory=loop_factory)


def run(main: Any, *, debug: bool | None = None, loop_factory: Callable[[], Any] | None = None) -> Any:
    """`asyncio.run`."""
    with Runner(debug=debug, loop_factory=loop_factory) as runner:
        return runner.run(main)


def _new_event_loop() -> Any:
    return real.new_event_loop() if running_task() is None else VirtualLoop()


def _get_event_loop() -> Any:
    running, environment = real._get_running_loop(), running_environment()
    if running is not None or environment is None:
        return running or real.get_event_loop()
    if environment.loop is None or environment.loop.is_closed():
        environment.loop = VirtualLoop()
    return environment.loop


def _set_event_loop(loop: Any) -> None:
    environment = running_environment()
    if environment is None:
        real.set_event_loop(loop)
    else:
        environment.loop = loop


ASYNCIO = facade(
    real,
    run=run,
    Runner=Runner,
    new_event_loop=_new_event_loop,
    get_event_loop=_get_event_loop,
    set_event_loop=_set_event_loop,
)
