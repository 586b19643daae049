"""Contract: what the boto seam relies on in botocore 1.44.5 and moto 5.2.5, and that nothing gets past it."""

import inspect
import socket
import time

import boto3
import botocore.credentials
import botocore.endpoint
import botocore.httpsession
import botocore.retries.standard
import botocore.session
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber

from motoclock import Cloud
from motoclock.services.seams import boto
from motoclock.services.seams.boto import NotAnswered
from motoclock.world import NoCloudOpen
from tests.engine.delivery.stage import function


@pytest.fixture(autouse=True)
def no_socket_is_ever_opened(monkeypatch):
    def refuse(*_):
        raise AssertionError("something tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_every_request_of_botocore_goes_through_the_two_gates():
    assert "self.http_session.send(request)" in inspect.getsource(botocore.endpoint.Endpoint._send)
    assert botocore.httpsession.URLLib3Session.send is boto._send
    assert list(inspect.signature(BotocoreStubber.process_request).parameters) == ["_stubber", "request"]


def test_the_retry_classes_still_take_sleep_and_random_as_defaults():
    defaults = inspect.signature(botocore.retries.standard.RetryHandler.__init__).parameters["sleep"].default
    assert defaults is boto._sleep
    assert (
        inspect.signature(botocore.retries.standard.ExponentialBackoff.__init__).parameters["random"].default
        is boto._random
    )


def test_region_and_credentials_are_still_resolved_where_we_answer():
    assert list(inspect.signature(botocore.session.Session._resolve_region_name).parameters) == [
        "session",
        "region_name",
        "config",
    ]
    assert boto3.Session().get_credentials().access_key == "AKIASEVENWAYSEXAMPLE"


@pytest.fixture
def bare_environment(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_client_can_be_made_before_a_cloud_without_any_set_up(bare_environment):
    client = boto3.client("sqs")
    assert client.meta.region_name == "us-east-1"
    with pytest.raises(NoCloudOpen, match="Open one first"):
        client.list_queues()
    with Cloud():
        client.create_queue(QueueName="q")


@pytest.mark.parametrize(
    "service", ["sqs", "lambda", "sns", "events", "dynamodb", "kinesis", "s3", "sts", "bedrock-runtime"]
)
def test_without_a_cloud_no_service_is_called_whatever_credentials_there_are(monkeypatch, service):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    client = boto3.client(service, region_name="eu-west-1")
    operation = {"s3": "list_buckets", "sts": "get_caller_identity", "bedrock-runtime": "list_async_invokes"}.get(
        service
    )
    operation = operation or next(name for name in dir(client) if name.startswith("list_") and "tag" not in name)
    arguments = {}
    required = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
    for name in required.required_members if required else []:
        arguments[name] = "x" * 20
    with pytest.raises((NoCloudOpen, Exception)) as error:
        getattr(client, operation)(**arguments)
    assert "Open one first" in str(error.value)


def test_a_client_from_before_moto_knew_it_is_answered_inside():
    with Cloud():
        client = boto3.client("sqs")
        client.meta.events.unregister("before-send", __import__("moto").core.models.botocore_stubber)
        client.create_queue(QueueName="q")
        assert client.list_queues()["QueueUrls"]


def test_another_endpoint_is_not_reached():
    with Cloud():
        client = boto3.client(
            "sqs", endpoint_url="http://192.0.2.1:4566", config=Config(retries={"total_max_attempts": 1})
        )
        with pytest.raises(NotAnswered, match="went nowhere"):
            client.list_queues()


def test_an_operation_that_moto_lacks_is_a_sentence():
    with Cloud(), pytest.raises(NotAnswered, match="went nowhere"):
        boto3.client("medialive").list_offerings()


def test_where_moto_breaks_off_there_is_a_sentence_and_the_error_behind_it():
    with Cloud(), pytest.raises(NotAnswered) as raised:
        boto3.client("dynamodb").list_exports()
    assert str(raised.value) == (
        "moto breaks off at this request, ListExports, with KeyError: 'TableArn'. It was not sent anywhere: look at the parameters "
        "that you gave."
    )
    assert isinstance(raised.value.__cause__, KeyError)


def test_a_request_without_a_name_is_told_by_its_path():
    told = r"this request, POST /2018-10-31/layers/tools/versions of lambda\.us-east-1\.amazonaws\.com, with KeyError: 'S3Key'\."
    with Cloud(), pytest.raises(NotAnswered, match=told):
        boto3.client("lambda").publish_layer_version(LayerName="tools", Content={"S3Bucket": "claims"})


def test_an_error_of_the_learners_code_that_a_call_came_upon_stays_hers():
    """A synchronous invocation runs what is due until then."""

    def wait(event, context):
        time.sleep(2)

    def nothing():
        return 1 / 0

    with Cloud() as cloud:
        cloud.deploy(wait)
        cloud.at(1, nothing)
        with pytest.raises(ZeroDivisionError):
            boto3.client("lambda").invoke(FunctionName="wait")


def test_aws_urls_by_plain_http_are_not_reached_either():
    """moto answers with an error in place of AWS; the fixture above would raise at a real connection."""
    with Cloud():
        assert requests.get("https://not-a-service.us-east-1.amazonaws.com/", timeout=1).status_code >= 400


def test_back_off_of_the_sdk_passes_in_virtual_time():
    with Cloud() as cloud:
        client = boto3.client("lambda", config=Config(retries={"mode": "standard", "max_attempts": 3}))

        function("def handler(event, context): return None")
        client.put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.invoke(FunctionName="work")
        assert cloud.elapsed > 0


@pytest.mark.parametrize(
    ("service", "call", "given"),
    [
        ("dynamodb", "put_item", {"TableName": "/x", "Item": {"a": {"S": "1"}}}),
        ("events", "put_rule", {"Name": "!"}),
        ("lambda", "invoke", {"FunctionName": "!"}),
        ("s3", "get_object", {"Bucket": "none", "Key": "k"}),
    ],
)
def test_each_answer_has_a_request_id_also_where_the_model_refuses(service, call, given):
    with Cloud(), pytest.raises(ClientError) as caught:
        getattr(boto3.client(service), call)(**given)
    assert caught.value.response["ResponseMetadata"]["RequestId"]
