"""A fragile system: latency, capacity, errors, outages, and clients that give up, all in virtual time."""

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motoclock import Cloud
from motoclock.downstream import Downstream
from motoclock.trace import Kind
from motoclock.world import Options, World
from tests.engine.delivery.stage import arn_of, function, lam, queue, sqs


def get(path="/", **more):
    return requests.get(f"https://db.example{path}", **more)


def statuses(system):
    return [exchange.status for exchange in system.requests]


def test_an_answer_takes_the_latency(stage):
    system = stage.downstream(latency_s=0.25)
    stage.run(lambda: get("/orders/7?full=yes&page=2"))
    (exchange,) = system.requests
    assert (exchange.status, exchange.request.at, exchange.finished_at) == (200, 0.0, 0.25)
    assert (exchange.request.path, exchange.request.query) == ("/orders/7", {"full": "yes", "page": "2"})
    assert exchange.answer.body == b'{"ok": true}'


def test_from_a_cell_the_world_runs_on_while_it_waits(stage):
    stage.downstream(latency_s=30)
    ticks = []
    stage.clock.call_later(10, ticks.append, "tick")
    assert get().json() == {"ok": True}
    assert (ticks, stage.clock.now) == (["tick"], 30)


def test_the_latency_may_depend_on_the_request(stage):
    system = stage.downstream(latency_s=lambda request: 0.01 * len(request.body))
    stage.run(lambda: requests.post("https://db.example/", data=b"x" * 40), get)
    assert [exchange.finished_at for exchange in system.requests] == [0.4, 0.0]


def test_beyond_the_capacity_it_answers_503_at_once(stage):
    system = stage.downstream(capacity=5, latency_s=1)
    answers = []
    stage.run(lambda: answers.append((get().status_code, stage.clock.now)), copies=8)
    assert answers == [(503, 0.0)] * 3 + [(200, 1.0)] * 5
    assert (system.calls, system.ok, system.refused, system.peak) == (8, 5, 3, 5)


def test_a_free_place_is_taken_again(stage):
    system = stage.downstream(capacity=1, latency_s=1)
    stage.run(lambda: [get() for _ in range(3)])
    assert statuses(system) == [200, 200, 200]
    assert system.peak == 1


def test_capacity_none_is_no_limit(stage):
    system = stage.downstream(capacity=None, latency_s=1)
    stage.run(get, copies=50)
    assert (system.ok, system.peak) == (50, 50)


def test_a_share_of_the_requests_gets_a_500_after_the_latency(stage):
    system = stage.downstream(capacity=None, error_rate=0.3)
    stage.run(get, copies=200)
    assert 40 <= system.failed <= 80
    assert system.ok + system.failed == 200
    assert {exchange.finished_at for exchange in system.requests} == {0.05}


def failing(error_rate, seed):
    world = World(Options(seed=seed))
    system = Downstream(world, "https://db.example", capacity=None, error_rate=error_rate)
    for _ in range(100):
        system.begin("GET", "/", {}, b"")
    world.clock.run_while_work(lambda: False, 1e9)
    return {number for number, status in enumerate(statuses(system)) if status == 500}


def test_one_seed_fails_the_same_requests_and_a_higher_rate_some_more():
    assert failing(0.2, seed=1) == failing(0.2, seed=1) != failing(0.2, seed=2)
    assert failing(0.2, seed=1) < failing(0.5, seed=1)


def test_a_client_that_times_out_is_not_heard_by_the_system_which_finishes(stage):
    charged = []
    system = stage.downstream(latency_s=5, handler=lambda request: charged.append(request.json()["amount"]))

    def pay():
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.post("https://db.example/charge", json={"amount": 12}, timeout=2)
        assert stage.clock.now == 2
        assert charged == []

    stage.run(pay)
    (exchange,) = system.requests
    assert (charged, system.gave_up, exchange.status) == ([12], 1, 200)
    assert (exchange.client_left_at, exchange.finished_at) == (2, 5)
    (event,) = stage.world.trace.of_kind(Kind.CALLED)
    assert "the client had given up" in event.detail.note


