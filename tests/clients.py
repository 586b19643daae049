"""boto3 clients for the tests' own calls: one a service in each test, since making one takes longer than most calls with it."""

from functools import cache
from typing import Any

import boto3


@cache
def client(service: str) -> Any:
    """Forgotten when the test ends (tests/conftest.py): its count of retries is nobody else's."""
    return boto3.client(service)
