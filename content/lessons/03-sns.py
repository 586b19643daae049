# %% [markdown]
# # 03 · SNS: say it once, to whoever listens
#
# Somebody signs up at Marigold Books. Four services want to know: `welcome` writes a letter, `fraud-check` takes a closer look, the
# `newsletter` and the `warehouse` keep lists of their own. In unit 02 the caller had to know each of them by name. Here it knows
# **one name, a topic**, and says it once. Who listens is none of its business. That is the beauty of it, and the trap.
#
# **By the end you can**
# - let several services act on one event, without the publisher knowing any of them;
# - give each service only the messages it wants, and find out why one did not get what it expected;
# - find your message in what a subscriber receives, in either of its two forms;
# - say which of three dead-letter queues catches what;
# - build a subscriber that survives an outage of what it calls.
#
# **Time** {minutes: core} minutes for the core, which ends with the quiz, and about 45 for the lab. What stands under *Further* is
# for whenever you like: {minutes: further} minutes on batches, duplicates, and all the knobs at once. **You need** units 01 and 02: SNS
# hands over to their queues.
#
# Run each cell with Shift+Enter. Where it asks you to **predict**, run that cell and make a choice, before you go on: it is kept
# for you. What the next cells show stays folded until you run them, and the explanation until you open it.

# %%
import json
from collections import Counter

import boto3

from sevenways import Cloud, Explorer, pattern_tester, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.who_gets_what import who_gets_what
from sevenways.facts import cards
from sevenways.facts import sns as sns_facts

sns = boto3.client("sns")
sqs = boto3.client("sqs")
aws_lambda = boto3.client("lambda")

# %% [markdown]
# ## 1 · What does the publisher know?
#
# Two handlers. `check` is slow: five seconds for each user.

# %%
import json
import time


def welcome(event, context):
    for record in event["Records"]:
        user = json.loads(record["Sns"]["Message"])
        print("welcome", user["user"])


def check(event, context):
    time.sleep(5)
    for record in event["Records"]:
        print("checked", json.loads(record["Sns"]["Message"])["user"])

# %% [markdown]
# A topic, and the first subscription, with the ordinary calls:

# %%
cloud = Cloud(seed=1)
users = sns.create_topic(Name="user-created")["TopicArn"]
welcome_arn = cloud.deploy(welcome)
sns.subscribe(TopicArn=users, Protocol="lambda", Endpoint=welcome_arn)
sns.publish(TopicArn=users, Message=json.dumps({"user": "user-0"}))
cloud.run()
cloud.diagram()

# %% [markdown]
# It works here, and the diagram has a complaint. On AWS **the subscriber must allow the topic in**: a function has a policy that
# says who may invoke it, and a queue has one that says who may send. Without it AWS refuses the delivery, and the publisher never
# hears of it. So here are three helpers for the rest of the lesson, folded, since they make no more than what you would write in a
# template: `make_queue`, `allow`, and `subscribe`, which allows and subscribes.

# %% tags=["hide-input"]
def make_queue(name, **attributes):
    """A queue, as its ARN. SQS wants every attribute as text."""
    texts = {key: str(value) for key, value in attributes.items()}
    url = sqs.create_queue(QueueName=name, Attributes=texts)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def allow(topic, endpoint):
    """Let the topic deliver to this queue or function."""
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


def subscribe(topic, endpoint, **attributes):
    """Subscribe a queue or a function, let the topic in, and return the subscription's ARN."""
    allow(topic, endpoint)
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in attributes.items()}
    return sns.subscribe(
        TopicArn=topic, Protocol=endpoint.split(":")[2], Endpoint=endpoint, Attributes=texts, ReturnSubscriptionArn=True
    )["SubscriptionArn"]

# %% [markdown]
# And the publisher. All it knows is one ARN:

# %%
COUNTRIES = ["DE", "AT", "FR", "IT"]


def new_user(number):
    """user-0 is from Germany, user-1 from Austria, and so on in turn. As JSON."""
    user = {"user": f"user-{number}", "country": COUNTRIES[number % 4], "email": f"user-{number}@mail.example"}
    return json.dumps(user)


def sign_up(topic, number):
    """Somebody signs up. Returns the message's id."""
    return sns.publish(TopicArn=topic, Message=new_user(number))["MessageId"]

# %%
def four_services():
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    subscribe(topic, cloud.deploy(welcome))
    subscribe(topic, cloud.deploy(check, name="fraud-check", timeout=10))
    subscribe(topic, make_queue("newsletter"))
    subscribe(topic, make_queue("warehouse"))
    for number in range(20):
        sign_up(topic, number)
    return cloud, topic


# %%
predict("03.slow-neighbour")

# %%
cloud_of_four, topic = four_services()
cloud_of_four.run()
cloud_of_four.timeline()

# %% claims=["N3"]
cloud_of_four.diagram()

# %% [markdown]
# :::answer
# Twenty messages, four subscriptions, eighty deliveries. Each delivery goes its own way: the slow one delays nobody.
# **Several independent tasks from one event.** The functions start at once; the queues fill up and wait to be read.
# :::

