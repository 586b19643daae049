"""Queues of Kinesis streams, behind their streams. Dead letters stay in the queue, so they are a count of it and no node."""

from motoclock.account.lives import State
from motoclock.account.model import EdgeKind, NodeKind
from motoclock.account.reading import Reading
from motoclock.trace import Kind
from motoclock.wording import count, duration

_HELD = (State.WAITING, State.IN_FLIGHT)
_STARTS = {"LATEST": "", "TRIM_HORIZON": "from the oldest record", "AT_TIMESTAMP": "from a moment on"}


def read(reading: Reading) -> None:
    """Add every queue of a stream, with what it was given and what became of that."""
    backend = reading.backend("kinesis")
    for queue in backend.queues.values() if backend else ():
        counts = list(reading.counts(queue.place, _HELD, always=2))
        if parked := sum(number for _state, number in reading.counts(queue.dead_letters.queue_arn, _HELD)):
            counts.append((str(State.DEAD_LETTERED), parked))
        most = queue.settings.max_receives
        dead_letters = f"dead letters after {count(most, 'receive')}" if most else "no dead letters"
        facts = [f"visibility {duration(queue.settings.visibility_s)}", dead_letters]
        reading.add_node(queue.place, NodeKind.QUEUE, queue.name, facts, counts)
        given = reading.number(Kind.DELIVERED, queue.stream.arn, target=queue.place)
        reading.add_edge(queue.stream.arn, queue.place, EdgeKind.FEEDS, _STARTS[queue.start], given)
