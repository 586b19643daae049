"""Where a fact names a botocore shape as its source, the shape's own bounds, enum or text must say the same."""

import re

import botocore.session
import pytest

from motoclock.facts import Span, all_facts
from motoclock.facts.record import RULE

SESSION = botocore.session.get_session()
CITED = {name: fact for name, fact in all_facts() if fact.source.startswith("bc:")}

# Numbers that the cited text implies but does not spell out, each with the reason.
NOT_SPELT_OUT = {
    "stream_mapping.RECORD_AGE_RANGE_S": {60},  # the text knows -1 and the ceiling only; LDG has the floor
}


def cited(source):
    """The documentation and the shape (None for an operation or a service) that a source key names."""
    service, *path = source.removeprefix("bc:").split(".")
    model = SESSION.get_service_model(service)
    if not path:
        return model.documentation, None
    if path[0] in model.operation_names:
        return model.operation_model(path[0]).documentation, None
    shape = model.shape_for(path[0])
    for member in path[1:]:
        shape = shape.members[member]
    return shape.documentation, shape


def written(number, unit):
    """The ways in which AWS's texts write a number."""
    ways = [f"{number:,}", str(number)]
    sizes = {"s": ((60, "minute"), (3600, "hour"), (86_400, "day")), "bytes": ((2**10, "K"), (2**20, "M"))}
    for size, name in sizes.get(unit.removesuffix("/s"), ()):
        if number and number % size == 0:
            count = number // size
            ways += [f"{count}{gap}{name}" for gap in (" ", "-", "")] + [f"{WORDS.get(count, count)} {name}"]
    if unit.startswith("bytes") and number % 10**6 == 0:
        ways += [f"{number // 10**6}{gap}MB" for gap in (" ", "-", "")]
    return ways + [WORDS.get(number, str(number))] + ["double"] * (number == 2)


WORDS = {1: "one", 2: "two", 3: "three", 5: "five", 6: "six", 10: "ten"}


def test_the_cited_shape_exists_and_says_the_number():
    for name, fact in CITED.items():
        documentation, shape = cited(fact.source)
        if fact.unit == RULE:
            continue
        text = re.sub(r"<[^>]+>", "", documentation)
        bounds = set() if shape is None else {shape.metadata.get("min"), shape.metadata.get("max")} - {None}
        numbers = (fact.value.low, fact.value.high) if isinstance(fact.value, Span) else (fact.value,)
        missing = {number for number in numbers if number not in bounds and not said(number, fact.unit, text)}
        assert missing == NOT_SPELT_OUT.get(name, set()), f"{fact.source} does not say {missing}: {text[:600]}"


def said(number, unit, text):
    return any(
        re.search(rf"(?<![\d.,]){re.escape(way)}(?![\d]|,\d)", text, re.IGNORECASE) for way in written(number, unit)
    )


@pytest.mark.parametrize("name", [name for name, fact in CITED.items() if isinstance(fact.value, tuple)])
def test_the_cited_enum_has_the_same_members(name):
    _, shape = cited(CITED[name].source)
    if shape is not None and getattr(shape, "enum", None):
        assert set(CITED[name].value) == set(shape.enum)


def test_the_bounds_that_the_model_leaves_open_are_narrower_here():
    """A service model serves several features; these are the places where a fact is narrower, on purpose."""
    narrower = set()
    for name, fact in CITED.items():
        _, shape = cited(fact.source)
        if isinstance(fact.value, Span) and shape is not None and "max" in shape.metadata:
            low, high = shape.metadata.get("min"), shape.metadata["max"]
            assert low <= fact.value.low and fact.value.high <= high, name
            if (low, high) != (fact.value.low, fact.value.high):
                narrower.add(name)
    assert narrower == {
        "sqs_mapping.FIFO_BATCH_SIZE_RANGE",  # 10 for FIFO, 10,000 otherwise
        "sqs_mapping.PROVISIONED_MIN_RANGE",  # 1 is for Kafka
        "sqs_mapping.PROVISIONED_MAX_RANGE",
        "lambda_.TIMEOUT_RANGE_S",  # 5,400 s is for managed instances
        "stream_mapping.RECORD_AGE_RANGE_S",  # -1 stands apart from the range
    }
