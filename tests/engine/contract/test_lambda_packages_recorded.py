"""What a function's code and layers may be, and what Lambda says in lists and errors, recorded on AWS: facts from public snapshots."""

import json

import boto3
import pytest

from motoclock.facts import lambda_ as facts
from tests.engine.packages import package
from tests.engine.refusals import refused_with_status as refused

ROLE = "arn:aws:iam::123456789012:role/r"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
NEW = {"FunctionName": "f", "Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler"}


@pytest.fixture
def lam(cloud):
    boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    return boto3.client("lambda")


@pytest.fixture
def function(lam):
    lam.create_function(**NEW, Code={"ZipFile": package()})
    return lam


def bad_parameter(words):
    return 400, "InvalidParameterValueException", words


# ---------------------------------------------------------------------- packages, November 2025 and January 2026


def test_what_is_no_zip_is_refused_when_it_is_given(lam):
    words = "Could not unzip uploaded file. Please check your file, then try to upload again."
    assert refused(lam.create_function, **NEW, Code={"ZipFile": b"no zip"}) == bad_parameter(words)
    lam.create_function(**NEW, Code={"ZipFile": package()})
    assert refused(lam.update_function_code, FunctionName="f", ZipFile=b"no zip") == bad_parameter(words)
    assert lam.invoke(FunctionName="f")["Payload"].read() == b"1"


@pytest.mark.parametrize(
    ("bucket", "words"),
    [
        ("nowhere", "NoSuchBucket. S3 Error Message: The specified bucket does not exist"),
        ("code", "NoSuchKey. S3 Error Message: The specified key does not exist."),
    ],
)
def test_code_that_is_not_in_its_bucket(function, bucket, words):
    boto3.client("s3").create_bucket(Bucket="code")
    place = {"S3Bucket": bucket, "S3Key": "k.zip"}
    words = f"Error occurred while GetObject. S3 Error Code: {words}"
    assert refused(function.create_function, **{**NEW, "FunctionName": "g"}, Code=place) == bad_parameter(words)
    assert [each["FunctionName"] for each in function.list_functions()["Functions"]] == ["f"]
    assert refused(function.update_function_code, FunctionName="f", **place) == bad_parameter(words)
    assert function.invoke(FunctionName="f")["Payload"].read() == b"1"


def test_code_that_is_in_its_bucket(function):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="k.zip", Body=package("def handler(event, context): return 2"))
    function.update_function_code(FunctionName="f", S3Bucket="code", S3Key="k.zip")
    assert function.invoke(FunctionName="f")["Payload"].read() == b"2"


def test_a_module_that_raises_has_no_request_yet(lam):
    lam.create_function(**NEW, Code={"ZipFile": package("raise ValueError('not today')")})
    told = json.loads(lam.invoke(FunctionName="f")["Payload"].read())
    assert (told["errorType"], told["errorMessage"], told["requestId"]) == ("ValueError", "not today", "")


# ---------------------------------------------------------------------- layers, November 2025 and January 2026


def layer(lam, name: str = "l") -> str:
    return lam.publish_layer_version(LayerName=name, Content={"ZipFile": package()})["LayerVersionArn"]


def test_layers_that_no_function_can_have(function):
    first, second = layer(function), layer(function)

    def told(*layers):
        return refused(function.update_function_configuration, FunctionName="f", Layers=list(layers))

    many = [layer(function, f"l{number}") for number in range(facts.LAYERS_MAX.value + 1)]
    assert told(*many) == bad_parameter("Cannot reference more than 5 layers.")
    for gone in (first[:-1] + "9", first.replace(":l:", ":gone:")):
        assert told(gone) == bad_parameter(f"Layer version {gone} does not exist.")
    same = "Two different versions of the same layer are not allowed to be referenced in the same function."
    for other in (first, second):
        assert told(first, other) == bad_parameter(f"{same} {first} and {other} are versions of the same layer.")
    elsewhere = "Layers are not in the same region as the function. Layers are expected to be in region us-east-1."
    assert told(first.replace("us-east-1", "eu-central-1")) == bad_parameter(elsewhere)
    new = {**NEW, "FunctionName": "g", "Code": {"ZipFile": package()}}
    assert refused(function.create_function, **new, Layers=many)[1] == "InvalidParameterValueException"
    function.update_function_configuration(FunctionName="f", Layers=many[:-1])


