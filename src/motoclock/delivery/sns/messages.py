"""What subscribers of a topic get: the JSON envelope, the Lambda event, or the message raw.

Developer guide, sns-message-and-json-formats (envelope and HTTP headers), sns-large-payload-raw-message-delivery; Lambda developer
guide, with-sns (the event). Modelled: the signature has the right form and is not one: bytes that follow from what AWS would sign.
A replayed message says so in its envelope; raw delivery does not show it.
"""

import base64
import hashlib
import json
from typing import Any

from motoclock.json_text import json_text
from motoclock.services.sns import Publication, SevenSubscription
from motoclock.services.sns.archive import time_text
from motoclock.world import REGION

_ENDPOINT = f"https://sns.{REGION}.amazonaws.com"
_CERTIFICATE_URL = f"{_ENDPOINT}/SimpleNotificationService-0000000000000000000000.pem"
_SIGNATURE_BYTES = 256


def envelope(publication: Publication, subscription: SevenSubscription) -> str:
    """The notification as text, with AWS's layout: what a queue or an HTTP endpoint gets unless delivery is raw."""
    notification = _notification(publication, subscription)
    return json.dumps(notification, indent=2, separators=(",", " : "), ensure_ascii=False)


def lambda_event(publication: Publication, subscription: SevenSubscription) -> str:
    """The event of a function, one record in it. Two URLs are spelt differently from the envelope, and Subject is always there."""
    sns = _notification(publication, subscription)
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": {
            "Type": sns["Type"],
            "MessageId": sns["MessageId"],
            "TopicArn": sns["TopicArn"],
            "Subject": publication.subject,
            "Message": sns["Message"],
            "Timestamp": sns["Timestamp"],
            "SignatureVersion": sns["SignatureVersion"],
            "Signature": sns["Signature"],
            "SigningCertUrl": sns["SigningCertURL"],
            "UnsubscribeUrl": sns["UnsubscribeURL"],
            "MessageAttributes": publication.attributes,
        },
    }
    return json_text({"Records": [record]}, ascii_only=False)


def http_headers(publication: Publication, subscription: SevenSubscription) -> dict[str, str]:
    """The headers of a delivery over HTTP."""
    headers = {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": publication.id,
        "x-amz-sns-topic-arn": publication.topic_arn,
        "x-amz-sns-subscription-arn": subscription.arn,
        "Content-Type": subscription.content_type or "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
    }
    return {**headers, "x-amz-sns-rawdelivery": "true"} if subscription.raw else headers


def _notification(publication: Publication, subscription: SevenSubscription) -> dict[str, Any]:
    text, at = publication.text_for(subscription.protocol), time_text(publication.published_s)
    notification: dict[str, Any] = {"Type": "Notification", "MessageId": publication.id}
    if publication.sequence_number is not None:
        notification["SequenceNumber"] = publication.sequence_number
    notification["TopicArn"] = publication.topic_arn
    if publication.subject is not None:
        notification["Subject"] = publication.subject
    notification |= {"Message": text, "Timestamp": at}
    if publication.sequence_number is None:  # FIFO topics don't sign
        notification["SignatureVersion"] = subscription.topic.signature_version
        notification["Signature"] = _signature(text, publication, at)
        notification["SigningCertURL"] = _CERTIFICATE_URL
    notification["UnsubscribeURL"] = f"{_ENDPOINT}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}"
    if publication.replay is not None:
        notification["Replayed"] = "true"
    if publication.attributes:
        notification["MessageAttributes"] = publication.attributes
    return notification


def _signature(text: str, publication: Publication, at: str) -> str:
    signed = ["Message", text, "MessageId", publication.id]
    signed += ["Subject", publication.subject] if publication.subject is not None else []
    signed += ["Timestamp", at, "TopicArn", publication.topic_arn, "Type", "Notification", ""]
    return base64.b64encode(hashlib.shake_256("\n".join(signed).encode()).digest(_SIGNATURE_BYTES)).decode()
