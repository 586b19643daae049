"""Handlers of the wrong answers to lab 07. A file of their own, since the file is what is deployed."""

import json
import urllib.request

import boto3


def _queue(name):
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"


def _ask(order):
    return urllib.request.urlopen("https://payments.example/charges", data=order.encode()).read().decode()


def _charge(order):
    answer = _ask(order["order"])
    if answer == "unreadable":
        raise ValueError("the card can't be read")
    return {"order": order["order"], "status": answer}


# ---------------------------------------------------------------------- chain


def pack(event, context):
    print(event["responsePayload"]["order"])


def pack_from_a_queue(event, context):
    for record in _orders_in(event):
        print(record["responsePayload"]["order"])


def pack_all(event, context):
    print(event["requestPayload"]["order"])


def pack_of_an_order(event, context):
    print(event["order"])


def pack_of_an_event(event, context):
    print(event["detail"]["responsePayload"]["order"])


def pack_that_prints_all(event, context):
    print(json.dumps(event))


def charge_that_lies(order, context):
    return {"order": order["order"], "status": "paid"}


def pack_that_knows_the_card(event, context):
    order = event["requestPayload"]["order"]
    if order != "order-2":
        print(order)


# ---------------------------------------------------------------------- declined_stays


def charge_that_packs(order, context):
    result = _charge(order)
    if result["status"] == "paid":
        urllib.request.urlopen("https://warehouse.example/parcels", data=order["order"].encode()).read()
    return result


def charge_that_raises(order, context):
    result = _charge(order)
    if result["status"] == "declined":
        raise ValueError("declined")
    return result


def pack_that_looks(event, context):
    if event["responsePayload"]["status"] == "paid":
        order = event["responsePayload"]["order"]
        urllib.request.urlopen("https://warehouse.example/parcels", data=order.encode()).read()


# ---------------------------------------------------------------------- park


def _note(order, error):
    body = json.dumps({"event": order, "error": type(error).__name__})
    boto3.client("sqs").send_message(QueueUrl=_queue("operator"), MessageBody=body)


def charge_that_notes(order, context):
    try:
        return _charge(order)
    except ValueError as error:
        _note(order, error)
        raise


def charge_that_swallows(order, context):
    try:
        return _charge(order)
    except Exception as error:
        _note(order, error)


def _tell(text):
    boto3.client("sqs").send_message(QueueUrl=_queue("operator"), MessageBody=text)


def tells_the_cause(record, context):
    _tell(json.dumps({"event": record["requestPayload"], "error": record["responsePayload"]["errorType"]}))


def tells_one_cause(record, context):
    _tell(json.dumps({"event": record["requestPayload"], "error": "ValueError"}))


def tells_both_causes(record, context):
    _tell(json.dumps({"event": record["requestPayload"], "error": "ValueError or HTTPError"}))


def tells_the_kind(record, context):
    """The type of one error, and a word of its own for all others."""
    error = record["responsePayload"]["errorType"]
    _tell(json.dumps({"event": record["requestPayload"], "error": error if error == "ValueError" else "other"}))


def tells_the_name(record, context):
    _tell(f"{record['requestPayload']['order']} {record['responsePayload']['errorType']}")


def tells_and_shouts(record, context):
    tells_the_cause(record, context)
    _tell("look here")


# ---------------------------------------------------------------------- from_a_queue


def knows_what_will_fail(event, context):
    for order in _orders_in(event):
        if order["order"] == "order-4":
            boto3.client("sqs").send_message(QueueUrl=_queue("failed"), MessageBody=json.dumps(order))
        else:
            boto3.client("lambda").invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps(order))


def tells_of_order_4(record, context):
    boto3.client("sqs").send_message(QueueUrl=_queue("failed"), MessageBody='{"order": "order-4"}')


def does_it_all(event, context):
    """The work of `charge` and of `pack`."""
    for order in _orders_in(event):
        answer = _ask(order["order"])
        if answer == "unreadable":
            boto3.client("sqs").send_message(QueueUrl=_queue("failed"), MessageBody=json.dumps(order))
        else:
            urllib.request.urlopen("https://warehouse.example/parcels", data=order["order"].encode()).read()


def _orders_in(event):
    return [json.loads(record["body"]) for record in event["Records"]]


def charges_itself(event, context):
    for order in _orders_in(event):
        _charge(order)


def relays(event, context):
    for order in _orders_in(event):
        boto3.client("lambda").invoke(FunctionName="charge", InvocationType="Event", Payload=json.dumps(order))


def waits_and_looks_away(event, context):
    client = boto3.client("lambda")
    for order in _orders_in(event):
        answer = client.invoke(FunctionName="charge", Payload=json.dumps(order))["Payload"].read()
        client.invoke(FunctionName="pack", InvocationType="Event", Payload=answer)


