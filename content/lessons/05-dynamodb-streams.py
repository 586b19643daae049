# %% [markdown]
# # 05 · DynamoDB Streams: the table tells what changed
#
# At Marigold Books, checkout writes every order to a table. It did so before anyone spoke of events. Now the search page wants
# to know about new orders, and the newsletter wants to know what was shipped. Nobody wants to touch checkout.
#
# They don't have to. DynamoDB can write down every change of a table: a **stream**. It looks like a queue. By the end of this
# lesson you will have lost orders because somebody believed that it *is* one. (In this lesson an *order* is what a customer places. What
# comes first and what comes next is a *sequence*.)
#
# **By the end you can**
# - read the changes of a table with a function, and say what a change record holds;
# - let several functions follow one table, each at its own place, and filter for one of them;
# - predict what one bad record costs, and limit it;
# - find a record that was given up, while there is time.
#
# **Time** {minutes: core} minutes for the core, which ends with the quiz, and about 50 for the lab. What stands under *Further* is
# for whenever you like: {minutes: further} minutes on speed and sequence, a test, all the knobs, a bucket, and what those who know Kafka
# will ask. **You need** unit 01: queues, batches, partial batch responses; and for the lab the
# patterns of unit 04.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and make a choice, before you go on: it is kept
# for you. What the next cells show stays folded until you run them, and the explanation until you open it.

# %%
import json
from collections import Counter

import boto3

from sevenways import Cloud, Explorer, explain, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.change_images import change_images
from sevenways.draw.fates import fates
from sevenways.facts import dynamodb_streams

dynamodb = boto3.client("dynamodb")
tables = boto3.resource("dynamodb")
streams = boto3.client("dynamodbstreams")
aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")

# %% [markdown]
# ## 1 · What makes a record?
#
# A table with a stream is one more argument of `create_table`:
#
# ```python
# StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
# ```
#
# The *view type* says what a change record will show. The next cell, folded, holds the helpers of this lesson: `make_table` makes such a
# table of orders, `orders()` is that table, `place` and `set_status` write to it as checkout does, and four others come when we need them.

# %% tags=["hide-input"]
def make_table(view="NEW_AND_OLD_IMAGES"):
    """The table of orders, with a stream. Returns the ARN of the stream."""
    answer = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
    )
    return answer["TableDescription"]["LatestStreamArn"]


def orders():
    """The table of orders, of whatever Cloud is open."""
    return tables.Table("orders")


def place(*numbers, untitled=None, shipped=()):
    """New orders: order-0, order-1... One of them may lack a title."""
    with orders().batch_writer() as batch:
        for n in numbers:
            title = {} if n == untitled else {"title": "Dune"}
            status = "shipped" if n in shipped else "placed"
            batch.put_item(Item={"id": f"order-{n}", "total": 1000 + n, "status": status, **title})


def set_status(status, *numbers):
    for n in numbers:
        orders().update_item(
            Key={"id": f"order-{n}"},
            UpdateExpression="SET #status = :status",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": status},
        )


def records_in(stream, kind="TRIM_HORIZON", **position):
    """Read a stream by hand, from its oldest record on."""
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType=kind, **position)
    return streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


def follow(stream, function, start="TRIM_HORIZON", **options):
    """The event source mapping from a stream to a function. Returns its id."""
    return aws_lambda.create_event_source_mapping(
        EventSourceArn=stream, FunctionName=function, StartingPosition=start, **options
    )["UUID"]


def lines(cloud, function, verb):
    """order -> how many times the function printed this word about it"""
    words = [line.message.split() for line in cloud.logs(function).printed]
    return dict(Counter(rest[0] for first, *rest in words if first == verb))


def indexed(cloud):
    return lines(cloud, "index", "indexed")

# %% [markdown]
# And this is checkout, as it always was. It writes to its table, and knows nothing of a stream.

# %%
cloud = Cloud(seed=1)
stream = make_table()

order = {"id": "order-0", "title": "Dune", "total": 1999, "status": "placed"}
orders().put_item(Item=order)
orders().put_item(Item=order)  # the browser sent it twice
order["status"] = "shipped"
orders().put_item(Item=order)
orders().delete_item(Key={"id": "order-0"})["ResponseMetadata"]["HTTPStatusCode"]

# %% [markdown]
# Four calls, and all succeeded.

# %%
predict("05.four-calls")

# %% [markdown]
# A stream is kept in pieces, its **shards**. A shard is a list: the changes lie in it in the sequence in which they were made, and each
# record has a *sequence number*, its place. Our table has one shard. To look (`records_in`), ask the stream for the shard, the shard
# for an *iterator*, which is a bookmark, and read from there. `TRIM_HORIZON` is AWS's word for the oldest record that is left.

# %% claims=["D1"]
change_images(records_in(stream))

# %% [markdown]
# :::answer
# Three. A stream tells **changes, not calls**: the second write changed nothing, so there is nothing to tell. Checkout publishes no
# event, and can't forget to: the record rides on the write that happens anyway.
#
# And table and stream can't disagree. A handler that writes to a table *and then* sends a message can die between the two. The usual cure
# is an **outbox**: a second table, written in the same transaction, from which a program sends the messages. A stream is an outbox that
# DynamoDB keeps for you.
# :::

