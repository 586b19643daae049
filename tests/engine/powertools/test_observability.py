"""Logger, Metrics and Tracer of Powertools, unchanged: structured lines and EMF in the function's own log, in virtual time."""

import json

import boto3
import pytest

from motoclock import Cloud
from tests.engine.delivery.stage import function, mapping, queue, send

LOGGER = """
    from aws_lambda_powertools import Logger
    logger = Logger(service="shop", utc=True)

    @logger.inject_lambda_context(log_event=False)
    def handler(event, context):
        logger.append_keys(order=event["id"])
        logger.info("charged")
        logger.warning({"why": "low stock"})
"""
METRICS = """
    import time
    from aws_lambda_powertools import Metrics
    from aws_lambda_powertools.metrics import MetricUnit
    metrics = Metrics(namespace="Shop", service="orders")

    @metrics.log_metrics(capture_cold_start_metric=True)
    def handler(event, context):
        for record in event["Records"]:
            metrics.add_metric(name="Charged", unit=MetricUnit.Count, value=1)
        metrics.add_dimension(name="environment", value=context.log_stream_name)
        time.sleep(1)
"""
TRACER = """
    from aws_lambda_powertools import Tracer
    tracer = Tracer(service="shop", disabled=True)

    @tracer.capture_lambda_handler
    def handler(event, context):
        return "ok"
"""


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


def json_lines(cloud, name="work"):
    found = []
    for line in str(cloud.logs(name)).splitlines():
        start = line.find("{")
        if start >= 0:
            found.append(json.loads(line[start:]))
    return found


def invoke(event):
    return json.loads(boto3.client("lambda").invoke(FunctionName="work", Payload=json.dumps(event))["Payload"].read())


def test_the_logger_writes_structured_lines_with_virtual_times_and_its_context(cloud):
    function(LOGGER)
    cloud.run(seconds=60)
    invoke({"id": "a"})
    invoke({"id": "b"})
    lines = json_lines(cloud)
    assert [(line["order"], line["level"], line["cold_start"]) for line in lines] == [
        ("a", "INFO", True),
        ("a", "WARNING", True),
        ("b", "INFO", False),
        ("b", "WARNING", False),
    ]
    assert all(line["timestamp"].startswith("2030-01-01 00:01:00,") for line in lines)
    assert lines[1]["message"] == {"why": "low stock"}
    assert len({line["function_request_id"] for line in lines}) == 2


def test_two_functions_have_loggers_of_their_own(cloud):
    function(LOGGER, name="one")
    function(LOGGER.replace("shop", "mail"), name="two")
    for name in ("one", "two"):
        boto3.client("lambda").invoke(FunctionName=name, Payload=b'{"id": "a"}')
    assert {line["service"] for line in json_lines(cloud, "one")} == {"shop"}
    assert {line["service"] for line in json_lines(cloud, "two")} == {"mail"}
    assert {line["cold_start"] for name in ("one", "two") for line in json_lines(cloud, name)} == {True}


def test_metrics_are_emf_lines_and_environments_do_not_mix(cloud):
    function(METRICS, timeout=10)
    url = queue("orders", VisibilityTimeout=60)
    mapping(url, BatchSize=1)
    send(url, [{"id": number} for number in range(4)])
    cloud.run()
    emf = [line for line in json_lines(cloud) if "Charged" in line]
    assert [line["Charged"] for line in emf] == [[1.0]] * 4
    assert all(line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Shop" for line in emf)
    started = cloud.now.timestamp() - cloud.elapsed
    assert all(started <= line["_aws"]["Timestamp"] / 1000 <= cloud.now.timestamp() for line in emf)
    environments = [line["environment"] for line in emf]
    cold = [line for line in json_lines(cloud) if "ColdStart" in line]
    assert len(cold) == len(set(environments))


def test_the_tracer_does_no_harm(cloud):
    function(TRACER)
    assert invoke({}) == "ok"
