"""Which writes leave a record, and what is in it."""

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.dynamodb_stream.stage import changes, delete, dynamodb, put, read, stream_of, table, update


def test_a_put_an_identical_put_an_update_and_a_delete_leave_three_records(cloud):
    arn = table()
    put("order-1", total=5)
    put("order-1", total=5)
    update("order-1", total=6)
    delete("order-1")
    assert [name for name, _ in changes(arn)] == ["INSERT", "MODIFY", "REMOVE"]


@pytest.mark.parametrize(
    "same",
    [lambda: update("order-1", total=5), lambda: put("order-1", total=5), lambda: delete("order-2")],
    ids=["update", "put", "delete of nothing"],
)
def test_a_write_that_changes_nothing_leaves_no_record(cloud, same):
    arn = table()
    put("order-1", total=5)
    same()
    assert changes(arn) == [("INSERT", "order-1")]


def test_an_update_that_creates_the_item_is_one_insert(cloud):
    arn = table()
    update("order-1", total=5)
    (record,) = read(arn)
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"] == {"id": {"S": "order-1"}, "total": {"N": "5"}}


def test_a_refused_write_leaves_no_record_and_no_item(cloud):
    arn = table()
    with pytest.raises(ClientError):
        dynamodb().update_item(
            TableName="orders",
            Key={"id": {"S": "order-1"}},
            UpdateExpression="SET a = b + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    with pytest.raises(ClientError):
        dynamodb().put_item(
            TableName="orders", Item={"id": {"S": "order-2"}}, ConditionExpression="attribute_exists(id)"
        )
    assert changes(arn) == []
    assert dynamodb().scan(TableName="orders")["Count"] == 0


VIEWS = {
    "KEYS_ONLY": set(),
    "NEW_IMAGE": {"NewImage"},
    "OLD_IMAGE": {"OldImage"},
    "NEW_AND_OLD_IMAGES": {"NewImage", "OldImage"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_the_view_type_says_which_images_a_record_has(cloud, view):
    arn = table(view=view)
    put("order-1", total=5)
    update("order-1", total=6)
    delete("order-1")
    insert, modify, remove = (record["dynamodb"] for record in read(arn))
    assert set(modify) & {"NewImage", "OldImage"} == VIEWS[view]
    assert set(insert) & {"NewImage", "OldImage"} == VIEWS[view] & {"NewImage"}
    assert set(remove) & {"NewImage", "OldImage"} == VIEWS[view] & {"OldImage"}
    assert all(
        one["Keys"] == {"id": {"S": "order-1"}} and one["StreamViewType"] == view for one in (insert, modify, remove)
    )


def test_an_image_is_the_item_as_it_was_then(cloud):
    arn = table()
    put("order-1", total=5)
    update("order-1", total=6)
    update("order-1", total=7)
    images = [(record["dynamodb"].get("OldImage"), record["dynamodb"]["NewImage"]) for record in read(arn)]
    assert [new["total"]["N"] for _, new in images] == ["5", "6", "7"]
    assert [old and old["total"]["N"] for old, _ in images] == [None, "5", "6"]


def test_a_record_has_the_shape_of_the_api(cloud):
    arn = table()
    cloud.run(10.7)
    put("order-1", total=19.99)
    (record,) = read(arn)
    change = record.pop("dynamodb")
    assert record.pop("eventID")
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
    }
    assert change["ApproximateCreationDateTime"].timestamp() == 1_893_456_010
    # names and values: key id + order-1; image id + order-1 + total + 19.99 (two bytes for four digits, and one)
    assert change["SizeBytes"] == (2 + 7) + (2 + 7 + 5 + 3)
    assert change["SequenceNumber"].isdecimal() and len(change["SequenceNumber"]) == 21


def test_sequence_numbers_rise(cloud):
    arn = table()
    for n in range(12):
        put(f"order-{n}")
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in read(arn)]
    assert numbers == sorted(set(numbers))


def test_a_range_key_is_part_of_the_keys(cloud):
    arn = table(range_key="line")
    put("order-1", line="a")
    put("order-1", line="b")
    assert [record["dynamodb"]["Keys"]["line"]["S"] for record in read(arn)] == ["a", "b"]


def test_a_batch_write_leaves_a_record_for_each_item(cloud):
    arn = table()
    put("order-0")
    requests = [{"PutRequest": {"Item": {"id": {"S": f"order-{n}"}}}} for n in range(1, 4)]
    requests.append({"DeleteRequest": {"Key": {"id": {"S": "order-0"}}}})
    dynamodb().batch_write_item(RequestItems={"orders": requests})
    assert changes(arn)[1:] == [
        ("INSERT", "order-1"),
        ("INSERT", "order-2"),
        ("INSERT", "order-3"),
        ("REMOVE", "order-0"),
    ]


def transact(*items: dict) -> None:
    dynamodb().transact_write_items(TransactItems=[*items])


def transact_put(key: str, name: str = "orders", **more: str) -> dict:
    return {"Put": {"TableName": name, "Item": {"id": {"S": key}}, **more}}


def test_a_transaction_leaves_all_its_records(cloud):
    arn, other = table(), table("outbox")
    put("order-0")
    sets = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}}
    transact(
        transact_put("order-1"),
        {"Delete": {"TableName": "orders", "Key": {"id": {"S": "order-0"}}}},
        {"Update": {"TableName": "orders", "Key": {"id": {"S": "order-2"}}, **sets}},
        transact_put("event-1", "outbox"),
    )
    assert changes(arn)[1:] == [("INSERT", "order-1"), ("REMOVE", "order-0"), ("INSERT", "order-2")]
    assert changes(other) == [("INSERT", "event-1")]


