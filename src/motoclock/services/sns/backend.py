"""moto's SNS backend, with our topics and subscriptions in it. One a region and account, as moto makes them."""

import base64
import re
from typing import Any
from urllib.parse import urlsplit

from moto.sns.exceptions import (
    BatchEntryIdsNotDistinct,
    SNSException,
    SNSInvalidParameter,
    SNSNotFoundError,
    TooManyEntriesInBatchRequest,
)
from moto.sns.models import SNSBackend
from moto.sns.utils import is_e164
from moto.sqs.models import sqs_backends

from motoclock.arn import Arn
from motoclock.downstream import downstream_at
from motoclock.facts import sns as facts
from motoclock.services.sns.message_attributes import check_attributes
from motoclock.services.sns.publications import Publication, read_texts
from motoclock.services.sns.refusals import (
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    InvalidParameter,
    InvalidState,
    InvalidToken,
)
from motoclock.services.sns.subscriptions import HTTP, SevenSubscription
from motoclock.services.sns.topics import FIFO_PROTOCOLS, SevenTopic
from motoclock.services.sqs import validation

_BATCH_MAX = facts.BATCH_MAX_MESSAGES.value
_PROTOCOLS = ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
_ARN_PROTOCOLS = {"sqs": "SQS endpoint ARN", "lambda": "Lambda endpoint ARN", "firehose": "Firehose endpoint ARN"}
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_TOKEN = re.compile(r"[0-9a-f-]+")
_PHONE = re.compile(r"\+?\d+([./-]\d+)*")
_PAGE = 100
_UNSET = {"FifoTopic": "false"}  # what a topic says without having been told


