"""Seam: moto's state of one world, set aside and brought back.

moto keeps all resources in `BackendDict`s, one a service. Their contents are written down (`present`) and exchanged for those of
another world (`put`); a reset would re-initialise the parked backends in place, so nothing here ever resets. moto's own reset when
the mock starts finds no backend in use. What the mock would do to credentials we do ourselves, for the whole of a learner's
configuration.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from moto import mock_aws
from moto.core import models as core
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.core.common_models import BaseModel
from moto.moto_api._internal import mock_random

from motoclock.services.seams import credentials

_MOTO = {
    "core": {"mock_credentials": False, "reset_boto3_session": False},
    "lambda": {"use_docker": False},
    "stepfunctions": {"execute_state_machine": True},
}


@dataclass
class MotoState:
    """All that moto knows about one world."""

    random_state: Any
    backends: list[tuple[BackendDict, dict[str, Any]]] = field(default_factory=list)
    # what some services keep beside their accounts, and its contents
    indexes: list[tuple[dict, dict]] = field(default_factory=list)


NOTHING = MotoState(random.Random(0).getstate())


class Mock:
    """moto switched on while anybody needs it, with an environment in which botocore finds nothing of the learner's AWS set-up.

    moto's own start and stop register some 1,300 URLs and throw boto3's default session away each time. That happens once here; between
    Clouds its switches are thrown, and our default session, with the service models it has read, is kept aside.
    """

    def __init__(self) -> None:
        self._users: set[int] = set()
        self._environment: dict[str, str] = {}
        self._learners_session: boto3.Session | None = None
        self._our_session: boto3.Session | None = None
        self._started = False

    @property
    def in_use(self) -> bool:
        return bool(self._users)

    def start(self, user: object) -> None:
        """On from now for this user. Its identity counts, so starting twice is starting once."""
        if not self._users:
            self._environment = credentials.aws_variables()
            self._learners_session = boto3.DEFAULT_SESSION
            try:
                self._switch_on()
            except BaseException:
                self._switch_off()
                raise
        self._users.add(id(user))

    def stop(self, user: object) -> None:
        """Off when this was the last user."""
        if id(user) in self._users:
            self._users.remove(id(user))
            if not self._users:
                self._our_session = boto3.DEFAULT_SESSION
                self._switch_off()

    def _switch_on(self) -> None:
        credentials.put_aside()
        boto3.DEFAULT_SESSION = self._our_session
        if self._started:
            core.botocore_stubber.enabled = True
            core.responses_mock.start()
        else:
            mock_aws(config=_MOTO).start(reset=False)
            self._started = True

    def _switch_off(self) -> None:
        core.botocore_stubber.enabled = False
        core.responses_mock.stop(allow_assert=False)
        boto3.DEFAULT_SESSION = self._learners_session
        credentials.put_back(self._environment)


mock = Mock()


def install() -> None:
    """moto tracks every model it ever makes, for a dashboard that nobody opens here; memory would grow with each message.

    And it remembers a service's Regions by the account that asked, so that it asks botocore anew for every world, and keeps the last
    128 accounts, with all that is in them.
    """
    BaseModel.__new__ = lambda cls, *_, **__: object.__new__(cls)
    AccountSpecificBackend._generate_regions = lambda _account, service: _regions(service)


_ask_for_regions = AccountSpecificBackend._generate_regions.__wrapped__


@cache
def _regions(service: str) -> tuple[str, ...]:
    return tuple(_ask_for_regions(AccountSpecificBackend, service))


def fresh(seed: int) -> MotoState:
    """An empty account whose ids follow from the seed."""
    return MotoState(random.Random(f"{seed}/ids").getstate())


def present() -> MotoState:
    """What moto holds at this moment, written down. Nothing is changed."""
    state = MotoState(mock_random.getstate())
    for backend in _in_use():
        state.backends.append((backend, dict(backend)))
        state.indexes += [(index, dict(index)) for index in _indexes(backend)]
    return state


def put(state: MotoState) -> None:
    """Make this moto's state, whatever it holds. Where that was interrupted, putting it again, or another one, makes it whole."""
    for backend in _in_use():
        for index in _indexes(backend):
            index.clear()
        dict.clear(backend)
    BackendDict._instances[:] = [backend for backend, _ in state.backends]
    for backend, contents in state.backends:
        dict.update(backend, contents)
    for index, contents in state.indexes:
        index.update(contents)
    mock_random.setstate(state.random_state)


def _in_use() -> Iterator[BackendDict]:
    return iter(list(BackendDict._instances))


def _indexes(backend: BackendDict) -> list[dict]:
    """S3 knows of each bucket's account, Organizations of each account's organisation: a dictionary for the whole service."""
    return [value for name, value in vars(backend).items() if type(value) is dict and not name.startswith("_")]
