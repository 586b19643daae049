"""moto's EventBridge addresses, answered by our response class."""

from moto.events.urls import url_bases
from moto.events.urls import url_paths as moto_paths

from motoclock.services.events.responses import SevenEventsHandler

__all__ = ["url_bases", "url_paths"]

url_paths = {path: SevenEventsHandler.dispatch for path in moto_paths}
