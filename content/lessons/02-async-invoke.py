# %% [markdown]
# # 02 · Event invoke: a function hands work to a function
#
# After checkout every customer gets an invoice. Making it takes two seconds, because somebody else's PDF service does it, and that
# service can do five at once. Nobody wants to wait for an invoice. So checkout calls the function `invoice` with
# `InvocationType="Event"` and goes on. No queue, no topic, no other resource. Or so it seems: **there is a queue. It is inside
# Lambda, and you can't look into it.**
#
# **By the end you can**
# - hand work from one function to another, and say what the caller knows afterwards;
# - predict when a failed event runs again, how often, and where it ends;
# - tell *throttled* from *failed*, and bound how old an event may become;
# - protect a service behind the function;
# - make a handler idempotent, by hand and with a library, and say why the first attempt by hand was wrong.
#
# **Time** about 60 minutes with every *Change it*, and 40 for the lab. With 45 minutes, leave out section 2, *Too old* in section 5,
# and section 7. **You need** unit 00. The comparisons with queues come from unit 01; without it you can read past them.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and take a choice, before you go on: it is kept
# for you. What the next cells show stays folded until you run them, and the explanation until you open it.

# %%
import json
from collections import Counter

import boto3
from botocore.config import Config

from sevenways import Cloud, Explorer, predict, predictions, quiz, what_changed, who_retries
from sevenways.facts import cards, lambda_, prices

aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")

# %% [markdown]
# ## 1 · What comes back?
#
# Two handlers. `checkout` hands the order on and answers the customer; `invoice` takes two seconds.

# %%
import json
import time

import boto3


def checkout(order, context):
    aws_lambda = boto3.client("lambda")
    answer = aws_lambda.invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps(order))
    return {"status": answer["StatusCode"], "result": answer["Payload"].read().decode()}


def invoice(order, context):
    time.sleep(2)
    print("invoice for", order["order"])
    return {"pdf": f"{order['order']}.pdf"}

# %%
def buy(order):
    """A customer presses Buy: invoke checkout and wait for its answer."""
    answer = aws_lambda.invoke(FunctionName="checkout", Payload=json.dumps({"order": order}))
    return json.loads(answer["Payload"].read())


# %%
predict("02.what-comes-back")

# %% claims=["A5"]
cloud = Cloud(seed=1)
cloud.deploy(checkout)
cloud.deploy(invoice)
buy("order-0"), f"after {cloud.elapsed:.3f} seconds"

# %% [markdown]
# :::answer
# A status and an empty text. **202** means *accepted*: I have it, good bye. At this moment not a line of `invoice` has
# run. The acknowledgement comes at once; execution follows.
# :::
#
# Now let what was handed over run:

# %%
cloud.run()
cloud.timeline()

# %% claims=["A3"]
(sqs.list_queues().get("QueueUrls", []), [each["FunctionName"] for each in aws_lambda.list_functions()["Functions"]])

# %% [markdown]
# No queue, two functions. There was **nothing else to configure**. The diagram shows one arrow, from function to
# function. The queue behind it belongs to Lambda: you can't list it, read it, or empty it.

# %%
cloud.diagram()

# %% [markdown]
# **Change it.** Let `invoice` sleep for 2 minutes, and give it `timeout=150`. What does the customer notice? Then **put the 2 back**
# and run that cell again: the sections below deploy the same `invoice`.

# %% [markdown]
# ## 2 · Who else wants it?
#
# A week later two other teams want to know about orders: the newsletter, and fraud detection. With a topic they would subscribe.
# Here the author of checkout adds two calls:

# %%
import json

import boto3


def checkout_for_three(order, context):
    aws_lambda = boto3.client("lambda")
    for function in ("invoice", "newsletter", "fraud-detection"):
        aws_lambda.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(order))
    return "thank you"

# %%
predict("02.third-name")

# %%
cloud = Cloud(seed=1)
cloud.deploy(checkout_for_three, name="checkout")
for name in ("invoice", "newsletter", "fraud-check"):  # the fraud team chose another name
    cloud.deploy(invoice, name=name)
buy("order-0")["errorMessage"]

# %% [markdown]
# :::answer
# The third `invoke` raises, checkout fails, and the customer sees an error. Let what was handed over run:
# :::

