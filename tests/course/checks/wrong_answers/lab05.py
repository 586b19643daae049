"""Plausible wrong answers to lab 05, each with a part of the sentence it must get."""

import json

import boto3

from ..contract import Wrong
from . import lab05_handlers as handlers


def to(arn):
    return {"DestinationConfig": {"OnFailure": {"Destination": arn}}}


TO_QUEUE = to("arn:aws:sqs:us-east-1:123456789012:index-failures")
BISECT = {"BisectBatchOnFunctionError": True}
REPORT = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def always(value):
    return lambda: value


# ---------------------------------------------------------------------- only_shipped

BOTH = always("NEW_AND_OLD_IMAGES")
STATUS = {"dynamodb": {"NewImage": {"status": {"S": ["shipped"]}}}}
CHANGED = {"eventName": ["MODIFY"], **STATUS}
UNTYPED = {"dynamodb": {"NewImage": {"status": ["shipped"]}}}
FROM_PLACED = {"dynamodb": {"OldImage": {"status": {"S": ["placed"]}}, "NewImage": {"status": {"S": ["shipped"]}}}}
BECAME = {
    "dynamodb": {
        "OldImage": {"status": {"S": [{"anything-but": ["shipped"]}]}},
        "NewImage": {"status": {"S": ["shipped"]}},
    }
}

TITLED_DUNE = {
    "dynamodb": {"NewImage": {"status": {"S": ["shipped"]}, "title": {"S": ["Dune"]}}},
    "eventName": ["MODIFY"],
}


def _from_and_to(old, new):
    return {"dynamodb": {"OldImage": {"status": {"S": [old]}}, "NewImage": {"status": {"S": [new]}}}}


FROM_P = _from_and_to({"prefix": "p"}, "shipped")
NOT_SHIPPING = _from_and_to({"anything-but": {"prefix": "ship"}}, "shipped")
TO_SHIP = _from_and_to({"anything-but": ["shipped"]}, {"prefix": "ship"})

# ---------------------------------------------------------------------- unblock

TITLED = {"Pattern": json.dumps({"dynamodb": {"NewImage": {"title": {"S": [{"exists": True}]}}}})}


def writes_it_down_by_hand():
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="index-failures")["QueueUrl"], MessageBody="order-25")
    return {**BISECT, "MaximumRetryAttempts": 6}


def parks_elsewhere():
    boto3.client("sqs").create_queue(QueueName="mine")
    return {**BISECT, "MaximumRetryAttempts": 6, **to("arn:aws:sqs:us-east-1:123456789012:mine")}


# ---------------------------------------------------------------------- follow_pointer


def records(body, kind, count=None, key="startSequenceNumber"):
    info = json.loads(body)["DDBStreamBatchInfo"]
    streams = boto3.client("dynamodbstreams")
    position = {"SequenceNumber": info[key]} if "SEQUENCE" in kind else {}
    iterator = streams.get_shard_iterator(
        StreamArn=info["streamArn"], ShardId=info["shardId"], ShardIteratorType=kind, **position
    )["ShardIterator"]
    found = streams.get_records(ShardIterator=iterator)["Records"]
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in found][: count or info["batchSize"]]


def reads_the_message(body):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in json.loads(body)["requestPayload"]["Records"]]


def from_the_latest(body):
    return records(body, "LATEST")


def from_the_oldest(body):
    return records(body, "TRIM_HORIZON")


def after_the_first(body):
    return records(body, "AFTER_SEQUENCE_NUMBER")


def reads_on(body):
    return records(body, "AT_SEQUENCE_NUMBER", 100)


def the_first_alone(body):
    return records(body, "AT_SEQUENCE_NUMBER", 1)[0]


def gives_the_keys(body):
    return [*records(body, "AT_SEQUENCE_NUMBER")[:1], {"id": "order-7"}]


def names_them_twice(body):
    return records(body, "AT_SEQUENCE_NUMBER") * 2


# ----------------------------------------------------------------------

