"""What AWS's error says, when a call must be refused."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refused(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[str, str]:
    """Code and message."""
    return refused_with_status(call, *arguments, **named)[1:]


def refused_with_status(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[int, str, str]:
    """HTTP status, code and message."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    told = caught.value.response
    return told["ResponseMetadata"]["HTTPStatusCode"], told["Error"]["Code"], told["Error"]["Message"]
