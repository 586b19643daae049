"""One attempt to deliver a topic's message to one subscriber, by protocol.

What is retried and what is not: developer guide, sns-message-delivery-retries and sns-dead-letter-queues. A deleted endpoint, a missing
permission, a message that the endpoint can't take are client-side errors; an HTTP endpoint's 5xx and 429 and its silence are not.
"""

import base64
import http.client
from urllib.parse import unquote, urlsplit

from motoclock.delivery import permissions
from motoclock.delivery.parcels import Parcel, Undeliverable, hand_over
from motoclock.delivery.sns.messages import envelope, http_headers, lambda_event
from motoclock.downstream import downstream_at
from motoclock.facts import sns as facts
from motoclock.services.sns import Publication, SevenSubscription
from motoclock.services.sns.publications import as_boto
from motoclock.services.sns.subscriptions import HTTP
from motoclock.world import World

PRINCIPAL = "sns.amazonaws.com"
_HTTP_TIMEOUT_S = facts.HTTP_TIMEOUT_S.value
_RAW_ATTRIBUTES_MAX = facts.RAW_ATTRIBUTES_MAX.value
_PEOPLE = ("email", "email-json", "sms", "application")
_TOO_MANY_REQUESTS = 429


def attempt(world: World, publication: Publication, subscription: SevenSubscription) -> str | None:
    """Deliver once, now. Returns the id that the endpoint gave the message, when it gives one; raises Undeliverable."""
    protocol, target = subscription.protocol, subscription.endpoint
    if protocol in HTTP:
        _post(publication, subscription)
        return None
    if protocol in _PEOPLE:
        return None  # modelled: it is in the mailbox or on the phone, and the trace is where to look for it
    permissions.require(world, PRINCIPAL, target, publication.topic_arn)
    return hand_over(world, target, parcel(publication, subscription))


def parcel(publication: Publication, subscription: SevenSubscription) -> Parcel:
    """The message as this subscriber gets it."""
    shared = {"origins": (publication.id,), "sender": publication.topic_arn}
    if subscription.protocol == "lambda":
        return Parcel(lambda_event(publication, subscription), **shared)
    if subscription.endpoint.endswith(".fifo"):
        shared["deduplication_id"] = publication.deduplication_id
    body, attributes = _content(publication, subscription)
    return Parcel(
        body,
        attributes=attributes,
        group_id=_group_id(publication, subscription),
        trace_header=publication.trace_header,
        **shared,
    )


def _group_id(publication: Publication, subscription: SevenSubscription) -> str | None:
    """A FIFO topic keeps it from a standard queue (recorded on AWS in August 2025)."""
    of_fifo_only = subscription.topic.fifo_topic and not subscription.endpoint.endswith(".fifo")
    return None if of_fifo_only else publication.group_id


def dead_letter(publication: Publication, subscription: SevenSubscription, target_arn: str) -> Parcel:
    """The message for the subscription's dead-letter queue: the envelope that a queue would have got, or the raw message.

    It does not say why it is one, and keeps the publisher's ids, so that of two subscriptions that share a FIFO queue it stores one
    message's letter once. Recorded on AWS in August 2023 and November 2025. Modelled: a raw message with more attributes than a queue
    takes leaves them behind.
    """
    body, attributes = envelope(publication, subscription), {}
    if subscription.raw:
        body = publication.text_for(subscription.protocol)
        if len(publication.attributes) <= _RAW_ATTRIBUTES_MAX:
            attributes = as_boto(publication.attributes)
    return Parcel(
        body,
        origins=(publication.id,),
        sender=publication.topic_arn,
        attributes=attributes,
        group_id=publication.group_id if subscription.topic.fifo_topic else None,
        deduplication_id=publication.deduplication_id if target_arn.endswith(".fifo") else None,
    )


def _content(publication: Publication, subscription: SevenSubscription) -> tuple[str, dict]:
    """Body and message attributes: raw delivery passes both on, the envelope holds both."""
    if not subscription.raw:
        return envelope(publication, subscription), {}
    if len(publication.attributes) > _RAW_ATTRIBUTES_MAX and subscription.protocol == "sqs":
        raise Undeliverable(
            f"it has {len(publication.attributes)} message attributes, and with raw delivery a queue takes {_RAW_ATTRIBUTES_MAX}.",
            "INVALID_PARAMETER",
        )
    return publication.text_for(subscription.protocol), as_boto(publication.attributes)


def _post(publication: Publication, subscription: SevenSubscription) -> None:
    """A POST to a system inside the Cloud, in a Task, with SNS's own patience."""
    url = urlsplit(subscription.endpoint)
    if downstream_at(url.hostname or "", url.port) is None:
        raise Undeliverable(f"{url.netloc} is not in this Cloud, and nothing leaves it.", "INVALID_ENDPOINT")
    connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = connect(url.hostname, url.port, timeout=_HTTP_TIMEOUT_S)
    headers = http_headers(publication, subscription)
    if url.username:
        login = f"{unquote(url.username)}:{unquote(url.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", path, _content(publication, subscription)[0].encode(), headers)
        status = connection.getresponse().status
    except TimeoutError:
        raise Undeliverable(f"{url.hostname} did not answer in {_HTTP_TIMEOUT_S} s.", "TIMEOUT", True) from None
    except OSError as error:
        raise Undeliverable(f"{url.hostname} can't be reached: {error}", "CONNECTION_FAILED", True) from None
    finally:
        connection.close()
    if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
        again = status >= http.client.INTERNAL_SERVER_ERROR or status == _TOO_MANY_REQUESTS
        raise Undeliverable(f"{url.hostname} answered {status}.", str(status), again)
