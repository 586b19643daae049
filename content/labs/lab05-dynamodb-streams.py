# %% [markdown]
# # Lab 05 · The table knows
#
# Teams of Marigold Books follow the table `orders`, and each of them has a problem. The table and its writers are
# not yours: checkout stays as it is. You have handlers, mappings, filters, and the pointers that failures leave.
#
# Each task is a function of yours. Its check opens a world of its own, lets it run, and tells you **what it saw**.
#
# - ✓ everything the task asks for held. Several designs do.
# - ✗ something happened that must not. The line says what, and to which order.
# - – not attempted.
#
# **Time** about 50 minutes. **You need** lesson 05.

# %%
import json

import boto3

from sevenways import Cloud, check, explain, hint

# %%
cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
dynamodb = boto3.client("dynamodb")
streams = boto3.client("dynamodbstreams")
aws_lambda = boto3.client("lambda")

# %% [markdown]
# ## Task 1: keep the index
#
# The search page has an index of its own: a table `search-index` with the key `id`. Orders are placed, their titles
# and totals are corrected, some are deleted. **In the end** the index holds, for every order of the table and for no
# other, its `id`, its `title` as a text, and its `total` as a number.
#
# `keep_index` is the handler; it follows `orders`, with both images in each record. It does not read the table `orders`: the record
# holds all that it needs. It keeps the index with `put_item` and `delete_item` of the table `index` below.

# %% tags=["exercise"]
import boto3


def keep_index(event, context):
    index = boto3.resource("dynamodb").Table("search-index")
    # BEGIN SOLUTION
    for record in event["Records"]:
        change = record["dynamodb"]
        order = change["Keys"]["id"]["S"]
        if record["eventName"] == "REMOVE":
            index.delete_item(Key={"id": order})
        else:
            item = change["NewImage"]
            index.put_item(Item={"id": order, "title": item["title"]["S"], "total": int(item["total"]["N"])})
    # END SOLUTION

# %%
check("lab05.read_change", keep_index)

# %% [markdown]
# Stuck? A check that is not satisfied has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab05.read_change")

# %% [markdown]
# ## Task 2: one letter a parcel
#
# The newsletter sends a letter for every record that it is handed. It must be handed a record when an order
# **becomes** shipped, and at no other time. Orders are placed; some are packed, on hold or `shipping` before they are shipped. A title
# or a total is corrected, an order is deleted, and today a clerk imports old orders that were shipped years ago.
#
# You choose the view of the stream, and the pattern of the mapping's filter. **You may not** touch the function. To
# try a pattern without a table: `explain(pattern, record)` says what fits and what does not.

# %%
record = {"dynamodb": {"NewImage": {"status": {"S": "packed"}}, "OldImage": {"status": {"S": "placed"}}}}
explain({"dynamodb": {"NewImage": {"status": {"S": ["shipped"]}}}}, record)

# %% tags=["exercise"]
def stream_view():
    """The StreamViewType of the table."""
    # BEGIN SOLUTION
    return "NEW_AND_OLD_IMAGES"
    # END SOLUTION


def shipped_pattern():
    """The pattern of the filter, as a dict."""
    # BEGIN SOLUTION
    return {
        "dynamodb": {
            "OldImage": {"status": {"S": [{"anything-but": ["shipped"]}]}},
            "NewImage": {"status": {"S": ["shipped"]}},
        }
    }
    # END SOLUTION

# %%
check("lab05.only_shipped", stream_view, shipped_pattern)

# %% [markdown]
# ## Task 3: a shard that stands still
#
# `index` sends each order to the search service. Since Tuesday the index has not moved: `order-25` has no title, and
# `index` raises an error. On top of that, the search service is away for twenty seconds now and then. (How long the mapping waits
# between its attempts is modelled: one second, then twice as long each time, up to a minute.)
#
# You hold the mapping. **In the end**, within ten minutes, all the other orders are in the index, none of them was
# given up, and a message in the queue `index-failures` leads to `order-25`. The batch size stays at ten, unless you
# have a better idea.

# %% tags=["exercise"]
def mapping_options():
    """Further arguments for create_event_source_mapping."""
    # BEGIN SOLUTION
    return {
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 6,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:index-failures"}},
    }
    # END SOLUTION

# %%
check("lab05.unblock", mapping_options)

# %% [markdown]
# ## Task 4: follow the pointer
#
# Another mapping gave up on a batch an hour ago. The table has been written to since. An operator finds the message
# in `index-failures`, and gives you its body. Name the orders that were given up.

# %% tags=["exercise"]
def recover(body):
    """The body of the message, a text -> the ids of the orders that were given up: ["order-...", ...]"""
    # BEGIN SOLUTION
    info = json.loads(body)["DDBStreamBatchInfo"]
    iterator = streams.get_shard_iterator(
        StreamArn=info["streamArn"],
        ShardId=info["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=info["startSequenceNumber"],
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator, Limit=info["batchSize"])["Records"]
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]
    # END SOLUTION

# %%
check("lab05.follow_pointer", recover)

# %% [markdown]
# ## Task 5: fast, and in sequence
#
# Every order goes through twenty steps, and each change of `step` must be noted in the ledger: a `POST` to
# `https://ledger.example` with a body like `order-3 7`. A call takes a tenth of a second, and now and then one fails.
# Two hundred changes of ten orders arrive at once.
#
# You write the handler and choose the mapping. **In the end** every step of every order was noted, once and in sequence, all within
# **ten seconds**. On another day the ledger is down for a minute and a half, and the function's timeout is 60 seconds: then all is
# noted later, and still once and in sequence. This one is open: there are several ways, and several that look like one. Section 7 of
# the lesson, in its further part, shows a setting that helps.

# %% tags=["exercise"]
import urllib.request


def lane_options():
    """Further arguments for create_event_source_mapping."""
    # BEGIN SOLUTION
    return {"BatchSize": 10, "ParallelizationFactor": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    # END SOLUTION


def note_steps(event, context):
    # BEGIN SOLUTION
    for record in event["Records"]:
        item = record["dynamodb"]["NewImage"]
        body = f"{item['id']['S']} {item['step']['N']}"
        try:
            urllib.request.urlopen("https://ledger.example/steps", data=body.encode()).read()
        except OSError:  # stop here: what follows must not be noted first
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    # END SOLUTION

# %%
check("lab05.fast_in_order", lane_options, note_steps)

# %% [markdown]
# ## And now
#
# - Task 3 gave up on `order-25` after a *number* of attempts. What would `MaximumRecordAgeInSeconds` have done to the
#   orders that came after it?
# - Task 4 worked because the hour was less than a day. Who in your team reads a failure queue on a Sunday?
# - In task 5, two orders may share a lane. What does one bad order do to the other? Section 7 says it.
#
# Next unit: [06-kinesis](../notebooks/06-kinesis.ipynb).
