"""From a topic to its subscribers: each message, each subscription, in a Task of its own, which the publisher never feels.

Source: SNS developer guide, sns-message-delivery-retries, sns-dead-letter-queues, sns-message-filtering, sns-fifo-topics. Modelled: a
delivery takes a fixed time, twice that at most under Cloud(reorder=True); a standard topic delivers a seeded share twice under
Cloud(duplicates=...); a message that a FIFO topic keeps trying to deliver holds up its group for that subscription.
"""

import dataclasses
from collections import deque
from collections.abc import Iterator
from math import inf

from moto.sns.exceptions import SNSException
from moto.sns.models import sns_backends

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.delivery import permissions
from motoclock.delivery.parcels import Parcel, Undeliverable, register_sender
from motoclock.delivery.retrying import GivenUp, Route, deliver
from motoclock.delivery.sns import endpoints
from motoclock.facts import modelled
from motoclock.facts import sns as facts
from motoclock.matching import explain
from motoclock.services.sns import Publication, SevenSubscription, SevenTopic
from motoclock.services.sns.archive import COMPLETED, IN_PROGRESS, Replay
from motoclock.services.sns.subscriptions import HTTP
from motoclock.trace import Dropped, Filtered, What
from motoclock.world import World

_DELIVERY_S = modelled.SNS_DELIVERY_S.value
_AWS_RETRY, _PEOPLE_RETRY, _HTTP_RETRY = facts.AWS_RETRY.value, facts.PEOPLE_RETRY.value, facts.HTTP_RETRY.value
_HTTP_TIME_MAX_S = facts.HTTP_RETRY_TIME_MAX_S.value
_REASONS_SHOWN = 2
NOBODY = "nobody subscribes to this topic, and SNS keeps nothing for later"


class _Gone(Exception):
    """The subscription was deleted while a message was on its way."""


class TopicDeliveries:
    """The push side of all topics of a world."""

    def __init__(self, world: World):
        self._world, self._clock = world, world.clock
        # (subscription, message group) -> still to deliver
        self._groups: dict[tuple[str, str], deque[Publication]] = {}
        world.subscribe(announcements.SNS_PUBLISHED, self._published)
        world.subscribe(announcements.SNS_REPLAY, self._replay)
        register_sender(world, "sns", publish)

    def _published(self, topic: SevenTopic, publication: Publication) -> None:
        """Decide who gets it and start the deliveries. The publisher has its message id already."""
        confirmed = [subscription for subscription in topic.subscriptions.values() if subscription.confirmed]
        for subscription in confirmed:
            if why := _why_not(publication, subscription):
                self._write(Filtered(why, subscription.endpoint, _code(publication, subscription)), publication)
            elif topic.fifo_topic:
                self._in_order(publication, subscription)
            else:
                self._start(publication, subscription)
        if not confirmed:
            self._write(Dropped(NOBODY), publication)

    # ------------------------------------------------------------------ standard topics

    def _start(self, publication: Publication, subscription: SevenSubscription) -> None:
        chance = self._world.chance
        for _ in range(1 + chance.twice("sns.duplicates")):
            delay = chance.latency_s("sns.reorder", _DELIVERY_S)
            name = subscription.topic.arn if subscription.protocol in HTTP else f"delivery of {subscription.topic.name}"
            self._clock.spawn(self._deliver, publication, subscription, name=name, delay=delay)

    # ------------------------------------------------------------------ FIFO topics

    def _in_order(self, publication: Publication, subscription: SevenSubscription) -> None:
        key = (subscription.arn, publication.group_id or "")
        waiting = self._groups.get(key)
        if waiting is not None:
            waiting.append(publication)
            return
        self._groups[key] = deque([publication])
        self._clock.spawn(self._drain, key, subscription, name=f"delivery of {subscription.topic.name}")

    def _drain(self, key: tuple[str, str], subscription: SevenSubscription) -> None:
        """One message of a group after the other, to one subscription."""
        waiting = self._groups[key]
        while waiting:
            publication = waiting.popleft()
            try:
                self._hand_on(publication, subscription)
            except Exception as error:  # the group goes on without it
                self._clock.fault(f"the delivery of {subscription.topic.name}", error)
        del self._groups[key]

    def _hand_on(self, publication: Publication, subscription: SevenSubscription) -> None:
        due = publication.published_s + _DELIVERY_S
        if due > self._clock.now:
            self._clock.sleep(due - self._clock.now)
        if publication.replay is None:
            self._deliver(publication, subscription)
        elif publication.replay is subscription.replay:
            publication.replay.status = IN_PROGRESS
            self._deliver(publication, subscription)
            self._replayed(publication.replay)

    def _replay(self, subscription: SevenSubscription) -> None:
        """What the archive holds goes to one subscriber again, through its filter, ahead of what comes later."""
        replay, archive = subscription.replay, subscription.topic.archive
        if replay is None or archive is None:
            return
        end_s = inf if replay.end_s is None else replay.end_s
        found = [one for one in archive.between(replay.start_s, end_s, self._clock.now) if subscription.takes(one)]
        replay.left = len(found)
        for publication in found:
            self._in_order(dataclasses.replace(publication, replay=replay), subscription)
        if not found:
            replay.status = COMPLETED

    def _replayed(self, replay: Replay) -> None:
        replay.left -= 1
        if not replay.left:
            replay.status = COMPLETED

    # ------------------------------------------------------------------ one delivery

    def _deliver(self, publication: Publication, subscription: SevenSubscription) -> None:
        def attempt() -> str | None:
            if subscription.deleted:
                raise _Gone
            return endpoints.attempt(self._world, publication, subscription)

        def dead_letter(_given_up: GivenUp) -> Parcel:
            permissions.require(self._world, endpoints.PRINCIPAL, subscription.dead_letter_arn, publication.topic_arn)
            return endpoints.dead_letter(publication, subscription, subscription.dead_letter_arn)

        route = Route(
            publication.topic_arn,
            subscription.arn,
            subscription.endpoint,
            publication.id,
            lambda: _waits_s(subscription),
            _HTTP_TIME_MAX_S if subscription.protocol in HTTP else inf,
            subscription.dead_letter_arn,
            dead_letter,
        )
        try:
            deliver(self._world, route, attempt)
        except _Gone:
            what = "the topic was" if subscription.topic.deleted else "the subscription was"
            dropped = Dropped(f"{what} deleted before the message was delivered", subscription.endpoint)
            self._write(dropped, publication)

    def _write(self, what: What, publication: Publication) -> None:
        self._world.trace.append(what, publication.topic_arn, publication.id)