# %%
predict("05.read-again")

# %%
[record["eventName"] for record in records_in(stream)]

# %% [markdown]
# :::answer
# The same three. Nothing is hidden and nothing is deleted by reading: a stream is a **log**. Each reader remembers its own place in it,
# and the log forgets by age alone, after {fact: dynamodb_streams.RETENTION_S}. Keep that sentence in mind. Everything below follows from it.
# :::

# %% [markdown]
# ## 2 · Whose vocabulary is it?
#
# Now a function that follows the table. The search page shows each order with its price.

# %%
def index(event, context):
    for record in event["Records"]:
        change = record["dynamodb"]
        order = change["Keys"]["id"]["S"]
        if record["eventName"] == "REMOVE":
            print("forgot", order)
        else:
            euros = int(change["NewImage"]["total"]["N"]) / 100
            print("indexed", order, "at", euros, "euros")

# %% [markdown]
# Look at the price. Checkout wrote the number `1999`. In the record it is `{"N": "1999"}`, a text with its type beside it: the
# consumer reads what the *table* holds, in the table's own notation.
#
# Then the event source mapping, as in unit 01. On a stream it needs a place to start: `TRIM_HORIZON`, or `LATEST`, which means
# only what comes from now on.

# %%
shop = Cloud(seed=1)
shop.deploy(index)
stream = make_table()
aws_lambda.create_event_source_mapping(EventSourceArn=stream, FunctionName="index", StartingPosition="TRIM_HORIZON")
orders().put_item(Item={"id": "order-0", "title": "Dune", "total": 1999})
orders().delete_item(Key={"id": "order-0"})
shop.run()
shop.logs("index").printed

# %% [markdown]
# It works. Some weeks later the people of checkout tidy up. `total` was never a good name, since it is in cents. It is
# their table, and they tell nobody: nobody subscribed to anything.

# %%
predict("05.new-name")

# %%
orders().put_item(Item={"id": "order-1", "title": "Emma", "total_cents": 2450})
shop.run(seconds=60)
shop.timeline()

# %% claims=["D3"]
[line.message.splitlines()[0] for line in shop.logs("index").printed][-1]

# %% [markdown]
# :::answer
# A change record is not a *domain event*. A domain event ("an order was placed, for 24.50 euros") is a promise that somebody makes to
# others and keeps. A change record shows the inside of a table, and **its reader must understand the item's schema**. Checkout has broken
# a program that it has never heard of.
#
# | a domain event | a change record |
# |---|---|
# | says what happened: `OrderPlaced` | says what is different: `INSERT`, `MODIFY`, `REMOVE` |
# | is sent on purpose, and has a version | exists because somebody wrote an item |
# | is made for its readers | has the attributes of the table, their names and their types |
#
# So follow the stream of a table that is *yours*. For the rest of the company, let a small function read the stream and publish
# domain events to a topic or a bus (units 03 and 04).
#
# The timeline shows one more thing: one record, failing again and again, at longer and longer intervals. Section 5 comes back to it.
# :::
#
# **Change it.** Repair `index` so that it understands both names. Deploy it with `shop.deploy(index)` and let a minute pass. What has
# become of `order-1`?
#
# :::tried
# ```python
# shop = Cloud(seed=1)
# shop.deploy(index)
# follow(make_table(), "index")
# orders().put_item(Item={"id": "order-1", "title": "Emma", "total_cents": 2450})
# shop.run(seconds=60)
#
#
# def index_by_both_names(event, context):
#     for record in event["Records"]:
#         change = record["dynamodb"]
#         order = change["Keys"]["id"]["S"]
#         if record["eventName"] == "REMOVE":
#             print("forgot", order)
#         else:
#             image = change["NewImage"]
#             cents = image.get("total_cents") or image["total"]
#             print("indexed", order, "at", int(cents["N"]) / 100, "euros")
#
#
# shop.deploy(index_by_both_names, name="index")
# shop.run(seconds=60)
# [line.message for line in shop.logs("index").printed][-1]
# ```
#
# ```text
# 'indexed order-1 at 24.5 euros'
# ```
#
# Nothing was lost. The mapping kept its place and came back with the same record, until the code was right. That is the good side of a
# reader that does not go on.
# :::

# %% [markdown]
# ## 3 · Two readers
#
# The newsletter wants to follow the table, too. In unit 01 two functions shared a queue, and each got half. (`follow` makes a mapping, as
# you did above.)

# %%
import time


def read(event, context):
    time.sleep(0.01 * len(event["Records"]))

# %%
def two_readers(batch_size=10):
    cloud = Cloud(seed=1)
    stream = make_table()
    place(*range(60))
    for function in ("search-index", "newsletter"):
        cloud.deploy(read, name=function)
        follow(stream, function, BatchSize=batch_size)
    cloud.run()
    return cloud


# %%
predict("05.two-readers")

# %% claims=["D5", "D2"]
both = two_readers()
both.timeline()

