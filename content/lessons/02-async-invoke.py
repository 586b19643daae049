# %% [markdown]
# # 02 · Asynchronous invocation: a function hands work to a function
#
# After checkout every customer gets an invoice. Making it takes two seconds, because somebody else's PDF service does it, and that
# service can do five at once. Nobody wants to wait for an invoice. So checkout calls the function `invoice` with
# `InvocationType="Event"` and goes on. No queue, no topic, no other resource. Or so it seems: **there is a queue. It is inside
# Lambda, and you can't look into it.**
#
# **By the end you can**
# - hand work from one function to another, and say what the caller knows afterwards;
# - predict when a failed event runs again, how often, and where it ends;
# - tell *throttled* from *failed*, and bound how old an event may become (section 7);
# - protect a service that the function calls;
# - make a handler idempotent, and say why the first attempt was wrong.
#
# **Time** {minutes: core} minutes for the core, which ends with the quiz, and about 40 for the lab. *Further* has {minutes:
# further} minutes more, in three sections; each of them stands on its own. **You need** unit 00. The comparisons with queues come
# from unit 01; without it you can read past them.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and make a choice, before you go on: it is kept
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
# No queue, two functions. There was **nothing else to configure**. In the diagram an arrow leads from function to function, with
# nothing between them. The queue that is there belongs to Lambda: you can't list it, read it, or empty it.

# %%
cloud.diagram()

# %% [markdown]
# **Change it.** Let `invoice` sleep for 2 minutes, and give it `timeout=150`. What does the customer notice? Then **put the 2 back**
# and run that cell again: the sections below deploy the same `invoice`.
#
# :::tried
# ```python
# import time
#
#
# def invoice(order, context):
#     time.sleep(120)
#
#
# cloud = Cloud(seed=1)
# cloud.deploy(checkout)
# cloud.deploy(invoice, timeout=150)
# print(buy("order-0"), f"after {cloud.elapsed:.3f} seconds")
# cloud.run()
# print(f"made after {cloud.elapsed:.1f} seconds")
# ```
#
# ```text
# {'status': 202, 'result': ''} after 0.205 seconds
# made after 120.4 seconds
# ```
#
# Nothing. The answer is the same, to the millisecond.
# :::

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
buy("order-0")

# %% [markdown]
# :::answer
# The third `invoke` raises, checkout fails, and the customer sees an error.
# :::

# %% claims=["A1"]
cloud.run()  # whatever was handed over runs now
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
# Fifty invocations, fifty environments, all done after 2.2 seconds: two of work, and a cold start for each, which a picture of so many
# leaves out. There are no batches: an event is handed over **one at a time**, and the handler gets it as it was sent, without `Records`
# around it. What limits them is the account's concurrency, which all its functions share, {fact: lambda_.ACCOUNT_CONCURRENCY_DEFAULT |
# number} by default, and what you set yourself. Fifty at once is fast. It is also fifty calls at once to whatever they call.
#
# And nothing keeps them in a sequence. These fifty began together; an event that has to wait, or to be tried again, is overtaken by
# those that were sent after it.
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
    persistent = boto3.client("lambda", config=Config(retries={"total_max_attempts": 10}))
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
# Three times: at once, after **one** minute, and two minutes later, in minute **three**. The SDK's ten attempts never came into it:
# its call was answered with 202, and that is a success. Nobody wrote a retry. Lambda's own queue does it, by default {fact:
# lambda_.ASYNC_RETRIES_DEFAULT | word} times, and waits about {fact: lambda_.ASYNC_RETRY_WAITS_S} before them.
# :::

# %%
broken.passport(event_id)  # the life of that one event

# %% [markdown]
# :::answer
# Read the last line of the passport: *lost*. No error reached the customer, checkout is green, and the event is gone.
#
# How often Lambda tries again is a setting of the function: {fact: lambda_.ASYNC_RETRIES_RANGE}, and no more.
# :::

# %%
for retries in (0, 1, 2):  # all that the setting may be
    cloud, _ = one_broken_invoice(MaximumRetryAttempts=retries)
    print(f"retries: {retries}, runs: {cloud.summary()['invocations']}, given up at second {cloud.elapsed:.0f}")

