"""Pipes: source, filter, enrichment, target, and what the source does when something fails."""

import base64
import json
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.delivery.sqs.scaling import limits_of
from motoclock.extras.pipes.pollers import PipeMapping
from motoclock.facts import pipes
from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ACCOUNT, ROLE, contents, events, happened, rule
from tests.engine.delivery.stage import arn_of, bodies, counts, function, queue, queue_with_dlq, send

LAMBDA = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function"
OK = "def handler(event, context): return None"


def pipe(source: str, target: str, **more) -> str:
    return boto3.client("pipes").create_pipe(Name="move", RoleArn=ROLE, Source=source, Target=target, **more)["Arn"]


def filters(*patterns: dict) -> dict:
    return {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}}


def stream(name: str = "clicks") -> str:
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]


def put_records(*bodies, name: str = "clicks") -> None:
    for body in bodies:
        boto3.client("kinesis").put_record(StreamName=name, PartitionKey="k", Data=json.dumps(body).encode())


def from_start(**more) -> dict:
    return {"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON", **more}}


# ---------------------------------------------------------------------- from a queue


def test_messages_move_from_queue_to_queue(cloud):
    source, target = queue("source"), queue("target")
    pipe(arn_of(source), arn_of(target), TargetParameters={"InputTemplate": "<$.body>"})
    send(source, [{"n": n} for n in range(12)])
    cloud.run()
    assert counts(source) == (0, 0)
    assert sorted(one["n"] for one in contents(target)) == list(range(12))
    assert cloud.summary()["sent"] == 12


def test_without_a_template_the_target_gets_the_whole_record(cloud):
    source, target = queue("source"), queue("target")
    pipe(arn_of(source), arn_of(target))
    send(source, [{"n": 1}])
    cloud.run()
    (record,) = contents(target)
    assert record["eventSource"] == "aws:sqs" and json.loads(record["body"]) == {"n": 1}


def test_what_a_filter_misses_is_deleted(cloud):
    source, target = queue("source"), queue("target")
    pipe(arn_of(source), arn_of(target), SourceParameters=filters({"body": {"n": [{"numeric": [">", 2]}]}}))
    send(source, [{"n": n} for n in range(5)])
    cloud.run()
    assert (counts(source), counts(target)) == ((0, 0), (2, 0))
    assert len(happened(cloud, Kind.FILTERED)) == 3


def test_a_function_gets_a_batch_as_one_array(cloud):
    source = queue("source")
    function("def handler(event, context): print(len(event), event[0]['n'])")
    pipe(
        arn_of(source),
        f"{LAMBDA}:work",
        SourceParameters={"SqsQueueParameters": {"BatchSize": 5, "MaximumBatchingWindowInSeconds": 10}},
        TargetParameters={"InputTemplate": '{"n": <$.body.n>}'},
    )
    send(source, [{"n": n} for n in range(5)])
    assert cloud.run().invocations == 1
    assert counts(source) == (0, 0)


def test_a_failing_target_leaves_the_messages_to_their_queue(cloud):
    source, dead = queue_with_dlq(2, "source", VisibilityTimeout=30)
    function("def handler(event, context): raise ValueError('no')")
    pipe(arn_of(source), f"{LAMBDA}:work")
    send(source, ["a", "b"])
    assert cloud.run().invocations == 2
    assert sorted(bodies(dead)) == ["a", "b"]
    assert len(happened(cloud, Kind.REFUSED, at="pipe/move")) == 4


def test_a_partial_batch_response_of_the_target_counts(cloud):
    source, dead = queue_with_dlq(1, "source", VisibilityTimeout=30)
    function("""
        def handler(event, context):
            return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in event if one["body"] == "bad"]}
    """)
    pipe(arn_of(source), f"{LAMBDA}:work")
    send(source, ["good", "bad", "fine"])
    cloud.run()
    assert bodies(dead) == ["bad"]


