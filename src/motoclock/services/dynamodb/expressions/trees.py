"""What an expression says, as trees that never change: they are kept and shared by every call with the same text.

Parentheses are gone, and a chain of AND or of OR is one node, so that no tree is deeper than it has to be.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: names, `#placeholders` of names, and indexes of lists."""

    parts: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A `:placeholder` of a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its operands: a condition, or an operand."""

    function: str
    operands: tuple["Operand", ...]


Operand: TypeAlias = Path | Value | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    operand: Operand
    candidates: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple["Condition", ...]


Condition: TypeAlias = Comparison | Between | In | Call | Not | And | Or


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The sum or the difference that SET assigns."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Action:
    """`clause`: how many clauses stand before its own. REMOVE has no value."""

    section: str
    clause: int
    path: Path
    value: Operand | Arithmetic | None = None


@dataclass(frozen=True, slots=True)
class Update:
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    paths: tuple[Path, ...]


Tree: TypeAlias = Condition | Update | Projection
Node: TypeAlias = Tree | Operand | Arithmetic | Action


def children(node: Node) -> tuple[Node, ...]:
    """What a node holds, in the order in which it is written."""
    match node:
        case Call():
            return node.operands
        case Comparison() | Arithmetic():
            return node.left, node.right
        case Between():
            return node.operand, node.low, node.high
        case In():
            return node.operand, *node.candidates
        case Not():
            return (node.condition,)
        case And() | Or():
            return node.conditions
        case Action():
            return (node.path,) if node.value is None else (node.path, node.value)
        case Update():
            return node.actions
        case Projection():
            return node.paths
    return ()
