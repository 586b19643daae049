"""An execution environment's disk: the package in /var/task, layers in /opt, a /tmp of its own, and nothing of it left behind."""

import errno
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from motoclock.functions import machine

FILES = {
    "conf.json": '{"tea": 3}',
    "shop/__init__.py": "",
    "shop/prices.py": "",
    "shop/data/list.txt": "tea\n",
    "bare/inside.py": "",
    "bare/note.txt": "read me",
}


def returned(account, body: str, imports: str = "import os", event=None, files=None, **settings):
    """What a handler with this body returns."""
    source = f"{imports}\ndef handler(event, context):\n{textwrap.indent(body, '    ')}\n"
    account.make("f", source, files={**FILES, **(files or {})}, **settings)
    answer = account.call("f", event)
    assert "FunctionError" not in answer, answer["Payload"]
    return answer["Payload"]


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where this machine's temporary files go in this test."""
    monkeypatch.setattr(machine, "_HOST_TEMPDIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "reads",
    [
        "open('/var/task/conf.json').read()",
        "open(b'/var/task/conf.json').read()",
        "open('conf.json').read()",
        "open('./shop/../conf.json').read()",
        "io.open('conf.json').read()",
        "codecs.open('conf.json').read()",
        "(pathlib.Path(__file__).parent / 'conf.json').read_text()",
        "pathlib.Path('conf.json').resolve(strict=True).read_text()",
        "pathlib.Path(os.environ['LAMBDA_TASK_ROOT'], 'conf.json').read_text()",
        "os.read(os.open('conf.json', os.O_RDONLY), 100).decode()",
        "next(path for path in pathlib.Path('.').rglob('*.json')).read_text()",
        "open(glob.glob('/var/task/*.json')[0]).read()",
        "open(os.scandir('.').__next__().path).name and open('conf.json').read()",
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_packaged_file_is_read_in_every_way_there_is(account, reads):
    assert returned(account, f"return {reads}", "import codecs, glob, io, os, pathlib") == '{"tea": 3}'


def test_the_library_finds_what_is_packaged(account):
    body = """
        names = sorted(one.name for one in pkgutil.iter_modules(shop.__path__))
        return [
            resources.files("shop").joinpath("data/list.txt").read_text(),
            resources.files("shop.data").joinpath("list.txt").read_text(),
            resources.files("bare").joinpath("note.txt").read_text(),
            pkgutil.get_data("shop", "data/list.txt").decode(),
            names,
        ]
    """
    imports = "import pkgutil, shop, bare.inside\nfrom importlib import resources"
    files = {"shop/data/__init__.py": ""}
    found = returned(account, textwrap.dedent(body), imports, files=files)
    assert found == ["tea\n", "tea\n", "read me", "tea\n", ["data", "prices"]]


def test_a_handler_sees_lambdas_paths_and_no_others(account):
    body = """
        os.makedirs("/tmp/a/b")
        with open("/tmp/a/b/x", "w") as file: written = file.name
        os.symlink("/tmp/a/b/x", "/tmp/link")
        with tempfile.NamedTemporaryFile() as file: temporary = os.path.dirname(file.name)
        def missing(path):
            try: os.stat(path)
            except FileNotFoundError as error: return [str(error), error.filename]
        return [
            os.getcwd(), os.path.abspath("x"), str(pathlib.Path.cwd()), written, temporary, tempfile.gettempdir(),
            os.readlink("/tmp/link"), os.path.realpath("/tmp/link"), list(os.walk("/tmp/a")), missing("/tmp/no"), missing("no"),
            [entry.path for entry in os.scandir("/tmp")], sys.path[0], sys.argv,
        ]
    """
    assert returned(account, textwrap.dedent(body), "import os, pathlib, sys, tempfile") == [
        "/var/task", "/var/task/x", "/var/task", "/tmp/a/b/x", "/tmp", "/tmp",
        "/tmp/a/b/x", "/tmp/a/b/x", [["/tmp/a", ["b"], []], ["/tmp/a/b", [], ["x"]]],
        ["[Errno 2] No such file or directory: '/tmp/no'", "/tmp/no"], ["[Errno 2] No such file or directory: 'no'", "no"],
        ["/tmp/a", "/tmp/link"], "/var/task", ["/var/runtime/bootstrap.py"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "writes",
    [
        "open('/var/task/new', 'w')",
        "open('conf.json', 'a')",
        "os.open('conf.json', os.O_RDWR)",
        "os.remove('conf.json')",
        "os.mkdir('new')",
        "os.rename('conf.json', '/tmp/conf.json')",
        "os.utime('/var/task/conf.json')",
        "os.chmod('/var/task/conf.json', 0o777)",
        "os.link('/var/task/conf.json', '/var/task/linked')",
        "os.symlink('/tmp', '/var/task/linked')",
        "pathlib.Path('conf.json').write_text('')",
        "shutil.rmtree('shop')",
        "os.unlink('conf.json', dir_fd=os.open('.', os.O_RDONLY))",
        "open('/var/task/../out.txt', 'w')",
    ],
)
def test_only_tmp_may_be_written(account, tmp_path, monkeypatch, writes):
    """From a folder of the test's own: were the seam broken, no file of whoever runs this would be touched."""
    monkeypatch.chdir(tmp_path)
    body = f"try: {writes}\nexcept OSError as error: return [error.errno, sorted(os.listdir('.'))]"
    errno, left = returned(account, body, "import os, pathlib, shutil")
    assert (errno, left) == (30, ["app.py", "bare", "conf.json", "shop"])


def test_a_learners_own_files_are_not_there(account, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.txt").write_text("mine")
    body = "return [os.path.exists(event), os.path.exists('mine.txt'), os.access('conf.json', os.W_OK)]"
    assert returned(account, body, event=str(Path("mine.txt").resolve())) == [False, False, False]
    body = "try: open(event, 'w')\nexcept OSError as error: return error.errno"
    assert returned_once(account, "writes", body, str(Path("mine.txt").resolve())) in (errno.ENOENT, errno.EROFS)
    assert Path("mine.txt").read_text() == "mine"


def test_each_environment_has_a_tmp_of_its_own_and_keeps_it_while_it_is_warm(account, temporary):
    source = (
        "import os, shutil, tempfile\n"
        "def handler(event, context):\n"
        "    os.makedirs('/tmp/seen', exist_ok=True)\n"
        "    with open('/tmp/seen/list', 'a') as file: file.write(event)\n"
        "    with tempfile.TemporaryDirectory() as folder: shutil.copy('/tmp/seen/list', folder)\n"
        "    return [open('/tmp/seen/list').read(), os.listdir('/tmp')]"
    )
    for name in ("one", "two"):
        account.make(name, source)
    seen = [account.call(name, event)["Payload"] for name, event in (("one", "a"), ("two", "b"), ("one", "c"))]
    assert seen == [["a", ["seen"]], ["b", ["seen"]], ["ac", ["seen"]]]
    account.functions.reset_environments("one")
    assert account.call("one", "d")["Payload"] == ["d", ["seen"]]


def test_a_package_is_unpacked_once_and_only_when_it_is_asked_for(account, temporary):
    account.make("plain", "def handler(event, context): return 1")
    account.call("plain")
    assert list(temporary.iterdir()) == []
    reads = "import time\ndef handler(event, context):\n    time.sleep(1)\n    return open('conf.json').read()"
    account.make("reads", reads, files=FILES)
    for _ in range(3):
        account.later(0, lambda: account.client.invoke(FunctionName="reads"))
    account.run()
    assert len([*temporary.rglob("conf.json")]) == 1


def test_nothing_is_left_when_the_cloud_is_closed(account, temporary):
    body = "open('/tmp/x', 'w').close()\nreturn open('conf.json').read()"
    returned(account, body)
    assert [*temporary.rglob("x")] and [*temporary.rglob("conf.json")]
    account.clock.close()
    assert list(temporary.iterdir()) == []


ENDS = """
import os, sys, tempfile
tempfile.tempdir = sys.argv[1]
import boto3
from motoclock import Cloud
def keeps(event, context):
    open("/tmp/x", "w").close()
    open("lambda_function.py").close()
cloud = Cloud()
cloud.deploy(keeps)
boto3.client("lambda").invoke(FunctionName="keeps")
print(len(os.listdir(sys.argv[1])), flush=True)
{end}
"""


@pytest.mark.parametrize("end", ["", pytest.param("raise SystemExit(3)", marks=pytest.mark.proof), "sys.stdin.read()"])
def test_nothing_is_left_at_the_end_of_the_process(tmp_path, end):
    story = tmp_path / "story.py"
    story.write_text(ENDS.format(end=end))
    folder = tmp_path / "temporary"
    folder.mkdir()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, str(story), str(folder)], text=True, **pipes)
    assert process.stdout.readline() == "1\n"
    process.send_signal(signal.SIGINT if "stdin" in end else 0)
    process.communicate()
    assert list(folder.iterdir()) == []


def test_a_cell_keeps_its_own_files(account, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = os.stat, open, os.getcwd(), sys.path
    returned(account, "os.chdir('/tmp')\nsys.path.append('x')\nreturn os.getcwd()", "import os, sys")
    assert (os.stat, open, os.getcwd(), sys.path) == before
    assert "x" not in sys.path


def test_a_folder_that_the_handler_puts_on_the_path_is_searched(account):
    files = {
        "vendor/only_here.py": "from only_deep import names\nWHO = 'vendor'",
        "vendor/only_deep/__init__.py": "from . import names",
    }
    files["vendor/only_deep/names.py"] = ""
    imports = (
        "import sys\nsys.path.insert(0, '/var/task/vendor')\nimport only_here\n"
        "with open('/tmp/made_here.py', 'w') as file: file.write('WHO = 1')\nsys.path.append('/tmp')\nimport made_here"
    )
    assert returned(account, "return [only_here.WHO, only_here.__file__, made_here.WHO]", imports, files=files) == [
        "vendor", "/var/task/vendor/only_here.py", 1,
    ]  # fmt: skip
    assert "only_here" not in sys.modules and "made_here" not in sys.modules


@pytest.mark.parametrize("first", ["the cell", "the handler"])
def test_a_folder_of_that_name_on_the_cells_path_is_another(account, monkeypatch, first):
    """/tmp itself is on it where a script there is run. Who has asked for the folder first makes no difference."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder, "shared_name.py").write_text("WHO = 'the cell'")
        Path(folder, "only_the_cells.py").write_text("")

        def ask_in_the_cell():
            monkeypatch.syspath_prepend(folder)
            found = importlib.import_module("shared_name").WHO
            del sys.modules["shared_name"]  # what the cell has loaded, handlers share
            return found

        def ask_in_the_handler():
            body = f"""
                import importlib, os, pkgutil, sys
                os.makedirs({folder!r}, exist_ok=True)
                with open({folder + "/shared_name.py"!r}, "w") as file: file.write("WHO = 'the handler'")
                sys.path.insert(0, {folder!r})
                there = [module.name for module in pkgutil.iter_modules([{folder!r}])]
                try: import only_the_cells
                except ImportError: there.append("and no other")
                return [importlib.import_module("shared_name").WHO, *there]"""
            return returned(account, textwrap.dedent(body))

        asked = [ask_in_the_cell, ask_in_the_handler]
        found = {ask.__name__: ask() for ask in (asked if first == "the cell" else reversed(asked))}
        assert found == {
            "ask_in_the_cell": "the cell",
            "ask_in_the_handler": ["the handler", "shared_name", "and no other"],
        }
        assert {module.name for module in pkgutil.iter_modules([folder])} == {"shared_name", "only_the_cells"}
        Path(folder, "made_later.py").write_text("")
        importlib.invalidate_caches()
        assert importlib.import_module("made_later")
        del sys.modules["made_later"]


def test_a_zip_does_not_unpack_outside_its_folder(account, temporary):
    body = "return sorted(os.listdir('/var/task'))"
    assert "escaped.txt" not in returned(account, body, files={"../../escaped.txt": "x"})
    assert [*temporary.rglob("escaped.txt")] == []


def test_a_bundled_library_that_asks_for_its_own_file_works(account):
    """As certifi does, and so requests."""
    files = {
        "certs/__init__.py": "from importlib.resources import as_file, files\n"
        "def where():\n    with as_file(files('certs').joinpath('all.pem')) as path: return str(path)",
        "certs/all.pem": "-----",
    }
    assert returned(account, "return [certs.where(), open(certs.where()).read()]", "import certs", files=files) == [
        "/var/task/certs/all.pem", "-----",
    ]  # fmt: skip


def test_the_traces_of_one_seed_are_the_same_bytes(account):
    body = "open('/tmp/x', 'w').close()\nreturn [json.dumps(sorted(os.listdir('/var/task'))), os.stat('conf.json').st_mtime]"
    first, second = (returned_once(account, name, body) for name in ("one", "two"))
    assert first == second == [json.dumps(["app.py", "bare", "conf.json", "shop"]), 315532800.0]


def returned_once(account, name, body, event=None):
    account.make(name, f"import json, os\ndef handler(event, context):\n{textwrap.indent(body, '    ')}", files=FILES)
    return account.call(name, event)["Payload"]


def test_a_handler_that_does_nothing_but_file_work_can_be_stopped(account):
    source = (
        "import os, signal\ndef handler(event, context):\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "    while True: os.path.exists('/tmp/x')"
    )
    account.make("f", source)
    with pytest.raises(KeyboardInterrupt):
        account.call("f")
    account.make("g", "def handler(event, context): return 1")
    assert account.call("g")["Payload"] == 1


def test_a_package_with_a_file_and_a_folder_of_one_name_is_unpacked(account):
    found = returned(
        account, "return [open('a/b').read(), sorted(os.listdir('a'))]", files={"a": "file", "a/b": "inside"}
    )
    assert found == ["inside", ["b"]]
