"""Plausible wrong answers to lab 08, each with a part of the sentence it must get."""

from ..contract import Wrong


def always(way, reason, **settings):
    """The same choice whatever the case says."""

    def choice(*_given):
        return way, dict(settings), reason

    return choice


def fifty(capacity):
    return "SQS", {"most": 50, "batch": 1}, "S3"


def the_other_printers_number(capacity):
    return "SQS", {"most": 5}, "S3"


def all_lanes(capacity):
    return "Kinesis", {}, "S3"


def about_order(capacity):
    return "SQS", {"most": capacity}, "S5"


def about_retries(capacity):
    return "SQS", {"most": capacity}, "S4"


def on_a_list(capacity):
    return ["SQS"], {"most": capacity}, "S3"


def by_number(capacity):
    return "SQS", {"most": capacity}, 3


def a_name_alone(capacity):
    return "SQS"


def one_shard_a_reader(rate, size_bytes, readers, usd_a_month):
    return "Kinesis", {"shards": readers}, "K6"


def by_bytes_in(rate, size_bytes, readers, usd_a_month):
    return "Kinesis", {"shards": -(-rate * size_bytes // 1_000_000)}, "K6"


WRONG = {
    "lab08.invoices": [
        Wrong("Event: 15 of 60 invoices were printed, and 150 calls refused", always("Event", "A2")),
        Wrong("SNS: 15 of 60", always("SNS", "N4")),
        Wrong("15 calls refused, by a printer that takes 3", fifty),
        Wrong("10 calls refused, by a printer that takes 3", the_other_printers_number),
        Wrong("Kinesis: 60 of 60 invoices were printed, and 9 calls refused", all_lanes),
        Wrong("SQS holds, and your reason, S5, is about something else: only the number that ran at once", about_order),
        Wrong("SQS holds, and your reason, S4, is about something else", about_retries),
        Wrong("SQS FIFO: 40 of 40 invoices were printed, and 1 call refused", always("SQS FIFO", "S5")),
        Wrong("there is no claim Z9 in the lab's table", always("SQS", "Z9")),
        Wrong("the claim is a text, such as 'K1', and this is an int", by_number),
        Wrong("there is no way called ['SQS']", on_a_list),
        Wrong("three in a row", a_name_alone),
        Wrong("lanes is not among them", always("SQS", "S3", lanes=5)),
        Wrong("there is no way called 'Lambda'", always("Lambda", "S3")),
    ],
    "lab08.signups": [
        Wrong("SQS: welcome heard of 9 of 20 sign-ups", always("SQS", "S4")),
        Wrong("Event: the sender names 3 functions", always("Event", "A2")),
        Wrong("Destinations: fraud heard of 0 of 20", always("Destinations", "L5")),
        Wrong("SNS holds, and your reason, N4, is about something else", always("SNS", "N4")),
        Wrong("SNS holds, and your reason, E3, is a claim about EventBridge", always("SNS", "E3")),
    ],
    "lab08.seats": [
        Wrong("one seat was sold 659 s after its order, the last at 664 s", always("SQS FIFO", "S5", receives=10)),
        Wrong("20 orders in the place for failures", always("SQS FIFO", "S5")),
        Wrong("the last at 136 s", always("SQS FIFO", "S5", receives=10, visibility=12)),
        Wrong("SQS: 35 seats were sold before one that was ordered earlier", always("SQS", "S4", receives=10)),
        Wrong("Event: ", always("Event", "A2")),
        Wrong("1 order in the place for failures", always("Kinesis", "K5", retries=1)),
        Wrong(
            "DynamoDB holds, and your reason, K5, is a claim about Kinesis",
            always("DynamoDB", "K5", retries=10, batch=5),
        ),
    ],
    "lab08.clicks": [
        Wrong("3 readers of 1 shard fell behind", always("Kinesis", "K6", shards=1)),
        Wrong("20 shards and 1,000 clicks a second cost $256 a month", always("Kinesis", "K6", shards=20)),
        Wrong("SQS: each of the 3 readers got a part", always("SQS", "S4")),
        Wrong("SNS: nobody can read yesterday again", always("SNS", "N3")),
        Wrong("DynamoDB: more readers than two", always("DynamoDB", "D5")),
    ],
    "lab08.night": [
        Wrong("good orders were not done after 30 s of restart", always("DynamoDB", "D6", retries=1)),
        Wrong("good orders were not done after 60 s of restart", always("DynamoDB", "D6", retries=5)),
        Wrong("four minutes were promised", always("Kinesis", "K5", retries=10)),
        Wrong("3 good orders were not done after 30 s of restart", always("SQS FIFO", "S4")),
        Wrong("good orders were not done", always("SQS", "S4", receives=1)),
        Wrong("four minutes were promised", always("SQS", "S4", visibility=600)),
    ],
}