# %%
predict("03.one-more-team")

# %% claims=["N2"]
cloud, topic = four_services()
subscribe(topic, make_queue("loyalty"))
sign_up(topic, 20)
cloud.run()
cloud.diagram()

# %% [markdown]
# :::answer
# Nothing: the loyalty team subscribed, with its own code, at its own time. **The publisher knows no subscriber.**
# But look at the numbers. `loyalty` got **one** user, the one who signed up after it had subscribed. A standard topic has no memory:
# it makes its copies at the moment of publishing, for the subscribers of that moment. (A FIFO topic can keep an archive and
# replay it, for {fact: sns.FIFO_ARCHIVE_RANGE_DAYS}.)
# :::
#
# **Change it.** Publish to a new topic that has no subscription, run, and look at `cloud.summary()["lost"]`. Did the publisher
# notice?
#
# :::tried
# ```python
# cloud = Cloud(seed=1)
# lonely = sns.create_topic(Name="user-deleted")["TopicArn"]
# status = sns.publish(TopicArn=lonely, Message=new_user(0))["ResponseMetadata"]["HTTPStatusCode"]
# cloud.run()
# status, cloud.summary()["lost"]
# ```
#
# ```text
# (200, 1)
# ```
#
# No: SNS took the message, and that is all `publish` reports. There was nobody to make a copy for, so the message is gone. Only the
# pictures here count it as lost; on AWS nothing does.
# :::

# %% [markdown]
# ## 2 · Only my country
#
# The newsletter is written in German, and goes to Germany only. Of twenty users, five live there. The team gives its subscription a
# **filter policy**, a rule for what it wants to be told:

# %%
def german_newsletter(**attributes):
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    subscribe(topic, make_queue("warehouse"))
    subscribe(topic, make_queue("newsletter"), **attributes)
    message_ids = [sign_up(topic, number) for number in range(20)]
    cloud.run()
    return cloud, message_ids


# %%
predict("03.only-germany")

# %%
filtered, message_ids = german_newsletter(FilterPolicy={"country": ["DE"]})
filtered.diagram()

# %% [markdown]
# :::answer
# None, and nobody sees an error. `user-0` lives in Germany, and was turned away like all the others. Her passport says why.
# :::

# %% claims=["misconception 11"]
filtered.passport(message_ids[0])  # user-0, who lives in Germany

# %% [markdown]
# :::answer
# A filter policy reads the **message attributes**, unless you say otherwise. They are a second place beside the body, which a publisher
# may fill with `MessageAttributes`. This message had none, so it has no country there. The next cell tries it the other way round.
# :::

# %%
# everybody who is not from France, Austria or Italy
others = {"country": [{"anything-but": ["FR", "AT", "IT"]}]}
turned_round, message_ids = german_newsletter(FilterPolicy=others)
turned_round.passport(message_ids[0])

# %% [markdown]
# :::answer
# None again. `anything-but` means *a value, and not this one*. **A missing attribute does not count as different**; only
# `{"exists": false}` matches it.
#
# What we need is another place to look. For years the attributes were all that a filter could read, and many texts still say so. Now
# a subscription has a `FilterPolicyScope`. Unless you set it, it is `{fact: sns.FILTER_SCOPE_DEFAULT}`; the other value is
# `MessageBody`.
# :::

# %% claims=["N5"]
german, _ = german_newsletter(FilterPolicy={"country": ["DE"]}, FilterPolicyScope="MessageBody")
german.diagram()

# %% [markdown]
# :::answer
# Five. **A subscriber takes a subset, and no publisher was changed.** And the warehouse has all twenty: a filter belongs to *one*
# subscription and takes nothing away from the others. The filter of a mapping on a shared queue (unit 01) is different: it deletes.
# :::
#
# ### Your own filters
#
# Six messages, four subscriptions, three filters. The country and the money spent stand in the body, where they are known; some messages
# have an attribute `plan`, and one has its country there, too. These are the messages:

# %%
def text(value):
    return {"DataType": "String", "StringValue": value}


MESSAGES = [
    {"Message": json.dumps({"user": "user-0", "country": "DE", "spent": 0})},
    {"Message": json.dumps({"user": "user-1", "country": "AT", "spent": 120}), "MessageAttributes": {"plan": text("gold")}},
    {"Message": json.dumps({"user": "user-2", "country": "FR", "spent": 80}), "MessageAttributes": {"plan": text("free")}},
    {"Message": json.dumps({"user": "user-3", "spent": 250}), "MessageAttributes": {"plan": text("gold")}},
    {"Message": json.dumps({"user": "user-4", "country": "DE", "spent": 99}), "MessageAttributes": {"country": text("DE")}},
    {"Message": "user-5 signed up by telephone"},
]

