# %% [markdown]
# # 07 · Lambda destinations: what happens next is configuration
#
# An order is charged. Then it must be packed. The function `charge` could call `pack`, but then it has to know `pack`, and
# somebody has to change it when a third step comes. Lambda can do it alone: when an asynchronous invocation is over, it sends a
# **record** of how it went to a *destination*. One for success, one for failure. Not a line of code.
#
# It looks like the end of all glue code. There is a catch in every section below.
#
# **By the end you can**
# - chain functions by configuration, and say what the next one receives;
# - name the invocations that never reach a destination;
# - keep *declined* apart from *failed*;
# - say where a failure ends up, and what you can do with it;
# - recognise a loop that nothing stops.
#
# **Time** {minutes: core} minutes for sections 1 to 6, and 50 for the lab. Section 7 is optional: {minutes: 7} minutes more. **You need**
# unit 02 (asynchronous invocation). Units 03 and 04 help.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and make a choice before you go on: it is kept
# for you. What the next cells show stays folded until you run them, and the explanation until you open it.

# %%
import json

import boto3

from sevenways import Cloud, Explorer, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.amounts import amounts
from sevenways.draw.unfolded import unfolded
from sevenways.facts import destinations

# %% [markdown]
# The next cell is folded. It holds helpers that save typing: `arn`, `order` to hand one over, `rule` for a rule on the default bus,
# `with_bus` for a world in which that bus is the success destination, and `there`, which tells you when a queue is missing. Run it, and
# open it when you wonder what one of them does.

# %% tags=["hide-input"]
aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")
events = boto3.client("events")


def arn(kind, name):
    """The ARN of a thing in this account."""
    return f"arn:aws:{kind}:us-east-1:123456789012:{name}"


def there(target):
    """The same ARN. A queue that isn't there would be configured without a word, and the records would be lost."""
    name = target.rpartition(":")[2]
    made = [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])]
    if target.startswith(arn("sqs", "")) and name not in made:
        raise LookupError(
            f'There is no queue {name} in this world: run sqs.create_queue(QueueName="{name}") first, and then on(...) again.'
        )
    return target


def order(number, function="charge", **more):
    """Hand an order over, asynchronously."""
    payload = json.dumps({"order": f"order-{number}", **more})
    return aws_lambda.invoke(FunctionName=function, InvocationType="Event", Payload=payload)["StatusCode"]


def rule(function, pattern, **target):
    """A rule on the default bus: what matches the pattern goes to the function."""
    made = events.put_rule(Name=f"to-{function}", EventPattern=json.dumps(pattern))["RuleArn"]
    target = {"Id": function, "Arn": arn("lambda", f"function:{function}"), **target}
    events.put_targets(Rule=f"to-{function}", Targets=[target])
    aws_lambda.add_permission(
        FunctionName=function, StatementId="rule", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com", SourceArn=made,
    )


def with_bus(rules):
    """charge with the default bus as its success destination; `rules`: function -> pattern for the record."""
    cloud = Cloud(seed=1)
    cloud.deploy(charge)
    for function, pattern in rules.items():
        cloud.deploy(pack, name=function)
        rule(function, {"source": ["lambda"], "detail-type": [destinations.DETAIL_TYPE_SUCCESS.value], **pattern})
    on("charge", success=arn("events", "event-bus/default"))
    return cloud

# %% [markdown]
# ## 1 · What arrives?
#
# Two handlers that know nothing of each other. `charge` returns what became of the payment; `pack` prints what it was given.

# %%
import json
import time


def charge(order, context):
    time.sleep(0.5)
    if order.get("card") == "unreadable":
        raise ValueError("the card can't be read")
    status = "declined" if order.get("card") == "empty" else "paid"
    return {"order": order["order"], "status": status}


def pack(event, context):
    print(json.dumps(event))

# %% [markdown]
# And the one call of this lesson. Where the records of a function go is its *event invoke configuration*:

