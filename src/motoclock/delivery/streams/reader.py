"""One shard read for one mapping: polls, filters, divides the records among slots, and knows when the shard is at its end.

Modelled: an idle shard is polled on a fixed beat, beginning when the mapping was made; a reader that is behind polls as fast as the
shard's read limit allows. Filtered records are passed over when they are read.
"""

import hashlib
import math
from collections.abc import Callable
from typing import Any

from motoclock.delivery.streams.batches import Entry
from motoclock.delivery.streams.context import ShardContext
from motoclock.delivery.streams.slot import Slot
from motoclock.delivery.streams.windows import WindowedSlot
from motoclock.json_text import json_text
from motoclock.services.shard_log import TOLERANCE_S


class ShardReader:
    """Reads a shard from the context's cursor on. `finished`: it was closed, and every record in it has come to its end."""

    def __init__(self, context: ShardContext, when_finished: Callable[[], None]):
        self.finished = False
        self._context, self._when_finished = context, when_finished
        self._stream, self._shard = context.stream, context.shard
        self._clock = context.stream.clock
        self._beat_from = self._clock.now
        self._divide()
        self._clock.spawn(self._read, name=f"reader of {context.shard.shard_id}")

    # ------------------------------------------------------------------ asked by the poller

    def wake(self) -> None:
        """The mapping changed."""
        if self._division() != self._divided_for:
            self._context.generation += 1  # slots of an older generation hand back what they have
        for slot in self._slots:
            slot.wake()
        self._context.room.fire()
        self._shard.log.arrived.fire()

    @property
    def iterator_age_s(self) -> float:
        """Age of the last record of the last batch that ended; 0 before the first."""
        return 0.0 if self._context.processed_until is None else self._clock.now - self._context.processed_until

    # ------------------------------------------------------------------ the Task

    def _read(self) -> None:
        while not self._stream.stopped:
            try:
                if self._turn():
                    return
            except Exception as error:
                self._clock.fault(f"the reader of {self._shard.shard_id}", error)
                # the records stay; another one, or a change, is a reason to try again
                self._clock.wait(self._shard.log.arrived)

    def _turn(self) -> bool:
        """Do what is next, or wait for it. True: there is nothing left to read, ever."""
        log = self._shard.log
        if self._stream.source.gone:
            self._forget_all()
            return True
        if not self._stream.active:
            self._clock.wait(self._context.room)
        elif self._context.generation != self._divided_at:
            self._divide_anew()
        elif not self._wants_records():
            self._clock.wait(self._context.room)
        elif self._context.cursor < log.end:
            self._await_poll()
            if self._stream.active:
                self._poll()
        elif log.closed:
            if self._idle():
                self.finished = True
                self._when_finished()
                return True
            self._clock.wait(self._context.room)
        else:
            self._clock.wait(log.arrived)
        return False

    def _wants_records(self) -> bool:
        return any(len(slot.pending) < self._stream.settings.batch_size for slot in self._slots)

    def _idle(self) -> bool:
        return not any(slot.busy or slot.has_work for slot in self._slots)

    def _await_poll(self) -> None:
        """Until records can be got: the next beat for an idle shard, the push for a fan-out consumer, and the read limit."""
        source = self._stream.source
        waiting = self._shard.log.read(self._context.cursor, 1)[0]
        since = waiting[0].at if waiting else self._clock.now
        if source.poll_every_s is None:
            ready_at = since + source.push_s
        else:
            beats = math.ceil((since - self._beat_from) / source.poll_every_s - TOLERANCE_S)
            ready_at = self._beat_from + max(0, beats) * source.poll_every_s
        if (wait := ready_at - self._clock.now) > TOLERANCE_S:
            self._clock.sleep(wait)
        limit = source.limit(self._shard)
        while (wait := limit.wait_s) > 0 and self._stream.active:
            self._clock.sleep(wait)

    def _poll(self) -> None:
        source, log = self._stream.source, self._shard.log
        self._stream.journal.expired(
            log.trimmed(self._context.cursor), "older than the stream keeps records, and never read"
        )
        records, end = log.read(self._context.cursor, source.read_max, source.read_max_bytes)
        size = sum(record.size_bytes for record in records)
        source.limit(self._shard).read(size)
        self._stream.journal.read(self._shard.shard_id, records, size, source.consumer_name)
        found: dict[int, list[Entry]] = {}
        for position, record in enumerate(records, end - len(records)):
            if (entry := self._entry(record, position)) is not None:
                found.setdefault(self._slot_of(record), []).append(entry)
        self._context.cursor = end
        for slot, entries in found.items():
            self._slots[slot].add(entries)
        if not found:
            for slot in self._slots:
                slot.wake()  # one may wait for the end of its window

    def _entry(self, record: Any, position: int) -> Entry | None:
        """The record as the function will see it; None when it matches no filter."""
        content = self._stream.source.record_json(record, self._stream.settings.role)
        if not self._stream.source.passes(content, self._stream.settings.patterns):
            self._stream.journal.filtered(record, "matches no filter of the mapping")
            return None
        return Entry(record, position, json_text(content), self._clock.now)

    # ------------------------------------------------------------------ slots

    def _division(self) -> tuple[int, bool]:
        settings = self._stream.settings
        return settings.factor, settings.tumbling_s > 0

    def _divide(self) -> None:
        self._divided_for, self._divided_at = self._division(), self._context.generation
        factor, windowed = self._divided_for
        self._slots = [WindowedSlot(self._context) if windowed else Slot(self._context) for _ in range(factor)]

    def _slot_of(self, record: Any) -> int:
        """By the hash of the partition key."""
        if len(self._slots) == 1:
            return 0
        digest = hashlib.md5(record.key.encode(), usedforsecurity=False).digest()
        return int.from_bytes(digest[-8:], "big") % len(self._slots)

    def _divide_anew(self) -> None:
        """The factor changed: what is in hand ends, then what waits goes to new slots in its order."""
        while any(slot.busy for slot in self._slots):
            self._clock.wait(self._context.room)
        left = sorted((entry for slot in self._slots for entry in slot.pending), key=lambda entry: entry.position)
        self._divide()
        for entry in left:
            self._slots[self._slot_of(entry.record)].pending.append(entry)
        for slot in self._slots:
            slot.wake()

    def _forget_all(self) -> None:
        """The stream was deleted with what it held."""
        while any(slot.busy for slot in self._slots):
            self._clock.wait(self._context.room)
        left = [entry.record for slot in self._slots for entry in slot.pending]
        unread, self._context.cursor = self._shard.log.read(self._context.cursor, self._shard.log.end)
        self._stream.journal.expired(left + unread, "the stream was deleted")
