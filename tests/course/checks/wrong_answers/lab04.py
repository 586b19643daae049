"""Plausible wrong answers to lab 04, each with a part of the sentence it must get."""

import json
from datetime import timedelta

import boto3

from motoclock.world import current_world
from sevenways.checks.lab04_events import forty

from ..contract import Wrong


def events():
    return boto3.client("events")


# ---------------------------------------------------------------------- pattern

CHANNEL = [{"anything-but": "partner"}, {"exists": False}]
COUNTRY, TOTAL = {"country": ["DE", "AT"]}, [{"numeric": [">=", 50]}]


def _pattern(kind="OrderPlaced", **detail):
    return {"detail-type": [kind], "detail": {"channel": CHANNEL, "address": COUNTRY, "total": TOTAL, **detail}}


def lower_case():
    return _pattern("orderPlaced")


def forgets_the_tills():
    return _pattern(channel=[{"anything-but": "partner"}])


def names_one_channel():
    return _pattern(channel=["web", {"exists": False}])


def above_fifty():
    return _pattern(total=[{"numeric": [">", 50]}])


def any_detail_type():
    return {"detail": _pattern()["detail"]}


def ignores_case():
    return _pattern(address={"country": [{"equals-ignore-case": "DE"}, "AT"]})


def all_but_the_countries_of_today():
    return _pattern(address={"country": [{"anything-but": ["FR", "CH", "de", "IT"]}]})


def all_but_cancelled():
    return {**_pattern(), "detail-type": [{"anything-but": "OrderCancelled"}]}


def the_channels_of_today():
    return _pattern(channel=["web", "app", {"exists": False}])


def no_list():
    return _pattern(channel="web")


def a_list_of_the_twelve():
    return {"detail": {"id": [detail["id"] for _kind, detail, wanted in forty() if wanted]}}


def countries_by_their_first_letter():
    return _pattern(address={"country": [{"prefix": "D"}, {"prefix": "A"}]})


def vienna_in_any_case():
    return _pattern(address={"country": ["DE", {"equals-ignore-case": "AT"}]})


def up_to_a_thousand():
    return _pattern(total=[{"numeric": [">=", 50, "<=", 1000]}])


def all_that_begins_like_it():
    return {**_pattern(), "detail-type": [{"prefix": "OrderP"}]}


def no_channel_with_a_p():
    return _pattern(channel=[{"anything-but": {"prefix": "p"}}, {"exists": False}])


def no_channel_that_ends_like_it():
    return _pattern(channel=[{"anything-but": {"suffix": "r"}}, {"exists": False}])


def whatever_is_placed():
    return {**_pattern(), "detail-type": [{"suffix": "Placed"}]}


def in_any_case():
    return {**_pattern(), "detail-type": [{"equals-ignore-case": "orderplaced"}]}


def none_of_the_cheap_ones_of_today():
    return _pattern(total=[{"anything-but": [5, 20, 49, 49.99]}])


# ---------------------------------------------------------------------- shape


def one_weight_for_all():
    shape = {"id": "$.detail.id", "name": "$.detail.customer.name"}
    template = '{"parcel_id": <id>, "name": <name>, "grams": 400}'
    return {"InputTransformer": {"InputPathsMap": shape, "InputTemplate": template}}


def whole_event():
    return {}


def path_to_the_detail():
    return {"InputPath": "$.detail"}


def constant():
    return {"Input": '{"parcel_id": "order-0", "name": "Ann Lee", "grams": 420}'}


def _template(template):
    paths = {"id": "$.detail.id", "name": "$.detail.customer.name", "grams": "$.detail.grams"}
    return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}


def quotes_the_texts():
    return _template('{"parcel_id": "<id>", "name": "<name>", "grams": <grams>}')


def quotes_the_grams():
    return _template('{"parcel_id": <id>, "name": <name>, "grams": "<grams>"}')


