"""queue.yaml: a queue, its dead-letter queue, a function with partial batch responses."""

import json

import boto3
import pytest

from sevenways import Cloud
from tests.engine.templates.sam import bodies, stack


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def test_bad_orders_end_in_the_dead_letter_queue_and_good_ones_are_done_once(cloud):
    made = stack("queue")
    entries = [{"Id": str(n), "MessageBody": json.dumps({"id": n, "bad": n == 3})} for n in range(6)]
    boto3.client("sqs").send_message_batch(QueueUrl=made["QueueUrl"], Entries=entries)
    cloud.run()
    assert [json.loads(body)["id"] for body in bodies(made["DeadLetterUrl"])] == [3]
    summary = cloud.summary()
    assert (summary["processed"], summary["dead_lettered"], summary["lost"]) == (5, 1, 0)
    said = str(cloud.logs(made["FunctionName"]))
    assert [said.count(f"order {n}\n") for n in range(6)] == [1, 1, 1, 2, 1, 1]


def test_the_mapping_is_what_the_template_says(cloud):
    made = stack("queue")
    (mapping,) = boto3.client("lambda").list_event_source_mappings(FunctionName=made["FunctionName"])[
        "EventSourceMappings"
    ]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert (mapping["BatchSize"], mapping["ScalingConfig"]) == (10, {"MaximumConcurrency": 5})
    function = boto3.client("lambda").get_function_configuration(FunctionName=made["FunctionName"])
    assert (function["Timeout"], function["MemorySize"]) == (5, 256)