# %% claims=["A1"]
cloud.run()
cloud.diagram()

# %% [markdown]
# :::answer
# Invoice and newsletter went out all the same, for an order whose customer was told that it failed. **There is no
# publish-subscribe here.** The caller must know each receiver by name, and answers for each of them. For one receiver
# that is simple and good. For the second one, take unit 03 or 04.
# :::

# %% [markdown]
# ## 3 · A campaign
#
# Fifty orders in the same moment. From here on the cells call `invoice` themselves, as checkout would.

# %%
def hand_over(orders):
    """Hand each order to invoice. Returns order -> request id: by that its passport is found."""
    ids = {}
    for order in orders:
        answer = aws_lambda.invoke(
            FunctionName="invoice", InvocationType="Event", Payload=json.dumps({"order": order})
        )
        ids[order] = answer["ResponseMetadata"]["RequestId"]
    return ids


ORDERS = [f"order-{n}" for n in range(50)]

# %%
predict("02.fifty-at-once")

# %%
cloud = Cloud(seed=1)
cloud.deploy(invoice)
hand_over(ORDERS)
cloud.run()
cloud.timeline()

# %% claims=["A4"]
{name: cloud.summary()[name] for name in ("invocations", "peak_concurrency", "p99_s")}

# %% [markdown]
# :::answer
# Fifty invocations, fifty environments, all done after 2.2 seconds. There are no batches: an event is handed over **one
# at a time**, and the handler gets it as it was sent, without `Records` around it. What limits them is the
# account's concurrency, which all its functions share, and what you set yourself:
# :::

# %% tags=["hide-input"]
lambda_.ACCOUNT_CONCURRENCY_DEFAULT

# %% [markdown]
# :::answer
# Keep that in mind for section 5. Fifty functions at once is fast. It is also fifty calls at once to whatever they call.
# :::

# %% [markdown]
# ## 4 · Who retries?
#
# Somebody has deployed an invoice without a template. And because checkout is an important function, its author has told the
# SDK to try everything **ten times**.

# %%
def invoice_broken(order, context):
    raise FileNotFoundError("invoice-template.html")

# %%
def one_broken_invoice(**settings):
    cloud = Cloud(seed=1)
    cloud.deploy(invoice_broken, name="invoice")
    if settings:
        aws_lambda.put_function_event_invoke_config(FunctionName="invoice", **settings)
    persistent = boto3.client("lambda", config=Config(retries={"max_attempts": 10}))
    answer = persistent.invoke(FunctionName="invoice", InvocationType="Event", Payload='{"order": "order-0"}')
    cloud.run()
    return cloud, answer["ResponseMetadata"]["RequestId"]


# %%
predict("02.how-often")

# %% claims=["misconception 9", "A2"]
broken, event_id = one_broken_invoice()
broken.timeline()

# %% [markdown]
# :::answer
# Three times: at once, after **one** minute, and two minutes later, in minute **three**. The SDK's ten attempts never
# came into it: its call was answered with 202, and that is a success. Nobody wrote a retry.
# Lambda's own queue does it:
# :::

# %%
broken.passport(event_id)

# %% tags=["hide-input"]
cards(lambda_.ASYNC_RETRIES_DEFAULT, lambda_.ASYNC_RETRY_WAITS_S)

# %% [markdown]
# :::answer
# Read the last line of the passport: *given up and lost*. No error reached the customer, checkout is green, and the event is gone.
#
# The number of retries is a setting of the function, from 0 to 2. It can't be more:
# :::

# %%
for retries in (0, 1, 2):
    cloud, _ = one_broken_invoice(MaximumRetryAttempts=retries)
    print(f"retries: {retries}, runs: {cloud.summary()['invocations']}, given up at second {cloud.elapsed:.0f}")

# %% [markdown]
# ### A place for what failed
#
# So an outage of the PDF service that lasts four minutes would lose every invoice of the first minute. Give the function a
# **dead-letter queue**: `DeadLetterConfig`. In unit 01 this setting was useless: there a *mapping*, Lambda's own
# poller, calls the function and waits for its answer. Here is what it is for.

