"""Archives, replays, scheduled rules, events of partners."""

import datetime
import json

import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.delivery.events_stage import ACCOUNT, contents, events, happened, put, rule
from tests.engine.delivery.stage import arn_of, counts, queue

BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
PARTNER = "aws.partner/parcelwing.example/marigold"


def at(seconds: float) -> datetime.datetime:
    return datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=seconds)


def archive(**more) -> str:
    return events().create_archive(ArchiveName="all", EventSourceArn=BUS, **more)["ArchiveArn"]


def replay(arn: str, start: float = 0, end: float = 3600, name: str = "again", **destination) -> None:
    events().start_replay(
        ReplayName=name, EventSourceArn=arn, EventStartTime=at(start), EventEndTime=at(end), Destination={"Arn": BUS, **destination},
    )  # fmt: skip


# ---------------------------------------------------------------------- archives and replays


def test_an_archive_keeps_what_its_pattern_matches(cloud):
    archive(EventPattern=json.dumps({"detail": {"n": [{"numeric": ["<", 3]}]}}))
    put(*[{"n": n} for n in range(5)])
    described = events().describe_archive(ArchiveName="all")
    assert described["EventCount"] == 3
    assert described["SizeBytes"] > 0


def test_an_archive_forgets_after_its_retention(cloud):
    archive(RetentionDays=1)
    put({})
    cloud.run(seconds=86_401)
    assert events().describe_archive(ArchiveName="all")["EventCount"] == 0


def test_a_replay_sends_every_event_to_every_matching_rule_again(cloud):
    url = queue()
    rule(arn_of(url))
    arn = archive()
    ids = put(*[{"n": n} for n in range(10)])
    cloud.run()
    replay(arn)
    assert events().describe_replay(ReplayName="again")["State"] == "STARTING"
    cloud.run()
    found = contents(url)
    assert [one["id"] for one in found] == ids * 2
    assert [one.get("replay-name") for one in found] == [None] * 10 + ["again"] * 10
    assert events().describe_replay(ReplayName="again")["State"] == "COMPLETED"
    assert cloud.summary()["sent"] == 10 and cloud.summary()["copies"] == 20
    assert events().describe_archive(ArchiveName="all")["EventCount"] == 10  # what is replayed is not archived again


def test_a_replay_can_name_its_rules(cloud):
    charge, news = queue("charge"), queue("news")
    rule(arn_of(charge), name="charge")
    only = rule(arn_of(news), name="news")
    arn = archive()
    put({"n": 1})
    cloud.run()
    replay(arn, FilterArns=[only])
    cloud.run()
    assert (counts(charge), counts(news)) == ((1, 0), (2, 0))


def test_a_replay_has_a_window_of_time(cloud):
    url = queue()
    arn = archive()
    for n in range(3):
        put({"n": n})
        cloud.run(seconds=100)
    rule(arn_of(url))
    replay(arn, start=50, end=150)
    cloud.run()
    assert [one["detail"]["n"] for one in contents(url)] == [1]


def test_a_rule_can_leave_replayed_events_out(cloud):
    url = queue()
    rule(arn_of(url), pattern={"detail-type": ["OrderPlaced"], "replay-name": [{"exists": False}]})
    arn = archive()
    put({})
    replay(arn)
    cloud.run()
    assert counts(url) == (1, 0)


def test_a_replay_can_be_cancelled_once(cloud):
    url = queue()
    arn = archive()
    put({"n": 1})
    cloud.run(seconds=61)
    put({"n": 2})
    rule(arn_of(url))
    replay(arn)
    cloud.run(seconds=0.2)
    assert events().cancel_replay(ReplayName="again")["State"] == "CANCELLING"
    cloud.run()
    assert [one["detail"]["n"] for one in contents(url)] == [1]
    assert events().describe_replay(ReplayName="again")["State"] == "CANCELLED"
    with pytest.raises(ClientError):
        events().cancel_replay(ReplayName="again")


def test_a_replay_goes_to_its_own_bus_and_runs_forward(cloud):
    events().create_event_bus(Name="other")
    arn = archive()
    with pytest.raises(ClientError):
        replay(arn, name="r", Arn=BUS.replace("default", "other"))
    with pytest.raises(ClientError):
        replay(arn, start=10, end=5)


