"""Laws that hold in any story of a stream and its queues: nothing is lost, and the trace tells what the queues hold."""

from contextlib import ExitStack
from itertools import product
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from motoclock.account import State, read_lives
from motoclock.services.sqs.messages import State as Place
from sevenways import Cloud
from tests.engine.kinesis_queues.stage import acknowledge, entries, kinesis, on_demand, put, queue, receive

HOUR_S = 3600
FRACTIONS = st.lists(st.booleans(), min_size=10, max_size=10)
DEAD = st.booleans()


class QueuesStory(RuleBasedStateMachine):
    """A stream with two queues that start at different moments; one of them gives up after two receives."""

    options: ClassVar[dict[str, Any]] = {"seed": 5}

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.cloud = self.stack.enter_context(Cloud(**self.options))
        self.stream = on_demand()
        put(data=b"before both")
        quick = {"TargetType": "BUILT_IN", "MaxReceiveCount": 2}
        self.arns = [queue(self.stream, "quick", VisibilityTimeoutSeconds=20, DeadLetterConfiguration=quick)]
        self.arns.append(queue(self.stream, "all", {"Type": "TRIM_HORIZON"}))
        self.held = []  # (queue, dead, records) of each receive
        self.sent = 1

    def teardown(self):
        try:
            self.everything_comes_out_in_the_end()
        finally:
            self.stack.close()

    def everything_comes_out_in_the_end(self):
        self.cloud.run(seconds=200)
        for _ in range(2):  # what was acknowledged may come back once
            for arn, dead in product(self.arns, (False, True)):
                while records := receive(arn, dead):
                    assert acknowledge(arn, records, dead) == []
            self.cloud.run(seconds=3)
        assert all(not any(store.waiting) for one in self.queues for store in (one.records, one.dead_letters))
        numbers = self.cloud.summary()
        assert numbers["waiting"] == self.without_a_queue and numbers["in_flight"] == numbers["dead_lettered"] == 0

    @property
    def queues(self):
        from moto.kinesis.models import kinesis_backends

        return list(kinesis_backends["123456789012"]["us-east-1"].queues.values())

    @property
    def without_a_queue(self):
        """Records that no queue was ever given wait in the stream for a reader."""
        return sum(life.stays[-1].store == self.stream for life in read_lives(self.cloud.trace).lives)

    @rule(count=st.integers(1, 4), key=st.sampled_from("abc"))
    def write(self, count, key):
        for _ in range(count):
            self.sent += 1
            put(key, f"{self.sent}".encode())

    @rule(which=st.integers(0, 1), dead=DEAD, limit=st.integers(1, 10), hide=st.sampled_from([None, 0, 3, 60]))
    def take(self, which, dead, limit, hide):
        arn = self.arns[which % len(self.arns)]
        more = {} if hide is None else {"VisibilityTimeoutSeconds": hide}
        records = receive(arn, dead, Limit=limit, **more)
        assert len(records) <= limit
        assert len({record["RecordId"] for record in records}) == len(records) or self.options.get("duplicates")
        self.held.append((arn, dead, records))

    @rule(place=st.integers(0, 50), some=FRACTIONS)
    def finish(self, place, some):
        self._with_some(place, some, acknowledge)

    @rule(place=st.integers(0, 50), some=FRACTIONS, seconds=st.sampled_from([0, 5, 100]))
    def change_visibility(self, place, some, seconds):
        def change(arn, records, dead):
            client = kinesis()
            call = (
                client.update_dead_letter_queue_records_visibility if dead else client.update_queue_records_visibility
            )
            call(QueueARN=arn, Entries=entries(records, VisibilityTimeoutSeconds=seconds))

        self._with_some(place, some, change)

    @rule(place=st.integers(0, 50), some=FRACTIONS)
    def restore(self, place, some):
        self._with_some(
            place,
            some,
            lambda arn, records, _: kinesis().restore_dead_letter_queue_records(QueueARN=arn, Entries=entries(records)),
        )

    def _with_some(self, place, some, act):
        if self.held:
            arn, dead, records = self.held[place % len(self.held)]
            chosen = [record for record, wanted in zip(records, some, strict=False) if wanted]
            if chosen and arn in self.arns:
                act(arn, chosen, dead)

    @rule(most=st.sampled_from([None, 1, 3]))
    def give_up_earlier_or_later(self, most):
        target = {"TargetType": "NONE"} if most is None else {"TargetType": "BUILT_IN", "MaxReceiveCount": most}
        kinesis().update_queue(QueueARN=self.arns[-1], QueueAttributes={"DeadLetterConfiguration": target})

    @rule()
    def delete_the_first_queue(self):
        if len(self.arns) == 2 and self.sent > 20:
            kinesis().delete_queue(QueueARN=self.arns.pop(0))

    @rule(seconds=st.sampled_from([0.5, 3, 20, 100, 9 * HOUR_S]))
    def pass_time(self, seconds):
        self.cloud.run(seconds=seconds)

    @invariant()
    def each_record_is_in_exactly_one_place(self):
        for one in self.queues:
            one.settle()
        lives = read_lives(self.cloud.trace)
        for one in self.queues:
            for store in (one.records, one.dead_letters):
                told = [stay.state for stay in lives.in_store(store.queue_arn)]
                states = [record.state for record in store.waiting]
                assert told.count(State.WAITING) == states.count(Place.READY) == store.ready_count
                assert told.count(State.IN_FLIGHT) == states.count(Place.IN_FLIGHT) == store.in_flight_count
        numbers = self.cloud.summary()
        ends = ("processed", "dead_lettered", "lost", "filtered", "purged", "waiting", "in_flight")
        assert numbers["copies"] == sum(numbers[name] for name in ends)
        assert numbers["sent"] == self.sent
        parked = sum(len(list(one.dead_letters.waiting)) for one in self.queues)
        assert numbers["dead_lettered"] == parked or self.options.get("duplicates")


class ChanceStory(QueuesStory):
    options: ClassVar[dict[str, Any]] = {"seed": 6, "duplicates": 0.5, "reorder": True}


PHASES = (Phase.explicit, Phase.generate)  # a story that fails is not shortened: that takes minutes
_SETTINGS = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=PHASES,
)
TestQueues = QueuesStory.TestCase
TestQueuesWithChance = ChanceStory.TestCase
TestQueues.settings = TestQueuesWithChance.settings = _SETTINGS
