"""EventBridge's new buses and their subscribers: who gets what, in which shape, and what the calls refuse."""

import json
from datetime import datetime, timedelta

import boto3
import pytest

from motoclock.facts import custom_bus as facts
from motoclock.trace import Kind
from tests.engine.delivery.events_stage import attributes, contents, happened, messages
from tests.engine.delivery.new_bus_stage import GONE, ROLE, bus, client, put, queue_arn, subscriber
from tests.engine.delivery.stage import function, queue
from tests.engine.refusals import refused as refusal

RAW = {"ContentType": "application/json"}
SMALL = {"detail": {"n": [{"numeric": ["<", 2]}]}}


def created(target: str = GONE, **more) -> dict:
    return {"Name": "s", "InvokeConfiguration": {"TargetArn": target, "RoleArn": ROLE}, **more}


# ---------------------------------------------------------------------- buses


def test_a_bus_takes_nothing_until_it_is_active(cloud):
    arn = client().create_event_bus(Name="orders")["EventBusArn"]
    entry = {"Source": "shop", "DetailType": "t", "Detail": "{}"}
    assert refusal(client().put_events, EventBusArn=arn, Entries=[entry])[0] == "InvalidStateException"
    assert refusal(client().create_subscriber, EventBusArn=arn, **created())[0] == "InvalidStateException"
    client().get_waiter("event_bus_active").wait(EventBusArn=arn)
    assert facts.PROVISIONING_S.value <= cloud.elapsed < 10
    assert client().put_events(EventBusArn=arn, Entries=[entry])["FailedEntryCount"] == 0


def test_an_update_does_not_interrupt_and_a_deletion_waits_for_its_subscribers(cloud):
    arn = bus(days=3)
    told = client().update_event_bus(EventBusArn=arn, StorageConfiguration={"RetentionPeriodInDays": 5})
    assert told["State"] == "UPDATING" and told["StorageConfiguration"]["RetentionPeriodInDays"] == 5
    assert put(arn, {})[0]["SuccessCode"] == "PUBLISHED"
    assert refusal(client().delete_event_bus, EventBusArn=arn)[0] == "InvalidStateException"
    cloud.run(seconds=2)
    one = subscriber(arn, GONE)
    code, message = refusal(client().delete_event_bus, EventBusArn=arn)
    assert code == "ResourceInUseException" and "subscribers" in message
    client().delete_subscriber(SubscriberArn=one)
    client().delete_event_bus(EventBusArn=arn)
    client().get_waiter("event_bus_deleted").wait(EventBusArn=arn)
    assert client().list_event_buses()["EventBuses"] == []


def test_an_account_has_so_many_buses_each_with_a_name_of_its_own(cloud):
    names = [f"b{n}" for n in range(facts.BUSES_MAX.value)]
    for name in names:
        client().create_event_bus(Name=name)
    assert refusal(client().create_event_bus, Name="more")[0] == "LimitExceededException"
    assert refusal(client().create_event_bus, Name="b0")[0] == "ResourceAlreadyExistsException"
    pages = client().get_paginator("list_event_buses").paginate(PaginationConfig={"PageSize": 2})
    assert [one["Name"] for page in pages for one in page["EventBuses"]] == names


def test_a_create_can_be_repeated_with_its_token(cloud):
    first = client().create_event_bus(Name="orders", ClientToken="t")
    assert client().create_event_bus(Name="orders", ClientToken="t")["EventBusArn"] == first["EventBusArn"]
    code, _ = refusal(client().create_event_bus, Name="others", ClientToken="t")
    assert code == "IdempotentParameterMismatchException"


def test_tags_and_policies_are_kept(cloud):
    arn = bus()
    client().tag_resource(ResourceArn=arn, Tags={"team": "shop", "stage": "test"})
    client().untag_resource(ResourceArn=arn, TagKeys=["stage"])
    assert client().list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "shop"}
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "events:PutEvents", "Resource": arn}
    document = json.dumps({"Statement": [statement]})
    revision = client().put_resource_policy(ResourceArn=arn, PolicyDocument=document, ExpectedRevisionId="NO_POLICY")
    assert client().get_resource_policy(ResourceArn=arn)["PolicyDocument"] == document
    again = {"ResourceArn": arn, "PolicyDocument": document, "ExpectedRevisionId": "NO_POLICY"}
    assert refusal(client().put_resource_policy, **again)[0] == "ConflictException"
    public = json.dumps({"Statement": [statement | {"Principal": "*"}]})
    assert refusal(client().put_resource_policy, ResourceArn=arn, PolicyDocument=public)[0] == "PublicPolicyException"
    assert client().list_resource_policies(ResourceArn=arn)["PolicySummaries"] == [
        {"PolicyName": "default", "RevisionId": revision["RevisionId"]}
    ]
    client().delete_resource_policy(ResourceArn=arn)
    assert refusal(client().get_resource_policy, ResourceArn=arn)[0] == "ResourceNotFoundException"


