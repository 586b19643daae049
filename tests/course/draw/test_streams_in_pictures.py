"""The pictures of unit 05: old and new image side by side, and what became of every message beside another world."""

import xml.etree.ElementTree as ET

import boto3
import pytest

from motoclock.account import NodeKind
from sevenways import Cloud
from sevenways.draw.change_images import change_images
from sevenways.draw.fates import fates
from sevenways.widgets.scene import in_a_sentence
from tests.engine.delivery.stage import arn_of, function, queue
from tests.engine.delivery.stream_stage import OK, read_by
from tests.engine.dynamodb_stream import stage as tables
from tests.engine.kinesis_stream import stage as streams


def index(event, context):
    for record in event["Records"]:
        if record["dynamodb"]["Keys"]["id"]["S"] == "order-3":
            raise ValueError("no title")


def shop(**options):
    cloud = Cloud(seed=1)
    arn = tables.table()
    cloud.deploy(index)
    boto3.client("sqs").create_queue(QueueName="failures")
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName="index", StartingPosition="TRIM_HORIZON", BatchSize=2, **options
    )
    for n in range(6):
        tables.put(f"order-{n}")
    cloud.run()
    return cloud, arn


def to_queue(retries):
    target = {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failures"}}
    return {"MaximumRetryAttempts": retries, "DestinationConfig": target}


def test_a_line_says_what_became_of_each_record_and_after_how_many_tries():
    with shop()[0] as stuck:
        assert fates({"defaults": stuck.trace}).text.splitlines()[1:] == [
            "defaults: 6 records",
            "  order-0 to order-1 (2): tried once; done at 0:00.201",
            "  order-2 to order-3 (2): tried 1,445 times; expired, lost at 1 d 00:00:00",
            "  order-4 to order-5 (2): never tried; expired, lost at 1 d 00:00:00",
        ]


def handle(event, context): ...


def reads(source, reader, **options):
    boto3.client("lambda").create_event_source_mapping(EventSourceArn=source, FunctionName=reader, **options)


def test_what_stands_in_a_stream_is_a_record_in_every_picture():
    with Cloud(seed=1) as cloud:
        orders = tables.table()
        for reader in ("index", "audit"):
            cloud.deploy(handle, name=reader)
            reads(orders, reader, StartingPosition="TRIM_HORIZON")
        for n in range(3):
            tables.put(f"order-{n}")
        cloud.run()
        timeline, summary = cloud.timeline(), cloud.summary()
        said = "\n".join((*map(str, (cloud.backlog(), cloud.diagram(), summary, timeline)), timeline.svg))
        assert "3 records" in said and "message" not in said
        assert "records in the batch" in timeline.svg
        assert repr(summary).splitlines()[0] == "Records"
        assert in_a_sentence(summary).startswith("3 records sent, to be read 6 times, 6 processed")

        url = queue("letters")
        cloud.deploy(handle, name="post")
        reads(arn_of(url), "post", MaximumBatchingWindowInSeconds=1, BatchSize=10)
        for n in range(2):
            boto3.client("sqs").send_message(QueueUrl=url, MessageBody=f"letter-{n}")
        cloud.run()
        assert "messages or records in the batch" in cloud.timeline().svg
        assert "2 messages: letter-0 and letter-1" in str(cloud.timeline())
        assert repr(cloud.summary()).splitlines()[0] == "Messages"
        assert in_a_sentence(cloud.summary()).startswith("5 messages sent in 8 copies, 8 processed")


def test_the_diagram_says_in_full_how_many_records_a_filter_passed_over():
    pattern = '{"dynamodb": {"Keys": {"id": {"S": ["order-1", "order-2"]}}}}'
    with shop(FilterCriteria={"Filters": [{"Pattern": pattern}]})[0] as filtered:
        picture = filtered.diagram()
    words = [element.text for element in ET.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text")]
    assert "4 filtered out" in words
    assert ", 4 filtered out, 2 so far--> index" in picture.text


def test_two_worlds_stand_side_by_side_on_one_axis():
    with shop(MaximumRetryAttempts=0)[0] as dropping:
        lost = dropping.trace
    with shop(**to_queue(0))[0] as parking:
        picture = fates({"lost": lost, "parked": parking.trace})
    assert "order-2 to order-3 (2): tried once; given up, lost" in picture.text
    assert "order-2 to order-3 (2): tried once; given up, parked in a queue" in picture.text
    words = [element.text for element in ET.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"lost", "parked", "given up, lost", "given up, parked in a queue", "done"} <= set(words)


def test_a_world_without_messages_is_a_sentence():
    with Cloud() as empty:
        assert "<svg" in fates({"nothing": empty.trace}).svg


def test_the_diagram_shows_the_table_and_where_failures_go():
    with shop(**to_queue(2))[0] as cloud:
        account = cloud.account()
        table = next(node for node in account.nodes if node.kind is NodeKind.TABLE)
        assert (table.name, table.facts, table.counts) == (
            "orders",
            ("stream shows new and old image",),
            (("records", 6),),
        )
        assert "when the mapping gives up, 2 so far--> failures (queue for failures" in cloud.diagram().text
        assert "index --sends" not in cloud.diagram().text


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("NEW_AND_OLD_IMAGES", '  total: {"N": "1"} -> {"N": "2"}, changed'),
        ("NEW_IMAGE", "  OldImage, the item before: not in this view, NEW_IMAGE"),
        ("OLD_IMAGE", "  NewImage, the item after: not in this view, OLD_IMAGE"),
        ("KEYS_ONLY", '  id (key): {"S": "order-0"}'),
    ],
)
def test_images_say_what_changed_and_what_the_view_leaves_out(view, says):
    with Cloud():
        arn = tables.table(view=view)
        tables.put("order-0", total=1)
        tables.put("order-0", total=2)
        picture = change_images(tables.read(arn)[1:])
    assert says in picture.text.splitlines()
    ET.fromstring(picture.svg)


