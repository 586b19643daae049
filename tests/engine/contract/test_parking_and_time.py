"""Contract: what parking and virtual time rely on in moto 5.2.5."""

import datetime
import gc
import weakref

import boto3
import moto.core.utils
from moto.core.base_backend import BackendDict
from moto.core.utils import iso_8601_datetime_with_milliseconds, unix_time, utcnow
from moto.moto_api._internal import mock_random
from moto.sqs.models import Message, sqs_backends

from motoclock import Cloud
from motoclock.services.seams import parking
from motoclock.world import ACCOUNT, REGION


def test_all_of_moto_reads_its_time_through_one_name():
    with Cloud() as cloud:
        cloud.run(seconds=90)
        assert utcnow() == datetime.datetime(2030, 1, 1, 0, 1, 30)
        assert unix_time() == datetime.datetime(2030, 1, 1, 0, 1, 30, tzinfo=datetime.UTC).timestamp()
        assert iso_8601_datetime_with_milliseconds() == "2030-01-01T00:01:30.000Z"
    assert abs(moto.core.utils.datetime.datetime.now().timestamp() - datetime.datetime.now().timestamp()) < 5


def test_what_moto_makes_are_ordinary_datetimes():
    with Cloud():
        assert type(utcnow()) is datetime.datetime


def test_backends_in_use_are_listed_and_parking_empties_them():
    with Cloud():
        boto3.client("sqs").create_queue(QueueName="q")
        assert sqs_backends in BackendDict._instances
        state = parking.present()
        parking.put(parking.fresh(0))
        assert list(sqs_backends) == []
        assert BackendDict._instances == []
        parking.put(state)
        assert boto3.client("sqs").list_queues()["QueueUrls"]


def test_the_state_of_motos_randomness_is_parked_too():
    with Cloud(seed=5):
        before = mock_random.getstate()
        with Cloud(seed=6):
            assert mock_random.getstate() != before
        assert mock_random.getstate() == before


def test_models_are_not_tracked_for_ever():
    with Cloud():
        url = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody="a")
        assert Message.instances_tracked == []


def test_an_account_that_is_closed_is_kept_by_nobody():
    """moto's memory of Regions held the last 128 accounts, each with its world."""
    with Cloud():
        boto3.client("sqs").create_queue(QueueName="q")
        account = weakref.ref(sqs_backends[ACCOUNT][REGION])
        assert REGION in sqs_backends[ACCOUNT].regions and "cn-north-1" in sqs_backends[ACCOUNT].regions
    gc.collect()
    assert account() is None


def test_what_s3_keeps_beside_its_accounts_is_parked_too():
    def buckets():
        return [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]

    with Cloud():
        boto3.client("s3").create_bucket(Bucket="code")
        with Cloud():
            boto3.client("s3").create_bucket(Bucket="code")
            assert buckets() == ["code"]
        assert buckets() == ["code"]
        boto3.client("s3").head_bucket(Bucket="code")
    with Cloud():
        assert buckets() == []