def wrong_path():
    shape = _template('{"parcel_id": <id>, "name": <name>, "grams": <grams>}')
    shape["InputTransformer"]["InputPathsMap"]["id"] = "detail.id"
    return shape


def id_of_the_event():
    shape = _template('{"parcel_id": <id>, "name": <name>, "grams": <grams>}')
    shape["InputTransformer"]["InputPathsMap"]["id"] = "$.id"
    return shape


# ---------------------------------------------------------------------- half_hour_down


OPEN = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
    }],
})  # fmt: skip


def _queue(name="refused", let_in=True, **attributes):
    sqs = boto3.client("sqs")
    attributes |= {"Policy": OPEN} if let_in else {}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


LONG = {"MaximumRetryAttempts": 100, "MaximumEventAgeInSeconds": 86_400}


def does_nothing(target):
    return target


def parks_only(target):
    return target | {"DeadLetterConfig": {"Arn": _queue()}}


def more_attempts_only(target):
    return parks_only(target) | {"RetryPolicy": target["RetryPolicy"] | {"MaximumRetryAttempts": 100}}


def retries_only(target):
    return target | {"RetryPolicy": LONG}


def parks_behind_a_closed_door(target):
    return target | {"RetryPolicy": LONG, "DeadLetterConfig": {"Arn": _queue(let_in=False)}}


def gives_up_before_a_closed_door(target):
    return target | {"DeadLetterConfig": {"Arn": _queue(let_in=False)}}


def parks_in_fifo(target):
    return target | {"RetryPolicy": LONG, "DeadLetterConfig": {"Arn": _queue("refused.fifo", FifoQueue="true")}}


def retries_for_ever(target):
    return parks_only(target) | {"RetryPolicy": {"MaximumRetryAttempts": 1000}}


def writes_it_down_by_hand(target):
    _queue()
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="refused")["QueueUrl"], MessageBody='{"id": "order-13"}')
    return retries_only(target)


def a_copy_of_every_order(target):
    copy = {"Id": "copy", "Arn": _queue("copies")}
    events().put_rule(Name="copies", EventBusName="shop", EventPattern='{"detail-type": ["OrderPlaced"]}')
    events().put_targets(Rule="copies", EventBusName="shop", Targets=[copy])
    return retries_only(target)


def keeps_them_for_a_minute(target):
    return target | {"RetryPolicy": LONG, "DeadLetterConfig": {"Arn": _queue(MessageRetentionPeriod="60")}}


def parks_all_of_them(target):
    return {"Id": "warehouse", "Arn": _queue("parked")}


def _plain(target):
    return {name: value for name, value in target.items() if name != "InputTransformer"}


def forgets_the_shape(target):
    return _plain(target) | {"RetryPolicy": LONG, "DeadLetterConfig": {"Arn": _queue()}}


# ---------------------------------------------------------------------- slow_warehouse


def no_retry(target):
    return target | {"RetryPolicy": {"MaximumRetryAttempts": 0}}


def _key(target, value, **more):
    return target | {"HttpParameters": {"HeaderParameters": {"idempotency-key": value}}, **more}


def key_by_time(target):
    return _key(target, "$.time")


def key_of_the_template(target):
    return _key(target, "<id>")


def one_key_for_all(target):
    return _key(target, "marigold")


def key_and_few_retries(target):
    return _key(target, "$.id", RetryPolicy={"MaximumRetryAttempts": 3})


def key_without_the_shape(target):
    return _key(_plain(target), "$.id")


def forgets_to_return(target):
    _key(target, "$.id")


# ---------------------------------------------------------------------- replay


def _mend():
    pattern = json.dumps({"detail-type": ["OrderPlaced"]})
    events().put_rule(Name="news", EventBusName="shop", EventPattern=pattern)


def _replay(archive, bus, start, end, **destination):
    events().start_replay(
        ReplayName="letters", EventSourceArn=archive, EventStartTime=start, EventEndTime=end,
        Destination={"Arn": bus, **destination},
    )  # fmt: skip


