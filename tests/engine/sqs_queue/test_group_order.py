"""Who comes next on a FIFO queue, in any story: beside a model of the rule that scans everything."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from math import inf

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from .conftest import open_account

GROUPS = st.sampled_from("abcd")


@dataclass
class Sent:
    """A message as the model knows it: arrived at its sending, and anew when it returns. Its place in its group never changes."""

    body: str
    group: str
    place: int
    arrival: int
    hidden_until: float | None = None
    handle: str | None = field(default=None, compare=False)


class Model:
    """The rule of `Groups`, in so many words."""

    def __init__(self) -> None:
        self.messages: list[Sent] = []
        self._places, self._arrivals = count(), count()

    def send(self, body: str, group: str) -> None:
        self.messages.append(Sent(body, group, next(self._places), next(self._arrivals)))

    def come_back(self, *returning: Sent) -> None:
        for message in returning:
            message.hidden_until, message.arrival = None, next(self._arrivals)

    def pass_time(self, now: float) -> None:
        due = [each for each in self.messages if each.hidden_until is not None and each.hidden_until <= now]
        self.come_back(*sorted(due, key=lambda each: (each.hidden_until, each.place)))

    def next_ones(self, most: int) -> list[Sent]:
        chosen: list[Sent] = []
        while len(chosen) < most and (groups := self._open(chosen)):
            chosen += min(groups, key=lambda group: group[0].arrival)[: most - len(chosen)]
        return chosen

    def _open(self, chosen: list[Sent]) -> list[list[Sent]]:
        """Of each group what may be received, in its order: up to the first that is in flight."""
        found = []
        for group in {each.group for each in self.messages} - {each.group for each in chosen}:
            own = [each for each in self.messages if each.group == group]
            bound = min((each.place for each in own if each.hidden_until is not None), default=inf)
            if free := [each for each in own if each.hidden_until is None and each.place < bound]:
                found.append(free)
        return found


class GroupStory(RuleBasedStateMachine):
    """One queue and the model, told the same."""

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.account = self.stack.enter_context(open_account())
        made = self.account.sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})
        self.queue = self.account.queue(made["QueueUrl"])
        self.model = Model()

    def teardown(self):
        try:
            while self.model.messages:
                self.receive(3, 0)
                self.receive(10, 5)
                for message in self.in_flight():
                    self.let_go(message)
        finally:
            self.stack.close()

    def in_flight(self) -> list[Sent]:
        return [each for each in self.model.messages if each.hidden_until is not None]

    def let_go(self, message: Sent) -> None:
        assert self.queue.delete(message.handle)
        self.model.messages.remove(message)

    @rule(group=GROUPS, several=st.integers(1, 4))
    def send(self, group, several):
        for _ in range(several):
            body = f"{group}-{self.queue._positions}"
            self.queue.put(body, group_id=group, deduplication_id=body)
            self.model.send(body, group)

    @rule(most=st.integers(1, 10), visibility=st.sampled_from([0, 1, 3, 20]))
    def receive(self, most, visibility):
        expected = self.model.next_ones(most)
        taken = self.queue.take(most, visibility)
        assert [each.body for each in taken] == [each.body for each in expected]
        for message, known in zip(taken, expected, strict=True):
            known.handle, known.hidden_until = message.receipt_handle, self.account.clock.now + visibility
        if not visibility:
            self.model.come_back(*sorted(expected, key=lambda each: each.place))

    @precondition(lambda self: self.in_flight())
    @rule(data=st.data())
    def delete(self, data):
        self.let_go(data.draw(st.sampled_from(self.in_flight())))

    @precondition(lambda self: self.in_flight())
    @rule(data=st.data(), seconds=st.sampled_from([0, 2, 30]))
    def change_visibility(self, data, seconds):
        message = data.draw(st.sampled_from(self.in_flight()))
        self.queue.change_visibility(message.handle, seconds)
        message.hidden_until = self.account.clock.now + seconds
        if not seconds:
            self.model.come_back(message)

    @rule(seconds=st.sampled_from([1, 2, 5, 25]))
    def pass_time(self, seconds):
        self.account.pass_time(seconds)
        self.model.pass_time(self.account.clock.now)


TestGroupOrder = GroupStory.TestCase
TestGroupOrder.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
