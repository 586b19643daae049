"""The addresses of the custom buses' service."""

from motoclock.services.custom_bus.backend import answer

url_bases = [r"https?://eventsv2\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/service/AWSEventsV2/operation/(?P<operation>[^/]+)$": answer}
