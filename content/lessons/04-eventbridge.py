# %% [markdown]
# # 04 · EventBridge: a bus that reads what it carries
#
# Marigold Books has grown. The warehouse is another company with an HTTP interface, the parcels are carried by a third one
# that sends events of its own, and marketing wants "orders above a hundred euros, but not those of resellers". So the shop
# gets a **bus**: everybody puts events on it, and *rules* say who gets which. By the end of this lesson it will
# have gone wrong in several ways, without a single error in your code, and you will know where to look.
#
# **By the end you can**
# - route events by what is *in* them, and find out field by field why one did not match;
# - hand events to functions, queues and to HTTP systems outside AWS, in the shape that those want;
# - say who tries again, how long, and where an event rests when nobody does any more;
# - take in the events of another company;
# - keep events in an archive, and replay them without harm.
#
# **Time** about 60 minutes, and 50 for the lab. Short of time? Leave out sections 6, 8 and 9, and tasks 2 and 4 of the lab.
# **You need** unit 02, for what Lambda does with an asynchronous event. Unit 03 helps: much of this is SNS with other words.
#
# Every cell runs against a simulated AWS with a clock of its own. Where it asks you to **predict**, run that cell and take
# a choice, before you go on: it is kept for you. What the next cells show stays folded until you run them, and the explanation
# until you open it.

# %%
import json
from datetime import timedelta

import boto3

from sevenways import Cloud, Explorer, explain, pattern_tester, predict, predictions, quiz, what_changed, who_retries
from sevenways.draw.pattern_misses import pattern_misses
from sevenways.facts import cards, prices
from sevenways.facts import eventbridge as bus_facts

# %% [markdown]
# ## 1 · How many deliveries?
#
# A bus, and three functions that want to know about orders. All three are this one, under different names:

# %%
def note(event, context):
    print(event["detail-type"], event["detail"]["id"])

# %%
cloud = Cloud(seed=1)
eventbridge = boto3.client("events")
aws_lambda = boto3.client("lambda")

eventbridge.create_event_bus(Name="shop")
pack, invoice, newsletter = (cloud.deploy(note, name=name) for name in ("pack", "invoice", "newsletter"))

# %% [markdown]
# A **rule** has a *pattern* that says which events it wants, and *targets* that get them. The function has to allow the call: that
# is the third step, and on AWS the one that is forgotten.

# %%
placed = json.dumps({"detail-type": ["OrderPlaced"]})
fulfil = eventbridge.put_rule(Name="fulfil", EventBusName="shop", EventPattern=placed)["RuleArn"]
eventbridge.put_targets(
    Rule="fulfil", EventBusName="shop", Targets=[{"Id": "pack", "Arn": pack}, {"Id": "invoice", "Arn": invoice}]
)
for name in ("pack", "invoice"):
    aws_lambda.add_permission(
        FunctionName=name, StatementId="fulfil", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com", SourceArn=fulfil,
    )

# %% [markdown]
# You will do this often, so here are the same calls in two helpers: one for rules, and one for putting events, ten a call.

# %%
def rule(name, pattern, *targets, bus="shop"):
    """A rule and its targets, each an ARN or a dict as put_targets takes it. Returns the rule's ARN."""
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    arn = eventbridge.put_rule(Name=name, EventBusName=bus, EventPattern=text)["RuleArn"]
    whole = [{"Id": str(n), **(one if isinstance(one, dict) else {"Arn": one})} for n, one in enumerate(targets)]
    eventbridge.put_targets(Rule=name, EventBusName=bus, Targets=whole)
    for target in whole:
        if ":function:" in target["Arn"]:
            aws_lambda.add_permission(
                FunctionName=target["Arn"], StatementId=f"{name}-{target['Id']}", Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com", SourceArn=arn,
            )
    return arn


