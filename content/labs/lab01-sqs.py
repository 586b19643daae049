# %% [markdown]
# # Lab 01 · A week at Marigold Books
#
# You are on call at Marigold Books. Five things are wrong, or missing, and each can be put right with a few lines:
# a setting of a queue, a setting of a mapping, a handler. You write a function for each task, and a check runs it
# in a world of its own, with a clock of its own, and tells you **what it saw**. It does not tell you what to do.
#
# - ✓ every invariant of the task held. Several designs pass.
# - ✗ something happened that must not. The line says what, and to which order.
# - – not attempted.
#
# **Time** about 60 minutes. **You need** lesson 01.

# %%
import json

import boto3

from sevenways import Cloud, check, hint

# %%
cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
sqs = boto3.client("sqs")
aws_lambda = boto3.client("lambda")


def arn_of(queue):
    return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

# %% [markdown]
# ## Task 1: drain the queue
#
# **Monday.** Forty orders wait in the queue `orders`, and a function `charge` waits for work. Nobody has connected
# them. `charge` needs three seconds for an order; its timeout is 60 seconds, because its provider is slow on some
# days, and has to stay that way. The queue was made with the defaults.
#
# `connect_orders` gets the URL of the queue. **You may** change the queue, and make whatever is missing. **In the
# end** every order is charged once, by the function, within ten minutes. That goes for one more order, too, which comes after your
# code has ended.

# %% tags=["exercise"]
def connect_orders(orders):
    """Let `charge` process this queue."""
    # BEGIN SOLUTION
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "360"})
    aws_lambda.create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge")
    # END SOLUTION

# %%
check("lab01.drain", connect_orders)

# %% [markdown]
# Stuck? A check that is not content has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab01.drain")

# %% [markdown]
# ## Task 2: spare the database
#
# **Tuesday.** A second function, `store`, writes each order into the old database. That takes three seconds, and
# the database **can take three requests at once**. With a fourth it loses data. Sixty orders are about to arrive.
# Queue, mapping (batch size 1) and function exist. The queue hides messages for 30 seconds, and after three
# receives they go to the dead-letter queue.
#
# `protect` gets the id of the mapping. **You may** call anything. **In the end** the database never worked on more
# than three requests, no order was dead-lettered, and after ten minutes all sixty are stored.

# %% tags=["exercise"]
def protect(mapping_id):
    """Keep `store` from calling the database more than three times at once."""
    # BEGIN SOLUTION
    aws_lambda.update_event_source_mapping(UUID=mapping_id, ScalingConfig={"MaximumConcurrency": 3})
    # END SOLUTION

# %%
check("lab01.spare_the_db", protect)

# %% [markdown]
# ## Task 3: nobody pays twice
#
# **Wednesday.** Customers call, because they have paid twice. Others were never charged. The provider is slow on some days, and
# refuses one call in twenty with an error. A refused card has not been charged, and a second try usually works. The check
# tries your answer on four days:
#
# - on two of them a charge takes between one and nine seconds;
# - on the third, the worst, each charge takes between eight and nine;
# - on the fourth it takes one to three, and one card is refused for good.
#
# Here is the handler of today.

# %%
import urllib.request


def charge_today(event, context):
    for record in event["Records"]:
        urllib.request.urlopen("https://payments.example/charges", data=record["body"].encode()).read()

# %% [markdown]
# The function's timeout is 60 seconds, messages are hidden for 360, and a message that was received five times goes
# to a dead-letter queue. All that stays.
#
# **You may** write the handler anew, and choose the options of the mapping. **In the end**, on each of the four days,
# **no order was charged twice, and none was lost**: what can't be charged is in the dead-letter queue. One order a batch is too slow
# for the shop.
#
# Handler cells carry their own imports.

# %% tags=["exercise"]
import urllib.request


def charge_once(event, context):
    """Charge each order of the batch."""
    # BEGIN SOLUTION
    failures = []
    for record in event["Records"]:
        try:
            urllib.request.urlopen("https://payments.example/charges", data=record["body"].encode()).read()
        except OSError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
    # END SOLUTION

# %% tags=["exercise"]
def mapping_options():
    """Arguments for create_event_source_mapping, beside queue and function."""
    # BEGIN SOLUTION
    return {"BatchSize": 5, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    # END SOLUTION

# %%
check("lab01.nobody_pays_twice", mapping_options, charge_once)

# %% [markdown]
# ## Task 4: park the poison
#
# **Thursday.** Among twenty orders is `order-7`, which fails at every try. It is tried again and again, for days,
# and then it is gone; nobody has ever seen why it failed. Besides, the load tests of another team take all
# concurrency now and then: this time for the first fifty minutes, in which every call of `charge` is throttled.
#
# The mapping exists: batch size 5, partial batch responses, and the handler reports `order-7` alone. The function's
# timeout is 900 seconds, and the queue hides messages for as long.
#
# `park` gets the URL of the queue. **You may** make queues and change any setting. **In the end**, a week later,
# the nineteen good orders are charged, and the operator finds `order-7` in a queue of its own.

# %% tags=["exercise"]
def park(orders):
    """Give failed orders a place to rest."""
    # BEGIN SOLUTION
    fourteen_days = 14 * 24 * 60 * 60
    parked = sqs.create_queue(QueueName="orders-dlq", Attributes={"MessageRetentionPeriod": str(fourteen_days)})["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": arn_of(parked), "maxReceiveCount": 5})
    sqs.set_queue_attributes(QueueUrl=orders, Attributes={"RedrivePolicy": policy})
    # END SOLUTION

# %%
check("lab01.park_the_poison", park)

# %% [markdown]
# ## Task 5: in order, and fast
#
# **Friday.** This one is open: there are several good answers. The warehouse wants to know what happens to each
# customer's orders: *placed*, *paid*, *packed*, in that order, and all of a morning's events **within ten
# seconds**. There is a FIFO queue without content-based deduplication, and a function that reads it and needs three
# seconds to note an order that was placed and one second for the rest.
#
# Ten customers, three events each; and `customer-4` buys the same book twice, so two of the events have **the same
# words**. They are two events all the same. Checkout gives every event an id of its own, `event-17`. When its
# network fails it sends an event **again**, with the same id, up to five minutes later, and maybe from another process, which
# knows nothing of the first. That must not count twice. What the function receives contains the body as it is.
#
# `send_event` gets the queue's URL, the event's id, the customer, and the body to send. **You may** choose how to
# send it.

# %% tags=["exercise"]
def send_event(queue, event_id, customer, body):
    """Send one event to the FIFO queue."""
    # BEGIN SOLUTION
    sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=customer, MessageDeduplicationId=event_id)
    # END SOLUTION

# %%
check("lab01.in_order_fast", send_event)

# %% [markdown]
# ## When all five are ✓
#
# - In task 2, try reserved concurrency instead of what you did, and read the sentence. Would a `maxReceiveCount` of
#   10 have saved those orders? And on a day with ten times as many?
# - In task 3, take away one half of the answer: the handler's, then the mapping's. Which half loses orders, which charges twice?
# - In task 5, one customer buys half of the shop. Who waits now, and what could you do about it?
#
# Next: [02-async-invoke](../notebooks/02-async-invoke.ipynb).
