"""moto's SNS address, answered by our response class."""

from moto.sns.urls import url_bases

from motoclock.services.sns.responses import SevenSNSResponse

__all__ = ["url_bases", "url_paths"]

url_paths = {"{0}/$": SevenSNSResponse.dispatch}
