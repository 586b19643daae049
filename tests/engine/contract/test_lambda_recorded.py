"""What Lambda says of a function and of what is missing, recorded on AWS in November 2025: facts from public snapshots."""

import io
import re
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/r"
COMMON = {
    "Architectures": ["x86_64"], "Description": "", "EphemeralStorage": {"Size": 512}, "FunctionName": "f", "Handler": "app.handler",
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}, "MemorySize": 128, "PackageType": "Zip", "Role": ROLE,
    "Runtime": "python3.12", "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"}, "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
}  # fmt: skip
OWN = (
    "CodeSha256",
    "CodeSize",
    "FunctionArn",
    "LastModified",
    "RevisionId",
    "RuntimeVersionConfig",
    "Version",
    "ResponseMetadata",
)


@pytest.fixture
def lam(cloud):
    boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    return boto3.client("lambda")


def package() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return 1")
    return packed.getvalue()


def create(lam, **more):
    return lam.create_function(
        FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": package()}, **more
    )


def said(answer: dict) -> dict:
    """What is the same in every run; the rest is there and has its form."""
    assert set(OWN) - {"ResponseMetadata"} <= set(answer)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", answer["LastModified"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["RevisionId"])
    runtime = answer["RuntimeVersionConfig"]["RuntimeVersionArn"]
    assert re.fullmatch(r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}", runtime)
    return {name: value for name, value in answer.items() if name not in OWN}


def test_a_new_function_is_pending_and_then_active(lam):
    reason = "The function is being created."
    created = create(lam)
    assert said(created) == {**COMMON, "State": "Pending", "StateReason": reason, "StateReasonCode": "Creating"}
    found = lam.get_function_configuration(FunctionName="f")
    assert said(found) == {**COMMON, "State": "Active", "LastUpdateStatus": "Successful"}
    lam.get_waiter("function_active_v2").wait(FunctionName="f")


def test_a_change_is_in_progress_and_then_done(lam):
    create(lam)
    reason = "The function is being created."
    going = {
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": reason,
        "LastUpdateStatusReasonCode": "Creating",
    }
    changed = lam.update_function_configuration(FunctionName="f", Timeout=10)
    assert said(changed) == {**COMMON, "Timeout": 10, "State": "Active", **going}
    assert said(lam.get_function_configuration(FunctionName="f"))["LastUpdateStatus"] == "Successful"
    assert said(lam.update_function_code(FunctionName="f", ZipFile=package())) == said(changed)
    lam.get_waiter("function_updated_v2").wait(FunctionName="f")


JSON = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"LogFormat": "JSON"}, JSON),
        ({"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}, {**JSON, "ApplicationLogLevel": "DEBUG"}),
        ({"LogFormat": "JSON", "SystemLogLevel": "DEBUG"}, {**JSON, "SystemLogLevel": "DEBUG"}),
        ({"LogGroup": "cool"}, {"LogFormat": "Text", "LogGroup": "cool"}),
    ],
)
def test_where_and_how_a_function_logs(lam, given, told):
    create(lam)
    want = {"LogGroup": "/aws/lambda/f", **told}
    assert lam.update_function_configuration(FunctionName="f", LoggingConfig=given)["LoggingConfig"] == want
    assert lam.get_function_configuration(FunctionName="f")["LoggingConfig"] == want