def test_a_client_waits_as_long_as_its_timeout_says(stage):
    system = stage.downstream(latency_s=2)
    stage.run(lambda: get(timeout=2), lambda: get(timeout=(0.1, 3)))
    assert system.gave_up == 0


def test_a_function_that_was_stopped_has_given_up_too(stage):
    system = stage.downstream(latency_s=5)
    task = stage.clock.spawn(get)
    stage.clock.call_later(3, stage.clock.abandon, task)
    stage.run()
    assert (system.ok, system.gave_up) == (1, 1)


def test_an_outage_refuses_connections_and_ends(stage):
    system = stage.downstream(latency_s=1)
    system.outage(start_s=10, duration_s=60)
    answers = []

    def poll():
        for _ in range(9):
            try:
                answers.append(get().status_code)
            except requests.exceptions.ConnectionError as error:
                assert "db.example refused the connection: it is down" in str(error)
                answers.append("refused")
            stage.clock.sleep(9)

    stage.run(poll)
    assert answers == [200] + ["refused"] * 7 + [200]  # at 0, at 10 to 64, at 73
    assert system.unreached == 7
    marks = [event.detail.text for event in stage.world.trace.of_kind(Kind.MARKED)]
    assert marks == ["db.example is down", "db.example is up again"]


def test_an_outage_alone_keeps_no_run_going(stage):
    stage.downstream().outage(start_s=10, duration_s=60)
    stage.run()
    assert stage.clock.now == 0


def test_what_it_is_working_on_survives_the_outage(stage):
    system = stage.downstream(latency_s=20)
    system.outage(start_s=10, duration_s=60)
    stage.run(get)
    assert system.ok == 1


def test_settings_may_change_at_any_time(stage):
    system = stage.downstream(capacity=1, latency_s=1)
    stage.run(get, copies=2)
    system.capacity, system.latency_s = 2, 3
    stage.run(get, copies=2)
    system.up = False
    assert statuses(system) == [200, 503, 200, 200]
    assert "(down)" in repr(system)


@pytest.mark.parametrize(
    ("said", "status", "content_type", "body"),
    [
        (None, 200, "application/json", b'{"ok": true}'),
        ({"id": 7}, 200, "application/json", b'{"id": 7}'),
        ([1, 2], 200, "application/json", b"[1, 2]"),
        ("grüezi", 200, "text/plain; charset=utf-8", "grüezi".encode()),
        (b"\x00\x01", 200, "application/octet-stream", b"\x00\x01"),
        ((429, {"Retry-After": "3"}, {"slow": "down"}), 429, "application/json", b'{"slow": "down"}'),
        ((204, {}, None), 204, None, b""),
    ],
)
def test_a_handler_says_what_the_system_answers(stage, said, status, content_type, body):
    stage.downstream(handler=lambda request: said)
    answer = get()
    assert (answer.status_code, answer.content) == (status, body)
    assert content_type is None or answer.headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    ("handler", "note"),
    [(lambda request: 1 / 0, "its handler raised ZeroDivisionError"), (lambda request: 7, "a handler answers with")],
)
def test_a_handler_that_raises_is_a_500_that_says_so(stage, handler, note):
    system = stage.downstream(handler=handler)
    answer = get()
    assert answer.status_code == 500
    assert note in answer.json()["error"]
    assert note in system.requests[0].note


def test_a_call_is_in_the_trace(stage):
    stage.downstream(capacity=1, latency_s=1)
    stage.run(lambda: get("/a"), lambda: get("/b"))
    refused, served = stage.world.trace.of_kind(Kind.CALLED)
    assert (refused.at, refused.resource, refused.detail.status, refused.detail.at_once) == (0, "db.example", 503, 2)
    assert (served.at, served.detail.status, served.detail.latency_s, served.detail.at_once) == (1, 200, 1, 1)
    assert (served.detail.method, served.detail.url) == ("GET", "https://db.example/a")


