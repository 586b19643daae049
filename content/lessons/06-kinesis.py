# %% [markdown]
# # 06 · Kinesis: a log that many read
#
# Marigold Books wants to know what visitors do on its pages: every click, as it happens. Search wants the clicks, the
# recommendations want them, so does fraud detection, and marketing will. That is a lot of small messages, for many readers, in
# order. On the way you will make three mistakes that many a first stream has made, and none of them looks like one beforehand.
#
# **By the end you can**
# - choose a partition key, and see from its hashes where the clicks will go;
# - keep readers fresh, and tell from one line in a picture when they are not;
# - send batches of which nothing gets lost;
# - say what one bad record does to a stream, and set its limits.
#
# **Time** {minutes: core} minutes for sections 1 to 5, and 60 for the lab. Sections 6 to 11 are optional, and each stands on its own:
# hot keys, more readers, filters, the bill, queues and a machine with all knobs, {minutes: further} minutes in all. **You need** Python and
# an idea of what a Lambda function is. Unit 01 helps: half of the surprises here come from knowing queues. Unit 05 has the
# same kind of mapping, on a table.
#
# Every cell runs against a simulated AWS with a clock of its own; nothing leaves your machine. Where it asks you to
# **predict**, run that cell and make a choice before you go on: it is kept for you. What the next cells show stays folded until
# you run them, and the explanation until you open it.

# %%
import base64
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
from sevenways.facts import kinesis as kinesis_facts
from sevenways.facts import prices

# %% [markdown]
# The next cell is folded. It holds helpers that save typing: `make_stream`, `click` and `snapshot` for the records, `connect` for the
# event source mapping, `ranges` for a picture. Run it, and open it when you wonder what one of them does.

# %% tags=["hide-input"]
kinesis = boto3.client("kinesis")
aws_lambda = boto3.client("lambda")

PAGES = ["home", "search", "basket", "checkout"]
HOURS = 730  # of a month


def make_stream(shards=1, name="clicks", **options):
    """Create a stream. Returns its ARN."""
    kinesis.create_stream(StreamName=name, ShardCount=shards, **options)
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


def click(key, visitor="visitor-0", page="home"):
    """One record: what PutRecords takes."""
    return {"PartitionKey": key, "Data": json.dumps({"visitor": visitor, "page": page})}


def snapshot(n, key="checkout"):
    """A record with a whole basket in it."""
    return {"PartitionKey": key, "Data": f"snapshot-{n} ".ljust(98_000, ".")}


def connect(source, function, **options):
    """The event source mapping from a stream to a function, from the next record on. Returns its id."""
    options = {"StartingPosition": "LATEST", **options}
    return aws_lambda.create_event_source_mapping(EventSourceArn=source, FunctionName=function, **options)["UUID"]


def ranges(cloud):
    """The shards of the stream as they are, with the keys that were sent."""
    return hash_ranges(kinesis.list_shards(StreamName="clicks")["Shards"], cloud.trace)

# %% [markdown]
# ## 1 · Who has read it?
#
# First without any function: a *stream* with one *shard*, three clicks, and you. A click is a **record**: some bytes, and a
# **partition key**, here the visitor.

# %%
cloud = Cloud(seed=1)
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
# deletes nothing. Each reader keeps its own place in the log, and a record goes when it is too old, whether or not it was read: after
# {fact: kinesis.RETENTION_DEFAULT_S}, unless you ask for more.
#
# A queue asks "is this message done?". A log asks "how far are you?". Almost everything below follows from that.
# :::
#
# **Change it.** Each answer of `get_records` holds a `NextShardIterator`. Read with `Limit=1`, three times, from place to place.
#
# :::tried
# ```python
# Cloud(seed=1)
# kinesis.create_stream(StreamName="clicks", ShardCount=1)
# for page in ("home", "search", "basket"):
#     kinesis.put_record(StreamName="clicks", Data=page.encode(), PartitionKey="visitor-7")
# shard = kinesis.list_shards(StreamName="clicks")["Shards"][0]["ShardId"]
# place = kinesis.get_shard_iterator(StreamName="clicks", ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
# read = []
# for _ in range(3):
#     answer = kinesis.get_records(ShardIterator=place, Limit=1)
#     read += [record["Data"] for record in answer["Records"]]
#     place = answer["NextShardIterator"]
# read
# ```
#
# ```text
# [b'home', b'search', b'basket']
# ```
#
# A reader is not much more than this loop: read from a place, keep the next one. A Lambda mapping runs it for you.
# :::

# %% [markdown]
# ## 2 · Which shard?
#
# One shard takes only so much. For more, a stream has more shards, side by side. And a record goes to... which? The shop starts with
# four shards, four kinds of page, and the page as partition key. Twenty-five clicks on each.

# %%
predict("06.four-keys")

