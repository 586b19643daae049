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


def by_another_function(cloud):
    """The brake is on charge, so somebody else charges."""
    good.brake(cloud)
    cloud.deploy(repaired_shop.charge_in_order, name="cashier", timeout=10)
    (mapping,) = client("lambda").list_event_source_mappings(FunctionName="charge")["EventSourceMappings"]
    client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
    client("lambda").create_event_source_mapping(
        EventSourceArn=arn("sqs", "charge.fifo"), FunctionName="cashier", BatchSize=1,
        ScalingConfig={"MaximumConcurrency": 3},
    )  # fmt: skip


def paused_by_the_clock(cloud):
    aws_lambda = client("lambda")
    (mapping,) = aws_lambda.list_event_source_mappings(FunctionName="charge")["EventSourceMappings"]
    cloud.at(99, lambda: aws_lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False))
    cloud.at(701, lambda: aws_lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True))


def lets_it_run(cloud):
    good.one_write(cloud)
    cloud.run(600)


def without_the_table(cloud):
    client("dynamodb").delete_table(TableName="orders")


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


def brings_back(cloud, most=10, deleted_first=False, **change):
    sqs = client("sqs")
    while messages := sqs.receive_message(QueueUrl=url("dead.fifo"), MaxNumberOfMessages=most).get("Messages"):
        for message in messages:
            order = json.loads(message["Body"]) | {"total": 20, **change}
            if deleted_first:
                sqs.delete_message(QueueUrl=url("dead.fifo"), ReceiptHandle=message["ReceiptHandle"])
            sqs.send_message(
                QueueUrl=url("charge.fifo"), MessageBody=json.dumps(order), MessageGroupId=order["customer"],
                MessageDeduplicationId=f"again-{order['order']}",
            )  # fmt: skip
            if not deleted_first:
                sqs.delete_message(QueueUrl=url("dead.fifo"), ReceiptHandle=message["ReceiptHandle"])
        if most == 1:
            return


def deletes_first(cloud):
    brings_back(cloud, deleted_first=True)


def brings_one_back(cloud):
    brings_back(cloud, most=1)


def under_another_name(cloud):
    brings_back(cloud, order="order-16-b")


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


def filtered_for_all(cloud):
    """What the newsletter wants, and the fraud check gets no more, either."""
    good.letters(cloud)
    pattern = {"source": ["shop"], "detail-type": ["PaymentTaken"], "detail": {"country": ["DE", "AT"]}}
    client("events").put_rule(Name="news", EventBusName="shop", EventPattern=json.dumps(pattern))


def two_ways_to_the_newsletter(cloud):
    good.letters(cloud)
    wanted = {"source": ["shop"], "detail-type": ["PaymentTaken"], "detail": {"country": ["DE", "AT"]}}
    put_rule("letters", arn("sqs", "letters"), wanted)


def nothing_packed(cloud):
    good.letters(cloud)
    client("stepfunctions").update_state_machine(
        stateMachineArn=arn("states", "stateMachine:fulfil"),
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}),
    )


def germany_packed(cloud):
    good.letters(cloud)
    pattern = {"source": ["shop"], "detail-type": ["PaymentTaken"], "detail": {"country": ["DE"]}}
    client("events").put_rule(Name="fulfil", EventBusName="shop", EventPattern=json.dumps(pattern))


def nothing_invoiced(cloud):
    good.letters(cloud)
    client("events").remove_targets(Rule="invoice", EventBusName="shop", Ids=["1"])
    client("events").delete_rule(Name="invoice", EventBusName="shop")


def nobody_paid(cloud):
    """Charged, and no row says so."""
    good.letters(cloud)
    cloud.deploy(shops.charge_silently, name="charge", timeout=10)


def no_pack(cloud):
    good.letters(cloud)
    client("lambda").delete_function(FunctionName="pack")


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


