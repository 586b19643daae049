"""One event, and the record of all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from motoclock.trace.asking import batch_of
from motoclock.trace.attempts import Attempts, read_attempts
from motoclock.trace.details import What
from motoclock.trace.kinds import Happening, Kind

W = TypeVar("W", bound=What)
W_co = TypeVar("W_co", bound=What, covariant=True)
R = TypeVar("R")
More = ParamSpec("More")  # what a reader is given beside the event


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """`what` says the kind and its particulars: readers match on it. `kind` and `detail` are the same in two words."""

    at: float
    what: What
    resource: str
    message_id: str | None = None
    invocation_id: str | None = None

    @property
    def kind(self) -> Kind:
        return self.what.kind

    @property
    def detail(self) -> Any:
        """The particulars, for a cell or a check that knows the kind by heart; the engine matches on `what`."""
        return self.what

    def __repr__(self) -> str:
        words = [f"{self.at:.3f}s {self.kind}", self.resource.rsplit(":", 1)[-1]]
        words += [f"message {self.message_id}"] if self.message_id else []
        words += [f"invocation {self.invocation_id}"] if self.invocation_id else []
        return f"<{' '.join(words)} {self.what}>"


class EventOf(Event, Generic[W_co]):
    """An event whose kind is known: `EventOf[Sent]` in a signature lets the type checker read `event.what.label`. None is ever made."""

    __slots__ = ()
    what: W_co


def on(
    what: type[W], do: Callable[Concatenate[EventOf[W], More], R]
) -> tuple[type[Happening], Callable[Concatenate[Any, More], R]]:
    """A row of a table from class to reader, to be looked up by `type(event.what)`: the type checker holds each reader to its class."""
    return what, do


class Trace:
    """All events of one Cloud in the order in which they happened. Iterate it, take its length, or ask one of the methods."""

    def __init__(self, now: Callable[[], float]):
        self._now = now
        self._events: list[Event] = []
        self._readings: dict[Callable[..., Any], tuple[int, Any]] = {}

    def append(
        self, what: What, resource: str, message_id: str | None = None, invocation_id: str | None = None
    ) -> None:
        """Record that something happened now."""
        self._events.append(Event(self._now(), what, resource, message_id, invocation_id))

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        return self._events[index]

    def of(self, *kinds: type[W]) -> list[EventOf[W]]:
        """The same by class, for code whose types are checked: `trace.of(Sent)`."""
        return cast("list[EventOf[W]]", [event for event in self._events if isinstance(event.what, kinds)])

    def reading(self, read: Callable[[list[Event]], R]) -> R:
        """What `read` makes of all events, and made of them for the last who asked, if nothing happened since: don't change it."""
        length, found = self._readings.get(read, (-1, None))
        if length != len(self._events):
            found = read(self._events)
            self._readings[read] = len(self._events), found
        return cast(R, found)

    def of_kind(self, *kinds: Kind) -> list[Event]:
        """The events of these kinds, in order."""
        return [event for event in self._events if event.what.kind in kinds]

    def of_message(self, message_id: str) -> list[Event]:
        """The events that name this message, in order, its invocations' included."""
        return [event for event in self._events if event.message_id == message_id or message_id in batch_of(event.what)]

    def attempts(self, message_id: str) -> tuple[Attempts, ...]:
        """How often this message, and what came from it, was tried at each layer: deliveries, receives, runs, throttles, calls."""
        return read_attempts(self._events, message_id)

    def __repr__(self) -> str:
        return f"<trace: {len(self._events)} events>"
