"""The units of the course, in order: where each is, and what it is called on the map."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: a lesson and its lab. `stem` names both files, "01-sqs"."""

    stem: str
    name: str
    about: str

    @property
    def number(self) -> str:
        return self.stem[:2]

    @property
    def lab(self) -> str:
        return f"lab{self.number}"


UNITS = (
    Unit("00-start-here", "Start here", "who waits, who fails, and how to read the pictures"),
    Unit("01-sqs", "SQS", "a queue between the shop and the work"),
    Unit("02-async-invoke", "Asynchronous invocation", "a call that doesn't wait"),
    Unit("03-sns", "SNS", "one message, many receivers"),
    Unit("04-eventbridge", "EventBridge", "a bus, and rules that choose"),
    Unit("05-dynamodb-streams", "DynamoDB Streams", "every change of a table, in order"),
    Unit("06-kinesis", "Kinesis", "a log that many read at their own pace"),
    Unit("07-destinations", "Lambda destinations", "what follows when a function has ended"),
    Unit("08-choosing", "Choosing", "the same orders through all seven, and who comes second"),
    Unit("09-composing", "Composing", "what sits between two services, and who tries again"),
)
