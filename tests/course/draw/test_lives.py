"""Where every message is: the trace replayed."""

import boto3

from motoclock.account import Outcome, State, peak_concurrency, read_invocations, read_lives
from motoclock.trace import Checkpoint, Delivery, Kind, Moved, Reason, Sent
from sevenways import Cloud
from tests.course.draw.stories import (
    DLQ,
    FUNCTION,
    INVOICE,
    QUEUE,
    Story,
    asynchronous,
    charged_twice,
    four_days,
    poisoned,
    rush,
)

TOPIC = "arn:aws:sns:us-east-1:123456789012:users"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"


def states(trace):
    return [life.state for life in read_lives(trace).lives]


def test_messages_of_a_batch_that_always_times_out_stay_in_flight():
    lives = read_lives(charged_twice())
    assert lives.sent == 10
    assert {life.state for life in lives.lives} == {State.IN_FLIGHT}
    assert {life.starts for life in lives.lives} == {10}


def test_a_dead_lettered_message_is_one_life_in_two_queues():
    lives = read_lives(poisoned())
    assert states(poisoned()).count(State.DEAD_LETTERED) == 10
    assert states(poisoned()).count(State.DONE) == 5
    assert lives.sent == 15 == len(lives.lives)
    assert len(lives.in_store(DLQ)) == 10


def test_an_arrival_that_is_recorded_beside_the_move_is_not_counted_twice():
    story = Story()
    story.send(0, "a")
    story.receive(0, ["a"])
    story.dead_letter(30, ["a"], 1)
    story.send(30, "a", DLQ, sender=QUEUE, origins=("a",))
    lives = read_lives(story.trace())
    assert (lives.sent, len(lives.lives), len(lives.in_store(DLQ))) == (1, 1, 1)


def test_a_redriven_message_leaves_the_dead_letters_under_its_new_id():
    story = Story()
    story.send(0, "a")
    story.receive(0, ["a"])
    story.dead_letter(30, ["a"], 1)
    story.tell(60, Kind.REDRIVEN, DLQ, "a", None, Moved(QUEUE, 1, "moved by a message move task", "b"))
    story.send(60, "b", QUEUE, sender=DLQ, origins=("a",))
    story.receive(61, ["b"])
    story.delete(62, ["b"])
    lives = read_lives(story.trace())
    assert (lives.sent, states(story.trace())) == (1, [State.DONE])
    assert [stay.state for stay in lives.stays] == [State.REDRIVEN, State.REDRIVEN, State.DONE]


def test_a_second_copy_of_a_standard_queue_is_the_same_life():
    story = Story()
    story.send(0, "a")
    story.receive(0, ["a"])
    story.run(0, 1, Kind.SUCCEEDED, ["a"])
    story.delete(1, ["a"])
    story.send(2, "a", sender=QUEUE, origins=("a",))
    story.receive(2, ["a"])
    story.run(2, 1, Kind.SUCCEEDED, ["a"])
    lives = read_lives(story.trace())
    assert (lives.sent, len(lives.lives), lives.lives[0].starts) == (1, 1, 2)
    assert lives.lives[0].state is State.DONE  # once done, done; the copy in flight is in the store all the same
    assert [stay.state for stay in lives.stays] == [State.DONE, State.IN_FLIGHT]


def test_a_topic_has_a_copy_for_each_subscription_that_goes_on_in_its_queue():
    story = Story()
    story.tell(0, Kind.SENT, TOPIC, "m", None, Sent("user-0", 10))
    story.tell(0, Kind.DELIVERED, TOPIC, "m", None, Delivery(QUEUE, 1, "m-1", f"{TOPIC}:one"))
    story.send(0, "m-1", QUEUE, sender=TOPIC, origins=("m",))
    story.tell(0, Kind.FILTERED, TOPIC, "m", None, Reason("country is FR", f"{TOPIC}:two"))
    story.receive(1, ["m-1"])
    story.delete(3, ["m-1"])
    lives = read_lives(story.trace())
    assert lives.sent == 1
    assert sorted(states(story.trace())) == [State.DONE, State.FILTERED]
    done = next(life for life in lives.lives if life.state is State.DONE)
    assert done.done_at - done.sent_at == 3