# %%
def on(function, success=None, failure=None, **settings):
    """Where the records of a function go."""
    targets = {"OnSuccess": success, "OnFailure": failure}
    destination = {when: {"Destination": there(target)} for when, target in targets.items() if target}
    aws_lambda.put_function_event_invoke_config(FunctionName=function, DestinationConfig=destination, **settings)

# %%
predict("07.packs-event")

# %%
chain = Cloud(seed=1)
chain.deploy(charge)
chain.deploy(pack)
on("charge", success=arn("lambda", "function:pack"))
order(0)
chain.run()

# %% tags=["hide-input"] claims=["L3"]
received = chain.logs("pack").printed[0].message
unfolded(
    received,
    {
        "requestContext.condition": "how it ended",
        "requestContext.approximateInvokeCount": "how often charge ran",
        "requestPayload": "what charge was given",
        "responseContext.statusCode": "of the service, not of your work",
        "responsePayload": "what charge returned",
    },
    "The record that pack received",
)

# %% [markdown]
# :::answer
# A record: how it ended, what went in, what came out. Look at the handlers again. Neither of them names the other,
# and no cell calls `pack`. The chain is configuration.
# :::
#
# Here is the chain, drawn from the account:

# %%
chain.diagram()  # drawn from the account

# %% [markdown]
# A destination may be a queue, a topic, a function or an event bus; for failures, also an S3 bucket. The bus is the interesting one: the record
# becomes an *event*, and rules decide what runs next. One completed payment starts three things, and `charge` has not changed. `with_bus` makes
# a rule for each function, and takes what the pattern asks for besides:

# %% claims=["L2"]
workflow = with_bus({"pack": {}, "thank": {}, "book-keeping": {}})
order(0)
workflow.run()
workflow.diagram()

# %% [markdown]
# One order, and a larger workflow starts when the payment is complete.
#
# **Change it.** Give the success destination of `charge` a queue (`arn("sqs", "paid")`, created first), hand over an order, and look into the
# queue with `cloud.peek("paid")`. What is the message's body?
#
# :::tried
# ```python
# cloud = Cloud(seed=1)
# cloud.deploy(charge)
# sqs.create_queue(QueueName="paid")
# on("charge", success=arn("sqs", "paid"))
# order(0)
# cloud.run()
# sorted(json.loads(cloud.peek("paid")[0].body))
# ```
#
# ```text
# ['requestContext',
#  'requestPayload',
#  'responseContext',
#  'responsePayload',
#  'timestamp',
#  'version']
# ```
#
# The same record, as a text. The answer is one of its six fields.
# :::

# %% [markdown]
# ## 2 · Three ways to call
#
# A colleague deploys the chain of section 1 and tests it. She invokes `charge` from the console, sees `paid`, and waits for the
# parcel.

# %%
predict("07.three-calls")

# %%
silent = Cloud(seed=1)
silent.deploy(charge)
silent.deploy(pack)
sqs.create_queue(QueueName="failed")
on("charge", success=arn("lambda", "function:pack"), failure=arn("sqs", "failed"))
orders = sqs.create_queue(QueueName="orders")["QueueUrl"]

answer = aws_lambda.invoke(FunctionName="charge", Payload=json.dumps({"order": "order-1"}))
silent.run()
json.loads(answer["Payload"].read()), len(silent.logs("pack").printed)

# %% [markdown]
# Now from a queue. The event of a mapping has another shape, so `charge` gets a twin that takes the order out of
# it. A second order with an unreadable card goes along.

# %%
from json import loads


def charge_from_queue(event, context):
    order = loads(event["Records"][0]["body"])
    if order.get("card") == "unreadable":
        raise ValueError("the card can't be read")
    return {"order": order["order"], "status": "paid"}

# %% claims=["L1", "misconception 6"]
silent.deploy(charge_from_queue)
on("charge-from-queue", success=arn("lambda", "function:pack"), failure=arn("sqs", "failed"))
aws_lambda.create_event_source_mapping(
    EventSourceArn=arn("sqs", "orders"), FunctionName="charge-from-queue", BatchSize=1
)
sqs.send_message(QueueUrl=orders, MessageBody=json.dumps({"order": "order-2"}))
sqs.send_message(QueueUrl=orders, MessageBody=json.dumps({"order": "order-3", "card": "unreadable"}))
silent.run(seconds=100)
order(4)
silent.run(seconds=100)
silent.diagram()

