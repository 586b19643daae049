"""Numbers as DynamoDB keeps them: 38 significant digits, a range of magnitudes, and one spelling.

Source: DynamoDB developer guide, HowItWorks.NamingRulesDataTypes. Modelled: the result of an addition that would need more digits is
rounded to 38.
"""

import decimal
import re
from decimal import Decimal
from enum import Enum

from motoclock.facts import dynamodb as facts

_DIGITS_MAX = facts.NUMBER_DIGITS_MAX.value
_EXPONENTS = facts.NUMBER_EXPONENTS.value
_FORM = re.compile(
    r"(?P<sign>[+-]?)(?=\.?[0-9])(?P<whole>[0-9]*)\.?(?P<fraction>[0-9]*)(?:[eE](?P<power>[+-]?[0-9]+))?"
)
_POWER_DIGITS = 19  # a longer exponent is out of any range
_ARITHMETIC = decimal.Context(prec=_DIGITS_MAX, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


class NumberProblem(Enum):
    """What is wrong with a number."""

    NO_NUMBER = "no number"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    TOO_PRECISE = "too precise"


class NumberRefused(ValueError):
    """A text that DynamoDB does not take for a number."""

    def __init__(self, problem: NumberProblem, text: str):
        super().__init__(f"{text!r}: {problem.value}")
        self.problem, self.text = problem, text


def canonical(text: str) -> str:
    """The one spelling of a number: no exponent, no leading or trailing zeros. NumberRefused for what is none, or out of range."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise NumberRefused(NumberProblem.NO_NUMBER, text)
    written = (form["whole"] + form["fraction"]).lstrip("0")
    digits = written.rstrip("0")
    if not digits:
        return "0"
    power = _power(form["power"]) - len(form["fraction"]) + len(written) - len(digits)  # of the last digit
    first = power + len(digits) - 1
    if first > _EXPONENTS.high:
        raise NumberRefused(NumberProblem.TOO_LARGE, text)
    if first < _EXPONENTS.low:
        raise NumberRefused(NumberProblem.TOO_SMALL, text)
    if len(digits) > _DIGITS_MAX:
        raise NumberRefused(NumberProblem.TOO_PRECISE, text)
    sign = "-" if form["sign"] == "-" else ""
    if power >= 0:
        return sign + digits + "0" * power
    if first >= 0:
        return f"{sign}{digits[: first + 1]}.{digits[first + 1 :]}"
    return f"{sign}0.{'0' * (-first - 1)}{digits}"


def total(one: str, other: str, subtract: bool = False) -> str:
    """The sum, or the difference, of two numbers. NumberRefused when it is out of range."""
    operation = _ARITHMETIC.subtract if subtract else _ARITHMETIC.add
    return canonical(str(operation(Decimal(one), Decimal(other))))


def significant_digits(number: str) -> int:
    """Of a number in its one spelling; 0 has none."""
    return len(number.lstrip("-").replace(".", "").strip("0"))


def _power(text: str | None) -> int:
    if text is None:
        return 0
    if len(text.lstrip("+-").lstrip("0")) > _POWER_DIGITS:
        text = f"{text[:1] if text[0] == '-' else ''}{'9' * _POWER_DIGITS}"
    return int(text)