def test_replays_are_listed_by_state(cloud):
    arn = archive()
    replay(arn)
    assert [one["ReplayName"] for one in events().list_replays(State="STARTING")["Replays"]] == ["again"]


# ---------------------------------------------------------------------- schedules


def test_a_rate_fires_for_ever_in_the_background(cloud):
    url = queue()
    rule(arn_of(url), pattern=None, ScheduleExpression="rate(5 minutes)")
    assert cloud.run().seconds == 0
    cloud.run(seconds=16 * 60)
    found = contents(url)
    assert [one["time"] for one in found] == [f"2030-01-01T00:{minute:02}:00Z" for minute in (5, 10, 15)]
    assert found[0]["source"] == "aws.events" and found[0]["detail-type"] == "Scheduled Event"


def test_a_cron_fires_at_its_times(cloud):
    url = queue(MessageRetentionPeriod=14 * 86_400)
    rule(arn_of(url), pattern=None, ScheduleExpression="cron(30 9 ? * MON-FRI *)")
    cloud.run(seconds=7 * 86_400)
    assert [one["time"][:10] for one in contents(url)] == [f"2030-01-0{day}" for day in (1, 2, 3, 4, 7)]


def test_a_scheduled_rule_gets_no_other_events(cloud):
    url = queue()
    rule(arn_of(url), pattern=None, ScheduleExpression="rate(1 hour)")
    put({})
    cloud.run()
    assert counts(url) == (0, 0)


def test_a_disabled_or_deleted_schedule_is_silent(cloud):
    url = queue()
    rule(arn_of(url), pattern=None, ScheduleExpression="rate(1 minute)")
    cloud.run(seconds=61)
    events().disable_rule(Name="placed")
    cloud.run(seconds=600)
    assert counts(url) == (1, 0)
    events().enable_rule(Name="placed")
    events().remove_targets(Rule="placed", Ids=["t0"])
    events().delete_rule(Name="placed")
    cloud.run(seconds=600)
    assert counts(url) == (1, 0)


@pytest.mark.parametrize(
    "expression", ["rate(1 minutes)", "cron(0 9 * * * *)", "cron(0 9 * * ?)", "at(2030-01-02T00:00:00)"]
)
def test_a_malformed_schedule_is_refused(cloud, expression):
    with pytest.raises(ClientError):
        events().put_rule(Name="r", ScheduleExpression=expression)


# ---------------------------------------------------------------------- partners


def partner() -> None:
    events().create_partner_event_source(Name=PARTNER, Account=ACCOUNT)


def parcel(n: int) -> dict:
    return {"Source": PARTNER, "DetailType": "ParcelDelivered", "Detail": json.dumps({"n": n})}


def test_partner_events_are_seen_only_on_the_bus_of_their_source(cloud):
    ours, theirs = queue("ours"), queue("theirs")
    partner()
    assert events().describe_event_source(Name=PARTNER)["State"] == "PENDING"
    events().put_partner_events(Entries=[parcel(0)])  # nobody has associated it yet
    events().create_event_bus(Name=PARTNER, EventSourceName=PARTNER)
    assert events().describe_event_source(Name=PARTNER)["State"] == "ACTIVE"
    everything = {"source": [{"prefix": ""}]}
    rule(arn_of(ours), name="on-default", pattern=everything)
    rule(arn_of(theirs), name="on-partner", pattern=everything, bus=PARTNER)
    answer = events().put_partner_events(Entries=[parcel(1)])
    assert answer["FailedEntryCount"] == 0 and answer["Entries"][0]["EventId"]
    cloud.run()
    assert [one["detail"]["n"] for one in contents(theirs)] == [1]
    assert counts(ours) == (0, 0)
    assert len(happened(cloud, Kind.MATCHED)) == 1


def test_nobody_but_the_partner_may_use_its_source(cloud):
    answer = events().put_events(Entries=[parcel(1)])
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"


def test_a_partner_bus_is_called_like_its_source(cloud):
    partner()
    with pytest.raises(ClientError):
        events().create_event_bus(Name="mine", EventSourceName=PARTNER)
    with pytest.raises(ClientError):
        events().create_partner_event_source(Name="parcelwing", Account=ACCOUNT)