# %% [markdown]
# :::answer
# Each function gets **every** change, up to a batch of **many records an invocation**. Reading takes nothing away, so readers need not
# share. And here the batches are full, though a queue's seldom were: the mapping has a shard to itself, finds everything that lies there
# in one read, and runs *one* batch of a shard at a time. (The batch size is {fact: stream_mapping.BATCH_SIZE_DEFAULT} unless you set it.)
# :::
#
# ### Your own readers
#
# A hundred orders arrive. How many functions follow the table, how large are their batches, and how fast do the orders come? Say before you
# let go what the timeline will look like.

# %%
def several_readers(readers=1, batch_size=10, orders_a_second=50):
    cloud = Cloud(seed=1)
    stream = make_table()
    for n in range(readers):
        cloud.deploy(read, name=f"reader-{n}")
        follow(stream, f"reader-{n}", BatchSize=batch_size)
    for n in range(100):
        cloud.at(n / orders_a_second, lambda n=n: place(n))
    cloud.run()
    return cloud


Explorer(several_readers, readers=(1, 8), batch_size=(1, 100), orders_a_second=[1, 5, 50, 500], show=("timeline", "summary"))

# %% [markdown]
# Things to find out:
#
# 1. The batch size is 10. How many invocations does one reader need at 5, and at 500 orders a second? Why?
# 2. How old is a change when half of them have been read, with two readers, with four, and with eight?
#
# :::tried
# ```python
# {speed: several_readers(readers=1, orders_a_second=speed).summary()["invocations"] for speed in (5, 500)}
# ```
#
# ```text
# {5: 100, 500: 11}
# ```
#
# A mapping does not wait for a full batch: it looks {fact: stream_mapping.DYNAMODB_POLLS_PER_S | word} times a second, and takes what has
# arrived since. Only when more arrives than a batch holds are the batches full.
# :::
#
# :::tried
# ```python
# {readers: several_readers(readers=readers).summary()["p50_s"] for readers in (2, 4, 8)}
# ```
#
# ```text
# {2: 0.22, 4: 0.43, 8: 0.81}
# ```
#
# Two may read a shard as fast as one. More can be configured, and they take the reads from one another; AWS says *no more than
# {fact: dynamodb_streams.READERS_PER_SHARD_MAX | word}*. (How they take turns is modelled.) For more readers, let one of them
# pass the changes on to a topic.
# :::

# %% [markdown]
# ## 4 · Only what was shipped
#
# For years the advice was: all changes arrive, unfiltered, and the function throws away what it does not want. It pays for
# every invocation. Today the mapping can filter. The newsletter wants those changes that made an order shipped.

# %%
def mail(event, context):
    for record in event["Records"]:
        print("mailed", record["dynamodb"]["Keys"]["id"]["S"])

# %%
SHIPPED = {"dynamodb": {"NewImage": {"status": {"S": ["shipped"]}}}}


def newsletter(pattern=SHIPPED, change=lambda: set_status("shipped", *range(10))):
    """Thirty orders are placed, ten of them are shipped; two functions follow."""
    cloud = Cloud(seed=1)
    stream = make_table()
    filters = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]}} if pattern else {}
    cloud.deploy(mail, name="newsletter")
    follow(stream, "newsletter", BatchSize=10, **filters)
    cloud.deploy(read, name="search-index")
    follow(stream, "search-index", BatchSize=10)
    place(*range(30))
    change()
    cloud.run()
    return cloud


# %%
predict("05.filtered")

# %% claims=["D4"]
filtered = newsletter()
filtered.diagram()

# %% [markdown]
# :::answer
# Forty. The newsletter is invoked with ten records; thirty were **passed over** for it, and for nobody else. A filter of a queue's
# mapping deletes what it turns away. A reader of a log has nothing to delete: it moves on.
# :::

# %% [markdown]
# Filters know the record as it is, types and all. `explain` says why a pattern does or does not match. Large orders only:

# %%
large = {"dynamodb": {"NewImage": {"total": {"N": [{"numeric": [">", 1000]}]}}}}
explain(large, {"dynamodb": {"NewImage": {"id": {"S": "order-5"}, "total": {"N": "1005"}}}})

# %% [markdown]
# In a record a number is a text, and `numeric` compares numbers alone. The mapping accepts the pattern, nothing ever
# matches, and nobody gets an error. A filter on a stream of DynamoDB can't say "above 1000"; leave that to the handler.

# %%
predict("05.corrected")

# %%
def ship_and_correct():
    set_status("shipped", *range(10))
    correction = {":title": "Dune, 2nd ed."}
    orders().update_item(
        Key={"id": "order-3"}, UpdateExpression="SET title = :title", ExpressionAttributeValues=correction
    )


corrected = newsletter(change=ship_and_correct)
lines(corrected, "newsletter", "mailed")

# %%
change_images(records_in(dynamodb.describe_table(TableName="orders")["Table"]["LatestStreamArn"])[-1:])

# %% [markdown]
# :::answer
# Two letters that the book is on its way. The corrected order *is* shipped, so it matches. The filter asked what the item is, not what
# happened to it. What happened is the **difference of two images**, and both are in the record. In the lab you write the filter that
# uses them.
# :::

# %% [markdown]
# ## 5 · One bad record, one day
#
# Sixty orders. `order-25` has no title, and the function that indexes it raises an error. (`indexed` counts how often each order
# was indexed.) In unit 01 an order like this
# took its batch of ten along, and then rested in a dead-letter queue. Here is a stream, with a batch size of ten and all
# other settings left alone.

