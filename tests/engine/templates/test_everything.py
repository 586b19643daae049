"""everything.yaml: whatever SAM writes for a course like this one, in one stack."""

import io
import warnings
import zipfile

import boto3

from motoclock import Cloud
from motoclock.trace import Kind
from tests.engine.templates.sam import stack, unpermitted


def test_the_stack_comes_alive_and_goes_without_a_trace():
    with Cloud(strict_permissions=True) as cloud:
        _layer_in_a_bucket()
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            made = stack("everything")
        topic = made["Topic"]
        kind = {"kind": {"DataType": "String", "StringValue": "order"}}
        boto3.client("sns").publish(TopicArn=topic, Message="hello", MessageAttributes=kind)
        cloud.run()
        assert unpermitted(cloud) == []
        sources = sorted(event.detail.source.split(":")[2] for event in cloud.trace.of_kind(Kind.INVOKED))
        assert sources == ["sns", "sns", "sqs"]
        boto3.client("cloudformation").delete_stack(StackName="everything")
        assert boto3.client("sqs").list_queues().get("QueueUrls") is None
        assert boto3.client("lambda").list_functions()["Functions"] == []
        assert boto3.client("sns").list_subscriptions()["Subscriptions"] == []
        assert boto3.client("iam").list_roles()["Roles"] == []
        assert boto3.client("dynamodb").list_tables()["TableNames"] == ["everything-tab"]  # it said Retain


def test_two_worlds_with_one_seed_make_the_same_stack():
    made = []
    for _ in range(2):
        with Cloud(seed=7):
            _layer_in_a_bucket()
            made.append(stack("everything"))
    assert made[0] == made[1]


def _layer_in_a_bucket() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("python/common.py", "X = 1\n")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="l.zip", Body=packed.getvalue())
