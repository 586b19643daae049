"""Answers of EventBridge recorded on AWS, May 2024 to October 2025, that are easy to get wrong: facts from public snapshots."""

import datetime
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engine.delivery.events_stage import events, put, rule
from tests.engine.delivery.stage import arn_of, bodies, queue
from tests.engine.refusals import refused

SPECIAL = {
    "command": "update-account",
    "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"},
    "listsingle": ["HIGH"],
    "listmulti": ["ACTIVE", "INACTIVE"],
    "valid": True,
}
PATHS = {
    "userId": "$.detail.payload.acc_id",
    "payload": "$.detail.payload",
    "systemstring": "$.detail.awsAccountId",
    "listsingle": "$.detail.listsingle",
    "listmulti": "$.detail.listmulti",
    "valid": "$.detail.valid",
}
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/"


def delivered(cloud, **shape):
    url = queue()
    rule({"Arn": arn_of(url), **shape})
    put(SPECIAL)
    cloud.run()
    return bodies(url)


# ---------------------------------------------------------------------- the input transformer


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (
            '"Payload of <payload> with path users-service/users/<userId> and <userId>"',
            '"Payload of {acc_id:0a787ecb-4015,sf_id:baz} with path users-service/users/0a787ecb-4015 and 0a787ecb-4015"',
        ),
        ('"<listsingle> single list item"', '"[HIGH] single list item"'),
        ('"<listmulti> multiple list items"', '"[ACTIVE,INACTIVE] multiple list items"'),
        (
            '"<listsingle> single list item"\n"<listmulti> multiple list items"\n"<systemstring> system account id"\n'
            '"<payload> payload"\n"<userId> user id"',
            '"[HIGH] single list item"\n"[ACTIVE,INACTIVE] multiple list items"\n" system account id"\n'
            '"{acc_id:0a787ecb-4015,sf_id:baz} payload"\n"0a787ecb-4015 user id"',
        ),
        ('"Command is <valid>!"', '"Command is true!"'),
        ('"{[/Check with special starting characters for <userId>"', '"{[/Check with special starting characters for 0a787ecb-4015"'),
    ],
)  # fmt: skip
def test_a_text_has_its_objects_without_quotes_and_blanks(cloud, template, text):
    assert delivered(cloud, InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template}) == [text]


@pytest.mark.parametrize(
    ("template", "content"),
    [
        (
            '{"method": "PUT", "path": "users-service/users/<userId>", "bod": <payload>}',
            {"method": "PUT", "path": "users-service/users/0a787ecb-4015", "bod": SPECIAL["payload"]},
        ),
        ('{"id" : <userId>}', {"id": "0a787ecb-4015"}),
        ('{"id" : "<userId>"}', {"id": "0a787ecb-4015"}),
        ('{"bod": [<userId>, "hardcoded"]}', {"bod": ["0a787ecb-4015", "hardcoded"]}),
        ('{"singlelistitem": <listsingle>}', {"singlelistitem": ["HIGH"]}),
        ('{"multi": "users/<userId>/second/<userId>"}', {"multi": "users/0a787ecb-4015/second/0a787ecb-4015"}),
        ('{"gone": <systemstring>, "gone too": "<systemstring>"}', {"gone": "", "gone too": ""}),
    ],
)
def test_a_json_template(cloud, template, content):
    (body,) = delivered(cloud, InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template})
    assert json.loads(body) == content


@pytest.mark.parametrize(
    "template",
    [
        '{"not_valid": "users-service/users/<payload>", "bod": <payload>}',
        '{"payload": "<payload>"}',
        '{"singlelistitem": "<listsingle>"}',
        '{"singlelistitem": "<listsingle>", "multiplelistitems": "<listmulti>"}',
    ],
)
def test_an_object_in_quotes_delivers_nothing(cloud, template):
    assert delivered(cloud, InputTransformer={"InputPathsMap": PATHS, "InputTemplate": template}) == []


def test_a_placeholder_without_a_path_is_refused_when_the_target_is_put(cloud):
    shape = {
        "InputPathsMap": {"detail-type": "$.detail-type"},
        "InputTemplate": '"Event of <detail-type> type, with not defined key <notdefinedkey>"',
    }
    rule()
    target = {"Id": "t1", "Arn": arn_of(queue()), "InputTransformer": shape}
    words = "InputTemplate for target t1 contains invalid placeholder notdefinedkey."
    assert refused(events().put_targets, Rule="placed", Targets=[target]) == ("ValidationException", words)
    assert events().list_targets_by_rule(Rule="placed")["Targets"] == []