def test_the_summary_of_a_system_is_one_line(stage):
    system = stage.downstream(capacity=1, latency_s=1)
    stage.run(get, copies=3)
    assert repr(system) == "<https://db.example: 3 calls, 1 ok, 2 refused, at most 1 at once>"
    assert repr(system.requests[0]) == "<0.000s GET /: 200>"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"url": "db.example"}, 'such as "https://db.example"'),
        ({"url": "https://db.example/v1"}, "is a scheme and a host"),
        ({"url": "https://sqs.us-east-1.amazonaws.com"}, "is AWS itself"),
        ({"error_rate": 30}, "share between 0 and 1, not 30"),
        ({"capacity": -1}, "0 or more, not -1"),
        ({"latency_s": -1}, "0 or more seconds, and a hundred years at most, not -1"),
    ],
)
def test_a_setting_that_can_not_be_is_answered_with_a_sentence(stage, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        stage.downstream(**settings)


def test_an_outage_in_the_past_is_refused(stage):
    system = stage.downstream()
    stage.clock.sleep(10)
    with pytest.raises(ValueError, match="Second 5 has passed"):
        system.outage(5, 60)


def test_a_port_of_its_own_is_another_system(stage):
    usual, other = stage.downstream(), stage.downstream("http://db.example:8080")
    stage.run(get, lambda: requests.get("http://db.example:8080/x"))
    assert (usual.calls, other.calls) == (1, 1)
    assert other.requests[0].request.url == "http://db.example:8080/x"


def who_fails(handler_s, latency_s, concurrency, seed):
    """Thirty orders through a queue into a provider that fails: order -> the numbers of its attempts that failed."""
    with Cloud(seed=seed) as cloud:
        provider = cloud.downstream("https://pay.example", latency_s=latency_s, capacity=None, error_rate=0.3)
        url = queue(VisibilityTimeout="60")
        function(
            f"""
            import time, urllib.request
            def handler(event, context):
                time.sleep({handler_s})
                body = event["Records"][0]["body"].encode()
                urllib.request.urlopen("https://pay.example/charge", data=body).read()
            """,
            timeout=30,
        )
        lam().create_event_source_mapping(
            EventSourceArn=arn_of(url),
            FunctionName="work",
            BatchSize=1,
            ScalingConfig={"MaximumConcurrency": concurrency},
        )
        for number in range(30):
            sqs().send_message(QueueUrl=url, MessageBody=f"order-{number}")
        cloud.run()
        attempts: dict[str, list[int]] = {}
        for exchange in provider.requests:
            attempts.setdefault(exchange.request.text, []).append(exchange.status)
        assert len(attempts) == 30
        return {
            order: [number for number, status in enumerate(statuses, 1) if status == 500]
            for order, statuses in attempts.items()
        }


@settings(max_examples=6, deadline=None)
@example(
    handler_s=8, latency_s=0.05, concurrency=2, seed=1
)  # the first failures are back before the last orders are tried
@given(
    handler_s=st.floats(0.01, 8), latency_s=st.floats(0.01, 3), concurrency=st.integers(2, 20), seed=st.integers(0, 5)
)
def test_the_same_orders_fail_at_the_same_attempts_however_long_the_work_takes(handler_s, latency_s, concurrency, seed):
    plain = who_fails(0.05, 0.05, 5, seed)
    assert any(plain.values())
    assert who_fails(handler_s, latency_s, concurrency, seed) == plain


def test_a_request_asked_again_has_its_own_luck():
    """Half of all first attempts fail, and of those half again: no request is doomed by its text."""
    world = World(Options(seed=1))
    system = Downstream(world, "https://db.example", capacity=None, error_rate=0.5)
    for _ in range(4):
        for number in range(100):
            system.begin("POST", "/", {}, str(number).encode())
    world.clock.run_while_work(lambda: False, 1e9)
    failed = [
        sum(one.status == 500 for one in system.requests if one.request.text == str(number)) for number in range(100)
    ]
    assert 150 <= sum(failed) <= 250
    assert {0, 1, 2, 3, 4} == set(failed)
