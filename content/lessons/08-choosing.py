# %% [markdown]
# # 08 · Choosing
#
# A friend of Ada's is opening a shop of her own and asks: "Seven ways. Which one do *you* use?" Ada does not answer. She offers a
# bet: every way gets the same sixty orders, on the same day, with the same bad luck. Before each race you call the result. By the end
# you will have lost some of these bets, and you will know why, which is worth more than a favourite.
#
# **By the end you can**
# - say from seven questions which service you would take, which comes second, and what would change your mind;
# - read waits, order, duplicates and losses of several systems side by side;
# - size a consumer with Little's law, before it is too small;
# - compute the bill of a month, and find the rate at which two ways cost the same.
#
# **Time** about 60 minutes without sections 5 and 7, which are for those who run such systems at night; 45 for the lab. In a workshop
# of 90 minutes take sections 1, 2, 4, 9 and 10.
# **You need** units 01 to 07, or at least what each of the services is.
#
# Every cell runs against a simulated AWS with a clock of its own. Where it asks you to **predict**, run that cell and take
# a choice, before you go on: it is kept for you. What the next cells show stays folded until you run them, and the explanation
# until you open it.

# %%
import json
import random

import boto3

from sevenways import Cloud, Explorer, predict, predictions, quiz, what_changed, who_retries
from sevenways.choosing.month import HOURS, Plan, crossing, environments, month, shards
from sevenways.draw.arrivals import arrivals
from sevenways.draw.comparison import comparison
from sevenways.draw.cost_curves import Checked, cost_curves
from sevenways.draw.guide import choose, decision_tree
from sevenways.draw.race import read_race
from sevenways.draw.strips import running_strips, strips

# %%
sqs, sns, events = boto3.client("sqs"), boto3.client("sns"), boto3.client("events")
aws_lambda, dynamodb, kinesis = boto3.client("lambda"), boto3.client("dynamodb"), boto3.client("kinesis")


def arn(service, name):
    return f"arn:aws:{service}:us-east-1:123456789012:{name}"


def make_queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

# %% [markdown]
# ## 1 · Eight starters
#
# Seven ways, and eight starters, since a FIFO queue is not like the other kind. First the consumer. It is one function for all of them,
# so it has to know what an order looks like when it comes out of each. Read `orders_of` as a table: seven services, seven envelopes.

# %%
import base64
import json
import os
import time
import urllib.request


def orders_of(event):
    """(id for a partial response, order) for each order in whatever shape arrives."""
    if "detail" in event:                # EventBridge: the event around it
        yield None, event["detail"]
    elif "requestPayload" in event:      # Destinations: the record of the run before
        yield None, event["responsePayload"]
    elif "Records" not in event:         # Event: what the caller sent, and nothing else
        yield None, event
    for record in event.get("Records", ()):
        if "Sns" in record:              # SNS: a text, always one record
            yield None, json.loads(record["Sns"]["Message"])
        elif "kinesis" in record:        # Kinesis: bytes, in base64
            yield record["kinesis"]["sequenceNumber"], json.loads(base64.b64decode(record["kinesis"]["data"]))
        elif "dynamodb" in record:       # DynamoDB: an item with its types, not an order
            item = record["dynamodb"]["NewImage"]
            number = {name: int(item[name]["N"]) for name in ("number", "total")}
            yield record["dynamodb"]["SequenceNumber"], {name: item[name].get("S") for name in item} | number
        else:                            # SQS: a text
            yield record["messageId"], json.loads(record["body"])


def charge(event, context):
    failed = []
    for record_id, order in orders_of(event):
        try:
            if failed and os.environ["PARTIAL"] == "onwards":
                raise RuntimeError("not before the one in front")
            time.sleep(float(os.environ["SECONDS"]))
            if order["total"] < 0:
                raise ValueError(f"{order['order']} has a total below zero")
            if os.environ["DATABASE"]:
                urllib.request.urlopen(os.environ["DATABASE"], data=b"{}", timeout=2).read()
            print("done", order["order"], order["customer"], order["number"])
        except Exception:
            if not os.environ["PARTIAL"]:
                raise
            failed.append({"itemIdentifier": record_id})
    return {"batchItemFailures": failed}

