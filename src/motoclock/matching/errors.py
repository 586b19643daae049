"""What a learner meets when a pattern or a filter policy is malformed, in AWS's own words."""


class Malformed(Exception):
    """A rule of the grammar is broken; `reason` is the part of AWS's message that both services share.

    Internal: parse() turns it into one of the two errors below, which add the words of the service.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidEventPattern(ValueError):
    """EventBridge's InvalidEventPatternException: "Event pattern is not valid. Reason: ...".

    `reason` is the sentence after the colon, for services that word the start differently: Lambda answers only
    "Invalid filter pattern definition.". Modelled: AWS adds the line and column of the offending token.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")
        self.reason = reason


class InvalidFilterPolicy(ValueError):
    """SNS's InvalidParameter: "Invalid parameter: FilterPolicy: ...".

    SetSubscriptionAttributes says it so; Subscribe writes "Invalid parameter: Attributes Reason: FilterPolicy: ..."
    around the same `reason`. A nested policy in attribute scope has a sentence of its own, without "FilterPolicy: ".
    """

    def __init__(self, reason: str, prefix: str = "Invalid parameter: FilterPolicy: ") -> None:
        super().__init__(prefix + reason)
        self.reason = reason
