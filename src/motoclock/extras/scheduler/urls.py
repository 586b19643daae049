"""moto's Scheduler addresses, answered by our response class."""

from moto.scheduler.urls import url_bases
from moto.scheduler.urls import url_paths as moto_paths

from motoclock.extras.scheduler.responses import SevenSchedulerResponse

__all__ = ["url_bases", "url_paths"]

url_paths = {path: SevenSchedulerResponse.dispatch for path in moto_paths}
