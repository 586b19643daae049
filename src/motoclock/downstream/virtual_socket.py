"""The client's end of a connection: looks like a socket, speaks HTTP/1.1, waits in virtual time."""

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http import HTTPStatus
from http.client import parse_headers
from typing import Any

from motoclock.downstream.exchange import Answer, Exchange
from motoclock.downstream.system import Downstream
from motoclock.world import World, current_world


class VirtualSocket:
    """The client's end of a connection to a Downstream: one request in, a wait in virtual time, one answer out.

    Modelled: no keep-alive (the answer says "Connection: close"), and timeouts apply to the wait for the answer only.
    """

    family, type, proto = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP

    def __init__(self, world: World, system: Downstream):
        self._world, self._system = world, system
        self._sent = bytearray()
        self._answer: io.BytesIO | None = None
        self._exchange: Exchange | None = None
        self._timeout: float | None = None
        self._readers = 0
        self._closed = False
        with self._boundary():
            system.connect()

    # -- sending

    def sendall(self, data: Any, flags: int = 0) -> None:
        with self._boundary():
            if self._closed:
                raise OSError(9, "Bad file descriptor")
            self._sent += data
            request = None if self._exchange else read_request(bytes(self._sent))
            if request is not None:
                self._exchange = self._system.begin(*request)

    def send(self, data: Any, flags: int = 0) -> int:
        self.sendall(data)
        return len(data)

    # -- receiving

    def recv(self, size: int, flags: int = 0) -> bytes:
        with self._boundary():
            return self._wait_for_answer().read(size)

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        data = self.recv(size or len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def makefile(self, mode: str = "r", buffering: int | None = None, **more: Any) -> Any:
        self._readers += 1
        raw = _Reader(self)
        return raw if buffering == 0 else io.BufferedReader(raw)

    def _wait_for_answer(self) -> io.BytesIO:
        if self._answer is None:
            exchange = self._exchange
            if exchange is None:
                raise ConnectionResetError("the system closed the connection: the request was not complete")
            if exchange.answer is None:
                self._world.clock.wait(exchange._finished, self._timeout)
            if exchange.answer is None:
                self._leave()
                raise TimeoutError("timed out")
            head = exchange.request.method == "HEAD"
            self._answer = io.BytesIO(write_answer(exchange.answer, self._system.host, self._world, head))
        return self._answer

    # -- the rest of what clients ask of a socket

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        return self._timeout

    def setblocking(self, blocking: bool) -> None:
        self._timeout = None if blocking else 0.0

    def setsockopt(self, *_: Any) -> None:
        """There is no wire to tune."""

    def getpeername(self) -> tuple[str, int]:
        return (self._system.host, 443)

    def getsockname(self) -> tuple[str, int]:
        return ("handler", 0)

    def fileno(self) -> int:
        return -1

    def getpeercert(self, binary_form: bool = False) -> Any:
        return b"" if binary_form else {}

    def selected_alpn_protocol(self) -> None:
        return None

    def shutdown(self, how: int) -> None:
        self._leave()

    def close(self) -> None:
        self._closed = True
        if not self._readers:
            self._leave()

    def _reader_closed(self) -> None:
        self._readers -= 1
        if self._closed:
            self.close()

    def _leave(self) -> None:
        """The client goes. The system is not told and finishes its work. When its Cloud has ended, nobody goes any more."""
        exchange = self._exchange
        if self._world.clock.closed:
            return
        if exchange is not None and exchange.answer is None and exchange.client_left_at is None:
            exchange.client_left_at = self._world.clock.now

    @contextmanager
    def _boundary(self) -> Iterator[None]:
        """Every call: refuses dead Tasks and closed worlds, and shields the engine from an interrupt."""
        clock = self._world.clock
        clock.check_alive()
        if current_world() is not self._world:
            raise ConnectionResetError("the Cloud that this connection belongs to is not open any more")
        task = clock.current_task()
        if task is None:
            yield
            return
        task.in_api += 1
        try:
            yield
        finally:
            task.in_api -= 1

    def __enter__(self) -> "VirtualSocket":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


class _Reader(io.RawIOBase):
    """What `makefile` returns: reads of the socket as a file."""

    def __init__(self, opened: VirtualSocket):
        self._opened = opened

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._opened.recv_into(buffer)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._opened._reader_closed()


def read_request(data: bytes) -> tuple[str, str, dict[str, str], bytes] | None:
    """Method, target, headers (names in lower case) and body of a request, or None while some of it is missing."""
    head, found, rest = data.partition(b"\r\n\r\n")
    if not found:
        return None
    stream = io.BytesIO(head + found)
    method, target, _ = stream.readline().decode("latin-1").split(" ", 2)
    headers = {name.lower(): value for name, value in parse_headers(stream).items()}
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = read_chunks(rest)
    else:
        length = int(headers.get("content-length", 0))
        body = rest[:length] if len(rest) >= length else None
    return None if body is None else (method, target, headers, body)


def read_chunks(data: bytes) -> bytes | None:
    """A chunked body put together, or None while its last chunk is missing."""
    body = b""
    while True:
        line, found, data = data.partition(b"\r\n")
        if not found:
            return None
        size = int(line.partition(b";")[0], 16)
        if len(data) < size + 2:
            return None
        if size == 0:
            return body
        body, data = body + data[:size], data[size + 2 :]


def write_answer(answer: Answer, server: str, world: World, head: bool) -> bytes:
    """The bytes of an answer; without a body for HEAD."""
    headers = {
        "Date": format_datetime(world.clock.datetime, usegmt=True),
        "Server": server,
        **answer.headers,
        "Content-Length": str(len(answer.body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if head else answer.body)
