"""Seam: every boto3 call is answered by moto inside the open Cloud, or raises a sentence. Nothing leaves the machine.

Importing the package installs two gates. moto's stubber is asked through `_answer`, which charges virtual time to handlers and turns
"not implemented" into an error. Clients that don't know moto's stubber (made before moto was imported) reach botocore's HTTP
session, and that asks `_answer` too, so no socket is ever opened for AWS.
"""

import random
import re
import string
import time
import types
from collections.abc import Callable, Iterator
from copy import copy
from functools import lru_cache, wraps
from typing import Any, Self

import boto3.s3.transfer
import botocore.credentials
import botocore.endpoint
import botocore.httpsession
import botocore.retries.standard
import botocore.retryhandler
import botocore.session
import botocore.waiter
from moto import backends
from moto.backend_index import backend_url_patterns
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.exceptions import HTTPException
from moto.core.utils import get_equivalent_url_in_aws_domain

from motoclock.clock import Task
from motoclock.facts import modelled
from motoclock.platform import switching
from motoclock.services.seams.incoming import as_moto_takes_it
from motoclock.services.seams.moto_faults import in_words
from motoclock.world import ACCOUNT, REGION, NoCloudOpen, current_world, the_world

AWS_CALL_S = modelled.AWS_CALL_S.value
# in place of whatever a learner's machine would offer: nothing is looked up, nothing real is ever used to sign
_CREDENTIALS = botocore.credentials.Credentials("AKIASEVENWAYSEXAMPLE", "never-leaves-this-machine", method="sevenways")
_ID_CHARACTERS = string.ascii_letters + string.digits
_REQUEST_IDS = frozenset({"x-amzn-requestid", "x-amz-request-id"})


class LiveBody(bytes):
    """The body of an answer that goes on: its parts are made while they are read."""

    parts: Iterator[bytes]

    def __new__(cls, parts: Iterator[bytes]) -> Self:
        body = super().__new__(cls)
        body.parts = parts
        return body


class NotAnswered(RuntimeError):
    """moto has no answer for this request. It was not sent anywhere."""


def install() -> None:
    MockRawResponse.__init__ = _raw_init
    MockRawResponse.stream = _raw_stream
    BotocoreStubber.process_request = lambda _stubber, request: _answer(request)
    botocore.httpsession.URLLib3Session.send = _send
    facade = types.ModuleType("sevenways_time_for_botocore")
    facade.__dict__.update({name: value for name, value in vars(time).items() if not name.startswith("__")})
    facade.sleep = _sleep
    botocore.endpoint.time = botocore.waiter.time = facade
    seeded = types.ModuleType("sevenways_random_for_botocore")
    seeded.__dict__.update({name: value for name, value in vars(random).items() if not name.startswith("__")})
    seeded.random = _random
    botocore.retryhandler.random = seeded
    botocore.session.Session.get_credentials = lambda _session: _CREDENTIALS
    plain_region = botocore.session.Session._resolve_region_name

    def region(session: Any, region_name: str | None, config: Any) -> str:
        """The Region that was asked for in code, or the one of the course: a client may be made before the Cloud is opened."""
        if region_name is None and not (config and config.region_name):
            region_name = session.instance_variables().get("region") or REGION
        return plain_region(session, region_name, config)

    botocore.session.Session._resolve_region_name = region
    # S3's transfers would start real threads
    boto3.s3.transfer.create_transfer_manager = _in_turn(boto3.s3.transfer.create_transfer_manager)
    for taker in (botocore.retries.standard.RetryHandler, botocore.retries.standard.ExponentialBackoff):
        taker.__init__.__defaults__ = tuple(_replaced(value) for value in taker.__init__.__defaults__)


_plain_init, _plain_stream = MockRawResponse.__init__, MockRawResponse.stream


def _raw_init(raw: MockRawResponse, body: str | bytes) -> None:
    _plain_init(raw, body)
    raw.live = body.parts if isinstance(body, LiveBody) else None


def _raw_stream(raw: MockRawResponse, **kwargs: Any) -> Iterator[bytes]:
    return _plain_stream(raw, **kwargs) if raw.live is None else raw.live


def _in_turn(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def create_transfer_manager(client: Any, config: Any, osutil: Any = None) -> Any:
        if isinstance(switching.current(), Task):
            config = copy(config)
            config.use_threads = False
        return original(client, config, osutil)

    return create_transfer_manager


def _send(_session: Any, request: Any) -> Any:
    """In place of botocore's HTTP: for the clients that don't ask moto's stubber themselves."""
    status, headers, body = _answer(request)
    return botocore.awsrequest.AWSResponse(request.url, status, headers, MockRawResponse(body))


def _answer(request: Any) -> tuple[int, Any, Any]:
    world = current_world()
    if world is None:
        raise NoCloudOpen(
            "No Cloud is open, and nothing is ever sent to AWS from here. Open one first: cloud = Cloud()."
        )
    task = switching.current()
    if not isinstance(task, Task):
        return _dispatch(request)
    world.clock.check_alive()
    if task.handler:
        world.clock.sleep(AWS_CALL_S)
    task.in_api += 1
    try:
        answer = _dispatch(request)
        world.clock.check_alive()
        return answer
    finally:
        task.in_api -= 1


def _dispatch(request: Any) -> tuple[int, Any, Any]:
    url, _ = get_equivalent_url_in_aws_domain(request.url)
    answerer = _answerer(f"{url.scheme}://{url.netloc}{url.path}")
    if answerer is None:
        raise NotAnswered(
            f"moto does not know {url.netloc}{url.path}, so this request went nowhere. Use a service of the course."
        )
    taken, arrived_at = as_moto_takes_it(request)
    try:
        status, headers, body = answerer(taken, arrived_at, taken.headers)
    except HTTPException as error:
        status, headers, body = error.code, dict(error.get_headers()), error.get_body()
    except NotImplementedError as error:
        raise NotAnswered(f"moto can't answer this request, so it went nowhere: {error or url.netloc}") from None
    except Exception as error:
        if (sentence := in_words(request, error)) is None:
            raise
        raise NotAnswered(sentence) from error
    if not any(name.lower() in _REQUEST_IDS for name in headers):
        headers["x-amzn-requestid"] = _request_id()
    return status, headers, body


def _request_id() -> str:
    """Of a request that is refused before moto draws one. Dice of its own: nothing that moto draws moves."""
    return "".join(the_world().random("request ids of refusals").choices(_ID_CHARACTERS, k=52))


@lru_cache(maxsize=4096)
def _answerer(url: str) -> Callable[..., Any] | None:
    """The function of moto that answers a URL. moto looks it up with a few hundred regular expressions a call; we look once."""
    for service, pattern in backend_url_patterns:
        if pattern.match(url):
            found = backends.get_backend(service)
            if isinstance(found, BackendDict):
                regions = found[ACCOUNT]
                backend = regions[REGION if REGION in regions else "aws"]
            else:
                backend = found["global"]
            for path, answerer in backend.urls.items():
                if re.compile(path).match(url):
                    return answerer
    return None


def _sleep(seconds: float) -> None:
    """botocore's own pauses (retries, waiters) pass in virtual time while a Cloud is open."""
    world = current_world()
    if world is None:
        time.sleep(seconds)
    else:
        world.clock.sleep(seconds)


def _random() -> float:
    world = current_world()
    return random.random() if world is None else world.random("botocore.jitter").random()


def _replaced(default: Any) -> Any:
    """Default arguments that botocore bound when it was imported."""
    if default is random.random:
        return _random
    return _sleep if getattr(default, "__name__", "") == "sleep" else default
