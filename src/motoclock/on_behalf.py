"""On whose behalf code runs: what the trace says of everything that it sends, and what Lambda's loop detection counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """Whose doing it is: an invocation's, an execution's, a delivery's.

    `arn` is the function's or the state machine's, `invocation_id` the run of the function, `message_ids` the messages that it was
    given. `chain_of`: code that sends in the name of an invocation which has ended (a destination's) continues that one's chain.
    """

    arn: str | None = None
    invocation_id: str | None = None
    message_ids: tuple[str, ...] = ()
    chain_of: str | None = None

    @property
    def chain(self) -> str | None:
        """The invocation whose chain of requests goes on in what is sent."""
        return self.chain_of or self.invocation_id


CELL = OnBehalf()
"""Of nobody: code in a cell, and Tasks of the engine's own."""
