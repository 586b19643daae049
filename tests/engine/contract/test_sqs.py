"""The ground our SQS seam stands on in moto 5.2.5, and that the seam is in place."""

import inspect

import boto3
import moto
from moto import mock_aws
from moto.core.responses import ActionResult, BaseResponse
from moto.sqs import models, responses
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from motoclock.services.sqs import IndexedQueue, IndexedSQSBackend
from motoclock.services.sqs.responses import IndexedSQSResponse


def test_moto_is_the_version_that_was_read():
    assert moto.__version__ == "5.2.5"


def test_a_cloud_makes_indexed_queues(cloud):
    boto3.client("sqs").create_queue(QueueName="orders")
    backend = sqs_backends["123456789012"]["us-east-1"]
    assert type(backend) is IndexedSQSBackend
    assert type(backend.queues["orders"]) is IndexedQueue


def test_every_region_has_them(cloud):
    boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="orders")
    assert type(sqs_backends["123456789012"]["eu-west-1"].queues["orders"]) is IndexedQueue


def test_the_queue_is_motos_own_with_our_rules():
    assert issubclass(IndexedQueue, Queue) and issubclass(IndexedSQSBackend, SQSBackend)


def test_motos_backend_has_no_operation_we_do_not_know():
    known = {
        "add_permission", "change_message_visibility", "change_message_visibility_batch", "create_queue", "delete_message",
        "delete_message_batch", "delete_queue", "get_queue", "get_queue_attributes", "get_queue_url",
        "is_message_valid_based_on_retention_period", "iter_tagged_resources", "list_dead_letter_source_queues", "list_queue_tags",
        "list_queues", "purge_queue", "receive_message", "remove_permission", "send_message", "send_message_batch",
        "set_queue_attributes", "tag_queue", "untag_queue",
    }  # fmt: skip
    public = {
        name for name, value in vars(SQSBackend).items() if inspect.isfunction(value) and not name.startswith("_")
    }
    assert public == known


def test_signatures_that_other_services_of_moto_call_are_kept():
    for name in ("create_queue", "send_message", "receive_message", "delete_message", "change_message_visibility"):
        theirs = inspect.signature(getattr(SQSBackend, name)).parameters
        ours = inspect.signature(getattr(IndexedSQSBackend, name)).parameters
        assert list(ours)[: len(theirs)] == list(theirs), name


def test_moto_still_lacks_message_move_tasks():
    """When it has them, ours must be compared with its own."""
    for name in ("start_message_move_task", "list_message_move_tasks", "cancel_message_move_task"):
        assert not hasattr(responses.SQSResponse, name)
        assert hasattr(IndexedSQSResponse, name)


def test_moto_still_reads_its_queue_attributes_through_the_names_we_replace():
    source = inspect.getsource(models.Queue.__init__)
    assert "self._set_attributes(defaults, now)" in source
    assert "_url_module" in vars(moto.core.base_backend.BaseBackend)
    assert "execute_result" in vars(ActionResult) and "_get_param" in vars(BaseResponse)


def test_cloudformation_tries_delete_with_account_and_region_first():
    """Which is why `IndexedQueue.delete` takes keywords only."""
    from moto.cloudformation.parsing import ResourceMap

    assert "except (TypeError, AttributeError)" in inspect.getsource(ResourceMap._delete_resource)


def test_the_answers_read_the_same_as_motos_own_serialisation(cloud, monkeypatch):
    def conversation(name):
        sqs = boto3.client("sqs")
        attribute = {
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
            "text": {"DataType": "String", "StringValue": "é"},
        }
        url = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})[
            "QueueUrl"
        ]
        entries = [{"Id": "a", "MessageBody": "é\t\U0001f600", "MessageGroupId": "g", "MessageAttributes": attribute}]
        # refused alone: FIFO has no delay of a message
        late = {
            "Id": "b",
            "MessageBody": "x",
            "MessageGroupId": "g",
            "DelaySeconds": 5,
        }
        answers = [sqs.send_message_batch(QueueUrl=url, Entries=[*entries, late])]
        answers.append(sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"]))
        answers.append(sqs.receive_message(QueueUrl=url))
        handle = answers[1]["Messages"][0].pop("ReceiptHandle")
        answers.append(sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "a", "ReceiptHandle": handle}]))
        answers[0]["Successful"][0].pop("MessageId"), answers[1]["Messages"][0].pop("MessageId")
        return [{key: value for key, value in answer.items() if key != "ResponseMetadata"} for answer in answers]

    fast = conversation("fast.fifo")
    monkeypatch.setattr("motoclock.services.sqs.responses.Answer", ActionResult)
    assert conversation("slow.fifo") == fast


def test_without_a_cloud_a_queue_is_a_sentence():
    import pytest

    from motoclock.world import NoCloudOpen, current_world

    assert current_world() is None
    with mock_aws(), pytest.raises(NoCloudOpen, match="Open one first"):
        sqs_backends["123456789012"]["us-east-1"].create_queue("orders")
