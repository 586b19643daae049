"""One Cloud at a time: opening, parking, closing, and what a learner's clients see meanwhile."""

import os

import boto3
import pytest

from motoclock.clock import ClockError
from motoclock.cloud import parked
from motoclock.world import NoCloudOpen, current_world
from sevenways.cloud import Cloud, CloudClosed


@pytest.fixture(autouse=True)
def nothing_open_afterwards():
    yield
    world = current_world()
    if world is not None:
        world.cloud.close()


def names() -> list[str]:
    urls = boto3.client("sqs").list_queues().get("QueueUrls", [])
    return [url.rsplit("/", 1)[-1] for url in urls]


def make(name: str) -> str:
    return boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]


def test_time_starts_in_2030_and_is_aware():
    with Cloud() as cloud:
        assert cloud.now.isoformat() == "2030-01-01T00:00:00+00:00"
        assert cloud.elapsed == 0


def test_a_bare_cloud_closes_the_open_one_for_good():
    first = Cloud()
    make("one")
    second = Cloud()
    assert names() == []
    with pytest.raises(CloudClosed, match="another was opened"):
        first.run()
    assert "one" in repr(first.diagram())  # its pictures stay readable
    second.close()


def test_a_with_block_parks_the_open_one_and_brings_it_back():
    outer = Cloud()
    url = make("outer")
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="kept")
    outer.run(seconds=5)
    with Cloud() as inner:
        assert names() == []
        make("inner")
        inner.run(seconds=100)
    assert names() == ["outer"]
    assert outer.elapsed == 5
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "kept"


def test_ids_go_on_as_if_nothing_had_been_parked():
    def second_id(with_parking: bool) -> str:
        with Cloud(seed=3):
            url = make("q")
            sqs = boto3.client("sqs")
            sqs.send_message(QueueUrl=url, MessageBody="1")
            if with_parking:
                with Cloud(seed=9):
                    sqs.send_message(QueueUrl=make("q"), MessageBody="other")
            return sqs.send_message(QueueUrl=url, MessageBody="2")["MessageId"]

    assert second_id(True) == second_id(False)


def test_with_blocks_nest():
    with Cloud():
        make("a")
        with Cloud():
            make("b")
            with Cloud():
                make("c")
                assert names() == ["c"]
            assert names() == ["b"]
        assert names() == ["a"]


def test_an_error_inside_a_with_block_still_brings_the_outer_one_back():
    Cloud()
    make("outer")
    with pytest.raises(ValueError), Cloud():
        raise ValueError
    assert names() == ["outer"]


def test_parked_closes_what_was_opened_inside():
    Cloud()
    make("outer")
    with parked():
        with pytest.raises(NoCloudOpen):
            names()
        Cloud()
        make("inner")
    assert names() == ["outer"]


def test_without_a_cloud_every_call_is_a_sentence():
    with pytest.raises(NoCloudOpen, match="Open one first"):
        boto3.client("sqs", region_name="us-east-1").list_queues()


def test_the_learners_aws_set_up_is_out_of_sight_and_comes_back(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    with Cloud():
        assert "AWS_PROFILE" not in os.environ
        assert os.environ["AWS_ACCESS_KEY_ID"] != "real"
        assert make("q").startswith("https://sqs.us-east-1.amazonaws.com/")
    assert os.environ["AWS_PROFILE"] == "production"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "real"
    assert os.environ["AWS_SESSION_TOKEN"] == "token"


def test_a_client_made_before_the_cloud_works_in_it(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    client = boto3.Session(region_name="us-east-1").client("sqs")
    with Cloud():
        client.create_queue(QueueName="q")
        assert names() == ["q"]


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_time_does_not_run_backwards(seconds):
    with Cloud() as cloud, pytest.raises(ValueError, match="0 or more"):
        cloud.run(seconds=seconds)


def test_a_run_says_how_long_how_many_and_why():
    with Cloud() as cloud:
        assert repr(cloud.run(seconds=90)) == "1 min 30 s passed, 0 invocations; stopped at 1 min 30 s, as asked"
        assert "no work is left" in repr(cloud.run())


def test_at_happens_at_its_second_and_may_use_boto3():
    with Cloud() as cloud:
        seen = []
        cloud.at(60, lambda: seen.append((cloud.elapsed, make("late"))))
        cloud.run()
        assert seen[0][0] == 60
        assert names() == ["late"]
        with pytest.raises(ValueError, match="has passed"):
            cloud.at(10, lambda: None)


@pytest.mark.parametrize("act", ["run", "open", "close"])
def test_a_callback_of_a_run_can_not_run_open_or_close(act):
    with Cloud() as cloud:
        acts = {"run": cloud.run, "open": Cloud, "close": cloud.close}
        cloud.at(1, acts[act])
        with pytest.raises(ClockError, match="inside a run"):
            cloud.run()
        cloud.run(seconds=1)


def test_closing_twice_is_closing_once():
    cloud = Cloud()
    cloud.close()
    cloud.close()
    assert current_world() is None


def test_parking_is_quick_and_exact_many_times_over():
    with Cloud():
        url = make("outer")
        for _ in range(20):
            with Cloud():
                make("inner")
        assert boto3.client("sqs").list_queues()["QueueUrls"] == [url]


@pytest.mark.parametrize("wrong", [{"duplicates": 2}, {"account_concurrency": 0}])
def test_senseless_options_are_refused(wrong):
    with pytest.raises(ValueError):
        Cloud(**wrong)