def put(details, kind="OrderPlaced", source="marigold.checkout"):
    """Put an event on the bus for each detail. Returns their ids."""
    ids = []
    for start in range(0, len(details), 10):
        entries = [
            {"EventBusName": "shop", "Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
            for detail in details[start : start + 10]
        ]
        ids += [entry.get("EventId") for entry in eventbridge.put_events(Entries=entries)["Entries"]]
    return ids


rule("news", {"source": ["marigold.checkout"]}, newsletter)
orders = [{"id": f"order-{n}", "total": 20 * n} for n in range(10)]

# %%
predict("04.three-targets")

# %%
put(orders)
cloud.run()

# %% claims=["E3", "E1"]
cloud.diagram()

# %% [markdown]
# :::answer
# Every rule looks at every event, and each target gets a copy of its own: three independent tasks from one event.
# And always **one event an invocation**; a bus has no batch size. There is no list of `Records` to loop over
# either:
# :::

# %%
[line.message for line in cloud.logs("pack").printed]

# %% [markdown]
# Now the fraud team arrives. They need every order above 150 euros.

# %%
predict("04.fraud-team")

# %% claims=["E2"]
fraud_check = cloud.deploy(note, name="fraud-check")
rule("suspicious", {"detail": {"total": [{"numeric": [">", 150]}]}}, fraud_check)
put(orders)
cloud.run()
cloud.logs("fraud-check").printed

# %% [markdown]
# :::answer
# Nothing. Checkout called `put` as before: **the publisher knows no subscriber**, neither their names nor their number.
# And what one rule turns away is not gone for the others: the eight cheap orders reached `pack` all the same. It does
# not stay on the bus either. An event is matched once, on arrival; the bus keeps nothing.
# :::
#
# **Change it.** Give `fulfil` the function `fraud-check` as a third target: `put_targets`, with an `Id` that the rule does not
# have yet. Put the orders again. How many invocations now? (Our helper `rule` numbers its targets. It would add `pack` and
# `invoice` a second time, beside the two that are there; nothing stops it.)

# %% [markdown]
# ## 2 · Not from a partner
#
# Orders come from the web or from partners who resell. Some old tills send no `channel` at all. Twenty orders:

# %%
channels = ["partner"] * 6 + ["web"] * 4 + [None] * 10
countries = ["DE", "FR"]
twenty = [
    {"id": f"order-{n}", "total": 10 * n, "address": {"country": countries[n % 2]}}
    | ({"channel": channel} if channel else {})
    for n, channel in enumerate(channels)
]
twenty[0], twenty[-1]

# %% [markdown]
# These are the **details**, the body of an event. Around it the bus puts an envelope: source, detail type, time, id. A pattern
# has the same shape as the event, with a *list* of what is allowed at each leaf. All fields must fit; in a list one is enough.

# %%
predict("04.not-from-a-partner")

# %% claims=["E5"]
def shop_with(pattern, details):
    cloud = Cloud(seed=1)
    eventbridge.create_event_bus(Name="shop")
    rule("news", pattern, cloud.deploy(note, name="newsletter"))
    put(details)
    cloud.run()
    return cloud


not_partner = {"detail": {"channel": [{"anything-but": "partner"}]}}
shop_with(not_partner, twenty).summary()

# %% [markdown]
# :::answer
# Four. The newsletter took a subset by a filter, and wrote no code for it. But ten orders fell through. To see
# which and why, hold the same pattern against the same events:
# :::

# %%
as_events = [{"source": "marigold.checkout", "detail-type": "OrderPlaced", "detail": detail} for detail in twenty]
pattern_misses(not_partner, as_events)

# %% [markdown]
# :::answer
# A condition is asked of a *value*. Where the field is missing there is no value that could differ from `partner`, so
# `anything-but` does not fit. To want "another channel, **or** none", say both; in a list one is enough.
# :::

# %% claims=["E6"]
not_partner_or_none = {"detail": {"channel": [{"anything-but": "partner"}, {"exists": False}]}}
pattern_misses(not_partner_or_none, as_events)

# %% [markdown]
# :::answer
# Fourteen.
# :::
#
# Patterns reach as deep as the body goes, and compare numbers as numbers. Marketing's real wish, three fields at
# once:

# %%
wish = {
    "detail": {
        "channel": [{"anything-but": "partner"}, {"exists": False}],
        "address": {"country": ["DE"]},
        "total": [{"numeric": [">=", 100]}],
    }
}
pattern_misses(wish, as_events)

# %% [markdown]
# The picture is for many events. For one event, `explain` says it in sentences:

# %%
explain(wish, as_events[4])

# %% [markdown]
# It used to be said that this is what EventBridge has over SNS: filters that look into the body. SNS has learned it too, with
# `FilterPolicyScope`; see unit 03. More operators, archives and targets outside AWS remain.
#
# **Change it.** Which orders does `{"detail": {"total": [{"numeric": [">", 100, "<=", 150]}]}}` let through? And
# `{"detail": {"address": ["DE"]}}`?

# %% [markdown]
# ## 3 · One letter
#
# A new colleague writes a rule. Ten orders are placed. Look closely at the first letter.

# %%
silent = Cloud(seed=1)
eventbridge.create_event_bus(Name="shop")
newsletter = silent.deploy(note, name="newsletter")

# %%
predict("04.first-letter")

# %%
rule("news", {"detail-type": ["orderPlaced"]}, newsletter)
eventbridge.describe_rule(Name="news", EventBusName="shop")["State"]

# %% claims=["misconception 13"]
entries = [
    {"EventBusName": "shop", "Source": "marigold.checkout", "DetailType": "OrderPlaced", "Detail": json.dumps(order)}
    for order in orders
]
answer = eventbridge.put_events(Entries=entries)
silent.run()
answer["ResponseMetadata"]["HTTPStatusCode"], answer["FailedEntryCount"], silent.summary()["invocations"]

# %% [markdown]
# :::answer
# Nobody. The rule is enabled, the status is 200, no entry failed, and nothing arrived. To EventBridge this
# pattern is perfect: it can't know what you are *going* to send. Not to match is the normal fate of most events at most rules.
# :::
#
# And one that is no pattern at all:

# %%
try:
    rule("news", {"detail": {"total": [{"greater-than": 100}]}}, newsletter)
except eventbridge.exceptions.InvalidEventPatternException as refusal:
    print(refusal)

# %% [markdown]
# So test a pattern against a **real event** before you wait for one. Below is a tester. Change the pattern until it matches,
# then break it in other ways: leave a bracket out, ask for a `total` of `"100"`, ask for `{"exists": false}`.

# %%
pattern_tester({"detail-type": ["orderPlaced"], "detail": {"total": [{"numeric": [">", 100]}]}}, as_events[12])

# %% [markdown]
# In a build, where nobody looks, ask AWS itself. This call needs no bus and no rule:

# %%
real_event = as_events[12] | {
    "id": "1", "account": "123456789012", "time": "2030-01-01T00:00:00Z", "region": "us-east-1", "resources": [],
}


def fits(pattern):
    return eventbridge.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(real_event))["Result"]


