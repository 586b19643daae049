# %% [markdown]
# # Lab 10 · The night shift
#
# The pager is yours. Eight messages come in during one night, and for each of them you repair the platform that you have inherited. What
# you have repaired must **stay** repaired: every check runs the night with *all* your repairs so far, and reads all promises so far.
#
# A check runs three nights. One of them you know, and can look at as often as you like. In the other two the same troubles hit other
# orders. Three of the tasks have a fourth night, and say so.
#
# - ✓ all promises so far held, in all three nights.
# - ✗ the first promise that was broken, and what was seen.
# - – not attempted.
#
# **Time** eight sittings of 25 minutes, or half a day. **You need** lesson 10, and units 01 to 09 for what you build with.

# %%
import json

import boto3

from sevenways import check, hint
from sevenways.night.board import board, night
from sevenways.night.places import card
from sevenways.night.reference import start_from

# %%
sqs, sns, events, pipes = boto3.client("sqs"), boto3.client("sns"), boto3.client("events"), boto3.client("pipes")
aws_lambda, dynamodb = boto3.client("lambda"), boto3.client("dynamodb")


def arn(service, name):
    return f"arn:aws:{service}:us-east-1:123456789012:{name}"


def url(queue):
    return sqs.get_queue_url(QueueName=queue)["QueueUrl"]


def stream_of_orders():
    return dynamodb.describe_table(TableName="orders")["Table"]["LatestStreamArn"]

# %% [markdown]
# ## What you repair
#
# A **repair** is a function that gets the Cloud with the platform in it, and changes that platform with boto3: before the night begins. It may
# deploy another handler under an old name, add things, delete things. It lets no time pass, and plans nothing for a moment of the night: nobody
# knows when trouble comes. The names that must stay: the functions `checkout`, `charge`, `pack`, `invoice`, `newsletter`, `fraud`, `label-ready`,
# `recommend`; the table `orders`; the bus `shop`, the topic `news`, the queue `labels`, the state machine `fulfil`. What lies between is yours.
#
# In tasks 1 to 6 your account holds only the till, from the order to the payment. The house, which is everything after it, comes with task 7:
#
# | from task 1 on | |
# |---|---|
# | `checkout` | is called for each order, puts its row into `orders`, then an event `OrderPlaced` on the bus `shop` |
# | rule `placed` | gives that event to `charge` |
# | `charge` | posts the order to `https://payments.example/charge`, waits three seconds at most, then sets the row's `state` to `paid` |
#
# | from task 7 on | |
# |---|---|
# | Pipe `paid` | makes an event `PaymentTaken` of each row that was changed |
# | rules `fulfil`, `news`, `invoice` | give that to the state machine, the topic, the function `invoice` |
# | topic `news` | gives it to `newsletter` and `fraud` |
# | state machine `fulfil` | packs, puts a token into the queue `labels`, and waits an hour for the label; without one it refunds |
# | stream `clicks` | is read by `recommend` |
#
# After a restart, whichever task you go on with: **Run → Run All Above Selected Cell**. Your repairs need the handlers and the helpers above them.
#
# The code that you repair can be read while the Cloud is open, so inside a repair. Here are `checkout` and `charge`, which share a file:

# %%
def look(cloud):
    print(cloud.code("charge").partition("def pack")[0])


looked_at = night(1, [look])

# %% [markdown]
# To see your night, with any repairs: the scoreboard of seed 1. Give the stage, then your repairs so far.

# %%
board([night(1)])

# %% [markdown]
# Did you come late? `one_write, three_at_once = start_from(3)` gives you the repairs of the stages before 3, made by a colleague. They are one way
# among several. Write that line into a cell right above the task that you begin with: it takes the names of your own repairs. (To have yours back, run your cells
# again. The checks of stages 1 and 2 stay open until you run them.)
#
# ## Task 1: 03:12, the warehouse
#
# *"Order-5 has a number, and we have never heard of it."* Six orders have a row and nothing else: `checkout` was killed between its two
# calls. **In the end** every order that was sent is charged, and has its whole row: `customer`, `order`, `number`, `total`, `country`.
#
# `charge` goes on setting `state` to `paid`: what comes after the payment begins with that word, from task 7 on. (The handlers of the lesson leave
# it out.) The fault cuts between *any* two writing calls to AWS of one run, never through one. That somebody is charged twice is not asked before task 3.

