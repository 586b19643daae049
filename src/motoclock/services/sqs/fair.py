"""Fair queues: a standard queue some of whose messages carry a group id, so that no tenant keeps the others waiting.

AWS (SQS developer guide, sqs-fair-queues-detailed): a tenant is noisy when it has more than 10 % of the messages in flight and at
least 30 of its own, or took more than 10 % of the recent processing time; it is quiet again when its backlog is gone or it has sent
nothing for five minutes. Messages of quiet tenants go first; among noisy tenants the one with fewest messages in flight does. A message
without a group id is a tenant of its own. Modelled: AWS's thresholds are approximate, ours exact; what is recent is our choice.
"""

from collections.abc import Mapping
from heapq import heappop, heappush
from math import exp
from random import Random

from motoclock.clock import Clock
from motoclock.facts import sqs as facts
from motoclock.services.sqs.deadlines import TICK_S
from motoclock.services.sqs.messages import Message
from motoclock.services.sqs.ready import InOrder

_SHARE = facts.FAIR_NOISY_SHARE_PERCENT.value / 100
_IN_FLIGHT = facts.FAIR_NOISY_IN_FLIGHT.value
_SILENCE_S = facts.FAIR_QUIET_AFTER_S.value
_RECENT_S = facts.FAIR_RECENT_S.value
_ROUNDING = 1e-9  # a share of exactly a tenth is not more than a tenth


class _Use:
    """Messages in flight, and the processing time that they have taken, older time counting less and less."""

    __slots__ = ("_at", "_spent_s", "in_flight")

    def __init__(self) -> None:
        self.in_flight = 0
        self._spent_s = self._at = 0.0

    def change(self, by: int, now: float) -> None:
        self.spent_s(now)
        self.in_flight += by

    def spent_s(self, now: float) -> float:
        if now > self._at:
            left = exp((self._at - now) / _RECENT_S)
            self._spent_s = self._spent_s * left + self.in_flight * _RECENT_S * (1 - left)
            self._at = now
        return self._spent_s

    def forget(self) -> None:
        self._spent_s = 0.0


class _Tenant:
    __slots__ = ("entry", "last_sent_s", "ready", "use")

    def __init__(self, ready: InOrder):
        self.ready = ready
        self.use = _Use()
        self.last_sent_s = 0.0
        self.entry: tuple | None = None  # its place among the quiet tenants


class Fair:
    """The ready messages of a fair queue. At most nine tenants can have more than a tenth of anything, so a pop looks at few."""

    def __init__(self, live: Mapping[int, Message], clock: Clock, shuffle: Random | None = None):
        self._live, self._clock, self._shuffle = live, clock, shuffle
        self._tenants: dict[str | None, _Tenant] = {}
        self._quiet: list[tuple] = []  # heap of (oldest message, entry number, group id)
        self._noisy: dict[str, _Tenant] = {}
        self._all = _Use()
        self._entries = 0

    def add(self, message: Message) -> None:
        tenant = self._tenant(message.group_id)
        tenant.ready.add(message)
        tenant.last_sent_s = max(tenant.last_sent_s, message.sent_s)
        self._enter(message.group_id, tenant)

    def pop(self) -> Message | None:
        now = self._clock.now
        for group_id, tenant in [pair for pair in self._noisy.items() if not self._is_noisy(pair[1], now)]:
            del self._noisy[group_id]
            self._enter(group_id, tenant)
        while self._quiet:
            entry = heappop(self._quiet)
            group_id = entry[2]
            tenant = self._tenants.get(group_id)
            if tenant is None or tenant.entry is not entry:
                continue
            tenant.entry = None
            if group_id is not None and self._is_noisy(tenant, now):
                self._noisy[group_id] = tenant
            elif (message := self._take(group_id, tenant)) is not None:
                return message
        while self._noisy:
            group_id = min(
                self._noisy, key=lambda one: (self._noisy[one].use.in_flight, self._noisy[one].ready.peek() or ())
            )
            if (message := self._take(group_id, self._noisy[group_id])) is not None:
                return message
        return None

    def end_take(self) -> None:
        pass

    def hidden(self, message: Message) -> None:
        self._tenant(message.group_id)
        self._in_flight(message, 1)

    def released(self, message: Message) -> bool:
        self._in_flight(message, -1)
        self._forget_if_idle(message.group_id, self._tenants[message.group_id])
        return False

    def _take(self, group_id: str | None, tenant: _Tenant) -> Message | None:
        """The tenant's oldest message. With its last one the tenant's backlog is gone, and with that its bad name."""
        message = tenant.ready.pop()
        if tenant.ready.peek() is None:
            self._noisy.pop(group_id, None)
            tenant.use.forget()
            self._forget_if_idle(group_id, tenant)
        else:
            self._enter(group_id, tenant)
        return message

    def _enter(self, group_id: str | None, tenant: _Tenant) -> None:
        """Among the quiet tenants, at the place of its oldest message; whether it is one shows when its turn comes."""
        head = tenant.ready.peek()
        if head is None or group_id in self._noisy or (tenant.entry is not None and tenant.entry[0] == head):
            return
        self._entries += 1
        tenant.entry = (head, self._entries, group_id)
        heappush(self._quiet, tenant.entry)

    def _is_noisy(self, tenant: _Tenant, now: float) -> bool:
        if now + TICK_S >= tenant.last_sent_s + _SILENCE_S:
            return False
        own = tenant.use.in_flight
        if own >= _IN_FLIGHT and own > self._all.in_flight * _SHARE + _ROUNDING:
            return True
        return tenant.use.spent_s(now) > self._all.spent_s(now) * _SHARE + _ROUNDING

    def _in_flight(self, message: Message, by: int) -> None:
        now = self._clock.now
        self._all.change(by, now)
        self._tenants[message.group_id].use.change(by, now)

    def _tenant(self, group_id: str | None) -> _Tenant:
        tenant = self._tenants.get(group_id)
        if tenant is None:
            tenant = self._tenants[group_id] = _Tenant(InOrder(self._live, self._shuffle))
            tenant.use.change(0, self._clock.now)
        return tenant

    def _forget_if_idle(self, group_id: str | None, tenant: _Tenant) -> None:
        if not tenant.use.in_flight and tenant.ready.peek() is None:
            self._tenants.pop(group_id, None)
            self._noisy.pop(group_id, None)
