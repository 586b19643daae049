"""Connections: states, OAuth tokens and when they are fetched anew, what is refused, what nobody gets to see."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.facts import eventbridge as facts
from motoclock.trace import Kind
from tests.course.delivery.logins import LOGIN, OAUTH, Login
from tests.engine.delivery.events_stage import ROLE, attributes, events, happened, messages, put, rule
from tests.engine.delivery.stage import arn_of, queue


def connect(oauth: dict = OAUTH, **more) -> dict:
    return events().create_connection(
        Name="warehouse", AuthorizationType="OAUTH_CLIENT_CREDENTIALS", AuthParameters={"OAuthParameters": oauth, **more}
    )  # fmt: skip


def posting(connection: str, **target) -> None:
    """A rule that posts each event to the warehouse."""
    arn = events().create_api_destination(
        Name="book", ConnectionArn=connection, InvocationEndpoint="https://warehouse.example/parcels", HttpMethod="POST"
    )["ApiDestinationArn"]  # fmt: skip
    rule({"Arn": arn, "RoleArn": ROLE, **target})


def state() -> str:
    return events().describe_connection(Name="warehouse")["ConnectionState"]


def shown(warehouse) -> list[str]:
    return [exchange.request.headers["authorization"] for exchange in warehouse.requests]


def test_a_token_is_fetched_once_and_shown_to_the_system(cloud):
    login, warehouse = Login(cloud), cloud.downstream("https://warehouse.example")
    made = connect()
    assert made["ConnectionState"] == state() == "AUTHORIZING"
    posting(made["ConnectionArn"])
    put({}, {}, {})
    cloud.run()
    assert state() == "AUTHORIZED"
    (asked,) = login.system.requests
    assert asked.request.text == "grant_type=client_credentials&client_id=me&client_secret=s3cret"
    assert shown(warehouse) == ["Bearer token-1"] * 3
    assert len(happened(cloud, Kind.DELIVERED, at="rule/placed")) == 3


def test_what_the_token_request_has_more(cloud):
    login = Login(cloud)
    more = {
        "HeaderParameters": [{"Key": "x-tenant", "Value": "marigold"}],
        "QueryStringParameters": [{"Key": "v", "Value": "2"}],
        "BodyParameters": [{"Key": "scope", "Value": "parcels", "IsValueSecret": True}],
    }
    connect({**OAUTH, "OAuthHttpParameters": more})
    cloud.run()
    request = login.system.requests[0].request
    assert (request.headers["x-tenant"], request.query["v"]) == ("marigold", "2")
    assert request.text.endswith("&scope=parcels")


def test_a_get_has_the_client_in_its_query(cloud):
    login = Login(cloud)
    connect({**OAUTH, "HttpMethod": "GET"})
    cloud.run()
    request = login.system.requests[0].request
    assert (request.query["client_id"], request.body) == ("me", b"")


def test_a_401_costs_a_retry_and_a_new_token(cloud):
    """So AWS advises to allow a retry where a connection uses OAuth."""
    login = Login(cloud)

    def warehouse(request):
        return {} if request.headers["authorization"] == "Bearer token-2" else (401, {}, None)

    system = cloud.downstream("https://warehouse.example", handler=warehouse)
    posting(connect()["ConnectionArn"])
    put({})
    cloud.run()
    assert shown(system) == ["Bearer token-1", "Bearer token-2"]
    assert login.issued == 2
    assert cloud.summary()["lost"] == 0


@pytest.mark.parametrize(("lifetime_s", "tokens"), [(3600, 1), (90, 2)])
def test_a_token_about_to_expire_is_replaced_before_the_call(cloud, lifetime_s, tokens):
    login, warehouse = Login(cloud, lifetime_s), cloud.downstream("https://warehouse.example")
    posting(connect()["ConnectionArn"])
    put({})
    cloud.run()
    cloud.run(seconds=lifetime_s - facts.OAUTH_REFRESH_EARLY_S.value if lifetime_s == 90 else 30)
    put({})
    cloud.run()
    assert login.issued == tokens
    assert shown(warehouse)[-1] == f"Bearer token-{tokens}"


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        (None, "No host answers at login.example: nothing leaves this Cloud"),
        (lambda request: (403, {}, None), "answered 403 Forbidden"),
        (lambda request: "welcome", "no access_token"),
        (lambda request: {"token": "t"}, "no access_token"),
    ],
    ids=["nobody there", "refused", "no JSON", "no token"],
)
def test_without_a_token_the_connection_is_deauthorized_and_nothing_is_delivered(cloud, handler, says):
    if handler:
        cloud.downstream(LOGIN, handler=handler)
    warehouse, dead = cloud.downstream("https://warehouse.example"), queue("dead")
    posting(connect()["ConnectionArn"], DeadLetterConfig={"Arn": arn_of(dead)})
    put({})
    cloud.run()
    described = events().describe_connection(Name="warehouse")
    assert described["ConnectionState"] == "DEAUTHORIZED"
    assert says in described["StateReason"]
    assert events().describe_api_destination(Name="book")["ApiDestinationState"] == "INACTIVE"
    assert warehouse.calls == 0
    (letter,) = messages(dead)
    assert attributes(letter)["RETRY_ATTEMPTS"] == "0" and says in attributes(letter)["ERROR_MESSAGE"]


def test_an_authorization_endpoint_that_is_down_is_asked_again(cloud):
    login, warehouse = Login(cloud), cloud.downstream("https://warehouse.example")
    login.system.up = False
    posting(connect()["ConnectionArn"])
    put({})
    cloud.at(20, lambda: setattr(login.system, "up", True))
    cloud.run()
    assert warehouse.calls == 1
    assert state() == "AUTHORIZED"


def test_a_connection_can_be_deauthorized_and_updated_back_to_life(cloud):
    Login(cloud)
    warehouse = cloud.downstream("https://warehouse.example")
    posting(connect()["ConnectionArn"])
    cloud.run()
    assert events().deauthorize_connection(Name="warehouse")["ConnectionState"] == "DEAUTHORIZED"
    put({})
    cloud.run()
    assert (warehouse.calls, cloud.summary()["lost"]) == (0, 1)
    assert [one["ConnectionState"] for one in events().list_connections()["Connections"]] == ["DEAUTHORIZED"]
    events().update_connection(Name="warehouse", AuthParameters={"OAuthParameters": OAUTH})
    put({})
    cloud.run()
    assert shown(warehouse) == ["Bearer token-2"]


def test_a_deleted_connection_leaves_its_destination_without_a_way_in(cloud):
    Login(cloud)
    posting(connect()["ConnectionArn"])
    events().delete_connection(Name="warehouse")
    put({})
    cloud.run()
    assert [one["ApiDestinationState"] for one in events().list_api_destinations()["ApiDestinations"]] == ["INACTIVE"]
    assert cloud.summary()["lost"] == 1


def test_secrets_are_shown_to_nobody(cloud):
    hidden = {"BodyParameters": [{"Key": "pin", "Value": "0815", "IsValueSecret": True}, {"Key": "v", "Value": "seen"}]}
    connect({**OAUTH, "OAuthHttpParameters": hidden}, InvocationHttpParameters=hidden)
    said = json.dumps(events().describe_connection(Name="warehouse"), default=str)
    assert "s3cret" not in said and "0815" not in said and said.count("seen") == 2


@pytest.mark.parametrize(
    "settings",
    [
        {"AuthorizationType": "API_KEY", "AuthParameters": {"OAuthParameters": OAUTH}},
        {"AuthorizationType": "NONE", "AuthParameters": {"OAuthParameters": OAUTH}},
        {
            "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
            "AuthParameters": {"OAuthParameters": {**OAUTH, "AuthorizationEndpoint": "http://login.example"}},
        },
        {
            "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
            "AuthParameters": {"OAuthParameters": {**OAUTH, "HttpMethod": "DELETE"}},
        },
    ],
)
def test_what_is_no_connection(cloud, settings):
    with pytest.raises(ClientError, match="ValidationException"):
        events().create_connection(Name="warehouse", **settings)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        events().deauthorize_connection(Name="warehouse")
