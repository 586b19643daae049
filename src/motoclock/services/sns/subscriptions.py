"""A subscription: where the messages of a topic go, which of them, and in what form. Its attributes are checked as AWS checks them."""

import json
from typing import TYPE_CHECKING, Any

from moto.sns.models import Subscription

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.facts import sns as facts
from motoclock.matching import FilterPolicy, InvalidFilterPolicy
from motoclock.services.sns.archive import Replay, read_replay_policy
from motoclock.services.sns.delivery_policies import HttpRetries, content_type, effective_policy, read_policy
from motoclock.services.sns.publications import Publication
from motoclock.services.sns.refusals import InvalidParameter, json_object
from motoclock.world import ACCOUNT

if TYPE_CHECKING:
    from motoclock.services.sns.topics import SevenTopic

RAW_PROTOCOLS = facts.RAW_DELIVERY.value
SCOPE_DEFAULT = facts.FILTER_SCOPE_DEFAULT.value
HTTP = ("http", "https")
_PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:user/cell"  # modelled: who subscribed; the course's account has one caller
SETTABLE = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
)


class SevenSubscription(Subscription):
    """moto's subscription with its attributes understood. `deleted`: by Unsubscribe, or with its topic."""

    topic: "SevenTopic"

    def __init__(self, account_id: str, topic: "SevenTopic", endpoint: str, protocol: str, confirmed: bool):
        super().__init__(account_id, topic, endpoint, protocol)
        self.confirmed = confirmed
        self.deleted = False
        self.filter: FilterPolicy | None = None
        self.raw = False
        self.dead_letter_arn: str | None = None
        self.http_retries: HttpRetries | None = None
        self.replay: Replay | None = None
        self._given: dict[str, str] = {}

    # ------------------------------------------------------------------ for the delivery

    def takes(self, publication: Publication) -> bool:
        """Whether its filter policy lets the message through."""
        if self.filter is None:
            return True
        return self.filter.matches(publication.attributes, publication.text_for(self.protocol))

    @property
    def reads_body(self) -> bool:
        """Whether a filter policy looks into each message's text, which is paid by the byte."""
        return self.confirmed and self.filter is not None and self.filter.scope != SCOPE_DEFAULT

    @property
    def takes_new(self) -> bool:
        """Whether it gets what is published now: not after a replay with an ending point."""
        return self.replay is None or self.replay.end_s is None

    @property
    def retries(self) -> HttpRetries | None:
        """The retries of an HTTP endpoint: its own policy before its topic's; None for AWS's default."""
        return self.http_retries or self.topic.http_retries

    @property
    def content_type(self) -> str | None:
        return content_type(self._given.get("DeliveryPolicy"))

    # ------------------------------------------------------------------ attributes

    def set(self, changes: dict[str, Any]) -> None:
        """Change attributes; all of them or, when one is not valid (InvalidParameter), none."""
        given = {**self._given, **{name: _text(value) for name, value in changes.items()}}
        for name in changes:
            if name not in SETTABLE:
                raise InvalidParameter("AttributeName")
        replay = self._read_replay(changes, given)
        raw = self._read_raw(given)
        found = self._read_filter(given)
        redrive = self._read_redrive(given)
        if given.get("DeliveryPolicy") and self.protocol not in HTTP:
            raise InvalidParameter(
                f"DeliveryPolicy: Delivery protocol [{self.protocol}] does not support a delivery policy"
            )
        self.http_retries = read_policy(given.get("DeliveryPolicy"), of_topic=False)
        if found is not None and self.filter is None:
            self.topic.check_filters(self)
        self._given, self.raw, self.filter, self.dead_letter_arn = given, raw, found, redrive
        if replay is not self.replay:
            self.replay = replay
            self.topic.world.announce(announcements.SNS_REPLAY, self)

    def says(self, given: dict[str, Any]) -> bool:
        """Whether these attributes are the ones that it has: subscribing again with the same is no error."""
        return all(
            _comparable(name, self._given.get(name)) == _comparable(name, value) for name, value in given.items()
        )

    @property
    def attributes(self) -> dict[str, Any]:
        """What GetSubscriptionAttributes answers."""
        attributes: dict[str, Any] = {
            "SubscriptionArn": self.arn,
            "TopicArn": self.topic.arn,
            "Owner": self.owner,
            "Protocol": self.protocol,
            "Endpoint": self.endpoint,
            "PendingConfirmation": not self.confirmed,
            "ConfirmationWasAuthenticated": self.confirmed,
            "RawMessageDelivery": self.raw,
            "SubscriptionPrincipal": _PRINCIPAL,
        }
        attributes |= {name: text for name, text in self._given.items() if text and name != "RawMessageDelivery"}
        if self.filter is None:
            attributes.pop("FilterPolicy", None)
            attributes.pop("FilterPolicyScope", None)
        else:
            attributes["FilterPolicyScope"] = self.filter.scope
        if self.replay is not None:
            attributes["ReplayStatus"] = self.replay.status
        if self.protocol in HTTP:
            own, of_topic = self._given.get("DeliveryPolicy"), self.topic.delivery_policy
            attributes["EffectiveDeliveryPolicy"] = effective_policy(own, of_topic)
        return attributes

    @attributes.setter
    def attributes(self, value: dict[str, Any]) -> None:
        """moto's constructor starts with none."""

    @property
    def subscription_arn(self) -> str:
        """What the lists show: an ARN only of what is confirmed."""
        return self.arn if self.confirmed else "PendingConfirmation"

    # ------------------------------------------------------------------ reading them

    def _read_raw(self, given: dict[str, str]) -> bool:
        text = given.get("RawMessageDelivery", "false")
        if text.lower() not in ("true", "false"):
            raise InvalidParameter(f"RawMessageDelivery: Invalid value [{text}]. Must be true or false.")
        if text.lower() == "true" and self.protocol not in RAW_PROTOCOLS:
            raise InvalidParameter(
                f"RawMessageDelivery: Delivery protocol [{self.protocol}] does not support raw message delivery."
            )
        return text.lower() == "true"

    def _read_filter(self, given: dict[str, str]) -> FilterPolicy | None:
        """Policy and scope belong together, whichever was set first."""
        text, scope = given.get("FilterPolicy"), given.get("FilterPolicyScope") or SCOPE_DEFAULT
        try:
            found = FilterPolicy.parse(text or "{}", scope)
        except InvalidFilterPolicy as error:
            raise InvalidParameter(error.told) from None
        return found if text and text.strip() != "{}" else None

    def _read_replay(self, changes: dict[str, Any], given: dict[str, str]) -> Replay | None:
        """A replay policy that is set again replays again."""
        if "ReplayPolicy" not in changes:
            return self.replay
        if not self.topic.fifo_topic:
            raise InvalidParameter("ReplayPolicy: only FIFO topics have an archive to replay from")
        return read_replay_policy(given["ReplayPolicy"], self.topic.archive, self.topic.world.clock.now)

    def _read_redrive(self, given: dict[str, str]) -> str | None:
        text = given.get("RedrivePolicy")
        if not text:
            return None
        target = json_object("RedrivePolicy", text).get("deadLetterTargetArn", "")
        if (
            not isinstance(target, str)
            or target.count(":") != 5
            or Arn.of(target).service not in facts.REDRIVE_TARGETS.value
        ):
            raise InvalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn")
        if self.topic.fifo_topic and self.endpoint.endswith(".fifo") and not target.endswith(".fifo"):
            raise InvalidParameter(
                "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
            )
        return target


def _comparable(name: str, value: Any) -> str:
    """What was not said is the default, and "True" is "true": recorded on AWS in October 2025."""
    text = _text(value) or {"RawMessageDelivery": "false", "FilterPolicyScope": SCOPE_DEFAULT}.get(name, "")
    return text.lower() if name == "RawMessageDelivery" else text


def _text(value: Any) -> str:
    """CloudFormation hands objects and booleans over, boto3 text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)
