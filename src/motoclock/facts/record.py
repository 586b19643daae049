"""What a fact is: a value, and everything needed to doubt it.

A fact carries its unit, one sentence, its source, the source's date and our confidence. Its status says what the
course does with it: behaves as AWS, behaves in a simplified ("modelled") way, or does not show it at all.
"""

from dataclasses import astuple, dataclass
from enum import Enum
from typing import Generic, TypeVar

from motoclock.facts.card import as_card, as_line
from motoclock.facts.numeric import Numeric
from motoclock.facts.shapes import text_of

T = TypeVar("T")

RULE = "rule"  # the unit of a fact that is a behaviour rather than a quantity


class Confidence(Enum):
    """How far to trust the source."""

    H = "AWS primary source, read"
    M = "older AWS text, or a careful secondary source"
    L = "inferred, or a single weak source"


class Status(Enum):
    """What the course does with the fact."""

    AS_AWS = "as AWS"
    MODELLED = "modelled"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Fact(Numeric, Generic[T]):
    """One number or rule of AWS, or one modelled constant of the course.

    A fact that holds a number is used as one: `3 * sqs.X`, `sqs.X < 5`, `sqs.X == 30`, `range(sqs.X)`. Where a loop uses it often,
    engines bind `.value` at module level.
    """

    value: T
    unit: str
    says: str
    source: str
    date: str
    confidence: Confidence
    status: Status
    model: str = ""
    old: str = ""

    @property
    def text(self) -> str:
        """The value as a person writes it: "12 h", "1 MiB", "0 - 900 s"."""
        return text_of(self.value, self.unit)

    @property
    def where(self) -> str:
        """What the key of the source stands for: "Amazon SQS developer guide, <page>"."""
        return _entry(self.source)[0]

    def __eq__(self, other: object) -> bool:
        """Equal to its value; and to a fact that says the same in every field."""
        if isinstance(other, Fact):
            return astuple(self) == astuple(other)
        return bool(self.value == other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return as_line(self)

    def _repr_html_(self) -> str:
        return as_card(self)


# Where facts come from. The first matching prefix gives the date, so that a date has one home.
SOURCES: dict[str, tuple[str, str]] = {
    "bc:": ("botocore 1.44.5, service models: service.Shape.Member or service.Operation", "2026-10"),
    "LDG/": ("docs.aws.amazon.com/lambda/latest/dg/<page>", "2026"),
    "SQSG/": ("Amazon SQS developer guide, <page>", "2026"),
    "SNSG/": ("Amazon SNS developer guide, <page>", "2026"),
    "EBG/": ("Amazon EventBridge user guide, <page>", "2026"),
    "SCHG/": ("Amazon EventBridge Scheduler user guide, <page>", "2026"),
    "KDG/": ("Amazon Kinesis Data Streams developer guide, <page>", "2026"),
    "LDG'23": ("awsdocs on GitHub, Lambda developer guide, last public snapshot", "2023"),
    "EB'23": ("awsdocs on GitHub, EventBridge user guide, last public snapshot", "2023"),
    "SNS'22": ("awsdocs on GitHub, SNS developer guide, last public snapshot", "2022"),
    "SFN'23": ("awsdocs on GitHub, Step Functions developer guide, last public snapshot", "2023"),
    "KDS'23": ("awsdocs on GitHub, Kinesis developer guide, last public snapshot", "2023"),
    "DDBG/": ("Amazon DynamoDB developer guide, <page>", "2026"),
    "REC": ("answers of AWS that others recorded, by month and subject", "2026"),
    "DDB'23": ("awsdocs on GitHub, DynamoDB developer guide, last public snapshot", "2023"),
    "AT": ("aws/agent-toolkit-for-aws, serverless and Step Functions references", "2026-08-20"),
    "ER": ("aws/event-ruler, source and README", "2026-07-21"),
    "C26": ("third-party pattern catalogue, written from AWS docs and the September 2026 price list", "2026-10"),
    "S3P": ("two articles on S3's request prices in us-east-1 that agree: awsi.click, c3x.dev", "2026-11"),
    "azul #3708": ("github.com/DataBiosphere/azul/issues/3708", "2021-12-23"),
    "elastic-ipfs #154": ("github.com/elastic-ipfs/infrastructure/issues/154", "2022-07-29"),
    "skuba #1408": ("github.com/seek-oss/skuba/issues/1408", "2024-01-31"),
    "moto": ("moto 5.2.5, whose authors recorded what AWS answers", "2026"),
    "course": ("a choice of this course: AWS publishes no number", "2026-11"),
}


def date_of(source: str) -> str:
    """The date of a source key such as "LDG/services-sqs-scaling"; KeyError with a sentence for an unknown key."""
    return _entry(source)[1]


def _entry(source: str) -> tuple[str, str]:
    for prefix in sorted(SOURCES, key=len, reverse=True):
        if source.startswith(prefix):
            return SOURCES[prefix]
    raise KeyError(
        f"{source!r} starts with no key of motoclock.facts.record.SOURCES: add the source and its date there."
    )


def fact(
    value: T, unit: str, says: str, source: str, confidence: Confidence = Confidence.H, *, old: str = ""
) -> Fact[T]:
    """A fact the course follows as AWS does."""
    return Fact(value, unit, says, source, date_of(source), confidence, Status.AS_AWS, old=old)


def modelled(
    value: T,
    unit: str,
    says: str,
    model: str,
    source: str = "course",
    confidence: Confidence = Confidence.L,
    *,
    old: str = "",
) -> Fact[T]:
    """A fact the course simplifies: `says` is what AWS does, `model` is what we do."""
    return Fact(value, unit, says, source, date_of(source), confidence, Status.MODELLED, model, old)


def not_shown(
    value: T, unit: str, says: str, source: str, confidence: Confidence = Confidence.H, *, old: str = ""
) -> Fact[T]:
    """A fact worth knowing that no lesson runs."""
    return Fact(value, unit, says, source, date_of(source), confidence, Status.NOT_SHOWN, old=old)
