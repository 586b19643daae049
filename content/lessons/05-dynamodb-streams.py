# %% [markdown]
# # 05 · DynamoDB Streams: the table tells what changed
#
# At Marigold Books, checkout writes every order to a table. It did so before anyone spoke of events. Now the search page wants
# to know about new orders, and the newsletter wants to know what was shipped. Nobody wants to touch checkout.
#
# They don't have to. DynamoDB can write down every change of a table: a **stream**. It looks like a queue. By the end of this
# lesson you will have lost orders because somebody believed that it *is* one.
#
# **By the end you can**
# - read the changes of a table with a function, and say what a change record holds;
# - let several functions follow one table, each at its own place, and filter for one of them;
# - predict what one bad record does to all that lie behind it, and rescue the shard;
# - find a lost record by the pointer that is left of it;
# - go faster and keep the order that matters.
#
# **Time** about 50 minutes, and 50 for the lab. Short of time? Leave out section 7, and tasks 4 and 5 of the lab.
# **You need** unit 01: queues, batches, partial batch responses.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and take a choice, before you go on: it is kept
# for you. What the next cells show stays folded until you run them, and the explanation until you open it.

# %%
import json
from collections import Counter

import boto3

from sevenways import Cloud, Explorer, explain, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.change_images import change_images
from sevenways.draw.fates import fates
from sevenways.facts import cards, dynamodb_streams, prices, stream_mapping

# %% [markdown]
# ## 1 · What makes a record?
#
# A table with a stream is one more argument of `create_table`. The *view type* says what a change record will show.

# %%
dynamodb = boto3.client("dynamodb")
streams = boto3.client("dynamodbstreams")
aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")


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

# %% [markdown]
# And this is checkout, as it always was. It writes to its table, and knows nothing of a stream.

# %%
cloud = Cloud(seed=1)
stream = make_table()
orders = boto3.resource("dynamodb").Table("orders")

order = {"id": "order-0", "title": "Dune", "total": 1999, "status": "placed"}
orders.put_item(Item=order)
orders.put_item(Item=order)  # the browser sent it twice
order["status"] = "shipped"
orders.put_item(Item=order)
orders.delete_item(Key={"id": "order-0"})["ResponseMetadata"]["HTTPStatusCode"]

# %% [markdown]
# Four calls, and all succeeded.

# %%
predict("05.four-calls")

# %% [markdown]
# A stream is kept in pieces, its **shards**. A shard is a list: the changes lie in it in the order in which they were made,
# and each record has a *sequence number*, its place. Our table has one shard. To look, ask the stream for the shard, the shard
# for an *iterator*, which is a bookmark, and read from there. `TRIM_HORIZON` is AWS's word for the oldest record that is left.

# %% claims=["D1"]
def records_in(stream, kind="TRIM_HORIZON", **position):
    """Read a stream by hand, from its oldest record on."""
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType=kind, **position)
    return streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


found = records_in(stream)
change_images(found)

# %% [markdown]
# :::answer
# Three. A stream tells **changes, not calls**: the second write changed nothing, so there is nothing to tell.
# Checkout publishes no event, and can't forget to: the record rides on the write that happens anyway. And table
# and stream can't disagree. A handler that writes to a table *and then* sends a message can die between the two.
# :::

# %%
predict("05.read-again")

# %%
[record["eventName"] for record in records_in(stream)]

# %% [markdown]
# :::answer
# The same three. Nothing is hidden and nothing is deleted by reading: a stream is a **log**. Each reader remembers
# its own place in it, and the log forgets by age alone. Keep that sentence in mind. Everything below follows from it.
# :::

# %% tags=["hide-input"]
dynamodb_streams.RETENTION_S

# %% [markdown]
# **Change it.** Make the table with `make_table("KEYS_ONLY")`, then `"NEW_IMAGE"`, and run the section again. Which views
# could tell the newsletter that an order *became* shipped?

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
def follow(stream, function, start="TRIM_HORIZON", **options):
    """The event source mapping from a stream to a function. Returns its id."""
    return aws_lambda.create_event_source_mapping(
        EventSourceArn=stream, FunctionName=function, StartingPosition=start, **options
    )["UUID"]