# %% [markdown]
# And these are the subscriptions. (The next cell is plumbing: it makes them, and a picture of what each of them gets.)
#
# | queue | filter policy | scope |
# |---|---|---|
# | `newsletter` | `{"country": ["DE", "AT"]}` | `MessageBody` |
# | `loyalty` | `{"plan": ["gold"]}` | `MessageAttributes` |
# | `fraud-check` | `{"spent": [{"numeric": [">=", 100]}]}` | `MessageBody` |
# | `warehouse` | none | |

# %% tags=["hide-input"]
def in_words(message):
    """The attributes of a message, for the picture."""
    found = message.get("MessageAttributes", {})
    return ", ".join(f"attribute {name}: {value['StringValue']}" for name, value in found.items())


def playground(
    newsletter='{"country": ["DE", "AT"]}', newsletter_scope="MessageBody",
    loyalty='{"plan": ["gold"]}', loyalty_scope="MessageAttributes",
    fraud_check='{"spent": [{"numeric": [">=", 100]}]}', fraud_check_scope="MessageBody",
):
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    filters = {
        "newsletter": (newsletter, newsletter_scope),
        "loyalty": (loyalty, loyalty_scope),
        "fraud-check": (fraud_check, fraud_check_scope),
        "warehouse": ("{}", "MessageAttributes"),
    }
    for name, (policy, scope) in filters.items():
        subscribe(topic, make_queue(name), FilterPolicy=policy, FilterPolicyScope=scope)
    for message in MESSAGES:
        sns.publish(TopicArn=topic, **message)
    cloud.run()
    return who_gets_what(cloud.trace, cloud.account(), [in_words(message) for message in MESSAGES])


# %%
predict("03.playground")

# %%
SCOPES = ["MessageAttributes", "MessageBody"]
Explorer(  # a knob that is "" becomes a box to write in; it opens with the policy of the table
    playground,
    newsletter="",
    newsletter_scope=SCOPES,
    loyalty="",
    loyalty_scope=SCOPES,
    fraud_check="",
    fraud_check_scope=SCOPES,
)

# %% [markdown]
# :::answer
# `user-5` reached only the warehouse: a body that is not a JSON object fits no filter of scope `MessageBody`. `user-3` names no
# country, so the newsletter never hears of her. `user-4` has spent a little too little for a second look.
# :::
#
# Say before you press Enter who gets what. Things to find out:
#
# 1. The newsletter wants everyone who is *not* from France: `{"country": [{"anything-but": ["FR"]}]}`. Who is still missing, and
#    what else must stand in the list?
# 2. Two keys mean **and**, two values in a list mean **or**. Ask for gold customers from Austria in one policy, in either scope. How
#    many do you get?
# 3. Give a policy six keys. Who refuses it, and when?
#
# :::tried
# ```python
# for wish in ('[{"anything-but": ["FR"]}]', '[{"anything-but": ["FR"]}, {"exists": false}]'):
#     print(*[line for line in str(playground(newsletter=f'{{"country": {wish}}}')).splitlines() if "newsletter" in line])
# ```
#
# ```text
# newsletter (body {country:[{anything-but:[FR]}]}) gets 3: 0, 1 and 4
# newsletter (body {country:[{anything-but:[FR]},{...) gets 4: 0, 1, 3 and 4
# ```
#
# `user-3`, who has named no country. `{"exists": false}` beside it means *or none at all*. `user-5` stays out: her body isn't JSON
# object.
# :::
#
# :::tried
# ```python
# gold_austrians = '{"plan": ["gold"], "country": ["AT"]}'
# for scope in SCOPES:
#     print(*[line for line in str(playground(loyalty=gold_austrians, loyalty_scope=scope)).splitlines() if "loyalty" in line])
# ```
#
# ```text
# loyalty (attributes {plan:[gold],country:[AT]}) gets 0
# loyalty (body {plan:[gold],country:[AT]}) gets 0
# ```
#
# Nobody, in either scope. The plan is an attribute and the country is in the body, and one policy reads one place. If you need both,
# the publisher has to put both in the same place.
# :::
#
# :::tried
# ```python
# try:
#     playground(newsletter=json.dumps({key: ["x"] for key in "abcdef"}))
# except sns.exceptions.InvalidParameterException as refusal:
#     print(refusal)
# ```
#
# ```text
# An error occurred (InvalidParameter) when calling the Subscribe operation: Invalid parameter: Attributes Reason: FilterPolicy: Filter policy can not have more than 5 keys
# ```
#
# SNS, at once, when the policy is set. A policy may have {fact: sns.FILTER_KEYS_MAX | word} keys.
# :::
#
# Others to try: in the list of `country`, where `{"anything-but": ["FR"]}` stood, `{"prefix": "A"}` or `{"equals-ignore-case": "de"}`;
# in the list of `spent` `{"numeric": [">", 50, "<=", 120]}`; and as a whole policy, across keys,
# `{"$or": [{"country": ["DE"]}, {"spent": [{"numeric": [">", 200]}]}]}`.
#
# And for one message and one policy, field by field, in either scope:

