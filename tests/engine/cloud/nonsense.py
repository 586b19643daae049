"""Calls of public functions with whatever comes to hand, and what may come of it: an answer, AWS's error, or a sentence of ours."""

import inspect
import linecache
import traceback
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import motoclock
from motoclock.clock import ClockError
from motoclock.cloud import Cloud, CloudClosed
from motoclock.world import current_world

SOURCES = str(Path(motoclock.__file__).parents[1])

VALUES = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 5, 10**30, 0.5, -0.0, 1e12, 1e308, float("nan"), float("inf"), -float("inf"), 1j, Decimal("NaN"),
        "", "5", "a b", "orders", "größe", "\ud800", "\x00", "x" * 100, "arn:aws:sqs:us-east-1:123456789012:q", "https://x.example",
        "https://[", "{", b"", b"\xff", [], [1], (), {}, {"a": 1}, {1: object()}, set(), ..., object(), int, Exception, ValueError("x"),
        lambda *_: None, lambda *_: "x", lambda: 1 / 0, print,
    ]
)  # fmt: skip


@st.composite
def arguments(draw: st.DrawFn, function: Callable[..., Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Some by place, some by name, one of them perhaps a name that the function does not have."""
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    args = tuple(draw(st.lists(VALUES, max_size=len(names) + 1)))
    kwargs = draw(st.dictionaries(st.sampled_from([*names[len(args) :], "nonsense"]), VALUES, max_size=3))
    return args, kwargs


few = settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def is_understood(call: Callable[[], Any]) -> None:
    """The call answers, or is refused in words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call()
    except (ClientError, ParamValidationError):
        return
    except (TypeError, ValueError, ClockError, CloudClosed, LookupError) as error:
        said = str(error)
        assert said and "\n" not in said and len(said) < 1_000, repr(error)
        frame, line = list(traceback.walk_tb(error.__traceback__))[-1]
        file = frame.f_code.co_filename
        assert file.startswith(SOURCES), f"{error!r} comes from {file}, line {line}"
        assert "raise" in linecache.getline(file, line), f"{error!r} happened to us in {file}, line {line}"


def world_goes_on(cloud: Cloud) -> None:
    """The Cloud is the open one, a queue works, and time passes."""
    world = current_world()
    assert world is cloud._world
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="still-there")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"
    if world.clock.now < 3e9:
        assert cloud.run(seconds=0).seconds == 0
