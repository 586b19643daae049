"""How often each function has run in the chain of requests that led to a message: what Lambda's loop detection counts.

AWS carries the counts in the tracing header, through SQS, SNS, S3, direct invokes and destinations; other services (EventBridge,
Kinesis, DynamoDB, pipes, state machines) don't pass them on, so a loop through those is never seen. Lambda developer guide,
invocation-recursion. Here they are kept beside the message ids: one small mapping a message that a function sent, none for the rest.
"""

from collections.abc import Iterable, Mapping

from motoclock.arn import Arn
from motoclock.facts import lambda_
from motoclock.on_behalf import CELL, OnBehalf

# what the trace says of a message that came round too often
LOOP_STOPPED = f"Lambda stopped a loop: {lambda_.LOOP_GUARD_PASSES} in one chain, and no run for this one"

_NONE: Mapping[str, int] = {}
_CARRIERS = ("sqs", "sns", "lambda", "s3")  # services whose hand-overs keep the chain


class LoopCounts:
    """The counts of one world. Every question costs as much as the chain has distinct functions."""

    def __init__(self) -> None:
        self._of_message: dict[str, Mapping[str, int]] = {}
        self._of_invocation: dict[str, Mapping[str, int]] = {}

    def carry(self, message_id: str, by: OnBehalf, origins: Iterable[str] = (), sender: str | None = None) -> None:
        """A message was sent: in an invocation's name, or handed over by `sender`, in which case it continues its `origins`."""
        if (invocation := by.chain) is not None:
            counts = self._of_invocation.get(invocation, _NONE)
        elif _service(sender) in _CARRIERS:
            counts = self._merged(origins)
        else:
            counts = _NONE
        if counts:
            self._of_message[message_id] = counts

    def passes(self, function: str, message_ids: Iterable[str], caller: OnBehalf = CELL) -> int:
        """The how-manieth run of the function in its chain this would be, given these messages, or called by another invocation."""
        return self._before(message_ids, caller).get(function, 0) + 1

    def started(self, function: str, invocation_id: str, message_ids: Iterable[str], caller: OnBehalf = CELL) -> None:
        """The function runs: whatever it sends from now on has one run more behind it."""
        before = self._before(message_ids, caller)
        self._of_invocation[invocation_id] = {**before, function: before.get(function, 0) + 1}

    def _before(self, message_ids: Iterable[str], caller: OnBehalf) -> Mapping[str, int]:
        counts = self._of_invocation.get(caller.invocation_id or "", _NONE)
        return counts or self._merged(message_ids)

    def _merged(self, message_ids: Iterable[str]) -> Mapping[str, int]:
        """Of a batch, the longest chain for each function (modelled: AWS does not say which it takes)."""
        merged = _NONE
        for message_id in message_ids:
            counts = self._of_message.get(message_id, _NONE)
            if not merged:
                merged = counts
            elif counts and counts is not merged:
                merged = {name: max(merged.get(name, 0), counts.get(name, 0)) for name in {**merged, **counts}}
        return merged


def _service(arn: str | None) -> str:
    return Arn.of(arn or "").service
