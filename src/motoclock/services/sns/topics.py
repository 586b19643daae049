"""A topic: accepts messages, numbers and deduplicates them when it is FIFO, and announces what it took."""

import hashlib
import json
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.moto_api._internal import mock_random
from moto.sns.models import Topic

from motoclock import announcements
from motoclock.facts import sns as facts
from motoclock.services.arrivals import record_sent
from motoclock.services.labels import label_of
from motoclock.services.sns import message_size, publications
from motoclock.services.sns.archive import Archive, read_archive_policy, time_text
from motoclock.services.sns.delivery_policies import HttpRetries, effective_policy, read_policy
from motoclock.services.sns.message_attributes import check_attributes
from motoclock.services.sns.publications import Publication
from motoclock.services.sns.refusals import FilterPolicyLimitExceeded, InvalidParameter, SubscriptionLimitExceeded
from motoclock.services.sns.subscriptions import SevenSubscription
from motoclock.services.sqs.fifo import Deduplication
from motoclock.trace import Sent
from motoclock.world import the_world

FILTERS_MAX = facts.FILTERS_PER_TOPIC_MAX.value
FIFO_SUBSCRIPTIONS_MAX = facts.FIFO_SUBSCRIPTIONS_MAX.value
FIFO_PROTOCOLS = facts.FIFO_PROTOCOLS.value
_DISPLAY_NAME_MAX_CHARACTERS = 100
_CHOICES = {
    "FifoThroughputScope": ("Topic", "MessageGroup"),
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("PassThrough", "Active"),
}
_FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000  # twenty digits, as in AWS
_SEQUENCE_STEP = 1024
_FIFO_ONLY = ("FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy")
_FEEDBACK = tuple(
    f"{protocol}{what}"
    for protocol in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    for what in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
)
SETTABLE = (
    "DeliveryPolicy",
    "DisplayName",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "Policy",
    "SignatureVersion",
    "TracingConfig",
    *_FIFO_ONLY,
    *_FEEDBACK,
)


