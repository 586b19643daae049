"""The gate: whatever a handler, a cell or a callback tries, nothing leaves. The network is never needed: who asks it fails."""

import _socket
import http.client
import http.server
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import boto3
import greenlet
import nbformat
import pytest
import requests
from nbclient import NotebookClient

from motoclock.downstream import Downstream, is_aws
from motoclock.services.seams import gate
from motoclock.services.seams.gate import NotInARun, NotInTheCloud
from motoclock.world import Options, World, current_world, set_current_world


@pytest.fixture
def world():
    before = current_world()
    world = World(Options())
    set_current_world(world)
    yield world
    set_current_world(before)
    world.clock.close()


def in_a_task(world, call):
    said = []

    def strand():
        try:
            said.append(call())
        except Exception as error:
            said.append(error)

    task = world.clock.spawn(strand)
    task.handler = True
    world.clock.run_while_work(lambda: False, 1e9)
    return said[0]


def udp():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def in_a_greenlet(call):
    return lambda: greenlet.greenlet(call).switch()


def under_the_hub(call):
    """A strand whose parent is not the Task that starts it."""
    return lambda: greenlet.greenlet(call, greenlet.getcurrent().parent).switch()


CONNECTS = {
    "udp": lambda: udp().sendto(b"x", ("192.0.2.1", 53)),
    "udp, connected": lambda: udp().connect(("192.0.2.1", 53)),
    "sendmsg": lambda: udp().sendmsg([b"x"], [], 0, ("192.0.2.1", 53)),
    "_socket": lambda: _socket.socket().connect(("192.0.2.1", 80)),
    "_socket, connect_ex": lambda: _socket.socket().connect_ex(("192.0.2.1", 80)),
    "_socket, a name": lambda: _socket.getaddrinfo("shop.example", 80),
    "gethostbyname": lambda: socket.gethostbyname("shop.example"),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex("shop.example"),
    "gethostbyaddr": lambda: socket.gethostbyaddr("192.0.2.1"),
    "getnameinfo": lambda: socket.getnameinfo(("192.0.2.1", 80), 0),
    "IPv6": lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
    "a socket of this machine": lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"),
    "a socket of this machine, in bytes": lambda: socket.socket(socket.AF_UNIX).connect(b"/var/run/docker.sock"),
    "loopback": lambda: _socket.socket().connect(("127.0.0.1", 9)),
    "listens": lambda: socket.socket().bind(("127.0.0.1", 0)),
    "create_server": lambda: socket.create_server(("127.0.0.1", 0)),
    "proxy": lambda: requests.get("https://shop.example", proxies={"https": "http://127.0.0.1:9"}),
    "greenlet": in_a_greenlet(lambda: _socket.socket().connect(("192.0.2.1", 80))),
}  # fmt: skip
STARTS = {
    "os.system": lambda: os.system("true"),
    "os.popen": lambda: os.popen("true"),
    "subprocess": lambda: subprocess.run(["true"]),
    "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "spawn": lambda: os.spawnv(os.P_WAIT, "/bin/true", ["true"]),
    "fork": os.fork,
    "forkpty": os.forkpty,
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "thread": lambda: threading.Thread(target=print).start(),
    "greenlet": in_a_greenlet(lambda: os.system("true")),
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("way", CONNECTS)
def test_no_connection_leaves_a_run(world, way):
    error = in_a_task(world, CONNECTS[way])
    said = str(error)
    assert "Nothing leaves this machine" in said or "can't listen" in said, error


@pytest.mark.parametrize("way", STARTS)
def test_no_program_and_no_real_thread_is_started_in_a_run(world, way):
    error = in_a_task(world, STARTS[way])
    assert isinstance(error, NotInARun) and "virtual time" in str(error)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_strand_that_hangs_elsewhere_is_part_of_the_run_too(world):
    """What it raises goes to the strand above it, and so it ends the run."""
    with pytest.raises(NotInTheCloud, match="Nothing leaves this machine"):
        in_a_task(world, under_the_hub(CONNECTS["_socket"]))


def test_what_a_downstream_system_calls_is_part_of_the_run(world):
    said = []

    def answer(request):
        for call in (CONNECTS["_socket"], STARTS["os.system"]):
            try:
                call()
            except (NotInTheCloud, NotInARun) as error:
                said.append(type(error))
        return {}

    Downstream.put(world, "https://db.example", handler=answer)
    assert in_a_task(world, lambda: requests.get("https://db.example").status_code) == 200
    assert said == [NotInTheCloud, NotInARun]


def test_a_callback_of_the_clock_is_part_of_the_run(world):
    said = []

    def call():
        try:
            CONNECTS["_socket"]()
        except NotInTheCloud as error:
            said.append(error)

    world.clock.call_later(1, call)
    world.clock.run_while_work(lambda: False, 1e9)
    assert said


# ------------------------------------------------------------------ a cell


@pytest.mark.parametrize(
    "host",
    [
        "sqs.us-east-1.amazonaws.com", "amazonaws.com", "SQS.EU-CENTRAL-1.AMAZONAWS.COM.", "sqs.cn-north-1.amazonaws.com.cn",
        "sqs.eusc-de-east-1.amazonaws.eu", "sqs.eusc-de-east-1.api.amazonwebservices.eu", "x.lambda-url.us-east-1.on.aws",
        "sqs.us-east-1.api.aws", "signin.aws.amazon.com", "us-east-1.signin.aws.amazon.com", "mycompany.awsapps.com",
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.254.43518",
        "::ffff:169.254.169.254", "[fd00:ec2::254]", "fd00:ec2:0:0::254", "fd00:ec2::254%eth0", "64:ff9b::a9fe:a9fe",
        "169.254.170.2", "169.254.170.23",
    ],
)  # fmt: skip
def test_these_are_aws(host):
    assert is_aws(host)


@pytest.mark.parametrize(
    "host",
    [
        "docs.aws.amazon.com",
        "amazonaws.com.example",
        "notamazonaws.com",
        "127.0.0.1",
        "localhost",
        "1",
        "::1",
        "",
        "x y",
    ],
)
def test_these_are_not(host):
    assert not is_aws(host)


AWS_FROM_A_CELL = {
    "udp": lambda: udp().sendto(b"x", ("169.254.169.254", 80)),
    "_socket": lambda: _socket.socket().connect(("169.254.169.254", 80)),
    "an integer": lambda: _socket.socket().connect_ex(("2852039166", 80)),
    "IPv6": lambda: _socket.socket(socket.AF_INET6).connect(("fd00:ec2::254", 80)),
    "gethostbyname": lambda: socket.gethostbyname("sqs.us-east-1.amazonaws.com"),
    "getaddrinfo, bytes": lambda: socket.getaddrinfo(b"sqs.us-east-1.amazonaws.com", 443),
    "proxy, TLS": lambda: requests.get("https://sqs.us-east-1.amazonaws.com", proxies={"https": "http://127.0.0.1:9"}),
    "tunnel": lambda: http.client.HTTPConnection("127.0.0.1", 9).set_tunnel("sqs.us-east-1.amazonaws.com"),
    "a client's own tunnel": lambda: ssl.create_default_context().wrap_bio(
        ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="sqs.us-east-1.amazonaws.com"
    ),
    "aws": lambda: subprocess.run(["aws", "sqs", "list-queues"]),
    "aws by its path": lambda: subprocess.run(["/usr/local/bin/aws", "sts"]),
    "aws in a shell": lambda: os.system("cd /tmp && AWS_PAGER= aws sqs list-queues"),
    "aws in sh -c": lambda: subprocess.run(["sh", "-c", "echo x | sudo aws s3 cp - s3://b/k"]),
    "curl": lambda: subprocess.run(["curl", "-s", "https://sqs.us-east-1.amazonaws.com/?Action=ListQueues"]),
    "curl in a shell": lambda: subprocess.run("curl 'https://user:x@sqs.us-east-1.amazonaws.com/'", shell=True),
    "curl to the metadata": lambda: os.popen("curl http://169.254.169.254/latest"),
    "posix_spawn": lambda: os.posix_spawn("/usr/bin/aws", ["aws"], os.environ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("way", AWS_FROM_A_CELL)
@pytest.mark.parametrize("is_open", [False, True])
def test_a_cell_does_not_reach_aws(way, is_open, request):
    if is_open:
        request.getfixturevalue("world")
    with pytest.raises(OSError, match="nothing is ever sent there from here"):
        AWS_FROM_A_CELL[way]()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_plain_request_through_a_proxy_is_stopped_at_the_proxy():
    seen = []

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxies = {"http": f"http://127.0.0.1:{server.server_port}"}
        assert requests.get("http://shop.example/", proxies=proxies).status_code == 200
        with pytest.raises(OSError, match="nothing is ever sent there from here"):
            requests.get("http://sqs.us-east-1.amazonaws.com/", proxies=proxies)
        server.shutdown()
    assert seen == ["http://shop.example/"]


@pytest.mark.parametrize(
    "command",
    [
        ["git", "commit", "-m", "see https://sqs.us-east-1.amazonaws.com"],
        ["git", "grep", "aws"],
        ["pip", "download", "aws"],
        ["python", "-c", "print('https://sqs.us-east-1.amazonaws.com')"],
        ["sh", "-c", "ls aws; grep aws file; cat paws sam.txt"],
        "cat aws/sam.yaml",
        ["curl", "https://shop.example/amazonaws.com"],
        [],
        None,
    ],
)
def test_other_programs_of_a_cell_are_let_through(command):
    assert gate._aws_in([], command) is None


def test_a_program_of_a_cell_runs():
    assert subprocess.run([sys.executable, "-c", "print('ran')"], capture_output=True, text=True).stdout == "ran\n"


# ------------------------------------------------------------------ what a learner's keys are to a program


def in_a_process(code, **variables):
    """What a process prints that starts with real keys and imports the package."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | variables
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment, capture_output=True, text=True, check=True
    ).stdout


REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "t",
}


def test_no_program_inherits_the_learners_keys_with_or_without_a_cloud(tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
    )
    code = """
        import subprocess, sys
        import motoclock
        child = "import os, botocore.session as s; c = s.Session().get_credentials(); " \\
                "print(c.access_key, sorted(v for n, v in os.environ.items() if n.startswith('AWS_')))"
        def look(): print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True).stdout, end="")
        look()
        with motoclock.Cloud(): look()
        look()
    """
    said = in_a_process(code, HOME=str(tmp_path), **REAL)
    assert said.count("AKIASEVENWAYSEXAMPLE ") == 3
    assert "REAL" not in said and "production" not in said and "'real'" not in said


def test_boto3_in_a_child_is_told_where_it_can_not_go():
    code = """
        import multiprocessing, sys
        import boto_story
        if __name__ == "__main__":
            import motoclock
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.apply(boto_story.call))
    """
    story = (
        "import boto3, botocore.config\n"
        "once = botocore.config.Config(retries={'total_max_attempts': 1})\n"
        "def call():\n"
        "    try: boto3.client('sqs', config=once).list_queues()\n"
        "    except Exception as error: return str(error)\n"
    )
    assert "nothing-goes-to-aws-from-here" in in_files(code, story)


def in_files(code, story):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main_story.py").write_text(textwrap.dedent(code))
        Path(folder, "boto_story.py").write_text(story)
        environment = os.environ | REAL
        done = subprocess.run(
            [sys.executable, "main_story.py"], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def test_this_process_does_not_see_what_children_are_told():
    assert "AWS_ENDPOINT_URL" not in os.environ
    assert boto3.client("sqs", region_name="us-east-1").meta.endpoint_url == "https://sqs.us-east-1.amazonaws.com"


def test_s3_transfers_of_a_handler_start_no_real_thread(cloud):
    def store(event, context):
        import io

        import boto3

        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="bucket")
        s3.upload_fileobj(io.BytesIO(b"content"), "bucket", "k")
        return s3.get_object(Bucket="bucket", Key="k")["Body"].read().decode()

    cloud.deploy(store)
    answer = boto3.client("lambda").invoke(FunctionName="store")["Payload"].read()
    assert answer == b'"content"', cloud.logs("store")


def test_a_kernel_lives_on_with_its_own_sockets_threads_and_programs():
    patches = (
        "import boto3\ndef patch(event, context):\n    import builtins, json, time\n    builtins.print = builtins.open = None\n"
        "    json.dumps = json.loads = None\n    time.sleep(1)\n    return 1\n"
        "cloud.deploy(patch)\nboto3.client('lambda').invoke(FunctionName='patch')['Payload'].read()"
    )
    cells = [
        "from motoclock import Cloud\ncloud = Cloud()",
        "!echo ran",
        "import asyncio, threading\nawait asyncio.sleep(0.01)\nawait asyncio.to_thread(lambda: 'a thread')",
        "%%bash\necho bash",
        patches,
        "print(open('/dev/null').read() == '')",
        "import subprocess\nsubprocess.run(['aws', 's3', 'ls'])",
        "!aws s3 ls",
        "print('still here')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    shown = [
        str([output.get("text") or output.get("data") or output.get("evalue") for output in cell.outputs])
        for cell in notebook.cells
    ]
    wanted = [
        "",
        "ran",
        "a thread",
        "bash",
        "1",
        "True",
        "nothing is ever sent there",
        "nothing is ever sent there",
        "still here",
    ]
    assert [part in text for part, text in zip(wanted, shown, strict=True)] == [True] * len(cells), shown
