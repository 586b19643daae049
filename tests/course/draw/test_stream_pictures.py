"""Hash ranges, iterator age and amounts: what they say of a real stream, and that the pictures are well formed."""

import xml.etree.ElementTree as ET

import boto3
import pytest

from sevenways import Cloud
from sevenways.draw.amounts import amounts
from sevenways.draw.hash_ranges import hash_ranges
from sevenways.draw.iterator_age import iterator_age


@pytest.fixture
def cloud():
    with Cloud(seed=1) as cloud:
        yield cloud


def kinesis():
    return boto3.client("kinesis")


def stream(shards):
    kinesis().create_stream(StreamName="clicks", ShardCount=shards)


def put(keys, data="click"):
    kinesis().put_records(StreamName="clicks", Records=[{"PartitionKey": key, "Data": data} for key in keys])


def ranges(cloud):
    return hash_ranges(kinesis().list_shards(StreamName="clicks")["Shards"], cloud.trace)


def words_of(picture):
    return " ".join(
        "".join(element.itertext()) for element in ET.fromstring(picture.svg).iter() if element.tag.endswith("text")
    )


def test_four_pages_fall_into_one_shard(cloud):
    stream(4)
    put(["home", "search", "basket", "checkout"] * 3)
    picture = ranges(cloud)
    assert picture.text.splitlines()[0] == "4 shards, 1 of them busy: 12 records of 4 keys"
    assert "  checkout at 9.2 %: 3 records" in picture.text.splitlines()
    assert "hot" not in picture.text and "shard 3" in words_of(picture) and "search: 3 records" in words_of(picture)


def test_a_key_with_most_of_the_records_is_hot_and_what_was_refused_is_told(cloud):
    stream(1)
    put(["checkout"] * 12, "x".ljust(98_000))
    picture = ranges(cloud)
    assert "  shard 0, 0 % to 100 % of the hashes: 10 records, 2 refused" in picture.text.splitlines()
    assert "checkout: 10 records, a hot key" in words_of(picture) and "2 refused" in words_of(picture)


def test_shards_that_were_split_stand_above_their_children(cloud):
    stream(1)
    put(["visitor-0"])
    kinesis().update_shard_count(StreamName="clicks", TargetShardCount=2, ScalingType="UNIFORM_SCALING")
    picture = ranges(cloud)
    assert picture.text.splitlines()[:2] == [
        "2 shards and 1 closed: 1 record of 1 key",
        "  shard 0, 0 % to 100 % of the hashes, closed: 1 record",
    ]
    assert "shard 0 (closed)" in words_of(picture)


def test_thousands_of_keys_stay_a_small_picture(cloud):
    stream(8)
    for start in range(0, 3000, 500):
        put([f"visitor-{n}" for n in range(start, start + 500)])
    picture = ranges(cloud)
    assert picture.text.splitlines()[-1] == "  and 3,000 keys, none of them hot"
    assert len(picture.svg) < 20_000


def test_the_age_is_that_of_the_last_record_of_a_batch_when_it_ends(cloud, tmp_path):
    source = tmp_path / "slow.py"
    source.write_text("import time\ndef slow(event, context):\n    time.sleep(2)\n")
    namespace = {}
    exec(compile(source.read_text(), str(source), "exec"), namespace)
    cloud.deploy(namespace["slow"], timeout=10)
    stream(1)
    arn = kinesis().describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]["StreamARN"]
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName="slow", StartingPosition="LATEST", BatchSize=1
    )
    put(["visitor-0", "visitor-1"])
    cloud.run()
    assert iterator_age(cloud.trace).text.splitlines() == [
        "Iterator age of slow",
        "  slow: 2 batches; at most 4.2 s, at 0:04.2; in the end 4.2 s",
    ]
    by_shard = iterator_age(cloud.trace, by="shard")
    assert by_shard.text.startswith("Iterator age of shard 0\n") and "shard 0: 4.2 s" in words_of(by_shard)


def test_without_a_reader_there_is_a_sentence(cloud):
    assert iterator_age(cloud.trace).text == "Iterator age: no function has read from a stream."
    with pytest.raises(ValueError, match="by is"):
        iterator_age(cloud.trace, by="key")


def test_amounts_add_up_and_a_row_without_parts_is_not_possible():
    picture = amounts("A month", {"shards": {"hours": 10.95, "records": 0.05}, "a queue": {}})
    assert picture.text.splitlines() == [
        "A month",
        "  shards: $11.00 (hours $10.95, records $0.05)",
        "  a queue: not possible",
    ]
    assert "not possible" in words_of(picture) and "$11.00" in words_of(picture)
