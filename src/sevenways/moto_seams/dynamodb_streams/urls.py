"""moto's DynamoDB Streams address, answered by our response class."""

from moto.dynamodbstreams.urls import url_bases
from moto.dynamodbstreams.urls import url_paths as moto_paths

from sevenways.moto_seams.dynamodb_streams.responses import ChangeStreamsHandler

__all__ = ["url_bases", "url_paths"]

url_paths = {path: ChangeStreamsHandler.dispatch for path in moto_paths}