fits({"detail-type": ["orderPlaced"]}), fits({"detail-type": ["OrderPlaced"]})

# %% [markdown]
# ### Two events in one call

# %%
predict("04.broken-entry")

# %%
broken = {"EventBusName": "shop", "Source": "marigold.checkout", "DetailType": "OrderPlaced", "Detail": "order-11"}
answer = eventbridge.put_events(Entries=[entries[0], broken])
answer["FailedEntryCount"], [sorted(entry) for entry in answer["Entries"]]

# %% [markdown]
# :::answer
# The call succeeds, and an entry fails *inside* it. Only `FailedEntryCount` says so. If you don't read it, the order is
# lost, and no SDK will try it again. One typo more, and nothing says so at all: an event for a bus that does not exist gets an
# id.
# :::

# %%
lost = eventbridge.put_events(Entries=[entries[0] | {"EventBusName": "shpo"}])
lost["FailedEntryCount"], silent.summary()["lost"]

# %% [markdown]
# ## 4 · Whose retry?
#
# A rule has a **retry policy** for each target. The default is generous: so many attempts after the first one, for so many seconds.

# %%
cards(bus_facts.RETRIES_DEFAULT, bus_facts.EVENT_AGE_DEFAULT_S)

# %% [markdown]
# Charging a card twice is bad, so the team sets `MaximumRetryAttempts` to **0**. And because they are careful, the target gets a
# dead-letter queue. The provider is down today: every call of the handler fails.

# %%
def charge_or_raise(event, context):
    print("charging", event["detail"]["id"])
    raise ConnectionError("the provider did not answer")

# %%
sqs = boto3.client("sqs")
EVENTBRIDGE_MAY_SEND = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
    }],
})


def make_queue(name):
    """A queue that EventBridge may send to. Returns its URL and its ARN."""
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": EVENTBRIDGE_MAY_SEND})["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def careful_shop(retries=0):
    cloud = Cloud(seed=1)
    eventbridge.create_event_bus(Name="shop")
    _, parked = make_queue("failed-deliveries")
    charge = cloud.deploy(charge_or_raise, name="charge")
    target = {
        "Arn": charge, "RetryPolicy": {"MaximumRetryAttempts": retries}, "DeadLetterConfig": {"Arn": parked},
    }
    rule("charge-orders", {"detail-type": ["OrderPlaced"]}, target)
    put(orders[:1])
    cloud.run()
    return cloud


# %%
predict("04.no-retries")

# %%
careful = careful_shop()
careful.timeline()

# %% claims=["misconception 8", "E4"]
careful.diagram()

# %% [markdown]
# :::answer
# Three times, and then the event is lost, with an empty dead-letter queue beside it. EventBridge
# handed the event to Lambda, Lambda said "accepted", and there EventBridge's part ended, with success, at the first attempt.
# What runs three times is **Lambda's own queue for asynchronous events**, with its own two retries; you know it from unit 02.
# Nobody wrote a retry, and there were two.
# :::

# %% tags=["hide-input"]
who_retries(
    "lambda",
    {
        "sdk": "only the call of put_events",
        "source": "would try the hand-over again; it worked at once",
        "poller": "there is none: a bus pushes",
        "lambda": "runs the handler again, after one minute and after two",
        "dead_letters": "the target's own stays empty: the delivery did not fail",
    },
    names={"source": "the rule's target"},
)

# %% [markdown]
# Another shop, another day. Somebody deletes a queue that is a target:

