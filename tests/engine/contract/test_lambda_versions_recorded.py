"""Versions, revisions and sizes of Lambda, recorded on AWS in November 2025 or said in its guide: facts from public snapshots."""

import base64

import boto3
import pytest

from motoclock.facts import lambda_ as facts
from tests.clients import updated
from tests.engine.packages import package
from tests.engine.refusals import refused_with_status as refused

ROLE = "arn:aws:iam::123456789012:role/r"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


def new(name: str = "f", **more):
    given = {"FunctionName": name, "Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler"}
    return {**given, "Code": {"ZipFile": package()}, **more}


@pytest.fixture
def function(cloud):
    boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    lam = boto3.client("lambda")
    lam.create_function(**new())
    return lam


def publish(lam):
    return lam.publish_version(FunctionName="f")["Version"]


def change(lam, timeout):
    lam.update_function_configuration(FunctionName="f", Timeout=timeout)
    updated("f")


def test_what_did_not_change_is_not_published_anew(function):
    change(function, 5)
    assert [publish(function), publish(function)] == ["1", "1"]
    change(function, 6)
    assert [publish(function), publish(function)] == ["2", "2"]


def test_the_number_of_a_version_is_never_used_again(function):
    """Lambda developer guide, configuration-versions: not even for a function that is deleted and made anew."""
    publish(function)
    change(function, 5)
    publish(function)
    function.delete_function(FunctionName="f", Qualifier="1")
    change(function, 6)
    assert publish(function) == "3"
    function.delete_function(FunctionName="f")
    function.create_function(**new())
    assert publish(function) == "4"


def test_a_version_stays_one_revision(function):
    published = function.publish_version(FunctionName="f")["RevisionId"]
    change(function, 5)
    assert function.get_function_configuration(FunctionName="f", Qualifier="1")["RevisionId"] == published
    latest, first = function.list_versions_by_function(FunctionName="f")["Versions"]
    assert first["RevisionId"] == published
    assert latest["RevisionId"] == function.get_function_configuration(FunctionName="f")["RevisionId"]


def test_lists_of_all_versions_after_a_run(function):
    """moto would copy the Cloud with each function."""
    publish(function)
    function.invoke(FunctionName="f")
    listed = function.list_functions(FunctionVersion="ALL")["Functions"]
    assert [each["FunctionArn"] for each in listed] == [f"{ARN}:$LATEST", f"{ARN}:1"]
    assert function.get_account_settings()["AccountUsage"]["FunctionCount"] == 1


def test_a_destination_that_is_no_function(function):
    gone = "arn:aws:lambda:us-east-1:123456789012:function:gone"
    given = {"FunctionName": "f", "DestinationConfig": {"OnSuccess": {"Destination": gone}}}
    words = f"The destination ARN {gone} is invalid."
    assert refused(function.put_function_event_invoke_config, **given) == (400, "InvalidParameterValueException", words)
    function.create_function(**new("gone"))
    function.put_function_event_invoke_config(**given)


def test_a_package_of_just_the_limit_is_too_large(function):
    limit = facts.PACKAGE_UNZIPPED_MAX_BYTES.value
    words = f"Unzipped size must be smaller than {limit} bytes"
    large = {"ZipFile": package("#" * limit)}
    assert refused(function.create_function, **new("g", Code=large)) == (400, "InvalidParameterValueException", words)


def test_a_request_that_is_too_large(function):
    limit = facts.CREATE_REQUEST_MAX_BYTES.value
    words = f"Request must be smaller than {limit} bytes for the CreateFunction operation"
    large = new("g", Environment={"Variables": {"k": "v" * limit}})
    assert refused(function.create_function, **large) == (413, "RequestEntityTooLargeException", words)


def test_the_log_tail_begins_with_the_request(function):
    """Though the environment is new: its own line is in the log stream only."""
    tail = base64.b64decode(function.invoke(FunctionName="f", LogType="Tail")["LogResult"]).decode()
    assert tail.startswith("START RequestId: ")
    lines = boto3.client("logs").filter_log_events(logGroupName="/aws/lambda/f")["events"]
    assert lines[0]["message"].startswith("INIT_START")
