"""Plausible wrong answers to lab 07, each with a part of the sentence it must get."""

import json

import boto3

from ..contract import Wrong
from . import lab07_handlers as handlers


def lam():
    return boto3.client("lambda")


def sqs():
    return boto3.client("sqs")


def arn(kind, name):
    return f"arn:aws:{kind}:us-east-1:123456789012:{name}"


PACK = arn("lambda", "function:pack")


def settings(**chosen):
    lam().put_function_event_invoke_config(FunctionName="charge", **chosen)


def on(when, *targets):
    """An answer that configures destinations: on("OnSuccess", PACK)."""

    def configure(cloud):
        settings(
            DestinationConfig={
                name: {"Destination": target} for name, target in zip(when.split(), targets, strict=True)
            }
        )

    return configure


# ---------------------------------------------------------------------- chain

chains = on("OnSuccess", PACK)


def hands_over(order):
    lam().invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps(order))


def waits(order):
    lam().invoke(FunctionName="charge", Payload=json.dumps(order))


def waits_and_calls_pack(order):
    paid = json.loads(lam().invoke(FunctionName="charge", Payload=json.dumps(order))["Payload"].read())
    if "status" in paid:
        lam().invoke(FunctionName="pack", InvocationType="Event", Payload=json.dumps({"responsePayload": paid}))


def hands_over_the_name(order):
    lam().invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps(order["order"]))


def lies_in_charge(cloud):
    cloud.deploy(handlers.charge_that_lies, name="charge", timeout=10)
    chains(cloud)


def knows_the_card(order):
    if order["order"] != "order-2":
        hands_over(order)


def waits_and_hands_over(order):
    waits(order)
    hands_over(order)


def hands_over_and_calls_pack(order):
    hands_over(order)
    if order["order"] != "order-2":
        lam().invoke(FunctionName="pack", InvocationType="Event", Payload=json.dumps({"responsePayload": order}))


def chains_to_a_queue(cloud):
    queue("paid")
    on("OnSuccess", arn("sqs", "paid"))(cloud)


# ---------------------------------------------------------------------- declined_stays


def packs_in_charge(cloud):
    cloud.deploy(handlers.charge_that_packs, name="charge", timeout=10)


def raises_for_declined(cloud):
    cloud.deploy(handlers.charge_that_raises, name="charge", timeout=10)
    chains(cloud)


def raises_and_never_retries(cloud):
    cloud.deploy(handlers.charge_that_raises, name="charge", timeout=10)
    settings(MaximumRetryAttempts=0, DestinationConfig={"OnSuccess": {"Destination": PACK}})


def filters_in_pack(cloud):
    cloud.deploy(handlers.pack_that_looks, name="pack", timeout=10)
    chains(cloud)


def rule(pattern):
    """An answer with the bus and a rule, and no permission for it."""

    def configure(cloud):
        events = boto3.client("events")
        events.put_rule(Name="paid", EventPattern=json.dumps(pattern))
        events.put_targets(Rule="paid", Targets=[{"Id": "pack", "Arn": PACK}])
        on("OnSuccess", arn("events", "event-bus/default"))(cloud)

    return configure


def knows_the_orders(cloud):
    """Permitted, and right for the three orders that the lab names."""
    pattern = {"detail": {"responsePayload": {"order": [{"anything-but": ["order-3", "order-5", "order-8"]}]}}}
    rule(pattern)(cloud)
    lam().add_permission(
        FunctionName="pack", StatementId="rule", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )


# ---------------------------------------------------------------------- park


def queue(name="operator", **attributes):
    return sqs().create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def dead_letters_only(cloud):
    url = queue()
    lam().update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": arn("sqs", "operator")})
    return url


def fifo(cloud):
    url = queue("operator.fifo", FifoQueue="true")
    on("OnFailure", arn("sqs", "operator.fifo"))(cloud)
    return url


def notes_in_the_handler(cloud):
    url = queue()
    cloud.deploy(handlers.charge_that_notes, name="charge", timeout=10)
    return url


def swallows(cloud):
    url = queue()
    cloud.deploy(handlers.charge_that_swallows, name="charge", timeout=10)
    return url


def parks_everything(cloud):
    url = queue()
    on("OnSuccess OnFailure", arn("sqs", "operator"), arn("sqs", "operator"))(cloud)
    return url


def makes_a_queue_only(cloud):
    return queue()


