"""From a handler to a zip: what travels to Lambda, and the sentence for what can't."""

import io
import itertools
import linecache
import textwrap
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient

from motoclock.functions import CannotPackage, package

_numbers = itertools.count(1)
MODULE_LEVEL = 41


class Notebook:
    """Cells that are run as a kernel runs them: one namespace, the source in linecache only."""

    def __init__(self):
        self.names = {"__name__": "__main__"}

    def run(self, cell: str):
        cell = textwrap.dedent(cell)
        path = f"<ipython-input-{next(_numbers)}>"
        linecache.cache[path] = (len(cell), None, cell.splitlines(keepends=True), path)
        exec(compile(cell, path, "exec"), self.names)

    def __getitem__(self, name):
        return self.names[name]


@pytest.fixture
def notebook():
    return Notebook()


def refusal(handler) -> str:
    with pytest.raises(CannotPackage) as refused:
        package(handler)
    return str(refused.value)


def test_a_cell_gives_its_imports_and_what_the_handler_uses_and_nothing_else(notebook):
    notebook.run(
        """
        import json
        import os, re  # both
        from datetime import datetime

        RATE = 0.19
        UNUSED = 1
        table: dict = {}
        table["a"] = 1


        # Adds the tax.
        def tax(amount):
            return amount * RATE


        def unused(): ...


        class Order:
            rate = RATE


        print("a call of the cell")
        text = "not this one"


        def charge(event, context):
            return json.dumps([tax(1), table, Order.rate])


        charge({}, None)
        """
    )
    packaged = package(notebook["charge"])
    assert packaged.source == textwrap.dedent(
        """\
        import json
        import os, re  # both
        from datetime import datetime

        RATE = 0.19

        table: dict = {}

        table["a"] = 1

        # Adds the tax.
        def tax(amount):
            return amount * RATE

        class Order:
            rate = RATE

        def charge(event, context):
            return json.dumps([tax(1), table, Order.rate])
        """
    )
    assert packaged.handler == "lambda_function.charge"


def test_the_zip_holds_one_file_and_the_same_source_gives_the_same_bytes(notebook):
    notebook.run("def charge(event, context): pass\n")
    first, second = package(notebook["charge"]), package(notebook["charge"])
    assert first.zip_bytes == second.zip_bytes
    with zipfile.ZipFile(io.BytesIO(first.zip_bytes)) as archive:
        assert archive.namelist() == ["lambda_function.py"]
        assert archive.read("lambda_function.py").decode() == first.source


def test_a_client_of_the_cell_travels_and_a_stray_call_does_not(notebook, account):
    notebook.run(
        """
        import boto3
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody="from the cell")

        def count(event, context):
            return sqs.get_queue_attributes(QueueUrl=event, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"]
        """
    )
    account.deploy(notebook["count"])
    assert account.call("count", notebook["queue"])["Payload"] == "1"
    assert "send_message" not in account.functions.code("count") and "create_queue" not in account.functions.code(
        "count"
    )


def test_a_name_of_another_cell_is_a_sentence(notebook):
    notebook.run("import boto3\ntable = {}\n")
    notebook.run("def charge(event, context):\n    table['a'] = 1\n")
    assert refusal(notebook["charge"]) == (
        "charge uses `table`, which another cell defines, and a Lambda function sees only its own file. Put the line that makes "
        "`table` in the cell of charge, or pass a value in the event or in environment={...}."
    )
    notebook.run("def charge(event, context): boto3.client('sqs')\n")
    assert "Put the import of boto3 in the cell of charge" in refusal(notebook["charge"])


def test_a_name_that_a_helper_needs_is_traced_to_the_helper(notebook):
    notebook.run("rate = 2\n")
    notebook.run("def tax(x): return x * rate\ndef charge(event, context): return tax(1)\n")
    assert refusal(notebook["charge"]).startswith("charge needs tax, which uses `rate`, which another cell defines")


def test_a_name_that_nothing_defines_is_a_sentence(notebook):
    notebook.run("def charge(event, context): return nowhere\n")
    assert refusal(notebook["charge"]) == (
        "charge uses `nowhere`, which nothing defines: define or import it in the cell of charge."
    )


def test_local_names_builtins_comprehensions_and_parameters_are_no_uses(notebook):
    notebook.run("x = object()\n")
    notebook.run(
        """
        def charge(event, context):
            x = [len(y) for y in event]
            def inner(z): return x, z, __name__
            return sorted(map(inner, x))
        """
    )
    assert package(notebook["charge"]).source.startswith("def charge")


def test_globals_that_are_assigned_in_the_handler_are_kept(notebook, account):
    notebook.run(
        """
        count = 0
        def charge(event, context):
            global count
            count += 1
            return count
        """
    )
    account.deploy(notebook["charge"])
    assert [account.call("charge")["Payload"] for _ in range(2)] == [1, 2]


