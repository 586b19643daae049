"""Seam: DynamoDB Streams as logs of changes, and tables that write them as AWS does.

moto 5.2.5 invokes functions inside the write and then clears the stream for all readers; it records writes that change nothing, writes
two records for an upsert and those of cancelled transactions; iterators never expire and their tokens come from os.urandom; nothing is
trimmed after a day; time to live never deletes.

Modelled: one shard a stream; see `time_to_live` and `limits`.
"""

import re

import moto.backend_index
import moto.dynamodb.models.table
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodbstreams.models import dynamodbstreams_backends

from motoclock.services.dynamodb_streams.backend import ChangeStreamsBackend
from motoclock.services.dynamodb_streams.records import ChangeRecord
from motoclock.services.dynamodb_streams.shard import ChangeShard
from motoclock.services.dynamodb_streams.tables import StreamingDynamoDBBackend
from motoclock.services.dynamodb_streams.urls import ACCOUNT_BASE

__all__ = ["ChangeRecord", "ChangeShard", "ChangeStreamsBackend", "StreamingDynamoDBBackend", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first DynamoDB call."""
    moto.dynamodb.models.table.StreamShard = ChangeShard
    dynamodb_backends.backend = StreamingDynamoDBBackend
    dynamodbstreams_backends.backend = ChangeStreamsBackend
    moto.backend_index.backend_url_patterns.append(("dynamodbstreams", re.compile(ACCOUNT_BASE)))
