"""Ctrl-C in the middle of a run leaves a Cloud that can be used, or closed and opened anew."""

import os
import signal
import threading

import boto3
import pytest

from motoclock.clock import ClockError
from sevenways.cloud import Cloud
from tests.engine.delivery.stage import counts, function, mapping, queue, send

INTERRUPTS_ONCE = """
    import os, signal, time
    def handler(event, context):
        time.sleep(1)
        if event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1":
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
"""


def test_after_an_interrupt_the_same_cloud_runs_on_and_loses_nothing(cloud):
    url = queue(VisibilityTimeout=30)
    function(INTERRUPTS_ONCE, timeout=10)
    mapping(url)
    send(url, ["a", "b"])
    with pytest.raises(KeyboardInterrupt):
        cloud.run()
    cloud.run()
    assert counts(url) == (0, 0)
    assert cloud.summary()["processed"] == 2


def test_after_an_interrupt_another_cloud_can_be_opened(cloud):
    cloud.at(1, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        cloud.run()
    with Cloud() as other:
        boto3.client("sqs").create_queue(QueueName="q")
        other.run(seconds=1)
    cloud.run(seconds=1)


def test_the_interrupt_handler_of_the_kernel_comes_back(cloud):
    before = signal.getsignal(signal.SIGINT)
    cloud.run(seconds=1)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_cloud_runs_only_in_the_thread_that_opened_it(cloud):
    raised = []

    def elsewhere():
        try:
            cloud.run(seconds=1)
        except ClockError as error:
            raised.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "only in the thread that opened it" in raised[0]
