"""Names of errors and what comes with an answer, as AWS's SDK for Java has them. Recorded in January 2025 unless said."""

import boto3
import pytest

from tests.engine.stepfunctions.test_integrations import call

BUCKET, TABLE = {"Bucket": "no-such-bucket"}, {"TableName": "no-such-table", "Key": {"id": {"S": "1"}}}
CALLS = [
    ("aws-sdk:s3:listObjects", BUCKET, "S3.NoSuchBucketException"),
    ("aws-sdk:s3:headObject", {"Bucket": "bucket", "Key": "k"}, "S3.S3Exception"),
    ("aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "k"}, "S3.NoSuchKeyException"),
    ("aws-sdk:dynamodb:getItem", TABLE, "DynamoDb.ResourceNotFoundException"),
    ("aws-sdk:dynamodb:putItem", {"TableName": "orders"}, "DynamoDb.DynamoDbException"),
    ("aws-sdk:secretsmanager:getSecretValue", {"SecretId": "no"}, "SecretsManager.ResourceNotFoundException"),
    ("aws-sdk:sfn:sendTaskSuccess", {"TaskToken": "no", "Output": "{}"}, "Sfn.InvalidTokenException"),
    (
        "aws-sdk:sfn:sendTaskSuccess",
        {"TaskToken": "no", "Output": "no JSON"},
        "Sfn.InvalidTokenException",
    ),  # November 2025
    ("aws-sdk:sqs:getQueueUrl", {"QueueName": "no"}, "Sqs.QueueDoesNotExistException"),  # from the naming rules
    ("aws-sdk:ssm:getParameter", {"Name": "no"}, "Ssm.ParameterNotFoundException"),  # from the naming rules
    (
        "aws-sdk:eventbridge:describeRule",
        {"Name": "no"},
        "EventBridge.ResourceNotFoundException",
    ),  # from the naming rules
    (
        "dynamodb:putItem",
        {"TableName": "orders", "Item": {"no": {"S": "key"}}},
        "DynamoDB.AmazonDynamoDBException",
    ),  # recorded in 2023
    ("dynamodb:getItem", TABLE, "DynamoDB.ResourceNotFoundException"),  # recorded in 2023
]


@pytest.mark.parametrize(("call", "parameters", "error"), CALLS)
def test_an_error_has_the_name_that_catch_and_retry_look_for(machines, call, parameters, error):
    boto3.client("s3").create_bucket(Bucket="bucket")
    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    caught = [{"ErrorEquals": [error], "Next": "Caught"}]
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{call}",
        "Parameters": parameters,
        "Catch": caught,
        "End": True,
    }
    found = machines.run({"T": task, "Caught": {"Type": "Pass", "End": True}})
    assert found["status"] == "SUCCEEDED", (found["error"], found["cause"])
    assert found["output"]["Error"] == error


def test_what_is_missing_from_a_call_is_said_as_the_api_says_it(machines):
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem",
        "Parameters": {"TableName": "orders"},
        "End": True,
    }
    cause = machines.run({"T": task})["cause"]
    assert cause.startswith(
        "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null "
        "(Service: DynamoDb, Status Code: 400, Request ID: "
    )


def test_an_optimised_call_brings_its_http_metadata_along_and_an_sdk_call_does_not(machines):
    """Recorded from 2023 on."""
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    states = {
        name: {
            "Type": "Task",
            "Resource": f"arn:aws:states:::{call}",
            "Parameters": {"QueueUrl": queue, "MessageBody": "x"},
            "ResultPath": f"$.{name}",
            **({"Next": following} if following else {"End": True}),
        }
        for name, call, following in (("optimised", "sqs:sendMessage", "sdk"), ("sdk", "aws-sdk:sqs:sendMessage", None))
    }
    output = machines.run(states)["output"]
    assert {*output["optimised"]} == {"SdkHttpMetadata", "SdkResponseMetadata", "MD5OfMessageBody", "MessageId"}
    http = output["optimised"]["SdkHttpMetadata"]
    assert http["HttpStatusCode"] == 200
    assert http["AllHttpHeaders"] == {name: [value] for name, value in http["HttpHeaders"].items()}
    assert http["HttpHeaders"]["Content-Type"] == "application/x-amz-json-1.0"
    assert output["optimised"]["SdkResponseMetadata"]["RequestId"] == http["HttpHeaders"]["x-amzn-RequestId"]
    assert not any(name.startswith("Sdk") for name in output["sdk"])


def test_a_member_keeps_its_acronyms_but_for_the_first(machines):
    boto3.client("s3").create_bucket(Bucket="bucket")
    put = {"Bucket": "bucket", "Key": "k", "Body": "x"}
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:putObject", "Parameters": put, "End": True}
    assert {"ETag", "ChecksumCRC32"} <= {*machines.run({"T": task})["output"]}


def test_what_s3_tells_of_objects_that_are_put_and_got(machines):
    """Recorded on AWS in November 2025."""
    boto3.client("s3").create_bucket(Bucket="bucket")
    put = call("aws-sdk:s3:putObject", {"Bucket": "bucket", "Key": "k", "Body": "text"}, ResultPath="$.put", Next="Get")
    del put["End"]
    got = call("aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "k"}, ResultPath="$.got")
    output = machines.run({"Put": put, "Get": got})["output"]
    assert output["put"].keys() == {"ChecksumCRC32", "ChecksumType", "ETag", "ServerSideEncryption"}
    assert (output["put"]["ChecksumType"], output["put"]["ServerSideEncryption"]) == ("FULL_OBJECT", "AES256")
    assert (output["got"]["ContentType"], output["got"]["ServerSideEncryption"]) == (
        "text/plain; charset=UTF-8",
        "AES256",
    )
    assert "ChecksumCRC32" not in output["got"]