# %% [markdown]
# :::answer
# One parcel, for `order-4`, the one that was handed over with `Event`. The arrow from `charge-from-queue` to `pack` is there,
# configured and accepted, and nothing ever takes it.
#
# - A caller that waits gets the result, and decides what to do with it. No record.
# - A mapping calls the function *synchronously*: it waits for the answer, to know whether to delete the messages. No record, no
#   success destination, and no failure destination either: `order-3` fails again and again, and the queue `failed` is empty.
#   What catches the failures of a queue's consumer is the queue's own redrive policy (unit 01).
# :::

# %% [markdown]
# ## 3 · Three empty cards
#
# Ten payments. Three cards are empty: `charge` returns `declined` for them. The chain of section 1, success to `pack`.

# %%
predict("07.three-empty-cards")

# %%
def ten_payments(cloud):
    for number in range(10):
        order(number, **({"card": "empty"} if number in (2, 5, 8) else {}))
    cloud.run()
    return cloud

# %% claims=["L4"]
shipped = Cloud(seed=1)
shipped.deploy(charge)
shipped.deploy(pack)
on("charge", success=arn("lambda", "function:pack"))
ten_payments(shipped)
records = [json.loads(line.message) for line in shipped.logs("pack").printed]
[(record["responsePayload"]["order"], record["responsePayload"]["status"]) for record in records]

# %% [markdown]
# :::answer
# Ten parcels, three of them for nothing. A destination fires on **every** completed execution. Lambda does not read
# what you return. *Returned* is success, *raised* is failure, and a declined card is neither raised nor paid.
#
# Raise, then? Think it through: a raise is retried. Three declined cards would be asked three times each.
#
# Somebody must look into the record. A rule on a bus can: the pattern reaches into `responsePayload`.
# :::

# %%
only_paid = with_bus({"pack": {"detail": {"responsePayload": {"status": ["paid"]}}}})
ten_payments(only_paid)
only_paid.diagram()

# %% [markdown]
# :::answer
# Seven. The success destination is the bus, the decision is a pattern, and `charge` is as it was.
# :::
#
# **Change it.** Add a second rule, for `declined`, to a function `apologise`.
#
# :::tried
# ```python
# cloud = with_bus({
#     "pack": {"detail": {"responsePayload": {"status": ["paid"]}}},
#     "apologise": {"detail": {"responsePayload": {"status": ["declined"]}}},
# })
# ten_payments(cloud)
# {name: len(cloud.logs(name).printed) for name in ("pack", "apologise")}
# ```
#
# ```text
# {'pack': 7, 'apologise': 3}
# ```
# :::

# %% [markdown]
# ## 4 · Twenty payments
#
# All of it with knobs. Twenty payments are handed over with `Event`. The provider fails with the *error rate*, and declines with the *decline
# rate*. On the *bus* waits the rule of section 3; nobody has subscribed to the *topic*.

# %%
import os
import random
import time


def pay(order, context):
    time.sleep(0.5)
    if random.random() < float(os.environ["ERROR_RATE"]):
        raise ConnectionError("the provider does not answer")
    declined = random.random() < float(os.environ["DECLINE_RATE"])
    print("returned")
    return {"order": order["order"], "status": "declined" if declined else "paid"}

# %% [markdown]
# The function that builds the world and counts is folded; the knobs are the arguments of its first line. The bars have the
# colours of a timeline: green is what returned, dotted where the card was declined, and vermilion with stripes is what failed.

# %% tags=["hide-input"]
def statuses(records):
    """Status of a payment -> how many of the records tell of it. Over a bus a record comes as the detail of an event."""
    told = [json.loads(record) for record in records]
    found = [one.get("detail", one)["responsePayload"]["status"] for one in told]
    return {status: found.count(status) for status in ("paid", "declined")}


