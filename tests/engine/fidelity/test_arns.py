"""One reading of ARNs, and what names and kinds make of it."""

import pytest

from motoclock.account.lives import STREAM_QUEUE, service_of
from motoclock.account.model import NodeKind
from motoclock.account.reading import kind_of
from motoclock.arn import NO_ARN, Arn, unqualified
from motoclock.wording import name_of

PLACE = "us-east-1:123456789012"


@pytest.mark.parametrize(
    ("arn", "service", "kind", "name"),
    [
        (f"arn:aws:sqs:{PLACE}:orders", "sqs", NodeKind.QUEUE, "orders"),
        (f"arn:aws:sqs:{PLACE}:archive", "sqs", NodeKind.QUEUE, "archive"),  # a name is no kind
        (f"arn:aws:sns:{PLACE}:placed:0f-1", "sns", NodeKind.TOPIC, "placed"),
        (f"arn:aws:lambda:{PLACE}:function:charge:live", "lambda", NodeKind.FUNCTION, "charge"),
        (f"arn:aws:events:{PLACE}:rule/shop/paid", "events", NodeKind.RULE, "paid"),
        (f"arn:aws:events:{PLACE}:event-busv2/shop/abc", "events", NodeKind.BUS, "shop"),
        (f"arn:aws:events:{PLACE}:api-destination/pay/abc", "events", NodeKind.API_DESTINATION, "pay"),
        (f"arn:aws:dynamodb:{PLACE}:table/orders/stream/2030-01-01T00:00:00.000", "dynamodb", NodeKind.TABLE, "orders"),
        (f"arn:aws:kinesis:{PLACE}:stream/orders/consumer/fast:1893456000", "kinesis", NodeKind.STREAM, "fast"),
        (f"arn:aws:kinesis:{PLACE}:queue/0f/jobs", STREAM_QUEUE, NodeKind.STREAM, "jobs"),
        (f"arn:aws:states:{PLACE}:stateMachine:ship:3", "states", NodeKind.STATE_MACHINE, "3"),
        (f"arn:aws:states:{PLACE}:activity:pack", "states", NodeKind.ACTIVITY, "pack"),
        (f"arn:aws:scheduler:{PLACE}:schedule/default/nightly", "scheduler", NodeKind.SCHEDULE, "nightly"),
        ("arn:aws:s3:::archive", "s3", NodeKind.OTHER, "archive"),
        ("cell", "", NodeKind.OTHER, "cell"),
        ("https://payments.example/charge", "", NodeKind.OTHER, "payments.example"),
    ],
)
def test_service_kind_and_name_of_an_arn(arn, service, kind, name):
    assert (service_of(arn), kind_of(arn), name_of(arn)) == (service, kind, name)


def test_an_arn_has_five_parts_and_its_resource_has_pieces():
    arn = Arn.of(f"arn:aws:lambda:{PLACE}:function:charge:live")
    assert arn == Arn("aws", "lambda", "us-east-1", "123456789012", "function:charge:live")
    assert arn.path == ["function", "charge", "live"]
    assert Arn.of(f"arn:aws:events:{PLACE}:rule/shop/paid").path == ["rule", "shop", "paid"]


@pytest.mark.parametrize("text", ["", "cell", "orders", "invoke", "arn:aws:sqs", "x:aws:sqs:us-east-1:1:orders"])
def test_what_is_no_arn_has_no_service(text):
    assert Arn.of(text) is NO_ARN
    assert NO_ARN.path == [""]


def test_a_function_without_its_alias():
    plain = f"arn:aws:lambda:{PLACE}:function:charge"
    assert unqualified(f"{plain}:live") == unqualified(plain) == plain
    assert unqualified("charge") == "charge"
