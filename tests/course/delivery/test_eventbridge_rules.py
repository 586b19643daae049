"""Events and rules: what PutEvents takes, which rules match, what each kind of target gets."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ACCOUNT, PLACED, ROLE, contents, events, happened, messages, put, rule
from tests.engine.delivery.stage import arn_of, counts, function, queue

OK = "def handler(event, context): print(event['detail'])"


def code(error) -> str:
    return error.value.response["Error"]["Code"]


# ---------------------------------------------------------------------- PutEvents


def test_the_envelope_is_that_of_aws(cloud):
    url = queue()
    rule(arn_of(url))
    (event_id,) = put({"id": "order-0"}, Resources=["arn:a"])
    cloud.run()
    assert contents(url) == [
        {
            "version": "0",
            "id": event_id,
            "detail-type": "OrderPlaced",
            "source": "shop",
            "account": ACCOUNT,
            "time": "2030-01-01T00:00:00Z",
            "region": "us-east-1",
            "resources": ["arn:a"],
            "detail": {"id": "order-0"},
        }
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"DetailType": "a", "Detail": "{}"}, "InvalidArgument"),
        ({"Source": "a", "Detail": "{}"}, "InvalidArgument"),
        ({"Source": "a", "DetailType": "a"}, "InvalidArgument"),
        ({"Source": "a", "DetailType": "a", "Detail": "[1]"}, "MalformedDetail"),
        ({"Source": "a", "DetailType": "a", "Detail": "no"}, "MalformedDetail"),
        ({"Source": "aws.s3", "DetailType": "a", "Detail": "{}"}, "NotAuthorizedForSourceException"),
    ],
)
def test_a_bad_entry_fails_alone_inside_a_200(cloud, entry, expected):
    good = {"Source": "a", "DetailType": "a", "Detail": "{}"}
    answer = events().put_events(Entries=[good, entry])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["FailedEntryCount"] == 1
    assert "EventId" in answer["Entries"][0]
    assert answer["Entries"][1]["ErrorCode"] == expected


def test_a_call_takes_at_most_ten_entries_and_one_mebibyte(cloud):
    entry = {"Source": "a", "DetailType": "a", "Detail": "{}"}
    for entries in ([entry] * 11, [entry | {"Detail": json.dumps({"a": "x" * (1024 * 1024)})}]):
        with pytest.raises(ClientError) as error:
            events().put_events(Entries=entries)
        assert code(error) == "ValidationException"


def test_an_event_for_a_bus_that_does_not_exist_is_lost_without_a_word(cloud):
    put({}, EventBusName="nowhere")
    cloud.run()
    assert cloud.summary()["lost"] == 1
    assert "nowhere (event bus: does not exist" in cloud.diagram().text


# ---------------------------------------------------------------------- matching


def test_every_matching_rule_gives_the_event_to_every_one_of_its_targets(cloud):
    function(OK, "a"), function(OK, "b"), function(OK, "c")
    arns = [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}" for name in "abc"]
    rule(arns[0], arns[1])
    rule(arns[2], name="all", pattern={"source": ["shop"]})
    put(*[{"n": n} for n in range(10)])
    assert cloud.run().invocations == 30


def test_the_body_can_be_matched(cloud):
    url = queue()
    rule(arn_of(url), pattern={"detail": {"total": [{"numeric": [">", 100]}], "address": {"country": ["DE"]}}})
    put(*[{"total": total, "address": {"country": "DE"}} for total in (50, 150, 200)], {"total": 500})
    cloud.run()
    assert [event["detail"]["total"] for event in contents(url)] == [150, 200]


def test_no_match_is_silence_and_the_trace_says_so(cloud):
    url = queue()
    rule(arn_of(url), pattern={"detail-type": ["orderPlaced"]})
    put({}, {}, {})
    cloud.run()
    assert counts(url) == (0, 0)
    assert len(happened(cloud, Kind.FILTERED)) == 3
    assert cloud.summary()["filtered"] == 3


def test_a_malformed_pattern_is_refused(cloud):
    for pattern in ('{"a": "b"}', '{"a": [{"nope": 1}]}', "no", '{"a": []}'):
        with pytest.raises(ClientError) as error:
            events().put_rule(Name="r", EventPattern=pattern)
        assert code(error) == "InvalidEventPatternException"


def test_a_pattern_can_be_tried(cloud):
    event = {
        "id": "1",
        "account": "1",
        "source": "shop",
        "time": "t",
        "region": "r",
        "resources": [],
        "detail-type": "a",
    }
    ask = events().test_event_pattern
    assert ask(EventPattern='{"source": ["shop"]}', Event=json.dumps(event))["Result"]
    assert not ask(EventPattern='{"source": ["web"]}', Event=json.dumps(event))["Result"]
    with pytest.raises(ClientError):
        ask(EventPattern='{"source": ["shop"]}', Event="{}")


def test_a_disabled_rule_sees_nothing_until_it_is_enabled(cloud):
    url = queue()
    rule(arn_of(url), State="DISABLED")
    put({"n": 1})
    events().enable_rule(Name="placed")
    put({"n": 2})
    events().disable_rule(Name="placed")
    put({"n": 3})
    cloud.run()
    assert [event["detail"]["n"] for event in contents(url)] == [2]


def test_buses_are_apart(cloud):
    events().create_event_bus(Name="shop")
    ours, default = queue("ours"), queue("default")
    rule(arn_of(ours), bus="shop")
    rule(arn_of(default))
    put({"n": 1}, EventBusName="shop")
    put({"n": 2})
    cloud.run()
    assert [one["detail"]["n"] for one in contents(ours) + contents(default)] == [1, 2]


def test_a_rule_has_five_targets_and_a_bus_three_hundred_rules(cloud):
    url = queue()
    rule(*[{"Id": str(n), "Arn": arn_of(url)} for n in range(5)])
    with pytest.raises(ClientError) as error:
        events().put_targets(Rule="placed", Targets=[{"Id": "6", "Arn": arn_of(url)}])
    assert code(error) == "LimitExceededException"
    for n in range(299):
        rule(name=f"r{n}")
    with pytest.raises(ClientError) as error:
        rule(name="one-more")
    assert code(error) == "LimitExceededException"


def test_an_event_finds_its_target_after_the_latency_of_the_bus(cloud):
    url = queue()
    rule(arn_of(url))
    put({})
    assert cloud.run().seconds == pytest.approx(0.13)


# ---------------------------------------------------------------------- targets


def test_a_function_is_invoked_asynchronously_with_its_own_retries(cloud):
    function("def handler(event, context): raise ValueError(event['id'])")
    rule({"Arn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:work", "RetryPolicy": {"MaximumRetryAttempts": 0}})
    put({})
    assert cloud.run().invocations == 3
    assert [event.detail.mode for event in happened(cloud, Kind.INVOKED)] == ["asynchronous"] * 3


def test_a_fifo_queue_gets_the_message_group(cloud):
    url = queue("orders.fifo", ContentBasedDeduplication="true")
    rule({"Arn": arn_of(url), "SqsParameters": {"MessageGroupId": "g"}})
    put({"n": 1}, {"n": 2})
    cloud.run()
    assert [event.detail.group_id for event in happened(cloud, Kind.SENT, at="orders.fifo")] == ["g", "g"]
    assert [one["detail"]["n"] for one in contents(url)] == [1, 2]
    with pytest.raises(ClientError):
        events().put_targets(Rule="placed", Targets=[{"Id": "x", "Arn": arn_of(url)}])


def test_a_topic_gets_the_event(cloud):
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    url = queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of(url), Attributes={"RawMessageDelivery": "true"})
    rule(topic)
    (event_id,) = put({"n": 1})
    cloud.run()
    assert [one["id"] for one in contents(url)] == [event_id]


def test_a_stream_gets_a_record_with_a_key_from_the_event(cloud):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"]
    rule({"Arn": arn, "RoleArn": ROLE, "KinesisParameters": {"PartitionKeyPath": "$.detail.customer"}})
    put({"customer": "marigold"})
    cloud.run()
    iterator = kinesis.get_shard_iterator(
        StreamName="clicks", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )
    (record,) = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert record["PartitionKey"] == "marigold"
    assert json.loads(record["Data"])["detail"] == {"customer": "marigold"}


def test_a_log_group_gets_a_line(cloud):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/aws/events/all")
    rule(f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/events/all")
    put({"n": 1}, {"n": 2})
    cloud.run()
    lines = logs.filter_log_events(logGroupName="/aws/events/all")["events"]
    assert [json.loads(line["message"])["detail"]["n"] for line in lines] == [1, 2]


def test_a_state_machine_is_started_with_the_event(cloud):
    states = boto3.client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    arn = states.create_state_machine(name="saga", definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    rule({"Arn": arn, "RoleArn": ROLE})
    put({"n": 1})
    cloud.run()
    (execution,) = states.list_executions(stateMachineArn=arn)["executions"]
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])["detail"] == {"n": 1}


def test_a_rule_may_forward_to_another_bus_and_that_bus_forwards_no_further(cloud):
    for name in ("second", "third"):
        events().create_event_bus(Name=name)
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus"
    second, third, dead = queue("at-second"), queue("at-third"), queue("dead")
    rule({"Arn": f"{bus}/second", "RoleArn": ROLE})
    rule(
        arn_of(second),
        {"Arn": f"{bus}/third", "RoleArn": ROLE, "DeadLetterConfig": {"Arn": arn_of(dead)}},
        bus="second",
    )
    rule(arn_of(third), bus="third")
    put({"n": 1})
    cloud.run()
    assert (counts(second), counts(third)) == ((1, 0), (0, 0))
    (parked,) = messages(dead)
    assert parked["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "THIRD_ACCOUNT_HOP_DETECTED"
    assert cloud.summary()["sent"] == 1


@pytest.mark.cloud(duplicates=1.0)
def test_a_target_may_get_an_event_twice(cloud):
    url = queue()
    rule(arn_of(url))
    put({})
    cloud.run()
    assert len({one["id"] for one in contents(url)}) == 1
    assert len(happened(cloud, Kind.DELIVERED, at="rule/placed")) == 2


def test_the_passport_follows_an_event_to_the_function_behind_the_queue(cloud):
    url = queue()
    function("def handler(event, context): return None")
    boto3.client("lambda").create_event_source_mapping(EventSourceArn=arn_of(url), FunctionName="work")
    rule(arn_of(url), pattern=PLACED)
    (event_id,) = put({"id": "order-0"})
    cloud.run()
    text = cloud.passport(event_id).text
    assert "matched the rule placed" in text and "the mapping deleted it from orders: done" in text


def test_the_metrics_of_a_rule(cloud):
    url = queue()
    rule(arn_of(url))
    rule(name="other", pattern={"source": ["web"]})
    put({}, {}, {})
    cloud.run()
    answer = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Events", MetricName="TriggeredRules", Dimensions=[{"Name": "RuleName", "Value": "placed"}],
        StartTime="2030-01-01", EndTime="2030-01-02", Period=86400, Statistics=["Sum"],
    )  # fmt: skip
    assert [point["Sum"] for point in answer["Datapoints"]] == [3.0]


def test_fifty_rules_cost_less_than_a_millisecond_an_event(cloud):
    """Not timed: what costs is counted. One flattening an event, and a record only for rules that match."""
    for n in range(50):
        rule(name=f"r{n}", pattern={"detail": {"n": [n]}})
    before = len(cloud.trace)
    put({"n": 7})
    assert len(cloud.trace) - before <= 3
