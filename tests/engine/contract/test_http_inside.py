"""The HTTP seam stands on a few functions of the standard library and urllib3: these fail loudly when the ground moves."""

import http.client
import http.server
import inspect
import socket
import ssl
import threading

import pytest
import requests
import urllib3.connection
import urllib3.util.connection
import urllib3.util.ssl_

from motoclock.clock import DeadTask
from motoclock.downstream import Downstream
from motoclock.services.seams.gate import NotInTheCloud
from motoclock.world import Options, World, current_world, set_current_world

REPLACED = {
    "socket.create_connection": lambda: socket.create_connection,
    "urllib3.util.connection.create_connection": lambda: urllib3.util.connection.create_connection,
    "urllib3.connection.HTTPSConnection.connect": lambda: urllib3.connection.HTTPSConnection.connect,
    "ssl.SSLContext.wrap_socket": lambda: ssl.SSLContext.wrap_socket,
    "socket.socket.connect": lambda: socket.socket.connect,
    "socket.socket.connect_ex": lambda: socket.socket.connect_ex,
    "socket.socket.sendto": lambda: socket.socket.sendto,
    "ssl.SSLContext.wrap_bio": lambda: ssl.SSLContext.wrap_bio,
    "http.client.HTTPConnection.set_tunnel": lambda: http.client.HTTPConnection.set_tunnel,
    "http.client.HTTPConnection.putrequest": lambda: http.client.HTTPConnection.putrequest,
    "ssl._create_default_https_context": lambda: ssl._create_default_https_context,
}


@pytest.fixture
def world():
    before = current_world()
    world = World(Options())
    set_current_world(world)
    yield world
    set_current_world(before)
    world.clock.close()


@pytest.fixture
def no_network(monkeypatch):
    """Whatever still asks DNS or opens a socket fails."""

    def ask(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    monkeypatch.setattr(socket.socket, "connect", ask)


@pytest.fixture
def local_server():
    """A real server on this machine, as a learner's own JupyterLab is one."""

    class Hello(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def in_a_task(world, call):
    said = []

    def strand():
        try:
            said.append(call())
        except Exception as error:
            said.append(error)

    world.clock.spawn(strand)
    world.clock.run_while_work(lambda: False, 1e9)
    return said[0]


@pytest.mark.parametrize("name", REPLACED)
def test_the_function_is_replaced_once(name):
    replaced = REPLACED[name]()
    assert hasattr(replaced, "__wrapped__"), f"{name} is not replaced: was the seam installed?"
    assert not hasattr(replaced.__wrapped__, "__wrapped__"), f"{name} is replaced twice: install() must run once"


def test_urllib3_still_connects_as_the_seam_assumes():
    connection = urllib3.connection.HTTPSConnection("db.example")
    assert {"proxy", "host", "port", "sock", "is_verified"} <= set(dir(connection))
    source = inspect.getsource(urllib3.connection.HTTPSConnection.connect.__wrapped__)
    assert "self._new_conn()" in source and "self.is_verified" in source
    assert "connection.create_connection(" in inspect.getsource(urllib3.connection.HTTPConnection._new_conn)


def test_http_client_still_connects_as_the_seam_assumes():
    assert http.client.HTTPConnection("db.example")._create_connection is socket.create_connection
    assert "_context.wrap_socket(" in inspect.getsource(http.client.HTTPSConnection.connect)


@pytest.mark.parametrize("url", ["https://db.example/", "http://db.example/", "https://DB.Example./"])
def test_dns_is_never_asked_for_a_declared_host(world, no_network, url):
    Downstream.put(world, "https://db.example")
    assert requests.get(url).status_code == 200
    assert in_a_task(world, lambda: requests.get(url)).status_code == 200


def test_no_certificate_is_read_for_a_declared_host(world, monkeypatch):
    Downstream.put(world, "https://db.example")
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: pytest.fail("certificates were read"))
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_, **__: pytest.fail("certificates were read"))

    def by_http_client():
        connection = http.client.HTTPSConnection("db.example")
        connection.request("GET", "/")
        return connection.getresponse().status

    assert in_a_task(world, by_http_client) == 200
    assert in_a_task(world, lambda: requests.get("https://db.example")).status_code == 200


def test_a_cell_reaches_the_machine_it_runs_on(world, local_server):
    assert requests.get(local_server).text == "hello"


def test_without_a_cloud_the_seam_does_nothing(local_server):
    assert current_world() is None
    assert requests.get(local_server).text == "hello"


@pytest.mark.parametrize("host", ["sqs.us-east-1.amazonaws.com", "queue.amazonaws.com.", "169.254.169.254"])
@pytest.mark.parametrize("open_connection", [socket.create_connection, urllib3.util.connection.create_connection])
def test_aws_is_refused_with_and_without_a_cloud(host, open_connection):
    assert current_world() is None
    with pytest.raises(NotInTheCloud, match="is AWS, and nothing is ever sent there from here"):
        open_connection((host, 443))


@pytest.mark.parametrize(
    "leave",
    [
        lambda: socket.create_connection(("shop.example", 443)),
        lambda: urllib3.util.connection.create_connection(("shop.example", 443)),
        lambda: socket.getaddrinfo("shop.example", 443),
        lambda: socket.getaddrinfo(b"shop.example", 443),
        lambda: socket.socket().connect(("shop.example", 443)),
        lambda: socket.socket().connect_ex(("shop.example", 443)),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nothing_leaves_a_task(world, leave):
    error = in_a_task(world, leave)
    assert isinstance(error, NotInTheCloud)
    assert 'declare it: cloud.downstream("https://shop.example")' in str(error)


def test_even_this_machine_is_outside_for_a_task(world, local_server):
    error = in_a_task(world, lambda: requests.get(local_server))
    assert "Nothing leaves this machine, so 127.0.0.1 is out of reach" in str(error)


def test_a_client_with_its_own_way_to_connect_is_told_so(world):
    Downstream.put(world, "https://db.example")
    error = in_a_task(world, lambda: socket.getaddrinfo("db.example", 443))
    assert "this client opens its connections in a way that is not answered here" in str(error)


def test_a_connection_of_a_parked_world_is_dead(world):
    Downstream.put(world, "https://db.example")
    connection = http.client.HTTPConnection("db.example")
    connection.connect()
    set_current_world(None)
    with pytest.raises(ConnectionResetError, match="not open any more"):
        connection.request("GET", "/")


def test_a_stopped_function_calls_nobody_any_more(world):
    system = Downstream.put(world, "https://db.example")
    ended = []

    def calls_on():
        task = world.clock.current_task()
        world.clock.abandon(task)
        try:
            requests.get("https://db.example")
        except DeadTask:
            ended.append("dead")

    world.clock.spawn(calls_on)
    world.clock.run_while_work(lambda: False, 1e9)
    assert (ended, system.calls) == (["dead"], 0)


def test_a_hundred_calls_cost_little(world):
    """Explorer redraws in a tenth of a second: no certificates, no DNS, no threads."""
    Downstream.put(world, "https://db.example", capacity=None)
    before = threading.active_count()
    for _ in range(100):
        world.clock.spawn(requests.get, "https://db.example")
    world.clock.run_while_work(lambda: False, 1e9)
    assert world.clock.now == pytest.approx(0.05)
    assert threading.active_count() == before
