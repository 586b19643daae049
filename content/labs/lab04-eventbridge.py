# %% [markdown]
# # Lab 04 · The bus that says nothing
#
# The bus of Marigold Books has five faults. None of them raises an error: events don't arrive, or arrive twice, or
# are gone. Each can be put right with a few lines: a pattern, a target, a replay. You write a function for each task,
# and a check runs it in a world of its own and tells you **what it saw**. It does not tell you what to do.
#
# - ✓ everything the task asks for held. Several designs do.
# - ✗ something happened that must not. The line says what, and to which order.
# - – not attempted.
#
# **Time** about 50 minutes. **You need** lesson 04.

# %%
import json

import boto3

from sevenways import Cloud, check, explain, hint

# %%
cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
eventbridge = boto3.client("events")
sqs = boto3.client("sqs")

# %% [markdown]
# ## Task 1: the right twelve
#
# Marketing wants a letter to go out for every order that
#
# - was **placed** (there are other events about orders on the same bus, such as cancelled ones),
# - goes to Germany (`DE`) or Austria (`AT`),
# - is worth **50 euros or more**,
# - and does **not come from a partner**. The old tills send no channel, and they are no partner.
#
# Among forty events there are twelve such orders. Tomorrow there may be new channels, countries and kinds of events. This is one of
# the twelve:

# %%
an_event = {
    "source": "marigold.checkout",
    "detail-type": "OrderPlaced",
    "detail": {"id": "order-0", "channel": "web", "address": {"country": "AT"}, "total": 72.5},
}
explain({"detail": {"total": [{"numeric": [">", 100]}]}}, an_event)

# %% [markdown]
# `explain` says why a pattern matches an event, or why not. Try yours with it, and change the event.
#
# `letters` returns the pattern of the rule. **In the end** exactly the twelve are delivered, and of tomorrow's events those that
# marketing wants as well.

# %% tags=["exercise"]
def letters():
    """The event pattern, as a dict."""
    # BEGIN SOLUTION
    return {
        "detail-type": ["OrderPlaced"],
        "detail": {
            "channel": [{"anything-but": "partner"}, {"exists": False}],
            "address": {"country": ["DE", "AT"]},
            "total": [{"numeric": [">=", 50]}],
        },
    }
    # END SOLUTION

# %%
check("lab04.pattern", letters)

# %% [markdown]
# Stuck? A check that is not satisfied has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab04.pattern")

# %% [markdown]
# ## Task 2: the shape of a parcel
#
# The warehouse takes `POST /parcels` with this, and nothing else:
#
# ```json
# {"parcel_id": "order-0", "name": "Ann Lee", "grams": 420}
# ```
#
# `parcel_id` and `name` are texts, `grams` is a number. Our events have the three as `id`, `customer.name` and `grams` in
# their detail. Ten orders are placed. One customer calls herself `Ann "Nan" Lee`, with the quotes.
#
# `parcel_shape` returns what is to be added to the rule's target beside its ARN. **In the end** the warehouse has accepted
# all ten, each with its own values.

# %% tags=["exercise"]
def parcel_shape():
    """What to add to the target: Input, InputPath or InputTransformer, as put_targets takes it."""
    # BEGIN SOLUTION
    return {
        "InputTransformer": {
            "InputPathsMap": {"id": "$.detail.id", "name": "$.detail.customer.name", "grams": "$.detail.grams"},
            "InputTemplate": '{"parcel_id": <id>, "name": <name>, "grams": <grams>}',
        }
    }
    # END SOLUTION

# %%
check("lab04.shape", parcel_shape)

# %% [markdown]
# ## Task 3: half an hour down
#
# Once a month the warehouse is down for **thirty minutes**. Besides, `order-13` has an address that it refuses, with a 400,
# at every attempt. Today all these orders are lost. The target has this retry policy, from a colleague who meant well:

# %%
the_target = {
    "Id": "warehouse",
    "Arn": "(the ARN of the API destination)",
    "RoleArn": "arn:aws:iam::123456789012:role/call-the-warehouse",
    "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600},
}

# %% [markdown]
# `hold_on` gets such a target (with the right ARN and a shape) and returns it as it should be. **You may** make queues.
# Permissions count in this task, as they do on AWS. **In the end**, two hours later, nineteen of twenty orders are booked, and
# the operator finds `order-13` in a queue, from the delivery that failed.

# %% tags=["exercise"]
def hold_on(target):
    """The target, more patient."""
    # BEGIN SOLUTION
    policy = json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
        }],
    })
    queue = sqs.create_queue(QueueName="refused-parcels", Attributes={"Policy": policy})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    patient = {"MaximumRetryAttempts": 50, "MaximumEventAgeInSeconds": 7200}
    return target | {"RetryPolicy": patient, "DeadLetterConfig": {"Arn": arn}}
    # END SOLUTION

# %%
check("lab04.half_hour_down", hold_on)

# %% [markdown]
# ## Task 4: one order, one parcel
#
# The warehouse has become slow: it needs **six seconds** to book a parcel, and answers then. It has also become clever: it reads
# the header `idempotency-key`. A request whose key it has seen before books nothing, and is answered at once. And it is down
# for three minutes in the middle of the morning.
#
# Twelve orders, two of them in the same second by the same customer. The target has its shape and the default retries.
#
# `book_once` gets the target and returns it as it should be. **In the end**, an hour later, every order has been booked
# **exactly once**.

# %% tags=["exercise"]
def book_once(target):
    """The target, so that the warehouse knows a request that comes again."""
    # BEGIN SOLUTION
    return target | {"HttpParameters": {"HeaderParameters": {"idempotency-key": "$.detail.id"}}}
    # END SOLUTION

# %%
check("lab04.slow_warehouse", book_once)

# %% [markdown]
# ## Task 5: a week of letters
#
# This one is open: there are several good answers. The rule `news` on the bus `shop` was made with the pattern
# `{"detail-type": ["orderPlaced"]}`. For a week nobody noticed. Twenty-eight customers have paid, and none has had a letter. Every
# event is in an archive, cancellations among them.
#
# `repair` is called after that week. It gets the ARN of the archive, the ARN of the bus, the ARNs of the rules (a dict with
# `"charge"` and `"news"`; the first is called `charge-orders` on the bus), and the start and the end of the week. While you
# repair, the shop is open: new orders arrive right after your function has returned. **In the end** every customer, old and new, has
# **one letter and one charge**.

# %% tags=["exercise"]
def repair(archive, bus, rules, start, end):
    """Send the missing letters, and nothing else."""
    # BEGIN SOLUTION
    eventbridge.put_rule(Name="news", EventBusName="shop", EventPattern=json.dumps({"detail-type": ["OrderPlaced"]}))
    eventbridge.start_replay(
        ReplayName="letters", EventSourceArn=archive, EventStartTime=start, EventEndTime=end,
        Destination={"Arn": bus, "FilterArns": [rules["news"]]},
    )
    # END SOLUTION

# %%
check("lab04.replay", repair)

# %% [markdown]
# ## When all five are ✓
#
# - In task 1, leave out one line of your pattern at a time. Which of the four is guarded by which orders?
# - In task 3, what would the operator have to do so that `order-13` is shipped after all? What does the message in the queue
#   tell, and what does it not?
# - In task 4, which other fields of the event would make a good key? What if checkout puts the same order twice?
# - In task 5, do it a second way: without `FilterArns`. Who has to agree to that change?
#
# Next: [05-dynamodb-streams](../notebooks/05-dynamodb-streams.ipynb).
