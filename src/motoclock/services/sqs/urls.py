"""moto's SQS addresses, answered by our response class."""

from moto.sqs.urls import url_bases
from moto.sqs.urls import url_paths as moto_paths

from motoclock.services.sqs.responses import IndexedSQSResponse

__all__ = ["url_bases", "url_paths"]

url_paths = {path: IndexedSQSResponse.dispatch for path in moto_paths}