# %% tags=["exercise"]
import boto3

table = boto3.client("dynamodb")


def checkout(event, context):
    """Gets order, customer, number, total, country."""
    # BEGIN SOLUTION
    row = {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in event.items()}
    try:
        table.put_item(
            TableName="orders",
            Item={**row, "state": {"S": "placed"}},
            ConditionExpression="attribute_not_exists(#order)",
            ExpressionAttributeNames={"#order": "order"},
        )
    except table.exceptions.ConditionalCheckFailedException:
        print("there already", event["order"])
    # END SOLUTION

# %% tags=["solution"]
import json
import urllib.request

import boto3

table = boto3.client("dynamodb")


def take(order, timeout, headers):
    """Out of a table's stream numbers come as texts; the provider wants numbers."""
    order = {**order, "number": int(order["number"]), "total": int(order["total"])}
    request = urllib.request.Request("https://payments.example/charge", json.dumps(order).encode(), headers)
    urllib.request.urlopen(request, timeout=timeout).read()
    table.update_item(
        TableName="orders",
        Key={"customer": {"S": order["customer"]}, "order": {"S": order["order"]}},
        UpdateExpression="SET #state = :paid",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":paid": {"S": "paid"}},
    )


def charge_event(event, context):
    take(event["detail"], 3, {})


def charge_message(event, context):
    for record in event["Records"]:
        take(json.loads(record["body"])["detail"], 3, {})


def charge_once(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])["detail"]
        take(order, 8, {"Idempotency-Key": order["order"]})


def charge_in_order(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        take(order, 8, {"Idempotency-Key": order["order"]})

# %% [markdown]
# A Pipe's template for an order out of a new row, if you want one:

# %%
FIELDS = {"order": "S", "customer": "S", "number": "N", "total": "N", "country": "S"}
TEMPLATE = "{" + ", ".join(f'"{name}": <$.dynamodb.NewImage.{name}.{kind}>' for name, kind in FIELDS.items()) + "}"
INSERTS = {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]}

# %% tags=["exercise"]
def one_write(cloud):
    """Change the platform so that one write is enough."""
    # BEGIN SOLUTION
    cloud.deploy(checkout, timeout=10)
    cloud.deploy(charge_event, name="charge", timeout=10)
    pipes.create_pipe(
        Name="placed",
        RoleArn="arn:aws:iam::123456789012:role/placed",
        Source=stream_of_orders(),
        Target=arn("events", "event-bus/shop"),
        SourceParameters={
            "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10},
            "FilterCriteria": INSERTS,
        },
        TargetParameters={
            "InputTemplate": TEMPLATE,
            "EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "OrderPlaced"},
        },
    )
    # END SOLUTION

# %%
check("lab10.one_write", one_write)

# %% [markdown]
# Stuck? Every task has hints. Each run of this cell gives the next one; for another task, change the name. And a look at your night often says
# more than a hint: `board([night(1, [one_write])])`.

# %%
hint("lab10.one_write")

# %% [markdown]
# ## Task 2: 03:40, payments
#
# *"Ten calls at once. We agreed on three."* From now on sixty orders come within three seconds. **In the end** the provider has never seen
# more than three calls at once, and nothing is lost.

# %% tags=["exercise"]
def three_at_once(cloud):
    """Change the platform, as task 1 has left it."""
    # BEGIN SOLUTION
    cloud.deploy(charge_message, name="charge", timeout=10)
    sqs.create_queue(QueueName="to-charge", Attributes={"VisibilityTimeout": "60"})
    events.put_targets(Rule="placed", EventBusName="shop", Targets=[{"Id": "1", "Arn": arn("sqs", "to-charge")}])
    aws_lambda.create_event_source_mapping(
        EventSourceArn=arn("sqs", "to-charge"), FunctionName="charge", BatchSize=1,
        ScalingConfig={"MaximumConcurrency": 3})
    # END SOLUTION

