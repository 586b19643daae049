"""AWS's words for mistakes in expressions, as far as several tests need them.

The texts are those of AWS: sources in motoclock.services.dynamodb.expressions.rules and .key_conditions.
"""

DISTINCT = "The first operand must be distinct from the remaining operands for this operator or function; operator: "
WRONG_TYPE = "Incorrect operand type for operator or function; operator or function: "
WRONG_COUNT = "Incorrect number of operands for operator or function; operator or function: "
NO_NAME = "An expression attribute name used in the document path is not defined; attribute name: "
NO_VALUE = "An expression attribute value used in expression is not defined; attribute value: "
RESERVED = "Attribute name is a reserved keyword; reserved keyword: "
MISPLACED = "The function is not allowed to be used this way in an expression; function: "
REDUNDANT = "The expression has redundant parentheses;"
ENVELOPE = "1 validation error detected: "


def syntax(token, near):
    return f'Syntax error; token: "{token}", near: "{near}"'


OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
CONFLICT = "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: "
PATH = "The document path provided in the update expression is invalid for update"
TYPE = "An operand in the update expression has an incorrect data type"
MISSING = "The provided expression refers to an attribute that does not exist in the item"
