"""What AWS says to an update with a mistake in it, or that does not fit the item; and that nothing is written then.

The texts are those of AWS: sources in motoclock.services.dynamodb.expressions.rules and .key_conditions.
"""

import pytest

from tests.engine.dynamodb_expressions.stage import KEY, LINES, belonging, dynamodb, everything, tables
from tests.engine.dynamodb_expressions.texts import (
    CONFLICT,
    ENVELOPE,
    MISSING,
    NO_NAME,
    NO_VALUE,
    OVERLAP,
    PATH,
    REDUNDANT,
    RESERVED,
    TYPE,
    WRONG_COUNT,
    WRONG_TYPE,
    syntax,
)
from tests.engine.refusals import refused

UPDATES = [
    ("", "The expression can not be empty;"),
    ("INVALID SYNTAX HERE", syntax("INVALID", "INVALID SYNTAX")),
    ("SET n", syntax("<EOF>", "n")),
    ("SET n = :n,", syntax("<EOF>", ",")),
    ("SET n = :n +", syntax("<EOF>", "+")),
    ("SET n = n * :n", syntax("*", "n * :n")),
    ("SET n = n - :n - :n", syntax("-", ":n - :n")),
    ("SET n = 3", syntax("3", "= 3")),
    ("SET :n = n", syntax(":n", "SET :n =")),
    ("SET book-price = :n", syntax("-", "book-price")),
    ("SET n = set", syntax("set", "= set")),
    ("SET n = (m.a).b", syntax(".", ").b")),
    ("ADD n", syntax("<EOF>", "n")),
    ("ADD n 1", syntax("1", "n 1")),
    ("ADD n #n", syntax("#n", "n #n")),
    ("DELETE ss a", syntax("a", "ss a")),
    ("REMOVE n = :n", syntax("=", "n = :n")),
    ("REMOVE n s", syntax("s", "n s")),
    ("SET n = ((:n))", REDUNDANT),
    ("SET n = ((n + :n))", REDUNDANT),
    ("SET n = ((n)) + :n", REDUNDANT),
    ("SET status = :n", f"{RESERVED}status"),
    ("REMOVE m.COMMENT", f"{RESERVED}COMMENT"),
    ("SET n = foo(:n)", "Invalid function name; function: foo"),
    ("SET n = size(s)", "The function is not allowed in an update expression; function: size"),
    ("SET n = :n SET s = :s", 'The "SET" section can only be used once in an update expression;'),
    ("ADD #zz :n SET s = :s ADD n :n", 'The "ADD" section can only be used once in an update expression;'),
    ("SET #zz = :n", f"{NO_NAME}#zz"),
    ("SET n = :zz", f"{NO_VALUE}:zz"),
    ("SET n = :zz, s = :yy", f"{NO_VALUE}:yy"),
    ("SET n = :zz, s = if_not_exists(#zz, :n)", f"{NO_NAME}#zz"),
    ("SET n = if_not_exists(n)", f"{WRONG_COUNT}if_not_exists, number of operands: 1"),
    ("SET n = :n, n = :m", f"{OVERLAP}[n], path two: [n]"),
    ("SET m = :n, m.a = :m", f"{OVERLAP}[m], path two: [m, a]"),
    ("SET m.a.b = :n REMOVE m.#a", f"{OVERLAP}[m, a, b], path two: [m, a]"),
    ("SET l[0] = :n REMOVE l[0]", f"{OVERLAP}[l, [0]], path two: [l, [0]]"),
    ("REMOVE m.x, m[1]", f"{CONFLICT}[m, x], path two: [m, [1]]"),
    ("SET m[3].#3 = :n, m.#3[3] = :m", f"{CONFLICT}[m, [3], [3]], path two: [m, [3], [3]]"),
    (
        "SET n = if_not_exists(:n, n)",
        "Operator or function requires a document path; operator or function: if_not_exists",
    ),
    ("SET n = n + :s", f"{WRONG_TYPE}+, operand type: S"),
    ("SET n = :l - n", f"{WRONG_TYPE}-, operand type: L"),
    ("SET l = list_append(l, :n)", f"{WRONG_TYPE}list_append, operand type: N"),
    (
        "ADD s :s",
        "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
    ),
    (
        "DELETE ns :n",
        "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, "
        "typeSet: ALLOWED_FOR_DELETE_OPERAND",
    ),
]


