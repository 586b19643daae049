"""Execution environments: globals that stay warm, what is shared between functions (nothing), and when new ones are made."""

import json
import logging
import os
import sys

import boto3
import pytest

from motoclock.trace import Kind

COUNTER = "runs = []\ndef handler(event, context):\n    runs.append(1)\n    return len(runs)"


def environments(account) -> list[str]:
    return [event.detail.environment for event in account.kinds(Kind.INVOKED)]


def test_a_warm_environment_keeps_its_globals(account):
    account.make("f", COUNTER)
    assert [account.call("f")["Payload"] for _ in range(3)] == [1, 2, 3]
    assert [event.detail.cold for event in account.kinds(Kind.INVOKED)] == [True, False, False]
    assert environments(account) == ["f-1", "f-1", "f-1"]


def test_two_functions_may_both_ship_common(account):
    for name in ("one", "two"):
        account.make(
            name,
            "import common\ndef handler(event, context): return common.WHO",
            files={"common.py": f"WHO = '{name}'"},
        )
    assert [account.call(name)["Payload"] for name in ("one", "two", "one")] == ["one", "two", "one"]
    assert "common" not in sys.modules and "app" not in sys.modules


def test_packages_relative_imports_and_bare_folders_work(account):
    files = {
        "shop/__init__.py": "from .prices import PRICE",
        "shop/prices.py": "from . import base\nPRICE = base.BASE + 1",
        "shop/base.py": "BASE = 41",
        "bare/inside.py": "import importlib\nNAME = importlib.import_module('shop.base').__name__",
    }
    account.make(
        "f",
        "from shop import PRICE\nimport bare.inside\ndef handler(event, context): return [PRICE, bare.inside.NAME]",
        files=files,
    )
    assert account.call("f")["Payload"] == [42, "shop.base"]


def test_a_layer_is_on_the_path_behind_the_functions_own_files(account):
    content = account.zip({"python/shared.py": "WHERE = __file__", "python/common.py": "WHO = 'layer'"})
    layer = account.client.publish_layer_version(LayerName="l", Content={"ZipFile": content})["LayerVersionArn"]
    source = "import shared, common\ndef handler(event, context): return [shared.WHERE, common.WHO]"
    account.make("f", source, files={"common.py": "WHO = 'function'"}, Layers=[layer])
    assert account.call("f")["Payload"] == ["/opt/python/shared.py", "function"]


def test_packaged_files_can_be_read_and_not_written(account):
    source = (
        "import json, os\n"
        "def handler(event, context):\n"
        "    folder = os.path.dirname(__file__)\n"
        "    with open(os.path.join(folder, 'prices.json')) as file: prices = json.load(file)\n"
        "    try: open('/var/task/x', 'w')\n"
        "    except OSError as error: return [prices, str(error)]"
    )
    account.make("f", source, files={"prices.json": '{"tea": 3}'})
    assert account.call("f")["Payload"] == [{"tea": 3}, "[Errno 30] Read-only file system: '/var/task/x'"]


def test_dataclasses_enums_and_pickle_find_their_module(account):
    source = (
        "from __future__ import annotations\n"
        "import pickle\nfrom dataclasses import dataclass\nfrom enum import Enum\n"
        "class Size(Enum):\n    SMALL = 1\n"
        "@dataclass\nclass Order:\n    id: str\n    size: Size\n"
        "def handler(event, context):\n    order = pickle.loads(pickle.dumps(Order('a', Size.SMALL)))\n"
        "    return [order.id, order.size.name, Order.__module__]"
    )
    account.make("f", source)
    assert account.call("f")["Payload"] == ["a", "SMALL", "app"]


def test_environment_variables_are_the_functions_own(account, monkeypatch):
    monkeypatch.setenv("HOST_SECRET", "s3cret")
    source = "import os\ndef handler(event, context):\n    os.environ['SET'] = 'here'\n    return dict(os.environ)"
    account.make("f", source, Environment={"Variables": {"TABLE": "orders"}})
    seen = account.call("f")["Payload"]
    assert seen["TABLE"] == "orders"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "f" and seen["AWS_REGION"] == "us-east-1"
    assert "HOST_SECRET" not in seen and "s3cret" not in json.dumps(seen)
    assert "SET" not in os.environ


def test_a_clients_of_module_level_works(account):
    boto3.client("sqs").create_queue(QueueName="q")
    source = (
        "import boto3\nsqs = boto3.client('sqs')\nurl = sqs.get_queue_url(QueueName='q')['QueueUrl']\n"
        "def handler(event, context): return sqs.send_message(QueueUrl=url, MessageBody='hi')['MessageId']"
    )
    account.make("f", source)
    assert account.call("f")["Payload"]
    assert account.clock.now == pytest.approx(0.2 + 0.005 + 0.005)


