"""Seam: HTTP calls to the systems of `cloud.downstream(...)` are answered inside; nothing else leaves a handler.

Every blocking HTTP client opens its connection through one of a few functions. They are replaced here: a host that the
open Cloud knows gets a `VirtualSocket`, which speaks HTTP/1.1 to the `Downstream`; TLS is skipped for it and DNS never
asked. Any other host raises `NotInTheCloud` when a Task (a handler, a `cloud.at`) calls it. From a cell it is none of
our business, but for AWS, which always raises.
"""

import functools
import socket
import ssl
from collections.abc import Callable
from typing import Any

import urllib3.connection
import urllib3.util.connection

from motoclock.clock import Task
from motoclock.downstream import downstream_at, is_aws
from motoclock.downstream.virtual_socket import VirtualSocket
from motoclock.platform import switching
from motoclock.world import current_world

_UNSET = object()


class NotInTheCloud(OSError):
    """A connection to a host that no Cloud answers for, from where nothing may leave the machine."""


def install() -> None:
    """Put the seam in place, once."""
    socket.create_connection = _connecting(socket.create_connection)
    urllib3.util.connection.create_connection = _connecting(urllib3.util.connection.create_connection)
    urllib3.connection.HTTPSConnection.connect = _without_tls(urllib3.connection.HTTPSConnection.connect)
    ssl.SSLContext.wrap_socket = _unwrapped(ssl.SSLContext.wrap_socket)
    ssl._create_default_https_context = _cheap_in_a_task(ssl._create_default_https_context)
    socket.getaddrinfo = _gate(socket.getaddrinfo)
    socket.socket.connect = _gate_method(socket.socket.connect)
    socket.socket.connect_ex = _gate_method(socket.socket.connect_ex)


def _connecting(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_connection(address: tuple, *args: Any, **more: Any) -> Any:
        host, port = address[:2]
        system = downstream_at(host, port)
        if system is None:
            refuse_to_leave(host)
            return original(address, *args, **more)
        opened = VirtualSocket(current_world(), system)
        timeout = args[0] if args else more.get("timeout", _UNSET)
        opened.settimeout(timeout if isinstance(timeout, int | float | None) else socket.getdefaulttimeout())
        return opened

    return create_connection


def _without_tls(original: Callable[..., None]) -> Callable[..., None]:
    """urllib3 (and so requests) reads certificates before it wraps a socket: too slow to do for nothing."""

    @functools.wraps(original)
    def connect(self: Any) -> None:
        if self.proxy is None and downstream_at(self.host, self.port):
            self.sock = self._new_conn()
            self.is_verified = True
        else:
            original(self)

    return connect


def _unwrapped(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def wrap_socket(self: ssl.SSLContext, sock: Any, *args: Any, **more: Any) -> Any:
        return sock if isinstance(sock, VirtualSocket) else original(self, sock, *args, **more)

    return wrap_socket


def _cheap_in_a_task(original: Callable[..., Any]) -> Callable[..., Any]:
    """http.client makes a context a connection and reads all certificates for it; a Task has nobody to verify."""

    @functools.wraps(original)
    def context(*args: Any, **more: Any) -> ssl.SSLContext:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if _in_a_task() else original(*args, **more)

    return context


def _gate(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def getaddrinfo(host: Any, *args: Any, **more: Any) -> Any:
        if host:
            refuse_to_leave(host.decode() if isinstance(host, bytes) else host)
        return original(host, *args, **more)

    return getaddrinfo


def _gate_method(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple):
            refuse_to_leave(address[0])
        return original(self, address)

    return connect


def refuse_to_leave(host: str) -> None:
    """NotInTheCloud where no connection to this host may be opened: for a Task always, for a cell when it is AWS."""
    if is_aws(host):
        raise NotInTheCloud(
            f"{host} is AWS, and nothing is ever sent there from here. Call AWS with boto3 and an open Cloud."
        )
    if not _in_a_task():
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


def _in_a_task() -> bool:
    return isinstance(switching.current(), Task)
