# %% [markdown]
# # 07 · Destinations: what happens next is configuration
#
# An order is charged. Then it must be packed. The function `charge` could call `pack`, but then it has to know `pack`, and
# somebody has to change it when a third step comes. Lambda can do it alone: when an asynchronous invocation is over, it sends a
# **record** of how it went to a *destination*. One for success, one for failure. Not a line of code.
#
# It looks like the end of all glue code. It has a catch in every section below.
#
# **By the end you can**
# - chain functions by configuration, and say what the next one receives;
# - name the invocations that never reach a destination;
# - keep *declined* apart from *failed*;
# - say where a failure ends up: asynchronous, stream or queue;
# - recognise a loop that nobody stops.
#
# **Time** about 40 minutes, and 40 for the lab. **You need** unit 02 (asynchronous invocation). Units 03 and 04 help.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and take a choice, before you go on: it is kept
# for you. What the next cells show stays folded until you run them, and the explanation until you open it.

# %%
import json

import boto3
from botocore.config import Config

from sevenways import Cloud, Explorer, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.unfolded import unfolded
from sevenways.facts import cards, destinations, lambda_, prices

aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")
events = boto3.client("events")

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

# %%
def arn(kind, name):
    """The ARN of a thing in this account."""
    return f"arn:aws:{kind}:us-east-1:123456789012:{name}"


def on(function, success=None, failure=None, **settings):
    """Where the records of a function go: its event invoke configuration."""
    targets = {"OnSuccess": success, "OnFailure": failure}
    destination = {when: {"Destination": target} for when, target in targets.items() if target}
    aws_lambda.put_function_event_invoke_config(FunctionName=function, DestinationConfig=destination, **settings)


def order(number, function="charge", **more):
    """Hand an order over, asynchronously."""
    payload = json.dumps({"order": f"order-{number}", **more})
    return aws_lambda.invoke(FunctionName=function, InvocationType="Event", Payload=payload)["StatusCode"]


# %%
predict("07.packs-event")

# %%
chain = Cloud(seed=1)
chain.deploy(charge)
chain.deploy(pack)
on("charge", success=arn("lambda", "function:pack"))
order(0)
chain.run()

# %% claims=["L3"]
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
# and no cell calls `pack`. The chain is configuration. Here it is, drawn from the account:
# :::

# %%
chain.diagram()

# %% [markdown]
# A destination may be a queue, a topic, a function, or an event bus. The bus is the interesting one: the record becomes an *event*,
# and rules decide who works next. One completed payment starts three things, and `charge` has not changed.

# %%
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

# %% claims=["L2"]
workflow = with_bus({"pack": {}, "thank": {}, "book-keeping": {}})
order(0)
workflow.run()
workflow.diagram()

# %% [markdown]
# One order, and a larger workflow starts when the payment is complete.
#
# **Change it.** Give the success destination of `charge` a queue (`arn("sqs", "paid")`, created first). What is the message's body?

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
on("charge", success=arn("lambda", "function:pack"), failure=arn("sqs", "failed"))
sqs.create_queue(QueueName="failed")
orders = sqs.create_queue(QueueName="orders")["QueueUrl"]

answer = aws_lambda.invoke(FunctionName="charge", Payload=json.dumps({"order": "order-1"}))
silent.run()
json.loads(answer["Payload"].read()), len(silent.logs("pack").printed)

# %% [markdown]
# Now behind a queue. The event of a mapping has another shape, so `charge` gets a twin that takes the order out of
# it. A second order with an unreadable card goes along.

# %%
import json


def charge_from_queue(event, context):
    order = json.loads(event["Records"][0]["body"])
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
# - A caller who waits gets the result, and decides what to do with it. No record.
# - A mapping calls the function *synchronously*: it waits for the answer, to know whether to delete the messages. No record, no
#   success destination, and no failure destination either: `order-3` fails again and again, and the queue `failed` is empty.
#   What catches a failure behind a queue is the queue's own redrive policy (unit 01).
# :::

