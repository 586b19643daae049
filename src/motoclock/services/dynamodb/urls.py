"""moto's DynamoDB address, answered by our response class."""

from moto.dynamodb.urls import url_bases
from moto.dynamodb.urls import url_paths as moto_paths

from motoclock.services.dynamodb.responses import GatedDynamoHandler

__all__ = ["url_bases", "url_paths"]

url_paths = {path: GatedDynamoHandler.dispatch for path in moto_paths}