# %% tags=["hide-output"]
pattern_tester(
    {"country": ["DE"]},
    {"Message": '{"user": "user-0", "country": "DE"}', "MessageAttributes": {}},
    scope="MessageAttributes",
)

# %% [markdown]
# ## 3 · What is in the body?
#
# The newsletter's queue has filled up. Its team writes a function to read it, as in unit 01.

# %%
import json


def add_reader(event, context):
    for record in event["Records"]:
        user = json.loads(record["body"])
        print("added", user["email"])

# %%
def newsletter_queue(handler, **attributes):
    """One user signs up; the newsletter has a queue, and a function that reads it."""
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    queue = make_queue("newsletter", VisibilityTimeout=600)
    subscribe(topic, queue, **attributes)
    cloud.deploy(handler, name="newsletter")
    aws_lambda.create_event_source_mapping(EventSourceArn=queue, FunctionName="newsletter")
    sign_up(topic, 0)
    cloud.run(seconds=60)
    return cloud


# %%
predict("03.what-is-printed")

# %%
wrapped = newsletter_queue(add_reader)
wrapped.logs("newsletter")

# %% [markdown]
# :::answer
# There is no `email` in it. So the body is not the text that was published.
# :::

# %% claims=["misconception 12"]
# what is in the body, then?
def look(event, context):
    print(event["Records"][0]["body"])


wrapped = newsletter_queue(look)
as_it_came = "\n".join(line.message for line in wrapped.logs("newsletter").printed)
print(as_it_came)

# %% [markdown]
# :::answer
# An **envelope**. What you published is in it, as the *text* in `Message`: JSON inside a string inside JSON. So unwrap twice, or ask
# SNS to leave the envelope off: `RawMessageDelivery`.
# :::

# %%
json.loads(json.loads(as_it_came)["Message"])["email"]  # unwrapped twice

# %%
raw = newsletter_queue(add_reader, RawMessageDelivery="true")
raw.logs("newsletter").printed

# %% [markdown]
# :::answer
# Raw is convenient: the handler needs no change. What you give up is what the envelope says: the topic, the time of publishing, the
# id. Raw delivery exists for queues, HTTP endpoints and Firehose; a function always gets its record in one form.
# :::
#
# **Change it.** Take a queue that no function reads, with `make_queue` and `subscribe`. Publish one user, switch the subscription to raw
# while that message still waits (`sns.set_subscription_attributes`), and publish another. What will a reader find in the queue?
#
# :::tried
# ```python
# cloud = Cloud(seed=1)
# topic = sns.create_topic(Name="user-created")["TopicArn"]
# subscription = subscribe(topic, make_queue("newsletter"))
# sign_up(topic, 0)
# cloud.run()
# sns.set_subscription_attributes(
#     SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true"
# )
# sign_up(topic, 1)
# cloud.run()
# url = sqs.get_queue_url(QueueName="newsletter")["QueueUrl"]
# [sorted(json.loads(found["Body"])) for found in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
# ```
#
# ```text
# [['Message',
#   'MessageId',
#   'Signature',
#   'SignatureVersion',
#   'SigningCertURL',
#   'Timestamp',
#   'TopicArn',
#   'Type',
#   'UnsubscribeURL'],
#  ['country', 'email', 'user']]
# ```
#
# Both kinds. The envelope is made when SNS delivers, so what is in the queue already keeps it. Until those messages are gone, the reader
# has to understand both; that is a task of the lab.
# :::

# %% [markdown]
# ## 4 · Which dead-letter queue?
#
# A bad day: somebody has deployed a broken `welcome`, and somebody else has deleted the queue of `fraud-check`. Both teams are
# prepared: each **subscription has a dead-letter queue**, set by its `RedrivePolicy`.

# %%
def welcome_broken(event, context):
    raise FileNotFoundError("welcome-letter.html")

# %%
def bad_day(redrive=True):
    """Both mishaps, and one user signs up. Returns the Cloud and the message's id."""
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    endpoints = {"welcome": cloud.deploy(welcome_broken, name="welcome"), "fraud-check": make_queue("fraud-check")}
    for name, endpoint in endpoints.items():
        parked = make_queue(f"{name}-undelivered")
        allow(topic, parked)
        subscribe(topic, endpoint, **({"RedrivePolicy": {"deadLetterTargetArn": parked}} if redrive else {}))
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="fraud-check")["QueueUrl"])
    message_id = sign_up(topic, 0)
    cloud.run()
    return cloud, message_id


# %%
predict("03.bad-day")

# %%
bad, message_id = bad_day()
bad.diagram()

# %% [markdown]
# :::answer
# One message is there, that of `fraud-check`. `welcome` failed three times, and its queue is empty. The passport has the whole story.
# :::

# %% claims=["N4", "misconception 7"]
bad.passport(message_id)  # the whole story of that one message

