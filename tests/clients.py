"""boto3 clients for the tests' own calls: one a service, since making one takes longer than most calls with it."""

from functools import cache
from typing import Any

import boto3


@cache
def client(service: str) -> Any:
    """It reaches the Cloud that is open, and may outlive it. A test about clients, or about their retries, makes its own."""
    return boto3.client(service)


def updated(function: str) -> None:
    """Wait until a function's update is done, as one does on AWS."""
    client("lambda").get_waiter("function_updated_v2").wait(FunctionName=function)