# %%
gone = Cloud(seed=1)
eventbridge.create_event_bus(Name="shop")
work, work_arn = make_queue("work")
parked, parked_arn = make_queue("failed-deliveries")
rule("to-work", {"detail-type": ["OrderPlaced"]}, {"Arn": work_arn, "DeadLetterConfig": {"Arn": parked_arn}})
sqs.delete_queue(QueueUrl=work)
eventbridge.list_targets_by_rule(Rule="to-work", EventBusName="shop")["Targets"][0]["Arn"]

# %% [markdown]
# The rule does not notice; its target has the same name as before.

# %%
predict("04.queue-is-gone")

# %%
put(orders[:1])
gone.run()

# %%
message = sqs.receive_message(QueueUrl=parked, MessageAttributeNames=["All"])["Messages"][0]
attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
{name: attributes[name] for name in ("ERROR_CODE", "ERROR_MESSAGE", "RETRY_ATTEMPTS")}

# %% [markdown]
# :::answer
# At once, with no retry. So this is when a target's dead-letter queue gets something: when the **hand-over** fails. A target that is not there, or that does not permit the call, does not get better by asking again:
# :::

# %% tags=["hide-input"]
bus_facts.NOT_RETRIED

# %% [markdown]
# :::answer
# The body of that message is the event, whole, and its attributes say what went wrong. Read them before you build anything that
# redrives.
# :::
#
# **Change it.** Call `careful_shop(retries=100).timeline()`. Does anything change? Which setting of which service would make it
# one run?

# %% [markdown]
# ## 5 · The warehouse answers after six seconds
#
# The warehouse is outside of AWS. It has an HTTP interface: `POST /parcels` with a `parcel_id` and a `country`. No function is
# needed for it. A *connection* keeps the key, an **API destination** has the address, and a rule can have it as target.

# %%
ROLE = "arn:aws:iam::123456789012:role/call-the-warehouse"
KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "a secret"}}


def api_destination(name, url, calls_per_second=100):
    """An HTTP system as a target. Returns its ARN."""
    connection = eventbridge.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=KEY)
    return eventbridge.create_api_destination(
        Name=name, ConnectionArn=connection["ConnectionArn"], InvocationEndpoint=url, HttpMethod="POST",
        InvocationRateLimitPerSecond=calls_per_second,
    )["ApiDestinationArn"]


class Warehouse:
    """The other company's system: it books a parcel for every good request."""

    def __init__(self, cloud, latency_s):
        self.parcels = []
        self.system = cloud.downstream("https://warehouse.example", latency_s=latency_s, capacity=None, handler=self.book)

    def book(self, request):
        wanted = request.json()
        if "parcel_id" not in wanted:
            return 400, {}, {"error": "no parcel_id"}
        self.parcels.append(wanted["parcel_id"])

# %% [markdown]
# A target that says nothing gets the whole event, envelope and all. The warehouse wants two fields. An **input transformer** takes
# parts out of the event by path, and puts them into a template:

# %%
TRANSFORMER = {
    "InputPathsMap": {"id": "$.detail.id", "country": "$.detail.address.country"},
    "InputTemplate": '{"parcel_id": <id>, "country": <country>}',
}


def ship(shape=None, latency_s=0.5, retries=4, outage_s=0, headers=None, warehouse=Warehouse):
    cloud = Cloud(seed=1)
    eventbridge.create_event_bus(Name="shop")
    other_side = warehouse(cloud, latency_s)
    target = {"Arn": api_destination("warehouse", "https://warehouse.example/parcels"), "RoleArn": ROLE}
    if retries is not None:
        target["RetryPolicy"] = {"MaximumRetryAttempts": retries}
    if headers:
        target["HttpParameters"] = {"HeaderParameters": headers}
    rule("parcels", {"detail-type": ["OrderPlaced"]}, target | (shape or {}))
    if outage_s:
        other_side.system.up = False
        cloud.at(outage_s, lambda: setattr(other_side.system, "up", True))
    event_id = put(twenty[:1])[0]
    cloud.run()
    return cloud, event_id, other_side


world, event_id, warehouse = ship()
world.passport(event_id)

# %% [markdown]
# Without a shape: 400, once, and the event is lost, because there is no dead-letter queue. A 400 is not tried again; a better
# day won't mend a bad request. These answers are:

# %%
bus_facts.API_DESTINATION_RETRIED

# %% claims=["E8"]
world, event_id, warehouse = ship(shape={"InputTransformer": TRANSFORMER})
warehouse.parcels, warehouse.system.requests[0].request.json()

# %% [markdown]
# One parcel, booked in a system that AWS knows nothing of, without a function in between. In a template text brings its
# own quotes: write `<id>`, not `"<id>"`. (Only inside a longer text are the quotes yours: `"parcel <id>"`.)
#
# Now the warehouse has a slow day. It books the parcel, and answers after **six seconds**. AWS waits for a while, no longer:

