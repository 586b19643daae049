# %% [markdown]
# # 00 · Start here: who waits, who fails, and how to read the pictures
#
# Marigold Books sells books online. When a customer presses *Buy*, three things must happen: the card is charged, the book is
# packed, and a thank-you letter goes out. The customer looks at a spinning wheel while all three are done. This course is about
# the question behind that wheel: **what if you hand the work over, and don't wait?**
#
# **By the end you can**
# - say what changes when work is handed over: who waits, and who hears of a failure;
# - deploy a function from a cell, run it, change it, and say which code is running;
# - read the four pictures of this course: diagram, timeline, backlog and passport;
# - place the seven ways of AWS by three questions.
#
# **Time** about 25 minutes, and 15 for the lab. **You need** Python. No AWS account, no Docker, no network.
#
# Every cell below runs against a simulated AWS on your machine: real boto3 calls, real Lambda handlers, and a clock of its own, so
# that a day passes in a moment. Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and take a choice,
# before you go on: it is kept for you. What the next cells show stays folded until you run them, and the explanation until you
# open it. A wrong prediction is the best thing that can happen to you here.

# %% [markdown]
# **The map of the course**, and how far you are. This is your way back here from every lesson and lab. Run the cell with Shift+Enter
# whenever you want to see what you have done.
#
# Three things in JupyterLab are worth knowing on the first day:
#
# - **The contents panel**, the list icon on the left edge, shows the sections of a notebook. A click jumps to one.
# - **Run → Run All Above Selected Cell** brings you back to where you were. You need it after a break: the kernel, which is the
#   Python behind a notebook, forgets everything when it restarts. Each section says what it needs.
# - **What you write stays yours.** This is your own copy of the lesson. Corrections never overwrite a notebook in which you have
#   written, and `make start-over UNIT=01` brings unit 01 back as it was. It keeps yours as a backup.

# %%
from sevenways import course_map

course_map()

# %%
import json

import boto3

from sevenways import Cloud, Explorer, predict, predictions, progress, quiz, who_retries
from sevenways.facts import cards, lambda_, modelled

aws_lambda = boto3.client("lambda")  # an ordinary client: it reaches whatever Cloud is open

# %% [markdown]
# ## 1 · Who waits?
#
# Three handlers, as you would deploy them to AWS Lambda. Charging talks to a slow payment provider, so it takes two seconds. The
# other two take one second each.

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
# And the checkout. It is the cell itself here: this cell is what the web server of the shop would do for one customer.
# `Cloud()` opens an empty AWS account. `deploy` makes a Lambda function of a handler. `invoke` is AWS's own call.

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
# This is a **timeline**. Each lane is an *execution environment*, a place where a function runs; each bar is one *invocation*,
# a run. Time goes from left to right. The three bars stand one after another, and the customer waited for the sum: 2 + 1 + 1
# seconds, and three times 0.2 for a *cold start*, the making of a new environment.
#
# Now hand the work over. `Event` means: take this, I won't wait. It is an **asynchronous invocation**.

# %%
predict("00.work-done")

# %%
handed_over = checkout("Event")
handed_over.timeline()

# %% [markdown]
# :::answer
# The customer waited 0.0 seconds, and the three functions ran side by side, so the work is done as soon as the slowest is.
# What the customer got instead of a result is this status, which means *accepted*:
# :::

# %% tags=["hide-input"]
lambda_.ASYNC_STATUS

# %% [markdown]
# :::answer
# Two things changed at once, and they are easy to confuse. Nobody waits for the work, **and** the work need not wait for other
# work.
# :::
#
# **Change it.** Make `newsletter` sleep for 2 seconds in its cell, and no longer: a function is stopped after three unless you say
# more. Run that cell, then the two timelines again. How long does the customer wait now, in each of the two?

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
# Three minutes passed, and three invocations. `run()` lets the virtual time pass until there is no work left. To see what
# happened to this one event, ask for its **passport**: the life of one message, from top to bottom. An event is known by the id
# of the request.
# :::

# %%
letter = answer["ResponseMetadata"]["RequestId"]
cloud.passport(letter)