shop = Cloud(seed=1)
shop.deploy(index)
follow(make_table(), "index")
orders.put_item(Item={"id": "order-0", "title": "Dune", "total": 1999})
orders.delete_item(Key={"id": "order-0"})
shop.run()
shop.logs("index").printed

# %% [markdown]
# It works. Some weeks later the people of checkout tidy up. `total` was never a good name, since it is in cents. It is
# their table, and they tell nobody: nobody subscribed to anything.

# %%
predict("05.new-name")

# %%
orders.put_item(Item={"id": "order-1", "title": "Emma", "total_cents": 1250})
shop.run(seconds=60)
shop.timeline()

# %% claims=["D3"]
[line.message.splitlines()[0] for line in shop.logs("index").printed][-1]

# %% [markdown]
# :::answer
# A change record is not a *domain event*. A domain event ("an order was placed, for 12.50 euros") is a promise that
# somebody makes to others and keeps. A change record shows the inside of a table, and **who reads it must understand the item's
# schema**. Checkout has broken a program that it has never heard of.
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
# The timeline shows one more thing: failure after failure, further and further apart, of one record. Section 5 comes back
# to it.
# :::
#
# **Change it.** Repair `index` so that it understands both names. Deploy it with `shop.deploy(index)` and let a minute
# pass. What has become of `order-1`?

# %% [markdown]
# ## 3 · Two readers
#
# The newsletter wants to follow the table, too. In unit 01 two functions shared a queue, and each got half.

# %%
import time


def read(event, context):
    time.sleep(0.01 * len(event["Records"]))

# %% [markdown]
# Two helpers that write, as checkout does, so that the cells stay short.

# %%
def place(*numbers, untitled=None, shipped=()):
    """New orders: order-0, order-1... One of them may lack a title."""
    with orders.batch_writer() as batch:
        for n in numbers:
            title = {} if n == untitled else {"title": "Dune"}
            status = "shipped" if n in shipped else "placed"
            batch.put_item(Item={"id": f"order-{n}", "total": 1000 + n, "status": status, **title})


def set_status(status, *numbers):
    for n in numbers:
        orders.update_item(
            Key={"id": f"order-{n}"},
            UpdateExpression="SET #status = :status",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": status},
        )


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
# Each function gets **every** change, up to a batch of **many records an invocation**. Reading
# takes nothing away, so readers need not share. And here the batches are full, though a queue's seldom were: the mapping
# has a shard to itself, finds everything that lies there in one read, and runs *one* batch of a shard at a time.
# :::

# %% tags=["hide-input"]
cards(stream_mapping.BATCH_SIZE_DEFAULT, stream_mapping.BATCH_SIZE_RANGE)

# %% [markdown]
# How many functions may follow a table?

# %%
dynamodb_streams.READERS_PER_SHARD_MAX

# %% [markdown]
# More can be configured, and they take the reads from one another. A hundred orders arrive here, five a second, for two readers,
# then for four and for eight. How old, in seconds, is a change when it has been read? Half of them are no older than this:

# %%
def several_readers(number, start="TRIM_HORIZON"):
    cloud = Cloud(seed=1)
    stream = make_table()
    for n in range(number):
        cloud.deploy(read, name=f"reader-{n}")
        follow(stream, f"reader-{n}", start=start)
    for n in range(100):
        cloud.at(n / 5, lambda n=n: place(n))
    cloud.run()
    return cloud


{number: several_readers(number).summary()["p50_s"] for number in (2, 4, 8)}

# %% [markdown]
# **Change it.** A reader that is connected late: place orders 0 to 9, connect a function with `start="LATEST"`, place
# orders 10 to 19. What does it get? And with `TRIM_HORIZON`?

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
# Forty. The newsletter is invoked with ten records; thirty were **passed over** for it, and for nobody else.
# A filter of a queue's mapping deletes what it turns away. A reader of a log has nothing to delete: it moves on.
# :::

# %% tags=["hide-input"]
stream_mapping.FILTERED_IS_PASSED_OVER

# %% [markdown]
# Filters know the record as it is, types and all. `explain` says why a pattern does or does not match. Large orders only:

# %%
def stream_of(table):
    return dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]


large = {"dynamodb": {"NewImage": {"total": {"N": [{"numeric": [">", 1000]}]}}}}
image = records_in(stream_of("orders"))[5]["dynamodb"]["NewImage"]
explain(large, {"dynamodb": {"NewImage": image}})