def test_a_cancelled_transaction_leaves_none_and_the_stream_works_on(cloud):
    arn, other = table(), table("outbox")
    with pytest.raises(dynamodb().exceptions.TransactionCanceledException):
        transact(transact_put("event-1", "outbox"), transact_put("order-1", ConditionExpression="attribute_exists(id)"))
    assert changes(arn) == changes(other) == []
    assert dynamodb().scan(TableName="outbox")["Count"] == 0
    put("order-2")
    transact(transact_put("order-3"))
    assert changes(arn) == [("INSERT", "order-2"), ("INSERT", "order-3")]


def test_the_trace_says_what_changed(cloud):
    arn = table()
    put("order-1")
    update("order-1", total=5)
    sent = cloud.trace.of_kind(Kind.SENT)
    assert [(event.resource, event.detail.label, event.detail.group_id) for event in sent] == [
        (arn, "INSERT order-1", "order-1"),
        (arn, "MODIFY order-1", "order-1"),
    ]
    assert [event.message_id for event in sent] == [record["eventID"] for record in read(arn)]


def test_partiql_writes_are_streamed(cloud):
    arn = table()
    dynamodb().execute_statement(Statement="INSERT INTO orders VALUE {'id': 'order-1'}")
    assert changes(arn) == [("INSERT", "order-1")]
    assert stream_of() == arn


def test_an_unknown_view_type_is_refused_and_no_table_is_made(cloud):
    with pytest.raises(ClientError, match=r"BOTH_IMAGES.* failed to satisfy constraint"):
        table(view="BOTH_IMAGES")
    assert dynamodb().list_tables()["TableNames"] == []


def test_an_update_of_the_key_alone_makes_an_item_once(cloud):
    arn = table()
    for _ in range(2):
        dynamodb().update_item(TableName="orders", Key={"id": {"S": "order-1"}})
    assert changes(arn) == [("INSERT", "order-1")]


@pytest.mark.parametrize("expression", ["REMOVE gone", "ADD paid :zero", "SET paid = :one"])
def test_an_update_that_leaves_the_item_as_it_is_leaves_no_record(cloud, expression):
    arn = table()
    put("order-1", paid=1)
    values = {name: {"N": number} for name, number in ((":zero", "0"), (":one", "1.0")) if name in expression}
    more = {"ExpressionAttributeValues": values} if values else {}
    dynamodb().update_item(TableName="orders", Key={"id": {"S": "order-1"}}, UpdateExpression=expression, **more)
    assert changes(arn) == [("INSERT", "order-1")]
