"""Logs of event buses: which records, at which level, with which fields, and where they are read.

Source: EventBridge user guide, eb-event-bus-logs, eb-event-logs-schema, eb-event-logs-execution-steps. Recorded on AWS: the name of the
stream, EVENT_INGEST_SUCCESS and NO_STANDARD_RULES_MATCHED from an INFO_LOGS source of a bus at TRACE, without the TRACE records.
"""

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.logs.models import logs_backends

from motoclock import Cloud
from tests.engine.delivery.events_stage import PLACED, ROLE, events, put, rule
from tests.engine.delivery.stage import arn_of, function, queue, sqs

BUS = "arn:aws:events:us-east-1:123456789012:event-bus/{}"
GROUP = "/aws/vendedlogs/events/event-bus/shop"
STREAM = "EventBridgeEventBusLogs"


@pytest.fixture
def cloud():
    with Cloud(seed=1) as opened:
        yield opened


def logs():
    return boto3.client("logs")


def logged(level: str = "TRACE", detail: str = "FULL", bus: str = "shop") -> None:
    """A bus that logs."""
    events().create_event_bus(Name=bus, LogConfig={"Level": level, "IncludeDetail": detail})


def deliver(*levels: str, bus: str = "shop", group: str = GROUP, **more) -> list[str]:
    """Vended log delivery, as the console sets it up: a source a level, one destination. Returns the deliveries' ids."""
    if not logs().describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs().create_log_group(logGroupName=group)
    group_arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"
    destination = logs().put_delivery_destination(
        name=f"{bus}-logs", deliveryDestinationConfiguration={"destinationResourceArn": group_arn}
    )["deliveryDestination"]["arn"]
    ids = []
    for level in levels or ("ERROR", "INFO", "TRACE"):
        logs().put_delivery_source(name=f"{bus}-{level}", resourceArn=BUS.format(bus), logType=f"{level}_LOGS")
        delivery = logs().create_delivery(
            deliverySourceName=f"{bus}-{level}", deliveryDestinationArn=destination, **more
        )
        ids.append(delivery["delivery"]["id"])
    return ids


def records(group: str = GROUP) -> list[dict]:
    found = logs().filter_log_events(logGroupName=group)["events"]
    assert {one["logStreamName"] for one in found} <= {STREAM}
    return [json.loads(one["message"]) for one in found]


def steps(group: str = GROUP) -> list[str]:
    return [record["message_type"] for record in records(group)]


def step(name: str) -> dict:
    (found,) = [record for record in records() if record["message_type"] == name]
    return found


def test_log_config_is_kept_and_told(cloud):
    config = {"Level": "INFO", "IncludeDetail": "FULL"}
    assert events().create_event_bus(Name="shop", LogConfig=config)["LogConfig"] == config
    assert events().describe_event_bus(Name="shop")["LogConfig"] == config
    # recorded: UpdateEventBus of the default bus
    other = {"Level": "TRACE", "IncludeDetail": "NONE"}
    answer = events().update_event_bus(Name="default", LogConfig=other)
    answer.pop("ResponseMetadata")
    assert answer == {"Arn": BUS.format("default"), "Name": "default", "LogConfig": other}
    events().update_event_bus(Name="shop", Description="orders")
    described = events().describe_event_bus(Name="shop")
    assert (described["Description"], described["LogConfig"]) == ("orders", config)
    with pytest.raises(ClientError, match="enum value set"):
        events().update_event_bus(Name="shop", LogConfig={"Level": "LOUD"})
    with pytest.raises(ClientError, match="does not exist"):
        events().update_event_bus(Name="nowhere", LogConfig=config)


