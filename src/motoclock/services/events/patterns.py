"""Event patterns as EventBridge takes or refuses them."""

from moto.events.exceptions import InvalidEventPatternException

from motoclock.matching import InvalidEventPattern, Pattern


def parsed(text: str) -> Pattern:
    """A pattern, or AWS's InvalidEventPatternException."""
    try:
        return Pattern.parse(text)
    except InvalidEventPattern as error:
        raise InvalidEventPatternException(error.reason) from None