def test_a_layer_that_is_not_there(lam):
    layer(lam)
    missing = 404, "ResourceNotFoundException", "The resource you requested does not exist."
    assert refused(lam.get_layer_version, LayerName="l", VersionNumber=2) == missing
    assert refused(lam.get_layer_version, LayerName="gone", VersionNumber=1) == missing
    lam.delete_layer_version(LayerName="gone", VersionNumber=1)
    for call in (lam.get_layer_version, lam.delete_layer_version):
        assert refused(call, LayerName="l", VersionNumber=0) == bad_parameter("Layer Version Cannot be less than 1")


# ---------------------------------------------------------------------- lists, revisions, words, November 2025


def test_a_list_says_nothing_of_states(function):
    function.publish_version(FunctionName="f")
    known = function.get_function_configuration(FunctionName="f")
    silent = {"State", "LastUpdateStatus", "RuntimeVersionConfig", "ResponseMetadata"}
    for listed in (
        *function.list_functions()["Functions"],
        *function.list_versions_by_function(FunctionName="f")["Versions"],
    ):
        assert known.keys() - listed.keys() == silent


def test_a_function_that_is_made_anew_is_another_revision(function):
    before = function.get_function_configuration(FunctionName="f")["RevisionId"]
    function.delete_function(FunctionName="f")
    function.create_function(**NEW, Code={"ZipFile": package()})
    assert function.get_function_configuration(FunctionName="f")["RevisionId"] != before


def test_what_is_missing_is_named_with_its_version(lam):
    words = f"Function not found: {ARN}:$LATEST"
    assert refused(lam.invoke, FunctionName="f") == (404, "ResourceNotFoundException", words)
    reserve = {"FunctionName": "f", "ReservedConcurrentExecutions": 1}
    assert refused(lam.put_function_concurrency, **reserve) == (404, "ResourceNotFoundException", words)
    assert refused(lam.invoke, FunctionName="f", Qualifier="live")[2] == f"Function not found: {ARN}:live"


def test_only_a_function_itself_reserves_concurrency(function):
    words = (
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify "
        "either a function name or an unqualified function ARN."
    )
    reserve = {"FunctionName": f"{ARN}:1", "ReservedConcurrentExecutions": 1}
    assert refused(function.put_function_concurrency, **reserve) == bad_parameter(words)


def test_an_alias_that_is_not_there_is_not_updated(function):
    missing = 404, "ResourceNotFoundException", f"Alias not found: {ARN}:live"
    assert refused(function.update_alias, FunctionName="f", Name="live") == missing


def test_no_tag_keys_break_the_model(function):
    words = "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"
    assert refused(function.untag_resource, Resource=ARN, TagKeys=[]) == (400, "ValidationException", words)


def test_a_list_that_is_too_long_is_shown(lam):
    new = {**NEW, "Code": {"ZipFile": package()}, "Architectures": ["x86_64", "arm64"]}
    words = "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1"
    assert refused(lam.create_function, **new) == (400, "ValidationException", f"1 validation error detected: {words}")


# ---------------------------------------------------------------------- mappings, November 2025


def test_a_setting_of_streams_is_refused_before_the_function_is_looked_for(lam):
    queue = "arn:aws:sqs:us-east-1:123456789012:q"
    wanted = {"FunctionName": "f", "EventSourceArn": queue, "DestinationConfig": {"OnFailure": {"Destination": queue}}}
    words = "Unsupported DestinationConfig parameter for given event source mapping type."
    assert refused(lam.create_event_source_mapping, **wanted) == bad_parameter(words)


def test_a_mapping_that_is_changed_has_no_last_result(cloud, function):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    uuid = function.create_event_source_mapping(FunctionName="f", EventSourceArn=arn)["UUID"]
    sqs.send_message(QueueUrl=url, MessageBody="1")
    cloud.run()
    assert function.get_event_source_mapping(UUID=uuid)["LastProcessingResult"] == "OK"
    assert "LastProcessingResult" not in function.update_event_source_mapping(UUID=uuid, BatchSize=5)
    assert "LastProcessingResult" not in function.get_event_source_mapping(UUID=uuid)
    sqs.send_message(QueueUrl=url, MessageBody="2")
    cloud.run()
    assert function.get_event_source_mapping(UUID=uuid)["LastProcessingResult"] == "OK"
