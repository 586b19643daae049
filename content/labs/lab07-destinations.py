# %% [markdown]
# # Lab 07 · A chain that ships the wrong things
#
# Marigold Books charges an order in one function and packs it in another. What stands between the two is configuration, or ought to
# be. Six things are wrong with it. You write a function for each task, and a check runs it in a world and on a clock of its
# own, and tells you **what it saw**. It does not tell you what to do.
#
# - ✓ everything the task asks for held. Several designs do.
# - ✗ something happened that must not. The line says what, and to which order.
# - – not attempted.
#
# In every world, the function `charge` takes one order, such as `{"order": "order-0"}`, or a queue's batch of them, asks the payment
# provider, and returns `{"order": "order-0", "status": "paid"}`, or the same with `"declined"`. It raises when a card can't be read or the provider is
# too busy. A task that hands you `cloud` hands you the world of its check: you may deploy to it and make what you need.
#
# **Time** about 50 minutes. **You need** sections 1 to 6 of lesson 07.

# %%
import json

import boto3

from sevenways import Cloud, check, hint

cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")
events = boto3.client("events")


def arn(kind, name):
    """The ARN of a thing in this account: arn("sqs", "orders"), arn("lambda", "function:pack")."""
    return f"arn:aws:{kind}:us-east-1:123456789012:{name}"


# %% [markdown]
# ## Task 1: the chain
#
# *"We have to change `charge` each time somebody adds a step after it."* From today, what follows is configuration.
#
# Write three small things. `hand_over` gives one order to `charge`, `chain` configures what comes after, and the handler `pack`, which
# the check deploys under that name, **prints the name of the order** it is to pack and nothing else. **In the end** each of six orders was
# handed over. Every paid one was paid once and packed once. `order-2`, whose card can't be read, was not. No code calls `pack`. The check
# comes on a second evening, too, when it is another card that can't be read.


# %% tags=["exercise"]
def hand_over(order):
    """Give an order, a dict, to `charge`."""
    # BEGIN SOLUTION
    aws_lambda.invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps(order))
    # END SOLUTION


def chain(cloud):
    """What comes after `charge`."""
    # BEGIN SOLUTION
    aws_lambda.put_function_event_invoke_config(
        FunctionName="charge", DestinationConfig={"OnSuccess": {"Destination": arn("lambda", "function:pack")}}
    )
    # END SOLUTION


# %% tags=["exercise"]
def pack(event, context):
    """Print the name of the order."""
    # BEGIN SOLUTION
    print(event["responsePayload"]["order"])
    # END SOLUTION


# %%
check("lab07.chain", chain, hand_over, pack)

# %% [markdown]
# Stuck? A check that is not satisfied has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab07.chain")

# %% [markdown]
# ## Task 2: declined, and shipped
#
# *"We sent three parcels to people whose cards were declined."* Ten orders come, handed over asynchronously. The cards of `order-3`,
# `order-5` and `order-8` are declined. `order-6` is unlucky: the provider is too busy for it during the first half minute.
#
# `pack` is there, and finds the order in whatever it is given. **In the end** seven parcels exist, which `pack` has packed in seven runs at
# most, and no card was asked again after a *no*. The check comes on a second evening, too, when other cards are declined.


