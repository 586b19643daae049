"""HTTP tasks: the request, the connection's share of it, the answer, and how calls fail."""

import boto3
import pytest

from motoclock.trace import Kind

SHOP = "https://shop.example"
KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "s3cret"}}
BASIC = {"BasicAuthParameters": {"Username": "me", "Password": "pw"}}


def connection(kind="API_KEY", auth=KEY):
    made = boto3.client("events").create_connection(Name="shop", AuthorizationType=kind, AuthParameters=auth)
    return made["ConnectionArn"]


def call(arn, path="/orders", method="POST", more=None, **fields):
    parameters = {"ApiEndpoint": SHOP + path, "Method": method, "Authentication": {"ConnectionArn": arn}}
    return {
        "T": {
            "Type": "Task",
            "Resource": "arn:aws:states:::http:invoke",
            "Parameters": parameters | fields,
            "End": True,
            **(more or {}),
        }
    }


def test_the_request_carries_method_headers_query_and_body(machines, cloud):
    shop = cloud.downstream(SHOP, handler=lambda request: {"stored": request.json()["id"]})
    fields = {
        "Headers": {"X-Trace": "1", "content-type": "text/plain"},
        "QueryParameters": {"tag": ["a", "b"], "n": 1},
        "RequestBody.$": "$",
    }
    output = machines.run(call(connection(), **fields), {"id": "order-7"})["output"]
    assert (output["StatusCode"], output["StatusText"]) == (200, "OK")
    assert output["ResponseBody"] == {"stored": "order-7"}
    assert output["Headers"]["content-type"] == ["application/json"]
    (exchange,) = shop.requests
    request = exchange.request
    assert (request.method, request.path) == ("POST", "/orders")
    assert (request.headers["x-trace"], request.headers["x-api-key"]) == ("1", "s3cret")
    assert request.headers["content-type"] == "text/plain"
    assert request.url.endswith("/orders?tag=a&tag=b&n=1")
    assert cloud.trace.of_kind(Kind.CALLED)[0].detail.caller.endswith(":stateMachine:machine")


def test_what_the_connection_says_wins(machines, cloud):
    shop = cloud.downstream(SHOP)
    shared = {
        "HeaderParameters": [{"Key": "X-Shop", "Value": "theirs"}],
        "QueryStringParameters": [{"Key": "v", "Value": "2"}],
        "BodyParameters": [{"Key": "tenant", "Value": "blue"}],
    }
    arn = connection("BASIC", {**BASIC, "InvocationHttpParameters": shared})
    machines.run(call(arn, Headers={"X-Shop": "ours"}, QueryParameters={"v": "1"}, RequestBody={"id": 7}))
    request = shop.requests[0].request
    assert request.headers["authorization"] == "Basic bWU6cHc="
    assert (request.headers["x-shop"], request.json()) == ("theirs", {"id": 7, "tenant": "blue"})
    assert request.url.endswith("?v=2")


@pytest.mark.parametrize(
    ("list_format", "body"),
    [
        ("INDICES", "n%5B0%5D=1&n%5B1%5D=2&o%5Bk%5D=v%20w"),
        ("REPEAT", "n=1&n=2&o%5Bk%5D=v%20w"),
        ("COMMAS", "n=1%2C2&o%5Bk%5D=v%20w"),
        ("BRACKETS", "n%5B%5D=1&n%5B%5D=2&o%5Bk%5D=v%20w"),
    ],
)
def test_a_body_can_be_sent_as_a_form(machines, cloud, list_format, body):
    shop = cloud.downstream(SHOP)
    transform = {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": list_format}}
    machines.run(call(connection(), RequestBody={"n": [1, 2], "o": {"k": "v w"}}, Transform=transform))
    request = shop.requests[0].request
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.text == body


def test_a_status_error_is_named_after_its_number_and_can_be_retried(machines, cloud):
    shop = cloud.downstream(SHOP, error_rate=1.0)
    retry = [{"ErrorEquals": ["States.Http.StatusCode.500"], "MaxAttempts": 2}]
    found = machines.run(call(connection(), more={"Retry": retry}))
    assert (found["status"], found["error"]) == ("FAILED", "States.Http.StatusCode.500")
    assert shop.calls == 3
    assert 3 < cloud.elapsed < 4
    failed = [event for event in machines.history(found["executionArn"]) if event["type"] == "TaskFailed"]
    assert failed[0]["taskFailedEventDetails"]["resourceType"] == "http"


def test_an_answer_that_takes_a_minute_is_a_socket_error_that_states_all_catches(machines, cloud):
    cloud.downstream(SHOP, latency_s=100)
    states = call(connection(), more={"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Late"}]})
    states["Late"] = {"Type": "Succeed"}
    found = machines.run(states)
    assert found["output"]["Error"] == "States.Http.Socket"
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 60


def test_a_host_that_is_not_in_the_cloud_is_a_socket_error(machines, cloud):
    found = machines.run(call(connection()))
    assert (found["error"], found["cause"]) == ("States.Http.Socket", "No host answers at shop.example.")


def test_a_connection_that_is_gone_is_an_error_of_its_own(machines, cloud):
    arn = connection()
    boto3.client("events").delete_connection(Name="shop")
    assert machines.run(call(arn))["error"] == "Events.ConnectionResource.ResourceNotFound"


def test_what_is_missing_is_said(machines, cloud):
    found = machines.run(call(None))
    assert (found["error"], "Authentication.ConnectionArn" in found["cause"]) == ("States.Runtime", True)


def test_an_express_machine_may_call_too(machines, cloud):
    cloud.downstream(SHOP)
    machine = machines.make(call(connection(), method="GET"), type="EXPRESS")
    assert machines.client.start_sync_execution(stateMachineArn=machine)["status"] == "SUCCEEDED"


OAUTH = {
    "OAuthParameters": {
        "ClientParameters": {"ClientID": "me", "ClientSecret": "pw"},
        "AuthorizationEndpoint": "https://login.example/token",
        "HttpMethod": "POST",
    }
}


def test_an_oauth_connection_shows_the_token_it_fetched_and_after_a_401_another(machines, cloud):
    tokens = iter("ab")
    cloud.downstream("https://login.example", handler=lambda request: {"access_token": next(tokens)})

    def answer(request):
        return (401, {}, None) if request.headers["authorization"] == "Bearer a" else {}

    shop = cloud.downstream(SHOP, handler=answer)
    retry = {"Retry": [{"ErrorEquals": ["States.Http.StatusCode.401"], "MaxAttempts": 1}]}
    output = machines.run(call(connection("OAUTH_CLIENT_CREDENTIALS", OAUTH), more=retry))["output"]
    assert output["StatusCode"] == 200
    assert [one.request.headers["authorization"] for one in shop.requests] == ["Bearer a", "Bearer b"]


def test_without_a_token_nothing_is_called(machines, cloud):
    shop = cloud.downstream(SHOP)
    ended = machines.run(call(connection("OAUTH_CLIENT_CREDENTIALS", OAUTH)))
    assert ended["error"] == "Events.ConnectionResource.InvalidConnectionState"
    assert "login.example" in ended["cause"] and shop.calls == 0