# %% [markdown]
# ### A place for what failed
#
# So an outage of the PDF service that lasts four minutes would lose every invoice of the first minute. Give the function a
# **dead-letter queue**: `DeadLetterConfig`. For the queue of unit 01 this setting does nothing: there a *mapping*, Lambda's own
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
# The body is the **original event**, so it can be handed over again, byte for byte. Three attributes say what failed. (The 200 is no
# praise: it is the HTTP status of an invocation that ran, and raised.) The queue must be a standard one, not FIFO; a standard topic
# (unit 03) will do as well. It takes the failures of *asynchronous* invocations, and no others.

# %% tags=["hide-input"]
who_retries(
    "lambda",
    {
        "sdk": "only its own call to the API, and that succeeded with 202",
        "source": "has its 202 and has left",
        "lambda": "runs the function again after about one minute, and then after two",
        "dead_letters": "keeps the event when Lambda gives up, if you configured one",
    },
    names={"source": "the caller"},
)

# %% [markdown]
# **Change it.** Let the template come back after 90 seconds. In the cell that makes `parking`, write
# `parking.at(90, lambda: parking.deploy(invoice))` before the run, and show the timeline instead of the diagram. Which of the
# three runs succeeds?
#
# :::tried
# ```python
# parking = Cloud(seed=1)
# parking.deploy(invoice_broken, name="invoice")
# park_failures()
# parking.at(90, lambda: parking.deploy(invoice))
# hand_over(["order-0"])
# parking.run()
# print(parking.timeline())
# ```
#
# ```text
# Timeline, 0:00 to 3:02.402: 3 invocations of invoice
# invoice: 3 invocations, 1 succeeded, 2 failed, at most 1 at once
#   environment 1
#     0:00 to 0:00.201  failed  1 message: order-0  cold start 0.2 s  invoice-template.html
#     1:00.201 to 1:00.202  failed  1 message: order-0  invoice-template.html
#   environment 2
#     3:00.202 to 3:02.402  succeeded  1 message: order-0  cold start 0.2 s
# ```
#
# The third. A retry runs the code that is deployed *then*, so a repair within three minutes saves what is still being tried.
# :::

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
# them came back together. (Modelled: here the waits are exact. On AWS they spread a little, and a few more get through.)
# :::
#
# Now let the function run five times at once, and no more: **reserved concurrency**. An event that finds no room is **throttled**: the
# function is not called for it.

# %%
predict("02.calm")

# %%
calm, calm_pdf = campaign(reserved_concurrency=5)
calm.backlog()

# %%
calm_pdf

# %% [markdown]
# :::answer
# All fifty, not one error. **A throttle is not a failure**: the handler never ran, so nothing was tried and nothing is counted,
# neither of the two retries. The event goes back into Lambda's queue and is tried again, at growing intervals, for up to
# {fact: lambda_.ASYNC_EVENT_AGE_DEFAULT_S}, or for as long as `MaximumEventAgeInSeconds` allows. (For the queues of unit 01 it was the
# wrong brake: there each throttle costs a message one of its receives, until it is in the dead-letter queue.)
#
# Look at the right half of the backlog, though. The work is a hundred seconds, in five lanes: twenty. It took **more than twice
# that**. After each throttle Lambda waits up to twice as long before it tries that event again, and lanes stood idle meanwhile. The
# interval grows from one second to at most five minutes. (Modelled: of each wait a random part is waited, so that the events don't
# come back together. On AWS the intervals are longer still when the queue holds many entries.) A queue with a maximum concurrency is
# quicker at this. Lambda's queue is safe, and in no hurry.
# :::

# %%
calm.passport(json.dumps({"order": "order-49"}))  # how one of the fifty saw it

# %% [markdown]
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
# At once, untried. Zero is not "very few", it is "off", and Lambda does not keep events for a function that is off: they go
# straight to the dead-letter queue or, without one, are lost.
# :::

# %% [markdown]
# ### Which limit?
#
# The campaign on sliders, for other limits, other services, other campaigns.

# %%
def campaign_day(reserved_concurrency=5, latency_s=2.0, invoices=50):
    return campaign(reserved_concurrency, latency_s, [f"order-{n}" for n in range(invoices)])[0]