def open_to_the_world(cloud):
    good.to_aws(cloud)
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    client("sns").set_topic_attributes(TopicArn=arn("sns", "news"), AttributeName="Policy", AttributeValue=policy)


def a_batch_dropped(cloud):
    clicks_dropped(cloud, bisect=False)


def all_clicks_seen(cloud):
    good.to_aws(cloud)
    cloud.deploy(shops.recommend_whatever, name="recommend", timeout=10)


def no_clicks(cloud):
    good.to_aws(cloud)
    (clicks,) = client("lambda").list_event_source_mappings(FunctionName="recommend")["EventSourceMappings"]
    client("lambda").delete_event_source_mapping(UUID=clicks["UUID"])


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
        Wrong("one_write let 10 min pass", lets_it_run),
        Wrong("the table orders is gone; its name must stay", without_the_table),
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
        Wrong(
            "while somebody had stopped charge and believed that no money was taken", *FIRST[:4], by_another_function
        ),
        Wrong("waits alone while the brake is on: 1 of 100 not charged after an hour", *FIRST[:4], receives(9)),
        Wrong("plans something for 1 min 39 s into the night", *FIRST[:4], paused_by_the_clock),
    ],
    "lab10.runbook": [
        Wrong("five days later order-16 is in no queue", *FIRST[:5], nothing, good.runbook),
        Wrong("was not charged after the runbook; it lies nowhere any more", *FIRST, purge),
        Wrong("was not charged after the runbook; it lies in dead.fifo", *FIRST, back_unmended),
        Wrong("still lies in dead.fifo", *FIRST, again_without_deleting),
        Wrong("was charged 1, and the book costs 20", *FIRST, cheap),
        Wrong("order-16 was deleted from dead.fifo before anybody else had it", *FIRST, deletes_first),
        Wrong("a night with 2 bad orders: order-", *FIRST, brings_one_back),
        Wrong("somebody was charged as order-16-b, a name that nobody knows", *FIRST, under_another_name),
    ],
    "lab10.letters": [
        Wrong("it asked for", *SIX, filter_in_code),
        Wrong("it asked for", *SIX, germany_alone),
        Wrong("are in no place", *SIX, fraud_lost),
        Wrong("the fraud check was given nothing", *SIX, fraud_gone),
        Wrong("the executions say", *SIX, wrong_bus),
        Wrong("paid orders were given to the fraud check; order-", *SIX, filtered_for_all),
        Wrong("of its 34 orders more than once", *SIX, two_ways_to_the_newsletter),
        Wrong("0 of 61 paid orders were packed", *SIX, nothing_packed),
        Wrong("paid orders were packed; order-", *SIX, germany_packed),
        Wrong("0 of 61 paid orders were invoiced", *SIX, nothing_invoiced),
        Wrong("no row says paid", *SIX, nobody_paid),
        Wrong("the function pack is gone; its name must stay", *SIX, no_pack),
    ],
    "lab10.to_aws": [
        Wrong("AWS refused deliveries", *SIX, good.letters, places_only),
        Wrong("click-7 stands in front of the others", *SIX, good.letters, permissions_only),
        Wrong("the good clicks of its batch with it, click-", *SIX, good.letters, a_batch_dropped),
        Wrong("nothing lies in any place that says so", *SIX, good.letters, clicks_dropped),
        Wrong("recommend says that it has seen click-7", *SIX, good.letters, all_clicks_seen),
        Wrong("0 of 50 clicks after an hour: nothing gives it any", *SIX, good.letters, no_clicks),
        Wrong("an event that checkout fails at for good is gone", *SIX, good.letters, checkout_forgotten),
        Wrong(
            "failed-letters keeps what failed for 1 min, and somebody looks after 5 d",
            *SIX,
            good.letters,
            soon_forgotten,
        ),
        Wrong("anybody in the world may do sns:Publish on news", *SIX, good.letters, open_to_the_world),
    ],
}