# %% [markdown]
# It returns the failures of a batch where somebody listens (`PARTIAL`), and raises where nobody does. Where order counts, nothing
# behind a failure may be taken for done.
#
# Now the eight ways. Each is a function of plain boto3: it builds what is needed to bring orders to the functions in `names`, and
# returns `send(order)`. With `care`, everything that this course has taught about failures is switched on; without it, nothing is.

# %%
def with_sqs(names, care, batch=10, most=None, receives=5, visibility=60):
    parked = {"deadLetterTargetArn": arn("sqs", "parked"), "maxReceiveCount": receives}
    more = {"RedrivePolicy": json.dumps(parked)} if care else {}
    orders = make_queue("orders", VisibilityTimeout=str(visibility), **more)
    options = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if care else {}
    options |= {"ScalingConfig": {"MaximumConcurrency": most}} if most else {}
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn("sqs", "orders"), FunctionName=name, BatchSize=batch, **options)
    return lambda order: sqs.send_message(QueueUrl=orders, MessageBody=json.dumps(order))


def with_fifo(names, care, batch=10, receives=5, visibility=60):
    make_queue("parked.fifo", FifoQueue="true")
    parked = {"deadLetterTargetArn": arn("sqs", "parked.fifo"), "maxReceiveCount": receives}
    more = {"RedrivePolicy": json.dumps(parked)} if care else {}
    orders = make_queue("orders.fifo", FifoQueue="true", VisibilityTimeout=str(visibility), **more)
    options = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if care else {}
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn("sqs", "orders.fifo"), FunctionName=name, BatchSize=batch, **options)
    return lambda order: sqs.send_message(
        QueueUrl=orders, MessageBody=json.dumps(order), MessageGroupId=order["customer"],
        MessageDeduplicationId=order["order"])

# %% [markdown]
# Three services push. What they hand over waits in Lambda's own queue, so the care is the same for all three: a place for what Lambda
# gives up.

# %%
def keep_failures(names, care):
    """Where Lambda puts an asynchronous event that it gives up."""
    for name in names if care else ():
        aws_lambda.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn("sqs", "parked")}})


def allow(name, who, source):
    aws_lambda.add_permission(
        FunctionName=name, StatementId=who, Action="lambda:InvokeFunction",
        Principal=f"{who}.amazonaws.com", SourceArn=source)


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

# %% [markdown]
# Two streams. Here a mapping reads, in batches and in lanes, and the care stands in the mapping:

# %%
def follow(source, names, care, batch=100, retries=3, lanes=10):
    """A mapping from a stream to each function."""
    options = dict(
        FunctionResponseTypes=["ReportBatchItemFailures"], BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=retries, ParallelizationFactor=lanes,
        DestinationConfig={"OnFailure": {"Destination": arn("sqs", "parked")}},
    ) if care else {}
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=source, FunctionName=name, StartingPosition="TRIM_HORIZON", BatchSize=batch, **options)


def with_dynamodb(names, care, **settings):
    stream = dynamodb.create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "order", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("customer", "order")],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    follow(stream, names, care, **settings)
    return lambda order: dynamodb.put_item(
        TableName="orders",
        Item={name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in order.items()})


def with_kinesis(names, care, shards=1, **settings):
    kinesis.create_stream(StreamName="orders", ShardCount=shards)
    follow(arn("kinesis", "stream/orders"), names, care, **settings)
    return lambda order: kinesis.put_record(
        StreamName="orders", PartitionKey=order["customer"], Data=json.dumps(order))

# %% [markdown]
# And a chain: the shop's own function is invoked asynchronously, and Lambda hands on what it returns.

# %%
def checkout(order, context):
    return order

