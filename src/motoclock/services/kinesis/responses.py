"""Kinesis requests and answers: the actions whose answers differ from moto's, and those that moto lacks."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.kinesis.responses import KinesisResponse

from motoclock.services.kinesis import event_stream
from motoclock.services.kinesis.backend import LogKinesisBackend
from motoclock.services.kinesis.checks import check_distribution, check_record_size
from motoclock.services.kinesis.errors import KinesisError, invalid
from motoclock.services.kinesis.shard import KinesisRecord
from motoclock.services.seams.boto import LiveBody

_PAGE = 10_000
_STREAMS_PAGE = 100


class LogKinesisResponse(KinesisResponse):
    """moto's class, over a `LogKinesisBackend`."""

    kinesis_backend: LogKinesisBackend

    # ------------------------------------------------------------------ streams

    def create_stream(self) -> ActionResult:
        name, size = self._get_param("StreamName"), self._get_param("MaxRecordSizeInKiB")
        check_distribution(self._get_param("RecordDistributionStrategy"))
        if size is not None:
            check_record_size(size)
        stream = self.kinesis_backend.create_stream(
            name, self._get_param("ShardCount"), stream_mode=self._get_param("StreamModeDetails")
        )
        if size is not None:
            stream.max_record_kib = size
        if tags := self._get_param("Tags"):
            self.kinesis_backend.add_tags_to_stream(stream.arn, None, tags)
        if (mib := self._get_param("WarmThroughputMiBps")) is not None:
            try:
                self.kinesis_backend.update_stream_warm_throughput(stream.arn, None, mib)
            except KinesisError:  # what is refused leaves nothing behind
                self.kinesis_backend.delete_stream(stream.arn, None)
                raise
        return EmptyResult()

    def delete_stream(self) -> ActionResult:
        stream = self._get_param("StreamARN"), self._get_param("StreamName")
        if not self._get_param("EnforceConsumerDeletion"):
            self.kinesis_backend.refuse_with_consumers(*stream)
        self.kinesis_backend.delete_stream(*stream)
        return EmptyResult()

    def describe_stream(self) -> ActionResult:
        stream = self.kinesis_backend.describe_stream(self._get_param("StreamARN"), self._get_param("StreamName"))
        return ActionResult(stream.to_json(self._get_param("Limit"), self._get_param("ExclusiveStartShardId")))

    def list_streams(self) -> ActionResult:
        streams = sorted(self.kinesis_backend.list_streams(), key=lambda stream: stream.stream_name)
        after = self._get_param("ExclusiveStartStreamName") or self._get_param("NextToken")
        left = [stream for stream in streams if not after or stream.stream_name > after]
        page = left[: self._get_param("Limit", _STREAMS_PAGE)]
        answer: dict[str, Any] = {
            "StreamNames": [stream.stream_name for stream in page],
            "HasMoreStreams": len(page) < len(left),
            "StreamSummaries": [_summary(stream) for stream in page],
        }
        if answer["HasMoreStreams"]:
            answer["NextToken"] = page[-1].stream_name
        return ActionResult(answer)

    def list_shards(self) -> ActionResult:
        name, _, after = (self._get_param("NextToken") or "").partition("/")
        shards = self.kinesis_backend.shards_of(
            self._get_param("StreamARN"),
            name or self._get_param("StreamName"),
            after or self._get_param("ExclusiveStartShardId"),
            self._get_param("ShardFilter", {}),
        )
        page = shards[: self._get_param("MaxResults", _PAGE)]
        answer: dict[str, Any] = {"Shards": [shard.to_json() for shard in page]}
        if len(page) < len(shards):
            arn = self._get_param("StreamARN") or "/"
            stream = name or self._get_param("StreamName") or arn.rsplit("/", 1)[-1]
            answer["NextToken"] = f"{stream}/{page[-1].shard_id}"
        return ActionResult(answer)

    def update_shard_count(self) -> ActionResult:
        arn, name, target = (self._get_param(one) for one in ("StreamARN", "StreamName", "TargetShardCount"))
        before = self.kinesis_backend.update_shard_count(arn, name, target)
        stream = self.kinesis_backend.describe_stream(arn, name)
        return ActionResult(
            {
                "StreamName": stream.stream_name,
                "CurrentShardCount": before,
                "TargetShardCount": target,
                "StreamARN": stream.arn,
            }
        )

    def update_max_record_size(self) -> ActionResult:
        self.kinesis_backend.update_max_record_size(self._get_param("StreamARN"), self._get_param("MaxRecordSizeInKiB"))
        return EmptyResult()

    def update_stream_record_distribution_strategy(self) -> ActionResult:
        check_distribution(self._get_param("RecordDistributionStrategy"))
        self.kinesis_backend.describe_stream_summary(self._get_param("StreamARN"), self._get_param("StreamName"))
        return EmptyResult()

    def update_stream_warm_throughput(self) -> ActionResult:
        arn, name, mib = (self._get_param(one) for one in ("StreamARN", "StreamName", "WarmThroughputMiBps"))
        stream = self.kinesis_backend.update_stream_warm_throughput(arn, name, mib)
        return ActionResult(
            {"StreamARN": stream.arn, "StreamName": stream.stream_name, "WarmThroughput": stream.warm_json}
        )

    def describe_account_settings(self) -> ActionResult:
        return ActionResult(self.kinesis_backend.advantage.to_json())

    def update_account_settings(self) -> ActionResult:
        asked = self._get_param("MinimumThroughputBillingCommitment") or {}
        return ActionResult(self.kinesis_backend.update_account_settings(asked.get("Status")).to_json())

    # ------------------------------------------------------------------ reading

    def get_records(self) -> ActionResult:
        records, following, behind_ms, children = self.kinesis_backend.read(
            self._get_param("ShardIterator"), self._get_param("Limit")
        )
        answer: dict[str, Any] = {
            "Records": [record.to_json() for record in records],
            "MillisBehindLatest": behind_ms,
        }
        if following:
            answer["NextShardIterator"] = following
        if children:
            answer["ChildShards"] = [child.child_json() for child in children]
        return ActionResult(answer)

    def subscribe_to_shard(self) -> tuple[int, dict[str, str], bytes]:
        position = self._get_param("StartingPosition")
        if not position:
            raise invalid("StartingPosition is required.")
        events = self.kinesis_backend.subscribe_to_shard(
            self._get_param("ConsumerARN"), self._get_param("ShardId"), position
        )
        parts = event_stream.encoded(("SubscribeToShardEvent", _event(event)) for event in events)
        return 200, {"Content-Type": "application/vnd.amazon.eventstream"}, LiveBody(parts)

    # ------------------------------------------------------------------ consumers

    def describe_stream_consumer(self) -> ActionResult:
        consumer = self.kinesis_backend.describe_stream_consumer(
            self._get_param("StreamARN"), self._get_param("ConsumerName"), self._get_param("ConsumerARN")
        )
        return ActionResult({"ConsumerDescription": consumer.to_json(include_stream_arn=True)})


def _summary(stream: Any) -> dict[str, Any]:
    description = stream.to_json_summary()["StreamDescriptionSummary"]
    names = ("StreamName", "StreamARN", "StreamStatus", "StreamModeDetails", "StreamCreationTimestamp")
    return {name: description[name] for name in names}


def _event(event: dict[str, Any]) -> dict[str, Any]:
    content = {
        "Records": [_plain(record) for record in event["records"]],
        "ContinuationSequenceNumber": event["continuation"],
        "MillisBehindLatest": event["behind_ms"],
    }
    if event["children"]:
        content["ChildShards"] = [child.child_json() for child in event["children"]]
    return content


def _plain(record: KinesisRecord) -> dict[str, Any]:
    """A record in the JSON of an event stream, which nobody serializes for us."""
    return {**record.to_json(), "Data": record.data}
