"""What Kinesis refuses, recorded on AWS: facts from public snapshots."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


def test_a_stream_without_a_name(cloud):
    """boto3 would say so before it sends, unless it is told not to look."""
    kinesis = boto3.client("kinesis", config=Config(parameter_validation=False))
    with pytest.raises(ClientError) as caught:
        kinesis.create_stream(ShardCount=1)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["Error"]["Code"] == "ValidationException"