def replays_to_all(archive, bus, rules, start, end):
    _mend()
    _replay(archive, bus, start, end)


def mends_only(archive, bus, rules, start, end):
    _mend()


def replays_only(archive, bus, rules, start, end):
    _replay(archive, bus, start, end, FilterArns=[rules["news"]])


def replays_a_day(archive, bus, rules, start, end):
    _mend()
    _replay(archive, bus, end - timedelta(days=1), end, FilterArns=[rules["news"]])


def stops_charging_for_a_while(archive, bus, rules, start, end):
    _mend()
    events().disable_rule(Name="charge-orders", EventBusName="shop")
    _replay(archive, bus, start, end)
    current_world().clock.sleep(3 * 3600)  # as time.sleep does in a cell
    events().enable_rule(Name="charge-orders", EventBusName="shop")


def letters_for_everything(archive, bus, rules, start, end):
    events().put_rule(Name="news", EventBusName="shop", EventPattern='{"source": ["marigold.checkout"]}')
    _replay(archive, bus, start, end, FilterArns=[rules["news"]])


def charged_orders():
    """The ids of the orders of the week, read where the shop has them: in what the charges printed."""
    pages = boto3.client("logs").get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/charge")
    lines = [event["message"].strip() for page in pages for event in page["events"]]
    return [line for line in lines if line.startswith("order-")]


def _entry(order, kind="OrderPlaced"):
    detail = json.dumps({"id": order})
    return {"EventBusName": "shop", "Source": "marigold.checkout", "DetailType": kind, "Detail": detail}


def puts_them_again(archive, bus, rules, start, end):
    _mend()
    for n, order in enumerate(charged_orders()):
        events().put_events(Entries=[_entry(order)] * (2 if n == 0 else 1))


def guesses_the_orders(archive, bus, rules, start, end):
    pattern = json.dumps({"detail-type": ["OrderPlaced", "Letter"]})
    events().put_rule(Name="news", EventBusName="shop", EventPattern=pattern)
    for n in range(28):
        events().put_events(Entries=[_entry(f"order-{n}", "Letter")])


def charges_whom_it_guesses(archive, bus, rules, start, end):
    _mend()
    for n in range(28):
        events().put_events(Entries=[_entry(f"order-{n}")])


def letters_for_all_but_cancellations(archive, bus, rules, start, end):
    pattern = json.dumps({"detail-type": [{"anything-but": "OrderCancelled"}]})
    events().put_rule(Name="news", EventBusName="shop", EventPattern=pattern)
    _replay(archive, bus, start, end, FilterArns=[rules["news"]])