def counted(cloud):
    """Where twenty payments have got to."""
    made = [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])]
    bodies = {name: [m.body for m in cloud.peek(name)] if name in made else [] for name in ("paid", "failed")}
    deployed = [one["FunctionName"] for one in aws_lambda.list_functions()["Functions"]]
    packed = cloud.logs("pack").printed if "pack" in deployed else ()
    failed = 20 - [line.message for line in cloud.logs("pay").printed].count("returned")
    return {
        "parcels": statuses(line.message for line in packed),
        "records of a success in the queue": statuses(bodies["paid"]),
        "records of a failure in the queue": {"failed": len(bodies["failed"])},
        "failures that lie nowhere": {"failed": failed - len(bodies["failed"])},
    }


def payments(success="pack", failure="queue", error_rate=0.5, decline_rate=0.3, retries=1):
    cloud = Cloud(seed=1)
    cloud.deploy(pay, environment={"ERROR_RATE": str(error_rate), "DECLINE_RATE": str(decline_rate)})
    if success in ("pack", "bus"):
        cloud.deploy(pack)
    for name, chosen in {"paid": success, "failed": failure}.items():
        if chosen == "queue":
            sqs.create_queue(QueueName=name)
    if success == "bus":
        rule("pack", {"source": ["lambda"], "detail": {"responsePayload": {"status": ["paid"]}}})
    if failure == "topic":
        boto3.client("sns").create_topic(Name="alarm")
    targets = {"none": None, "pack": arn("lambda", "function:pack"), "queue": arn("sqs", "paid"),
               "bus": arn("events", "event-bus/default")}
    failures = {"none": None, "queue": arn("sqs", "failed"), "topic": arn("sns", "alarm")}
    on("pay", success=targets[success], failure=failures[failure], MaximumRetryAttempts=retries)
    for number in range(20):
        order(number, "pay")
    cloud.run(seconds=400)
    return cloud


def shop(success="pack", failure="queue", error_rate=0.5, decline_rate=0.3, retries=1):
    cloud = payments(success, failure, error_rate, decline_rate, retries)
    outcomes = {"paid": "succeeded", "declined": "succeeded", "failed": "failed"}  # as the timeline calls and paints them
    became = amounts(
        "What became of twenty payments", counted(cloud), write=lambda number: f"{number:.0f}", outcomes=outcomes
    )
    return became, cloud.diagram(), cloud.timeline()

# %%
Explorer(
    shop,
    success=["none", "pack", "queue", "bus"],
    failure=["none", "queue", "topic"],
    error_rate=(0.0, 1.0, 0.1),
    decline_rate=(0.0, 1.0, 0.1),
    retries=(0, 2),
    labels={"success": "on success", "failure": "on failure"},
)

# %% [markdown]
# Things to find out:
#
# 1. Error rate 1, two retries: how many records for twenty payments, and at what second?
# 2. Failure *none*, then *topic*: where are the failed payments?
# 3. Decline rate 1, error rate 0: how many parcels, with success to *pack* and to the *bus*?
#
# :::tried
# ```python
# cloud = payments(error_rate=1.0, retries=2)
# records = cloud.peek("failed")
# len(records), {round(cloud.elapsed - record.age_s) for record in records}
# ```
#
# ```text
# (20, {182})
# ```
#
# One record a payment, not one a run, and none before the third run is over: {fact: lambda_.ASYNC_RETRY_WAITS_S} lie between them.
# :::
#
# :::tried
# ```python
# {failure: shop(failure=failure)[0].text.splitlines()[-2:] for failure in ("queue", "none", "topic")}
# ```
#
# ```text
# {'queue': ['  records of a failure in the queue: 4',
#   '  failures that lie nowhere: 0'],
#  'none': ['  records of a failure in the queue: 0',
#   '  failures that lie nowhere: 4'],
#  'topic': ['  records of a failure in the queue: 0',
#   '  failures that lie nowhere: 4']}
# ```
#
# A topic without a subscriber keeps nothing. The configuration was accepted, the record was delivered, and it's gone all the same.
# :::
#
# :::tried
# ```python
# {success: shop(success=success, decline_rate=1.0, error_rate=0.0)[0].text.splitlines()[1] for success in ("pack", "bus")}
# ```
#
# ```text
# {'pack': '  parcels: 20', 'bus': '  parcels: 0'}
# ```
#
# Twenty parcels that nobody has paid for, or none: the pattern makes the difference.
# :::