# %%
bus_facts.API_DESTINATION_TIMEOUT_S

# %%
predict("04.six-seconds")

# %%
world, event_id, warehouse = ship(shape={"InputTransformer": TRANSFORMER}, latency_s=6)
warehouse.parcels

# %%
world.passport(event_id)

# %% [markdown]
# :::answer
# Five parcels, each of them booked; and EventBridge's last word is "lost". **A timeout says nothing about what was
# done.** It says that nobody waited. You can't raise this limit, so slow systems need something in between, such as a queue and
# a function.
# :::
#
# Could the warehouse recognise a request that it knows? Every event has an id that stays the same over all tries.
# Send it along:

# %%
class CarefulWarehouse(Warehouse):
    """Books a parcel once for each key, and answers at once to a key that it knows."""

    def __init__(self, cloud, latency_s):
        self.booked = {}
        super().__init__(cloud, lambda request: 0.1 if request.headers["idempotency-key"] in self.booked else latency_s)

    def book(self, request):
        key = request.headers["idempotency-key"]
        if key not in self.booked:
            super().book(request)
            self.booked[key] = True


world, event_id, warehouse = ship(
    shape={"InputTransformer": TRANSFORMER}, latency_s=6, headers={"idempotency-key": "$.id"}, warehouse=CarefulWarehouse
)
warehouse.parcels

# %%
world.passport(event_id)

# %% [markdown]
# One parcel, as slow as before. And the delivery ends well: the third try finds its key, and is answered at once. Why not the
# second? It set out at 0:06.124, a few thousandths of a second before the first request had been booked. So two requests with one
# key were at work at the same time. Whoever takes keys has to bear that: look and book in *one* step.
#
# ### And when it is down?

# %%
predict("04.ten-minutes")

# %%
world, event_id, warehouse = ship(shape={"InputTransformer": TRANSFORMER}, retries=None, outage_s=600)
world.passport(event_id)

# %% [markdown]
# :::answer
# Some minutes later. The waits grow from try to try, so a long outage is followed by a long silence. (AWS does not publish the
# curve; ours is modelled. That the waits grow is certain.) With `retries=4` this order would have been given up within a
# minute.
# :::
#
# **Change it.** `ship(shape={"InputTransformer": TRANSFORMER}, latency_s=6, retries=0)[2].parcels`: how many parcels, and what does EventBridge think? Find the largest
# number of seconds at which all is well.

# %% [markdown]
# ## 6 · Someone else's events
#
# Parcelwing carries the parcels. It publishes to AWS as a **partner**: its events come to a bus in *your* account. When a
# parcel is late, the help desk, which is again another company, should have a ticket. A partner's event in, an API destination
# out, and no function.
#
# Two sides have to agree. Parcelwing offers an *event source* for your account; you make a bus for it, of the same name. Here
# the cell plays both parts.

# %%
PARCELWING = "aws.partner/parcelwing.example/marigold"


def late_parcels(rule_on):
    cloud = Cloud(seed=1)
    desk = cloud.downstream("https://helpdesk.example")
    eventbridge.create_event_bus(Name="shop")
    eventbridge.create_partner_event_source(Name=PARCELWING, Account="123456789012")  # their part
    eventbridge.create_event_bus(Name=PARCELWING, EventSourceName=PARCELWING)  # ours
    ticket = {"Arn": api_destination("helpdesk", "https://helpdesk.example/tickets"), "RoleArn": ROLE}
    rule("late", {"detail-type": ["ParcelLate"]}, ticket | {"InputPath": "$.detail"}, bus=rule_on)
    late = {"Source": PARCELWING, "DetailType": "ParcelLate", "Detail": json.dumps({"parcel": "order-3", "days": 2})}
    eventbridge.put_partner_events(Entries=[late])  # theirs
    cloud.run()
    return cloud, desk


# %%
predict("04.whose-bus")

# %%
on_the_shop, desk = late_parcels("shop")
desk.calls

# %%
on_its_bus, desk = late_parcels(PARCELWING)
on_its_bus.diagram()

# %% claims=["E7"]
desk.requests[0].request.json()

# %% [markdown]
# :::answer
# A partner's events arrive on the bus that was made for its source, and nowhere else. On that bus they are events like any
# others: patterns, targets, retries, archives. Nobody polls, nobody keeps a web hook alive, and nobody can fake them: an
# event that *you* put with this source is refused (and a call that names the partner's bus fails as a whole).
# :::

# %%
fake = {"Source": PARCELWING, "DetailType": "ParcelLate", "Detail": "{}"}
eventbridge.put_events(Entries=[fake])["Entries"]

