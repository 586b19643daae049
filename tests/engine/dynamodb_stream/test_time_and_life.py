"""Retention, iterators, streams that end, and time to live."""

import pytest
from botocore.exceptions import ClientError

from tests.engine.dynamodb_stream.stage import (
    changes,
    delete,
    dynamodb,
    iterator,
    put,
    read,
    shard,
    stream_of,
    streams,
    table,
    update,
)

DAY_S = 86_400
OPENED = 1_893_456_000


def test_a_record_is_kept_for_a_day(cloud):
    arn = table()
    put("order-1")
    cloud.run(DAY_S / 2)
    put("order-2")
    cloud.run(DAY_S / 2 - 1)
    assert len(changes(arn)) == 2
    cloud.run(1)
    assert changes(arn) == [("INSERT", "order-2")]


def test_a_pointer_to_a_trimmed_record_is_refused(cloud):
    arn = table()
    put("order-1")
    number = read(arn)[0]["dynamodb"]["SequenceNumber"]
    assert read(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number)
    assert read(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=number) == []
    cloud.run(DAY_S)
    with pytest.raises(streams().exceptions.TrimmedDataAccessException):
        read(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number)


def test_an_iterator_expires_after_fifteen_minutes(cloud):
    arn = table()
    place = iterator(arn)
    cloud.run(900)
    place = streams().get_records(ShardIterator=place)["NextShardIterator"]
    cloud.run(901)
    with pytest.raises(streams().exceptions.ExpiredIteratorException):
        streams().get_records(ShardIterator=place)


def test_latest_sees_only_what_comes(cloud):
    arn = table()
    put("order-1")
    place = iterator(arn, "LATEST")
    put("order-2")
    (record,) = streams().get_records(ShardIterator=place)["Records"]
    assert record["dynamodb"]["Keys"] == {"id": {"S": "order-2"}}


def test_reading_takes_nothing_away_and_goes_on_where_it_was(cloud):
    arn = table()
    for n in range(5):
        put(f"order-{n}")
    answer = streams().get_records(ShardIterator=iterator(arn), Limit=2)
    following = streams().get_records(ShardIterator=answer["NextShardIterator"])
    assert len(answer["Records"] + following["Records"]) == 5
    assert len(changes(arn)) == 5


def test_get_records_gives_at_most_a_thousand(cloud):
    arn = table()
    with pytest.raises(ClientError, match="1000"):
        streams().get_records(ShardIterator=iterator(arn), Limit=1001)


def test_iterator_tokens_are_the_same_in_every_run(cloud):
    arn = table()
    assert iterator(arn) == iterator(arn)


def test_a_disabled_stream_ends_and_stays_readable_for_a_day(cloud):
    arn = table()
    put("order-1")
    dynamodb().update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    put("order-2")
    answer = streams().get_records(ShardIterator=iterator(arn))
    assert len(answer["Records"]) == 1 and "NextShardIterator" not in answer
    assert streams().describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"
    cloud.run(DAY_S)
    with pytest.raises(streams().exceptions.ResourceNotFoundException):
        streams().describe_stream(StreamArn=arn)


def test_enabled_again_a_stream_is_a_new_one_with_the_new_view(cloud):
    first = table(view="KEYS_ONLY")
    dynamodb().update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    enabled = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    dynamodb().update_table(TableName="orders", StreamSpecification=enabled)
    second = stream_of()
    assert first != second
    put("order-1")
    assert changes(first) == [] and changes(second) == [("INSERT", "order-1")]
    with pytest.raises(ClientError, match="already has an enabled stream"):
        dynamodb().update_table(TableName="orders", StreamSpecification=enabled)


def test_the_streams_of_all_tables_are_listed(cloud):
    arns = {table("orders"), table("customers")}
    table("plain", view=None)
    assert {one["StreamArn"] for one in streams().list_streams()["Streams"]} == arns
    assert [one["TableName"] for one in streams().list_streams(TableName="orders")["Streams"]] == ["orders"]


