# %% [markdown]
# # 08 · Choosing
#
# A friend of Ada's is opening a shop of her own and asks: "Seven ways. Which one do *you* use?" Ada does not answer. She offers a
# bet: every way gets the same sixty orders, on the same day, with the same bad luck. Before each race you call the result. By the end
# you will have lost some of these bets, and you will know why, which is worth more than a favourite.
#
# **By the end you can**
# - say from eight questions which service you would take, which comes second, and what would change your mind;
# - read waits, order, duplicates and losses of several systems side by side;
# - size a consumer with Little's law, before it is too small;
# - compute the bill of a month, and find the rate at which two ways cost the same.
#
# **Time** {minutes: core} minutes for sections 1 to 7, and 45 for the lab. Sections 8 to 12 are optional, and each stands on its own: outages,
# order, more consumers, what others have measured, and the article then and now, {minutes: further} minutes in all. In a workshop
# of 90 minutes take sections 1, 4, 6 and 7. **You need** units 01 to 07, or at least what each of the services is.
#
# Every cell runs against a simulated AWS with a clock of its own. Where it asks you to **predict**, run that cell and take
# a choice before you go on: it is kept for you. What the next cells show stays folded until you run them, and the explanation
# until you open it.

# %%
import json
import random
from collections import Counter
from datetime import timedelta

import boto3

from sevenways import Cloud, Explorer, predict, predictions, quiz, what_changed, who_retries
from sevenways.choosing.guide import QUESTIONS, all_answers, decide
from sevenways.choosing.month import HOURS, Plan, crossing, environments, month, shards
from sevenways.draw.arrivals import arrivals
from sevenways.draw.comparison import comparison
from sevenways.draw.cost_curves import Checked, cost_curves
from sevenways.draw.guide import choose, decision_tree
from sevenways.draw.race import read_race
from sevenways.draw.strips import running_strips, strips
from sevenways.widgets.guide import guide

# %% [markdown]
# Two cells are folded. Run them; read them when you want to know how something is done. The first is the **race**: seven starters in plain
# boto3, `with_fifo` to `with_destinations`; the orders, `workload`; and `race`, which opens a fresh account, builds one way, sends the orders and
# counts what customers notice. An order is done when the consumer has printed `done`; what a service believes is another matter.

# %% tags=["hide-input"]
sqs = boto3.client("sqs")
sns = boto3.client("sns")
events = boto3.client("events")
aws_lambda = boto3.client("lambda")
dynamodb = boto3.client("dynamodb")
kinesis = boto3.client("kinesis")


def arn(service, name):
    return f"arn:aws:{service}:us-east-1:123456789012:{name}"


def make_queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def with_fifo(names, care, batch=10, most=None, receives=5, visibility=60):
    make_queue("parked.fifo", FifoQueue="true")
    parked = {"deadLetterTargetArn": arn("sqs", "parked.fifo"), "maxReceiveCount": receives}
    more = {"RedrivePolicy": json.dumps(parked)} if care else {}
    orders = make_queue("orders.fifo", FifoQueue="true", VisibilityTimeout=str(visibility), **more)
    options = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if care else {}
    options |= {"ScalingConfig": {"MaximumConcurrency": most}} if most else {}
    for name in names:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn("sqs", "orders.fifo"), FunctionName=name, BatchSize=batch, **options)
    return lambda order: sqs.send_message(
        QueueUrl=orders, MessageBody=json.dumps(order), MessageGroupId=order["customer"],
        MessageDeduplicationId=order["order"])


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


def with_destinations(names, care):
    keep_failures(names, care)
    aws_lambda.put_function_event_invoke_config(
        FunctionName="checkout", DestinationConfig={"OnSuccess": {"Destination": arn("lambda", f"function:{names[0]}")}})
    return lambda order: aws_lambda.invoke(
        FunctionName="checkout", InvocationType="Event", Payload=json.dumps(order))

OTHERS = {
    "SQS FIFO": with_fifo, "Event": with_event, "SNS": with_sns, "EventBridge": with_eventbridge,
    "DynamoDB": with_dynamodb, "Kinesis": with_kinesis, "Destinations": with_destinations,
}


