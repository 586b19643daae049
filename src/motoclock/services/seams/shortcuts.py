"""Seam: shorter ways through botocore, to the same end or to one that nobody in here sees.

Nothing is sent, so a request needs no signature, and a client no proxy and no TLS context. Who calls, and which Region and service is
meant, stays in the request, for moto reads that. And a new client copies its session's handlers, makes a method for each operation,
asks of each event once more whether its name is an alias, and of each handler what it takes. Together this was a quarter of a call to
SQS and two thirds of a client, of which each new environment makes one. A new session reads the models of its services from their files
again; the engine has some sessions of its own, and a quarter of all objects were models read twice. moto looks for a service it has not
read yet in all four hundred folders, and for an account's part of a service in the list of all services that are in use, fourteen times
a call.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from inspect import CO_VARKEYWORDS
from types import FunctionType
from typing import Any

import botocore.endpoint
import botocore.hooks
import botocore.httpsession
import botocore.session
import botocore.useragent
import moto.core.utils
from botocore.auth import SIGV4_TIMESTAMP, S3SigV4Auth, SigV4Auth
from botocore.client import ClientCreator
from botocore.compat import get_current_datetime
from botocore.exceptions import NoCredentialsError
from botocore.hooks import EventAliaser, _PrefixTrie
from botocore.model import ServiceModel
from moto.core.base_backend import AccountSpecificBackend, BackendDict

_NO_SIGNATURE = "0" * 64


def install() -> None:
    # a request names its sender twice, out of thirty parts
    botocore.useragent.UserAgentString.to_string = lambda _agent: "sevenways"
    botocore.endpoint.EndpointCreator._get_proxies = lambda _creator, url: {}
    botocore.httpsession.URLLib3Session._get_ssl_context = lambda _session: None
    SigV4Auth.add_auth = _add_auth
    EventAliaser.__copy__ = _copied_aliaser
    _PrefixTrie.__copy__ = _shared
    _PrefixTrie.append_item = _on_nodes_of_its_own(_PrefixTrie.append_item)
    _PrefixTrie.remove_item = _on_nodes_of_its_own(_PrefixTrie.remove_item)
    ClientCreator._create_methods = _methods
    botocore.hooks.accepts_kwargs = _accepts_kwargs
    botocore.session.create_loader = cache(botocore.session.create_loader)  # one for each AWS_DATA_PATH
    moto.core.utils.create_loader = cache(moto.core.utils.create_loader)
    for found_by_key in (BackendDict, AccountSpecificBackend):
        found_by_key.__getitem__ = _if_it_is_there(found_by_key.__getitem__)


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


def _shared(trie: _PrefixTrie) -> _PrefixTrie:
    """A copy of a tree of handlers. Both keep the nodes that there are, for neither changes one: see below."""
    copied = _PrefixTrie()
    copied._root = trie._root
    return copied


def _on_nodes_of_its_own(change: Callable[..., None]) -> Callable[..., None]:
    """A change of a tree that leaves all nodes as they are: those on its way are copied first."""

    def changed(trie: _PrefixTrie, key: str, value: Any, **more: Any) -> None:
        node = trie._root = _copied(trie._root)
        for part in key.split("."):
            child = node["children"].get(part)
            if child is None:
                break
            node["children"][part] = node = _copied(child)
        change(trie, key, value, **more)

    return changed


def _copied(node: dict[str, Any]) -> dict[str, Any]:
    return node | {"children": node["children"].copy(), "values": copy(node["values"])}


_plain_methods, _plain_accepts_kwargs = ClientCreator._create_methods, botocore.hooks.accepts_kwargs
_KEPT = "_sevenways_methods"


def _methods(creator: ClientCreator, service: ServiceModel) -> dict[str, Any]:
    """One for each operation; kept with the loader, which reads a service once."""
    kept = vars(creator._loader).setdefault(_KEPT, {})
    name = service.service_name, service.api_version
    if name not in kept:
        kept[name] = _plain_methods(creator, service)
    return dict(kept[name])


def _accepts_kwargs(handler: Any) -> Any:
    """Whether it takes what an event carries, whatever that is. Of a function, or of a method's, this is a flag."""
    function = getattr(handler, "__func__", handler)
    if type(function) is not FunctionType or hasattr(function, "__signature__"):
        return _plain_accepts_kwargs(handler)
    return function.__code__.co_flags & CO_VARKEYWORDS


def _if_it_is_there(make: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """What is there under a key has been made and entered in moto's list; `make` does both for a key that is new."""

    def item(there: dict[str, Any], key: str) -> Any:
        found = dict.get(there, key)
        return make(there, key) if found is None else found

    return item
