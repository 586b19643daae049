"""Seam: the course's resource types in templates. Each test holds moto, botocore or AWS's schemas to something we rely on."""

import inspect
import json
import sys
from importlib.metadata import distribution
from pathlib import Path

import boto3
import pytest

from motoclock import Cloud

# AWS's own schemas, which cfn-lint brings. To load cfn-lint itself is to load seven hundred modules, algebra among them.
SCHEMAS = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas")))

# The call that makes most of a type. The others are made of attributes in text, or of several calls.
CALLS = {
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarm"),
    "AWS::DynamoDB::Table": ("dynamodb", "CreateTable"),
    "AWS::Events::ApiDestination": ("events", "CreateApiDestination"),
    "AWS::Events::Archive": ("events", "CreateArchive"),
    "AWS::Events::Connection": ("events", "CreateConnection"),
    "AWS::Events::EventBus": ("events", "CreateEventBus"),
    "AWS::Events::Rule": ("events", "PutRule"),
    "AWS::Kinesis::StreamConsumer": ("kinesis", "RegisterStreamConsumer"),
    "AWS::Lambda::Alias": ("lambda", "CreateAlias"),
    "AWS::Lambda::EventInvokeConfig": ("lambda", "PutFunctionEventInvokeConfig"),
    "AWS::Lambda::EventSourceMapping": ("lambda", "CreateEventSourceMapping"),
    "AWS::Lambda::Function": ("lambda", "CreateFunction"),
    "AWS::Lambda::LayerVersion": ("lambda", "PublishLayerVersion"),
    "AWS::Lambda::Permission": ("lambda", "AddPermission"),
    "AWS::Lambda::Url": ("lambda", "CreateFunctionUrlConfig"),
    "AWS::Lambda::Version": ("lambda", "PublishVersion"),
    "AWS::Pipes::Pipe": ("pipes", "CreatePipe"),
    "AWS::Scheduler::Schedule": ("scheduler", "CreateSchedule"),
}
# What templates say and the call doesn't take: our modules give it to another call, or nothing in the course asks for it.
ELSEWHERE = {
    "AWS::DynamoDB::Table": {
        "GlobalSecondaryIndexes/ContributorInsightsSpecification",
        "SSESpecification/SSEEnabled",
        "StreamSpecification/ResourcePolicy",
        "StreamSpecification/Tags",
        "TimeToLiveSpecification",
    },
    "AWS::Events::Archive": {"SourceArn"},
    "AWS::Events::Connection": {
        "AuthParameters/ConnectivityParameters/ResourceParameters/ResourceAssociationArn",
        "InvocationConnectivityParameters/ResourceParameters/ResourceAssociationArn",
    },
    "AWS::Events::Rule": {"Targets"},
    "AWS::Lambda::Url": {"TargetFunctionArn"},
    "AWS::Lambda::Function": {"RecursiveLoop", "ReservedConcurrentExecutions", "SnapStartResponse"},
}
# What AWS tells of a resource and nobody here can.
UNTOLD = {
    "AWS::Events::Connection": {"AuthParameters", "InvocationConnectivityParameters"},
    "AWS::Kinesis::Stream": {"WarmThroughputObject"},
    "AWS::Lambda::Function": {"SnapStartResponse"},
    "AWS::Scheduler::ScheduleGroup": {"CreationDate", "LastModificationDate"},
}
# Properties whose change means another resource on AWS, which we don't tell apart or do without.
UNREPLACED = {
    "AWS::Kinesis::StreamConsumer": {"Tags"},
    "AWS::Pipes::Pipe": {"SourceParameters"},
}


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        boto3.client("cloudformation").list_stacks()
        yield cloud


@pytest.fixture
def ours(cloud):
    """Loaded when it is needed, as it is for a learner, for a third of moto comes along."""
    from motoclock.extras.cloudformation import types

    return {one.TYPE: one for one in types.all_types()}


def schema(type_name):
    by_type = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text(encoding="utf-8"))
    return json.loads((SCHEMAS / "resources" / f"{by_type[type_name]}.json").read_text(encoding="utf-8"))


