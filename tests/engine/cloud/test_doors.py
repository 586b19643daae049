"""Opening, parking and closing are all or nothing: whatever stops them and wherever, the learner's world is there afterwards."""

import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import boto3
import pytest

import motoclock
from motoclock.cloud import Cloud, CloudClosed, parked
from motoclock.platform import signals
from motoclock.services.seams import parking
from motoclock.world import current_world

ANYWHERE = str(Path(motoclock.__file__).parent)
AT_THE_DOOR = tuple(f"{ANYWHERE}/{file}" for file in ("cloud.py", "world.py", "services/seams/parking.py"))
MOMENTS = {ANYWHERE: 20, AT_THE_DOOR: 50}


def with_block() -> None:
    with Cloud(seed=5):
        pass


def nested_blocks() -> None:
    with Cloud(seed=5):
        Cloud(seed=6)


def parked_block() -> None:
    """What an Explorer and a check do."""
    with parked(), Cloud(seed=5):
        pass


DOORS = [with_block, nested_blocks, parked_block]


class Moment:
    """A tracer that counts lines, or calls, of the engine, and at one of them does something."""

    def __init__(self, kind: str, within: str | tuple[str, ...], at: int, act: Callable[[], None]):
        self.kind, self.within, self.at, self.act = kind, within, at, act
        self.seen = 0
        self.place = ""

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(self.within):
            return None
        if event == self.kind and (self.kind == "line" or _may_fail(frame.f_code)):
            self.seen += 1
            if self.seen == self.at:
                self.place = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {frame.f_code.co_name}"
                self.act()
        return self


def _may_fail(code: CodeType) -> bool:
    """A call that fails before its first line has not been made: for the doors themselves that means that nobody went through."""
    return code not in signals.shield._covered and code.co_name not in ("_give_way", "_bring_back")


@contextmanager
def traced(moment: Moment) -> Iterator[None]:
    before = sys.gettrace()
    sys.settrace(moment)
    try:
        yield
    finally:
        sys.settrace(before)


def run(door: Callable[[], None], moment: Moment) -> BaseException | None:
    try:
        with traced(moment):
            door()
    except BaseException as error:
        return error
    return None


def moments(door: Callable[[], None], kind: str, act: Callable[[], None]) -> Iterator[Moment]:
    """Seeded places among all that going through this door has, half of them where Clouds are exchanged."""
    for within in (ANYWHERE, AT_THE_DOOR):
        every = Moment(kind, within, -1, act)
        run(door, every)
        for at in sorted(random.Random(9).sample(range(1, every.seen + 1), min(MOMENTS[within], every.seen))):
            yield Moment(kind, within, at, act)


class Home:
    """A learner's world: a Cloud, a queue in it and a message."""

    def __init__(self) -> None:
        self.cloud = Cloud(seed=1)
        self.sqs = boto3.client("sqs")
        self.url = self.sqs.create_queue(QueueName="orders")["QueueUrl"]
        self.sent = 0

    def is_there(self) -> bool:
        """The world is open, its queue works, and time passes."""
        assert current_world() is self.cloud._world, "another world is open"
        self.sent += 1
        self.sqs.send_message(QueueUrl=self.url, MessageBody=str(self.sent))
        taken = self.sqs.receive_message(QueueUrl=self.url)["Messages"]
        assert [one["Body"] for one in taken] == [str(self.sent)]
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=taken[0]["ReceiptHandle"])
        return self.cloud.run(seconds=1).seconds == 1


@pytest.fixture
def home() -> Iterator[Home]:
    home = Home()
    yield home
    home.cloud.close()
    assert not parking.mock.in_use, "a Cloud that nobody has any more keeps moto switched on"


@pytest.mark.parametrize("door", DOORS)
def test_ctrl_c_at_any_of_a_hundred_moments_leaves_the_learners_world_open(
    door: Callable[[], None], home: Home
) -> None:
    door()  # what is imported late is imported
    for moment in moments(door, "line", lambda: signal.raise_signal(signal.SIGINT)):
        stopped = run(door, moment)
        assert isinstance(stopped, KeyboardInterrupt), f"Ctrl-C was lost at {moment.place}"
        assert home.is_there(), moment.place


@pytest.mark.parametrize("door", DOORS)
def test_whatever_call_fails_on_the_way_the_learners_world_is_open(door: Callable[[], None], home: Home) -> None:
    def fail() -> None:
        raise MemoryError("no more")

    door()
    for moment in moments(door, "call", fail):
        run(door, moment)
        assert home.is_there(), moment.place


@pytest.mark.parametrize(
    ("where", "name"),
    [(Cloud, "__init__"), (Cloud, "__enter__"), (Cloud, "__exit__"), (parked, "__enter__"), (parked, "__exit__")],
)
def test_ctrl_c_at_the_first_instruction_of_a_door_where_no_try_holds_yet(where: type, name: str, home: Home) -> None:
    def tracer(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code is getattr(where, name).__code__:
            signal.raise_signal(signal.SIGINT)

    sys.settrace(tracer)
    try:
        with pytest.raises(KeyboardInterrupt), where():
            pass
    finally:
        sys.settrace(None)
    assert home.is_there()


def test_when_the_last_cloud_is_closed_ctrl_c_is_whose_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Cloud():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_elsewhere_ctrl_c_goes_to_whoever_had_it_before(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert home.is_there()


def test_a_seed_that_can_not_be_drawn_from_opens_nothing(home: Home) -> None:
    with pytest.raises((ValueError, TypeError)):
        Cloud(seed="\ud800")
    assert home.is_there()


def test_a_picture_that_can_not_be_taken_keeps_nobody_from_opening_another(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(world: Any) -> Any:
        raise OverflowError("date value out of range")

    monkeypatch.setattr("motoclock.cloud.read_account", unreadable)
    with Cloud(seed=2):
        pass
    assert home.is_there()
    other = Cloud(seed=3)
    with pytest.raises(CloudClosed, match="could not be read"):
        home.cloud.account()
    other.close()
