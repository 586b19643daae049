"""Tags of buses and rules, statements and replays that can't be, recorded on AWS in March 2025: facts from public snapshots."""

from datetime import timedelta

import boto3
import pytest

from tests.engine.refusals import refused

BUS = "arn:aws:events:us-east-1:123456789012:event-bus/shop"


@pytest.fixture
def events(cloud):
    return boto3.client("events")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("event-bus/shop", "Event bus shop does not exist."),
        ("rule/paid", "Rule paid does not exist on EventBus default."),
        ("rule/shop/paid", "Rule paid does not exist on EventBus shop."),
    ],
)
def test_tags_of_what_is_not_there(events, what, words):
    arn, missing = f"arn:aws:events:us-east-1:123456789012:{what}", ("ResourceNotFoundException", words)
    assert refused(events.list_tags_for_resource, ResourceARN=arn) == missing
    assert refused(events.tag_resource, ResourceARN=arn, Tags=[{"Key": "k", "Value": "v"}]) == missing
    assert refused(events.untag_resource, ResourceARN=arn, TagKeys=["k"]) == missing


def test_two_rules_of_one_name_have_tags_of_their_own(events):
    events.create_event_bus(Name="shop")
    pattern = '{"source": ["s"]}'
    arns = [
        events.put_rule(Name="paid", EventPattern=pattern, EventBusName=bus)["RuleArn"] for bus in ("default", "shop")
    ]
    for number, arn in enumerate(arns):
        events.tag_resource(ResourceARN=arn, Tags=[{"Key": "number", "Value": str(number)}])
    found = [events.list_tags_for_resource(ResourceARN=arn)["Tags"][0]["Value"] for arn in arns]
    assert found == ["0", "1"]


def test_a_statement_of_a_bus_without_a_policy(events):
    missing = "ResourceNotFoundException", "Statement with the provided id does not exist."
    assert refused(events.remove_permission, StatementId="s") == missing


def test_the_times_of_a_replay_are_looked_at_first(cloud, events):
    default = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    events.create_event_bus(Name="shop")
    archive = events.create_archive(ArchiveName="a", EventSourceArn=default)["ArchiveArn"]
    for seconds in (0, 10):
        given = {
            "ReplayName": "r", "EventSourceArn": archive, "Destination": {"Arn": BUS},
            "EventStartTime": cloud.now, "EventEndTime": cloud.now - timedelta(seconds=seconds),
        }  # fmt: skip
        words = "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
        assert refused(events.start_replay, **given) == ("ValidationException", words)


def test_a_value_that_breaks_two_rules_is_told_of_both(events):
    """January 2025."""
    name = "two rules, and too long for one: 0123456789012345678901234567890123"
    parameters = {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}}
    given = {"Name": name, "AuthorizationType": "NONE", "AuthParameters": parameters}
    at = f"Value '{name}' at 'name' failed to satisfy constraint"
    kinds = "[BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]"
    assert refused(events.create_connection, **given) == (
        "ValidationException",
        rf"3 validation errors detected: {at}: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+; "
        f"{at}: Member must have length less than or equal to 64; Value 'NONE' at 'authorizationType' failed to satisfy constraint: "
        f"Member must satisfy enum value set: {kinds}",
    )