# ---------------------------------------------------------------------- publishing


def test_each_entry_has_an_answer_of_its_own(cloud):
    entries = [
        {"Source": "shop", "DetailType": "t", "Detail": "{}"},
        {"Source": "aws.s3", "DetailType": "t", "Detail": "{}"},
        {"Source": "shop", "DetailType": "t", "Detail": "{"},
    ]
    answer = client().put_events(EventBusArn=bus(), Entries=entries)
    assert answer["FailedEntryCount"] == 2
    assert [("ErrorCode" in one, one.get("SuccessCode")) for one in answer["Entries"]] == [
        (False, "PUBLISHED"), (True, None), (True, None),
    ]  # fmt: skip


def test_a_call_has_at_most_so_many_entries(cloud):
    arn, most = bus(), facts.PUT_EVENTS_MAX_ENTRIES.value
    assert len(put(arn, *range(most))) == most
    code, message = refusal(lambda: put(arn, *range(most + 1)))
    assert code == "InvalidInputException" and "entries" in message and str(most) in message


@pytest.mark.parametrize(
    ("second", "wait_s", "code"),
    [
        ({"token": "a"}, 0, "DEDUPLICATED"),
        ({"token": "a"}, 299, "DEDUPLICATED"),
        ({"token": "a"}, 301, "PUBLISHED"),
        ({"token": "b"}, 0, "PUBLISHED"),
        ({"token": "a", "group": "g"}, 0, "PUBLISHED"),
    ],
)
def test_duplicates_are_suppressed_where_they_are_published(cloud, second, wait_s, code):
    arn, inbox = bus(), queue("inbox")
    subscriber(arn, queue_arn("inbox"))
    (first,) = put(arn, {"n": 1}, token="a")
    cloud.run(seconds=wait_s)
    (again,) = put(arn, {"n": 2}, **second)
    assert again["SuccessCode"] == code and (again["EventId"] == first["EventId"]) is (code == "DEDUPLICATED")
    cloud.run()
    assert len(messages(inbox)) == 1 + (code == "PUBLISHED")


def test_content_is_compared_when_the_request_says_so(cloud):
    arn, by_content = bus(), {"DeduplicationConfiguration": {"DeduplicationType": "CONTENT_BASED"}}
    codes = [one["SuccessCode"] for one in put(arn, {"n": 1}, {"n": 1}, {"n": 2}, **by_content)]
    assert codes == ["PUBLISHED", "DEDUPLICATED", "PUBLISHED"]


# ---------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("scope", "pattern", "gets"),
    [
        ("DATA", {"n": [1]}, [1]),
        ("METADATA", {"shop": ["west"]}, [2]),
        ("SYSTEM_METADATA", {"EventGroupId": [{"prefix": "b"}]}, [3]),
        ("SYSTEM_METADATA", {"aws:Source": ["shop"]}, []),
        ("DATA", {"detail": {"n": [1]}}, []),
    ],
)
def test_a_filter_looks_at_one_part_of_the_event(cloud, scope, pattern, gets):
    arn, inbox = bus(), queue("inbox")
    filters = {"Filters": [{"Scope": scope, "Pattern": json.dumps(pattern)}]}
    subscriber(arn, queue_arn("inbox"), FilterConfiguration=filters)
    entries = [
        {"Data": b'{"n": 1}', "SystemMetadata": RAW},
        {"Data": b'{"n": 2}', "SystemMetadata": RAW, "Metadata": {"shop": "west"}},
        {"Data": b'{"n": 3}', "SystemMetadata": {**RAW, "EventGroupId": "b1"}},
        {"Data": b"\x00", "SystemMetadata": {"ContentType": "application/octet-stream"}},
    ]
    assert client().put_raw_events(EventBusArn=arn, Entries=entries)["FailedEntryCount"] == 0
    cloud.run()
    assert [one["n"] for one in contents(inbox)] == gets