Explorer(
    campaign_day,
    reserved_concurrency=[None, 1, 2, 4, 5, 6, 10],
    latency_s=(1.0, 10.0, 1.0),
    invoices=(5, 100, 5),
    show=("backlog", "summary"),
)

# %% [markdown]
# Things to find out:
#
# 1. Reserved concurrency 6, one more than the PDF service can serve. How many invoices are missing? Say a number first.
# 2. Reserved concurrency 1: is every invoice made, and when is the last?
#
# :::tried
# ```python
# for limit in (5, 6, 10, None):
#     print(limit, campaign(reserved_concurrency=limit)[1])
# ```
#
# ```text
# 5 <https://pdf.example: 50 calls, 50 ok, at most 5 at once>
# 6 <https://pdf.example: 135 calls, 15 ok, 120 refused, at most 5 at once>
# 10 <https://pdf.example: 135 calls, 15 ok, 120 refused, at most 5 at once>
# None <https://pdf.example: 135 calls, 15 ok, 120 refused, at most 5 at once>
# ```
#
# Thirty-five, as if there were no limit at all. A call that is refused fails within a millisecond and makes room for the next
# event, so the sixth lane alone uses up the tries of all that wait. A limit protects only if it is low enough.
# :::
#
# :::tried
# ```python
# cloud, pdf = campaign(reserved_concurrency=1)
# print(pdf, f"after {cloud.elapsed:.0f} s")
# ```
#
# ```text
# <https://pdf.example: 50 calls, 50 ok, at most 1 at once> after 343 s
# ```
#
# Every one. A hundred seconds of work take almost six minutes, for the waits have grown long by the end.
# :::

# %%
quiz("02.no-room")

# %% [markdown]
# ## 6 · A quiet hour
#
# All is well now: no error, no throttle, one order every ten seconds. Each order should have one invoice.
#
# Lambda's queue delivers **at least once**. Now and then it delivers an event a second time, for reasons of its own. Here we ask for
# more of that than AWS would give: `duplicates=0.2`, every fifth.

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
{"errors": doubled.summary()["errors"]}

# %% [markdown]
# :::answer
# Two invoices for some orders, and no error anywhere. *At least once* is what Lambda promises for events, and a promise about
# *delivery* is never a promise about *work*. (An overloaded function may even lose one unrun. That is not modelled here.)
#
# No setting cures it. The handler must be **idempotent**: doing it twice has the effect of doing it once. So it has to
# remember what it did, outside of its own memory, because the second run may be in another environment, at the same moment.
# :::
#
# ### By hand
#
# Before it works, the handler writes the order into a table: its **claim** on this invoice. DynamoDB can write an item **on the
# condition that it is not there yet**. Of two runs that try, one succeeds and one is refused. That is the whole trick, and it takes
# one call. *Look first, then write* takes two, and both runs would look before either writes.

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
# Fifteen. For the other five the PDF service failed once, Lambda ran the event again, and there is no invoice all the same.
# :::

# %%
missing = next(f"order-{n}" for n in range(20) if f"order-{n}" not in made)
trap.passport(json.dumps({"order": missing}))  # in which line does it go wrong?

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
# Twenty orders, twenty invoices, through duplicates and errors. Two holes are left. If the function is *stopped*, by its timeout,
# between the two steps, no `except` runs, and the claim stays: so a claim needs a time after which it no longer counts. And if the
# invoice was made, and the *answer* was lost on its way, the claim is given back all the same, and the retry makes a second invoice.
#
# **Change it.** In `invoice_once`, look first with `get_item` and then write without a condition. How many invoices are there in
# the quiet hour?
#
# :::tried
# ```python
# import urllib.request
#
# import boto3
#
# dynamodb = boto3.client("dynamodb")
#
#
# def invoice_after_a_look(order, context):
#     key = {"order_id": {"S": order["order"]}}
#     if "Item" in dynamodb.get_item(TableName="invoices", Key=key):
#         return
#     dynamodb.put_item(TableName="invoices", Item=key)
#     urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()
#
#
# made = quiet_hour(invoice_after_a_look)[1]
# sum(made.values()), [order for order, times in made.items() if times > 1]
# ```
#
# ```text
# (23, ['order-6', 'order-9', 'order-13'])
# ```
#
# Three orders have two invoices still. The two runs of one event begin at the same moment, both look, both find nothing, and both
# write. (The fourth was lucky: its second run had a cold start, and looked when the first had written.)
# :::

