"""The engine's stage for state machines, in a Cloud with pictures."""

from collections.abc import Iterator

import pytest

from sevenways import Cloud
from tests.engine.stepfunctions.conftest import machines

__all__ = ["machines"]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as opened:
        yield opened
