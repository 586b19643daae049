"""The ground our Kinesis seam stands on in moto 5.2.5, and that the seam is in place."""

import inspect
import re

import boto3
import moto
from moto.awslambda.models import LambdaBackend
from moto.kinesis import models, responses
from moto.kinesis.models import KinesisBackend, Shard, Stream, kinesis_backends

from motoclock.services.kinesis import LogKinesisBackend, LogShard, LogStream, QueueingKinesisBackend
from motoclock.services.kinesis.responses import LogKinesisResponse


def test_moto_is_the_version_that_was_read():
    assert moto.__version__ == "5.2.5"


def test_a_cloud_makes_streams_with_logs(cloud):
    boto3.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    backend = kinesis_backends["123456789012"]["us-east-1"]
    assert type(backend) is QueueingKinesisBackend
    assert type(backend.streams["clicks"]) is LogStream
    assert {type(shard) for shard in backend.streams["clicks"].shards.values()} == {LogShard}


def test_ours_are_motos_own_with_our_rules():
    assert (
        issubclass(LogKinesisBackend, KinesisBackend) and issubclass(LogStream, Stream) and issubclass(LogShard, Shard)
    )
    assert issubclass(LogKinesisResponse, responses.KinesisResponse)


def test_signatures_that_other_services_of_moto_call_are_kept():
    for name in (
        "create_stream",
        "delete_stream",
        "put_record",
        "put_records",
        "describe_stream",
        "register_stream_consumer",
    ):
        theirs = inspect.signature(getattr(KinesisBackend, name)).parameters
        ours = inspect.signature(getattr(LogKinesisBackend, name)).parameters
        assert list(ours) == list(theirs), name
    assert list(inspect.signature(Stream.put_record).parameters) == [
        "self",
        "partition_key",
        "explicit_hash_key",
        "data",
    ]


def test_moto_still_delivers_inside_put_record_and_routes_to_closed_shards():
    """When it no longer does, ours must be compared with its own."""
    assert "send_kinesis_message" in inspect.getsource(Stream.put_record)
    assert "is_open" not in inspect.getsource(Stream.get_shard_for_key)
    assert "< shard.ending_hash" in inspect.getsource(Stream.get_shard_for_key)
    assert not hasattr(responses.KinesisResponse, "subscribe_to_shard")
    assert not hasattr(responses.KinesisResponse, "update_max_record_size")


def test_moto_makes_its_streams_where_we_replace_it():
    assert "Stream(" in inspect.getsource(KinesisBackend.create_stream)
    assert "self.init_shards(shard_count)" in inspect.getsource(Stream.__init__)
    assert "consumer/" in inspect.getsource(models.Consumer.__init__)


def test_moto_looks_for_the_arn_of_a_stream_when_a_mapping_is_made():
    original = LambdaBackend.create_event_source_mapping.__wrapped__
    assert 'stream.arn == spec["EventSourceArn"]' in inspect.getsource(original)


def test_a_stream_from_cloudformation_is_ours_too(cloud):
    template = (
        '{"Resources": {"Clicks": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "clicks", "ShardCount": 2}}}}'
    )
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=template)
    stream = kinesis_backends["123456789012"]["us-east-1"].streams["clicks"]
    assert type(stream) is LogStream and len(stream.open_shards) == 2


def test_an_on_demand_stream_from_cloudformation_is_on_demand(cloud):
    properties = '{"Name": "clicks", "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}'
    template = f'{{"Resources": {{"Clicks": {{"Type": "AWS::Kinesis::Stream", "Properties": {properties}}}}}}}'
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=template)
    stream = kinesis_backends["123456789012"]["us-east-1"].streams["clicks"]
    assert stream.is_on_demand and len(stream.open_shards) == 4


def test_moto_knows_neither_queues_nor_their_hosts():
    """When it does, ours must be compared with its own."""
    from moto.kinesis import urls as moto_urls

    from motoclock.services.kinesis.urls import QUEUES_BASE

    hosts = (
        "https://kinesis-queues.us-east-1.amazonaws.com/",
        "https://abc.data-kinesis-queues.us-east-1.amazonaws.com/",
    )
    for host in hosts:
        assert re.match(QUEUES_BASE, host) and not any(re.match(base, host) for base in moto_urls.url_bases)
    for name in ("create_queue", "receive_queue_records", "tag_resource", "list_tags_for_resource"):
        assert not hasattr(responses.KinesisResponse, name)