# %%
def morning(key, shards=4):
    cloud = Cloud(seed=1)
    make_stream(shards)
    clicks = [click(key(n), f"visitor-{n}", PAGES[n % 4]) for n in range(100)]
    kinesis.put_records(StreamName="clicks", Records=clicks)
    return ranges(cloud)


morning(key=lambda n: PAGES[n % 4])

# %% [markdown]
# :::answer
# Three shards are paid for and take nothing. Nobody deals keys to shards. Kinesis takes the MD5 hash of the key, a number
# from 0 to 2^{fact: kinesis.HASH_BITS | number}, and each shard owns a *range* of these numbers. You can work it out yourself, in a line.
# :::

# %%
def place_of(key):
    """Where the hash of a key falls, from 0 to 1."""
    return int(hashlib.md5(key.encode()).hexdigest(), 16) / 2**128


{page: round(place_of(page), 3) for page in PAGES}

# %% [markdown]
# :::answer
# All four of these words happen to fall into the first tenth of the range. That is bad luck, and it stays bad: with **eight** shards
# they still share one. A few keys can all land in one shard. Many keys spread out.
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
# `morning(key=lambda n: PAGES[n % 4], shards=16)`, and one visitor that makes half of all clicks.
#
# :::tried
# ```python
# {word: int(4 * place_of(word)) for word in ("start", "find", "cart", "pay", "shelf", "till")}
# ```
#
# ```text
# {'start': 3, 'find': 3, 'cart': 1, 'pay': 2, 'shelf': 0, 'till': 2}
# ```
#
# Four words on four shards, and they were luck as well: with eight shards the draw begins again.
#
# ```python
# morning(key=lambda n: PAGES[n % 4], shards=16).text.splitlines()[0]
# ```
#
# ```text
# '16 shards, 2 of them busy: 100 records of 4 keys'
# ```
#
# Sixteen shards are paid for, and two of them work.
#
# ```python
# morning(key=lambda n: "visitor-0" if n % 2 else f"visitor-{n}")
# ```
#
# ```text
# 4 shards, 4 of them busy: 100 records of 50 keys
#   shard 0, 0 % to 25 % of the hashes: 10 records
#   shard 1, 25 % to 50 % of the hashes: 11 records
#   shard 2, 50 % to 75 % of the hashes: 16 records
#   shard 3, 75 % to 100 % of the hashes: 63 records
#   visitor-0 at 84.3 %: 51 records, a hot key
#   and 49 more keys, none of them hot
# ```
#
# The hot visitor's shard takes its own quarter of the rest and half of everything. Section 6 is about such a key.
# :::

# %% [markdown]
# ## 3 · Keeping up
#
# Now a function reads the stream. It prepares a recommendation, and needs 0.2 seconds for a click. A hundred clicks of a hundred visitors
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
# once: four invocations did all hundred, up to 62 records in one. A mapping hands over up to
# {fact: stream_mapping.BATCH_SIZE_DEFAULT} at a time unless you say otherwise.
#
# But a larger batch does not help here: a hundred times 0.2 seconds stays twenty seconds, in one pile or in ten. The number to watch
# is the **iterator age**: how old the last record of a batch was when the batch was done.
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
# Eight lanes keep up: the last click is done less than a second after it came. Four shards nearly do, and their hours cost four times as much: a shard is
# paid by the hour, busy or idle, and the factor costs nothing extra. With the page as key, four shards help nothing at all, and eight
# lanes are two: **few keys fill few lanes**, whichever way you build them. (Which key falls into which lane is modelled; that few keys
# fill few is not.)
# :::
#
# Now move the knobs yourself:

# %% tags=["hide-output"]
def fresh(shards=1, factor=1, batch_size=100, key="visitor"):
    cloud = evening(shards, factor, batch_size, key)
    return iterator_age(cloud.trace), cloud


Explorer(fresh, shards=(1, 8), factor=(1, 10), batch_size=(1, 100), key=["visitor", "page"], show=("timeline", "summary"))

