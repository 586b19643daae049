"""What AWS says to projections and key conditions with a mistake in them, and to what stands beside expressions.

The texts are those of AWS: sources in motoclock.services.dynamodb.expressions.rules and .key_conditions.
"""

from tests.engine.dynamodb_expressions.stage import ITEM, KEY, belonging, dynamodb, everything, tables
from tests.engine.dynamodb_expressions.texts import (
    CONFLICT,
    ENVELOPE,
    NO_NAME,
    NO_VALUE,
    OVERLAP,
    REDUNDANT,
    RESERVED,
    WRONG_TYPE,
    syntax,
)
from tests.engine.refusals import refused

PROJECTIONS = [
    ("", "The expression can not be empty;"),
    ("!!!", syntax("!", "!!")),
    ("n,", syntax("<EOF>", ",")),
    ("n s", syntax("s", "n s")),
    ("(n)", syntax("(", "(n")),
    ("l[]", syntax("]", "[]")),
    (":n", syntax(":n", ":n")),
    ("n, status", f"{RESERVED}status"),
    ("#zz", f"{NO_NAME}#zz"),
    ("n, #n", f"{OVERLAP}[n], path two: [n]"),
    ("m, m.a", f"{OVERLAP}[m], path two: [m, a]"),
    ("m.a, m[0]", f"{CONFLICT}[m, a], path two: [m, [0]]"),
]