def test_levels_go_with_the_format_that_has_them(lam):
    create(lam, LoggingConfig={"LogFormat": "JSON"})
    changed = lam.update_function_configuration(FunctionName="f", LoggingConfig={"LogFormat": "Text"})
    assert changed["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}


def test_a_function_logs_to_the_group_that_it_names(lam):
    """Lambda developer guide, monitoring-cloudwatchlogs-loggroups: the stream's name then has the function's."""
    create(lam, LoggingConfig={"LogGroup": "shared"})
    lam.invoke(FunctionName="f")
    logs = boto3.client("logs")
    [stream] = logs.describe_log_streams(logGroupName="shared")["logStreams"]
    assert stream["logStreamName"].startswith("2030/01/01/f[$LATEST]")
    lines = logs.get_log_events(logGroupName="shared", logStreamName=stream["logStreamName"])["events"]
    assert any(line["message"].startswith("START RequestId: ") for line in lines)


def test_snapshots_are_taken_of_versions(lam):
    """The first recorded in January 2026; that the version's is there at once is modelled."""
    create(lam)
    changed = lam.update_function_configuration(FunctionName="f", SnapStart={"ApplyOn": "PublishedVersions"})
    assert changed["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}
    assert lam.publish_version(FunctionName="f")["SnapStart"]["OptimizationStatus"] == "On"


def test_what_is_left_of_a_vpc(lam):
    vpc = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    assert "VpcConfig" not in create(lam)
    within = lam.update_function_configuration(FunctionName="f", VpcConfig=vpc)["VpcConfig"]
    assert within.pop("VpcId").startswith("vpc-")
    assert within == {**vpc, "Ipv6AllowedForDualStack": False}
    without = {"SubnetIds": [], "SecurityGroupIds": []}
    changed = lam.update_function_configuration(FunctionName="f", VpcConfig=without)
    assert changed["VpcConfig"] == {**without, "VpcId": "", "Ipv6AllowedForDualStack": False}


def test_every_change_is_a_revision_of_its_own(lam):
    seen = [create(lam)["RevisionId"], lam.get_function_configuration(FunctionName="f")["RevisionId"]]
    seen.append(lam.update_function_configuration(FunctionName="f", Timeout=10)["RevisionId"])
    seen.append(lam.update_function_code(FunctionName="f", ZipFile=package())["RevisionId"])
    seen.append(lam.publish_version(FunctionName="f")["RevisionId"])
    seen.append(lam.get_function_configuration(FunctionName="f")["RevisionId"])
    assert len(set(seen)) == 6
    lam.update_function_code(FunctionName="f", ZipFile=package(), DryRun=True)
    assert lam.get_function_configuration(FunctionName="f")["RevisionId"] == seen[5]


def test_errors_have_the_members_of_their_shape(lam):
    with pytest.raises(ClientError) as caught:
        lam.get_function(FunctionName="gone")
    answer = caught.value.response
    words = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:gone"
    assert answer["Error"] == {"Code": "ResourceNotFoundException", "Message": words}
    assert (answer["Message"], answer["Type"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (words, "User", 404)
    create(lam)
    with pytest.raises(ClientError) as caught:
        create(lam)
    answer = caught.value.response
    assert (answer["Type"], answer["message"]) == ("User", answer["Error"]["Message"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 409


# ---------------------------------------------------------------------- names, November 2025


def refused(call, **arguments):
    """Status, code, message, and the members that an error has beside these."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    told = caught.value.response
    status, error = told["ResponseMetadata"]["HTTPStatusCode"], told["Error"]
    return status, error["Code"], error["Message"], told.keys() - {"ResponseMetadata", "Error"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"FunctionName": "f!"}, "'f!' at 'functionName' failed to satisfy constraint: Member must satisfy regular"),
        ({"FunctionName": "f" * 257}, "at 'functionName' failed to satisfy constraint: Member must have length less"),
        ({"FunctionName": "f", "Qualifier": "a!"}, "'a!' at 'qualifier' failed to satisfy constraint: Member must satisfy"),
    ],
)  # fmt: skip
def test_a_name_that_none_can_have_is_refused_before_it_is_looked_for(lam, arguments, says):
    for call in (lam.get_function, lam.get_function_configuration, lam.invoke, lam.delete_function):
        status, code, message, more = refused(call, **arguments)
        assert (status, code, more) == (400, "ValidationException", set())
        assert message.startswith("1 validation error detected: Value ") and says in message


def test_two_qualifiers_that_differ(lam):
    create(lam)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f:1"
    for name in ("f:1", arn):
        status, code, message, more = refused(lam.get_function, FunctionName=name, Qualifier="$LATEST")
        assert (status, code, more) == (400, "InvalidParameterValueException", {"Type", "message"})
        assert message == "The derived qualifier from the function name does not match the specified qualifier."
    assert refused(lam.delete_function, FunctionName="f:$LATEST")[1:3] == (
        "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.",
    )  # fmt: skip


def test_a_function_of_another_region(lam):
    create(lam)
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:f"
    for call in (lam.get_function, lam.get_function_concurrency, lam.get_function_event_invoke_config, lam.invoke):
        status, code, message, more = refused(call, FunctionName=arn)
        assert (status, code, more) == (404, "ResourceNotFoundException", {"Type", "Message"})
        assert message == "Functions from 'eu-central-1' are not reachable in this region ('us-east-1')"


def test_an_environment_that_was_given_is_shown_though_it_is_empty(lam):
    assert create(lam, Environment={"Variables": {}})["Environment"] == {"Variables": {}}
    assert lam.get_function_configuration(FunctionName="f")["Environment"] == {"Variables": {}}


@pytest.mark.parametrize(
    "form", ["f", "function:f", "123456789012:function:f", "arn:aws:lambda:us-east-1:123456789012:function:f"]
)
def test_a_function_is_found_by_its_name_its_arn_and_a_part_of_that(lam, form):
    """API reference, FunctionName: "Function name, Function ARN, Partial ARN"; recorded of updates in November 2025."""
    create(lam)
    boto3.client("sqs").create_queue(QueueName="q")
    name = {"FunctionName": form}
    assert lam.update_function_configuration(**name, Timeout=5)["Timeout"] == 5
    assert lam.update_function_code(**name, ZipFile=package())["FunctionName"] == "f"
    lam.publish_version(**name)
    lam.create_alias(**name, Name="live", FunctionVersion="1")
    answer = lam.update_alias(**name, Name="live", Description="d")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert [alias["Name"] for alias in lam.list_aliases(**name)["Aliases"]] == ["live"]
    lam.put_function_concurrency(**name, ReservedConcurrentExecutions=5)
    assert lam.get_function_concurrency(**name)["ReservedConcurrentExecutions"] == 5
    lam.add_permission(**name, StatementId="s", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")
    assert "s3.amazonaws.com" in lam.get_policy(**name)["Policy"]
    lam.put_function_event_invoke_config(**name, MaximumRetryAttempts=1)
    assert lam.get_function_event_invoke_config(**name)["MaximumRetryAttempts"] == 1
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    assert lam.create_event_source_mapping(**name, EventSourceArn=arn)["FunctionArn"].endswith(":function:f")
    assert lam.invoke(**name)["Payload"].read() == b"1"
    assert lam.get_alias(FunctionName=form, Name="live")["FunctionVersion"] == "1"
    qualified = f"{form}:live"
    assert lam.get_function(FunctionName=qualified)["Configuration"]["Version"] == "1"


def test_a_version_that_is_not_there_can_be_deleted(lam):
    create(lam)
    lam.delete_function(FunctionName="f", Qualifier="1233")
    assert refused(lam.delete_function, FunctionName="none", Qualifier="1")[1] == "ResourceNotFoundException"
    assert lam.get_function(FunctionName="f")


def test_an_arn_without_a_name_is_taken_for_a_function_called_function(lam):
    incomplete = "arn:aws:lambda:us-east-1:123456789012:function"
    for call, qualifier in ((lam.get_function, ""), (lam.delete_function, ""), (lam.invoke, ":$LATEST")):
        words = f"Function not found: {incomplete}:function{qualifier}"
        assert refused(call, FunctionName=incomplete)[:3] == (404, "ResourceNotFoundException", words)