class SevenSNSBackend(SNSBackend):
    """What boto3's calls do. Names and signatures are moto's, so that its other services find them."""

    topics: dict[str, SevenTopic]
    subscriptions: dict[str, SevenSubscription]

    @property
    def _url_module(self) -> Any:
        from motoclock.services.sns import urls

        return urls

    # ------------------------------------------------------------------ topics

    def create_topic(
        self, name: str, attributes: dict[str, Any] | None = None, tags: dict[str, str] | None = None
    ) -> SevenTopic:
        """The topic of this name when there is one, if it has each of these attributes and tags."""
        attributes = attributes or {}
        _check_name(name, fifo=str(attributes.get("FifoTopic")).lower() == "true")
        fresh = SevenTopic(name, self, attributes)
        topic = self.topics.get(fresh.arn)
        if topic is None:
            topic = self.topics[fresh.arn] = fresh
            topic._tags = dict(tags or {})
        elif any(topic.given.get(key, _UNSET.get(key)) != value for key, value in fresh.given.items()):
            raise InvalidParameter("Attributes Reason: Topic already exists with different attributes")
        elif tags and not tags.items() <= topic._tags.items():
            raise InvalidParameter("Tags Reason: Topic already exists with different tags")
        return topic

    def get_topic(self, arn: str) -> SevenTopic:
        """The topic that a call names. One of another Region is none at all: recorded on AWS, November 2023 and May 2025."""
        self._check_region(arn)
        try:
            return super().get_topic(arn)
        except (ValueError, IndexError):
            raise InvalidParameter(f"TopicArn {_too_short(arn)}") from None

    def delete_topic(self, arn: str) -> None:
        """The topic and its subscriptions. What had been published and not delivered is lost."""
        self._check_region(arn)
        topic = self.topics.get(arn)
        if topic is not None:
            if topic.archive is not None:
                raise InvalidState("A topic with an active ArchivePolicy can't be deleted: set it to {} first.")
            del self.topics[arn]
            topic.deleted = True
            for subscription in list(topic.subscriptions.values()):
                self._remove(subscription)

    def set_topic_attribute(self, topic_arn: str, attribute_name: str, attribute_value: str) -> None:
        topic = self.get_topic(topic_arn)
        if attribute_name == "FifoTopic":  # a topic is born so
            raise InvalidParameter("AttributeName")
        topic.set(attribute_name, attribute_value)

    def add_permission(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().add_permission(*args, **kwargs)
        except SNSInvalidParameter as error:
            raise InvalidParameter(error.message) from None

    # ------------------------------------------------------------------ subscriptions

    def subscribe(
        self, topic_arn: str, endpoint: str, protocol: str, attributes: dict[str, Any] | None = None
    ) -> SevenSubscription:
        """The subscription of this endpoint; a new one is there only when its attributes are valid."""
        topic, attributes = self.get_topic(topic_arn), attributes or {}
        _check_endpoint(topic, endpoint, protocol)
        existing = self._find_subscription(topic_arn, endpoint, protocol)
        if existing is not None:
            if not existing.says(attributes):
                raise InvalidParameter("Attributes Reason: Subscription already exists with different attributes")
            return existing
        if protocol == "application":
            super().get_endpoint(endpoint)
        fresh = SevenSubscription(self.account_id, topic, endpoint, protocol, _confirms(endpoint, protocol))
        try:
            fresh.set(attributes)
        except InvalidParameter as error:
            raise InvalidParameter(f"Attributes Reason: {error.reason}") from None
        topic.admit(fresh)
        self.subscriptions[fresh.arn] = fresh
        return fresh

    def confirm_subscription(self, topic_arn: str = "", token: str = "") -> SevenSubscription:
        """ConfirmSubscription. Modelled: the token of a subscription is the last part of its ARN."""
        if not _TOKEN.fullmatch(token or ""):
            raise InvalidToken()
        topic = self.topics.get(topic_arn)
        for subscription in topic.subscriptions.values() if topic is not None else ():
            if token and subscription.arn.endswith(f":{token}"):
                subscription.confirmed = True
                return subscription
        raise InvalidParameter("Token")

    def unsubscribe(self, subscription_arn: str) -> None:
        if not subscription_arn:
            raise InvalidParameter("SubscriptionArn Reason: no value for required parameter")
        if subscription_arn.count(":") < 5:
            raise InvalidParameter(f"SubscriptionArn {_too_short(subscription_arn)}")
        if subscription_arn.count(":") == 5:  # that of a topic
            raise InvalidParameter("SubscriptionId")
        subscription = self.subscriptions.get(subscription_arn)
        if subscription is not None:
            self._remove(subscription)

    def get_subscription_attributes(self, arn: str) -> dict[str, Any]:
        return self._subscription(arn).attributes

    def set_subscription_attributes(self, arn: str, name: str, value: Any) -> None:
        self._subscription(arn).set({name: value})

    def list_subscriptions_by_topic(
        self, topic_arn: str, next_token: str | None = None
    ) -> tuple[list[SevenSubscription], str | None]:
        return self._get_values_nexttoken(self.get_topic(topic_arn).subscriptions, next_token)

    def _get_values_nexttoken(
        self, values_map: dict[str, Any], next_token: str | None = None
    ) -> tuple[list[Any], str | None]:
        """A page of a hundred. The token is opaque: base64 of the place of the next."""
        try:
            first = int(base64.b64decode(next_token or "MA==", validate=True))
        except ValueError:
            raise InvalidParameter("NextToken") from None
        values, last = list(values_map.values()), first + _PAGE
        token = base64.b64encode(str(last).encode()).decode() if last < len(values) else None
        return values[first:last], token

    def _check_region(self, topic_arn: str) -> None:
        region = Arn.of(topic_arn).region
        if region and region != self.region_name:
            raise InvalidParameter("TopicArn")

    def _find_subscription(self, topic_arn: str, endpoint: str, protocol: str) -> SevenSubscription | None:
        found = self.get_topic(topic_arn).subscriptions.values()
        return next((one for one in found if (one.endpoint, one.protocol) == (endpoint, protocol)), None)

    def _subscription(self, arn: str) -> SevenSubscription:
        if arn not in self.subscriptions:
            raise SNSNotFoundError("Subscription does not exist")
        return self.subscriptions[arn]

    def _remove(self, subscription: SevenSubscription) -> None:
        self.subscriptions.pop(subscription.arn, None)
        subscription.topic.dismiss(subscription)

    # ------------------------------------------------------------------ publishing

    def publish(
        self,
        message: str,
        arn: str | None,
        phone_number: str | None = None,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> str:
        """moto's own entry, for its other services, for phone numbers and for mobile endpoints."""
        if phone_number or arn not in self.topics:
            return super().publish(message, arn, phone_number, subject, message_attributes)
        return self.get_topic(arn).publish(
            message, subject, message_attributes, group_id, deduplication_id, message_structure
        )

    def publish_entries(
        self, topic_arn: str, entries: list[dict[str, Any]]
    ) -> tuple[list[tuple[str, Publication]], list[dict[str, Any]]]:
        """PublishBatch: the (entry id, publication) pairs that went, and the entries that failed, each by itself.

        An entry without its ids, with a bad attribute or a bad structure fails the whole batch (recorded on AWS in August 2023).
        """
        topic = self.get_topic(topic_arn)
        _check_entries(entries)
        for number, entry in enumerate(entries, 1):
            read_texts(entry.get("Message", ""), entry.get("MessageStructure"))
            topic.check_ids(entry.get("MessageGroupId"), entry.get("MessageDeduplicationId"))
            path = f"publishBatchRequestEntries.{number}.member.messageAttributes"
            check_attributes(entry.get("MessageAttributes") or {}, path)
        total = sum(_size_of(entry) for entry in entries)
        if total > topic.maximum_message_size:
            raise BatchRequestTooLong()
        sent, failed = [], []
        topic.batches += 1
        for entry in entries:
            try:
                sent.append((entry["Id"], _publish_entry(topic, entry)))
            except SNSException as error:
                failed.append({"Id": entry["Id"], "Code": error.code, "Message": error.message, "SenderFault": True})
        return sent, failed


def _too_short(arn: str) -> str:
    return f"Reason: An ARN must have at least 6 elements, not {len(arn.split(':'))}"


def _publish_entry(topic: SevenTopic, entry: dict[str, Any]) -> Publication:
    return topic.accept(
        entry.get("Message", ""),
        attributes=entry.get("MessageAttributes"),
        subject=entry.get("Subject"),
        group_id=entry.get("MessageGroupId"),
        deduplication_id=entry.get("MessageDeduplicationId"),
        structure=entry.get("MessageStructure"),
        batch=topic.batches,
    )


def _size_of(entry: dict[str, Any]) -> int:
    return validation.size_of(entry.get("Message") or "", entry.get("MessageAttributes") or {})


def _check_entries(entries: list[dict[str, Any]]) -> None:
    if not entries:
        raise EmptyBatchRequest()
    if len(entries) > _BATCH_MAX:
        raise TooManyEntriesInBatchRequest()
    ids = [entry["Id"] for entry in entries]
    for one in ids:
        if not _ENTRY_ID.fullmatch(one):
            raise InvalidBatchEntryId(one)
    if len(set(ids)) != len(ids):
        raise BatchEntryIdsNotDistinct()


def _check_name(name: str, fifo: bool) -> None:
    wanted = r"[a-zA-Z0-9_-]{1,251}\.fifo" if fifo else r"[a-zA-Z0-9_-]{1,256}"
    if not re.fullmatch(wanted, name):
        raise InvalidParameter("Topic Name")


def _check_endpoint(topic: SevenTopic, endpoint: str | None, protocol: str) -> None:
    """What Subscribe refuses. Whether a queue or function exists is not checked: that shows at the first delivery."""
    if protocol not in _PROTOCOLS:
        raise InvalidParameter(f"Amazon SNS does not support this protocol string: {protocol}")
    if topic.fifo_topic and protocol not in FIFO_PROTOCOLS:
        raise InvalidParameter(f"Protocol Reason: a FIFO topic delivers to SQS queues only, not to {protocol}")
    if not endpoint:
        raise InvalidParameter("Endpoint")
    if (what := _ARN_PROTOCOLS.get(protocol)) and not re.match(rf"arn:[\w-]+:{protocol}:[\w-]*:\d*:.", endpoint):
        raise InvalidParameter(what)
    if protocol in HTTP and urlsplit(endpoint).scheme != protocol:
        raise InvalidParameter("Endpoint must match the specified protocol")
    if protocol.startswith("email") and "@" not in endpoint:
        raise InvalidParameter("Email address")
    if protocol == "sms" and not (_PHONE.fullmatch(endpoint) and is_e164(re.sub(r"[./-]", "", endpoint))):
        raise SNSInvalidParameter(f"Invalid SMS endpoint: {endpoint}")
    if protocol == "sqs" and not topic.fifo_topic and _is_fifo_queue(endpoint):
        raise InvalidParameter(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
        )


def _is_fifo_queue(arn: str) -> bool:
    queue = Arn.of(arn)
    is_fifo = getattr(sqs_backends[queue.account][queue.region].queues.get(queue.resource), "is_fifo", False)
    return queue.resource.endswith(".fifo") or is_fifo


def _confirms(endpoint: str, protocol: str) -> bool:
    """HTTP endpoints outside the Cloud never answer: their subscription stays pending."""
    if protocol not in HTTP:
        return True
    parts = urlsplit(endpoint)
    return downstream_at(parts.hostname or "", parts.port) is not None
