"""One HTTP request of an AWS service to a system inside the Cloud: what API destinations and connections share. Nothing leaves.

Modelled: a host that no `cloud.downstream` stands for is unknown to DNS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from sevenways.delivery.parcels import Undeliverable
from sevenways.downstream import downstream_at
from sevenways.downstream.virtual_socket import VirtualSocket
from sevenways.world import World

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back. Header names are as the system wrote them; ask with `header`."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        """A header, however its name is written."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


def exchange(
    world: World,
    caller: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_s: float,
) -> HttpAnswer:
    """Send and wait for the answer, whatever its status. Blocks the calling Task, which is `caller` (an ARN) in the trace.

    Undeliverable: no such host (not retryable), no connection, no answer in time.
    """
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or _PORTS.get(address.scheme, _PORTS["https"])
    system = downstream_at(host, port)
    if system is None:
        raise Undeliverable(
            f'No host answers at {host}: nothing leaves this Cloud; cloud.downstream("{address.scheme}://{address.netloc}") makes one.',
            "CONNECTION_FAILURE",
        )
    client, task = HTTPConnection(host, port), world.clock.current_task()
    name, task.name = task.name, caller
    try:
        client.sock = VirtualSocket(world, system)
        client.sock.settimeout(timeout_s)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        client.request(method, path, body, dict(headers))
        response = client.getresponse()
        return HttpAnswer(response.status, response.reason, dict(response.getheaders()), response.read())
    except TimeoutError:
        raise Undeliverable(f"no answer in {timeout_s} s", "TIMEOUT", retryable=True) from None
    except (ConnectionError, HTTPException) as error:
        raise Undeliverable(str(error), "CONNECTION_FAILURE", retryable=True) from None
    finally:
        task.name = name
        client.close()
