"""A message enters a store: what every store tells the trace."""

from dataclasses import replace

from motoclock.on_behalf import CELL
from motoclock.trace import Sent
from motoclock.world import World


def record_sent(world: World, store_arn: str, message_id: str, sent: Sent) -> None:
    """Origins and sender that `sent` leaves open are those of the running Task: a handler's, or a delivery's."""
    by = world.clock.on_behalf
    if by is not CELL:
        sent = replace(sent, origins=sent.origins or by.message_ids, sender=sent.sender or by.arn)
    world.trace.append(sent, store_arn, message_id, by.invocation_id)
