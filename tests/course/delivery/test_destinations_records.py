"""After an asynchronous invocation: the record, its wrapper for each target, and what a dead-letter queue gets."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.delivery.parcels import register_sender
from motoclock.trace import Kind
from tests.engine.delivery.stage import bodies, counts, function, happened, lam, mapping, queue, send, starts
from tests.engine.delivery.topic_stage import FUNCTIONS, QUEUES, invoke, publish, received, subscribe, topic

PAYS = "def handler(event, context): return {'status': 'paid', 'order': event['order']}"
FAILS = "def handler(event, context): raise ValueError('card refused')"
PRINTS = "import json\ndef handler(event, context): print('got ' + json.dumps(event))"
ORDER = {"order": 7}
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"


def configure(name: str = "work", success: str | None = None, failure: str | None = None, **more) -> None:
    destinations = {"OnSuccess": success, "OnFailure": failure}
    config = {when: {"Destination": target} for when, target in destinations.items() if target}
    lam().put_function_event_invoke_config(FunctionName=name, DestinationConfig=config, **more)


def record_in(url: str) -> dict:
    (body,) = bodies(url)
    return json.loads(body)


def printed(cloud, name: str) -> list:
    return [json.loads(line.message[4:]) for line in cloud.logs(name) if line.message.startswith("got ")]


def test_the_record_of_a_success(cloud):
    url = queue("ok")
    function(PAYS)
    configure(success=f"{QUEUES}ok")
    request_id = invoke(event=ORDER)
    cloud.run()
    record = record_in(url)
    assert list(record) == [
        "version",
        "timestamp",
        "requestContext",
        "requestPayload",
        "responseContext",
        "responsePayload",
    ]
    assert record == {
        "version": "1.0",
        "timestamp": "2030-01-01T00:00:00.201Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{FUNCTIONS}work:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": ORDER,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"status": "paid", "order": 7},
    }


def test_the_record_of_a_failure_comes_once_after_three_runs_and_still_says_200(cloud):
    url = queue("failed")
    function(FAILS)
    configure(failure=f"{QUEUES}failed")
    invoke(event=ORDER)
    cloud.run()
    record = record_in(url)
    assert (record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]) == (
        "RetriesExhausted",
        3,
    )
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["requestPayload"] == ORDER
    assert (record["responsePayload"]["errorMessage"], record["responsePayload"]["errorType"]) == (
        "card refused",
        "ValueError",
    )
    assert round(happened(cloud, Kind.DELIVERED)[0].at) == 180 and len(starts(cloud)) == 3


@pytest.mark.parametrize(("retries", "runs", "at"), [(0, 1, 0), (1, 2, 60), (2, 3, 180)])
def test_one_record_an_event_whatever_the_retries(cloud, retries, runs, at):
    url = queue("failed")
    function(FAILS)
    configure(failure=f"{QUEUES}failed", MaximumRetryAttempts=retries)
    invoke()
    cloud.run()
    assert record_in(url)["requestContext"]["approximateInvokeCount"] == runs
    assert round(happened(cloud, Kind.DELIVERED)[0].at) == at


def test_an_event_that_grew_too_old(cloud):
    url = queue("failed")
    function(FAILS)
    configure(failure=f"{QUEUES}failed", MaximumEventAgeInSeconds=100)
    invoke()
    cloud.run()
    context = record_in(url)["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 2)


def test_reserved_concurrency_zero_sends_a_record_without_a_response_at_once(cloud):
    url = queue("failed")
    function(FAILS)
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    configure(failure=f"{QUEUES}failed")
    invoke(event=ORDER)
    assert cloud.run().seconds == 0 and not starts(cloud)
    record = record_in(url)
    assert record["requestContext"]["approximateInvokeCount"] == 0 and "responseContext" not in record


def test_a_returned_error_is_a_success(cloud):
    url, parked = queue("ok"), queue("failed")
    function("def handler(event, context): return {'statusCode': 500, 'error': 'declined'}")
    configure(success=f"{QUEUES}ok", failure=f"{QUEUES}failed")
    invoke()
    cloud.run()
    assert (counts(url), counts(parked)) == ((1, 0), (0, 0))


def test_a_function_gets_the_record_as_its_event(cloud):
    function(PAYS, "charge")
    function(PRINTS, "pack")
    configure("charge", success=f"{FUNCTIONS}pack")
    request_id = invoke("charge", ORDER)
    cloud.run()
    (event,) = printed(cloud, "pack")
    assert event["requestPayload"] == ORDER and event["responsePayload"]["status"] == "paid"
    text = cloud.passport(request_id).text
    assert "Lambda sent the record of charge's invocation to pack: Lambda's own queue took it (202)" in text
    assert "pack returned without an error" in text
    assert "charge --destination, on success, 1 so far--> pack" in cloud.diagram().text


def test_a_topic_gets_the_record_as_its_message(cloud):
    results, url = topic("results"), queue("orders")
    subscribe(results, url, RawMessageDelivery="true")
    function(PAYS)
    configure(success=results)
    invoke(event=ORDER)
    cloud.run()
    assert record_in(url)["responsePayload"]["status"] == "paid"


def test_a_record_too_large_for_a_topic_goes_without_its_payloads(cloud):
    results, url = topic("results"), queue("orders")
    subscribe(results, url, RawMessageDelivery="true")
    function(PAYS)
    configure(success=results)
    invoke(event={**ORDER, "padding": "x" * 300_000})
    cloud.run()
    record = record_in(url)
    assert "requestPayload" not in record and "responsePayload" not in record
    assert record["requestContext"]["condition"] == "Success"


def test_an_event_bus_gets_it_as_the_detail_of_an_event(cloud):
    function(PAYS)
    parcels = []
    register_sender(cloud._world, "events", lambda world, arn, parcel: parcels.append((arn, parcel)))
    configure(success=BUS, failure=BUS, MaximumRetryAttempts=0)
    invoke(event=ORDER)
    invoke(event={})
    cloud.run()
    (arn, good), (_, bad) = parcels
    assert arn == BUS and json.loads(good.body)["responsePayload"]["status"] == "paid"
    assert good.options == {
        "source": "lambda",
        "detail_type": "Lambda Function Invocation Result - Success",
        "resources": [f"{FUNCTIONS}work:$LATEST", BUS],
    }
    assert bad.options["detail_type"] == "Lambda Function Invocation Result - Failure"


def test_a_rule_on_the_bus_sees_what_the_function_returned(cloud):
    events, url = boto3.client("events"), queue("declined")
    pattern = {"source": ["lambda"], "detail": {"responsePayload": {"status": ["paid"]}}}
    events.put_rule(Name="paid", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="paid", Targets=[{"Id": "1", "Arn": f"{QUEUES}declined"}])
    function(PAYS)
    configure(success=BUS)
    invoke(event=ORDER)
    cloud.run()
    event = record_in(url)
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"
    assert event["resources"] == [f"{FUNCTIONS}work:$LATEST", BUS] and event["detail"]["requestPayload"] == ORDER


def test_a_bucket_gets_failures_under_awss_key(cloud):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="failures")
    function(FAILS)
    configure(failure="arn:aws:s3:::failures", MaximumRetryAttempts=0)
    invoke(event=ORDER)
    cloud.run()
    (found,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    assert found["Key"].startswith("aws/lambda/async/work/2030/01/01/2030-01-01T00.00.00-")
    assert json.loads(s3.get_object(Bucket="failures", Key=found["Key"])["Body"].read())["requestPayload"] == ORDER


def test_a_bucket_takes_no_successes(cloud):
    function(PAYS)
    with pytest.raises(ClientError) as error:
        configure(success="arn:aws:s3:::failures")
    assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_function_is_refused_as_its_own_destination(cloud):
    function(PAYS)
    with pytest.raises(lam().exceptions.InvalidParameterValueException, match="destination for itself"):
        configure(success=f"{FUNCTIONS}work")


@pytest.mark.parametrize("target", ["queue", "topic"])
def test_fifo_targets_take_nothing(cloud, target):
    queue("parked.fifo")
    arn = f"{QUEUES}parked.fifo" if target == "queue" else topic("parked.fifo")
    function(FAILS)
    configure(failure=arn, MaximumRetryAttempts=0)
    request_id = invoke()
    cloud.run()
    (refused,) = happened(cloud, Kind.REFUSED)
    assert refused.detail.target == arn and f"is a FIFO {target}" in refused.detail.reason
    (dropped,) = happened(cloud, Kind.DROPPED)
    assert (
        dropped.detail.text == f"given up after 1 run, and parked.fifo is a FIFO {target}, which Lambda can't send to"
    )
    assert cloud.summary()["lost"] == 1 and "lost: given up after 1 run" in cloud.passport(request_id).text


def test_a_success_whose_record_cannot_be_delivered_is_a_success(cloud):
    function(PAYS)
    configure(success=f"{QUEUES}gone")
    invoke(event=ORDER)
    cloud.run()
    assert len(happened(cloud, Kind.REFUSED)) == 1 and not happened(cloud, Kind.DROPPED)
    numbers = cloud.summary()
    assert (numbers["processed"], numbers["lost"]) == (1, 0)


def test_synchronous_invokes_send_no_record(cloud):
    url = queue("ok")
    function(PAYS)
    configure(success=f"{QUEUES}ok", failure=f"{QUEUES}ok")
    lam().invoke(FunctionName="work", Payload=json.dumps(ORDER))
    lam().invoke(FunctionName="work", Payload=b"{}")
    cloud.run(seconds=300)
    assert counts(url) == (0, 0)


def test_a_mapping_from_a_queue_sends_no_record(cloud):
    url, orders = queue("ok"), queue("orders")
    function("def handler(event, context): return None")
    configure(success=f"{QUEUES}ok", failure=f"{QUEUES}ok")
    mapping(orders)
    send(orders, ["a", "b"])
    cloud.run()
    assert counts(url) == (0, 0) and len(happened(cloud, Kind.SUCCEEDED)) == 1


def test_a_destination_behind_a_topic_catches_what_the_subscription_cannot(cloud):
    users, url = topic(), queue("failed")
    subscribe(users, function(FAILS, "welcome"))
    configure("welcome", failure=f"{QUEUES}failed")
    message = publish(users)
    cloud.run()
    assert record_in(url)["requestPayload"]["Records"][0]["Sns"]["MessageId"] == message
    assert cloud.summary()["dead_lettered"] == 1


# ---------------------------------------------------------------------- the function's own dead-letter queue


def test_a_dead_letter_queue_gets_the_event_alone_with_three_attributes(cloud):
    dlq = queue("dlq")
    function(
        "def handler(event, context): raise ValueError('x' * 3000)", DeadLetterConfig={"TargetArn": f"{QUEUES}dlq"}
    )
    request_id = invoke(event=ORDER)
    cloud.run()
    (dead,) = received(dlq)
    assert json.loads(dead["Body"]) == ORDER
    attributes = dead["MessageAttributes"]
    assert attributes["RequestID"] == {"DataType": "String", "StringValue": request_id}
    assert attributes["ErrorCode"] == {"DataType": "Number", "StringValue": "200"}
    assert attributes["ErrorMessage"] == {"DataType": "String", "StringValue": "x" * 1024}
    (moved,) = happened(cloud, Kind.DEAD_LETTERED)
    assert moved.detail.reason == "given up after 3 runs"


def test_a_dead_letter_topic_gets_it_as_a_message(cloud):
    failures, url = topic("failures"), queue("orders")
    subscribe(failures, url, RawMessageDelivery="true")
    function(FAILS, DeadLetterConfig={"TargetArn": failures})
    invoke(event=ORDER)
    cloud.run()
    (one,) = received(url)
    assert (
        json.loads(one["Body"]) == ORDER and one["MessageAttributes"]["ErrorMessage"]["StringValue"] == "card refused"
    )


def test_destination_and_dead_letter_queue_side_by_side(cloud):
    dlq, failed = queue("dlq"), queue("failed")
    function(FAILS, DeadLetterConfig={"TargetArn": f"{QUEUES}dlq"})
    configure(failure=f"{QUEUES}failed")
    invoke(event=ORDER)
    cloud.run()
    assert json.loads(bodies(dlq)[0]) == ORDER and record_in(failed)["requestPayload"] == ORDER
    numbers = cloud.summary()
    assert (numbers["sent"], numbers["copies"], numbers["dead_lettered"]) == (1, 1, 1)


def test_when_one_of_the_two_takes_it_nothing_is_lost(cloud):
    failed = queue("failed")
    function(FAILS, DeadLetterConfig={"TargetArn": f"{QUEUES}gone"})
    configure(failure=f"{QUEUES}failed")
    invoke()
    cloud.run()
    assert counts(failed) == (1, 0) and len(happened(cloud, Kind.REFUSED)) == 1 and not happened(cloud, Kind.DROPPED)


def test_a_fifo_dead_letter_queue_parks_nothing(cloud):
    dlq = queue("dlq.fifo")
    function(FAILS, DeadLetterConfig={"TargetArn": f"{QUEUES}dlq.fifo"})
    invoke()
    cloud.run()
    assert counts(dlq) == (0, 0) and len(happened(cloud, Kind.DROPPED)) == 1


def test_without_either_the_passport_says_that_nobody_kept_it(cloud):
    function(FAILS)
    request_id = invoke(event=ORDER)
    cloud.run()
    assert cloud.passport(request_id).text.endswith(
        "lost: given up after 3 runs, and no dead-letter queue or destination was set"
    )


def test_ten_declined_payments_are_ten_parcels_until_the_pattern_asks_for_the_status(cloud):
    """Lesson 07.3: what is returned is a success, declined or not."""
    function("def handler(event, context): return {'status': 'declined' if event['n'] < 3 else 'paid'}", "charge")
    function(PRINTS, "pack")
    configure("charge", success=f"{FUNCTIONS}pack")
    for number in range(10):
        invoke("charge", {"n": number})
    cloud.run()
    assert len(printed(cloud, "pack")) == 10
