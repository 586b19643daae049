"""Plausible wrong answers to lab 02, each with a part of the sentence it must get."""

import boto3

from ..contract import Wrong
from . import lab02_handlers as handlers


def lam():
    return boto3.client("lambda")


def sqs():
    return boto3.client("sqs")


def arn_of(queue):
    return sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def settings(**chosen):
    """An answer that sets these numbers of the event invoke config."""

    def configure(function):
        lam().put_function_event_invoke_config(FunctionName=function, **chosen)

    return configure


def reserved(slots):
    """An answer that reserves so much concurrency."""

    def configure(function):
        lam().put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=slots)

    return configure


def does_nothing(function):
    pass


# ---------------------------------------------------------------------- keep_failures


def _park(function, queue):
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": arn_of(queue)})
    return queue


def makes_a_queue_only(function):
    return sqs().create_queue(QueueName="failed-invoices")["QueueUrl"]


def keeps_the_url_to_itself(function):
    _park(function, sqs().create_queue(QueueName="failed-invoices")["QueueUrl"])


def parks_at_once(function):
    settings(MaximumRetryAttempts=0)(function)
    return _park(function, sqs().create_queue(QueueName="failed-invoices")["QueueUrl"])


def parks_in_a_fifo_queue(function):
    fifo = sqs().create_queue(QueueName="failed-invoices.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    return _park(function, fifo)


def parks_what_it_was_told(function):
    queue = sqs().create_queue(QueueName="failed-invoices")["QueueUrl"]
    sqs().send_message(QueueUrl=queue, MessageBody='{"order": "order-4"}')
    return queue


def parks_successes_too(function):
    queue = sqs().create_queue(QueueName="failed-invoices")["QueueUrl"]
    lam().put_function_event_invoke_config(
        FunctionName=function, DestinationConfig={"OnSuccess": {"Destination": arn_of(queue)}}
    )
    return queue


def parks_both(function):
    queue = sqs().create_queue(QueueName="failed-invoices")["QueueUrl"]
    both = {when: {"Destination": arn_of(queue)} for when in ("OnSuccess", "OnFailure")}
    lam().put_function_event_invoke_config(FunctionName=function, DestinationConfig=both)
    return queue


def keeps_for_a_minute(function):
    return _park(
        function, sqs().create_queue(QueueName="failed", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    )


def returns_the_answer(function):
    queue = sqs().create_queue(QueueName="failed")
    _park(function, queue["QueueUrl"])
    return queue


def returns_another_queue(function):
    _park(function, sqs().create_queue(QueueName="failed")["QueueUrl"])
    return sqs().create_queue(QueueName="operator")["QueueUrl"]


# ---------------------------------------------------------------------- too_late and pdf_storm


def deletes(function):
    lam().delete_function(FunctionName=function)


def hands_over_one_more(function):
    lam().invoke(FunctionName=function, InvocationType="Event", Payload='{"order": "order-0"}')


def reserved_and(slots, **chosen):
    def configure(function):
        reserved(slots)(function)
        settings(**chosen)(function)

    return configure


def feeds_back(function):
    late = sqs().create_queue(QueueName="late")["QueueUrl"]
    _park(function, late)
    settings(MaximumEventAgeInSeconds=300)(function)
    lam().create_event_source_mapping(EventSourceArn=arn_of(late), FunctionName=function)


# ---------------------------------------------------------------------- pdf_storm


def reserves_and_gives_up(function):
    reserved(2)(function)
    settings(MaximumEventAgeInSeconds=60)(function)


WRONG = {
    "lab02.hand_off": [
        Wrong("the customer waited 20.", handlers.waits),
        Wrong("invoice failed with KeyError", handlers.hands_over_the_basket),
        Wrong("order-22, order-23 and 7 more never had an invoice", handlers.hands_over_the_first),
        Wrong("no invoice ever ran", handlers.dry_run),
        Wrong("a thread that it had left behind called invoice at 0:05", handlers.leaves_it_to_a_thread),
        Wrong("had 2 invoices", handlers.hands_over_twice),
        Wrong("order-0, order-1 and 8 more had an invoice, and the basket", handlers.hands_over_what_it_guesses),
    ],
    "lab02.keep_failures": [
        Wrong("no dead-letter queue or destination was set", makes_a_queue_only),
        Wrong("returned None and no queue URL: the operator does not know where to look", keeps_the_url_to_itself),
        Wrong("was parked after 1 run", parks_at_once),
        Wrong("FIFO", parks_in_a_fifo_queue),
        Wrong("parks_what_it_was_told itself sent “{", parks_what_it_was_told),
        Wrong("and not the event that was sent", parks_successes_too),
        Wrong("the operator finds 9 messages about what did not fail, “{", parks_both),
        Wrong("What failed was in failed, and expired there at", keeps_for_a_minute),
        Wrong("returned a dict and no queue URL", returns_the_answer),
        Wrong("is empty. What failed went to failed", returns_another_queue),
        Wrong("invoice is gone afterwards; it has to stay", deletes),
        Wrong("was dropped after 1 run", settings(MaximumRetryAttempts=0)),
    ],
    "lab02.too_late": [
        Wrong("the run for order-16 began at 5:00.964, and nobody waited", does_nothing),
        Wrong("the reserved concurrency of login-code was 40 afterwards; it has to stay 2", reserved(40)),
        Wrong("was given up at 1:00, before its first run, and was not too old", settings(MaximumEventAgeInSeconds=60)),
        Wrong("was 1 afterwards", reserved_and(1, MaximumEventAgeInSeconds=300)),
        Wrong("after 1 run, and was not too old", settings(MaximumEventAgeInSeconds=300, MaximumRetryAttempts=0)),
        Wrong("login-code is gone afterwards; it has to stay", deletes),
        Wrong("a run for what late fed back began at", feeds_back),
        Wrong("hands_over_one_more itself sent", hands_over_one_more),
    ],
    "lab02.once_only": [
        Wrong("the table invoices is empty: no claim was made in it, or none was kept", handlers.remembers_in_memory),
        Wrong("pressed Buy again", handlers.by_request_id),
        Wrong("both runs at 0:20; the table invoices holds 15 items", handlers.looks_then_writes),
        Wrong("order-5 has 2 invoices: the customer pressed Buy again at 0:51.5", handlers.claims_for_a_second),
        Wrong("and the run after it succeeded", handlers.never_gives_back),
        Wrong("though no run of the function has failed", handlers.swallows),
        Wrong("timed out after 10 s, the first at", handlers.waits_for_a_better_day),
        Wrong("the PDF service was down from 1:00 to 1:30, and no run of the function", handlers.tries_and_swallows),
    ],
    "lab02.pdf_storm": [
        Wrong("refused 120 calls", does_nothing),
        Wrong("refused 45 calls", settings(MaximumRetryAttempts=0)),
        Wrong("of 50 invoices exist", reserved(10)),
        Wrong("50 events were given up", reserved(0)),
        Wrong("exist after two minutes", reserved(1)),
        Wrong("the first at 1:00", reserves_and_gives_up),
        Wrong("hands_over_one_more itself sent", hands_over_one_more),
        Wrong("invoice is gone afterwards; it has to stay", deletes),
    ],
}
