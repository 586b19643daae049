"""The engine's `cloud` fixture, with the course's pictures: `cloud.diagram()`, `cloud.timeline()` and the rest in a test."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from motoclock.pytest_plugin import cloud_arguments

if TYPE_CHECKING:
    from sevenways.cloud import Cloud


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("SEVENWAYS_PROGRESS", "off")  # notebooks that nbval runs are not the learner's work
    config.addinivalue_line("markers", "cloud(**arguments): arguments for the Cloud of the `cloud` fixture")


@pytest.fixture
def cloud(request: pytest.FixtureRequest) -> Iterator["Cloud"]:
    """An open Cloud, closed when the test ends; a Cloud that was open before comes back untouched."""
    from sevenways.cloud import Cloud

    with Cloud(**cloud_arguments(request)) as opened:
        yield opened
