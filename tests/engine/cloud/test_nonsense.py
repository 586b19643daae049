"""Every public function of the engine, called with nonsense: a sentence, and the world goes on."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from motoclock.cloud import Cloud
from motoclock.downstream import Downstream
from motoclock.facts import what_changed
from motoclock.matching import explain
from tests.engine.cloud.nonsense import VALUES, arguments, few, is_understood, world_goes_on

METHODS = [
    Cloud.run,
    Cloud.at,
    Cloud.deploy,
    Cloud.downstream,
    Cloud.emit,
    Cloud.logs,
    Cloud.code,
    Cloud.account,
    Cloud.close,
]
FUNCTIONS = [explain, what_changed]


def name_of(function: Callable[..., Any]) -> str:
    return function.__qualname__


def handler(event, context):
    return event


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_methods_of_a_cloud(method: Callable[..., Any]) -> None:
    @few
    @given(arguments(method))
    def called(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
        args, kwargs = given
        with Cloud() as home, Cloud() as cloud:
            is_understood(lambda: method(cloud, *args, **kwargs))
            cloud.close() if method is Cloud.close else world_goes_on(cloud)
        world_goes_on(home) if home._is_open else None

    called()


def test_deploying_a_handler_with_odd_settings() -> None:
    @few
    @given(
        st.dictionaries(
            st.sampled_from(["name", "timeout", "memory_mb", "environment", "reserved_concurrency"]), VALUES
        )
    )
    def called(given: dict[str, Any]) -> None:
        with Cloud() as cloud:
            is_understood(lambda: cloud.deploy(handler, **given))
            world_goes_on(cloud)

    called()


def test_opening_a_cloud() -> None:
    @few
    @given(arguments(Cloud))
    def called(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
        args, kwargs = given

        def opened() -> None:
            with Cloud(*args, **kwargs) as cloud:
                world_goes_on(cloud)

        with Cloud() as home:
            is_understood(opened)
            world_goes_on(home)

    called()


@pytest.mark.parametrize("method", [Downstream.outage], ids=name_of)
def test_methods_of_a_downstream(method: Callable[..., Any]) -> None:
    @few
    @given(arguments(method))
    def called(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
        args, kwargs = given
        with Cloud() as cloud:
            system = cloud.downstream("https://bank.example")
            is_understood(lambda: method(system, *args, **kwargs))
            world_goes_on(cloud)

    called()


def test_settings_of_a_downstream() -> None:
    @few
    @given(st.sampled_from(["up", "latency_s", "capacity", "error_rate", "handler"]), VALUES)
    def called(name: str, value: Any) -> None:
        with Cloud() as cloud:
            system = cloud.downstream("https://bank.example")
            is_understood(lambda: setattr(system, name, value))
            world_goes_on(cloud)

    called()


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_functions(function: Callable[..., Any]) -> None:
    @few
    @given(arguments(function))
    def called(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
        args, kwargs = given
        is_understood(lambda: function(*args, **kwargs))

    called()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seed": object()}, "Cloud: seed is a whole number, not an object."),
        ({"account_concurrency": float("nan")}, "Cloud: account_concurrency is a whole number, not nan."),
        ({"account_concurrency": 0}, "Cloud: account_concurrency is 1 or more, not 0."),
        ({"reorder": "False"}, "Cloud: reorder is True or False, not 'False'."),
        ({"duplicates": 2}, "Cloud: duplicates is a share between 0 and 1, not 2."),
        (
            {"sed": 3},
            "Cloud takes no `sed`. Did you mean seed? It takes seed, duplicates, reorder, account_concurrency and strict_permissions.",
        ),
    ],
)
def test_senseless_options_are_refused_in_words(options: dict[str, Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError)) as refused:
        Cloud(**options)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda cloud: cloud.run("5"), "run: seconds is a number or None, not '5'."),
        (lambda cloud: cloud.run(5, 6), "run was given more than it takes. It takes seconds."),
        (lambda cloud: cloud.at(5), "at needs call. It takes seconds, call and label."),
        (lambda cloud: cloud.at(5, None), "at: call is a function, not None."),
        (lambda cloud: cloud.deploy(handler, timeout=True), "deploy: timeout is a whole number, not True."),
        (lambda cloud: cloud.logs(None), "logs: name is text, not None."),
        (lambda cloud: cloud.run(5, seconds=6), "run was given seconds twice."),
        (
            lambda cloud: cloud.downstream("https://x.example", capacity=float("nan")),
            "downstream: capacity is a whole number or None, not nan.",
        ),
        (
            lambda cloud: cloud.downstream("https://x.example").outage(1, -1),
            "outage: duration_s is 0 or more seconds, and a hundred years at most, not -1.",
        ),
    ],
)
def test_wrong_arguments_are_refused_in_words(cloud: Cloud, call: Callable[[Cloud], Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError)) as refused:
        call(cloud)
    assert str(refused.value) == said
    world_goes_on(cloud)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a b", "regular expression pattern"),
        ("x" * 65, "less than or equal to 64"),
        ("größe", "regular expression pattern"),
    ],
)
def test_a_function_has_a_name_that_aws_takes(cloud: Cloud, name: str, said: str) -> None:
    with pytest.raises(ClientError, match=f"Value '{name}' at 'functionName' failed to satisfy constraint: .*{said}"):
        cloud.deploy(handler, name=name)
    assert cloud.deploy(handler, name="x" * 64).endswith("x" * 64)


def test_a_latency_that_is_none_is_the_callers_error_and_takes_no_place(cloud: Cloud) -> None:
    bank = cloud.downstream("https://bank.example", latency_s=lambda request: float("nan"), capacity=1)

    def charge(event, context):
        import urllib.request

        return urllib.request.urlopen("https://bank.example").status

    cloud.deploy(charge)
    lambda_ = boto3.client("lambda")
    answer = lambda_.invoke(FunctionName="charge")["Payload"].read().decode()
    assert "latency_s is 0 or more seconds" in answer
    bank.latency_s = 0.1
    assert lambda_.invoke(FunctionName="charge")["Payload"].read() == b"200"