def test_the_types_and_the_backend_are_ours(ours):
    from moto.cloudformation import parsing
    from moto.cloudformation.models import cloudformation_backends

    from motoclock.extras.cloudformation import stacks

    assert {name: parsing.resource_class_from_type(name) for name in ours} == ours
    for name, one in ours.items():
        assert parsing.resource_name_property_from_type(name) in (
            one.NAME,
            "Permission",
            "LayerVersion",
        )  # moto's own words for two types
    assert type(cloudformation_backends["123456789012"]["us-east-1"]) is stacks.SevenCloudFormationBackend


def test_what_moto_has_it_keeps(cloud):
    from moto.cloudformation import parsing

    for name in (
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::Logs::LogGroup",
        "AWS::StepFunctions::StateMachine",
        "AWS::S3::Bucket",
    ):
        assert parsing.resource_class_from_type(name).__module__.startswith("moto.")


def test_moto_still_reads_templates_where_we_stand(cloud):
    from moto.cloudformation import models

    from motoclock.extras.cloudformation import stacks

    assert models.yaml.Loader is stacks.TemplateLoader
    read = models.Stack.parse_template(
        "Resources:\n  Q:\n    Type: A\n    Version: 2012-10-17\n    Arn: !GetAtt AWS::X.Arn\n"
    )
    assert read["Resources"]["Q"] == {"Type": "A", "Version": "2012-10-17", "Arn": {"Fn::GetAtt": ["AWS::X", "Arn"]}}


def test_getatt_knows_what_aws_tells(ours):
    told = {name: {path.split("/")[2] for path in schema(name).get("readOnlyProperties", [])} for name in ours}
    untold = {name: keys - set(ours[name].ATTRIBUTES) for name, keys in told.items()}
    assert {name: keys for name, keys in untold.items() if keys} == UNTOLD


def test_what_can_only_be_created_means_another_resource(ours):
    fixed = {name: {path.split("/")[2] for path in schema(name).get("createOnlyProperties", [])} for name in ours}
    unreplaced = {name: keys - {*ours[name].REPLACED_FOR, *ours[name].IGNORED} for name, keys in fixed.items()}
    assert {name: keys for name, keys in unreplaced.items() if keys} == UNREPLACED


def test_ignored_properties_exist(ours):
    unknown = {name: set(one.IGNORED) - set(schema(name)["properties"]) for name, one in ours.items()}
    assert not {name: keys for name, keys in unknown.items() if keys}


def test_every_property_has_a_place_in_the_call(ours):
    unknown = {name: set(_without_a_place(name, ours[name], schema(name))) for name in CALLS}
    assert {name: paths for name, paths in unknown.items() if paths} == ELSEWHERE


def _without_a_place(name, one, aws):
    service, operation = CALLS[name]
    shape = boto3.client(service).meta.service_model.operation_model(operation).input_shape
    # names that only GetAtt knows are no properties
    spoken = {
        key: said
        for key, said in aws["properties"].items()
        if key not in one.IGNORED and not (key in one.ATTRIBUTES and key != one.NAME)
    }
    return _unknown({"properties": spoken}, shape, aws)


def _unknown(said, shape, aws, path=(), depth=0):
    """Paths that AWS's schema has and the botocore shape doesn't."""
    while "$ref" in said:
        said = aws["definitions"][said["$ref"].rsplit("/", 1)[1]]
    if shape.type_name == "list" and "items" in said:
        yield from _unknown(said["items"], shape.member, aws, path, depth + 1)
    if shape.type_name != "structure" or depth > 12:
        return
    names = {name.lower(): name for name in shape.members}
    for key, one in said.get("properties", {}).items():
        if key.lower() not in names:
            yield "/".join((*path, key))
        else:
            yield from _unknown(one, shape.members[names[key.lower()]], aws, (*path, key), depth + 1)


def test_the_stand_in_for_a_heavy_import_is_gone_afterwards(cloud):
    """If moto stops to import it, the stand-in in our install() can go too."""
    from openapi_spec_validator import validate

    assert validate.__module__.startswith("openapi_spec_validator")
    assert "openapi_spec_validator" in inspect.getsource(sys.modules["moto.apigateway.models"])