def test_every_step_of_an_event_that_arrives(cloud):
    logged()
    deliver()
    rule(arn_of(queue()), bus="shop")
    (event_id,) = put({"order": 1}, EventBusName="shop", Resources=["arn:aws:s3:::orders"])
    cloud.run()
    assert steps() == [
        "EVENT_RECEIPT",
        "EVENT_INGEST_SUCCESS",
        "RULE_MATCH_START",
        "RULE_MATCH",
        "INVOCATION_START",
        "INVOCATION_ATTEMPT_START",
        "INVOCATION_ATTEMPT_SUCCESS",
        "INVOCATION_SUCCESS",
    ]
    ingested = step("EVENT_INGEST_SUCCESS")
    opened_ms = 1893456000000
    assert {**ingested, "request_id": None} == {
        "resource_arn": BUS.format("shop"),
        "message_timestamp_ms": opened_ms,
        "event_bus_name": "shop",
        "request_id": None,
        "event_id": event_id,
        "message_type": "EVENT_INGEST_SUCCESS",
        "log_level": "INFO",
        "details": {
            "caller_account_id": "123456789012",
            "source_time_ms": opened_ms,
            "source": "shop",
            "detail_type": "OrderPlaced",
            "resources": ["arn:aws:s3:::orders"],
            "event_detail": '{"order":1}',
        },
    }
    matched, ended = step("RULE_MATCH"), step("INVOCATION_SUCCESS")
    target = "arn:aws:sqs:us-east-1:123456789012:orders"
    assert matched["details"]["target_arns"] == [target]
    assert matched["details"]["invocation_ids"] == [ended["invocation_id"]]
    assert ended["details"].pop("target_input") == sqs_body()
    assert ended["details"] == {
        "rule_arn": "arn:aws:events:us-east-1:123456789012:rule/shop/placed",
        "target_arn": target,
        "total_attempts": 1,
        "final_invocation_status": "SUCCESS",
        "ingestion_to_start_latency_ms": 130,
        "ingestion_to_complete_latency_ms": 130,
        "ingestion_to_success_latency_ms": 130,
        "target_duration_ms": 0,
    }
    assert "error" not in ended


def sqs_body() -> str:
    url = sqs().get_queue_url(QueueName="orders")["QueueUrl"]
    return sqs().receive_message(QueueUrl=url)["Messages"][0]["Body"]


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("ERROR", {"ERROR"}),
        ("INFO", {"ERROR", "INFO"}),
        ("TRACE", {"ERROR", "INFO", "TRACE"}),
        ("OFF", set()),
    ],
)
def test_a_level_has_those_below_it(cloud, level, told):
    logged(level)
    deliver()
    rule(arn_of(queue()), "arn:aws:sqs:us-east-1:123456789012:nowhere", bus="shop")
    put({"order": 1}, EventBusName="shop")
    cloud.run()
    assert {record["log_level"] for record in records()} == told


def test_a_source_carries_its_own_level(cloud):
    logged("TRACE")
    deliver("INFO")
    put({"order": 1}, EventBusName="shop")
    assert steps() == ["EVENT_INGEST_SUCCESS", "NO_STANDARD_RULES_MATCHED"]  # as recorded


