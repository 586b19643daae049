"""Plausible wrong answers to lab 01, each with a part of the sentence it must get."""

import json
import uuid

import boto3

from ..contract import Wrong
from . import lab01_handlers as handlers


def sqs():
    return boto3.client("sqs")


def lam():
    return boto3.client("lambda")


def arn_of(queue):
    return sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


# ---------------------------------------------------------------------- drain


def polls_by_hand(orders):
    while messages := sqs().receive_message(QueueUrl=orders, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs().delete_message(QueueUrl=orders, ReceiptHandle=message["ReceiptHandle"])


def keeps_the_default_visibility(orders):
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge")


def wants_huge_batches(orders):
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "360"})
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge", BatchSize=100)


def calls_charge_itself(orders):
    """A loop that takes what is there now, and hands it to the function."""
    while messages := sqs().receive_message(QueueUrl=orders, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            event = {"Records": [{"messageId": message["MessageId"], "body": message["Body"]}]}
            lam().invoke(FunctionName="charge", Payload=json.dumps(event))
            sqs().delete_message(QueueUrl=orders, ReceiptHandle=message["ReceiptHandle"])


def shortens_the_timeout(orders):
    lam().update_function_configuration(FunctionName="charge", Timeout=20)
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge")


def shortens_it_for_the_visibility(orders):
    """Small batches, so that each order is charged once all the same."""
    lam().update_function_configuration(FunctionName="charge", Timeout=30)
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge", BatchSize=5)


def deletes_the_function(orders):
    lam().delete_function(FunctionName="charge")


def leaves_it_disabled(orders):
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"VisibilityTimeout": "360"})
    lam().create_event_source_mapping(EventSourceArn=arn_of(orders), FunctionName="charge", Enabled=False)


# ---------------------------------------------------------------------- spare_the_db


def does_nothing(mapping_id):
    pass


def stops_the_function(mapping_id):
    lam().put_function_concurrency(FunctionName="store", ReservedConcurrentExecutions=0)


def reserves_three(mapping_id):
    lam().put_function_concurrency(FunctionName="store", ReservedConcurrentExecutions=3)


def makes_larger_batches(mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, BatchSize=3)


def allows_five(mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, ScalingConfig={"MaximumConcurrency": 5})


def disables_the_mapping(mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, Enabled=False)


# ---------------------------------------------------------------------- nobody_pays_twice

REPORT = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def five():
    return {"BatchSize": 5}


def five_reported():
    return {"BatchSize": 5, **REPORT}


def ten_reported():
    return {"BatchSize": 10, **REPORT}


def one_reported():
    return {"BatchSize": 1, **REPORT}


def five_reported_and_off():
    return {**five_reported(), "Enabled": False}


def five_with_more_time():
    lam().update_function_configuration(FunctionName="charge", Timeout=120)
    return five_reported()


def five_hidden_for_longer():
    queue = sqs().get_queue_url(QueueName="orders")["QueueUrl"]
    sqs().set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "900"})
    return five_reported()


# ---------------------------------------------------------------------- park_the_poison


def _park(orders, receives, **attributes):
    parked = sqs().create_queue(QueueName="orders-dlq", Attributes=attributes)["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": arn_of(parked), "maxReceiveCount": receives})
    sqs().set_queue_attributes(QueueUrl=orders, Attributes={"RedrivePolicy": policy})


FOURTEEN_DAYS = {"MessageRetentionPeriod": "1209600"}


def uses_the_functions_dlq(orders):
    parked = sqs().create_queue(QueueName="charge-dlq", Attributes=FOURTEEN_DAYS)["QueueUrl"]
    lam().update_function_configuration(FunctionName="charge", DeadLetterConfig={"TargetArn": arn_of(parked)})


def keeps_the_default_retention(orders):
    _park(orders, 5)


def allows_one_receive(orders):
    _park(orders, 1, **FOURTEEN_DAYS)


def allows_receives(number):
    return lambda orders: _park(orders, number, **FOURTEEN_DAYS)


def parks_what_it_was_told(orders):
    parked = sqs().create_queue(QueueName="orders-dlq", Attributes=FOURTEEN_DAYS)["QueueUrl"]
    sqs().send_message(QueueUrl=parked, MessageBody="order-7")


def keeps_it_in_the_queue(orders):
    sqs().set_queue_attributes(QueueUrl=orders, Attributes=FOURTEEN_DAYS)


# ---------------------------------------------------------------------- in_order_fast


def _send(queue, body, group, deduplication):
    sqs().send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=deduplication)


def one_group(queue, event_id, customer, body):
    _send(queue, body, "events", event_id)


def a_group_for_each_event(queue, event_id, customer, body):
    _send(queue, body, event_id, event_id)


def deduplicates_by_words(queue, event_id, customer, body):
    _send(queue, body, customer, f"{customer}-{body.replace(' ', '-')}")


def a_new_id_for_each_send(queue, event_id, customer, body):
    _send(queue, body, customer, str(uuid.uuid4()))


def forgets_the_deduplication_id(queue, event_id, customer, body):
    sqs().send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=customer)


