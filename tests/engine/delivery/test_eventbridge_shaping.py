"""What a target gets: the whole event, a constant, a part, or a template."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.engine.delivery.events_stage import ACCOUNT, ROLE, attributes, messages, put, rule
from tests.engine.delivery.stage import arn_of, bodies, counts, queue

DETAIL = {"id": "order-0", "total": 12.5, "lines": [{"sku": "a"}, {"sku": "b"}], "note": 'say "hi"'}


def received(cloud, **shape) -> str:
    url = queue()
    rule({"Arn": arn_of(url), **shape})
    put(DETAIL)
    cloud.run()
    (body,) = bodies(url)
    return body


def transformed(cloud, template: str, **paths: str) -> str:
    return received(cloud, InputTransformer={"InputPathsMap": paths, "InputTemplate": template})


def test_a_constant(cloud):
    assert received(cloud, Input='{"always": 1}') == '{"always": 1}'


def test_a_part_of_the_event(cloud):
    assert json.loads(received(cloud, InputPath="$.detail")) == DETAIL


def test_a_part_that_is_a_text_keeps_its_quotes(cloud):
    assert received(cloud, InputPath="$.detail.id") == '"order-0"'


def test_strings_outside_quotes_get_quotes(cloud):
    """User guide, eb-transform-target-input: "EventBridge automatically adds quotes to string variable values"."""
    body = transformed(cloud, '{"parcel": <id>, "total": <total>}', id="$.detail.id", total="$.detail.total")
    assert json.loads(body) == {"parcel": "order-0", "total": 12.5}


def test_strings_inside_quotes_are_put_in_as_they_are(cloud):
    body = transformed(cloud, '{"text": "order <id> for <total>"}', id="$.detail.id", total="$.detail.total")
    assert json.loads(body) == {"text": "order order-0 for 12.5"}


def test_an_object_in_a_text_loses_its_quotes(cloud):
    body = transformed(cloud, '"lines <lines>"', lines="$.detail.lines")
    assert body == '"lines [{sku:a},{sku:b}]"'


def test_paths_with_an_index_or_a_wildcard(cloud):
    body = transformed(
        cloud, '{"first": <first>, "all": <all>}', first="$.detail.lines[0].sku", all="$.detail.lines[*].sku"
    )
    assert json.loads(body) == {"first": "a", "all": ["a", "b"]}


def test_a_path_that_finds_nothing_leaves_an_empty_place(cloud):
    body = transformed(cloud, '{"a": <gone>, "b": "<gone>"}', gone="$.detail.nowhere")
    assert json.loads(body) == {"a": "", "b": ""}


def test_the_reserved_variables(cloud):
    template = (
        '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>, '
        '"event": <aws.events.event.json>, "head": <aws.events.event>}'
    )
    body = json.loads(transformed(cloud, template))
    assert body["arn"] == f"arn:aws:events:us-east-1:{ACCOUNT}:rule/placed"
    assert body["name"] == "placed"
    assert body["at"].startswith("2030-01-01T00:00:00")
    assert body["event"]["detail"] == DETAIL
    assert "detail" not in body["head"] and body["head"]["source"] == "shop"


def test_a_text_template(cloud):
    assert transformed(cloud, '"order <id>"', id="$.detail.id") == '"order order-0"'


def test_values_are_not_escaped_so_a_quote_in_one_breaks_the_json(cloud):
    url, dead = queue(), queue("dead")
    shape = {"InputPathsMap": {"note": "$.detail.note"}, "InputTemplate": '{"note": "<note>"}'}
    rule({"Arn": arn_of(url), "InputTransformer": shape, "DeadLetterConfig": {"Arn": arn_of(dead)}})
    put(DETAIL)
    cloud.run()
    assert counts(url) == (0, 0)
    (message,) = messages(dead)
    assert attributes(message)["ERROR_CODE"] == "INVALID_JSON"
    assert json.loads(message["Body"])["detail"] == DETAIL  # the event itself, not what became of it


@pytest.mark.parametrize(
    "shape",
    [
        {"Input": "{}", "InputPath": "$.detail"},
        {"InputPath": "$", "InputTransformer": {"InputTemplate": "{}"}},
        {"Input": "not json"},
        {"InputPath": "detail"},
        {"InputTransformer": {"InputPathsMap": {"a": "detail"}, "InputTemplate": '{"a": <a>}'}},
        {"InputTransformer": {"InputPathsMap": {"aws.a": "$.detail"}, "InputTemplate": '{"a": 1}'}},
        {"InputTransformer": {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": '{"a": <a>'}},
        {"InputTransformer": {"InputPathsMap": {f"a{n}": "$.id" for n in range(101)}, "InputTemplate": "{}"}},
    ],
)
def test_a_shape_that_can_not_be_is_refused(cloud, shape):
    with pytest.raises(ClientError) as error:
        rule({"Arn": arn_of(queue()), **shape})
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_the_input_of_a_bus_can_not_be_shaped(cloud):
    with pytest.raises(ClientError):
        rule({"Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default", "RoleArn": ROLE, "InputPath": "$.detail"})


@pytest.mark.parametrize("path", ["detail", "$.", "$.[[", "$detail", "$.detail[", "$.detail[x]", "$.detail..id"])
def test_a_path_that_cant_be_followed_is_refused(cloud, path):
    for shape in ({"InputPath": path}, {"InputTransformer": {"InputPathsMap": {"a": path}, "InputTemplate": '"<a>"'}}):
        with pytest.raises(ClientError, match="JSON path"):
            rule({"Arn": arn_of(queue()), **shape})


@pytest.mark.parametrize(
    "path", ["$", "$.detail", "$.detail-type", "$.detail.items[0].sku", "$.detail['a b']", "$.resources[*]"]
)
def test_a_path_that_can_is_not(cloud, path):
    rule({"Arn": arn_of(queue()), "InputPath": path})
