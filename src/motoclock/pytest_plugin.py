"""A `cloud` fixture for tests of asynchronous systems: one line, and the test has an AWS account of its own.

    def test_the_order_is_charged(cloud):
        ...boto3 as usual...
        cloud.run()

Mark a test with `@pytest.mark.cloud(seed=3, duplicates=0.2)` to open its Cloud with other arguments. Ask for it with
`pytest -p motoclock.pytest_plugin`; where the course is installed, its own plugin gives the same fixture, with pictures.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from motoclock.cloud import Cloud


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cloud(**arguments): arguments for the Cloud of the `cloud` fixture")


@pytest.fixture
def cloud(request: pytest.FixtureRequest) -> Iterator["Cloud"]:
    """An open Cloud, closed when the test ends; a Cloud that was open before comes back untouched."""
    from motoclock.cloud import Cloud  # a run without such a test need not load moto

    with Cloud(**cloud_arguments(request)) as opened:
        yield opened


def cloud_arguments(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What `@pytest.mark.cloud(...)` says."""
    marker = request.node.get_closest_marker("cloud")
    return dict(marker.kwargs) if marker else {}
