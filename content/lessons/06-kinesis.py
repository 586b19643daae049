# %% [markdown]
# # 06 · Kinesis: a log that many read
#
# Marigold Books wants to know what visitors do on its pages: every click, as it happens. Search wants the clicks, the
# recommendations want them, so does fraud detection, and marketing will. That is a lot of small messages, for many readers, in
# order. On the way three things will go wrong that go wrong with many a first stream, and none of them looks like a mistake
# beforehand. By the end you will know how to avoid them.
#
# **By the end you can**
# - choose a partition key, and see from its hashes where the clicks will go;
# - plan the shards of a stream, and send batches of which nothing gets lost;
# - keep readers fresh, and tell from one line in a picture when they are not;
# - put a price on shards, on readers and on a quiet month.
#
# **Time** about 60 minutes, and 50 for the lab. With 40 minutes, leave sections 4, 8, 9 and 10 for another day. **You need** Python and
# an idea of what a Lambda function is. If you know SQS from unit 01, good: half of the surprises here come from that. Unit 05 has the
# same kind of mapping, on a table.
#
# Every cell runs against a simulated AWS with a clock of its own; nothing leaves your machine. Where it asks you to
# **predict**, run that cell and take a choice, before you go on: it is kept for you. What the next cells show stays folded until
# you run them, and the explanation until you open it.

# %%
import hashlib
import json
import random
import time
from math import ceil

import boto3

from sevenways import Cloud, Explorer, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.amounts import amounts
from sevenways.draw.hash_ranges import hash_ranges
from sevenways.draw.iterator_age import iterator_age
from sevenways.facts import cards, prices, stream_mapping, stream_queues
from sevenways.facts import kinesis as kinesis_facts

# %% [markdown]
# ## 1 · Who has read it?
#
# First without any function. A *stream* with one *shard*, three clicks, and you. A click is a **record**: some bytes, and a
# **partition key**, here the visitor.

# %%
cloud = Cloud(seed=1)
kinesis = boto3.client("kinesis")
aws_lambda = boto3.client("lambda")

kinesis.create_stream(StreamName="clicks", ShardCount=1)
for page in ("home", "search", "basket"):
    kinesis.put_record(StreamName="clicks", Data=page.encode(), PartitionKey="visitor-7")