def test_a_missing_target_is_a_failure(cloud):
    source, dead = queue_with_dlq(1, "source", VisibilityTimeout=30)
    pipe(arn_of(source), f"arn:aws:sqs:us-east-1:{ACCOUNT}:gone")
    send(source, ["a"])
    cloud.run()
    assert counts(dead) == (1, 0)


def test_an_enrichment_changes_what_the_target_gets(cloud):
    source, target = queue("source"), queue("target")
    function("def handler(event, context): return [{'name': one['id'] + '!'} for one in event]", "enrich")
    pipe(
        arn_of(source),
        arn_of(target),
        Enrichment=f"{LAMBDA}:enrich",
        EnrichmentParameters={"InputTemplate": '{"id": <$.body.id>}'},
        TargetParameters={"InputTemplate": '{"hello": <$.name>, "from": "<aws.pipes.pipe-name>"}'},
    )
    send(source, [{"id": "a"}, {"id": "b"}])
    cloud.run()
    assert contents(target) == [{"hello": "a!", "from": "move"}, {"hello": "b!", "from": "move"}]


@pytest.mark.parametrize("empty", ["[]", "{}", "None", "''"])
def test_an_empty_enrichment_skips_the_target(cloud, empty):
    source, target = queue("source"), queue("target")
    function(f"def handler(event, context): return {empty}", "enrich")
    pipe(arn_of(source), arn_of(target), Enrichment=f"{LAMBDA}:enrich")
    send(source, ["a"])
    cloud.run()
    assert (counts(source), counts(target)) == ((0, 0), (0, 0))


def test_a_failing_enrichment_is_a_failure_of_the_batch(cloud):
    source, dead = queue_with_dlq(1, "source", VisibilityTimeout=30)
    function("def handler(event, context): raise ValueError('no')", "enrich")
    pipe(arn_of(source), arn_of(queue("target")), Enrichment=f"{LAMBDA}:enrich")
    send(source, ["a"])
    cloud.run()
    assert counts(dead) == (1, 0)


def test_an_express_machine_enriches(cloud):
    source, target = queue("source"), queue("target")
    states = {"StartAt": "Tell", "States": {"Tell": {"Type": "Pass", "Result": [{"told": True}], "End": True}}}
    arn = boto3.client("stepfunctions").create_state_machine(
        name="tell", definition=json.dumps(states), roleArn=ROLE, type="EXPRESS"
    )["stateMachineArn"]
    pipe(arn_of(source), arn_of(target), Enrichment=arn)
    send(source, ["a"])
    cloud.run()
    assert contents(target) == [{"told": True}]


def test_an_http_system_enriches(cloud):
    cloud.downstream("https://geo.example", handler=lambda request: [{"city": "Bonn"}])
    connection = events().create_connection(
        Name="geo",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    arn = events().create_api_destination(
        Name="geo", ConnectionArn=connection, InvocationEndpoint="https://geo.example/", HttpMethod="POST"
    )["ApiDestinationArn"]
    source, target = queue("source"), queue("target")
    pipe(arn_of(source), arn_of(target), Enrichment=arn)
    send(source, ["a"])
    cloud.run()
    assert contents(target) == [{"city": "Bonn"}]


# ---------------------------------------------------------------------- other targets


def test_a_bus_gets_an_event(cloud):
    source, seen = queue("source"), queue("seen")
    rule(arn_of(seen), pattern={"source": ["shop"]})
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    parameters = {
        "InputTemplate": '{"n": <$.body.n>}',
        "EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "Moved"},
    }
    pipe(arn_of(source), bus, TargetParameters=parameters)
    send(source, [{"n": 1}])
    cloud.run()
    (event,) = contents(seen)
    assert (event["detail-type"], event["detail"]) == ("Moved", {"n": 1})


def test_a_topic_a_stream_a_state_machine_and_a_log_group(cloud):
    source = [queue(f"source-{n}") for n in range(4)]
    topic = boto3.client("sns").create_topic(Name="news")["TopicArn"]
    clicks = stream()
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    states = boto3.client("stepfunctions")
    machine = states.create_state_machine(name="saga", definition=json.dumps(done), roleArn=ROLE)["stateMachineArn"]
    boto3.client("logs").create_log_group(logGroupName="all")
    log = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:all"
    key = {"KinesisStreamParameters": {"PartitionKey": "$.body.key"}}
    for number, (url, target) in enumerate(zip(source, (topic, clicks, machine, log), strict=True)):
        more = {"TargetParameters": key} if target == clicks else {}
        boto3.client("pipes").create_pipe(Name=f"p{number}", RoleArn=ROLE, Source=arn_of(url), Target=target, **more)
        send(url, [{"key": "k7"}])
    cloud.run()
    assert len(happened(cloud, Kind.SENT, at=":news")) == 1
    assert [event.detail.group_id for event in happened(cloud, Kind.SENT, at="stream/clicks")] == ["k7"]
    (execution,) = states.list_executions(stateMachineArn=machine)["executions"]
    given = json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])
    assert json.loads(given[0]["body"]) == {"key": "k7"}
    assert len(boto3.client("logs").filter_log_events(logGroupName="all")["events"]) == 1