def workload(count=60, rate=10, customers=6, bad=(25,), seed=7):
    """(second, order) for each order; `rate` None sends all at once."""
    dice, numbers, out = random.Random(seed), {}, []
    for n in range(count):
        customer = f"customer-{dice.randrange(customers)}"
        numbers[customer] = numbers.get(customer, 0) + 1
        order = {"order": f"order-{n}", "customer": customer, "number": numbers[customer], "total": -1 if n in bad else 20}
        out.append((n / rate if rate else 0.0, order))
    return out


PARTIAL = {"SQS": "each", "SQS FIFO": "onwards", "DynamoDB": "onwards", "Kinesis": "onwards"}


def race(way, orders, names=("charge",), care=True, seconds=0.2, timeout=10, reserved=None, capacity=None,
         outage=None, error_rate=0.0, reorder=False, until=None, called=None, prepare=None, **settings):
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
        if prepare:
            prepare(way, names)
        for at, order in orders:
            cloud.at(at, lambda order=order: send(order))
        cloud.run(until)
        return read_race(cloud, called or way, orders, names[0])

# %% [markdown]
# The second is the **consumer**: one function, `charge`, for all ways. Since an order comes in another envelope from each service, it begins with
# a table of seven envelopes, `orders_of`. It reports the failures of a batch where somebody listens, and raises where nobody does.

# %% tags=["hide-input"]
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


def checkout(order, context):
    return order

# %% [markdown]
# ## 1 · Sixty orders
#
# Sixty orders, ten a second, from six customers. `order-25` has a total below zero, and no retry will ever help it. Work takes 0.2 seconds an
# order. There are eight starters, since a FIFO queue is not like the other kind: SQS, SQS FIFO, *Event* (the sender invokes the function
# asynchronously), SNS, EventBridge, the stream of a DynamoDB table, Kinesis, and *Destinations* (the shop's own function hands on what it
# returns).
#
# All start **with care**: everything that this course has taught about failures is switched on. Queues have a dead-letter queue after five
# receives and show a message again after 60 seconds; streams retry three times, bisect, read in ten lanes and report what they gave up; what
# Lambda gives up goes to a failure destination; batches report which of their orders failed.

# %%
predict("08.who-waits-longest")

# %% [markdown]
# One starter in full. It builds what is needed to bring orders to the functions in `names`, and returns `send(order)`. With `care` false it
# builds the same without the precautions. The other seven, in the folded cell above, have the same shape.

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


WAYS = {"SQS": with_sqs, **OTHERS}

# %%
careful = [race(way, workload()) for way in WAYS]
comparison(careful)

# %%
strips(careful, mark="order-25")

# %% [markdown]
# :::answer
# Half of FIFO's orders take as long as anyone else's: **the median says nothing**. One good order in twelve waits
# five minutes. Look at the five dots high above the line: they belong to the customer of `order-25`, and wait for it. Each try
# costs them a minute, because that is the visibility timeout, and there are five. The streams block that customer, too, but their
# retries follow each other within seconds. (The last column leaves out what DynamoDB takes for writing the row: section 6.)
#
# All did the 59 good orders, and parked the bad one. It was tried again by the *queue* (SQS, FIFO), by *Lambda* (the four that push), or by
# the *mapping* (streams). In the column "out of order" every way has a zero. Only three of the eight **promise** it: FIFO and the two
# streams. The others were lucky, as they often are on a quiet day.
# :::
#
# **Change it.** Make one order in ten bad: `workload(bad=(5, 15, 25, 35, 45, 55))`. Call it for SQS, for SQS FIFO and for DynamoDB. Which one
# parks orders that have nothing wrong with them?
#
# :::tried
# ```python
# six_bad = workload(bad=(5, 15, 25, 35, 45, 55))
# {way: (len((ran := race(way, six_bad)).first_done), len(ran.parked), ran.percentile(50)) for way in ("SQS", "SQS FIFO", "DynamoDB")}
# ```
#
# ```text
# {'SQS': (54, 6, 0.2), 'SQS FIFO': (48, 12, 0.4), 'DynamoDB': (54, 6, 6.9)}
# ```
#
# Done, parked, and half within how many seconds. FIFO parks six good orders: each time its batch stops at the first failure, and an order that
# comes after it in the batch has been received as well. After five receives it is parked with the bad one. The stream parks the six bad ones,
# and its customers wait seconds for each.
# :::

