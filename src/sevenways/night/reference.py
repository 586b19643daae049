"""Repairs for those who come late: one good way through the night, stage by stage. There are others; lab 10 lets each of them pass."""

import json
from collections.abc import Callable
from typing import Any

from motoclock.asking import asked
from sevenways.cloud import Cloud
from sevenways.night import repaired_shop
from sevenways.night.orders import PRICE, Stage
from sevenways.night.platform import (
    FORTNIGHT_S,
    ROLE,
    ROW_AS_ORDER,
    arn,
    client,
    only,
    put_rule,
    stream_of_orders,
)

Repair = Callable[[Cloud], object]


@asked
def start_from(stage: int) -> tuple[Repair, ...]:
    """The repairs of all stages before this one: `one_write, three_at_once = start_from(3)`.

    Of the two functions of stage 6 both are there, so `start_from(7)` has seven.
    """
    if stage not in range(1, len(Stage) + 1):
        raise ValueError(f"the stages are 1 to {len(Stage)}, and this is {stage!r}")
    return tuple(repair for own, repair in _REFERENCE if own < stage)


def one_write(cloud: Cloud) -> None:
    cloud.deploy(repaired_shop.checkout, timeout=10)
    cloud.deploy(repaired_shop.charge_event, name="charge", timeout=10)
    _pipe(
        arn("events", "event-bus/shop"), EventBridgeEventBusParameters={"Source": "shop", "DetailType": "OrderPlaced"}
    )


def three_at_once(cloud: Cloud) -> None:
    cloud.deploy(repaired_shop.charge_message, name="charge", timeout=10)
    client("sqs").create_queue(QueueName="to-charge", Attributes={"VisibilityTimeout": "60"})
    put_rule("placed", arn("sqs", "to-charge"), {"source": ["shop"], "detail-type": ["OrderPlaced"]})
    _read("to-charge")


def charged_once(cloud: Cloud) -> None:
    cloud.deploy(repaired_shop.charge_once, name="charge", timeout=10)


def in_order(cloud: Cloud) -> None:
    cloud.deploy(repaired_shop.charge_in_order, name="charge", timeout=10)
    sqs, aws_lambda = client("sqs"), client("lambda")
    for mapping in aws_lambda.list_event_source_mappings(FunctionName="charge")["EventSourceMappings"]:
        aws_lambda.delete_event_source_mapping(UUID=mapping["UUID"])
    client("pipes").delete_pipe(Name="placed")
    client("events").remove_targets(Rule="placed", EventBusName="shop", Ids=["1"])
    client("events").delete_rule(Name="placed", EventBusName="shop")
    sqs.delete_queue(QueueUrl=_url("to-charge"))
    sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})
    sqs.create_queue(QueueName="charge.fifo", Attributes={"FifoQueue": "true", "VisibilityTimeout": "60"})
    _redrive("charge.fifo", "dead.fifo", 3)
    row = "$.dynamodb.NewImage"
    _pipe(
        arn("sqs", "charge.fifo"),
        SqsQueueParameters={"MessageGroupId": f"{row}.customer.S", "MessageDeduplicationId": f"{row}.order.S"},
    )
    _read("charge.fifo")


def brake(cloud: Cloud) -> None:
    _redrive("charge.fifo", "dead.fifo", 20)


def keep_failures(cloud: Cloud) -> None:
    client("sqs").set_queue_attributes(QueueUrl=_url("dead.fifo"), Attributes={"MessageRetentionPeriod": FORTNIGHT_S})


def runbook(cloud: Cloud) -> None:
    """Read what is parked, mend it, send it again under its own name, and only then delete it."""
    sqs = client("sqs")
    while messages := sqs.receive_message(QueueUrl=_url("dead.fifo"), MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            order = json.loads(message["Body"]) | {"total": PRICE}
            sqs.send_message(
                QueueUrl=_url("charge.fifo"),
                MessageBody=json.dumps(order),
                MessageGroupId=order["customer"],
                MessageDeduplicationId=f"again-{order['order']}",
            )
            sqs.delete_message(QueueUrl=_url("dead.fifo"), ReceiptHandle=message["ReceiptHandle"])


def letters(cloud: Cloud) -> None:
    sqs, sns, aws_lambda = client("sqs"), client("sns"), client("lambda")
    topic = arn("sns", "news")
    for subscription in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if subscription["Endpoint"].endswith("function:newsletter"):
            sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.create_queue(QueueName="letters", Attributes={"VisibilityTimeout": "60"})
    wanted = {"detail": {"country": ["DE", "AT"]}}
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn("sqs", "letters"),
        Attributes={
            "RawMessageDelivery": "true",
            "FilterPolicyScope": "MessageBody",
            "FilterPolicy": json.dumps(wanted),
        },
    )
    aws_lambda.create_event_source_mapping(EventSourceArn=arn("sqs", "letters"), FunctionName="newsletter")
    _keep("fraud", "failed-checks")
    put_rule("label-ready", arn("lambda", "function:label-ready"), {"source": ["parcelwing"]}, "default")


