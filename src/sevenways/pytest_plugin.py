"""A `cloud` fixture for tests of asynchronous systems: one line, and the test has an AWS account of its own.

    def test_the_order_is_charged(cloud):
        ...boto3 as usual...
        cloud.run()

Mark a test with `@pytest.mark.cloud(seed=3, duplicates=0.2)` to open its Cloud with other arguments.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sevenways.cloud import Cloud


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("SEVENWAYS_PROGRESS", "off")  # notebooks that nbval runs are not the learner's work
    config.addinivalue_line("markers", "cloud(**arguments): arguments for the Cloud of the `cloud` fixture")


@pytest.fixture
def cloud(request: pytest.FixtureRequest) -> Iterator["Cloud"]:
    """An open Cloud, closed when the test ends; a Cloud that was open before comes back untouched."""
    from sevenways.cloud import Cloud

    marker = request.node.get_closest_marker("cloud")
    with Cloud(**(marker.kwargs if marker else {})) as opened:
        yield opened