# %% [markdown]
# ## 2 · Turn the knobs
#
# Thirty orders, one way at a time; the others stay as pale rows from a quiet day. One order is bad, `order-12`. With two or three consumers, what
# counts as done is the work of the first, `charge`. Say before you let go of a knob who will suffer.

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
# Things to find out:
#
# 1. FIFO without a bad order: is there any reason left to fear it?
# 2. Kinesis without a bad order, fifty a second and half a second of work: what does the last order wait for?
# 3. *Event*, with an outage of 150 seconds: when are the orders of the outage done, and why then?
#
# :::tried
# ```python
# one_way("SQS FIFO", bad_orders=0).text.splitlines()[1]
# ```
#
# ```text
# '  SQS FIFO: 30 of 30 done; half within 0.30 s, 99 of 100 within 0.60 s; order-12 done after 0.40 s'
# ```
#
# None here: it is nearly as quick as the plain queue. What it costs shows when something fails, and when one customer has more work than one lane can do.
# :::
#
# :::tried
# ```python
# one_way("Kinesis", rate=50, work_s=0.5, bad_orders=0).text.splitlines()[1]
# ```
#
# ```text
# '  Kinesis: 30 of 30 done; half within 2.60 s, 99 of 100 within 7.62 s; order-12 done after 1.76 s'
# ```
#
# For its lane. Six customers fill at most six of the ten lanes, and the fullest has its orders to do one after another.
# :::
#
# :::tried
# ```python
# one_way("Event", outage_s=150).text.splitlines()[1]
# ```
#
# ```text
# '  Event: 29 of 30 done, 1 parked; half within 180.7 s, 99 of 100 within 180.7 s; order-12 never done'
# ```
#
# At about 180 seconds: first try at once, the second after one minute, during the outage, the third two minutes later. Had the outage lasted
# four minutes, all of them would be parked.
# :::

# %% [markdown]
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
# hour. *Event* does all 59, and what it could not do is **gone**: three runs, and no place where anyone could find it.
#
# Care or no care makes a greater difference than one service or the other. **Choose the settings, then the service.**
# :::
#
# **Change it.** Try `race("SQS", workload(), care=False, until=3600)`, and the same with SQS FIFO. What does the queue do with `order-25` for an hour?
#
# :::tried
# ```python
# {way: (len((ran := race(way, workload(), care=False, until=3600)).first_done), ran.runs, ran.failed_runs, ran.twice)
#  for way in ("SQS", "SQS FIFO")}
# ```
#
# ```text
# {'SQS': (59, 119, 60, 0), 'SQS FIFO': (54, 108, 60, 0)}
# ```
#
# Done, runs, failed runs, done twice. Both hand `order-25` out again every minute, for an hour and for days. With the plain queue nothing else
# waits. In the FIFO queue its customer's five later orders wait as long as it does.
# :::

# %% [markdown]
# ## 4 · Two hundred at once
#
# A television programme mentions the shop, and two hundred orders come in one second. The consumer calls a database that answers
# **five calls at once** and refuses the sixth. *Event* has its two retries and a place for failures.

# %%
predict("08.two-hundred")

# %% claims=["S3"]
rush = workload(200, rate=None)
rushed = [
    race("Event", rush, capacity=5),
    race("Event", rush, capacity=5, reserved=5, called="Event, five reserved"),
    race("SQS", rush, capacity=5, called="SQS"),
    race("SQS", rush, capacity=5, most=5, called="SQS, at most 5"),
    race("Kinesis", rush, capacity=5, lanes=5, batch=10, called="Kinesis, 5 lanes"),
]
running_strips(rushed, capacity=5)

# %%
comparison(rushed)