def test_the_event_as_a_whole_has_two_spellings(cloud):
    template = '{"originalEvent": <aws.events.event>, "originalEventJson": <aws.events.event.json>}'
    (body,) = delivered(cloud, InputTransformer={"InputTemplate": template})
    found = json.loads(body)
    whole = {"version", "id", "source", "account", "time", "region", "resources"}
    assert set(found["originalEvent"]) == {*whole, "detailType"}
    assert set(found["originalEventJson"]) == {*whole, "detail-type", "detail"}


def test_an_event_is_written_without_blanks(cloud):
    (body,) = delivered(cloud)
    assert body == json.dumps(json.loads(body), separators=(",", ":"))


def test_a_part_of_it_too(cloud):
    assert delivered(cloud, InputPath="$.detail.payload") == ['{"acc_id":"0a787ecb-4015","sf_id":"baz"}']


# ---------------------------------------------------------------------- lists


def test_targets_come_in_pages(cloud):
    arn = arn_of(queue())
    rule(*[{"Arn": arn, "Id": f"test-target-{number}"} for number in range(5)])
    first = events().list_targets_by_rule(Rule="placed", Limit=3)
    rest = events().list_targets_by_rule(Rule="placed", NextToken=first["NextToken"])
    assert [one["Id"] for one in first["Targets"]] == ["test-target-0", "test-target-1", "test-target-2"]
    assert [one["Id"] for one in rest["Targets"]] == ["test-target-3", "test-target-4"] and "NextToken" not in rest
    code, _ = refused(events().list_targets_by_rule, Rule="placed", NextToken="nonsense")
    assert code == "ValidationException"


def replays(cloud, number):
    """So many of them started at one moment."""
    archive = events().create_archive(ArchiveName="kept", EventSourceArn=f"{BUS}default", RetentionDays=1)["ArchiveArn"]
    cloud.run(seconds=60)
    now = datetime.datetime(2030, 1, 1, 0, 1, tzinfo=datetime.UTC)
    window = {"EventStartTime": now - datetime.timedelta(minutes=1), "EventEndTime": now}
    asked = {"EventSourceArn": archive, **window, "Destination": {"Arn": f"{BUS}default"}}
    for each in range(number):
        events().start_replay(ReplayName=f"replay-{each}", **asked)
    return asked


def test_replays_come_in_pages(cloud):
    replays(cloud, 6)
    first = events().list_replays(Limit=3, NamePrefix="replay-")
    rest = events().list_replays(Limit=5, NextToken=first["NextToken"], NamePrefix="replay-")
    assert [one["ReplayName"] for one in first["Replays"]] == ["replay-0", "replay-1", "replay-2"]
    assert [one["ReplayName"] for one in rest["Replays"]] == ["replay-3", "replay-4", "replay-5"]
    assert "NextToken" not in rest


def test_ten_replays_run_at_once(cloud):
    asked = replays(cloud, 10)
    code, _ = refused(events().start_replay, ReplayName="one too many", **asked)
    assert code in ("LimitExceededException", "ValidationException")
    cloud.run()
    events().start_replay(ReplayName="later", **asked)


def test_a_replay_of_no_time_at_all_is_refused(cloud):
    asked = replays(cloud, 0)
    words = "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
    for end in (asked["EventStartTime"], asked["EventStartTime"] - datetime.timedelta(seconds=10)):
        answer = refused(events().start_replay, ReplayName="r", **{**asked, "EventEndTime": end})
        assert answer == ("ValidationException", words)


# ---------------------------------------------------------------------- the rest


def test_a_tested_event_needs_no_resources(cloud):
    event = {"id": "1", "source": "s", "detail-type": "t", "account": "123456789012", "region": "us-east-1"}
    event |= {"time": "2025-01-01T00:00:00Z", "detail": {}}

    def matches(content):
        return events().test_event_pattern(EventPattern='{"source": ["s"]}', Event=json.dumps(content))["Result"]

    assert matches(event)
    for name in ("id", "account", "source", "time", "region", "detail-type"):
        with pytest.raises(ClientError, match="Parameter Event is not valid"):
            matches({key: value for key, value in event.items() if key != name})
    text = refused(events().test_event_pattern, EventPattern='{"source": ["s"]}', Event="plain")
    assert text == ("ValidationException", "Parameter Event is not valid.")


