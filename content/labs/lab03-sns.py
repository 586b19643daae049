# %% [markdown]
# # Lab 03 · Who was told, and who was not
#
# Marigold Books publishes every new user to the topic `user-created`. It has been quiet ever since. Too quiet: five teams are missing
# something, and nobody saw an error. You write a function for each task, and a check runs it in a world of its own, with a clock
# of its own, and tells you **what it saw**. It does not tell you what to do.
#
# - ✓ everything the task asks for held. Several designs do.
# - ✗ something happened that must not. The line says what, and to whom.
# - – not attempted.
#
# **Time** about 45 minutes. **You need** lesson 03.

# %%
import json

import boto3

from sevenways import Cloud, check, hint

cloud = Cloud(seed=1)  # a world to try things in; the checks open their own
sns = boto3.client("sns")
sqs = boto3.client("sqs")
aws_lambda = boto3.client("lambda")

# %% [markdown]
# Two helpers from the lesson:

# %%
def make_queue(name, **attributes):
    """A queue, as its ARN. SQS wants every attribute as text."""
    texts = {key: str(value) for key, value in attributes.items()}
    url = sqs.create_queue(QueueName=name, Attributes=texts)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def allow(topic, endpoint):
    """Let the topic deliver to this queue or function. Both are ARNs."""
    if ":sqs:" in endpoint:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": endpoint,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        url = sqs.get_queue_url(QueueName=endpoint.split(":")[-1])["QueueUrl"]
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    else:
        aws_lambda.add_permission(
            FunctionName=endpoint, StatementId="from-sns", Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com", SourceArn=topic,
        )

# %% [markdown]
# ## Task 1: everybody, once
#
# *"We have subscribed a queue to the topic, and all four functions read it. Each of us gets a few users."*
#
# `fan_out` gets the ARN of the topic, and the four functions: a dictionary of name to ARN. They understand the events of a topic and
# of a queue. **This account checks who may be delivered to** (what roles allow is not checked). **In the end** each of the four has
# served each user once.

# %% tags=["exercise"]
def fan_out(topic, functions):
    """Connect the four functions to the topic."""
    # BEGIN SOLUTION
    for function in functions.values():
        allow(topic, function)
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    # END SOLUTION

# %%
check("lab03.fan_out", fan_out)

# %% [markdown]
# Stuck? A check that is not satisfied has a button for hints. This prints them, too, one at each run; for another task, change the
# name.

# %%
hint("lab03.fan_out")

# %% [markdown]
# ## Task 2: with and without the envelope
#
# The newsletter reads a queue that is subscribed to the topic. Next week it will switch to raw delivery, and on that day the queue
# will hold messages of both kinds. So the handler must take both.
#
# A message is a user: `{"user": "user-0", "email": "user-0@mail.example"}`. Some users leave a note, in a field of their own:
# `"Message": "Greetings from Graz"`. A note may be any text, and a user may have more fields. **In the end** the e-mail
# address of each user, as it is, was posted to `https://readers.example/` once. The handler's event is a batch from the queue. A
# handler's cell carries its own imports.

# %% tags=["exercise"]
import json
import urllib.request


def add_reader(event, context):
    """Post the e-mail address of each user, whether its message came in an envelope or raw."""
    # BEGIN SOLUTION
    for record in event["Records"]:
        user = json.loads(record["body"])
        if user.get("Type") == "Notification" and "TopicArn" in user:
            user = json.loads(user["Message"])
        urllib.request.urlopen("https://readers.example/", data=user["email"].encode()).read()
    # END SOLUTION

# %%
check("lab03.unwrap", add_reader)

# %% [markdown]
# ## Task 3: only mine
#
# *"We write to customers in Germany and Austria who have spent at least fifty euros. We get everybody."*
#
# A message: `{"user": "user-4", "country": "DE", "spent": 75}`. There are no message attributes. Some users have no country yet, and
# some have not spent anything, so the field is missing. `newsletter_filter` returns the `Attributes` for `sns.subscribe`: a
# dictionary of texts. **In the end** the newsletter's queue has those it asked for, and nobody else.

# %% tags=["exercise"]
def newsletter_filter():
    """The Attributes of the newsletter's subscription."""
    # BEGIN SOLUTION
    policy = {"country": ["DE", "AT"], "spent": [{"numeric": [">=", 50]}]}
    return {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": "MessageBody"}
    # END SOLUTION

# %%
check("lab03.only_mine", newsletter_filter)

# %% [markdown]
# ## Task 4: find the lost
#
# Two services are subscribed: the function `welcome`, and the queue of `fraud-check`. `user-4` has no name, so her letter fails at
# every run. And after a minute somebody deletes the queue of `fraud-check`, so `user-7` never gets there.
#
# `keep_what_is_lost` gets the ARN of the topic, the ARNs of the two subscriptions (a dictionary: `"welcome"`, `"fraud-check"`), and
# the name of the function. It runs before all this. **This account checks who may be delivered to** (what
# roles allow is not checked). **Return** a list of the URLs of the queues in which the operator looks. **In the end** the messages
# of both users are there, and no others.

# %% tags=["exercise"]
def keep_what_is_lost(topic, subscriptions, function):
    """Keep what can't be handed over, and what a handler can't do. Returns the URLs of the operator's queues."""
    # BEGIN SOLUTION
    lost = make_queue("lost-and-found")
    allow(topic, lost)
    for subscription in subscriptions.values():
        redrive = json.dumps({"deadLetterTargetArn": lost})
        sns.set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="RedrivePolicy", AttributeValue=redrive
        )
    aws_lambda.update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": lost})
    return [sqs.get_queue_url(QueueName="lost-and-found")["QueueUrl"]]
    # END SOLUTION

# %%
check("lab03.find_the_lost", keep_what_is_lost)

# %% [markdown]
# ## Task 5: ten minutes down
#
# An open one. *"The mailer was down for ten minutes. We lost every letter of that time."* Twenty users sign up when the outage
# begins. Afterwards the mailer takes **three** calls at once and refuses the fourth, and for two of the letters it will say "once
# more, please". `welcome` understands events from a topic, and from a queue, in an envelope or raw. It needs a second and a half for a
# letter, its timeout is 20 seconds, and it stays as it is.
#
# `connect` gets the ARN of the topic and the name of the function. Each delivery has to be one that AWS would allow. **In the end**,
# twenty minutes after the start, every user has one letter, none has two, no call was refused for being the fourth, and no message
# was given up on the way. A user who signs up half an hour after the start, when all is well, has a letter within a minute.

# %% tags=["exercise"]
def connect(topic, function):
    """Build what is between the topic and the function."""
    # BEGIN SOLUTION
    parked = make_queue("welcome-dlq")
    redrive = json.dumps({"deadLetterTargetArn": parked, "maxReceiveCount": "30"})
    queue = make_queue("welcome", VisibilityTimeout=60, RedrivePolicy=redrive)
    allow(topic, queue)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    aws_lambda.create_event_source_mapping(
        EventSourceArn=queue, FunctionName=function, BatchSize=1, ScalingConfig={"MaximumConcurrency": 3}
    )
    # END SOLUTION

# %%
check("lab03.ten_minutes_down", connect)

# %% [markdown]
# When all five say ✓: in task 5, how many times would SNS have tried if the mailer itself were subscribed, over HTTP? Section 4 of the
# lesson has the number. And which of the five complaints would an alarm have told you about? Name its metric.