def to_aws(cloud: Cloud) -> None:
    aws_lambda = client("lambda")
    for rule, bus, function in (("invoice", "shop/", "invoice"), ("label-ready", "", "label-ready")):
        _allow(function, "events", arn("events", f"rule/{bus}{rule}"))
    _allow("fraud", "sns", arn("sns", "news"))
    _let_in("letters", "sns", arn("sns", "news"))
    _let_topic_in("news", arn("events", "rule/shop/news"))
    _place("failed-letters")
    _redrive("letters", "failed-letters", 5)
    for function in ("checkout", "label-ready"):
        _keep(function, f"failed-{function}")
    _place("failed-clicks")
    _place("failed-payments")
    (clicks,) = aws_lambda.list_event_source_mappings(FunctionName="recommend")["EventSourceMappings"]
    aws_lambda.update_event_source_mapping(
        UUID=clicks["UUID"],
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=3,
        DestinationConfig={"OnFailure": {"Destination": arn("sqs", "failed-clicks")}},
    )


_REFERENCE: tuple[tuple[Stage, Repair], ...] = (
    (Stage.ONE_WRITE, one_write),
    (Stage.THREE_AT_ONCE, three_at_once),
    (Stage.CHARGED_ONCE, charged_once),
    (Stage.IN_ORDER, in_order),
    (Stage.BRAKE, brake),
    (Stage.RUNBOOK, keep_failures),
    (Stage.RUNBOOK, runbook),
    (Stage.LETTERS, letters),
    (Stage.TO_AWS, to_aws),
)


def _pipe(target: str, **parameters: Any) -> None:
    client("pipes").create_pipe(
        Name="placed",
        RoleArn=ROLE,
        Source=stream_of_orders(),
        Target=target,
        SourceParameters=only("INSERT"),
        TargetParameters={"InputTemplate": ROW_AS_ORDER, **parameters},
    )


def _read(queue: str) -> None:
    client("lambda").create_event_source_mapping(
        EventSourceArn=arn("sqs", queue),
        FunctionName="charge",
        BatchSize=1,
        ScalingConfig={"MaximumConcurrency": 3},
    )


def _redrive(queue: str, dead: str, receives: int) -> None:
    policy = {"deadLetterTargetArn": arn("sqs", dead), "maxReceiveCount": receives}
    client("sqs").set_queue_attributes(QueueUrl=_url(queue), Attributes={"RedrivePolicy": json.dumps(policy)})


def _place(queue: str) -> None:
    client("sqs").create_queue(QueueName=queue, Attributes={"MessageRetentionPeriod": FORTNIGHT_S})


def _keep(function: str, queue: str) -> None:
    """What Lambda gives up of this function goes into a queue of its own."""
    _place(queue)
    client("lambda").put_function_event_invoke_config(
        FunctionName=function, DestinationConfig={"OnFailure": {"Destination": arn("sqs", queue)}}
    )


def _allow(function: str, who: str, source: str) -> None:
    client("lambda").add_permission(
        FunctionName=function,
        StatementId=who,
        Action="lambda:InvokeFunction",
        Principal=f"{who}.amazonaws.com",
        SourceArn=source,
    )


def _statement(who: str, action: str, target: str, source: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{who}.amazonaws.com"},
        "Action": action,
        "Resource": target,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _let_in(queue: str, who: str, source: str) -> None:
    policy = _statement(who, "sqs:SendMessage", arn("sqs", queue), source)
    client("sqs").set_queue_attributes(QueueUrl=_url(queue), Attributes={"Policy": policy})


def _let_topic_in(topic: str, source: str) -> None:
    client("sns").set_topic_attributes(
        TopicArn=arn("sns", topic),
        AttributeName="Policy",
        AttributeValue=_statement("events", "sns:Publish", arn("sns", topic), source),
    )


def _url(queue: str) -> str:
    return client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
