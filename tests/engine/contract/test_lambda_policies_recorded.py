"""Policies, aliases, revisions, tags and limits of functions, recorded on AWS in November 2025: facts from public snapshots."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engine.contract.test_lambda_recorded import ROLE, create, lam, package, refused

__all__ = ["lam"]  # the fixture
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
S3 = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}


def policy(lam, **named):
    return json.loads(lam.get_policy(FunctionName="f", **named)["Policy"])["Statement"]


@pytest.fixture
def function(lam):
    create(lam)
    return lam


# ---------------------------------------------------------------------- policies


def test_a_function_its_versions_and_its_aliases_have_policies_of_their_own(function):
    function.add_permission(FunctionName="f", StatementId="s", **S3)
    function.publish_version(FunctionName="f")
    assert refused(function.get_policy, FunctionName="f", Qualifier="1")[1:3] == (
        "ResourceNotFoundException", "The resource you requested does not exist.",
    )  # fmt: skip
    function.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    for qualifier in ("1", "live"):
        function.add_permission(FunctionName=f"f:{qualifier}", Qualifier=qualifier, StatementId="s", **S3)
        assert [one["Resource"] for one in policy(function, Qualifier=qualifier)] == [f"{ARN}:{qualifier}"]
    assert [one["Resource"] for one in policy(function)] == [ARN]
    function.remove_permission(FunctionName="f", StatementId="s", Qualifier="live")
    assert len(policy(function, Qualifier="1")) == len(policy(function)) == 1


@pytest.mark.parametrize(
    ("given", "principal", "condition"),
    [
        ({"Principal": "*", "SourceAccount": "123456789012"}, "*", {"StringEquals": {"AWS:SourceAccount": "123456789012"}}),
        ({"Principal": "123456789012"}, {"AWS": "arn:aws:iam::123456789012:root"}, None),
        ({"Principal": "arn:aws:iam::123456789012:user/u"}, {"AWS": "arn:aws:iam::123456789012:user/u"}, None),
        (
            {"Principal": "*", "PrincipalOrgID": "o-1234567890", "SourceAccount": "123456789012", "SourceArn": "arn:aws:s3:::b"},
            "*",
            {
                "StringEquals": {"AWS:SourceAccount": "123456789012", "aws:PrincipalOrgID": "o-1234567890"},
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"},
            },
        ),
        ({"Principal": "*", "EventSourceToken": "amzn1.ask"}, "*", {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask"}}),
    ],
)  # fmt: skip
def test_how_a_statement_is_written(function, given, principal, condition):
    answer = function.add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", **given)
    statement = json.loads(answer["Statement"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert statement == policy(function)[0]
    assert (statement["Principal"], statement.get("Condition")) == (principal, condition)


def test_permissions_that_cant_be_added(function):
    def words(**named):
        return refused(function.add_permission, **{"FunctionName": "f", "StatementId": "s", **S3, **named})[1:3]

    assert words(Qualifier="$LATEST") == (
        "InvalidParameterValueException", "We currently do not support adding policies for $LATEST.",
    )  # fmt: skip
    assert words(Principal="invalid.nonaws.com")[0] == "InvalidParameterValueException"
    assert words(FunctionName="f:none") == ("ResourceNotFoundException", f"Cannot find alias arn: {ARN}:none")
    assert words(Qualifier="42") == ("ResourceNotFoundException", f"Function not found: {ARN}:42")
    assert words(StatementId="example.com")[0] == "ValidationException"
    function.add_permission(FunctionName="f", StatementId="s", **S3)
    assert words()[0] == "ResourceConflictException"


def test_permissions_that_cant_be_removed(function):
    def words(**named):
        return refused(function.remove_permission, **{"FunctionName": "f", "StatementId": "none", **named})[1:3]

    missing = ARN.removesuffix("f") + "missing"
    assert words(FunctionName="missing") == (
        "ResourceNotFoundException",
        f"No policy found for: {missing}",
    )
    assert words() == ("ResourceNotFoundException", "No policy is associated with the given resource.")
    function.add_permission(FunctionName="f", StatementId="s", **S3)
    assert words() == ("ResourceNotFoundException", "Statement none is not found in resource policy.")
    assert words(StatementId="s", RevisionId="wrong")[0] == "PreconditionFailedException"
    revision = function.get_policy(FunctionName="f")["RevisionId"]
    function.remove_permission(FunctionName="f", StatementId="s", RevisionId=revision)
    assert refused(function.get_policy, FunctionName="f")[1] == "ResourceNotFoundException"


# ---------------------------------------------------------------------- aliases and revisions


def test_an_alias_that_points_to_two_versions(function):
    for timeout in (10, 11):
        function.update_function_configuration(FunctionName="f", Timeout=timeout)
        function.publish_version(FunctionName="f")

    def words(version, **weights):
        routes = {"AdditionalVersionWeights": {name.removeprefix("v"): weight for name, weight in weights.items()}}
        return refused(
            function.create_alias, FunctionName="f", Name="live", FunctionVersion=version, RoutingConfig=routes
        )[1:3]

    assert words("1", v2=0.1, v3=0.1) == (
        "InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1",
    )  # fmt: skip
    assert words("1", v1=0.1)[0] == "InvalidParameterValueException"
    assert words("$LATEST", v1=0.1)[1] == "$LATEST is not supported for an alias pointing to more than 1 version"
    assert words("1", v2=2.0)[0] == "ValidationException"
    assert words("1", v10=0.1) == ("ResourceNotFoundException", f"Function not found: {ARN}:10")
    function.create_alias(
        FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )
    found = function.get_function(FunctionName="f", Qualifier="live")["Configuration"]
    assert (found["FunctionArn"], found["Version"]) == (f"{ARN}:live", "1")


def test_a_number_is_no_name_for_an_alias(function):
    assert refused(function.create_alias, FunctionName="f", Name="2024", FunctionVersion="$LATEST")[1:3] == (
        "ValidationException",
        "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression "
        "pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
    )  # fmt: skip


def test_an_update_for_another_revision_is_refused(function):
    words = (
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest "
        "Revision Id"
    )
    function.create_alias(FunctionName="f", Name="live", FunctionVersion="$LATEST")
    for call, given in (
        (function.update_function_code, {"ZipFile": package()}),
        (function.update_function_configuration, {"Timeout": 9}),
        (function.publish_version, {}),
        (function.update_alias, {"Name": "live", "Description": "d"}),
    ):
        answer = refused(call, FunctionName="f", RevisionId="wrong", **given)
        assert answer[:3] == (412, "PreconditionFailedException", words)
        holder = (
            function.get_alias(FunctionName="f", Name="live")
            if "Name" in given
            else function.get_function_configuration(FunctionName="f")
        )
        assert call(FunctionName="f", RevisionId=holder["RevisionId"], **given)["RevisionId"] != holder["RevisionId"]


def test_a_version_is_published_of_the_code_that_is_meant(function):
    code, message = refused(function.publish_version, FunctionName="f", CodeSha256="other")[1:3]
    assert (code, message.partition(" is ")[0]) == ("InvalidParameterValueException", "CodeSHA256 (other)")
    digest = function.get_function_configuration(FunctionName="f")["CodeSha256"]
    assert function.publish_version(FunctionName="f", CodeSha256=digest)["Version"] == "1"


def test_code_that_is_published_at_once_is_a_version_in_the_making(function):
    answer = function.update_function_code(FunctionName="f", ZipFile=package(), Publish=True)
    assert (answer["Version"], answer["State"], answer["StateReasonCode"]) == ("1", "Pending", "Creating")


# ---------------------------------------------------------------------- tags and limits


def test_only_a_function_itself_has_tags_and_fifty_of_them(function):
    before = function.get_function_configuration(FunctionName="f")["RevisionId"]
    tags = {f"key{number}": "v" for number in range(50)}
    assert function.tag_resource(Resource=ARN, Tags=tags)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert function.get_function_configuration(FunctionName="f")["RevisionId"] != before
    too_many = "Number of tags exceeds resource tag limit."
    assert refused(function.tag_resource, Resource=ARN, Tags={"more": "v"})[2] == too_many
    function.publish_version(FunctionName="f")
    for qualifier in ("1", "$LATEST"):
        assert refused(function.tag_resource, Resource=f"{ARN}:{qualifier}", Tags={"a": "b"})[1:3] == (
            "InvalidParameterValueException",
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        )


def test_variables_of_four_kilobytes_and_no_more(lam):
    def variables(size):  # {"V":"..."}
        return {"Variables": {"V": "x" * (size - 8)}}

    answer = refused(create, lam=lam, Environment=variables(4097))
    assert answer[1] == "InvalidParameterValueException"
    assert 'exceeded the 4KB limit. String measured: {"V":"xx' in answer[2]
    assert create(lam, Environment=variables(4096))


def test_an_empty_dead_letter_config_changes_nothing(lam):
    arn = boto3.client("sqs").create_queue(QueueName="dead") and "arn:aws:sqs:us-east-1:123456789012:dead"
    create(lam, DeadLetterConfig={"TargetArn": arn})
    answer = lam.update_function_configuration(FunctionName="f", DeadLetterConfig={})
    assert answer["DeadLetterConfig"] == {"TargetArn": arn}
    assert "DeadLetterConfig" not in lam.update_function_configuration(
        FunctionName="f", DeadLetterConfig={"TargetArn": ""}
    )


def test_the_settings_of_an_account(function):
    found = function.get_account_settings()
    limits, used = found["AccountLimit"], found["AccountUsage"]
    assert (limits["CodeSizeZipped"], limits["CodeSizeUnzipped"]) == (52_428_800, 262_144_000)
    assert (limits["TotalCodeSize"], used["FunctionCount"]) == (80_530_636_800, 1)
    assert used["TotalCodeSize"] == function.get_function_configuration(FunctionName="f")["CodeSize"]


# ---------------------------------------------------------------------- what a request may ask for


def test_aliases_are_made_once_and_listed_by_version(function):
    function.publish_version(FunctionName="f")
    for name, version in (("live", "1"), ("next", "$LATEST")):
        empty = {"AdditionalVersionWeights": {}}
        function.create_alias(FunctionName="f", Name=name, FunctionVersion=version, RoutingConfig=empty)
    answer = refused(function.create_alias, FunctionName="f", Name="live", FunctionVersion="1")
    assert answer[:3] == (409, "ResourceConflictException", f"Alias already exists: {ARN}:live")
    listed = function.list_aliases(FunctionName="f", FunctionVersion="1")["Aliases"]
    assert [(alias["Name"], "RoutingConfig" in alias) for alias in listed] == [("live", False)]


def test_event_invoke_configs_a_page_at_a_time(function):
    function.publish_version(FunctionName="f")
    for qualifier in ("$LATEST", "1"):
        function.put_function_event_invoke_config(FunctionName="f", Qualifier=qualifier, MaximumRetryAttempts=1)
    pages = list(
        function.get_paginator("list_function_event_invoke_configs").paginate(
            FunctionName="f", PaginationConfig={"PageSize": 1}
        )
    )
    found = [one["FunctionArn"] for page in pages for one in page["FunctionEventInvokeConfigs"]]
    assert (len(pages), sorted(found)) == (2, [f"{ARN}:$LATEST", f"{ARN}:1"])


def test_event_invoke_configs_of_what_is_not_there(function):
    missing = "The function doesn't exist."
    none = f"The function {ARN}:none:$LATEST doesn't have an EventInvokeConfig".replace(":f:none", ":none")
    assert refused(function.put_function_event_invoke_config, FunctionName="none", MaximumRetryAttempts=1)[2] == missing
    assert refused(function.list_function_event_invoke_configs, FunctionName="none")[2] == missing
    assert refused(function.get_function_event_invoke_config, FunctionName="none")[2] == none
    assert refused(function.delete_function_event_invoke_config, FunctionName="none")[2] == none
    assert refused(function.put_function_event_invoke_config, FunctionName="none")[1:3] == (
        "InvalidParameterValueException", "You must specify at least one of error handling or destination setting.",
    )  # fmt: skip


def test_mappings_of_a_function_that_is_not_there(lam):
    assert lam.list_event_source_mappings(FunctionName="none")["EventSourceMappings"] == []
    url = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    words = refused(lam.create_event_source_mapping, FunctionName="none", EventSourceArn=arn)[1:3]
    assert words == ("InvalidParameterValueException", "Function does not exist")
    words = refused(lam.create_event_source_mapping, FunctionName="none")[1:3]
    assert words == ("InvalidParameterValueException", "Unrecognized event source.")


def test_no_filters_are_no_criteria(function):
    """Recorded on AWS, December 2025."""
    boto3.client("sqs").create_queue(QueueName="q")
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    answer = function.create_event_source_mapping(FunctionName="f", EventSourceArn=arn, FilterCriteria={"Filters": []})
    assert "FilterCriteria" not in answer


def test_tags_are_taken_off_by_their_keys(function):
    with pytest.raises(ClientError):
        function.untag_resource(Resource=ARN, TagKeys=[])


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        ("non-existent-runtime", "Value non-existent-runtime at 'runtime' failed to satisfy constraint"),
        ("PYTHON3.12", "Value PYTHON3.12 at 'runtime' failed to satisfy constraint"),
        ("python3.7", "The runtime parameter of python3.7 is no longer supported"),
        ("nodejs12.x", "The runtime parameter of nodejs12.x is no longer supported"),
    ],
)
def test_runtimes_that_no_function_can_have(function, runtime, words):
    """Recorded on AWS, November 2025 and January 2026."""
    code, message = refused(function.update_function_configuration, FunctionName="f", Runtime=runtime)[1:3]
    assert code == "InvalidParameterValueException"
    assert message.startswith(words)


def test_a_name_of_more_than_64_characters(lam):
    name = "a" * 65
    answer = refused(
        lam.create_function,
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler="a.b",
        Code={"ZipFile": package()},
    )
    assert answer[1:3] == (
        "InvalidParameterValueException",
        f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less "
        "than or equal to 64",
    )
