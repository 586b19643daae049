"""Plausible wrong answers to lab 00, each with a part of the sentence it must get."""

import json

import boto3

from ..contract import Wrong
from . import lab00_handlers as handlers

THREE = ("charge", "pack", "newsletter")


def lam():
    return boto3.client("lambda")


# ---------------------------------------------------------------------- hand_over


def waits(order):
    for function in THREE:
        lam().invoke(FunctionName=function, Payload=json.dumps(order))


def dry_run(order):
    for function in THREE:
        lam().invoke(FunctionName=function, InvocationType="DryRun", Payload=json.dumps(order))


def forgets_the_order(order):
    for function in THREE:
        lam().invoke(FunctionName=function, InvocationType="Event")


def the_order_alone(order):
    for function in THREE:
        lam().invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(order["order"]))


def forgets_one(order):
    for function in THREE[:2]:
        lam().invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(order))


def to_be_sure(order):
    for function in (*THREE, "charge"):
        lam().invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(order))


# ---------------------------------------------------------------------- ship_new_code


def deploys_nothing(cloud, handler):
    pass


def deploys_beside_it(cloud, handler):
    cloud.deploy(handler)


def lets_them_leave_first(cloud, handler):
    cloud.run()
    cloud.deploy(handler, name="pack")


def ships(cloud, handler):
    cloud.deploy(handler, name="pack")


# ---------------------------------------------------------------------- survive_two_minutes


def leaves_it(function):
    pass


def gives_it_time(function):
    lam().update_function_configuration(FunctionName=function, Timeout=300)


def no_retries(function):
    lam().put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)


def hyphenates(function):
    lam().put_function_event_invoke_config(FunctionName="news-letter", MaximumRetryAttempts=2)


def one_retry(function):
    lam().put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=1)


WRONG = {
    "lab00.hand_over": [
        Wrong("the customer waited 4.6 s", waits),
        Wrong("came back after 0 s, and charge, pack and newsletter never ran", dry_run),
        Wrong("charge never saw order-7", forgets_the_order),
        Wrong(
            "charge never saw order-7: it failed with AttributeError: 'str' object has no attribute 'get'",
            the_order_alone,
        ),
        Wrong("newsletter never ran in the cloud", forgets_one),
        Wrong("charge ran twice for order-7", to_be_sure),
    ],
    "lab00.read_passport": [
        Wrong("you said 2, and the passport shows more runs", 2, 184),  # counts retries
        Wrong("1 run started later than second 62", 3, 62),
        Wrong("second 1,700,000,000 is no time of this world", 3, 1.7e9),  # a clock on the wall
        Wrong("both answers are numbers, and one of yours is a str", 3, "3:04"),
        Wrong("no run started as late as second 186", 3, 186),  # the end of the run
    ],
    "lab00.ship_new_code": [
        Wrong("pack printed “Marigold Books: order-0”, at 0:01.2", handlers.new_label, deploys_nothing),
        Wrong("new-label was never called", handlers.new_label, deploys_beside_it),
        Wrong("a parcel left at 0:01.2, before the change", handlers.new_label, lets_them_leave_first),
        Wrong("pack printed “Marigold Books: order-0”, at 0:00.2", handlers.old_label, ships),
        Wrong("and 9 more had no label", handlers.label_without_order, ships),
        Wrong("pack failed with KeyError", handlers.label_of_a_record, ships),
    ],
    "lab00.survive_two_minutes": [
        Wrong("each run succeeded, as far as Lambda can see", handlers.swallow, leaves_it),
        Wrong("the first at 0:00.201, after 1 run of each", handlers.send, no_retries),
        Wrong("the first at 1:00.202, after 2 runs of each", handlers.send, one_retry),
        Wrong("; the function here is newsletter", handlers.send, hyphenates),
        Wrong("newsletter timed out", handlers.sleep_it_out, leaves_it),
        Wrong("order-0 got 2 letters", handlers.send_twice, leaves_it),
        Wrong("which is no order", handlers.send_the_event, leaves_it),
        Wrong("until Lambda stopped the loop", handlers.call_itself_again, leaves_it),
        Wrong("order-10 got 3 letters", handlers.fail_in_any_case, leaves_it),
        Wrong("when nothing was wrong, and its letter went out at", handlers.sleep_it_out, gives_it_time),
        Wrong("seconds of real time without waiting", handlers.try_without_a_pause, leaves_it, spins=True),
    ],
}