def test_a_stream_has_a_place_for_each_reader():
    story = Story()
    index, mail = (f"arn:aws:lambda:us-east-1:123456789012:function:{name}" for name in ("index", "mail"))
    for n in range(3):
        story.tell(0, Kind.SENT, STREAM, f"c{n}", None, Sent(f"click-{n}", 10))
    story.run(1, 1, Kind.SUCCEEDED, ["c0", "c1", "c2"], "index-1", function=index, source=STREAM)
    story.run(1, 1, Kind.FAILED, ["c0", "c1", "c2"], "mail-1", function=mail, source=STREAM)
    story.tell(2, Kind.CHECKPOINTED, STREAM, "c0", None, Checkpoint("shard-0", "1", index))
    lives = read_lives(story.trace())
    assert lives.sent == 3
    assert states(story.trace()).count(State.DONE) == 3
    assert states(story.trace()).count(State.WAITING) == 3


def test_an_asynchronous_event_waits_between_its_runs_and_is_dropped():
    (life,) = read_lives(asynchronous()).lives
    assert (life.state, life.starts) == (State.DROPPED, 3)
    words = [str(state) for _at, state in life.stays[0].changes]
    assert words == ["waiting", "in flight", "waiting", "in flight", "waiting", "in flight", "waiting", "dropped"]


def test_expired_delayed_and_purged_messages_have_their_own_states():
    assert states(four_days()) == [State.EXPIRED]
    story = Story()
    story.send(0, "a", delay_s=10)
    story.send(0, "b")
    story.delete(1, ["b"], by="purge")
    assert states(story.trace()) == [State.DELAYED, State.PURGED]


def test_runs_are_put_together_from_start_and_finish():
    runs = read_invocations(rush())
    assert len(runs) == 46
    assert sum(run.outcome is Outcome.FAILED for run in runs) == 6
    assert peak_concurrency(runs) == 5
    assert {run.function for run in runs} == {"charge"}
    assert {run.arn for run in runs} == {FUNCTION}


def test_attempts_that_share_a_request_id_are_separate_runs():
    assert [(run.attempt, run.started) for run in read_invocations(asynchronous())] == [(1, 0.0), (2, 60.3), (3, 180.6)]
    assert read_invocations(asynchronous())[0].arn == INVOICE


def test_a_run_that_has_not_ended_lasts_to_the_end_of_the_record():
    story = Story()
    story.run(0, 50, Kind.SUCCEEDED, ["a"])
    trace = [event for event in story.trace() if event.kind is not Kind.SUCCEEDED]
    (run,) = read_invocations(trace)
    assert (run.outcome, run.ended) == (Outcome.RUNNING, 0.0)


def test_a_replayed_event_ends_once_more_where_nothing_is_stored():
    cloud = Cloud(seed=1)
    events = boto3.client("events")
    cloud.downstream("https://warehouse.example")
    bus = events.describe_event_bus(Name="default")["Arn"]
    archive = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "s3cret"}}
    connection = events.create_connection(Name="warehouse", AuthorizationType="API_KEY", AuthParameters=key)
    address = events.create_api_destination(
        Name="book",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint="https://warehouse.example/parcels",
        HttpMethod="POST",
    )["ApiDestinationArn"]
    events.put_rule(Name="placed", EventPattern='{"source": ["shop"]}')
    role = "arn:aws:iam::123456789012:role/tests"
    events.put_targets(Rule="placed", Targets=[{"Id": "1", "Arn": address, "RoleArn": role}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "OrderPlaced", "Detail": "{}"}] * 2)
    cloud.run()
    events.start_replay(
        ReplayName="again", EventSourceArn=archive, EventStartTime=0, EventEndTime=cloud.now, Destination={"Arn": bus}
    )
    cloud.run()
    assert [life.state for life in read_lives(cloud.trace).lives] == [State.DONE] * 4