# %% [markdown]
# :::answer
# All 200 run at once, five get through; Lambda tries the others again after one minute, all at once, five get through; and
# after two more minutes again. Three waves of five, and the rest is parked. (Here they come back at exactly the same moment; AWS publishes
# the waits, and not how exact they are.) SNS, EventBridge and Destinations end in the same queue of
# Lambda's and do the same. **They push.** Retries don't help when they come back as one crowd.
#
# With five of the account's environments **reserved for the function**, Lambda's queue waits as well: what finds no environment is no failure,
# and is offered again after pauses that grow. All good orders are done, in whatever order, and in 37 seconds instead of ten: the pauses
# set the pace, and environments stand empty meanwhile. An event waits there for six hours at most, and you can't look into that queue.
#
# A queue of your own waits for whoever takes. As it comes, fifteen pollers are soon at work, a part is refused, and the last order is done a
# minute later. With a maximum concurrency of five it does what you want: nothing is refused, and it is through in ten seconds, 200 × 0.25 s / 5.
# The stream is held back by its lanes, and keeps the order besides. (Six customers on five lanes, of which one is empty: hence at most four.)
# :::
#
# **Change it.** Give the stream a batch of 40 instead of 10. The function has ten seconds, and an order takes 0.25. What happens to orders
# that were done before time ran out?
#
# :::tried
# ```python
# ran = race("Kinesis", workload(200, rate=None), capacity=5, lanes=5, batch=40)
# {"done": len(ran.first_done), "done twice": ran.twice, "parked": len(ran.parked), "failed runs": ran.failed_runs}
# ```
#
# ```text
# {'done': 199, 'done twice': 78, 'parked': 1, 'failed runs': 2}
# ```
#
# A full batch needs ten seconds and has ten. The run is cut off and answers nothing, so all of its orders are done again, those that
# were done included.
# :::

# %% [markdown]
# ## 5 · Two seconds an order
#
# Nobody has changed a setting. But the payment provider has become slow, and an order takes **two seconds** instead of 0.2. The
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
# A batch of ten needs twenty seconds and has ten; it times out, and *all* of it comes back, what was done included. After five
# rounds it is parked, the 20 that were done with it. A batch of four takes eight seconds, and all is well. So one line to check
# for every mapping: **batch × seconds < timeout**.
#
# *Event* hardly notices: one order a run. Look at its column "at once": 22.
# :::
#
# What stands in the column "at once" could have been known before. Ten a second, each two seconds inside: **10 × 2 = 20** at any moment, and two more for the cold
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
# **Change it.** Say before you run it: 30 a second instead of 25 (and 240 orders, for eight seconds). How many wait at most, and when is it
# through?
#
# :::tried
# ```python
# ran = race("SQS", workload(240, rate=30, bad=()), batch=1, most=4, called="30 a second")
# arrivals(ran).text
# ```
#
# ```text
# '30 a second: 240 sent by 0:07.967, 240 done by 0:12.3\n  the most on their way: 88, at 0:07.967\n  waits: half within 2.3 s, 99 of 100 within 4.3 s'
# ```
#
# Ten a second too many for eight seconds: 80 wait, and eight are in hand. At 20 a second, 240 orders take twelve seconds and a cold start.
# :::

# %% [markdown]
# ## 6 · The bill
#
# Five prices matter: a request (SQS, SNS), an event (EventBridge), a run and its time (Lambda), an hour (a shard), and what is put into a
# shard, in units of 25 KB. The hour is due whether or not anything is sent. A message of 1 KB, one consumer:

# %%
predict("08.a-shard-or-a-queue")

# %% tags=["hide-input"]
ways_of_calling = {
    "one by one": Plan(batch=1, with_lambda=False),
    "sent one by one, taken ten at once": Plan(batch=10, with_lambda=False),
    "ten a call, both ways": Plan(sent_by=10, batch=10, with_lambda=False),
}
{how: f"{crossing('Kinesis', 'SQS', plan):.1f} a second" for how, plan in ways_of_calling.items()}

# %% [markdown]
# :::answer
# A message one by one is three requests: send, receive, delete. Ten a call make it a third of one.
# Between the clumsy caller and the clever one lies a factor of eleven. **Batch is a price.**
# :::
#
# Now with Lambda in the sum, from one a second to a million. The squares are bills of runs at ten a second, brought to a month:

# %%
ran = {way: race(way, workload(30)) for way in ("Event", "SNS", "EventBridge")}
dots = [Checked(way, 10, ran[way].usd_per_million * 10 * HOURS * 3600 / 1e6) for way in ran]
cost_curves(checked=dots)