def test_a_retry_is_told_at_its_own_time_and_with_its_error(cloud):
    """A bus's target that comes back: an API destination would take time, a stream without room is refused at once."""
    logged()
    deliver()
    boto3.client("kinesis").create_stream(StreamName="narrow", ShardCount=1)
    stream = boto3.client("kinesis").describe_stream(StreamName="narrow")["StreamDescription"]["StreamARN"]
    rule({"Arn": stream, "RoleArn": ROLE, "KinesisParameters": {"PartitionKeyPath": "$.id"}}, bus="shop")
    put(*[{"pad": "x" * 400_000}] * 2, EventBusName="shop")
    put(*[{"pad": "x" * 400_000}] * 2, EventBusName="shop")
    cloud.run()
    refused = [one for one in records() if one["message_type"] == "INVOCATION_ATTEMPT_RETRYABLE_FAILURE"]
    assert refused
    for one in refused:
        assert one["log_level"] == "ERROR"
        assert one["error"]["aws_service"] == "kinesis"
        assert "narrow" in one["error"]["error_message"]
        assert one["details"]["role_arn"] == ROLE
    of_it = [one for one in records() if one.get("invocation_id") == refused[0]["invocation_id"]]
    assert [one["message_type"] for one in of_it] == [
        "INVOCATION_START",
        "INVOCATION_ATTEMPT_START",
        "INVOCATION_ATTEMPT_RETRYABLE_FAILURE",
        "INVOCATION_ATTEMPT_START",
        "INVOCATION_ATTEMPT_SUCCESS",
        "INVOCATION_SUCCESS",
    ]
    wait_ms = of_it[3]["message_timestamp_ms"] - of_it[2]["message_timestamp_ms"]
    assert 900 <= wait_ms <= 1100  # the first wait of the back-off, with its jitter
    assert of_it[4]["details"]["attempt_type"] == "RETRY"
    assert of_it[4]["details"]["attempt_count"] == of_it[5]["details"]["total_attempts"] == 2
    assert "ingestion_to_start_latency_ms" not in of_it[5]["details"]
    assert json.loads(of_it[0]["details"]["target_properties"]) == {"KinesisParameters": {"PartitionKeyPath": "$.id"}}


def test_a_lost_event_and_a_parked_one(cloud):
    logged()
    deliver()
    parked = arn_of(queue("parked"))
    gone = "arn:aws:sqs:us-east-1:123456789012:{}"
    rule(gone.format("one"), {"Arn": gone.format("two"), "DeadLetterConfig": {"Arn": parked}}, bus="shop")
    put({"order": 1}, EventBusName="shop")
    cloud.run()
    by_target: dict[str, list[str]] = {}
    for one in records():
        if "invocation_id" in one:
            by_target.setdefault(one["details"]["target_arn"][-3:], []).append(one["message_type"])
    start = ["INVOCATION_START", "INVOCATION_ATTEMPT_START", "INVOCATION_ATTEMPT_PERMANENT_FAILURE"]
    assert by_target == {
        "one": [*start, "INVOCATION_FAILURE"],
        "two": [*start, "INVOCATION_FAILURE", "INVOCATION_DLQ"],
    }


def test_two_targets_with_one_arn_are_two_invocations(cloud):
    logged()
    deliver()
    same = arn_of(queue())
    rule({"Id": "a", "Arn": same, "Input": '"a"'}, {"Id": "b", "Arn": same, "Input": '"b"'}, bus="shop")
    put({"order": 1}, EventBusName="shop")
    cloud.run()
    ended = [one for one in records() if one["message_type"] == "INVOCATION_SUCCESS"]
    assert [one["details"]["target_input"] for one in ended] == ['"a"', '"b"']
    assert len({one["invocation_id"] for one in ended}) == 2
    assert step("RULE_MATCH")["details"]["invocation_ids"] == [one["invocation_id"] for one in ended]


def test_without_detail_no_data_is_told(cloud):
    logged("TRACE", "NONE")
    deliver()
    rule({"Arn": arn_of(queue()), "InputPath": "$.detail"}, bus="shop")
    put({"order": "secret"}, EventBusName="shop")
    cloud.run()
    assert steps().count("INVOCATION_SUCCESS") == 1
    assert "secret" not in json.dumps(records())


def test_an_event_of_aws_is_logged_only_with_a_rule(cloud):
    events().update_event_bus(Name="default", LogConfig={"Level": "TRACE", "IncludeDetail": "FULL"})
    deliver(bus="default")
    events().create_archive(ArchiveName="all", EventSourceArn=BUS.format("default"))  # it takes what no rule wants
    machine = boto3.client("stepfunctions").create_state_machine(
        name="m", roleArn=ROLE, definition='{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}'
    )["stateMachineArn"]
    boto3.client("stepfunctions").start_execution(stateMachineArn=machine)
    cloud.run()
    assert records() == []
    rule(arn_of(queue()), pattern={"source": ["aws.states"], "detail": {"status": ["SUCCEEDED"]}})
    boto3.client("stepfunctions").start_execution(stateMachineArn=machine)
    cloud.run()
    assert steps()[:4] == ["EVENT_RECEIPT", "EVENT_INGEST_SUCCESS", "RULE_MATCH_START", "RULE_MATCH"]
    assert steps().count("EVENT_RECEIPT") == 1  # RUNNING matched nothing


