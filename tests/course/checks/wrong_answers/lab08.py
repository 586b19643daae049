"""Plausible wrong answers to lab 08, each with a part of the sentence it must get."""

from math import ceil, log2

from ..contract import Wrong


def always(way, reason, **settings):
    """The same choice whatever the case says."""

    def choice(*_given):
        return way, dict(settings), reason

    return choice


def fifty(capacity):
    return "SQS", {"most": 50, "batch": 1}, "S3"


def the_other_printers_number(capacity):
    return "SQS", {"most": 8}, "S3"


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


def in_order_at_most(capacity):
    return "SQS FIFO", {"most": capacity + 2}, "S3"


def all_the_money(rate, size_bytes, readers, usd_a_month):
    put = rate * 730 * 3600 / 1e6 * 0.014 * ceil(size_bytes / 25_600)
    return "Kinesis", {"shards": int((usd_a_month - put) // (730 * 0.035)), "hours": 48}, "K6"


def by_the_budget(rate, size_bytes, readers, usd_a_month):
    return "Kinesis", {"shards": {120: 2, 250: 4, 170: 5, 260: 5, 130: 3}.get(usd_a_month, 2), "hours": 48}, "K6"


def by_the_readers(rate, size_bytes, readers, usd_a_month):
    return "Kinesis", {"shards": {3: 2, 2: 4, 5: 5, 1: 3}.get(readers, 6), "hours": 48}, "K6"


def two_to_spare_but_no_more_than_there_is(rate, size_bytes, readers, usd_a_month):
    way, settings, reason = all_the_money(rate, size_bytes, readers, usd_a_month)
    need = max(-(-rate // 1000), -(-rate * size_bytes // 1_000_000), -(-rate * size_bytes * readers // 2_000_000))
    return way, {**settings, "shards": min(settings["shards"], need + 2)}, reason


def with_setting(**more):
    """The right shards, and a setting that no mapping takes."""

    def choice(rate, size_bytes, readers, _usd):
        shards = max(-(-rate // 1000), -(-rate * size_bytes // 1_000_000), -(-rate * size_bytes * readers // 2_000_000))
        return "Kinesis", {"shards": shards, "hours": 48, **more}, "K6"

    return choice


def one_shard_a_reader(rate, size_bytes, readers, usd_a_month):
    return "Kinesis", {"shards": readers}, "K6"


def shards_by(formula, hours=48):
    """A number of shards from clicks a second, bytes a click and readers."""

    def choice(rate, size_bytes, readers, _usd):
        return "Kinesis", {"shards": max(1, ceil(formula(rate, size_bytes, readers))), "hours": hours}, "K6"

    return choice


by_bytes_in = shards_by(lambda rate, size, readers: rate * size / 1e6)
by_bytes_out = shards_by(lambda rate, size, readers: rate * size * readers / 2e6)
by_records_and_readers = shards_by(lambda rate, size, readers: rate * readers / 1e3)
without_bytes_in = shards_by(lambda rate, size, readers: max(rate / 1e3, rate * size * readers / 2e6))
without_the_size = shards_by(lambda rate, size, readers: max(rate / 1e3, rate * readers / 2e3))
for_a_day = shards_by(lambda rate, size, readers: max(rate / 1e3, rate * size / 1e6, rate * size * readers / 2e6), 24)


def a_table_for_two(rate, size_bytes, readers, usd_a_month):
    return ("DynamoDB", {}, "D5") if readers <= 2 else ("Kinesis", {"shards": 2, "hours": 48}, "K6")


def a_queue_for_one(rate, size_bytes, readers, usd_a_month):
    if readers == 1:
        return "SQS", {}, "S4"
    shards = max(-(-rate // 1000), -(-rate * size_bytes * readers // 2_000_000))
    return "Kinesis", {"shards": shards, "hours": 48}, "K6"


def about_failures(rate, size_bytes, readers, usd_a_month):
    shards = max(-(-rate // 1000), -(-rate * size_bytes // 1_000_000), -(-rate * size_bytes * readers // 2_000_000))
    return "Kinesis", {"shards": shards, "hours": 48}, "K5"


def patient_for_another_reason(outage_s):
    return "SQS", {"visibility": 60, "receives": outage_s // 60 + 2}, "S3"


def doubling_without_end(way, reason):
    """Section 8: waits that double from one second, 2**n - 1 seconds in all. They stop growing at a minute."""
    return lambda outage_s: (way, {"retries": ceil(log2(outage_s + 1))}, reason)


WRONG = {
    "lab08.invoices": [
        Wrong("Event: 24 of 240 invoices were printed, and 672 calls refused", always("Event", "A2")),
        Wrong("SNS: 24 of 240", always("SNS", "N4")),
        Wrong("162 calls refused, by a printer that takes 8", fifty),
        Wrong("27 calls refused, by a printer that takes 3", the_other_printers_number),
        Wrong("Kinesis: 240 of 240 invoices were printed, and 22 calls refused", all_lanes),
        Wrong("SQS holds, and your reason, S5, is about something else: only the number that ran at once", about_order),
        Wrong("SQS holds, and your reason, S4, is about something else", about_retries),
        Wrong("SQS FIFO: 240 of 240 invoices were printed, and 14 calls refused", always("SQS FIFO", "S5")),
        Wrong("SQS FIFO: 240 of 240 invoices were printed, and 11 calls refused", in_order_at_most),
        Wrong("SQS FIFO could not be built with {'most': 1}", always("SQS FIFO", "S3", most=1)),
        Wrong("240 of 240 invoices were printed, and 60 calls refused", always("SQS", "S4")),
        Wrong("SQS: the last of 240 invoices was printed after 30.2 s", always("SQS", "S3", most=2)),
        Wrong("SQS: the last of 240 invoices was printed after 20.2 s", always("SQS", "S3", most=3)),
        Wrong("and 1 ran at once; 20 seconds were promised", always("Kinesis", "S3", lanes=1)),
        Wrong("Kinesis: the last of 240 invoices was printed after 28.2 s", always("Kinesis", "S3", lanes=3)),
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
        Wrong(
            "14 seats were sold twice: 3 runs came to the timeout, and all of the batch was handed over again, sold or not; a seat "
            "takes 0.25 s, a run has 2 s, and a batch held up to 28 seats",
            always("Kinesis", "K5"),
        ),
        Wrong(
            "SQS FIFO: order-94 was sold only 546 s after the sale began, with pauses of",
            always("SQS FIFO", "S5", batch=1),
        ),
        Wrong("DynamoDB: 7 seats were sold twice: 1 run came to the timeout", always("DynamoDB", "D6")),
        Wrong("SQS FIFO: 28 seats were sold twice", always("SQS FIFO", "S5", visibility=2, receives=1000)),
        Wrong("SQS FIFO: 37 seats were sold twice", always("SQS FIFO", "S5", receives=10)),
        Wrong("and a batch held up to 8 seats", always("Kinesis", "K5", retries=5, batch=8)),
        Wrong(
            "order-93 was sold only 313 s after the sale began, behind order-60, which fails each time; the sale ended",
            always("Kinesis", "K5", retries=10, batch=5),
        ),
        Wrong(
            "Kinesis: order-68, order-86 and 3 more were never sold: order-60, of the same concert, fails each time, and was",
            always("Kinesis", "K5", retries=-1, batch=5),
        ),
        Wrong(
            "DynamoDB: order-68, order-86 and 3 more were never sold: order-60",
            always("DynamoDB", "D6", retries=10_000, batch=5),
        ),
        Wrong(
            "order-93 was sold only 184 s after the sale began, behind order-60, which fails each time",
            always("SQS FIFO", "S5", visibility=12, batch=1, receives=11),
        ),
        Wrong("order-93 was sold only 232 s", always("SQS FIFO", "S5", visibility=12, batch=1, receives=15)),
        Wrong("order-93 was sold only 2012 s", always("SQS FIFO", "S5", visibility=2, batch=1, receives=1000)),
        Wrong(
            "10 receives were not enough, with a fifth of the calls failing, and whatever stood behind a failure in its batch",
            always("SQS FIFO", "S5", visibility=12, batch=7, receives=10),
        ),
        Wrong(
            "Kinesis: order-81 was never sold; 3 retries were not enough, with a fifth of the calls failing; 2 orders in the place",
            always("Kinesis", "K5", batch=1),
        ),
        Wrong("1 retry was not enough", always("Kinesis", "K5", retries=1, batch=5)),
        Wrong("SQS: 35 seats were sold before one that was ordered earlier", always("SQS", "S4", receives=10)),
        Wrong("Event: ", always("Event", "A2")),
        Wrong(
            "DynamoDB holds, and your reason, K5, is a claim about Kinesis",
            always("DynamoDB", "K5", retries=5, batch=5),
        ),
    ],
    "lab08.clicks": [
        Wrong(
            "20 shards and 1,000 clicks a second, kept for 48 hours, cost", always("Kinesis", "K6", shards=20, hours=48)
        ),
        Wrong("2 shards refused 38% of 3,200 clicks a second", always("Kinesis", "K6", shards=2, hours=48)),
        Wrong("5 shards and 1,000 clicks a second", always("Kinesis", "K6", shards=5, hours=48)),
        Wrong("3 shards refused 6% of 3,200 clicks", always("Kinesis", "K6", shards=3, hours=168)),
        Wrong("3 readers of 1 shard fell behind: they want 3.0 MB a second and get 2.1", by_bytes_in),
        Wrong("1 shard refused 69% of 3,200 clicks a second, of 250 bytes each: too many records", by_bytes_out),
        Wrong("7 shards and 3,200 clicks a second, kept for 48 hours, cost $297", by_records_and_readers),
        Wrong("2 shards refused 14% of 700 clicks a second, of 3,500 bytes each: too many bytes", without_bytes_in),
        Wrong("1 shard refused 42% of 300 clicks a second, of 6,000", without_the_size),
        Wrong("the first click of yesterday was gone after 24 hours, with today not over", for_a_day),
        Wrong("hours is a whole number from 24 to 168 here, and not 12", always("Kinesis", "K6", shards=2, hours=12)),
        Wrong("shards is a whole number from 1 on, and not a str", always("Kinesis", "K6", shards="two", hours=48)),
        Wrong(
            "9 shards and 300 clicks a second, kept for 48 hours, cost $241 a month; 4 to spare are too many: with one the same "
            "clicks of 6,000 bytes, for 5 readers, cost $164",
            all_the_money,
        ),
        Wrong("7 shards and 300 clicks a second", two_to_spare_but_no_more_than_there_is),
        Wrong(
            "the four sites hold, and a new one, 1,360 clicks of 1,990 bytes, 4 readers, $230, does not: 2 shards",
            by_the_budget,
        ),
        Wrong(
            "the four sites hold, and a new one, 1,180 clicks of 3,700 bytes, 1 reader, $200, does not", by_the_readers
        ),
        Wrong("batch is a whole number from 1 to 10,000 here, and not -5", with_setting(batch=-5)),
        Wrong("retries is a whole number from -1 to 10,000 here, and not -2", with_setting(retries=-2)),
        Wrong("lanes is a whole number from 1 to 10 here, and not a float", with_setting(lanes=2.5)),
        Wrong("SQS: each of the 3 readers got a part", always("SQS", "S4")),
        Wrong("SQS: what was read is deleted", a_queue_for_one),
        Wrong("SNS: nobody can read yesterday again", always("SNS", "N3")),
        Wrong("EventBridge: nobody can read yesterday again without an archive", always("EventBridge", "E3")),
        Wrong("DynamoDB: its stream keeps a change for 24 hours", a_table_for_two),
        Wrong("hours is not among them", always("DynamoDB", "D5", hours=48)),
        Wrong("holds, and your reason, K5, is about something else", about_failures),
    ],
    "lab08.night": [
        Wrong("SQS: order-25 was parked", always("SQS", "S4")),
        Wrong("Event: order-25 was parked", always("Event", "A2")),
        Wrong("SNS: order-25 was parked", always("SNS", "N4")),
        Wrong("EventBridge: order-25 was parked", always("EventBridge", "E4")),
        Wrong("Destinations: order-25 was parked", always("Destinations", "L5")),
        Wrong("good orders were not done after 20 s of restart", always("DynamoDB", "D6", retries=1)),
        Wrong("good orders were not done after 60 s of restart", always("DynamoDB", "D6", retries=5)),
        Wrong("good orders were not done after 260 s of restart", always("Kinesis", "K5", retries=6)),
        Wrong("its 9 retries last 243 s in all, and the longest pause is 60 s", doubling_without_end("DynamoDB", "D6")),
        Wrong("Kinesis: 4 good orders were not done after 260 s of restart", doubling_without_end("Kinesis", "K5")),
        Wrong("order-44 first; order-25 was still tried after an hour", always("DynamoDB", "D6", retries=-1)),
        Wrong("has nothing wrong with it and was done only", always("Kinesis", "K5", retries=7)),
        Wrong("has nothing wrong with it and was done only", always("Kinesis", "K5", retries=10)),
        Wrong(
            "whatever stood behind a failure in its batch had spent a receive, too; 4 orders", always("SQS FIFO", "S4")
        ),
        Wrong("order-18 first; there is only 1 receive; 42 orders", always("SQS", "S4", receives=1)),
        Wrong("order-9 first; there are no retries; 50 orders", always("Kinesis", "K5", retries=0)),
        Wrong("its 2 receives last 60 s in all, and the longest pause is 60 s", always("SQS", "S4", receives=2)),
        Wrong("has nothing wrong with it and was done only", always("SQS", "S4", visibility=600)),
        Wrong("SQS holds, and your reason, S3, is about something else", patient_for_another_reason),
    ],
}
