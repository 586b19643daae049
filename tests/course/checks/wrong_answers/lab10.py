"""Plausible wrong answers to lab 10, each with a part of its sentence; nineteen wrong designs stand in tests/course/night."""

import json

from sevenways.night import reference as good
from sevenways.night import repaired_shop
from sevenways.night.platform import arn, client, put_rule
from tests.course.night import shops
from tests.course.night.designs import fifo, nothing, pipe, queue, read, standard, table_stream, unplaced, url

from ..contract import Wrong

FIRST = (good.one_write, good.three_at_once, good.charged_once, good.in_order, good.brake, good.keep_failures)
BUS = {"EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "OrderPlaced"}}


def swapped(cloud):
    cloud.deploy(shops.checkout_swapped, name="checkout", timeout=10)


def event_only(cloud):
    cloud.deploy(shops.checkout_event, name="checkout", timeout=10)


def total_as_text(cloud):
    cloud.deploy(repaired_shop.checkout, timeout=10)
    pipe(arn("events", "event-bus/shop"), **BUS)


def row_only(cloud):
    cloud.deploy(repaired_shop.checkout, timeout=10)


def misspelt(cloud):
    client("events").put_rule(Name="placed", EventBusName="shops", EventPattern="{}")


def reserved_three(cloud):
    client("lambda").put_function_concurrency(FunctionName="charge", ReservedConcurrentExecutions=3)


def queue_and_reserved(cloud):
    cloud.deploy(repaired_shop.charge_message, name="charge", timeout=10, reserved_concurrency=3)
    queue("dead")
    policy = json.dumps({"deadLetterTargetArn": arn("sqs", "dead"), "maxReceiveCount": 1})
    queue("to-charge", VisibilityTimeout=60, RedrivePolicy=policy)
    put_rule("placed", arn("sqs", "to-charge"), {"source": ["shop"], "detail-type": ["OrderPlaced"]})
    read(arn("sqs", "to-charge"), BatchSize=1)


def capped(most):
    def three_at_once(cloud):
        good.three_at_once(cloud)
        (mapping,) = client("lambda").list_event_source_mappings(FunctionName="charge")["EventSourceMappings"]
        client("lambda").update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": most})

    return three_at_once


def no_rule(cloud):
    unplaced()


def charging(**environment):
    """Another charge, out of the queue of task 2."""

    def charged_once(cloud):
        client("dynamodb").create_table(
            TableName="claims",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        )
        cloud.deploy(shops.charge, name="charge", timeout=10, environment=environment)

    return charged_once


def receives(count):
    def brake(cloud):
        policy = {"deadLetterTargetArn": arn("sqs", "dead.fifo"), "maxReceiveCount": count}
        client("sqs").set_queue_attributes(
            QueueUrl=url("charge.fifo"), Attributes={"RedrivePolicy": json.dumps(policy)}
        )

    return brake


def purge(cloud):
    client("sqs").purge_queue(QueueUrl=url("dead.fifo"))


def back_unmended(cloud):
    client("sqs").start_message_move_task(SourceArn=arn("sqs", "dead.fifo"))


def again_without_deleting(cloud):
    sqs = client("sqs")
    for message in sqs.receive_message(QueueUrl=url("dead.fifo"), MaxNumberOfMessages=10)["Messages"]:
        order = json.loads(message["Body"]) | {"total": 20}
        sqs.send_message(
            QueueUrl=url("charge.fifo"), MessageBody=json.dumps(order), MessageGroupId=order["customer"],
            MessageDeduplicationId="again",
        )  # fmt: skip


def cheap(cloud):
    """The total without its sign, and without a thought: one dollar is positive, too."""
    sqs = client("sqs")
    for message in sqs.receive_message(QueueUrl=url("dead.fifo"), MaxNumberOfMessages=10)["Messages"]:
        order = json.loads(message["Body"]) | {"total": 1}
        sqs.send_message(
            QueueUrl=url("charge.fifo"), MessageBody=json.dumps(order), MessageGroupId=order["customer"],
            MessageDeduplicationId="again",
        )  # fmt: skip
        sqs.delete_message(QueueUrl=url("dead.fifo"), ReceiptHandle=message["ReceiptHandle"])


def filter_in_code(cloud):
    """The newsletter's own code drops what it doesn't want; it is still given everything."""

    def newsletter(event, context):
        import json

        for record in event["Records"]:
            told = json.loads(record["Sns"]["Message"])["detail"]
            if told["country"] in ("DE", "AT"):
                print("letter", told["order"])

    good.letters(cloud)
    (queued,) = [
        each
        for each in client("sns").list_subscriptions_by_topic(TopicArn=arn("sns", "news"))["Subscriptions"]
        if each["Protocol"] == "sqs"
    ]
    client("sns").unsubscribe(SubscriptionArn=queued["SubscriptionArn"])
    client("sns").subscribe(
        TopicArn=arn("sns", "news"), Protocol="lambda", Endpoint=arn("lambda", "function:newsletter")
    )
    cloud.deploy(newsletter, timeout=10)


def germany_alone(cloud):
    good.letters(cloud)
    (queued,) = [
        each
        for each in client("sns").list_subscriptions_by_topic(TopicArn=arn("sns", "news"))["Subscriptions"]
        if each["Protocol"] == "sqs"
    ]
    client("sns").set_subscription_attributes(
        SubscriptionArn=queued["SubscriptionArn"], AttributeName="FilterPolicy",
        AttributeValue=json.dumps({"detail": {"country": ["DE"]}}),
    )  # fmt: skip


def fraud_lost(cloud):
    good.letters(cloud)
    client("lambda").delete_function_event_invoke_config(FunctionName="fraud")


def fraud_gone(cloud):
    """Broken? Then take it out."""
    good.letters(cloud)
    for each in client("sns").list_subscriptions_by_topic(TopicArn=arn("sns", "news"))["Subscriptions"]:
        if each["Endpoint"].endswith("function:fraud"):
            client("sns").unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def wrong_bus(cloud):
    good.letters(cloud)
    client("events").remove_targets(Rule="label-ready", Ids=["1"])
    put_rule("label-ready", arn("lambda", "function:label-ready"), {"source": ["parcelwing"]}, "shop")


def places_only(cloud):
    """All of it but the permissions."""
    allow, let_in, topic = good._allow, good._let_in, good._let_topic_in
    good._allow = good._let_in = good._let_topic_in = lambda *_: None
    try:
        good.to_aws(cloud)
    finally:
        good._allow, good._let_in, good._let_topic_in = allow, let_in, topic


def permissions_only(cloud):
    for function, source in (("invoice", "rule/shop/invoice"), ("label-ready", "rule/label-ready")):
        good._allow(function, "events", arn("events", source))
    good._allow("fraud", "sns", arn("sns", "news"))
    good._let_in("letters", "sns", arn("sns", "news"))
    good._let_topic_in("news", arn("events", "rule/shop/news"))


def clicks_dropped(cloud, bisect=True):
    """Give up after three, and tell nobody."""
    good.to_aws(cloud)
    (clicks,) = client("lambda").list_event_source_mappings(FunctionName="recommend")["EventSourceMappings"]
    client("lambda").delete_event_source_mapping(UUID=clicks["UUID"])
    client("lambda").create_event_source_mapping(
        EventSourceArn=arn("kinesis", "stream/clicks"), FunctionName="recommend", StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=bisect, MaximumRetryAttempts=3,
    )  # fmt: skip


def brake_undone(cloud):
    good.brake(cloud)
    cloud.at(101, lambda: client("lambda").delete_function_concurrency(FunctionName="charge"))


def open_to_the_world(cloud):
    good.to_aws(cloud)
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    client("sns").set_topic_attributes(TopicArn=arn("sns", "news"), AttributeName="Policy", AttributeValue=policy)


def a_batch_dropped(cloud):
    clicks_dropped(cloud, bisect=False)


def checkout_forgotten(cloud):
    good.to_aws(cloud)
    client("lambda").delete_function_event_invoke_config(FunctionName="checkout")


def soon_forgotten(cloud):
    good.to_aws(cloud)
    attributes = {"MessageRetentionPeriod": "60"}
    client("sqs").set_queue_attributes(QueueUrl=url("failed-letters"), Attributes=attributes)


SIX = (*FIRST, good.runbook)

WRONG = {
    "lab10.one_write": [
        Wrong("6 of 40 not charged after an hour, order-5 first; order-5, order-7 and 4 more have a row", nothing),
        Wrong("order-5 was charged, and the table has no whole row of it", swapped),
        Wrong("order-0 was charged, and the table has no whole row of it", event_only),
        Wrong("calls: total is '20', which is no whole number", total_as_text),
        Wrong("40 of 40 not charged", row_only),
        Wrong("misspelt raised", misspelt),
        Wrong("a function was expected, and this is an int", 5),
    ],
    "lab10.three_at_once": [
        Wrong("the provider saw 10 calls at once", good.one_write, nothing),
        Wrong("the provider saw 5 calls at once", good.one_write, capped(5)),
        Wrong("of 120 not charged after an hour, order-90 first; parked: 6", good.one_write, queue_and_reserved),
        Wrong("not charged after an hour, order-0 first", good.one_write, no_rule),
    ],
    "lab10.charged_once": [
        Wrong("was charged at", *FIRST[:2], charging(KEY="none")),
        Wrong("was charged at", *FIRST[:2], charging(KEY="memory")),
        Wrong("calls at once", *FIRST[:2], charging(TIMEOUT="3")),
    ],
    "lab10.in_order": [
        Wrong("was charged after", *FIRST[:3], nothing),
        Wrong("was charged after", nothing, nothing, nothing, standard().repair),
        Wrong(
            "longer for some orders than for others: customer-", nothing, nothing, nothing, fifo(group="order").repair
        ),
        Wrong("waited for", nothing, nothing, nothing, fifo(group=None).repair),
        Wrong(
            "and so did all others: from 8 s to 188 s", nothing, nothing, nothing, fifo(group=None, receives=3).repair
        ),
        Wrong("not charged after an hour", nothing, nothing, nothing, fifo(dead=False).repair),
        Wrong("calls at once", nothing, nothing, nothing, table_stream(factor=10).repair),
    ],
    "lab10.brake": [
        Wrong("not charged after an hour", *FIRST[:4], nothing),
        Wrong("not charged after an hour", *FIRST[:4], receives(4)),
        Wrong("a night that you have not seen, seed 2: 2 of 119 not charged after an hour", *FIRST[:4], receives(5)),
        Wrong("while somebody had stopped charge and believed that no money was taken", *FIRST[:4], brake_undone),
    ],
    "lab10.runbook": [
        Wrong("five days later order-16 is in no queue", *FIRST[:5], nothing, good.runbook),
        Wrong("was not charged after the runbook; it lies nowhere any more", *FIRST, purge),
        Wrong("was not charged after the runbook; it lies in dead.fifo", *FIRST, back_unmended),
        Wrong("still lies in dead.fifo", *FIRST, again_without_deleting),
        Wrong("was charged 1, and the book costs 20", *FIRST, cheap),
    ],
    "lab10.letters": [
        Wrong("it asked for", *SIX, filter_in_code),
        Wrong("it asked for", *SIX, germany_alone),
        Wrong("are in no place", *SIX, fraud_lost),
        Wrong("the fraud check was given nothing", *SIX, fraud_gone),
        Wrong("the executions say", *SIX, wrong_bus),
    ],
    "lab10.to_aws": [
        Wrong("AWS refused deliveries", *SIX, good.letters, places_only),
        Wrong("click-7 stands in front of the others", *SIX, good.letters, permissions_only),
        Wrong("the good clicks of its batch with it, click-", *SIX, good.letters, a_batch_dropped),
        Wrong("nothing lies in any place that says so", *SIX, good.letters, clicks_dropped),
        Wrong("an event that checkout fails at three times is gone", *SIX, good.letters, checkout_forgotten),
        Wrong(
            "failed-letters keeps what failed for 1 min, and somebody looks after 5 d",
            *SIX,
            good.letters,
            soon_forgotten,
        ),
        Wrong("anybody in the world may do sns:Publish on news", *SIX, good.letters, open_to_the_world),
    ],
}
