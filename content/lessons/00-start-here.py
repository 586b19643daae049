# %% [markdown]
# # 00 · Start here: who waits, who fails, and how to read the pictures
#
# Marigold Books sells books online. When a customer presses *Buy*, three things must happen: the card is charged, the book is
# packed, and a thank-you letter goes out. The customer looks at a spinning wheel while all three are done. This course is about
# the question that the wheel raises: **what if you hand the work over, and don't wait?**
#
# **By the end you can**
# - say what changes when work is handed over: who waits, and who hears of a failure;
# - deploy a function from a cell, run it, change it, and say which code is running;
# - read the four pictures of this course: diagram, timeline, backlog and passport.
#
# **Time** {minutes: core} minutes for the core, which ends with the quiz, and about 15 for the lab. What follows under *Further* is
# for whenever you like: {minutes: further} minutes on the seven ways and on what is modelled. **You need** Python. No AWS account, no
# Docker, no network.
#
# Every cell below runs against a simulated AWS on your machine: real boto3 calls, real Lambda handlers, and a clock of its own, so
# that a day passes in a moment. Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and make a choice,
# before you go on: it is kept for you. What the next cells show stays folded until you run them, and the explanation until you
# open it. A wrong prediction is the best thing that can happen to you here.

# %%
import json

import boto3

from sevenways import Cloud, Explorer, predict, predictions, progress, quiz, who_retries

aws_lambda = boto3.client("lambda")  # an ordinary client: it reaches whatever Cloud is open

# %% [markdown]
# ## The map
#
# The units of the course, and how far you are. *Course map*, at the top and at the end of every lesson and lab, leads back here. Run
# the cell with Shift+Enter whenever you want to see what you have done.

# %%
from sevenways import course_map

course_map()

# %% [markdown]
# Three things in JupyterLab are worth knowing on the first day:
#
# - **The contents panel**, the list icon on the left edge, shows the sections of a notebook. A click jumps to one.
# - **Run → Run All Above Selected Cell** brings you back to where you were. You need it after a break: the kernel, which is the
#   Python behind a notebook, forgets everything when it restarts. Each section says what it needs. An Explorer from before
#   the restart says that it has stopped: run its cell again.
# - **What you write stays yours.** This is your own copy of the lesson. Corrections never overwrite a notebook in which you have
#   written, and `make start-over UNIT=01` brings unit 01 back as it was. It keeps yours as a backup.

# %% [markdown]
# ## 1 · Who waits?
#
# Three handlers, as you would deploy them to AWS Lambda. Each takes a moment.

# %%
import time


def charge(event, context):
    time.sleep(2)
    print("charged", event["order"])


def pack(event, context):
    time.sleep(1)
    print("packed", event["order"])


def newsletter(event, context):
    time.sleep(1)
    print("thanked the buyer of", event["order"])

# %% [markdown]
# Before any theory, a slider. Four customers press *Buy*, one every second. `checkout` calls charge, pack and newsletter, one after
# another, and charge asks a payment provider, which is as slow as you make it. (Two cells of plumbing are folded here. They build
# this shop; you can read past them.)

# %% tags=["hide-input"]
import json
import urllib.request

import boto3


def checkout_function(order, context):
    aws_lambda = boto3.client("lambda")
    for function in ("charge", "pack", "newsletter"):
        answer = aws_lambda.invoke(FunctionName=function, InvocationType=order["how"], Payload=json.dumps(order))
        if "FunctionError" in answer:
            raise RuntimeError(f"Sorry! {function} failed.")


def charge_over_http(order, context):
    urllib.request.urlopen("https://payments.example/charges", data=order["order"].encode()).read()
    print("charged", order["order"])

