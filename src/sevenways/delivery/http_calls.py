"""An HTTP request as a hand-over, for API destinations and connections: what keeps an answer from coming is Undeliverable."""

from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse

from sevenways.delivery.http_exchange import UnknownHost, exchange
from sevenways.delivery.parcels import Undeliverable
from sevenways.world import World


def call(
    world: World, caller: str, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout_s: float
) -> tuple[HTTPResponse, bytes]:
    """Send and wait for the answer and its body, whatever its status. Blocks the Task, which is `caller` (an ARN) in the trace.

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
