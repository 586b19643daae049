"""Seam: the one way out of this process, shut by default. Whatever library asks, the question arrives here, below all of them.

Code of a run (a handler, a thread or a strand that it starts, a `cloud.at`, what a downstream system calls) gets nothing: no
connection, no name looked up, no socket that listens, no other program, no real thread. What the Cloud answers never comes here, for
no socket is opened for it. A cell, and everybody else in the process, gets everything but AWS: a kernel has sockets of its own, and a
learner's tools need the network. Files are a question for `functions.virtual.last_line`.

What can't be stopped: code in C that opens sockets without Python's (as what a cell calls by `ctypes`), a program that a cell starts
and that brings its own keys, bytes through a proxy that neither Python's `http` nor its `ssl` sends, and the look-up of a name by
`_socket`'s own `connect`, which Python reports only when it has the address: no connection follows it.
"""

import errno
import os
import re
from collections.abc import Iterable
from typing import Any

from motoclock.clock import Task
from motoclock.downstream import downstream_at, is_aws
from motoclock.functions.virtual import last_line
from motoclock.platform import audit, switching
from motoclock.world import current_world

_PROGRAMS = "aws|sam|cdk|eb|copilot"  # each signs with whatever keys it finds
_IS_PROGRAM = re.compile(rf"(?:{_PROGRAMS})(?:\.exe|\.cmd)?", re.IGNORECASE)
_RUNS_PROGRAM = re.compile(
    rf"(?:^|[;&|(`]|\b(?:sudo|env|exec|time|nohup|xargs))\s*(?:\w+=\S*\s+)*(?:[^\s;&|()]*/)?(?:{_PROGRAMS})(?=[\s;&|)`]|$)"
)
_HOST_OF_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?(\[[^\]\s]*\]|[^/:\s\"'?#]+)", re.IGNORECASE)


class NotInTheCloud(OSError):
    """A connection to a host that no Cloud answers for, or another way out, from where nothing may leave the machine."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.errno, self.strerror = errno.EACCES, sentence  # for who makes another error of this one

    def __str__(self) -> str:
        return str(self.strerror)


class NotInARun(RuntimeError):
    """What a handler can't have here: another program, a real thread. The message says what to use instead."""


def install() -> None:
    """Stand at the gate, once and for good."""
    audit.listen(
        {
            **last_line.listeners(),
            "socket.connect": lambda _, address: _address(address),
            "socket.sendto": lambda _, address: _address(address),
            "socket.sendmsg": lambda _, address=None: _address(address),
            "socket.bind": lambda _, address: _bind(address),
            "socket.getaddrinfo": lambda host, *_: _host(host),
            "socket.gethostbyname": _host,
            "socket.gethostbyaddr": _host,
            "socket.getnameinfo": _address,
            "subprocess.Popen": lambda program, arguments, *_: _program(program, arguments),
            "os.system": lambda command: _program(None, command),
            "os.exec": lambda path, arguments, *_: _program(path, arguments),
            "os.posix_spawn": lambda path, arguments, *_: _program(path, arguments),
            "os.spawn": lambda _, path, arguments, *__: _program(path, arguments),
            "os.startfile": lambda path, *_: _program(path, ()),
            "os.startfile/2": lambda path, *_: _program(path, ()),
            "pty.spawn": lambda arguments: _program(None, arguments),
            "os.fork": lambda: _program(None, ()),
            "os.forkpty": lambda: _program(None, ()),
            "fork_exec": lambda *_, **__: _program(None, ()),
            "start_thread": _thread,
            "_winapi.CreateProcess": lambda program, command, *_: _program(program, command),
        }
    )


def in_a_run() -> bool:
    """Whether the code that asks is part of a run: a Task, a strand that a Task started, or what the clock calls itself."""
    strand = switching.current()
    while strand is not None:
        if isinstance(strand, Task):
            return True
        strand = getattr(strand, "parent", None)
    world = current_world()
    return world is not None and world.clock.driving_here


def refuse_to_leave(host: str) -> None:
    """NotInTheCloud where no connection to this host may be opened: in a run always, for a cell when it is AWS."""
    if is_aws(host):
        raise NotInTheCloud(
            f"{host} is AWS, and nothing is ever sent there from here. Call AWS with boto3 and an open Cloud."
        )
    if not in_a_run():
        return
    if downstream_at(host, None):
        raise NotInTheCloud(
            f"{host} is in the Cloud, but this client opens its connections in a way that is not answered here. "
            "Use requests, urllib3, urllib.request, http.client or httpx."
        )
    raise NotInTheCloud(
        f"Nothing leaves this machine, so {host} is out of reach. "
        f'If it is a system that your function calls, declare it: cloud.downstream("https://{host}").'
    )


# ------------------------------------------------------------------ what is asked


def _address(address: Any) -> None:
    """A socket's address: (host, port, ...), or the path of a socket on this machine."""
    if address is not None:
        _host(address[0] if isinstance(address, tuple) and address else address)


def _host(host: Any) -> None:
    if host is not None and host != "":
        refuse_to_leave(os.fsdecode(host) if isinstance(host, str | bytes) else str(host))


def _bind(address: Any) -> None:
    if in_a_run():
        raise NotInTheCloud(
            f"A function can't listen at {address!r}: nobody reaches it there, here or in AWS. Events come to its handler."
        )


def _program(program: Any, arguments: Any) -> None:
    if in_a_run():
        raise NotInARun(
            "Handlers can't start other programs or processes here: what those do would leave this Cloud and its virtual time. "
            "Work side by side with concurrent.futures.ThreadPoolExecutor: its threads run in virtual time."
        )
    found = _aws_in([program] if isinstance(program, str | bytes | os.PathLike) else [], arguments)
    if found:
        raise NotInTheCloud(
            f"{found} would go to AWS, and nothing is ever sent there from here. Call AWS with boto3 and an open Cloud."
        )


def _aws_in(program: list[Any], arguments: Any) -> str | None:
    """The program, or the host, by which a command reaches AWS; None when it doesn't say that it does."""
    shell = isinstance(arguments, str | bytes)
    given = [arguments] if shell else list(arguments) if isinstance(arguments, Iterable) else []
    texts = [os.fsdecode(text) for text in given if isinstance(text, str | bytes | os.PathLike)]
    names = [os.path.basename(os.fsdecode(text)) for text in (*program, *texts[: 0 if shell else 1])]
    for name in names:
        if _IS_PROGRAM.fullmatch(name):
            return name
    if any(name.startswith(("python", "git")) for name in names):
        return None  # what these are given is source, and text
    for text in texts if shell or "-c" in texts[1:2] else ():
        if match := _RUNS_PROGRAM.search(text):
            return match[0].strip(" ;&|(`")
    hosts = (match[1] for text in texts for match in _HOST_OF_URL.finditer(text))
    return next((host for host in hosts if is_aws(host)), None)


def _thread(*_: Any, **__: Any) -> None:
    strand = switching.current()
    while strand is not None and not isinstance(strand, Task):
        strand = getattr(strand, "parent", None)
    if strand is not None and strand.handler and not strand.in_api:
        raise NotInARun(
            "Handlers can't start raw threads here. Use threading.Thread or concurrent.futures: they run in virtual time."
        )