def writes_the_note_beforehand(cloud):
    url = queue()
    note = {"requestPayload": {"order": "order-4"}, "responsePayload": {"errorType": "ValueError"}}
    sqs().send_message(QueueUrl=url, MessageBody=json.dumps(note))
    return url


def leads_over_a_topic(cloud):
    """To a queue without a policy: the topic may not send to it."""
    url, sns = queue(), boto3.client("sns")
    topic = sns.create_topic(Name="failed")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "operator"))
    on("OnFailure", topic)(cloud)
    return url


def keeps_the_url_to_itself(cloud):
    parks_everything(cloud)


def tells(handler):
    """An answer whose failures go to a function of its own, which writes the notes."""

    def configure(cloud):
        url = queue()
        cloud.deploy(handler, name="tell", timeout=10)
        on("OnFailure", arn("lambda", "function:tell"))(cloud)
        return url

    return configure


def to_the_operator(pattern, **target):
    """An answer that leads failures over the bus, with all the permissions: the rule writes what the operator reads."""

    def configure(cloud):
        url = queue()
        leads_from_the_bus("operator", url, pattern, **target)
        on("OnFailure", arn("events", "event-bus/default"))(cloud)
        return url

    return configure


def leads_from_the_bus(name, url, pattern, **target):
    events = boto3.client("events")
    source = events.put_rule(Name="failures", EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule="failures", Targets=[{"Id": "failures", "Arn": arn("sqs", name), **target}])
    let_send("events", source, name, url)