def test_decorators_defaults_and_annotations_are_uses(notebook):
    notebook.run(
        """
        from functools import wraps
        LIMIT = 3
        class Event(dict): pass
        def twice(function):
            @wraps(function)
            def inner(event, context): return [function(event, context)] * 2
            return inner

        @twice
        def charge(event: Event, context=LIMIT):
            return 1
        """
    )
    source = package(notebook["charge"]).source
    assert all(part in source for part in ("LIMIT = 3", "class Event", "def twice", "@twice\ndef charge"))


def test_try_and_if_blocks_that_make_a_used_name_travel(notebook):
    notebook.run(
        """
        try:
            import nowhere as fast
        except ImportError:
            fast = None
        if fast is None:
            MODE = "slow"
        def charge(event, context): return [fast, MODE]
        """
    )
    source = package(notebook["charge"]).source
    assert "except ImportError" in source and 'MODE = "slow"' in source


def test_statements_on_one_line_are_told_apart(notebook):
    notebook.run("a = 1; b = 2; print('x')\ndef charge(event, context): return b\n")
    assert package(notebook["charge"]).source == "b = 2\n\ndef charge(event, context): return b\n"


def test_setting_a_variable_of_the_process_does_not_travel(notebook):
    notebook.run(
        "import os\nos.environ['A_SETTING'] = 'of the notebook'\ndef charge(event, context): return os.getenv('A_SETTING')\n"
    )
    assert "of the notebook" not in package(notebook["charge"]).source


def test_a_star_import_may_define_anything(notebook):
    notebook.run("from math import *\ndef charge(event, context): return sqrt(event)\n")
    assert package(notebook["charge"]).source.startswith("from math import *\n")


def test_a_lambda_is_a_sentence():
    assert "Write it as a function: def handler(event, context)" in refusal(lambda event, context: None)


def test_a_closure_is_a_sentence():
    rate = 2

    def charge(event, context):
        return rate

    assert refusal(charge).startswith(
        "charge takes `rate` from the function around it, and only the source travels to Lambda."
    )


def test_a_handler_without_source_is_a_sentence():
    names = {"__name__": "__main__"}
    exec("def charge(event, context): pass", names)
    assert "The source of charge can't be found" in refusal(names["charge"])


@pytest.mark.parametrize(
    ("handler", "sentence"),
    [
        (print, "deploy takes a function written with def handler(event, context), not builtin_function_or_method"),
        ("charge", "not str"),
        (Notebook().run, "Lambda calls"),
        (textwrap.dedent, "Lambda calls dedent with two arguments"),
    ],
)
def test_what_is_no_handler_is_a_sentence(handler, sentence):
    assert "\n" not in refusal(handler)


