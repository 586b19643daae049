"""DynamoDB Streams requests and answers."""

from moto.core.responses import ActionResult
from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.dynamodbstreams.responses import DynamoDBStreamsHandler

from motoclock.services.dynamodb_streams.backend import ChangeStreamsBackend


class ChangeStreamsHandler(DynamoDBStreamsHandler):
    """moto's class, over a `ChangeStreamsBackend`."""

    @property
    def backend(self) -> ChangeStreamsBackend:
        return dynamodbstreams_backends[self.current_account][self.region]

    def describe_stream(self) -> ActionResult:
        found = self.backend.describe_stream(self._get_param("StreamArn"), self._get_param("ExclusiveStartShardId"))
        return ActionResult({"StreamDescription": found})

    def list_streams(self) -> ActionResult:
        names = ("TableName", "ExclusiveStartStreamArn", "Limit")
        return ActionResult(self.backend.page_of_streams(*(self._get_param(name) for name in names)))

    def get_shard_iterator(self) -> ActionResult:
        names = ("StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber", "Timestamp")
        return ActionResult({"ShardIterator": self.backend.iterator(*(self._get_param(name) for name in names))})

    def get_records(self) -> ActionResult:
        return ActionResult(self.backend.read(self._get_param("ShardIterator"), self._get_param("Limit")))
