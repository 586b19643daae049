"""What topics, buses, API destinations and schedules cost, by the price list of the facts."""

import json

import boto3
import pytest

from motoclock.costs import costs
from motoclock.facts import prices
from tests.course.delivery.logins import OAUTH, Login
from tests.engine.delivery.events_stage import ACCOUNT, ROLE, events, put, rule
from tests.engine.delivery.stage import arn_of, function, queue
from tests.engine.delivery.topic_stage import sns, subscribe, topic

KIB = 1024


def bill(cloud, service: str) -> dict[str, tuple[float, float]]:
    return {line.what: (line.units, line.usd) for line in costs(cloud.trace) if line.service == service}


def text(size_bytes: int) -> str:
    return json.dumps({"a": "a" * (size_bytes - len('{"a": ""}'))})


@pytest.mark.parametrize(("size_kib", "units"), [(1, 1), (64, 1), (65, 2), (256, 4)])
def test_a_publish_is_paid_in_started_64_kib(cloud, size_kib, units):
    sns().publish(TopicArn=topic(), Message="a" * (size_kib * KIB))
    assert bill(cloud, "SNS") == {"publishes": (units, units * prices.SNS_PER_M.value / 1e6)}


def test_a_batch_is_paid_as_one_publish_by_its_bytes_together(cloud):
    users, orders = topic(), topic("orders.fifo")
    ten = [{"Id": str(n), "Message": "a" * (10 * KIB)} for n in range(10)]
    sns().publish_batch(TopicArn=users, PublishBatchRequestEntries=ten)
    sns().publish_batch(TopicArn=users, PublishBatchRequestEntries=ten[:2])
    sns().publish(TopicArn=users, Message="a")
    grouped = [{**one, "MessageGroupId": "g", "MessageDeduplicationId": one["Id"]} for one in ten]
    sns().publish_batch(TopicArn=orders, PublishBatchRequestEntries=grouped)
    found = bill(cloud, "SNS")
    assert (found["publishes"][0], found["FIFO publishes"][0]) == (2 + 1 + 1, 1)
    assert found["FIFO publishes"][1] == pytest.approx(
        prices.SNS_FIFO_PER_M.value / 1e6 + 100 * KIB / 1e9 * prices.SNS_FIFO_PER_GB.value
    )


def test_deliveries_to_queues_and_functions_are_free_and_http_and_mail_are_not(cloud):
    users = topic()
    cloud.downstream("https://shop.example")
    for endpoint in (queue(), function("def handler(event, context): pass")):
        subscribe(users, endpoint)
    subscribe(users, "https://shop.example/", "https")
    subscribe(users, "me@shop.example", "email")
    sns().publish(TopicArn=users, Message="hello")
    cloud.run()
    found = bill(cloud, "SNS")
    assert found.pop("publishes")[0] == 1
    assert found == {
        "HTTP deliveries": (1, prices.SNS_HTTP_PER_M.value / 1e6),
        "email deliveries": (1, prices.SNS_EMAIL_PER_100K.value / 1e5),
    }


def test_each_filter_on_the_body_pays_for_what_it_reads(cloud):
    users, url = topic(), queue()
    body = {"FilterPolicyScope": "MessageBody", "FilterPolicy": '{"a": ["b"]}'}
    subscribe(users, url, **body)
    subscribe(users, queue("two"), **body)
    subscribe(users, queue("three"), FilterPolicy='{"a": ["b"]}')
    sns().publish(TopicArn=users, Message=text(50_000))
    read_gb = 2 * 50_000 / 1e9
    assert bill(cloud, "SNS")["GB read by body filters"] == pytest.approx(
        (read_gb, read_gb * prices.SNS_BODY_FILTER_PER_GB.value)
    )