# %% tags=["hide-input"]
destinations.NEEDS_ASYNC_INVOKE

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
# Raise, then? Try to think it through: a raise is retried. Three declined cards would be asked three times each.
#
# Somebody must look into the record. A rule on a bus can: the pattern reaches into `responsePayload`.
# :::

# %%
only_paid = with_bus({"pack": {"detail": {"responsePayload": {"status": ["paid"]}}}})
ten_payments(only_paid)
only_paid.diagram()

# %%
len(only_paid.logs("pack").printed)

# %% [markdown]
# :::answer
# Seven. The success destination is the bus, the decision is a pattern, and `charge` is as it was.
# :::
#
# **Change it.** Add a second rule, for `declined`, to a function `apologise`.

# %% [markdown]
# ## 4 · How many failure notes?
#
# An unreadable card: `charge` raises, each time. The caller's SDK is set to ten attempts, to be on the safe side.

# %%
predict("07.failure-notes")

# %%
failing = Cloud(seed=1)
failing.deploy(charge)
for name in ("failed", "dead-letters"):
    sqs.create_queue(QueueName=name)
on("charge", failure=arn("sqs", "failed"))
aws_lambda.update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": arn("sqs", "dead-letters")})

patient = boto3.client("lambda", config=Config(retries={"mode": "standard", "total_max_attempts": 10}))
patient.invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps({"order": "order-0", "card": "unreadable"}))
failing.run()
failing.timeline()

# %% claims=["L5"]
def bodies(name):
    """What a queue holds."""
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
    return [message["Body"] for message in found]


failed = bodies("failed")
unfolded(
    failed[0],
    {
        "timestamp": "when it was given up",
        "requestContext.condition": "why it was given up",
        "requestContext.approximateInvokeCount": "three runs, one record",
        "responseContext.statusCode": "still 200",
        "responseContext.functionError": "this is where the failure shows",
        "responsePayload": "what Lambda made of the exception",
    },
    f"The failure destination holds {len(failed)} record",
)

# %% [markdown]
# :::answer
# One record an event, after the **final** outcome. Lambda ran the handler three times, without a line of code, and the
# SDK's ten attempts never came into it: its call had succeeded with a 202. The function's dead-letter queue stood beside it. What
# has that got?
# :::

# %%
bodies("dead-letters")

# %% [markdown]
# :::answer
# The original event and no cause (a short one stands in the message's attributes). The two may coexist. A destination tells you
# more; a dead-letter queue is easier to send back.
# :::
#
# **Change it.** `on("charge", failure=..., MaximumRetryAttempts=0)`: when is the record written now, and what is its count?

# %% [markdown]
# ## 5 · Which failure goes where?

# %%
predict("07.three-sources")

# %%
def failure_of(source):
    """The one message in the place for failures, for an event that fails behind this source; None when there is none."""
    with Cloud(seed=1) as cloud:
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
        found = bodies("failed")
        return json.loads(found[0]) if found else None

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
# | `Event` | the record of section 4, condition `RetriesExhausted` | in it, under `requestPayload` |
# | stream | a pointer: shard and sequence numbers, condition `RetryAttemptsExhausted` | **not in it**: fetch it before it expires (units 05, 06) |
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
# Lost, in the moment it was needed. On AWS one metric counts it:

# %%
destinations.FIFO_TARGETS_FAIL

# %% [markdown]
# ## 6 · Does a loop stop?
#
# Somebody configures a circle. It happens: "on success, put it back into the queue". Lambda watches for circles and stops them. Or
# does it?

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
def circle(kind):
    """How often the handler runs in a minute. `kind`: "handler", "destination", "bus"."""
    with Cloud(seed=1) as cloud:
        queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
        cloud.deploy(again if kind == "handler" else once, name="work")
        if kind != "bus":
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
        return cloud.run(seconds=60).invocations


{kind: circle(kind) for kind in ("handler", "destination", "bus")}

# %% [markdown]
# :::answer
# Three circles, three endings.
#
# - **The handler that feeds its own queue** is stopped. Lambda counts the passes in the trace header that travels with a message:
# :::

# %% tags=["hide-input"]
lambda_.LOOP_GUARD_PASSES