# %%
import time


def index_or_fail(event, context):
    for record in event["Records"]:
        time.sleep(0.05)
        item = record["dynamodb"]["NewImage"]
        order = item["id"]["S"]
        if "title" not in item:
            raise ValueError(f"{order} has no title")
        print("indexed", order)

# %%
def poisoned(untitled=25):
    """Sixty orders at once, and an untitled one among them. The batch size is 10, nothing else is set."""
    cloud = Cloud(seed=1)
    stream = make_table()
    cloud.deploy(index_or_fail, name="index")
    follow(stream, "index", BatchSize=10)
    place(*range(60), untitled=untitled)
    cloud.run()
    return cloud


# %%
predict("05.a-day-later")

# %%
stuck = poisoned()
stuck.backlog()

# %% claims=["D6"]
some = ("order-0", "order-24", "order-25", "order-35")
len(indexed(stuck)), {order: indexed(stuck).get(order, 0) for order in some}

# %% [markdown]
# :::answer
# Twenty-five, five of them indexed more than a thousand times. The mapping tries the batch again and again, until the stream forgets
# its records after a day. (The waits grow to a minute, which is modelled: AWS does not publish them.) Meanwhile **the shard waits**. Of the
# thirty-five orders that are missing one was bad, four came after it in its batch, and thirty had never been looked at. (The picture
# counts what the mapping is through with: 20 to 24 were indexed, and their batch never succeeded, so it has them among the forty expired.)
# :::
#
# And a queue? The same sixty orders, the same error, a dead-letter queue after three receives. Every line of the picture is one order, the
# first on top:

# %% tags=["hide-input"]
import time


def index_from_queue(event, context):
    for record in event["Records"]:
        time.sleep(0.05)
        if record["body"] == "order-25":
            raise ValueError("order-25 has no title")
        print("indexed", record["body"])

# %% tags=["hide-input"]
def poisoned_queue():
    cloud = Cloud(seed=1)
    parked = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": arn_of(parked), "maxReceiveCount": 3})
    queue = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    cloud.deploy(index_from_queue, name="index")
    aws_lambda.create_event_source_mapping(EventSourceArn=arn_of(queue), FunctionName="index", BatchSize=10)
    for n in range(60):
        sqs.send_message(QueueUrl=queue, MessageBody=f"order-{n}")
    cloud.run()
    return cloud


def arn_of(queue):
    return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


# %% claims=["misconception 18"]
fates({"a stream, with its defaults": stuck.trace, "a queue, with a dead-letter queue": poisoned_queue().trace})

# %% [markdown]
# :::answer
# (On the left 20 to 24 end as lost, too, though they were indexed: what counts is that their
# batch never succeeded.) On the right a bad order costs its batch, and all others are done at once. On the left it costs **everything that comes after it**. A stream does not fail like a queue, and that is no defect: a queue may hand out
# what comes next, because it promises no sequence. A stream promises the sequence of changes, and the only way to keep it is to wait.
# :::

# %% tags=["hide-input"]
who_retries(
    "poller",
    {
        "sdk": "only its own calls, such as the write to the table",
        "source": "keeps the records for a day, and neither knows nor minds which reader has had them",
        "poller": "the same batch again, until it succeeds or the records are too old; the shard waits",
        "lambda": "not involved: the mapping calls the function synchronously and waits",
        "dead_letters": "there is none; the function's own would not help, it serves asynchronous calls",
    },
    names={"source": "the stream"},
)

# %% [markdown]
# And what did that day cost?

# %%
f"${stuck.summary()['cost_usd']:.5f}"

# %% [markdown]
# :::answer
# More than a thousand retries that nobody wrote, thirty-five orders lost, all for a fraction of a cent. No bill will ever tell you. An alarm on the metric `IteratorAge` will: it says how old
# the last record of a batch is when its invocation ends, well or badly.
# :::

# %% [markdown]
# ## 6 · Rescue
#
# Three settings of the mapping let a shard go on:
#
# - `MaximumRetryAttempts`: give up after this many retries;
# - `BisectBatchOnFunctionError`: split a failed batch in two, so that the bad half gets smaller and smaller;
# - `FunctionResponseTypes`: let the handler say which record failed, as in unit 01.
#
# And a place for what was given up, an on-failure *destination*:

# %%
FAILURES = "arn:aws:sqs:us-east-1:123456789012:index-failures"
BISECT = {"BisectBatchOnFunctionError": True}
REPORT = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def give_up_to(destination):
    return {"DestinationConfig": {"OnFailure": {"Destination": destination}}}


def rescued(handler=index_or_fail, retries=2, failures=FAILURES, **options):
    cloud = Cloud(seed=1)
    sqs.create_queue(QueueName="index-failures")
    if ":s3:" in failures:
        boto3.client("s3").create_bucket(Bucket="index-failures")
    stream = make_table()
    cloud.deploy(handler, name="index")
    follow(stream, "index", BatchSize=10, MaximumRetryAttempts=retries, **give_up_to(failures), **options)
    place(*range(60), untitled=25)
    cloud.run()
    return cloud


# %%
predict("05.two-retries")

