"""A trace is replayed once for all that read it between two events."""

import pytest

from motoclock.account import read_invocations, read_lives, replay
from motoclock.trace import Marked, Trace
from sevenways import Cloud, draw
from tests.engine.delivery.stage import function, mapping, queue, send


@pytest.fixture
def replays(monkeypatch):
    """How many replays there have been."""
    real, seen = replay._Replay.all_of, []
    monkeypatch.setattr(
        replay._Replay, "all_of", lambda self, events: (seen.append(len(events)), real(self, events))[1]
    )
    return seen


def test_all_pictures_of_a_moment_share_one_replay(replays):
    with Cloud() as cloud:
        url = queue()
        function("def handler(event, context): pass")
        mapping(url)
        ids = send(url, ["a", "b"])
        cloud.run()
        replays.clear()
        for _ in range(2):
            cloud.summary(), cloud.backlog(), cloud.passport(ids[0]), cloud.diagram(), cloud.timeline()
        assert replays == [len(cloud.trace)]
        send(url, ["c"])
        assert cloud.summary()["waiting"] == 1  # what has happened since is not missed
        assert len(replays) == 2


def test_a_reading_is_made_anew_when_something_happened():
    trace, made = Trace(lambda: 0.0), []

    def read(events):
        made.append(len(events))
        return len(events)

    assert (trace.reading(read), trace.reading(read), made) == (0, 0, [0])
    trace.append(Marked("x"), "cloud")
    assert (trace.reading(read), trace.reading(read), made) == (1, 1, [0, 1])


def test_a_list_of_events_reads_like_its_trace():
    with Cloud() as cloud:
        url = queue()
        function("import time\ndef handler(event, context): time.sleep(3)", timeout=5)
        mapping(url)
        send(url, ["a"])
        cloud.run(seconds=1)
        events = list(cloud.trace)
        assert read_invocations(events, 7.0) == read_invocations(cloud.trace, 7.0)
        assert read_invocations(cloud.trace, 7.0)[0].ended == 7.0
        assert [life.state for life in read_lives(events).lives] == [
            life.state for life in read_lives(cloud.trace).lives
        ]
        assert dict(draw.summary(events)) == dict(draw.summary(cloud.trace))
