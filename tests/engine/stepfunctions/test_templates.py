"""State machines in CloudFormation templates."""

import json

import boto3

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
