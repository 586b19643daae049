"""A fragile HTTP system inside the Cloud.

Modelled: connecting takes no time, each request has a connection of its own, an answer arrives whole, and a system
that goes down refuses new connections but finishes what it is working on.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from motoclock.agenda import Seconds
from motoclock.asking import Share, asked, at_least, checked
from motoclock.clock import Task
from motoclock.downstream.aws_hosts import is_aws
from motoclock.downstream.exchange import Answer, Exchange, Request, answer_of, error_answer
from motoclock.trace import Called, Marked
from motoclock.world import World, current_world

_DEFAULT_PORTS = {"http": 80, "https": 443}
_BUSY = "beyond its capacity"


Handler = Callable[[Request], Any]

_SETTINGS: dict[str, Any] = {  # what may be set at any time
    "up": bool,
    "latency_s": Seconds | Callable,
    "capacity": Annotated[int, at_least(0)] | None,
    "error_rate": Share,
    "handler": Handler | None,
}


class Downstream:
    """A fragile HTTP system at one host.

    It serves `capacity` requests at once (None: any number) and answers 503 at once beyond that; it answers after
    `latency_s` virtual seconds, a number or a function of the request; a seeded share `error_rate` of what it serves
    gets a 500, drawn for each request, and for each repetition of it, by itself. `handler(request)` says what it does
    and answers: a dict or list (JSON), a str, bytes, None, or (status, headers, body); without one the answer is
    {"ok": true}. The handler runs when the latency is over, also for a client that has left: the work is done though
    nobody hears of it.

    `up`, `latency_s`, `capacity`, `error_rate` and `handler` may be set at any time.
    """

    def __init__(
        self,
        world: World,
        url: str,
        *,
        latency_s: Seconds | Callable[[Request], float] = 0.05,
        capacity: Annotated[int, at_least(0)] | None = 5,
        error_rate: Share = 0.0,
        handler: Handler | None = None,
    ):
        self.url, self.host = _read_url(url)
        self.latency_s, self.capacity, self.error_rate, self.handler = latency_s, capacity, error_rate, handler
        self._world = world
        self._up = True
        self._busy = 0
        self._peak = 0
        self._unreached = 0
        self._exchanges: list[Exchange] = []
        self._served: Counter[str] = Counter()  # by what was asked for

    @classmethod
    def put(cls, world: World, url: str, **settings: Any) -> "Downstream":
        """Make a system and let HTTP calls find it. A second one at the same host takes the place of the first."""
        system = cls(world, url, **settings)
        world.downstreams[system.host] = system
        return system

    # ------------------------------------------------------------------ settings

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _SETTINGS:
            checked(name, _SETTINGS[name], value)
        super().__setattr__(name, value)

    @property
    def up(self) -> bool:
        """Whether it takes connections. Set it to False for an outage: clients get "connection refused"."""
        return self._up

    @up.setter
    def up(self, up: bool) -> None:
        if up != self._up:
            self._up = up
            self._world.trace.append(Marked(f"{self.host} is {'up again' if up else 'down'}"), self.host)

    @asked
    def outage(self, start_s: Seconds, duration_s: Seconds) -> None:
        """Be down from a virtual second since opening, for so long. That alone does not keep `cloud.run()` going."""
        clock = self._world.clock
        if start_s < clock.now:
            raise ValueError(f"Second {start_s:g} has passed: it is second {clock.now:g} of this Cloud.")
        for at, up in ((start_s, False), (start_s + duration_s, True)):
            clock.call_later(at - clock.now, setattr, self, "up", up, foreground=False)

    # ------------------------------------------------------------------ looking

    @property
    def requests(self) -> tuple[Exchange, ...]:
        """Every request that arrived, in order, with its virtual times."""
        return tuple(self._exchanges)

    @property
    def calls(self) -> int:
        """Requests that arrived."""
        return len(self._exchanges)

    @property
    def ok(self) -> int:
        """Requests answered with a status below 400."""
        return sum(1 for each in self._exchanges if each.status is not None and each.status < 400)

    @property
    def refused(self) -> int:
        """Requests beyond the capacity, answered with 503 at once."""
        return sum(1 for each in self._exchanges if each.refused)

    @property
    def failed(self) -> int:
        """Requests answered with 500, by the error rate or because `handler` raised."""
        return sum(1 for each in self._exchanges if each.status == 500)

    @property
    def gave_up(self) -> int:
        """Clients that had timed out before the system was done with their request."""
        return sum(1 for each in self._exchanges if each.client_gave_up)

    @property
    def unreached(self) -> int:
        """Connections refused while the system was down."""
        return self._unreached

    @property
    def peak(self) -> int:
        """The most requests it was working on at once."""
        return self._peak

    def __repr__(self) -> str:
        counts = {
            "refused": self.refused,
            "failed": self.failed,
            "given up by the client": self.gave_up,
            "unreached": self.unreached,
        }
        words = [f"{self.calls} calls", f"{self.ok} ok", *(f"{n} {what}" for what, n in counts.items() if n)]
        return f"<{self.url}{'' if self._up else ' (down)'}: {', '.join(words)}, at most {self.peak} at once>"

    # ------------------------------------------------------------------ for the seam

    def connect(self) -> None:
        """A client connects; ConnectionRefusedError while the system is down."""
        if not self._up:
            self._unreached += 1
            self._record_call("CONNECT", self.url, 0, 0.0, 0, "connection refused: it is down")
            raise ConnectionRefusedError(f"{self.host} refused the connection: it is down")

    def begin(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        """A whole request has arrived. The answer is in the exchange when its signal fires, or already."""
        clock = self._world.clock
        path, _, query = target.partition("?")
        request = Request(method, f"{self.url}{target}", path, dict(parse_qsl(query)), headers, body, clock.now)
        busy = self.capacity is not None and self._busy >= self.capacity
        task = clock.current_task()
        exchange = Exchange(
            request,
            self._busy + 1,
            clock.signal(),
            clock.on_behalf.invocation_id,
            _caller(task),
            _task=task,
        )
        self._exchanges.append(exchange)
        if busy:
            exchange.note, exchange.refused = _BUSY, True
            self._answer(
                exchange, error_answer(503, f"{self.host} is busy: it serves {self.capacity} requests at once")
            )
            return exchange
        latency_s = self.latency_s
        if callable(latency_s):
            latency_s = checked("latency_s", Seconds, latency_s(request), "what its function gave")
        self._busy += 1
        self._peak = max(self._peak, self._busy)
        unlucky = self._luck(method, target, body) < self.error_rate
        clock.call_later(latency_s, self._finish, exchange, unlucky)
        return exchange

    def _luck(self, method: str, target: str, body: bytes) -> float:
        """From 0 to 1, by what is asked and how often it was served: not by what else was asked before.

        So a higher rate fails the same requests and some more, and a knob that changes when requests come leaves the same
        orders failing at the same attempts.
        """
        asked_for = hashlib.blake2b(b"\0".join((method.encode(), target.encode(), body)), digest_size=16).hexdigest()
        self._served[asked_for] += 1
        return self._world.chance.of(f"downstream.errors.{self.host}", asked_for, self._served[asked_for])

    def _finish(self, exchange: Exchange, unlucky: bool) -> None:
        self._busy -= 1
        if unlucky:
            exchange.note = "error rate"
            self._answer(exchange, error_answer(500, f"{self.host} failed"))
            return
        try:
            answer = answer_of(self.handler(exchange.request) if self.handler else None)
        except Exception as error:
            exchange.note = f"its handler raised {type(error).__name__}: {error}"
            answer = error_answer(500, exchange.note)
        self._answer(exchange, answer)

    def _answer(self, exchange: Exchange, answer: Answer) -> None:
        exchange.answer, exchange.finished_at = answer, self._world.clock.now
        request = exchange.request
        notes = [exchange.note] * bool(exchange.note) + ["the client had given up"] * exchange.client_gave_up
        took_s = exchange.finished_at - request.at
        self._record_call(
            request.method, request.url, answer.status, took_s, exchange.at_once, "; ".join(notes), exchange
        )
        exchange._finished.fire()

    def _record_call(
        self,
        method: str,
        url: str,
        status: int,
        latency_s: float,
        at_once: int,
        note: str,
        exchange: Exchange | None = None,
    ) -> None:
        task, gave_up = self._world.clock.current_task(), exchange is not None and exchange.client_gave_up
        invocation_id = exchange.invocation_id if exchange else self._world.clock.on_behalf.invocation_id
        caller = exchange.caller if exchange else _caller(task)
        called = Called(method, url, status, latency_s, at_once, caller, note, gave_up)
        self._world.trace.append(called, self.host, invocation_id=invocation_id)


def _caller(task: Task | None) -> str | None:
    """The name of the function that runs in a Task, the ARN of a state machine, or the name of the Task; None for a cell."""
    arn = task.on_behalf.arn if task else None
    if arn and ":stateMachine:" in arn:
        return arn
    return arn.rpartition(":")[2] if arn else task and task.name


def downstream_at(host: str, port: int | str | None) -> Downstream | None:
    """The system of the open Cloud that answers at a host and port, or None."""
    world = current_world()
    if world is None:
        return None
    host = host.lower().rstrip(".")
    found = world.downstreams.get(f"{host}:{port}")
    return found or (world.downstreams.get(host) if port in (80, 443, None) else None)


def _read_url(url: str) -> tuple[str, str]:
    """The URL without a slash at its end, and host[:port], the port only where it is not the usual one."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f'A downstream system is a scheme and a host, such as "https://db.example", not {url!r}.')
    if is_aws(parts.hostname):
        raise ValueError(
            f"{parts.hostname} is AWS itself. Create the resource with boto3; handlers reach it with boto3."
        )
    host = parts.hostname.rstrip(".")
    if parts.port not in (None, _DEFAULT_PORTS[parts.scheme]):
        host = f"{host}:{parts.port}"
    return f"{parts.scheme}://{host}", host
