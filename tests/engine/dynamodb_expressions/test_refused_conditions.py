"""What AWS says to a condition or filter with a mistake in it; and that nothing is written then.

The texts are those of AWS: sources in motoclock.services.dynamodb.expressions.rules and .key_conditions.
"""

from tests.engine.dynamodb_expressions.stage import KEY, belonging, dynamodb, everything, tables
from tests.engine.dynamodb_expressions.texts import (
    DISTINCT,
    ENVELOPE,
    MISPLACED,
    NO_NAME,
    NO_VALUE,
    REDUNDANT,
    RESERVED,
    WRONG_COUNT,
    WRONG_TYPE,
    syntax,
)
from tests.engine.refusals import refused

CONDITIONS = [
    # words that can't stand where they stand
    ("n = ", syntax("<EOF>", "= ")),
    ("n == :n", syntax("=", "== :n")),
    ("n => :n", syntax(">", "=> :n")),
    ("n != :n", syntax("!", "n !=")),
    ("n & :n", syntax("&", "n & :n")),
    ("n = 5", syntax("5", "= 5")),
    ("n = 'x'", syntax("'", "= 'x")),
    ("n\f= :n", syntax("\f", "n\f=")),
    ("1abc = :n", syntax("1", "1abc")),
    ("  1abc = :n", syntax("1", "  1abc")),
    ("_a = :n", syntax("_", "_a")),
    ("a-b = :n", syntax("-", "a-b")),
    ("aé = :n", syntax("é", "aé =")),
    ("n = :n AND", syntax("<EOF>", "AND")),
    ("n = :n AND  ", syntax("<EOF>", "AND  ")),
    ("n = :n)", syntax(")", ":n)")),
    ("(n = :n", syntax("<EOF>", ":n")),
    ("n = :n = :n", syntax("=", ":n = :n")),
    ("(n = :n) = :n", syntax("=", ") = :n")),
    ("n = (n = :n)", syntax("=", "n = :n")),
    ("n", syntax("<EOF>", "n")),
    ("(n)", syntax("<EOF>", ")")),
    ("NOT (n)", syntax("<EOF>", ")")),
    ("(NOT n)", syntax(")", "n)")),
    ("(n AND n = :n)", syntax("AND", "n AND n")),
    ("n IN ()", syntax(")", "()")),
    ("n IN :n", syntax(":n", "IN :n")),
    ("n IN (:n,)", syntax(")", ",)")),
    ("n BETWEEN :m OR :n", syntax("OR", ":m OR :n")),
    ("add = :n", syntax("add", "add =")),
    ("n = :n AND and = :n", syntax("and", "AND and =")),
    ("attribute_exists(", syntax("<EOF>", "(")),
    ("attribute_exists()", syntax(")", "()")),
    ("l[a] = :n", syntax("a", "[a]")),
    ("l[-1] = :n", syntax("-", "[-1")),
    ("l[01] = :n", syntax("1", "01]")),
    ("m.:n = :n", syntax(":n", ".:n =")),
    ("m..a = :n", syntax(".", "..a")),
    ("size(n).a = :n", syntax(".", ").a")),
    ("   ", syntax("<EOF>", "   ")),
    ("", "The expression can not be empty;"),
    ("n = :n" + " " * 4100, "Expression size has exceeded the maximum allowed size; expression size: 4106"),
    # parentheses: told as soon as the outer pair ends
    ("((n = :n))", REDUNDANT),
    ("((n)) = :n", REDUNDANT),
    ("n = ((:n))", REDUNDANT),
    ("((size(n))) = :n", REDUNDANT),
    ("n = :n AND (s = :s OR ((n = :n)))", REDUNDANT),
    ("((n = :n)) =", REDUNDANT),
    ("n = :n = ((n = :n))", syntax("=", ":n = (")),
    # words, whatever they stand for, in the order in which they are written
    ("status = :n", f"{RESERVED}status"),
    ("Status = :n AND foo(n)", f"{RESERVED}Status"),
    ("foo(n) = :n AND status = :n", "Invalid function name; function: foo"),
    ("#zz = :n AND foo(n)", "Invalid function name; function: foo"),
    ("Attribute_Exists(n)", "Invalid function name; function: Attribute_Exists"),
    ("size(n)", f"{MISPLACED}size"),
    ("NOT size(n)", f"{MISPLACED}size"),
    ("attribute_exists(n) = :n", f"{MISPLACED}attribute_exists"),
    ("n IN (:n, contains(s, :s))", f"{MISPLACED}contains"),
    ("n = if_not_exists(n, :n)", "The function is not allowed in a condition expression; function: if_not_exists"),
    ("attribute_exists(n, m)", f"{WRONG_COUNT}attribute_exists, number of operands: 2"),
    ("begins_with(n)", f"{WRONG_COUNT}begins_with, number of operands: 1"),
    ("l[2147483648] = :n", "List index is not within the allowable range; index: [2147483648]"),
    ("n = :n" + " OR n = :n" * 150, "The expression contains too many operators; operator count: 301"),
    # names and values
    ("#zz = :n", f"{NO_NAME}#zz"),
    ("n = :zz", f"{NO_VALUE}:zz"),
    ("n = :zz AND contains(s, s)", f"{NO_VALUE}:zz"),
    ("m" + ".m" * 32 + " = :n", "The document path has too many nesting levels; nesting levels: 33"),
    (
        "n IN (" + ", ".join([":n"] * 101) + ")",
        "The IN operator is provided with too many operands; number of operands: 101",
    ),
    ("n = n", f"{DISTINCT}=, first operand: [n]"),
    ("#n <> n", f"{DISTINCT}<>, first operand: [n]"),
    ("m.l[0].#a = m.l[0].a", f"{DISTINCT}=, first operand: [m, l, [0], a]"),
    ("contains(s, s) AND n = :zz", f"{DISTINCT}contains, first operand: [s]"),
    ("n IN (:n, n)", f"{DISTINCT}IN, first operand: [n]"),
    ("n BETWEEN :n AND n", f"{DISTINCT}BETWEEN, first operand: [n]"),
    ("n < :yes", f"{WRONG_TYPE}<, operand type: BOOL"),
    (":ss >= n", f"{WRONG_TYPE}>=, operand type: SS"),
    ("n BETWEEN :none AND :none", f"{WRONG_TYPE}BETWEEN, operand type: NULL"),
    ("begins_with(s, :n)", f"{WRONG_TYPE}begins_with, operand type: N"),
    ("begins_with(size(s), :s)", f"{WRONG_TYPE}begins_with, operand type: N"),
    ("size(:n) = :n", f"{WRONG_TYPE}size, operand type: N"),
    ("size(size(n)) = :n", f"{WRONG_TYPE}size, operand type: N"),
    ("attribute_type(n, :n)", f"{WRONG_TYPE}attribute_type, operand type: N"),
    ("attribute_type(n, s)", WRONG_TYPE + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"),
    (
        "attribute_type(n, :s)",
        "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    ),
    ("attribute_exists(:n)", "Operator or function requires a document path; operator or function: attribute_exists"),
    (
        "n BETWEEN :n AND :s",
        "The BETWEEN operator requires same data type for lower and upper bounds; "
        "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:x}",
    ),
    (
        "n BETWEEN :n AND :m",
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
        "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
    ),
]


def calls_with(condition):
    """Every call that takes a condition or a filter, the name of the parameter, and what is before AWS's text."""
    d, one, more = dynamodb(), {"TableName": "orders"}, belonging(condition)
    asked = {"ConditionExpression": condition, **more}
    in_query = belonging(condition, ":p")
    return [
        (d.put_item, {**one, "Item": {**KEY, "n": {"N": "0"}}, **asked}, ENVELOPE, "ConditionExpression"),
        (d.update_item, {**one, "Key": KEY, "UpdateExpression": "REMOVE n", **asked}, ENVELOPE, "ConditionExpression"),
        (d.delete_item, {**one, "Key": KEY, **asked}, ENVELOPE, "ConditionExpression"),
        *(
            (d.transact_write_items, {"TransactItems": [*before, {kind: {**one, **rest, **asked}}]}, "", "ConditionExpression")
            for before in [[{"Put": {**one, "Item": {"id": {"S": "2"}}}}]]
            for kind, rest in (
                ("Put", {"Item": KEY}), ("Delete", {"Key": KEY}), ("ConditionCheck", {"Key": KEY}),
                ("Update", {"Key": KEY, "UpdateExpression": "REMOVE n"}),
            )
        ),
        (d.scan, {**one, "FilterExpression": condition, **more}, "", "FilterExpression"),
        (
            d.query,
            {**one, "KeyConditionExpression": "id = :p", "FilterExpression": condition, **in_query},
            "",
            "FilterExpression",
        ),
    ]  # fmt: skip


def test_a_condition_with_a_mistake_is_refused_by_every_call(cloud, subtests):
    tables()
    before = everything()
    for condition, says in CONDITIONS:
        with subtests.test(condition):
            for call, parameters, envelope, parameter in calls_with(condition):
                assert refused(call, **parameters) == ("ValidationException", f"{envelope}Invalid {parameter}: {says}")
    assert everything() == before