def test_a_schedules_event_is_logged(cloud):
    events().update_event_bus(Name="default", LogConfig={"Level": "INFO"})
    deliver(bus="default")
    rule(arn_of(queue()), pattern=None, ScheduleExpression="rate(1 minute)")
    cloud.run(seconds=90)
    assert steps() == ["EVENT_INGEST_SUCCESS", "RULE_MATCH", "INVOCATION_SUCCESS"]


def test_a_replayed_event_is_logged_once_more(cloud):
    logged("INFO")
    deliver()
    events().create_archive(ArchiveName="all", EventSourceArn=BUS.format("shop"))
    (event_id,) = put({"order": 1}, EventBusName="shop")
    cloud.run(seconds=60)
    now = 1893456000
    events().start_replay(
        ReplayName="again",
        EventSourceArn="arn:aws:events:us-east-1:123456789012:archive/all",
        EventStartTime=now - 60,
        EventEndTime=now + 60,
        Destination={"Arn": BUS.format("shop")},
    )
    cloud.run()
    assert steps() == ["EVENT_INGEST_SUCCESS", "NO_STANDARD_RULES_MATCHED"] * 2
    assert {one["event_id"] for one in records()} == {event_id}


def test_what_was_set_up_counts_from_then(cloud):
    """A delivery begins when it is made; another level holds for what comes after it; a deleted delivery keeps what it wrote."""
    logged("INFO")
    put({"order": 1}, EventBusName="shop")
    ids = deliver("INFO", "TRACE")
    (second,) = put({"order": 2}, EventBusName="shop")
    events().update_event_bus(Name="shop", LogConfig={"Level": "TRACE"})
    (third,) = put({"order": 3}, EventBusName="shop")
    events().update_event_bus(Name="shop", LogConfig={"Level": "OFF"})
    put({"order": 4}, EventBusName="shop")
    told = [(one["event_id"], one["message_type"]) for one in records()]
    assert told == [
        (second, "EVENT_INGEST_SUCCESS"),
        (second, "NO_STANDARD_RULES_MATCHED"),
        (third, "EVENT_RECEIPT"),
        (third, "EVENT_INGEST_SUCCESS"),
        (third, "RULE_MATCH_START"),
        (third, "NO_STANDARD_RULES_MATCHED"),
    ]
    events().update_event_bus(Name="shop", LogConfig={"Level": "INFO"})
    (fifth,) = put({"order": 5}, EventBusName="shop")
    for one in ids:
        logs().delete_delivery(id=one)
    put({"order": 6}, EventBusName="shop")
    assert [one["event_id"] for one in records()][len(told) :] == [fifth, fifth]


def test_a_bus_that_is_made_again_starts_silent(cloud):
    logged("INFO")
    deliver()
    events().delete_event_bus(Name="shop")
    events().create_event_bus(Name="shop")
    put({"order": 1}, EventBusName="shop")
    assert records() == []


def test_fields_that_a_delivery_asks_for(cloud):
    logged("INFO")
    deliver("INFO", recordFields=["event_id", "message_type"])
    (event_id,) = put({"order": 1}, EventBusName="shop")
    assert records()[0] == {"event_id": event_id, "message_type": "EVENT_INGEST_SUCCESS"}


def test_a_record_stays_below_a_megabyte(cloud):
    logged("INFO")
    deliver()
    put({"pad": '"' * 500_000}, EventBusName="shop")
    ingested = step("EVENT_INGEST_SUCCESS")
    assert ingested["dropped_fields"] == ["event_detail"]
    assert "event_detail" not in ingested["details"]
    assert ingested["details"]["source"] == "shop"