def test_an_event_that_nobody_wants_is_kept_all_the_same(cloud):
    arn, inbox = bus(days=2), queue("inbox")
    subscriber(arn, queue_arn("inbox"), pattern=SMALL)
    put(arn, {"n": 5})
    cloud.run()
    assert messages(inbox) == []
    (nobody,) = happened(cloud, Kind.FILTERED)
    assert "did not match the one subscriber; the bus keeps it for 2 days" in nobody.detail.text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"FilterConfiguration": {"Filters": [{"Scope": "DATA", "Pattern": '{"a": [{"wildcard": "x*"}]}'}]}},
            "wildcard",
        ),
        (
            {"FilterConfiguration": {"Filters": [{"Scope": "METADATA", "Pattern": '{"a": [{"prefix": "x"}]}'}]}},
            "prefix",
        ),
        ({"FilterConfiguration": {"Filters": [{"Scope": "DATA", "Pattern": " "}]}}, "must not be empty"),
        (
            {"FilterConfiguration": {"Filters": [{"Scope": "DATA", "Pattern": '{"a": [1]}'}] * 2}},
            "more than one filter",
        ),
        ({"FilterConfiguration": {}}, "at least one filter"),
        ({"Type": "SORTED"}, "Member must satisfy enum value set"),
        ({"StartingPosition": "POINT_IN_TIME"}, "PointInTimeConfiguration is required"),
        ({"RetryPolicy": {"MaxRetryAttempts": 186}}, "less than or equal to"),
        ({"BatchConfiguration": {"MaxBatchSize": 11}}, "is at most 10"),
        ({"Transformer": {"Type": "JSONATA"}}, "JsonataConfiguration is required"),
        ({"Transformer": {"Type": "JSONATA", "JsonataConfiguration": {"Expression": "{% ( %}"}}}, "not valid JSONata"),
        ({"OnFailureConfiguration": {"Arn": "arn:aws:sns:us-east-1:123456789012:t"}}, "onFailureConfiguration.arn"),
        (
            {"InvokeConfiguration": {"TargetArn": "arn:aws:s3:::b", "RoleArn": ROLE}},
            "not a supported subscriber target",
        ),
        (
            {"InvokeConfiguration": {"TargetArn": "arn:aws:kinesis:us-east-1:123456789012:s", "RoleArn": ROLE}},
            "stream/{name}",
        ),
        ({"InvokeConfiguration": {"TargetArn": GONE, "RoleArn": ROLE, "SnsParameters": {}}}, "Expected SqsParameters"),
        (
            {"InvokeConfiguration": {"TargetArn": GONE.replace("east", "west"), "RoleArn": ROLE}},
            "must be in region us-east-1",
        ),
        (
            {
                "InvokeConfiguration": {
                    "TargetArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/x",
                    "RoleArn": ROLE,
                }
            },
            "this Cloud has none",
        ),
    ],
)
def test_a_subscriber_that_can_not_work_is_refused_with_a_sentence(cloud, change, says):
    code, message = refusal(client().create_subscriber, **{"EventBusArn": bus(), **created(), **change})
    assert code == "InvalidInputException" and says in message
    assert client().list_subscribers()["Subscribers"] == []


# ---------------------------------------------------------------------- what the target gets


@pytest.mark.parametrize(
    ("transformer", "expected"),
    [
        ({}, lambda body: body["detail"] == {"n": 1} and body["source"] == "shop"),
        ({"Type": "WITH_METADATA"}, lambda body: body["SystemMetadata"]["aws:DeliveryType"] == "LIVE"),
        (
            {"Type": "JSONATA", "JsonataConfiguration": {"Expression": '{% {"twice": $events.Data.detail.n * 2} %}'}},
            lambda body: body == {"twice": 2},
        ),
    ],
)
def test_a_transformer_shapes_what_a_target_gets(cloud, transformer, expected):
    arn, inbox = bus(), queue("inbox")
    subscriber(arn, queue_arn("inbox"), **({"Transformer": transformer} if transformer else {}))
    put(arn, {"n": 1})
    cloud.run()
    (body,) = contents(inbox)
    assert expected(body), body


def test_parameters_are_constants_or_expressions(cloud):
    arn, inbox = bus(), queue("inbox.fifo")
    value = {"DataType": "Number", "StringValue": "{% $string($events.Data.detail.n) %}"}
    block = {
        "MessageGroupId": "{% $events.SystemMetadata.EventGroupId %}",
        "MessageDeduplicationId": "{% $events.SystemMetadata.`aws:EventId` %}",
        "MessageAttributes": {"n": value},
    }
    subscriber(arn, queue_arn("inbox.fifo"), invoke={"SqsParameters": block})
    put(arn, {"n": 7}, group="ada")
    cloud.run()
    (message,) = messages(inbox)
    assert attributes(message) == {"n": "7"}
    (sent,) = happened(cloud, Kind.SENT, at=":inbox.fifo")
    assert sent.detail.group_id == "ada"


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        ({}, [10, 10, 5]),
        ({"BatchConfiguration": {"MaxBatchSize": 25}}, [25]),
        ({"BatchConfiguration": {"MaxBatchSize": 1}}, [1] * 25),
    ],
)
def test_a_function_gets_an_array_unless_it_asks_for_one_event(cloud, settings, sizes):
    arn = bus()
    work = function("def handler(event, context): print(len(event) if isinstance(event, list) else 'one')")
    subscriber(arn, work, **settings)
    put(arn, *[{"n": n} for n in range(25)])
    cloud.run()
    runs = [event.message for event in cloud.logs("work") if event.message.strip() in ("one", "10", "5", "25")]
    assert [1 if run.strip() == "one" else int(run) for run in runs] == sizes


