"""What still runs is drawn until now; a run that reported messages of its batch says how many."""

from motoclock.account import read_invocations
from motoclock.trace import Kind
from sevenways.draw import backlog, timeline
from sevenways.draw.axis import axis_over
from tests.course.draw.stories import Story


def running() -> list:
    """A run of 4 seconds, and from second 10 one that has not ended."""
    story = Story()
    story.send(0, "order-0")
    story.send(0, "order-1")
    story.receive(0, ["order-0"])
    story.run(0, 4, Kind.SUCCEEDED, ["order-0"], cold=True)
    story.delete(4, ["order-0"])
    story.receive(10, ["order-1"])
    story.run(10, 60, Kind.SUCCEEDED, ["order-1"])
    return [event for event in story.trace() if event.at < 60]


def test_a_run_that_goes_on_reaches_to_the_present():
    assert read_invocations(running(), present=29)[-1].ended == 29
    assert "0:10 to 0:29  running" in timeline(running(), present=29).text


def test_the_axis_reaches_to_the_present_only_while_something_runs():
    assert axis_over(running(), present=29).last > 29
    ended = [event for event in running() if event.at < 10]
    assert axis_over(ended, present=3600).last < 5


def test_a_backlog_takes_the_same_axis():
    assert ">0:28<" in backlog(running(), present=29).svg


def test_a_run_that_reported_messages_says_so():
    story = Story()
    story.run(0, 4, Kind.SUCCEEDED, ["order-0", "order-1", "order-2"], failed_ids=("order-1",))
    picture = timeline(story.trace())
    assert "succeeded, 1 reported as failed  3 messages" in picture.text
    assert "messages reported as failed" in picture.svg