# %% [markdown]
# **Change it.** In `late_parcels` the rule hands over `$.detail`. Use a transformer instead, so that the ticket reads
# `{"title": "order-3 is 2 days late"}`.

# %% [markdown]
# ## 7 · See it, replay it
#
# Back to the newsletter and its typo of section 3. Ten customers did not get their letter. This time the shop was prepared: an
# **archive** keeps a copy of every event, and a rule with the widest pattern writes everything to a log group.

# %%
def watched_shop():
    cloud = Cloud(seed=1)
    bus = eventbridge.create_event_bus(Name="shop")["EventBusArn"]
    archive = eventbridge.create_archive(ArchiveName="everything", EventSourceArn=bus)["ArchiveArn"]
    boto3.client("logs").create_log_group(logGroupName="/aws/events/shop")
    log_group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/shop"
    rule("log-all", {"account": ["123456789012"]}, log_group)
    charge, news = cloud.deploy(note, name="charge"), cloud.deploy(note, name="newsletter")
    rules = {
        "charge-orders": rule("charge-orders", {"detail-type": ["OrderPlaced"]}, charge),
        "news": rule("news", {"detail-type": ["orderPlaced"]}, news),
    }
    put(orders)
    cloud.run(seconds=600)
    return cloud, bus, archive, rules


watched, bus, archive, rules = watched_shop()
watched.diagram()

# %% [markdown]
# The diagram has it already, but it is ours. What would you have on AWS? Every rule has its numbers in CloudWatch, without a
# line of code. The typo shows: a rule that is triggered zero times on a day with ten orders.

# %% claims=["E9"]
def triggered(name, cloud):
    points = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events", MetricName="TriggeredRules",
        Dimensions=[{"Name": "EventBusName", "Value": "shop"}, {"Name": "RuleName", "Value": name}],
        StartTime=cloud.now - timedelta(days=1), EndTime=cloud.now + timedelta(days=1), Period=86_400, Statistics=["Sum"],
    )["Datapoints"]
    return sum(point["Sum"] for point in points)


{name: triggered(name, watched) for name in ("log-all", *rules)}

# %% [markdown]
# (To be exact, `news` has no data point at all. An alarm on it has to treat *missing* data as a breach.)
#
# The archive knows how many events it holds, and the log group has each of them, to be read and searched. So this flow can be seen
# at three places that nobody had to program.

# %%
lines = boto3.client("logs").filter_log_events(logGroupName="/aws/events/shop")["events"]
eventbridge.describe_archive(ArchiveName="everything")["EventCount"], json.loads(lines[0]["message"])["detail"]

# %% [markdown]
# Now mend the rule and let the archive send its events once more: a **replay**.

# %%
def mend_and_replay(only=()):
    cloud, bus, archive, rules = watched_shop()
    eventbridge.put_rule(Name="news", EventBusName="shop", EventPattern=json.dumps({"detail-type": ["OrderPlaced"]}))
    eventbridge.start_replay(
        ReplayName="letters", EventSourceArn=archive,
        EventStartTime=cloud.now - timedelta(hours=1), EventEndTime=cloud.now,
        Destination={"Arn": bus} | ({"FilterArns": [rules[name] for name in only]} if only else {}),
    )
    cloud.run()
    return cloud


# %%
predict("04.replay")

# %%
replayed = mend_and_replay()
{name: len(replayed.logs(name).printed) for name in ("newsletter", "charge")}

# %%
replayed.diagram()

# %% [markdown]
# :::answer
# Ten customers have a letter, and have paid twice. A replay is the events again, for **every rule that matches now**.
# The bus doesn't remember who had what. It can be told, though: `FilterArns` names the rules that shall see the replay.
# :::

# %%
better = mend_and_replay(only=["news"])
{name: len(better.logs(name).printed) for name in ("newsletter", "charge")}

# %% [markdown]
# :::answer
# That is the operator's care. The owner of `charge` can be careful too. A replayed event has a field more than its first self:
# :::

# %% tags=["hide-input"]
bus_facts.REPLAY_FIELD

# %% [markdown]
# **Change it.** Give `charge-orders` the pattern `{"detail-type": ["OrderPlaced"], "replay-name": [{"exists": false}]}` and
# replay to all rules. Which of the two protections would you want to rely on?

# %% [markdown]
# ## 8 · All knobs
#
# Twenty orders, one every three seconds. The newsletter gets what its pattern lets through. The warehouse gets every order, in the
# shape that you choose; what it does not take is parked. An archive keeps all, and after half an hour there may be a replay.

# %%
import os


def write_letter(event, context):
    if os.environ["FAILS"] == "yes":
        raise RuntimeError("no paper")
    print("letter for", event["detail"]["id"])

