"""Plausible wrong answers to lab 09, each with a part of the sentence it must get."""

import json

import boto3

from ..contract import Wrong
from . import lab09_handlers as handlers

ROLE = "arn:aws:iam::123456789012:role/marigold"


def lam():
    return boto3.client("lambda")


def arn(kind, name):
    return f"arn:aws:{kind}:us-east-1:123456789012:{name}"


def url_of(queue):
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{queue}"


# ---------------------------------------------------------------------- task 1


def write(order, aws):
    aws("dynamodb").put_item(TableName="orders", Item={"order": {"S": order["order"]}})


def tell(order, aws):
    entry = {"Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps({"order": order["order"]})}
    aws("events").put_events(Entries=[entry])


def row_then_event(order, aws=boto3.client):
    write(order, aws)
    tell(order, aws)


def event_then_row(order, aws=boto3.client):
    tell(order, aws)
    write(order, aws)


def nothing(*_given):
    return None


def handed_on(order, aws=boto3.client):
    aws("lambda").invoke(FunctionName="both", InvocationType="Event", Payload=json.dumps(order))


def both_in_a_function(cloud, stream):
    cloud.deploy(handlers.both, name="both")


def with_clients_of_its_own(order, aws=boto3.client):
    row_then_event(order)


def tells_when_it_dies(order, aws=boto3.client):
    """The event is sent by the except, with a client that nobody can take away."""
    try:
        write(order, aws)
    except BaseException:
        tell(order, boto3.client)
        raise
    tell(order, aws)


def lives_on(order, aws=boto3.client):
    """No death gets out of it."""
    try:
        row_then_event(order, aws)
    except BaseException as death:
        print("never mind", type(death).__name__)


def pipe(stream, template='{"order": <$.dynamodb.NewImage.order.S>}', source="shop", start="TRIM_HORIZON"):
    boto3.client("pipes").create_pipe(
        Name="outbox",
        RoleArn=ROLE,
        Source=stream,
        Target=arn("events", "event-bus/default"),
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": start}},
        TargetParameters={
            "EventBridgeEventBusParameters": {"Source": source, "DetailType": "OrderPlaced"},
            **({"InputTemplate": template} if template else {}),
        },
    )


def outbox(cloud, stream):
    pipe(stream)


def the_row_as_it_is(cloud, stream):
    pipe(stream, template=None)


def rows_beforehand(cloud, stream):
    """All rows that there may be, before anybody has ordered."""
    for n in range(20):
        write({"order": f"order-{n}"}, boto3.client)
    pipe(stream)


def the_table_follows_uninvited(cloud, stream):
    """The event first, and a rule that writes the row: nothing lets the rule invoke its function."""
    cloud.deploy(handlers.follows, name="follows")
    events = boto3.client("events")
    events.put_rule(Name="follows", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="follows", Targets=[{"Id": "1", "Arn": arn("lambda", "function:follows")}])


# ---------------------------------------------------------------------- task 2


def tries(order, charge):
    for function, number in (("order", order), ("charge", charge)):
        lam().update_function_configuration(FunctionName=function, Environment={"Variables": {"TRIES": str(number)}})


def receives(number, visibility=60):
    policy = {"deadLetterTargetArn": arn("sqs", "parked"), "maxReceiveCount": number}
    settings = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": str(visibility)}
    boto3.client("sqs").set_queue_attributes(QueueUrl=url_of("orders"), Attributes=settings)


def as_it_is(cloud):
    pass


def inside_only(cloud):
    receives(1)


def none_anywhere(cloud):
    receives(1)
    tries(1, 1)


def two_layers_fewer_receives(cloud):
    receives(2)
    tries(1, 3)


def breaker_in_the_handler(cloud):
    boto3.client("dynamodb").create_table(
        TableName="breaker",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
    )
    cloud.deploy(handlers.pays_behind_a_breaker, name="order", timeout=10)


def swallowed(cloud):
    cloud.deploy(handlers.pays_or_gives_up, name="order", timeout=10)


def twice_to_be_sure(cloud):
    cloud.deploy(handlers.pays_twice_to_be_sure, name="order", timeout=10)


def switched_off(cloud):
    mapping = lam().list_event_source_mappings(FunctionName="order")["EventSourceMappings"][0]["UUID"]
    lam().update_event_source_mapping(UUID=mapping, Enabled=False)


def waits_for_the_provider(cloud):
    cloud.run(200)


def delays_every_order(cloud):
    boto3.client("sqs").set_queue_attributes(QueueUrl=url_of("orders"), Attributes={"DelaySeconds": "300"})


def posts_from_a_list(empties=False):
    """Twenty orders, whoever has ordered: what is in the queue is not read. `empties`: and it is thrown away."""

    def calm(cloud):
        mapping = lam().list_event_source_mappings(FunctionName="order")["EventSourceMappings"][0]["UUID"]
        lam().delete_event_source_mapping(UUID=mapping)
        cloud.deploy(handlers.pays_one, name="pays-one", timeout=10)
        paid = set()

        def post():
            for n in range(20):
                if n not in paid:
                    answer = lam().invoke(FunctionName="pays-one", Payload=json.dumps({"order": f"order-{n}"}))
                    if "FunctionError" not in answer:
                        paid.add(n)

        for at in (5, 60, 115, 175, 240):
            cloud.at(at, post)
        if empties:
            cloud.at(300, lambda: boto3.client("sqs").purge_queue(QueueUrl=url_of("orders")))

    return calm


# ---------------------------------------------------------------------- task 3


def all_at_once(cloud, pages):
    for name in pages:
        payload = json.dumps({"page": name, "of": len(pages)})
        lam().invoke(FunctionName="page", InvocationType="Event", Payload=payload)


def and_bind_later(cloud, pages):
    all_at_once(cloud, pages)
    lam().invoke(FunctionName="bind", InvocationType="Event", Payload="{}")


def nineteen(cloud, pages):
    all_at_once(cloud, pages[:19])


def bind_in_ten_minutes(cloud, pages):
    all_at_once(cloud, pages)
    cloud.run(600)
    lam().invoke(FunctionName="bind", Payload="{}")


def bind_first(cloud, pages):
    lam().invoke(FunctionName="bind", Payload="{}")
    all_at_once(cloud, pages)


def binds_ten_minutes_later(cloud, pages):
    all_at_once(cloud, pages)
    cloud.at(600, lambda: lam().invoke(FunctionName="bind", Payload="{}"))


# ---------------------------------------------------------------------- task 4


def task(function, **more):
    return {"Type": "Task", "Resource": arn("lambda", f"function:{function}"), **more}


def caught(state):
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": state}]


def again(attempts):
    return [{"ErrorEquals": ["ConnectionError"], "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": attempts}]


def states_of(attempts=3, **changed):
    states = {
        "Reserve": task("reserve", Next="Charge"),
        "Charge": task("charge", Next="Pack", Catch=caught("Release")),
        "Pack": task("pack", End=True, Catch=caught("Refund")),
        "Refund": task("refund", Next="Release", Retry=again(attempts)),
        "Release": task("release", Next="Sorry"),
        "Sorry": {"Type": "Fail", "Error": "Undone"},
    }
    return {**states, **changed}


def machine(states, kind="STANDARD"):
    """An answer that builds this machine."""

    def saga(cloud):
        made = boto3.client("stepfunctions").create_state_machine(
            name="saga", definition=json.dumps({"StartAt": "Reserve", "States": states}), roleArn=ROLE, type=kind
        )["stateMachineArn"]
        return lambda order: boto3.client("stepfunctions").start_execution(
            stateMachineArn=made, name=order["order"], input=json.dumps(order)
        )

    return saga


CAUGHT_AND_CALLED_A_SUCCESS = states_of(
    Refund=task("refund", Next="Release", Retry=again(3), Catch=caught("Well")), Well={"Type": "Succeed"}
)
RELEASED_FIRST = states_of(
    7,
    Pack=task("pack", End=True, Catch=caught("Put back")),
    **{"Put back": task("release", Next="Refund")},
    Refund=task("refund", Next="Sorry", Retry=again(7)),
)
REFUNDED_WHOEVER = states_of(7, Charge=task("charge", Next="Pack", Catch=caught("Refund")))
WAITS_ONCE = states_of(
    Pack=task("pack", End=True, Catch=caught("Wait")), Wait={"Type": "Wait", "Seconds": 180, "Next": "Refund"}
)
SELLS_NOTHING = {"Reserve": task("reserve", Next="Release"), "Release": task("release", End=True)}
NEVER_RELEASED = states_of(7, Refund=task("refund", Next="Sorry", Retry=again(7)))


def by_destinations(cloud):
    """Each step invokes the next one, and no step knows an order that it has seen."""
    for function, tries, well, ill in (
        ("reserve", 2, "charge", None),
        ("charge", 0, "pack", "release"),
        ("pack", 0, None, "refund"),
        ("refund", 2, "release", None),
    ):
        targets = {"OnSuccess": well, "OnFailure": ill}
        destinations = {when: {"Destination": arn("lambda", f"function:{to}")} for when, to in targets.items() if to}
        lam().put_function_event_invoke_config(
            FunctionName=function, MaximumRetryAttempts=tries, DestinationConfig=destinations
        )
    return lambda order: lam().invoke(FunctionName="reserve", InvocationType="Event", Payload=json.dumps(order))


def waits_for_refunds(cloud):
    cloud.run(130)
    return machine(states_of(3))(cloud)


def refund_by_hand_twice(cloud):
    for order in ("order-7", "order-4", "order-8"):
        for _ in range(2):
            lam().invoke(FunctionName="refund", Payload=json.dumps({"order": order}))


def no_saga(cloud):
    return lambda order: None


def step_by_step_in_one_go(cloud):
    """Nothing waits: the steps are called one after another by whoever starts the order."""

    def begin(order):
        payload = json.dumps(order)
        for function in ("reserve", "charge", "pack"):
            if "FunctionError" in lam().invoke(FunctionName=function, Payload=payload):
                break

    return begin


# ---------------------------------------------------------------------- task 5


def move():
    boto3.client("sqs").start_message_move_task(SourceArn=arn("sqs", "parked"))


def moved_before_the_fix(cloud):
    move()


def purged(cloud):
    boto3.client("sqs").purge_queue(QueueUrl=url_of("parked"))


def with_handler(handler):
    def repair(cloud):
        cloud.deploy(handler, name="collect")
        move()

    return repair


def sent_again_and_left(cloud):
    """Whose order is not paid is sent without the minus, and what is parked stays where it is."""
    sqs = boto3.client("sqs")
    paid = {item["order"]["S"] for item in boto3.client("dynamodb").scan(TableName="charged")["Items"]}
    for one in sqs.receive_message(QueueUrl=url_of("parked"), MaxNumberOfMessages=10)["Messages"]:
        order = json.loads(one["Body"])
        if order["order"] not in paid:
            body = json.dumps({**order, "total": abs(order["total"])})
            sqs.send_message(QueueUrl=url_of("orders"), MessageBody=body)


def mapping_off(cloud):
    mapping = lam().list_event_source_mappings(FunctionName="collect")["EventSourceMappings"][0]["UUID"]
    lam().update_event_source_mapping(UUID=mapping, Enabled=False)
    move()


def one_name_and_no_other(cloud):
    """Whichever of two names is parked is sent again, and the rest goes."""
    sqs = boto3.client("sqs")
    found = sqs.receive_message(QueueUrl=url_of("parked"), MaxNumberOfMessages=10)["Messages"]
    parked = {json.loads(one["Body"])["order"] for one in found}
    body = json.dumps({"order": "order-6" if "order-6" in parked else "order-2", "total": 20})
    sqs.send_message(QueueUrl=url_of("orders"), MessageBody=body)
    purged(cloud)


def and_the_queue_is_gone(queue):
    """Everything is right, and then this queue is deleted."""

    def repair(cloud):
        with_handler(handlers.collects_by_order)(cloud)
        cloud.run(600)
        boto3.client("sqs").delete_queue(QueueUrl=url_of(queue))

    return repair


WRONG = {
    "lab09.one_write": [
        Wrong("18 orders: order-3 has a row and was never heard of; checkout died on the way", row_then_event, nothing),
        Wrong("18 rows, and the warehouse heard of 20 orders: order-3 has no row", event_then_row, nothing),
        Wrong("the warehouse heard of order-0 twice; nothing had happened", row_then_event, outbox),
        Wrong("order-0 has no row, and nobody heard of it; nothing had happened", nothing, nothing),
        Wrong("20 rows, and the warehouse heard of no orders: order-0", write, the_row_as_it_is),
        Wrong("the table has no rows, and the warehouse heard of 20 orders", tell, nothing),
        Wrong("connect has written 20 rows, and nobody had ordered yet", nothing, rows_beforehand),
        Wrong("checkout wrote to orders and default with a client of its own", with_clients_of_its_own, nothing),
        Wrong("had died, and it wrote to default nonetheless", tells_when_it_dies, nothing),
        Wrong(
            "20 rows, and the warehouse heard of 18 orders: order-2 has a row and was never heard of; a function of yours died",
            handed_on,
            both_in_a_function,
        ),
        Wrong(
            "AWS would refuse to deliver: events.amazonaws.com has no statement that allows lambda:InvokeFunction on follows",
            tell,
            the_table_follows_uninvited,
        ),
    ],
    "lab09.calm": [
        Wrong("all 20 orders were paid, with 478 calls", as_it_is),
        Wrong(
            "called 180 times; an hour later 20 of 20 orders were not paid, order-0 first; 20 orders are parked",
            inside_only,
        ),
        Wrong(
            "called 20 times; an hour later 20 of 20 orders were not paid, order-0 first; 20 orders are parked",
            none_anywhere,
        ),
        Wrong("called 120 times", two_layers_fewer_receives),
        Wrong("called 13 times; an hour later 20 of 20", breaker_in_the_handler),
        Wrong(
            "called 20 times; an hour later 20 of 20 orders were not paid, order-0 first; nothing is parked", swallowed
        ),
        Wrong("paid twice, with 100 calls", twice_to_be_sure),
        Wrong("and never called", switched_off),
        Wrong("all 20 orders were paid, with 478 calls, the last at 6:27", waits_for_the_provider),
        Wrong("on a quiet day, with the provider there, the last order was paid 5 min 1 s", delays_every_order),
        Wrong("all 20 orders were paid, and 20 messages are still in the queue orders", posts_from_a_list()),
        Wrong("order-16 and 3 more were paid, and nobody had ordered", posts_from_a_list(empties=True)),
    ],
    "lab09.whole_report": [
        Wrong("with 18 pages; page-7 came later", handlers.prints_and_counts, handlers.binds, all_at_once),
        Wrong("the report was bound twice, at 3:05.41", handlers.prints_and_names, handlers.binds, all_at_once),
        Wrong("bound at 0:30.4 with 19 pages; page-7 came", handlers.prints, handlers.sleeps_and_binds, and_bind_later),
        Wrong("at 5:00.805", handlers.prints_and_writes_down, handlers.asks_until_all_are_there, and_bind_later),
        Wrong("with 2 pages", handlers.names_and_prints, handlers.binds, all_at_once),
        Wrong("20 of 20 pages were printed, and an hour later no", handlers.prints, handlers.binds, all_at_once),
        Wrong("19 of 20 pages were printed", handlers.prints_and_names, handlers.binds, nineteen),
        Wrong("with 19 pages; page-4 was never printed", handlers.prints, handlers.binds, bind_in_ten_minutes),
        Wrong("with no pages; page-0 came later", handlers.prints, handlers.binds, bind_first),
        Wrong("0 of 20 pages were printed", handlers.prints, handlers.binds, nothing),
        Wrong(
            "the report was bound twice, at 0:04.61 and",
            handlers.prints_and_names_and_waits,
            handlers.binds,
            all_at_once,
        ),
        Wrong(
            "the report was bound twice, at 0:04.615",
            handlers.prints_and_names,
            handlers.binds_once_a_request,
            all_at_once,
        ),
        Wrong(
            "with 19 pages; page-0 was never printed",
            handlers.prints_and_writes_down,
            handlers.binds_with_the_fourth_page,
            binds_ten_minutes_later,
        ),
    ],
    "lab09.undone": [
        Wrong("refund was tried 4 times, and its execution says FAILED", machine(states_of(3)), nothing),
        Wrong("and its execution says SUCCEEDED", machine(CAUGHT_AND_CALLED_A_SUCCESS), nothing),
        Wrong("the book of order-7 was back on the shelf at 0:01.4", machine(RELEASED_FIRST), nothing),
        Wrong("order-2 was refunded, and had never been charged", machine(REFUNDED_WHOEVER), nothing),
        Wrong("order-7 was not packed, and its book was never put back", machine(NEVER_RELEASED), nothing),
        Wrong("order-4 was refunded twice", machine(states_of(3)), refund_by_hand_twice),
        Wrong("order-0 was never packed; its card was good", machine(SELLS_NOTHING), nothing),
        Wrong("nothing was ever reserved for order-0", no_saga, nothing),
        Wrong("order-2 was not packed, and its book", step_by_step_in_one_go, nothing),
        Wrong("saga was expected to return a function", nothing, nothing),
        Wrong("was released twice", by_destinations, nothing),
        Wrong("was reserved twice", machine(states_of(7), "EXPRESS"), nothing),
    ],
    "lab09.runbook": [
        Wrong("order-6 was never charged, and it is parked again", moved_before_the_fix),
        Wrong("order-6 was never charged, and it is in no queue", purged),
        Wrong(
            "order-3 was charged twice; its customer had ordered it once more",
            with_handler(handlers.collects_by_message),
        ),
        Wrong("order-6 was never charged, and it is still parked", nothing),
        Wrong("repair has deployed collect, which raises NotImplementedError", with_handler(handlers.not_written)),
        Wrong(
            "all ten are charged, and order-3 and order-6 are still parked: whoever looks there", sent_again_and_left
        ),
        Wrong("it is still in the queue orders", mapping_off),
        Wrong(
            "order-3 was never charged, and it is in no queue",
            with_handler(handlers.collects_all_but_two_that_it_knows),
        ),
        Wrong("order-2 was charged twice", one_name_and_no_other),
        Wrong("there is no queue parked any more", and_the_queue_is_gone("parked")),
        Wrong("there is no queue orders any more", and_the_queue_is_gone("orders")),
    ],
}
