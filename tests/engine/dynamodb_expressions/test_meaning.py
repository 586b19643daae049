"""What conditions, key conditions, projections and updates mean.

Sources: developer guide, Expressions; answers of DynamoDB Local 3.3.1 (Keyvalue-Store/tools, expressions/test/fixtures, October 2026);
nubo-db/dynamodb-conformance (run on AWS, 2026).
"""

import pytest

from tests.engine.dynamodb_expressions.stage import ITEM, KEY, LINES, belonging, dynamodb, tables

HOLDS = [
    "n = :five", ":five = n", "n > :n", "n >= :five", "n < :six", "n <> :n", "n <> :s", "n = :five AND s = :hello",
    "n = :five and not s = :x or n = :n", "n = :n OR n = :five AND s = :hello", "NOT NOT n = :five", "NOT (n = :n)", "NOT n = :n",
    "(n) = (:five)", "n = (:five)", "n\t=\r\n:five",
    "n=:five", "n IN (:n, :five)", "n IN (:s, :five)", "NOT n IN (:n)", "n BETWEEN :n AND :six", "n BETWEEN :five AND :five",
    "NOT n BETWEEN :six AND :six", "NOT (gone BETWEEN :n AND :six)", "n BETWEEN :n AND :six AND s = :hello", "#n = :five",
    "m.a = :one", "#m.#a = :one", "m . a = :one", "m.l[0].k = :v", "m.l [ 0 ] .k = :v", "l[0] = :one", "l = :ordered", "l <> :reversed",
    "ss = :ba", "ns = :ns", "m.inr = :map", "yes = :yes", "nul = :none", "blank = :empty", "e > :other", "b > :ff", "b = :b",
    "gone <> :n", "NOT gone = :n", "NOT gone < :n", "NOT gone >= :n", "NOT gone IN (:n)", "NOT n < :s", "NOT n >= :s", "gone <> away",
    "NOT gone = away", "NOT m = :five", "m <> :five", "NOT ss < size(s)",
    "attribute_exists(n)", "attribute_exists(m.inr.x)", "attribute_exists(l[2])", "attribute_not_exists(l[3])",
    "attribute_not_exists(m.gone)", "attribute_not_exists(n.x)", "attribute_not_exists(n[0])", "attribute_not_exists(l.x)",
    "attribute_exists (nul)", "attribute_type(n, :N)", "NOT attribute_type(n, :S)", "NOT attribute_type(gone, :N)",
    "begins_with(s, :h)", "NOT begins_with(n, :h)", "begins_with(b, :ff)", "NOT begins_with(b, :h)", "begins_with(:hello, s)",
    "contains(s, :ll)", "contains(ss, :a)", "contains(ns, :two)", "contains(l, :two)", "contains(b, :ff)", "contains(bs, :ba_)",
    "NOT contains(s, :two)", "NOT contains(n, :five)", "NOT contains(m, :a)", "NOT contains(ss, :two)", "NOT contains(gone, :a)",
    "size(s) = :five", "size(e) = :two", "size(b) = :two", "size(l) = :three", "size(ss) = :two", "size(m) = :three",
    "size(blank) < :one", "size(:hello) = n", "NOT size(n) = :five", "size(gone) <> :five", "size(s) = size(s)", "size(ss) < size(l)",
    ":five BETWEEN size(ss) AND n", "size = :big", "attribute_not_exists(convert)",
]  # fmt: skip
IN_PARENTHESES = ["(n = :five)", "(n = :five AND (s = :hello))", "((n = :n) OR n = :five)"]
GIVEN = {
    ":five": {"N": "5.0"}, ":six": {"N": "10"}, ":n": {"N": "2"}, ":s": {"S": "x"}, ":x": {"S": "x"}, ":hello": {"S": "héllo"},
    ":one": {"N": "1"}, ":two": {"N": "2.0"}, ":three": {"N": "3"}, ":v": {"S": "v"}, ":big": {"N": "7"}, ":N": {"S": "N"},
    ":S": {"S": "S"}, ":h": {"S": "hé"}, ":ll": {"S": "ll"}, ":a": {"S": "a"}, ":ba": {"SS": ["b", "a"]}, ":ns": {"NS": ["2", "1.0"]},
    ":map": {"M": {"x": {"S": "y"}}}, ":yes": {"BOOL": True}, ":none": {"NULL": True}, ":empty": {"S": ""}, ":other": {"S": "｡"},
    ":ff": {"B": b"\xff"}, ":b": {"B": b"\xff\x00"}, ":ba_": {"B": b"a"},
    ":ordered": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3e0"}]}, ":reversed": {"L": [{"N": "3"}, {"N": "2"}, {"N": "1"}]},
}  # fmt: skip


