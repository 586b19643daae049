"""The Cloud of the course: the engine's, with pictures of what happened."""

import motoclock
from motoclock.asking import asked
from motoclock.platform import gc
from sevenways import draw

CloudClosed = motoclock.CloudClosed
Ended = motoclock.Ended
RunRecord = motoclock.RunRecord


class Cloud(motoclock.Cloud):
    __doc__ = motoclock.Cloud.__doc__

    @asked
    @gc.seldom()
    def diagram(self) -> draw.Picture:
        """The account drawn as a graph, with live counts."""
        return draw.diagram(self.account())

    @asked
    @gc.seldom()
    def timeline(self, by: str = "environment") -> draw.Picture:
        """One lane an execution environment, one bar an invocation, coloured and marked by outcome. `by="group"`: FIFO message groups."""
        return draw.timeline(self.trace, by, present=self.elapsed)

    @asked
    @gc.seldom()
    def backlog(self, store: str | None = None) -> draw.Picture:
        """Messages waiting, in flight, done and dead-lettered over time: of all stores, or of the one with this name or ARN."""
        return draw.backlog(self.trace, store, present=self.elapsed)

    @asked
    @gc.seldom()
    def passport(self, message_id: str = "", *, order: str | None = None) -> draw.Picture:
        """One message's life: every hop, receive, attempt and wait, and why; or that of an execution of a state machine.

        `message_id` is an id, its beginning, or the whole body, "order-0"; an execution's ARN or name. `order` is a word inside the body.
        """
        return draw.passport(self.trace, message_id, order=order)

    @asked
    @gc.seldom()
    def summary(self) -> draw.Summary:
        """What became of the messages, how long they took and what it would cost: a mapping that shows as a table."""
        return draw.summary(self.trace, present=self.elapsed)
