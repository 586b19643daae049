"""Seam: DynamoDB's expressions, read by AWS's grammar, refused in AWS's words, and carried out by its rules.

moto 5.2.5 raises Python's errors for most mistakes in an expression, takes others, and reads each expression twice a call. Here a text
is read once (`grammar`, `reading`) into a tree that never changes (`trees`); `asking` and `tables` look at all expressions of a request
before moto does; `evaluating`, `updating` and `projecting` are pure; `seam` puts them in moto's place. PartiQL is not touched.
"""

from motoclock.services.dynamodb.expressions.asking import check_expressions
from motoclock.services.dynamodb.expressions.projecting import projected
from motoclock.services.dynamodb.expressions.seam import install, paths_of
from motoclock.services.dynamodb.expressions.tables import check_keys_in_expressions

__all__ = ["check_expressions", "check_keys_in_expressions", "install", "paths_of", "projected"]
