"""Plausible wrong answers to lab 06, each with a part of the sentence it must get."""

import json

import boto3

from ..contract import Wrong
from . import lab06_handlers as handlers


def kinesis():
    return boto3.client("kinesis")


def lam():
    return boto3.client("lambda")


def read_by(source, function, **options):
    lam().create_event_source_mapping(
        EventSourceArn=source, FunctionName=function, StartingPosition="LATEST", **options
    )


# ---------------------------------------------------------------------- pick_a_key


def by_page(click):
    return click["page"]


def by_country(click):
    return click["country"]


def by_click(click):
    return click["id"]


def constant(click):
    return "clicks"


def by_number(click):
    return click["number"]


def by_hash(click):
    return str(hash(click["visitor"]))


def by_hash_of_several(click):
    return f"key-{abs(hash(('shop', click['visitor']))) % 1000}"


# ---------------------------------------------------------------------- keep_up


def larger_batches(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, BatchSize=1000)


def one_at_a_time(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, BatchSize=1)


def two_lanes(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=2)


def four_lanes(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=4)


def gathers(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=8, MaximumBatchingWindowInSeconds=10)


def reserves_two(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=8)
    lam().put_function_concurrency(FunctionName="recommend", ReservedConcurrentExecutions=2)


def is_short_of_time(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, ParallelizationFactor=8)
    lam().update_function_configuration(FunctionName="recommend", Timeout=1)


def a_second_mapping(stream, mapping_id):
    arn = kinesis().describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis().register_stream_consumer(StreamARN=arn, ConsumerName="recommend")["Consumer"]
    read_by(consumer["ConsumerARN"], "recommend")


def switches_off(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, Enabled=False)


def asks_for_a_page(stream, mapping_id):
    pattern = json.dumps({"data": {"page": ["checkout"]}})
    lam().update_event_source_mapping(UUID=mapping_id, FilterCriteria={"Filters": [{"Pattern": pattern}]})


def tumbles(stream, mapping_id):
    lam().update_event_source_mapping(UUID=mapping_id, TumblingWindowInSeconds=5)


def eight_shards(stream, mapping_id):
    for shards in (2, 4, 8):
        kinesis().update_shard_count(StreamName=stream, TargetShardCount=shards, ScalingType="UNIFORM_SCALING")


def four_at_a_jump(stream, mapping_id):
    kinesis().update_shard_count(StreamName=stream, TargetShardCount=4, ScalingType="UNIFORM_SCALING")


def a_new_mapping(stream, mapping_id):
    lam().delete_event_source_mapping(UUID=mapping_id)


# ---------------------------------------------------------------------- third_reader


def shares(stream_arn):
    read_by(stream_arn, "marketing")


def fan_out_for_all(stream_arn):
    for mapping in lam().list_event_source_mappings()["EventSourceMappings"]:
        lam().delete_event_source_mapping(UUID=mapping["UUID"])
    for name in ("fraud", "recommend", "marketing"):
        consumer = kinesis().register_stream_consumer(StreamARN=stream_arn, ConsumerName=name)["Consumer"]
        read_by(consumer["ConsumerARN"], name)


def registers_and_reads_the_stream(stream_arn):
    kinesis().register_stream_consumer(StreamARN=stream_arn, ConsumerName="marketing")
    read_by(stream_arn, "marketing", BatchSize=10)


def switches_fraud_off(stream_arn):
    mapping = lam().list_event_source_mappings(FunctionName="fraud")["EventSourceMappings"][0]
    lam().update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    read_by(stream_arn, "marketing")


def filters(stream_arn):
    pattern = json.dumps({"data": {"page": ["checkout"]}})
    read_by(stream_arn, "marketing", FilterCriteria={"Filters": [{"Pattern": pattern}]})


# ---------------------------------------------------------------------- plan


def _build(stream, functions, shards=None):
    if shards:
        kinesis().create_stream(StreamName=stream, ShardCount=shards)
    else:
        kinesis().create_stream(StreamName=stream, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    arn = kinesis().describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    for function in functions:
        read_by(arn, function)


def for_the_average(stream, functions):
    _build(stream, functions, 1)


def for_the_writers(stream, functions):
    _build(stream, functions, 2)


def ten_shards(stream, functions):
    _build(stream, functions, 10)


def on_demand(stream, functions):
    _build(stream, functions)


def keeps_a_week(stream, functions):
    _build(stream, functions, 3)
    kinesis().increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=168)


def forgets_a_reader(stream, functions):
    _build(stream, functions[:2], 3)


