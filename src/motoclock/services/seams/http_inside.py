"""Seam: HTTP calls to the systems of `cloud.downstream(...)` are answered inside; nothing else leaves a handler.

Every blocking HTTP client opens its connection through one of a few functions. They are replaced here: a host that the
open Cloud knows gets a `VirtualSocket`, which speaks HTTP/1.1 to the `Downstream`; TLS is skipped for it and DNS never
asked. Any other host is a question for the gate (`gate.py`), which stands below all clients; here are only those that
would have asked DNS, or gone through a proxy, before they come to it.
"""

import functools
import http.client
import os
import socket
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import urllib3.connection
import urllib3.util.connection

from motoclock.clock import Task
from motoclock.downstream import downstream_at, is_aws
from motoclock.downstream.virtual_socket import VirtualSocket
from motoclock.platform import switching
from motoclock.services.seams.gate import refuse_to_leave
from motoclock.world import current_world

_UNSET = object()


def install() -> None:
    """Put the seam in place, once."""
    socket.create_connection = _connecting(socket.create_connection)
    urllib3.util.connection.create_connection = _connecting(urllib3.util.connection.create_connection)
    urllib3.connection.HTTPSConnection.connect = _without_tls(urllib3.connection.HTTPSConnection.connect)
    ssl.SSLContext.wrap_socket = _unwrapped(ssl.SSLContext.wrap_socket)
    ssl._create_default_https_context = _cheap_in_a_task(ssl._create_default_https_context)
    ssl.SSLContext.wrap_bio = _told_where(ssl.SSLContext.wrap_bio)
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _before_dns(getattr(socket.socket, name)))
    http.client.HTTPConnection.set_tunnel = _tunnel(http.client.HTTPConnection.set_tunnel)
    http.client.HTTPConnection.putrequest = _through_proxy(http.client.HTTPConnection.putrequest)


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
        if isinstance(sock, VirtualSocket):
            return sock
        return told_where(self, sock, *args, **more)

    told_where = _told_where(original)
    return wrap_socket


def _told_where(original: Callable[..., Any]) -> Callable[..., Any]:
    """TLS names the host at the other end: AWS behind a proxy, too."""

    @functools.wraps(original)
    def wrap(self: ssl.SSLContext, *args: Any, **more: Any) -> Any:
        host = more.get("server_hostname")
        if host and is_aws(os.fsdecode(host)):
            refuse_to_leave(os.fsdecode(host))
        return original(self, *args, **more)

    return wrap


def _cheap_in_a_task(original: Callable[..., Any]) -> Callable[..., Any]:
    """http.client makes a context a connection and reads all certificates for it; a Task has nobody to verify."""

    @functools.wraps(original)
    def context(*args: Any, **more: Any) -> ssl.SSLContext:
        return _nobody_to_verify() if _in_a_task() else original(*args, **more)

    return context


@functools.cache
def _nobody_to_verify() -> ssl.SSLContext:
    """One for all connections of all Tasks: no byte ever goes through it, and making it was half the price of a call."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _before_dns(original: Callable[..., Any]) -> Callable[..., Any]:
    """A socket looks up a name before it reaches the gate: so it is asked here, too."""

    @functools.wraps(original)
    def method(self: socket.socket, *args: Any) -> Any:
        if args and isinstance(args[-1], tuple) and isinstance(args[-1][0], str):
            refuse_to_leave(args[-1][0])
        return original(self, *args)

    return method


def _tunnel(original: Callable[..., Any]) -> Callable[..., Any]:
    """A proxy on this machine is no way round: here it is told where to go."""

    @functools.wraps(original)
    def set_tunnel(self: Any, host: str, *args: Any, **more: Any) -> Any:
        refuse_to_leave(host)
        return original(self, host, *args, **more)

    return set_tunnel


def _through_proxy(original: Callable[..., Any]) -> Callable[..., Any]:
    """Without TLS a proxy is given the whole URL in place of a path."""

    @functools.wraps(original)
    def putrequest(self: Any, method: str, url: str, *args: Any, **more: Any) -> Any:
        if "://" in url and (host := urlsplit(url).hostname):
            refuse_to_leave(host)
        return original(self, method, url, *args, **more)

    return putrequest


def _in_a_task() -> bool:
    return isinstance(switching.current(), Task)