# %% tags=["hide-input"]
def small_shop(how="RequestResponse", latency_s=2.0, error_rate=0.0, customers=4):
    """Customers at the checkout, one every second. `how` says how checkout calls the other three."""
    cloud = Cloud(seed=1)
    cloud.downstream("https://payments.example", latency_s=latency_s, error_rate=error_rate, capacity=None)
    cloud.deploy(checkout_function, name="checkout", timeout=60)
    cloud.deploy(charge_over_http, name="charge", timeout=30)
    for handler in (pack, newsletter):
        cloud.deploy(handler)
    for n in range(customers):
        order = json.dumps({"order": f"order-{n}", "how": how})
        cloud.at(n, lambda order=order: aws_lambda.invoke(FunctionName="checkout", Payload=order))
    cloud.run()
    return cloud


def waits(cloud):
    """Seconds that each customer waited: the billed time of each run of checkout, from its log."""
    reports = [line.message for line in cloud.logs("checkout") if line.message.startswith("REPORT")]
    return [int(report.partition("Billed Duration: ")[2].split()[0]) / 1000 for report in reports]

# %%
Explorer(small_shop, latency_s=(0.5, 10.0, 0.5), customers=(1, 20), show=("timeline",))

# %% [markdown]
# This is a **timeline**. Time goes from left to right, and each bar is one *invocation*, a run of a function. A lane is an *execution
# environment*, the place where a function runs; the light piece in front of a bar is a *cold start*, the making of a new environment.
# **Each bar of `checkout` is a customer who waits.**
#
# Without a mouse: Tab goes from knob to knob, the arrows left and right move a slider, Space opens a list and ticks a choice.
#
# Things to find out:
#
# 1. Move the latency from 2 to 5. How much longer does each customer wait?
# 2. Back to 2, and 20 customers. Does anybody wait for the customer before?
#
# :::tried
# ```python
# for latency_s in (2.0, 5.0):
#     print(latency_s, waits(small_shop(latency_s=latency_s)))
# ```
#
# ```text
# 2.0 [4.815, 4.815, 4.415, 4.215]
# 5.0 [7.815, 7.815, 7.415, 7.415]
# ```
#
# Three seconds more, since a customer waits for the sum of what checkout does. (The fourth gets a cold start on top: all that
# `charge` has is still busy for the three before her.)
# :::
#
# :::tried
# ```python
# twenty = waits(small_shop(customers=20))
# len(twenty), max(twenty)
# ```
#
# ```text
# (20, 4.815)
# ```
#
# Nobody. Lambda makes another environment when all are busy, so the lanes grow in number and the bars don't grow in length. Later
# customers even find environments that exist, and save the cold starts.
# :::
#
# ### The same in a cell
#
# Now step by step, with AWS's own calls, and one customer.

# %% [markdown]
# The checkout is the cell itself here: this cell is what the web server of the shop would do for one customer. `Cloud()` opens an
# empty AWS account. `deploy` makes a Lambda function of a handler. `invoke` is AWS's own call.

# %%
def checkout(invocation_type):
    cloud = Cloud(seed=1)
    for handler in (charge, pack, newsletter):
        cloud.deploy(handler)
    for function in ("charge", "pack", "newsletter"):
        order = json.dumps({"order": "order-0"})
        aws_lambda.invoke(FunctionName=function, InvocationType=invocation_type, Payload=order)
    print(f"The customer waited {cloud.elapsed:.1f} seconds.")
    cloud.run()
    return cloud

# %% [markdown]
# First the ordinary way. `RequestResponse` means: run the function, wait, give me the result. It is a **synchronous invocation**.

# %%
waiting = checkout("RequestResponse")
waiting.timeline()

# %% [markdown]
# The three bars stand one after another, and the customer waited for the sum: 2 + 1 + 1 seconds, and three times
# {fact: modelled.COLD_START_S} for cold starts.
#
# Now hand the work over. `Event` means: take this, I won't wait. It is an **asynchronous invocation**.

# %%
predict("00.work-done")

# %%
handed_over = checkout("Event")
handed_over.timeline()