# %%
limited = rescued()
len(indexed(limited)), [f"order-{n}" for n in range(60) if f"order-{n}" not in indexed(limited)]

# %% [markdown]
# :::answer
# Fifty-five, and it took seconds, not a day. But the four that follow `order-25` in its batch were given up with it, unseen.
# :::
#
# Now a failed batch is to be split:

# %%
predict("05.bisected")

# %%
halved = rescued(**BISECT)
halved.timeline()

# %%
len(indexed(halved)), {order: indexed(halved).get(order, 0) for order in ("order-20", "order-24", "order-26", "order-30")}

# %% [markdown]
# :::answer
# Fifty-nine. The batch of ten fails and becomes two of five, the bad one of those becomes two and three, and so on, down to `order-25`
# alone. Splits use up no retry. The price: what stands before it in a batch comes again, `order-20` and `order-24` twice, so the handler must
# tolerate repeats.
# :::
#
# Or the handler says where it failed. This one does all it can, and reports what it could not:

# %%
import time


def index_and_report(event, context):
    failures = []
    for record in event["Records"]:
        time.sleep(0.05)
        item = record["dynamodb"]["NewImage"]
        if "title" in item:
            print("indexed", item["id"]["S"])
        else:
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
    return {"batchItemFailures": failures}


# %%
predict("05.next-attempt")

# %%
reported = rescued(index_and_report, **REPORT)
{order: indexed(reported).get(order, 0) for order in ("order-24", "order-26", "order-29", "order-30")}

# %% [markdown]
# :::answer
# A reader has **one position per shard**. It can't be past 29 and still before 25. So it goes back to the lowest failure, and whatever
# succeeded after that is done again. When the position has moved, the count of retries starts anew: so `order-26` is done four times in
# all, once before the move, and then once with two retries. Then it is *given up together with the bad one*. Partial responses spare what
# comes before the bad record, and bisecting saves what comes after it.
# :::
#
# All four beside one another, the last with both settings:

# %%
cut = rescued(index_and_report, **REPORT, **BISECT)
fates(
    {
        "2 retries": limited.trace,
        "with bisect": halved.trace,
        "with partial responses": reported.trace,
        "with both": cut.trace,
    }
)

# %% [markdown]
# :::answer
# From left to right ten records are parked, one, five, and one. (In the first picture `order-20` to `order-24` are among the ten: they had been
# indexed, and were given up with their batch all the same.)
#
# There is a fourth setting, `MaximumRecordAgeInSeconds`: give up what is too old, however few the retries. Use it where an old change is
# worth nothing, for the good records that wait for a bad one grow old, too.
# :::
#
# ### What is in the failure queue?

# %%
predict("05.failure-queue")

# %%
again = rescued(**BISECT)
queue = sqs.get_queue_url(QueueName="index-failures")["QueueUrl"]
note = json.loads(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
note["DDBStreamBatchInfo"]

# %% [markdown]
# :::answer
# A **pointer**: which stream, which shard, from which sequence number to which. The order itself is where it always was, in the log, and
# you fetch it from there.
# :::

# %%
info = note["DDBStreamBatchInfo"]


def fetch(info):
    """The records that a failure record points to."""
    start = info["startSequenceNumber"]
    found = records_in(info["streamArn"], "AT_SEQUENCE_NUMBER", SequenceNumber=start)
    return found[: info["batchSize"]]


change_images(fetch(info))

# %% [markdown]
# :::answer
# There it is. How long does an operator have for this? The *queue* keeps the pointer for {fact: sqs.RETENTION_DEFAULT_S}.
# :::

# %%
again.run(seconds=24 * 60 * 60)
try:
    fetch(info)
except streams.exceptions.TrimmedDataAccessException as gone:
    print(gone)

# %% [markdown]
# :::answer
# The log keeps the record for {fact: dynamodb_streams.RETENTION_S}. A failure queue of a stream is an alarm, not an archive. Let a function
# read it and save the record at once. Or give the mapping an S3 bucket instead of the queue: what it writes there holds the records, too
# (section 10).
# :::
#
# **Change it.** Call `rescued` with `retries` 0, 2 and 10. How long do thirty healthy orders wait for attempts that can't help? Which
# other faults would a few attempts have cured?
#
# :::tried
# ```python
# for retries in (0, 2, 10):
#     cloud = rescued(retries=retries)
#     last = next(line.at for line in cloud.logs("index") if line.message.startswith("indexed order-59"))
#     print(f"{retries} retries: order-59 is indexed after {last:.0f} s")
# ```
#
# ```text
# 0 retries: order-59 is indexed after 3 s
# 2 retries: order-59 is indexed after 7 s
# 10 retries: order-59 is indexed after 309 s
# ```
#
# The waits double, so the eleventh attempt comes minutes after the first. (The waits are modelled.) A bad record gains nothing by them. A
# database that is away for half a minute is cured by five or six, so zero is not a good number either.
# :::

# %% [markdown]
# ## What you predicted

# %%
predictions("05")

# %% [markdown]
# ## Quiz

# %%
quiz("05")

# %% [markdown]
# ## What changed since
#
# Two things: the filters of section 4, and the bucket of section 10.

# %%
what_changed("dynamodb_streams")

# %% [markdown]
# The defaults have not moved, and they are what costs you the day: no limit of retries, no limit of age, no bisecting.

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Permissions.** The function's role needs `dynamodb:GetRecords`, `GetShardIterator`, `DescribeStream` and
#   `ListStreams`, and `sqs:SendMessage` for the failure queue, or `s3:PutObject` and `s3:ListBucket` for the bucket.
# - **Shards come and go.** Our stream has one. AWS has one for each partition of the table, splits them as the table grows, and replaces
#   them every few hours. The sequence of one item's changes is kept through all that. A bad record blocks its shard, and no other.
# - **Reading lags** by a part of a second, and a mapping that was made a moment ago may miss the first changes when it
#   starts at `LATEST`.
# - **Global tables** allow one reader a shard.
# - **The waits between retries are AWS's own**, and not published. Ours double from one second up to a minute.

# %% [markdown]
# ## Three things to remember
#
# 1. **A stream is a log.** Reading takes nothing away, each reader has one place, and age alone deletes.
# 2. **One bad record stops its shard**, for a day, unless you limit the retries. Bisecting saves its neighbours, a destination keeps its address.
# 3. **A change record shows the inside of a table.** What a failure leaves is a pointer to it, good for a day.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {
        "an error or a timeout": "poller",
        "listed in a partial response": "poller",
        "a throttle": "poller",
        "retries or age used up": None,
        "no filter matches": None,
    },
    {
        "sdk": "only its own API calls, never your handler",
        "source": "keeps the records for a day, for all its readers",
        "poller": "the same batch, from the lowest failure on; a throttle uses up no retry, nor does a split",
        "lambda": "not involved: it serves asynchronous calls",
        "dead_letters": "the failure destination gets a pointer to what was given up; the function's own is not involved",
    },
    names={"source": "the stream"},
)

