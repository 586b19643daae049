"""moto's Kinesis addresses, answered by our response class."""

from moto.kinesis.urls import url_bases
from moto.kinesis.urls import url_paths as moto_paths

from sevenways.moto_seams.kinesis.responses import LogKinesisResponse

__all__ = ["url_bases", "url_paths"]

url_paths = {path: LogKinesisResponse.dispatch for path in moto_paths}
