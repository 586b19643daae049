"""Records that were received too often: still in their queue, behind calls of their own."""

import pytest
from botocore.exceptions import ClientError

from motoclock.facts import stream_queues as facts
from tests.engine.kinesis_queues.stage import acknowledge, data, dead_lettered, entries, kinesis, put, receive, stage

DAY_S = 86_400


def test_after_six_receives_a_record_is_a_dead_letter(cloud):
    arn = stage()
    put(data=b"poison")
    assert facts.MAX_RECEIVES_DEFAULT.value == 6
    dead_lettered(cloud, arn, 5)
    (last,) = receive(arn)
    assert last["ReceiveCount"] == 6
    cloud.run(28)
    assert receive(arn, dead=True) == []
    cloud.run(1)
    assert receive(arn) == []
    (letter,) = receive(arn, dead=True)
    assert (letter["Data"], letter["RecordId"]) == (last["Data"], last["RecordId"])


def test_acknowledged_in_time_the_last_receive_still_counts(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put()
    assert acknowledge(arn, receive(arn)) == []
    cloud.run(60)
    assert receive(arn, dead=True) == []


def test_a_record_given_back_after_its_last_receive_is_a_dead_letter_at_once(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put()
    records = receive(arn)
    kinesis().update_queue_records_visibility(QueueARN=arn, Entries=entries(records, VisibilityTimeoutSeconds=0))
    assert len(receive(arn, dead=True)) == 1


def test_the_last_receive_without_any_hiding_has_a_handle_all_the_same(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put()
    (record,) = receive(arn, VisibilityTimeoutSeconds=0)
    (failed,) = acknowledge(arn, [record])
    assert record["ReceiptHandle"] and failed["ErrorCode"] == "ResourceNotFoundException"
    assert len(receive(arn, dead=True)) == 1


def test_without_dead_letters_a_record_comes_again_for_ever(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "NONE"})
    put()
    for _ in range(20):
        receive(arn, VisibilityTimeoutSeconds=1)
        cloud.run(1)
    assert receive(arn)[0]["ReceiveCount"] == 21 and receive(arn, dead=True) == []


def test_a_smaller_maximum_counts_for_records_that_are_there(cloud):
    arn = stage()
    put()
    dead_lettered(cloud, arn, 3)
    kinesis().update_queue(
        QueueARN=arn, QueueAttributes={"DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 3}}
    )
    assert receive(arn) == [] and len(receive(arn, dead=True)) == 1


def test_dead_letters_are_hidden_and_come_back_and_never_die_again(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put()
    dead_lettered(cloud, arn, 1)
    for count in range(2, 9):
        (letter,) = receive(arn, dead=True)
        assert letter["ReceiveCount"] == count and receive(arn, dead=True) == []
        cloud.run(29)
    (letter,) = receive(arn, dead=True)
    change = kinesis().update_dead_letter_queue_records_visibility
    assert change(QueueARN=arn, Entries=entries([letter], VisibilityTimeoutSeconds=0))["Failed"] == []
    assert len(receive(arn, dead=True)) == 1


def test_an_acknowledged_dead_letter_is_discarded(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put(data=b"hopeless")
    dead_lettered(cloud, arn, 1)
    assert acknowledge(arn, receive(arn, dead=True), dead=True) == []
    cloud.run(60)
    assert receive(arn, dead=True) == [] and receive(arn) == []


def test_a_restored_record_has_all_its_receives_before_it(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 2})
    put(data=b"mended")
    for _ in range(2):
        dead_lettered(cloud, arn, 2)
        letters = receive(arn, dead=True)
        answer = kinesis().restore_dead_letter_queue_records(QueueARN=arn, Entries=entries(letters))
        assert answer["Successful"] == entries(letters) and answer["Failed"] == []
    (record,) = receive(arn)
    assert (record["Data"], record["ReceiveCount"]) == (b"mended", 1)
    assert acknowledge(arn, [record]) == []
    assert cloud.summary()["processed"] == 1


def test_each_kind_of_record_has_calls_of_its_own(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put()
    dead_lettered(cloud, arn, 1)
    letters = receive(arn, dead=True)
    (failed,) = acknowledge(arn, letters)
    assert (
        failed["ErrorCode"] == "InvalidArgumentException"
        and "has become a dead-letter record" in failed["ErrorMessage"]
    )
    put(data=b"fresh")
    (failed,) = kinesis().restore_dead_letter_queue_records(QueueARN=arn, Entries=entries(receive(arn)))["Failed"]
    assert "is not a dead-letter record" in failed["ErrorMessage"]


def test_a_dead_letter_expires_with_its_stream(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put()
    dead_lettered(cloud, arn, 1)
    assert cloud.summary()["dead_lettered"] == 1
    cloud.run(DAY_S)
    assert receive(arn, dead=True) == []
    assert (cloud.summary()["dead_lettered"], cloud.summary()["expired"]) == (0, 1)


def test_restored_records_wake_a_receive_that_waits(cloud):
    arn = stage(DeadLetterConfiguration={"TargetType": "BUILT_IN", "MaxReceiveCount": 1})
    put(data=b"x")
    dead_lettered(cloud, arn, 1)
    letters = receive(arn, dead=True)
    cloud.at(8, lambda: kinesis().restore_dead_letter_queue_records(QueueARN=arn, Entries=entries(letters)))
    assert data(receive(arn, WaitTimeSeconds=20)) == ["x"] and cloud.elapsed == 8


@pytest.mark.parametrize("name", ["acknowledge_queue_records", "restore_dead_letter_queue_records"])
def test_a_call_names_at_most_ten_records(cloud, name):
    many = [{"ReceiptHandle": "x"}] * (facts.ACKNOWLEDGE_MAX.value + 1)
    with pytest.raises(ClientError, match="length less than or equal to 10") as refused:
        getattr(kinesis(), name)(QueueARN=stage(), Entries=many)
    assert refused.value.response["Error"]["Code"] == "InvalidArgumentException"
