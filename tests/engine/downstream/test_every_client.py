"""Each HTTP client for Python that people use reaches a downstream system, from a handler and from a cell."""

import http.client
import json
import urllib.error
import urllib.request

import httpx
import pytest
import requests
import urllib3

BODY = {"id": 7, "text": "grüezi " * 2000}


def by_requests(url, timeout=None):
    answer = requests.post(url, json=BODY, timeout=timeout)
    return answer.status_code, answer.json()


def by_requests_in_chunks(url, timeout=None):
    whole = json.dumps(BODY).encode()
    answer = requests.post(url, data=(whole[at : at + 1000] for at in range(0, len(whole), 1000)), timeout=timeout)
    return answer.status_code, answer.json()


def by_requests_session(url, timeout=None):
    with requests.Session() as session:
        session.post(url, json=BODY, timeout=timeout)
        answer = session.post(url, json=BODY, timeout=timeout)
        return answer.status_code, answer.json()


def by_urllib3(url, timeout=None):
    with urllib3.PoolManager() as pool:
        answer = pool.request("POST", url, json=BODY, timeout=timeout, retries=False)
        return answer.status, answer.json()


def by_urllib(url, timeout=None):
    request = urllib.request.Request(url, json.dumps(BODY).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.status, json.load(error)


def by_http_client(url, timeout=None):
    kind = http.client.HTTPSConnection if url.startswith("https") else http.client.HTTPConnection
    connection = kind(url.split("/")[2], timeout=timeout)
    connection.request("POST", "/orders", json.dumps(BODY))
    answer = connection.getresponse()
    said = answer.status, json.load(answer)
    connection.close()
    return said


def by_httpx(url, timeout=None):
    answer = httpx.post(url, json=BODY, timeout=timeout)
    return answer.status_code, answer.json()


CLIENTS = [
    by_requests, by_requests_in_chunks, by_requests_session, by_urllib3, by_urllib, by_http_client, by_httpx,
]  # fmt: skip
TIMEOUTS = (TimeoutError, requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError, httpx.ReadTimeout)
REFUSALS = (OSError, urllib3.exceptions.HTTPError, httpx.ConnectError)

pytestmark = [pytest.mark.parametrize("client", CLIENTS), pytest.mark.filterwarnings("error")]
each_scheme = pytest.mark.parametrize("url", ["https://db.example/orders", "http://db.example/orders"])


def echo(request):
    return {"got": request.json(), "path": request.path}


@each_scheme
def test_a_handler_calls(client, stage, url):
    system = stage.downstream(handler=echo)
    said = []
    stage.run(lambda: said.append(client(url)))
    assert said == [(200, {"got": BODY, "path": "/orders"})]
    assert stage.clock.now == pytest.approx(0.05 * system.calls)


@each_scheme
def test_a_cell_calls(client, stage, url):
    stage.downstream(handler=echo)
    assert client(url) == (200, {"got": BODY, "path": "/orders"})


def test_an_error_status_arrives(client, stage):
    stage.downstream(capacity=0)
    said = []
    stage.run(lambda: said.append(client("https://db.example/orders")))
    assert said == [(503, {"error": "db.example is busy: it serves 0 requests at once"})]


def test_its_timeout_is_virtual(client, stage):
    system = stage.downstream(latency_s=60)
    left_at = []

    def handler():
        with pytest.raises(TIMEOUTS):
            client("https://db.example/orders", timeout=2)
        left_at.append(stage.clock.now)

    stage.run(handler)
    assert left_at == [2]
    assert (system.gave_up, stage.clock.now) == (1, 60)


def test_handlers_wait_at_the_same_time(client, stage):
    system = stage.downstream(latency_s=1)
    stage.run(lambda: client("https://db.example/orders"), copies=5)
    assert system.peak == 5
    assert stage.clock.now == system.calls / 5


def test_an_outage_is_a_refused_connection(client, stage):
    stage.downstream().up = False
    said = []

    def handler():
        with pytest.raises(REFUSALS) as caught:
            client("https://db.example/orders")
        said.append(str(caught.value))

    stage.run(handler)
    assert "db.example refused the connection: it is down" in said[0]


def test_a_host_that_nobody_declared_gets_a_sentence(client, stage):
    said = []

    def handler():
        with pytest.raises(REFUSALS) as caught:
            client("https://pay.example/orders")
        said.append(str(caught.value))

    stage.run(handler)
    assert 'declare it: cloud.downstream("https://pay.example")' in said[0]


def test_aws_gets_a_sentence_even_from_a_cell(client, stage):
    with pytest.raises(REFUSALS, match="nothing is ever sent there from here"):
        client("https://sqs.us-east-1.amazonaws.com/orders")
