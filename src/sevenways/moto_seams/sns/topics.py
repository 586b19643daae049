"""A topic: accepts messages, numbers and deduplicates them when it is FIFO, and announces what it took."""

import hashlib
import json
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.moto_api._internal import mock_random
from moto.sns.models import Topic

from sevenways.facts import sns as facts
from sevenways.moto_seams.labels import label_of
from sevenways.moto_seams.sns import publications
from sevenways.moto_seams.sns.delivery_policies import HttpRetries, read_policy
from sevenways.moto_seams.sns.publications import Publication
from sevenways.moto_seams.sns.refusals import InvalidParameter, SubscriptionLimitExceeded
from sevenways.moto_seams.sns.subscriptions import SevenSubscription
from sevenways.moto_seams.sqs.fifo import Deduplication
from sevenways.trace import Kind, Sent
from sevenways.world import the_world

SIZE_DEFAULT_BYTES = facts.MESSAGE_SIZE_DEFAULT_BYTES.value
SIZE_MAX_BYTES = facts.MESSAGE_SIZE_MAX_BYTES.value
SIZE_MIN_BYTES = 1024
RAISED_SUBSCRIPTIONS_MAX = facts.MESSAGE_SIZE_RAISED_SUBSCRIPTIONS_MAX.value
RAISED_PROTOCOLS = ("sqs", "lambda", "firehose")
FIFO_SUBSCRIPTIONS_MAX = facts.FIFO_SUBSCRIPTIONS_MAX.value
FIFO_PROTOCOLS = facts.FIFO_PROTOCOLS.value
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
        self.maximum_message_size = SIZE_DEFAULT_BYTES
        self.fifo_throughput_scope = "Topic"
        self.signature_version = "1"
        self.given: dict[str, str] = {}
        self._deduplication = Deduplication()
        self._published = 0
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
    ) -> Publication:
        """Publish, as the API does, with its errors (SNSException). `attributes` have boto3's form.

        `origins` and `sender` are for the trace; unless given they are those of the running Task. A duplicate on a FIFO topic is
        accepted and goes nowhere: the answer has the original's id and sequence number.
        """
        attributes = attributes or {}
        size = publications.check_message(message, subject, attributes, self.maximum_message_size)
        texts = publications.read_texts(message, structure)
        if group_id is not None:
            publications.check_id("MessageGroupId", group_id)
        if deduplication_id is not None:
            publications.check_id("MessageDeduplicationId", deduplication_id)
        now, original, key = self.world.clock.now, None, None
        if self.fifo_topic:
            deduplication_id = self._deduplication_id(message, group_id, deduplication_id)
            key = (group_id, deduplication_id) if self.fifo_throughput_scope == "MessageGroup" else deduplication_id
            original = self._deduplication.original(key, now)
        elif deduplication_id is not None:
            raise InvalidParameter(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this "
                "topic type"
            )
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
        )
        if original is None:
            if self.fifo_topic:
                self._deduplication.remember(key, now, publication)
            self.sent_notifications.append((publication.id, message, subject, publication.attributes, group_id))
            self._record(publication, message, origins, sender)
            self.world.announce("sns.published", self, publication)
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

    def _deduplication_id(self, message: str, group_id: str | None, given: str | None) -> str:
        if not group_id:
            raise InvalidParameter("The MessageGroupId parameter is required for FIFO topics")
        if given is None and not self.content_based_deduplication:
            raise InvalidParameter(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
            )
        return given or hashlib.sha256(message.encode()).hexdigest()

    def _next_sequence_number(self) -> str | None:
        if not self.fifo_topic:
            return None
        self._published += 1
        return str(_FIRST_SEQUENCE_NUMBER + self._published * _SEQUENCE_STEP)

    def _record(self, publication: Publication, message: str, origins: tuple[str, ...], sender: str | None) -> None:
        task = self.world.clock.current_task()
        self.world.lineage.carry(publication.id, task, origins, sender)
        self.world.trace.append(
            Kind.SENT,
            self.arn,
            publication.id,
            getattr(task, "invocation_id", None),
            Sent(
                label_of(message),
                publication.size_bytes,
                publication.group_id,
                origins=tuple(origins or getattr(task, "message_ids", ())),
                sender=sender or getattr(task, "function_arn", None),
            ),
        )

    # ------------------------------------------------------------------ subscriptions

    def admit(self, subscription: SevenSubscription) -> None:
        """Add a subscription, if the topic's kind and message size let it."""
        if self.fifo_topic and len(self.subscriptions) >= FIFO_SUBSCRIPTIONS_MAX:
            raise SubscriptionLimitExceeded(FIFO_SUBSCRIPTIONS_MAX)
        if self.maximum_message_size > SIZE_DEFAULT_BYTES:
            self._check_raised_size([*self.subscriptions.values(), subscription])
        self.subscriptions[subscription.arn] = subscription

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
            value = self._read_size(value)
        elif name == "Policy":
            _check_json(value)
        elif name == "DeliveryPolicy":
            self.http_retries = read_policy(value, of_topic=True)
        elif name in ("FifoTopic", "ContentBasedDeduplication"):
            value = _is_true(value)
        elif name == "FifoThroughputScope" and value not in ("Topic", "MessageGroup"):
            raise InvalidParameter("FifoThroughputScope: must be Topic or MessageGroup")
        elif name == "SignatureVersion" and str(value) not in ("1", "2"):
            raise InvalidParameter("SignatureVersion: must be 1 or 2")
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
            "EffectiveDeliveryPolicy": self.effective_delivery_policy,
        }
        if self.fifo_topic:
            attributes["ContentBasedDeduplication"] = self.content_based_deduplication
            attributes["FifoThroughputScope"] = self.fifo_throughput_scope
        return attributes | {name: value for name, value in self.given.items() if name != "Policy" and value}

    def _read_size(self, value: Any) -> int:
        try:
            size = int(value)
        except ValueError:
            size = 0
        if not SIZE_MIN_BYTES <= size <= SIZE_MAX_BYTES:
            raise InvalidParameter(f"MaximumMessageSize: must be between {SIZE_MIN_BYTES} and {SIZE_MAX_BYTES}")
        if size > SIZE_DEFAULT_BYTES:
            self._check_raised_size(list(self.subscriptions.values()))
        return size

    def _check_raised_size(self, subscriptions: list[SevenSubscription]) -> None:
        """A topic for large messages has few subscriptions, all of kinds that can take them."""
        wrong = next((one.protocol for one in subscriptions if one.protocol not in RAISED_PROTOCOLS), None)
        if wrong is not None:
            raise InvalidParameter(
                f"MaximumMessageSize Reason: a topic whose MaximumMessageSize is above {SIZE_DEFAULT_BYTES} bytes can't have a "
                f"subscription with the protocol {wrong}, only {', '.join(RAISED_PROTOCOLS)}"
            )
        if len(subscriptions) > RAISED_SUBSCRIPTIONS_MAX:
            raise InvalidParameter(
                f"MaximumMessageSize Reason: a topic whose MaximumMessageSize is above {SIZE_DEFAULT_BYTES} bytes can't have more "
                f"than {RAISED_SUBSCRIPTIONS_MAX} subscriptions"
            )


def _check_json(policy: Any) -> None:
    try:
        json.loads(policy)
    except ValueError:
        raise InvalidParameter("Policy Error: null") from None


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
