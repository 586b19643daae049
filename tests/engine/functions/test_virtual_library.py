"""What `import time`, `datetime`, `random`, `uuid`, `threading`, `asyncio`... mean in a handler."""

import datetime
import json
import logging
import time

import pytest

from motoclock.functions.virtual.dates import DATETIME


def result(account, source: str, event=None):
    account.make("f", source, Timeout=600)
    answer = account.call("f", event)
    assert "FunctionError" not in answer, answer["Payload"]
    return answer["Payload"]


def handler(*lines: str, imports: str = "") -> str:
    return f"{imports}\ndef handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


# ------------------------------------------------------------------ time


def test_reading_the_clock_costs_a_virtual_microsecond_so_a_busy_wait_ends(account):
    source = handler(
        "end = time.time() + 0.01", "while time.time() < end: pass", "return time.time()", imports="import time"
    )
    assert result(account, source) == pytest.approx(1893456000.21, abs=1e-4)


CLOCKS = (
    "[time.monotonic(), time.perf_counter(), time.monotonic_ns() / 1e9,"
    " time.time() - 1893456000, time.time_ns() / 1e9 - 1893456000]"
)


def test_every_clock_of_time_is_virtual(account):
    source = handler(
        f"before = {CLOCKS}",
        "time.sleep(60)",
        f"after = {CLOCKS}",
        "return [round(b - a, 3) for a, b in zip(before, after)] +"
        " [time.strftime('%Y-%m-%d %H:%M'), time.localtime().tm_hour, time.tzname[0]]",
        imports="import time",
    )
    assert result(account, source) == [60.0] * 5 + ["2030-01-01 00:01", 0, "UTC"]


def test_from_imports_and_imports_inside_functions_are_virtual_too(account):
    source = handler(
        "import time as t", "sleep(5)", "return [t.monotonic() > 5, type(t).__name__]", imports="from time import sleep"
    )
    assert result(account, source) == [True, "module"]


def test_datetime_knows_the_virtual_time(account):
    source = handler(
        "now = datetime.now(UTC)",
        "return [now.isoformat(timespec='seconds'), datetime.utcnow().year, datetime.today().year, date.today().isoformat(),"
        " datetime.now(timezone(timedelta(hours=2))).hour, datetime.fromtimestamp(0).isoformat()]",
        imports="from datetime import datetime, date, UTC, timezone, timedelta",
    )
    seen = ["2030-01-01T00:00:00+00:00", 2030, 2030, "2030-01-01", 2, "1970-01-01T00:00:00"]
    assert result(account, source) == seen


def test_isinstance_sees_no_difference_between_virtual_and_real_datetimes(account):
    source = handler(
        "import json, pickle, boto3",
        "now = datetime.datetime.now(datetime.UTC)",
        "made = datetime.datetime(2031, 1, 1)",
        "parsed = datetime.datetime.fromisoformat('2031-01-01T00:00:00')",
        "class Mine(datetime.datetime): pass",
        "mine = Mine(2031, 1, 1)",
        "return [isinstance(now, datetime.datetime), isinstance(now, datetime.date), isinstance(parsed, datetime.datetime),"
        " made == parsed == mine, type(now).__module__, isinstance(made, Mine), isinstance(mine, Mine),"
        " issubclass(Mine, datetime.datetime), pickle.loads(pickle.dumps(now)) == now, isinstance(1, datetime.datetime),"
        " datetime.datetime.combine(datetime.date(2031, 1, 1), datetime.time(1)).hour, datetime.datetime.strptime('2031', '%Y').year]",
        imports="import datetime",
    )
    assert result(account, source) == [True, True, True, True, "datetime", False, True, True, True, False, 1, 2031]


def test_outside_a_task_the_stand_ins_are_the_real_thing():
    assert abs(DATETIME.datetime.now().timestamp() - time.time()) < 5
    assert isinstance(datetime.datetime.now(), DATETIME.datetime)


# ------------------------------------------------------------------ chance


CHANCE = handler(
    "return [random.random(), random.randint(1, 99), random.choice('abc'), random.Random().random(), "
    "str(uuid.uuid4()), str(uuid.uuid1()),"
    " secrets.token_hex(4), secrets.token_urlsafe(4), secrets.randbelow(1000), os.urandom(4).hex(), random.SystemRandom().random()]",
    imports="import random, uuid, secrets, os",
)


def test_chance_is_seeded_and_differs_between_environments(account):
    account.make("one", CHANCE)
    account.make("two", CHANCE)
    draws = [account.call(name)["Payload"] for name in ("one", "one", "two")]
    assert draws[0][0] == 0.3381665843680506  # in every process, under every PYTHONHASHSEED
    assert all(len({json.dumps(draw[place]) for draw in draws}) == 3 for place in (0, 4, 5, 6, 9))
    assert draws[0][4][14] == "4" and draws[0][5][14] == "1"


