"""Seam: moto's Lambda API with our engine behind it. Each test holds moto, or our subclass of it, to something we rely on."""

import json

import boto3
import moto.awslambda.models
import moto.awslambda.utils
import pytest
from botocore.exceptions import ClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends

from motoclock import Cloud
from motoclock.services.lambda_.backend import SevenLambdaBackend, SevenLambdaFunction
from motoclock.services.lambda_.responses import SevenLambdaResponse

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


@pytest.fixture
def client(cloud):
    cloud.deploy(charge)
    return boto3.client("lambda")


def charge(event, context):
    return 1


def test_the_backend_is_ours_whichever_way_moto_looks_for_it(cloud):
    assert isinstance(lambda_backends["123456789012"]["us-east-1"], SevenLambdaBackend)
    assert isinstance(moto.awslambda.utils.get_backend("123456789012", "us-east-1"), SevenLambdaBackend)
    assert isinstance(moto.awslambda.models.get_backend("123456789012", "us-east-1"), SevenLambdaBackend)


def test_every_url_of_moto_is_answered_by_our_responses(cloud):
    backend = lambda_backends["123456789012"]["us-east-1"]
    theirs = LambdaBackend._url_module.fget(LambdaBackend("us-east-1", "123456789012"))
    ours = set(backend._url_module.url_paths)
    assert ours > set(theirs.url_paths)
    added = {path.removesuffix("/?$").rsplit("/", 1)[-1] for path in ours - set(theirs.url_paths)}
    assert added == {"recursion-config", "account-settings", "urls"}
    assert {answer.__self__ for answer in backend.urls.values()} == {SevenLambdaResponse}


def test_what_we_read_of_a_function_is_still_there(client):
    function = lambda_backends["123456789012"]["us-east-1"]._lambdas.get_function_by_name_or_arn_with_qualifier(
        "charge"
    )
    assert isinstance(function, SevenLambdaFunction)
    assert function.code_bytes[:2] == b"PK"
    assert (function.handler, function.timeout, function.memory_size) == ("test_awslambda.charge", 3, 128)
    assert (function.reserved_concurrency, function.environment_vars, function.layers) == (None, {}, [])
    assert (function.event_invoke_config, function.version, len(function.code_sha_256)) == ([], "$LATEST", 44)


def test_moto_still_needs_this_seam():
    plain = LambdaBackend.put_function_event_invoke_config.__code__.co_names
    assert "append" in plain, "moto replaces event invoke configs now: look at lambda_configs.py again"
    assert "dead_letter_config" not in LambdaFunction.get_configuration.__code__.co_names


def test_no_docker_is_ever_asked_for(client, monkeypatch):
    monkeypatch.setattr(LambdaFunction, "_invoke_lambda", lambda *_, **__: pytest.fail("moto ran the function itself"))
    assert client.invoke(FunctionName="charge")["Payload"].read() == b"1"
    assert client.invoke(FunctionName="charge", InvocationType="Event")["StatusCode"] == 202


def test_the_deprecated_invoke_async_queues_too(cloud, client):
    assert client.invoke_async(FunctionName="charge", InvokeArgs=b"{}")["Status"] == 202
    cloud.run()
    assert cloud._world.services.functions.invocations == 1


# ------------------------------------------------------------------ event invoke configs


