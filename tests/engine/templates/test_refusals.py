"""Templates that can't be made: CloudFormation says which part and why, and leaves nothing behind."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

QUEUE = {"Type": "AWS::SQS::Queue"}
BUS = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "b"}}


def rule(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Events::Rule", "Properties": {"State": "ENABLED", **properties}}


def named(name: Any) -> dict[str, Any]:
    return {**QUEUE, "Properties": {"QueueName": name}}


def create(template: Any, **more: Any) -> str:
    body = template if isinstance(template, str) else json.dumps(template)
    return boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=body, **more)["StackId"]


def queues() -> list[str]:
    return [url.rpartition("/")[2] for url in boto3.client("sqs").list_queues().get("QueueUrls", [])]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "Template format error: JSON not well-formed. (line 1, column 2)"),
        ('{"Resources": {"Q": ]}}', "Template format error: JSON not well-formed. (line 1, column 21)"),
        ("Resources:\n  Q: [", "Template format error: YAML not well-formed. (line 2, column 7)"),
        ("Resources:\n\tQ: 1", "Template format error: YAML not well-formed. (line 2, column 1)"),
        ("a text", "Template format error: unsupported structure."),
        ("[1]", "Template format error: unsupported structure."),
        ("{}", "Template format error: At least one Resources member must be defined."),
        ({"Resources": {}}, "Template format error: At least one Resources member must be defined."),
        (
            "Resources:\n  Q:\n    Type: AWS::SQS::Queue\nParameters:\n",
            "[/Parameters] 'null' values are not allowed in templates",
        ),
        (
            "Resources:\n  Q:\n    Type: AWS::SQS::Queue\nOutputs:\n",
            "[/Outputs] 'null' values are not allowed in templates",
        ),
        (
            {"Resources": {"Q": {"Properties": {}}}},
            "Template format error: [/Resources/Q] Every Resources object must contain a Type member.",
        ),
        (
            {"Resources": {"Q": named({"Ref": "Nobody"})}},
            "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template",
        ),
        (
            {"Resources": {"Q": named({"Fn::Sub": "${AWS::StackName}-${Nobody.Name}-${!Literal}"})}},
            "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template",
        ),
        (
            {"Resources": {"Q": {**QUEUE, "DependsOn": "Nobody"}}},
            "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template",
        ),
        (
            {"Resources": {"Q": QUEUE}, "Outputs": {"O": {"Value": {"Ref": "Nobody"}}}},
            "Template format error: Unresolved resource dependencies [Nobody] in the Outputs block of the template",
        ),
        (
            {"Resources": {"Q": {**QUEUE, "Condition": "Never"}}},
            "Template format error: Unresolved condition dependency Never in the Resources block of the template",
        ),
        (
            {"Resources": {"A": named({"Ref": "B"}), "B": named({"Fn::GetAtt": ["A", "Arn"]}), "C": QUEUE}},
            "Circular dependency between resources: [A, B]",
        ),
        ({"Resources": {"A": {**QUEUE, "DependsOn": ["A"]}}}, "Circular dependency between resources: [A]"),
    ],
)
@pytest.mark.parametrize("call", ["create_stack", "create_change_set"])
def test_a_template_that_says_nothing_is_refused_as_aws_refuses_it(cloud: Any, call: str, body: Any, said: str) -> None:
    stacks = boto3.client("cloudformation")
    more = {} if call == "create_stack" else {"ChangeSetName": "c", "ChangeSetType": "CREATE"}
    with pytest.raises(ClientError) as refused:
        getattr(stacks, call)(StackName="s", TemplateBody=body if isinstance(body, str) else json.dumps(body), **more)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert refused.value.response["Error"]["Message"] == said
    assert queues() == []
    assert stacks.list_stacks()["StackSummaries"] == [] or call == "create_change_set"


def test_yaml_in_braces_is_a_template_too(cloud: Any) -> None:
    create("{Resources: {Q: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Sub '${AWS::StackName}-q'}}}}")
    assert queues() == ["s-q"]


def test_a_failed_create_names_the_resource_and_the_reason_and_leaves_nothing(cloud: Any) -> None:
    wrong = rule(EventBusName={"Ref": "B"}, EventPattern={"source": ["x"]}, Targets=[{"Id": "1", "Arn": "nonsense"}])
    with pytest.raises(ClientError, match=r"Resource R \(AWS::Events::Rule\) could not be made: .*nonsense"):
        create({"Resources": {"Q": named("q"), "B": BUS, "R": wrong}})
    events, stacks = boto3.client("events"), boto3.client("cloudformation")
    assert [bus["Name"] for bus in events.list_event_buses()["EventBuses"]] == ["default"]
    assert queues() == []
    (stack,) = stacks.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    told = {
        (one["LogicalResourceId"], one["ResourceStatus"]): one.get("ResourceStatusReason", "")
        for one in stacks.describe_stack_events(StackName="s")["StackEvents"]
    }
    assert "nonsense" in told["R", "CREATE_FAILED"]
    assert ("s", "ROLLBACK_COMPLETE") in told


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (rule(ScheduleExpression="rate(99999999 days)"), "ScheduleExpression is not valid"),
        ({**QUEUE, "Properties": {"VisibilityTimeout": "long"}}, "VisibilityTimeout"),
        ({**QUEUE, "Properties": {"Colour": "red"}}, "Colour"),
    ],
)
def test_a_property_that_its_service_refuses_is_named(cloud: Any, resource: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=rf"Resource R \(.*\) could not be made: .*{said}"):
        create({"Resources": {"First": named("first"), "R": resource}})
    assert queues() == []
    create({"Resources": {"First": named("first")}})
    assert queues() == ["first"]


# ---------------------------------------------------------------------- values from elsewhere


def test_a_template_of_the_cdk_finds_its_account_bootstrapped(cloud: Any) -> None:
    version = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}
    outputs = {"V": {"Value": {"Ref": "BootstrapVersion"}}}
    create({"Parameters": {"BootstrapVersion": version}, "Resources": {"Q": QUEUE}, "Outputs": outputs})
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="s")["Stacks"]
    assert int(stack["Outputs"][0]["OutputValue"]) >= 6


def test_parameters_come_from_ssm_or_are_missed_in_words(cloud: Any) -> None:
    def template(kind: str) -> dict[str, Any]:
        return {
            "Parameters": {"Names": {"Type": f"AWS::SSM::Parameter::Value<{kind}>", "Default": "/shop/names"}},
            "Resources": {"Q": named({"Ref": "Names"} if kind == "String" else {"Fn::Select": [1, {"Ref": "Names"}]})},
        }

    with pytest.raises(ClientError, match=r"Unable to fetch parameters \[/shop/names\] from parameter store"):
        create(template("String"))
    boto3.client("ssm").put_parameter(Name="/shop/names", Value="a,b", Type="StringList")
    create(template("List<String>"))
    assert queues() == ["b"]


def test_dynamic_references_are_resolved(cloud: Any) -> None:
    boto3.client("ssm").put_parameter(Name="name", Value="orders", Type="String")
    secret = boto3.client("secretsmanager").create_secret(Name="shop", SecretString='{"tail": "x"}')["ARN"]
    create(
        {
            "Resources": {
                "A": named("{{resolve:ssm:name:1}}-{{resolve:secretsmanager:shop:SecretString:tail}}"),
                "B": named({"Fn::Sub": f"b-{{{{resolve:secretsmanager:{secret}:SecretString:tail}}}}"}),
                "C": named({"Fn::Join": ["", ["{{resolve:ssm:", "name", "}}"]]}),
            }
        }
    )
    assert sorted(queues()) == ["b-x", "orders", "orders-x"]


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("{{resolve:ssm:nobody}}", r"\[ssm:nobody\] cannot be found"),
        ("{{resolve:secretsmanager:nobody:SecretString:x}}", "can't find the specified secret"),
    ],
)
def test_a_dynamic_reference_to_nothing_is_named(cloud: Any, reference: str, said: str) -> None:
    with pytest.raises(ClientError, match=rf"Resource Q \(AWS::SQS::Queue\) could not be made: .*{said}"):
        create({"Resources": {"Q": named(reference)}})
    assert queues() == []


def test_an_api_is_a_name_with_an_arn_and_what_points_at_it_is_refused(cloud: Any) -> None:
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"openapi": "3.0.1"}}}
    pool = {"Type": "AWS::Cognito::UserPool"}
    target = {"Id": "1", "Arn": {"Fn::GetAtt": ["P", "Arn"]}}
    with pytest.warns(UserWarning, match="is not simulated"):
        create({"Resources": {"A": api, "P": pool, "R": rule(EventPattern={"source": ["x"]}, Targets=[target])}})
    boto3.client("events").put_events(Entries=[{"Source": "x", "DetailType": "y", "Detail": "{}"}])
    cloud.run()
    assert any("userpool" in repr(event) and str(event.kind) in ("refused", "lost") for event in cloud.trace), list(
        cloud.trace
    )