# %%
def with_destinations(names, care):
    keep_failures(names, care)
    aws_lambda.put_function_event_invoke_config(
        FunctionName="checkout", DestinationConfig={"OnSuccess": {"Destination": arn("lambda", f"function:{names[0]}")}})
    return lambda order: aws_lambda.invoke(
        FunctionName="checkout", InvocationType="Event", Payload=json.dumps(order))


WAYS = {
    "SQS": with_sqs, "SQS FIFO": with_fifo, "Event": with_event, "SNS": with_sns, "EventBridge": with_eventbridge,
    "DynamoDB": with_dynamodb, "Kinesis": with_kinesis, "Destinations": with_destinations,
}

# %% [markdown]
# The orders: sixty, ten a second, of six customers. `order-25` has a total below zero, and no retry will ever help it.

# %%
def workload(count=60, rate=10, customers=6, bad=(25,), seed=7):
    """(second, order) for each order; `rate` None sends all at once."""
    dice, numbers, out = random.Random(seed), {}, []
    for n in range(count):
        customer = f"customer-{dice.randrange(customers)}"
        numbers[customer] = numbers.get(customer, 0) + 1
        order = {"order": f"order-{n}", "customer": customer, "number": numbers[customer], "total": -1 if n in bad else 20}
        out.append((n / rate if rate else 0.0, order))
    return out



# %% [markdown]
# And the race itself: a fresh account, the consumer, one way, and the orders.

# %%
PARTIAL = {"SQS": "each", "SQS FIFO": "onwards", "DynamoDB": "onwards", "Kinesis": "onwards"}


def race(way, orders, names=("charge",), care=True, seconds=0.2, timeout=10, reserved=None, capacity=None,
         outage=None, error_rate=0.0, reorder=False, until=None, called=None, **settings):
    """The orders through one way. Returns what came of them when all is quiet, or after `until` seconds."""
    with Cloud(seed=1, reorder=reorder) as cloud:
        make_queue("parked")
        surroundings = {"SECONDS": str(seconds), "PARTIAL": PARTIAL.get(way, "") if care else "", "DATABASE": ""}
        if capacity or outage or error_rate:
            database = cloud.downstream("https://database.example", latency_s=0.05, capacity=capacity, error_rate=error_rate)
            surroundings["DATABASE"] = "https://database.example/"
            if outage:
                database.outage(outage[0], outage[1] - outage[0])
        for name in names:
            cloud.deploy(charge, name=name, timeout=timeout, environment=surroundings, reserved_concurrency=reserved)
        cloud.deploy(checkout)
        send = WAYS[way](names, care, **settings)
        for at, order in orders:
            cloud.at(at, lambda order=order: send(order))
        cloud.run(until)
        return read_race(cloud, called or way, orders, names[0])

# %% [markdown]
# `read_race` counts what customers notice: an order is done when the consumer has printed `done`. What a service believes is
# another matter.
#
# ## 2 · Sixty orders
#
# With care, all eight. Work takes 0.2 seconds an order, and a message that comes back from a queue comes back after 60.

# %%
predict("08.who-waits-longest")

# %%
careful = [race(way, workload()) for way in WAYS]
comparison(careful)

# %%
strips(careful, mark="order-25")

# %% [markdown]
# :::answer
# The FIFO queue. Half of its orders take as long as anybody's, **the median says nothing**, and one good order in a hundred waits
# five minutes. Look at the five dots high above the line: they belong to the customer of `order-25`, and stand behind it. Each try
# costs them a minute, because that is the visibility timeout, and there are five. The streams block that customer, too, but their
# retries follow each other within seconds.
#
# All did the 59 good orders, and parked the bad one. It was tried again by the *queue* (SQS, FIFO), by *Lambda* (the four that push), or by
# the *mapping* (streams). In the column "out of order" everybody has a zero. Only three of the eight **promise** it: FIFO and the two
# streams. The others were lucky, as one is on a quiet day.
# :::
#
# **Change it.** Make one order in ten bad: `workload(bad=(5, 15, 25, 35, 45, 55))`. Call it for SQS, for SQS FIFO and for DynamoDB. Which one
# parks orders that have nothing wrong with them?
#
# ## 3 · As it comes
#
# The friend says: "Settings are detail. I want to know which *service* to take." So take two services twice, with care and as they come
# out of the box, and look again after an hour.