# %% [markdown]
# :::answer
# The customer waited 0.0 seconds, and the three functions ran side by side, so the work is done as soon as the slowest is. What the
# customer got instead of a result is a status, **{fact: lambda_.ASYNC_STATUS | number}**, which means *accepted*.
#
# Two things changed at once, and they are easy to confuse. Nobody waits for the work, **and** the work need not wait for other
# work.
# :::
#
# **Change it.** Make `newsletter` sleep for 2 seconds in its cell, and no longer: a function is stopped after
# {fact: lambda_.TIMEOUT_DEFAULT_S} unless you say more. Run that cell, then the two timelines again. How long does the customer wait
# now, in each of the two, and when is the work done?
#
# :::tried
# ```python
# import time
#
#
# def newsletter(event, context):
#     time.sleep(2)
#
#
# for how in ("RequestResponse", "Event"):
#     print(f"{how}: done after {checkout(how).elapsed:.1f} s")
# ```
#
# ```text
# The customer waited 5.6 seconds.
# RequestResponse: done after 5.6 s
# The customer waited 0.0 seconds.
# Event: done after 2.2 s
# ```
#
# One second more for the customer who waits for all three. With `Event` nothing changes at all: newsletter and charge now take
# equally long, and they run side by side.
# :::

# %% [markdown]
# ## 2 · Who fails?
#
# So far everything went well. Now somebody has deleted the template of the letter.

# %%
def newsletter_broken(event, context):
    raise FileNotFoundError("thank-you.html")

# %%
cloud = Cloud(seed=1)
for handler, name in ((charge, "charge"), (pack, "pack"), (newsletter_broken, "newsletter")):
    cloud.deploy(handler, name=name)

order = json.dumps({"order": "order-0"})
answers = {name: aws_lambda.invoke(FunctionName=name, Payload=order) for name in ("charge", "pack", "newsletter")}
{name: answer.get("FunctionError", "went well") for name, answer in answers.items()}

# %% [markdown]
# Synchronously the caller hears of it. (`boto3` does not raise: the *call* went well, the *function* failed. So look for
# `FunctionError`.) The web server now has to say something to the customer. "Sorry, an error" would be a strange thing to say: the
# card has been charged, and the book is packed.

# %%
predict("00.who-hears")

# %%
answer = aws_lambda.invoke(FunctionName="newsletter", InvocationType="Event", Payload=order)
cloud.run()

# %% [markdown]
# :::answer
# Three minutes passed, and three invocations. `run()` lets the virtual time pass until there is no work left.
# :::
#
# To see what happened to this one event, ask for its **passport**: the life of one message, from top to bottom. An event is known by
# the id of the request.

# %%
letter = answer["ResponseMetadata"]["RequestId"]
cloud.passport(letter)

# %% [markdown]
# :::answer
# The caller went home with its 202 before the first run. Lambda kept the event **in a queue of its own**, ran the function, saw it
# fail, and ran it twice more, after about {fact: lambda_.ASYNC_RETRY_WAITS_S}. Then it gave the event up. Nobody was told.
# :::
#
# One place knows of it, the function's log:

# %%
[(f"{line.at:.0f} s", line.message.splitlines()[0]) for line in cloud.logs("newsletter") if "ERROR" in line.message]

# %% [markdown]
# :::answer
# The first error belongs to the synchronous call, the other three to the event. This is the trade of the whole course: **whoever
# does not wait for the work does not hear how it ended.** Something else has to keep the message, try again, and put away what
# can't be done.
# :::
#
# In every unit we ask the same question of a service: who tries again? Five parties could. What the mapping and the dead-letter queue
# are, section 4 and unit 01 will say.

# %% tags=["hide-input", "hide-output"]
who_retries(
    {"invoked, waiting for the result": None, "invoked with Event": "lambda"},
    {
        "sdk": "repeats its own call when that call fails; here it did not",
        "source": "waiting, it hears of the error and decides; with Event it has left",
        "lambda": "keeps the event, and runs the function twice more",
        "dead_letters": "there is none yet",
    },
    names={"source": "the caller"},
)

