"""RecordDistributionStrategy: what nothing here does is refused in a sentence, and not taken and ignored."""

import boto3
import pytest
from botocore.exceptions import ClientError

ON_DEMAND = {"StreamMode": "ON_DEMAND"}


def test_auto_is_refused(cloud):
    kinesis = boto3.client("kinesis")
    with pytest.raises(ClientError, match="AUTO is not simulated: here the partition key always chooses the shard"):
        kinesis.create_stream(StreamName="clicks", StreamModeDetails=ON_DEMAND, RecordDistributionStrategy="AUTO")
    assert kinesis.list_streams()["StreamNames"] == []
    kinesis.create_stream(
        StreamName="clicks", StreamModeDetails=ON_DEMAND, RecordDistributionStrategy="USER_PARTITION_KEY"
    )
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    kinesis.update_stream_record_distribution_strategy(StreamARN=arn, RecordDistributionStrategy="USER_PARTITION_KEY")
    with pytest.raises(ClientError, match="AUTO is not simulated"):
        kinesis.update_stream_record_distribution_strategy(StreamARN=arn, RecordDistributionStrategy="AUTO")