# ---------------------------------------------------------------------- from streams


def test_a_stream_keeps_its_order_and_its_data_can_be_read_by_a_template(cloud):
    target = queue("target.fifo", ContentBasedDeduplication="true")
    parameters = {"InputTemplate": '{"n": <$.data.n>}', "SqsQueueParameters": {"MessageGroupId": "$.partitionKey"}}
    pipe(stream(), arn_of(target), SourceParameters=from_start(), TargetParameters=parameters)
    put_records(*[{"n": n} for n in range(20)])
    cloud.run()
    assert [one["n"] for one in contents(target)][:10] == list(range(10))


def test_a_record_of_a_stream_is_flat(cloud):
    target = queue("target")
    pipe(stream(), arn_of(target), SourceParameters={**from_start(), **filters({"data": {"n": [2]}})})
    put_records({"n": 1}, {"n": 2})
    cloud.run()
    (record,) = contents(target)
    assert json.loads(base64.b64decode(record["data"])) == {"n": 2}
    assert record["partitionKey"] == "k" and "kinesis" not in record


def test_a_stream_is_tried_again_and_then_its_records_are_pointed_at(cloud):
    dead = queue("dead")
    function("def handler(event, context): raise ValueError('no')")
    settings = from_start(MaximumRetryAttempts=2, DeadLetterConfig={"Arn": arn_of(dead)})
    arn = pipe(stream(), f"{LAMBDA}:work", SourceParameters=settings)
    put_records({"n": 1})
    assert cloud.run().invocations == 3
    (said,) = contents(dead)
    assert said["context"] == {"partnerResourceArn": arn, "condition": "RetryAttemptsExhausted"}
    assert said["KinesisBatchInfo"]["batchSize"] == 1


def test_a_bad_record_is_found_by_halving(cloud):
    dead = queue("dead")
    function("""
        import base64, json
        def handler(event, context):
            if any(json.loads(base64.b64decode(one["data"]))["n"] == 5 for one in event): raise ValueError("5")
    """)
    settings = from_start(
        MaximumRetryAttempts=1, OnPartialBatchItemFailure="AUTOMATIC_BISECT", DeadLetterConfig={"Arn": arn_of(dead)}
    )
    pipe(stream(), f"{LAMBDA}:work", SourceParameters=settings)
    put_records(*[{"n": n} for n in range(8)])
    cloud.run()
    assert [one["KinesisBatchInfo"]["batchSize"] for one in contents(dead)] == [1]
    assert len(happened(cloud, Kind.CHECKPOINTED)) >= 7


def test_a_tables_stream_is_a_source(cloud):
    dynamodb = boto3.client("dynamodb")
    table = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    target = queue("target")
    pipe(
        table["LatestStreamArn"],
        arn_of(target),
        SourceParameters={
            "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"},
            **filters({"eventName": ["INSERT"]}),
        },
        TargetParameters={"InputTemplate": '{"id": <$.dynamodb.NewImage.id.S>}'},
    )
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "order-0"}})
    dynamodb.delete_item(TableName="orders", Key={"id": {"S": "order-0"}})
    cloud.run()
    assert contents(target) == [{"id": "order-0"}]