REPORT = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
TO_QUEUE = {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:clicks-failed"}}}

WRONG = {
    "lab06.pick_a_key": [
        Wrong("shard 0 took 200 of 200 clicks, and 3 shards took none; the clicks had 4 keys", by_page),
        Wrong("200 clicks", by_country),
        Wrong("was seen at", by_click),
        Wrong("the clicks had 1 key", constant),
        Wrong("a partition key is a text", by_number),
        Wrong("what `hash` makes of a text differs from process to process", by_hash),
        Wrong("go to shard 3, and from another to shard 2", by_hash_of_several),
    ],
    "lab06.put_all": [
        Wrong("24 of 40 snapshots are not in the stream, snapshot-11 first", handlers.ignores_the_answer),
        Wrong("of 40 snapshots are not in the stream", handlers.sends_tens_and_never_looks),
        Wrong("snapshot-4 was stored at 0:00.205 and again at 0:01.21", handlers.sends_all_again),
        Wrong("and again at 1:00", handlers.raises),
        Wrong("snapshot-19 was stored at 0:00.205 and again at 0:01.21; 4 of 40", handlers.sends_the_last_again),
        Wrong("of 40 snapshots are not in the stream", handlers.sends_five_every_two_seconds),
        Wrong("ship was stopped after 60 s, its timeout", handlers.sleeps_for_too_long),
        Wrong("within 0.02 s: it was asked again and again", handlers.asks_again_at_once),
        Wrong("it was asked again and again", handlers.asks_ten_times_a_second),
        Wrong("of 40 snapshots are not in the stream, snapshot-5 first", handlers.five_a_second),
        Wrong("ship returned without an error", handlers.one_at_a_time),
        Wrong("of 40 snapshots are not in the stream", handlers.nine_and_a_pause),
        Wrong("snapshot-0 is in the stream with", handlers.sends_the_names_alone),
        Wrong("snapshot-0 is in the stream under the key “snapshot-0”", handlers.gives_each_a_key_of_its_own),
    ],
    "lab06.keep_up": [
        Wrong("and the 116 clicks of its batch took 23.2 s; at most 1 batch ran at once", larger_batches),
        Wrong("it waited 30.2 s for its run, and it alone took 0.2 s; at most 1 batch", one_at_a_time),
        Wrong("at most 2 batches ran at once, 10 clicks a second, and 20 came", two_lanes),
        Wrong("and 20 came; that is enough only for lanes that get equal shares", four_lanes),
        Wrong("the mapping gathers clicks for up to 10 s before a run", gathers),
        Wrong("Lambda refused 34 runs of recommend: reserved concurrency 2 in use", reserves_two),
        Wrong("recommend was stopped after 1 s, its timeout", is_short_of_time),
        Wrong("2 mappings hand every click to recommend", a_second_mapping),
        Wrong("8 shards are open at the end", eight_shards),
        Wrong("four_at_a_jump raised", four_at_a_jump),
        Wrong("0 of 200 clicks are done; no mapping reads the stream for recommend", a_new_mapping),
        Wrong("0 of 200 clicks are done; the mapping is disabled", switches_off),
        Wrong("0 of 200 clicks are done; a filter turned 200 clicks away", asks_for_a_page),
        Wrong("the mapping hands the same batch over again (NoState)", tumbles),
    ],
    "lab06.third_reader": [
        Wrong("its iterator age, that of the last snapshot of a batch, went up to 2.6 s", shares),
        Wrong("4 things are paid by the hour", fan_out_for_all),
        Wrong("fell behind", registers_and_reads_the_stream),
        Wrong("fraud got 0 of 80", switches_fraud_off),
        Wrong("marketing got 0 of 80", filters),
    ],
    "lab06.plan": [
        Wrong("clicks were refused, by 1 shard", for_the_average),
        Wrong("its iterator age, that of the last click of a batch, went up to 1.5 s", for_the_writers),
        Wrong("costs $110.11", ten_shards),
        Wrong("costs $116.80", on_demand),
        Wrong("marketing got 0 of", forgets_a_reader),
        Wrong("clicks keeps its records for 7 d", keeps_a_week),
    ],
    "lab06.bad_click": [
        Wrong("click-10 was noted 7 times", dict, handlers.raises_for_a_bad_click),
        Wrong("nobody can find click-13", dict, handlers.skips_a_bad_click),
        Wrong("13 of 39 good clicks are noted, click-14 is not", lambda: REPORT, handlers.reports_a_bad_click),
        Wrong(
            "click-14 is not; 1 message in clicks-failed points to 7 clicks",
            lambda: {**REPORT, **TO_QUEUE, "MaximumRetryAttempts": 3},
            handlers.reports_a_bad_click,
        ),
        Wrong(
            "click-10 was noted 3 times",
            lambda: {**TO_QUEUE, "MaximumRetryAttempts": 3, "BisectBatchOnFunctionError": True},
            handlers.raises_for_a_bad_click,
        ),
        Wrong("nothing in it leads to click-13", dict, handlers.leaves_a_word),
        Wrong("is “click-13”: a name, and neither that click's place", dict, handlers.leaves_a_name),
        Wrong('is “{"bad": "click-13"}”: a name, and neither', dict, handlers.leaves_a_name_in_json),
        Wrong('is “{"KinesisBatchInfo"', dict, handlers.leaves_what_looks_like_lambdas),
        Wrong("leads to 10 clicks, and only click-13 is a bad one", dict, handlers.parks_the_whole_batch),
        Wrong("returned a list", lambda: ["ReportBatchItemFailures"], handlers.reports_a_bad_click),
        Wrong(
            "on an evening when deployments kept replacing the environment, click-10 was noted 3 times; note_clicks raised",
            lambda: {**TO_QUEUE, "MaximumRetryAttempts": 3, "BisectBatchOnFunctionError": True},
            handlers.remembers_in_memory,
        ),
        Wrong(
            "refused the first note and took all others, after two minutes and 4 runs 38 of 39 good clicks are noted, "
            "click-0 is not; 2 messages in clicks-failed",
            dict,
            handlers.parks_whatever_fails,
        ),
        Wrong("click-0 is not; 1 message in clicks-failed points to 1 click", dict, handlers.notes_or_not),
        Wrong(
            "29 of 39 good clicks are noted, click-0 is not",
            lambda: {**TO_QUEUE, "MaximumRetryAttempts": 0},
            handlers.parks_the_record,
        ),
    ],
}
