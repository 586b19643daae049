"""Expressions by AWS's grammar: developer guide, Expressions.OperatorsAndFunctions, .UpdateExpressions, .ProjectionExpressions.

Parentheses, which may be thousands, are kept on lists and not on Python's stack; operators and functions are at most 300. So no text
is too deep, and every text is read in one go.

Sources of AWS's texts: see `rules`. The text about too many operators: scylladb/scylladb, test/alternator/test_condition_expression.py,
whose authors run it on AWS.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from motoclock.facts import dynamodb as facts
from motoclock.services.dynamodb.expressions.tokens import (
    ALIAS,
    COMPARATORS,
    END,
    NAME,
    NUMBER,
    VALUE,
    ExpressionRefused,
    Token,
    syntax_error,
    tokens_of,
)
from motoclock.services.dynamodb.expressions.trees import (
    Action,
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Or,
    Path,
    Projection,
    Update,
    Value,
)

T = TypeVar("T")

_OPERATORS_MAX = facts.EXPRESSION_OPERATORS_MAX.value


def condition(text: str) -> Condition:
    reader = _Reader(text)
    return reader.whole(reader.condition())


def update(text: str) -> Update:
    reader = _Reader(text)
    return reader.whole(reader.update())


def projection(text: str) -> Projection:
    reader = _Reader(text)
    return reader.whole(Projection(reader.paths()))


@dataclass(slots=True)
class _Group:
    """What is between two parentheses, or the whole, as far as it was read."""

    terms: list[Condition] = field(default_factory=list)
    factors: list[Condition] = field(default_factory=list)
    negations: int = 0
    is_one_in_parentheses: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.factors or self.negations)

    def take(self, found: Condition, is_in_parentheses: bool) -> None:
        self.is_one_in_parentheses = is_in_parentheses and self.is_empty
        if self.negations % 2:
            found = found.condition if isinstance(found, Not) else Not(found)  # so that NOTs make no tree deep
        self.negations = 0
        self.factors.append(found)

    def end_of_term(self) -> None:
        self.terms.append(self.factors[0] if len(self.factors) == 1 else And(tuple(self.factors)))
        self.factors.clear()

    def result(self) -> Condition:
        return self.terms[0] if len(self.terms) == 1 else Or(tuple(self.terms))


class _Reader:
    def __init__(self, text: str):
        self._text, self._tokens = text, tokens_of(text)
        self._place = self._operators = 0

    def whole(self, tree: T) -> T:
        self._expect(END)
        return tree

    # ------------------------------------------------------------------ conditions

    def condition(self) -> Condition:
        groups = [_Group()]
        while True:
            if self._accept("NOT"):
                self._count()
                groups[-1].negations += 1
            elif self._accept("("):
                groups.append(_Group())
            elif (found := self._to_the_next_test(groups)) is not None:
                return found

    def _to_the_next_test(self, groups: list[_Group]) -> Condition | None:
        """A test, and the AND or OR behind it, or the ends of groups. The condition when that was the whole."""
        found: Operand | Condition = self._operand()
        is_in_parentheses = False
        while True:
            group = groups[-1]
            if isinstance(found, Path | Value | Call) and self._is_test():
                found, is_in_parentheses = self._test(found), False
            if isinstance(found, Path | Value):  # no condition yet: alone in its parentheses, or nothing
                if not (self._kind == ")" and group.is_empty and len(groups) > 1):
                    raise self._error()
                self._end_of_group(groups, is_in_parentheses)
                is_in_parentheses = True
                continue
            group.take(found, is_in_parentheses)
            if self._accept("AND"):
                self._count()
                return None
            group.end_of_term()
            if self._accept("OR"):
                self._count()
                return None
            if len(groups) == 1:
                return group.result()
            self._end_of_group(groups, group.is_one_in_parentheses)
            found, is_in_parentheses = group.result(), True

    def _end_of_group(self, groups: list[_Group], was_in_parentheses: bool) -> None:
        self._expect(")")
        groups.pop()
        if was_in_parentheses:
            raise _redundant()

    def _is_test(self) -> bool:
        return self._kind in COMPARATORS or self._kind in ("BETWEEN", "IN")

    def _test(self, left: Operand) -> Condition:
        self._count()
        operator = self._next().kind
        if operator == "BETWEEN":
            low = self._operand()
            self._expect("AND")
            return Between(left, low, self._operand())
        if operator == "IN":
            self._expect("(")
            candidates = [self._operand()]
            while self._accept(","):
                candidates.append(self._operand())
            self._expect(")")
            return In(left, tuple(candidates))
        return Comparison(operator, left, self._operand())

    # ------------------------------------------------------------------ operands

    def _operand(self) -> Operand:
        opened: list[tuple[str, list[Operand]] | None] = []  # a function and its operands so far, or a parenthesis
        while True:
            if self._accept("("):
                opened.append(None)
                continue
            if self._kind == NAME and self._tokens[self._place + 1].kind == "(":
                self._count()
                opened.append((self._next().text, []))
                self._expect("(")
                continue
            found: Operand = Value(self._next().text) if self._kind == VALUE else self.path()
            is_in_parentheses = False
            while opened:
                if (call := opened[-1]) is not None:
                    call[1].append(found)
                    if self._accept(","):
                        break
                self._expect(")")
                opened.pop()
                if call is None and is_in_parentheses:
                    raise _redundant()
                is_in_parentheses = call is None
                found = found if call is None else Call(call[0], tuple(call[1]))
            else:
                return found

    def path(self) -> Path:
        parts: list[str | int] = [self._part()]
        while True:
            if self._accept("."):
                parts.append(self._part())
            elif self._accept("["):
                parts.append(int(self._expect(NUMBER).text))
                self._expect("]")
            else:
                return Path(tuple(parts))

    def paths(self) -> tuple[Path, ...]:
        found = [self.path()]
        while self._accept(","):
            found.append(self.path())
        return tuple(found)

    def _part(self) -> str:
        return self._next().text if self._kind == ALIAS else self._expect(NAME).text

    # ------------------------------------------------------------------ updates

    def update(self) -> Update:
        actions: list[Action] = []
        clause = 0
        while True:
            if self._kind not in ("SET", "REMOVE", "ADD", "DELETE"):
                raise self._error()
            section = self._next().kind
            actions.append(self._action(section, clause))
            while self._accept(","):
                actions.append(self._action(section, clause))
            if self._kind == END:
                return Update(tuple(actions))
            clause += 1

    def _action(self, section: str, clause: int) -> Action:
        path = self.path()
        if section == "REMOVE":
            return Action(section, clause, path)
        if section == "SET":
            self._expect("=")
            return Action(section, clause, path, self._assigned())
        return Action(section, clause, path, Value(self._expect(VALUE).text))

    def _assigned(self) -> Operand | Arithmetic:
        """An operand, a sum or a difference; one pair of parentheses may be around it, and around each operand."""
        opened = 0
        while self._accept("("):
            opened += 1
        left = self._operand()
        opened = self._close(opened, all_of_them=False)
        found: Operand | Arithmetic = left
        if self._kind in ("+", "-"):
            self._count()
            found = Arithmetic(self._next().kind, left, self._operand())
        self._close(opened, all_of_them=True)
        return found

    def _close(self, opened: int, all_of_them: bool) -> int:
        """How many parentheses are still open. Two that close around the same are one too many."""
        closed = 0
        while opened and (all_of_them or self._kind == ")"):
            self._expect(")")
            opened, closed = opened - 1, closed + 1
            if closed > 1:
                raise _redundant()
        return opened

    # ------------------------------------------------------------------ tokens

    @property
    def _kind(self) -> str:
        return self._tokens[self._place].kind

    def _next(self) -> Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _accept(self, kind: str) -> bool:
        if self._kind != kind:
            return False
        self._place += 1
        return True

    def _expect(self, kind: str) -> Token:
        if self._kind != kind:
            raise self._error()
        return self._next()

    def _count(self) -> None:
        self._operators += 1
        if self._operators > _OPERATORS_MAX:
            raise ExpressionRefused(f"The expression contains too many operators; operator count: {self._operators}")

    def _error(self) -> ExpressionRefused:
        return syntax_error(self._text, self._tokens, self._place)


def _redundant() -> ExpressionRefused:
    return ExpressionRefused("The expression has redundant parentheses;")