# %%
def park_failures():
    """Make a queue, and let invoice's lost events go there."""
    queue = sqs.create_queue(QueueName="invoice-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws_lambda.update_function_configuration(FunctionName="invoice", DeadLetterConfig={"TargetArn": arn})
    return queue

# %%
parking = Cloud(seed=1)
parking.deploy(invoice_broken, name="invoice")
invoice_dlq = park_failures()
hand_over(["order-0"])
parking.run()
parking.diagram()

# %%
parked = sqs.receive_message(QueueUrl=invoice_dlq, MessageAttributeNames=["All"])["Messages"][0]
parked["Body"], {name: value["StringValue"] for name, value in parked["MessageAttributes"].items()}

# %% [markdown]
# The body is the **original event**, so it can be handed over again, byte for byte. Three attributes say what failed. The queue
# must be a standard one (or a topic), and it takes the failures of *asynchronous* invocations, and no others:

# %%
lambda_.DLQ_TARGETS

# %% tags=["hide-input"]
who_retries(
    "lambda",
    {
        "sdk": "only its own call to the API, and that succeeded with 202",
        "source": "the caller has its 202 and has left",
        "lambda": "runs the function again after about one minute, and then after two",
        "dead_letters": "keeps the event when Lambda gives up, if you configured one",
    },
    names={"source": "the caller"},
)

# %% [markdown]
# **Change it.** Let the template come back after 90 seconds. In the cell that makes `parking`, write
# `parking.at(90, lambda: parking.deploy(invoice))` before the run, and show the timeline in place of the diagram. Which of the
# three runs succeeds?

# %% [markdown]
# ## 5 · The campaign, with the real PDF service
#
# The PDF service does **five** at once, and answers 503 to the sixth.

# %%
import urllib.request


def invoice_by_pdf(order, context):
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()

# %%
def campaign(reserved_concurrency=None, latency_s=2, orders=ORDERS, **settings):
    cloud = Cloud(seed=1)
    pdf = cloud.downstream("https://pdf.example", latency_s=latency_s, capacity=5)
    cloud.deploy(invoice_by_pdf, name="invoice", timeout=30, reserved_concurrency=reserved_concurrency)
    if settings:
        aws_lambda.put_function_event_invoke_config(FunctionName="invoice", **settings)
    hand_over(orders)
    cloud.run()
    return cloud, pdf


# %%
predict("02.storm")

# %%
storm, storm_pdf = campaign()
storm.backlog()

# %%
storm_pdf

# %% [markdown]
# :::answer
# Fifty calls at once, five served, 45 refused. A minute later 45 at once, five served. Two minutes later once more.
# Three waves of five, and then 35 events have used up their retries and are **dropped**. All of them failed together, so all of
# them came back together. (Modelled: here the waits are exact. On AWS they spread a little. Not enough.)
# :::
#
# Now let the function run five times at once, and no more: **reserved concurrency**. In unit 01 that was the wrong brake: each
# throttle cost an order one of its receives, until it was in the dead-letter queue.

# %%
predict("02.calm")

# %%
calm, calm_pdf = campaign(reserved_concurrency=5)
calm.backlog()

# %%
calm_pdf

# %% [markdown]
# :::answer
# All fifty, not one error. **A throttle is not a failure**: the handler never ran, so nothing was tried and nothing is
# counted. The event goes back into Lambda's queue and is tried again, at growing intervals, for hours. This is the fact behind
# it:
# :::

# %% tags=["hide-input"]
cards(lambda_.ASYNC_THROTTLE_BACKOFF, lambda_.ASYNC_THROTTLE_USES_NO_RETRY)

# %% [markdown]
# :::answer
# Look at the right half of the backlog, though. The work is a hundred seconds, in five lanes: twenty. It took **more than twice
# that**, because each throttle doubles the longest wait before the next look, and lanes stood idle meanwhile. The interval grows
# from one second to at most five minutes. (Modelled: of each wait a random part is waited, so that the events don't come back
# together. On AWS the intervals are longer still when the queue holds many entries.) A queue with a maximum concurrency is quicker
# at this. Lambda's queue is safe, and in no hurry. How the fiftieth event saw it:
# :::

# %%
calm.passport(json.dumps({"order": "order-49"}))

# %% [markdown]
# ### Too old
#
# Some work is worthless when it is late: a code for a login, a price for a minute. `MaximumEventAgeInSeconds` says when to stop
# trying. The default, and the range:

# %%
cards(lambda_.ASYNC_EVENT_AGE_DEFAULT_S, lambda_.ASYNC_EVENT_AGE_RANGE_S)

# %%
impatient, _ = campaign(reserved_concurrency=1, latency_s=10, orders=ORDERS[:20], MaximumEventAgeInSeconds=60)
impatient.backlog()

# %% [markdown]
# Ten seconds each, one at a time, a minute at most. Six ran, the last of them past the minute, for it had started in time. The other
# 14 were dropped when they became a minute old. Not one failed.
#
# ### The switch
#
# Reserved concurrency **0** is a switch: this function must not run. What becomes of the events?

# %%
predict("02.switched-off")

# %%
switched_off = Cloud(seed=1)
switched_off.deploy(invoice, reserved_concurrency=0)
park_failures()
late = hand_over(["order-0"])
switched_off.at(600, lambda: aws_lambda.delete_function_concurrency(FunctionName="invoice"))
switched_off.run()
switched_off.passport(late["order-0"])

# %% [markdown]
# :::answer
# At once, untried. Zero is not "very few", it is "off", and Lambda does not keep events for a function that is off:
# :::

# %% tags=["hide-input"]
lambda_.ASYNC_RESERVED_ZERO_FAILS_AT_ONCE

# %% [markdown]
# **Change it.** `campaign(reserved_concurrency=1)`: is every invoice made, and when is the last? Then 10, twice what the PDF service
# bears. How many invoices will be missing? Write it down, run it, and look at the backlog: why was the storm so much worse?

# %%
quiz("02.throttled-event")

# %% [markdown]
# ## 6 · A quiet hour
#
# All is well now: no error, no throttle, one order every ten seconds. Each order should have one invoice.
#
# Lambda's queue delivers **at least once**. Now and then an event runs twice for reasons of its own. Here we ask for more of it
# than AWS would give: `duplicates=0.2`, every fifth.

# %%
def quiet_hour(handler, duplicates=0.2, error_rate=0.0):
    """Twenty orders, one every ten seconds. Returns the Cloud, and order -> how many invoices the PDF service made."""
    cloud = Cloud(seed=5, duplicates=duplicates)
    made = Counter()
    cloud.downstream(
        "https://pdf.example", latency_s=2, error_rate=error_rate, handler=lambda request: made.update([request.text])
    )
    boto3.client("dynamodb").create_table(
        TableName="invoices",
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    cloud.deploy(handler, name="invoice", timeout=10)
    for n in range(20):
        cloud.at(10 * n, lambda n=n: hand_over([f"order-{n}"]))
    cloud.run()
    return cloud, made


# %%
predict("02.quiet-hour")

# %%
doubled, made = quiet_hour(invoice_by_pdf)
sum(made.values()), {order: times for order, times in made.items() if times > 1}

# %% claims=["misconception 16"]
cards(f"errors: {doubled.summary()['errors']}", lambda_.ASYNC_DELIVERY)

# %% [markdown]
# :::answer
# Two invoices for some orders, and no error anywhere. (For FIFO queues that belief is stronger,
# and as wrong: a promise about *delivery* is never a promise about *work*.)
#
# No setting cures it. The handler must be **idempotent**: doing it twice has the effect of doing it once. So it has to
# remember what it did, outside of its own memory, because the second run may be in another environment, at the same moment.
# :::
#
# ### By hand
#
# DynamoDB can write an item **on the condition that it is not there yet**. Of two runs that try, one succeeds and one is
# refused. That is the whole trick, and it takes one call. *Look first, then write* takes two, and both runs would look before
# either writes.

# %%
import urllib.request

import boto3

dynamodb = boto3.client("dynamodb")


def invoice_once(order, context):
    key = {"order_id": {"S": order["order"]}}
    try:
        dynamodb.put_item(TableName="invoices", Item=key, ConditionExpression="attribute_not_exists(order_id)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        print("already made:", order["order"])
        return
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()

# %%
once, made = quiet_hour(invoice_once)
sum(made.values()), [line.message for line in once.logs("invoice").printed]

# %% [markdown]
# Twenty. Ship it? The PDF service fails now and then, for one call in four today. Lambda retries that.

# %%
predict("02.claim-first")

# %%
trap, made = quiet_hour(invoice_once, error_rate=0.25)
len(made), sorted({f"order-{n}" for n in range(20)} - set(made))

# %% [markdown]
# :::answer
# And here is one of the others. Find the line where it goes wrong:
# :::

# %%
missing = next(f"order-{n}" for n in range(20) if f"order-{n}" not in made)
trap.passport(json.dumps({"order": missing}))

# %% [markdown]
# :::answer
# The first run wrote its claim, and *then* failed. The retry found the claim and concluded that the invoice exists. **It said
# that it was done, and it was lost, without an error.** Our cure for duplicates has switched off Lambda's retries.
# :::
#
# How would you mend it? One way is to take the claim back when the work fails:

# %%
import urllib.request

import boto3

dynamodb = boto3.client("dynamodb")


def invoice_once_or_again(order, context):
    key = {"order_id": {"S": order["order"]}}
    try:
        dynamodb.put_item(TableName="invoices", Item=key, ConditionExpression="attribute_not_exists(order_id)")
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return
    try:
        urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()
    except Exception:
        dynamodb.delete_item(TableName="invoices", Key=key)
        raise

# %%
again, made = quiet_hour(invoice_once_or_again, error_rate=0.25)
len(made), sum(made.values()), again.summary()["errors"]

# %% [markdown]
# Twenty orders, twenty invoices, through duplicates and errors. One hole is left: if the function is *stopped*, by its timeout,
# between the two steps, no `except` runs, and the claim stays. So a claim needs a time after which it no longer counts.
#
# ### With a library
#
# By now it is a small state machine: claim, done, failed, too old. Somebody has written it, and tested it.
# [Powertools for AWS Lambda](https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/) makes a decorator of it.

# %%
import urllib.request

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent

claims = DynamoDBPersistenceLayer(table_name="invoices", key_attr="order_id")
by_order = IdempotencyConfig(event_key_jmespath="order", raise_on_no_idempotency_key=True)


@idempotent(persistence_store=claims, config=by_order)
def invoice_with_powertools(order, context):
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()
    return {"pdf": f"{order['order']}.pdf"}

# %%
library, made = quiet_hour(invoice_with_powertools, error_rate=0.25)
len(made), sum(made.values()), library.summary()["errors"]

# %% [markdown]
# The same twenty invoices, and more errors than before. That is worth a look. Here is an order whose event ran twice at the
# same moment, in an hour when the PDF service never failed:

# %%
twice = next(order for order, times in quiet_hour(invoice_by_pdf)[1].items() if times > 1)
library_calm, made = quiet_hour(invoice_with_powertools)
library_calm.passport(json.dumps({"order": twice}))

# %% [markdown]
# The second run met a claim that was not *done* yet. Ours went home at that point and trusted a run that might still be stopped
# in the middle. Powertools does not: it **raises**, so that Lambda comes back in a minute. By then there is a result, and the
# run returns it without making a second invoice. So this error in a log is no failure. It is a duplicate that was caught in the
# act.
#
# Two decisions remain yours. **The key**: which part of the event says that it is the same work? Here the order, because a
# customer who presses *Buy* again sends another event with another id. **The time**: after how long may the same key be new
# work again? The default is an hour.
#
# **Change it.** In `invoice_once`, look first with `get_item` and then write without a condition. How many invoices are there?
# Then use `context.aws_request_id` as the key in place of the order. When is that good enough, and when is it not?

# %% [markdown]
# ## 7 · All knobs
#
# One burst of events, and everything you have met. Turn one knob at a time, and say *before* you let go what will happen. How
# to test such a system with pytest is in [unit 01](01-sqs.ipynb), section 9: it works for this one without a change.

# %%
import os
import random
import time


def work(event, context):
    time.sleep(float(os.environ["HANDLER_S"]))
    if random.random() < float(os.environ["ERROR_RATE"]):
        raise RuntimeError("the PDF service said no")

# %%
def burst_of_events(burst=30, error_rate=0.2, retries=2, event_age_s=3600, reserved_concurrency=5, handler_s=2.0):
    cloud = Cloud(seed=1)
    environment = {"HANDLER_S": str(handler_s), "ERROR_RATE": str(error_rate)}
    cloud.deploy(
        work, name="invoice", timeout=30, environment=environment, reserved_concurrency=reserved_concurrency
    )
    aws_lambda.put_function_event_invoke_config(
        FunctionName="invoice", MaximumRetryAttempts=retries, MaximumEventAgeInSeconds=event_age_s
    )
    park_failures()
    hand_over([f"order-{n}" for n in range(burst)])
    cloud.run()
    return cloud

# %%
Explorer(
    burst_of_events,
    burst=(1, 100),
    error_rate=(0.0, 1.0, 0.1),
    retries=(0, 2),
    event_age_s=[60, 300, 900, 3600, lambda_.ASYNC_EVENT_AGE_DEFAULT_S.value],
    reserved_concurrency=[None, 0, 1, 2, 5, 10, 20],
    handler_s=(0.1, 10.0, 0.1),
)

# %% [markdown]
# Things to find out:
# - Which knobs change how many are dead-lettered, and which only when they are done?
# - Errors at 0. Find two settings that still dead-letter events.
# - Error rate 1. Why is the backlog's last step at the same minute, whatever the burst, when reserved concurrency is off?
# - Reserved concurrency 1, event age 60. Then a handler of 0.1 seconds. What was the bottleneck?

# %% [markdown]
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

# %%
predictions("02")

# %% [markdown]
# ## Quiz

# %%
quiz("02")

# %% [markdown]
# ## What changed since
#
# The first row belongs to this unit, the next two to the queues of unit 01. The last is a new word in the documentation, for the
# kind of function that you write here.

# %%
what_changed("lambda")

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Permissions.** checkout's role needs `lambda:InvokeFunction` for `invoice`; invoice's role needs `sqs:SendMessage` for its
#   dead-letter queue. The DynamoDB table wants an expiry (TTL) on Powertools' attribute `expiration`, or it grows for ever.
# - **The waits are not exact.** About one minute, about two. The curve after throttles is Lambda's own; ours doubles, without
#   jitter.
# - **Duplicates come unasked**, and rarely. A function that is badly overloaded for long can also *lose* an event unrun.
# - **Concurrency is shared.** Fifty events of yours may throttle a colleague's function in the same account and Region.
# - **You can't look into the queue.** The CloudWatch metrics `AsyncEventsReceived`, `AsyncEventAge` and `AsyncEventsDropped`
#   are its windows. Put an alarm on the last two.
#
# ## Three things to remember
#
# 1. **202 is a promise to try, not a result.** Lambda keeps the event and runs it up to three times. Then it is gone, unless
#    the function has a dead-letter queue (or a destination: unit 07).
# 2. **Throttled is not failed.** A failure is tried twice more within minutes, a throttled event for hours, until it is too old.
#    Reserved concurrency protects what is behind the function; zero means off.
# 3. **At least once means: be idempotent.** Claim with a conditional write, by a key of the business, and give the claim back when
#    the work fails.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {
        "the handler fails or times out": "lambda",
        "a throttle": "lambda",
        "the event is too old": None,
        "reserved concurrency 0": None,
    },
    {
        "sdk": "only its own API call, never your handler",
        "source": "has its 202 and has left",
        "lambda": "a failure: twice more; a throttle: for hours, at growing intervals",
        "dead_letters": "gets the event whenever Lambda gives up",
    },
    names={"source": "the caller"},
)

# %% [markdown]
# **What does it cost?** Nothing for the handing over itself: you pay the invocations and their time, and each retry is an
# invocation. Here are the fifty invoices of section 5, in the storm and in the calm, for each invoice that was made:

# %%
cards(
    prices.LAMBDA_PER_M,
    f"storm: ${storm.summary()['cost_usd'] / storm_pdf.ok * 1e6:.2f} for a million invoices",
    f"calm: ${calm.summary()['cost_usd'] / calm_pdf.ok * 1e6:.2f} for a million invoices",
)

# %% [markdown]
# ## The lab
#
# [lab02-async-invoke](../labs/lab02-async-invoke.ipynb): five tasks about invoices that are lost, late, or made twice. Next
# unit: 03, where the publisher does not know who listens.
