"""A number about AWS has one home, the facts: neither the package nor the lessons' prose types it again."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from motoclock.facts import Backoff, RetryPhases, Span, all_facts
from motoclock.matching import limits

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "motoclock"
MATCHING = PACKAGE / "matching"
LIMITS = MATCHING / "limits.py"  # the home of the numbers of patterns that are no facts
CODE = [path for path in sorted(PACKAGE.rglob("*.py")) if PACKAGE / "facts" not in path.parents]
PROSE = sorted((ROOT / "content").rglob("*.py"))

# Numbers that a program or a sentence uses for reasons of its own: a microsecond, a day, a kibibyte.
EVERYDAY = {1e-6, 1024, 1440, 2 * 60 * 60, 3600, 8192, 8760, 65_536, 86_400}
# Small, and yet nobody writes them for another reason.
UNMISTAKABLE = {185}


def distinctive() -> dict[float, str]:
    """Number -> the fact to use instead. Distinctive is a number above a thousand with two or more digits that are not
    trailing zeros (so 1,250 and 43,200, not 1,000 or 200,000), or a price of less than a hundredth of a cent."""
    found: dict[float, str] = {}
    for name, fact in all_facts():
        for number in _numbers(fact.value):
            if number in UNMISTAKABLE or _is_distinctive(number):
                found.setdefault(number, name)
    return found


def repeated_in_code(path: Path, known: dict[float, str]) -> Iterator[str]:
    """A sentence for each literal, or product of literals, that is a fact."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        number = _literal(node)
        if number in known:
            yield f"{path}:{node.lineno} says {number:,}: use facts.{known[number]}.value"


def repeated_in_prose(path: Path, known: dict[float, str]) -> Iterator[str]:
    """A sentence for each number written out in a markdown cell of a py:percent file."""
    ways = {way: number for number in known for way in _written(number)}
    pattern = re.compile(r"(?<![\w.,/-])(" + "|".join(re.escape(way) for way in ways) + r")(?![\w]|[.,]\d)")
    for line, text in _markdown_lines(path.read_text()):
        for match in pattern.finditer(text):
            yield f"{path}:{line} says {match[0]}: show facts.{known[ways[match[0]]]} in a cell instead"


def _numbers(value: object) -> tuple[float, ...]:
    match value:
        case bool():
            return ()
        case int() | float():
            return (value,)
        case Span(low, high):
            return (low, high)
        case Backoff(first, _, cap, _):
            return (first, cap)
        case RetryPhases():
            return (value.retries,)
    return ()


def _is_distinctive(number: float) -> bool:
    if number in EVERYDAY or number < 0:
        return False
    return number > 1000 and len(str(number).rstrip("0")) >= 2 if isinstance(number, int) else 0 < number < 0.0001


def _literal(node: ast.AST) -> float | None:
    """The value of a number, or of a product of numbers such as 12 * 60 * 60."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            factors = (_literal(left), _literal(right))
            return None if None in factors else factors[0] * factors[1]
    return None


def _written(number: float) -> set[str]:
    return {f"{number:,}", str(number)} if isinstance(number, int) else {f"{number:.10f}".rstrip("0")}


def _markdown_lines(source: str) -> Iterator[tuple[int, str]]:
    in_markdown = False
    for line, text in enumerate(source.splitlines(), 1):
        if text.startswith("# %%"):
            in_markdown = "[markdown]" in text
        elif in_markdown:
            yield line, text


KNOWN = distinctive()


def test_no_number_is_said_twice_in_code():
    said = [sentence for path in CODE for sentence in repeated_in_code(path, KNOWN)]
    assert not said, "\n".join(said)


def limits_of_patterns() -> dict[float, str]:
    """The numbers that bound patterns: small ones too, since in the matching room they mean nothing else."""
    values = {name: value for name, value in vars(limits).items() if name.isupper() and isinstance(value, int)}
    return {value: name for name, value in values.items() if value > 20}


@pytest.mark.parametrize("path", sorted(MATCHING.glob("*.py")), ids=lambda path: path.name)
def test_the_limits_of_patterns_have_one_home(path):
    known = limits_of_patterns()
    if path == LIMITS:  # it may hold what the facts don't
        facts = {fact.value for _, fact in all_facts() if fact.unit in ("combinations", "keys", "bytes")}
        known = {number: name for number, name in known.items() if number in facts}
    assert not list(repeated_in_code(path, known))


def test_a_limit_of_patterns_retyped_is_found(tmp_path):
    path = tmp_path / "some.py"
    path.write_text("if combinations > 150 or size > 256 * 1024:\n    pass\n")
    assert len(list(repeated_in_code(path, limits_of_patterns()))) >= 2


def test_no_number_is_said_twice_in_prose():
    said = [sentence for path in PROSE for sentence in repeated_in_prose(path, KNOWN)]
    assert not said, "\n".join(said)


def test_the_distinctive_numbers_are_those_that_people_retype():
    assert {43_200, 1250, 120_000, 1_048_576, 100_015, 21_600, 345_600, 604_800, 1_209_600, 185} <= set(KNOWN)
    assert not {0, 1, 2, 10, 20, 30, 100, 900, 1000, 3600, 10_000, 86_400, 100_000} & set(KNOWN)


@pytest.mark.parametrize("code", ["limit = 1250", "limit = 43_200", "limit = 12 * 60 * 60", "f(6 * 1024 * 1024)"])
def test_a_number_retyped_in_code_is_found(code, tmp_path):
    path = tmp_path / "some.py"
    path.write_text(f"import x\n{code}\n")
    (sentence, *_) = repeated_in_code(path, KNOWN)
    assert f"{path}:2 says " in sentence and "use facts." in sentence


@pytest.mark.parametrize("prose", ["It caps at 1,250.", "after 43200 s", "**120,000**", "185 tries", "$0.0000166667"])
def test_a_number_retyped_in_prose_is_found(prose, tmp_path):
    path = tmp_path / "some.py"
    path.write_text(f"# %% [markdown]\n# {prose}\n# %%\nlimit = 1250\n")
    (sentence,) = repeated_in_prose(path, KNOWN)
    assert f"{path}:2 says " in sentence and "show facts." in sentence


@pytest.mark.parametrize("prose", ["11,250 orders", "1,250,000 events", "port 1250a", "issue/1250", "185.2", "2,1250"])
def test_a_longer_number_is_not_mistaken(prose, tmp_path):
    path = tmp_path / "some.py"
    path.write_text(f"# %% [markdown]\n# {prose}\n")
    assert not list(repeated_in_prose(path, KNOWN))
