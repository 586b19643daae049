"""Designs of the way from an order to its payment, right and wrong, each as (repair, runbook): what a learner might have at stage 6."""

import json
from dataclasses import dataclass, field

from sevenways.night import reference, repaired_shop
from sevenways.night.orders import PRICE
from sevenways.night.platform import FORTNIGHT_S, ROLE, ROW_AS_ORDER, arn, client, only, stream_of_orders

from . import shops

ORDER_PLACED = {"source": ["shop"], "detail-type": ["OrderPlaced"]}
ROW = "$.dynamodb.NewImage"


@dataclass(frozen=True)
class Design:
    """One design: what it does to the platform, and its runbook."""

    repair: object
    runbook: object = field(default=lambda cloud: None)


def nothing(cloud):
    """A stage at which this design has nothing to do."""


def queue(name, **attributes):
    return client("sqs").create_queue(
        QueueName=name, Attributes={key: str(value) for key, value in attributes.items()}
    )["QueueUrl"]


def url(name):
    return client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


def deploy(cloud, reserved=None, checkout=repaired_shop.checkout, surroundings=None, **environment):
    client("dynamodb").create_table(
        TableName="claims",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
    )
    cloud.deploy(checkout, name="checkout", timeout=10, environment=surroundings or {})
    cloud.deploy(shops.charge, name="charge", timeout=10, environment=environment, reserved_concurrency=reserved)


def pipe(target, **parameters):
    client("pipes").create_pipe(
        Name="placed",
        RoleArn=ROLE,
        Source=stream_of_orders(),
        Target=target,
        SourceParameters=only("INSERT"),
        TargetParameters={"InputTemplate": ROW_AS_ORDER, **parameters},
    )


def unplaced():
    client("events").remove_targets(Rule="placed", EventBusName="shop", Ids=["1"])
    client("events").delete_rule(Name="placed", EventBusName="shop")


def read(source, **options):
    client("lambda").create_event_source_mapping(EventSourceArn=source, FunctionName="charge", **options)


def fifo(group="customer", receives=20, dead=True, kept=FORTNIGHT_S, batch=1, cap=3, **environment):
    """Table -> Pipe -> FIFO queue."""

    def repair(cloud):
        deploy(cloud, **environment)
        unplaced()
        policy = {}
        if dead:
            queue("dead.fifo", FifoQueue="true", **({"MessageRetentionPeriod": kept} if kept else {}))
            policy = {
                "RedrivePolicy": json.dumps(
                    {"deadLetterTargetArn": arn("sqs", "dead.fifo"), "maxReceiveCount": receives}
                )
            }
        queue("parked", MessageRetentionPeriod=FORTNIGHT_S)
        queue("charge.fifo", FifoQueue="true", VisibilityTimeout=120 if batch > 1 else 60, **policy)
        own = f"{ROW}.{group}.S" if group else "everybody"
        pipe(
            arn("sqs", "charge.fifo"),
            SqsQueueParameters={"MessageGroupId": own, "MessageDeduplicationId": f"{ROW}.order.S"},
        )
        more = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if environment.get("PARTIAL") else {}
        more |= {"ScalingConfig": {"MaximumConcurrency": cap}} if cap else {}
        read(arn("sqs", "charge.fifo"), BatchSize=batch, **more)

    return Design(repair, mend_and_send)