# %% [markdown]
# In a record a number is a text, and `numeric` compares numbers alone. The mapping accepts the pattern, nothing ever
# matches, and nobody gets an error. A filter on a stream of DynamoDB can't say "above 1000"; leave that to the handler.

# %%
predict("05.corrected")

# %%
def ship_and_correct():
    set_status("shipped", *range(10))
    correction = {":title": "Dune, 2nd ed."}
    orders.update_item(
        Key={"id": "order-3"}, UpdateExpression="SET title = :title", ExpressionAttributeValues=correction
    )


def lines(cloud, function, verb):
    """order -> how often the function printed this word about it"""
    words = [line.message.split() for line in cloud.logs(function).printed]
    return dict(Counter(rest[0] for first, *rest in words if first == verb))


lines(newsletter(change=ship_and_correct), "newsletter", "mailed")

# %%
change_images(records_in(stream_of("orders"))[-1:])

# %% [markdown]
# :::answer
# Two letters that the book is on its way. The corrected order *is* shipped, so it matches. The filter asked what the
# item is, not what happened to it. What happened is the **difference of two images**, and both are in the record. In the
# lab you write the filter that uses them.
# :::
#
# **Change it.** Give the table the view `KEYS_ONLY` inside `newsletter`. How many records does the filter let through? Who
# tells you?

# %% [markdown]
# ## 5 · One bad record, one day
#
# Sixty orders. `order-25` has no title, and the function that indexes it raises an error. In unit 01 an order like this
# took its batch of ten along, and then rested in a dead-letter queue. Here is a stream, with a batch size of ten and all
# other settings as they come.

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
def indexed(cloud):
    return lines(cloud, "index", "indexed")


some = ("order-0", "order-24", "order-25", "order-35")
len(indexed(stuck)), {order: indexed(stuck).get(order, 0) for order in some}

# %% [markdown]
# :::answer
# Twenty-five, five of them indexed more than a thousand times. The mapping tries the batch again, and again, with up
# to a minute between, until the stream forgets its records after a day. Meanwhile **the shard waits**. Forty orders expired
# together: one was bad, nine shared its batch, and thirty had never been looked at.
#
# Put it beside a queue: the same sixty orders, the same handler's error, a dead-letter queue after three receives.
# :::

# %%
import time


def index_from_queue(event, context):
    for record in event["Records"]:
        time.sleep(0.05)
        if record["body"] == "order-25":
            raise ValueError("order-25 has no title")
        print("indexed", record["body"])

# %% claims=["misconception 18"]
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


fates({"a stream, with its defaults": stuck.trace, "a queue, with a dead-letter queue": poisoned_queue().trace})

# %% [markdown]
# :::answer
# Every line is one order, the first on top. On the right a bad order costs its batch, and all others are done at once. On
# the left it costs **everything behind it**. A stream does not fail like a queue, and it is no
# defect: a queue may hand out what comes next because it promises no order. A stream promises the order of changes, and the
# only way to keep it is to wait.
# :::

# %% tags=["hide-input"]
cards(stream_mapping.ERROR_BLOCKS_SHARD, stream_mapping.RETRIES_DEFAULT)

# %% tags=["hide-input"]
who_retries(
    "poller",
    {
        "sdk": "only its own calls, such as the write to the table",
        "source": "keeps the records for a day, and neither knows nor minds who has read them",
        "poller": "the same batch again, until it succeeds or the records are too old; the shard waits",
        "lambda": "not involved: the mapping calls the function synchronously and waits",
        "dead_letters": "there is none; the function's own would not help, it serves asynchronous calls",
    },
    names={"source": "the stream"},
)

# %% [markdown]
# :::answer
# And nobody wrote a retry. You got more than a thousand of them without a line of code.
# :::
#
# **Change it.** Call `poisoned(untitled=0)` and `poisoned(untitled=59)`. How many orders survive?

# %% [markdown]
# ## 6 · Rescue
#
# Three settings of the mapping let a shard go on:
#
# - `MaximumRetryAttempts`: give up after so many retries;
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


