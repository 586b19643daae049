"""The ready messages of a standard queue: in order, in a seeded shuffle, or fair to its tenants.

Each store hands out positions, the queue's keys. Deletion is lazy: a position that is no longer in `live` is passed over.
"""

import random
from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Protocol

from sevenways.moto_seams.sqs.messages import Message

SHUFFLE_SPAN = 32  # modelled: with reorder on, a message is overtaken by at most so many later ones


class Ready(Protocol):
    """What the queue needs of a store of ready messages."""

    def add(self, message: Message) -> None:
        """It can be received now."""

    def pop(self) -> Message | None:
        """The message to hand out next, or None. It leaves the store."""

    def end_take(self) -> None:
        """The receive that popped is complete."""

    def hidden(self, message: Message) -> None:
        """It was popped and is now in flight."""

    def released(self, message: Message) -> bool:
        """It is no longer in flight. True when that made other messages receivable."""


class InOrder:
    """By position, so that a returned message comes back to its old place; or by a seeded jitter of it."""

    def __init__(self, live: Mapping[int, Message], shuffle: random.Random | None = None):
        self._live = live
        self._shuffle = shuffle
        self._heap: list[tuple[float, int]] = []

    def add(self, message: Message) -> None:
        position = message.position
        key = position if self._shuffle is None else position + self._shuffle.uniform(0, SHUFFLE_SPAN)
        heappush(self._heap, (key, position))

    def pop(self) -> Message | None:
        heap, live = self._heap, self._live
        while heap:
            message = live.get(heappop(heap)[1])
            if message is not None:
                return message
        return None

    def peek(self) -> tuple[float, int] | None:
        heap, live = self._heap, self._live
        while heap and heap[0][1] not in live:
            heappop(heap)
        return heap[0] if heap else None

    def end_take(self) -> None:
        pass

    def hidden(self, message: Message) -> None:
        pass

    def released(self, message: Message) -> bool:
        return False


class _Tenant:
    __slots__ = ("entry", "in_flight", "ready")

    def __init__(self, ready: InOrder):
        self.ready = ready
        self.in_flight = 0
        self.entry: tuple | None = None


class Fair:
    """A standard queue some of whose messages carry a group id: tenants with few messages in flight go first.

    AWS (sqs-fair-queues-detailed): quiet tenants come before noisy ones, among noisy tenants the one with fewest messages in flight
    comes first, and a message without a group id is a tenant of its own. Modelled: AWS calls a tenant noisy above 10 % of the
    messages in flight (from 30 on) or 10 % of recent processing time; here the tenant with fewest messages in flight always comes
    first, so that the effect shows with few consumers too.
    """

    def __init__(self, live: Mapping[int, Message], shuffle: random.Random | None = None):
        self._live = live
        self._shuffle = shuffle
        self._tenants: dict[str | None, _Tenant] = {}
        self._heap: list[tuple] = []
        self._entries = 0

    def add(self, message: Message) -> None:
        tenant = self._tenants.get(message.group_id)
        if tenant is None:
            tenant = self._tenants[message.group_id] = _Tenant(InOrder(self._live, self._shuffle))
        tenant.ready.add(message)
        self._enter(tenant, message.group_id)

    def pop(self) -> Message | None:
        while self._heap:
            entry = heappop(self._heap)
            tenant = self._tenants.get(entry[3])
            if tenant is None or tenant.entry is not entry:
                continue
            tenant.entry = None
            message = tenant.ready.pop()
            if message is not None:
                self._enter(tenant, message.group_id)
                return message
            self._forget_if_idle(tenant, entry[3])
        return None

    def end_take(self) -> None:
        pass

    def hidden(self, message: Message) -> None:
        tenant = self._tenants.get(message.group_id)
        if tenant is None:
            tenant = self._tenants[message.group_id] = _Tenant(InOrder(self._live, self._shuffle))
        tenant.in_flight += 1
        self._enter(tenant, message.group_id)

    def released(self, message: Message) -> bool:
        tenant = self._tenants[message.group_id]
        tenant.in_flight -= 1
        self._enter(tenant, message.group_id)
        self._forget_if_idle(tenant, message.group_id)
        return False

    def _enter(self, tenant: _Tenant, group_id: str | None) -> None:
        head = tenant.ready.peek()
        if head is None:
            tenant.entry = None
            return
        noise = 0 if group_id is None else tenant.in_flight
        if tenant.entry is None or tenant.entry[:2] != (noise, head[0]):
            self._entries += 1
            tenant.entry = (noise, head[0], self._entries, group_id)
            heappush(self._heap, tenant.entry)

    def _forget_if_idle(self, tenant: _Tenant, group_id: str | None) -> None:
        if not tenant.in_flight and tenant.ready.peek() is None:
            self._tenants.pop(group_id, None)