shard = kinesis.list_shards(StreamName="clicks")["Shards"][0]["ShardId"]
place = kinesis.get_shard_iterator(StreamName="clicks", ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
[record["Data"] for record in kinesis.get_records(ShardIterator=place)["Records"]]

# %% [markdown]
# `TRIM_HORIZON` is the oldest record that is still there: you asked for a place to start, and read from it.

# %%
predict("06.read-again")

# %%
{"again": [record["Data"] for record in kinesis.get_records(ShardIterator=place)["Records"]]}

# %% [markdown]
# :::answer
# And again tomorrow morning, and so can anybody else. A stream is a **log**. Reading takes nothing away, hides nothing and
# deletes nothing. Each reader keeps its own place in the log, and a record goes when it is too old, whether it was read or not:
# :::

# %% tags=["hide-input"]
kinesis_facts.RETENTION_DEFAULT_S

# %% [markdown]
# :::answer
# A queue asks "who has done this message?". A log asks "how far are you?". Almost everything below follows from that.
# :::
#
# **Change it.** Each answer of `get_records` holds a `NextShardIterator`. Read with `Limit=1`, three times, from place to place.

# %% [markdown]
# ### Four helpers
#
# From here on these save typing. There is no magic in them.

# %%
def make_stream(shards=1, name="clicks", **options):
    """Create a stream. Returns its ARN."""
    kinesis.create_stream(StreamName=name, ShardCount=shards, **options)
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def click(key, visitor="visitor-0", page="home"):
    """One record: what PutRecords takes."""
    return {"PartitionKey": key, "Data": json.dumps({"visitor": visitor, "page": page})}


def connect(source, function, **options):
    """The event source mapping from a stream to a function, from the next record on. Returns its id."""
    options = {"StartingPosition": "LATEST", **options}
    return aws_lambda.create_event_source_mapping(EventSourceArn=source, FunctionName=function, **options)["UUID"]


def ranges(cloud):
    """The shards of the stream as they are, with the keys that were sent."""
    return hash_ranges(kinesis.list_shards(StreamName="clicks")["Shards"], cloud.trace)

# %% [markdown]
# ## 2 · Which shard?
#
# One shard takes only so much. For more, a stream has more shards, side by side. And a record goes to... which? The shop starts with
# four shards, four kinds of page, and the page as partition key. Twenty-five clicks on each.

# %%
predict("06.four-keys")

# %%
PAGES = ["home", "search", "basket", "checkout"]


def morning(key, shards=4):
    cloud = Cloud(seed=1)
    make_stream(shards)
    clicks = [click(key(n), f"visitor-{n}", PAGES[n % 4]) for n in range(100)]
    kinesis.put_records(StreamName="clicks", Records=clicks)
    return ranges(cloud)


morning(key=lambda n: PAGES[n % 4])

# %% [markdown]
# :::answer
# One. Three shards are paid for and take nothing. Nobody deals keys to shards. Kinesis takes the MD5 hash of the key, a number
# from 0 to 2^128, and each shard owns a *range* of these numbers. Work it out yourself; it is one line:
# :::

# %%
def place_of(key):
    """Where the hash of a key falls, from 0 to 1."""
    return int(hashlib.md5(key.encode()).hexdigest(), 16) / 2**128


{page: round(place_of(page), 3) for page in PAGES}

# %% [markdown]
# :::answer
# All four of these words happen to fall into the first tenth of the range. That is bad luck, and it stays bad: with **eight** shards
# they still share one. Few keys may go anywhere. Many keys spread:
# :::

# %%
morning(key=lambda n: f"visitor-{n}")

# %% [markdown]
# :::answer
# A hundred visitors, and each shard takes about a quarter. The key decides one more thing. **Order is kept inside a shard, so it is
# kept for each key**, and never across a stream. With the visitor as key, the clicks of a visitor stay in order; with a random key
# the load would be perfect, and the order gone.
# :::
#
# **Change it.** Which pages would have been better names? Put `place_of` to work: find four words that use four shards. Then try
# `morning(key=lambda n: PAGES[n % 4], shards=16)`, and one visitor who makes half of all clicks.

# %%
quiz("06.four-keys-eight-shards")

# %% [markdown]
# ## 3 · How much fits?
#
# So much fits into one shard, in a second of writing:

# %%
cards(kinesis_facts.SHARD_WRITE_BYTES_PER_S, kinesis_facts.SHARD_WRITE_RECORDS_PER_S)

# %% [markdown]
# Whichever comes first. A producer outside of AWS sends to the stream directly, hundreds of records a call: here your cell, at Marigold
# the web servers. Four shards should then take **four thousand clicks in one second**. Eight calls of 500, all within that second:

# %%
busy = Cloud(seed=1)
make_stream(shards=4)
refused = []
for start in range(0, 4000, 500):
    clicks = [click(f"visitor-{n}") for n in range(start, start + 500)]
    refused.append(kinesis.put_records(StreamName="clicks", Records=clicks)["FailedRecordCount"])
refused

# %% claims=["K1"]
ranges(busy)

# %% [markdown]
# Almost four thousand clicks stored in a second, from four thousand visitors, and no queue, no function and no server of yours
# has grown for it. This is what Kinesis is for: **a high volume, from outside, in order**. But look at the red numbers.
# Three shards were full, and the fourth had room that nobody else could use, since hashes are not dealt evenly. *A plan that fits
# exactly does not fit.*
#
# ### Forty snapshots
#
# When a visitor pays, the shop sends a snapshot of the whole basket: 98,000 bytes. Forty of them, in one call, to a stream with
# one shard.

# %%
predict("06.forty-snapshots")

# %%
def snapshot(n, key="checkout"):
    return {"PartitionKey": key, "Data": f"snapshot-{n} ".ljust(98_000, ".")}


cloud = Cloud(seed=1)
make_stream(shards=1)
answer = kinesis.put_records(StreamName="clicks", Records=[snapshot(n) for n in range(40)])
{"status": answer["ResponseMetadata"]["HTTPStatusCode"], "refused": answer["FailedRecordCount"]}

# %%
answer["Records"][9:11]

# %% [markdown]
# :::answer
# Ten fit into the second. The other thirty were turned down *one by one*, inside an answer that is a success. Nothing raised.
# Kinesis keeps nothing of them, and neither does the SDK: it retries a call that failed, and this call did not fail. The producer
# that forgets to look at `FailedRecordCount` loses three snapshots of four. (A single `put_record` would have raised, and the SDK would
# have waited and tried again.)
#
# So look, and send again what was refused, and only that, after a moment:
# :::

# %% claims=["K6"]
def put_all(records):
    """Send until everything is stored. Returns how many were stored in each round."""
    rounds = []
    while records:
        answer = kinesis.put_records(StreamName="clicks", Records=records)
        again = [record for record, result in zip(records, answer["Records"], strict=True) if "ErrorCode" in result]
        rounds.append(len(records) - len(again))
        if again:
            time.sleep(1)
        records = again
    return rounds


cloud = Cloud(seed=1)
make_stream(shards=1)
{"stored in each round": put_all([snapshot(n) for n in range(40)]), "seconds": cloud.elapsed}

# %% [markdown]
# :::answer
# Four rounds, three seconds, nothing lost and nothing twice. **The write limit of a stream is a plan that you make before the first
# record arrives**: so many bytes and so many records a second, divided by what one shard takes, and some room.
# :::
#
# **Change it.** Make the pause 0.1 seconds. What do the extra calls bring? Then give each snapshot a key of its own, and the stream four
# shards: how many rounds now, and why not one?

# %% [markdown]
# ## 4 · Split the hot shard
#
# All forty snapshots have one key, `checkout`. Do they need more room? "Then buy more shards." `update_shard_count` doubles them; the forty
# snapshots come again every second.

# %%
predict("06.more-shards")

# %%
cloud = Cloud(seed=1)
make_stream(shards=1)
stored = {}
for shards in (1, 2, 4):
    if shards > 1:
        kinesis.update_shard_count(StreamName="clicks", TargetShardCount=shards, ScalingType="UNIFORM_SCALING")
    answer = kinesis.put_records(StreamName="clicks", Records=[snapshot(n) for n in range(40)])
    stored[shards] = 40 - answer["FailedRecordCount"]
    cloud.run(seconds=1)
stored

# %%
ranges(cloud)

# %% [markdown]
# :::answer
# A split cuts the *range* of hashes in two. A key is one point in that range, and a point can't be cut. Follow the red line
# down: wherever you split, all of `checkout` is on one side. **A hot key has the capacity of one shard, whatever you pay.** The cure is
# in the key: the visitor in place of the page, or `checkout-0` to `checkout-9` when no order is needed.
# :::
#
# The picture shows something else. The closed shards keep what they took, until it is too old. A reader finishes a parent before it
# begins with its children; otherwise a visitor's newer clicks could overtake the older ones. Is that so? Ten clicks of one visitor, a
# slow reader, and a split after the fifth:

# %%
import base64
import time


def follow(event, context):
    for record in event["Records"]:
        time.sleep(1)
        print(base64.b64decode(record["kinesis"]["data"]).decode())

# %%
cloud = Cloud(seed=1)
stream = make_stream(shards=1)
cloud.deploy(follow, timeout=60)
connect(stream, "follow", BatchSize=2)
for n in range(10):
    if n == 5:
        kinesis.update_shard_count(StreamName="clicks", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    kinesis.put_record(StreamName="clicks", Data=f"click-{n}", PartitionKey="visitor-7")
cloud.run()
[line.message for line in cloud.logs("follow").printed]

# %% [markdown]
# In order, across the split. Note what the handler has to do: the data of a record arrives as base64 text.
#
# ### "Plan your shards" is what was said
#
# Since then there are **on-demand** streams. Nobody counts shards; the stream starts with some, and grows with its traffic.

# %%
predict("06.on-demand")

# %% claims=["K6"]
def on_demand(key):
    Cloud(seed=1)
    kinesis.create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    answer = kinesis.put_records(StreamName="clicks", Records=[snapshot(n, key(n)) for n in range(40)])
    return 40 - answer["FailedRecordCount"]


{"a key each": on_demand(lambda n: f"checkout-{n}"), "one key": on_demand(lambda n: "checkout")}

# %% [markdown]
# :::answer
# On-demand takes the planning away, for a price (section 8). It does not take away the hot key.
# :::
#
# **Change it.** Let `stored` above run to eight shards: add 8 to the tuple. Then jump from 2 to 8, and read the last
# line of what AWS says.

# %% [markdown]
# ## 5 · Keeping up
#
# Now a function behind it. It prepares a recommendation, and needs 0.2 seconds for a click. A hundred clicks of a hundred visitors
# arrive, twenty a second, for five seconds. One shard.

# %%
import time


def recommend(event, context):
    time.sleep(0.2 * len(event["Records"]))

# %%
def evening(shards=1, factor=1, batch_size=100, key="visitor"):
    cloud = Cloud(seed=1)
    stream = make_stream(shards)
    cloud.deploy(recommend, timeout=60)
    connect(stream, "recommend", BatchSize=batch_size, ParallelizationFactor=factor)
    for tick in range(50):
        pair = [2 * tick, 2 * tick + 1]
        clicks = [click(f"visitor-{n}" if key == "visitor" else PAGES[n % 4], f"visitor-{n}") for n in pair]
        cloud.at(tick / 10, lambda clicks=clicks: kinesis.put_records(StreamName="clicks", Records=clicks))
    cloud.run()
    return cloud


# %%
predict("06.one-lane")

# %% claims=["K2"]
one_lane = evening()
one_lane.timeline()

# %% [markdown]
# :::answer
# One bar at a time, from the first to the last. A shard is read **in order**, so one batch is in hand and the next one waits.
# Lambda does not scale with the *number of records*; it scales with the number of **shards**. What it can do is hand over many at
# once: four invocations did all hundred, up to 62 records in one. The default of a mapping, and how far it goes:
# :::

# %% tags=["hide-input"]
cards(stream_mapping.BATCH_SIZE_DEFAULT, stream_mapping.BATCH_SIZE_RANGE)

# %% [markdown]
# :::answer
# But a larger batch does not help here: a hundred times 0.2 seconds stays twenty seconds, in one pile or in ten. The number to watch
# is the **iterator age**: how old was a record when it was done?
# :::

# %%
iterator_age(one_lane.trace)

# %% [markdown]
# :::answer
# A line that climbs is a reader that falls behind. When it reaches the retention, records fall off the end unread, and **nobody tells
# you**. If you put one alarm on a stream, put it here.
# :::
#
# A reader can have more lanes, in two ways: more shards, or several batches of one shard at a time, the mapping's
# **parallelization factor**. Lambda then splits each shard by the hash of the key, so a key keeps its order.

# %%
predict("06.factor-8")

# %%
ways = {
    "factor 8": evening(factor=8),
    "4 shards": evening(shards=4),
    "factor 8, key page": evening(factor=8, key="page"),
    "4 shards, key page": evening(shards=4, key="page"),
}
{way: round(cloud.elapsed, 1) for way, cloud in ways.items()}

# %% [markdown]
# :::answer
# Eight lanes keep up: the last click is done less than a second after it came. Four shards nearly do, at four times the price; the
# factor costs nothing extra. With the page as key four shards help nothing at all, and eight lanes are two: **few keys fill few
# lanes**, whichever way you build them.
# :::
#
# **Change it.** Move the knobs. What is the smallest factor at which the age stays under three seconds? Then give up on the factor,
# and find the number of shards. Why are they the same number?

# %%
def fresh(shards=1, factor=1, batch_size=100, key="visitor"):
    cloud = evening(shards, factor, batch_size, key)
    return iterator_age(cloud.trace), cloud


Explorer(fresh, shards=(1, 8), factor=(1, 10), batch_size=(1, 100), key=["visitor", "page"], show=("timeline", "summary"))

# %% [markdown]
# ## 6 · One more reader
#
# The clicks are there, so everybody wants them: recommendations, fraud detection, and now marketing. Three functions, three mappings,
# one shard. Each has its own place in the log; each sees **every** record, and none knows of the others. They need a
# hundredth of a second for a batch. But the records are snapshots now, ten a second, so the shard takes almost all it can.

# %%
predict("06.third-reader")

# %%
import time


def look(event, context):
    time.sleep(0.01)

# %%
READERS = ["fraud", "marketing", "recommend"]


def crowd(readers, fan_out=False):
    cloud = Cloud(seed=1)
    stream = make_stream(shards=1)
    for name in READERS[:readers]:
        cloud.deploy(look, name=name)
        source = stream
        if fan_out:
            source = kinesis.register_stream_consumer(StreamARN=stream, ConsumerName=name)["Consumer"]["ConsumerARN"]
        connect(source, name)
    for n in range(100):
        record = snapshot(n, f"visitor-{n}")
        cloud.at(n / 10, lambda record=record: kinesis.put_records(StreamName="clicks", Records=[record]))
    cloud.run()
    return cloud


shared = crowd(readers=3)
iterator_age(shared.trace)

# %% claims=["K4", "misconception 19"]
{"last record done": round(shared.elapsed, 1), "records each": shared.summary()["processed"] // 3}

# %% [markdown]
# :::answer
# All hundred records each, and all three fall behind, since **readers share what a shard gives in a second**. The last
# record came at 9.9 seconds, and the last reader finished well after that. Readers of a stream are not free.
# :::

# %% tags=["hide-input"]
cards(kinesis_facts.SHARD_READ_BYTES_PER_S, kinesis_facts.SHARD_READ_CALLS_PER_S)

# %% [markdown]
# :::answer
# Two ways out. Twice the shards, so that each holds half. Or **enhanced fan-out**: a registered consumer gets a share of its own from
# every shard, and records are *pushed* to it.
# :::

# %%
pushed = crowd(readers=3, fan_out=True)
iterator_age(pushed.trace)

# %% [markdown]
# :::answer
# Nobody waits for anybody. It has a price, for each consumer, each shard and each hour, plus the data. Three consumers of two
# shards, for a month of 730 hours, before the first byte:
# :::

# %%
HOURS = 730
fan_out_month = 3 * 2 * HOURS * prices.KINESIS_EFO_PER_CONSUMER_SHARD_H.value
cards(prices.KINESIS_EFO_PER_CONSUMER_SHARD_H, f"three consumers of two shards: ${fan_out_month:.2f} a month")

# %% [markdown]
# :::answer
# So give it to the reader that must be fast, not to all. A function that answers while the customer waits needs it. The report of
# the night does not.
# :::
#
# **Change it.** Run `crowd(readers=2)` and `crowd(readers=1)`. From which reader on does the line climb?

# %%
quiz("06.third-reader")

# %% [markdown]
# ## 7 · One bad click
#
# `visitor-12` has no cookie, and the handler raises. Four shards, a default mapping, forty visitors; every half second one of them
# clicks, for twenty seconds. We look after seventy.

# %%
def greet(event, context):
    for record in event["Records"]:
        if record["kinesis"]["partitionKey"] == "visitor-12":
            raise ValueError("visitor-12 has no cookie")

# %%
def bad_click(seconds=70, settings=dict, **more):
    cloud = Cloud(seed=1)
    stream = make_stream(shards=4)
    cloud.deploy(greet)
    connect(stream, "greet", **settings(), **more)
    for n in range(40):
        record = click(f"visitor-{n}", f"visitor-{n}")
        cloud.at(n / 2, lambda record=record: kinesis.put_records(StreamName="clicks", Records=[record]))
    cloud.run(seconds=seconds)
    return cloud


# %%
predict("06.bad-click")

# %%
stuck = bad_click()
iterator_age(stuck.trace, by="shard", present=70)

# %% claims=["K5", "misconception 18"]
stuck.summary()

# %% [markdown]
# :::answer
# Three shards carry on. In the fourth the mapping tries the same batch again and again (each × is a failed invocation), and
# what comes behind it waits. You wrote no retry: **the mapping retries by itself**, as a queue would. But a queue would have
# moved on with the other messages, and after some tries put the bad one aside. A log has one place per reader. It can't move on
# without saying that the record is done. For how long?
# :::

# %% tags=["hide-input"]
cards(stream_mapping.RETRIES_DEFAULT, stream_mapping.ERROR_BLOCKS_SHARD)

# %%
predict("06.two-days")

# %%
two_days = bad_click(seconds=2 * 24 * 3600)
two_days.summary()

# %% [markdown]
# :::answer
# More than a thousand failed runs, until the bad click was too old to be read. It is lost, and nobody was told. The seven good
# ones behind it were done after a day, seconds before they would have been too old as well. *The line of the iterator age would have
# shown it all that time.*
# :::
#
# A stream mapping has **limits that are yours to set**: how often to try, how to split a batch to find the bad record, and where to
# report what was given up:

# %%
def careful():
    """Settings of a mapping that gives up in time, and says so."""
    sqs = boto3.client("sqs")
    parked = sqs.create_queue(QueueName="clicks-failed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=parked, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return {
        "MaximumRetryAttempts": 2,
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": arn}},
    }


limited = bad_click(settings=careful)
iterator_age(limited.trace, by="shard")

# %% claims=["K3"]
limited.diagram()

# %% [markdown]
# Three tries and a few seconds, and everybody else is served. The failure queue holds a *pointer* to the click, shard and sequence
# number, not the click itself; lesson 05 fetches a record by it, and it works the same here.
#
# **Change it.** Run `bad_click(ParallelizationFactor=10)`. Its iterator age by shard looks as before; its summary does not. How many
# wait now, and why is it not one? Then take
# `BisectBatchOnFunctionError` out of `careful`: do you notice a difference here, where batches are small?
#
# ### What a reader does not want
#
# Much that you find about Kinesis says: *a reader gets all records, unfiltered.* That was so. Today **the mapping can filter**, by the
# data of the record as well. Fraud detection wants the clicks on checkout. Marketing wants everything.

# %%
def handle(event, context):
    return len(event["Records"])

# %%
def filtered(page="checkout"):
    cloud = Cloud(seed=1)
    stream = make_stream(shards=2)
    for name in ("fraud", "marketing"):
        cloud.deploy(handle, name=name)
    wanted = {"Filters": [{"Pattern": json.dumps({"data": {"page": [page]}})}]}
    connect(stream, "fraud", FilterCriteria=wanted)
    connect(stream, "marketing")
    clicks = [click(f"visitor-{n}", f"visitor-{n}", PAGES[n % 4]) for n in range(40)]
    kinesis.put_records(StreamName="clicks", Records=clicks)
    cloud.run()
    return cloud


# %%
predict("06.marketing")

# %%
wants = filtered()
wants.diagram()

# %% [markdown]
# :::answer
# 10 for fraud detection, 40 for marketing. A filter belongs to *one* mapping. What it turns away is passed over: only that
# reader's place moves on, and no function is called and paid for it. The record stays where it is. (On SQS it would have been
# deleted.)
# :::
#
# ### Before you go on

# %%
quiz("06.poison-click")

# %% [markdown]
# ## 8 · The bill of a quiet month
#
# The site is down for renovation. Four shards, no visitor for a month.

# %%
predict("06.quiet-month")

# %% claims=["K7"]
quiet_month = 4 * HOURS * prices.KINESIS_PER_SHARD_H.value
cards(prices.KINESIS_PER_SHARD_H, f"four shards: ${quiet_month:.2f} a month")

# %% [markdown]
# :::answer
# Shards are paid **by the hour, not by use**. Look back at the summary of the two days with one bad click: forty clicks,
# and nearly all of what they cost are the hours of four shards. That too is what was said; today an on-demand stream is paid by the
# gigabyte, and yet not only by that.
# :::

# %%
on_demand_month = HOURS * prices.KINESIS_ON_DEMAND_PER_STREAM_H.value
cards(prices.KINESIS_ON_DEMAND_PER_STREAM_H, f"a stream that is idle: ${on_demand_month:.2f} a month")

# %% [markdown]
# So which is cheaper: shards, on-demand, or a queue? Two functions, and no magic in them. First the shards: three limits, and the
# tightest one counts.

# %%
def shards_needed(clicks_a_second, size_bytes, shared_readers=1):
    """How many shards each limit asks for."""
    bytes_a_second = clicks_a_second * size_bytes
    return {
        "bytes written": ceil(bytes_a_second / kinesis_facts.SHARD_WRITE_BYTES_PER_S.value),
        "records written": ceil(clicks_a_second / kinesis_facts.SHARD_WRITE_RECORDS_PER_S.value),
        "bytes read": ceil(bytes_a_second * shared_readers / kinesis_facts.SHARD_READ_BYTES_PER_S.value),
    }


shards_needed(clicks_a_second=3000, size_bytes=500, shared_readers=4)

# %% [markdown]
# Then the bill of a month, from the list prices, without free tiers. Records are billed in *PUT units* of 25 KB. On-demand is counted
# without fan-out. The queue has one reader, and each message costs it three requests (send, receive, delete), ten messages to a
# batch.

# %%
def bills(clicks_a_second, size_bytes, readers, fan_out, shards):
    """Way -> part -> dollars a month."""
    clicks = clicks_a_second * HOURS * 3600
    million, gb = clicks / 1e6, clicks * size_bytes / 1e9
    put_units = million * ceil(size_bytes / prices.KINESIS_PUT_UNIT_BYTES.value)
    provisioned = {
        "hours": shards * HOURS * prices.KINESIS_PER_SHARD_H.value,
        "records": put_units * prices.KINESIS_PER_M_PUT_UNITS.value,
    }
    if fan_out:
        consumer_hours = readers * shards * HOURS * prices.KINESIS_EFO_PER_CONSUMER_SHARD_H.value
        provisioned["fan-out"] = consumer_hours + readers * gb * prices.KINESIS_EFO_PER_GB.value
    on_demand = {
        "hours": HOURS * prices.KINESIS_ON_DEMAND_PER_STREAM_H.value,
        "gigabytes in": gb * prices.KINESIS_ON_DEMAND_IN_PER_GB.value,
        "gigabytes out": readers * gb * prices.KINESIS_ON_DEMAND_OUT_PER_GB.value,
    }
    queue = {"requests": 3 * million / 10 * prices.SQS_STANDARD_PER_M.value} if readers == 1 else {}
    return {"provisioned": provisioned, "on-demand": on_demand, "an SQS queue": queue}

# %% [markdown]
# And the planner. *Peak* says how many times the average comes in the busiest second: the shards are planned for the peak, the bill
# for the average. Before you turn anything: one click a second, a
# kilobyte each. Which of the three is the cheapest? And at a hundred a second?

# %%
def planner(clicks_a_second=1, size_bytes=1000, peak=1, readers=1, fan_out=False):
    limits = shards_needed(clicks_a_second * peak, size_bytes, 0 if fan_out else readers)
    shards = max(1, *limits.values())
    plan = {limit: {"shards": number} for limit, number in limits.items()}
    month = bills(clicks_a_second, size_bytes, readers, fan_out, shards)
    return (
        amounts(f"Shards needed: {shards}", plan, write=lambda number: f"{number:,.0f}"),
        amounts("A month, in US dollars", month),
    )


Explorer(
    planner,
    clicks_a_second=[1, 10, 30, 40, 100, 1000, 10_000, 100_000, 1_000_000],
    size_bytes=[200, 1000, 5000, 25_000, 100_000],
    peak=(1, 10),
    readers=(1, 6),
    fan_out=False,
)

# %% [markdown]
# At a click a second the queue costs cents, and the stream is eleven dollars of waiting. Find the rate at which they meet; it is lower
# than most people think. Then turn to a million a second. And then set a second reader: a queue has no second reader, at any price.
#
# For a stream the question is never only "how much does it cost?". It is "**how full are the hours that I pay for?**" A shard at
# a tenth of its load costs almost as much as a full one.

# %% [markdown]
# ## 9 · All knobs
#
# A hundred clicks. Everything you have met, in one place. Turn one knob at a time, and say *before* you let go what will happen. The
# hot visitor is `visitor-0`, or with the page as key `checkout`. *Double at* is the second at which the number of shards is doubled.

# %%
import base64
import json
import os
import time


def work(event, context):
    for record in event["Records"]:
        clicked = json.loads(base64.b64decode(record["kinesis"]["data"]))
        if clicked["visitor"] == os.environ["POISON"]:
            raise ValueError(f"{clicked['visitor']} has no cookie")
        time.sleep(float(os.environ["HANDLER_S"]))

# %%
def hundred_clicks(key, hot_share):
    """A hundred records, of which a share is the hot visitor's on the checkout page."""
    dice = random.Random(1)
    for n in range(100):
        hot = dice.random() < hot_share
        visitor, page = ("visitor-0", "checkout") if hot else (f"visitor-{n + 1}", dice.choice(PAGES))
        yield click(visitor if key == "visitor" else page, visitor, page)


def machine(
    shards=2, key="visitor", hot_share=0.0, clicks_a_second=20, clicks_a_call=4, batch_size=100, factor=1, handler_s=0.1,
    readers=1, fan_out=False, only_page=None, poison=None, retries=2, double_at_s=None,
):
    cloud = Cloud(seed=1)
    stream = make_stream(shards)
    options = {"BatchSize": batch_size, "ParallelizationFactor": factor, "MaximumRetryAttempts": retries}
    if only_page:
        options["FilterCriteria"] = {"Filters": [{"Pattern": json.dumps({"data": {"page": [only_page]}})}]}
    for name in [f"reader-{n}" for n in range(readers)]:
        cloud.deploy(work, name=name, timeout=60, environment={"HANDLER_S": str(handler_s), "POISON": poison or "nobody"})
        source = stream
        if fan_out:
            source = kinesis.register_stream_consumer(StreamARN=stream, ConsumerName=name)["Consumer"]["ConsumerARN"]
        connect(source, name, **options)
    records = list(hundred_clicks(key, hot_share))
    for start in range(0, 100, clicks_a_call):
        some = records[start : start + clicks_a_call]
        cloud.at(start / clicks_a_second, lambda some=some: kinesis.put_records(StreamName="clicks", Records=some))
    if double_at_s:
        double = {"StreamName": "clicks", "TargetShardCount": 2 * shards, "ScalingType": "UNIFORM_SCALING"}
        cloud.at(double_at_s, lambda: kinesis.update_shard_count(**double), label="twice the shards")
    cloud.run(seconds=120)
    return ranges(cloud), iterator_age(cloud.trace), cloud

# %%
Explorer(
    machine,
    shards=(1, 8),
    key=["visitor", "page"],
    hot_share=(0.0, 0.9, 0.1),
    clicks_a_second=(5, 50, 5),
    clicks_a_call=(1, 50),
    batch_size=(1, 100),
    factor=(1, 10),
    handler_s=(0.0, 0.5, 0.05),
    readers=(1, 6),
    fan_out=False,
    only_page=[None, *PAGES],
    poison=[None, "visitor-0", "visitor-5"],
    retries=(0, 10),
    double_at_s=[None, 1, 2, 3],
)

# %% [markdown]
# Things to find out:
# - A handler of 0.2 seconds, and the age below two seconds. Find a way with shards, and one with the factor. Which would you pay for?
# - Now a hot share of 0.5. Which of your two ways still works?
# - The page as key, eight shards. How many records does the busiest shard take, and can the factor help?
# - The default at 50 clicks a second, and the shards doubled at second 1. Why does the line climb on for a while after that?
# - The poison visitor `visitor-5`, with five retries, and a batch size of 1 against 100. Who is hurt, and for how long?

# %% [markdown]
# ## 10 · The same bad click, in a queue
#
# Since 2026 a stream on demand can have **queues**. A queue is a reader that knows every record by itself. You receive, and
# *acknowledge* what is done. No mapping reads it, so here your cell does. The forty clicks of section 7 again, and again
# `visitor-12` can't be handled.

# %%
predict("06.bad-click-in-a-queue")

# %%
def queued_click(**attributes):
    cloud = Cloud(seed=1)
    kinesis.create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    stream = kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]
    made = kinesis.create_queue(
        QueueName="greetings", StreamConfigurationList=[{"StreamARN": stream}], QueueAttributes=attributes
    )
    greetings = made["QueueDescription"]["QueueARN"]
    for n in range(40):
        record = click(f"visitor-{n}", f"visitor-{n}")
        cloud.at(n / 2, lambda record=record: kinesis.put_records(StreamName="clicks", Records=[record]))
    while cloud.elapsed < 240:
        records = kinesis.receive_queue_records(QueueARN=greetings)["QueueRecords"]
        good = [{"ReceiptHandle": one["ReceiptHandle"]} for one in records if one["PartitionKey"] != "visitor-12"]
        if good:
            kinesis.acknowledge_queue_records(QueueARN=greetings, Entries=good)
    return cloud, greetings


queued, greetings = queued_click()
queued.backlog("greetings")

# %% tags=["hide-input"]
cards(stream_queues.VISIBILITY_DEFAULT_S, stream_queues.MAX_RECEIVES_DEFAULT)

# %% [markdown]
# :::answer
# No line behind the bad click: it was hidden, came back, and after its last receive became a *dead letter*. That is no second
# queue. It rests in this one, whole, behind calls of its own, and like every record as long as the stream keeps it. The price is the
# **order**: what is given back is overtaken by what came later. Where a visitor's clicks must stay in order, section 7 remains.
# :::
#
# **Change it.** Read the dead letter: `kinesis.receive_dead_letter_queue_records(QueueARN=greetings)`. Then give it back, with
# `restore_dead_letter_queue_records` and its receipt handle, and receive as before: which receive does `ReceiveCount` say it is? And
# with `queued_click(VisibilityTimeoutSeconds=5)`, when is it set aside?

# %% [markdown]
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

# %%
predictions("06")

# %% [markdown]
# ## Quiz

# %%
quiz("06")

# %% [markdown]
# ## What changed since
#
# Much of what is written about Kinesis is older than these changes.

# %%
what_changed("kinesis")

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Permissions.** The function's role needs `kinesis:GetRecords`, `kinesis:GetShardIterator`, `kinesis:DescribeStream`,
#   `kinesis:ListShards` and, for a registered consumer, `kinesis:SubscribeToShard`.
# - **Resharding takes a while**: minutes for a large stream, and the stream is `UPDATING` meanwhile. Here it happens at once.
# - **Bursts vary.** We count the write limit by whole seconds. AWS is more generous at one moment and stricter at another.
# - **Order inside one PutRecords call is not promised.** Where each record depends on the one before, use `put_record` and its
#   `SequenceNumberForOrdering`.
# - **A reader lags a little even when idle**: it asks a shard now and then. With several readers that is up to a second.
# - **Hours are billed while you learn.** Delete the stream when you go home.
# - The back-off between failed attempts is AWS's own. Where we had to choose, the facts page says "modelled":

# %%
stream_mapping.RETRY_BACKOFF

# %% [markdown]
# ## Three things to remember
#
# 1. **The key decides**: which shard, which lane, what order. Many keys spread; one hot key has one shard, whatever you pay.
# 2. **A stream is a log.** Readers keep places, share the read limit, and stand still at a bad record until you set them a limit.
# 3. **PutRecords succeeds without your records.** Look at `FailedRecordCount`, and send again what was refused.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {
        "refused in PutRecords": None,
        "refused in PutRecord": "sdk",
        "an error or a timeout": "poller",
        "a throttle": "poller",
        "older than the retention": None,
    },
    {
        "sdk": "repeats a call that failed; PutRecords does not fail: send again what its answer marks",
        "source": "keeps every record until it is too old, read or not, and retries nothing",
        "poller": "tries the same batch until it works or the limits are reached; its shard, or lane, stands still",
        "lambda": "not involved: it serves asynchronous calls",
        "dead_letters": "none; a failure destination gets a pointer to the records",
    },
    names={"source": "the stream", "dead_letters": "the failure destination"},
)

# %% [markdown]
# **What does it cost?** Shard-hours, PUT units (25 KB each), and the functions. The summaries of this lesson count all three, but a run
# of ten seconds says little about a month. A shard for a month, and a million small records:

# %%
cards(f"a shard: ${HOURS * prices.KINESIS_PER_SHARD_H.value:.2f} a month", prices.KINESIS_PER_M_PUT_UNITS)

# %% [markdown]
# ## The lab
#
# [lab06-kinesis](../labs/lab06-kinesis.ipynb): a key, a producer, readers that fall behind, and a plan for a budget. Next unit:
# [07-destinations](07-destinations.ipynb), one function after another without a line of code between them.
