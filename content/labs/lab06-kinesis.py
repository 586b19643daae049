# %% [markdown]
# # Lab 06 · The clicks of Marigold Books
#
# Marigold Books sends every click of every visitor to a stream named `clicks`. Six things are wrong, or missing. You write a
# function for each task, and a check runs it in a world and on a clock of its own, and tells you **what it saw**. It does not
# tell you what to do.
#
# - ✓ every invariant of the task held. Several designs do.
# - ✗ something happened that must not. The line says what, and to which click.
# - – not attempted.
#
# **Time** about 60 minutes. **You need** sections 1 to 5 of lesson 06; section 7 for task 4, and section 9 for task 5.

# %%
from math import ceil

import boto3

from sevenways import Cloud, check, hint
from sevenways.facts import kinesis as kinesis_facts

# %%
cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
kinesis = boto3.client("kinesis")
aws_lambda = boto3.client("lambda")


def arn_of(stream):
    return kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]

# %% [markdown]
# ## Task 1: pick a key
#
# Four shards, fifty visitors, and several new web servers, each a process of its own. They need to know under which partition key to
# send a click. A click looks like this; `number` counts the clicks of one visitor.

# %%
a_click = {"id": "click-17", "visitor": "visitor-3", "number": 2, "page": "basket", "country": "DE"}

# %% [markdown]
# `key_of` gets a click and returns its partition key, a text. **In the end** no shard has taken more than 60 % of two hundred clicks,
# and the function that reads the stream has seen each visitor's clicks in their order, whichever server sent them.

# %% tags=["exercise"]
def key_of(click):
    """The partition key of a click."""
    # BEGIN SOLUTION
    return click["visitor"]
    # END SOLUTION

# %%
check("lab06.pick_a_key", key_of)

# %% [markdown]
# Stuck? A check that is not satisfied has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab06.pick_a_key")

# %% [markdown]
# ## Task 2: forty snapshots
#
# When the site closes for the night, a function `ship` is invoked asynchronously with forty snapshots, each a name and how many bytes
# it has: 98,000, or 9,000 where a basket was nearly empty. It sends each to the stream, all under the key `checkout`. The stream has
# one shard. This is the function of today. Each morning, snapshots are missing.

# %%
import boto3


def ship_today(event, context):
    records = [{"PartitionKey": "checkout", "Data": name.ljust(size)} for name, size in event["snapshots"].items()]
    boto3.client("kinesis").put_records(StreamName=event["stream"], Records=records)

# %% [markdown]
# Rewrite it. It may run for a minute. The shard has another producer, which sends it a basket of 98,000 bytes every second at first, and
# now and then ten at once. **In the end** each snapshot is in the stream **once**, under its key, in any sequence, and the shard was
# left in peace while it was full.

# %% tags=["exercise"]
import time

import boto3


def ship(event, context):
    """Send all snapshots."""
    # BEGIN SOLUTION
    kinesis = boto3.client("kinesis")
    records = [{"PartitionKey": "checkout", "Data": name.ljust(size)} for name, size in event["snapshots"].items()]
    while records:
        answer = kinesis.put_records(StreamName=event["stream"], Records=records)
        records = [record for record, result in zip(records, answer["Records"], strict=True) if "ErrorCode" in result]
        if records:
            time.sleep(1)
    # END SOLUTION

# %%
check("lab06.put_all", ship)

# %% [markdown]
# ## Task 3: keep up
#
# The recommendations are late. Twenty clicks a second arrive, for ten seconds. `recommend` needs 0.2 seconds for one, and that can't
# be changed. The stream has one shard, the mapping is a default one, and the partition key is the visitor; there are eighty.
#
# `speed_up` gets the stream's name and the id of the mapping. **You may** change stream and mapping. The budget pays for **two
# shards**. **In the end** every click was done within five seconds after it came, and each visitor's clicks in their order.

# %% tags=["exercise"]
def speed_up(stream, mapping_id):
    """Let `recommend` keep up with the clicks."""
    # BEGIN SOLUTION
    aws_lambda.update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=8)
    # END SOLUTION

# %%
check("lab06.keep_up", speed_up)

# %% [markdown]
# ## Task 4: the third reader
#
# `fraud` and `recommend` read the stream, and both keep up. Its one shard is almost full: ten snapshots a second, 98,000 bytes each.
# Now the function `marketing` is there, and wants them all, too.
#
# `add_reader` gets the ARN of the stream. The two mappings exist. **You may** change anything except the functions; the budget allows for
# **one more thing that is paid by the hour**: a shard, or a registered consumer. **In the end** each of the three readers got every
# snapshot, no later than 1.5 seconds after it came.