# %%
SHAPES = {
    "whole event": {},
    "path $.detail": {"InputPath": "$.detail"},
    "transformer": {"InputTransformer": TRANSFORMER},
}


PATTERN = '''{
  "detail-type": ["OrderPlaced"],
  "detail": {"channel": [{"anything-but": "partner"}], "total": [{"numeric": [">", 0]}]}
}'''


def machine(
    pattern=PATTERN, target_input="transformer", latency_s=0.5, outage_s=0,
    retries=5, calls_per_second=100, newsletter_fails=False, replay="none",
):
    cloud = Cloud(seed=1)
    bus = eventbridge.create_event_bus(Name="shop")["EventBusArn"]
    archive = eventbridge.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    warehouse = Warehouse(cloud, latency_s)
    fails = {"FAILS": "yes" if newsletter_fails else "no"}
    news = rule("news", pattern, cloud.deploy(write_letter, name="newsletter", environment=fails))
    address = api_destination("warehouse", "https://warehouse.example/parcels", calls_per_second)
    target = {
        "Arn": address, "RoleArn": ROLE, "RetryPolicy": {"MaximumRetryAttempts": retries},
        "DeadLetterConfig": {"Arn": make_queue("failed-deliveries")[1]},
    }
    rule("parcels", {"detail-type": ["OrderPlaced"]}, target | SHAPES[target_input])
    for n, order in enumerate(twenty):
        cloud.at(3 * n, lambda order=order: put([order]))
    if outage_s:
        cloud.at(5, lambda: setattr(warehouse.system, "up", False))
        cloud.at(5 + outage_s, lambda: setattr(warehouse.system, "up", True))
    if replay != "none":
        where = {"Arn": bus} | ({"FilterArns": [news]} if replay == "to news only" else {})
        cloud.at(1800, lambda: eventbridge.start_replay(
            ReplayName="again", EventSourceArn=archive, Destination=where,
            EventStartTime=cloud.now - timedelta(hours=1), EventEndTime=cloud.now,
        ))
    cloud.run()
    return pattern_misses(pattern, as_events), cloud

# %%
Explorer(
    machine,
    pattern=PATTERN,
    target_input=list(SHAPES),
    latency_s=(0.1, 8.0, 0.1),
    outage_s=(0, 900, 30),
    retries=[0, 1, 2, 5, 10, 20, bus_facts.RETRIES_DEFAULT.value],
    calls_per_second=[1, 5, 100],
    newsletter_fails=False,
    replay=["none", "to all rules", "to news only"],
    show=("diagram", "backlog", "summary"),
)

# %% [markdown]
# Things to find out:
# - Find two different knobs that park all twenty parcels. Does any number of retries cure either of them?
# - An outage of 300 seconds: how many retries does it take so that nothing is parked? Why does the same number do for 900 seconds?
# - Latency 5.5. How many calls does the warehouse get for twenty orders? With which number of retries is each parcel booked once, and what does EventBridge
#   make of it?
# - The replay, to all rules and to the newsletter only: read the number of requests at the warehouse.
# - Let the newsletter fail. Turn the retries to 0 and to 20. What changes for the letters?
# - Write a pattern that lets nothing through, and one that EventBridge refuses. What does each of them say?

# %% [markdown]
# ## 9 · The new bus
#
# Since September 2026 EventBridge has a second kind of bus beside the one of this lesson. It has no rules. A team that wants events
# makes a **subscriber**: a filter and *one* target. The bus keeps every event for some days, and a subscriber may ask for order,
# event group by event group. boto3 calls the service `eventbridgev2`. One customer is one event group here; one order of Ada's
# can't be packed:

# %%
def pack_in_order(events, context):
    for event in events:
        order = event["detail"]["id"]
        print("packing", order)
        if order == "ada-1":
            raise ValueError("out of stock")

# %%
def new_bus(kind):
    cloud, new = Cloud(seed=1), boto3.client("eventbridgev2")
    bus = new.create_event_bus(Name="shop", StorageConfiguration={"RetentionPeriodInDays": 7})["EventBusArn"]
    new.get_waiter("event_bus_active").wait(EventBusArn=bus)  # until then it takes neither events nor subscribers
    new.create_subscriber(
        Name="packing", EventBusArn=bus, Type=kind, OnFailureConfiguration={"Arn": make_queue("failures")[1]},
        InvokeConfiguration={
            "TargetArn": cloud.deploy(pack_in_order, name="pack"), "RoleArn": ROLE,
            "LambdaParameters": {"InvocationType": "REQUEST_RESPONSE"},  # wait, and see whether it failed
        },
    )
    for n, order in enumerate(["ada-1", "bob-1", "ada-2", "bob-2"]):
        entry = {
            "Source": "marigold.checkout", "DetailType": "OrderPlaced", "Detail": json.dumps({"id": order}),
            "SystemMetadata": {"EventGroupId": order.split("-")[0]},
        }
        cloud.at(10 + n, lambda entry=entry: new.put_events(EventBusArn=bus, Entries=[entry]))
    cloud.run()
    return cloud, new, bus


