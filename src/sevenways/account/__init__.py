"""What exists in an account and where its messages are: a snapshot of moto's resources plus what the trace has seen.

    account = read_account(world)        # nodes and edges, with live counts: what diagrams draw
    lives = read_lives(trace)            # every message, replayed
    runs = read_invocations(trace)       # every run of a function

A reader a service stands in `readers/`; adding a service is adding a module there and naming it in `READERS`.
"""

from sevenways.account.invocations import Invocation, Outcome, peak_concurrency, read_invocations
from sevenways.account.lives import Life, Lives, State, Stay
from sevenways.account.model import Account, Edge, EdgeKind, Node, NodeKind
from sevenways.account.readers import READERS
from sevenways.account.reading import Reading
from sevenways.account.replay import read_lives

__all__ = [
    "Account",
    "Edge",
    "EdgeKind",
    "Invocation",
    "Life",
    "Lives",
    "Node",
    "NodeKind",
    "Outcome",
    "Reading",
    "State",
    "Stay",
    "peak_concurrency",
    "read_account",
    "read_invocations",
    "read_lives",
]


def read_account(world) -> Account:
    """A snapshot of the open world. Reads moto's backends and the trace; no API call is made and no time passes."""
    reading = Reading(world)
    for read in READERS:
        read(reading)
    return reading.account()
