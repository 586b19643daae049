"""From a queue to a function: an event source mapping at work.

One Task gathers batches, the messages' receive counts rising as it receives them; each batch runs in a Task of its own. What became of
a batch decides what happens to its messages: deleted, or left alone until their visibility timeout gives them back.

Source: Lambda developer guide, services-sqs-*; the outcome table is in aws-facts.md section 1. Modelled: AWS runs many pollers,
each with its own view of the queue, so its batches are often smaller; here one gatherer per mapping sees the whole queue. A poll takes
no time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.sqs.models import sqs_backends

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.delivery.invoking import Invoker, Report
from motoclock.delivery.partial_responses import read_response
from motoclock.delivery.sqs.consumers import Consumers
from motoclock.delivery.sqs.event import passes, record_of
from motoclock.delivery.sqs.scaling import Allowance, Limits, Pace, limits_of
from motoclock.delivery.sqs.settings import Settings
from motoclock.facts import sqs as queue_facts
from motoclock.facts import sqs_mapping
from motoclock.functions import Call, FunctionNotFound, Outcome, Throttled
from motoclock.json_text import json_text
from motoclock.loop_counts import LOOP_STOPPED
from motoclock.trace import Cause, Mode, Refused
from motoclock.world import ACCOUNT, REGION, World

_RECEIVE_MAX = queue_facts.BATCH_MAX_MESSAGES.value
_PAYLOAD_MAX_BYTES = sqs_mapping.PAYLOAD_MAX_BYTES.value
_VISIBILITY_EXTRA_S = sqs_mapping.VISIBILITY_EXTRA_S.value
_BACKOFF = sqs_mapping.THROTTLE_BACKOFF.value
_LET_GO_S = sqs_mapping.THROTTLE_LET_GO_S.value
_POLL_JITTER_S = sqs_mapping.POLL_JITTER_S.value
QUEUE_GONE = "PROBLEM: the queue does not exist"


@dataclass(slots=True)
class _Held:
    """A message that was received for a batch, its record as the function will see it, and its size in the event."""

    message: Any
    record: dict[str, Any]
    text: bytes
    visible_at: float


class SqsPoller:
    """Reads an SQS queue for one mapping, or for one pipe: `invoker` gets its batches, `report` what became of the last."""

    def __init__(self, world: World, settings: Settings, invoker: Invoker, report: Report, readers: Consumers):
        self._world = world
        self._readers = readers
        self._clock = world.clock
        self._invoker = invoker
        self._report = report
        self._take(settings)
        self._queue = self._find_queue()
        self._slot_free = self._clock.signal()
        self._enabled_again = self._clock.signal()
        self._running = 0
        self._growing = False
        self._stopped = False
        self._overflow: list[_Held] = []  # received, but too large for the batch that was just closed
        self._allowance = Allowance(self._limits())
        self._pace = Pace()
        self._readers.set(self._queue, settings.uuid, settings.enabled)
        world.subscribe(announcements.SQS_QUEUE_DELETED, self._queue_deleted)
        world.subscribe(announcements.SQS_QUEUE_CREATED, self._queue_created)
        self._clock.spawn(self._gather, name=f"poller of {self._queue.name}")

    def changed(self, settings: Settings) -> None:
        """Take over new settings."""
        self._take(settings)
        self._allowance.change(self._limits())
        self._readers.set(self._queue, settings.uuid, settings.enabled)
        self._wake()

    def stop(self) -> None:
        """The mapping was deleted: receive no more."""
        self._stopped = True
        self._readers.set(self._queue, self._settings.uuid, False)
        self._wake()

    def _queue_deleted(self, queue: Any) -> None:
        if queue is self._queue and not self._stopped:
            self._report(QUEUE_GONE)
            self._wake()

    def _queue_created(self, queue: Any) -> None:
        """A mapping is to an ARN: a queue that is made anew under its name is read again."""
        if queue.queue_arn == self._settings.source_arn and not self._stopped:
            self._queue = queue
            self._readers.set(queue, self._settings.uuid, self._settings.enabled)
            self._wake()

    @property
    def _can_read(self) -> bool:
        return not self._stopped and not self._queue.deleted

    # ------------------------------------------------------------------ settings

    def _find_queue(self) -> Any:
        return sqs_backends[ACCOUNT][REGION].queues[Arn.of(self._settings.source_arn).resource]

    def _take(self, settings: Settings) -> None:
        self._settings, self._consumer = settings, settings.consumer

    def _limits(self) -> Limits:
        settings = self._settings
        return limits_of(settings.maximum_concurrency, settings.pollers, self._queue.fifo_queue)

    def _visibility_s(self) -> float | None:
        """None: the queue's own. With a window that does not fit, AWS hides messages longer."""
        timeout = self._invoker.timeout_of(self._settings.function_arn)
        window_s = self._settings.window_s
        if window_s and timeout is not None and window_s + timeout > self._queue.visibility_timeout:
            return window_s + timeout + _VISIBILITY_EXTRA_S
        return None

    # ------------------------------------------------------------------ gathering

    def _gather(self) -> None:
        while not self._stopped:
            try:
                self._turn()
            except Exception as error:  # what was received comes back when its visibility timeout is over
                self._clock.fault(f"the poller of {self._queue.name}", error)
                self._clock.wait(self._queue.arrived)

    def _turn(self) -> None:
        if not self._settings.enabled or self._queue.deleted:
            self._clock.wait(self._enabled_again)
        elif self._running >= self._allowance.value:
            self._plan_growth()
            self._clock.wait(self._slot_free)
        elif batch := self._next_batch():
            self._running += 1
            self._clock.spawn(self._process, batch, name=f"batch for {self._settings.name}")
        elif self._can_read and self._settings.enabled:
            if not self._running:
                self._allowance.idle()
            self._clock.wait(self._queue.arrived)

    def _next_batch(self) -> list[_Held]:
        """Messages for one invocation; empty when the queue has none to give."""
        batch, self._overflow = self._overflow, []
        size = sum(len(held.text) for held in batch)
        closes_at: float | None = self._clock.now + self._settings.window_s if batch else None
        while len(batch) < self._settings.batch_size and self._can_read:
            found = self._receive(min(_RECEIVE_MAX, self._settings.batch_size - len(batch)))
            for position, held in enumerate(found):
                if batch and size + len(held.text) > _PAYLOAD_MAX_BYTES:
                    self._overflow = found[position:]
                    return batch
                batch.append(held)
                size += len(held.text)
            if closes_at is None and batch:
                closes_at = self._clock.now + self._settings.window_s
            if found:
                continue
            remaining = 0.0 if closes_at is None else closes_at - self._clock.now
            if not batch or remaining <= 0:
                break
            self._clock.wait(self._queue.arrived, timeout=remaining, foreground=True)
        return batch

    def _receive(self, count: int) -> list[_Held]:
        """Receive now; what matches no filter is deleted for good."""
        kept: list[_Held] = []
        while not kept:
            if self._readers.count(self._queue) > 1:  # whose poll reaches a message first is chance
                self._clock.sleep(self._world.random("sqs.polls").random() * _POLL_JITTER_S)
            if self._settings.pollers:
                self._keep_pace()
            messages = self._queue.take(count, self._visibility_s(), consumer=self._consumer)
            self._pace.polled(sum(message.size_bytes for message in messages))
            if not messages:
                break
            for message in messages:
                record = record_of(message, self._queue.queue_arn)
                if passes(record, self._settings.patterns):
                    kept.append(
                        _Held(message, record, json_text(record, ascii_only=False).encode(), message.visible_at_s)
                    )
                else:
                    self._queue.filter_out(message, "matches no filter of the mapping", self._consumer)
        return kept

    def _keep_pace(self) -> None:
        if self._queue.ready_count and (wait_s := self._pace.wait_s(self._clock.now, self._allowance.pollers)):
            self._clock.sleep(wait_s)

    # ------------------------------------------------------------------ one batch

    def _process(self, batch: list[_Held]) -> None:
        try:
            batch = self._without_loops(batch)
            outcome = self._invoke(batch) if batch else None
            if outcome is not None:
                self._settle(batch, outcome)
        finally:
            self._running -= 1
            self._slot_free.fire()

    def _without_loops(self, batch: list[_Held]) -> list[_Held]:
        """Without the messages that have come round too often: Lambda answers the mapping with an exception, they come back after
        their visibility timeout, and are stopped again, until they were received too often or are too old (Lambda developer guide,
        invocation-recursion). Modelled: the rest of the batch runs; AWS does not say what becomes of it.
        """
        loops = self._invoker.loops_among(self._settings.function_arn, tuple(held.message.id for held in batch))
        if not loops:
            return batch
        for held in batch:
            if held.message.id in loops:
                receives = held.message.approximate_receive_count
                stopped = Refused(self._settings.function_arn, LOOP_STOPPED, receives, retryable=True, loop=True)
                self._world.trace.append(stopped, self._queue.queue_arn, held.message.id)
        return [held for held in batch if held.message.id not in loops]

    def _invoke(self, batch: list[_Held]) -> Outcome | None:
        """The outcome, or None when throttles outlasted the messages' visibility: then they come back by themselves."""
        payload = b'{"Records": [' + b", ".join(held.text for held in batch) + b"]}"
        attempt = 0
        hidden_until = min(held.visible_at for held in batch)
        while True:
            attempt += 1
            try:
                return self._invoker.invoke(
                    Call(
                        self._settings.function_arn,
                        payload,
                        mode=Mode.MAPPING,
                        source=self._queue.queue_arn,
                        message_ids=tuple(held.message.id for held in batch),
                        groups=_groups(batch),
                        attempt=attempt,
                        failed_ids=self._reported(batch),
                        unread=not self._settings.partial,
                    )
                )
            except (Throttled, FunctionNotFound) as error:
                self._report(f"PROBLEM: {error}")
                if isinstance(error, Throttled):
                    self._allowance.throttled()
                remaining = hidden_until - self._clock.now - _LET_GO_S
                if remaining <= 0 or not self._can_read:
                    return None
                self._clock.sleep(min(_BACKOFF.delay_s(attempt), remaining))

    def _reported(self, batch: list[_Held]) -> Callable[[bytes], tuple[str, ...]]:
        """For the trace: which ids of the batch a response names as failed, in their order."""
        ids = [held.message.id for held in batch]

        def failed_ids(payload: bytes) -> tuple[str, ...]:
            failed = read_response(payload, ids).failed
            return tuple(one for one in ids if one in failed)

        return failed_ids

    def _settle(self, batch: list[_Held], outcome: Outcome) -> None:
        ids = {held.message.id for held in batch}
        failed: frozenset[str] = frozenset()
        if not outcome.ok:
            failed = frozenset(ids)
            self._report("PROBLEM: Function call failed")
            if not self._settings.partial:
                self._allowance.failed()
        elif self._settings.partial:
            verdict = read_response(outcome.payload, ids)
            failed = verdict.failed
            self._report(f"PROBLEM: {verdict.invalid}" if verdict.invalid else "OK")
        else:
            self._report("OK")
        for held in batch:
            if held.message.id not in failed:
                self._queue.delete(held.record["receiptHandle"], cause=Cause.MAPPING, consumer=self._consumer)

    # ------------------------------------------------------------------ growth

    def _plan_growth(self) -> None:
        """While every slot is in use and messages wait, the allowance grows step by step."""
        if self._growing or not self._allowance.can_grow:
            return
        self._growing = True
        self._clock.call_later(self._allowance.step_s, self._grow, foreground=False)

    def _grow(self) -> None:
        self._growing = False
        if self._running >= self._allowance.value and self._queue.ready_count:
            self._allowance.grow()
            self._slot_free.fire()

    def _wake(self) -> None:
        self._enabled_again.fire()
        self._slot_free.fire()
        self._queue.arrived.fire()


def _groups(batch: list[_Held]) -> tuple[str, ...]:
    return tuple(sorted({held.message.group_id for held in batch if held.message.group_id}))