# %% [markdown]
# The three squares nearly touch, so here they are in numbers: what the run would cost in a month, and what the curve says.

# %%
{dot.way: (round(dot.usd, 2), round(month(dot.way, dot.rate, Plan()), 2)) for dot in dots}

# %% [markdown]
# Each run costs more than its curve: cold starts, and the retries of `order-25`. Grey begins where a default quota ends, here that of
# Lambda: at 0.2 seconds each, 5,000 a second keep all {fact: lambda_.ACCOUNT_CONCURRENCY_DEFAULT | number} environments of an account busy.
# Little's law again. At a million a second, by the price list (whoever sends this much gets a discount from SQS, and may ask the others for one):

# %%
(f"{environments(1_000_000, 0.2):,.0f} environments", f"{shards(1_000_000, Plan())} shards by number and bytes",
 {way: f"${month(way, 1_000_000, Plan(sent_by=10, with_lambda=False)):,.0f}" for way in ("Kinesis", "SQS", "SNS", "EventBridge")})

# %% [markdown]
# **Ask for the quota before you ask for the price.** *Event* isn't in the list, since as a message it costs nothing. Yet it loses to the shard
# from 25 a second on, because it can't batch its runs. The table's stream is the cheapest of all, **if the row is written anyway**.
#
# The planner, for your own numbers. *Sent by* and *batch* are how many share a call:

# %%
def planner(messages_a_second=10, size_bytes=1000, sent_by=1, batch=10, work_s=0.2, with_lambda=True):
    return cost_curves(plan=Plan(size_bytes, sent_by, batch, work_s, with_lambda=with_lambda), rate=messages_a_second)

