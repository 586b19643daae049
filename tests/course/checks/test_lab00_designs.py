"""Lab 00 judges what was promised: who configures nothing has AWS's own settings, and these are enough."""

import boto3
import pytest

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers import lab00_handlers as handlers
from .wrong_answers.lab00 import leaves_it


def forgets_events_after_an_hour(function):
    boto3.client("lambda").put_function_event_invoke_config(FunctionName=function, MaximumEventAgeInSeconds=3600)


@pytest.mark.parametrize("configure", [leaves_it, forgets_events_after_an_hour])
def test_the_retries_of_aws_are_enough_for_two_minutes(configure):
    name = "lab00.survive_two_minutes"
    assert str(judge(registry, name, (handlers.send, configure))) == f"✓ {name}"