# ---------------------------------------------------------------------- the pipe itself


def test_a_stopped_pipe_moves_nothing_until_it_is_started(cloud):
    source, target = queue("source"), queue("target")
    pipe(arn_of(source), arn_of(target), DesiredState="STOPPED")
    client = boto3.client("pipes")
    assert client.describe_pipe(Name="move")["CurrentState"] == "STOPPED"
    send(source, ["a"])
    cloud.run(seconds=60)
    assert counts(target) == (0, 0)
    client.start_pipe(Name="move")
    cloud.run()
    assert counts(target) == (1, 0)
    client.delete_pipe(Name="move")
    send(source, ["b"])
    cloud.run(seconds=60)
    assert counts(target) == (1, 0)


@pytest.mark.parametrize(
    "settings",
    [
        {"Source": f"arn:aws:sqs:us-east-1:{ACCOUNT}:gone"},
        {"Source": f"arn:aws:sns:us-east-1:{ACCOUNT}:topic"},
        {"Target": f"arn:aws:s3:us-east-1:{ACCOUNT}:x"},
        {"SourceParameters": filters({"body": {"n": ["x"]}}, {"body": "no"})},
        {"SourceParameters": filters({"body": {"n": [{"anything-but": {"prefix": "a"}}]}})},
        {"Target": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/clicks"},
    ],
)
def test_what_is_refused(cloud, settings):
    arn = arn_of(queue())
    with pytest.raises(ClientError):
        boto3.client("pipes").create_pipe(**{"Name": "move", "RoleArn": ROLE, "Source": arn, "Target": arn, **settings})


def test_the_passport_goes_through_the_pipe(cloud):
    source, target = queue("source"), queue("target")
    function("def handler(event, context): return event", "enrich")
    pipe(arn_of(source), arn_of(target), Enrichment=f"{LAMBDA}:enrich")
    (message_id,) = send(source, ["order-0"])
    cloud.run()
    text = cloud.passport(message_id).text
    assert "enrich started" in text and "move delivered it to target" in text
    assert cloud.summary()["duplicates"] == 0


# ---------------------------------------------------------------------- batches, parts of batches, and time


@pytest.mark.parametrize(
    ("target", "size", "most"),
    [("sqs", 11, 10), ("sns", 11, 10), ("events", 11, 10), ("kinesis", 501, 500), ("logs", 10_001, 10_000)],
)
def test_the_source_gives_no_more_at_once_than_the_target_takes(cloud, target, size, most):
    names = {"sqs": "q", "sns": "t", "events": "event-bus/b", "kinesis": "stream/s", "logs": "log-group:g"}
    more = {"KinesisStreamParameters": {"PartitionKey": "k"}} if target == "kinesis" else {}
    with pytest.raises(ClientError, match=f"(which is {most}|from 1 to 10000)"):
        pipe(
            stream(),
            f"arn:aws:{target}:us-east-1:{ACCOUNT}:{names[target]}",
            SourceParameters=from_start(BatchSize=size),
            TargetParameters=more,
        )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"MaximumRecordAgeInSeconds": 59}, "MaximumRecordAgeInSeconds"),
        ({"MaximumRecordAgeInSeconds": 604_801}, "MaximumRecordAgeInSeconds"),
        ({"MaximumRetryAttempts": 10_001}, "MaximumRetryAttempts"),
        ({"ParallelizationFactor": 11}, "ParallelizationFactor"),
        ({"MaximumBatchingWindowInSeconds": 301}, "MaximumBatchingWindowInSeconds"),
        ({"OnPartialBatchItemFailure": "HALVES"}, "AUTOMATIC_BISECT"),
        ({"StartingPosition": "AT_TIMESTAMP"}, "StartingPositionTimestamp"),
        ({"StartingPosition": "MIDDLE"}, "TRIM_HORIZON"),
    ],
)
def test_settings_of_a_stream_that_are_refused(cloud, settings, says):
    with pytest.raises(ClientError, match=f"ValidationException.*{says}"):
        pipe(stream(), arn_of(queue()), SourceParameters=from_start(**settings))