# %% [markdown]
# ## 5 · Two places for a failure
#
# An unreadable card: `charge` raises, each time. The function has a failure destination, the queue `failed`. And it has the older thing as well, a
# dead-letter queue (unit 02).

# %%
predict("07.what-lies-where")

# %%
failing = Cloud(seed=1)
failing.deploy(charge)
for name in ("failed", "dead-letters"):
    sqs.create_queue(QueueName=name)
on("charge", failure=arn("sqs", "failed"))
aws_lambda.update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": arn("sqs", "dead-letters")})
order(0, card="unreadable")
failing.run()

# %% tags=["hide-input"] claims=["L5"]
unfolded(
    failing.peek("failed")[0].body,
    {
        "timestamp": "when it was given up",
        "requestContext.condition": "why it was given up",
        "requestContext.approximateInvokeCount": "three runs, one record",
        "responseContext.statusCode": "still 200",
        "responseContext.functionError": "this is where the failure shows",
        "responsePayload": "what Lambda made of the exception",
    },
    f"The failure destination holds {len(failing.peek('failed'))} record",
)

# %%
[message.body for message in failing.peek("dead-letters")]

# %% [markdown]
# :::answer
# The two may coexist. The record is written once, after the **final** outcome, and tells everything: the event, the cause, the number of runs.
# The dead-letter queue gets the event and no cause (a short one stands in the message's attributes). A record tells you more; a dead letter
# can be handed over again as it is, while from a record you take `requestPayload` out first.
# :::
#
# **Change it.** `on("charge", failure=..., MaximumRetryAttempts=0)`: when is the record written now, and what is its count?
#
# :::tried
# ```python
# cloud = Cloud(seed=1)
# cloud.deploy(charge)
# sqs.create_queue(QueueName="failed")
# on("charge", failure=arn("sqs", "failed"), MaximumRetryAttempts=0)
# order(0, card="unreadable")
# cloud.run()
# record = json.loads(cloud.peek("failed")[0].body)
# record["timestamp"], record["requestContext"]["approximateInvokeCount"], record["requestContext"]["condition"]
# ```
#
# ```text
# ('2030-01-01T00:00:00.700Z', 1, 'RetriesExhausted')
# ```
#
# After 0.7 seconds instead of three minutes. "Exhausted" is what Lambda calls it, even where there was nothing to exhaust.
# :::

# %% [markdown]
# ## 6 · Does a loop stop?
#
# A loop is soon built. A handler sends something to the queue that it reads. Or nobody sends anything, and "on success" is that queue.
# Or "on success" is a bus, and a rule on it leads back to the function. Lambda watches for loops and stops them. Or does it?

# %%
predict("07.three-loops")

# %%
import time

import boto3


def again(event, context):
    """Does its work and puts the order back into its own queue."""
    time.sleep(0.1)
    boto3.client("sqs").send_message(
        QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/orders", MessageBody="order-0"
    )


def once(event, context):
    """Does its work; what comes next is configuration."""
    time.sleep(0.1)

# %% claims=["misconception 20"]
def loop(kind, seconds=60, **attributes):
    """A minute of one loop: "handler", "destination" or "bus". `attributes` are those of the queue."""
    cloud = Cloud(seed=1)
    cloud.deploy(again if kind == "handler" else once, name="work")
    if kind != "bus":
        sqs.create_queue(QueueName="parked")
        queue = sqs.create_queue(QueueName="orders", Attributes=attributes)["QueueUrl"]
        aws_lambda.create_event_source_mapping(EventSourceArn=arn("sqs", "orders"), FunctionName="work", BatchSize=1)
    if kind == "destination":
        on("work", success=arn("sqs", "orders"))
    if kind == "bus":
        on("work", success=arn("events", "event-bus/default"))
        rule("work", {"source": ["lambda"]}, InputPath="$.detail.requestPayload")
    if kind == "handler":
        sqs.send_message(QueueUrl=queue, MessageBody="order-0")
    else:
        order(0, "work")
    cloud.run(seconds=seconds)
    return cloud


