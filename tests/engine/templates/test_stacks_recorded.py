"""What stacks do on AWS and moto's do not: outputs of a change set's stack (recorded in 2025), and what must never reach Docker."""

import json

import boto3
import pytest

from motoclock import Cloud

QUEUE = {"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}}}
OUTPUTS = {"Outputs": {"Url": {"Value": {"Ref": "Orders"}, "Export": {"Name": "orders-url"}}}}


@pytest.fixture
def cloudformation():
    with Cloud():
        yield boto3.client("cloudformation")


def test_a_stack_made_by_a_change_set_has_its_outputs(cloudformation):
    template = json.dumps({**QUEUE, **OUTPUTS})
    cloudformation.create_change_set(StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=template)
    cloudformation.execute_change_set(StackName="s", ChangeSetName="c")
    (stack,) = cloudformation.describe_stacks(StackName="s")["Stacks"]
    (output,) = stack["Outputs"]
    assert output["OutputKey"] == "Url" and output["OutputValue"].endswith("/orders")
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    changed = json.dumps({**QUEUE, "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Orders", "QueueName"]}}}})
    cloudformation.create_change_set(StackName="s", ChangeSetName="d", ChangeSetType="UPDATE", TemplateBody=changed)
    cloudformation.execute_change_set(StackName="s", ChangeSetName="d")
    outputs = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["Outputs"]
    assert [(one["OutputKey"], one["OutputValue"]) for one in outputs] == [("Name", "orders")]


def test_a_stack_can_be_made_again_at_once(cloudformation):
    for _ in range(2):
        cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(QUEUE))
        cloudformation.delete_stack(StackName="s")
    assert "QueueUrls" not in boto3.client("sqs").list_queues()


@pytest.mark.parametrize("kind", ["Custom::Cleaner", "AWS::CloudFormation::CustomResource"])
def test_a_custom_resource_is_a_name_and_runs_nothing(cloudformation, monkeypatch, kind):
    def never(*_, **__):
        raise AssertionError("moto's own way to a function")

    monkeypatch.setattr("moto.awslambda.models.LambdaFunction.invoke", never)
    token = "arn:aws:lambda:us-east-1:123456789012:function:f"
    resources = {**QUEUE["Resources"], "C": {"Type": kind, "Properties": {"ServiceToken": token}}}
    with pytest.warns(UserWarning, match=f"{kind} is not simulated"):
        cloudformation.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": resources}))
    assert cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