# %% [markdown]
# **Change it.** What is the smallest factor at which the age stays under three seconds? Then set the factor back to 1,
# and find the number of shards. Why are they the same number?
#
# :::tried
# ```python
# for factor in range(1, 9):
#     age, cloud = fresh(factor=factor)
#     print(factor, age.text.splitlines()[1])
# ```
#
# ```text
# 1   recommend: 4 batches; at most 15.7 s, at 0:20.6; in the end 15.7 s
# 2   recommend: 9 batches; at most 7.9 s, at 0:12.8; in the end 7.9 s
# 3   recommend: 15 batches; at most 3.9 s, at 0:08.8; in the end 3.9 s
# 4   recommend: 23 batches; at most 2.5 s, at 0:05.4; in the end 2.1 s
# 5   recommend: 29 batches; at most 1.7 s, at 0:02.4; in the end 1.5 s
# 6   recommend: 35 batches; at most 2 s, at 0:06; in the end 2 s
# 7   recommend: 41 batches; at most 1.4 s, at 0:01.8; in the end 1.2 s
# 8   recommend: 43 batches; at most 1.5 s, at 0:02; in the end 0.9 s
# ```
#
# ```python
# for shards in range(1, 9):
#     age, cloud = fresh(shards=shards)
#     print(shards, age.text.splitlines()[1])
# ```
#
# ```text
# 1   recommend: 4 batches; at most 15.7 s, at 0:20.6; in the end 15.7 s
# 2   recommend: 9 batches; at most 6 s, at 0:10.8; in the end 6 s
# 3   recommend: 15 batches; at most 3.1 s, at 0:08; in the end 3.1 s
# 4   recommend: 24 batches; at most 1.6 s, at 0:05.4; in the end 1.6 s
# 5   recommend: 33 batches; at most 1.7 s, at 0:04.4; in the end 1.2 s
# 6   recommend: 38 batches; at most 1.4 s, at 0:05.2; in the end 1.3 s
# 7   recommend: 44 batches; at most 1.2 s, at 0:01.8; in the end 1 s
# 8   recommend: 48 batches; at most 1.2 s, at 0:01.8; in the end 1 s
# ```
#
# Four, and four. Twenty clicks a second at 0.2 seconds each are four seconds of work in every second, so it takes four lanes to keep
# up. A lane is a lane, whether it comes from a shard or from the factor; only the bill differs. (Six lanes do no better than five:
# visitors don't fall evenly into lanes either.)
# :::

# %% [markdown]
# ## 4 · How much fits?
#
# One shard takes {fact: kinesis.SHARD_WRITE_RECORDS_PER_S | number} records a second, or {fact: kinesis.SHARD_WRITE_BYTES_PER_S},
# whichever limit is reached first. No service has to stand between: whoever produces sends to the stream directly, hundreds of records
# a call. Here that is your cell, at Marigold the web servers.
#
# When a visitor pays, the shop sends a snapshot of the whole basket: 98,000 bytes. Forty of them, in one call, to a stream with
# one shard.

# %%
predict("06.forty-snapshots")

# %%
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
# So a producer has to look, and to send again what was refused, and only that, after a moment.
# :::

# %% claims=["K6"]
import time


def put_all(records, pause_s=1):
    """Send until everything is stored. Returns how many were stored in each round."""
    rounds = []
    while records:
        answer = kinesis.put_records(StreamName="clicks", Records=records)
        again = [record for record, result in zip(records, answer["Records"], strict=True) if "ErrorCode" in result]
        rounds.append(len(records) - len(again))
        if again:
            time.sleep(pause_s)
        records = again
    return rounds


cloud = Cloud(seed=1)
make_stream(shards=1)
{"stored in each round": put_all([snapshot(n) for n in range(40)]), "seconds": cloud.elapsed}

# %% [markdown]
# :::answer
# Four rounds, three seconds, nothing lost and nothing twice. **The write limit of a stream is a plan that you make before the first
# record arrives**: the bytes and the records of the busiest second, divided by what one shard takes, and some room.
# :::
#
# **Change it.** Make the pause 0.1 seconds. What do the extra calls bring? Then give each snapshot a key of its own, and the stream four
# shards: how many rounds now, and why not one?
#
# :::tried
# ```python
# cloud = Cloud(seed=1)
# make_stream(shards=1)
# rounds = put_all([snapshot(n) for n in range(40)], pause_s=0.1)
# {"calls": len(rounds), "of these stored nothing": rounds.count(0), "seconds": round(cloud.elapsed, 1)}
# ```
#
# ```text
# {'calls': 31, 'of these stored nothing': 27, 'seconds': 3.0}
# ```
#
# The same three seconds, and most calls bring nothing: the shard counts by the second, however often you knock.
#
# ```python
# cloud = Cloud(seed=1)
# make_stream(shards=4)
# put_all([snapshot(n, f"checkout-{n}") for n in range(40)])
# ```
#
# ```text
# [37, 3]
# ```
#
# Four shards have room for forty, ten each, but hashes don't fall ten by ten: some shards were sent more than ten, and others fewer.
# :::
#
# ### Four thousand clicks
#
# Clicks are small, so it is their number that counts. Four shards should take **four thousand of them in one second**. Eight calls of 500,
# all within that second:

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
# Three shards were full, and the fourth had room that nobody else could use, since hashes don't fall evenly. *A plan that fits
# exactly does not fit.*

# %% [markdown]
# ## 5 · One bad click
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
# everything after it waits. You wrote no retry: **the mapping retries by itself**, as a queue would. But a queue would have
# moved on with the other messages, and after some tries put the bad one aside. A log has one place per reader. It can't move on
# without saying that the record is done.
# :::

# %%
predict("06.two-days")

# %%
two_days = bad_click(seconds=2 * 24 * 3600)
two_days.summary()