def mend_and_send(cloud):
    """What lies in the places, mended and sent again."""
    sqs = client("sqs")
    for place in ("dead.fifo", "parked"):
        try:
            here = url(place)
        except sqs.exceptions.QueueDoesNotExist:
            continue
        while messages := sqs.receive_message(QueueUrl=here, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                order = json.loads(message["Body"]) | {"total": PRICE}
                sqs.send_message(
                    QueueUrl=url("charge.fifo"),
                    MessageBody=json.dumps(order),
                    MessageGroupId=order["customer"],
                    MessageDeduplicationId=f"again-{order['order']}",
                )
                sqs.delete_message(QueueUrl=here, ReceiptHandle=message["ReceiptHandle"])


def standard(cap=3, reserved=None, receives=20, **environment):
    """Table -> Pipe -> bus -> standard queue."""

    def repair(cloud):
        deploy(cloud, reserved, **environment)
        queue("dead", MessageRetentionPeriod=FORTNIGHT_S)
        policy = json.dumps({"deadLetterTargetArn": arn("sqs", "dead"), "maxReceiveCount": receives})
        queue("to-charge", VisibilityTimeout=60, RedrivePolicy=policy)
        pipe(arn("sqs", "to-charge"), SqsQueueParameters={})
        unplaced()
        read(arn("sqs", "to-charge"), BatchSize=1, **({"ScalingConfig": {"MaximumConcurrency": cap}} if cap else {}))

    return Design(repair)


def pushed(reserved=None, kept=True, **environment):
    """Table -> Pipe -> bus -> function."""

    def repair(cloud):
        deploy(cloud, reserved, **environment)
        pipe(
            arn("events", "event-bus/shop"),
            EventBridgeEventBusParameters={"Source": "shop", "DetailType": "OrderPlaced"},
        )
        queue("parked", MessageRetentionPeriod=FORTNIGHT_S)
        if kept:
            client("lambda").put_function_event_invoke_config(
                FunctionName="charge", DestinationConfig={"OnFailure": {"Destination": arn("sqs", "parked")}}
            )

    return Design(repair)


def table_stream(retries=6, factor=3, kept=True, **environment):
    """Table's stream -> mapping."""

    def repair(cloud):
        deploy(cloud, **environment)
        unplaced()
        queue("parked", MessageRetentionPeriod=FORTNIGHT_S)
        more = {"MaximumRetryAttempts": retries} if retries is not None else {}
        more |= {"DestinationConfig": {"OnFailure": {"Destination": arn("sqs", "parked")}}} if kept else {}
        read(
            stream_of_orders(),
            StartingPosition="TRIM_HORIZON",
            BatchSize=1,
            ParallelizationFactor=factor,
            FilterCriteria=only("INSERT")["FilterCriteria"],
            **more,
        )

    return Design(repair, write_the_row_again)


def write_the_row_again(cloud):
    """A pointer says that something failed; the table says what: rows that are not paid."""
    dynamodb, sqs = client("dynamodb"), client("sqs")
    for row in dynamodb.scan(TableName="orders")["Items"]:
        if row["state"]["S"] == "placed":
            dynamodb.delete_item(TableName="orders", Key={"customer": row["customer"], "order": row["order"]})
            dynamodb.put_item(TableName="orders", Item=row | {"total": {"N": str(PRICE)}})
    sqs.purge_queue(QueueUrl=url("parked"))


def fifo_topic():
    """FIFO topic -> FIFO queue; no table first."""

    def repair(cloud):
        deploy(cloud, checkout=shops.checkout_topic)
        unplaced()
        client("sns").create_topic(Name="orders.fifo", Attributes={"FifoTopic": "true"})
        queue("dead.fifo", FifoQueue="true", MessageRetentionPeriod=FORTNIGHT_S)
        policy = json.dumps({"deadLetterTargetArn": arn("sqs", "dead.fifo"), "maxReceiveCount": 20})
        queue("charge.fifo", FifoQueue="true", VisibilityTimeout=60, RedrivePolicy=policy)
        client("sns").subscribe(
            TopicArn=arn("sns", "orders.fifo"),
            Protocol="sqs",
            Endpoint=arn("sqs", "charge.fifo"),
            Attributes={"RawMessageDelivery": "true"},
        )
        read(arn("sqs", "charge.fifo"), BatchSize=1, ScalingConfig={"MaximumConcurrency": 3})

    return Design(repair, mend_and_send)


def kinesis(partition="customer", retries=6, factor=3, **environment):
    """Kinesis -> mapping; no table first. The stream remembers for a week."""

    def repair(cloud):
        deploy(cloud, checkout=shops.checkout_kinesis, surroundings={"PARTITION": partition}, **environment)
        unplaced()
        client("kinesis").create_stream(StreamName="orders", ShardCount=1)
        client("kinesis").increase_stream_retention_period(StreamName="orders", RetentionPeriodHours=168)
        queue("parked", MessageRetentionPeriod=FORTNIGHT_S)
        read(
            arn("kinesis", "stream/orders"),
            StartingPosition="TRIM_HORIZON",
            BatchSize=1,
            ParallelizationFactor=factor,
            MaximumRetryAttempts=retries,
            DestinationConfig={"OnFailure": {"Destination": arn("sqs", "parked")}},
        )

    return Design(repair, follow_the_pointer)


def follow_the_pointer(cloud):
    """The record that the pointer names, mended and put again."""
    sqs, stream = client("sqs"), client("kinesis")
    for message in sqs.receive_message(QueueUrl=url("parked"), MaxNumberOfMessages=10).get("Messages", []):
        where = json.loads(message["Body"])["KinesisBatchInfo"]
        iterator = stream.get_shard_iterator(
            StreamName="orders",
            ShardId=where["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            StartingSequenceNumber=where["startSequenceNumber"],
        )["ShardIterator"]
        order = json.loads(stream.get_records(ShardIterator=iterator, Limit=1)["Records"][0]["Data"]) | {"total": PRICE}
        stream.put_record(StreamName="orders", PartitionKey=order["customer"], Data=json.dumps(order))
        sqs.delete_message(QueueUrl=url("parked"), ReceiptHandle=message["ReceiptHandle"])


RIGHT = {
    "A: table, Pipe, FIFO queue": Design(
        lambda cloud: [repair(cloud) for repair in reference.start_from(7) if repair is not reference.runbook],
        reference.runbook,
    ),
    "A2: the handler parks what can never work": fifo(PARK="1"),
    "A3: eleven receives": fifo(receives=11),
    "A4: batches of ten that respect groups": fifo(batch=10, receives=10, PARTIAL="1"),
    "B: the table's stream": table_stream(),
    "C: FIFO topic, FIFO queue": fifo_topic(),
    "D: Kinesis": kinesis(),
}

WRONG = {
    "1 pushed, with a key": pushed(kept=False),
    "2 standard queue, reserved 3, five receives": standard(cap=None, reserved=3, receives=5),
    "3 standard queue, cap 3": standard(),
    "4 FIFO, one group": fifo(group=None),
    "5 FIFO, three receives": fifo(receives=3),
    "6 FIFO, no dead-letter queue": fifo(dead=False),
    "7 no key, client 3 s": fifo(KEY="none", TIMEOUT="3"),
    "8 seen orders in memory": fifo(KEY="memory", TIMEOUT="3"),
    "9 claim first, then pay": fifo(KEY="claim"),
    "10 stream, default retries": table_stream(retries=None, kept=False),
    "10b stream, a hundred retries": table_stream(retries=100),
    "11 stream, factor 10": table_stream(factor=10),
    "12 claim by message": fifo(KEY="claim-message"),
    "13 Kinesis, key = order": kinesis(partition="order"),
    "14 default retention": fifo(kept=None),
    "15 pushed, reserved 3, a place for failures": pushed(reserved=3),
    "16 stream, one retry, client 3 s": table_stream(retries=1, TIMEOUT="3"),
    "17 the total as it is read": fifo(AS_READ="1"),
    "18 client 3 s, five receives": fifo(TIMEOUT="3", receives=5),
}