# %%
Explorer(
    planner,
    messages_a_second=[1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
    size_bytes=[1000, 10_000, 60_000, 200_000],
    sent_by=(1, 10),
    batch=(1, 10),
    work_s=(0.1, 2.0, 0.1),
    with_lambda=True,
)

# %% [markdown]
# **Change it.** Only the size, and without Lambda: 200,000 bytes, at a hundred a second. What becomes four times as dear, what six times, and what sixteen times?
#
# :::tried
# ```python
# small, large = Plan(1000, with_lambda=False), Plan(200_000, with_lambda=False)
# {way: (round(month(way, 100, small)), round(month(way, 100, large))) for way in ("SQS", "SNS", "EventBridge", "Kinesis")}
# ```
#
# ```text
# {'SQS': (126, 757),
#  'SNS': (131, 526),
#  'EventBridge': (263, 1051),
#  'Kinesis': (15, 248)}
# ```
#
# A request, a publish and an event are billed for each started 64 KB, a record for each started 25; and twenty megabytes a second need twenty
# shards. With SQS taken ten at once, a receive was a tenth of a request for each message, and is more than three now.
# :::

# %% [markdown]
# ## 7 · Eight questions
#
# Here is the guide. It asks eight questions; each answer **strikes out** some of the eight ways, for a reason that this course has shown. Those that
# are left are **ranked**: what is there already, then fewest resources, then price; but above forty a second, where a shard is cheaper than
# the cleverest caller's queue, the price comes first. It names the runner-up, and it says which answer, if it were the other one, would change its
# mind. (A letter and a number in brackets name a claim of this course: [The article, then and now](../book/article.md) has the list.)

# %%
predict("08.which-question")

# %%
verdicts = [decide(answers) for answers in all_answers()]
turned = Counter(question for verdict in verdicts for question in verdict.reversals)
{QUESTIONS[question]: f"changes {count} of {len(verdicts)}" for question, count in turned.most_common()}

# %% [markdown]
# :::answer
# Only one of the eight has a door for partners and calls HTTP systems with a key. Order, which people ask about first, changes a third.
# :::
#
# Answer for the system that you are working on now. Write down the verdict, and the answer that would turn it:

# %%
guide()

# %% [markdown]
# The same with all answers in sight, to play with:

# %%
Explorer(
    choose, several_consumers=False, order_kept=False, fragile_behind=False, outside_party=False,
    written_anyway=False, read_again=False, much=False, sender_asynchronous=False,
    labels={
        "fragile_behind": "fragile system behind", "written_anyway": "in a table anyway",
        "read_again": "old ones read again", "much": "above 40 a second", "sender_asynchronous": "asynchronous sender",
    },
)

# %% [markdown]
# And on one page, to hang on the wall:

# %%
decision_tree()

# %% claims=["C1"]
Counter(verdict.first or "two services" for verdict in verdicts).most_common()

# %% [markdown]
# Nobody is left on 96 of the 256 paths. That is no failure of the guide. A partner's events *and* a fragile database, a partner's events *and*
# order: no single service does it, and two do, one after the other. The same can be better where one is left: several consumers and a fragile
# system are a stream's, or a topic's with a queue for each consumer. That is unit 09.
#
# ### SNS or EventBridge?
#
# The two that are hardest to tell apart. For a million orders, to any number of consumers:

# %%
million = {way: month(way, 1e6 / (HOURS * 3600), Plan(with_lambda=False)) for way in ("SNS", "EventBridge")}
{way: f"${usd:.2f} for the messages" for way, usd in million.items()}

# %% [markdown]
# | you want | take |
# |---|---|
# | the last tenth of a second (section 11), half the price, millions of subscribers | SNS |
# | a partner's events, an HTTP system with a key, an archive, a schedule, more operators in filters | EventBridge |
# | a filter in the body, several consumers, retries, a dead-letter queue for deliveries | either |
# | order | neither of the two: a FIFO topic before FIFO queues, or a stream |
# | to protect the system that consumers call | either, with a **queue for each consumer**: the topic's or the rule's target is the queue |
#
# **Which bus today?** The bus with rules, if you are in doubt: targets, partners and archives are there. The *custom event bus* of September 2026
# (unit 04) keeps its events for days, lets a late subscriber begin in the past, and can keep the order of a group. It's for teams that
# would otherwise have run a stream only to be able to read again. It is young; look at its quotas first.

# %% [markdown]
# ## What you predicted

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

# %% [markdown]
# ## Three things to remember
#
# 1. **The settings move the numbers more than the service does.** A place for failures, a retry budget, batch × seconds < timeout, a
#    maximum concurrency where something is fragile.
# 2. **Look at 99 of 100, not at half, and at how many were done at all.** At the median they are all quick, and what is never done waits nowhere.
# 3. **Strike, then rank.** A verdict without a runner-up, and without the answer that would turn it, is a matter of taste.
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
# **What does it cost?** That was section 6. In one line: the message is cheap, the run costs more, and the hour costs most until you fill it.
#
# ## The lab
#
# [lab08-choosing](../labs/lab08-choosing.ipynb): five cases. You choose, with settings, and the check runs *your* choice and argues with what it saw.

# %% [markdown]
# ## Further
#
# Five sections, in any order. The first two are for those who run such systems at night.

# %% [markdown]
# ## 8 · Down for half a minute
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
# With one retry or three, orders with nothing wrong were given up during the outage. With ten everything is done as well,
# and the customer of `order-25` waits more than five minutes for it. The outage wants many retries, the bad order wants few, and
# **one number has to serve both**. Count it in seconds: the waits grow from try to try (here doubling from one second up to a minute, modelled), so five retries
# are half a minute, and that is how long this mapping can hold its breath. A retry budget is a duration.
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
# Every order that was turned away waits 60 seconds: in the queue because that is its visibility timeout, in Lambda because that is its first
# wait. Make the visibility three times as long, for safety, and half of the customers wait three times as long. **The
# visibility timeout is the retry interval.**
#
# **Change it.** Let the outage last ten minutes, `outage=(2, 602)`. Who still has good orders that are not parked?
#
# :::tried
# ```python
# {way: (len((ran := race(way, workload(), outage=(2, 602))).first_done), len(ran.parked), ran.last)
#  for way in ("SQS", "SQS FIFO", "Event", "DynamoDB")}
# ```
#
# ```text
# {'SQS': (18, 42, 1.95),
#  'SQS FIFO': (19, 41, 602.5),
#  'Event': (18, 42, 1.95),
#  'DynamoDB': (16, 44, 2.0)}
# ```
#
# Done, parked, and when the last one was done. Nobody: done and parked are sixty everywhere. Five receives a minute apart, three runs, three
# retries: all budgets are spent long before the ten minutes are over. (In the FIFO queue one order got through, since it had to wait until those
# of its customer were parked.) For an outage like that, raise the budget, or plan how to bring parked orders back.
# :::

# %% [markdown]
# ## 9 · Order
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
# Each failure costs its customer another 60 seconds, and with it all later orders of that customer. The streams keep the order as well and need
# seconds, since they try again at once. The standard queue and the pushed events are quick at the median, and 35 and 17 orders are overtaken. In
# section 1 they had none: **order that you see is not order that is promised.**
# :::
#
# **Change it.** The visibility may be shorter when the function may not run as long: `visibility=12, timeout=2`. Then `batch=1` besides. Who pays
# for the first of these, and why does the second help?
#
# :::tried
# ```python
# hundred = workload(100, rate=20, bad=())
# shorter = {"visibility": 12, "timeout": 2, "error_rate": 0.2, "reorder": True, "receives": 10}
# {batch: (len((ran := race("SQS FIFO", hundred, batch=batch, **shorter)).first_done), ran.percentile(99)) for batch in (10, 1)}
# ```
#
# ```text
# {10: (99, 129.1), 1: (100, 73.8)}
# ```
#
# The shorter visibility is paid for with the timeout: whatever needs more than two seconds fails for good now. In a batch of ten an order comes
# back, too, when another customer's order failed before it, or when ten orders don't fit into two seconds. Each time spends one of its ten
# receives, and one order has none left. In a batch of one nobody pays for a neighbour.
# :::

# %% [markdown]
# ## 10 · Two more consumers
#
# `index` and `letter` want every order, too. The sender's code is that of section 1, and `names` now has three names in it.

# %%
predict("08.three-consumers")

# %% claims=["S1", "A1"]
three = [race(way, workload(30, bad=()), names=("charge", "index", "letter")) for way in WAYS]
comparison(three)

# %% [markdown]
# :::answer
# The publish is paid once, 50 cents a million, and each of the three runs costs 62; the rest is cold starts. With EventBridge it
# is a dollar for the event instead of the 50 cents. And look at the first column: `charge` sees nine of the thirty orders of the one
# queue and six of the other, since **consumers of one queue share its messages**. Of a stream each reader gets all; a table's stream serves two
# readers of a shard at once, and a third takes turns with them (how is modelled).
# :::
#
# *Event* got everything to everyone, but look at its `send`: it has a loop over the names. The sender knows each consumer,
# pays five milliseconds for each, and is changed for the fourth. *Destinations* reached only `charge`: a function has one destination for
# its successes. If that one is a topic, it fans out, and then it is the topic that does it.
#
# ### One customer only
#
# A consumer wants the orders of `customer-3` and no others: six of sixty. Wherever the service can filter, it does. `only` sets the filter after
# the way is built: of each mapping, of the subscription, in the rule.

# %%
def only(way, names):
    """Let the service pass on the orders of customer-3 and no others, where it can."""
    wanted = {"customer": ["customer-3"]}
    keys = {"SQS": {"body": wanted}, "SQS FIFO": {"body": wanted}, "Kinesis": {"data": wanted},
            "DynamoDB": {"dynamodb": {"NewImage": {"customer": {"S": ["customer-3"]}}}}}
    for mapping in aws_lambda.list_event_source_mappings()["EventSourceMappings"]:
        criteria = {"Filters": [{"Pattern": json.dumps(keys[way])}]}
        aws_lambda.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria=criteria)
    for subscription in sns.list_subscriptions()["Subscriptions"]:
        for name, value in (("FilterPolicyScope", "MessageBody"), ("FilterPolicy", json.dumps(wanted))):
            arguments = {"AttributeName": name, "AttributeValue": value}
            sns.set_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"], **arguments)
    if way == "EventBridge":
        pattern = {"detail-type": ["OrderPlaced"], "detail": wanted}
        events.put_rule(Name=names[0], EventPattern=json.dumps(pattern))