# %% [markdown]
# :::answer
# The caller went home with its 202 before the first run. Lambda kept the event **in a queue of its own**, ran the
# function, saw it fail, waited about a minute, ran it again, waited two minutes, ran it a third time. Then it gave the event
# up. Nobody was told. The one place that knows is the function's log:
# :::

# %%
[(f"{line.at:.0f} s", line.message.splitlines()[0]) for line in cloud.logs("newsletter") if "ERROR" in line.message]

# %% [markdown]
# :::answer
# The first error belongs to the synchronous call, the other three to the event. This is the trade of the whole course: **who
# does not wait for the work does not hear how it ended.** Somebody else has to keep the message, try again, and put away what
# can't be done. In every unit we ask the same question of a service:
# :::

# %% tags=["hide-input"]
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
# ### Your own slider
#
# A small shop, four customers, one every second. This time checkout is a function, too, so that its waiting shows up as a bar.
# And charging calls a payment provider over HTTP: `https://payments.example` is a system inside the simulation, slow and
# fragile on demand.

# %%
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

# %%
def small_shop(how="RequestResponse", latency_s=2.0, error_rate=0.0, customers=4):
    cloud = Cloud(seed=1)
    cloud.downstream("https://payments.example", latency_s=latency_s, error_rate=error_rate, capacity=None)
    cloud.deploy(checkout_function, name="checkout", timeout=30)
    cloud.deploy(charge_over_http, name="charge", timeout=30)
    for handler in (pack, newsletter):
        cloud.deploy(handler)
    for n in range(customers):
        order = json.dumps({"order": f"order-{n}", "how": how})
        cloud.at(n, lambda order=order: aws_lambda.invoke(FunctionName="checkout", Payload=order))
    cloud.run()
    return cloud


Explorer(
    small_shop,
    how=["RequestResponse", "Event"],
    latency_s=(0.5, 10.0, 0.5),
    error_rate=(0.0, 1.0, 0.1),
    customers=(1, 20),
    show=("timeline",),
)

# %% [markdown]
# Without a mouse: Tab goes from knob to knob, the arrows left and right move a slider, Space opens a list and ticks a choice.
#
# The lanes of `checkout` are the customers: the longer a bar, the longer somebody waits. Things to find out:
#
# - Move the latency up. Who waits longer? Then choose `Event`, and move it again.
# - Back to `RequestResponse`, error rate 0.4. How many customers see an error? Which of their books are packed?
# - The same with `Event`. How many customers see an error now? How long does the timeline become, and why?
# - In `RequestResponse` two functions run, and are paid for, while one works. Which one pays for the other?

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
# notebook, not the cloud. So a changed handler has to be deployed again:
# :::

# %%
cloud.deploy(print_label)
aws_lambda.invoke(FunctionName="print-label")
[line.message for line in cloud.logs("print-label").printed]

# %% [markdown]
# For the same reason a handler's cell carries **its own imports and everything else it uses**. The package holds that cell and
# nothing of the rest of the notebook. If you forget it, `deploy` says so:

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
# cell calls `time.sleep`. `cloud.at` puts something into the diary, at a number of seconds after opening. Tomorrow at eight,
# one more label:

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
# is red and striped: that is `order-19`. A little later it comes back, and then once more.
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

# %%
print(packing.backlog())

# %% [markdown]
# **Change it.** Try `packing_room(at_most=2).timeline()`, and then 4. When is the last good order packed? Say it before you look.

# %% [markdown]
# ## 5 · Seven ways: where to go next
#
# AWS has seven common ways to hand a message to a function. You have seen two of them today. Each is a unit of this course, and
# three questions tell them apart: **who holds a message while it waits? Who moves it? Who tries again?**

# %%
predict("00.who-holds-it")

# %% [markdown]
# :::answer
# :::