def waits_and_packs(event, context):
    client = boto3.client("lambda")
    for order in _orders_in(event):
        answer = client.invoke(FunctionName="charge", Payload=json.dumps(order))
        if "FunctionError" in answer:
            raise RuntimeError("charge failed")
        client.invoke(FunctionName="pack", InvocationType="Event", Payload=answer["Payload"].read())


# ---------------------------------------------------------------------- no_loop

TRIES = {}


def _found(order):
    return urllib.request.urlopen("https://addresses.example", data=order["order"].encode()).read() == b"found"


def _send(queue, order):
    boto3.client("sqs").send_message(QueueUrl=_queue(queue), MessageBody=json.dumps(order))


def goes_round(event, context):
    [order] = _orders_in(event)
    if not _found(order):
        _send("repairs", order)


def counts_in_memory(event, context):
    [order] = _orders_in(event)
    if _found(order):
        return
    TRIES[order["order"]] = TRIES.get(order["order"], 0) + 1
    _send("people" if TRIES[order["order"]] >= 3 else "repairs", order)


def raises(event, context):
    [order] = _orders_in(event)
    if not _found(order):
        raise LookupError("no address found")


def _after_three_receives(event):
    """The order whose address was not found; before its third receive it goes back. None: found."""
    [order] = _orders_in(event)
    if _found(order):
        return None
    if int(event["Records"][0]["attributes"]["ApproximateReceiveCount"]) < 3:
        raise LookupError("no address found")
    return order


def names_it_beside(event, context):
    """The order stands in an attribute of the message, where nobody looks who reads bodies."""
    order = _after_three_receives(event)
    if order is None:
        return
    named = {"order": {"DataType": "String", "StringValue": order["order"]}}
    boto3.client("sqs").send_message(QueueUrl=_queue("people"), MessageBody="no address found", MessageAttributes=named)


def counts_receives(event, context):
    """A design that is right: the queue counts."""
    order = _after_three_receives(event)
    if order is not None:
        _send("people", order)


def waits_between_tries(event, context):
    """A design that is right, and slow."""
    [order] = _orders_in(event)
    if _found(order):
        return
    body = json.dumps({**order, "tries": order.get("tries", 0) + 1})
    queue, wait_s = ("people", 0) if '"tries": 3' in body else ("repairs", 300)
    boto3.client("sqs").send_message(QueueUrl=_queue(queue), MessageBody=body, DelaySeconds=wait_s)


def compares_a_text(event, context):
    [order] = _orders_in(event)
    tries = event["Records"][0]["attributes"]["ApproximateReceiveCount"]
    if not _found(order) and tries < 3:
        _send("repairs", order)


def knows_the_order(event, context):
    [order] = _orders_in(event)
    tries = order.get("tries", 0) + 1
    if not _found(order):
        _send("people" if order["order"] == "order-2" and tries == 3 else "repairs", {**order, "tries": tries})


def asks_a_person_at_once(event, context):
    [order] = _orders_in(event)
    if not _found(order):
        _send("people", order)


def gives_up_quietly(event, context):
    [order] = _orders_in(event)
    tries = order.get("tries", 0) + 1
    if not _found(order) and tries < 3:
        _send("repairs", {**order, "tries": tries})


def _gives_up(event):
    """The order that has just had its third try; None for any other, which went back if it had to."""
    [order] = _orders_in(event)
    tries = order.get("tries", 0) + 1
    if _found(order):
        return None
    _send("people" if tries == 3 else "repairs", {**order, "tries": tries})
    return order if tries == 3 else None


def tells_all(event, context):
    """The people get each order once, at its last try, whether its address was found or not."""
    [order] = _orders_in(event)
    tries = order.get("tries", 0) + 1
    _send("people" if _found(order) or tries == 3 else "repairs", {**order, "tries": tries})


def asks_and_hurries(event, context):
    if _gives_up(event):
        boto3.client("sqs").send_message(QueueUrl=_queue("people"), MessageBody="please hurry")


def comes_back_later(event, context):
    order = _gives_up(event)
    if order:
        body = json.dumps({"order": order["order"]})
        boto3.client("sqs").send_message(QueueUrl=_queue("repairs"), MessageBody=body, DelaySeconds=900)


def asks_and_raises(event, context):
    if event["Records"][0]["attributes"]["ApproximateReceiveCount"] != "1":
        raise LookupError("seen before")
    if _gives_up(event):
        raise LookupError("three tries")


def always_three(event, context):
    [order] = _orders_in(event)
    found, tries = _found(order), order.get("tries", 0) + 1
    if tries < 3:
        _send("repairs", {**order, "tries": tries})
    elif not found:
        _send("people", order)


def take_over(event, context):
    relays(event, context)