# %%
predict("08.one-customer")

# %%
{way: race(way, workload(bad=()), prepare=only).runs for way in WAYS}

# %% [markdown]
# :::answer
# Sixty. *Event* and *Destinations* have no filter, so **your function is the filter, and is paid for it**: it runs, looks, and returns. With
# Destinations that is the second run for each order. Kinesis needs fewer runs than there are orders, since it hands over several at once. What a
# queue's filter turns away is deleted: nobody else will see it.
# :::
#
# ### An hour later
#
# The friend has hired a bookkeeper. She wants the thirty orders of this morning, from the beginning, and her function `audit` is deployed an hour after
# they were sent.

# %%
predict("08.an-hour-later")

# %% tags=["hide-input"]
def late(way, archive=False):
    """How many orders a function sees that is connected an hour after they were sent."""
    with Cloud(seed=1) as cloud:
        make_queue("parked")
        surroundings = {"SECONDS": "0.2", "PARTIAL": "", "DATABASE": ""}
        cloud.deploy(charge, timeout=60, environment=surroundings)
        send = WAYS[way](("charge",), care=True)
        bus = arn("events", "event-bus/default")
        kept = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"] if archive else None
        for at, order in workload(30, bad=()):
            cloud.at(at, lambda order=order: send(order))
        cloud.run(3600)
        cloud.deploy(charge, name="audit", timeout=60, environment=surroundings)
        if way == "DynamoDB":
            follow(dynamodb.describe_table(TableName="orders")["Table"]["LatestStreamArn"], ["audit"], True)
        elif way == "Kinesis":
            follow(arn("kinesis", "stream/orders"), ["audit"], True)
        else:
            WAYS[way](("audit",), care=True)
        if kept:
            events.start_replay(ReplayName="from-the-beginning", EventSourceArn=kept, Destination={"Arn": bus},
                                EventStartTime=cloud.now - timedelta(hours=2), EventEndTime=cloud.now)
        cloud.run()
        return len({line.message for line in cloud.logs("audit").printed if line.message.startswith("done")})


