"""Seam: shorter ways through botocore, to the same end or to one that nobody in here sees.

Nothing is sent, so a request needs no signature, and a client no proxy and no TLS context. Who calls, and which Region and service is
meant, stays in the request, for moto reads that. And a new client copies its session's handlers, then asks of each event once more
whether its name is an alias. Together this was a quarter of a call to SQS and two fifths of a client. A new session reads the models of
its services from their files again; the engine has some sessions of its own, and a quarter of all objects were models read twice. moto
looks for a service it has not read yet in all four hundred folders.
"""

from functools import cache
from typing import Any

import botocore.endpoint
import botocore.httpsession
import botocore.session
import botocore.useragent
import moto.core.utils
from botocore.auth import SIGV4_TIMESTAMP, S3SigV4Auth, SigV4Auth
from botocore.compat import get_current_datetime
from botocore.exceptions import NoCredentialsError
from botocore.hooks import EventAliaser, NodeList, _PrefixTrie

_NO_SIGNATURE = "0" * 64


def install() -> None:
    # a request names its sender twice, out of thirty parts
    botocore.useragent.UserAgentString.to_string = lambda _agent: "sevenways"
    botocore.endpoint.EndpointCreator._get_proxies = lambda _creator, url: {}
    botocore.httpsession.URLLib3Session._get_ssl_context = lambda _session: None
    SigV4Auth.add_auth = _add_auth
    EventAliaser.__copy__ = _copied_aliaser
    _PrefixTrie._recursive_copy = lambda _trie, node: _copied(node)
    botocore.session.create_loader = cache(botocore.session.create_loader)  # one for each AWS_DATA_PATH
    moto.core.utils.create_loader = cache(moto.core.utils.create_loader)


_plain_add_auth, _plain_copied_aliaser = SigV4Auth.add_auth, EventAliaser.__copy__


def _add_auth(auth: SigV4Auth, request: Any) -> None:
    if type(auth) not in (SigV4Auth, S3SigV4Auth):  # a URL that is presigned carries its signature to whoever prints it
        return _plain_add_auth(auth, request)
    if auth.credentials is None:
        raise NoCredentialsError
    request.context["timestamp"] = get_current_datetime().strftime(SIGV4_TIMESTAMP)
    auth._modify_request_before_signing(request)
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, SignedHeaders=host, Signature={_NO_SIGNATURE}"
    )
    return None


def _copied_aliaser(aliaser: EventAliaser) -> EventAliaser:
    """A copy that knows the names that this one has looked up: which are aliases does not change."""
    copied = _plain_copied_aliaser(aliaser)
    copied._alias_name_cache = aliaser._alias_name_cache
    return copied


def _copied(node: dict[str, Any]) -> dict[str, Any]:
    """The structure of a tree of handlers, and not the handlers."""
    copied: dict[str, Any] = {}
    for key, value in node.items():
        if type(value) is dict:
            copied[key] = _copied(value)
        elif type(value) is NodeList:
            copied[key] = NodeList(value.first[:], value.middle[:], value.last[:])
        else:
            copied[key] = value
    return copied
