"""What the services tell whoever moves messages: one constant an announcement, typed by what it carries.

    world.subscribe(announcements.SQS_QUEUE_CREATED, self._queue_created)
    world.announce(announcements.SQS_QUEUE_CREATED, queue)

A service announces and doesn't know who listens: that is how services stay below the delivery. Each constant says when it is made;
its type says what with. An announcement that nobody hears has no place here (a test holds this).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, ParamSpec

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping
    from moto.events.models import Archive, Connection, EventBus, Replay, Rule
    from moto.pipes.models import Pipe
    from moto.scheduler.models import Schedule

    from motoclock.extras.stepfunctions.executions import Execution
    from motoclock.functions.asynchronous import AsyncRecord
    from motoclock.services.custom_bus.buses import EventBusV2
    from motoclock.services.custom_bus.publishing import Hop
    from motoclock.services.custom_bus.stored import StoredEvent
    from motoclock.services.custom_bus.subscribers import Subscriber
    from motoclock.services.events.entries import BusEvent
    from motoclock.services.kinesis.fan_out import FanOutConsumer
    from motoclock.services.kinesis.stream import LogStream
    from motoclock.services.sns.publications import Publication
    from motoclock.services.sns.subscriptions import SevenSubscription
    from motoclock.services.sns.topics import SevenTopic
    from motoclock.services.sqs.queue import IndexedQueue

P = ParamSpec("P")


@dataclass(frozen=True, eq=False, slots=True)
class Topic(Generic[P]):
    """One kind of announcement. Its parameters are those that a listener is called with; `when` says when it is made."""

    when: str


LOGS_DELIVERY_CREATED: Topic[str, str, str, str, tuple[str, ...]] = Topic(
    "Logs go to a group from now on: the delivery's id, the source's ARN and log type, the group, the fields."
)
LOGS_DELIVERY_DELETED: Topic[str] = Topic("A log delivery, by its id, is gone.")

SQS_QUEUE_CREATED: Topic[IndexedQueue] = Topic("A queue was made, maybe under the name of one that was deleted.")
SQS_QUEUE_DELETED: Topic[IndexedQueue] = Topic("A queue is gone.")

SNS_PUBLISHED: Topic[SevenTopic, Publication] = Topic("A topic took a publication; its publisher has the message id.")
SNS_REPLAY: Topic[SevenSubscription] = Topic("A subscription asks for what its topic's archive holds.")

KINESIS_SHARDS_CHANGED: Topic[LogStream] = Topic("A stream was split or merged: it has other open shards.")
KINESIS_STREAM_DELETED: Topic[LogStream] = Topic("A stream is gone.")
KINESIS_CONSUMER_DELETED: Topic[FanOutConsumer] = Topic("A fan-out consumer was deregistered.")

LAMBDA_MAPPING_CREATED: Topic[EventSourceMapping] = Topic("An event source mapping was made.")
LAMBDA_MAPPING_UPDATED: Topic[EventSourceMapping] = Topic("An event source mapping has other settings.")
LAMBDA_MAPPING_DELETED: Topic[EventSourceMapping] = Topic("An event source mapping is gone.")
LAMBDA_ASYNC_FINISHED: Topic[AsyncRecord] = Topic("An asynchronous event came to its final outcome.")

EVENTS_BUS_LOGGING: Topic[EventBus, dict[str, str]] = Topic("A classic bus logs as this LogConfig says, from now on.")
EVENTS_PUT: Topic[EventBus, BusEvent] = Topic("A classic bus took an event.")
EVENTS_LOST: Topic[str, BusEvent] = Topic("An event was put on a bus (its ARN) that is not there.")
EVENTS_RULE_CHANGED: Topic[Rule] = Topic("A rule was made, changed, enabled or disabled.")
EVENTS_RULE_DELETED: Topic[Rule] = Topic("A rule is gone.")
EVENTS_REPLAY_STARTED: Topic[Replay, Archive] = Topic("A replay of an archive starts.")
EVENTS_CONNECTION_CHANGED: Topic[Connection] = Topic("A connection was made, or authorizes in another way.")

CUSTOM_BUS_PUBLISHED: Topic[EventBusV2, StoredEvent, Hop | None] = Topic("A bus took an event, maybe of another bus.")
CUSTOM_BUS_CHANGED: Topic[EventBusV2] = Topic("A Custom Event Bus has other settings.")
CUSTOM_BUS_SUBSCRIBER_CREATED: Topic[EventBusV2, Subscriber] = Topic("A bus has a new subscriber.")
CUSTOM_BUS_SUBSCRIBER_CHANGED: Topic[Subscriber, bool] = Topic(
    "A subscriber has other settings; whether to skip what waits."
)
CUSTOM_BUS_SUBSCRIBER_DELETED: Topic[Subscriber] = Topic("A subscriber is gone.")

SCHEDULER_CHANGED: Topic[Schedule] = Topic("A schedule was made or changed.")
SCHEDULER_DELETED: Topic[Schedule] = Topic("A schedule is gone.")

STEPFUNCTIONS_STATUS_CHANGED: Topic[Execution] = Topic("An execution of a state machine started or ended.")

PIPES_CREATED: Topic[Pipe] = Topic("A pipe was made.")
PIPES_CHANGED: Topic[Pipe] = Topic("A pipe has other settings, or was started or stopped.")
PIPES_DELETED: Topic[Pipe] = Topic("A pipe is gone.")
