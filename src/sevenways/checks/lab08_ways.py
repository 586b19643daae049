"""The eight ways of lesson 08 and its orders, as they stand there: a test holds the two to each other."""

import json
import random

import boto3

sqs, sns, events = boto3.client("sqs"), boto3.client("sns"), boto3.client("events")
aws_lambda, dynamodb, kinesis = boto3.client("lambda"), boto3.client("dynamodb"), boto3.client("kinesis")


def arn(service, name):
    return f"arn:aws:{service}:us-east-1:123456789012:{name}"


def make_queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def with_sqs(names, care, batch=10, most=None, receives=5, visibility=60):
    parked = {"deadLetterTargetArn": arn("sqs", "parked"), "maxReceiveCount": receives}
    more = {"RedrivePolicy": json.dumps(parked)} if care else {}
    orders = make_queue("orders", VisibilityTimeout=str(visibility), **more)
    options = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if care else {}
    options |= {"ScalingConfig": {"MaximumConcurrency": most}} if most else {}
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn("sqs", "orders"), FunctionName=name, BatchSize=batch, **options
        )
    return lambda order: sqs.send_message(QueueUrl=orders, MessageBody=json.dumps(order))


def with_fifo(names, care, batch=10, most=None, receives=5, visibility=60):
    make_queue("parked.fifo", FifoQueue="true")
    parked = {"deadLetterTargetArn": arn("sqs", "parked.fifo"), "maxReceiveCount": receives}
    more = {"RedrivePolicy": json.dumps(parked)} if care else {}
    orders = make_queue("orders.fifo", FifoQueue="true", VisibilityTimeout=str(visibility), **more)
    options = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if care else {}
    options |= {"ScalingConfig": {"MaximumConcurrency": most}} if most else {}
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn("sqs", "orders.fifo"), FunctionName=name, BatchSize=batch, **options
        )
    return lambda order: sqs.send_message(
        QueueUrl=orders,
        MessageBody=json.dumps(order),
        MessageGroupId=order["customer"],
        MessageDeduplicationId=order["order"],
    )


def keep_failures(names, care):
    """Where Lambda puts an asynchronous event that it gives up."""
    for name in names if care else ():
        aws_lambda.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn("sqs", "parked")}}
        )


def allow(name, who, source):
    aws_lambda.add_permission(
        FunctionName=name,
        StatementId=who,
        Action="lambda:InvokeFunction",
        Principal=f"{who}.amazonaws.com",
        SourceArn=source,
    )


def with_event(names, care):
    keep_failures(names, care)

    def send(order):
        for name in names:
            aws_lambda.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(order))

    return send


def with_sns(names, care):
    keep_failures(names, care)
    topic = sns.create_topic(Name="orders")["TopicArn"]
    for name in names:
        allow(name, "sns", topic)
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn("lambda", f"function:{name}"))
    return lambda order: sns.publish(TopicArn=topic, Message=json.dumps(order))


def with_eventbridge(names, care):
    keep_failures(names, care)
    for name in names:
        rule = events.put_rule(Name=name, EventPattern='{"detail-type": ["OrderPlaced"]}')["RuleArn"]
        allow(name, "events", rule)
        events.put_targets(Rule=name, Targets=[{"Id": name, "Arn": arn("lambda", f"function:{name}")}])
    entry = {"Source": "marigold", "DetailType": "OrderPlaced"}
    return lambda order: events.put_events(Entries=[entry | {"Detail": json.dumps(order)}])


def follow(source, names, care, batch=100, retries=3, lanes=10):
    """A mapping from a stream to each function."""
    options = (
        dict(
            FunctionResponseTypes=["ReportBatchItemFailures"],
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=retries,
            ParallelizationFactor=lanes,
            DestinationConfig={"OnFailure": {"Destination": arn("sqs", "parked")}},
        )
        if care
        else {}
    )
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=source, FunctionName=name, StartingPosition="TRIM_HORIZON", BatchSize=batch, **options
        )


def with_dynamodb(names, care, **settings):
    stream = dynamodb.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "order", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("customer", "order")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    follow(stream, names, care, **settings)
    return lambda order: dynamodb.put_item(
        TableName="orders",
        Item={name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in order.items()},
    )


def with_kinesis(names, care, shards=1, **settings):
    kinesis.create_stream(StreamName="orders", ShardCount=shards)
    follow(arn("kinesis", "stream/orders"), names, care, **settings)
    return lambda order: kinesis.put_record(StreamName="orders", PartitionKey=order["customer"], Data=json.dumps(order))


def with_destinations(names, care):
    keep_failures(names, care)
    aws_lambda.put_function_event_invoke_config(
        FunctionName="checkout", DestinationConfig={"OnSuccess": {"Destination": arn("lambda", f"function:{names[0]}")}}
    )
    return lambda order: aws_lambda.invoke(FunctionName="checkout", InvocationType="Event", Payload=json.dumps(order))


WAYS = {
    "SQS": with_sqs,
    "SQS FIFO": with_fifo,
    "Event": with_event,
    "SNS": with_sns,
    "EventBridge": with_eventbridge,
    "DynamoDB": with_dynamodb,
    "Kinesis": with_kinesis,
    "Destinations": with_destinations,
}


def workload(count=60, rate=10, customers=6, bad=(25,), seed=7):
    """(second, order) for each order; `rate` None sends all at once."""
    dice, numbers, out = random.Random(seed), {}, []
    for n in range(count):
        customer = f"customer-{dice.randrange(customers)}"
        numbers[customer] = numbers.get(customer, 0) + 1
        order = {
            "order": f"order-{n}",
            "customer": customer,
            "number": numbers[customer],
            "total": -1 if n in bad else 20,
        }
        out.append((n / rate if rate else 0.0, order))
    return out


PARTIAL = {
    "SQS": "each",
    "SQS FIFO": "onwards",
    "DynamoDB": "onwards",
    "Kinesis": "onwards",
}