{way: late(way) for way in ("SQS", "SNS", "EventBridge", "DynamoDB", "Kinesis")} | {"EventBridge, archived": late("EventBridge", archive=True)}

# %% [markdown]
# :::answer
# A stream is a log: a new reader begins at its oldest record, for as long as records are kept ({fact: dynamodb_streams.RETENTION_S} for a table,
# {fact: kinesis.RETENTION_DEFAULT_S} and up to a year for Kinesis). A queue has forgotten what was done, and a topic has never known it. (A FIFO topic
# can archive.) A bus keeps what somebody told it to keep **before**; and its replay goes to every rule that matches, so here `charge` has
# charged everyone twice. A rule of its own for the replay prevents that (unit 04).
# :::

# %% [markdown]
# ## 11 · What others have measured
#
# Our hops are modelled. These are ours, twenty orders without the time of the work, half of them within this many milliseconds:

# %%
{way: round((race(way, workload(20, bad=())).percentile(50) - 0.2) * 1000) for way in ("SQS", "SNS", "EventBridge", "DynamoDB", "Kinesis")}

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
# *bitesizedserverless, eu-west-1, 1,024 calls each; September 2022, EventBridge February 2023. For a direct asynchronous invocation and for
# destinations we found no published numbers.* The sequence is the same, and the absolute numbers are
# small: a hop costs tenths of a second, a setting costs minutes.

# %% [markdown]
# ## 12 · The article, then and now
#
# This course began with an article that compared the seven. Most of its claims stand as they were; these have moved, or want a word more:
#
# | claim | said | now |
# |---|---|---|
# | S3 | a concurrency setting on the *function* protects the system that it calls | behind a queue, what is turned away uses up its receives: set the mapping's maximum concurrency; section 4 |
# | N5 | subscribers filter by attributes | by the body, too |
# | A3 | no other resource to configure | none; but you want a place for failures, section 3 |
# | D4, K3 | streams hand over everything | a mapping can filter; section 10 |
# | D5 | several functions read a table's stream | two a shard, before it slows down |
# | K6 | shards are planned up front | or on-demand, which plans itself |
# | K7 | paid by the hour | on-demand is paid by use, and by the hour, too |
#
# And what it did not mention decides most of this lesson: the visibility timeout as retry interval, a retry budget, what one bad message does to
# those that come after it, and a place for failures.