def let_send(service, source, name, url):
    """A queue policy: the service may send to the queue on behalf of this source."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn("sqs", name),
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs().set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def keeps_for_a_minute(cloud):
    url = queue(MessageRetentionPeriod="60")
    on("OnFailure", arn("sqs", "operator"))(cloud)
    return url


def returns_the_name(cloud):
    queue()
    on("OnFailure", arn("sqs", "operator"))(cloud)
    return "operator"


# ---------------------------------------------------------------------- from_a_queue


def map_to(function, **options):
    lam().create_event_source_mapping(EventSourceArn=arn("sqs", "orders"), FunctionName=function, **options)


def gives_up_at_the_first(cloud):
    """The order that the provider is too busy for at first becomes a dead letter."""
    behind(handlers.waits_and_packs)(cloud)
    redrive = json.dumps({"deadLetterTargetArn": FAILED, "maxReceiveCount": 1})
    orders = sqs().get_queue_url(QueueName="orders")["QueueUrl"]
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"RedrivePolicy": redrive})


def behind(handler, success=None, failure=None, batch=1):
    """An answer that deploys this handler behind the queue, with destinations of its own when it has any."""

    def configure(cloud):
        cloud.deploy(handler, name="take-over", timeout=20)
        map_to("take-over", BatchSize=batch)
        targets = {"OnSuccess": success, "OnFailure": failure}
        destination = {when: {"Destination": target} for when, target in targets.items() if target}
        if destination:
            lam().put_function_event_invoke_config(FunctionName="take-over", DestinationConfig=destination)

    return configure


def writes_the_name_of_the_code(cloud):
    cloud.deploy(handlers.take_over, timeout=10)
    lam().put_function_event_invoke_config(FunctionName="take_over", MaximumRetryAttempts=1)


def maps_to_charge(cloud):
    map_to("charge")


def replaces_the_chain(cloud):
    behind(handlers.relays)(cloud)
    on("OnFailure", arn("sqs", "failed"))(cloud)


FAILED = arn("sqs", "failed")


def chained(handler, failure=None, batch=1):
    """An answer that deploys this handler behind the queue, and keeps the chain of `charge`."""

    def configure(cloud):
        behind(handler, batch=batch)(cloud)
        settings(DestinationConfig={"OnSuccess": {"Destination": PACK}, **(failure or {})})

    return configure


def parks(target):
    return {"OnFailure": {"Destination": target}}


def knows_what_fails(cloud):
    chained(handlers.relays, parks(arn("events", "event-bus/default")))(cloud)
    url = sqs().get_queue_url(QueueName="failed")["QueueUrl"]
    leads_from_the_bus("failed", url, {"detail": {"requestPayload": {"order": ["order-4"]}}})


def writes_one_note(cloud):
    cloud.deploy(handlers.tells_of_order_4, name="tell", timeout=10)
    chained(handlers.relays, parks(arn("lambda", "function:tell")))(cloud)


def keeps_failed_for_a_while(cloud):
    chained(handlers.relays, parks(FAILED))(cloud)
    sqs().set_queue_attributes(
        QueueUrl=sqs().get_queue_url(QueueName="failed")["QueueUrl"], Attributes={"MessageRetentionPeriod": "600"}
    )


# ---------------------------------------------------------------------- all of them

WRONG = {
    "lab07.chain": [
        Wrong("pack never ran; the runs of charge were synchronous", chains, waits, handlers.pack),
        Wrong("the chain is in code", chains, waits_and_calls_pack, handlers.pack),
        Wrong(
            "order-2 was packed, and nobody had paid",
            on("OnSuccess OnFailure", PACK, PACK),
            hands_over,
            handlers.pack_all,
        ),
        Wrong(
            "pack failed with KeyError: 'order', in 15 of its 15 runs", chains, hands_over, handlers.pack_of_an_order
        ),
        Wrong(
            "events.amazonaws.com has no statement that allows lambda:InvokeFunction on pack",
            rule({"detail": {"responsePayload": {"status": ["paid"]}}}),
            hands_over,
            handlers.pack_of_an_event,
        ),
        Wrong("which is not the name of an order", chains, hands_over, handlers.pack_that_prints_all),
        Wrong("charge failed with TypeError", chains, hands_over_the_name, handlers.pack),
        Wrong("charge asks no payment provider", lies_in_charge, hands_over, handlers.pack),
        Wrong("charge never ran for order-2", chains, knows_the_card, handlers.pack),
        Wrong(
            "order-0, order-1 and 3 more were paid more than once; the runs of charge were asynchronous, synchronous",
            chains,
            waits_and_hands_over,
            handlers.pack,
        ),
        Wrong(
            "on a second evening, order-4 was packed, and nobody had paid",
            on("OnSuccess OnFailure", PACK, PACK),
            hands_over,
            handlers.pack_that_knows_the_card,
        ),
        Wrong(
            "because a call invoked it, and what charge handed on went to paid",
            chains_to_a_queue,
            hands_over_and_calls_pack,
            handlers.pack,
        ),
    ],
    "lab07.declined_stays": [
        Wrong("order-3 was shipped", chains),
        Wrong("the card of order-3 was charged 3 times", raises_for_declined),
        Wrong("order-6 was never paid: charge ran for it once", raises_and_never_retries),
        Wrong("pack ran 10 times", filters_in_pack),
        Wrong("10 events reached the bus default and matched no rule there", rule({"detail": {"status": ["paid"]}})),
        Wrong("has no statement", rule({"detail": {"responsePayload": {"status": ["paid"]}}})),
        Wrong("on a second evening, order-0 was shipped", knows_the_orders),
        Wrong("7 parcels left the house, and pack never ran", packs_in_charge),
    ],
    "lab07.park": [
        Wrong("and gives no cause", dead_letters_only),
        Wrong("FIFO", fifo),
        Wrong("3 notes about order-4", notes_in_the_handler),
        Wrong("order-7 would have been paid half a minute later", swallows),
        Wrong("which did not fail for good", parks_everything),
        Wrong("nothing is parked, and order-4 had 3 runs", makes_a_queue_only),
        Wrong("returned no queue URL", keeps_the_url_to_itself),
        Wrong("writes_the_note_beforehand itself sent", writes_the_note_beforehand),
        Wrong("sns.amazonaws.com has no statement that allows sqs:SendMessage on operator", leads_over_a_topic),
        Wrong(
            "on a second evening, the note about order-1 names ValueError, and charge failed with HTTPError",
            tells(handlers.tells_one_cause),
        ),
        Wrong("on a second evening, the note about order-1 is “", tells(handlers.tells_the_kind)),
        Wrong("the event had a title, too, and it is not there", tells(handlers.tells_the_name)),
        Wrong("a note in the operator's queue is “look here”, and about no order", tells(handlers.tells_and_shouts)),
        Wrong("names ValueError and HTTPError, and charge failed with ValueError", tells(handlers.tells_both_causes)),
        Wrong(
            "on a second evening, nothing is parked, and order-8 had 3 runs",
            to_the_operator({"detail": {"requestPayload": {"order": ["order-4"]}}}),
        ),
        Wrong(
            "the operator's queue holds 2 notes, and none is about order-8",
            to_the_operator(
                {"source": ["lambda"]}, Input=json.dumps({"event": {"order": "order-4"}, "error": "ValueError"})
            ),
        ),
        Wrong("what lay in operator was gone at 4:0", keeps_for_a_minute),
        Wrong("park returned “operator”, and no queue has that URL", returns_the_name),
    ],
    "lab07.from_a_queue": [
        Wrong("the provider was asked once, and its message became a dead letter at", gives_up_at_the_first),
        Wrong("charged more than once", maps_to_charge),
        Wrong(
            "none packed; the runs that charged were called by a mapping",
            behind(handlers.charges_itself, PACK, FAILED),
        ),
        Wrong("order-4 is lost after 3 tries", behind(handlers.relays)),
        Wrong("the functions here are charge, pack and take-over", writes_the_name_of_the_code),
        Wrong(
            "the provider was asked once, and its message was deleted",
            behind(handlers.waits_and_looks_away),
        ),
        Wrong("were asynchronous, and charge has no success destination any more", replaces_the_chain),
        Wrong("the queue failed is empty; order-4 had 20 tries", behind(handlers.waits_and_packs)),
        Wrong("nothing reads it", on("OnSuccess OnFailure", PACK, FAILED)),
        Wrong(
            "on a second evening, order-4 was never paid: the provider was never asked",
            chained(handlers.knows_what_will_fail),
        ),
        Wrong("9 orders were paid, and charge never ran: another function did", behind(handlers.does_it_all)),
        Wrong("on a second evening, the queue failed is empty; order-7 had 3 tries", knows_what_fails),
        Wrong("the queue failed holds 1 message, and none is about order-7", writes_one_note),
        Wrong("what lay in failed was gone at 13:0", keeps_failed_for_a_while),
    ],
    "lab07.no_loop": [
        Wrong(
            "no person has it; the people have “no address found”, which is about no order", handlers.names_it_beside
        ),
        Wrong("order-2 was looked for 16 times", handlers.goes_round),
        Wrong("order-2 was looked for 6 times", handlers.counts_in_memory),
        Wrong("the last time at 19:5", handlers.raises),
        Wrong("order-5 had 1 try, its address was not found yet, and a person has it", handlers.asks_a_person_at_once),
        Wrong("order-2 had 3 tries, and no person has it", handlers.gives_up_quietly),
        Wrong("and its address had been found", handlers.always_three),
        Wrong("nobody stopped at three; repair failed with TypeError", handlers.compares_a_text),
        Wrong("on a second evening, the address of order-6 was looked for", handlers.knows_the_order),
        Wrong("the people have order-0, order-1 and 7 more, and their addresses had been found", handlers.tells_all),
        Wrong("the people have “please hurry”, which is about no order", handlers.asks_and_hurries),
        Wrong("order-2 was looked for 6 times, the last time at 15:", handlers.comes_back_later),
        Wrong("is still in the queue repairs, and will come again; repair failed with", handlers.asks_and_raises),
    ],
    "lab07.round_the_bus": [
        Wrong("nothing stops a loop that goes through a bus", lambda: {"detail-type": ["OrderPlaced"]}),
        Wrong(
            "order-3, order-14 and 3 more were never weighed: the rule matched no events",
            lambda: {"detail": {"grams": [{"exists": True}]}},
        ),
        Wrong(
            "order-14, order-15 and 2 more were never weighed: the rule matched 1 event",
            lambda: {"detail": {"id": ["order-3"], "grams": [{"exists": False}]}},
        ),
        Wrong(
            "basket-7 was weighed, and nobody had placed it: it came with a BasketEmptied",
            lambda: {"source": ["marigold.checkout"]},
        ),
        Wrong(
            "order-8 was weighed, and nobody had placed it: it came with an OrderCancelled",
            lambda: {"source": ["marigold.checkout"], "detail-type": [{"prefix": "Order"}]},
        ),
        Wrong(
            "on a second evening, order-2, order-71 and 3 more were never weighed",
            lambda: {
                "detail-type": ["OrderPlaced"],
                "source": ["marigold.checkout"],
                "detail": {"id": [f"order-{number}" for number in (3, 14, 15, 92, 65)]},
            },
        ),
        Wrong(
            "on a second evening, voucher-1 was weighed",
            lambda: {
                "source": ["marigold.checkout"],
                "detail-type": [{"anything-but": ["BasketEmptied", "OrderCancelled"]}],
            },
        ),
        Wrong("a pattern as a dict was asked for", lambda: '{"detail-type": ["OrderPlaced"]}'),
        Wrong("the rule was refused", lambda: {"detail-type": "OrderPlaced"}),
    ],
}