def test_a_fifo_topic_pays_for_requests_and_bytes_in_and_out(cloud):
    users = topic("users.fifo")
    subscribe(users, queue("a.fifo"))
    subscribe(users, queue("b.fifo"))
    sns().publish(TopicArn=users, Message="a" * 100_000, MessageGroupId="g", MessageDeduplicationId="1")
    sns().publish(TopicArn=users, Message="a" * 100_000, MessageGroupId="g", MessageDeduplicationId="1")  # a duplicate
    cloud.run()
    (publishes, paid_in), (deliveries, paid_out) = (
        bill(cloud, "SNS")["FIFO publishes"],
        bill(cloud, "SNS")["FIFO deliveries"],
    )
    assert (publishes, deliveries) == (1, 2)
    assert paid_in == pytest.approx(prices.SNS_FIFO_PER_M.value / 1e6 + 1e-4 * prices.SNS_FIFO_PER_GB.value)
    assert paid_out == pytest.approx(
        2 * prices.SNS_FIFO_DELIVERY_PER_M.value / 1e6 + 2e-4 * prices.SNS_FIFO_DELIVERY_PER_GB.value
    )


@pytest.mark.parametrize(("size_kib", "units"), [(1, 1), (65, 2), (1023, 16)])
def test_an_event_is_paid_in_started_64_kib_whatever_the_rules_do(cloud, size_kib, units):
    rule(arn_of(queue()), arn_of(queue("two")))
    put(json.loads(text(size_kib * KIB)))
    cloud.run()
    assert bill(cloud, "EventBridge") == {"events": (units, units * prices.EVENTBRIDGE_PER_M.value / 1e6)}


def test_a_second_bus_and_a_rules_schedule_cost_nothing_and_a_replay_does(cloud):
    other = events().create_event_bus(Name="other")["EventBusArn"]
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    rule({"Arn": other, "RoleArn": ROLE})
    rule(arn_of(queue()), name="tick", pattern=None, ScheduleExpression="rate(1 minute)")
    archive = events().create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    started = cloud.now
    put({})
    cloud.run(seconds=300)
    found = bill(cloud, "EventBridge")
    size_gb = 17 / 1e9  # source, detail-type and detail
    assert found["events"][0] == 1
    assert found["archived GB"] == pytest.approx((size_gb, size_gb * prices.EVENTBRIDGE_ARCHIVE_PER_GB.value))
    assert found["archive GB-months"][0] == pytest.approx(size_gb * 300 / 86_400 / 30)
    events().start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=started,
        EventEndTime=cloud.now,
        Destination={"Arn": bus},
    )
    cloud.run()
    assert bill(cloud, "EventBridge")["events"][0] == 2


def test_calls_of_an_api_destination_are_paid_and_the_tokens_for_them_are_not(cloud):
    Login(cloud)
    warehouse = cloud.downstream("https://warehouse.example", handler=lambda request: (503, {}, None))
    auth = {"AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": {"OAuthParameters": OAUTH}}
    connection = events().create_connection(Name="warehouse", **auth)["ConnectionArn"]
    destination = events().create_api_destination(
        Name="book", ConnectionArn=connection, InvocationEndpoint="https://warehouse.example/", HttpMethod="POST"
    )["ApiDestinationArn"]
    rule({"Arn": destination, "RoleArn": ROLE, "RetryPolicy": {"MaximumRetryAttempts": 2}})
    put({})
    cloud.run()
    assert warehouse.calls == 3  # retries are calls
    paid = 3 * prices.EVENTBRIDGE_API_DESTINATION_PER_M.value / 1e6
    assert bill(cloud, "EventBridge")["API destination calls"] == (3, pytest.approx(paid))


def test_a_schedule_pays_for_its_firings(cloud):
    boto3.client("scheduler").create_schedule(
        Name="tick",
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn_of(queue()), "RoleArn": ROLE},
    )
    cloud.run(seconds=301)
    assert bill(cloud, "EventBridge") == {"schedule firings": (5, 5 * prices.SCHEDULER_PER_M.value / 1e6)}
    assert cloud.summary()["cost_usd"] > 0