def of(expression, given):
    """The values of `given` that an expression speaks of, and the names that the tables know."""
    words = expression.replace("(", " ").replace(")", " ").replace(",", " ").replace("=", " = ").split()
    values = {word: given[word] for word in words if word in given}
    names = belonging(expression).get("ExpressionAttributeNames", {})
    return {
        **({"ExpressionAttributeNames": names} if names else {}),
        **({"ExpressionAttributeValues": values} if values else {}),
    }


def test_conditions_hold_and_their_opposites_do_not(cloud, subtests):
    tables()
    d, one = dynamodb(), {"TableName": "orders"}
    d.put_item(**one, Item={**ITEM, "size": {"N": "7"}})
    for condition, opposite in [(one, f"NOT ({one})") for one in HOLDS] + [
        (one, f"NOT {one}") for one in IN_PARENTHESES
    ]:
        with subtests.test(condition):
            given = of(condition, GIVEN)
            assert d.scan(**one, FilterExpression=condition, **given)["Count"] == 1
            assert d.scan(**one, FilterExpression=opposite, **given)["Count"] == 0
            check = {**one, "Key": KEY, "ConditionExpression": condition, **given}
            d.transact_write_items(TransactItems=[{"ConditionCheck": check}])


def test_a_condition_is_asked_of_the_item_as_it_was(cloud):
    tables()
    d = dynamodb()
    call = {
        "TableName": "orders",
        "ConditionExpression": "n = :five",
        "ExpressionAttributeValues": {":five": {"N": "5"}},
    }
    d.put_item(Item={**KEY, "n": {"N": "6"}}, **call)
    with pytest.raises(d.exceptions.ConditionalCheckFailedException) as caught:
        d.put_item(Item={**KEY, "n": {"N": "5"}}, ReturnValuesOnConditionCheckFailure="ALL_OLD", **call)
    assert caught.value.response["Item"] == {**KEY, "n": {"N": "6"}}
    with pytest.raises(d.exceptions.TransactionCanceledException, match=r"\[None, ConditionalCheckFailed\]"):
        d.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "orders", "Item": {"id": {"S": "2"}}}},
                {
                    "ConditionCheck": {
                        "TableName": "orders",
                        "Key": KEY,
                        "ConditionExpression": "attribute_exists(gone)",
                    }
                },
            ]
        )
    assert d.scan(TableName="orders")["Items"] == [{**KEY, "n": {"N": "6"}}]


DEEP = [
    "(n = :n OR " * 99 + "n = :five" + ")" * 99,
    "(n = :n OR (n = :five AND " * 74 + "n = :five" + "))" * 74,
    "NOT " * 298 + "n = :five",
    "NOT(" * 298 + "n = :five" + ")" * 298,
    " OR ".join(["n = :n"] * 149) + " OR n = :five",
]


def test_the_longest_conditions_are_answered(cloud, subtests):
    tables()
    for condition in DEEP:
        with subtests.test(condition[:40]):
            found = dynamodb().scan(TableName="orders", FilterExpression=condition, **of(condition, GIVEN))
            assert found["Count"] == 1


KEY_CONDITIONS = [
    ("id = :p", [0, 1, 2, 3]),
    (":p = id AND :n < line", [3]),
    ("line >= :n AND id = :p", [2, 3]),
    ("(id = :p) AND (line = :n)", [2]),
    ("(id = :p AND (line = :n))", [2]),
    ("id = :p AND line BETWEEN :m AND :n", [1, 2]),
    ("id = :p AND line BETWEEN :n AND :n", [2]),
    ("id = :p and #line <= :m", [0, 1]),
    ("#id=:p AND #line<:m", [0]),
    ("id = :s", []),
]


def test_key_conditions(cloud, subtests):
    tables()
    for condition, lines in KEY_CONDITIONS:
        with subtests.test(condition):
            given = {"TableName": "lines", "KeyConditionExpression": condition, **belonging(condition)}
            assert dynamodb().query(**given)["Items"] == [LINES[line] for line in lines]