# %%
check("lab10.three_at_once", one_write, three_at_once)

# %% [markdown]
# ## Task 3: 04:05, a customer
#
# *"Charged twice. The book came once."* The provider needs six seconds a call between 45 and 75; somebody clicks twice, 0.7 s apart; and one
# delivery in ten comes twice, as AWS allows itself. **In the end** nobody is charged twice.

# %% tags=["exercise"]
def charged_once(cloud):
    """Change the platform, as task 2 has left it."""
    # BEGIN SOLUTION
    cloud.deploy(charge_once, name="charge", timeout=10)
    # END SOLUTION

# %%
check("lab10.charged_once", one_write, three_at_once, charged_once)

# %% [markdown]
# ## Task 4: 04:30, customer-0
#
# *"You sent volume two before volume one."* Standard queues shuffle now. And there is one order with a total of −20, which the provider always
# refuses. **In the end** each customer's orders are charged in the order of their `number`, and nobody waits for the bad order of another
# customer: there is no minute in which it alone is tried while others wait, and five minutes after the last order has come, every good order of
# the *other* customers is charged. The bad order's own customer may wait longer, an hour at most.
#
# For this task the check runs a fourth night as well. In it the provider needs longer for some orders than for others.

# %% tags=["exercise"]
def in_order(cloud):
    """Change the platform, as task 3 has left it."""
    # BEGIN SOLUTION
    cloud.deploy(charge_in_order, name="charge", timeout=10)
    for mapping in aws_lambda.list_event_source_mappings(FunctionName="charge")["EventSourceMappings"]:
        aws_lambda.delete_event_source_mapping(UUID=mapping["UUID"])
    events.remove_targets(Rule="placed", EventBusName="shop", Ids=["1"])
    events.delete_rule(Name="placed", EventBusName="shop")
    pipes.delete_pipe(Name="placed")
    sqs.delete_queue(QueueUrl=url("to-charge"))
    sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})
    redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "dead.fifo"), "maxReceiveCount": 3})
    sqs.create_queue(
        QueueName="charge.fifo",
        Attributes={"FifoQueue": "true", "VisibilityTimeout": "60", "RedrivePolicy": redrive})
    pipes.create_pipe(
        Name="placed",
        RoleArn="arn:aws:iam::123456789012:role/placed",
        Source=stream_of_orders(),
        Target=arn("sqs", "charge.fifo"),
        SourceParameters={
            "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10},
            "FilterCriteria": INSERTS,
        },
        TargetParameters={
            "InputTemplate": TEMPLATE,
            "SqsQueueParameters": {
                "MessageGroupId": "$.dynamodb.NewImage.customer.S",
                "MessageDeduplicationId": "$.dynamodb.NewImage.order.S",
            },
        },
    )
    aws_lambda.create_event_source_mapping(
        EventSourceArn=arn("sqs", "charge.fifo"), FunctionName="charge", BatchSize=1,
        ScalingConfig={"MaximumConcurrency": 3})
    # END SOLUTION

# %%
check("lab10.in_order", one_write, three_at_once, charged_once, in_order)

# %% [markdown]
# ## Task 5: 05:00, the brake
#
# Nobody calls. But from second 100 to second 700 the reserved concurrency of `charge` is 0: somebody had read that this stops a function
# safely. **In the end** all promises hold as if nothing had been. And nobody has got round the brake: it stays on, and while it is on no money is taken.
#
# The fourth night of this task is a quiet one: a single order comes while the brake is on, and waits alone.

# %% tags=["exercise"]
def brake(cloud):
    """Change the platform, as task 4 has left it."""
    # BEGIN SOLUTION
    redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "dead.fifo"), "maxReceiveCount": 20})
    sqs.set_queue_attributes(QueueUrl=url("charge.fifo"), Attributes={"RedrivePolicy": redrive})
    # END SOLUTION

