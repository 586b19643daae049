"""A message enters a store: what every store tells the trace."""

from dataclasses import replace

from motoclock.trace import Sent
from motoclock.world import World


def record_sent(world: World, store_arn: str, message_id: str, sent: Sent) -> None:
    """Origins and sender that `sent` leaves open are those of the running Task: a handler's, or a delivery's."""
    task = world.clock.current_task()
    if task is not None:
        sent = replace(
            sent,
            origins=sent.origins or tuple(getattr(task, "message_ids", ())),
            sender=sent.sender or getattr(task, "function_arn", None),
        )
    world.trace.append(sent, store_arn, message_id, getattr(task, "invocation_id", None))
