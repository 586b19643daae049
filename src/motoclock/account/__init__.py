"""What exists in an account and where its messages are: a snapshot of moto's resources plus what the trace has seen.

    lives = read_lives(trace)            # every message, replayed
    runs = read_invocations(trace)       # every run of a function

A reader a service stands in `readers/` (those of the extras stand beside them); `motoclock.assembly` names them and reads the account:
nodes and edges, with live counts, which is what diagrams draw.
"""

from motoclock.account.executions import Execution, ExecutionState, read_executions
from motoclock.account.invocations import Invocation, RunState, peak_concurrency, read_invocations
from motoclock.account.lives import Life, Lives, State, Stay
from motoclock.account.model import Account, Edge, EdgeKind, Node, NodeKind
from motoclock.account.reading import Reading
from motoclock.account.replay import read_lives

__all__ = [
    "Account",
    "Edge",
    "EdgeKind",
    "Execution",
    "ExecutionState",
    "Invocation",
    "Life",
    "Lives",
    "Node",
    "NodeKind",
    "Reading",
    "RunState",
    "State",
    "Stay",
    "peak_concurrency",
    "read_executions",
    "read_invocations",
    "read_lives",
]
