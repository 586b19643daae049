"""`make bench`: what the engine costs, side by side in one run. Ratios are the point; the seconds are this machine's, and
its processor's: other programs do not count.

(a) messages a second from send_message_batch to deleted, batch size 10; (b) the same work as a hand-written loop on plain moto, in a
process that never imports sevenways; (c) Explorer's redraw for the lesson's scenario; (d) import to first picture; (e) peak memory;
(f) each other service at 1k and 10k messages, with the exponent of the growth; (g) a virtual day of retries on a poison record;
(h) events through fifty rules; (i) each picture of 1k and 10k events. FULL=1 measures (f) and (i) at 100k, too, which takes minutes.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from math import log
from pathlib import Path

from bench.pictures import PICTURES, TRACES
from bench.services import SERVICES

SIZES = (1_000, 10_000, 100_000) if os.environ.get("FULL") else (1_000, 10_000)
REACH = {"10k": 3.0, "growth": 1.3, "exponent": 1.05, "ratio": 50.0, "redraw_ms": 100.0, "memory_mb": 300.0}


def in_a_process(code: str) -> dict:
    """Run Python in a process of its own, from a file so that handlers have a source; it prints one JSON object last."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "measured.py")
        script.write_text(code, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, check=False, env=environment
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


OURS = """
import json, resource
import boto3
from bench import processor
from bench.handlers import work
from sevenways import Cloud

def seconds(count):
    with Cloud() as cloud:
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        cloud.deploy(work)
        boto3.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="work", BatchSize=10)
        begin = processor.seconds()
        for start in range(0, count, 10):
            entries = [{"Id": str(n), "MessageBody": f"order-{start + n}"} for n in range(10)]
            sqs.send_message_batch(QueueUrl=url, Entries=entries)
        cloud.run()
        took = processor.seconds() - begin
        assert cloud.summary()["processed"] == count
        return took

seconds(100)
count = COUNT
took = min(seconds(count) for _ in range(REPEAT))
print(json.dumps({"seconds": took, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""

THEIRS = """
import json, os
from bench import processor
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")
import boto3
from moto import mock_aws

def work(event, context):
    return None

with mock_aws():
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.list_queues()
    begin = processor.seconds()
    for start in range(0, 500, 10):
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": f"order-{start + n}"} for n in range(10)])
    done = 0
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        work({"Records": [{"messageId": m["MessageId"], "body": m["Body"]} for m in messages]}, None)
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        done += len(sqs.delete_message_batch(QueueUrl=url, Entries=entries)["Successful"])
    assert done == 500
    print(json.dumps({"seconds": processor.seconds() - begin}))
"""

FIRST_PICTURE = """
import json
from bench import processor
begin = processor.seconds()
import boto3
from sevenways import Cloud
with Cloud() as cloud:
    boto3.client("sqs").create_queue(QueueName="orders")
    assert "svg" in cloud.diagram().svg
print(json.dumps({"seconds": processor.seconds() - begin}))
"""


def redraw_ms() -> float:
    """The median of ten redraws of the first Explorer of lesson 01, as the notebook runs it."""
    from bench.lesson import explorer_redraw

    return explorer_redraw()


def main() -> None:
    rows: list[tuple[str, str, str]] = []
    per_message = {}
    for name, count, repeat in (("1k", 1_000, 5), ("10k", 10_000, 2), ("50k", 50_000, 1)):
        found = in_a_process(OURS.replace("COUNT", str(count)).replace("REPEAT", str(repeat)))
        per_message[name] = found["seconds"] / count
        rows.append(
            (
                f"(a) {name} messages, batch size 10",
                f"{found['seconds']:.2f} s",
                f"{count / found['seconds']:,.0f} messages/s",
            )
        )
    growth = per_message["50k"] / per_message["1k"]
    rows.append(("    cost a message at 50k : at 1k", f"{growth:.2f}", f"reach: at most {REACH['growth']}"))
    memory = found["memory_mb"]
    theirs = in_a_process(THEIRS)["seconds"] / 500
    rows.append(("(b) hand-written loop, plain moto, 500", f"{theirs * 500:.2f} s", f"{1 / theirs:,.0f} messages/s"))
    rows.append(
        (
            "    plain moto : ours at 1k, a message",
            f"{theirs / per_message['1k']:.0f}",
            f"reach: at least {REACH['ratio']:.0f}",
        )
    )
    rows.append(
        (
            "(c) Explorer's redraw, default scenario",
            f"{redraw_ms():.0f} ms",
            f"reach: under {REACH['redraw_ms']:.0f} ms",
        )
    )
    first = statistics.median(in_a_process(FIRST_PICTURE)["seconds"] for _ in range(3))
    rows.append(("(d) import to first picture", f"{first:.2f} s", ""))
    rows.append(("(e) peak memory at 50k", f"{memory:.0f} MB", f"reach: under {REACH['memory_mb']:.0f} MB"))
    rows += service_rows()
    for row in rows:
        print(f"{row[0]:<42} {row[1]:>10}   {row[2]}")


def service_rows() -> list[tuple[str, str, str]]:
    """Each other service, each picture, and the two special worlds."""
    rows = [_row(f"(f) {name}", "bench.services", (name,)) for name in SERVICES]
    rows += [
        _row(f"(i) {picture}, {trace}", "bench.pictures", (picture, trace)) for picture in PICTURES for trace in TRACES
    ]
    rows.append(
        ("(g) a day of retries on a poison record", f"{service_seconds('poison day'):.2f} s", "reach: under 1 s")
    )
    rows.append(("(h) an event through fifty rules", f"{service_seconds('fifty rules'):.2f} ms", "reach: under 1 ms"))
    return rows


def _row(title: str, module: str, arguments: tuple[str, ...]) -> tuple[str, str, str]:
    """Seconds at each size, and how they grow: n to the power of the exponent."""
    took = [measured(module, *arguments, size) for size in SIZES]
    each = ", ".join(f"{size // 1000}k {one:.2f} s" for size, one in zip(SIZES, took, strict=True))
    exponent = log(took[-1] / took[-2]) / log(SIZES[-1] / SIZES[-2])
    return title, f"n^{exponent:.2f}", f"{each}; reach: at most n^{REACH['exponent']}"


def service_seconds(*arguments: object) -> float:
    return measured("bench.services", *arguments)


def measured(module: str, *arguments: object) -> float:
    """Processor seconds of one measurement, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])["seconds"]


if __name__ == "__main__":
    main()
