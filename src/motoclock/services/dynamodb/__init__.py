"""Seam: DynamoDB's values, checked where they enter and kept in one form, so that a read, a stream's record and an event show the same.

moto 5.2.5 keeps numbers as they were spelt, takes what is no number, and leaves duplicates in sets. Behind the gate (`entering`) each
value has one form (`values`, `numbers`); `kept` sees that nothing inside moto spoils it. `expressions` is a seam of its own.
"""

from motoclock.services.dynamodb import expressions, kept

__all__ = ["install"]


def install() -> None:
    kept.install()
    expressions.install()