def test_the_stream_of_a_deleted_table_ends(cloud):
    arn = table()
    put("order-1")
    dynamodb().delete_table(TableName="orders")
    assert changes(arn) == [("INSERT", "order-1")]


def ttl(enabled: bool = True) -> None:
    specification = {"Enabled": enabled, "AttributeName": "expires"}
    dynamodb().update_time_to_live(TableName="orders", TimeToLiveSpecification=specification)


def test_time_to_live_deletes_and_says_who_did_it(cloud):
    arn = table()
    ttl()
    put("order-1", expires=OPENED + 60)
    cloud.run(359)
    assert len(changes(arn)) == 1
    cloud.run(1)
    record = read(arn)[-1]
    assert record["eventName"] == "REMOVE"
    assert record["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    assert record["dynamodb"]["OldImage"]["id"] == {"S": "order-1"}


def test_a_delete_by_hand_has_no_user_identity(cloud):
    arn = table()
    put("order-1")
    delete("order-1")
    assert "userIdentity" not in read(arn)[-1]


def test_time_to_live_follows_the_item_and_reaches_items_that_were_there(cloud):
    arn = table()
    put("order-1", expires=OPENED + 60)
    put("order-2", expires=OPENED + 60)
    put("order-3", expires="soon")
    ttl()
    update("order-2", expires=OPENED + 4000)
    cloud.run(2000)
    assert [key for name, key in changes(arn) if name == "REMOVE"] == ["order-1"]
    cloud.run(4000)
    assert [key for name, key in changes(arn) if name == "REMOVE"] == ["order-1", "order-2"]


def test_time_to_live_that_is_off_deletes_nothing_and_is_no_work_to_wait_for(cloud):
    arn = table()
    ttl()
    put("order-1", expires=OPENED + 60)
    assert cloud.run().seconds == 0
    ttl(enabled=False)
    cloud.run(5000)
    assert changes(arn) == [("INSERT", "order-1")]


def test_time_to_live_works_without_a_stream(cloud):
    table(view=None)
    ttl()
    put("order-1", expires=OPENED + 60)
    cloud.run(400)
    assert dynamodb().scan(TableName="orders")["Count"] == 0


def test_a_stream_is_switched_off_once(cloud):
    table()
    dynamodb().update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    with pytest.raises(ClientError, match=r"ValidationException.*without a stream"):
        dynamodb().update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})


def test_time_to_live_is_switched_on_once(cloud):
    table()
    on = {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}}
    dynamodb().update_time_to_live(TableName="orders", **on)
    with pytest.raises(ClientError, match=r"ValidationException.*already enabled"):
        dynamodb().update_time_to_live(TableName="orders", **on)


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        ("NEWEST", {}, "enum value set"),
        ("AT_SEQUENCE_NUMBER", {}, "needs the SequenceNumber"),
        ("AT_SEQUENCE_NUMBER", {"SequenceNumber": "x" * 21}, "needs the SequenceNumber"),
    ],
)
def test_an_iterator_that_can_not_be(cloud, kind, more, says):
    arn = table()
    with pytest.raises(ClientError, match=f"ValidationException.*{says}"):
        iterator(arn, kind, **more)


def test_streams_and_shards_come_page_by_page(cloud):
    arns = [table(name) for name in ("first", "second", "third")]
    page = streams().list_streams(Limit=2)
    assert [one["StreamArn"] for one in page["Streams"]] == arns[:2]
    rest = streams().list_streams(ExclusiveStartStreamArn=page["LastEvaluatedStreamArn"])
    assert [one["StreamArn"] for one in rest["Streams"]] == arns[2:] and "LastEvaluatedStreamArn" not in rest
    after = streams().describe_stream(StreamArn=arns[0], ExclusiveStartShardId=shard(arns[0]))
    assert after["StreamDescription"]["Shards"] == []  # who asks in a loop comes to an end