# %% [markdown]
# **What does it cost?** Lambda's reads of the stream are free, and so is keeping it; readers of your own pay
# {fact: prices.DYNAMODB_STREAMS_PER_100K}. You pay for invocations, {fact: prices.LAMBDA_PER_M}, and for the time they take, so the batch
# size is most of the bill.

# %% [markdown]
# ## The lab
#
# [lab05-dynamodb-streams](../labs/lab05-dynamodb-streams.ipynb): a search index has to be built, the newsletter writes
# twice, and a shard has stood still since Tuesday. (Its last task is about speed; section 7 shows the setting.) Next unit:
# [06-kinesis](06-kinesis.ipynb), a log that you fill yourself, with many shards.

# %% [markdown]
# ## Further
#
# Five sections for whenever you like, each on its own. The last task of the lab is easier with section 7; nothing else needs them.

# %% [markdown]
# ## 7 · Faster, and still in sequence?
#
# One batch of a shard at a time is slow. Here are a hundred changes: ten orders, each changed ten times. The function needs
# a tenth of a second for each.

# %%
import time


def note_change(event, context):
    for record in event["Records"]:
        time.sleep(0.1)
        image = record["dynamodb"]["NewImage"]
        print(image["id"]["S"], image["step"]["N"])

# %%
def busy(parallelization_factor=1, batch_size=10):
    cloud = Cloud(seed=1)
    stream = make_table()
    cloud.deploy(note_change)
    follow(stream, "note-change", BatchSize=batch_size, ParallelizationFactor=parallelization_factor)
    for step in range(10):
        with orders().batch_writer() as batch:
            for number in range(10):
                batch.put_item(Item={"id": f"order-{number}", "step": step})
    cloud.run()
    return cloud


one_lane = busy()
round(one_lane.elapsed, 1)

# %% [markdown]
# Ten seconds. `ParallelizationFactor` runs up to ten batches of one shard at a time.

# %%
predict("05.ten-lanes")

# %%
ten_lanes = busy(parallelization_factor=10)
ten_lanes.timeline(by="group")

# %%
def in_sequence(cloud):
    """For each order: were its steps noted from 0 to 9?"""
    steps = {}
    for line in cloud.logs("note-change").printed:
        order, step = line.message.split()
        steps.setdefault(order, []).append(int(step))
    return {order: noted == sorted(noted) for order, noted in sorted(steps.items())}


in_sequence(ten_lanes), [line.message for line in ten_lanes.logs("note-change").printed][:6]

# %% [markdown]
# :::answer
# The hash of the key decides which of the ten lanes a change belongs to, so the changes of *one* order keep their sequence. Across orders
# nothing is promised any more. It is a FIFO queue's message groups again, with one difference: ten lanes, not one for each key. Keys that
# share a lane wait for each other, and a bad record blocks its lane alone. (Which lane a key gets is modelled; that it keeps it is
# certain.)
# :::
#
# **Change it.** `busy(5)`: does it take twice as long as ten lanes? Say why not.
#
# :::tried
# ```python
# {lanes: round(busy(lanes).elapsed, 1) for lanes in (1, 2, 5, 10)}
# ```
#
# ```text
# {1: 10.2, 2: 6.2, 5: 3.2, 10: 2.2}
# ```
#
# Ten orders don't spread evenly over the lanes: in some there are two or three, in others none. The fullest lane decides.
# :::