def test_a_batch_is_no_larger_than_a_target_that_says_nothing_of_it(cloud):
    target = queue("target")
    pipe(stream(), arn_of(target), SourceParameters=from_start())
    put_records(*[{"n": n} for n in range(25)])
    cloud.run()
    assert counts(target) == (25, 0)


@pytest.mark.parametrize("source", ["queue", "stream"])
def test_what_a_target_did_not_take_goes_through_the_pipe_again(cloud, source):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="target", ShardCount=1)
    url = queue("source", VisibilityTimeout=30)
    arn = arn_of(url) if source == "queue" else stream()
    for n in range(4):  # together more than a shard takes in a second
        body = f"{n}" + "x" * 300_000
        if source == "queue":
            boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body)
        else:
            kinesis.put_record(StreamName="clicks", PartitionKey="k", Data=body.encode())
            cloud.run(seconds=1)
    pipe(
        arn,
        f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/target",
        SourceParameters={"SqsQueueParameters": {"BatchSize": 4}} if source == "queue" else from_start(BatchSize=4),
        TargetParameters={"KinesisStreamParameters": {"PartitionKey": "k"}},
    )
    cloud.run()
    delivered = [event.message_id for event in happened(cloud, Kind.DELIVERED, at="pipe/move")]
    assert len(delivered) == 4 == len(set(delivered))  # none twice
    assert len(happened(cloud, Kind.REFUSED, at="pipe/move")) >= 1


@pytest.mark.parametrize(("name", "second_try"), [("eventID", "3"), ("sequenceNumber", "5")])
def test_the_target_names_a_record_of_a_stream_by_its_event_id(cloud, name, second_try):
    function(f"""
        tries = []
        def handler(event, context):
            print(len(event))
            tries.append(1)
            return {{"batchItemFailures": [{{"itemIdentifier": event[2]["{name}"]}}] if len(tries) == 1 else []}}
    """)
    pipe(stream(), f"{LAMBDA}:work", SourceParameters=from_start())
    put_records(*[{"n": n} for n in range(5)])
    cloud.run()
    assert [line.message for line in cloud.logs("work") if line.message.strip().isdecimal()] == ["5", second_try]


@pytest.mark.parametrize("slow", ["the target", "the enrichment"])
def test_an_execution_ends_after_five_minutes(cloud, slow):
    dead = queue("dead")
    function("import time\ndef handler(event, context):\n    time.sleep(400)\n    return event", "slow", timeout=600)
    function("def handler(event, context): print('reached')")
    more = {"Enrichment": f"{LAMBDA}:slow"} if slow == "the enrichment" else {}
    target = "work" if more else "slow"
    settings = from_start(MaximumRetryAttempts=0, DeadLetterConfig={"Arn": arn_of(dead)})
    pipe(stream(), f"{LAMBDA}:{target}", SourceParameters=settings, **more)
    put_records({"n": 1})
    cloud.run()
    (refused,) = happened(cloud, Kind.REFUSED, at="pipe/move")
    assert round(refused.at - 300, 1) == 0 and "more than 300 seconds" in refused.detail.reason
    assert counts(dead) == (1, 0)
    assert happened(cloud, Kind.DELIVERED, at="pipe/move") == []
    assert len(happened(cloud, Kind.SUCCEEDED)) == 1  # what was called runs on to its end
    assert not any("reached" in line.message for line in cloud.logs("work"))  # and nothing comes after it


def test_an_answer_of_the_enrichment_has_a_size(cloud):
    function("def handler(event, context): return [{'n': n} for n in range(11)]", "enrich")
    source, target = queue("source", VisibilityTimeout=30), queue("target")
    pipe(arn_of(source), arn_of(target), Enrichment=f"{LAMBDA}:enrich")
    send(source, ["a"])
    cloud.run(seconds=10)
    (refused,) = happened(cloud, Kind.REFUSED, at="pipe/move")
    assert "11 events, and the target takes 10" in refused.detail.reason