def test_a_projection_with_a_mistake_is_refused_by_every_call(cloud, subtests):
    tables()
    d = dynamodb()
    one = {"TableName": "orders"}
    query = {"KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"S": "1"}}}
    for projection, says in PROJECTIONS:
        names = {name: given for name, given in belonging(projection).items() if name == "ExpressionAttributeNames"}
        asked = {"ProjectionExpression": projection, **names}
        with subtests.test(projection):
            for call, parameters in (
                (d.get_item, {**one, "Key": KEY, **asked}),
                (d.scan, {**one, **asked}),
                (d.query, {**one, **query, **asked}),
                (d.batch_get_item, {"RequestItems": {"orders": {"Keys": [KEY], **asked}}}),
                (d.transact_get_items, {"TransactItems": [{"Get": {**one, "Key": KEY, **asked}}]}),
            ):
                assert refused(call, **parameters) == ("ValidationException", f"Invalid ProjectionExpression: {says}")


IN_KEYS = "Invalid KeyConditionExpression: "
SCHEMA = "One or more parameter values were invalid: Condition parameter type does not match schema type"
MISSED = "Query condition missed key schema element: "
KEY_CONDITIONS = [
    ("", f"{IN_KEYS}The expression can not be empty;"),
    ("id = ", IN_KEYS + syntax("<EOF>", "= ")),
    ("id = p", f"{IN_KEYS}Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
    ("id = :zz", f"{IN_KEYS}{NO_VALUE}:zz"),
    ("id = :p OR line = :n", f"{IN_KEYS}Invalid operator used in KeyConditionExpression: OR"),
    ("id = :p AND NOT line = :n", f"{IN_KEYS}Invalid operator used in KeyConditionExpression: NOT"),
    ("id = :p AND line <> :n", f"{IN_KEYS}Invalid operator used in KeyConditionExpression: <>"),
    ("id = :p AND line IN (:n)", f"{IN_KEYS}Invalid operator used in KeyConditionExpression: IN"),
    ("id = :p AND contains(line, :n)", f"{IN_KEYS}Invalid operator used in KeyConditionExpression: contains"),
    ("id = :p AND size(line) > :n", f"{IN_KEYS}KeyConditionExpressions cannot contain nested operations"),
    ("id = :p AND line.a = :n", f"{IN_KEYS}KeyConditionExpressions cannot have conditions on nested attributes"),
    ("id = :p AND :m < :n", f"{IN_KEYS}Invalid condition in KeyConditionExpression: No key attribute specified"),
    (
        "id = :p AND :n BETWEEN :m AND :n",
        f"{IN_KEYS}Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand",
    ),
    (
        "id = :p AND begins_with(:p, line)",
        f"{IN_KEYS}Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first "
        "operand",
    ),
    (
        "id = :p AND line > :m AND line < :n",
        f"{IN_KEYS}KeyConditionExpressions must only contain one condition per key",
    ),
    ("((id = :p))", IN_KEYS + REDUNDANT),
    ("id = :p AND begins_with(line, :n)", f"{IN_KEYS}{WRONG_TYPE}begins_with, operand type: N"),
    ("id = :p AND :yes >= line", f"{IN_KEYS}{WRONG_TYPE}>=, operand type: BOOL"),
    ("id = :p AND begins_with(line, :s)", SCHEMA),
    ("id = :p AND line = :yes", SCHEMA),
    ("id = :n", SCHEMA),
    ("line = :n", f"{MISSED}id"),
    ("extra = :n", f"{MISSED}id"),
    ("id = :p AND extra = :n", f"{MISSED}line"),
    (
        "id = :p AND line > :m AND extra = :n",
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
    ),
    ("id > :p", "Query key condition not supported"),
    ("begins_with(id, :p)", "Query key condition not supported"),
    (
        "id = :nothing",
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
        "value. Key: id",
    ),
]


def test_a_key_condition_with_a_mistake_is_refused(cloud, subtests):
    tables()
    for condition, says in KEY_CONDITIONS:
        with subtests.test(condition):
            asked = {"TableName": "lines", "KeyConditionExpression": condition, **belonging(condition)}
            assert refused(dynamodb().query, **asked) == ("ValidationException", says)


SCALARS = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
BESIDE = "Can not use both expression and non-expression parameters in the same request: "
GIVEN_VALUE, GIVEN_NAME = {"ExpressionAttributeValues": {":n": {"N": "1"}}}, {"ExpressionAttributeNames": {"#n": "n"}}
ONLY_KEYS = "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
BY_KEY = {"KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}
COMPANY = [
    # placeholders without expressions, and expressions without placeholders
    ("put_item", {"Item": ITEM, **GIVEN_VALUE}, f"{ENVELOPE}ExpressionAttributeValues can only be specified when using "
     "expressions: ConditionExpression is null"),
    ("update_item", {"Key": KEY, **GIVEN_VALUE}, f"{ENVELOPE}ExpressionAttributeValues can only be specified when using "
     "expressions: UpdateExpression and ConditionExpression are null"),
    ("delete_item", {"Key": KEY, **GIVEN_NAME}, f"{ENVELOPE}ExpressionAttributeNames can only be specified when using "
     "expressions"),
    ("get_item", {"Key": KEY, **GIVEN_NAME}, "ExpressionAttributeNames can only be specified when using expressions"),
    ("scan", {"ProjectionExpression": "n", **GIVEN_VALUE}, "ExpressionAttributeValues can only be specified when using "
     "expressions: FilterExpression is null"),
    ("query", {"ProjectionExpression": "n", **GIVEN_VALUE}, "ExpressionAttributeValues can only be specified when using "
     "expressions: FilterExpression and KeyConditionExpression are null"),
    ("scan", {"FilterExpression": "n = :n", **GIVEN_VALUE, "ExpressionAttributeNames": {}},
     "ExpressionAttributeNames must not be empty"),
    ("delete_item", {"Key": KEY, "ConditionExpression": "n = :n", "ExpressionAttributeValues": {}},
     f"{ENVELOPE}ExpressionAttributeValues must not be empty"),
    ("scan", {"FilterExpression": "n = v", "ExpressionAttributeValues": {"v": {"N": "1"}}},
     'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"'),
    ("get_item", {"Key": KEY, "ProjectionExpression": "#a-b", "ExpressionAttributeNames": {"#a-b": "n"}},
     'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"'),
    ("get_item", {"Key": KEY, "ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": ""}},
     "ExpressionAttributeNames contains invalid value: Empty attribute name for key #n"),
    ("get_item", {"Key": KEY, "ProjectionExpression": "n", "ExpressionAttributeNames": {"#" + "n" * 255: "n"}},
     "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; "
     "size of key: 256"),
    # what nothing speaks of: names before values
    ("put_item", {"Item": ITEM, "ConditionExpression": "attribute_exists(n)", **GIVEN_VALUE, **GIVEN_NAME},
     f"{ENVELOPE}Value provided in ExpressionAttributeNames unused in expressions: keys: {{#n}}"),
    ("delete_item", {"Key": KEY, "ConditionExpression": "n = :n", "ExpressionAttributeValues": {
        ":n": {"N": "1"}, ":b": {"N": "1"}, ":a": {"N": "1"}}},
     f"{ENVELOPE}Value provided in ExpressionAttributeValues unused in expressions: keys: {{:a, :b}}"),
    ("scan", {"FilterExpression": "attribute_exists(n)", **GIVEN_VALUE},
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}"),
    ("batch_get_item", {"RequestItems": {"orders": {"Keys": [KEY], "ProjectionExpression": "n", **GIVEN_NAME}}},
     "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"),
    ("transact_write_items", {"TransactItems": [{"Put": {"TableName": "orders", "Item": ITEM}}, {"ConditionCheck": {
        "TableName": "orders", "Key": {"id": {"S": "2"}}, "ConditionExpression": "attribute_exists(n)", **GIVEN_VALUE}}]},
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}"),
    # parameters of the API before expressions
    ("put_item", {"Item": ITEM, "Expected": {"n": {"Exists": False}}, "ConditionExpression": "n ="},
     f"{ENVELOPE}{BESIDE}Non-expression parameters: {{Expected}} Expression parameters: {{ConditionExpression}}"),
    ("update_item", {"Key": KEY, "AttributeUpdates": {}, "Expected": {}, "UpdateExpression": "", "ConditionExpression": ""},
     f"{ENVELOPE}{BESIDE}Non-expression parameters: {{AttributeUpdates, Expected}} "
     "Expression parameters: {UpdateExpression, ConditionExpression}"),
    ("get_item", {"Key": KEY, "AttributesToGet": ["n"], "ProjectionExpression": "n"},
     f"{BESIDE}Non-expression parameters: {{AttributesToGet}} Expression parameters: {{ProjectionExpression}}"),
    ("query", {"KeyConditions": {}, "QueryFilter": {}, "ProjectionExpression": "", "FilterExpression": "",
               "KeyConditionExpression": ""},
     f"{BESIDE}Non-expression parameters: {{QueryFilter, KeyConditions}} "
     "Expression parameters: {ProjectionExpression, FilterExpression, KeyConditionExpression}"),
    # which of several expressions is looked at first
    ("query", {**BY_KEY, "KeyConditionExpression": "id =", "ProjectionExpression": "n,", "FilterExpression": "n ="},
     "Invalid FilterExpression: " + syntax("<EOF>", "=")),
    ("query", {**BY_KEY, "KeyConditionExpression": "id =", "ProjectionExpression": "n,"},
     "Invalid ProjectionExpression: " + syntax("<EOF>", ",")),
    ("update_item", {"Key": KEY, "UpdateExpression": "SET n = :n", "ConditionExpression": "n = :zz", **GIVEN_VALUE},
     f"{ENVELOPE}Invalid ConditionExpression: {NO_VALUE}:zz"),
    # keys
    ("query", {**BY_KEY, "FilterExpression": "attribute_exists(id)"}, f"{ONLY_KEYS}id"),
    ("get_item", {"Key": KEY, "ProjectionExpression": "id.a"}, f"{SCALARS}Key: id"),
    ("scan", {"TableName": "lines", "FilterExpression": "attribute_exists(#n[0])", "ExpressionAttributeNames": {"#n": "of"}},
     f"{SCALARS}IndexKey: of"),
]  # fmt: skip


def test_what_stands_beside_an_expression_is_checked_too(cloud, subtests):
    tables()
    before = everything()
    for name, parameters, says in COMPANY:
        table = {} if name.startswith(("batch", "transact")) else {"TableName": "orders"}
        with subtests.test(says):
            assert refused(getattr(dynamodb(), name), **{**table, **parameters}) == ("ValidationException", says)
    assert everything() == before


def test_an_expression_is_refused_before_its_table_is_looked_for(cloud):
    call = dynamodb().scan
    assert refused(call, TableName="gone", FilterExpression="n =")[0] == "ValidationException"
    assert refused(call, TableName="gone", FilterExpression="attribute_exists(n)")[0] == "ResourceNotFoundException"