# %%
check("lab10.brake", one_write, three_at_once, charged_once, in_order, brake)

# %% [markdown]
# ## Task 6: 05:30, the bad order
#
# *"What do I do with this one?"* It failed in the night. Somebody will look for it **on the fifth day**, and must find it, in a queue that no function
# reads. Meanwhile, some hundred seconds after the night's hour, its customer has sent it again, with a total of 20. Two functions: `keep_failures` is a repair like the others, before the night. `runbook` is what the
# operator does on the fifth day, with whatever lies there: it gets the Cloud, and an hour later **every order has been charged once**, with a
# total of 20, the bad one lies nowhere any more, and at no moment on the way was it in nobody's hands. In the fourth night there are two of them.
#
# `display(card(cloud))` inside of `runbook` draws the runbook card of the fifth day when you spend the night yourself: `board([night(6, [...])])`, with all
# your repairs and `runbook` in the list, where that must be its name: by it the night knows what is kept for the fifth day. Under `check(...)` nothing is drawn.

# %% tags=["exercise"]
def keep_failures(cloud):
    """Change the platform, as task 5 has left it."""
    # BEGIN SOLUTION
    sqs.set_queue_attributes(QueueUrl=url("dead.fifo"), Attributes={"MessageRetentionPeriod": "1209600"})
    # END SOLUTION

