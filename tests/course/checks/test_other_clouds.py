"""An answer that opens, closes or uses a Cloud of its own is told that the check has one."""

import boto3
import pytest

from motoclock.world import current_world
from sevenways import Cloud
from sevenways.checks import trial
from sevenways.checks.registry import Observation, Registry
from sevenways.checks.verdict import judge

THE_CHECK_HAS_ONE = "the check has its own, and boto3 calls reach it without one."


def build(answer):
    """A judge: after the answer there is a queue."""
    with trial.lab_cloud(seed=1) as cloud:
        trial.attempt(answer)
        trial.run(cloud)
        trial.observe(bool(boto3.client("sqs").list_queues().get("QueueUrls")), "there is no queue")


@pytest.fixture
def said():
    registry = Registry()
    registry.register("lab01.build", takes=("answer",), hints=("a", "b"))(build)
    return lambda answer: judge(registry, "lab01.build", (answer,)).line.partition(": ")[2]


def makes_a_queue():
    boto3.client("sqs").create_queue(QueueName="orders")


def opens_one():
    Cloud(seed=1)
    makes_a_queue()


def opens_one_and_fails():
    Cloud(seed=1)
    boto3.client("sqs").get_queue_url(QueueName="orders")


def closes_it():
    current_world().cloud.close()


def closes_it_and_goes_on():
    closes_it()
    makes_a_queue()


def of_the_notebook():
    """A Cloud that was closed, as one that was opened before it is."""
    cloud = Cloud()
    cloud.close()
    return cloud


def runs_the_notebooks():
    of_the_notebook.cloud.run()


def runs_it_later():
    current_world().cloud.at(1, runs_the_notebooks)


def tries_something_to_one_side():
    with Cloud():
        makes_a_queue()
    makes_a_queue()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (opens_one, f"opens_one opened another Cloud; {THE_CHECK_HAS_ONE}"),
        (opens_one_and_fails, f"opens_one_and_fails opened another Cloud; {THE_CHECK_HAS_ONE}"),
        (closes_it, "closes_it closed the check's Cloud, and nothing could be seen in it any more."),
        (closes_it_and_goes_on, "closes_it_and_goes_on closed the check's Cloud, and nothing could be seen in it any more."),
        (runs_the_notebooks, f"runs_the_notebooks used a Cloud that is not open here; {THE_CHECK_HAS_ONE}"),
        (runs_it_later, f"your code used a Cloud that is not open here; {THE_CHECK_HAS_ONE}"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)  # fmt: skip
def test_an_answer_with_a_cloud_of_its_own_is_told_that_the_check_has_one(said, answer, sentence):
    of_the_notebook.cloud = of_the_notebook()
    with Cloud() as mine:
        assert said(answer) == sentence
        assert current_world().cloud is mine


def test_one_that_is_left_again_is_no_matter(said):
    assert said(tries_something_to_one_side) == ""
    assert said(makes_a_queue) == ""


def test_a_task_that_asks_for_a_value_has_no_cloud():
    of_the_notebook.cloud = of_the_notebook()
    for needs_one in (runs_the_notebooks, makes_a_queue):
        with pytest.raises(Observation) as seen:
            trial.attempt(needs_one)
        assert (
            str(seen.value)
            == f"{needs_one.__name__} needed a Cloud, and the check asks for no more than what it returns"
        )
