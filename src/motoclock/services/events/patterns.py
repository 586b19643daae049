"""The two texts that rules and archives are made of, refused in AWS's words when they can't be read."""

from moto.events.exceptions import InvalidEventPatternException, ValidationException

from motoclock.matching import InvalidEventPattern, Pattern
from motoclock.templates import timetable


def parsed(text: str) -> Pattern:
    """A pattern, or AWS's InvalidEventPatternException."""
    try:
        return Pattern.parse(text)
    except InvalidEventPattern as error:
        raise InvalidEventPatternException(error.told) from None


def check_expression(expression: str) -> None:
    """The schedule of a rule: rate or cron, in UTC."""
    try:
        timetable.parse(expression)
    except timetable.InvalidExpression:
        raise ValidationException("Parameter ScheduleExpression is not valid.") from None
