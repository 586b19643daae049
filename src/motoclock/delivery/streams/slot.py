"""One batch at a time: a slot takes records in order, hands them to the function, and deals with what comes of it.

A shard has as many slots as its ParallelizationFactor says; the hash of the partition key picks the slot, so order holds per key. A
slot is a Task only while it has records.
"""

from collections import deque
from collections.abc import Iterable

from motoclock.delivery.streams.batches import Batch, Entry, decide, failed_from
from motoclock.delivery.streams.context import ShardContext
from motoclock.delivery.streams.failures import AGE_EXCEEDED, RETRIES_EXHAUSTED
from motoclock.facts import stream_mapping as facts
from motoclock.functions import Call, FunctionNotFound, Outcome, Throttled
from motoclock.services.shard_log import TOLERANCE_S
from motoclock.trace import Mode

_PAYLOAD_MAX_BYTES = facts.PAYLOAD_MAX_BYTES.value
_BACKOFF = facts.RETRY_BACKOFF.value


class Slot:
    """Records of one shard that are handed over one batch after the other."""

    def __init__(self, context: ShardContext):
        self.pending: deque[Entry] = deque()
        self.busy = False
        self._context = context
        self._stream = context.stream
        self._clock = context.stream.clock
        self._journal = context.stream.journal
        self._more = self._clock.signal()
        self._generation = context.generation
        self._outcome: Outcome | None = None  # the last, for the failure record

    def add(self, entries: Iterable[Entry]) -> None:
        """Take over records, in order."""
        self.pending.extend(entries)
        self.wake()

    def wake(self) -> None:
        """Start, or look again: there may be records, or settings may have changed."""
        if self.busy:
            self._more.fire()
        elif self.has_work and self._current:
            self.busy = True
            self._clock.spawn(self._run, name=f"shard {self._context.shard.shard_id}")

    @property
    def has_work(self) -> bool:
        return bool(self.pending)

    @property
    def _current(self) -> bool:
        """Whether to go on: the mapping is enabled and the shard is still divided as when this slot was made."""
        return self._stream.active and self._generation == self._context.generation

    # ------------------------------------------------------------------ the Task

    def _run(self) -> None:
        try:
            while self._current and self.has_work:
                self._next()
        except Exception as error:
            self._clock.fault(f"the delivery of {self._context.shard.shard_id}", error)
        finally:
            self.busy = False
            self._context.room.fire()

    def _next(self) -> None:
        """Gather a batch and see it through."""
        entries = self._gather()
        if entries:
            todo = deque([Batch(entries)])
            try:
                self._see_through(todo)
            except Exception:
                self._give_back(todo)  # what was not finished stays, and is tried again when there is something new
                raise

    def _give_back(self, todo: Iterable[Batch]) -> None:
        left = [entry for batch in todo for entry in batch.entries]
        self.pending.extendleft(reversed(left))

    def _gather(self) -> list[Entry]:
        """Records for one invocation: until the batch is full, has 6 MB, or the window since its first record is over."""
        settings = self._stream.settings
        closes_at = self.pending[0].read_at + settings.window_s
        entries: list[Entry] = []
        size = 0
        while len(entries) < settings.batch_size:
            if self.pending:
                size += len(self.pending[0].text)
                if entries and size > _PAYLOAD_MAX_BYTES:
                    break
                entries.append(self.pending.popleft())
                continue
            self._context.room.fire()
            remaining = closes_at - self._clock.now
            if remaining <= TOLERANCE_S or not self._current or self._context.at_end:
                break
            self._clock.wait(self._more, timeout=remaining, foreground=True)
        self._context.room.fire()
        if not self._current:
            self.pending.extendleft(reversed(entries))
            return []
        return entries

    def _see_through(self, todo: deque[Batch]) -> None:
        """Until every record of the batches has come to its end, or the mapping changed: then the rest goes back."""
        while todo:
            batch = todo[0]
            self._wait_for(batch)
            if not self._current:
                self._give_back(todo)
                return
            self._part_with_the_old(batch)
            self._part_with_the_large(batch)
            again = self._attempt(batch) if batch.entries else []
            todo.popleft()
            todo.extendleft(reversed(again))

    def _wait_for(self, batch: Batch) -> None:
        """Back-off: until the next attempt, but not past the moment at which a record becomes too old."""
        deadline = self._too_old_at(batch.entries[0]) if batch.entries else 0.0
        ready_at = min(self._clock.now + batch.wait_s, deadline)
        while self._current and (wait := ready_at - self._clock.now) > TOLERANCE_S:
            self._clock.wait(self._more, timeout=wait, foreground=True)

    # ------------------------------------------------------------------ age

    def _too_old_at(self, entry: Entry) -> float:
        """When the stream forgets a record, or it exceeds the mapping's maximum age."""
        age = self._stream.settings.age_max_s
        expires = self._context.shard.log.expires_at(entry.record)
        return expires if age is None else min(expires, entry.record.at + age)

    def _part_with_the_old(self, batch: Batch) -> None:
        """Records are in order of arrival, so the old ones are the first of the batch."""
        now = self._clock.now + TOLERANCE_S
        old = 0
        while old < len(batch.entries) and self._too_old_at(batch.entries[old]) <= now:
            old += 1
        if not old:
            return
        gone, batch.entries = batch.entries[:old], batch.entries[old:]
        forgotten = [entry for entry in gone if self._context.shard.log.expires_at(entry.record) <= now]
        aged = [entry for entry in gone if self._context.shard.log.expires_at(entry.record) > now]
        self._journal.expired((entry.record for entry in forgotten), "older than the stream keeps records")
        if aged:
            self._give_up(Batch(aged, batch.runs, batch.retries), AGE_EXCEEDED, self._outcome if batch.runs else None)

    def _part_with_the_large(self, batch: Batch) -> None:
        """A record that is larger than an invocation's payload stands alone in its batch, and no retry will help it."""
        if len(batch.entries) == 1 and len(batch.entries[0].text) > _PAYLOAD_MAX_BYTES:
            self._give_up(batch, RETRIES_EXHAUSTED, None)
            batch.entries = []

    # ------------------------------------------------------------------ one attempt

    def _attempt(self, batch: Batch) -> list[Batch]:
        """Invoke once. Returns what is to be done next."""
        settings = self._stream.settings
        try:
            outcome = self._invoke(batch)
        except (Throttled, FunctionNotFound) as error:
            self._journal.result(f"PROBLEM: {error}")
            batch.throttles += 1
            batch.wait_s = _BACKOFF.delay_s(batch.throttles)
            self._journal.retried(batch.records, batch.runs + 1, batch.wait_s, "throttled; uses up no retry")
            return [batch]
        batch.runs += 1
        self._outcome = outcome
        decision = decide(batch, outcome, settings)
        self._journal.result("PROBLEM: Function call failed" if decision.why else "OK")
        self._journal.checkpointed(
            self._context.shard.shard_id, (entry.record for entry in decision.done), outcome.request_id
        )
        if decision.done:
            self._context.processed_until = decision.done[-1].record.at
        for again in decision.again:
            self._journal.retried(again.records, again.runs + 1, again.wait_s, decision.why)
        if decision.given_up:
            self._give_up(Batch(decision.given_up, batch.runs, batch.retries), RETRIES_EXHAUSTED, outcome)
        return decision.again

    def _invoke(self, batch: Batch) -> Outcome:
        settings = self._stream.settings

        def failed_ids(payload: bytes) -> tuple[str, ...]:
            """What a returned result leaves to be done again, if it is read: everything from the lowest failure on."""
            place, _ = failed_from(batch, payload, settings)
            return () if place is None else tuple(entry.record.message_id for entry in batch.entries[place:])

        return self._stream.invoker.invoke(
            Call(
                settings.function_arn,
                self._payload(batch),
                mode=Mode.MAPPING,
                source=self._stream.source.arn,
                message_ids=tuple(entry.record.message_id for entry in batch.entries),
                groups=tuple(sorted({entry.record.key for entry in batch.entries})),
                attempt=batch.runs + 1,
                failed_ids=failed_ids,
                unread=not settings.partial,
            )
        )

    def _payload(self, batch: Batch) -> bytes:
        return ('{"Records": [' + ", ".join(entry.text for entry in batch.entries) + "]}").encode()

    def _give_up(self, batch: Batch, condition: str, outcome: Outcome | None) -> None:
        settings = self._stream.settings
        self._stream.failures.give_up(
            batch, self._context.shard.shard_id, condition, outcome, settings.destination, settings.function_arn
        )
