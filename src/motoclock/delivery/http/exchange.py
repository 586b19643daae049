"""One HTTP request from AWS to a system inside the Cloud, in virtual time: `exchange` plainly, `call` as a hand-over."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from motoclock.delivery.parcels import Undeliverable
from motoclock.downstream import downstream_at
from motoclock.downstream.virtual_socket import VirtualSocket
from motoclock.world import World


class UnknownHost(Exception):
    """No `cloud.downstream` stands for the host: DNS knows nothing of it."""


def exchange(
    world: World, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float
) -> tuple[HTTPResponse, bytes]:
    """The answer and its body. Blocks a Task.

    UnknownHost, or TimeoutError, ConnectionError and HTTPException as `http.client` raises them.
    """
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    system = downstream_at(host, port)
    if system is None:
        raise UnknownHost(f"No host answers at {host}.")
    client = HTTPConnection(host, port)
    try:
        client.sock = VirtualSocket(world, system)
        client.sock.settimeout(timeout_s)
        target = address.path or "/"
        client.request(method, f"{target}?{address.query}" if address.query else target, body, dict(headers))
        response = client.getresponse()
        return response, response.read()
    finally:
        client.close()


def call(
    world: World, caller: str, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float
) -> tuple[HTTPResponse, bytes]:
    """As `exchange`, whatever the answer's status, for a Task that is `caller` (an ARN) in the trace.

    Undeliverable: no such host (not retryable), no connection, no answer in time.
    """
    task = world.clock.current_task()
    name, task.name = task.name, caller
    try:
        return exchange(world, method, url, headers, body, timeout_s)
    except UnknownHost as unknown:
        why = f"{str(unknown).rstrip('.')}: nothing leaves this Cloud, and no cloud.downstream stands for it."
        raise Undeliverable(why, "CONNECTION_FAILURE") from None
    except TimeoutError:
        raise Undeliverable(f"no answer in {timeout_s} s", "TIMEOUT", retryable=True) from None
    except (ConnectionError, HTTPException) as error:
        raise Undeliverable(str(error), "CONNECTION_FAILURE", retryable=True) from None
    finally:
        task.name = name