# %% [markdown]
# ## What you predicted

# %%
predictions("02")

# %% [markdown]
# ## Quiz

# %%
quiz("02")

# %% [markdown]
# ## What changed since
#
# The first row belongs to this unit. The last is a new word in the documentation, for the kind of function that you write here. The
# rows in between are about the queues of unit 01.

# %%
what_changed("lambda")

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Permissions.** checkout's role needs `lambda:InvokeFunction` for `invoice`; invoice's role needs `sqs:SendMessage` for its
#   dead-letter queue.
# - **Claims pile up.** The DynamoDB table wants an expiry (TTL), or it grows for ever.
# - **The waits are not exact.** About one minute, about two. After throttles AWS waits from a second to five minutes, and longer when
#   many events wait; ours doubles, and of each wait a random part is waited.
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
#    Reserved concurrency protects what the function calls, if it is low enough; zero means off.
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
# [lab02-async-invoke](../labs/lab02-async-invoke.ipynb): five tasks about invoices that are lost, late, or made twice. Before task
# 3 read section 7. Next unit: [03-sns](03-sns.ipynb), where the publisher does not know who listens.

# %% [markdown]
# ## Further
#
# Three sections, each on its own; the line under a heading says what to run first.
#
# | section | about | minutes, at most |
# |---|---|---|
# | 7 | events that are too old | {minutes: 7} |
# | 8 | Powertools, and the choice of the key | {minutes: 8} |
# | 9 | an Explorer with all knobs | {minutes: 9} |

# %% [markdown]
# ## 7 · Too old
#
# Some work is worthless when it is late: a code for a login, a price that holds for a minute. `MaximumEventAgeInSeconds` says when to stop
# trying, from {fact: lambda_.ASYNC_EVENT_AGE_RANGE_S}. Twenty orders of the campaign, ten seconds each, one at a time, and a minute
# at most:

# %%
impatient, _ = campaign(reserved_concurrency=1, latency_s=10, orders=ORDERS[:20], MaximumEventAgeInSeconds=60)
impatient.backlog()

# %% [markdown]
# Six ran, the last of them past the minute, for it had started in time. The other 14 were dropped when they became a minute old. Not
# one failed.

# %% [markdown]
# ## 8 · Idempotent with a library
#
# A claim, done, failed, too old: the handler of section 6 has become a small state machine. Somebody has written it, and tested it.
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
# The second run met a claim that was not *done* yet. Our own handler went home at that point and trusted a run that might still be
# stopped in the middle. Powertools does not: it **raises**, so that Lambda comes back in a minute. By then there is a result, and the
# run returns it without making a second invoice. So this error in a log is no failure. It is a duplicate that was caught in the
# act.
#
# Two decisions remain yours. **The key**: which part of the event says that it is the same work? Here the order, because a
# customer who presses *Buy* again sends another event with another id. **The time**: after how long may the same key be new
# work again? The default is an hour. (It stands in the attribute `expiration` of each claim: on AWS, name that for the table's TTL.)
#
# **Change it.** In `invoice_once` of section 6, take `context.aws_request_id` as the key instead of the order, and run a quiet hour.
# Then hand over `order-0` once more. When is such a key good enough, and when is it not?
#
# :::tried
# ```python
# import urllib.request
#
# import boto3
#
# dynamodb = boto3.client("dynamodb")
#
#
# def invoice_once_per_event(order, context):
#     key = {"order_id": {"S": context.aws_request_id}}
#     try:
#         dynamodb.put_item(TableName="invoices", Item=key, ConditionExpression="attribute_not_exists(order_id)")
#     except dynamodb.exceptions.ConditionalCheckFailedException:
#         return
#     urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()
#
#
# cloud, made = quiet_hour(invoice_once_per_event)
# print(sum(made.values()), "invoices")
# hand_over(["order-0"])
# cloud.run()
# print(made["order-0"], "invoices of order-0, after a second click")
# ```
#
# ```text
# 20 invoices
# 2 invoices of order-0, after a second click
# ```
#
# Twenty: a repeated delivery has the same id, and so has a retry. A customer who presses *Buy* twice sends two events, and two
# invoices are made. The id is good enough where the sender never sends twice.
# :::