def test_a_large_answer_of_an_http_system_is_a_failure(cloud):
    events().create_connection(
        Name="key",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}},
    )
    connection = events().describe_connection(Name="key")["ConnectionArn"]
    http = events().create_api_destination(
        Name="prices", ConnectionArn=connection, InvocationEndpoint="https://prices.example/look-up", HttpMethod="POST"
    )["ApiDestinationArn"]
    cloud.downstream("https://prices.example", handler=lambda request: {"all": "x" * 6_291_457})
    source, target = queue("source", VisibilityTimeout=30), queue("target")
    pipe(arn_of(source), arn_of(target), Enrichment=http)
    send(source, [{"n": 1}])
    cloud.run(seconds=10)
    assert "more than 6,291,456" in happened(cloud, Kind.REFUSED, at="pipe/move")[0].detail.reason


def test_an_array_with_an_empty_object_reaches_the_target(cloud):
    function("def handler(event, context): return [{}]", "enrich")
    source, target = queue("source"), queue("target")
    pipe(arn_of(source), arn_of(target), Enrichment=f"{LAMBDA}:enrich")
    send(source, ["a"])
    cloud.run()
    assert contents(target) == [{}]


def test_an_enhanced_fan_out_consumer_is_a_source(cloud):
    target = queue("target")
    arn = boto3.client("kinesis").register_stream_consumer(StreamARN=stream(), ConsumerName="mine")["Consumer"][
        "ConsumerARN"
    ]
    pipe(arn, arn_of(target), SourceParameters=from_start())
    put_records({"n": 1})
    cloud.run()
    (record,) = contents(target)
    assert record["eventSourceARN"] == arn
    (read,) = happened(cloud, Kind.READ)
    assert (read.detail.fan_out, round(read.at, 2)) == ("mine", 0.07)