# %% [markdown]
# :::answer
# More than a thousand failed runs, until the bad click was too old to be read. It is lost, and nobody was told. The six good
# ones after it were done a day late, seconds before they would have been too old as well (modelled: our mapping comes back in the second in
# which the bad click expires; on AWS some of the six may be gone by then). By default a stream mapping has no limit: it tries until the records expire. *The line of the iterator age would have shown it all that time.*
# :::
#
# But it **has limits that are yours to set**: how often to try, how to split a batch to find the bad record, and where to
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
# Three tries and a few seconds, and all the others are served. The failure queue holds a *pointer* to the click, shard and sequence
# number, not the click itself; lesson 05 fetches a record by it, and it works the same here.
#
# **Change it.** Run `bad_click(ParallelizationFactor=10)`. Its iterator age by shard looks as before; its summary does not. How many
# wait now, and why is it not one? Then take
# `BisectBatchOnFunctionError` out of `careful`: do you notice a difference here, where batches are small?
#
# :::tried
# ```python
# summary = bad_click(ParallelizationFactor=10).summary()
# {name: summary[name] for name in ("processed", "waiting", "in_flight")}
# ```
#
# ```text
# {'processed': 38, 'waiting': 2, 'in_flight': 0}
# ```
#
# Each shard is read in ten lanes now, so only the clicks in the bad click's lane wait. Forty visitors on forty lanes don't have one each.
#
# ```python
# def without_bisect():
#     return {name: value for name, value in careful().items() if name != "BisectBatchOnFunctionError"}
#
#
# [bad_click(settings=settings).summary()["processed"] for settings in (careful, without_bisect)]
# ```
#
# ```text
# [39, 39]
# ```
#
# No difference: a click comes every half second, so the bad one was alone in its batch. In a batch of a hundred it would have taken all
# of them with it into the failure queue.
# :::

# %% [markdown]
# ## What you predicted

# %%
predictions("06")

# %% [markdown]
# ## Quiz
#
# New systems, new numbers.

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
# - **Permissions.** The function's role needs what the managed policy `AWSLambdaKinesisExecutionRole` allows (to read the stream, its
#   shards and its summary, and for a registered consumer `kinesis:SubscribeToShard`), and `sqs:SendMessage` on the queue for failures.
# - **Resharding takes a while**: minutes for a large stream, and the stream is `UPDATING` meanwhile. Here it happens at once.
# - **Bursts vary.** We count the write limit by whole seconds. AWS is more generous at one moment and stricter at another.
# - **Order inside one PutRecords call is not promised.** Where each record depends on the one before, use `put_record` and its
#   `SequenceNumberForOrdering`.
# - **A reader lags a little even when idle**: it asks a shard now and then. With several readers that is up to a second.
# - **Hours are billed while you learn.** Delete the stream when you go home.
# - **The back-off between failed attempts is not published.** Here waits double from one second, up to a minute (modelled).

# %% [markdown]
# ## Three things to remember
#
# 1. **The key decides**: which shard, which lane, what order. Many keys spread; a few may share one shard.
# 2. **A stream is a log.** Readers keep places, and stand still at a bad record until you set them a limit.
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
        "dead_letters": "gets a pointer to the records, and retries nothing",
    },
    names={"source": "the stream", "dead_letters": "the failure destination"},
)

# %% [markdown]
# **What does it cost?** Shards by the hour, {fact: prices.KINESIS_PER_SHARD_H}, whether or not anything goes through them; then
# {fact: prices.KINESIS_PER_M_PUT_UNITS}, a unit being a record of up to {fact: prices.KINESIS_PUT_UNIT_BYTES}; then the functions. Section 9
# makes a month's bill of it.

# %% [markdown]
# ## The lab
#
# [lab06-kinesis](../labs/lab06-kinesis.ipynb): a key, a producer, readers that fall behind, a plan for a budget, and a bad click. Its tasks 4
# and 5 use sections 7 and 9. Next unit: [07-destinations](07-destinations.ipynb), one function after another without a line of code between
# them.

# %% [markdown]
# ## Further
#
# Six sections, in any order.

# %% [markdown]
# ## 6 · Split the hot shard
#
# Forty snapshots of 98,000 bytes come every second, all under one key, `checkout`, and one shard takes ten. "Then buy more shards."
# `update_shard_count` doubles them.

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
# down: wherever you split, all of `checkout` is on one side. **While the key chooses the shard, a hot key has the capacity of one,**
# however many you buy. The cure is in the key: the visitor instead of the page, or `checkout-0` to `checkout-9` when no order is needed.
#
# And a split moves no record. The closed shards keep what they took, until it is too old.
# :::
#
# What of a split in the middle of a visitor's clicks: can the newer ones, in a new shard, overtake the older ones? Ten clicks of one
# visitor, a slow reader, and a split after the fifth:

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
# In order, across the split: a reader finishes a parent before it begins with its children. Note what the handler has to do: the data
# of a record arrives as base64 text.
#
# ### "Plan your shards" is what was said
#
# Since then there are **on-demand** streams. Nobody counts shards; the stream starts with some, and grows with its traffic.