def test_a_new_key_of_a_connection_is_in_its_secret(cloud):
    def key(value):
        return {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": value}}

    events().create_connection(Name="shop", AuthorizationType="API_KEY", AuthParameters=key("old"))
    arn = events().describe_connection(Name="shop")["SecretArn"]
    events().update_connection(Name="shop", AuthorizationType="API_KEY", AuthParameters=key("new"))
    kept = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    assert json.loads(kept) == {"api_key_name": "x-api-key", "api_key_value": "new"}
    assert events().describe_connection(Name="shop")["SecretArn"] == arn


def test_what_the_errors_say(cloud):
    bus, found = "no-such-bus", events()
    allowed = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "s"}
    for answer, expected in (
        (refused(found.describe_event_bus, Name=bus), f"Event bus {bus} does not exist."),
        (refused(found.put_permission, EventBusName=bus, **allowed), f"Event bus {bus} does not exist."),
        (refused(found.delete_event_bus, Name="default"), "Cannot delete event bus default."),
        (refused(found.describe_rule, Name="gone"), "Rule gone does not exist on EventBus default."),
        (refused(found.describe_archive, ArchiveName="gone"), "Archive gone does not exist."),
        (refused(found.describe_replay, ReplayName="gone"), "Replay gone does not exist."),
        (refused(found.describe_connection, Name="gone"), "Failed to describe the connection(s). Connection 'gone' does not exist."),
        (
            refused(found.describe_api_destination, Name="gone"),
            "Failed to describe the api-destination(s). An api-destination 'gone' does not exist.",
        ),
    ):  # fmt: skip
        assert answer[1] == expected
    rule(*[{"Arn": arn_of(queue()), "Id": str(number)} for number in range(5)])
    sixth = [{"Id": "six", "Arn": arn_of(queue())}]
    limit = "The requested resource exceeds the maximum number allowed."
    assert refused(found.put_targets, Rule="placed", Targets=sixth) == ("LimitExceededException", limit)
    assert refused(found.delete_rule, Name="placed") == (
        "ValidationException",
        "Rule can't be deleted since it has targets.",
    )
    found.create_event_bus(Name="mine")
    schedule = refused(found.put_rule, Name="r", EventBusName="mine", ScheduleExpression="rate(1 minute)")
    assert schedule == ("ValidationException", "ScheduleExpression is supported only on the default event bus.")


# ---------------------------------------------------------------------- the policy of a bus, January 2025


def policy_of_default():
    return json.loads(events().describe_event_bus()["Policy"])["Statement"]


def test_a_statement_is_replaced_by_one_with_its_id_only(cloud):
    for statement_id, principal in (("a", "123456789012"), ("b", "123456789012"), ("c", "*"), ("b", "111122223333")):
        events().put_permission(Action="events:PutEvents", Principal=principal, StatementId=statement_id)
    assert {one["Sid"]: one["Principal"] for one in policy_of_default()} == {
        "a": {"AWS": "arn:aws:iam::123456789012:root"}, "b": {"AWS": "arn:aws:iam::111122223333:root"}, "c": "*",
    }  # fmt: skip
    events().remove_permission(StatementId="a")
    assert [one["Sid"] for one in policy_of_default()] == ["b", "c"]


def test_a_whole_policy_replaces_what_there_was(cloud):
    events().put_permission(Action="events:PutEvents", Principal="*", StatementId="a")
    statement = {
        "Sid": "s",
        "Effect": "Allow",
        "Principal": {"Service": "x"},
        "Action": "events:ListRules",
        "Resource": "*",
    }
    events().put_permission(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert policy_of_default() == [statement]
    events().put_permission(Policy=json.dumps({"Statement": statement}))
    assert policy_of_default() == [statement]


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        ([], "no Statement"),
        ({}, "no Statement"),
        ({"Statement": ["a"]}, "no Statement"),
        ({"Statement": {"Sid": "a"}}, "a Statement without Effect"),
    ],
)
def test_a_policy_that_lacks_something_replaces_nothing(cloud, policy, what):
    events().put_permission(Action="events:PutEvents", Principal="*", StatementId="a")
    before = policy_of_default()
    assert refused(events().put_permission, Policy=json.dumps(policy)) == (
        "ValidationException",
        f"This policy contains {what}.",
    )
    assert policy_of_default() == before


# ---------------------------------------------------------------------- what is told of buses and connections, 2024 and 2025


def test_a_list_of_buses_tells_times_and_descriptions(cloud):
    events().create_event_bus(Name="shop", Description="orders")
    default, shop = events().list_event_buses()["EventBuses"]
    assert {"CreationTime", "LastModifiedTime"} <= default.keys() and "Description" not in default
    assert shop["Description"] == "orders"


def test_archives_of_a_bus_that_is_not_there(cloud):
    answer = refused(events().list_archives, EventSourceArn=f"{BUS}none")
    assert answer == ("ResourceNotFoundException", "Event bus none does not exist.")