def test_a_pipe_reads_a_stream_that_is_resharded_parents_first(cloud):
    kinesis = boto3.client("kinesis")
    function("def handler(event, context):\n    for one in event: print('n', one['data'])")
    pipe(stream(), f"{LAMBDA}:work", SourceParameters=from_start(BatchSize=2))
    put_records(*range(6))
    cloud.at(
        0.5, lambda: kinesis.update_shard_count(StreamName="clicks", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    )
    cloud.at(0.6, lambda: put_records(*range(6, 9)))
    cloud.run()
    seen = [base64.b64decode(line.message.split()[1]) for line in cloud.logs("work") if line.message.startswith("n ")]
    assert [int(one) for one in seen] == list(range(9))


def test_a_pipe_of_a_standard_queue_grows_to_1250_executions(cloud):
    made = SimpleNamespace(arn="arn", source=arn_of(queue()), name="move")
    mapping = PipeMapping(made)
    limits = limits_of(mapping.scaling_config, mapping.poller_config, fifo=False)
    assert limits.cap == pipes.SQS_CONCURRENCY_CAP.value == 1250


# ---------------------------------------------------------------------- more targets, and changes while it runs


def api_destination(url: str) -> str:
    connection = events().create_connection(
        Name="key",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    return events().create_api_destination(
        Name="out", ConnectionArn=connection, InvocationEndpoint=url, HttpMethod="POST"
    )["ApiDestinationArn"]


def test_an_http_system_gets_one_record_a_call_and_is_tried_again(cloud):
    outside = cloud.downstream("https://audit.example", capacity=1)
    source = queue("source", VisibilityTimeout=30)
    pipe(arn_of(source), api_destination("https://audit.example/"), TargetParameters={"InputTemplate": "<$.body>"})
    send(source, [{"n": n} for n in range(3)])
    cloud.run()
    assert counts(source) == (0, 0)
    assert outside.ok == 3


def test_an_http_system_takes_no_batches(cloud):
    with pytest.raises(ClientError, match="which is 1"):
        pipe(
            arn_of(queue("source")),
            api_destination("https://audit.example/"),
            SourceParameters={"SqsQueueParameters": {"BatchSize": 2}},
        )


def test_a_fifo_queue_as_target_keeps_the_order_of_a_stream(cloud):
    target = queue("target.fifo", ContentBasedDeduplication="true")
    pipe(
        stream(),
        arn_of(target),
        SourceParameters=from_start(BatchSize=3),
        TargetParameters={"SqsQueueParameters": {"MessageGroupId": "$.partitionKey"}, "InputTemplate": "<$.data>"},
    )
    put_records(*[{"n": n} for n in range(7)])
    cloud.run()
    assert [one["n"] for one in contents(target)] == list(range(7))


def test_fire_and_forget_leaves_failures_to_the_functions_own_queue(cloud):
    function("def handler(event, context): raise ValueError('no')")
    source = queue("source")
    settings = {"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}}
    pipe(arn_of(source), f"{LAMBDA}:work", TargetParameters=settings)
    send(source, ["a"])
    cloud.run()
    assert counts(source) == (0, 0)
    assert len(happened(cloud, Kind.FAILED)) == 3  # Lambda's own two retries


def test_a_pipe_that_is_stopped_stops_retrying_and_goes_on_with_a_new_target(cloud):
    function("def handler(event, context): raise ValueError('no')")
    target = queue("target")
    pipe(stream(), f"{LAMBDA}:work", SourceParameters=from_start())
    put_records({"n": 1})
    client = boto3.client("pipes")
    cloud.at(5, lambda: client.stop_pipe(Name="move"))
    cloud.run(seconds=600)
    tries = len(happened(cloud, Kind.FAILED))
    assert tries == 3 and max(event.at for event in happened(cloud, Kind.FAILED)) < 5
    client.update_pipe(Name="move", RoleArn=ROLE, Target=arn_of(target), DesiredState="RUNNING")
    cloud.run()
    assert (counts(target), len(happened(cloud, Kind.FAILED))) == ((1, 0), tries)


def test_halving_goes_down_to_one_record_with_several_lanes(cloud):
    dead = queue("dead")
    function("""
        import base64
        def handler(event, context):
            if any(base64.b64decode(one["data"]) == b"5" for one in event): raise ValueError("5")
    """)
    settings = from_start(
        BatchSize=8,
        ParallelizationFactor=2,
        MaximumRetryAttempts=0,
        OnPartialBatchItemFailure="AUTOMATIC_BISECT",
        DeadLetterConfig={"Arn": arn_of(dead)},
    )
    pipe(stream(), f"{LAMBDA}:work", SourceParameters=settings)
    for n in range(16):
        boto3.client("kinesis").put_record(StreamName="clicks", PartitionKey=f"k{n}", Data=str(n).encode())
    cloud.run()
    assert [one["KinesisBatchInfo"]["batchSize"] for one in contents(dead)] == [1]
    assert len(happened(cloud, Kind.CHECKPOINTED)) == 15


def test_an_update_of_the_source_keeps_what_it_does_not_name(cloud):
    pipe(
        stream(),
        arn_of(queue("target")),
        SourceParameters={**from_start(BatchSize=3), **filters({"partitionKey": ["k"]})},
    )
    client = boto3.client("pipes")
    changed = {"KinesisStreamParameters": {"MaximumRetryAttempts": 4}}
    client.update_pipe(Name="move", RoleArn=ROLE, SourceParameters=changed)
    seen = client.describe_pipe(Name="move")["SourceParameters"]
    assert seen["KinesisStreamParameters"] == {
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 3,
        "MaximumRetryAttempts": 4,
    }
    assert "FilterCriteria" in seen
    with pytest.raises(ClientError, match="which is 10"):
        client.update_pipe(Name="move", RoleArn=ROLE, SourceParameters={"KinesisStreamParameters": {"BatchSize": 11}})
