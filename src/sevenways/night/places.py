"""The places for failures of an account, read while it lives: what lies in each, how, since when and until when."""

from motoclock.account.model import EdgeKind, NodeKind
from motoclock.peeking import PeekedMessage
from sevenways.cloud import Cloud
from sevenways.draw.picture import Picture
from sevenways.draw.runbook_card import Form, Place, runbook_card
from sevenways.night.platform import client

_GIVES_UP = (EdgeKind.REDRIVE, EdgeKind.DESTINATION)


def card(cloud: Cloud) -> Picture:
    """The runbook card of the account as it is now."""
    return runbook_card(read_places(cloud), cloud.elapsed)


def read_places(cloud: Cloud) -> tuple[Place, ...]:
    """Every queue that something is given up into, and no function reads."""
    account = cloud.account()
    names = {node.arn: node.name for node in account.nodes}
    read = {edge.source for edge in account.edges if edge.kind is EdgeKind.MAPPING}
    fed: dict[str, list[str]] = {}
    for edge in account.edges:
        if edge.kind in _GIVES_UP and edge.target not in read:
            fed.setdefault(edge.target, []).append(names.get(edge.source, edge.source))
    queues = [
        node
        for node in account.nodes
        if (node.arn in fed and node.kind in (NodeKind.QUEUE, NodeKind.FIFO_QUEUE))
        or node.kind in (NodeKind.DEAD_LETTER_QUEUE, NodeKind.FAILURE_QUEUE)
    ]
    return tuple(_place(cloud, node.name, tuple(dict.fromkeys(fed.get(node.arn, ())))) for node in queues)


def _place(cloud: Cloud, name: str, fed_by: tuple[str, ...]) -> Place:
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["MessageRetentionPeriod"])["Attributes"]
    kept_s = float(attributes["MessageRetentionPeriod"])
    messages = list(cloud.peek(name))
    if not messages:
        return Place(name, fed_by, kept_s, 0)
    first = max(messages, key=lambda message: message.age_s)
    sent = cloud.elapsed - first.age_s
    return Place(name, fed_by, kept_s, len(messages), _form(first), sent, sent + kept_s)


def _form(message: PeekedMessage) -> Form:
    if "StreamBatchInfo" in message.body or "KinesisBatchInfo" in message.body:
        return Form.POINTER
    if "requestPayload" in message.body:
        return Form.RECORD
    return Form.EVENT if '"detail-type"' in message.body else Form.MESSAGE