# %% tags=["exercise"]
def only_paid(cloud):
    """Connect `charge` and `pack` so that paid orders are packed, and only those."""
    # BEGIN SOLUTION
    pattern = {"source": ["lambda"], "detail": {"responsePayload": {"status": ["paid"]}}}
    rule = events.put_rule(Name="paid", EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule="paid", Targets=[{"Id": "pack", "Arn": arn("lambda", "function:pack")}])
    aws_lambda.add_permission(
        FunctionName="pack",
        StatementId="paid",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    aws_lambda.put_function_event_invoke_config(
        FunctionName="charge", DestinationConfig={"OnSuccess": {"Destination": arn("events", "event-bus/default")}}
    )
    # END SOLUTION


# %%
check("lab07.declined_stays", only_paid)

# %% [markdown]
# ## Task 3: a note for the operator
#
# *"Something failed last night. We know neither what nor why."* The operator wants **one note** for every order that failed for good.
# The note's body holds the event, all of it, and the type of the error. Nothing else is to be in that queue. The operator comes in the
# morning, ten hours later.
#
# The card of `order-4` can't be read, at any try. For `order-7` the provider is too busy during the first half minute. **Return** the
# URL of the operator's queue. The check comes on a second evening, too, when other orders fail, and not all of them for the same reason.


# %% tags=["exercise"]
def park(cloud):
    """Keep what failed for good, with its cause. Returns the URL of the operator's queue."""
    # BEGIN SOLUTION
    queue = sqs.create_queue(QueueName="operator")["QueueUrl"]
    aws_lambda.put_function_event_invoke_config(
        FunctionName="charge", DestinationConfig={"OnFailure": {"Destination": arn("sqs", "operator")}}
    )
    return queue
    # END SOLUTION


# %%
check("lab07.park", park)

# %% [markdown]
# ## Task 4: a queue in front
#
# *"From Monday the orders come through a queue. We have only changed where they come from."* The queue `orders` holds ten messages; the
# body of each is an order. Its visibility timeout is a minute. `charge` has `pack` as its success destination, as in task 1, and
# `pack` finds the order in whatever it is given. Nothing reads the queue yet.
#
# The card of `order-4` can't be read. The provider is too busy for `order-6` during the first half minute. **In the end**, twenty
# minutes later, nine orders were paid once by `charge` and packed once by `pack`, and the existing queue `failed` holds one message about
# `order-4` and nothing else. The check comes on a second evening, too, when it is another card that can't be read.
#
# Write what you deploy in a cell of its own, as always, or configure only.

# %% tags=["exercise"]
import json

import boto3


def take_over(event, context):
    """What the queue's mapping calls, if you want it."""
    # BEGIN SOLUTION
    for record in event["Records"]:
        boto3.client("lambda").invoke(FunctionName="charge", InvocationType="Event", Payload=record["body"])
    # END SOLUTION


# %% tags=["exercise"]
def from_queue(cloud):
    """Lead the orders from the queue to `charge`, and on to `pack`."""
    # BEGIN SOLUTION
    cloud.deploy(take_over, timeout=10)
    aws_lambda.create_event_source_mapping(EventSourceArn=arn("sqs", "orders"), FunctionName="take-over", BatchSize=1)
    aws_lambda.put_function_event_invoke_config(
        FunctionName="charge",
        DestinationConfig={
            "OnSuccess": {"Destination": arn("lambda", "function:pack")},
            "OnFailure": {"Destination": arn("sqs", "failed")},
        },
    )
    # END SOLUTION


# %%
check("lab07.from_a_queue", from_queue)

# %% [markdown]
# ## Task 5: the way back
#
# This one is open. Some parcels come back, and a function `repair` looks for the right address. If it finds none, the order goes back into
# the queue `repairs`, for another try:

# %%
import json
import urllib.request

import boto3


def repair_today(event, context):
    order = json.loads(event["Records"][0]["body"])
    answer = urllib.request.urlopen("https://addresses.example", data=order["order"].encode()).read().decode()
    if answer == "not found":
        boto3.client("sqs").send_message(
            QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/repairs", MessageBody=json.dumps(order)
        )


# %% [markdown]
# The mapping stays: one message a batch. The function may run for five seconds, and the queue hides a message for ten. A second queue, `people`, exists at the same
# address: what is in it, a person looks at.
#
# Ten orders come. The address of `order-5` is found at the second try, that of `order-7` at the third, that of `order-2` never. **In
# the end**, twenty minutes later, every order was tried three times at most, and none again once its address was found. `order-2` has had
# its three tries, and the people have it, by its name in the body: once, and nothing else. No message is left in `repairs`. The check comes on a second evening,
# too, when it is others whose addresses are hard to find.

# %% tags=["exercise"]
import json
import urllib.request

import boto3


def repair(event, context):
    """Look for the address of one order; three tries at most."""
    # BEGIN SOLUTION
    order = json.loads(event["Records"][0]["body"])
    answer = urllib.request.urlopen("https://addresses.example", data=order["order"].encode()).read().decode()
    if answer == "found":
        return
    tries = order.get("tries", 0) + 1
    boto3.client("sqs").send_message(
        QueueUrl=f"https://sqs.us-east-1.amazonaws.com/123456789012/{'people' if tries == 3 else 'repairs'}",
        MessageBody=json.dumps({**order, "tries": tries}),
    )
    # END SOLUTION


# %%
check("lab07.no_loop", repair)

# %% [markdown]
# ## Task 6: round the bus
#
# A function `weigh` takes the event `OrderPlaced` from the bus `shop`, and puts the order on the bus again with its weight, so that
# `label` can print a label for it. This is what it does:

# %%
import json

import boto3


def weigh(event, context):
    boto3.client("events").put_events(
        Entries=[
            {
                "EventBusName": "shop",
                "Source": "marigold.scales",
                "DetailType": event["detail-type"],
                "Detail": json.dumps({**event["detail"], "grams": 420}),
            }
        ]
    )


# %% [markdown]
# Checkout puts its events with the source `marigold.checkout`, and the detail is the order: `{"id": "order-0"}`. Other events are on the
# bus, too, and checkout itself puts more than one kind, some of them about orders. The rule of today is
# `{"detail-type": ["OrderPlaced"]}`. Since Monday the bill grows by the minute.
#
# `weigh_rule` returns the pattern of the rule that calls `weigh`. The functions stay as they are, and so does the rule for `label`. **In
# the end** each of five orders is weighed once, and has one label. Nothing else is weighed. The check comes on a second evening, too, with
# other orders and other events.

# %% tags=["exercise"]
def weigh_rule():
    """The event pattern, as a dict."""
    # BEGIN SOLUTION
    return {"detail-type": ["OrderPlaced"], "detail": {"grams": [{"exists": False}]}}
    # END SOLUTION


# %%
check("lab07.round_the_bus", weigh_rule)

# %% [markdown]
# When all six say ✓: follow `order-4` through your task 4. In how many places can it wait, who gives it up, and what does the message
# in `failed` say about the reason? Would it say the same if `charge` had been called by the mapping, and the queue had a redrive
# policy?
