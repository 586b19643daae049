"""Topics at work: what is published goes to every subscriber, each delivery tried again by itself.

topics      who gets a message, when, and what is given up
endpoints   one attempt to deliver to one subscriber, by protocol
messages    what the subscriber gets
"""

from motoclock.delivery.sns.topics import TopicDeliveries

__all__ = ["TopicDeliveries"]