# %% [markdown]
# ### Handed over, and then?
#
# The small shop of section 1 again: four customers, and `checkout` hands all three pieces of work over with `Event`. Tonight the
# payment provider refuses **every** charge.

# %%
predict("00.paid-or-packed")

# %%
refused = small_shop("Event", error_rate=1.0)
paid = [line for line in refused.logs("charge") if line.message.startswith("charged")]
{"paid": len(paid), "packed": len(refused.logs("pack").printed)}

# %% [markdown]
# :::answer
# Four books are on their way, and nobody has paid. Handing over three pieces of work also means that **none of them waits for
# another**: `pack` started before `charge` had failed for the first time. Done one after another, the first error stopped the rest.
# So hand over what may happen in any order. What must come first either stays synchronous, or hands over the next step when it is
# done; units 07 and 08 come back to this.
# :::
#
# Here is the shop with all its knobs. Say what will happen before you let go.

# %%
Explorer(
    small_shop,
    how=["RequestResponse", "Event"],
    latency_s=(0.5, 10.0, 0.5),
    error_rate=(0.0, 1.0, 0.1),
    customers=(1, 20),
    show=("timeline", "summary"),
    labels={"how": "invocation type"},
)

# %% [markdown]
# Things to find out:
#
# 1. `RequestResponse`, error rate 0.4. How many customers see an error? Whose books are packed?
# 2. The same with `Event`. How many customers see an error now, and when is the last order charged?
# 3. Error rate 0. In `RequestResponse` two functions run, and are paid for, while one works. What does the table say that it costs,
#    and what with `Event`?
#
# :::tried
# ```python
# tonight = small_shop(error_rate=0.4)
# print(tonight.summary()["errors"], "runs failed")
# print([line.message for line in tonight.logs("pack").printed])
# ```
#
# ```text
# 4 runs failed
# ['packed order-0', 'packed order-2']
# ```
#
# Two customers: `charge` failed, and so `checkout` did, which makes two runs with an error for each of them. The books of those orders
# stay on their shelf.
# :::
#
# :::tried
# ```python
# tonight = small_shop("Event", error_rate=0.4)
# print(tonight.summary()["errors"], "runs failed")
# print(max(line.at for line in tonight.logs("charge") if line.message.startswith("charged")))
# ```
#
# ```text
# 2 runs failed
# 67.005
# ```
#
# None: checkout never hears of it. Lambda tries each failed charge again about a minute later, and so the timeline is more than a
# minute long.
# :::
#
# :::tried
# ```python
# {how: f"${small_shop(how).summary()['cost_usd'] * 250_000:.2f}" for how in ("RequestResponse", "Event")}
# ```
#
# ```text
# {'RequestResponse': '$19.37', 'Event': '$10.00'}
# ```
#
# That is for a million orders. A synchronous chain pays twice: once for the function that works, and once for the one that waits
# for it.
# :::

# %% [markdown]
# ## 3 · Which code runs, and on which clock?
#
# The course rests on a few rules about what runs where. The first one surprises everybody once. Here is a function that prints
# labels for parcels, deployed and used:

# %%
def print_label(event, context):
    print("Marigold Books")

# %%
cloud = Cloud(seed=1)
cloud.deploy(print_label)
aws_lambda.invoke(FunctionName="print-label")
cloud.logs("print-label").printed

# %% [markdown]
# (The name of a function is the handler's, with hyphens.) Marketing wants a new label. You change the code and run its cell:

# %%
def print_label(event, context):
    print("Marigold Books, since 1998")


# %%
predict("00.which-label")

# %%
aws_lambda.invoke(FunctionName="print-label")
cloud.logs("print-label").printed