def test_a_second_put_overwrites_the_first(client):
    client.put_function_event_invoke_config(FunctionName="charge", MaximumRetryAttempts=1, MaximumEventAgeInSeconds=100)
    client.put_function_event_invoke_config(FunctionName="charge", MaximumRetryAttempts=0)
    config = client.get_function_event_invoke_config(FunctionName="charge")
    assert (config["MaximumRetryAttempts"], "MaximumEventAgeInSeconds" in config) == (0, False)
    assert config["FunctionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:charge:$LATEST"
    assert (config["LastModified"].year, config["DestinationConfig"]) == (2030, {"OnSuccess": {}, "OnFailure": {}})


def test_an_update_merges(client):
    client.put_function_event_invoke_config(FunctionName="charge", MaximumRetryAttempts=1)
    client.update_function_event_invoke_config(FunctionName="charge", MaximumEventAgeInSeconds=100)
    config = client.get_function_event_invoke_config(FunctionName="charge")
    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (1, 100)


def test_a_delete_leaves_none(client):
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.update_function_event_invoke_config(FunctionName="charge", MaximumRetryAttempts=1)
    client.put_function_event_invoke_config(FunctionName="charge", MaximumRetryAttempts=1)
    client.delete_function_event_invoke_config(FunctionName="charge")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_event_invoke_config(FunctionName="charge")


def test_each_qualifier_has_its_own_and_all_are_listed(client):
    client.publish_version(FunctionName="charge")
    client.create_alias(FunctionName="charge", Name="live", FunctionVersion="1")
    for qualifier, retries in ((None, 2), ("1", 1), ("live", 0)):
        arguments = {"Qualifier": qualifier} if qualifier else {}
        client.put_function_event_invoke_config(FunctionName="charge", MaximumRetryAttempts=retries, **arguments)
    assert client.get_function_event_invoke_config(FunctionName="charge", Qualifier="1")["MaximumRetryAttempts"] == 1
    listed = client.list_function_event_invoke_configs(FunctionName="charge")["FunctionEventInvokeConfigs"]
    assert [config["MaximumRetryAttempts"] for config in listed] == [2, 1, 0]
    client.delete_function_event_invoke_config(FunctionName="charge", Qualifier="live")
    assert len(client.list_function_event_invoke_configs(FunctionName="charge")["FunctionEventInvokeConfigs"]) == 2


@pytest.mark.parametrize(
    ("outcome", "target"),
    [
        ("OnSuccess", "arn:aws:lambda:us-east-1:123456789012:function:charge"),
        ("OnFailure", "arn:aws:lambda:us-east-1:123456789012:function:charge:live"),
        ("OnSuccess", "arn:aws:s3:::bucket"),
        ("OnFailure", "arn:aws:kinesis:us-east-1:123456789012:stream/s"),
    ],
)
def test_a_destination_that_aws_refuses_is_refused(client, outcome, target):
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.put_function_event_invoke_config(
            FunctionName="charge", DestinationConfig={outcome: {"Destination": target}}
        )


@pytest.mark.parametrize(
    ("outcome", "target"), [("OnFailure", "arn:aws:s3:::bucket"), ("OnSuccess", QUEUE), ("OnFailure", QUEUE)]
)
def test_a_destination_that_aws_takes_is_taken(client, outcome, target):
    client.put_function_event_invoke_config(FunctionName="charge", DestinationConfig={outcome: {"Destination": target}})
    config = client.get_function_event_invoke_config(FunctionName="charge")
    assert config["DestinationConfig"][outcome] == {"Destination": target}


@pytest.mark.parametrize("setting", [{"MaximumRetryAttempts": 3}, {"MaximumEventAgeInSeconds": 21_601}])
def test_settings_out_of_range_are_refused(client, setting):
    with pytest.raises(ClientError, match="Member must have value less than or equal to"):
        client.put_function_event_invoke_config(FunctionName="charge", **setting)


# ------------------------------------------------------------------ function configuration


def test_the_dead_letter_config_is_kept_and_echoed(client):
    assert "DeadLetterConfig" not in client.get_function_configuration(FunctionName="charge")
    client.update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": QUEUE})
    assert client.get_function_configuration(FunctionName="charge")["DeadLetterConfig"] == {"TargetArn": QUEUE}
    client.update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": ""})
    assert "DeadLetterConfig" not in client.get_function_configuration(FunctionName="charge")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="neither an SQS queue nor an SNS topic"):
        client.update_function_configuration(
            FunctionName="charge", DeadLetterConfig={"TargetArn": "arn:aws:lambda:us-east-1:123456789012:function:x"}
        )


def test_a_dead_letter_config_belongs_to_the_version(client):
    client.update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": QUEUE})
    client.publish_version(FunctionName="charge")
    client.update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": ""})
    first = client.get_function_configuration(FunctionName="charge", Qualifier="1")
    assert first["DeadLetterConfig"] == {"TargetArn": QUEUE}


@pytest.mark.parametrize(("setting", "value"), [("Timeout", 901), ("MemorySize", 10_241)])
def test_timeout_and_memory_out_of_range_are_refused(client, setting, value):
    with pytest.raises(ClientError, match="Member must have value less than or equal to"):
        client.update_function_configuration(FunctionName="charge", **{setting: value})
    assert client.get_function_configuration(FunctionName="charge")[setting] != value


def test_lambdas_own_variables_can_not_be_set(client):
    with pytest.raises(
        client.exceptions.InvalidParameterValueException, match="Reserved keys used in this request: AWS_REGION"
    ):
        client.update_function_configuration(FunctionName="charge", Environment={"Variables": {"AWS_REGION": "x"}})


def test_a_function_of_a_template_keeps_its_dead_letter_config(cloud):
    boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    properties = {
        "FunctionName": "templated",
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::123456789012:role/r",
        "Code": {"ZipFile": "def handler(event, context): return 'hi'"},
        "DeadLetterConfig": {"TargetArn": QUEUE},
        "Timeout": "5",
    }
    template = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}}}
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))
    client = boto3.client("lambda")
    configuration = client.get_function_configuration(FunctionName="templated")
    assert (configuration["DeadLetterConfig"], configuration["Timeout"]) == ({"TargetArn": QUEUE}, 5)
    assert json.loads(client.invoke(FunctionName="templated")["Payload"].read()) == "hi"


def test_a_reservation_of_zero_is_shown(client):
    client.put_function_concurrency(FunctionName="charge", ReservedConcurrentExecutions=0)
    assert client.get_function(FunctionName="charge")["Concurrency"] == {"ReservedConcurrentExecutions": 0}
