"""The messages of one queue, each in exactly one state, and the one timer that moves them on.

Whatever happens to a message costs O(log n) at most. `settle()` comes first in everything that looks at the messages, so that at its
deadline a message has changed state, whoever asks first.
"""

from collections.abc import Callable, Iterator

from motoclock.clock import EPOCH, Timer
from motoclock.facts.shapes import text_of
from motoclock.services.sqs.deadlines import TICK_S, Deadlines
from motoclock.services.sqs.fair import Fair
from motoclock.services.sqs.fifo import sequence_number
from motoclock.services.sqs.messages import Message, Receipts, State
from motoclock.services.sqs.ready import InOrder, Ready
from motoclock.trace import Cause, Comeback, Deleted, Expired, Received, Returned
from motoclock.world import World

_EPOCH_MS = int(EPOCH.timestamp()) * 1000


class MessageStore:
    """Mixed into the queue, which has `queue_arn`, `fifo_queue`, `delay_seconds`, `message_retention_period` and `_receipts`.

    The queues of Kinesis streams are such stores too.
    """

    keeps = "the queue keeps messages"  # what is over when a message expires

    def _open_store(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.arrived = world.clock.signal()  # fired when something became receivable
        self.deleted = False
        self.consumed = False
        self.ready_count = self.in_flight_count = self.delayed_count = 0
        self._ready: Ready
        self._receipts: Receipts
        self._live: dict[int, Message] = {}
        self._positions = 0
        self._by_handle: dict[str, Message] = {}
        self._hidden = Deadlines()  # ends of delays and visibility timeouts
        self._retained = Deadlines()  # moments of sending; the retention period is added when asked
        self._second_copies: set[Timer] = set()  # second copies of messages, still to appear
        self._timer: Timer | None = None
        self._retention_timer: Timer | None = None

    # ------------------------------------------------------------------ reading

    @property
    def waiting(self) -> Iterator[Message]:
        """The live messages, oldest place first, whatever their state."""
        self.settle()
        return iter(list(self._live.values()))

    @property
    def messages(self) -> list[Message]:
        """moto's name for those that can be received; O(n)."""
        return [message for message in self.waiting if message.state is State.READY]

    @property
    def approximate_number_of_messages(self) -> int:
        self.settle()
        return self.ready_count

    @property
    def approximate_number_of_messages_not_visible(self) -> int:
        self.settle()
        return self.in_flight_count

    @property
    def approximate_number_of_messages_delayed(self) -> int:
        self.settle()
        return self.delayed_count

    # ------------------------------------------------------------------ coming

    def _enter(self, message: Message, now: float, delay_s: float, *, keep_sent_time: bool = False) -> None:
        """Store a message that is in no queue."""
        self._positions += 1
        message.position = position = self._positions
        if not keep_sent_time:
            message.sent_s, message.sent_timestamp = now, self._now_ms()
        if self.fifo_queue:
            message.sequence_number = sequence_number(position)
        message.receives_here = 0
        message.receipt_handle, message.receipt_handles = None, []
        message.available_s = now + delay_s
        self._live[position] = message
        self._retained.set(position, message.sent_s)
        if keep_sent_time or self._retention_timer is None or not self._retention_timer.pending:
            self._arm_retention()  # else this message is younger than the one the timer is for
        if message.group_id is not None and isinstance(self._ready, InOrder):
            self._become_fair()
        if delay_s > 0:
            message.state = State.DELAYED
            self.delayed_count += 1
            self._hidden.set(position, message.available_s)
            self._arm()
        else:
            message.state = State.READY
            self.ready_count += 1
            self._ready.add(message)
            self.arrived.fire()

    def _become_fair(self) -> None:
        self._ready = Fair(self._live, self.clock, self._shuffle())
        for message in self._live.values():
            if message.state is State.READY:
                self._ready.add(message)
            elif message.state is State.IN_FLIGHT:
                self._ready.hidden(message)

    # ------------------------------------------------------------------ time

    def set_consumed(self, consumed: bool) -> None:
        """Whether an enabled mapping reads this queue: then its hidden and delayed messages are work that `run()` waits for."""
        self.consumed = consumed
        self._arm()
        for timer in self._second_copies:
            timer.set_foreground(consumed)

    def settle(self) -> None:
        """Let everything happen that is due now. At exactly its deadline a message is visible again."""
        now = self.clock.now
        if (first := self._retained.first) is not None and first + self.message_retention_period <= now + TICK_S:
            self._expire(now)
        woken = False
        for position in self._hidden.pop_due(now):
            message = self._live[position]
            delayed = message.state is State.DELAYED
            self._return(message, Comeback.DELAY_OVER if delayed else Comeback.VISIBILITY_TIMEOUT)
            woken = True
        if woken:
            self.arrived.fire()

    def _return(self, message: Message, reason: Comeback) -> None:
        if message.state is State.DELAYED:
            self.delayed_count -= 1
        else:
            self.in_flight_count -= 1
        message.state = State.READY
        self.ready_count += 1
        self._ready.add(message)
        if reason is not Comeback.DELAY_OVER:
            self._ready.released(message)
        self.world.trace.append(Returned(reason), self.queue_arn, message.id)

    def _expire(self, now: float) -> None:
        for position in self._retained.pop_due(now - self.message_retention_period):
            message = self._live[position]
            self._remove(message)
            expired = Expired(f"older than {self.keeps}: {text_of(self.message_retention_period, 's')}")
            self.world.trace.append(expired, self.queue_arn, message.id)

    def _arm(self) -> None:
        """Keep one timer at or before the earliest deadline. A timer that rings too early costs less than one that moves each time."""
        first = self._hidden.first
        timer = self._timer
        pending = timer is not None and timer.pending
        if first is None:
            if pending:
                timer.set_foreground(False)
        elif pending and timer.at <= first + TICK_S:
            timer.set_foreground(self.consumed)
        else:
            if pending:
                timer.cancel()
            delay = max(0.0, first - self.clock.now)
            self._timer = self.clock.call_later(delay, self._ring, foreground=self.consumed)

    def _ring(self) -> None:
        self.settle()
        self._arm()

    def _arm_retention(self) -> None:
        timer = self._retention_timer
        first = self._retained.first
        if first is None:
            return
        due = first + self.message_retention_period
        if timer is not None and timer.pending:
            if timer.at <= due + TICK_S:
                return
            timer.cancel()
        delay = max(0.0, due - self.clock.now)
        self._retention_timer = self.clock.call_later(delay, self._ring_retention, foreground=False)

    def _ring_retention(self) -> None:
        self.settle()
        self._arm_retention()

    # ------------------------------------------------------------------ in flight

    def poll(self, take: Callable[[], list], wait_s: float) -> list:
        """What `take` finds now, or as soon as it finds something within so many virtual seconds; a deleted queue has nothing."""
        deadline = self.clock.now + wait_s
        while True:
            messages = take()
            left = deadline - self.clock.now
            if messages or left <= 0 or self.deleted:
                return messages
            self.clock.wait(self.arrived, left, foreground=True)

    def _fly(self, message: Message, visibility: float, count: int, consumer: str | None) -> None:
        """A popped message is received for the `count`-th time: hidden, with a handle of its own."""
        message.received_s = now = self.clock.now
        message.visible_at_s = now + visibility
        message.receipt_handle = handle = self._receipts.new()
        message.receipt_handles.append(handle)
        self._by_handle[handle] = message
        message.state = State.IN_FLIGHT
        self.in_flight_count += 1
        self._ready.hidden(message)
        self._hidden.set(message.position, message.visible_at_s)
        received = Received(count, message.visible_at_s, consumer, handle)
        self.world.trace.append(received, self.queue_arn, message.id)

    def _hide(self, message: Message, seconds: float) -> None:
        message.visible_at_s = self.clock.now + seconds
        self._hidden.set(message.position, message.visible_at_s)
        self._arm()

    def _show(self, message: Message) -> None:
        message.visible_at_s = self.clock.now
        self._hidden.discard(message.position)
        self._return(message, Comeback.MADE_VISIBLE)
        self.arrived.fire()

    # ------------------------------------------------------------------ going

    def clear(self, cause: Cause) -> None:
        """Delete all messages: a purge, or the end of the queue."""
        for timer in self._second_copies:
            timer.cancel()
        self._second_copies.clear()
        for message in self.waiting:
            self._remove(message)
            self.world.trace.append(Deleted(cause), self.queue_arn, message.id)

    def retire(self) -> None:
        """The queue itself was deleted: it has no messages and no timers any more."""
        self.clear(Cause.QUEUE_DELETED)
        self.deleted = True
        for timer in (self._timer, self._retention_timer):
            if timer is not None:
                timer.cancel()
        self.arrived.fire()  # whoever waits for a message waits in vain

    def pop_ready(self) -> Message | None:
        """Take the next ready message out of the queue for good: what a message move task does."""
        self.settle()
        message = self._ready.pop()
        if message is not None:
            self.ready_count -= 1
            self._forget(message)
        self._ready.end_take()
        return message

    def put_back(self, message: Message) -> None:
        """Undo `pop_ready`: the message takes a new place, its time of sending stays."""
        self._enter(message, self.clock.now, 0, keep_sent_time=True)

    def reconfigured(self) -> None:
        """Attributes changed: a new retention period counts for messages already here, a new delay on FIFO queues too."""
        if self.fifo_queue:
            for message in [m for m in self._live.values() if m.state is State.DELAYED]:
                message.available_s = message.sent_s + self.delay_seconds
                self._hidden.set(message.position, message.available_s)
        self.settle()
        self._arm()
        self._arm_retention()

    def _remove(self, message: Message) -> None:
        state = message.state
        if state is State.READY:
            self.ready_count -= 1
            self._forget(message)
            return
        self._hidden.discard(message.position)
        self._forget(message)
        if state is State.DELAYED:
            self.delayed_count -= 1
        else:
            self.in_flight_count -= 1
            if self._ready.released(message):
                self.arrived.fire()
        if not self._hidden and self._timer is not None:
            self._timer.set_foreground(False)

    def _forget(self, message: Message) -> None:
        message.state = State.GONE
        del self._live[message.position]
        self._retained.discard(message.position)
        for handle in message.receipt_handles:
            del self._by_handle[handle]

    def _now_ms(self) -> int:
        return _EPOCH_MS + int(self.clock.now * 1000 + 1e-6)