def test_a_query_of_an_index(cloud):
    tables()
    given = {
        "ExpressionAttributeNames": {"#of": "of"},
        "ExpressionAttributeValues": {":of": {"S": "k1"}, ":m": {"N": "1"}, ":p": {"S": "p"}},
    }
    found = dynamodb().query(
        TableName="lines",
        IndexName="by-of",
        KeyConditionExpression="#of = :of AND :m < line",
        FilterExpression="id = :p",
        **given,
    )
    assert found["Items"] == [LINES[3]]


def test_a_filter_beside_the_key_conditions_of_the_api_before_expressions(cloud):
    tables()
    found = dynamodb().query(
        TableName="lines",
        KeyConditions={"id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]}},
        FilterExpression="#of = :of",
        ExpressionAttributeNames={"#of": "of"},
        ExpressionAttributeValues={":of": {"S": "k1"}},
    )
    assert found["Items"] == [LINES[1], LINES[3]]


def test_begins_with_in_a_key_condition(cloud):
    d = dynamodb()
    d.create_table(
        TableName="texts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "at")],
        BillingMode="PAY_PER_REQUEST",
    )
    for at in ("2029-01", "2029-02", "2030-01"):
        d.put_item(TableName="texts", Item={"id": {"S": "1"}, "at": {"S": at}})
    found = d.query(
        TableName="texts",
        KeyConditionExpression="id = :id AND begins_with(#at, :year)",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues={":id": {"S": "1"}, ":year": {"S": "2029"}},
    )
    assert [item["at"]["S"] for item in found["Items"]] == ["2029-01", "2029-02"]


PROJECTIONS = [
    ("n, #s", {"n": ITEM["n"], "s": ITEM["s"]}),
    ("n,gone", {"n": ITEM["n"]}),
    ("gone", {}),
    ("l[2], l[0]", {"l": {"L": [{"N": "1"}, {"N": "3"}]}}),
    ("l[9]", {}),
    ("m.inr.x, m.#a", {"m": {"M": {"inr": {"M": {"x": {"S": "y"}}}, "a": {"N": "1"}}}}),
    ("m.l[0].k", {"m": {"M": {"l": {"L": [{"M": {"k": {"S": "v"}}}]}}}}),
    ("m.inr.gone", {}),
    ("n.x, b, ns, nul", {"b": ITEM["b"], "ns": ITEM["ns"], "nul": ITEM["nul"]}),
    ("#dot", {}),
]


def test_projections_by_every_way_of_reading(cloud, subtests):
    tables()
    d, one = dynamodb(), {"TableName": "orders"}
    query = {"KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": KEY["id"]}}
    for projection, item in PROJECTIONS:
        asked = {"ProjectionExpression": projection, **belonging(projection)}
        transaction = [{"Get": {**one, "Key": KEY, **asked}}]
        with subtests.test(projection):
            assert d.get_item(**one, Key=KEY, **asked)["Item"] == item
            assert d.scan(**one, **asked)["Items"] == [item]
            assert d.query(**one, **query, **asked)["Items"] == [item]
            batch = d.batch_get_item(RequestItems={"orders": {"Keys": [KEY], **asked}})
            assert batch["Responses"]["orders"] == [item]
            assert d.transact_get_items(TransactItems=transaction)["Responses"] == [{"Item": item}]
    assert d.transact_get_items(
        TransactItems=[
            {"Get": {**one, "Key": {"id": {"S": "9"}}, "ProjectionExpression": "n"}},
            {"Get": {**one, "Key": KEY}},
        ]
    )["Responses"] == [{}, {"Item": ITEM}]


