"""What a learner meets when a pattern or a filter policy is malformed, in AWS's own words."""

from typing import TYPE_CHECKING

from motoclock.templates.json_refusals import NotJson

if TYPE_CHECKING:
    from motoclock.matching.places import Place


class Malformed(Exception):
    """A rule of the grammar is broken; `reason` is the part of AWS's message that both services share.

    Internal: parse() turns it into one of the two errors below, which add the words of the service. `place` is the value that AWS
    points at, seen from the value that is being read; None where AWS names no place. `syntax` says why the text is no JSON at all.
    """

    def __init__(self, reason: str, place: "Place | None" = None, syntax: NotJson | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.syntax = syntax


class InvalidEventPattern(ValueError):
    """EventBridge's InvalidEventPatternException: "Event pattern is not valid. Reason: ...".

    `reason` is the sentence after the colon, for services that word the start differently: Lambda answers only
    "Invalid filter pattern definition.". `told` is the reason as AWS tells it: with the pattern once more, line and column (places.py).
    """

    def __init__(self, reason: str, told: str = "") -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")
        self.reason = reason
        self.told = told or reason


class InvalidFilterPolicy(ValueError):
    """SNS's InvalidParameter: "Invalid parameter: FilterPolicy: ...".

    SetSubscriptionAttributes says it so; Subscribe writes "Invalid parameter: Attributes Reason: FilterPolicy: ..."
    around the same `reason`. A nested policy in attribute scope has a sentence of its own, without "FilterPolicy: ".
    `told` is the whole after "Invalid parameter: " as SNS tells it, see InvalidEventPattern.
    """

    def __init__(self, reason: str, told: str = "", prefix: str = "FilterPolicy: ") -> None:
        super().__init__(f"Invalid parameter: {prefix}{reason}")
        self.reason = reason
        self.told = prefix + (told or reason)
