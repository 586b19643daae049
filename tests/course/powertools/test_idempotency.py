"""The idempotency utility of Powertools, unchanged, its records in DynamoDB: an order is charged once, whatever delivers it twice."""

import json
from collections import Counter

import boto3
import pytest

from motoclock.trace import Kind
from sevenways import Cloud
from tests.engine.delivery.stage import function, mapping, queue, send

SETUP = """
    import json, time
    from aws_lambda_powertools.utilities.idempotency import (
        DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function, idempotent)
    from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyAlreadyInProgressError
    import boto3

    store = DynamoDBPersistenceLayer(table_name="idempotency")
    charges = boto3.client("sqs")

    def pay(order, seconds=0.0):
        url = charges.get_queue_url(QueueName="charges")["QueueUrl"]
        charges.send_message(QueueUrl=url, MessageBody=order["id"])
        time.sleep(seconds)
        return {"paid": order["id"]}
"""
BATCH = (
    SETUP
    + """
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
    config = IdempotencyConfig(event_key_jmespath="id", expires_after_seconds=3600)
    processor = BatchProcessor(event_type=EventType.SQS)

    @idempotent_function(data_keyword_argument="order", persistence_store=store, config=config)
    def charge(order):
        return pay(order, 0.5)

    def record_handler(record):
        return charge(order=json.loads(record.body))

    def handler(event, context):
        config.register_lambda_context(context)
        return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
"""
)
ONE = (
    SETUP
    + """
    config = IdempotencyConfig(event_key_jmespath="id", expires_after_seconds=600)

    @idempotent(persistence_store=store, config=config)
    def handler(event, context):
        return pay(event, event.get("seconds", 0.0))
"""
)


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        stage()
        yield cloud


def stage():
    boto3.client("dynamodb").create_table(
        TableName="idempotency",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    boto3.client("dynamodb").update_time_to_live(
        TableName="idempotency", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiration"}
    )
    queue("charges")


def charged() -> Counter:
    """How often each order was charged since the last time somebody asked."""
    sqs, found = boto3.client("sqs"), Counter()
    url = sqs.get_queue_url(QueueName="charges")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found.update(message["Body"] for message in messages)
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def invoke(event, name="work"):
    answer = boto3.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def records():
    return boto3.resource("dynamodb").Table("idempotency").scan()["Items"]


def test_duplicates_of_a_standard_queue_are_charged_once():
    with Cloud(seed=3, duplicates=0.5) as cloud:
        stage()
        function(BATCH, timeout=30)
        url = queue("orders", VisibilityTimeout=60)
        mapping(url, BatchSize=5, FunctionResponseTypes=["ReportBatchItemFailures"])
        send(url, [{"id": f"order-{number}"} for number in range(40)])
        cloud.run()
        assert cloud.summary()["duplicates"] > 5
        assert cloud.summary()["processed"] == 40
        assert charged() == Counter({f"order-{number}": 1 for number in range(40)})


def test_a_redelivery_after_a_crash_charges_nobody_twice(cloud):
    """The second message of the batch fails hard, so the whole batch comes back; the first was paid already."""
    crashing = (
        SETUP
        + """
    config = IdempotencyConfig(event_key_jmespath="id")

    @idempotent_function(data_keyword_argument="order", persistence_store=store, config=config)
    def charge(order):
        return pay(order)

    def handler(event, context):
        for record in event["Records"]:
            charge(order=json.loads(record["body"]))
        if event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1":
            raise RuntimeError("crashed after paying")
    """
    )
    function(crashing)
    url = queue("orders")
    mapping(url, BatchSize=10)
    send(url, [{"id": "a"}, {"id": "b"}])
    cloud.run()
    assert charged() == Counter(a=1, b=1)
    assert len(cloud.trace.of_kind(Kind.INVOKED)) == 2


def test_a_second_call_gets_the_first_ones_answer(cloud):
    function(ONE)
    assert invoke({"id": "a"}) == (None, {"paid": "a"})
    assert invoke({"id": "a"}) == (None, {"paid": "a"})
    assert charged() == Counter(a=1)
    (record,) = records()
    assert record["status"] == "COMPLETED"
    assert json.loads(record["data"]) == {"paid": "a"}


def test_a_record_expires_in_virtual_time(cloud):
    function(ONE)
    invoke({"id": "a"})
    cloud.run(seconds=590)
    invoke({"id": "a"})
    assert charged() == Counter(a=1)
    cloud.run(seconds=20)
    invoke({"id": "a"})
    assert charged() == Counter(a=1)  # once more, because ten minutes were over
    (record,) = records()
    assert record["expiration"] > cloud.now.timestamp()


def test_two_environments_with_one_key_meet(cloud):
    function(ONE, timeout=10)
    outcomes = []

    def call():
        outcomes.append(invoke({"id": "a", "seconds": 3}))

    cloud.at(1, call)
    cloud.at(2, call)
    cloud.run()
    errors = [answer for error, answer in outcomes if error]
    assert [answer["errorType"] for answer in errors] == ["IdempotencyAlreadyInProgressError"]
    assert charged() == Counter(a=1)
    assert (None, {"paid": "a"}) in outcomes


def test_in_a_batch_the_one_in_progress_comes_back_and_is_paid_once(cloud):
    function(BATCH, timeout=10)
    url = queue("orders", VisibilityTimeout=10)
    mapping(url, BatchSize=1, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(url, [{"id": "a"}, {"id": "a"}])
    cloud.run()
    assert cloud.summary()["processed"] == 2
    assert charged() == Counter(a=1)


def test_after_a_timeout_the_in_progress_record_expires_and_the_retry_pays(cloud):
    slow = (
        SETUP
        + """
    config = IdempotencyConfig(event_key_jmespath="id")

    @idempotent(persistence_store=store, config=config)
    def handler(event, context):
        order = event
        if not store_has_been_slow():
            time.sleep(60)
        return pay(order)

    def store_has_been_slow():
        table = boto3.resource("dynamodb").Table("idempotency")
        seen = "Item" in table.get_item(Key={"id": "slow-once"})
        table.put_item(Item={"id": "slow-once"})
        return seen
    """
    )
    function(slow, timeout=5)
    boto3.client("lambda").invoke(FunctionName="work", InvocationType="Event", Payload=b'{"id": "a"}')
    cloud.run()
    kinds = [event.kind for event in cloud.trace.of_kind(Kind.TIMED_OUT, Kind.FAILED, Kind.SUCCEEDED)]
    assert kinds == [Kind.TIMED_OUT, Kind.SUCCEEDED]
    assert charged() == Counter(a=1)


def test_a_retry_before_the_in_progress_record_expires_is_refused(cloud):
    """Without the context Powertools knows no timeout, so the record of the dead run stays in progress until it expires."""
    unregistered = (
        SETUP
        + """
    config = IdempotencyConfig(event_key_jmespath="id", expires_after_seconds=3600)

    @idempotent_function(data_keyword_argument="order", persistence_store=store, config=config)
    def charge(order):
        time.sleep(order.get("seconds", 0))
        return pay(order)

    def handler(event, context):
        return charge(order=event)
    """
    )
    function(unregistered, timeout=5)
    assert invoke({"id": "a", "seconds": 60})[1]["errorType"] == "Sandbox.Timedout"
    assert invoke({"id": "a"})[1]["errorType"] == "IdempotencyAlreadyInProgressError"
    cloud.run(seconds=3600)
    assert invoke({"id": "a"}) == (None, {"paid": "a"})
