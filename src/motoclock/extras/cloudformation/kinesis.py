"""AWS::Kinesis::* in templates."""

from motoclock.extras.cloudformation.resources import Properties, Resource, call
from motoclock.facts import kinesis
from motoclock.facts.shapes import HOUR_S

_HOURS = kinesis.RETENTION_DEFAULT_S.value // HOUR_S
_PROVISIONED = {"StreamMode": "PROVISIONED"}


class Stream(Resource):
    """Ref: the stream's name. Without a mode or a number of shards it is on demand, as in AWS; with shards it is provisioned."""

    TYPE, NAME, LONGEST_NAME = "AWS::Kinesis::Stream", "Name", 128
    REPLACED_FOR = ("Name",)
    ATTRIBUTES = ("Arn",)
    IGNORED = ("DesiredShardLevelMetrics", "StreamEncryption", "WarmThroughputMiBps")

    def make(self) -> None:
        provisioned = self.properties.get("ShardCount") or (1 if self._mode == _PROVISIONED else None)
        call(
            "kinesis",
            "create_stream",
            StreamName=self.name,
            ShardCount=provisioned,
            StreamModeDetails=self._mode,
            Tags=self.properties.get("Tags"),
            MaxRecordSizeInKiB=self.properties.get("MaxRecordSizeInKiB"),
            RecordDistributionStrategy=self.properties.get("RecordDistributionStrategy"),
        )
        seen = call("kinesis", "describe_stream_summary", StreamName=self.name)
        self.id = self.name
        self.attributes = {"Arn": seen["StreamDescriptionSummary"]["StreamARN"]}
        self._keep({})

    def change(self, before: Properties) -> None:
        arn = self.attributes["Arn"]
        if self.differs(before, "StreamModeDetails"):
            call("kinesis", "update_stream_mode", StreamARN=arn, StreamModeDetails=self._mode)
        shards = self.properties.get("ShardCount")
        if shards is not None and self.differs(before, "ShardCount"):
            call(
                "kinesis",
                "update_shard_count",
                StreamARN=arn,
                TargetShardCount=shards,
                ScalingType="UNIFORM_SCALING",
            )
        if self.differs(before, "MaxRecordSizeInKiB") and "MaxRecordSizeInKiB" in self.properties:
            size = self.properties["MaxRecordSizeInKiB"]
            call("kinesis", "update_max_record_size", StreamARN=arn, MaxRecordSizeInKiB=size)
        self._keep(before)

    def remove(self) -> None:
        call("kinesis", "delete_stream", StreamName=self.id, EnforceConsumerDeletion=True)

    @property
    def _mode(self) -> dict[str, str]:
        default = _PROVISIONED if "ShardCount" in self.properties else {"StreamMode": "ON_DEMAND"}
        return self.properties.get("StreamModeDetails") or default

    def _keep(self, before: Properties) -> None:
        """One call makes retention longer, another shorter."""
        hours, kept = (int(one.get("RetentionPeriodHours", _HOURS)) for one in (self.properties, before))
        if hours != kept:
            way = "increase" if hours > kept else "decrease"
            call("kinesis", f"{way}_stream_retention_period", StreamName=self.name, RetentionPeriodHours=hours)


class StreamConsumer(Resource):
    """Ref: the consumer's ARN."""

    TYPE, NAME, LONGEST_NAME = "AWS::Kinesis::StreamConsumer", "ConsumerName", 128
    REPLACED_FOR = ("ConsumerName", "StreamARN")
    ATTRIBUTES = ("ConsumerARN", "ConsumerCreationTimestamp", "ConsumerName", "ConsumerStatus", "StreamARN")

    def make(self) -> None:
        made = call("kinesis", "register_stream_consumer", **self.wanted())["Consumer"]
        self.id = made["ConsumerARN"]
        self.attributes = {
            "ConsumerARN": self.id,
            "ConsumerCreationTimestamp": str(made["ConsumerCreationTimestamp"]),
            "ConsumerName": self.name,
            "ConsumerStatus": made["ConsumerStatus"],
            "StreamARN": self.properties["StreamARN"],
        }

    def change(self, before: Properties) -> None:
        """Tags only."""

    def remove(self) -> None:
        call("kinesis", "deregister_stream_consumer", ConsumerARN=self.id)


TYPES = (Stream, StreamConsumer)