# %% [markdown]
# :::answer
# | unit | the way | who holds a waiting message | pushed or polled | who tries again |
# |---|---|---|---|---|
# | [01](01-sqs.ipynb) | **SQS**, a queue | the queue | polled, by a mapping of Lambda | the queue, by showing it again |
# | [02](02-async-invoke.ipynb) | **Event invoke**, a call that does not wait | Lambda's own queue | pushed | Lambda |
# | [03](03-sns.ipynb) | **SNS**, a topic with subscribers | SNS, then each receiver's queue | pushed | SNS, then the receiver |
# | [04](04-eventbridge.ipynb) | **EventBridge**, a bus with rules | EventBridge, then each receiver's queue | pushed | EventBridge, then the receiver |
# | [05](05-dynamodb-streams.ipynb) | **DynamoDB Streams**, changes of a table | the stream, read or not | polled, in order | the mapping; what is behind it waits |
# | [06](06-kinesis.ipynb) | **Kinesis**, a stream of its own | the stream, read or not | polled, in order | the mapping; what is behind it waits |
# | [07](07-destinations.ipynb) | **Destinations**, what follows a run | Lambda's own queue | pushed, once it ended | Lambda, before it reports |
# :::
#
# How long a message may wait, in which order, for how many readers, and at what price: that differs, and the rest of the course
# is about it.
#
# The units don't build on each other, except that 01 is the best second one.
#
# ### Where the seven come from
#
# The course began with an article: which of the seven to choose when, and how to put them together. It makes 45 claims. You will
# see nearly all of them run, and some of them no longer hold. [The article, then and now](../book/article.md) takes them one by
# one: what it says, what is true today, and the cell that shows it. It gives away many a surprise, so read it after the units.

# %% [markdown]
# ## 6 · What is modelled
#
# The course says nothing that AWS does not do. Where AWS publishes no number, or the number would be of no use in a notebook,
# we had to choose one, and the page says **modelled**. Each number about AWS is a *fact*, with its source. Ask one:

# %%
cards(lambda_.ASYNC_RETRIES_DEFAULT, lambda_.ASYNC_RETRY_WAITS_S)

# %%
cards(modelled.COLD_START_S, modelled.AWS_CALL_S, modelled.ENVIRONMENT_IDLE_S)

# %% [markdown]
# All of them are on the course's *Facts* page.
#
# And if you wonder whether any of this can reach a real AWS account of yours: no. As soon as `sevenways` is imported, no boto3 call
# of this notebook leaves your machine.

# %% [markdown]
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

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
# - **Calls take time**, also those of a web server: handing three events over takes some ten milliseconds, not none. It is
#   still not four seconds.
# - **Cold starts vary** with language, package and memory, and the waits between retries are not exact.
# - **Permissions.** The web server's role needs `lambda:InvokeFunction`. `deploy` made a role for each function here; in AWS
#   you, or your deployment tool, do.
# - In AWS's own pages a function as in this course is called an *Event Function* now:

# %%
lambda_.KINDS

# %% [markdown]
# ## Three things to remember
#
# 1. **Handing over means that nobody waits, and that nobody hears.** An accepted event is not a done one.
# 2. **A service in between holds the message and tries again.** Ask of each: who holds it, who moves it, who retries?
# 3. **`deploy` makes a copy, and the clock is virtual.** If the old code runs, you have not deployed. If nothing happens, you
#    have not run.
#
# **Who retries?** A call that waits: nobody, the caller decides. A call with `Event`: Lambda. The SDK: its own API call,
# nothing else.
#
# **What does it cost?** A synchronous chain pays twice, once for the function that works and once for the one that waits. Four
# orders each:

# %%
{how: f"${small_shop(how).summary()['cost_usd']:.6f}" for how in ("RequestResponse", "Event")}

# %% [markdown]
# ## The lab, and your progress
#
# [lab00-start-here](../labs/lab00-start-here.ipynb): four small tasks to get used to the tools. A lab is a notebook with holes;
# `check` says in one line whether an answer holds, or what it saw instead, and `hint` helps a little. What you have solved is
# kept on your machine:

# %% tags=["nbval-ignore-output"]
progress()

# %% [markdown]
# Next unit: [01-sqs](01-sqs.ipynb), a queue in front of a function.
