"""Every way to the disk that Python has leads a handler to its own machine, or is refused; on the learner's nothing is left."""

import errno
import os
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

MARK = f"seven-ways-{os.getpid()}"
REAL = [Path("/tmp"), Path("/dev/shm")]  # where a broken seam leaves things


@pytest.fixture(autouse=True)
def nothing_is_left():
    """Whatever is done in the test; what a broken seam left is swept away afterwards."""
    yield
    left = [path for folder in REAL if folder.exists() for path in folder.iterdir() if path.name.startswith(MARK)]
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert left == []


def returned(account, body: str, event=None, name="f", files=None):
    body = textwrap.indent(textwrap.dedent(body.replace("MARK", MARK)), "        ")
    source = (
        "import dbm.dumb, io, json, mmap, os, pathlib, runpy, shelve, shutil, sqlite3, ssl, tarfile, tempfile, zipfile\n"
        "def handler(event, context):\n    try:\n" + body + "\n"
        "    except Exception as error: return [type(error).__name__, getattr(error, 'errno', None), str(error)]"
    )
    account.make(name, source, files={"conf.json": '{"tea": 3}', **(files or {})})
    answer = account.call(name, event)
    assert "FunctionError" not in answer, answer["Payload"]
    return answer["Payload"]


WRITES = {
    "sqlite": "c = sqlite3.connect('/tmp/MARK'); c.execute('create table t(a)'); c.close()",
    "sqlite, a path object": "c = sqlite3.connect(pathlib.Path('/tmp/MARK')); c.execute('create table t(a)'); c.close()",
    "sqlite, bytes": "c = sqlite3.connect(b'/tmp/MARK'); c.execute('create table t(a)'); c.close()",
    "sqlite, a URI": "c = sqlite3.connect('file:/tmp/MARK?mode=rwc', uri=True); c.execute('create table t(a)'); c.close()",
    "sqlite, a URI by place": "c = sqlite3.connect('file:///tmp/MARK', 5, 0, None, True, sqlite3.Connection, 9, True); "
    "c.execute('create table t(a)'); c.close()",
    "sqlite, after chdir": "os.chdir('/tmp'); c = sqlite3.connect('MARK'); c.execute('create table t(a)'); c.close()",
    "sqlite, by its inner name": "c = sqlite3.dbapi2.connect('/tmp/MARK'); c.execute('create table t(a)'); c.close()",
    "FileIO": "io.FileIO('/tmp/MARK', 'w').close()",
    "FileIO, relative": "os.chdir(b'/tmp'); io.FileIO('MARK', 'w').close()",
    "FileIO, inherited": "type('F', (io.FileIO, io.IOBase), {})('/tmp/MARK', 'w').close()",
    "an opener": "open('/tmp/MARK', 'w', opener=lambda path, flags: os.open(path, flags)).close()",
    "FileIO, an opener": "io.FileIO('/tmp/MARK', 'w', opener=lambda path, flags: os.open(path, flags)).close()",
    "a temporary file that goes": "tempfile.NamedTemporaryFile().close(); open('/tmp/MARK', 'w').close()",
    "a named temporary file": "tempfile.NamedTemporaryFile(prefix='MARK', delete=False).close()",
    "a folder's descriptor": "folder = os.open('/tmp', os.O_RDONLY); os.mkdir('MARK', dir_fd=folder)",
    "the root's descriptor": "root = os.open('/', os.O_RDONLY); os.close(os.open('tmp/MARK', os.O_CREAT | os.O_WRONLY, dir_fd=root))",
    "chdir by a descriptor": "os.chdir(os.open('/tmp', os.O_RDONLY)); open('MARK', 'w').close()",
    "fchdir": "os.fchdir(os.open('/tmp', os.O_RDONLY)); open('MARK', 'w').close()",
    "a strand of its own": "import greenlet; greenlet.greenlet(lambda: open('/tmp/MARK', 'w').close()).switch()",
    "mmap": "f = open('/tmp/MARK', 'w+b'); f.write(b'tea'); f.flush(); mmap.mmap(f.fileno(), 0)[0:1] = b's'; f.close()",
    "zipfile": "zipfile.ZipFile('/tmp/MARK', 'w').close()",
    "tarfile": "tarfile.open('/tmp/MARK', 'w:gz').close()",
    "a path object": "path = pathlib.Path('/tmp/x'); path.touch(); path.rename('/tmp/MARK'); os.chmod(path.with_name('MARK'), 0o600)",
    "bytes": "os.mkdir(b'/tmp/MARK')",
    "shutil": "shutil.copytree('/var/task', '/tmp/x'); shutil.move('/tmp/x', '/tmp/MARK')",
    "mkfifo": "os.mkfifo('/tmp/MARK')",
    "mknod": "os.mknod('/tmp/MARK')",
    "through a link": "os.symlink('MARK', '/tmp/link'); open('/tmp/link', 'w').close(); os.unlink('/tmp/link')",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("way", WRITES)
def test_what_is_written_to_tmp_is_in_the_environments_own(account, way):
    found = returned(account, f"{WRITES[way]}\nreturn [os.listdir('/tmp')[0][:len('MARK')], os.getcwd()]")
    assert found in ([MARK, "/var/task"], [MARK, "/tmp"])
    assert returned(account, "return os.listdir('/tmp')", name="other") == []


def test_a_dbm_and_a_shelf_keep_what_they_are_given(account):
    body = """
        with dbm.dumb.open('/tmp/MARK', 'c') as table: table['tea'] = '3'
        with shelve.open('/tmp/MARK-2') as shelf: shelf['tea'] = 3
        with dbm.dumb.open('/tmp/MARK') as table, shelve.open('/tmp/MARK-2') as shelf:
            return [table['tea'].decode(), shelf['tea'], os.umask(0o077), os.umask(0)]
    """
    assert returned(account, body) == ["3", 3, 0o022, 0o077]


def test_what_is_written_is_read_by_the_other_ways(account):
    body = """
        open('/tmp/MARK.py', 'w').write('TEA = 3')
        with open('/tmp/raw', 'wb', 0) as raw: kinds = [isinstance(raw, io.FileIO), isinstance(3, io.FileIO)]
        mine = type('Mine', (io.FileIO,), {})
        kinds += [isinstance(raw, mine), isinstance(mine('/tmp/raw'), mine), issubclass(mine, io.FileIO)]
        return [io.open_code('/tmp/MARK.py').read().decode(), runpy.run_path('/tmp/MARK.py')['TEA'], kinds]
    """
    assert returned(account, body) == ["TEA = 3", 3, [True, False, False, True, True]]


CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUBHhmmRRJ+F7kC5dGEAAAAAAAAAAwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
"""


def test_what_is_packaged_is_read_by_libraries_in_c(account):
    made = """
        with sqlite3.connect('/tmp/MARK') as table: table.execute('create table t(a)'); table.execute('insert into t values (3)')
        return open('/tmp/MARK', 'rb').read().hex()
    """
    files = {"shop.db": bytes.fromhex(returned(account, made)), "ca.pem": CERTIFICATE}
    body = """
        table = sqlite3.connect('shop.db')
        found = [table.execute('select a from t').fetchall()]
        try: table.execute('insert into t values (4)')
        except sqlite3.OperationalError as error: found.append(str(error))
        try: sqlite3.connect('/var/task/new.db')
        except sqlite3.OperationalError as error: found.append(str(error))
        try: ssl.create_default_context(cafile='/var/task/ca.pem')
        except Exception as error: found.append(type(error).__name__)
        return [*found, os.listdir('.')]
    """
    assert returned(account, body, files=files, name="reads") == [
        [[3]],
        "attempt to write a readonly database",
        "unable to open database file",
        "SSLError",  # it was read: this one is too short
        ["app.py", "ca.pem", "conf.json", "shop.db"],
    ]


DETOURS = {
    "up from a folder's descriptor": ("folder = os.open('/tmp', os.O_RDONLY); os.mkdir('../../MARK', dir_fd=folder)", errno.EROFS),
    "a descriptor that it didn't open": ("os.mkdir('MARK', dir_fd=999)", errno.EBADF),
    "a relative link out of /tmp": ("os.symlink('../../MARK', '/tmp/link'); open('/tmp/link', 'w')", errno.EROFS),
    "a link that is moved": (
        "os.makedirs('/tmp/a/b'); os.symlink('../../MARK', '/tmp/a/b/link'); os.rename('/tmp/a/b/link', '/tmp/link'); "
        "open('/tmp/link', 'w')",
        errno.EROFS,
    ),
    "a link to the package": ("os.symlink('/var/task/conf.json', '/tmp/link'); open('/tmp/link', 'w')", errno.EROFS),
    "a link to the package's folder": ("os.symlink('/var/task', '/tmp/link'); open('/tmp/link/new', 'w')", errno.EROFS),
    "a hard link to the package": ("os.link('/var/task/conf.json', '/tmp/link'); open('/tmp/link', 'w')", errno.EXDEV),
    "a hard link to a library": ("os.link(json.__file__, '/tmp/link')", errno.EXDEV),
    "the mode of a packaged file": ("os.chmod(os.open('conf.json', os.O_RDONLY), 0o777)", errno.EROFS),
    "the mode by the descriptor's own function": ("os.fchmod(os.open('conf.json', os.O_RDONLY), 0o777)", errno.EROFS),
    "shared memory as a file": ("open('/dev/shm/MARK', 'w')", errno.EROFS),
    "shared memory": ("from multiprocessing.shared_memory import SharedMemory as S; S('MARK', True, 8)", errno.ENOSYS),
    "_io": ("import _io; _io.open('/tmp/MARK', 'w')", errno.EACCES),
    "_io.FileIO": ("import _io; _io.FileIO('/tmp/MARK', 'w')", errno.EACCES),
    "posix.open": ("import posix; posix.open('/tmp/MARK', os.O_CREAT | os.O_WRONLY)", errno.EACCES),
    "posix, with a folder": ("import posix; posix.mkdir('MARK', dir_fd=posix.open('/tmp', os.O_RDONLY))", errno.EACCES),
    "posix.mkdir": ("import posix; posix.mkdir('/tmp/MARK')", errno.EACCES),
    "posix.mkdir elsewhere": ("import posix; posix.mkdir('/srv/MARK')", errno.EROFS),
    "posix.mkdir, relative": ("import posix; posix.mkdir('MARK')", errno.EROFS),
    "posix.chdir": ("import posix; posix.chdir('/tmp')", errno.EACCES),
    "SQLite's class": ("sqlite3.Connection('/tmp/MARK')", errno.EACCES),
    "SQLite's class, elsewhere": ("sqlite3.Connection('file:/srv/MARK', uri=True)", errno.EROFS),
    "posix.mkfifo": ("import posix; posix.mkfifo('/tmp/MARK')", errno.EACCES),
    "posix.mkfifo elsewhere": ("import posix; posix.mkfifo(path='/srv/MARK')", errno.EROFS),
    "posix.mkfifo, with a folder": ("import posix; posix.mkfifo('MARK', dir_fd=posix.open('/tmp', os.O_RDONLY))", errno.EACCES),
    "posix.mknod": ("import posix; posix.mknod('/tmp/MARK')", errno.EACCES),
    "posix.mknod, relative": ("import posix; posix.mknod('MARK', 0o600)", errno.EROFS),
    "os.mknod elsewhere": ("os.mknod('/srv/MARK')", errno.EROFS),
    "the keys of TLS": ("ssl.create_default_context().keylog_filename = '/tmp/MARK'", errno.EACCES),
    "the keys of TLS, elsewhere": ("ssl.create_default_context().keylog_filename = '/srv/MARK'", errno.EROFS),
    "ctypes": ("import ctypes; ctypes.CDLL(None).fopen(b'/tmp/MARK', b'w')", errno.EACCES),
    "ctypes, of a library": ("import ctypes; ctypes.CDLL('libc.so.6')", errno.EACCES),
    "ctypes, of Python": ("import ctypes; ctypes.pythonapi.PyRun_SimpleString(b'')", errno.EACCES),
    "ctypes, a variable": ("import ctypes; ctypes.c_int.in_dll(ctypes.CDLL(None), 'environ')", errno.EACCES),
    "ctypes, from below": ("import _ctypes; _ctypes.dlsym(_ctypes.dlopen(None, 0), 'fopen')", errno.EACCES),
    "cffi": ("import cffi; cffi.FFI().dlopen(None)", errno.EACCES),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("way", DETOURS)
def test_a_detour_is_refused_as_aws_refuses_it_or_in_a_sentence(account, tmp_path, monkeypatch, way):
    monkeypatch.chdir(tmp_path)
    detour, number = DETOURS[way]
    _, found, text = returned(account, f"{detour}\nreturn ['', None, 'done']")
    assert found == number
    if number == errno.EACCES:
        advice = {"chdir": "Use os.chdir", "ctypes": "Use what Python has", "cffi": "Use what Python has"}
        assert (
            next((of for word, of in advice.items() if word in way), "Use open, pathlib, os or sqlite3.connect") in text
        )
    assert os.getcwd() == str(tmp_path) and list(tmp_path.iterdir()) == []
    assert returned(account, "return open('/var/task/conf.json').read()", name="other") == '{"tea": 3}'


@pytest.mark.parametrize(
    "changes", ["posix.{}(event)", "posix.rename(event, '/tmp/x')", "posix.rename('/tmp/x', event)"]
)  # fmt: skip
def test_what_is_the_learners_stays_as_it_is(account, tmp_path, changes):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    before = mine.stat()
    for name in ("remove", "unlink", "rmdir", "truncate", "chmod", "chown", "utime", "setxattr", "link", "symlink"):
        more = {
            "truncate": ", 0",
            "chmod": ", 0o777",
            "chown": ", 1, 1",
            "setxattr": ", 'user.x', b''",
            "link": ", '/tmp/x'",
            "symlink": ", event + 'x'",
        }
        call = changes.format(name).replace("(event)", f"(event{more.get(name, '')})")
        body = f"import posix\nopen('/tmp/x', 'w').close()\n{call}\nreturn 'done'"
        assert returned(account, body, str(mine), name=f"f-{name}")[1] in (errno.EROFS, errno.EACCES), name
    after = mine.stat()
    assert mine.read_text() == "mine" and os.listdir(tmp_path) == ["mine.txt"]
    assert (after.st_mode, after.st_uid, after.st_mtime_ns, after.st_nlink) == (
        before.st_mode, before.st_uid, before.st_mtime_ns, 1,
    )  # fmt: skip


def test_what_is_the_learners_is_not_changed_by_what_stands_for_it(account, tmp_path):
    """A descriptor of a file that was opened by a way nobody translates."""
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    before = mine.stat()
    for change in (
        "posix.fchmod(number, 0o777)",
        "posix.chmod(number, 0o777)",
        "os.fchmod(number, 0o777)",
        "posix.utime(number, (1, 1))",
        "posix.setxattr(number, 'user.x', b'')",
        "mmap.mmap(number, 0)[0:1] = b's'",
    ):
        body = f"import posix\nnumber = posix.open(event, os.O_RDONLY)\n{change}\nreturn ['', None, 'done']"
        assert returned(account, body, str(mine), name="g")[1] in (errno.EROFS, errno.EACCES), change
        account.client.delete_function(FunctionName="g")
    after = mine.stat()
    assert mine.read_text() == "mine" and (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def test_ctypes_describes_data_in_a_handler_and_calls_c_in_a_cell(account):
    import ctypes

    body = """
        import ctypes
        class Pair(ctypes.Structure): _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_int)]
        ctypes.memmove(ctypes.create_string_buffer(4), b'tea', 3)
        return [ctypes.sizeof(Pair), ctypes.string_at(b'tea').decode()]
    """
    assert returned(account, body) == [8, "tea"]
    assert ctypes.CDLL(None).abs(-3) == 3


def test_a_second_database_is_in_memory_or_not_at_all(account):
    body = """
        table, found = sqlite3.connect(':memory:'), []
        table.execute("attach ':memory:' as other")
        for statement in ("attach '/tmp/MARK' as more", "vacuum into '/tmp/MARK'"):
            try: table.execute(statement)
            except sqlite3.DatabaseError as error: found.append(str(error))
        return found
    """
    found = returned(account, body)
    assert found == ["not authorized", "authorization denied"]


def test_devices_are_there(account):
    body = """
        import _io
        open('/dev/null', 'w').write('x'), _io.open('/dev/null', 'w').close()
        return open('/dev/zero', 'rb').read(1)[0]
    """
    assert returned(account, body) == 0


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A folder of the learner's own libraries."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / f"lib_{os.getpid()}.py").write_text("TEA = 3")
    yield tmp_path
    sys.modules.pop(f"lib_{os.getpid()}", None)


def test_python_keeps_what_it_compiles_as_it_imports(library, account):
    """A library that a handler is the first to import is compiled once for all."""
    assert returned(account, f"import lib_{os.getpid()} as lib\nreturn lib.TEA") == 3
    assert [*library.rglob("*.pyc")]
    body = "import posix\nposix.open(event + '/mine.pyc', os.O_CREAT | os.O_WRONLY)"
    assert returned(account, body, str(library), name="g")[1] in (errno.EROFS, errno.EACCES)


def test_a_cell_has_the_real_ones_again(account):
    import io
    import sqlite3
    import ssl

    real = [sqlite3.connect, sqlite3.dbapi2.connect, io.FileIO, io.open_code, ssl.SSLContext.load_cert_chain]
    returned(account, "return 1")
    assert [
        sqlite3.connect, sqlite3.dbapi2.connect, io.FileIO, io.open_code, ssl.SSLContext.load_cert_chain,
    ] == real  # fmt: skip
    assert sqlite3.connect is not returned and type(sqlite3.connect).__name__ == "builtin_function_or_method"
