"""Contract with moto: a member of an answer is found in a dict under the names that moto would try, in its order."""

import boto3
import moto.core.responses
import moto.core.utils
import pytest
from moto.core.serialize import AttributePicker, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model

from motoclock import Cloud
from motoclock.services.seams import answering


def serializer(service, operation, picker):
    made = object.__new__(ResponseSerializer)
    made.operation_model = get_service_model(service).operation_model(operation)
    made._value_picker, made.path = picker, ["Table"]
    return made


@pytest.mark.parametrize(
    ("service", "operation"),
    [("dynamodb", "DescribeTable"), ("sqs", "ReceiveMessage"), ("lambda", "GetFunction"), ("events", "DescribeRule")],
)
def test_each_member_is_found_under_each_of_its_names_and_no_other(service, operation):
    picker = XFormedAttributePicker()
    ours = serializer(service, operation, picker)
    for key, shape in ours.operation_model.output_shape.members.items():
        names = answering._names(picker, key, shape)
        for held in (
            {},
            {"other": 1},
            *({name: n for n, name in enumerate(names[first:])} for first in range(len(names))),
        ):
            found = answering._value(ours, held, key, shape)
            assert found == answering._plain_value(ours, held, key, shape)
            assert (found is None) == (not set(held) & set(names))


def test_transformers_and_other_pickers_and_objects_keep_motos_way():
    shape = get_service_model("dynamodb").operation_model("DescribeTable").output_shape.members["Table"]
    changed = XFormedAttributePicker(response_transformers={"Table.Table": lambda found: ("changed", found)})
    ours = serializer("dynamodb", "DescribeTable", changed)
    assert answering._value(ours, {"Table": 1}, "Table", shape) == ("changed", 1)
    assert answering._value(ours, {"Table": 1}, "Table", shape) == answering._plain_value(
        ours, {"Table": 1}, "Table", shape
    )

    class Held:
        table = 2

    plain = serializer("dynamodb", "DescribeTable", XFormedAttributePicker())
    assert answering._value(plain, Held(), "Table", shape) == 2
    other = serializer("dynamodb", "DescribeTable", AttributePicker())
    assert answering._value(other, {"table": 1}, "Table", shape) is None


def test_each_member_of_the_courses_answers_is_motos_own(monkeypatch):
    compared = []

    def value(*given):
        found = answering._value(*given)
        assert found is answering._plain_value(*given) or found == answering._plain_value(*given)
        compared.append(given[2])
        return found

    monkeypatch.setattr(ResponseSerializer, "get_value", value)
    with Cloud() as cloud:
        kinesis, events, sqs = boto3.client("kinesis"), boto3.client("events"), boto3.client("sqs")
        kinesis.create_stream(StreamName="clicks", ShardCount=2)
        cloud.run(seconds=30)
        kinesis.put_record(StreamName="clicks", Data=b"1", PartitionKey="a")
        kinesis.describe_stream(StreamName="clicks")
        events.put_rule(Name="placed", EventPattern='{"source": ["shop"]}')
        events.list_rules()
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="1")
        sqs.receive_message(QueueUrl=url, AttributeNames=["All"])
    assert len(compared) > 20


@pytest.mark.parametrize("name", ["PutItem", "ListEventSourceMappings20150331", "AddPermission", "TestDNSAnswer"])
def test_the_name_of_an_operation_is_motos(name):
    assert moto.core.responses.camelcase_to_underscores(name) == moto.core.utils.camelcase_to_underscores(name)