def test_the_stream_is_read_in_pages_and_described(cloud):
    logged("INFO")
    deliver()
    put(*[{"order": number} for number in range(5)], EventBusName="shop")
    first = logs().get_log_events(logGroupName=GROUP, logStreamName=STREAM, startFromHead=True, limit=4)
    rest = logs().get_log_events(
        logGroupName=GROUP, logStreamName=STREAM, startFromHead=True, nextToken=first["nextForwardToken"]
    )
    assert (len(first["events"]), len(rest["events"])) == (4, 6)
    assert [json.loads(one["message"]) for one in first["events"] + rest["events"]] == records()
    (stream,) = logs().describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert stream["logStreamName"] == STREAM
    assert stream["firstEventTimestamp"] == 1893456000000


def test_reading_changes_nothing(cloud):
    """The same trace, ids included, whether the log is read on the way or not: past the API, whose calls draw ids of their own."""

    def written() -> list[str]:
        return [one.message for one in logs_backends["123456789012"]["us-east-1"].groups[GROUP].streams[STREAM].events]

    def told(reads: bool) -> str:
        with Cloud(seed=3) as opened:
            logged()
            deliver()
            rule(function("def handler(event, context): pass"), bus="shop")
            for number in range(5):
                put({"order": number}, EventBusName="shop")
                opened.run()
                if reads:
                    assert written()
            return f"{list(opened.trace)}{written()}"

    assert told(True) == told(False)


def test_nothing_is_made_until_somebody_reads(cloud, monkeypatch):
    made = []
    from motoclock.delivery.eventbridge import log_records

    record = log_records.Record
    monkeypatch.setattr(log_records, "Record", lambda *values: made.append(1) or record(*values))
    logged()
    deliver()
    rule(arn_of(queue()), bus="shop", pattern=PLACED)
    put(*[{"order": number} for number in range(10)], EventBusName="shop")
    cloud.run()
    assert made == []
    assert len(records()) == len(made) == 80


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"resourceArn": BUS.format("nowhere")}, "does not exist"),
        ({"logType": "ACCESS_LOGS"}, "ask for one of ERROR_LOGS, INFO_LOGS, TRACE_LOGS"),
    ],
)
def test_sources_that_are_refused(cloud, change, words):
    logged()
    with pytest.raises(ClientError, match=words):
        logs().put_delivery_source(**{"name": "s", "resourceArn": BUS.format("shop"), "logType": "INFO_LOGS", **change})


def test_destinations_that_are_refused(cloud):
    logged()
    logs().put_delivery_source(name="s", resourceArn=BUS.format("shop"), logType="INFO_LOGS")
    for resource, words in (
        ("arn:aws:s3:::logs", "log groups only"),
        ("arn:aws:logs:us-east-1:123456789012:log-group:none", "log group does not exist"),
    ):
        arn = logs().put_delivery_destination(
            name=resource[8:11], deliveryDestinationConfiguration={"destinationResourceArn": resource}
        )["deliveryDestination"]["arn"]
        with pytest.raises(ClientError, match=words):
            logs().create_delivery(deliverySourceName="s", deliveryDestinationArn=arn)


def test_a_stack_makes_and_changes_a_bus_that_logs(cloud):
    def template(level: str) -> str:
        properties = {"Name": "shop", "LogConfig": {"Level": level}}
        return json.dumps({"Resources": {"Bus": {"Type": "AWS::Events::EventBus", "Properties": properties}}})

    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=template("INFO"))
    assert events().describe_event_bus(Name="shop")["LogConfig"] == {"Level": "INFO"}
    stacks.update_stack(StackName="s", TemplateBody=template("TRACE"))
    assert events().describe_event_bus(Name="shop")["LogConfig"] == {"Level": "TRACE"}