def test_a_seed_of_the_handlers_own_works(account):
    source = handler(
        "random.seed(7)",
        "a = random.random()",
        "random.seed(7)",
        "return [a == random.random(), a]",
        imports="import random",
    )
    import random

    assert result(account, source) == [True, random.Random(7).random()]


ROLLS = ("rolls = [random.random()]", "rolls.append(random.randrange(10**6))", "return rolls")
BESIDE = {
    "a print": "print('between')",
    "a number of the machine": "uuid.uuid4(), secrets.token_hex(4), os.urandom(4), random.SystemRandom().random()",
    "dice of one's own": "random.Random().random(), random.Random(3).random()",
    "a file with a chance name": "tempfile.mkdtemp()",
    "a call of AWS": "boto3.client('sqs').list_queues()",
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_nothing_that_a_handler_does_beside_its_rolls_shifts_them(account, beside):
    imports = "import boto3, os, random, secrets, tempfile, uuid"
    plain = handler(*ROLLS, imports=imports)
    account.make("work", plain)
    account.make("other", plain)
    before = [account.call(name)["Payload"] for name in ("work", "other")]
    account.client.delete_function(FunctionName="work")
    account.client.delete_function(FunctionName="other")
    account.world.chance.forget()
    account.functions._made.clear()
    account.make("work", handler(beside, ROLLS[0], beside, *ROLLS[1:], imports=imports))
    account.make("other", plain)
    assert [account.call(name)["Payload"] for name in ("work", "other")] == before
    assert before[0] != before[1]


MACHINES_CHANCE = handler(
    "random.seed(7)",
    "return [str(uuid.uuid4()), secrets.token_hex(4), os.urandom(4).hex(), random.SystemRandom().random(),"
    " random.Random().random(), os.path.basename(tempfile.mkdtemp())]",
    imports="import os, random, secrets, tempfile, uuid",
)


def test_a_seed_of_the_handlers_own_repeats_no_id(account):
    account.make("f", MACHINES_CHANCE)
    first, second = (account.call("f")["Payload"] for _ in range(2))
    assert [one for one, other in zip(first, second, strict=True) if one == other] == []


@pytest.mark.parametrize("again", ["random.seed()", "random.seed(None)"])
def test_to_seed_without_a_number_is_seeded_too(account, again):
    source = handler(again, "return random.random()", imports="import random")
    assert in_two_worlds(account, source)


def test_what_the_machine_draws_is_the_same_in_another_world(account):
    assert in_two_worlds(account, MACHINES_CHANCE)


def in_two_worlds(account, source: str) -> bool:
    """Whether a function answers the same in another world of the seed."""
    first = result(account, source)
    account.world.chance.forget()
    account.client.delete_function(FunctionName="f")
    account.functions._made.clear()
    return result(account, source) == first


def test_two_invocations_of_one_seed_draw_the_same_in_another_world(account):
    assert in_two_worlds(account, handler("return random.random()", imports="import random"))


# ------------------------------------------------------------------ threads


def test_threads_overlap_in_virtual_time(account):
    source = handler(
        "started = time.monotonic()",
        "done = []",
        "def work(n):",
        "    time.sleep(n)",
        "    done.append(n)",
        "threads = [threading.Thread(target=work, args=(n,)) for n in (3, 1, 2)]",
        "for thread in threads: thread.start()",
        "for thread in threads: thread.join()",
        "return [done, round(time.monotonic() - started, 2), threading.active_count()]",
        imports="import threading, time",
    )
    assert result(account, source) == [[1, 2, 3], 3.0, 1]


def test_a_thread_pool_overlaps_and_keeps_its_workers_warm(account):
    source = (
        "import time\nfrom concurrent.futures import ThreadPoolExecutor, as_completed\npool = ThreadPoolExecutor(max_workers=2)\n"
        "def work(n):\n    time.sleep(n)\n    return n * 10\n"
        "def handler(event, context):\n    before = time.monotonic()\n"
        "    answers = list(pool.map(work, [1, 1, 1, 1]))\n"
        "    first = next(as_completed([pool.submit(work, n) for n in (2, 1)])).result()\n"
        "    return [answers, first, round(time.monotonic() - before, 2)]\n"
    )
    account.make("f", source, Timeout=60)
    assert account.call("f")["Payload"] == [[10, 10, 10, 10], 10, 3.0]
    account.clock.sleep(60)
    assert account.call("f")["Payload"] == [[10, 10, 10, 10], 10, 3.0]


def test_locks_events_conditions_and_queues_wait_in_virtual_time(account):
    source = handler(
        "out, lock, ready = [], threading.Lock(), threading.Event()",
        "jobs = queue.Queue(maxsize=1)",
        "condition = threading.Condition()",
        "def holder():",
        "    with lock: time.sleep(2)",
        "    ready.set()",
        "    for n in range(3): jobs.put(n)",
        "    with condition: condition.notify_all()",
        "threading.Thread(target=holder).start()",
        "time.sleep(0)",
        "out.append(lock.acquire(timeout=0.5))",
        "out.append(ready.wait(0.5))",
        "with lock: out.append(round(time.monotonic()))",
        "out.append([jobs.get(timeout=1) for _ in range(3)])",
        "try: jobs.get(timeout=5)",
        "except queue.Empty: out.append('empty')",
        "semaphore = threading.BoundedSemaphore(1)",
        "with semaphore: out.append(semaphore.acquire(timeout=1))",
        "with condition: out.append(condition.wait(1))",
        "return out",
        imports="import threading, time, queue",
    )
    assert result(account, source) == [False, False, 2, [0, 1, 2], "empty", False, False]


def test_an_exception_in_a_thread_goes_to_the_log(account):
    source = handler(
        "thread = threading.Thread(target=lambda: 1 / 0, name='worker')",
        "thread.start()",
        "thread.join()",
        "return thread.is_alive()",
        imports="import threading",
    )
    assert result(account, source) is False
    assert account.printed("f")[0] == "Exception in thread worker:"
    assert account.printed("f")[-1] == "ZeroDivisionError: division by zero"


def test_the_threads_of_a_handler_that_timed_out_end_with_it(account):
    source = handler(
        "def work():",
        "    time.sleep(10)",
        "    print('late')",
        "threading.Thread(target=work).start()",
        "time.sleep(100)",
        imports="import threading, time",
    )
    account.make("f", source, Timeout=3)
    account.call("f")
    account.clock.sleep(100)
    assert not any("late" in line for line in account.printed("f"))


def test_thread_locals_are_the_threads_own(account):
    source = handler(
        "local = threading.local()",
        "local.x = 'main'",
        "seen = []",
        "thread = threading.Thread(target=lambda: seen.append(hasattr(local, 'x')))",
        "thread.start()",
        "thread.join()",
        "return [seen, local.x, threading.current_thread().name]",
        imports="import threading",
    )
    assert result(account, source) == [[False], "main", "MainThread"]


@pytest.mark.parametrize(
    "imports",
    [
        "import multiprocessing, subprocess",
        "from concurrent.futures import process",
        "import concurrent.futures.process",
        "from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor",
        "import concurrent.futures.thread",
        "import multiprocessing.pool, multiprocessing.shared_memory",
    ],
)
def test_what_lambdas_python_has_can_be_imported(account, imports):
    account.make("f", f"{imports}\ndef handler(event, context): return 1")
    assert account.call("f")["Payload"] == 1


@pytest.mark.parametrize(
    "call",
    [
        "_thread.start_new_thread(print, ())",
        "importlib.import_module('_thread').start_new_thread(print, ())",
        "importlib.import_module('threading').Thread(target=print).start()",
        "multiprocessing.Process(target=print).start()",
        "multiprocessing.get_context('spawn').Process(target=print).start()",
        "multiprocessing.pool.ThreadPool(1)",
        "concurrent.futures.ProcessPoolExecutor()",
        "process.ProcessPoolExecutor()",
    ],
)
def test_what_can_not_be_virtual_is_one_sentence(account, call):
    imports = (
        "import _thread, concurrent.futures, importlib, multiprocessing.pool\nfrom concurrent.futures import process"
    )
    account.make("f", f"{imports}\ndef handler(event, context):\n    {call}")
    assert "virtual time" in account.call("f")["Payload"]["errorMessage"]


# ------------------------------------------------------------------ asyncio


def test_asyncio_runs_on_virtual_time(account):
    source = (
        "import asyncio, time\n"
        "async def work(n):\n    await asyncio.sleep(n)\n    return n\n"
        "async def main():\n    return await asyncio.gather(work(3), work(1), asyncio.wait_for(work(2), 10))\n"
        "def handler(event, context):\n    before = time.monotonic()\n"
        "    return [asyncio.run(main()), round(time.monotonic() - before, 2)]"
    )
    account.make("f", source, Timeout=60)
    assert [account.call("f")["Payload"] for _ in range(2)] == [[[3, 1, 2], 3.0]] * 2


def test_two_handlers_may_run_an_event_loop_at_once(account):
    source = (
        "import asyncio\nasync def main(n):\n    await asyncio.sleep(n)\n    return n\n"
        "def handler(event, context): return asyncio.get_event_loop().run_until_complete(main(event))"
    )
    account.make("f", source, Timeout=60)
    seen = []
    for n in (3, 2, 1):
        account.later(0, lambda n=n: seen.append(account.call("f", n)["Payload"]))
    account.run()
    assert seen == [1, 2, 3]
    assert account.clock.now == pytest.approx(3.2)


def test_a_running_loop_of_the_cell_is_hidden_from_handlers(account):
    import asyncio

    account.make(
        "f", "import asyncio\nasync def main(): return 1\ndef handler(event, context): return asyncio.run(main())"
    )

    async def cell():
        answer = account.call("f")["Payload"]
        return answer, asyncio.get_running_loop() is not None

    assert asyncio.run(cell()) == (1, True)


def test_blocking_calls_go_to_threads_and_overlap(account):
    source = (
        "import asyncio, time\n"
        "async def main():\n    await asyncio.gather(*(asyncio.to_thread(time.sleep, 2) for _ in range(3)))\n"
        "    loop = asyncio.get_running_loop()\n"
        "    with concurrent.futures.ThreadPoolExecutor() as pool: return await loop.run_in_executor(pool, max, 1, 2)\n"
        "import concurrent.futures\n"
        "def handler(event, context):\n    before = time.monotonic()\n"
        "    return [asyncio.run(main()), round(time.monotonic() - before, 2)]"
    )
    account.make("f", source, Timeout=60)
    assert account.call("f")["Payload"] == [2, 2.0]


def test_a_timeout_of_asyncio_is_virtual(account):
    source = (
        "import asyncio\nasync def main():\n"
        "    try:\n        async with asyncio.timeout(5): await asyncio.Event().wait()\n    except TimeoutError: return 'gave up'\n"
        "def handler(event, context): return asyncio.run(main())"
    )
    account.make("f", source, Timeout=60)
    assert account.call("f")["Payload"] == "gave up"
    assert account.clock.now == pytest.approx(5.2)


def test_a_handler_that_waits_for_ever_times_out(account):
    account.make("f", handler("threading.Event().wait()", imports="import threading"), Timeout=3)
    assert account.call("f")["Payload"]["errorType"] == "Sandbox.Timedout"


# ------------------------------------------------------------------ libraries made for Lambda


def test_powertools_logs_virtual_times_to_the_functions_own_log(account):
    source = (
        "from aws_lambda_powertools import Logger\nlogger = Logger(service='shop', utc=True)\n"
        "@logger.inject_lambda_context\n"
        "def handler(event, context):\n    logger.info('charged', extra={'order': 1})\n    return context.function_name"
    )
    for name in ("one", "two"):
        account.make(name, source)
        assert account.call(name)["Payload"] == name
        (line,) = account.printed(name)
        logged = json.loads(line)
        assert (logged["message"], logged["order"], logged["function_name"]) == ("charged", 1, name)
        assert logged["timestamp"].startswith("2030-01-01 00:00:00,")
    assert not logging.getLogger("shop").handlers


def test_powertools_batch_processing_runs(account):
    source = (
        "from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response\n"
        "processor = BatchProcessor(event_type=EventType.SQS)\n"
        "def record(record):\n    if record.body == 'bad': raise ValueError(record.body)\n"
        "def handler(event, context):\n"
        "    return process_partial_response(event=event, record_handler=record, processor=processor, context=context)"
    )
    records = [
        {"messageId": body, "body": body, "eventSource": "aws:sqs", "attributes": {}} for body in ("good", "bad")
    ]
    account.make("f", source)
    assert account.call("f", {"Records": records})["Payload"] == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


OWN_STRAND = handler(
    "found = []",
    "def inside():",
    "    found.extend([time.time() == time.time(), time.monotonic() < 1000, datetime.datetime.now().year, random.random()])",
    "    try: time.sleep(1)",
    "    except RuntimeError as error: found.append(str(error))",
    "greenlet.greenlet(inside).switch()",
    "time.sleep(1)",
    "return found",
    imports="import datetime, greenlet, random, time",
)


def test_a_greenlet_of_the_handlers_own_has_the_virtual_clock_and_seeded_chance(account):
    """Real time and real chance there would differ from run to run; a wait there can't be turned over to the clock."""
    found = result(account, OWN_STRAND)
    assert found[:3] == [True, True, 2030]
    assert found[3] == 0.9712678094576576  # in every process
    assert "use threading.Thread or asyncio" in found[4]
    assert account.clock.now < 2
