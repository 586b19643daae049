"""One data point, as CloudWatch keeps it."""

from dataclasses import dataclass

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One data point. `at` in virtual seconds; `dimensions` as (name, value) pairs."""

    namespace: str
    name: str
    dimensions: Dimensions
    at: float
    value: float
    unit: str = "Count"
