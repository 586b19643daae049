# %% [markdown]
# # Lab 02 · Invoices: lost, late, and twice
#
# Marigold Books hands its invoices over with `InvocationType="Event"`, and since then five kinds of complaint have come in.
# Each can be put right with a few lines. You write a function for each task, and a check runs it in a world of its own, with a
# clock of its own, and tells you **what it saw**. It does not tell you what to do.
#
# - ✓ everything the task asks for held. Several designs do.
# - ✗ something happened that must not. The line says what, and to which order.
# - – not attempted.
#
# **Time** about 40 minutes. **You need** lesson 02, and its section 7 for task 3.

# %%
import json

import boto3

from sevenways import Cloud, check, hint

cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
aws_lambda = boto3.client("lambda")
sqs = boto3.client("sqs")

# %% [markdown]
# ## Task 1: ten books in a basket
#
# *"I bought ten books and had to wait twenty seconds."* Checkout makes the invoices one after another:

# %%
import json

import boto3


def checkout_today(basket, context):
    aws_lambda = boto3.client("lambda")
    for order in basket["orders"]:
        aws_lambda.invoke(FunctionName="invoice", Payload=json.dumps({"order": order}))
    return "thank you"

# %% [markdown]
# The function `invoice` takes one order, such as `{"order": "order-0"}`, and needs two seconds for it. It stays as it is. **In
# the end** every order of the basket has one invoice, and the customer has not waited for any of them.
#
# A handler's cell carries its own imports.

# %% tags=["exercise"]
import json

import boto3


def checkout(basket, context):
    """Hand each order of the basket to `invoice`."""
    # BEGIN SOLUTION
    aws_lambda = boto3.client("lambda")
    for order in basket["orders"]:
        aws_lambda.invoke(FunctionName="invoice", InvocationType="Event", Payload=json.dumps({"order": order}))
    return "thank you"
    # END SOLUTION

# %%
check("lab02.hand_off", checkout)

# %% [markdown]
# Stuck? A check that is not content has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab02.hand_off")

# %% [markdown]
# ## Task 2: nobody can say what is missing
#
# *"Our books don't balance. Which invoices were never made?"* Nobody knows. `order-4` has no address, so its invoice fails at
# every run, and after the last one it is gone. `order-7` is unlucky: the PDF service refuses it for half a minute.
#
# `keep_failures` gets the name of the function. **You may** make resources, and change the function's settings. **Return** the
# URL of the queue in which the operator finds, **the next morning**, what failed for good. **In the end** the event of `order-4` is
# there, as it was sent, and nothing else; and every other order has its invoice.

# %% tags=["exercise"]
def keep_failures(function):
    """Keep the events that fail for good. Returns the URL of the operator's queue."""
    # BEGIN SOLUTION
    queue = sqs.create_queue(QueueName="failed-invoices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws_lambda.update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": arn})
    return queue
    # END SOLUTION

# %%
check("lab02.keep_failures", keep_failures)

# %% [markdown]
# ## Task 3: a code for a login
#
# *"My login code came at a quarter past. I had asked for it at twelve."* The function `login-code` sends one in ten seconds.
# Its provider allows two at a time, so it has a reserved concurrency of 2, and that stays. At noon forty people want a code. A
# code is good for **five minutes**. The provider stumbles over one of them, once.
#
# `too_late` gets the name of the function. **In the end** no run starts when its event is older than five minutes, and no event
# is given up that is younger.

# %% tags=["exercise"]
def too_late(function):
    """Let events that are too old be dropped, and only those."""
    # BEGIN SOLUTION
    aws_lambda.put_function_event_invoke_config(FunctionName=function, MaximumEventAgeInSeconds=5 * 60)
    # END SOLUTION

# %%
check("lab02.too_late", too_late)

# %% [markdown]
# ## Task 4: once
#
# *"I have paid once, and have two invoices."* Some events run twice, as they may. One customer pressed *Buy* twice within two
# seconds; and one was nervous and pressed it again, some minutes later: another event, the same order. On the second day of the check the PDF service fails for one
# call in four, too, and on the third it is down for half a minute.
#
# A DynamoDB table `invoices` exists; its key is the text `order_id`. The handler of today:

# %%
import urllib.request


def invoice_today(order, context):
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()

# %% [markdown]
# **In the end** every order has one invoice: none has two, and none is missing. By hand or with a library, as you like. The
# function's timeout is ten seconds, the PDF service needs two.

# %% tags=["exercise"]
import urllib.request

import boto3


def invoice_once(order, context):
    """Make the invoice of this order, unless it is made already."""
    # BEGIN SOLUTION
    dynamodb = boto3.client("dynamodb")
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
    # END SOLUTION

# %%
check("lab02.once_only", invoice_once)

# %% [markdown]
# ## Task 5: the storm
#
# An open one. *"After each campaign two thirds of the invoices are missing."* Fifty orders arrive at once. The PDF service
# serves five calls at once, two seconds each, and refuses the sixth. The handler is `invoice_today`, and the events come as
# they come.
#
# `prepare` gets the name of the function, before the campaign. **In the end** no call was refused, no event was given up, and
# all fifty invoices exist after **two minutes**.

# %% tags=["exercise"]
def prepare(function):
    """Make the function ready for the storm."""
    # BEGIN SOLUTION
    aws_lambda.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=5)
    # END SOLUTION

# %%
check("lab02.pdf_storm", prepare)

# %% [markdown]
# When all five say ✓: the storm of task 5 took 49 seconds for twenty seconds of work. What would you put between
# checkout and `invoice` to be done in half of that, still with five at once? You have built it in [lab
# 01](../labs/lab01-sqs.ipynb). What would it cost you, that you get for nothing here?
