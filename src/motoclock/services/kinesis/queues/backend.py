"""What boto3's calls about queues do, and what queues change in the calls about their streams.

Source: botocore's model of Kinesis.
"""

from collections.abc import Callable
from typing import Any

from motoclock.services.callers import who_calls
from motoclock.services.kinesis.backend import LogKinesisBackend
from motoclock.services.kinesis.errors import KinesisError, in_use, not_found
from motoclock.services.kinesis.iterators import virtual_second
from motoclock.services.kinesis.queues.checks import check_tags, settings_of, the_one_stream, wrong
from motoclock.services.kinesis.queues.queue import Settings, StreamQueue
from motoclock.services.kinesis.queues.records import RecordStore
from motoclock.services.kinesis.stream import LogStream

Entry = dict[str, Any]


class QueueingKinesisBackend(LogKinesisBackend):
    """moto's Kinesis backend with our streams, and queues on them."""

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.queues: dict[str, StreamQueue] = {}  # by ARN, in the order of their making

    # ------------------------------------------------------------------ queues

    def create_queue(
        self, name: str, configurations: list[Entry], attributes: Entry, tags: dict[str, str]
    ) -> StreamQueue:
        arn, start, at_s = the_one_stream(configurations)
        settings = settings_of(attributes, Settings())
        check_tags(tags)
        stream = self.describe_stream(arn, None)
        if not stream.is_on_demand:
            raise wrong(
                f"Stream {stream.stream_name} is provisioned, and queues are for on-demand streams only: change its mode with "
                "UpdateStreamMode first."
            )
        if any(queue.name == name for queue in self.queues.values()):
            raise in_use(f"Queue {name} under account {self.account_id} already exists.")
        self.check_room(stream)
        queue = StreamQueue(stream, name, settings, start, at_s, dict(tags))
        self.queues[queue.arn] = queue
        queue.open()
        return queue

    def queue(self, arn: str) -> StreamQueue:
        """The queue with this ARN; ResourceNotFoundException without one."""
        if arn not in self.queues:
            raise not_found(f"Queue {arn} under account {self.account_id} not found.")
        return self.queues[arn]

    def list_queues(self, filters: list[Entry]) -> list[StreamQueue]:
        """All queues in the order of their making, or those of the streams asked for."""
        return [queue for queue in self.queues.values() if not filters or any(_is_on(queue, one) for one in filters)]

    def update_queue(self, arn: str, attributes: Entry) -> StreamQueue:
        queue = self.queue(arn)
        if not attributes:
            raise wrong(
                "QueueAttributes must name what is to change: VisibilityTimeoutSeconds or DeadLetterConfiguration."
            )
        queue.configure(settings_of(attributes, queue.settings))
        return queue

    def delete_queue(self, arn: str) -> None:
        self.queue(arn).close()
        del self.queues[arn]
        self.resource_policies.pop(arn, None)

    # ------------------------------------------------------------------ records

    def receive(self, arn: str, dead: bool, count: int, wait_s: float, visibility_s: float | None) -> list[Entry]:
        """A long poll: it lets virtual time pass until there is a record, or the wait is over."""
        queue = self.queue(arn)
        store = queue.dead_letters if dead else queue.records
        visibility = queue.settings.visibility_s if visibility_s is None else visibility_s
        return store.poll(lambda: store.take(count, visibility), wait_s)

    def acknowledge(self, arn: str, dead: bool, entries: list[Entry]) -> Entry:
        consumer = who_calls()

        def one(queue: StreamQueue, store: RecordStore, entry: Entry) -> None:
            store.acknowledge(queue.held(store, entry["ReceiptHandle"]), consumer)

        return self._each(arn, dead, entries, one)

    def change_visibility(self, arn: str, dead: bool, entries: list[Entry]) -> Entry:
        def one(queue: StreamQueue, store: RecordStore, entry: Entry) -> None:
            record = queue.held_in_flight(store, entry["ReceiptHandle"])
            store.change_visibility(record, entry["VisibilityTimeoutSeconds"])

        return self._each(arn, dead, entries, one)

    def restore(self, arn: str, entries: list[Entry]) -> Entry:
        def one(queue: StreamQueue, store: RecordStore, entry: Entry) -> None:
            queue.restore(queue.held(store, entry["ReceiptHandle"]))

        return self._each(arn, True, entries, one)

    def _each(
        self,
        arn: str,
        dead: bool,
        entries: list[Entry],
        act: Callable[[StreamQueue, RecordStore, Entry], None],
    ) -> Entry:
        """Each entry succeeds or fails by itself."""
        queue = self.queue(arn)
        store = queue.dead_letters if dead else queue.records
        done: list[Entry] = []
        failed: list[Entry] = []
        for entry in entries:
            handle = entry["ReceiptHandle"]
            try:
                act(queue, store, entry)
                done.append({"ReceiptHandle": handle})
            except KinesisError as error:
                failed.append({"ReceiptHandle": handle, "ErrorCode": error.error_type, "ErrorMessage": error.message})
        return {"Successful": done, "Failed": failed}

    # ------------------------------------------------------------------ tags and policies

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of a queue or a stream, to look at and to change. Modelled: fan-out consumers have none."""
        if ":queue/" in arn:
            return self.queue(arn).tags
        if "/consumer/" in arn:
            raise wrong("Tags of fan-out consumers are not kept here: tag the stream or a queue.")
        return self.describe_stream(arn, None).tags

    def tag(self, arn: str, tags: dict[str, str]) -> None:
        known = self.tags_of(arn)
        check_tags({**known, **tags})
        known.update(tags)

    def put_resource_policy(self, resource_arn: str, policy_doc: str) -> None:
        if ":queue/" in resource_arn:
            self.queue(resource_arn)
        super().put_resource_policy(resource_arn, policy_doc)

    def get_resource_policy(self, resource_arn: str) -> str:
        if ":queue/" not in resource_arn:
            return super().get_resource_policy(resource_arn)
        self.queue(resource_arn)
        return self.resource_policies.get(resource_arn, "{}")

    def delete_resource_policy(self, resource_arn: str) -> None:
        if ":queue/" not in resource_arn:
            super().delete_resource_policy(resource_arn)
            return
        self.queue(resource_arn)
        if self.resource_policies.pop(resource_arn, None) is None:
            raise not_found(f"No resource policy found for resource ARN {resource_arn}.")

    # ------------------------------------------------------------------ streams with queues

    def delete_stream(self, stream_arn: str | None, stream_name: str | None) -> LogStream:
        self._must_be_without_queues(self.describe_stream(stream_arn, stream_name), "deleted")
        return super().delete_stream(stream_arn, stream_name)

    def update_stream_mode(self, stream_arn: str, stream_mode: dict[str, str]) -> None:
        if stream_mode.get("StreamMode") != "ON_DEMAND":
            self._must_be_without_queues(self.describe_stream(stream_arn, None), "switched to provisioned mode")
        super().update_stream_mode(stream_arn, stream_mode)

    def increase_stream_retention_period(self, *args: Any, **kwargs: Any) -> None:
        super().increase_stream_retention_period(*args, **kwargs)
        self._settle()

    def decrease_stream_retention_period(self, *args: Any, **kwargs: Any) -> None:
        super().decrease_stream_retention_period(*args, **kwargs)
        self._settle()

    def _settle(self) -> None:
        for queue in self.queues.values():
            queue.settle()

    def _must_be_without_queues(self, stream: LogStream, wanted: str) -> None:
        if stream.queues:
            names = ", ".join(queue.name for queue in self.queues.values() if queue.stream is stream)
            raise in_use(f"Stream {stream.stream_name} can't be {wanted} while it has queues: delete {names} first.")


def _is_on(queue: StreamQueue, wanted: Entry) -> bool:
    made = wanted.get("StreamCreationTimestamp")
    same = made is None or int(virtual_second(made)) == int(queue.stream_born_s)
    return same and queue.stream.arn == wanted["StreamARN"]