def sends_its_id_alone(queue, event_id, customer, body):
    _send(queue, "x", customer, event_id)


def sends_the_customer(queue, event_id, customer, body):
    _send(queue, customer, customer, event_id)


def shouts(queue, event_id, customer, body):
    _send(queue, body.upper() + "!", customer, event_id)


_seen: set[str] = set()


def remembers_what_it_sent(queue, event_id, customer, body):
    if event_id not in _seen:
        _seen.add(event_id)
        a_new_id_for_each_send(queue, event_id, customer, body)


def deduplicates_by_hash(queue, event_id, customer, body):
    _send(queue, body, customer, str(hash(event_id)))


def sends_twice(queue, event_id, customer, body):
    for attempt in ("first", "second"):
        _send(queue, body, customer, f"{event_id}-{attempt}")


WRONG = {
    "lab01.drain": [
        Wrong("charge never ran in ten minutes, and 1 order waits", polls_by_hand),
        Wrong(
            "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
            keeps_the_default_visibility,
        ),
        Wrong("Maximum batch window in seconds must be greater than 0", wants_huge_batches),
        Wrong("charge's timeout was 20 s afterwards; it has to stay 60 s", shortens_the_timeout),
        Wrong("charge's timeout was 30 s afterwards; it has to stay 60 s", shortens_it_for_the_visibility),
        Wrong("charge is gone afterwards; it has to stay", deletes_the_function),
        Wrong("charge never ran in ten minutes, and 41 orders wait", leaves_it_disabled),
        Wrong("order-40, which came at 5:00, after your code had ended, was not; 1 order waits", calls_charge_itself),
    ],
    "lab01.spare_the_db": [
        Wrong("on up to 30 requests at once and can take 3; the first one too many came at 0:00.2", does_nothing),
        Wrong("60 orders were in the dead-letter queue by 4:25; store had run for none of them", stops_the_function),
        Wrong("were in the dead-letter queue by", reserves_three),
        Wrong("and can take 3", makes_larger_batches),
        Wrong("worked on up to 5 requests at once", allows_five),
        Wrong("0 of the 60 orders are stored, and 60 wait", disables_the_mapping),
    ],
    "lab01.nobody_pays_twice": [
        Wrong(
            "they are in no queue any more; charge returned without an error, and the mapping deleted",
            five,
            handlers.reports,
        ),
        Wrong("and again at", five_reported, handlers.raises),
        Wrong("was charged at", ten_reported, handlers.reports),
        Wrong("was given one order", one_reported, handlers.reports),
        Wrong("charge's timeout was 120 s afterwards", five_with_more_time, handlers.reports),
        Wrong("orders hid messages for 900 s afterwards", five_hidden_for_longer, handlers.reports),
        Wrong("and did not report them", five_reported, handlers.swallows),
        Wrong(
            "are in the dead-letter queue; charge reported them at all five receives, and they could have been charged",
            ten_reported,
            handlers.charges_the_first_alone,
        ),
        Wrong("and did not report order-3, order-7", five_reported, handlers.charges_nobody_new),
        Wrong("charge was stopped after 60 s, its timeout", five_reported, handlers.is_slow),
        Wrong("they wait in the queue; charge never ran", five_reported_and_off, handlers.reports),
        Wrong("charge stopped with", five, handlers.deletes_first),
        Wrong("and again at", five_reported, handlers.misspells),
        Wrong("order-12 was charged at 0:05.456 and again at", lambda: {"BatchSize": 2}, handlers.tries_until_it_works),
        Wrong("the operator doesn't find that order", five_reported, handlers.gives_up_on_a_card),
    ],
    "lab01.park_the_poison": [
        Wrong("gone from orders after 4 d", uses_the_functions_dlq),
        Wrong("gone from orders-dlq after 4 d", keeps_the_default_retention),
        Wrong("order-0 is a good order, and charge never ran for it; it was dead-lettered", allows_one_receive),
        Wrong("lies in no queue but orders", keeps_it_in_the_queue),
        Wrong("itself sent “order-7” to orders-dlq", parks_what_it_was_told),
        Wrong("and charge never ran for it; it was dead-lettered at 30:04", allows_receives(2)),
        Wrong("it was dead-lettered at 45:04", allows_receives(3)),
    ],
    "lab01.in_order_fast": [
        Wrong("the warehouse wants all of them within 10 s", one_group),
        Wrong("customer-0: event-10 was done at", a_group_for_each_event),
        Wrong("it was taken for another event", deduplicates_by_words),
        Wrong("sent again after four minutes, became new messages", a_new_id_for_each_send),
        Wrong("event-0 arrived as “x”; checkout gave “placed a book”", sends_its_id_alone),
        Wrong("event-0 arrived as “customer-0”", sends_the_customer),
        Wrong("event-0 arrived as “PLACED A BOOK!”", shouts),
        Wrong("what one process remembers, another doesn't know", remembers_what_it_sent),
        Wrong("what `hash` makes of a text differs", deduplicates_by_hash),
        Wrong("event-0 entered the queue as 2 messages", sends_twice),
        Wrong("forgets_the_deduplication_id raised InvalidParameterValue", forgets_the_deduplication_id),
    ],
}