def test_an_update_of_the_code_makes_new_environments(account):
    account.make("f", "def handler(event, context): return 'old'")
    assert account.call("f")["Payload"] == "old"
    account.client.update_function_code(
        FunctionName="f", ZipFile=account.zip({"app.py": "def handler(e, c): return 'new'"})
    )
    assert account.call("f")["Payload"] == "new"
    assert environments(account) == ["f-1", "f-2"]


def test_an_update_of_the_configuration_makes_new_environments(account):
    account.make("f", "import os\nMODE = os.environ.get('MODE')\ndef handler(event, context): return MODE")
    assert account.call("f")["Payload"] is None
    account.client.update_function_configuration(FunctionName="f", Environment={"Variables": {"MODE": "fast"}})
    assert account.call("f")["Payload"] == "fast"


def test_an_invocation_that_is_running_ends_in_its_old_environment(account):
    account.make("f", "import time\ndef handler(event, context):\n    time.sleep(2)\n    return 'old'")
    answers = []
    account.later(0, lambda: answers.append(account.call("f")["Payload"]))
    account.later(
        1,
        lambda: account.client.update_function_code(
            FunctionName="f", ZipFile=account.zip({"app.py": "def handler(event, context): return 'new'"})
        ),
    )
    account.run()
    answers.append(account.call("f")["Payload"])
    assert answers == ["old", "new"]


def test_a_deleted_and_recreated_function_starts_afresh(account):
    account.make("f", COUNTER)
    account.call("f")
    account.client.delete_function(FunctionName="f")
    account.make("f", COUNTER)
    assert account.call("f")["Payload"] == 1


def test_a_published_version_keeps_its_code(account):
    account.make("f", "def handler(event, context): return 'one'")
    account.client.publish_version(FunctionName="f")
    account.client.update_function_code(
        FunctionName="f", ZipFile=account.zip({"app.py": "def handler(e, c): return 'two'"})
    )
    assert [account.call(name)["Payload"] for name in ("f:1", "f", "f:$LATEST")] == ["one", "two", "two"]


def test_an_alias_splits_its_traffic_by_weight(account):
    account.make("f", "def handler(event, context): return context.function_version")
    account.client.publish_version(FunctionName="f")
    account.client.update_function_code(
        FunctionName="f", ZipFile=account.zip({"app.py": "def handler(e, c): return c.function_version"})
    )
    account.client.publish_version(FunctionName="f")
    account.client.create_alias(
        FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}}
    )
    versions = [account.call("f:live")["Payload"] for _ in range(80)]
    assert 10 <= versions.count("2") <= 30 and set(versions) == {"1", "2"}


def test_the_environment_used_last_is_used_first_and_idle_ones_are_reaped(account):
    account.make("f", "import time\ndef handler(event, context): time.sleep(event)")
    for seconds in (2, 1):
        account.later(0, lambda seconds=seconds: account.call("f", seconds))
    account.run()
    account.call("f", 0)
    assert environments(account) == ["f-1", "f-2", "f-1"]
    account.clock.sleep(599)
    account.call("f", 0)
    account.clock.sleep(601)
    account.call("f", 0)
    assert environments(account)[3:] == ["f-1", "f-3"]


def test_a_module_that_fails_is_loaded_again_at_the_next_invocation(account):
    account.make("f", "raise RuntimeError('not yet')\ndef handler(event, context): pass")
    assert account.call("f")["Payload"]["errorType"] == "RuntimeError"
    assert account.call("f")["FunctionError"] == "Unhandled"
    assert environments(account) == ["f-1", "f-2"]


def test_output_and_logging_of_the_host_are_left_alone(account, capsys):
    source = (
        "import logging, sys\nlogging.getLogger().setLevel('DEBUG')\n"
        "def handler(event, context):\n    print('to the log')\n    print('this too', file=sys.stderr)\n    logging.debug('and this')"
    )
    account.make("f", source)
    level, handlers = logging.root.level, list(logging.root.handlers)
    account.call("f")
    assert (logging.root.level, logging.root.handlers) == (level, handlers)
    assert capsys.readouterr() == ("", "")
    assert account.printed("f")[:2] == ["to the log", "this too"]
    assert account.printed("f")[2].startswith("[DEBUG]\t2030-01-01T00:00:00.200Z\t")


def test_a_module_that_the_host_has_too_is_the_functions_own(account):
    source = "import colorsys\ndef handler(event, context): return colorsys.WHO"
    import colorsys

    account.make("f", source, files={"colorsys.py": "WHO = 'mine'"})
    assert account.call("f")["Payload"] == "mine"
    assert sys.modules["colorsys"] is colorsys


def test_code_shows_the_source_that_was_packaged(account):
    account.make("f", "x = 1\n")
    assert account.functions.code("f") == "x = 1\n"