# %% [markdown]
# :::answer
# - **Success to its own queue** ends after two runs, for a reason that has nothing to do with the guard: the second run came from a
#   mapping, and a mapping's runs have no destination. Section 2, again.
# - **Through a bus it runs and runs.** EventBridge does not carry the count. After a minute it is still running, and so is the bill.
# :::
#
# The plainest circle of all is refused when you configure it:

# %%
try:
    on("charge", success=arn("lambda", "function:charge"))
except aws_lambda.exceptions.InvalidParameterValueException as refusal:
    print(refusal)

# %% [markdown]
# ## 7 · All knobs
#
# Twenty payments, handed over with `Event`. On the *bus* waits the rule of section 3. Watch three things: how many parcels, how many
# records, and when the last one comes.

# %%
def shop(success="pack", failure="queue", error_rate=0.2, decline_rate=0.3, retries=2):
    cloud = Cloud(seed=1)
    cloud.deploy(pay, environment={"ERROR_RATE": str(error_rate), "DECLINE_RATE": str(decline_rate)})
    cloud.deploy(pack)
    if success == "queue":
        sqs.create_queue(QueueName="paid")
    if success == "bus":
        rule("pack", {"source": ["lambda"], "detail": {"responsePayload": {"status": ["paid"]}}})
    if failure == "queue":
        sqs.create_queue(QueueName="failed")
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

# %%
import os
import random
import time


def pay(order, context):
    time.sleep(0.5)
    if random.random() < float(os.environ["ERROR_RATE"]):
        raise ConnectionError("the provider does not answer")
    declined = random.random() < float(os.environ["DECLINE_RATE"])
    return {"order": order["order"], "status": "declined" if declined else "paid"}

# %%
Explorer(
    shop,
    success=["none", "pack", "queue", "bus"],
    failure=["none", "queue", "topic"],
    error_rate=(0.0, 1.0, 0.1),
    decline_rate=(0.0, 1.0, 0.1),
    retries=(0, 2),
)

# %% [markdown]
# **Try.** Error rate 1: how many records for twenty payments, and at what second? Failure *none*: where do the events go? Failure
# *topic*: nobody has subscribed to `alarm`. What is left of a failure now? Decline rate 1: how many parcels, and how many
# with success to the *bus*?
#
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

# %%
predictions("07")

# %% [markdown]
# ## Quiz

# %%
quiz("07")

# %% [markdown]
# ## What changed since
#
# Older texts say 256 KB where this is larger now, and the documentation has a new word for the kind of function that you wrote here.

# %%
what_changed("destinations")

# %% [markdown]
# ## When this code goes to AWS
#
# - **Permissions.** charge's role needs the right to send to its destination: `lambda:InvokeFunction`, `sqs:SendMessage`,
#   `sns:Publish` or `events:PutEvents`. Role policies are not evaluated here (modelled).
# - **A destination that fails is quiet.** You see it in one metric, `DestinationDeliveryFailures`. Put an alarm on it.
# - **The loop guard is approximate,** it can be switched off for a function, and it does not cover every service.
# - **The record can grow.** It holds the event and the answer; a topic drops both when they are too large.
#
# ## Three things to remember
#
# 1. **Only asynchronous.** A destination belongs to an invocation with `Event` (or from SNS, EventBridge, S3). Behind a queue, or
#    for a caller who waits, it is decoration.
# 2. **Returned means success.** What the answer says is for you to read: with a pattern on a bus.
# 3. **One record, at the end.** After the retries, with everything in it. Streams leave a pointer, queues nothing.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {"charge fails": "lambda", "pack fails": "lambda", "behind a mapping": "poller"},
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
# **What does it cost?** The record itself is free. Each link of the chain is an invocation, a message or an event like any other:

# %%
cards(prices.LAMBDA_PER_M, f"ten payments and their parcels: ${shipped.summary()['cost_usd']:.7f}")

# %% [markdown]
# ## The lab
#
# [lab07-destinations](../labs/lab07-destinations.ipynb): a chain that ships what was declined, loses what failed, and runs in a circle.
# That was the last of the seven ways. Which of them do *you* take? [08-choosing](08-choosing.ipynb) sends the same orders through all.
