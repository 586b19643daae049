"""A pattern, expanded: $or becomes a tuple of branches, and each branch is a plain AND over its fields.

event-ruler compiles patterns this way (JsonRuleCompiler.java) and matches a branch field by field in the order of the
field names (ACFinder.java), carrying along which list elements it has committed to. Both are visible to a learner,
in "two fields must match in the same element" and in when `exists: false` is asked, so both are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from motoclock.matching.conditions import Condition, Exists
from motoclock.matching.errors import Malformed
from motoclock.matching.fields import Field, Positions, together
from motoclock.matching.grammar import OPERATORS, Grammar, read_list
from motoclock.matching.limits import OR_COMBINATIONS_MAX, OR_OBJECTS_MIN
from motoclock.matching.places import BEGUN, CLOSED, inside

OR = "$or"

# event-ruler keeps these as field names inside $or, so that a misplaced operator is not taken for a field.
_RESERVED_IN_OR = OPERATORS | {
    *("exactly", "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"),
    *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
    *("ip-address-in-range", "ip-address-not-in-range"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One field of a branch: its dotted path and the conditions of which one must hold.

    `depth` is how many names deep it was written, `place` its turn in the document, for showing rules in that order.
    """

    path: str
    conditions: tuple[Condition, ...]
    depth: int = 1
    place: int = 0

    @property
    def allows_absence(self) -> bool:
        return any(isinstance(condition, Exists) and not condition.present for condition in self.conditions)

    def accepts(self, value: Any) -> bool:
        return any(condition.accepts(value) for condition in self.conditions)


Branch = tuple[Rule, ...]
_Growing = list[dict[str, Rule]]


def expand(tree: Any, grammar: Grammar) -> tuple[Branch, ...]:
    """Compile a parsed pattern. Raises Malformed.

    event-ruler keeps old patterns alive whose events have a field called "$or": when the tree is no valid $or, it tries
    once more with $or as an ordinary name. When that fails too, the first reason is the one to tell.
    """
    if not isinstance(tree, Mapping):
        raise Malformed("Filter is not an object", BEGUN)
    try:
        return _Expansion(grammar).run(tree)
    except Malformed as error:
        try:
            return _Expansion(grammar, reads_or=False).run(tree)
        except Malformed:
            raise error from None


def satisfied(branch: Branch, fields: Mapping[str, list[Field]]) -> bool:
    """Does the event hold a consistent choice of leaf values for every rule of the branch?"""
    return reach(branch, fields) == len(branch)


def reach(branch: Branch, fields: Mapping[str, list[Field]]) -> int:
    """How many rules, counted from the first, can hold together. All of them: the branch matches."""
    needed = _lists_needed_after(branch, fields)

    def climb(index: int, committed: Positions) -> int:
        if index == len(branch):
            return index
        best = index
        for positions in _ways(branch[index], fields.get(branch[index].path, []), committed, needed[index]):
            best = max(best, climb(index + 1, positions))
            if best == len(branch):
                break
        return best

    return climb(0, ())


def _lists_needed_after(branch: Branch, fields: Mapping[str, list[Field]]) -> list[set[int]]:
    """For each rule, the lists that a later rule looks into. Only these are worth remembering an element of: without
    this, fields in ten unrelated lists would be tried in every combination."""
    needed: list[set[int]] = [set()]
    for rule in reversed(branch[1:]):
        inside = {number for field in fields.get(rule.path, []) for number, _ in field.positions}
        needed.append(needed[-1] | inside)
    return needed[::-1]


def _ways(rule: Rule, candidates: list[Field], committed: Positions, needed: set[int]) -> Iterator[Positions]:
    """The list elements one is committed to after each way in which the rule can hold. Each result comes once."""
    joined = [(field, together(committed, field.positions)) for field in candidates]
    consistent = [(field, positions) for field, positions in joined if positions is not None]
    if rule.allows_absence and not consistent:
        yield committed
    seen = set()
    for field, positions in consistent:
        kept = tuple(pair for pair in positions if pair[0] in needed)
        if kept not in seen and rule.accepts(field.value):
            seen.add(kept)
            yield kept


class _Expansion:
    """One run over a pattern in document order; a path written twice keeps what was written last."""

    def __init__(self, grammar: Grammar, reads_or: bool = True) -> None:
        self.grammar = grammar
        self.reads_or = reads_or
        self.places = count()

    def run(self, tree: Mapping[str, Any]) -> tuple[Branch, ...]:
        branches = self._object([{}], tree, (), inside_or=False)
        return tuple(tuple(rule for _, rule in sorted(branch.items())) for branch in branches)

    def _object(self, branches: _Growing, tree: Any, names: tuple[str, ...], inside_or: bool) -> _Growing:
        if not tree:
            raise Malformed("Empty objects are not allowed", CLOSED)
        for name, child in tree.items():
            with inside(name):
                branches = self._member(branches, name, child, names, inside_or)
        return branches

    def _member(self, branches: _Growing, name: str, child: Any, names: tuple[str, ...], inside_or: bool) -> _Growing:
        if self.reads_or and name == OR:
            return self._or(branches, child, names)
        if inside_or and name in _RESERVED_IN_OR:
            raise Malformed(f"{name} is Ruler reserved fieldName which cannot be used inside {OR}.", BEGUN)
        if isinstance(child, Mapping):
            return self._object(branches, child, (*names, name), inside_or)
        if isinstance(child, list):
            path = ".".join((*names, name))
            rule = Rule(path, read_list(child, self.grammar), len(names) + 1, next(self.places))
            return [{**branch, path: rule} for branch in branches]
        raise Malformed(f'"{name}" must be an object or an array', BEGUN)

    def _or(self, branches: _Growing, children: Any, names: tuple[str, ...]) -> _Growing:
        if not isinstance(children, list):
            raise Malformed(f"It must be an Array followed with {OR}.", BEGUN)
        grown: _Growing = []
        for number, child in enumerate(children):
            with inside(number):
                if not isinstance(child, Mapping):
                    raise Malformed(f"Only JSON object is allowed in array of {OR} relationship.", BEGUN)
                grown += self._object(branches, child, names, inside_or=True)
            if len(grown) > OR_COMBINATIONS_MAX:
                raise Malformed(f"Rule is too complex - {OR} makes more than {OR_COMBINATIONS_MAX} combinations")
        if len(children) < OR_OBJECTS_MIN:
            raise Malformed(f"There must have at least {OR_OBJECTS_MIN} Objects in {OR} relationship.", CLOSED)
        return grown