WRONG = {
    "lab04.pattern": [
        Wrong("none of the 40 events was delivered, and no call raised an error", lower_case),
        Wrong("no channel", forgets_the_tills),
        Wrong("channel app", names_one_channel),
        Wrong("50 euros", above_fifty),
        Wrong("Order", any_detail_type),
        Wrong("to de", ignores_case),
        Wrong("the rule was refused", no_list),
        Wrong("to BE", all_but_the_countries_of_today),
        Wrong("OrderReturned", all_but_cancelled),
        Wrong("channel kiosk", the_channels_of_today),
        Wrong("of tomorrow's events order-40 (OrderPlaced, channel telephone, to AT", a_list_of_the_twelve),
        Wrong("to DK, 80 euros) was delivered, too", countries_by_their_first_letter),
        Wrong("to at, 80 euros) was delivered, too", vienna_in_any_case),
        Wrong("12,500 euros) was not delivered", up_to_a_thousand),
        Wrong("(OrderPacked, channel web, to DE, 80 euros) was delivered, too", all_that_begins_like_it),
        Wrong("channel phone, to DE, 80 euros) was not delivered", no_channel_with_a_p),
        Wrong("channel counter, to AT, 80 euros) was not delivered", no_channel_that_ends_like_it),
        Wrong("(ReturnPlaced, channel web, to AT, 80 euros) was delivered, too", whatever_is_placed),
        Wrong("(ORDERPLACED, channel web, to DE, 80 euros) was delivered, too", in_any_case),
        Wrong("to DE, 30 euros) was delivered, too", none_of_the_cheap_ones_of_today),
    ],
    "lab04.shape": [
        Wrong("refused 10 requests with a 400; of the first it said: no parcel_id, only account, detail", whole_event),
        Wrong("no parcel_id, only customer, grams and id", path_to_the_detail),
        Wrong("10 parcels have the id order-0", constant),
        Wrong("no parcel has the id order-7; EventBridge gave the event up", quotes_the_texts),
        Wrong('grams is "400", of the wrong type', quotes_the_grams),
        Wrong('"grams": 400}; its event says 401', one_weight_for_all),
        Wrong("the target was refused", wrong_path),
        Wrong("the warehouse has 10 parcels, the first with the id", id_of_the_event),
    ],
    "lab04.half_hour_down": [
        Wrong("order-3 is nowhere: EventBridge tried 4 times and gave it up at 0:3", does_nothing),
        Wrong("order-3 is in the queue refused: EventBridge tried 4 times and gave it up at 0:3", parks_only),
        Wrong("order-3 is in the queue refused: EventBridge tried 10 times and gave it up at 8:3", more_attempts_only),
        Wrong(
            "after two hours no queue holds it: given up after 13 attempts, and there is no dead-letter", retries_only
        ),
        Wrong("events.amazonaws.com may not sqs:SendMessage on refused", parks_behind_a_closed_door),
        Wrong(
            "; events.amazonaws.com has no statement that allows sqs:SendMessage on refused",
            gives_up_before_a_closed_door,
        ),
        Wrong("the target was refused", parks_in_fifo),
        Wrong("writes_it_down_by_hand itself sent", writes_it_down_by_hand),
        Wrong("the copy in copies is not the delivery that failed: given up after 13", a_copy_of_every_order),
        Wrong("it went to refused at 32:43.112, and is there no longer", keeps_them_for_a_minute),
        Wrong("order-0 is in the queue parked: EventBridge delivered it, to parked", parks_all_of_them),
        Wrong("tried once and gave it up at 0:00.18 (it answered 400 Bad Request)", forgets_the_shape),
        Wrong("the target was refused", retries_for_ever),
    ],
    "lab04.slow_warehouse": [
        Wrong("no request had a header idempotency-key", does_nothing),
        Wrong("which had the same key, “<id>”", key_of_the_template),
        Wrong("as for order-3, EventBridge tried once and gave it up at", no_retry),
        Wrong(
            "1 of 12 orders was never booked; as for order-1, the warehouse took its request for that of order-0",
            key_by_time,
        ),
        Wrong("11 of 12 orders were never booked; as for order-1, the warehouse took", one_key_for_all),
        Wrong("as for order-3, EventBridge tried 4 times and gave it up at", key_and_few_retries),
        Wrong("and returned None", forgets_to_return),
        Wrong("12 of 12 orders were never booked; as for order-0, EventBridge tried once", key_without_the_shape),
    ],
    "lab04.replay": [
        Wrong("order-21 was charged twice", replays_to_all),
        Wrong("28 of the 28 customers of the week have no letter", mends_only),
        Wrong("customers who ordered after the repair began have no letter", replays_only),
        Wrong("customers of the week have no letter", replays_a_day),
        Wrong("placed after the repair began, was never charged", stops_charging_for_a_while),
        Wrong("order-21 was charged 3 times", puts_them_again),
        Wrong("order-69 got 2 letters, one of them for its cancellation", letters_for_everything),
        Wrong("order-849 got 2 letters, one of them for its return", letters_for_all_but_cancellations),
        Wrong("order-0 got a letter, and there is no such order", guesses_the_orders),
        Wrong("order-0 was charged, and there is no such order", charges_whom_it_guesses),
    ],
}