# %%
predict("06.on-demand")

# %% claims=["K6"]
def on_demand(key):
    cloud = Cloud(seed=1)
    kinesis.create_stream(StreamName="clicks", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    answer = kinesis.put_records(StreamName="clicks", Records=[snapshot(n, key(n)) for n in range(40)])
    return cloud, 40 - answer["FailedRecordCount"]


spread, stored = on_demand(lambda n: f"checkout-{n}")
{"a key each": stored, "one key": on_demand(lambda n: "checkout")[1]}

# %% [markdown]
# :::answer
# A new on-demand stream takes {fact: kinesis.ON_DEMAND_START_BYTES_PER_S}, here on four shards (modelled). Forty snapshots would fit, ten to a
# shard; but forty hashes don't fall ten by ten, so the fullest shards refuse a few. On-demand takes the planning away, for a price. The
# hot key remains, as long as the key chooses the shard.
# :::
#
# It need not choose. On an on-demand stream `RecordDistributionStrategy` may be `AUTO`: then Kinesis ignores the keys and spreads the records
# evenly, and **the order of a key is gone**. That helps where order was never needed. (Said, not shown: here the key always chooses, and `AUTO`
# is refused.)
#
# **Change it.** Let `stored` above run to eight shards: add 8 to the tuple. Then jump from 2 to 8, and read the last
# line of what AWS says.
#
# :::tried
# ```python
# cloud = Cloud(seed=1)
# make_stream(shards=1)
# stored = {}
# for shards in (1, 2, 4, 8):
#     if shards > 1:
#         kinesis.update_shard_count(StreamName="clicks", TargetShardCount=shards, ScalingType="UNIFORM_SCALING")
#     answer = kinesis.put_records(StreamName="clicks", Records=[snapshot(n) for n in range(40)])
#     stored[shards] = 40 - answer["FailedRecordCount"]
#     cloud.run(seconds=1)
# stored
# ```
#
# ```text
# {1: 10, 2: 10, 4: 10, 8: 10}
# ```
#
# ```python
# Cloud(seed=1)
# make_stream(shards=2)
# try:
#     kinesis.update_shard_count(StreamName="clicks", TargetShardCount=8, ScalingType="UNIFORM_SCALING")
# except kinesis.exceptions.ClientError as refusal:
#     print(refusal)
# ```
#
# ```text
# An error occurred (LimitExceededException) when calling the UpdateShardCount operation (reached max retries: 2): UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2 Target shard count: 8
# ```
#
# One call can double the shards and no more.
# :::

# %% [markdown]
# ## 7 · One more reader
#
# The clicks are there, so everybody wants them: recommendations, fraud detection, and now marketing. Three functions, three mappings,
# one shard. They need a hundredth of a second for a batch. The records are snapshots now, ten a second: about as many as the shard
# takes.

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
# All hundred records each, and all three fall behind, since **readers share what a shard gives in a second**:
# {fact: kinesis.SHARD_READ_BYTES_PER_S}, and {fact: kinesis.SHARD_READ_CALLS_PER_S | word} calls, for all of them together. The last
# record came at 9.9 seconds, and the last reader finished well after that. Readers of a stream are not free.
#
# Two ways out. Twice the shards, so that each holds half. Or **enhanced fan-out**: a registered consumer gets a share of its own from
# every shard, and records are *pushed* to it.
# :::

# %%
pushed = crowd(readers=3, fan_out=True)
iterator_age(pushed.trace)

# %% [markdown]
# :::answer
# Nobody waits for anybody. It has a price, for each consumer, each shard and each hour, plus the data. The next cell has it for
# three consumers of two shards and a month of 730 hours, before the first byte.
# :::

# %%
fan_out_month = 3 * 2 * HOURS * prices.KINESIS_EFO_PER_CONSUMER_SHARD_H.value
f"three consumers of two shards: ${fan_out_month:.2f} a month"

# %% [markdown]
# :::answer
# So give it to the reader that must be fast, not to all. A function that answers while the customer waits needs it. The report of
# the night does not.
# :::
#
# **Change it.** Run `crowd(readers=2)` and `crowd(readers=1)`. From which reader on does the line climb?
#
# :::tried
# ```python
# {readers: iterator_age(crowd(readers).trace).text.splitlines()[1:] for readers in (1, 2)}
# ```
#
# ```text
# {1: ['  fraud: 20 batches; at most 0.2 s, at 0:00.2; in the end 0.1 s'],
#  2: ['  fraud: 20 batches; at most 0.2 s, at 0:00.2; in the end 0.1 s',
#   '  marketing: 20 batches; at most 0.2 s, at 0:00.2; in the end 0.1 s']}
# ```
#
# With two it stays flat: two readers of one mebibyte a second each are all that a shard hands out. The third is one too many.
# :::

# %%
quiz("06.four-departments")

# %% [markdown]
# ## 8 · What a reader does not want
#
# Much that you find about Kinesis says: *a reader gets all records, unfiltered.* That was so. Today there are **filters**, by the data of
# the record as well. Fraud detection asks for the clicks on checkout, with the mapping below. Marketing reads the same stream.

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

# %% [markdown]
# ## 9 · The bill of a quiet month
#
# The site is down for renovation: no visitor for a month. The stream has four shards, paid by the hour. On demand, there is a
# price for every gigabyte.

# %%
predict("06.quiet-month")

# %% claims=["K7"]
quiet_month = 4 * HOURS * prices.KINESIS_PER_SHARD_H.value
on_demand_month = HOURS * prices.KINESIS_ON_DEMAND_PER_STREAM_H.value
f"four shards: ${quiet_month:.2f} a month; a stream on demand: ${on_demand_month:.2f}"

# %% [markdown]
# :::answer
# Shards are paid **by the hour, not by use**. That, too, is what was said. Today an on-demand stream is paid by the
# gigabyte, and yet not only by that: idle, it costs {fact: prices.KINESIS_ON_DEMAND_PER_STREAM_H}.
# :::
#
# So which is cheaper: shards, on-demand, or a queue? First the shards: three limits, and the tightest one counts.

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
# Then the bill of a month, from the list prices, without free tiers. Records are billed in *PUT units* of
# {fact: prices.KINESIS_PUT_UNIT_BYTES}. On-demand is counted without fan-out. The queue has one reader, and each message costs it three
# requests: sent, received, deleted. A request can carry ten messages, or one; that is what `batch` says.

# %%
def bills(clicks_a_second, size_bytes, readers, fan_out, shards, batch):
    """Way -> part -> dollars a month."""
    clicks = clicks_a_second * HOURS * 3600
    million, gb = clicks / 1e6, clicks * size_bytes / 1e9
    put_units = million * ceil(size_bytes / prices.KINESIS_PUT_UNIT_BYTES.value)
    provisioned = {
        "hours": shards * HOURS * prices.KINESIS_PER_SHARD_H.value,
        "records": put_units * prices.KINESIS_PER_M_PUT_UNITS.value,
        "fan-out": 0.0,
    }
    if fan_out:
        consumer_hours = readers * shards * HOURS * prices.KINESIS_EFO_PER_CONSUMER_SHARD_H.value
        provisioned["fan-out"] = consumer_hours + readers * gb * prices.KINESIS_EFO_PER_GB.value
    on_demand = {
        "hours": HOURS * prices.KINESIS_ON_DEMAND_PER_STREAM_H.value,
        "gigabytes in": gb * prices.KINESIS_ON_DEMAND_IN_PER_GB.value,
        "gigabytes out": readers * gb * prices.KINESIS_ON_DEMAND_OUT_PER_GB.value,
    }
    payload_units = ceil(batch * size_bytes / prices.SQS_REQUEST_BYTES.value)  # what a send and a receive are billed for
    requests = (2 * payload_units + 1) * million / batch
    queue = {"requests": requests * prices.SQS_STANDARD_PER_M.value} if readers == 1 else {}
    return {"provisioned": provisioned, "on-demand": on_demand, "an SQS queue": queue}

# %% [markdown]
# And the planner. *Peak* says how many times the average comes in the busiest second: the shards are planned for the peak, the bill
# for the average.

# %%
def planner(clicks_a_second=1, size_bytes=1000, peak=1, readers=1, fan_out=False, batch=1):
    limits = shards_needed(clicks_a_second * peak, size_bytes, 0 if fan_out else readers)
    shards = max(1, *limits.values())
    plan = {limit: {"shards": number} for limit, number in limits.items()}
    month = bills(clicks_a_second, size_bytes, readers, fan_out, shards, batch)
    return (
        amounts(f"Shards needed: {shards}", plan, write=lambda number: f"{number:,.0f}"),
        amounts("A month, in US dollars", month),
    )

# %%
predict("06.three-bills")

# %%
Explorer(
    planner,
    clicks_a_second=[1, 3, 4, 10, 30, 40, 100, 1000, 10_000, 100_000, 1_000_000],
    size_bytes=[200, 1000, 5000, 25_000, 100_000],
    peak=(1, 10),
    readers=(1, 6),
    fan_out=False,
    batch=(1, 10),
)

# %% [markdown]
# :::answer
# A queue is paid by the request, and at one click a second there are few: it costs less than a third of the shard. The shard's bill is
# almost all hours, and they stay what they are. Turn the rate to 100: the shard's bill grows by a third, and the queue's a hundredfold.
# :::
#
# Things to find out:
#
# 1. At which rate do queue and shard cost the same, message by message? And when every call carries ten?
# 2. A million clicks a second: how many shards, and how much a month?
# 3. A second reader. What does the queue cost?
#
# :::tried
# ```python
# def month(rate, batch, readers=1, shards=1):
#     bill = bills(rate, 1000, readers, False, shards, batch)
#     return {way: round(sum(parts.values()), 2) for way, parts in bill.items()}
#
#
# {(rate, batch): month(rate, batch) for rate, batch in ((1, 1), (3, 1), (4, 1), (1, 10), (39, 10), (40, 10))}
# ```
#
# ```text
# {(1, 1): {'provisioned': 10.99, 'on-demand': 29.52, 'an SQS queue': 3.15},
#  (3, 1): {'provisioned': 11.06, 'on-demand': 30.15, 'an SQS queue': 9.46},
#  (4, 1): {'provisioned': 11.1, 'on-demand': 30.46, 'an SQS queue': 12.61},
#  (1, 10): {'provisioned': 10.99, 'on-demand': 29.52, 'an SQS queue': 0.32},
#  (39, 10): {'provisioned': 12.38, 'on-demand': 41.5, 'an SQS queue': 12.3},
#  (40, 10): {'provisioned': 12.42, 'on-demand': 41.81, 'an SQS queue': 12.61}}
# ```
#
# One by one they meet between three and four clicks a second; in tens, between 39 and 40. How you call the queue moves the
# crossing by a factor of eleven.
# :::
#
# :::tried
# ```python
# shards = max(shards_needed(1_000_000, 1000).values())
# month = bills(1_000_000, 1000, 1, False, shards, batch=10)
# shards, {way: f"${sum(parts.values()):,.0f}" for way, parts in month.items()}
# ```
#
# ```text
# (1000,
#  {'provisioned': '$47,742',
#   'on-demand': '$315,389',
#   'an SQS queue': '$315,360'})
# ```
#
# A thousand shards, all of them full: at this load the hours are well spent.
# :::
#
# :::tried
# ```python
# bills(1, 1000, 2, False, 1, batch=1)["an SQS queue"]
# ```
#
# ```text
# {}
# ```
#
# Nothing, since it can't: a queue has no second reader at any price. You would pay for a topic and two queues.
# :::
#
# For a stream the question is never only "how much does it cost?". It is "**how full are the hours that I pay for?**" With clicks of a
# kilobyte, a shard at a tenth of its load costs a third of what a full one costs, not a tenth. At a thousandth it is still almost a quarter.

# %% [markdown]
# ## 10 · The same bad click, in a queue
#
# Since 2026 a stream on demand can have **queues**. A queue is a reader that knows every record by itself. You receive, and
# *acknowledge* what is done. No mapping reads it, so here your cell does. Forty visitors click, one every half second, and
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

# %% [markdown]
# :::answer
# Nothing waits for the bad click: it was hidden for {fact: stream_queues.VISIBILITY_DEFAULT_S}, came back, and after its last receive,
# by default the {fact: stream_queues.MAX_RECEIVES_DEFAULT | number}th, became a *dead letter*. That is no second
# queue. It stays in the same queue, complete; separate API calls read it, as long as the stream keeps it. The price is the
# **order**: what is given back is overtaken by what came later. Where a visitor's clicks must stay in order, section 5 remains.
# :::
#
# **Change it.** Read the dead letter: `kinesis.receive_dead_letter_queue_records(QueueARN=greetings)`. Then give it back, with
# `restore_dead_letter_queue_records` and its receipt handle, and receive as before: which receive does `ReceiveCount` say it is? And
# with `queued_click(VisibilityTimeoutSeconds=5)`, when is it set aside?
#
# :::tried
# ```python
# cloud, greetings = queued_click()
# letter = kinesis.receive_dead_letter_queue_records(QueueARN=greetings)["QueueRecords"][0]
# kinesis.restore_dead_letter_queue_records(QueueARN=greetings, Entries=[{"ReceiptHandle": letter["ReceiptHandle"]}])
# again = kinesis.receive_queue_records(QueueARN=greetings)["QueueRecords"][0]
# again["PartitionKey"], again["ReceiveCount"]
# ```
#
# ```text
# ('visitor-12', 1)
# ```
#
# ```python
# cloud, greetings = queued_click(VisibilityTimeoutSeconds=5)
# [event.at for event in cloud.trace if event.kind.name == "DEAD_LETTERED"]
# ```
#
# ```text
# [36.0]
# ```
#
# The restored record is received like a new one, and its count begins again. With the shorter timeout it's set aside at second 36: it came
# at second 6, is received six times, and each time stays away for five seconds.
# :::

# %% [markdown]
# ## 11 · All knobs
#
# A hundred clicks. Everything you have met, in one place. Turn one knob at a time, and say *before* you let go what will happen. The
# hot visitor is `visitor-0`, or with the page as key `checkout`. *Shards doubled at* is the second at which there are twice as many.

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
    labels={"only_page": "only the page", "poison": "poison visitor", "double_at_s": "shards doubled at"},
)