# %%
predict("04.a-group-that-is-stuck")

# %%
ordered, new, shop_bus = new_bus("FIFO")
(failure,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="failures")["QueueUrl"])["Messages"]
packed = [(round(line.at, 1), line.message.strip()) for line in ordered.logs("pack") if "packing" in line.message]
packed, json.loads(failure["Body"])

# %% [markdown]
# :::answer
# Only `ada-2`: a stuck event holds up **its own group**, and Bob's orders pass. When its time is up, the queue gets a *description*
# of the failure, with the event's id, and not the event. That is no loss, because the bus has it still.
# :::
#
# A subscriber that comes later can start in the past:

# %%
new.create_subscriber(
    Name="audit", EventBusArn=shop_bus, InvokeConfiguration={"TargetArn": make_queue("audit")[1], "RoleArn": ROLE},
    StartingPosition="POINT_IN_TIME", PointInTimeConfiguration={"PointType": "HORIZON"},
)
ordered.run()
ordered.diagram()

# %% [markdown]
# All four events, the failed one among them, without an archive and without a replay for everybody else.
#
# **Change it.** `new_bus("UNORDERED")[0].logs("pack")`: when is `ada-2` packed now? Then put the same order twice with
# `"DeduplicationId"` beside `"EventGroupId"`, and look at the answer of `put_events`.

# %% [markdown]
# ## What you predicted
#
# Your predictions beside what happened. Nobody marks them: where they part, you have learned something.

# %%
predictions("04")

# %% [markdown]
# ## Quiz

# %%
quiz("04")

# %% [markdown]
# ## What changed since

# %%
what_changed("eventbridge")

# %% [markdown]
# The row about the bus is a matter of names, too. What sections 1 to 8 have shown is now called *Custom Event Bus - Classic*. The
# new *Custom Event Bus* beside it, that of section 9, has subscribers in place of rules, keeps its events, and can keep their order.
#
# ## When this code goes to AWS
#
# The calls, patterns and handlers are the same. What differs:
#
# - **Order.** There is none. Here events arrive in the order in which they were put; on AWS don't count on it.
# - **Duplicates.** A rule may fire twice for one event. Handlers and systems behind a bus must bear it, as in section 5.
# - **Permissions.** A function, a queue, a log group must allow `events.amazonaws.com`; other targets, API destinations among
#   them, need a role. `Cloud(strict_permissions=True)` refuses what is not allowed.
# - **Archives lag.** It can take ten minutes until an event is in its archive. Wait before you replay.
# - **The back-off curve** is not published. Ours is modelled:

# %%
bus_facts.RETRY_BACKOFF

# %% [markdown]
# ## Three things to remember
#
# 1. **A pattern that matches nothing is no error.** Test it against a real event, and watch the metric of the rule.
# 2. **EventBridge retries the hand-over, not the work.** Behind a function, Lambda's own retries begin. A timeout means "nobody
#    waited", not "nothing was done".
# 3. **A replay is the events again, for every rule.** Name the rules, or be idempotent.
#
# **Who retries?**

# %% tags=["hide-input"]
who_retries(
    {
        "the hand-over fails": "source",
        "no target, no permission": None,
        "the handler fails": "lambda",
        "HTTP timeout, 429, 5xx": "source",
        "an entry of put_events": None,
    },
    {
        "sdk": "the whole call of put_events, never a single entry that failed",
        "source": "tries a delivery again, for a day by default, with growing waits",
        "poller": "there is none: a bus pushes",
        "lambda": "runs a handler again that failed; it has its own dead-letter queue",
        "dead_letters": "of a target: what could not be delivered; without one it is lost",
    },
    names={"source": "the rule's target"},
)

# %% [markdown]
# **What does it cost?** Events that are put, requests to API destinations, what the archive keeps, and the functions behind it.
# Rules and deliveries to AWS services cost nothing extra.

# %%
cards(prices.EVENTBRIDGE_PER_M, prices.EVENTBRIDGE_API_DESTINATION_PER_M, prices.EVENTBRIDGE_ARCHIVE_PER_GB)

# %% [markdown]
# A put costs about as much as two or three requests to a queue, however many rules look at it. That is little where several
# teams want the event. For work of one consumer a queue that takes ten messages a request is cheaper, and it waits.
#
# ## The lab
#
# [lab04-eventbridge](../labs/lab04-eventbridge.ipynb): the bus of Marigold Books has five faults, and none of them raises an error.
# Next unit: [05-dynamodb-streams](05-dynamodb-streams.ipynb), events that nobody publishes.