# %% [markdown]
# ## 9 · All knobs
#
# One burst of events, and everything you have met. Turn one knob at a time, and say *before* you let go what will happen. How to
# test such a system with pytest is in [unit 01](01-sqs.ipynb), section 11: it works for this one without a change. Whether a try
# fails depends here on the order, on which try it is, and on the error rate. So no other knob changes the luck.

# %%
import random
import urllib.request


def invoice_at_last(order, context):
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()

# %%
def burst_of_events(burst=30, error_rate=0.2, retries=2, event_age_s=3600, reserved_concurrency=5, handler_s=2.0):
    cloud = Cloud(seed=1)
    tries = Counter()

    def pdf_service(request):
        tries[request.text] += 1
        fails = random.Random(f"{request.text}, try {tries[request.text]}").random() < error_rate
        return (500, {}, "no") if fails else "made"

    cloud.downstream("https://pdf.example", latency_s=handler_s, capacity=None, handler=pdf_service)
    cloud.deploy(invoice_at_last, name="invoice", timeout=30, reserved_concurrency=reserved_concurrency)
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
#
# 1. Which knobs change how many are dead-lettered, and which only when they are done?
# 2. Errors at 0. Find two settings that still dead-letter events.
# 3. Error rate 1. Why is the backlog's last step at the same minute, whatever the burst, when reserved concurrency is off?
# 4. Reserved concurrency 1, event age 60. Then a handler of 0.1 seconds. What was the bottleneck?
#
# :::tried
# ```python
# for knob in ({}, {"error_rate": 0.4}, {"retries": 0}, {"event_age_s": 60}, {"reserved_concurrency": 20}, {"handler_s": 0.5}):
#     run = burst_of_events(**knob)
#     print(knob, run.summary()["dead_lettered"], f"dead-lettered, over after {run.elapsed:.0f} s")
# ```
#
# ```text
# {} 0 dead-lettered, over after 86 s
# {'error_rate': 0.4} 1 dead-lettered, over after 208 s
# {'retries': 0} 6 dead-lettered, over after 24 s
# {'event_age_s': 60} 6 dead-lettered, over after 60 s
# {'reserved_concurrency': 20} 0 dead-lettered, over after 69 s
# {'handler_s': 0.5} 0 dead-lettered, over after 65 s
# ```
#
# The error rate, the number of retries, and the age: a retry comes after a minute, and by then an event is too old that may be a
# minute old. Room and speed change only when all is over, as long as nothing grows too old while it waits.
# :::
#
# :::tried
# ```python
# for knob in ({"reserved_concurrency": 0}, {"reserved_concurrency": 1, "event_age_s": 60}):
#     print(knob, burst_of_events(error_rate=0, **knob).summary()["dead_lettered"])
# ```
#
# ```text
# {'reserved_concurrency': 0} 30
# {'reserved_concurrency': 1, 'event_age_s': 60} 10
# ```
#
# Switched off, or too old. Neither needs an error.
# :::
#
# :::tried
# ```python
# for burst in (1, 10, 100):
#     run = burst_of_events(burst=burst, error_rate=1, reserved_concurrency=None)
#     print(burst, f"{run.elapsed:.0f} s")
# ```
#
# ```text
# 1 186 s
# 10 186 s
# 100 186 s
# ```
#
# All start at once, all fail together, and all come back together: a minute later, and two minutes after that. Nobody waits for
# anybody.
# :::
#
# :::tried
# ```python
# for handler_s in (2.0, 0.1):
#     run = burst_of_events(reserved_concurrency=1, event_age_s=60, handler_s=handler_s).summary()
#     print(handler_s, run["dead_lettered"], "dead-lettered")
# ```
#
# ```text
# 2.0 16 dead-lettered
# 0.1 6 dead-lettered
# ```
#
# With two seconds it was the one lane. With a tenth there is room enough, and what remains are six that failed at their first try:
# for them a retry would come too late.
# :::
