"""What queues cost, in processor time. Run by hand: .venv/bin/python tests/sqs_queue/bench.py

Prints microseconds a message on the queue itself for 1,000 and 50,000 messages, and milliseconds a call through boto3.
"""

import gc
import time
from itertools import pairwise

import boto3

from motoclock import Cloud
from motoclock.services.sqs.configuration import queue_of_arn


def queue(name: str, fifo: bool = False):
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if fifo else {}
    boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return queue_of_arn(f"arn:aws:sqs:us-east-1:123456789012:{name}")


def life_us(count: int, fifo: bool, fair: bool) -> list[float]:
    """Microseconds a message for send, receive and delete, of `count` messages in one queue."""
    with Cloud():
        orders = queue("orders.fifo" if fifo else "orders", fifo)
        gc.collect()
        gc.disable()
        times = [time.process_time()]
        for n in range(count):
            orders.put(f"message {n}", group_id=f"g{n % 100}" if fifo or fair else None)
        times.append(time.process_time())
        taken = []
        while messages := orders.take(10):
            taken += messages
            if fifo:
                for message in messages:
                    orders.delete(message.receipt_handle)
        times.append(time.process_time())
        if not fifo:
            for message in taken:
                orders.delete(message.receipt_handle)
        times.append(time.process_time())
        gc.enable()
        assert len(taken) == count and orders.ready_count == orders.in_flight_count == 0
        return [(b - a) / count * 1e6 for a, b in pairwise(times)]


def calls_ms(rounds: int = 300) -> dict[str, float]:
    """Median milliseconds of calls with ten messages, and of calls with one."""
    with Cloud():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        entries = [{"Id": str(n), "MessageBody": f"message {n}"} for n in range(10)]
        found: dict[str, list[float]] = {}

        def timed(name, call, **arguments):
            start = time.process_time()
            answer = call(QueueUrl=url, **arguments)
            found.setdefault(name, []).append(time.process_time() - start)
            return answer

        for _ in range(rounds):
            timed("send_message", sqs.send_message, MessageBody="one")
            timed("send_message_batch of 10", sqs.send_message_batch, Entries=entries)
        for _ in range(rounds):
            messages = timed("receive_message of 10", sqs.receive_message, MaxNumberOfMessages=10)["Messages"]
            done = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
            timed("delete_message_batch of 10", sqs.delete_message_batch, Entries=done)
            timed("get_queue_attributes", sqs.get_queue_attributes, AttributeNames=["All"])
        return {name: sorted(times)[len(times) // 2] * 1e3 for name, times in found.items()}


def main() -> None:
    for kind, fifo, fair in (("standard", False, False), ("fair", False, True), ("FIFO", True, False)):
        life_us(1000, fifo, fair)  # warm
        small, large = min(life_us(1000, fifo, fair) for _ in range(5)), life_us(50_000, fifo, fair)
        print(
            f"{kind:9} 1,000: {sum(small):5.1f} us a message  50,000: {sum(large):5.1f} us  x{sum(large) / sum(small):.2f}"
        )
    for name, ms in calls_ms().items():
        print(f"{name:28} {ms:.2f} ms")


if __name__ == "__main__":
    main()
