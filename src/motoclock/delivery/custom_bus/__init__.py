"""The new Custom Event Bus at work: subscribers that get events in batches, in order if they ask for it, now or from the past.

buses      an event comes in: which subscribers want it, who forwards onto it
subscriber what one subscriber has to deliver: order, batches, pauses, what expires meanwhile
batch      one call of a target: tried again, given up, described in a message
targets    how each kind of target takes it
shaping    what the target gets
"""

from motoclock.delivery.custom_bus.buses import BusDeliveries

__all__ = ["BusDeliveries"]