def publish(world: World, topic_arn: str, parcel: Parcel) -> str:
    """Publish for another service: a destination, a rule, a dead-letter target. Undeliverable when the topic can't take it."""
    place = Arn.of(topic_arn)
    topic = sns_backends[place.account][place.region].topics.get(topic_arn)
    if topic is None:
        raise Undeliverable(f"The topic {topic_arn.rsplit(':', 1)[-1]} does not exist.", "NO_RESOURCE")
    try:
        return topic.accept(
            parcel.body,
            attributes=dict(parcel.attributes),
            subject=parcel.subject,
            group_id=parcel.group_id,
            deduplication_id=parcel.deduplication_id,
            origins=parcel.origins,
            sender=parcel.sender,
        ).id
    except SNSException as error:
        raise Undeliverable(f"The topic {topic.name} refused it: {error.message}", "INVALID_PARAMETER") from None


def _waits_s(subscription: SevenSubscription) -> Iterator[float]:
    if subscription.protocol in HTTP:
        custom = subscription.retries
        return custom.waits_s() if custom else _HTTP_RETRY.delays_s()
    return (_AWS_RETRY if subscription.protocol in ("sqs", "lambda", "firehose") else _PEOPLE_RETRY).delays_s()


def _why_not(publication: Publication, subscription: SevenSubscription) -> str | None:
    """Why the subscriber does not get a new message; of a filter policy, the sentences of its verdicts that say no."""
    if not subscription.takes_new:
        return "the subscription's replay has an ending point: nothing new is delivered"
    if subscription.takes(publication):
        return None
    message = {
        "Message": publication.text_for(subscription.protocol),
        "MessageAttributes": publication.attributes,
    }
    verdict = explain(subscription.filter, message)
    missed = [field.sentence for field in verdict.fields if not field.matched]
    if not missed:
        return verdict.note.rstrip(".")
    more = f" and {len(missed) - _REASONS_SHOWN} more" if len(missed) > _REASONS_SHOWN else ""
    ways = len(subscription.filter.branches)
    closest = f" (of the {ways} ways that $or gives, this is the closest)" if ways > 1 else ""
    return " ".join(missed[:_REASONS_SHOWN]).rstrip(".") + more + closest


def _code(publication: Publication, subscription: SevenSubscription) -> str:
    """SNS's own word for what a filter policy missed, as its metrics write it."""
    policy = subscription.filter
    if policy is None:
        return ""
    if policy.scope == facts.FILTER_SCOPE_DEFAULT.value:
        return "MessageAttributes" if publication.attributes else "NoMessageAttributes"
    readable = policy.fields({}, publication.text_for(subscription.protocol)) is not None
    return "MessageBody" if readable else "InvalidMessageBody"