# %% [markdown]
# Things to find out:
#
# 1. A handler of 0.2 seconds, and the age below two seconds. Find a way with shards, and one with the factor. Which would you pay for?
# 2. Now a hot share of 0.5. Which of your two ways still works?
# 3. The page as key, eight shards. How many records does the busiest shard take, and can the factor help?
# 4. The default at 50 clicks a second, and the shards doubled at second 1. Why does the line go on climbing for a while after that?
# 5. The poison visitor `visitor-5`, with five retries, and a batch size of 1 against 100. Who is hurt, and for how long?
#
# :::tried
# ```python
# for knobs in ({"shards": 4}, {"shards": 6}, {"shards": 8}, {"factor": 2}, {"factor": 3}, {"factor": 4}):
#     print(knobs, machine(handler_s=0.2, **knobs)[1].text.splitlines()[1])
# ```
#
# ```text
# {'shards': 4}   reader-0: 26 batches; at most 1.8 s, at 0:05.4; in the end 1.8 s
# {'shards': 6}   reader-0: 43 batches; at most 1.6 s, at 0:05.2; in the end 1.4 s
# {'shards': 8}   reader-0: 50 batches; at most 1.2 s, at 0:02.2; in the end 1.2 s
# {'factor': 2}   reader-0: 27 batches; at most 2.4 s, at 0:07; in the end 2.4 s
# {'factor': 3}   reader-0: 42 batches; at most 1.4 s, at 0:02; in the end 1.2 s
# {'factor': 4}   reader-0: 49 batches; at most 1.4 s, at 0:04; in the end 1.2 s
# ```
#
# Four shards are enough, and so are two with a factor of 3. Shards are paid by the hour and the factor is not: pay for shards when the
# *producers* need them.
# :::
#
# :::tried
# ```python
# for knobs in ({"shards": 8}, {"factor": 4}, {"shards": 8, "factor": 10}):
#     print(knobs, machine(handler_s=0.2, hot_share=0.5, **knobs)[1].text.splitlines()[1])
# ```
#
# ```text
# {'shards': 8}   reader-0: 31 batches; at most 7.6 s, at 0:12.4; in the end 7.6 s
# {'factor': 4}   reader-0: 34 batches; at most 7 s, at 0:11.8; in the end 7 s
# {'shards': 8, 'factor': 10}   reader-0: 49 batches; at most 6.2 s, at 0:11; in the end 6.2 s
# ```
#
# Neither, not even both. Half of all clicks have one key, and a key has one lane.
# :::
#
# :::tried
# ```python
# for factor in (1, 10):
#     picture, age, cloud = machine(key="page", shards=8, factor=factor)
#     print(picture.text.splitlines()[0], "|", age.text.splitlines()[1])
# ```
#
# ```text
# 8 shards, 1 of them busy: 100 records of 4 keys |   reader-0: 5 batches; at most 5.8 s, at 0:10.6; in the end 5.8 s
# 8 shards, 1 of them busy: 100 records of 4 keys |   reader-0: 13 batches; at most 3.3 s, at 0:08.1; in the end 3.3 s
# ```
#
# One shard takes all hundred: the four words fall close together. The factor divides them over lanes by their hash, and saves a few
# seconds: four keys can't fill more than four lanes.
# :::
#
# :::tried
# ```python
# for double_at_s in (None, 1):
#     print(double_at_s, machine(clicks_a_second=50, double_at_s=double_at_s)[1].text.splitlines()[1])
# ```
#
# ```text
# None   reader-0: 6 batches; at most 4 s, at 0:05.9; in the end 4 s
# 1   reader-0: 8 batches; at most 3 s, at 0:04.9; in the end 3 s
# ```
#
# What the old shards have taken stays in them, and the new ones are read only when their parents are empty.
# :::
#
# :::tried
# ```python
# for batch_size in (1, 100):
#     picture, age, cloud = machine(poison="visitor-5", retries=5, batch_size=batch_size)
#     summary = cloud.summary()
#     print(batch_size, age.text.splitlines()[1], "| processed", summary["processed"], "| lost", summary["lost"])
# ```
#
# ```text
# 1   reader-0: 105 batches, 6 failed; at most 32.1 s, at 0:36.5; in the end 32 s | processed 99 | lost 1
# 100   reader-0: 15 batches, 6 failed; at most 31.3 s, at 0:36.1; in the end 31.3 s | processed 92 | lost 8
# ```
#
# With batches of one only the bad click is lost, and its shard waits for half a minute. With batches of up to a hundred, seven neighbours
# are lost with it: this mapping neither bisects nor has a place for failures.
# :::