WRONG = {
    "lab05.read_change": [
        Wrong("order-7 can still be found", handlers.forgets_removals),
        Wrong("at REMOVE order-7", handlers.takes_the_new_image_always),
        Wrong(
            "the total of order-0 is 1000 in the table, and {'N': '1000'}, a dict, in the index",
            handlers.keeps_the_types,
        ),
        Wrong("1000, a str, in the index", handlers.keeps_numbers_as_text),
        Wrong("the title of order-2 is Emma in the table, and Dune in the index", handlers.knows_inserts_only),
        Wrong("keep_index raised KeyError: 'body'", handlers.takes_it_for_a_queue),
        Wrong("order-40 is in the table, and the search page can't find it", handlers.knows_the_orders_of_one_shop),
        Wrong("keep_index read the table orders (Scan): the record holds all", handlers.copies_the_table),
        Wrong("keep_index read the table orders (GetItem)", handlers.looks_each_order_up),
        Wrong("keep_index read the table orders (ExecuteStatement)", handlers.asks_in_sql),
        Wrong("can't find it; keep-index was stopped after 10 s, its timeout", handlers.dawdles),
    ],
    "lab05.only_shipped": [
        Wrong("order-90 and order-91 were announced: shipped years ago", BOTH, always(STATUS)),
        Wrong("order-3 and order-4 were announced twice", BOTH, always(CHANGED)),
        Wrong(
            "order-5, order-6 and 3 more were shipped, and nobody was told; they were packed, shipping and on hold until then",
            BOTH,
            always(FROM_PLACED),
        ),
        Wrong(
            "order-7 was shipped, and nobody was told; it was shipping until then",
            BOTH,
            always(NOT_SHIPPING),
        ),
        Wrong(
            "was handed no record; the records of this stream hold Keys, NewImage and OldImage", BOTH, always(UNTYPED)
        ),
        Wrong("the records of this stream hold Keys", always("KEYS_ONLY"), always(BECAME)),
        Wrong("hold Keys and NewImage", always("NEW_IMAGE"), always(BECAME)),
        Wrong(
            "10 orders that nobody has shipped were announced",
            BOTH,
            always({"eventName": ["INSERT", "MODIFY"]}),
        ),
        Wrong("the table was refused", always("BOTH_IMAGES"), always(BECAME)),
        Wrong("order-3 was announced twice", BOTH, always(TITLED_DUNE)),
        Wrong("order-7 and order-9 were shipped, and nobody was told", BOTH, always(FROM_P)),
        Wrong("1 order that nobody has shipped was announced: order-12", BOTH, always(TO_SHIP)),
    ],
    "lab05.unblock": [
        Wrong("healthy orders are in the index; index was given order-25", always({})),
        Wrong("with order-25, which was in their batch", always({"MaximumRetryAttempts": 6, **TO_QUEUE})),
        Wrong(
            "index was given order-25 21 times, and given order-59 once",
            always({**BISECT, **TO_QUEUE, "BatchSize": 60}),
        ),
        Wrong(
            "order-0 had nothing wrong with it, and was given up",
            always({**BISECT, **TO_QUEUE, "MaximumRetryAttempts": 2}),
        ),
        Wrong("index-failures is empty", always({**BISECT, "MaximumRetryAttempts": 6})),
        Wrong("were older than 1 min by then", always({**BISECT, **TO_QUEUE, "MaximumRecordAgeInSeconds": 60})),
        Wrong("0:03.552, while the search service was away", always({**TO_QUEUE, "MaximumRetryAttempts": 2})),
        Wrong("the mapping was refused", always({"MaximumRecordAgeInSeconds": 30, **TO_QUEUE})),
        Wrong("index-failures is empty: what leads to it is in mine", parks_elsewhere),
        Wrong(
            "index-failures is empty: the destination is arn:aws:sqs:us-east-1:999999999999:index-failures",
            always({**BISECT, "MaximumRetryAttempts": 6, **to("arn:aws:sqs:us-east-1:999999999999:index-failures")}),
        ),
        Wrong("writes_it_down_by_hand itself sent “order-25” to index-failures", writes_it_down_by_hand),
        Wrong("order-25 was filtered out", always({"FilterCriteria": {"Filters": [TITLED]}, **TO_QUEUE})),
        Wrong(
            "0 of 59 healthy orders are in the index; index was never given order-25, and never given order-59",
            always({"Enabled": False, **BISECT, **TO_QUEUE}),
        ),
    ],
    "lab05.follow_pointer": [
        Wrong("raised KeyError: 'requestPayload'", reads_the_message),
        Wrong("recover missed order-6, order-7 and order-8; it named none", from_the_latest),
        Wrong("it named order-0, order-1 and order-2", from_the_oldest),
        Wrong("recover missed order-6; it named", after_the_first),
        Wrong("recover named order-9, order-10 and 15 more", reads_on),
        Wrong("recover returned a str", the_first_alone),
        Wrong("recover returned a list with a dict in it", gives_the_keys),
        Wrong("recover named order-6, order-7 and order-8 more than once", names_them_twice),
    ],
    "lab05.fast_in_order": [
        Wrong("the last change was noted after 2", always(REPORT), handlers.reports_and_stops),
        Wrong("was never noted", always({"ParallelizationFactor": 10}), handlers.swallows),
        Wrong("a second time, after step", always({"ParallelizationFactor": 10}), handlers.raises),
        Wrong("was noted after step", always({"ParallelizationFactor": 10, **REPORT}), handlers.reports_and_goes_on),
        Wrong("was never noted", always({"ParallelizationFactor": 10}), handlers.reports_and_stops),
        Wrong("step 2 of order-0 was noted twice", always({"BatchSize": 10}), handlers.with_threads),
        Wrong("was noted after step", always({"ParallelizationFactor": 10, "BatchSize": 5}), handlers.newest_first),
        Wrong(
            "a second time, after step 3; note-steps was stopped after 60 s, its timeout",
            always({"ParallelizationFactor": 10}),
            handlers.tries_until_it_works,
        ),
        Wrong("the first was a GET, and a POST was asked for", always({}), handlers.gets),
        Wrong("the first came without a body", always({}), handlers.posts_nothing),
        Wrong('the first had the body “{"order": "order-0", "step": "0"}”', always({}), handlers.posts_json),
        Wrong(
            "no step of order-9 was noted", always({"ParallelizationFactor": 10, **REPORT}), handlers.knows_nine_orders
        ),
        Wrong("the mapping was refused", always({"ParallelizationFactor": 20}), handlers.reports_and_stops),
        Wrong(
            "on a day when the ledger was down for 1 min 30 s, step 4 of order-0 was never noted, and none after it",
            always({"ParallelizationFactor": 10, "MaximumRetryAttempts": 3, **REPORT}),
            handlers.reports_and_stops,
        ),
    ],
}
