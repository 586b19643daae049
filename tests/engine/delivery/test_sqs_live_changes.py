"""What happens to a mapping when its queue, its function or its alias changes under it."""

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.clients import updated

from .stage import arn_of, bodies, counts, function, happened, lam, mapping, queue, queue_with_dlq, send, sqs, starts

SLEEPS = "import time\ndef handler(event, context): time.sleep({seconds})"
OK = "def handler(event, context): return None"


def test_a_mapping_to_an_alias_invokes_what_the_alias_points_to_now(cloud):
    url = queue()
    function(OK)
    versions = []
    for text in ("one", "two"):
        lam().update_function_configuration(FunctionName="work", Description=text)
        updated("work")
        versions.append(lam().publish_version(FunctionName="work", Description=text)["Version"])
    lam().create_alias(FunctionName="work", Name="live", FunctionVersion=versions[0])
    uuid = mapping(url, "work:live")
    assert lam().get_event_source_mapping(UUID=uuid)["FunctionArn"].endswith(":function:work:live")
    send(url, ["a"])
    cloud.run()
    lam().update_alias(FunctionName="work", Name="live", FunctionVersion=versions[1])
    send(url, ["b"])
    cloud.run()
    ran = [line.split()[-1] for line in repr(cloud.logs("work")).splitlines() if " START " in line]
    assert ran == versions


def test_a_filter_counts_for_the_function_whichever_way_it_is_named(cloud):
    url = queue()
    function(OK)
    version = lam().publish_version(FunctionName="work")["Version"]
    mapping(url, f"work:{version}", FilterCriteria={"Filters": [{"Pattern": '{"body": ["yes"]}'}]})
    send(url, ["no", "yes"])
    cloud.run()
    consumers = {event.detail.consumer for event in happened(cloud, Kind.FILTERED) + happened(cloud, Kind.RECEIVED)}
    assert consumers == {"arn:aws:lambda:us-east-1:123456789012:function:work"}


def test_mappings_of_a_function_are_not_those_of_one_whose_name_begins_alike(cloud):
    url = queue()
    uuids = {}
    for name in ("work", "worker"):
        function(OK, name=name)
        uuids[name] = mapping(url, name)
    for name, uuid in uuids.items():
        found = lam().list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        assert [one["UUID"] for one in found] == [uuid]


@pytest.mark.parametrize(
    "call", ["get_event_source_mapping", "update_event_source_mapping", "delete_event_source_mapping"]
)
def test_a_mapping_that_is_not_there(cloud, call):
    with pytest.raises(ClientError) as refused:
        getattr(lam(), call)(UUID="00000000-0000-0000-0000-000000000000")
    error = refused.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("ResourceNotFoundException", 404)


@pytest.mark.parametrize("spelt", ["123456789012:function:work", "arn:aws:lambda:us-east-1:123456789012:function:work"])
def test_a_function_may_be_named_by_a_part_of_its_arn(cloud, spelt):
    url = queue()
    function(OK)
    mapping(url, spelt)
    send(url, ["a"])
    assert cloud.run().invocations == 1


def test_a_queue_made_anew_under_its_name_is_read_again(cloud):
    url = queue()
    function(OK)
    uuid = mapping(url)
    sqs().delete_queue(QueueUrl=url)
    assert "queue does not exist" in lam().get_event_source_mapping(UUID=uuid)["LastProcessingResult"]
    cloud.run(seconds=60)
    send(queue(), ["a"])
    assert cloud.run().invocations == 1
    assert lam().get_event_source_mapping(UUID=uuid)["LastProcessingResult"] == "OK"


def test_a_queue_deleted_while_a_window_is_open_ends_the_window(cloud):
    url = queue(VisibilityTimeout=120)
    function(OK)
    mapping(url, BatchSize=100, MaximumBatchingWindowInSeconds=60)
    send(url, ["a"])
    cloud.at(5, lambda: sqs().delete_queue(QueueUrl=url))
    cloud.run()
    assert starts(cloud) == [5.0]


def test_a_mapping_disabled_while_throttled_still_hands_over_the_batch_it_holds(cloud):
    url = queue(VisibilityTimeout=60)
    function(OK)
    lam().put_function_concurrency(FunctionName="work", ReservedConcurrentExecutions=0)
    uuid = mapping(url)
    send(url, ["held"])
    cloud.at(10, lambda: lam().update_event_source_mapping(UUID=uuid, Enabled=False))
    cloud.at(11, lambda: send(url, ["waits"]))
    cloud.at(12, lambda: lam().delete_function_concurrency(FunctionName="work"))
    cloud.run(seconds=200)
    assert (len(starts(cloud)), bodies(url)) == (1, ["waits"])


def test_a_function_deleted_and_made_anew_gets_the_messages_that_came_back(cloud):
    url = queue(VisibilityTimeout=30)
    function(SLEEPS.format(seconds=2))
    mapping(url, BatchSize=1)
    send(url, [str(n) for n in range(8)])
    cloud.at(1, lambda: lam().delete_function(FunctionName="work"))
    cloud.run(seconds=60)
    function(OK)
    cloud.run(seconds=60)
    assert len({one for event in happened(cloud, Kind.INVOKED) for one in event.detail.message_ids}) == 8
    assert counts(url) == (0, 0)


def test_a_lower_max_receive_count_counts_at_the_next_receive(cloud):
    url, dlq = queue_with_dlq(5, VisibilityTimeout=10)
    function("def handler(event, context): raise ValueError")
    mapping(url)
    send(url, ["a"])
    lower = f'{{"deadLetterTargetArn": "{arn_of(dlq)}", "maxReceiveCount": 2}}'
    cloud.at(25, lambda: sqs().set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": lower}))
    cloud.run()
    assert (starts(cloud), counts(dlq)) == ([0.0, 10.0, 20.0], (1, 0))


def test_a_later_timeout_or_visibility_is_not_refused(cloud):
    """AWS checks the two against each other when a mapping is made or changed, and not after."""
    url = queue(VisibilityTimeout=30)
    function(OK, timeout=30)
    uuid = mapping(url)
    lam().update_function_configuration(FunctionName="work", Timeout=60)
    sqs().set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "10"})
    with pytest.raises(ClientError, match="10 seconds is less than Function timeout: 60 seconds"):
        lam().update_event_source_mapping(UUID=uuid, BatchSize=5)
