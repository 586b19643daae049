"""URLs of functions and what is told of layers, recorded on AWS in November 2025: facts from public snapshots."""

import boto3
import pytest

from tests.engine.contract.test_lambda_recorded import create, lam, package
from tests.engine.refusals import refused_with_status

__all__ = ["lam"]  # the fixture
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
GONE = (404, "ResourceNotFoundException", "The resource you requested does not exist.")
NO_FUNCTION = (404, "ResourceNotFoundException", "Function does not exist")


@pytest.fixture
def function(lam):
    create(lam)
    lam.publish_version(FunctionName="f")
    lam.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    return lam


def told(answer):
    return {name: value for name, value in answer.items() if name not in ("FunctionUrl", "ResponseMetadata")}


def test_a_url_is_told_of_in_three_ways(cloud, function):
    made = function.create_function_url_config(FunctionName="f", AuthType="NONE")
    assert made["FunctionUrl"].startswith("https://") and made["FunctionUrl"].endswith(".lambda-url.us-east-1.on.aws/")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    at = "2030-01-01T00:00:00.000000000Z"
    assert told(made) == {"FunctionArn": ARN, "AuthType": "NONE", "CreationTime": at}
    cloud.run(seconds=1)
    changed = function.update_function_url_config(FunctionName="f", AuthType="AWS_IAM")
    later = "2030-01-01T00:00:01.000000000Z"
    assert told(changed) == {"FunctionArn": ARN, "AuthType": "AWS_IAM", "CreationTime": at, "LastModifiedTime": later}
    found = function.get_function_url_config(FunctionName="f")
    assert told(found) == {**told(changed), "InvokeMode": "BUFFERED"}
    streamed = function.update_function_url_config(FunctionName="f", InvokeMode="RESPONSE_STREAM")
    assert streamed["InvokeMode"] == "RESPONSE_STREAM"


def test_a_function_has_one_and_each_alias_one(function):
    function.create_function_url_config(FunctionName="f", AuthType="NONE")
    words = f"Failed to create function url config for [functionArn = {ARN}]. Error message:  "
    assert refused_with_status(function.create_function_url_config, FunctionName="f", AuthType="NONE") == (
        409,
        "ResourceConflictException",
        f"{words}FunctionUrlConfig exists for this Lambda function",
    )
    function.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")
    listed = function.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]
    assert [one["FunctionArn"] for one in listed] == [ARN, f"{ARN}:live"]
    first = function.list_function_url_configs(FunctionName="f", MaxItems=1)
    rest = function.list_function_url_configs(FunctionName="f", Marker=first["NextMarker"])
    assert [one["FunctionArn"] for one in rest["FunctionUrlConfigs"]] == [f"{ARN}:live"] and "NextMarker" not in rest
    function.delete_function_url_config(FunctionName="f")
    assert refused_with_status(function.get_function_url_config, FunctionName="f") == GONE
    assert function.get_function_url_config(FunctionName="f", Qualifier="live")["FunctionArn"] == f"{ARN}:live"


@pytest.mark.parametrize("whose", [{"FunctionName": "none"}, {"FunctionName": "f", "Qualifier": "none"}])
def test_what_is_not_there_has_no_url(function, whose):
    assert refused_with_status(function.create_function_url_config, **whose, AuthType="NONE") == NO_FUNCTION
    assert refused_with_status(function.update_function_url_config, **whose, AuthType="NONE") == NO_FUNCTION
    assert refused_with_status(function.get_function_url_config, **whose) == GONE
    assert refused_with_status(function.delete_function_url_config, **whose) == GONE
    if "Qualifier" not in whose:
        assert refused_with_status(function.list_function_url_configs, **whose) == NO_FUNCTION


def test_a_url_goes_with_its_function(function):
    function.create_function_url_config(FunctionName="f", AuthType="NONE")
    function.delete_function(FunctionName="f")
    create(function)
    assert refused_with_status(function.get_function_url_config, FunctionName="f") == GONE


def test_a_mode_that_no_url_has(function):
    said = refused_with_status(function.create_function_url_config, FunctionName="f", AuthType="NONE", InvokeMode="X")
    assert said[1:] == (
        "ValidationException",
        "1 validation error detected: Value 'X' at 'invokeMode' failed to satisfy constraint: Member must satisfy enum value set: "
        "[RESPONSE_STREAM, BUFFERED]",
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"CompatibleRuntimes": [], "CompatibleArchitectures": ["x86_64"]},
        {"CompatibleRuntimes": ["python3.12"], "LicenseInfo": "MIT", "Description": "d"},
    ],
)
def test_a_layer_tells_of_what_was_given_and_of_its_description(cloud, given):
    lam = boto3.client("lambda")
    made = lam.publish_layer_version(LayerName="l", Content={"ZipFile": package()}, **given)
    names = {"Description", "LicenseInfo", "CompatibleRuntimes", "CompatibleArchitectures"}
    assert {name: value for name, value in made.items() if name in names} == {"Description": "", **given}
    found = lam.get_layer_version(LayerName="l", VersionNumber=1)
    assert {name: value for name, value in found.items() if name in names} == {"Description": "", **given}


def test_layers_count_as_stored_code(cloud):
    lam = boto3.client("lambda")
    for _ in range(2):
        size = lam.publish_layer_version(LayerName="l", Content={"ZipFile": package()})["Content"]["CodeSize"]
    assert lam.get_account_settings()["AccountUsage"]["TotalCodeSize"] == 2 * size
