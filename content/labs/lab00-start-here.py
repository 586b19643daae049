# %% [markdown]
# # Lab 00 · Hand it over
#
# Four small tasks, to get used to the tools: hand work over, read a passport, ship new code, and live through an outage. You
# write a function for each task. A check runs it in a world of its own, with a clock of its own, and tells you **what it saw**.
# It does not tell you what to do.
#
# - ✓ everything the task asks for held. Several answers pass.
# - ✗ something was seen that must not be. What your code printed meanwhile is folded up below that line.
# - – not attempted.
#
# **Time** about 15 minutes. **You need** lesson 00.

# %%
import json

import boto3

from sevenways import Cloud, check, hint

# %% [markdown]
# ## Task 1: nobody waits
#
# Three functions exist in the cloud: `charge` (two seconds), `pack` and `newsletter` (one second each). Here is the checkout of
# today. Its customers wait for more than four seconds.

# %%
aws_lambda = boto3.client("lambda")


def checkout_today(order):
    for function in ("charge", "pack", "newsletter"):
        aws_lambda.invoke(FunctionName=function, Payload=json.dumps(order))

# %% [markdown]
# `hand_over` gets an order such as `{"order": "order-7"}`. **In the end** each of the three functions has run once for each
# order, and no customer has waited. Replace the line with `raise`, run the cell, then the check.

# %% tags=["exercise"]
def hand_over(order):
    """Let the three functions do their work for this order, without waiting."""
    # BEGIN SOLUTION
    for function in ("charge", "pack", "newsletter"):
        aws_lambda.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(order))
    # END SOLUTION

# %%
check("lab00.hand_over", hand_over)

# %% [markdown]
# Stuck? A check that is not content has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab00.hand_over")

# %% [markdown]
# ## Task 2: read a passport
#
# A bad evening: the letter service is down for the first hundred seconds. One event is handed over to `newsletter`.

# %%
import time
import urllib.request


def send_letter(event, context):
    time.sleep(2)  # writing takes a while
    urllib.request.urlopen("https://letters.example/letters", data=event["order"].encode()).read()

# %%
evening = Cloud(seed=1)
evening.downstream("https://letters.example").outage(0, 100)
evening.deploy(send_letter, name="newsletter")
answer = aws_lambda.invoke(FunctionName="newsletter", InvocationType="Event", Payload=json.dumps({"order": "order-0"}))
evening.run()

# %%
evening.passport(answer["ResponseMetadata"]["RequestId"])

# %% [markdown]
# How often did the handler run for this event? And at which second, counted from the beginning, did its **last** run start? A
# second more or less does not matter.

# %% tags=["exercise"]
runs = 3  # SOLUTION
last_run_s = 184  # SOLUTION

# %%
check("lab00.read_passport", runs, last_run_s)

# %% [markdown]
# ## Task 3: ship new code
#
# A function `pack` prints the labels of parcels. Its handler of today:

# %%
import time


def pack_old_label(event, context):
    time.sleep(1)
    print(f"Marigold Books: {event['order']}")

# %% [markdown]
# From now on a label reads `Marigold Books, since 1998: order-3`. Five parcels have been handed over to `pack` a moment ago and
# have not started yet; others follow. **Nobody who calls `pack` changes anything.** In the end every parcel has the new label,
# and one label.
#
# Write the handler:

# %% tags=["exercise"]
import time


def pack_new_label(event, context):
    """Print the new label for one parcel."""
    # BEGIN SOLUTION
    time.sleep(1)
    print(f"Marigold Books, since 1998: {event['order']}")
    # END SOLUTION

# %% [markdown]
# And bring it out. `ship` gets the open Cloud, and your handler.

# %% tags=["exercise"]
def ship(cloud, handler):
    """Make the callers of `pack` get the new handler."""
    # BEGIN SOLUTION
    cloud.deploy(handler, name="pack")
    # END SOLUTION

# %%
check("lab00.ship_new_code", pack_new_label, ship)

# %% [markdown]
# ## Task 4: two minutes without letters
#
# An open one. The letter service is down for **two minutes**, and in the first second ten customers press *Buy*: ten events for
# `newsletter`. Here is what runs today. After the outage ten readers have no letter, and Lambda reports ten successes and no
# failure.

# %%
import urllib.request


def newsletter_today(event, context):
    try:
        urllib.request.urlopen("https://letters.example/letters", data=event["order"].encode()).read()
    except OSError:
        print("no luck today")


def configure_today(function):
    aws_lambda.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)

# %% [markdown]
# **You may** write the handler anew, and choose what is configured. Your two functions take the place of today's: the check deploys
# your handler as a new function, with AWS's own settings, and then calls `configure`, which gets its name and may also do nothing. The
# function's timeout is three seconds unless you change it. **In the end** each of the ten readers has got one letter. An hour
# later, when nothing is wrong, two more customers press *Buy*: each of them gets one letter within a minute.
#
# A handler's cell carries its own imports. To try things first, build a world as in task 2.

# %% tags=["exercise"]
import urllib.request


def newsletter(event, context):
    """Send the letter for this order."""
    # BEGIN SOLUTION
    urllib.request.urlopen("https://letters.example/letters", data=event["order"].encode()).read()
    # END SOLUTION

# %% tags=["exercise"]
def configure(function):
    """Settings of the function, if you want any."""
    # BEGIN SOLUTION
    aws_lambda.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=2)
    # END SOLUTION

# %%
check("lab00.survive_two_minutes", newsletter, configure)

# %% [markdown]
# When all four say ✓, think about one thing more: what if the service is down for *four* minutes? Who would know? Lesson
# [02](../notebooks/02-async-invoke.ipynb) has the answer. The next unit is [01-sqs](../notebooks/01-sqs.ipynb).
