"""moto's DynamoDB Streams address, answered by our response class."""

from moto.dynamodbstreams.urls import url_bases as moto_bases
from moto.dynamodbstreams.urls import url_paths as moto_paths

from motoclock.services.dynamodb_streams.responses import ChangeStreamsHandler

__all__ = ["url_bases", "url_paths"]

ACCOUNT_BASE = r"https?://(.+)\.streams-ddb\.(.+)\.amazonaws\.com"
"""The address with the account in it, to which clients go that were made before a Cloud; moto 5.2.5 lacks it."""

url_bases = [*moto_bases, ACCOUNT_BASE]
url_paths = {path: ChangeStreamsHandler.dispatch for path in moto_paths}
