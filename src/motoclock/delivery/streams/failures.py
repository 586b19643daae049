"""What happens to records that are given up: their failure record goes to the mapping's destination, or they are dropped.

Source: Lambda developer guide, services-dynamodb-errors and kinesis-on-failure-destination. SQS and SNS get metadata only; S3 gets the
records too, in `payload`. Modelled: one attempt to deliver it.
"""

import datetime
import uuid
from typing import Any

from motoclock.arn import Arn
from motoclock.clock import EPOCH
from motoclock.delivery.parcels import Parcel, Undeliverable, hand_over
from motoclock.delivery.streams.batches import Batch
from motoclock.delivery.streams.journal import Journal
from motoclock.delivery.streams.sources import Source
from motoclock.facts import destinations as facts
from motoclock.functions import Outcome
from motoclock.json_text import json_text
from motoclock.world import World

RETRIES_EXHAUSTED = facts.STREAM_CONDITION_RETRIES_EXHAUSTED.value
AGE_EXCEEDED = facts.STREAM_CONDITION_AGE_EXCEEDED.value


class Failures:
    """The way out for the records of one mapping."""

    def __init__(self, world: World, journal: Journal, source: Source, mapping_uuid: str):
        self._world, self._journal, self._source, self._uuid = world, journal, source, mapping_uuid

    def give_up(
        self,
        batch: Batch,
        shard_id: str,
        condition: str,
        outcome: Outcome | None,
        destination: str | None,
        function_arn: str,
    ) -> None:
        """Part with a batch for good."""
        records = batch.records
        if destination is None:
            self._journal.dropped(records, f"{condition}, and the mapping has no failure destination")
            return
        content = self._content(batch, shard_id, condition, outcome, function_arn)
        options: dict[str, Any] = {}
        if Arn.of(destination).service == "s3":
            content["payload"] = '{"Records": [' + ", ".join(entry.text for entry in batch.entries) + "]}"
            options["key"] = self._key(shard_id)
        origins = tuple(record.message_id for record in records)
        parcel = Parcel(json_text(content), origins=origins, sender=function_arn, options=options)
        try:
            new_id = hand_over(self._world, destination, parcel)
        except Undeliverable as error:
            self._journal.refused(destination, error.reason)
            self._journal.dropped(
                records, f"{condition}, and the failure destination could not take it: {error.reason}"
            )
        else:
            self._journal.delivered(records, destination, new_id)

    def _content(
        self, batch: Batch, shard_id: str, condition: str, outcome: Outcome | None, function_arn: str
    ) -> dict[str, Any]:
        first, last = batch.records[0], batch.records[-1]
        request_id = outcome.request_id if outcome else self._random_uuid()
        content: dict[str, Any] = {
            "requestContext": {
                "requestId": request_id,
                "functionArn": function_arn,
                "condition": condition,
                "approximateInvokeCount": batch.retries
                + 1,  # so it is recorded on AWS, 2025-11, 1 also of what grew too old unread
            }
        }
        if outcome is not None and condition != AGE_EXCEEDED:  # recorded on AWS, 2025-11, as is the null
            content["responseContext"] = {
                "statusCode": facts.RECORD_STATUS_CODE.value,
                "executedVersion": outcome.executed_version,
                "functionError": outcome.function_error,
            }
        content["version"] = facts.RECORD_VERSION.value
        content["timestamp"] = _iso(self._world.clock.now, thousandths=True)
        thousandths = self._source.info_key == "KinesisBatchInfo"
        content[self._source.info_key] = {
            "shardId": shard_id,
            "startSequenceNumber": str(first.sequence),
            "endSequenceNumber": str(last.sequence),
            "approximateArrivalOfFirstRecord": _iso(first.at, thousandths),
            "approximateArrivalOfLastRecord": _iso(last.at, thousandths),
            "batchSize": len(batch.entries),
            "streamArn": self._source.arn,
        }
        return content

    def _key(self, shard_id: str) -> str:
        """The name of the object in S3, as AWS builds it."""
        now = self._world.clock.datetime
        return f"aws/lambda/{self._uuid}/{shard_id}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{self._random_uuid()}"

    def _random_uuid(self) -> str:
        return str(uuid.UUID(int=self._world.random("streams.failures").getrandbits(128), version=4))


def _iso(at: float, thousandths: bool) -> str:
    moment = EPOCH + datetime.timedelta(seconds=at)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{moment.microsecond // 1000:03}Z" if thousandths else "Z")