# %% [markdown]
# ## 8 · Prove it in a test
#
# A mapping's defaults are the part that nobody reviews. This is a complete test file: the fixture `cloud` gives each test
# an account of its own, and a day passes in a moment.

# %%
def test_one_bad_order_costs_one_order(cloud):
    sqs.create_queue(QueueName="index-failures")
    stream = make_table()
    cloud.deploy(index_or_fail, name="index")
    follow(stream, "index", BatchSize=10, MaximumRetryAttempts=2, **BISECT, **give_up_to(FAILURES))
    place(*range(60), untitled=25)
    cloud.run(seconds=600)
    assert len(indexed(cloud)) == 59


with Cloud(seed=1) as fresh:
    test_one_bad_order_costs_one_order(fresh)
"passed"

# %% [markdown]
# **Change it.** Take `**BISECT` out and run it again.
#
# :::tried
# ```python
# def test_without_bisecting(cloud):
#     sqs.create_queue(QueueName="index-failures")
#     cloud.deploy(index_or_fail, name="index")
#     follow(make_table(), "index", BatchSize=10, MaximumRetryAttempts=2, **give_up_to(FAILURES))
#     place(*range(60), untitled=25)
#     cloud.run(seconds=600)
#     assert len(indexed(cloud)) == 59, f"{len(indexed(cloud))} orders are indexed"
#
#
# try:
#     with Cloud(seed=1) as fresh:
#         test_without_bisecting(fresh)
# except AssertionError as failure:
#     print(str(failure).splitlines()[0])
# ```
#
# ```text
# 55 orders are indexed
# ```
#
# The test fails on the day on which somebody takes the setting out.
# :::

# %% [markdown]
# ## 9 · All knobs
#
# Sixty orders, half of them shipped at once, and one bad order wherever you like. Turn one knob at a time, and say *before*
# you let go what will happen. With partial batch responses on, the handler reports what failed; with them off it raises. -1 means
# "no limit".

# %%
import os
import time


def follow_up(event, context):
    failures = []
    for record in event["Records"]:
        time.sleep(0.05)
        change = record["dynamodb"]
        order = change["Keys"]["id"]["S"]
        if "title" in change.get("NewImage", {}):
            print("indexed", order)
        elif os.environ["PARTIAL"] == "no":
            raise ValueError(f"{order} has no title")
        else:
            failures.append({"itemIdentifier": change["SequenceNumber"]})
    return {"batchItemFailures": failures}

# %%
def machine(
    batch_size=10, view_type="NEW_AND_OLD_IMAGES", only_shipped=False, poison=25, retries=2, record_age_s=-1,
    bisect=False, partial_batch_responses=False, parallelization_factor=1,
):
    cloud = Cloud(seed=1)
    sqs.create_queue(QueueName="index-failures")
    stream = make_table(view_type)
    cloud.deploy(follow_up, environment={"PARTIAL": "yes" if partial_batch_responses else "no"}, timeout=60)
    shipped = json.dumps({"dynamodb": {"NewImage": {"status": {"S": ["shipped"]}}}})
    options = {"FilterCriteria": {"Filters": [{"Pattern": shipped}]}} if only_shipped else {}
    if partial_batch_responses:
        options |= REPORT
    follow(
        stream,
        "follow-up",
        BatchSize=batch_size,
        MaximumRetryAttempts=retries,
        MaximumRecordAgeInSeconds=record_age_s,
        BisectBatchOnFunctionError=bisect,
        ParallelizationFactor=parallelization_factor,
        **give_up_to(FAILURES),
        **options,
    )
    place(*range(60), untitled=poison, shipped=range(1, 60, 2))
    cloud.run()
    return fates({"each order": cloud.trace}), cloud

# %%
Explorer(
    machine,
    batch_size=(1, 100),
    view_type=list(dynamodb_streams.VIEW_TYPES.value),
    only_shipped=False,
    poison=[None, 0, 10, 25, 49, 59],
    retries=[-1, 0, 1, 2, 5, 10],
    record_age_s=[-1, 60, 300, 3600],
    bisect=False,
    partial_batch_responses=False,
    parallelization_factor=(1, 10),
    labels={"poison": "poison order", "bisect": "bisect on error"},
)

