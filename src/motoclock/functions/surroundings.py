"""What a handler sees around itself: output, environment variables, logging, modules, asyncio's loop. Swapped at every switch.

Loggers that a handler gets by name belong to its environment; the root logger is the process's own, with handlers and level swapped, so
what libraries log reaches the function's log too.

The two streams and the logging handler below hold no state: they ask whose code is running, so a library that keeps one of them for
ever still writes to the right function's log.
"""

import asyncio
import io
import linecache
import logging
import os
import sys
import tempfile
import time
from typing import Any

from motoclock.clock import EPOCH
from motoclock.functions.machine import TMP
from motoclock.functions.virtual import files
from motoclock.functions.virtual.times import TIME
from motoclock.platform import switching

_TEMPFILE: Any = tempfile  # where it keeps its names is not public
_get_loop, _set_loop = asyncio._get_running_loop, asyncio._set_running_loop
_swap_task = getattr(asyncio.tasks, "_swap_current_task", None)  # from 3.12 on, the loop's task is kept apart


class HandlerSurroundings:
    """For one Task that runs an environment's code: the handler's own, or a thread's that it started."""

    __slots__ = ("_hidden", "_hooks", "_host", "_host_task", "_loop", "_loop_task", "environment")

    def __init__(self, environment: Any):
        self.environment = environment
        self._loop = self._loop_task = self._host_task = self._hooks = None
        self._hidden: dict[str, Any] = {}
        self._host: tuple = ()

    def another(self) -> "HandlerSurroundings":
        """For another Task in the same environment."""
        return HandlerSurroundings(self.environment)

    def enter(self) -> None:
        environment, root = self.environment, logging.root
        self._host = (
            sys.stdout,
            sys.stderr,
            os.environ,
            root.handlers,
            root.level,
            root.filters,
            logging.time,
            _get_loop(),
            sys.get_asyncgen_hooks(),
            os.urandom,
            logging.Logger.manager,
            sys.path,
            sys.argv,
            tempfile.tempdir,
            _TEMPFILE._name_sequence,
        )
        sys.stdout, sys.stderr, os.environ = environment.stdout, environment.stderr, environment.variables
        sys.path, sys.argv, tempfile.tempdir = environment.path, environment.argv, TMP
        files.put_in()
        os.urandom, _TEMPFILE._name_sequence = environment.entropy.randbytes, environment.file_names
        root.handlers, root.filters, logging.time = environment.log_handlers, environment.log_filters, TIME
        logging.Logger.manager = environment.loggers
        _set_level(environment.log_level, self._host[10], environment.loggers)
        if self._host[7] is not None or self._loop is not None:
            self._host_task = _swap_loops(self._host[7], self._loop, self._loop_task)
        if self._hooks is not None:
            sys.set_asyncgen_hooks(*self._hooks)
        modules = sys.modules
        sys.meta_path.insert(0, environment.loader)
        self._hidden = {name: modules.pop(name) for name in environment.hidden if name in modules}
        for name, module in environment.loader.modules.items():
            modules[name] = module
        if environment.loader.libraries is not None:
            environment.loader.libraries.put_in()
        for file in environment.loader.bundle.files:
            if file in linecache.cache:
                del linecache.cache[file]
        environment.interpreter.put_in()

    def leave(self) -> None:
        environment, root = self.environment, logging.root
        modules = sys.modules
        environment.interpreter.take_out()
        files.take_out()
        if environment.loader.libraries is not None:
            environment.loader.libraries.take_out()
        for name in environment.loader.modules:
            modules.pop(name, None)
        if self._hidden:
            modules.update(self._hidden)
        sys.meta_path.remove(environment.loader)
        environment.stdout, environment.stderr, environment.variables = sys.stdout, sys.stderr, os.environ
        environment.path, environment.argv = sys.path, sys.argv
        environment.log_handlers, environment.log_filters, environment.log_level = (
            root.handlers,
            root.filters,
            root.level,
        )
        loop, hooks = _get_loop(), sys.get_asyncgen_hooks()
        (
            sys.stdout,
            sys.stderr,
            os.environ,
            root.handlers,
            level,
            root.filters,
            logging.time,
            host_loop,
            host_hooks,
            os.urandom,
            logging.Logger.manager,
            sys.path,
            sys.argv,
            tempfile.tempdir,
            _TEMPFILE._name_sequence,
        ) = self._host
        _set_level(level, logging.Logger.manager, environment.loggers)
        self._hooks = None
        if hooks != host_hooks:
            self._hooks = tuple(hooks)
            sys.set_asyncgen_hooks(*host_hooks)
        self._loop = loop
        if loop is not None or host_loop is not None:
            self._loop_task = _swap_loops(loop, host_loop, self._host_task)


def _swap_loops(before: Any, after: Any, task_after: Any) -> Any:
    """Make `after` the running loop and return the task that `before` was running: Python 3.12 and later keep and check it."""
    task_before = _swap_task(before, None) if _swap_task is not None and before is not None else None
    _set_loop(after)
    if _swap_task is not None and after is not None and task_after is not None:
        _swap_task(after, task_after)
    return task_before


def _set_level(level: int, *managers: logging.Manager) -> None:
    """Set the root logger's level; loggers cache what it lets through, so the caches are cleared, but only on a change."""
    if logging.root.level != level:
        logging.root.level = level
        for manager in managers:
            manager._clear_cache()


def _log_of_runner() -> Any:
    environment = getattr(getattr(switching.current(), "surroundings", None), "environment", None)
    return None if environment is None else environment.log


class _Output(io.TextIOBase):
    """`sys.stdout` of handlers."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, name: str):
        self._name = name
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        log = _log_of_runner()
        if log is None:
            stream = getattr(sys, self._name)
            return len(text) if stream is self else stream.write(text)
        task = switching.current()
        task.clock.check_alive()
        log.write(text)
        return len(text)

    def flush(self) -> None:
        pass

    def writable(self) -> bool:
        return True

    def reconfigure(self, **_: Any) -> None:
        pass


class _Bytes(io.RawIOBase):
    def __init__(self, text: _Output):
        self._text = text

    def write(self, data: Any) -> int:
        self._text.write(bytes(data).decode(errors="replace"))
        return len(data)

    def writable(self) -> bool:
        return True


STDOUT, STDERR = _Output("stdout"), _Output("stderr")


class LambdaLoggerHandler(logging.Handler):
    """What the Lambda runtime puts on the root logger. The format is Lambda's: level, time, request id, message, tab-separated."""

    def emit(self, record: logging.LogRecord) -> None:
        log = _log_of_runner()
        if log is not None:
            message = self.formatter.format(record) if self.formatter else self._lambda_format(record, log.request_id)
            log.event(message.rstrip("\n"))

    def _lambda_format(self, record: logging.LogRecord, request_id: str) -> str:
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + logging.Formatter().formatException(record.exc_info)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"[{record.levelname}]\t{stamp}.{int(record.msecs):03d}Z\t{request_id}\t{message}"


def utc_text(at: float) -> str:
    """A virtual second as Lambda writes times in logs."""
    whole = EPOCH.timestamp() + at
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{int(at * 1000 + 0.5) % 1000:03d}Z"
