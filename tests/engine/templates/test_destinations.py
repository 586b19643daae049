"""destinations.yaml: an alias, an event invoke config, destinations, a dead-letter queue, reserved concurrency."""

import json

import boto3
import pytest

from motoclock import Cloud
from tests.engine.templates.sam import bodies, stack


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def test_what_fails_twice_reaches_the_failure_queue_and_what_succeeds_the_other(cloud):
    made = stack("destinations")
    for event in ({"id": 1}, {"id": 2, "bad": True}):
        boto3.client("lambda").invoke(
            FunctionName=made["Alias"], InvocationType="Event", Payload=json.dumps(event).encode()
        )
    cloud.run()
    (success,) = map(json.loads, bodies(made["SuccessesUrl"]))
    assert success["responsePayload"] == {"done": 1}
    assert success["requestContext"]["functionArn"] == made["Alias"]
    records = list(map(json.loads, bodies(made["FailuresUrl"])))
    (failure,) = [one for one in records if "requestContext" in one]
    assert failure["requestContext"]["approximateInvokeCount"] == 2
    assert {"id": 2, "bad": True} in records  # the function's own dead-letter queue has the event itself


def test_the_alias_has_the_config_and_the_function_its_reservation(cloud):
    made = stack("destinations")
    client = boto3.client("lambda")
    name = made["Alias"].split(":")[6]
    config = client.get_function_event_invoke_config(FunctionName=name, Qualifier="live")
    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (1, 3600)
    assert client.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert client.get_alias(FunctionName=name, Name="live")["FunctionVersion"] == "1"