def rescued(handler=index_or_fail, failures=FAILURES, **options):
    cloud = Cloud(seed=1)
    sqs.create_queue(QueueName="index-failures")
    if ":s3:" in failures:
        boto3.client("s3").create_bucket(Bucket="index-failures")
    stream = make_table()
    cloud.deploy(handler, name="index")
    follow(stream, "index", BatchSize=10, MaximumRetryAttempts=2, **give_up_to(failures), **options)
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
# Fifty-five, and it took seconds, not a day. But the four behind `order-25` in its batch were given up with it,
# unseen. So split the batch.
# :::

# %%
predict("05.bisected")

# %%
halved = rescued(**BISECT)
halved.timeline()

# %%
len(indexed(halved)), {order: indexed(halved)[order] for order in ("order-20", "order-24", "order-26", "order-30")}

# %% [markdown]
# :::answer
# Fifty-nine. The batch of ten fails and becomes two of five, the bad one of those two and three, down to `order-25` alone.
# Splits use up no retry. The price: its neighbours come again and again, so the handler must bear repeats.
#
# The handler could say where it failed. This one does all it can, and reports what it could not.
# :::

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
{order: indexed(reported)[order] for order in ("order-24", "order-26", "order-29", "order-30")}

# %% [markdown]
# :::answer
# A shard's place is **one position**, not a mark for each record: it can't be behind 29 and before 25. It goes to
# the lowest failure, and what had succeeded behind it is done again. Where the place has moved, the count of retries starts
# anew: so `order-26` is done four times in all, once before the move, and then once with two retries. Then it is *given up
# together with the bad one*. Partial responses spare what lies in front of the bad record, bisecting saves what lies behind
# it. Set both:
# :::

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
# `MaximumRecordAgeInSeconds` gives up what is too old, whatever the retries. Use it where an old change is worth nothing: the
# good records behind a bad one grow old, too.
# :::
#
# ### What is in the failure queue?

# %%
predict("05.failure-queue")

# %%
again = rescued(**BISECT)  # once more: a new Cloud has taken the place of that one
queue = sqs.get_queue_url(QueueName="index-failures")["QueueUrl"]
note = json.loads(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
note["DDBStreamBatchInfo"]

# %% [markdown]
# :::answer
# A **pointer**: which stream, which shard, from which sequence number to which. The order itself is where it always
# was, in the log, and you fetch it from there.
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
# There it is. How long does an operator have to do that? The *queue* keeps the pointer for four days.
# :::

# %%
again.run(seconds=24 * 60 * 60)
try:
    fetch(info)
except streams.exceptions.TrimmedDataAccessException as gone:
    print(gone)

# %% [markdown]
# :::answer
# One day. A failure queue of a stream is an alarm, not an archive. Let a function read it and save the record at once. Or give
# the mapping an S3 bucket in place of the queue:
# :::

# %% tags=["hide-input"]
stream_mapping.FAILURE_RECORD_HOLDS_PAYLOAD

# %%
saved = rescued(failures="arn:aws:s3:::index-failures", **BISECT)
saved.run(seconds=3 * 24 * 60 * 60)
s3 = boto3.client("s3")
(kept,) = s3.list_objects_v2(Bucket="index-failures")["Contents"]
whole_note = json.loads(s3.get_object(Bucket="index-failures", Key=kept["Key"])["Body"].read())
change_images(json.loads(whole_note["payload"])["Records"])

# %% [markdown]
# :::answer
# Three days later, and the order is still there, all of it. The bucket forgets nothing until you tell it to.
# :::
#
# **Change it.** Set `MaximumRetryAttempts` in `rescued` to 0, then to 10, and look at `rescued().elapsed`. How many seconds do
# thirty healthy orders wait for tries that can't help? Which other faults would a few tries have cured?

# %% [markdown]
# ## 7 · Faster, and in order?
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
    for change in range(100):
        orders.put_item(Item={"id": f"order-{change % 10}", "step": change // 10})
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
def in_order(cloud):
    """For each order: were its steps noted from 0 to 9?"""
    steps = {}
    for line in cloud.logs("note-change").printed:
        order, step = line.message.split()
        steps.setdefault(order, []).append(int(step))
    return {order: noted == sorted(noted) for order, noted in sorted(steps.items())}


in_order(ten_lanes), [line.message for line in ten_lanes.logs("note-change").printed][:6]

# %% [markdown]
# :::answer
# The hash of the key decides which of the ten a change belongs to, so the changes of *one* order stay in line.
# Across orders nothing is promised any more. It is a FIFO queue's message groups again, with one difference: ten lanes, not
# one for each key. Keys that share a lane wait for each other, and a bad record blocks its lane alone.
# :::
#
# **Change it.** Run `busy(5)`. Is it half as fast? Look at the lanes, and say why not.

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
# ## 9 · All knobs
#
# Sixty orders, half of them shipped at once, and one bad order wherever you like. Turn one knob at a time, and say *before*
# you let go what will happen. With partial batch responses on, the handler reports what failed; with them off it raises. -1 means
# "no limit". The pointer that goes to the failure queue is counted as one more message.

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
    options = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(SHIPPED)}]}} if only_shipped else {}
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
)