def test_an_attribute_that_comes_or_goes_is_named_so():
    with Cloud():
        arn = tables.table()
        tables.put("order-0", title="Dune")
        tables.put("order-0", total=2)
        text = change_images(tables.read(arn)).text
    assert '  title: {"S": "Dune"} -> not there, removed' in text
    assert '  total: not there -> {"N": "2"}, added' in text
    assert "OldImage, the item before: there was no item" in text


def test_a_fan_out_consumer_stands_between_its_stream_and_its_reader(cloud):
    arn = streams.stream(2)
    function(OK)
    function(OK, "poller")
    fast, piped, _idle = (
        streams.kinesis().register_stream_consumer(StreamARN=arn, ConsumerName=name)["Consumer"]["ConsumerARN"]
        for name in ("fast", "piped", "idle")
    )
    read_by(fast, FilterCriteria={"Filters": [{"Pattern": '{"partitionKey": ["visitor-1", "visitor-2"]}'}]})
    read_by(arn, "poller")
    boto3.client("pipes").create_pipe(
        Name="move",
        RoleArn="arn:aws:iam::123456789012:role/pipe",
        Source=piped,
        Target=arn_of(queue("target")),
        SourceParameters={"KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
    )
    streams.put_all([f"visitor-{n}" for n in range(6)])
    cloud.run()
    text = cloud.diagram().text
    for line in (
        "clicks --push, 6 so far--> fast (fan-out consumer: 2 MiB/s of each shard)",
        "clicks --push--> idle (fan-out consumer: 2 MiB/s of each shard)",
        "clicks --mapping, batch 100, 6 so far--> poller",
        "piped --mapping, 6 so far--> move (pipe: 6 passed on)",
    ):
        assert line in text
    assert "4 filtered out, 2 so far--> work" in text
    assert "resource)" not in text  # nothing is drawn as a thing that nobody knows
    numbers = cloud.summary()
    assert (numbers["sent"], numbers["copies"] - numbers["waiting"]) == (6, 3 * 6)