# %% [markdown]
# :::answer
# `deploy` packed a *copy* of the code into a zip file, as AWS wants it. A cell that you run afterwards changes your
# notebook, not the cloud. So a changed handler has to be deployed again.
# :::

# %%
cloud.deploy(print_label)
aws_lambda.invoke(FunctionName="print-label")
[line.message for line in cloud.logs("print-label").printed]

# %% [markdown]
# A handler's cell carries **its own imports and everything else it uses**. `deploy` takes that cell, and nothing of the rest of the
# notebook. If you forget something, it says so:

# %%
GREETING = "Dear reader"

# %%
def greet(event, context):
    print(GREETING)

# %%
try:
    cloud.deploy(greet)
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# ### The clock
#
# Nothing here waits for real. Time passes when you call `cloud.run()`, when you wait for a synchronous invocation, or when a
# cell calls `time.sleep`. `cloud.at` schedules something, at a number of seconds after opening. Tomorrow at eight, one more label:

# %%
tomorrow_at_eight = (24 + 8) * 60 * 60
cloud.at(tomorrow_at_eight, lambda: aws_lambda.invoke(FunctionName="print-label"))
cloud.run()

# %%
f"{cloud.now:%Y-%m-%d %H:%M}", cloud.logs("print-label").printed[-1].message

# %% [markdown]
# More than a day in one cell. It was eight o'clock for everything in the cloud: `datetime.now()` in a handler is virtual, too,
# and so are the times of every message and every log line. Every Cloud opens on the first of January 2030, and **the same seed
# gives the same run**, to the byte.
#
# | | in a cell | in a handler |
# |---|---|---|
# | runs | in your notebook | in an execution environment of a function |
# | sees | all your variables | its own cell as it was when you deployed it, the event, and its environment variables |
# | `print` | below the cell | in `cloud.logs(name)` |
# | `time.sleep` | lets the virtual time pass | the same, and is paid for |
# | a boto3 call | takes no time | takes a few milliseconds |
#
# **Change it.** Let the label print `datetime.now()`. Where does the import go?
#
# :::tried
# ```python
# from datetime import datetime
#
#
# def print_label(event, context):
#     print("Marigold Books", datetime.now())
#
#
# cloud = Cloud(seed=1)
# cloud.deploy(print_label)
# aws_lambda.invoke(FunctionName="print-label")
# cloud.logs("print-label").printed
# ```
#
# ```text
#      0.200s  Marigold Books 2030-01-01 00:00:00.200001
# ```
#
# Into the handler's own cell. The clock shows the first of January 2030, a fifth of a second after opening: that was the cold start.
# :::

# %% [markdown]
# ## 4 · How to read the four pictures
#
# One run, four pictures. Twenty orders wait in a **queue**; a *mapping* takes them out one by one and calls `pack_one`, at most
# five at a time. Packing takes a second. There is one bad order in it: `order-19` has no address, so packing it fails every
# time. What was tried three times goes to a second queue, the **dead-letter queue**. Unit 01 explains every line of this; here
# you only read.

# %%
import time


def pack_one(event, context):
    for record in event["Records"]:
        time.sleep(1)
        if record["body"] == "order-19":
            raise ValueError("order-19 has no address")
        print("packed", record["body"])

# %%
def packing_room(at_most=5):
    cloud = Cloud(seed=1)
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName="orders-dlq")
    arn = "arn:aws:sqs:us-east-1:123456789012:"  # an ARN is a full name in AWS: service, Region, account, name
    redrive_policy = json.dumps({"deadLetterTargetArn": arn + "orders-dlq", "maxReceiveCount": 3})
    attributes = {"VisibilityTimeout": "6", "RedrivePolicy": redrive_policy}
    orders = sqs.create_queue(QueueName="orders", Attributes=attributes)["QueueUrl"]
    cloud.deploy(pack_one)
    aws_lambda.create_event_source_mapping(
        EventSourceArn=arn + "orders",
        FunctionName="pack-one",
        BatchSize=1,
        ScalingConfig={"MaximumConcurrency": at_most},
    )
    for n in range(20):
        sqs.send_message(QueueUrl=orders, MessageBody=f"order-{n}")
    cloud.run()
    return cloud