# %% [markdown]
# :::answer
# Two different failures:
#
# - **The hand-over failed**: the queue does not exist. No retry can help, so SNS makes none, and parks the message at once.
# - **The handler failed**: but for SNS all went well. Lambda took the event into its own queue (unit 02) and said 202. From then on
#   it is *Lambda's* event: two retries that nobody had to write, and then it is lost. **The subscription's dead-letter queue never
#   hears of it.**
#
# What catches such an event is the dead-letter queue of the *function*. So there are three places, for three failures:
#
# | what failed | whose dead-letter queue |
# |---|---|
# | SNS could not hand over | the subscription's |
# | the function, invoked by SNS | the function's |
# | the function, reading from a queue | the queue's |
#
# And when the other side *exists* but does not answer? SNS then tries again: {fact: sns.AWS_RETRY} over 23 days for a queue or a
# function, and {fact: sns.HTTP_RETRY} for HTTP unless you ask for more.
# :::

# %% tags=["hide-input"]
cards(sns_facts.AWS_RETRY, sns_facts.HTTP_RETRY)

# %% tags=["hide-input"]
who_retries(
    {
        "no answer": "source",
        "endpoint gone, or forbidden": None,
        "the handler raises": "lambda",
    },
    {
        "sdk": "only the call to publish",
        "source": "tries again when the other side does not answer; a refusal is final",
        "lambda": "runs the failed function twice more",
        "dead_letters": "three kinds: of the subscription, of the function, of a queue in between",
    },
    names={"source": "the topic"},
)

# %% [markdown]
# **Change it.** `bad_day(redrive=False)`: what becomes of the message for `fraud-check` now? Then give `welcome` a `DeadLetterConfig`,
# as in unit 02, and let another user sign up. (`sns.list_topics()` knows the ARN of the topic.)
#
# :::tried
# ```python
# cloud, message_id = bad_day(redrive=False)
# print("one user:", cloud.summary()["lost"], "lost")
# kept = make_queue("welcome-failed")
# aws_lambda.update_function_configuration(FunctionName="welcome", DeadLetterConfig={"TargetArn": kept})
# sign_up(sns.list_topics()["Topics"][0]["TopicArn"], 1)
# cloud.run()
# print("two users:", cloud.summary()["lost"], "lost,", cloud.summary()["dead_lettered"], "kept")
# ```
#
# ```text
# one user: 2 lost
# two users: 3 lost, 1 kept
# ```
#
# Without a dead-letter queue the message for `fraud-check` is lost, as the event for `welcome` is: two copies, two losses, and `publish`
# gave its 200. The third loss is the copy for `fraud-check`, whose queue is still gone. What `welcome` could not do is kept.
# :::

# %% [markdown]
# ## 5 · Ten minutes down
#
# The mail provider is down for ten minutes, at the worst moment: twenty users sign up. We try it twice. First the function is
# subscribed directly. Then there is a **queue in between**: topic, queue, function.

# %%
import json
import urllib.request


def send_letter(event, context):
    for record in event["Records"]:
        notification = record["Sns"] if "Sns" in record else json.loads(record["body"])
        letter = json.loads(notification["Message"])["user"].encode()
        urllib.request.urlopen("https://mailer.example/letters", data=letter).read()

# %%
def mailer_outage(queue_between=True, outage_s=600):
    cloud = Cloud(seed=1)
    mailer = cloud.downstream("https://mailer.example", capacity=None)
    mailer.outage(0, outage_s)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    function = cloud.deploy(send_letter, name="welcome", timeout=10)
    if queue_between:
        parked = make_queue("welcome-dlq")
        redrive = json.dumps({"deadLetterTargetArn": parked, "maxReceiveCount": "20"})
        queue = make_queue("welcome", VisibilityTimeout=60, RedrivePolicy=redrive)
        subscribe(topic, queue)
        aws_lambda.create_event_source_mapping(EventSourceArn=queue, FunctionName="welcome", BatchSize=1)
    else:
        subscribe(topic, function)
    for number in range(20):
        sign_up(topic, number)
    cloud.run()
    return cloud, mailer


# %%
predict("03.ten-minutes-down")

# %%
direct, direct_mailer = mailer_outage(queue_between=False)
direct.backlog()

# %%
buffered, buffered_mailer = mailer_outage()
buffered.backlog()

# %%
direct_mailer.ok, buffered_mailer.ok

# %% [markdown]
# :::answer
# Without the queue Lambda gives up after three runs, in minute three, while the provider is still down. The patience of SNS is
# never called upon: its delivery succeeded at second zero. With the queue each letter comes back every minute, until it gets through.
#
# **Topic, then a queue for each service, then its function** is the shape that most systems end up with. The topic makes the
# copies, and the queue keeps them. It brings patience, a brake (maximum concurrency), batches, and a dead-letter queue for what the
# handler can't do. The price is one more hop, and the envelope.
# :::

# %%
buffered.diagram()