def test_an_update_with_a_mistake_is_refused(cloud, subtests):
    tables()
    before, d = everything(), dynamodb()
    for update, text in UPDATES:
        with subtests.test(update):
            asked = {"TableName": "orders", "Key": KEY, "UpdateExpression": update, **belonging(update)}
            says = f"Invalid UpdateExpression: {text}"
            assert refused(d.update_item, **asked) == ("ValidationException", f"{ENVELOPE}{says}")
            assert refused(d.transact_write_items, TransactItems=[{"Update": asked}]) == ("ValidationException", says)
    assert everything() == before


NOT_CARRIED_OUT = [
    ("SET gone.a = :n", PATH),
    ("REMOVE gone.a", PATH),
    ("REMOVE s[0]", PATH),
    ("SET s.b = :n", PATH),
    ("SET m[0] = :n", PATH),
    ("SET l.a = :n", PATH),
    ("ADD l[0].a :n", PATH),
    ("SET n = s + :n", TYPE),
    ("SET n = list_append(ss, :l)", TYPE),
    ("ADD ss :ns", TYPE),
    ("ADD s :n", TYPE),
    ("ADD m :n", TYPE),
    ("DELETE n :ns", TYPE),
    ("SET x = gone", MISSING),
    ("SET x = gone + :n", MISSING),
    ("SET x = list_append(gone, :l)", MISSING),
    ("SET n = :n, x = gone", MISSING),
    ("SET x = gone ADD ss :ns", TYPE),
    (
        "SET id = :s",
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ),
    (
        "REMOVE n, #id",
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ),
]


FIRST = {"Put": {"TableName": "orders", "Item": {"id": {"S": "2"}}}}
NOT_MADE = [("SET x.y = :n", PATH), ("SET x = y", MISSING), ("REMOVE x.y", PATH)]


def test_an_update_that_does_not_fit_the_item_is_refused_and_makes_none(cloud, subtests):
    tables()
    before, d = everything(), dynamodb()
    for key, updates in ((KEY, NOT_CARRIED_OUT), ({"id": {"S": "9"}}, NOT_MADE)):
        for update, says in updates:
            with subtests.test(update):
                asked = {"TableName": "orders", "Key": key, "UpdateExpression": update, **belonging(update)}
                assert refused(d.update_item, **asked) == ("ValidationException", says)
                with pytest.raises(d.exceptions.TransactionCanceledException) as caught:
                    d.transact_write_items(TransactItems=[FIRST, {"Update": asked}])
                reasons = [{"Code": "None"}, {"Code": "ValidationError", "Message": says}]
                assert caught.value.response["CancellationReasons"] == reasons
    assert everything() == before


INDEX_KEYS = [
    (
        {"N": "1"},
        "One or more parameter values were invalid: Type mismatch for Index Key of Expected: S Actual: N IndexName: by-of",
    ),
    (
        {"S": ""},
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a "
        "value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.",
    ),
]


def test_an_update_of_an_indexs_key_has_its_type(cloud, subtests):
    tables()
    before = everything()
    key = {name: LINES[0][name] for name in ("id", "line")}
    asked = {"Key": key, "UpdateExpression": "SET #of = :v", "ExpressionAttributeNames": {"#of": "of"}}
    for value, says in INDEX_KEYS:
        with subtests.test(says):
            call = {"TableName": "lines", **asked, "ExpressionAttributeValues": {":v": value}}
            assert refused(dynamodb().update_item, **call) == ("ValidationException", says)
    assert everything() == before
