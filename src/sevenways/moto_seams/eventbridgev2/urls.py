"""The addresses of the new buses' service."""

from sevenways.moto_seams.eventbridgev2.backend import answer

url_bases = [r"https?://eventsv2\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/service/AWSEventsV2/operation/(?P<operation>[^/]+)$": answer}