# %% [markdown]
# **Change it.** An outage of 100 seconds: how many letters are lost without the queue now? And how long an outage does the design with
# the queue survive? Find the number that decides.
#
# :::tried
# ```python
# def arrived(outage_s, queue_between):
#     return mailer_outage(queue_between, outage_s)[1].ok
#
#
# print("without the queue:", {outage_s: arrived(outage_s, False) for outage_s in (100, 200, 240)})
# print("with the queue:", {outage_s: arrived(outage_s, True) for outage_s in (600, 1140, 1200)})
# ```
#
# ```text
# without the queue: {100: 20, 200: 0, 240: 0}
# with the queue: {600: 20, 1140: 20, 1200: 0}
# ```
#
# Lambda's third run comes about three minutes after the first, so it outlasts three minutes and no more. With the queue,
# `maxReceiveCount` and the visibility timeout decide: the last of twenty receives, a minute apart, comes after nineteen minutes. In a
# longer outage the letters go to `welcome-dlq`, where somebody can find them.
# :::

# %% [markdown]
# ## What you predicted

# %%
predictions("03")

# %% [markdown]
# ## Quiz

# %%
quiz("03")

# %% [markdown]
# ## What changed since
#
# One change you have met in section 2: older texts say that a filter reads the attributes, and nothing else.

# %%
what_changed("sns")

# %% [markdown]
# ## When this code goes to AWS
#
# The calls and the handlers are the same. What differs:
#
# - **Permissions count.** The statements that `allow` adds are required: for each queue, each function, each dead-letter queue.
#   Here a missing one is a complaint in the diagram, and `Cloud(strict_permissions=True)` refuses the delivery. What roles allow is
#   not checked here; on AWS a function with a dead-letter queue needs `sqs:SendMessage` in its role.
# - **A changed filter takes its time**, up to {fact: sns.FILTER_CHANGE_S} on AWS. Here it counts at once.
# - **Order is best effort**, and duplicates come unasked (section 7).
# - **The waits between the retries of SNS** grow for a while, and then stay. AWS publishes no formula for the growing, and adds jitter.
#   Ours is modelled: each wait is the one before times the same factor, without jitter.
# - **Watch `NumberOfNotificationsFilteredOut` and `NumberOfNotificationsFailed`**, the metrics of what nobody else will tell you.
#
# ## Three things to remember
#
# 1. **A topic makes a copy for each subscription, and forgets.** A service that is not subscribed, or filters the message out, or
#    comes late, hears nothing, and nobody is told.
# 2. **"Delivered" means accepted.** The subscription's dead-letter queue catches hand-overs that failed. What the handler does
#    afterwards is the business of Lambda's queue, or of yours.
# 3. **A queue between topic and function** gives each service patience of its own.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {
        "no answer": "source",
        "gone, forbidden": None,
        "function raises": "lambda",
        "a queue's reader raises": "poller",
    },
    {
        "sdk": "only its own call to publish",
        "source": "when the other side does not answer: long for AWS's services, briefly for HTTP",
        "poller": "shows again what was not deleted, as often as its redrive policy allows",
        "lambda": "a function that is subscribed directly: twice more",
        "dead_letters": "the subscription's, the function's or the queue's: of whichever gave up",
    },
    names={"source": "the topic", "poller": "the queue in between"},
)

# %% [markdown]
# **What does it cost?** You pay for publishing: {fact: prices.SNS_PER_M}, and ten in one call are paid as one. A delivery to a queue
# or a function is free, though what it causes there is not; HTTP deliveries cost {fact: prices.SNS_HTTP_PER_M}. Filters that read the body are charged by what they
# read, {fact: prices.SNS_BODY_FILTER_PER_GB}.

# %% [markdown]
# ## The lab
#
# [lab03-sns](../labs/lab03-sns.ipynb): five tasks about services that share, miss, or lose what was said. Next unit:
# [04-eventbridge](04-eventbridge.ipynb), a bus with rules, for when a topic for each kind of event becomes too many.

# %% [markdown]
# ## Further
#
# Three sections for whenever you like, each on its own: what a batch of messages becomes, what to do about duplicates, and an Explorer
# with every knob of the lesson. The lab needs none of them.

# %% [markdown]
# ## 6 · Ten published, how many invocations?
#
# An import brings ten users at once. `publish_batch` takes them in one call, and two functions are subscribed.

# %%
def count_records(event, context):
    print(len(event["Records"]), "record")

# %%
def import_users(batch=10):
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    for name in ("welcome", "fraud-check"):
        subscribe(topic, cloud.deploy(count_records, name=name))
    entries = [{"Id": str(n), "Message": f"user-{n}"} for n in range(batch)]
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    cloud.run()
    return cloud


# %%
predict("03.ten-in-one-call")

# %%
imported = import_users()
imported.timeline()

# %% claims=["N1"]
Counter(line.message for line in imported.logs("welcome").printed)