OAUTH = {
    "AuthorizationEndpoint": "https://example.com/token", "HttpMethod": "POST",
    "ClientParameters": {"ClientID": "me", "ClientSecret": "hidden"},
}  # fmt: skip


def test_a_connections_secret_has_its_name_and_lies_flat(cloud):
    events().create_connection(
        Name="shop", AuthorizationType="OAUTH_CLIENT_CREDENTIALS", AuthParameters={"OAuthParameters": OAUTH}
    )
    found = events().describe_connection(Name="shop")
    assert {"LastModifiedTime", "LastAuthorizedTime"} <= found.keys()
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=found["SecretArn"])
    folder, _, own = secret["Name"].rpartition("/")
    assert folder == "events!connection/shop"
    assert own not in found["ConnectionArn"]
    assert json.loads(secret["SecretString"]) == {
        "client_id": "me", "client_secret": "hidden", "authorization_endpoint": "https://example.com/token",
        "http_method": "POST",
    }  # fmt: skip
    assert events().delete_connection(Name="shop")["ConnectionState"] == "DELETING"


def test_a_list_of_api_destinations_tells_their_rate(cloud):
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}}
    connection = events().create_connection(Name="shop", AuthorizationType="API_KEY", AuthParameters=key)
    events().create_api_destination(
        Name="d", ConnectionArn=connection["ConnectionArn"], InvocationEndpoint="https://example.com", HttpMethod="POST"
    )
    (listed,) = events().list_api_destinations()["ApiDestinations"]
    assert listed["InvocationRateLimitPerSecond"] == 300


@pytest.mark.parametrize("call", ["put_rule", "test_event_pattern"])
def test_a_pattern_is_shown_with_the_place_of_its_fault(cloud, call):
    """October 2025."""
    event = dict.fromkeys(["id", "detail-type", "source", "account", "time", "region"], "x")
    given = {"Name": "r"} if call == "put_rule" else {"Event": json.dumps(event)}
    assert refused(getattr(events(), call), **given, EventPattern='{"int": 42}') == (
        "InvalidEventPatternException",
        'Event pattern is not valid. Reason: "int" must be an object or an array\n'
        ' at [Source: (String)"{"int": 42}"; line: 1, column: 11]',
    )


@pytest.mark.parametrize("event", ["text", "[]", "{}"])
def test_an_event_that_is_none(cloud, event):
    """December 2024: AWS says no more than this."""
    asked = {"EventPattern": '{"source": ["x"]}', "Event": event}
    assert refused(events().test_event_pattern, **asked) == ("ValidationException", "Parameter Event is not valid.")


def test_more_entries_than_ten_are_shown_member_by_member(cloud):
    """January 2025: with two members that the model doesn't publish."""
    entry = {"Source": "shop", "DetailType": "Sold", "Detail": '{"a": 1}', "Resources": ["x", "y"]}
    shown = (
        'PutEventsRequestEntry(time=null, source=shop, resources=[x, y], detailType=Sold, detail={"a": 1}, eventBusName=null, '
        "traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)"
    )
    assert refused(events().put_events, Entries=[entry] * 11) == (
        "ValidationException",
        f"1 validation error detected: Value '[{', '.join([shown] * 11)}]' at 'entries' failed to satisfy constraint: "
        "Member must have length less than or equal to 10",
    )


def test_the_size_of_an_archive(cloud):
    """May 2024: ten events of 139 bytes are 1,590."""
    events().create_archive(ArchiveName="a", EventSourceArn=f"{BUS}default")
    detail = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}
    name = "core.update-account-command"
    events().put_events(Entries=[{"Source": name, "DetailType": name, "Detail": json.dumps(detail)}] * 10)
    cloud.run()
    found = events().describe_archive(ArchiveName="a")
    assert (found["EventCount"], found["SizeBytes"]) == (10, 1590)


def test_a_connections_method_may_be_written_small(cloud):
    """December 2024; the order of another enumeration's values, too."""
    parameters = {
        "OAuthParameters": {
            "ClientParameters": {"ClientID": "id", "ClientSecret": "secret"},
            "AuthorizationEndpoint": "https://shop.example/token",
            "HttpMethod": "put",
        }
    }
    made = events().create_connection(Name="c", AuthorizationType="OAUTH_CLIENT_CREDENTIALS", AuthParameters=parameters)
    given = {"Name": "d", "ConnectionArn": made["ConnectionArn"], "InvocationEndpoint": "https://shop.example"}
    words = refused(events().create_api_destination, **given, HttpMethod="put")[1]
    assert words.endswith("Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]")