# %% [markdown]
# Things to find out:
#
# 1. Retries at -1: the day of section 5. Which single knob saves most orders? (The summary says how many were *processed*.)
# 2. Only shipped, with the view `KEYS_ONLY`. How many records reach the handler?
# 3. View `OLD_IMAGE`, and retries 2. How many orders does the handler index, and why?
# 4. Batch size 1: why does it need no bisecting, and what does it cost?
# 5. Retries at -1 and parallelization factor 10: how many orders are lost, and why not all that come after the bad one?
#
# :::tried
# ```python
# def saved(**knobs):
#     return machine(**{"retries": -1, **knobs})[1].summary()["processed"]
#
#
# for knobs in ({}, {"bisect": True}, {"partial_batch_responses": True}, {"record_age_s": 60}, {"batch_size": 1}, {"retries": 2}):
#     print(knobs, saved(**knobs))
# ```
#
# ```text
# {} 20
# {'bisect': True} 25
# {'partial_batch_responses': True} 25
# {'record_age_s': 60} 20
# {'batch_size': 1} 25
# {'retries': 2} 50
# ```
#
# The limit of retries. A limit of age gives everything up here, since all sixty orders are equally old. Bisecting, partial responses
# and small batches save what stands before the bad record; then the shard waits for it. Something has to be given up.
# :::
#
# :::tried
# ```python
# for knobs in ({"only_shipped": True}, {"only_shipped": True, "view_type": "KEYS_ONLY"}):
#     print(knobs, machine(**knobs)[1].summary()["invocations"], "invocations")
# ```
#
# ```text
# {'only_shipped': True} 5 invocations
# {'only_shipped': True, 'view_type': 'KEYS_ONLY'} 0 invocations
# ```
#
# None, and nobody tells you: the filter asks for an image that the records don't have. A filter and the view of its stream have to be
# chosen together.
# :::
#
# :::tried
# ```python
# len(lines(machine(view_type="OLD_IMAGE")[1], "follow-up", "indexed"))
# ```
#
# ```text
# 0
# ```
#
# None. A new order has no old image, and the handler looks for the new one. It fails on every record, and after two retries each batch is
# given up.
# :::
#
# :::tried
# ```python
# for batch_size in (1, 10):
#     cloud = machine(batch_size=batch_size, bisect=batch_size > 1)[1]
#     print(batch_size, len(lines(cloud, "follow-up", "indexed")), "indexed", cloud.summary()["invocations"], "invocations")
# ```
#
# ```text
# 1 59 indexed 62 invocations
# 10 59 indexed 14 invocations
# ```
#
# A batch of one can't take neighbours along. It costs an invocation for each record, and the shard is read one by one.
# :::
#
# :::tried
# ```python
# {lanes: 60 - len(lines(machine(retries=-1, parallelization_factor=lanes)[1], "follow-up", "indexed")) for lanes in (1, 10)}
# ```
#
# ```text
# {1: 35, 10: 6}
# ```
#
# Only those that share its lane, and come after it, wait until they expire. The other nine lanes go on.
# :::

# %% [markdown]
# ## 10 · A bucket for what failed
#
# The failure queue of section 6 held a pointer. Here the mapping's on-failure destination is an S3 bucket. Three days pass.

# %%
saved = rescued(failures="arn:aws:s3:::index-failures", **BISECT)
saved.run(seconds=3 * 24 * 60 * 60)
s3 = boto3.client("s3")
(kept,) = s3.list_objects_v2(Bucket="index-failures")["Contents"]
whole_note = json.loads(s3.get_object(Bucket="index-failures", Key=kept["Key"])["Body"].read())
change_images(json.loads(whole_note["payload"])["Records"])

# %% [markdown]
# The order is still there, all of it, though the log has long forgotten it. The bucket forgets nothing until you tell it to.

# %% [markdown]
# ## 11 · For those who know Kafka
#
# Much of this will look familiar, and the differences are in the details. Kinesis (unit 06) is closer.
#
# | Kafka | here | what is different |
# |---|---|---|
# | topic, partition | stream, shard | the shards follow the table's partitions; you choose neither their number nor their life |
# | key | the item's key | the changes of one item keep their sequence, and nothing else does |
# | consumer group | event source mapping | each has all records and a place of its own; no more than two to a shard |
# | committed offset | the position of the mapping | Lambda keeps it; you can neither read nor set it |
# | `auto.offset.reset` | `StartingPosition` | counts once, when the mapping is made |
# | lag | `IteratorAge` | milliseconds, not a number of records |
# | rebalance | none that you see | Lambda runs the pollers |
# | poison pill | a failed batch | section 5 is the default, section 6 the rescue |
# | retry topics, dead-letter topic | the on-failure destination | no retry topics: build them with a queue; what arrives is a pointer |
# | compaction, retention | a day, not to be changed | the table itself is the compacted topic |
#
# Can a mapping be rewound? Not as a consumer group can: `update_event_source_mapping` takes no position. You make another mapping. It
# starts at the oldest record there is, or at what comes next, and at nothing in between.

# %%
def print_letter(event, context):
    for record in event["Records"]:
        print("mailed", record["dynamodb"]["Keys"]["id"]["S"])

# %%
def made_again(start):
    """Ten orders are read; the mapping is deleted and made again; ten more arrive. How many orders were mailed once, and twice."""
    cloud = Cloud(seed=1)
    stream = make_table()
    cloud.deploy(print_letter, name="newsletter")
    mapping = follow(stream, "newsletter")
    place(*range(10))
    cloud.run()
    aws_lambda.delete_event_source_mapping(UUID=mapping)
    follow(stream, "newsletter", start=start)
    place(*range(10, 20))
    cloud.run()
    return dict(Counter(lines(cloud, "newsletter", "mailed").values()))


{start: made_again(start) for start in ("TRIM_HORIZON", "LATEST")}

# %% [markdown]
# With `TRIM_HORIZON` ten orders are mailed twice and ten once: everything that the log still holds comes again, so the handler has to be
# idempotent. With `LATEST` each is mailed once, here. On AWS, what was written between the old mapping and the new one is missed.
# (`AT_TIMESTAMP`, a point in between, exists for Kinesis.)
