"""Laws that hold in any story: nothing is lost, counts are right, FIFO groups keep their order."""

from contextlib import ExitStack
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from motoclock.services.sqs import State
from motoclock.trace import Kind

from .conftest import open_account

GROUPS = st.sampled_from("abc")


class QueueStory(RuleBasedStateMachine):
    """A source with a dead-letter queue, sent to, received from, deleted from, while time passes."""

    fifo = False
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.account = self.stack.enter_context(open_account(**self.options))
        self.taken = []  # (message, handle) of every receive
        self.sent = 0
        end = ".fifo" if self.fifo else ""
        extra = {"FifoQueue": "true"} if self.fifo else {}
        sqs = self.account.sqs
        dead = sqs.create_queue(QueueName=f"dead{end}", Attributes={**extra, "MessageRetentionPeriod": "400"})
        self.dead = self.account.queue(dead["QueueUrl"])
        policy = f'{{"deadLetterTargetArn": "{self.dead.arn}", "maxReceiveCount": 3}}'
        given = {**extra, "RedrivePolicy": policy, "MessageRetentionPeriod": "200", "VisibilityTimeout": "20"}
        self.queue = self.account.queue(sqs.create_queue(QueueName=f"orders{end}", Attributes=given)["QueueUrl"])

    def teardown(self):
        try:
            self.everything_comes_out_in_the_end()
        finally:
            self.stack.close()

    def everything_comes_out_in_the_end(self):
        self.account.pass_time(30)  # delays and the shorter timeouts are over
        for queue in (self.queue, self.dead):
            while messages := queue.take(10):
                for message in messages:
                    assert queue.delete(message.receipt_handle)
            assert queue.ready_count == 0 or self.fifo
            blocked = {m.group_id for m in queue.waiting if m.state is State.IN_FLIGHT}
            assert all(m.group_id in blocked for m in queue.waiting if m.state is State.READY)

    @initialize()
    def begin(self):
        self.received_in_order = {}

    @rule(group=GROUPS, count=st.integers(1, 5), delay=st.sampled_from([None, 0, 5, 30]), tenant=st.booleans())
    def send(self, group, count, delay, tenant):
        for _ in range(count):
            self.sent += 1
            fields = {"group_id": group, "deduplication_id": str(self.sent)} if self.fifo else {"delay_s": delay}
            if tenant and not self.fifo:
                fields["group_id"] = group
            self.queue.put(str(self.sent), **fields)

    @rule(count=st.integers(1, 10), visibility=st.sampled_from([None, 0, 1, 20, 300]))
    def receive(self, count, visibility):
        in_flight_groups = {m.group_id for m in self.queue.waiting if m.state is State.IN_FLIGHT}
        messages = self.queue.take(count, visibility)
        assert len(messages) <= count
        if self.fifo:
            assert not in_flight_groups & {message.group_id for message in messages}
            for group in {message.group_id for message in messages}:
                places = [message.position for message in messages if message.group_id == group]
                assert places == sorted(places)
                older = [m.position for m in self.queue.waiting if m.group_id == group and m.position < places[0]]
                assert not older, "a message overtook an older one of its group"
        self.taken += [(message, message.receipt_handle) for message in messages]

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def delete(self, data):
        message, handle = data.draw(st.sampled_from(self.taken))
        state, current = message.state, message.receipt_handle == handle
        gone = self.queue.delete(handle)
        if self.fifo:
            assert gone == (current and state is State.IN_FLIGHT and message.state is State.GONE)
        elif not current:
            assert not gone

    @precondition(lambda self: self.taken)
    @rule(data=st.data(), seconds=st.sampled_from([0, 3, 60]))
    def change_visibility(self, data, seconds):
        message, handle = data.draw(st.sampled_from(self.taken))
        self.queue.settle()
        if handle in self.queue._by_handle and message.receipt_handle == handle and message.state is State.IN_FLIGHT:
            self.queue.change_visibility(handle, seconds)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def filter_out(self, data):
        message, _ = data.draw(st.sampled_from(self.taken))
        self.queue.settle()
        if message.state is State.IN_FLIGHT and self.queue._live.get(message.position) is message:
            self.queue.filter_out(message, "no")

    @rule(seconds=st.sampled_from([0, 0.5, 1, 5, 19.5, 20, 60]))
    def pass_time(self, seconds):
        self.account.pass_time(seconds)

    @rule(consumed=st.booleans())
    def consume(self, consumed):
        self.queue.set_consumed(consumed)

    @rule()
    def redrive(self):
        running = any(task.active for task in self._moves())
        if not running:
            self.account.sqs.start_message_move_task(SourceArn=self.dead.arn)

    def _moves(self):
        from moto.sqs.models import sqs_backends

        return sqs_backends["123456789012"]["us-east-1"].moves._tasks

    @invariant()
    def each_message_is_in_exactly_one_state(self):
        trace, ended = self.account.trace, (Kind.DELETED, Kind.EXPIRED, Kind.FILTERED, Kind.REDRIVEN)
        entered = len(trace.of_kind(Kind.SENT))  # copies and redriven messages are sent too
        living = [*self.queue.waiting, *self.dead.waiting]
        assert entered == len(living) + len(trace.of_kind(*ended))
        assert len(trace.of_kind(Kind.DEAD_LETTERED)) >= len(list(self.dead.waiting))

    @invariant()
    def counts_are_what_a_scan_finds(self):
        for queue in (self.queue, self.dead):
            states = [message.state for message in queue.waiting]
            assert queue.ready_count == states.count(State.READY)
            assert queue.in_flight_count == states.count(State.IN_FLIGHT)
            assert queue.delayed_count == states.count(State.DELAYED)
            assert len(queue._hidden) == queue.in_flight_count + queue.delayed_count
            assert len(queue._retained) == len(states)

    @invariant()
    def hidden_messages_are_work_exactly_while_somebody_reads_the_queue(self):
        timer = self.queue._timer
        wanted = self.queue.consumed and bool(self.queue._hidden)
        assert wanted == (timer is not None and timer.pending and timer.foreground)


class FifoStory(QueueStory):
    fifo = True


class ChanceStory(QueueStory):
    options: ClassVar[dict[str, Any]] = {"duplicates": 0.5, "reorder": True, "seed": 3}


_SETTINGS = settings(
    max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestStandardQueue = QueueStory.TestCase
TestFifoQueue = FifoStory.TestCase
TestQueueWithChance = ChanceStory.TestCase
TestStandardQueue.settings = TestFifoQueue.settings = TestQueueWithChance.settings = _SETTINGS
