"""Plausible wrong answers to lab 03, each with a part of the sentence it must get."""

import json

import boto3

from motoclock.world import current_world

from ..contract import Wrong
from . import lab03_handlers as handlers


def lam():
    return boto3.client("lambda")


def sqs():
    return boto3.client("sqs")


def sns():
    return boto3.client("sns")


def make_queue(name, **attributes):
    """(ARN, URL) of a queue."""
    url = sqs().create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"], url


def allow(topic, endpoint):
    if ":sqs:" not in endpoint:
        lam().add_permission(
            FunctionName=endpoint, StatementId="sns", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
        )
        return
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": endpoint}]})
    url = sqs().get_queue_url(QueueName=endpoint.split(":")[-1])["QueueUrl"]
    sqs().set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def subscribe(topic, endpoint, **attributes):
    sns().subscribe(TopicArn=topic, Protocol=endpoint.split(":")[2], Endpoint=endpoint, Attributes=attributes)


# ---------------------------------------------------------------------- fan_out


def shares_a_queue(topic, functions):
    queue, _ = make_queue("users")
    allow(topic, queue)
    subscribe(topic, queue)
    for name in functions:
        lam().create_event_source_mapping(EventSourceArn=queue, FunctionName=name, BatchSize=1)


def lets_nobody_in(topic, functions):
    for function in functions.values():
        subscribe(topic, function)


def lets_no_queue_in(topic, functions):
    for name in functions:
        queue, _ = make_queue(name)
        subscribe(topic, queue)
        lam().create_event_source_mapping(EventSourceArn=queue, FunctionName=name)


def forgets_one_statement(topic, functions):
    for name, function in functions.items():
        if name != "fraud-check":
            allow(topic, function)
        subscribe(topic, function)


def both_ways(topic, functions):
    for name, function in functions.items():
        allow(topic, function)
        subscribe(topic, function)
        queue, _ = make_queue(name)
        allow(topic, queue)
        subscribe(topic, queue)
        lam().create_event_source_mapping(EventSourceArn=queue, FunctionName=name)


def invokes_them(topic, functions):
    event = {"Records": [{"Sns": {"Message": '{"user": "user-0"}'}}]}
    for function in functions.values():
        lam().invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))


def forgets_the_warehouse(topic, functions):
    for name in ("welcome", "newsletter", "fraud-check"):
        allow(topic, functions[name])
        subscribe(topic, functions[name])


# ---------------------------------------------------------------------- only_mine


def filtering(policy, **more):
    """An answer with this policy."""
    return lambda: {"FilterPolicy": json.dumps(policy), **more}


BODY = {"FilterPolicyScope": "MessageBody"}
BEGINS_D, BEGINS_A = {"prefix": "D"}, {"prefix": "A"}
MINE = {"country": ["DE", "AT"], "spent": [{"numeric": [">=", 50]}]}

# ---------------------------------------------------------------------- find_the_lost


def _redrive(subscriptions, queue):
    for subscription in subscriptions.values():
        sns().set_subscription_attributes(
            SubscriptionArn=subscription,
            AttributeName="RedrivePolicy",
            AttributeValue=json.dumps({"deadLetterTargetArn": queue}),
        )


def only_the_subscriptions(topic, subscriptions, function):
    queue, url = make_queue("lost")
    allow(topic, queue)
    _redrive(subscriptions, queue)
    return [url]


def only_the_function(topic, subscriptions, function):
    queue, url = make_queue("lost")
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": queue})
    return [url]


def lets_sns_not_in(topic, subscriptions, function):
    queue, url = make_queue("lost")
    _redrive(subscriptions, queue)
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": queue})
    return [url]


def keeps_everything(topic, subscriptions, function):
    queue, url = make_queue("everything")
    allow(topic, queue)
    subscribe(topic, queue)
    return [url]


def keeps_the_url(topic, subscriptions, function):
    only_the_subscriptions(topic, subscriptions, function)


def names_one_queue_of_two(topic, subscriptions, function):
    failed, _ = make_queue("failed")
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": failed})
    return only_the_subscriptions(topic, subscriptions, function)


def keeps_successes(topic, subscriptions, function):
    done, url = make_queue("done")
    config = {"OnSuccess": {"Destination": done}}
    lam().put_function_event_invoke_config(FunctionName=function, DestinationConfig=config)
    return [url, *only_the_subscriptions(topic, subscriptions, function)]


