"""State machines in CloudFormation templates."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

TEMPLATE = {
    "Resources": {
        "Orders": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": "arn:aws:iam::123456789012:role/r",
                "StateMachineType": "EXPRESS",
                "DefinitionString": json.dumps(
                    {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "${Word}", "End": True}}}
                ),
                "DefinitionSubstitutions": {"Word": "hello"},
            },
        }
    },
    "Outputs": {
        "Arn": {"Value": {"Fn::GetAtt": ["Orders", "Arn"]}},
        "Name": {"Value": {"Fn::GetAtt": ["Orders", "Name"]}},
        "Ref": {"Value": {"Ref": "Orders"}},
    },
}


def test_a_machine_of_a_template_runs_with_type_and_substitutions(machines):
    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks.describe_stacks()["Stacks"][0]["Outputs"]}
    assert outputs["Arn"] == outputs["Ref"]
    assert outputs["Arn"].endswith(outputs["Name"])
    answer = machines.client.start_sync_execution(stateMachineArn=outputs["Arn"])
    assert answer["output"] == '"hello"'


def test_a_stack_updates_and_deletes_its_machine(machines):
    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    changed = json.loads(json.dumps(TEMPLATE))
    changed["Resources"]["Orders"]["Properties"]["DefinitionSubstitutions"]["Word"] = "goodbye"
    stacks.update_stack(StackName="s", TemplateBody=json.dumps(changed))
    machine = machines.client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    assert machines.client.start_sync_execution(stateMachineArn=machine)["output"] == '"goodbye"'
    stacks.delete_stack(StackName="s")
    assert machines.client.list_state_machines()["stateMachines"] == []


FILES = {
    "m.asl.json": '{"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": ["${Word}", ${Number}], "End": true}}}',
    "m.asl.yaml": 'StartAt: P\nStates:\n  P:\n    Type: Pass\n    Result: ["${Word}", 7]\n    End: true\n',
}


@pytest.mark.parametrize("key", FILES)
def test_a_definition_may_be_a_file_in_s3_with_substitutions(machines, key):
    """Source: CloudFormation's reference of AWS::StepFunctions::StateMachine. SAM's DefinitionUri becomes this."""
    s3, stacks = boto3.client("s3"), boto3.client("cloudformation")
    s3.create_bucket(Bucket="artifacts")
    s3.put_object(Bucket="artifacts", Key=key, Body=FILES[key])
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(_from_s3(key)))
    machine = stacks.describe_stacks()["Stacks"][0]["Outputs"][0]["OutputValue"]
    assert json.loads(machines.client.start_sync_execution(stateMachineArn=machine)["output"]) == ["hello", 7]


def test_a_definition_that_is_not_in_s3_is_said_with_its_place(machines):
    with pytest.raises(ClientError) as refused:
        boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(_from_s3("nowhere.json")))
    assert "There is no object nowhere.json in the bucket artifacts, where DefinitionS3Location points." in str(
        refused.value
    )


def _from_s3(key):
    template = json.loads(json.dumps(TEMPLATE))
    properties = template["Resources"]["Orders"]["Properties"]
    del properties["DefinitionString"]
    properties["DefinitionS3Location"] = {"Bucket": "artifacts", "Key": key}
    properties["DefinitionSubstitutions"] = {"Word": "hello", "Number": 7}
    template["Outputs"] = {"Arn": template["Outputs"]["Arn"]}
    return template