# %% [markdown]
# Things to find out:
# - Retries at -1: the day of section 5. Which other single knob saves most orders?
# - Only shipped, with the view `KEYS_ONLY`. What does the diagram say?
# - View `OLD_IMAGE`, and retries 2. How many orders does the handler index, and why?
# - Batch size 1: why does it need no bisecting, and what does it cost?
# - Retries at -1 and parallelization factor 10: how many orders are lost, and why not all behind the bad one?

# %% [markdown]
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

# %%
predictions("05")

# %% [markdown]
# ## Quiz

# %%
quiz("05")

# %% [markdown]
# ## What changed since
#
# Two things, and this lesson has shown both:

# %%
what_changed("dynamodb_streams")

# %% [markdown]
# The defaults have not moved, and they are what costs you the day:

# %%
cards(stream_mapping.RETRIES_DEFAULT, stream_mapping.BISECT_DEFAULT, stream_mapping.RECORD_AGE_DEFAULT_S)

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Permissions.** The function's role needs `dynamodb:GetRecords`, `GetShardIterator`, `DescribeStream` and
#   `ListStreams`, and `sqs:SendMessage` for the failure queue, or `s3:PutObject` and `s3:ListBucket` for the bucket.
# - **Shards come and go.** Ours has one. AWS has one for each partition of the table, splits them as the table grows, and
#   replaces them every few hours. The order of one item's changes is kept through all that. A bad record blocks its shard,
#   not the others.
# - **Reading lags** by a part of a second, and a mapping that was made a moment ago may miss the first changes when it
#   starts at `LATEST`.
# - **Global tables** allow one reader a shard.
# - **The waits between retries are AWS's own**, and not published:

# %%
cards(dynamodb_streams.SHARDS, stream_mapping.RETRY_BACKOFF)

# %% [markdown]
# ## Three things to remember
#
# 1. **A stream is a log.** Reading takes nothing away, each reader has one place, and age alone deletes.
# 2. **One bad record stops its shard**, for a day, unless you set retries, bisecting and a failure destination.
# 3. **A change record is the inside of a table.** What a failure leaves is a pointer to it, good for a day.
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
        "source": "keeps the records for a day, for whoever reads them",
        "poller": "the same batch, from the lowest failure on; a throttle uses up no retry, nor does a split",
        "lambda": "not involved: it serves asynchronous calls",
        "dead_letters": "the failure destination gets a pointer to what was given up; the function's own is not involved",
    },
    names={"source": "the stream"},
)

# %% [markdown]
# **What does it cost?** Lambda's reads of the stream are free, and so is keeping it. You pay for invocations and for the
# time they take, so the batch size is most of the bill. And a shard that is stuck for a day?

# %%
cards(prices.DYNAMODB_STREAMS_PER_100K, prices.LAMBDA_PER_M, f"the stuck day: ${stuck.summary()['cost_usd']:.5f}")

# %% [markdown]
# Forty orders lost, for a fraction of a cent. No bill will ever tell you. An alarm on the metric `IteratorAge` will: how old
# the last record of a batch is when its invocation ends, well or badly.

# %% [markdown]
# ## The lab
#
# [lab05-dynamodb-streams](../labs/lab05-dynamodb-streams.ipynb): the search index is wrong, the newsletter writes twice,
# and a shard has stood still since Tuesday. Next unit: [06-kinesis](06-kinesis.ipynb), a log that you fill yourself, with
# many shards.