def keeps_successes_and_failures(topic, subscriptions, function):
    """The failures in a queue that it doesn't return."""
    done, url = make_queue("done")
    failed, _ = make_queue("letters-lost")
    config = {"OnSuccess": {"Destination": done}, "OnFailure": {"Destination": failed}}
    lam().put_function_event_invoke_config(FunctionName=function, DestinationConfig=config)
    return [url, *only_the_subscriptions(topic, subscriptions, function)]


def keeps_it_for_a_moment(topic, subscriptions, function):
    """Its queue has a consumer: what comes is read, and deleted."""
    queue, url = make_queue("lost", VisibilityTimeout="30")
    allow(topic, queue)
    _redrive(subscriptions, queue)
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": queue})
    _drain_into_nothing(queue)
    return [url]


def _drain_into_nothing(queue):
    """Another service's mapping, which succeeds with whatever comes."""
    name = "reads-the-lost"
    current_world().cloud.deploy(handlers.does_nothing, name=name)
    lam().create_event_source_mapping(EventSourceArn=queue, FunctionName=name)


def sends_what_it_was_told(topic, subscriptions, function):
    _, url = make_queue("lost")
    for user in ("user-4", "user-7"):
        sqs().send_message(QueueUrl=url, MessageBody=json.dumps({"user": user}))
    return [url]


def subscribes_for_two(topic, subscriptions, function):
    queue, url = make_queue("everything")
    allow(topic, queue)
    policy = json.dumps({"user": ["user-4", "user-7"]})
    subscribe(topic, queue, FilterPolicy=policy, FilterPolicyScope="MessageBody")
    return [url]


def uses_a_fifo_queue(topic, subscriptions, function):
    queue, url = make_queue("lost.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    allow(topic, queue)
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": queue})
    return [url]


# ---------------------------------------------------------------------- ten_minutes_down


def straight(topic, function):
    sns().subscribe(TopicArn=topic, Protocol="lambda", Endpoint=_arn(function))


def _arn(function):
    return lam().get_function(FunctionName=function)["Configuration"]["FunctionArn"]


def straight_and_reserved(topic, function):
    straight(topic, function)
    lam().put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=3)
    parked, _ = make_queue("welcome-dlq")
    lam().update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": parked})


def queued(receives="30", visibility="60", batch=1, at_once=3, delay="0", let_in=True):
    """An answer with a queue between topic and function, and these numbers."""

    def connect(topic, function):
        parked, _ = make_queue("welcome-dlq")
        redrive = json.dumps({"deadLetterTargetArn": parked, "maxReceiveCount": receives})
        queue, _ = make_queue("welcome", VisibilityTimeout=visibility, RedrivePolicy=redrive, DelaySeconds=delay)
        if let_in:
            allow(topic, queue)
        subscribe(topic, queue)
        options = {"ScalingConfig": {"MaximumConcurrency": at_once}} if at_once else {}
        lam().create_event_source_mapping(EventSourceArn=queue, FunctionName=function, BatchSize=batch, **options)

    return connect


def gives_it_a_minute(topic, function):
    lam().update_function_configuration(FunctionName=function, Timeout=60)
    queued()(topic, function)