# %%
predict("08.no-care")

# %%
boxes = [race(way, workload(), care=care, until=3600, called=f"{way}, {word}")
         for way in ("DynamoDB", "Event") for care, word in ((True, "with care"), (False, "as it comes"))]
comparison(boxes)

# %%
strips(boxes, mark="order-25")

# %% [markdown]
# :::answer
# With care the two are alike: 59 and 59. As they come, the stream does 25 good orders and then **stands still**: the batch with
# `order-25` is tried again and again, until its records are a day old. Seven orders in that batch were done more than sixty times each in this
# hour. The other one does all 59, and what it could not do is **gone**: three runs, and no place where anybody could find it.
#
# So the same service differs from itself by more than two services differ. **Choose the settings, then the service.**
# :::
#
# **Change it.** Try `race("SQS", workload(), care=False, until=3600)`, and the same with SQS FIFO. What does the queue do with `order-25` for an hour?
#
# ## 4 · Two hundred at once
#
# A television programme mentions the shop, and two hundred orders come in one second. Behind the consumer is a database that answers
# **five calls at once** and refuses the sixth. The event is handed over with retries and a place for failures, that is, with care.

# %%
predict("08.two-hundred")

# %% claims=["S3"]
rush = workload(200, rate=None)
rushed = [
    race("Event", rush, capacity=5),
    race("SQS", rush, capacity=5, called="SQS"),
    race("SQS", rush, capacity=5, most=5, called="SQS, at most 5"),
    race("Kinesis", rush, capacity=5, lanes=5, batch=10, called="Kinesis, 5 lanes"),
]
running_strips(rushed, capacity=5)

# %%
comparison(rushed)

# %% [markdown]
# :::answer
# Fifteen. All 200 run at once, five get through; Lambda tries the others again after one minute, all at once, five get through; and
# after two more minutes again. Three waves of five, and the rest is parked. SNS, EventBridge and Destinations end in the same queue of
# Lambda's and do the same. **They push, and the consumer can't say "not now".** Retries don't help when they come as they went.
#
# A queue waits. As it comes, fifteen pollers are soon at work, a part is refused, and the last order is done a minute later. With a maximum concurrency of five it
# does what one wants: nothing is refused, and it is through in ten seconds, 200 × 0.25 s / 5. The stream is held back by its lanes, and
# keeps the order besides. Six customers on five lanes, of which one has nobody: hence at most four.
# :::
#
# **Change it.** Give the stream a batch of 40 in place of 10. The function has ten seconds, and an order takes 0.25. What happens to orders
# that were done before time ran out?
#
# ## 5 · Down for half a minute
#
# Another evening. Ten orders a second as before, `order-25` among them, and the database is down from second 2 to second 32. You
# have the stream of the table, and one number to set: how often the mapping tries again before it gives up.

# %%
predict("08.how-many-retries")

# %%
down = (2, 32)
tries = [race("DynamoDB", workload(), outage=down, retries=n, called=f"DynamoDB, retries: {n}") for n in (1, 3, 5, 10)]
strips(tries, mark="order-25", outage=down)

# %% [markdown]
# :::answer
# About five. With one retry or three, orders with nothing wrong were given up during the outage. With ten everything is done as well,
# and the customer of `order-25` waits more than five minutes for it. The outage wants many retries, the bad order wants few, and
# **one number has to serve both**. Count it in seconds: the waits grow from try to try, so five retries are half a minute, and
# that is how long this mapping can hold its breath. A retry budget is a duration.
# :::
#
# And the others, in the same half minute:

# %%
others = [
    race("SQS", workload(), outage=down),
    race("SQS", workload(), outage=down, visibility=180, called="SQS, visibility 180 s"),
    race("Event", workload(), outage=down),
]
strips(others, mark="order-25", outage=down)