def test_a_function_of_a_module_takes_its_whole_file(tmp_path, monkeypatch):
    (tmp_path / "shop_orders.py").write_text("import json\nUNUSED = 1\ndef charge(event, context): return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    import shop_orders

    packaged = package(shop_orders.charge)
    assert packaged.handler == "shop_orders.charge"
    assert packaged.source == (tmp_path / "shop_orders.py").read_text()


def test_a_function_inside_a_test_takes_what_it_uses_of_the_file(account):
    def charge(event, context):
        return MODULE_LEVEL + 1

    account.deploy(charge)
    assert account.call("charge")["Payload"] == 42
    assert "class Notebook" not in account.functions.code("charge")


def test_a_redefined_handler_runs_its_old_code_until_it_is_deployed_again(notebook, account):
    notebook.run("def charge(event, context): return 'old'\n")
    account.deploy(notebook["charge"])
    notebook.run("def charge(event, context): return 'new'\n")
    assert account.call("charge")["Payload"] == "old"
    account.client.update_function_code(FunctionName="charge", ZipFile=package(notebook["charge"]).zip_bytes)
    assert account.call("charge")["Payload"] == "new"


def test_it_works_in_a_kernel():
    cells = [
        "from motoclock.functions import package\n%time 1",
        "RATE = 2\nOTHER = 3\n\ndef charge(event, context):\n    return RATE",
        "print(package(charge).source)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert notebook.cells[2].outputs[0].text == "RATE = 2\n\ndef charge(event, context):\n    return RATE\n\n"


# ------------------------------------------------------------------ what is left out


LEFT_OUT = {
    "a logger": ("import logging\nlog = logging.getLogger()\nlog.setLevel('INFO')", "log.info(1)", "log.setLevel('INFO')", "log"),
    "a table": ("TABLE = []\nTABLE.append(1)", "TABLE", "TABLE.append(1)", "TABLE"),
    "in a loop": ("TABLE = []\nfor n in (1, 2):\n    TABLE.append(n)", "TABLE", "TABLE.append(n)", "TABLE"),
    "an entry in a loop": ("TABLE = {}\nfor n in (1, 2):\n    TABLE[n] = 1", "TABLE", "TABLE[n] = 1", "TABLE"),
    "a variable": ("import os\nos.environ.setdefault('A', '1')", "os.getenv('A')", "os.environ.setdefault('A', '1')", "os"),
    "an assigned variable": ("import os\nos.environ['A'] = '1'", "os.getenv('A')", "os.environ['A'] = '1'", "os"),
    "a module": ("import logging as l\nl.basicConfig(level=10)", "l.info(1)", "l.basicConfig(level=10)", "l"),
    "the root logger": ("import logging as l\nl.getLogger().setLevel(10)", "l.info(1)", "l.getLogger().setLevel(10)", "l"),
    "a registry": (
        "BY_NAME = {}\ndef route(name):\n    def add(f):\n        BY_NAME[name] = f\n        return f\n    return add\n"
        "@route('a')\ndef a(): return 1",
        "BY_NAME[event]()", "@route('a')", "BY_NAME",
    ),
    "a function that sets a global": ("RATE = 1\ndef set_up():\n    global RATE\n    RATE = 2\nset_up()", "RATE", "set_up()", "RATE"),
    "of a helper": ("TABLE = []\nTABLE.append(1)\ndef helper(): return TABLE", "helper()", "TABLE.append(1)", "TABLE"),
}  # fmt: skip


@pytest.mark.parametrize("what", LEFT_OUT)
def test_a_call_that_is_left_out_and_matters_is_one_sentence(notebook, what):
    cell, uses, call, name = LEFT_OUT[what]
    notebook.run(f"{cell}\n\ndef charge(event, context):\n    return {uses}\n")
    (sentence,) = package(notebook["charge"]).left_out
    assert sentence.startswith(f"`{call}` has no effect in Lambda: charge uses `{name}`, and ")


@pytest.mark.parametrize(
    ("cell", "uses"),
    [
        ("import json\nprint(json.dumps({}))", "json.dumps(event)"),
        ("TABLE = []\nlen(TABLE)\nTABLE", "TABLE"),
        ("TABLE = []\nOTHER = []\nOTHER.append(1)", "TABLE"),
        ("import boto3\nsqs = boto3.client('sqs')\ntry: sqs.set_queue_attributes()\nexcept Exception: pass", "sqs"),
        ("import logging\nlog = logging.getLogger()\ndef later(): log.setLevel('INFO')", "log.info(1)"),
        ("import os\nos.path.join('a')", "os.getenv('A')"),
    ],
)  # fmt: skip
def test_a_call_that_is_left_out_and_does_not_matter_is_left_in_peace(notebook, cell, uses):
    notebook.run(f"{cell}\n\ndef charge(event, context):\n    return {uses}\n")
    assert package(notebook["charge"]).left_out == ()


def test_deploy_says_what_has_no_effect(notebook, cloud):
    notebook.run("TABLE = []\nTABLE.append(1)\ndef charge(event, context): return TABLE\n")
    with pytest.warns(UserWarning, match=r"`TABLE.append\(1\)` has no effect in Lambda") as said:
        cloud.deploy(notebook["charge"])
    assert len(said) == 1


@pytest.mark.parametrize("parameters", ["event, *, context", "event", "event, context, more", "*, event, context", ""])
def test_a_handler_that_lambda_can_not_call_is_a_sentence(notebook, parameters):
    notebook.run(f"def charge({parameters}): return 1\n")
    assert "write it as def charge(event, context)" in refusal(notebook["charge"])


@pytest.mark.parametrize("parameters", ["event, context", "event, _=None", "*both", "event, context=None, *, more=1"])
def test_a_handler_that_lambda_can_call_is_none(notebook, parameters):
    notebook.run(f"def charge({parameters}): return 1\n")
    assert package(notebook["charge"])


def test_a_file_in_its_own_encoding_travels_as_it_is(tmp_path, monkeypatch, account):
    text = "# -*- coding: latin-1 -*-\ndef charge(event, context): return 'größe'\n"
    (tmp_path / "latin_orders.py").write_bytes(text.encode("latin-1"))
    monkeypatch.syspath_prepend(tmp_path)
    import latin_orders

    assert package(latin_orders.charge).source == text
    account.deploy(latin_orders.charge, "charge")
    assert account.call("charge")["Payload"] == "größe"
    assert account.functions.code("charge") == text


def test_a_timed_cell_is_a_cell():
    cells = [
        "from motoclock.functions import package",
        "%%time\nRATE = 1\n\ndef charge(event, context):\n    return RATE\n",
        "%%time\nRATE = 2\n\ndef charge(event, context):\n    return RATE + 1\n",
        "print(package(charge).source)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert notebook.cells[3].outputs[0].text == "RATE = 2\n\ndef charge(event, context):\n    return RATE + 1\n\n"