UPDATES = [
    ("SET n = n + :n", {"n": {"N": "7"}}),
    ("SET n = (n + :n)", {"n": {"N": "7"}}),
    ("SET n = (n) - (:n)", {"n": {"N": "3"}}),
    ("set n = :n remove s", {"n": {"N": "2"}, "s": None}),
    ("SET x = if_not_exists(x, :m) + :n", {"x": {"N": "3"}}),
    ("SET x = if_not_exists(n, gone)", {"x": {"N": "5"}}),
    ("SET n = s, s = n", {"n": ITEM["s"], "s": ITEM["n"]}),
    ("SET #dot = :n", {"m.a": {"N": "2"}}),
    ("SET l = list_append(l, :l)", {"l": {"L": [*ITEM["l"]["L"], {"N": "4"}]}}),
    ("SET l = list_append(:l, l)", {"l": {"L": [{"N": "4"}, *ITEM["l"]["L"]]}}),
    ("SET x = list_append(if_not_exists(x, :l), :l)", {"x": {"L": [{"N": "4"}, {"N": "4"}]}}),
    ("SET l[10] = :s", {"l": {"L": [*ITEM["l"]["L"], {"S": "x"}]}}),
    ("SET l[11] = :s, l[10] = :p", {"l": {"L": [*ITEM["l"]["L"], {"S": "p"}, {"S": "x"}]}}),
    ("SET l[0] = :s REMOVE l[1]", {"l": {"L": [{"S": "x"}, {"N": "3"}]}}),
    ("REMOVE l[0], l[2]", {"l": {"L": [{"N": "2"}]}}),
    ("REMOVE l[5], gone", {}),
    ("ADD l[0] :n SET l[1] = l[0]", {"l": {"L": [{"N": "3"}, {"N": "1"}, {"N": "3"}]}}),
    ("SET m.inr.x = :n REMOVE m.a, m.l[0].k", {"m": {"M": {"inr": {"M": {"x": {"N": "2"}}}, "l": {"L": [{"M": {}}]}}}}),
    ("SET m.l[0].k = m", {"m": {"M": {**ITEM["m"]["M"], "l": {"L": [{"M": {"k": ITEM["m"]}}]}}}}),
    ("ADD n :n, x :n", {"n": {"N": "7"}, "x": {"N": "2"}}),
    ("ADD m.a :n", {"m": {"M": {**ITEM["m"]["M"], "a": {"N": "3"}}}}),
    ("ADD ss :ss, x :ss", {"x": {"SS": ["a"]}}),
    ("DELETE ss :ss", {"ss": {"SS": ["b"]}}),
    ("DELETE ns :ns, bs :bs", {"ns": {"NS": ["2"]}, "bs": None}),
    ("DELETE gone :ss", {}),
    ("DELETE m.gone :ss", {}),
    ("SET x = :map ADD n :n REMOVE s DELETE ss :ss", {"x": {"M": {}}, "n": {"N": "7"}, "s": None, "ss": {"SS": ["b"]}}),
    ("SET x = " + "list_append(l, " * 250 + "l" + ")" * 250, {"x": {"L": ITEM["l"]["L"] * 251}}),
]


def test_updates(cloud, subtests):
    tables()
    d = dynamodb()
    for update, changes in UPDATES:
        with subtests.test(update[:60]):
            d.put_item(TableName="orders", Item=ITEM)
            asked = {"TableName": "orders", "Key": KEY, "UpdateExpression": update, **belonging(update)}
            wanted = {name: value for name, value in {**ITEM, **changes}.items() if value is not None}
            assert d.update_item(ReturnValues="ALL_NEW", **asked)["Attributes"] == wanted
            assert d.get_item(TableName="orders", Key=KEY)["Item"] == wanted


def test_an_update_that_makes_an_item_sees_its_key(cloud):
    tables()
    key = {"id": {"S": "9"}}
    made = dynamodb().update_item(TableName="orders", Key=key, UpdateExpression="SET n = id", ReturnValues="ALL_NEW")
    assert made["Attributes"] == {**key, "n": {"S": "9"}}


def test_what_an_update_copies_is_not_shared(cloud):
    tables()
    d = dynamodb()
    for update in ("SET x = l", "SET x[0] = :s"):
        d.update_item(TableName="orders", Key=KEY, UpdateExpression=update, **belonging(update))
    item = d.get_item(TableName="orders", Key=KEY)["Item"]
    assert (item["l"], item["x"]) == (ITEM["l"], {"L": [{"S": "x"}, {"N": "2"}, {"N": "3"}]})


def test_filters_of_the_api_before_expressions_find_no_match_in_another_type(cloud):
    tables()
    d = dynamodb()
    for operator, value in (("LT", {"N": "1"}), ("CONTAINS", {"N": "1"}), ("BEGINS_WITH", {"B": b"a"})):
        wanted = {"s": {"ComparisonOperator": operator, "AttributeValueList": [value]}}
        assert d.scan(TableName="orders", ScanFilter=wanted)["Count"] == 0
    wanted = {"s": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "hé"}]}}
    assert d.scan(TableName="orders", ScanFilter=wanted)["Count"] == 1
