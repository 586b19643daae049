"""Time has bounds wherever it enters, and whatever is asked of it, the clock goes on."""

import math
import time

import boto3
import pytest

from motoclock.clock import Clock, HandlerSpins
from motoclock.cloud import Cloud

TOO_LONG = [1e12, math.inf, math.nan]


def still_runs(cloud: Cloud) -> None:
    before = cloud.elapsed
    assert cloud.run(seconds=2).seconds == 2
    assert cloud.elapsed == before + 2
    with Cloud() as other:
        other.run(seconds=1)
    cloud.run(seconds=1)


@pytest.mark.parametrize("seconds", TOO_LONG)
def test_a_run_has_an_end(cloud: Cloud, seconds: float) -> None:
    with pytest.raises(ValueError, match="run: seconds is 0 or more seconds, and a hundred years at most, not "):
        cloud.run(seconds=seconds)
    still_runs(cloud)


def test_the_years_of_a_cloud_are_counted_from_its_opening(cloud: Cloud) -> None:
    cloud.run(seconds=99 * 365 * 86400)
    with pytest.raises(ValueError, match="let less time pass"):
        cloud.run(seconds=2 * 365 * 86400)
    assert cloud.now.year == 2128
    still_runs(cloud)


@pytest.mark.parametrize("seconds", TOO_LONG)
def test_nothing_is_planned_beyond_it(cloud: Cloud, seconds: float) -> None:
    with pytest.raises(ValueError, match="at: seconds is 0 or more"):
        cloud.at(seconds, lambda: None)
    still_runs(cloud)


@pytest.mark.parametrize("seconds", TOO_LONG)
def test_a_downstream_answers_some_time(cloud: Cloud, seconds: float) -> None:
    with pytest.raises(ValueError, match="latency_s is 0 or more"):
        cloud.downstream("https://bank.example", latency_s=seconds)
    bank = cloud.downstream("https://bank.example")
    with pytest.raises(ValueError, match="latency_s is 0 or more"):
        bank.latency_s = seconds
    with pytest.raises(ValueError, match="outage: duration_s"):
        bank.outage(1, seconds)
    still_runs(cloud)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(math.nan, "Invalid value NaN"), (math.inf, "too large"), (1e12, "too large"), (1e10, "too large")],
)
def test_a_cell_can_not_sleep_for_ever(cloud: Cloud, seconds: float, said: str) -> None:
    with pytest.raises((ValueError, OverflowError), match=said):
        time.sleep(seconds)
    with pytest.raises(ValueError, match="let less time pass"):
        time.sleep(9e9)
    still_runs(cloud)


def sleeper(event, context):
    import time

    time.sleep(float(event))


@pytest.mark.parametrize(
    ("seconds", "error"),
    [("nan", "ValueError"), ("inf", "OverflowError"), ("-1", "ValueError"), ("9e9", "Sandbox.Timedout")],
)
def test_a_handler_is_refused_as_python_refuses_it_or_times_out(cloud: Cloud, seconds: str, error: str) -> None:
    cloud.deploy(sleeper)
    answer = boto3.client("lambda").invoke(FunctionName="sleeper", Payload=f'"{seconds}"')
    assert error in answer["Payload"].read().decode()
    still_runs(cloud)


def naps(event, context):
    import time

    while True:
        time.sleep(0)


def looks(event, context):
    import time

    while True:
        time.time()


def peeks(event, context):
    import queue

    parcels = queue.Queue()
    while True:
        try:
            parcels.get(timeout=0)
        except queue.Empty:
            pass


@pytest.mark.parametrize("handler", [naps, looks, peeks])
def test_waits_for_nothing_end_as_spinning(cloud: Cloud, handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motoclock.clock.SPIN_LIMIT_SHORT_WAITS", 2_000)
    cloud.deploy(handler, timeout=900)
    with pytest.raises(
        HandlerSpins, match=f"{handler.__name__}-1 read the clock or waited for less than 1 ms, 2,000 times"
    ):
        boto3.client("lambda").invoke(FunctionName=handler.__name__)
    still_runs(cloud)


def test_short_waits_between_long_ones_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motoclock.clock.SPIN_LIMIT_SHORT_WAITS", 5)
    clock = Clock()

    def work() -> None:
        for _ in range(9):
            for _ in range(4):
                clock.sleep(0)
            clock.sleep(0.001)

    clock.spawn(work).handler = True
    assert clock.run_while_work(lambda: False, 60)
    assert clock.now == pytest.approx(0.009)


def raises_exit(event, context):
    from greenlet import GreenletExit

    raise GreenletExit


def test_what_ends_a_strand_ends_the_runtime_when_a_handler_raises_it(cloud: Cloud) -> None:
    cloud.deploy(raises_exit)
    answer = boto3.client("lambda").invoke(FunctionName="raises-exit")
    assert "Runtime.ExitError" in answer["Payload"].read().decode()
    still_runs(cloud)


def test_a_run_that_has_nothing_to_do_for_a_week_says_when_the_next_work_is_due(cloud: Cloud) -> None:
    cloud.at(30 * 86400, lambda: None)
    assert repr(cloud.run()) == (
        "0 s passed, 0 invocations; the next work is due in 30 d, and a run without seconds looks 7 d ahead"
    )
    assert cloud.run(seconds=31 * 86400).seconds == 31 * 86400
