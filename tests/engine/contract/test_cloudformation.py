"""Seam: the course's resource types in templates. Each test holds moto, botocore or AWS's schemas to something we rely on."""

import inspect
import sys

import boto3
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from moto.cloudformation import models, parsing
from moto.cloudformation.models import cloudformation_backends

from motoclock import Cloud
from motoclock.extras.cloudformation import stacks, types

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
OURS = {one.TYPE: one for one in types.all_types()}


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        boto3.client("cloudformation").list_stacks()
        yield cloud


def schema(type_name):
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name).schema


def test_the_types_and_the_backend_are_ours(cloud):
    assert {name: parsing.resource_class_from_type(name) for name in OURS} == OURS
    for name, one in OURS.items():
        assert parsing.resource_name_property_from_type(name) in (
            one.NAME,
            "Permission",
            "LayerVersion",
        )  # moto's own words for two types
    assert type(cloudformation_backends["123456789012"]["us-east-1"]) is stacks.SevenCloudFormationBackend


def test_what_moto_has_it_keeps(cloud):
    for name in (
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::Logs::LogGroup",
        "AWS::StepFunctions::StateMachine",
        "AWS::S3::Bucket",
    ):
        assert parsing.resource_class_from_type(name).__module__.startswith("moto.")


def test_moto_still_reads_templates_where_we_stand(cloud):
    assert models.yaml.Loader is stacks.TemplateLoader
    read = models.Stack.parse_template(
        "Resources:\n  Q:\n    Type: A\n    Version: 2012-10-17\n    Arn: !GetAtt AWS::X.Arn\n"
    )
    assert read["Resources"]["Q"] == {"Type": "A", "Version": "2012-10-17", "Arn": {"Fn::GetAtt": ["AWS::X", "Arn"]}}


@pytest.mark.parametrize("name", sorted(OURS))
def test_getatt_knows_what_aws_tells(name):
    told = {path.split("/")[2] for path in schema(name).get("readOnlyProperties", [])}
    assert told - set(OURS[name].ATTRIBUTES) == UNTOLD.get(name, set())


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_can_only_be_created_means_another_resource(name):
    fixed = {path.split("/")[2] for path in schema(name).get("createOnlyProperties", [])}
    assert fixed - set(OURS[name].REPLACED_FOR) - set(OURS[name].IGNORED) == UNREPLACED.get(name, set())


@pytest.mark.parametrize("name", sorted(OURS))
def test_ignored_properties_exist(name):
    assert set(OURS[name].IGNORED) <= set(schema(name)["properties"])


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_property_has_a_place_in_the_call(name):
    service, operation = CALLS[name]
    client = boto3.client(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    ours, aws = OURS[name], schema(name)
    # names that only GetAtt knows are no properties
    spoken = {
        key: one
        for key, one in aws["properties"].items()
        if key not in ours.IGNORED and not (key in ours.ATTRIBUTES and key != ours.NAME)
    }
    unknown = set(_unknown({"properties": spoken}, shape, aws))
    assert unknown == ELSEWHERE.get(name, set())


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