def test_a_window_gathers_what_comes_meanwhile(cloud):
    arn = bus()
    function("def handler(event, context): print('got', len(event))")
    subscriber(
        arn, "arn:aws:lambda:us-east-1:123456789012:function:work", BatchConfiguration={"MaxBatchWindowInSeconds": 20}
    )
    for second in (5, 10, 40):
        cloud.at(second, lambda: put(arn, {}))
    cloud.run()
    assert [line.message for line in cloud.logs("work") if line.message.startswith("got")] == ["got 2", "got 1"]


@pytest.mark.parametrize("kind", ["topic", "stream", "state machine", "new bus", "classic bus", "any call"])
def test_other_targets(cloud, kind):
    arn, inbox = bus(), queue("inbox")
    invoke, more, account = {}, {}, "us-east-1:123456789012"
    if kind == "topic":
        target = boto3.client("sns").create_topic(Name="news")["TopicArn"]
        boto3.client("sns").subscribe(TopicArn=target, Protocol="sqs", Endpoint=queue_arn("inbox"))
    elif kind == "stream":
        boto3.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
        target, invoke = f"arn:aws:kinesis:{account}:stream/clicks", {"KinesisParameters": {"PartitionKey": "k"}}
    elif kind == "state machine":
        definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
        target = boto3.client("stepfunctions").create_state_machine(name="m", definition=definition, roleArn=ROLE)[
            "stateMachineArn"
        ]
    elif kind == "new bus":
        target = bus("other")
        subscriber(target, queue_arn("inbox"), name="second")
    elif kind == "classic bus":
        target = boto3.client("events").create_event_bus(Name="classic")["EventBusArn"]
        boto3.client("events").put_rule(Name="r", EventBusName="classic", EventPattern='{"source": ["shop"]}')
        targets = [{"Id": "q", "Arn": queue_arn("inbox")}]
        boto3.client("events").put_targets(Rule="r", EventBusName="classic", Targets=targets)
    else:
        request = {"QueueUrl": inbox, "MessageBody": "{% $string($events.Data.detail) %}"}
        target, invoke = (
            "arn:aws:events:::aws-sdk:sqs:sendMessage",
            {"UniversalTargetParameters": {"Input": json.dumps(request)}},
        )
        more = {"BatchConfiguration": {"MaxBatchSize": 1, "MaxBatchWindowInSeconds": 0}}
    subscriber(arn, target, invoke=invoke, **more)
    (event,) = put(arn, {"n": 1})
    cloud.run()
    assert happened(cloud, Kind.DELIVERED)[0].message_id == event["EventId"]
    if kind not in ("stream", "state machine"):
        assert len(messages(inbox)) == 1


def test_what_a_partner_or_a_service_puts_on_a_classic_bus_can_be_forwarded(cloud):
    arn, inbox, classic = bus(), queue("inbox"), boto3.client("events")
    source = classic.create_partner_event_source(Name="aws.partner/pay.example/shop", Account="123456789012")[
        "EventSourceArn"
    ]
    subscriber(arn, queue_arn("inbox"))
    made = client().create_event_source(
        Name="pay", EventBusArn=arn, Configuration={"PartnerEventsConfiguration": {"PartnerEventSourceArn": source}}
    )
    entry = {"Source": "aws.partner/pay.example/shop", "DetailType": "Paid", "Detail": '{"n": 1}'}
    classic.put_partner_events(Entries=[entry])
    cloud.run()
    assert [one["detail"] for one in contents(inbox)] == [{"n": 1}]
    client().revoke_resource(Arn=made["EventSourceArn"])
    classic.put_partner_events(Entries=[entry])
    cloud.run()
    assert contents(inbox) == []
    assert client().describe_event_source(EventSourceArn=made["EventSourceArn"])["Revoked"] is True
    code, _ = refusal(client().update_event_source, EventSourceArn=made["EventSourceArn"], Description="again")
    assert code == "InvalidStateException"


def test_a_starting_point_lies_between_the_horizon_and_now(cloud):
    arn = bus(days=1)
    cloud.run(seconds=3 * 24 * 3600)
    for moment in (cloud.now - timedelta(days=2), cloud.now + timedelta(seconds=1), datetime(2029, 1, 1)):
        point = {"PointType": "TIMESTAMP", "StartingPoint": moment}
        code, message = refusal(
            client().create_subscriber,
            EventBusArn=arn, StartingPosition="POINT_IN_TIME", PointInTimeConfiguration=point, **created(),
        )  # fmt: skip
        assert code == "InvalidInputException" and "StartingPoint" in message