# %% tags=["exercise"]
def add_reader(stream_arn):
    """Let `marketing` read as well."""
    # BEGIN SOLUTION
    consumer = kinesis.register_stream_consumer(StreamARN=stream_arn, ConsumerName="marketing")["Consumer"]
    aws_lambda.create_event_source_mapping(
        EventSourceArn=consumer["ConsumerARN"], FunctionName="marketing", StartingPosition="LATEST"
    )
    # END SOLUTION

# %%
check("lab06.third_reader", add_reader)

# %% [markdown]
# ## Task 5: a plan
#
# This one is open: there are several good answers. Next year a click will carry everything that the browser knows:
# **10,000 bytes**. Marigold expects **60,000 clicks an hour** on average, and **ten times as many at the peak**. Three functions
# read all of them: `fraud`, `recommend` and `marketing`. The web servers send the clicks with the visitor as key, and there are ten
# thousand visitors.
#
# `build` gets the name for the stream and the names of the three functions, which exist. **You make** the stream and the mappings.
# **In the end** no click was refused in the seconds of the peak, each reader was done with each click within two seconds, and a month
# costs **at most 55 dollars** (hours, records and gigabytes of the stream, at list price, for the average).

# %% tags=["exercise"]
def build(stream, functions):
    """The stream, and its readers."""
    # BEGIN SOLUTION
    bytes_at_peak = 10 * 60_000 / 3600 * 10_000
    for_writing = bytes_at_peak / kinesis_facts.SHARD_WRITE_BYTES_PER_S.value
    for_reading = len(functions) * bytes_at_peak / kinesis_facts.SHARD_READ_BYTES_PER_S.value
    kinesis.create_stream(StreamName=stream, ShardCount=ceil(max(for_writing, for_reading)))
    for function in functions:
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn_of(stream), FunctionName=function, StartingPosition="LATEST"
        )
    # END SOLUTION

# %%
check("lab06.plan", build)

# %% [markdown]
# ## Task 6: one bad click
#
# A browser sends half a click: `click-13` of forty isn't JSON. This is the function of today. It raises, the mapping hands it the same
# batch again, and the clicks before it are noted a second time, and a third.

# %%
import base64
import json
import urllib.request


def note_today(event, context):
    for record in event["Records"]:
        click = json.loads(base64.b64decode(record["kinesis"]["data"]))
        urllib.request.urlopen("https://notes.example", data=click["id"].encode()).read()

# %% [markdown]
# You write the handler and choose the mapping's options; the batch size is ten unless you say otherwise. (Lesson 05, section 6,
# “Rescue”, has those by which a handler says where it stopped.) The queue `clicks-failed`
# exists. The function is deployed now and then, so any run may begin in a new environment. And `notes.example` may refuse a good click
# with a 503, and take it a moment later.
#
# **In the end**, after two minutes, the 39 good clicks were noted, each once and in order, and `clicks-failed` holds one message
# whose body leads to the bad click, and to it alone: by its place in the stream, or with all that the browser sent.

# %% tags=["exercise"]
import base64
import json
import urllib.request


def reader_options():
    """Further arguments for create_event_source_mapping."""
    # BEGIN SOLUTION
    return {
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 3,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:clicks-failed"}},
    }
    # END SOLUTION


def note_clicks(event, context):
    # BEGIN SOLUTION
    for record in event["Records"]:
        try:
            click = json.loads(base64.b64decode(record["kinesis"]["data"]))
            urllib.request.urlopen("https://notes.example", data=click["id"].encode()).read()
        except (ValueError, OSError):  # stop here: the mapping goes on at this record, until it works or the tries are over
            return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}
    # END SOLUTION

# %%
check("lab06.bad_click", reader_options, note_clicks)

# %% [markdown]
# ## When all six are ✓
#
# - In task 2, let `ship` raise when something was refused, and read the sentence. Who repeated what?
# - In task 3, half of all clicks come from one visitor. What is left of your answer? What would you tell the people who want order?
# - In task 6, could the handler park the bad click itself, and go on? What is then left of the options?
# - In task 5, which of the three limits counts? Take one reader away, and see what you save.
#
# Next: [07-destinations](../notebooks/07-destinations.ipynb).
