"""Messages to a FIFO topic."""

from tests.engine.delivery.topic_stage import sns


def send(users: str, message: str, group: str = "g", deduplication: str | None = None) -> dict:
    return sns().publish(
        TopicArn=users, Message=message, MessageGroupId=group, MessageDeduplicationId=deduplication or message
    )
