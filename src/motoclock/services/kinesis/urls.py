"""moto's Kinesis addresses, answered by our response class."""

from moto.kinesis.urls import url_bases as moto_bases
from moto.kinesis.urls import url_paths as moto_paths

from motoclock.services.kinesis.queues.responses import QueueingKinesisResponse

__all__ = ["QUEUES_BASE", "url_bases", "url_paths"]

# calls about queues go to hosts of their own, which moto does not know: that of the account, or one for each queue
QUEUES_BASE = r"https?://(?:.+[.-])?kinesis-queues\.(.+)\.amazonaws\.com"
url_bases = [*moto_bases, QUEUES_BASE]
url_paths = {path: QueueingKinesisResponse.dispatch for path in moto_paths}
