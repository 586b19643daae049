"""The collector while much is made: seldom in a run and a picture, as before afterwards, and never against somebody's wish."""

import gc as real
from collections.abc import Iterator

import boto3
import pytest

from motoclock.platform import gc
from sevenways import draw
from sevenways.cloud import Cloud

LEARNERS = (700, 10, 10)


@pytest.fixture(autouse=True)
def the_learners_own() -> Iterator[None]:
    before = real.get_threshold()
    real.set_threshold(*LEARNERS)
    yield
    real.set_threshold(*before)


def test_in_the_block_it_collects_seldom_and_afterwards_as_before() -> None:
    with gc.seldom():
        assert real.get_threshold() == (50_000, 20, 100)
        with gc.seldom():
            pass
        assert real.get_threshold() == (50_000, 20, 100)
    assert real.get_threshold() == LEARNERS


def test_it_is_put_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), gc.seldom():
        raise ZeroDivisionError
    assert real.get_threshold() == LEARNERS


@pytest.mark.parametrize(("mine", "meanwhile"), [((0, 10, 10), (0, 10, 10)), ((90_000, 5, 5), (90_000, 20, 100))])
def test_who_collects_more_seldom_or_never_keeps_that(mine: tuple, meanwhile: tuple) -> None:
    real.set_threshold(*mine)
    with gc.seldom():
        assert real.get_threshold() == meanwhile
    assert real.get_threshold() == mine


def test_a_run_collects_seldom_and_puts_back(cloud: Cloud) -> None:
    seen = []
    cloud.at(1, lambda: seen.append(real.get_threshold()))
    cloud.run()
    assert seen == [(50_000, 20, 100)]
    assert real.get_threshold() == LEARNERS


def test_a_run_that_fails_puts_back(cloud: Cloud) -> None:
    cloud.at(1, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cloud.run()
    assert real.get_threshold() == LEARNERS


@pytest.mark.parametrize("picture", ["diagram", "timeline", "backlog", "passport", "summary"])
def test_a_picture_collects_seldom_and_puts_back(cloud: Cloud, picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = boto3.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    message = boto3.client("sqs").send_message(QueueUrl=url, MessageBody="order-1")["MessageId"]
    drawn, seen = getattr(draw, picture), []
    monkeypatch.setattr(
        draw, picture, lambda *args, **more: (seen.append(real.get_threshold()), drawn(*args, **more))[1]
    )
    shown = getattr(cloud, picture)(*([message] if picture == "passport" else []))
    assert str(shown)
    assert seen == [(1_000_000, 20, 100)]
    assert real.get_threshold() == LEARNERS
