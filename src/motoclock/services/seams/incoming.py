"""Seam: a request of botocore as moto takes it. moto lets werkzeug's test client put it together, which is a tenth of a call.

Most requests are a POST to a plain path; their environment is written down here. All others go moto's way. A body that is no form is
there at once, where werkzeug would first look for its parts.
"""

import re
import sys
from io import BytesIO
from typing import Any

from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, Request, normalize_request
from werkzeug.datastructures import ImmutableMultiDict

_PLAIN = re.compile(r"(https?)://([A-Za-z0-9.-]+)(/[A-Za-z0-9/._~-]*)")
_FORM = re.compile(r"\s*(multipart/form-data|application/x-www-form-urlencoded)", re.IGNORECASE)
_EMPTY: ImmutableMultiDict[str, Any] = ImmutableMultiDict()
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
    taken = Request(environ)
    if "HTTP_CONTENT_ENCODING" not in environ and not _FORM.match(environ.get("CONTENT_TYPE", "")):
        environ["wsgi.input"].read()
        vars(taken).update(data=data, _cached_data=data, form=_EMPTY, files=_EMPTY, stream=environ["wsgi.input"])
    return taken, f"{scheme}://{host}{path}"