# %% [markdown]
# Everybody who was turned away waits 60 seconds: the queue because that is its visibility timeout, Lambda because that is its first
# wait. Make the visibility three times as long, for safety, and half of the customers wait three times as long. **The
# visibility timeout is the retry interval.**
#
# **Change it.** Let the outage last ten minutes, `outage=(2, 602)`. Who still has good orders that are not parked?
#
# ## 6 · Two seconds an order
#
# Nobody has changed a setting. But the payment provider has become slow, and an order takes **two seconds** in place of 0.2. The
# function may run for ten seconds, and the queue hands over up to ten messages a batch.

# %%
predict("08.ten-times-slower")

# %%
slow = [
    race("SQS", workload(), seconds=2, called="SQS, batches of 10"),
    race("SQS", workload(), seconds=2, batch=4, called="SQS, batches of 4"),
    race("Event", workload(), seconds=2),
]
comparison(slow)

# %% [markdown]
# :::answer
# 47. A batch of ten needs twenty seconds and has ten; it times out, and *all* of it comes back, what was done included. After five
# rounds it is parked, the 20 that were done with it. A batch of four takes eight seconds, and all is well. So one line to check
# for every mapping: **batch × seconds < timeout**.
#
# *Event* hardly notices: one order a run. Look at its column "at once": 22.
# :::
#
# That number could have been known before. Ten a second, each two seconds inside: **10 × 2 = 20** at any moment, and two more for the cold
# starts. That is Little's law, and it holds for anything that orders enter and leave, whatever happens between:
#
# > how many are inside = how many come a second × how long each stays
#
# Turned round, it says how fast a consumer can be. Four at once, 0.2 seconds each: 20 a second, no matter what the service is. Send
# 25 a second for eight seconds, and 40 must be waiting at the end:

# %%
too_fast = race("SQS", workload(200, rate=25, bad=()), batch=1, most=4, called="SQS, at most 4, 25 a second")
arrivals(too_fast)

# %% [markdown]
# Forty, and the eight that the pollers hold or the function works on. The gap *upwards* is how many are on their way; the gap *to the right* is
# how long an order waits; the slope of the lower curve is what the consumer can do. A shard has ten lanes at most, so with 0.2
# seconds of work it carries 50 records a second, whatever its bytes allow.
#
# **Change it.** Say before you run it: 30 a second in place of 25 (and 240 orders, for eight seconds). How deep is it, and when is it
# through?
#
# ## 7 · Order
#
# Now order counts: for each customer, one after another. A fifth of the calls to the database fail, at random. Queues may hand over in
# any order they like (`reorder`), as AWS allows them to. A hundred orders, within five seconds, and retries for all.

# %%
predict("08.in-order")

# %%
hundred = workload(100, rate=20, bad=())
in_order = [
    race("SQS", hundred, error_rate=0.2, reorder=True, receives=10),
    race("SQS FIFO", hundred, error_rate=0.2, reorder=True, receives=10),
    race("Event", hundred, error_rate=0.2, reorder=True),
    race("DynamoDB", hundred, error_rate=0.2, reorder=True, retries=10),
    race("Kinesis", hundred, error_rate=0.2, reorder=True, retries=10),
]
comparison(in_order)

# %%
strips(in_order)

# %% [markdown]
# :::answer
# Six minutes. Each failure costs its customer another 60 seconds, and everything behind it. The streams keep the order as well and need
# ten seconds, since they try again at once. The standard queue and the pushed events are quick, and 35 and 17 orders are overtaken. In section 2 they had none: **order that one sees is not order that is promised.**
# :::
#
# **Change it.** The visibility may be shorter when the function may not run so long: `visibility=12, timeout=2`. Then `batch=1` besides. Who pays
# for the first of these, and why does the second help?
#
# ## 8 · Two more consumers
#
# `index` and `letter` want every order, too. The sender's code is that of section 1, and `names` now has three names in it.