# %%
predict("00.twenty-orders")

# %%
packing = packing_room()
packing.timeline()

# %% [markdown]
# **The timeline: who worked when?** A lane is an environment, a bar an invocation, and its colour and its mark are the outcome.
#
# :::answer
# Twenty seconds of work in five lanes are four seconds, and a cold start in front. One bar of the last five
# is orange and striped: that is `order-19`. A little later it comes back, and then once more.
# :::

# %%
packing.backlog()

# %% [markdown]
# **The backlog: how much was where?** One panel a queue, and the height is a number of messages. Waiting; in flight, which
# means that somebody has taken it and nobody else sees it; done; dead-lettered. Look at the end of the curve: a system is
# healthy when *waiting* goes back to nothing. Here nineteen are done, and one lies in `orders-dlq`, where a person can look at
# it.

# %%
packing.passport("order-19")

# %% [markdown]
# **The passport: what happened to this one?** Read it from top to bottom: each receive, each attempt, each wait, and *why*.
# When you wonder about a number, take one message and ask for its passport. A message is named by its id, or by its text, as
# here.

# %%
packing.diagram()

# %% [markdown]
# **The diagram: what is there?** Drawn from the account as it is now, with live counts. Nobody drew it by hand, so it can't be
# out of date. A solid arrow shows where messages go. A dashed one shows where they go when somebody has given up on them.
#
# And a table, for the numbers of a run:

# %%
packing.summary()

# %% [markdown]
# Every copy of a message is in one place: processed, waiting, in flight, dead-lettered or lost. *Started more than once* counts
# messages on which work was begun twice: sooner or later you will ask what the first run did. The price is what AWS would
# charge.
#
# Every picture has a **text twin**, for a screen reader, a terminal, or a search: `print` it.
#
# :::answer
# The backlog, in words. Each line is a moment, and says what was where from then on. Look for the line on which *done* reaches 19:
# there the last good order is packed.
# :::

# %%
print(packing.backlog())

# %% [markdown]
# **Change it.** Try `packing_room(at_most=2).timeline()`, and then 4. When is the last good order packed? Say it before you look.
#
# :::tried
# ```python
# for at_most in (2, 4):
#     packed = [line.at for line in packing_room(at_most).logs("pack-one").printed if line.message.startswith("packed")]
#     print(f"{at_most} at a time: {max(packed):.1f} s")
# ```
#
# ```text
# 2 at a time: 10.2 s
# 4 at a time: 5.2 s
# ```
#
# Ten rounds of two, or five rounds of four, and a cold start in front. `order-19` is the last in line, so its further tries hold
# nobody up.
# :::

# %% [markdown]
# ## What you predicted

# %%
predictions("00")

# %% [markdown]
# ## Quiz

# %%
quiz("00")

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Calls take time**, also those of a web server: handing three events over takes some ten milliseconds, not none. That is
#   still far from four seconds.
# - **Cold starts vary** with language, package and memory, and the waits between retries are not exact.
# - **Permissions.** The web server's role needs `lambda:InvokeFunction`. `deploy` made a role for each function here; in AWS
#   you, or your deployment tool, do.
#
# ## Three things to remember
#
# 1. **Handing over means that nobody waits, and that nobody hears.** An accepted event is not a done one, and what was handed over
#    side by side does not wait for each other.
# 2. **What is handed over has to be kept somewhere, and tried again by somebody.** Ask of each way: who holds it, who moves it,
#    who retries?
# 3. **`deploy` makes a copy, and the clock is virtual.** If the old code runs, you have not deployed. If nothing happens, you
#    have not run.
#
# **Who retries?** A call that waits: nobody, the caller decides. A call with `Event`: Lambda. The SDK: its own API call,
# nothing else.
#
# **What does it cost?** You pay for runs and for their time. A synchronous chain pays twice, once for the function that works and
# once for the one that waits.

