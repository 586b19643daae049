"""What makes a queue FIFO: groups that are handed out in order, one receive at a time, and deduplication for five minutes."""

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf

from motoclock.facts import sqs as facts
from motoclock.services.sqs.deadlines import TICK_S
from motoclock.services.sqs.messages import Message, State

_DEDUPLICATION_S = facts.DEDUPLICATION_S.value
_FIRST_SEQUENCE_NUMBER = 18_850_000_000_000_000_000  # twenty digits, as in AWS
_SEQUENCE_STEP = 256


def sequence_number(position: int) -> str:
    """Twenty digits that rise with the order of sending in one queue."""
    return str(_FIRST_SEQUENCE_NUMBER + position * _SEQUENCE_STEP)


class _Group:
    __slots__ = ("entry", "hidden", "in_flight", "ready")

    def __init__(self) -> None:
        self.ready: list[tuple[int, int]] = []  # heap of (position, arrival)
        self.hidden: list[int] = []  # heap of the positions in flight, and of some that no longer are
        self.in_flight = 0
        self.entry: tuple[int, str] | None = None  # its place among the open groups


class Groups:
    """The ready messages of a FIFO queue.

    A receive takes as many messages of one group as it can, then goes on to the next (ReceiveMessage in botocore). A message in flight
    holds up what follows it in its group; what precedes it and is visible again is handed out, as AWS was recorded to do in
    November 2025.

    Between groups AWS documents no order. Modelled from recordings (LocalStack's tests that were validated on AWS, in May 2023 and in
    November 2025; `facts.sqs.FIFO_GROUP_ORDER`): a message arrives when it becomes receivable for the first time, and anew when it
    returns, because its visibility timeout is over or was set to 0. Of the open groups that comes first whose next message arrived
    first. A message that is the next one because those before it were deleted keeps its arrival: it was recorded to come before a group
    that was younger than it, though that group had been receivable for longer.
    """

    def __init__(self, live: Mapping[int, Message]):
        self._live = live
        self._groups: dict[str, _Group] = {}
        # heap of (arrival of the next message, group id), and of some that no longer hold
        self._open: list[tuple[int, str]] = []
        self._serving: str | None = None
        self._bound: float = inf  # of the group being served, the first position that was in flight before this receive
        self._arrivals = 0

    def add(self, message: Message) -> None:
        self._arrivals += 1
        group = self._groups.get(message.group_id)
        if group is None:
            group = self._groups[message.group_id] = _Group()
        heappush(group.ready, (message.position, self._arrivals))
        self._open_if_free(message.group_id, group)

    def pop(self) -> Message | None:
        while True:
            if self._serving is None:
                if (group_id := self._next_open()) is None:
                    return None
                self._serving = group_id
                self._bound = self._first_in_flight(self._groups[group_id])
            group = self._groups[self._serving]
            head = self._head(group)
            if head is not None and head[0] < self._bound:
                return self._live[heappop(group.ready)[0]]
            self.end_take()

    def end_take(self) -> None:
        if self._serving is not None:
            group_id, self._serving = self._serving, None
            group = self._groups.get(group_id)
            if group is not None:
                self._open_if_free(group_id, group)

    def hidden(self, message: Message) -> None:
        group = self._groups[message.group_id]
        group.in_flight += 1
        heappush(group.hidden, message.position)
        group.entry = None

    def released(self, message: Message) -> bool:
        group = self._groups[message.group_id]
        group.in_flight -= 1
        return self._open_if_free(message.group_id, group)

    def _open_if_free(self, group_id: str, group: _Group) -> bool:
        if group_id == self._serving:
            return False
        head = self._head(group)
        if head is None:
            if not group.in_flight:
                del self._groups[group_id]
            return False
        position, arrival = head
        if position > self._first_in_flight(group):
            return False
        if group.entry is None or group.entry[0] != arrival:
            group.entry = (arrival, group_id)
            heappush(self._open, group.entry)
        return True

    def _next_open(self) -> str | None:
        while self._open:
            entry = heappop(self._open)
            group = self._groups.get(entry[1])
            if group is not None and group.entry is entry:
                group.entry = None
                return entry[1]
        return None

    def _first_in_flight(self, group: _Group) -> float:
        hidden, live = group.hidden, self._live
        while hidden and ((message := live.get(hidden[0])) is None or message.state is not State.IN_FLIGHT):
            heappop(hidden)
        return hidden[0] if hidden else inf

    def _head(self, group: _Group) -> tuple[int, int] | None:
        """Position and arrival of the message that comes next in a group."""
        ready, live = group.ready, self._live
        while ready and ready[0][0] not in live:
            heappop(ready)
        return ready[0] if ready else None


@dataclass(frozen=True, slots=True)
class Original:
    """The message that a duplicate is a duplicate of: what the sender of the duplicate is told."""

    message_id: str
    sequence_number: str


class Deduplication:
    """What was sent in the last five minutes, whatever became of it since. AWS: SendMessageRequest.MessageDeduplicationId."""

    def __init__(self) -> None:
        self._originals: dict[Hashable, Original] = {}
        self._order: deque[tuple[float, Hashable]] = deque()

    def original(self, key: Hashable, now: float) -> Original | None:
        """The first message with this key, when it was sent less than five minutes ago."""
        while self._order and self._order[0][0] + _DEDUPLICATION_S <= now + TICK_S:
            del self._originals[self._order.popleft()[1]]
        return self._originals.get(key)

    def forget(self) -> None:
        """After a purge each message is new (recorded on AWS: the ids of what was purged can be sent again)."""
        self._originals.clear()
        self._order.clear()

    def remember(self, key: Hashable, now: float, message: Message) -> None:
        self._originals[key] = Original(message.id, message.sequence_number)
        self._order.append((now, key))


class Attempts:
    """Receives that named themselves, to be repeated after a network failure. AWS: ReceiveMessage, ReceiveRequestAttemptId."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[float, list[tuple[Message, str, float]]]] = {}

    def remember(self, attempt_id: str, now: float, messages: list[Message]) -> None:
        if messages:
            received = [(message, message.receipt_handle, message.visible_at_s) for message in messages]
            self._by_id[attempt_id] = (now, received)

    def repeat(self, attempt_id: str, now: float) -> list[Message] | None:
        """The messages of that receive, when it was less than five minutes ago and nothing has happened to them since."""
        at, received = self._by_id.get(attempt_id, (0.0, []))
        untouched = received and all(
            message.state is State.IN_FLIGHT and (message.receipt_handle, message.visible_at_s) == (handle, visible_at)
            for message, handle, visible_at in received
        )
        if not untouched or at + _DEDUPLICATION_S <= now + TICK_S:
            self._by_id.pop(attempt_id, None)
            return None
        return [message for message, _, _ in received]