# %%
predict("08.three-consumers")

# %% claims=["S1", "A1"]
three = [race(way, workload(30, bad=()), names=("charge", "index", "letter")) for way in WAYS]
comparison(three)

# %% [markdown]
# :::answer
# About $2.50: the publish is paid once, 50 cents a million, and each of the three runs costs 65; the rest is cold starts. With EventBridge it
# is a dollar for the event in place of the 50 cents. And look at the first column: `charge` sees nine of the thirty orders behind the one
# queue and six behind the other, since **consumers of one queue share its messages**. Behind the streams each reader gets all; a table's stream allows two readers
# a shard without slowing them (here it does not complain about the third: modelled).
# :::
#
# *Event* got everything to everyone, but look at its `send`: it has a loop over the names. The sender knows each consumer,
# pays five milliseconds for each, and is changed for the fourth. *Destinations* reached only `charge`: a function has one destination for
# its successes. If that one is a topic, it fans out, and then it is the topic that does it.
#
# ## 9 · The bill
#
# Four prices are behind everything: a request (SQS, SNS), an event (EventBridge), a run and its time (Lambda), and an hour (a shard). The
# last is due whether or not anything is sent. A message of 1 KB, one consumer:

# %%
predict("08.a-shard-or-a-queue")

# %%
ways_of_calling = {
    "one by one": Plan(batch=1, with_lambda=False),
    "sent one by one, taken ten at once": Plan(batch=10, with_lambda=False),
    "ten a call, both ways": Plan(sent_by=10, batch=10, with_lambda=False),
}
{how: f"{crossing('Kinesis', 'SQS', plan):.1f} a second" for how, plan in ways_of_calling.items()}

# %% [markdown]
# :::answer
# It depends on how the queue is called. A message one by one is three requests: send, receive, delete. Ten a call make it a third of one.
# Between the clumsy caller and the clever one lies a factor of eleven, which is more than between any two services. **Batch is a price.**
# :::
#
# Now with Lambda in the sum, from one a second to a million. The squares are bills of the runs in section 2, brought to a month:

# %%
runs = {r.way: r for r in careful}
dots = [Checked(way, 10, runs[way].usd_per_million * 10 * HOURS * 3600 / 1e6) for way in ("Event", "SNS", "EventBridge")]
cost_curves(checked=dots)

# %% [markdown]
# The squares lie a little above their curves: cold starts, and the retries of `order-25`. Grey begins where a default quota ends, here that of
# Lambda: at 0.2 seconds each, 5,000 a second keep all thousand environments of an account busy. Little's law again. At a million a second:

# %%
(f"{environments(1_000_000, 0.2):,.0f} environments", f"{shards(1_000_000, Plan())} shards by number and bytes",
 {way: f"${month(way, 1_000_000, Plan(sent_by=10, with_lambda=False)):,.0f}" for way in ("Kinesis", "SQS", "SNS", "EventBridge")})

# %% [markdown]
# **Ask for the quota before you ask for the price.** And note who is missing: *Event* costs nothing as a message and still loses to the shard from
# 25 a second on, because it can't batch its runs. The table's stream is the cheapest of all, **if the row is written anyway**.
#
# The planner, for your own numbers. *Sent by* and *batch* are how many share a call:

# %%
def planner(messages_a_second=10, size_bytes=1000, sent_by=1, batch=10, work_s=0.2):
    return cost_curves(plan=Plan(size_bytes, sent_by, batch, work_s), rate=messages_a_second)