loops = {kind: loop(kind) for kind in ("handler", "destination", "bus")}
{kind: cloud.summary()["invocations"] for kind, cloud in loops.items()}

# %%
amounts(
    "How often the function ran in a minute",
    {
        "the handler feeds its own queue": {"runs": loops["handler"].summary()["invocations"]},
        "on success, to its own queue": {"runs": loops["destination"].summary()["invocations"]},
        "on success, to a bus with a rule": {"runs": loops["bus"].summary()["invocations"]},
    },
    write=lambda number: f"{number:.0f}",
)

# %% [markdown]
# :::answer
# Three loops, three endings.
#
# - **The handler that feeds its own queue** is stopped. Lambda counts the passes in the trace header that travels with a message, and makes no
#   further run after {fact: lambda_.LOOP_GUARD_PASSES | number} (AWS says "about").
# - **Success to its own queue** ends after two runs, for a reason that has nothing to do with the guard: the second run came from a
#   mapping, and a mapping's runs have no destination. Section 2, again.
# - **Through a bus it runs and runs.** EventBridge does not carry the count. After a minute it is still running, and so is the bill.
# :::
#
# Follow the order of the first loop:

# %%
loops["handler"].passport("order-0")  # the life of the order in the first loop

# %% [markdown]
# :::answer
# Not lost, and not done. For its last pass there was no run: the mapping is told so, and leaves the message alone. It comes back after its
# visibility timeout and is stopped again, until the queue forgets it after four days. The guard saves your money, and not your message.
# A **place for failures** ends that: here the queue's redrive policy, which counts these receives like any others; a failure destination or a
# dead-letter queue where the function is invoked asynchronously. It should not be the queue that the function reads.
# :::

# %%
redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "parked"), "maxReceiveCount": 3})
kept = loop("handler", seconds=120, RedrivePolicy=redrive)
[message.body for message in kept.peek("parked")]

# %% [markdown]
# And the loop with the bus, drawn from the account. If an arrow leads back to where you came from, count what passes through it:

# %%
loops["bus"].diagram()

# %% [markdown]
# :::answer
# One arrow leads from the rule back to `work`, and 259 events took it in this minute: one after each run but the last, which was still
# under way. A diagram shows a circle before the bill does.
# :::
#
# The shortest loop of all is refused when you configure it:

# %%
try:
    on("work", success=arn("lambda", "function:work"))
except aws_lambda.exceptions.InvalidParameterValueException as refusal:
    print(refusal)

# %% [markdown]
# ## What you predicted

# %%
predictions("07")

# %% [markdown]
# ## Quiz
#
# New systems, new numbers.

# %%
quiz("07")

# %% [markdown]
# ## What changed since
#
# Older texts say 256 KB where this is larger now, and leave out S3 as a place for failures. And the documentation has a new word for the kind of
# function that you wrote here.

# %%
what_changed("destinations")

# %% [markdown]
# ## When this code goes to AWS
#
# - **Permissions.** charge's role needs the right to send to its destination: `lambda:InvokeFunction`, `sqs:SendMessage`,
#   `sns:Publish`, `events:PutEvents` or `s3:PutObject`. Role policies are not evaluated here (modelled).
# - **A destination that fails is quiet.** You see it in one metric, `DestinationDeliveryFailures`. Put an alarm on it.
# - **The loop guard is approximate,** it can be switched off for a function, and it does not cover every service.
# - **The record can grow.** It holds the event and the answer; a topic drops both when they are too large.