class SevenTopic(Topic):
    """moto's topic. The world it was made in is its world for good; `subscriptions` are in order of subscribing."""

    http_retries: HttpRetries | None = None

    def __init__(self, name: str, sns_backend: Any, attributes: dict[str, Any] | None = None):
        super().__init__(name, sns_backend)
        self.world = the_world()
        self.subscriptions: dict[str, SevenSubscription] = {}
        self.subscriptions_deleted = 0
        self.deleted = False
        self.maximum_message_size = message_size.DEFAULT_BYTES
        self.fifo_throughput_scope = "Topic"
        self.signature_version = "1"
        self.given: dict[str, str] = {}
        self._deduplication = Deduplication()
        self._published = 0
        self.batches = 0  # PublishBatch calls so far
        self.archive: Archive | None = None
        self.fifo_topic = _is_true((attributes or {}).get("FifoTopic"))
        for attribute, value in (attributes or {}).items():
            self.set(attribute, value)

    # ------------------------------------------------------------------ publishing

    def accept(
        self,
        message: str,
        *,
        attributes: dict[str, Any] | None = None,
        subject: str | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        structure: str | None = None,
        origins: tuple[str, ...] = (),
        sender: str | None = None,
        trace_header: str | None = None,
        batch: int | None = None,
    ) -> Publication:
        """Publish, as the API does, with its errors (SNSException). `attributes` have boto3's form.

        `batch` is the number of the batch it came in, for the bill. `origins` and `sender` are for the trace; unless given they are
        those of the running Task. A duplicate on a FIFO topic is
        accepted and goes nowhere: the answer has the original's id and sequence number.
        """
        attributes = attributes or {}
        self.check_ids(group_id, deduplication_id)
        check_attributes(attributes)
        size = publications.check_message(message, subject, attributes, self.maximum_message_size)
        texts = publications.read_texts(message, structure)
        now, original, key = self.world.clock.now, None, None
        if self.fifo_topic:
            deduplication_id = deduplication_id or hashlib.sha256(message.encode()).hexdigest()
            key = (group_id, deduplication_id) if self.fifo_throughput_scope == "MessageGroup" else deduplication_id
            original = self._deduplication.original(key, now)
        publication = Publication(
            original.message_id if original else str(mock_random.uuid4()),
            self.arn,
            texts,
            publications.as_sns(attributes),
            subject,
            group_id,
            deduplication_id,
            original.sequence_number if original else self._next_sequence_number(),
            size,
            now,
            trace_header,
        )
        if original is None:
            if self.fifo_topic:
                self._deduplication.remember(key, now, publication)
            if self.archive is not None:
                self.archive.keep(publication)
            self._record(publication, message, origins, sender, batch)
            self.world.announce(announcements.SNS_PUBLISHED, self, publication)
        return publication

    def publish(
        self,
        message: str,
        subject: str | None = None,
        message_attributes: dict[str, Any] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        message_structure: str | None = None,
    ) -> str:
        """moto's own entry, for its other services: attributes have SNS's form."""
        return self.accept(
            message,
            attributes=publications.as_boto(message_attributes or {}),
            subject=subject,
            group_id=group_id,
            deduplication_id=deduplication_id,
            structure=message_structure,
        ).id

    def check_ids(self, group_id: str | None, deduplication_id: str | None) -> None:
        """The two ids of a message for this kind of topic, or the error that Publish gives."""
        if group_id is not None:
            publications.check_id("MessageGroupId", group_id)
        if deduplication_id is not None:
            publications.check_id("MessageDeduplicationId", deduplication_id)
        if not self.fifo_topic:
            if deduplication_id is not None:
                raise InvalidParameter(
                    "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this "
                    "topic type"
                )
        elif not group_id:
            raise InvalidParameter("The MessageGroupId parameter is required for FIFO topics")
        elif deduplication_id is None and not self.content_based_deduplication:
            raise InvalidParameter(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
            )

    def _next_sequence_number(self) -> str | None:
        if not self.fifo_topic:
            return None
        self._published += 1
        return str(_FIRST_SEQUENCE_NUMBER + self._published * _SEQUENCE_STEP)

    def _record(
        self, publication: Publication, message: str, origins: tuple[str, ...], sender: str | None, batch: int | None
    ) -> None:
        self.world.loop_counts.carry(publication.id, self.world.clock.on_behalf, origins, sender)
        sent = Sent(
            label_of(message),
            publication.size_bytes,
            publication.group_id,
            origins=tuple(origins),
            sender=sender,
            batch=batch,
            scanned_bytes=publication.size_bytes * sum(one.reads_body for one in self.subscriptions.values()),
        )
        record_sent(self.world, self.arn, publication.id, sent)

    # ------------------------------------------------------------------ subscriptions

    def admit(self, subscription: SevenSubscription) -> None:
        """Add a subscription, if the topic's kind and message size let it."""
        if self.fifo_topic and len(self.subscriptions) >= FIFO_SUBSCRIPTIONS_MAX:
            raise SubscriptionLimitExceeded(FIFO_SUBSCRIPTIONS_MAX)
        message_size.check(self.maximum_message_size, [*self.subscriptions.values(), subscription])
        self.subscriptions[subscription.arn] = subscription

    def check_filters(self, fresh: SevenSubscription) -> None:
        """FilterPolicyLimitExceeded when the filter policy of `fresh` is one too many."""
        others = sum(one.filter is not None for one in self.subscriptions.values() if one is not fresh)
        if others >= FILTERS_MAX:
            raise FilterPolicyLimitExceeded(FILTERS_MAX)

    def dismiss(self, subscription: SevenSubscription) -> None:
        """Remove a subscription: what is on its way to it is not delivered any more."""
        if self.subscriptions.pop(subscription.arn, None) is not None:
            subscription.deleted = True
            self.subscriptions_deleted += 1

    # ------------------------------------------------------------------ attributes

    def set(self, name: str, value: Any) -> None:
        """Change one attribute; InvalidParameter when it is not valid, and then nothing has changed."""
        if name not in SETTABLE:
            raise InvalidParameter("AttributeName")
        if name in _FIFO_ONLY and not self.fifo_topic and not (name == "FifoTopic" and not _is_true(value)):
            raise InvalidParameter(f"Attributes Reason: {name} can only be set on FIFO topics")
        if name == "MaximumMessageSize":
            value = message_size.read(value, self.subscriptions.values())
        elif name == "Policy":
            _check_json(value)
        elif name == "DeliveryPolicy":
            self.http_retries = read_policy(value, of_topic=True)
        elif name in ("FifoTopic", "ContentBasedDeduplication"):
            value = _is_true(value)
        elif name in _CHOICES and str(value) not in _CHOICES[name]:
            raise InvalidParameter(f"{name}: must be {' or '.join(_CHOICES[name])}")
        elif name == "ArchivePolicy":
            days, now = read_archive_policy(str(value)), self.world.clock.now
            if days is None:
                self.archive = None
            elif self.archive is None:
                self.archive = Archive(now, days)
            else:
                self.archive.days = days
        elif name == "DisplayName" and len(str(value)) > _DISPLAY_NAME_MAX_CHARACTERS:
            raise InvalidParameter(f"DisplayName: must be at most {_DISPLAY_NAME_MAX_CHARACTERS} characters long")
        setattr(self, camelcase_to_underscores(name), value)
        self.given[name] = _text(value)

    def attributes(self) -> dict[str, Any]:
        """What GetTopicAttributes answers."""
        confirmed = sum(subscription.confirmed for subscription in self.subscriptions.values())
        attributes: dict[str, Any] = {
            "TopicArn": self.arn,
            "Owner": self.account_id,
            "Policy": self.policy,
            "DisplayName": self.display_name,
            "SubscriptionsConfirmed": str(confirmed),
            "SubscriptionsPending": str(len(self.subscriptions) - confirmed),
            "SubscriptionsDeleted": str(self.subscriptions_deleted),
            "EffectiveDeliveryPolicy": _effective(self.delivery_policy),
        }
        if self.fifo_topic:
            attributes["ContentBasedDeduplication"] = self.content_based_deduplication
        if self.archive is not None:
            attributes["BeginningArchiveTime"] = time_text(self.archive.begins_s(self.world.clock.now))
        told = {name: value for name, value in self.given.items() if name != "Policy" and value}
        if not self.fifo_topic:
            told.pop("FifoTopic", None)
        return attributes | told


def _effective(policy: str | None) -> str:
    """As GetTopicAttributes has it: recorded on AWS in October 2023 and since. Nested otherwise than a subscription's."""
    whole = json.loads(effective_policy(None, policy))
    asked = (json.loads(policy).get("http") or {}) if policy else {}
    http = {
        "defaultHealthyRetryPolicy": whole["healthyRetryPolicy"],
        "disableSubscriptionOverrides": bool(asked.get("disableSubscriptionOverrides", False)),
        "defaultRequestPolicy": asked.get("defaultRequestPolicy") or whole["requestPolicy"],
    }
    return json.dumps({"http": http}, separators=(",", ":"))


def _check_json(policy: Any) -> None:
    try:
        json.loads(policy)
    except ValueError:
        raise InvalidParameter("Policy Error: null") from None


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