# %%
Explorer(
    planner,
    messages_a_second=[1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
    size_bytes=[1000, 10_000, 60_000, 200_000],
    sent_by=(1, 10),
    batch=(1, 10),
    work_s=(0.1, 2.0, 0.1),
)

# %% [markdown]
# **Change one thing:** the size, 200,000 bytes. Which of the curves bend, and why does the shard's price jump? (A request, a publish, an event
# is billed for each started 64 KB; a record for each started 25.)
#
# ### What others have measured
#
# Our hops are modelled. These are ours, section 2 without the work, in milliseconds:

# %%
{way: round((runs[way].percentile(50) - 0.2) * 1000) for way in ("SQS", "SNS", "EventBridge", "DynamoDB", "Kinesis")}

# %% [markdown]
# And somebody has measured real ones, from the service to the function:
#
# | | half within, ms | 99 of 100 within, ms |
# |---|---|---|
# | SQS | 16 | 105 |
# | SNS | 73 | 225 |
# | EventBridge | 148 | 387 |
# | DynamoDB Streams | 213 | 552 |
# | Kinesis | 627 | 1580 |
#
# *bitesizedserverless, eu-west-1, 1,024 calls each; September 2022, EventBridge February 2023. For a direct asynchronous invocation and for destinations we found no published numbers.* The sequence is the same, the absolute numbers are
# small: a hop costs tenths of a second, a setting costs minutes.
#
# ## 10 · Seven questions
#
# Here is the guide. It asks seven questions; each answer **strikes out** some of the eight, with a claim that you have seen run. Those that are left
# are **ranked**: what is there already, then fewest resources, then price. It names the runner-up, and it says which answer, if it were the other one,
# would change its mind.

# %%
predict("08.which-question")

# %%
from collections import Counter

from sevenways.choosing.guide import QUESTIONS, all_answers, decide

verdicts = [decide(answers) for answers in all_answers()]
turned = Counter(question for verdict in verdicts for question in verdict.reversals)
{QUESTIONS[question]: f"changes {count} of {len(verdicts)}" for question, count in turned.most_common()}

# %% [markdown]
# :::answer
# Whether somebody outside takes part. Only one of the eight has a door for partners and calls HTTP systems with a key. Order, which people
# ask about first, changes a third.
# :::
#
# Answer for the system that you are working on now. Write down the verdict, and the answer that would turn it:

# %%
Explorer(
    choose, several_consumers=False, order_kept=False, fragile_behind=False, outside_party=False,
    written_anyway=False, much_or_again=False, sender_asynchronous=False,
)

# %% [markdown]
# The same on one page, to hang on the wall:

# %%
decision_tree()

# %% claims=["C1"]
Counter(verdict.first or "two services" for verdict in verdicts).most_common()

# %% [markdown]
# Nobody is left on 48 of the 128 paths. That is no failure of the guide. A partner's events *and* a fragile database, a partner's events *and*
# order: no single service does it, and two do, one behind the other. That is unit 09.
#
# ### SNS or EventBridge?
#
# The two that are hardest to tell apart. For a million orders to four consumers:

# %%
four = {way: month(way, 1e6 / (HOURS * 3600), Plan(with_lambda=False)) for way in ("SNS", "EventBridge")}
{way: f"${usd:.2f} for the messages, whatever the number of consumers" for way, usd in four.items()}

# %% [markdown]
# | you want | take |
# |---|---|
# | the last tenth of a second (73 against 148 ms above), half the price, millions of subscribers | SNS |
# | a partner's events, an HTTP system with a key, an archive, a schedule, more operators in filters | EventBridge |
# | a filter in the body, several consumers, retries, a dead-letter queue for deliveries | either |
# | order | neither of the two: a FIFO topic before FIFO queues, or a stream |
# | to protect what stands behind | either, with a **queue for each consumer**: the topic's or the rule's target is the queue |
#
# **Which bus today?** The bus with rules, if you are in doubt: targets, partners and archives are there. The *custom event bus* of September 2026
# (unit 04, section 9) keeps its events for days, lets a late subscriber begin in the past, and can keep the order of a group. It's for teams who
# would otherwise have run a stream only to be able to read again. It is young; look at its quotas first.
#
# ## 11 · The article, then and now
#
# This course began with an article that compared the seven. Most of its claims stand as they were; these have moved, or want a word more:
#
# | claim | said | now |
# |---|---|---|
# | S3 | a concurrency setting on the *function* protects what is behind it | the mapping's maximum concurrency; section 4 |
# | N5 | subscribers filter by attributes | by the body, too |
# | A3 | no other resource to configure | none; but you want a place for failures, section 3 |
# | D4, K3 | streams hand over everything | a mapping can filter |
# | D5 | several functions read a table's stream | two a shard, before it slows down |
# | K6 | shards are planned up front | or on-demand, which plans itself |
# | K7 | paid by the hour | on-demand is paid by use, and by the hour, too |
#
# And what it did not mention decides most of this lesson: the visibility timeout as retry interval, a retry budget, what one bad message does to
# those behind it, and a place for failures.
#
# ## 12 · All knobs
#
# Thirty orders, one way at a time; the others stay as pale rows from a quiet day.

# %%
quiet = {way: race(way, workload(30, bad=(12,)), until=600) for way in WAYS}

# %%
def one_way(way="SQS FIFO", rate=10, work_s=0.2, bad_orders=1, outage_s=0, consumers=1, care=True):
    bad = [12, 5, 20, 27, 9, 16][:bad_orders]
    outage = (1, 1 + outage_s) if outage_s else None
    names = ("charge", "index", "letter")[:consumers]
    ran = race(way, workload(30, rate, bad=bad), names, care, seconds=work_s, outage=outage, until=600)
    return strips([ran], mark="order-12", outage=outage, ghosts=[r for r in quiet.values() if r.way != way])

# %%
Explorer(
    one_way, way=list(WAYS), rate=[1, 5, 10, 20, 50], work_s=(0.1, 2.0, 0.1), bad_orders=(0, 6),
    outage_s=[0, 10, 30, 150], consumers=(1, 3), care=True,
)

# %% [markdown]
# **Try.** FIFO with no bad order: is there any reason left to fear it? Kinesis with 50 a second and half a second of work. *Event*, 150 seconds down.
# And each way once without care, to see which one you would notice first, at night.
#
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

# %%
predictions("08")

# %% [markdown]
# ## Quiz
#
# New systems, new numbers.

# %%
quiz("08")

# %% [markdown]
# ## What changed since
#
# Older comparisons say that a stream is a log and nothing else. Some of that has moved; unit 06 shows the rest:

# %%
what_changed("kinesis")

# %% [markdown]
# ## When this code goes to AWS
#
# - **Latencies.** Ours are modelled; measure your own Region before you promise anything in tenths of a second.
# - **An idle queue is polled, and billed, all month:** a few hundred thousand requests for each mapping, some tens of cents. Our bills leave
#   empty polls out.
# - **Quotas are defaults.** Ask for more in time. Nobody raises a thousand environments to 200,000 on a Friday evening.
#
# ## Three things to remember
#
# 1. **The settings move the numbers more than the service does.** A place for failures, a retry budget, batch × seconds < timeout, a
#    maximum concurrency where something is fragile.
# 2. **Look at 99 of 100, not at half.** At the median everybody is quick.
# 3. **Strike, then rank.** A verdict without a runner-up and without the answer that would turn it is a taste.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {"SQS, SQS FIFO": "source", "Event, SNS, EventBridge, Destinations": "lambda", "DynamoDB, Kinesis": "poller"},
    {
        "sdk": "the sender's own call, in all eight",
        "source": "the queue shows the message again, one visibility timeout later; a FIFO queue holds back the group",
        "poller": "repeats the batch, with growing waits; the lane stands until it is done or given up",
        "lambda": "twice more, after one minute and after two",
        "dead_letters": "queue: its dead-letter queue; Lambda: the failure destination; streams: a pointer",
    },
    names={"source": "the queue"},
)

# %% [markdown]
# **What does it cost?** That was section 9. In one line: the message is cheap, the run is dearer, the hour is dearest until you fill it.
#
# ## The lab
#
# [lab08-choosing](../labs/lab08-choosing.ipynb): five cases. You choose, with settings, and the check runs *your* choice and argues with what it saw.