# %% [markdown]
# :::answer
# The batch was about *sending*: one request, cheaper for the publisher. Each message then travels on its own, to each subscriber. The
# event has a list `Records`, and there is **one message in it**, always. Here is the difference from unit 01 in one line: consumers
# of a **queue share** its messages, subscribers of a **topic each get all** of them.
# :::
#
# **Change it.** `import_users(batch=11)`. Read what SNS says.
#
# :::tried
# ```python
# try:
#     import_users(batch=11)
# except sns.exceptions.TooManyEntriesInBatchRequestException as refusal:
#     print(refusal)
# ```
#
# ```text
# An error occurred (TooManyEntriesInBatchRequest) when calling the PublishBatch operation: The batch request contains more entries than permissible.
# ```
#
# A batch carries at most {fact: sns.BATCH_MAX_MESSAGES}. SNS refuses the whole call, so none of the eleven users is published.
# :::

# %% [markdown]
# ## 7 · Two letters
#
# SNS delivers **at least once**. `duplicates=0.2` makes far more duplicates than AWS would, so that we see some.

# %%
def quiet_hour(handler, again=None):
    """Twenty users, one every ten seconds; one may sign up again. Returns the Cloud and user -> number of letters."""
    cloud = Cloud(seed=5, duplicates=0.2)
    letters = Counter()
    cloud.downstream("https://mailer.example", capacity=None, handler=lambda request: letters.update([request.text]))
    boto3.client("dynamodb").create_table(
        TableName="letters",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    subscribe(topic, cloud.deploy(handler, name="welcome", timeout=10))
    for number in range(20):
        cloud.at(10 * number, lambda number=number: sign_up(topic, number))
    if again is not None:
        cloud.at(400, lambda: sign_up(topic, again))
    cloud.run()
    return cloud, letters

# %%
doubled, letters = quiet_hour(send_letter)
{user: times for user, times in letters.items() if times > 1}, doubled.summary()["errors"]

# %% [markdown]
# No error, and some users are welcomed twice. You know the cure from [unit 02](02-async-invoke.ipynb): remember outside the function
# what is done, by a key that says *it is the same work*. Section 8 there did it with a library, Powertools, and its decorator
# `idempotent`. All that changes is where the key is: in the record, in the text, in the field `user`.

# %%
import json
import urllib.request

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent

letters_sent = DynamoDBPersistenceLayer(table_name="letters")
by_user = IdempotencyConfig(
    event_key_jmespath="powertools_json(Records[0].Sns.Message).user", raise_on_no_idempotency_key=True
)


@idempotent(persistence_store=letters_sent, config=by_user)
def send_letter_once(event, context):
    letter = json.loads(event["Records"][0]["Sns"]["Message"])["user"].encode()
    urllib.request.urlopen("https://mailer.example/letters", data=letter).read()

# %%
once, letters = quiet_hour(send_letter_once)
len(letters), sum(letters.values())

# %% [markdown]
# Twenty users, twenty letters. `Sns.MessageId` would have done for these duplicates, too: it is the same in each copy. It would not
# help when the publisher says the same thing twice, for those are two messages.
#
# There are FIFO topics as well. They keep the order, and drop a message that is published again within five minutes. Only queues can
# subscribe to one.
#
# **Change it.** Take `Records[0].Sns.MessageId` as the key. Then let somebody press the button twice, with `again=3`. How many letters
# does each of the two keys allow `user-3`?
#
# :::tried
# ```python
# import json
# import urllib.request
#
# from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent
#
# letters_sent = DynamoDBPersistenceLayer(table_name="letters")
# by_message = IdempotencyConfig(event_key_jmespath="Records[0].Sns.MessageId", raise_on_no_idempotency_key=True)
#
#
# @idempotent(persistence_store=letters_sent, config=by_message)
# def send_letter_by_message(event, context):
#     letter = json.loads(event["Records"][0]["Sns"]["Message"])["user"].encode()
#     urllib.request.urlopen("https://mailer.example/letters", data=letter).read()
#
#
# for name, handler in {"user": send_letter_once, "message": send_letter_by_message}.items():
#     print(f"key of the {name}: {quiet_hour(handler, again=3)[1]['user-3']}")
# ```
#
# ```text
# key of the user: 1
# key of the message: 2
# ```
#
# The id of the message knows the copies of one message. The user is the same in both messages. So ask what must happen once, and take
# that as the key.
# :::

# %% [markdown]
# ## 8 · All knobs
#
# Users sign up, and up to five services listen. `welcome` may be broken, and `redrive` is the dead-letter queue of its subscription.
# The newsletter has the filter, and its queue is read by a function that expects the envelope. Turn one knob at a time, and say
# *before* you let go what will happen.

# %%
import json


def serve(event, context):
    for record in event["Records"]:
        user = json.loads(record["Sns"]["Message"])
        print("served", user["user"])


def serve_nobody(event, context):
    raise RuntimeError("out of order")


def add_wrapped_reader(event, context):
    for record in event["Records"]:
        user = json.loads(json.loads(record["body"])["Message"])
        print("added", user["email"])

# %% tags=["hide-input"]
def newsletter_with_function(cloud):
    """A queue, a function that reads it, and a dead-letter queue of the queue."""
    redrive = {"deadLetterTargetArn": make_queue("newsletter-dlq"), "maxReceiveCount": "2"}
    queue = make_queue("newsletter", RedrivePolicy=json.dumps(redrive))
    cloud.deploy(add_wrapped_reader, name="add-reader")
    aws_lambda.create_event_source_mapping(EventSourceArn=queue, FunctionName="add-reader")
    return queue


def fan_out(
    subscribers=4, filter_policy='{"country": ["DE", "AT"]}', scope="MessageBody", raw=False, broken="nothing",
    redrive=True, users=10,
):
    cloud = Cloud(seed=1)
    topic = sns.create_topic(Name="user-created")["TopicArn"]
    for name in ["welcome", "newsletter", "fraud-check", "warehouse", "loyalty"][:subscribers]:
        attributes = {}
        if name == "newsletter":
            endpoint = newsletter_with_function(cloud)
            attributes = {"FilterPolicy": filter_policy, "FilterPolicyScope": scope, "RawMessageDelivery": str(raw).lower()}
        elif name == "warehouse":
            endpoint = make_queue(name)
        else:
            wrong = name == "welcome" and broken == "the handler raises"
            endpoint = cloud.deploy(serve_nobody if wrong else serve, name=name)
        if name == "welcome" and redrive:
            parked = make_queue("welcome-undelivered")
            allow(topic, parked)
            attributes["RedrivePolicy"] = {"deadLetterTargetArn": parked}
        subscribe(topic, endpoint, **attributes)
    if broken == "the function is deleted":
        aws_lambda.delete_function(FunctionName="welcome")
    for start in range(0, users, 10):
        batch = [{"Id": str(n), "Message": new_user(n)} for n in range(start, min(start + 10, users))]
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)
    cloud.run()
    return cloud, who_gets_what(cloud.trace, cloud.account())