# %% [markdown]
# ## Three things to remember
#
# 1. **Only asynchronous.** A destination belongs to an invocation with `Event` (or from SNS, EventBridge, S3). When a mapping or a waiting
#    caller invokes the function, the destination is never used.
# 2. **Returned means success.** What the answer says is for you to read: with a pattern on a bus.
# 3. **One record, at the end.** After the retries, with everything in it. And a loop may have no end.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {"charge fails": "lambda", "pack fails": "lambda", "called by a mapping": "poller"},
    {
        "sdk": "its own call to the API, and nothing after the 202",
        "source": "has its 202 and has left",
        "poller": "a queue shows the message again, a stream repeats the batch; destinations of the function stay silent",
        "lambda": "charge twice more, before any record is written; pack, being invoked asynchronously, twice more as well",
        "dead_letters": "the failure destination gets one record an event; a dead-letter queue the event alone",
    },
    names={"source": "the caller", "dead_letters": "the failure destination"},
)

# %% [markdown]
# **What does it cost?** The record itself is free. Each link of the chain is an invocation ({fact: prices.LAMBDA_PER_M}), a message or an event
# like any other.
#
# ## The lab
#
# [lab07-destinations](../labs/lab07-destinations.ipynb): a chain that ships what was declined, loses what failed, and runs in a loop.
# That was the last of the seven ways. Which of them do *you* take? [08-choosing](08-choosing.ipynb) sends the same orders through all.

# %% [markdown]
# ## Further
#
# One section.

# %% [markdown]
# ## 7 · Which failure goes where?
#
# Not only a function has a destination for failures. A stream's mapping has one, too. A queue's mapping has none; for it we set the
# function's.

# %%
predict("07.three-sources")

# %%
def failure_of(source):
    """The one message in the place for failures, for an event of this source that fails; None when there is none."""
    cloud = Cloud(seed=1)
    sqs.create_queue(QueueName="failed")
    cloud.deploy(charge)
    if source == "Event":
        on("charge", failure=arn("sqs", "failed"), MaximumRetryAttempts=0)
        order(0, card="unreadable")
    elif source == "stream":
        boto3.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
        aws_lambda.create_event_source_mapping(
            EventSourceArn=arn("kinesis", "stream/orders"), FunctionName="charge", StartingPosition="TRIM_HORIZON",
            MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn("sqs", "failed")}},
        )
        boto3.client("kinesis").put_record(StreamName="orders", Data=b"order-0", PartitionKey="0")
    else:
        queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
        on("charge", failure=arn("sqs", "failed"))
        aws_lambda.create_event_source_mapping(EventSourceArn=arn("sqs", "orders"), FunctionName="charge")
        sqs.send_message(QueueUrl=queue, MessageBody="order-0")
    cloud.run(seconds=600)
    found = cloud.peek("failed")
    return json.loads(found[0].body) if found else None

# %%
by_source = {source: failure_of(source) for source in ("Event", "stream", "queue")}
{source: sorted(record) if record else "nothing" for source, record in by_source.items()}

# %%
{source: record["requestContext"]["condition"] for source, record in by_source.items() if record}

# %% [markdown]
# :::answer
# Three sources, three answers.
#
# | source | what you find | the event itself |
# |---|---|---|
# | `Event` | the record of section 5, condition `RetriesExhausted` | in it, under `requestPayload` |
# | stream | a pointer: shard and sequence numbers, condition `RetryAttemptsExhausted` | **not in it**: fetch it before it expires (units 05, 06); an S3 bucket as destination gets the records, too |
# | queue | nothing | in the queue's own dead-letter queue, if there is one |
#
# Even the two conditions are spelt differently. A consumer of failure records that compares words must know both.
# :::
#
# One more trap. A FIFO queue as a destination looks right, and is accepted:

# %%
fifo = Cloud(seed=1)
fifo.deploy(charge)
sqs.create_queue(QueueName="failed.fifo", Attributes={"FifoQueue": "true"})
on("charge", failure=arn("sqs", "failed.fifo"), MaximumRetryAttempts=0)
order(0, card="unreadable")
fifo.run()
fifo.passport('{"order": "order-0", "card": "unreadable"}')

# %% [markdown]
# Lost, at the very moment it was needed. On AWS one metric counts it, `DestinationDeliveryFailures`.

# %%
quiz("07.from-what-lies-there")
