"""Making, describing, changing and deleting queues; what they refuse, and what their stream refuses because of them."""

import pytest
from botocore.exceptions import ClientError

from motoclock.facts import kinesis as stream_facts
from motoclock.facts import stream_queues as facts
from tests.engine.kinesis_queues.stage import acknowledge, data, entries, kinesis, on_demand, put, queue, receive, stage


def described(arn):
    return kinesis().describe_queue(QueueARN=arn)["QueueDescription"]


def refused(call, **arguments):
    """Code and message of a refusal."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    said = error.value.response["Error"]
    return said["Code"], said["Message"]


def test_a_queue_is_creating_when_it_is_made_and_then_active(cloud):
    stream = on_demand()
    cloud.run(7)
    made = kinesis().create_queue(QueueName="work", StreamConfigurationList=[{"StreamARN": stream}])["QueueDescription"]
    assert made["QueueStatus"] == "CREATING"
    assert made["StreamConfigurationList"] == [{"StreamARN": stream, "StartingPosition": {"Type": "LATEST"}}]
    seen = described(made["QueueARN"])
    assert (seen["QueueStatus"], seen["QueueName"]) == ("ACTIVE", "work")
    assert seen["StreamConfigurationList"][0]["StartingPosition"]["Timestamp"] == seen["QueueCreationTimestamp"]
    assert seen["QueueAttributes"] == {
        "VisibilityTimeoutSeconds": 30,
        "DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 6},
    }


def test_its_arn_tells_nothing_of_its_name(cloud):
    arn = stage()
    assert arn.startswith("arn:aws:kinesis:us-east-1:123456789012:queue/") and "work" not in arn


def test_the_effective_position_is_no_earlier_than_the_stream(cloud):
    cloud.run(50)
    stream = on_demand()
    arn = queue(stream, start={"Type": "AT_TIMESTAMP", "Timestamp": "2030-01-01T00:00:10Z"})
    position = described(arn)["StreamConfigurationList"][0]["StartingPosition"]
    assert position["Timestamp"].minute == 0 and position["Timestamp"].second == 50


def test_an_update_changes_what_it_names_and_nothing_in_flight(cloud):
    arn = stage()
    put(data=b"old")
    receive(arn)
    answer = kinesis().update_queue(QueueARN=arn, QueueAttributes={"VisibilityTimeoutSeconds": 5})
    assert answer["QueueDescription"]["QueueStatus"] == "UPDATING"
    settings = described(arn)["QueueAttributes"]
    assert settings["VisibilityTimeoutSeconds"] == 5
    assert settings["DeadLetterConfiguration"] == {"TargetType": "BUILT_IN", "MaxReceiveCount": 6}
    put(data=b"new")
    receive(arn)
    cloud.run(5)
    assert data(receive(arn)) == ["new"]
    kinesis().update_queue(QueueARN=arn, QueueAttributes={"DeadLetterConfiguration": {"TargetType": "NONE"}})
    assert described(arn)["QueueAttributes"]["DeadLetterConfiguration"] == {"TargetType": "NONE"}


def test_a_deleted_queue_delivers_nothing_and_its_handles_are_void(cloud):
    stream = on_demand()
    arn = queue(stream)
    put()
    held = receive(arn)
    kinesis().delete_queue(QueueARN=arn)
    for name, more in (
        ("describe_queue", {}),
        ("delete_queue", {}),
        ("receive_queue_records", {}),
        ("acknowledge_queue_records", {"Entries": entries(held)}),
        ("update_queue", {"QueueAttributes": {"VisibilityTimeoutSeconds": 1}}),
    ):
        assert refused(getattr(kinesis(), name), QueueARN=arn, **more)[0] == "ResourceNotFoundException"
    put()
    assert cloud.summary()["purged"] == 1
    assert data(receive(queue(stream, start={"Type": "TRIM_HORIZON"}))) == ["{}", "{}"]


def test_a_receive_that_waits_ends_with_its_queue(cloud):
    arn = stage()
    cloud.at(3, lambda: kinesis().delete_queue(QueueARN=arn))
    assert receive(arn, WaitTimeSeconds=20) == [] and cloud.elapsed == 3


def test_queues_are_listed_page_by_page_and_by_stream(cloud):
    clicks, sales = on_demand("clicks"), on_demand("sales")
    for name, stream in (("a", clicks), ("b", sales), ("c", clicks)):
        queue(stream, name)
    names = [
        [one["QueueName"] for one in page["QueueSummaries"]]
        for page in kinesis().get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
    ]
    assert names == [["a", "b"], ["c"]]
    found = kinesis().list_queues(StreamFilter=[{"StreamARN": clicks}])["QueueSummaries"]
    assert [one["QueueName"] for one in found] == ["a", "c"]
    stream = found[0]["Streams"][0]
    assert stream["StreamARN"] == clicks
    assert len(kinesis().list_queues(StreamFilter=[stream])["QueueSummaries"]) == 2
    earlier = {"StreamARN": clicks, "StreamCreationTimestamp": "2029-01-01T00:00:00Z"}
    assert kinesis().list_queues(StreamFilter=[earlier])["QueueSummaries"] == []
    assert refused(kinesis().list_queues, NextToken="x")[0] == "ExpiredNextTokenException"


def test_queues_stand_on_streams_on_demand_only(cloud):
    kinesis().create_stream(StreamName="planned", ShardCount=1)
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/planned"
    configuration = [{"StreamARN": arn}]
    code, message = refused(kinesis().create_queue, QueueName="work", StreamConfigurationList=configuration)
    assert code == "ValidationException" and "on-demand" in message
    kinesis().update_stream_mode(StreamARN=arn, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    queue(arn)
    code, message = refused(
        kinesis().update_stream_mode, StreamARN=arn, StreamModeDetails={"StreamMode": "PROVISIONED"}
    )
    assert code == "ResourceInUseException" and "delete work first" in message


def test_a_stream_with_queues_is_not_deleted(cloud):
    arn = stage()
    code, message = refused(kinesis().delete_stream, StreamName="clicks", EnforceConsumerDeletion=True)
    assert code == "ResourceInUseException" and "delete work first" in message
    kinesis().delete_queue(QueueARN=arn)
    kinesis().delete_stream(StreamName="clicks")
    assert kinesis().list_streams()["StreamNames"] == []


def test_a_name_is_taken_once_in_an_account(cloud):
    stage()
    configuration = [{"StreamARN": on_demand("other")}]
    code, _ = refused(kinesis().create_queue, QueueName="work", StreamConfigurationList=configuration)
    assert code == "ResourceInUseException"


def test_queues_and_fan_out_consumers_share_twenty_places(cloud):
    stream = on_demand()
    most = stream_facts.EFO_CONSUMERS_MAX.value
    for n in range(most - 1):
        queue(stream, f"queue-{n}")
    kinesis().register_stream_consumer(StreamARN=stream, ConsumerName="pushed")
    configuration = [{"StreamARN": stream}]
    code, message = refused(kinesis().create_queue, QueueName="more", StreamConfigurationList=configuration)
    assert code == "LimitExceededException" and f"{most} registered consumers, queues included" in message
    assert refused(kinesis().register_stream_consumer, StreamARN=stream, ConsumerName="more")[0] == code
    kinesis().update_account_settings(MinimumThroughputBillingCommitment={"Status": "ENABLED"})
    queue(stream, "more")


OPERATIONS = {
    "limit": ("receive_queue_records", {"Limit": facts.RECEIVE_MAX.value + 1}),
    "wait": ("receive_queue_records", {"WaitTimeSeconds": facts.WAIT_RANGE_S.value.high + 1}),
    "hiding": (
        "receive_dead_letter_queue_records",
        {"VisibilityTimeoutSeconds": facts.VISIBILITY_RANGE_S.value.high + 1},
    ),
    "handle": ("acknowledge_queue_records", {"Entries": [{"ReceiptHandle": "x" * 1025}]}),
}


@pytest.mark.parametrize("case", OPERATIONS)
def test_calls_about_records_refuse_what_the_model_forbids_as_an_invalid_argument(cloud, case):
    name, arguments = OPERATIONS[case]
    code, message = refused(getattr(kinesis(), name), QueueARN=stage(), **arguments)
    assert code == "InvalidArgumentException" and "less than or equal to" in message


BUILT_IN = {"TargetType": "BUILT_IN"}
SETTINGS = {
    "visibility": (
        {"VisibilityTimeoutSeconds": facts.VISIBILITY_RANGE_S.value.high + 1},
        "less than or equal to 43200",
    ),
    "receives": ({"DeadLetterConfiguration": {**BUILT_IN, "MaxReceiveCount": 1001}}, "less than or equal to 1000"),
    "no receives": ({"DeadLetterConfiguration": BUILT_IN}, "needs a MaxReceiveCount"),
    "receives of none": (
        {"DeadLetterConfiguration": {"TargetType": "NONE", "MaxReceiveCount": 3}},
        "takes no MaxReceive",
    ),
    "target": ({"DeadLetterConfiguration": {"TargetType": "SQS"}}, "enum value set"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_out_of_bounds_are_refused(cloud, case):
    attributes, why = SETTINGS[case]
    configuration = [{"StreamARN": on_demand()}]
    code, message = refused(
        kinesis().create_queue, QueueName="work", StreamConfigurationList=configuration, QueueAttributes=attributes
    )
    assert code == "ValidationException" and why in message
    arn = queue(configuration[0]["StreamARN"])
    assert refused(kinesis().update_queue, QueueARN=arn, QueueAttributes=attributes)[0] == code


STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
CREATIONS = {
    "name": ({"QueueName": "no spaces"}, "regular expression"),
    "two streams": ({"StreamConfigurationList": [{"StreamARN": STREAM}] * 2}, "exactly one entry"),
    "no moment": (
        {"StreamConfigurationList": [{"StreamARN": STREAM, "StartingPosition": {"Type": "AT_TIMESTAMP"}}]},
        "needs a Timestamp",
    ),
    "a moment too many": (
        {"StreamConfigurationList": [{"StreamARN": STREAM, "StartingPosition": {"Type": "LATEST", "Timestamp": 1}}]},
        "takes no Timestamp",
    ),
    "tags": ({"Tags": {f"k{n}": "v" for n in range(facts.TAGS_MAX.value + 1)}}, "at most 50 tags"),
}


@pytest.mark.parametrize("case", CREATIONS)
def test_what_makes_no_queue_is_refused(cloud, case):
    changed, why = CREATIONS[case]
    on_demand()
    arguments = {"QueueName": "work", "StreamConfigurationList": [{"StreamARN": STREAM}], **changed}
    code, message = refused(kinesis().create_queue, **arguments)
    assert code == "ValidationException" and why in message
    assert kinesis().list_queues()["QueueSummaries"] == []


def test_a_queue_of_no_stream_is_not_found(cloud):
    code, _ = refused(kinesis().create_queue, QueueName="work", StreamConfigurationList=[{"StreamARN": STREAM}])
    assert code == "ResourceNotFoundException"


def test_an_update_that_names_nothing_is_refused(cloud):
    assert refused(kinesis().update_queue, QueueARN=stage(), QueueAttributes={})[0] == "ValidationException"


def test_tags_and_policy_of_a_queue(cloud):
    arn = stage()
    kinesis().tag_resource(ResourceARN=arn, Tags={"team": "web", "stage": "test"})
    kinesis().untag_resource(ResourceARN=arn, TagKeys=["stage", "unknown"])
    assert kinesis().list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "web"}]
    many = {f"k{n}": "v" for n in range(facts.TAGS_MAX.value)}
    assert "at most 50 tags" in refused(kinesis().tag_resource, ResourceARN=arn, Tags=many)[1]
    assert refused(kinesis().delete_resource_policy, ResourceARN=arn)[0] == "ResourceNotFoundException"
    kinesis().put_resource_policy(ResourceARN=arn, Policy='{"Statement": []}')
    assert kinesis().get_resource_policy(ResourceARN=arn)["Policy"] == '{"Statement": []}'
    kinesis().delete_resource_policy(ResourceARN=arn)
    assert kinesis().get_resource_policy(ResourceARN=arn)["Policy"] == "{}"
    assert refused(kinesis().get_resource_policy, ResourceARN=f"{arn}0")[0] == "ResourceNotFoundException"


def test_tags_of_a_stream_are_the_same_by_either_call(cloud):
    arn = on_demand()
    kinesis().tag_resource(ResourceARN=arn, Tags={"team": "web"})
    assert kinesis().list_tags_for_stream(StreamName="clicks")["Tags"] == [{"Key": "team", "Value": "web"}]


def test_every_operation_of_the_model_about_queues_is_answered():
    from motoclock.services.kinesis.queues.checks import CONTROL_OPERATIONS, DATA_OPERATIONS

    model = kinesis().meta.service_model
    about = {name for name in model.operation_names if "Queue" in name}
    assert about == {*CONTROL_OPERATIONS, *DATA_OPERATIONS}
    knows = {
        name
        for name in DATA_OPERATIONS
        if any(one.name == "ValidationException" for one in model.operation_model(name).error_shapes)
    }
    assert not knows, "calls about records would say ValidationException"


def test_a_receive_in_one_world_takes_nothing_from_another(cloud):
    from sevenways import Cloud

    arn = stage()
    put(data=b"mine")
    with Cloud():
        assert refused(kinesis().receive_queue_records, QueueARN=arn)[0] == "ResourceNotFoundException"
    assert acknowledge(arn, receive(arn)) == []
