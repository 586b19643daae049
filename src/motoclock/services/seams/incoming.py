"""Seam: a request of botocore as moto takes it. moto lets werkzeug's test client put it together, which is a tenth of a call.

Most requests are a POST to a plain path; their environment is written down here. All others go moto's way.
"""

import re
import sys
from io import BytesIO
from typing import Any

from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, Request, normalize_request

_PLAIN = re.compile(r"(https?)://([A-Za-z0-9.-]+)(/[A-Za-z0-9/._~-]*)")
_PORTS = {"http": "80", "https": "443"}


def as_moto_takes_it(request: Any) -> tuple[Request, str]:
    """The request, and its URL as it arrived."""
    url, body = _PLAIN.fullmatch(request.url), request.body
    if url is None or not isinstance(body, str | bytes | None) or any("_" in name for name in request.headers):
        plain = normalize_request(request)
        return plain, plain.raw_url
    scheme, host, path = url[1], url[2], url[3]
    data = body.encode() if isinstance(body, str) else body or b""
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "REQUEST_URI": path,
        "RAW_URI": path,
        "SERVER_NAME": host,
        "SERVER_PORT": _PORTS[scheme],
        "HTTP_HOST": host,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(data),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        PRESERVED_HEADER_NAMES_ENVIRON_KEY: {},
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if key != "TRANSFER_ENCODING":
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = (
                value.decode() if isinstance(value, bytes) else value
            )
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(len(data))
    return Request(environ), f"{scheme}://{host}{path}"