WRONG = {
    "lab03.fan_out": [
        Wrong("they read one queue", shares_a_queue),
        Wrong(
            "welcome, newsletter and 2 more were refused 20 times each; "
            "sns.amazonaws.com has no statement that allows lambda:InvokeFunction on welcome",
            lets_nobody_in,
        ),
        Wrong(
            "welcome, newsletter and 2 more were refused 20 times each; "
            "sns.amazonaws.com has no statement that allows sqs:SendMessage on welcome",
            lets_no_queue_in,
        ),
        Wrong(
            "fraud-check was refused 20 times; sns.amazonaws.com has no statement that allows lambda:InvokeFunction on fraud-check",
            forgets_one_statement,
        ),
        Wrong("welcome got user-0 twice", both_ways),
        Wrong("warehouse got 0 of 20 users", forgets_the_warehouse),
        Wrong("invokes_them itself sent", invokes_them),
    ],
    "lab03.unwrap": [
        Wrong("in an envelope newsletter failed with KeyError: 'email'", handlers.assumes_raw),
        Wrong("raw newsletter failed with KeyError: 'Message'", handlers.assumes_an_envelope),
        Wrong("KeyError: 'Sns'", handlers.assumes_a_topic),
        Wrong("10 were deleted without an error", handlers.swallows),
        Wrong("raw newsletter failed with JSONDecodeError", handlers.takes_a_note_for_an_envelope),
        Wrong("came raw, 4 were deleted without an error", handlers.skips_notes),
        Wrong(
            "its reader was never added: Ada.B@Post.example; “user-5@mail.example” was",
            handlers.makes_addresses_up,
        ),
        Wrong("never added: Ada.B@Post.example; “ada.b@post.example” was", handlers.tidies_addresses),
        Wrong("come raw newsletter failed with TypeError", handlers.tries_to_open_it),
        Wrong("and its reader was never added: user-8@mail.example; “", handlers.opens_what_holds_an_address),
        Wrong("come raw newsletter failed with KeyError: 'email'", handlers.counts_fields),
        Wrong('and 8 more; “"user-0@mail.example"” was', handlers.posts_json),
    ],
    "lab03.only_mine": [
        Wrong("got 0 of the", filtering(MINE)),
        Wrong('"country": "AT"}', filtering({"country": ["DE", "AT"]}, **BODY)),
        Wrong("it did not get", filtering({**MINE, "country": ["DE"]}, **BODY)),
        Wrong('"spent": 50}', filtering({**MINE, "spent": [{"numeric": [">", 50]}]}, **BODY)),
        Wrong("others", filtering({"$or": [{"country": ["DE", "AT"]}, {"spent": MINE["spent"]}]}, **BODY)),
        Wrong("and 8 others", filtering({**MINE, "country": [{"anything-but": ["FR"]}]}, **BODY)),
        Wrong("subscribe was refused", lambda: {"FilterPolicy": MINE, **BODY}),
        Wrong("and 4 others", filtering({**MINE, "country": [{"anything-but": ["FR", "CH"]}]}, **BODY)),
        Wrong(
            "and 2 others, among them",
            filtering({**MINE, "country": [BEGINS_D, BEGINS_A]}, **BODY),
        ),
        Wrong(
            '1 other, among them {"user": "user-10"',
            filtering({**MINE, "country": [BEGINS_D, "AT"]}, **BODY),
        ),
        Wrong(
            '"country": "BR"',
            filtering({**MINE, "country": [{"anything-but": ["FR", "IT", "CH", "DK", "AR"]}]}, **BODY),
        ),
        Wrong('"spent": 5000}', filtering({**MINE, "spent": [{"numeric": [">=", 50, "<=", 250]}]}, **BODY)),
        Wrong("and 3 others", filtering({**MINE, "country": [{"anything-but": ["FR", "IT", "CH"]}]}, **BODY)),
    ],
    "lab03.find_the_lost": [
        Wrong("welcome failed 3 times for user-4", only_the_subscriptions),
        Wrong("user-7 never reached fraud-check", only_the_function),
        Wrong("the dead-letter queue could not take it", lets_sns_not_in),
        Wrong("nothing was wrong with that", keeps_everything),
        Wrong("returned no queue URLs", keeps_the_url),
        Wrong("FIFO", uses_a_fifo_queue),
        Wrong("her event is in failed, which is not among", names_one_queue_of_two),
        Wrong(
            "for user-4, and her event is in letters-lost, which is not among the queues", keeps_successes_and_failures
        ),
        Wrong("her event came to lost at 3:00.233, and is not there any more", keeps_it_for_a_moment),
        Wrong("sends_what_it_was_told itself sent", sends_what_it_was_told),
        Wrong("everything has a subscription of its own: the topic told it at 0:", subscribes_for_two),
    ],
    "lab03.ten_minutes_down": [
        Wrong("20 messages were dropped, the first at 3:03", straight),
        Wrong("dead-lettered", straight_and_reserved),
        Wrong("dead-lettered, the first at 3:00", queued(receives="3")),
        Wrong("welcome's timeout was 60 s afterwards; it has to stay 20 s", gives_it_a_minute),
        Wrong("letters", queued(batch=10)),
        Wrong("the mailer refused", queued(at_once=None)),
        Wrong("the last letter went out at", queued(visibility="900")),
        Wrong("user-20 signed up at 30:00, long after the outage, and her letter went out at 40:", queued(delay="620")),
        Wrong("sns.amazonaws.com has no statement that allows sqs:SendMessage on welcome", queued(let_in=False)),
    ],
}