# %%
Explorer(
    fan_out,
    subscribers=(1, 5),
    filter_policy="",
    scope=["MessageAttributes", "MessageBody"],
    raw=False,
    broken=["nothing", "the handler raises", "the function is deleted"],
    redrive=True,
    users=(0, 24),
    show=("diagram", "timeline", "summary"),
    labels={"raw": "raw delivery", "broken": "what is broken"},
)

# %% [markdown]
# Things to find out:
#
# 1. There are two ways to break `welcome`. Which one fills its subscription's dead-letter queue, and where are the messages of the
#    other?
# 2. Turn on raw delivery. Whose dead-letter queue fills, and why that one?
# 3. Set the scope to MessageAttributes. Who notices?
# 4. Make a mistake in the policy: a forgotten bracket, a word that is no operator. Who says so, and when?
#
# :::tried
# ```python
# for broken in ("the handler raises", "the function is deleted"):
#     summary = fan_out(broken=broken)[0].summary()
#     print(f"{broken}: {summary['dead_lettered']} dead-lettered, {summary['lost']} lost, {summary['errors']} errors")
# ```
#
# ```text
# the handler raises: 0 dead-lettered, 10 lost, 30 errors
# the function is deleted: 10 dead-lettered, 0 lost, 0 errors
# ```
#
# A function that is gone can't be handed anything, so SNS parks its messages. A function that raises was handed all of them: they are
# lost after Lambda's three runs, and the subscription's queue stays empty.
# :::
#
# :::tried
# ```python
# cloud, _ = fan_out(raw=True)
# [line for line in str(cloud.diagram()).splitlines() if "newsletter-dlq" in line]
# ```
#
# ```text
# ['newsletter --redrive, after 2 receives, 6 so far--> newsletter-dlq (dead-letter queue: visibility 30 s, keeps messages 4 d; 6 waiting, 0 in flight)']
# ```
#
# The newsletter's own. SNS has delivered, and Lambda's mapping has handed over; it is the handler that looks for an envelope and finds
# none. The queue counts the receives, and it has a dead-letter queue of its own.
# :::
#
# :::tried
# ```python
# {scope: fan_out(scope=scope)[0].summary()["errors"] for scope in ("MessageAttributes", "MessageBody")}
# ```
#
# ```text
# {'MessageAttributes': 0, 'MessageBody': 0}
# ```
#
# Nobody. The newsletter gets nothing, and there is no error anywhere. The metric `NumberOfNotificationsFilteredOut` is where you
# would see it.
# :::
#
# :::tried
# ```python
# for policy in ('{"country": ["DE"}', '{"country": [{"like": "D"}]}'):
#     try:
#         fan_out(filter_policy=policy)
#     except sns.exceptions.InvalidParameterException as refusal:
#         print(refusal)
# ```
#
# ```text
# An error occurred (InvalidParameter) when calling the Subscribe operation: Invalid parameter: Attributes Reason: FilterPolicy: failed to parse JSON. Unexpected close marker '}': expected ']' (for Array starting at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 13])
#  at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 19]
# An error occurred (InvalidParameter) when calling the Subscribe operation: Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type like
#  at [Source: (String)"{"country":[{"like":"D"}]}"; line: 1, column: 22]
# ```
#
# SNS, when the policy is set, before any message is sent. A policy that is well formed and wrong is told to nobody.
# :::
