"""HTTP systems as targets: requests, authorization, the five seconds, retries, the rate limit."""

import json

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.course.delivery.api_destinations import KEY, destination, to
from tests.engine.delivery.events_stage import attributes, events, happened, messages, put, rule
from tests.engine.delivery.stage import arn_of, queue


def test_the_event_is_posted_with_the_key_of_the_connection(cloud):
    warehouse = cloud.downstream("https://warehouse.example")
    rule(to(destination()))
    (event_id,) = put({"id": "order-0"})
    cloud.run()
    (exchange,) = warehouse.requests
    assert (exchange.request.method, exchange.request.path) == ("POST", "/parcels")
    assert exchange.request.headers["x-api-key"] == "s3cret"
    assert exchange.request.headers["content-type"].startswith("application/json")
    assert exchange.request.json()["id"] == event_id
    assert len(happened(cloud, Kind.DELIVERED, at="rule/placed")) == 1
    assert cloud.summary()["processed"] == 1


def test_user_and_password_become_an_authorization_header(cloud):
    warehouse = cloud.downstream("https://warehouse.example")
    basic = {"BasicAuthParameters": {"Username": "me", "Password": "pw"}}
    rule(to(destination(auth=basic, kind="BASIC")))
    put({})
    cloud.run()
    assert warehouse.requests[0].request.headers["authorization"] == "Basic bWU6cHc="


def test_secrets_are_shown_to_nobody(cloud):
    destination()
    assert "s3cret" not in json.dumps(events().describe_connection(Name="warehouse"), default=str)


def test_path_query_and_header_parameters_from_target_and_connection(cloud):
    warehouse = cloud.downstream("https://warehouse.example")
    shared = {
        "HeaderParameters": [{"Key": "x-shop", "Value": "connection"}],
        "QueryStringParameters": [{"Key": "v", "Value": "2"}],
        "BodyParameters": [{"Key": "tenant", "Value": "marigold"}],
    }
    rule(
        to(
            destination("/orders/*/parcels", auth={**KEY, "InvocationHttpParameters": shared}),
            HttpParameters={
                "PathParameterValues": ["$.detail.id"],
                "HeaderParameters": {"x-shop": "target", "x-total": "$.detail.total"},
                "QueryStringParameters": {"dry": "no"},
            },
            InputPath="$.detail",
        )
    )
    put({"id": "order-0", "total": 5})
    cloud.run()
    request = warehouse.requests[0].request
    assert request.path == "/orders/order-0/parcels"
    assert request.query == {"dry": "no", "v": "2"}
    assert (request.headers["x-shop"], request.headers["x-total"]) == ("connection", "5")
    assert request.json() == {"id": "order-0", "total": 5, "tenant": "marigold"}


def test_a_slow_system_does_the_work_and_is_asked_again(cloud):
    """Six seconds where five are allowed: one order, five parcels."""
    booked = []
    cloud.downstream(
        "https://warehouse.example", latency_s=6, handler=lambda request: booked.append(request.json()["id"])
    )
    rule(to(destination(), RetryPolicy={"MaximumRetryAttempts": 4}))
    (event_id,) = put({})
    cloud.run()
    assert booked == [event_id] * 5
    assert [event.detail.attempt for event in happened(cloud, Kind.REFUSED)] == [1, 2, 3, 4, 5]
    assert cloud.summary()["lost"] == 1


def test_after_the_last_retry_the_dead_letter_queue_says_what_ran_out(cloud):
    cloud.downstream("https://warehouse.example", handler=lambda request: (503, {}, None))
    dead = queue("dead")
    rule(to(destination(), RetryPolicy={"MaximumRetryAttempts": 2}, DeadLetterConfig={"Arn": arn_of(dead)}))
    put({})
    cloud.run()
    (message,) = messages(dead)
    said = attributes(message)
    assert (said["EXHAUSTED_RETRY_CONDITION"], said["RETRY_ATTEMPTS"]) == ("MaximumRetryAttempts", "2")


def test_an_event_that_gets_too_old_is_given_up(cloud):
    cloud.downstream("https://warehouse.example", handler=lambda request: (503, {}, None))
    dead = queue("dead")
    rule(to(destination(), RetryPolicy={"MaximumEventAgeInSeconds": 60}, DeadLetterConfig={"Arn": arn_of(dead)}))
    put({})
    assert cloud.run().seconds < 61
    assert attributes(messages(dead)[0])["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_the_default_retries_outlast_ten_minutes_and_end_within_a_day(cloud):
    warehouse = cloud.downstream("https://warehouse.example")
    warehouse.up = False
    rule(to(destination()))
    put({})
    cloud.at(600, lambda: setattr(warehouse, "up", True))
    cloud.run()
    assert warehouse.ok == 1


def test_a_day_of_retries_is_186_attempts(cloud):
    warehouse = cloud.downstream("https://warehouse.example", latency_s=0, handler=lambda request: (500, {}, None))
    rule(to(destination()))
    put({})
    record = cloud.run()
    assert warehouse.calls == 186
    assert 0.7 * 86_400 < record.seconds <= 86_400


@pytest.mark.parametrize(
    ("status", "calls"), [(400, 1), (404, 1), (401, 3), (407, 3), (409, 3), (429, 3), (500, 3), (503, 3)]
)
def test_which_answers_are_tried_again(cloud, status, calls):
    warehouse = cloud.downstream("https://warehouse.example", handler=lambda request: (status, {}, None))
    rule(to(destination(), RetryPolicy={"MaximumRetryAttempts": 2}))
    put({})
    cloud.run()
    assert warehouse.calls == calls


def test_retry_after_is_honoured(cloud):
    answers = iter([(429, {"Retry-After": "90"}, None)])
    warehouse = cloud.downstream("https://warehouse.example", handler=lambda request: next(answers, None))
    rule(to(destination()))
    put({})
    cloud.run()
    first, second = (exchange.request.at for exchange in warehouse.requests)
    assert second - first >= 90


def test_an_unknown_host_is_not_tried_again(cloud):
    dead = queue("dead")
    rule(to(destination(), DeadLetterConfig={"Arn": arn_of(dead)}))
    put({})
    assert cloud.run().seconds < 1
    assert attributes(messages(dead)[0])["ERROR_CODE"] == "CONNECTION_FAILURE"


def test_the_rate_limit_spreads_a_burst(cloud):
    warehouse = cloud.downstream("https://warehouse.example", capacity=None)
    rule(to(destination(InvocationRateLimitPerSecond=5)))
    put(*[{"n": n} for n in range(20)])
    cloud.run()
    at = [exchange.request.at for exchange in warehouse.requests]
    assert len(at) == 20
    assert all(later - earlier >= 0.999 for earlier, later in zip(at, at[5:], strict=False))


def test_the_diagram_shows_who_calls(cloud):
    cloud.downstream("https://warehouse.example")
    rule(to(destination()))
    put({})
    cloud.run()
    assert "book (API destination" in cloud.diagram().text
    assert "your cell --calls" not in cloud.diagram().text


def test_what_is_refused(cloud):
    with pytest.raises(ClientError):
        events().create_connection(Name="c", AuthorizationType="BASIC", AuthParameters=KEY)
    arn = destination()
    with pytest.raises(ClientError):
        rule({"Arn": arn})  # without a role
    with pytest.raises(ClientError):
        events().create_api_destination(
            Name="x",
            ConnectionArn="arn:aws:events:us-east-1:123456789012:connection/no/1",
            InvocationEndpoint="https://a.b",
            HttpMethod="GET",
        )
