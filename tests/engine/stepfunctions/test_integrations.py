"""Calls of other services: parameters, answers, errors."""

import json

import boto3
import pytest

from motoclock.trace import Kind
from tests.engine.stepfunctions import handlers


def call(resource, parameters, **more):
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True, **more}


@pytest.fixture
def table():
    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "orders"


def test_lambda_invoke_gives_the_payload_and_the_answers_surroundings(machines, cloud):
    arn = cloud.deploy(handlers.echo)
    output = machines.run({"T": call("lambda:invoke", {"FunctionName": arn, "Payload.$": "$"})}, {"a": [1]})["output"]
    assert output["Payload"] == {"a": [1]}
    assert (output["StatusCode"], output["ExecutedVersion"]) == (200, "$LATEST")
    assert output["SdkHttpMetadata"]["HttpStatusCode"] == 200


def test_a_function_arn_as_resource_gives_the_payload_alone(machines, cloud):
    arn = cloud.deploy(handlers.echo)
    assert machines.run({"T": {"Type": "Task", "Resource": arn, "End": True}}, {"a": 1})["output"] == {"a": 1}


def test_an_invocation_takes_virtual_time_and_names_the_machine_as_its_source(machines, cloud):
    arn = cloud.deploy(handlers.slow, timeout=60)
    machine = machines.make({"T": {"Type": "Task", "Resource": arn, "End": True}})
    execution = machines.start(machine, {"seconds": 30})
    cloud.run()
    found = machines.look(execution)
    assert 30 < (found["stopDate"] - found["startDate"]).total_seconds() < 31
    assert cloud.trace.of_kind(Kind.INVOKED)[0].detail.source == machine


def test_an_event_invocation_does_not_wait(machines, cloud):
    arn = cloud.deploy(handlers.slow, timeout=60)
    state = call("lambda:invoke", {"FunctionName": arn, "InvocationType": "Event", "Payload": {"seconds": 30}})
    execution = machines.start(machines.make({"T": state}))
    cloud.run(seconds=1)
    assert machines.look(execution)["output"]["StatusCode"] == 202


def test_sqs_takes_an_object_as_body(machines, cloud):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    output = machines.run({"T": call("sqs:sendMessage", {"QueueUrl": queue, "MessageBody.$": "$"})}, {"a": 1})["output"]
    message = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]
    assert json.loads(message["Body"]) == {"a": 1}
    assert output["MessageId"] == message["MessageId"]
    assert "MD5OfMessageBody" in output


def test_sns_publishes(machines):
    topic = boto3.client("sns").create_topic(Name="t")["TopicArn"]
    assert (
        "MessageId"
        in machines.run({"T": call("sns:publish", {"TopicArn": topic, "Message.$": "$"})}, {"a": 1})["output"]
    )


def test_dynamodb_puts_gets_updates_and_deletes(machines, table):
    key = {"id": {"S": "7"}}
    states = {
        "Put": call(
            "dynamodb:putItem", {"TableName": table, "Item": {**key, "n": {"N": "1"}}}, Next="Update", ResultPath=None
        ),
        "Update": call(
            "dynamodb:updateItem",
            {
                "TableName": table,
                "Key": key,
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            },
            Next="Get",
            ResultPath=None,
        ),
        "Get": call("dynamodb:getItem", {"TableName": table, "Key": key}, Next="Delete", ResultPath="$.got"),
        "Delete": call("dynamodb:deleteItem", {"TableName": table, "Key": key}, ResultPath=None),
    }
    for name in ("Put", "Update", "Get"):
        del states[name]["End"]
    assert machines.run(states)["output"]["got"]["Item"] == {"id": {"S": "7"}, "n": {"N": "2"}}
    assert "Item" not in boto3.client("dynamodb").get_item(TableName=table, Key=key)


def test_a_failed_condition_has_the_name_of_dynamodbs_exception(machines, table):
    item = {"TableName": table, "Item": {"id": {"S": "7"}}, "ConditionExpression": "attribute_exists(id)"}
    found = machines.run({"T": call("dynamodb:putItem", item)})
    assert found["error"] == "DynamoDB.ConditionalCheckFailedException"


def test_events_are_put_on_a_bus_with_an_object_as_detail(machines):
    entry = {"Source": "orders", "DetailType": "OrderPlaced", "Detail": {"id": 7}, "EventBusName": "default"}
    output = machines.run({"T": call("events:putEvents", {"Entries": [entry]})})["output"]
    assert output["FailedEntryCount"] == 0


def test_aws_sdk_calls_any_service(machines):
    boto3.client("sqs").create_queue(QueueName="q")
    output = machines.run({"T": call("aws-sdk:sqs:listQueues", {})})["output"]
    assert len(output["QueueUrls"]) == 1


def test_an_aws_sdk_error_has_service_and_exception_in_its_name(machines):
    missing = call("aws-sdk:dynamodb:getItem", {"TableName": "none", "Key": {"id": {"S": "1"}}})
    assert machines.run({"T": missing})["error"] == "DynamoDb.ResourceNotFoundException"


def test_what_moto_cannot_answer_says_so(machines):
    found = machines.run({"T": call("aws-sdk:braket:searchDevices", {"Filters": []})})
    assert found["status"] == "FAILED"
    assert "went nowhere" in found["cause"]