# %% [markdown]
# ## The lab, and your progress
#
# [lab00-start-here](../labs/lab00-start-here.ipynb): four small tasks to get used to the tools. A lab is a notebook with holes;
# `check` says in one line whether an answer holds, or what it saw instead, and `hint` helps a little. What you have solved is
# kept on your machine:

# %% tags=["nbval-ignore-output"]
progress()

# %% [markdown]
# Next unit: [01-sqs](01-sqs.ipynb), a queue in front of a function. Units 03 to 07 take 01 and 02 for granted, so read these two
# first.

# %% [markdown]
# ## Further
#
# Two short sections for whenever you like: where the seven ways stand, and what in this course is modelled. Neither is needed for the
# lab or for unit 01.

# %% [markdown]
# ## 5 · Seven ways: where to go next
#
# AWS has seven common ways to hand a message to a function. You have seen two of them today. Each is a unit of this course, and
# three questions tell them apart: **What holds a message while it waits? What moves it? What tries again?**

# %%
predict("00.who-holds-it")

# %% [markdown]
# :::answer
# :::

# %% [markdown]
# :::answer
# | unit | the way | what holds a waiting message | pushed or polled | what tries again |
# |---|---|---|---|---|
# | [01](01-sqs.ipynb) | **SQS**, a queue | the queue | polled, by a mapping of Lambda | the queue, by showing it again |
# | [02](02-async-invoke.ipynb) | **Asynchronous invocation**, a call that does not wait | Lambda's own queue | pushed | Lambda |
# | [03](03-sns.ipynb) | **SNS**, a topic with subscribers | SNS, then each receiver's queue | pushed | SNS, then the receiver |
# | [04](04-eventbridge.ipynb) | **EventBridge**, a bus with rules | EventBridge, then each receiver's queue | pushed | EventBridge, then the receiver |
# | [05](05-dynamodb-streams.ipynb) | **DynamoDB Streams**, changes of a table | the stream, read or not | polled, in order | the mapping; what comes after it waits |
# | [06](06-kinesis.ipynb) | **Kinesis**, a stream of its own | the stream, read or not | polled, in order | the mapping; what comes after it waits |
# | [07](07-destinations.ipynb) | **Lambda destinations**, what follows a run | Lambda's own queue | pushed, once it ended | Lambda, before it reports |
# :::
#
# How long a message may wait, in which order, for how many readers, and at what price: that differs, and the rest of the course
# is about it.
#
# You need not remember the table. Come back to it when you have met a few of them.
#
# ### Where the seven come from
#
# The course began with an article: which of the seven to choose when, and how to put them together. It makes 45 claims. You will
# see nearly all of them run, and some of them no longer hold. [The article, then and now](../book/article.md) takes them one by
# one: what it says, what is true today, and the cell that shows it. It gives away many a surprise, so read it after the units.

# %% [markdown]
# ## 6 · What is modelled
#
# The course aims to behave as AWS does. Where AWS publishes no usable number we chose one, and the text says **modelled**. Each
# number about AWS is a *fact*, and each fact names its source. Ask for some: two of AWS's, and three of ours.

# %%
from sevenways.facts import cards, lambda_, modelled

cards(lambda_.ASYNC_RETRIES_DEFAULT, lambda_.ASYNC_RETRY_WAITS_S)

# %%
cards(modelled.COLD_START_S, modelled.AWS_CALL_S, modelled.ENVIRONMENT_IDLE_S)

# %% [markdown]
# All of them are on the page [Facts](../book/facts.md).
#
# And if you wonder whether any of this can reach a real AWS account of yours: no. As soon as `sevenways` is imported, no boto3 call
# of this notebook leaves your machine.