# %% tags=["exercise"]
def runbook(cloud):
    """On the fifth day: bring back what failed."""
    # BEGIN SOLUTION
    while messages := sqs.receive_message(QueueUrl=url("dead.fifo"), MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            order = json.loads(message["Body"]) | {"total": 20}
            sqs.send_message(
                QueueUrl=url("charge.fifo"), MessageBody=json.dumps(order),
                MessageGroupId=order["customer"], MessageDeduplicationId=f"again-{order['order']}")
            sqs.delete_message(QueueUrl=url("dead.fifo"), ReceiptHandle=message["ReceiptHandle"])
    # END SOLUTION

# %%
check("lab10.runbook", one_write, three_at_once, charged_once, in_order, brake, keep_failures, runbook)

# %% [markdown]
# ## Task 7: 06:10, the house wakes up
#
# *"Newsletter here. Why do we get everything? And fraud-check is broken."* Letters go to customers in `DE` and `AT`; `newsletter` shall be given
# those and no others. Every run of `fraud` fails tonight: each of its events must lie somewhere, five days later. And Parcelwing, the
# carrier, takes tokens from the queue `labels` and answers with events `LabelReady` of source `parcelwing` on the **default** bus, with
# `token` and `label` in the detail. The function `label-ready` hands them on; nobody calls it. **In the end** every order that was paid has been
# packed, labelled, invoiced and given to `fraud`, and every execution of `fulfil` has succeeded.

# %% tags=["exercise"]
def letters(cloud):
    """Change the platform, as task 6 has left it."""
    # BEGIN SOLUTION
    for subscription in sns.list_subscriptions_by_topic(TopicArn=arn("sns", "news"))["Subscriptions"]:
        if subscription["Endpoint"].endswith("function:newsletter"):
            sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.create_queue(QueueName="letters", Attributes={"VisibilityTimeout": "60"})
    wanted = json.dumps({"detail": {"country": ["DE", "AT"]}})
    sns.subscribe(
        TopicArn=arn("sns", "news"), Protocol="sqs", Endpoint=arn("sqs", "letters"),
        Attributes={"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody", "FilterPolicy": wanted})
    aws_lambda.create_event_source_mapping(EventSourceArn=arn("sqs", "letters"), FunctionName="newsletter")
    sqs.create_queue(QueueName="failed-checks", Attributes={"MessageRetentionPeriod": "1209600"})
    aws_lambda.put_function_event_invoke_config(
        FunctionName="fraud", DestinationConfig={"OnFailure": {"Destination": arn("sqs", "failed-checks")}})
    events.put_rule(Name="label-ready", EventPattern=json.dumps({"source": ["parcelwing"]}))
    events.put_targets(Rule="label-ready", Targets=[{"Id": "1", "Arn": arn("lambda", "function:label-ready")}])
    # END SOLUTION

# %%
check("lab10.letters", one_write, three_at_once, charged_once, in_order, brake, keep_failures, runbook, letters)

# %% [markdown]
# ## Task 8: 06:55, take it to AWS
#
# Your account has been lenient so far: it delivered what AWS would refuse for want of a resource policy. From now on it refuses. And
# one click, `click-7`, can't be shown by `recommend`, however often it is tried. **In the end** the whole night holds in the strict account; the other 49
# clicks are seen; and nothing that can fail for good, a function that Lambda retries, a queue or a stream that a mapping reads, is without
# a place that keeps its failures until the fifth day.
#
# A statement says who may come in, and for what: letting in the whole world is no permission, and the judge says so. That yours names the source as
# well, and no more than the one action, nobody here asks; a reviewer will. From this stage on `board(...)` lists what is missing for AWS below the
# promises. A check of all this may take half a minute. (Pipes, rules and subscriptions have failures of their own, and places for them. They aren't asked, either.)
#
# (Execution roles are not judged: what your functions *may do* you will write down on AWS. Your repairs are plain boto3, and run there as they stand, with
# the ARNs of your account.)

# %% tags=["exercise"]
def to_aws(cloud):
    """Change the platform, as task 7 has left it."""
    # BEGIN SOLUTION
    def allow(function, service, source):
        aws_lambda.add_permission(
            FunctionName=function, StatementId=service, Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com", SourceArn=source)

    def statement(service, action, resource, source):
        return json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": action,
            "Resource": resource, "Condition": {"ArnEquals": {"aws:SourceArn": source}}}]})

    def place(name):
        sqs.create_queue(QueueName=name, Attributes={"MessageRetentionPeriod": "1209600"})
        return {"Destination": arn("sqs", name)}

    allow("invoice", "events", arn("events", "rule/shop/invoice"))
    allow("label-ready", "events", arn("events", "rule/label-ready"))
    allow("fraud", "sns", arn("sns", "news"))
    sns.set_topic_attributes(
        TopicArn=arn("sns", "news"), AttributeName="Policy",
        AttributeValue=statement("events", "sns:Publish", arn("sns", "news"), arn("events", "rule/shop/news")))
    place("failed-letters")
    redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "failed-letters"), "maxReceiveCount": 5})
    let_in = statement("sns", "sqs:SendMessage", arn("sqs", "letters"), arn("sns", "news"))
    sqs.set_queue_attributes(QueueUrl=url("letters"), Attributes={"Policy": let_in, "RedrivePolicy": redrive})
    for function in ("checkout", "label-ready"):
        aws_lambda.put_function_event_invoke_config(
            FunctionName=function, DestinationConfig={"OnFailure": place(f"failed-{function}")})
    (clicks,) = aws_lambda.list_event_source_mappings(FunctionName="recommend")["EventSourceMappings"]
    aws_lambda.update_event_source_mapping(
        UUID=clicks["UUID"], BisectBatchOnFunctionError=True, MaximumRetryAttempts=3,
        DestinationConfig={"OnFailure": place("failed-clicks")})
    # END SOLUTION

# %%
check(
    "lab10.to_aws",
    one_write, three_at_once, charged_once, in_order, brake, keep_failures, runbook, letters, to_aws,
)

# %% [markdown]
# ## When all eight are ✓
#
# - Do the night again with another store in its middle: a queue, if you had a stream; a stream, if you had a queue. Which of your repairs
#   disappear, and which become more difficult?
# - Which of the eight promises would you give up first, if it saved half of the resources? Whom would you tell?
# - Turn the troubles up: `board([night(5, repairs, knobs=Knobs(brake_s=1800))])` (`from sevenways.night.orders import Knobs`). Where is your edge?
# - Print your certificate: the last section of lesson 10.
