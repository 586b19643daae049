"""TestState. Answers and words as recorded from December 2025 on; the API reference of TestState."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engine.stepfunctions.conftest import ROLE

BRANCH = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}
PASS, FAIL = {"Type": "Pass", "End": True}, {"Type": "Fail", "Error": "E", "Cause": "c"}
PARALLEL = {"Type": "Parallel", "Branches": [BRANCH, BRANCH], "End": True}
MAP = {"Type": "Map", "ItemProcessor": BRANCH, "End": True}
SEND = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage",
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$.order"},
    "Retry": [
        {"ErrorEquals": ["Other"]},
        {"ErrorEquals": ["Mock"], "IntervalSeconds": 1, "BackoffRate": 2.0, "MaxAttempts": 5},
    ],
    "Next": "Done",
}
CAUGHT = SEND | {
    "Catch": [{"ErrorEquals": ["X"], "Next": "A"}, {"ErrorEquals": ["States.ALL"], "Next": "B", "ResultPath": "$.why"}]
}


def _test(machines, definition, value=None, **more):
    for name in ("context", "variables"):
        if name in more:
            more[name] = json.dumps(more[name])
    found = machines.client.test_state(definition=json.dumps(definition), input=json.dumps(value or {}), **more)
    del found["ResponseMetadata"]
    plain = {name: json.loads(text) if name == "output" else text for name, text in found.items()}
    if "inspectionData" in plain:
        plain["inspectionData"] = {
            name: json.loads(text) if isinstance(text, str) else text for name, text in plain["inspectionData"].items()
        }
    return plain


def _mock(result=None, error=None, **more):
    return (
        {"result": json.dumps(result)} | more
        if error is None
        else {"errorOutput": {"error": error, "cause": "Mocked."}} | more
    )


def _refusal(machines, definition, **more):
    with pytest.raises(ClientError) as refused:
        _test(machines, definition, **more)
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


def test_a_pass_state_shows_each_step_of_its_data(machines):
    value = {"Value": "HelloWorld"}
    steps = ("input", "afterInputPath", "afterParameters", "afterResultSelector", "afterResultPath")
    found = _test(machines, {"Type": "Pass", "Next": "N"}, value, inspectionLevel="DEBUG")
    assert found == {
        "status": "SUCCEEDED",
        "output": value,
        "nextState": "N",
        "inspectionData": dict.fromkeys(steps, value),
    }


@pytest.mark.parametrize("state", [FAIL, {"Type": "Succeed"}])
def test_other_states_show_input_and_input_path(machines, state):
    found = _test(machines, state, {"v": 1}, inspectionLevel="TRACE")
    assert found["inspectionData"] == {"input": {"v": 1}, "afterInputPath": {"v": 1}}


def test_a_mocked_result_goes_through_the_states_fields_and_nothing_is_called(machines, cloud):
    """The queue doesn't exist."""
    state = SEND | {"ResultSelector": {"id.$": "$.MessageId"}, "ResultPath": "$.sent"}
    found = _test(machines, state, {"order": "7"}, mock=_mock({"MessageId": "m"}), inspectionLevel="DEBUG")
    assert (found["status"], found["output"], found["nextState"]) == (
        "SUCCEEDED",
        {"order": "7", "sent": {"id": "m"}},
        "Done",
    )
    assert found["inspectionData"] == {
        "input": {"order": "7"},
        "afterInputPath": {"order": "7"},
        "afterParameters": {"QueueUrl": "q", "MessageBody": "7"},
        "result": {"MessageId": "m"},
        "afterResultSelector": {"id": "m"},
        "afterResultPath": {"order": "7", "sent": {"id": "m"}},
    }
    assert cloud.elapsed == 0


@pytest.mark.parametrize(("retries", "wait_s"), [(0, 1), (4, 16)])
def test_an_error_that_a_retrier_takes_is_retriable_and_says_when(machines, cloud, retries, wait_s):
    configuration = {"retrierRetryCount": retries}
    found = _test(
        machines,
        SEND,
        {"order": "7"},
        mock=_mock(error="Mock"),
        stateConfiguration=configuration,
        inspectionLevel="DEBUG",
    )
    assert (found["status"], found["error"], found["cause"]) == ("RETRIABLE", "Mock", "Mocked.")
    assert found["inspectionData"]["errorDetails"] == {"retryIndex": 1, "retryBackoffIntervalSeconds": wait_s}
    assert cloud.elapsed == 0


def test_an_error_without_retries_left_fails(machines):
    more = {"mock": _mock(error="Mock"), "stateConfiguration": {"retrierRetryCount": 5}, "inspectionLevel": "DEBUG"}
    found = _test(machines, SEND, {"order": "7"}, **more)
    assert (found["status"], found["inspectionData"]["errorDetails"]) == ("FAILED", {"retryIndex": 1})


def test_an_error_that_is_caught_says_by_which_catcher_and_where_it_goes(machines):
    found = _test(machines, CAUGHT, {"order": "7"}, mock=_mock(error="Unknown"), inspectionLevel="DEBUG")
    assert (found["status"], found["error"], found["nextState"]) == ("CAUGHT_ERROR", "Unknown", "B")
    assert found["output"] == {"order": "7", "why": {"Error": "Unknown", "Cause": "Mocked."}}
    assert found["inspectionData"]["errorDetails"] == {"catchIndex": 1}


def test_a_mistake_in_the_parameters_shows_in_spite_of_the_mock(machines):
    found = _test(machines, SEND, {}, mock=_mock({"MessageId": "m"}))
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert found["cause"].startswith(
        "The JSONPath '$.order' specified for the field 'MessageBody.$' could not be found"
    )


def test_a_state_of_a_machine_at_any_depth_with_its_query_language(machines):
    inner = {
        "StartAt": "In",
        "States": {"In": {"Type": "Pass", "Output": "{% $states.context.State.Name %}", "End": True}},
    }
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "P",
        "States": {"P": {"Type": "Parallel", "Branches": [inner], "End": True}},
    }
    found = _test(machines, machine, stateName="In")
    assert found == {"status": "SUCCEEDED", "output": "StateName"}  # so it is called, whatever its name: February 2026
    assert _refusal(machines, machine, stateName="Nowhere") == ("ValidationException", "State not found in definition")


def test_parallel_and_map_run_with_a_mock(machines):
    found = _test(machines, PARALLEL, {"k": 1}, mock=_mock([1, 2]), inspectionLevel="DEBUG")
    assert found["output"] == [1, 2]
    assert found["inspectionData"] == {"input": {"k": 1}, "afterResultSelector": [1, 2], "afterResultPath": [1, 2]}
    found = _test(machines, MAP | {"ItemsPath": "$.v"}, {"v": [3]}, mock=_mock([1]), inspectionLevel="DEBUG")
    assert found["inspectionData"]["afterItemsPath"] == [3]
    assert found["inspectionData"]["maxConcurrency"] == 0
    found = _test(machines, MAP, {"v": [3]}, mock=_mock([1]))
    assert (found["error"], found["cause"]) == ("States.Runtime", 'Reference path "$" must point to array.')


def test_too_many_failed_iterations_exceed_what_is_tolerated(machines):
    more = {"mock": _mock([1, 1, 1]), "inspectionLevel": "DEBUG"}
    state = MAP | {"ToleratedFailureCount": 1}
    assert (
        _test(machines, state, [1, 2, 3], stateConfiguration={"mapIterationFailureCount": 1}, **more)["status"]
        == "SUCCEEDED"
    )
    found = _test(machines, state, [1, 2, 3], stateConfiguration={"mapIterationFailureCount": 2}, **more)
    assert (found["error"], found["cause"]) == (
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
    )
    assert found["inspectionData"]["toleratedFailureCount"] == 1


def test_context_and_variables_are_what_the_call_says(machines):
    state = {
        "Type": "Pass",
        "QueryLanguage": "JSONata",
        "Output": "{% [$v, $states.context.Execution.Name] %}",
        "End": True,
    }
    context = {"Execution": {"Name": "execution-name-12345"}}
    found = _test(machines, state, context=context, variables={"v": 10}, inspectionLevel="DEBUG")
    assert found["output"] == [10, "execution-name-12345"]
    assert found["inspectionData"]["variables"] == {"v": 10}


VALID, PLAIN = "ValidationException", {"mock": _mock({"a": 1})}
REFUSED = [
    (PASS, PLAIN, VALID, "State type 'Pass' is not supported when a mock is specified"),
    (FAIL, {"mock": _mock(error="E")}, VALID, "State type 'Fail' is not supported when a mock is specified"),
    (
        MAP,
        {},
        "InvalidDefinition",
        "TestState API does not support Map or Parallel states. Supported state types include: "
        "[Task, Wait, Pass, Succeed, Fail, Choice]",
    ),
    (
        SEND,
        {"mock": _mock({}) | _mock(error="E")},
        VALID,
        "A test mock should have only one of the following fields: [result, errorOutput].",
    ),
    (
        SEND,
        PLAIN | {"revealSecrets": True},
        VALID,
        "TestState does not support RevealSecrets when a mock is specified.",
    ),
    (SEND, {"mock": {"result": "no JSON"}}, VALID, "Mocked result must be valid JSON"),
    (MAP, PLAIN, VALID, "Mocked result must be an array."),
    (MAP | {"ResultWriter": {}}, {"mock": _mock([1])}, VALID, "Mocked result must be a JSON object."),
    (PARALLEL, PLAIN, VALID, "Mocked result must be an array."),
    (
        PARALLEL,
        {"mock": _mock([1])},
        VALID,
        "Mocked result must contain the same number of items as number of Parallel branches.",
    ),
    (
        MAP,
        {"stateConfiguration": {"mapIterationFailureCount": 1}},
        VALID,
        "TestState does not support MapIterationFailureCount when a mock is not specified.",
    ),
    (
        MAP,
        {"mock": _mock([1]), "stateConfiguration": {"mapIterationFailureCount": 2}},
        VALID,
        "Map iteration failure count must be less than or equal to the number of Map iterations",
    ),
    (SEND, {}, VALID, "RoleArn must be specified when testing a Task state"),
    (
        {"Type": "Nonsense"},
        {},
        "InvalidDefinition",
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: "
        "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/StateName/Type'",
    ),
]


@pytest.mark.parametrize(("definition", "more", "code", "message"), REFUSED)
def test_what_can_not_be_tested_is_refused_in_these_words(machines, definition, more, code, message):
    assert _refusal(machines, definition, **more) == (code, message)


def _task(call):
    return {"Type": "Task", "Resource": f"arn:aws:states:::{call}", "End": True}


SHAPES = [
    ("events:putEvents", {"Entries": {}}, "Field 'Entries' must be an array"),
    ("events:putEvents", {"Entries": [{"EventId": "1"}, {"EventId": 2}]}, "Field 'EventId' must be a string"),
    ("states:startExecution", {"ExecutionArn": "a", "StartDate": True}, "Field 'StartDate' must be a string"),
    ("lambda:invoke", {"StatusCode": "200"}, "Field 'StatusCode' must be a number"),
    ("dynamodb:putItem", {"ConsumedCapacity": {"CapacityUnits": "1"}}, "Field 'CapacityUnits' must be a number"),
    ("aws-sdk:s3:getObject", {"ContentLength": "1"}, "Field 'ContentLength' must be a number"),
    ("aws-sdk:s3:getObject", {"StorageClass": "NONE"}, "Field 'StorageClass' is not an expected value"),
    (
        "aws-sdk:lambda:getFunction",
        {"Configuration": {"MemorySize": 1}},
        "Field 'MemorySize' is less than the minimum value",
    ),
    (
        "aws-sdk:lambda:getFunction",
        {"Configuration": {"MemorySize": 99999}},
        "Field 'MemorySize' exceeds the maximum value",
    ),
]


@pytest.mark.parametrize(("call", "result", "problem"), SHAPES)
def test_a_mocked_result_has_the_shape_of_the_api(machines, call, result, problem):
    for mode in ("STRICT", "PRESENT"):
        told = _refusal(machines, _task(call), mock=_mock(result, fieldValidationMode=mode))
        assert told == (VALID, f"Mock result schema validation error: {problem}")
    found = _test(machines, _task(call), mock=_mock(result, fieldValidationMode="NONE"))
    assert found == {"status": "SUCCEEDED", "output": result}


def test_strict_alone_asks_for_what_is_required_and_nobody_minds_more(machines):
    start = _task("states:startExecution")
    assert _refusal(machines, start, mock=_mock({}))[1].endswith("Required field 'ExecutionArn' is missing")
    assert _test(machines, start, mock=_mock({}, fieldValidationMode="PRESENT"))["output"] == {}
    assert _test(machines, _task("lambda:invoke"), mock=_mock({"random": "json"}))["output"] == {"random": "json"}


def test_a_real_call_needs_no_mock(machines, cloud):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    state = SEND | {"Parameters": {"QueueUrl": queue, "MessageBody": "x"}}
    found = _test(machines, state, roleArn=ROLE, inspectionLevel="DEBUG")
    assert found["status"] == "SUCCEEDED"
    assert found["inspectionData"]["result"]["MessageId"] == found["output"]["MessageId"]


DISTRIBUTED = {"StartAt": "In", "States": BRANCH["States"], "ProcessorConfig": {"Mode": "DISTRIBUTED"}}
BATCHED = {
    "Type": "Map",
    "ItemsPath": "$.v",
    "ItemSelector": {"n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "shop.$": "$.shop"},
    "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"shop.$": "$.shop"}},
    "ItemProcessor": DISTRIBUTED,
    "ToleratedFailurePercentage": 12.5,
    "MaxConcurrency": 3,
    "End": True,
}


def test_a_map_shows_what_each_field_makes_of_its_items(machines):
    found = _test(machines, BATCHED, {"v": [5, 6, 7], "shop": "tea"}, mock=_mock([1]), inspectionLevel="DEBUG")
    items = [{"n": n, "at": at, "shop": "tea"} for at, n in enumerate([5, 6, 7])]
    shown = found["inspectionData"]
    assert shown["afterItemsPath"] == [5, 6, 7]
    assert shown["afterItemSelector"] == items
    assert shown["afterItemBatcher"] == [
        {"BatchInput": {"shop": "tea"}, "Items": items[:2]},
        {"BatchInput": {"shop": "tea"}, "Items": items[2:]},
    ]
    assert (shown["toleratedFailurePercentage"], shown["maxConcurrency"]) == (12.5, 3)
    assert "toleratedFailureCount" not in shown


def test_a_map_without_these_fields_shows_none_of_them(machines):
    found = _test(machines, MAP | {"ItemsPath": "$.v"}, {"v": [3]}, mock=_mock([1]), inspectionLevel="DEBUG")
    assert not {"afterItemSelector", "afterItemBatcher", "afterItemsPointer"} & set(found["inspectionData"])


def test_the_items_show_though_the_map_fails(machines):
    """As recorded: test_state_machine_with_state_error."""
    state = MAP | {"ItemsPath": "$.v", "ToleratedFailureCount": 2}
    found = _test(machines, state, {"v": ["a", "b"]}, mock=_mock(error="Mock"), inspectionLevel="DEBUG")
    assert (found["status"], found["error"]) == ("FAILED", "Mock")
    assert found["inspectionData"] == {
        "input": {"v": ["a", "b"]},
        "afterInputPath": {"v": ["a", "b"]},
        "afterItemsPath": ["a", "b"],
        "maxConcurrency": 0,
        "toleratedFailureCount": 2,
    }


def test_a_mistake_in_an_item_selector_shows_in_spite_of_the_mock(machines):
    found = _test(machines, BATCHED, {"v": [5]}, mock=_mock([1]))
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert "'$.shop' specified for the field 'shop.$' could not be found" in found["cause"]


def test_a_map_in_jsonata_has_no_items_path(machines):
    state = MAP | {
        "QueryLanguage": "JSONata",
        "Items": "{% $states.input.v %}",
        "ItemSelector": {"twice": "{% $states.context.Map.Item.Value * 2 %}"},
    }
    shown = _test(machines, state, {"v": [5, 6]}, mock=_mock([1, 2]), inspectionLevel="DEBUG")["inspectionData"]
    assert shown["afterItemSelector"] == [{"twice": 10}, {"twice": 12}]
    assert "afterItemsPath" not in shown


READER = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}


@pytest.mark.parametrize(
    ("config", "data", "pointer", "items"),
    [
        ({"InputType": "JSON", "ItemsPointer": "/a/b"}, '{"a": {"b": [1, 2]}}', [1, 2], [1, 2]),
        ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "n\n1\n2\n", None, [{"n": "1"}, {"n": "2"}]),
        ({"InputType": "JSONL", "MaxItems": 1}, '{"n": 1}\n{"n": 2}\n', None, [{"n": 1}]),
    ],
)
def test_what_a_reader_would_read_is_told_to_the_test(machines, config, data, pointer, items):
    state = {
        "Type": "Map",
        "ItemReader": READER | {"ReaderConfig": config},
        "ItemSelector": {"item.$": "$$.Map.Item.Value"},
        "ItemProcessor": DISTRIBUTED,
        "End": True,
    }
    more = {"mock": _mock([1]), "inspectionLevel": "DEBUG"}
    shown = _test(machines, state, stateConfiguration={"mapItemReaderData": data}, **more)["inspectionData"]
    assert shown.get("afterItemsPointer") == pointer
    assert shown["afterItemSelector"] == [{"item": item} for item in items]
    assert "afterItemSelector" not in _test(machines, state, **more)["inspectionData"]
    found = _test(machines, state, stateConfiguration={"mapItemReaderData": "{}"}, **more)
    assert found["status"] == ("FAILED" if config["InputType"] == "JSON" else "SUCCEEDED")


def test_the_state_that_caused_an_error_is_one_inside(machines):
    for state in (MAP | {"ItemsPath": "$.v"}, PARALLEL):
        more = {"value": {"v": [1]}, "mock": _mock(error="Mock")}
        found = _test(machines, state, stateConfiguration={"errorCausedByState": "In"}, **more)
        assert (found["status"], found["error"]) == ("FAILED", "Mock")
        told = _refusal(machines, state, stateConfiguration={"errorCausedByState": "StateName"}, **more)
        assert told == (VALID, "State not found in definition")


@pytest.mark.parametrize("machine", [{"States": []}, {"States": {"P": {"Branches": 3}, "Q": 4}}, {}])
def test_a_machine_in_disorder_has_no_states(machines, machine):
    assert _refusal(machines, machine, stateName="P")[0] in ("ValidationException", "InvalidDefinition")


SHOP = "https://shop.example"


def _http(path="/orders"):
    auth = {
        "BasicAuthParameters": {"Username": "me", "Password": "pw"},
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "X-Shop", "Value": "s3cret"}],
            "QueryStringParameters": [{"Key": "v", "Value": "s3cret"}],
            "BodyParameters": [{"Key": "tenant", "Value": "s3cret"}],
        },
    }
    arn = boto3.client("events").create_connection(Name="shop", AuthorizationType="BASIC", AuthParameters=auth)
    parameters = {
        "ApiEndpoint": SHOP + path,
        "Method": "POST",
        "Authentication": {"ConnectionArn": arn["ConnectionArn"]},
        "Headers": {"definitionHeader": "h1"},
        "QueryParameters": {"q": "1"},
        "RequestBody": {"id": 7},
    }
    return {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": parameters, "End": True}


def _traced(machines, state, **more):
    answer = machines.client.test_state(definition=json.dumps(state), roleArn=ROLE, **more)
    return {name: answer["inspectionData"].get(name) for name in ("request", "response")}


def test_an_http_task_shows_its_request_and_its_answer(machines, cloud):
    """In the form of the developer guide's example, test-state-isolation."""
    cloud.downstream(SHOP, handler=lambda request: {"stored": request.json()["id"]})
    found = _traced(machines, _http(), inspectionLevel="TRACE", revealSecrets=True)
    headers = found["request"].pop("headers")
    assert found["request"] == {
        "protocol": "https",
        "method": "POST",
        "url": f"{SHOP}/orders?q=1&v=s3cret",
        "body": '{"id":7,"tenant":"s3cret"}',
    }
    assert headers.startswith("[") and headers.endswith("]")
    assert {"definitionHeader: h1", "Authorization: Basic bWU6cHc=", "X-Shop: s3cret"} <= set(headers[1:-1].split(", "))
    assert "content-type: application/json" in found["response"].pop("headers")[1:-1].split(", ")
    body = found["response"].pop("body")
    assert found["response"] == {"protocol": "https", "statusCode": "200", "statusMessage": "OK"}
    assert json.loads(body) == {"stored": 7}


def test_without_reveal_secrets_what_the_connection_adds_is_left_out(machines, cloud):
    shop = cloud.downstream(SHOP)
    found = _traced(machines, _http(), inspectionLevel="TRACE")
    assert "s3cret" in shop.requests[0].request.url
    assert found["request"]["url"] == f"{SHOP}/orders?q=1"
    assert found["request"]["body"] == '{"id":7}'
    assert "definitionHeader: h1" in found["request"]["headers"]
    assert "s3cret" not in str(found["request"]) and "Basic" not in str(found["request"])


def test_a_call_that_fails_shows_what_there_was(machines, cloud):
    shop = cloud.downstream(SHOP, error_rate=1.0)
    found = _traced(machines, _http(), inspectionLevel="TRACE")
    assert (found["request"]["method"], found["response"]["statusCode"][0]) == ("POST", "5")
    assert len(shop.requests) == 1


@pytest.mark.parametrize("more", [{"inspectionLevel": "DEBUG"}, {"inspectionLevel": "TRACE", "mock": _mock({})}])
def test_only_a_real_call_at_level_trace_has_a_request(machines, cloud, more):
    cloud.downstream(SHOP)
    assert _traced(machines, _http(), **more) == {"request": None, "response": None}


def test_a_pass_state_shows_what_its_parameters_make(machines):
    state = PASS | {"Parameters": {"z.$": "$.a"}, "ResultPath": "$.r"}
    shown = _test(machines, state, {"a": 5}, inspectionLevel="DEBUG")["inspectionData"]
    assert shown["afterParameters"] == shown["afterResultSelector"] == {"z": 5}
    assert shown["afterResultPath"] == {"a": 5, "r": {"z": 5}}


def test_in_jsonata_there_is_no_result_path_to_show(machines):
    """Source: API reference of InspectionData, afterResultPath."""
    state = _task("sqs:sendMessage") | {"QueryLanguage": "JSONata", "Arguments": {"QueueUrl": "q", "MessageBody": "x"}}
    shown = _test(machines, state, mock=_mock({"MessageId": "m"}), inspectionLevel="DEBUG")["inspectionData"]
    assert shown == {"input": {}, "afterArguments": {"QueueUrl": "q", "MessageBody": "x"}}


def test_the_variables_shown_are_those_given_and_those_assigned(machines):
    state = PASS | {"Assign": {"total.$": "$.a", "kept": 2}}
    found = _test(machines, state, {"a": 5}, variables={"y": 1, "kept": 1}, inspectionLevel="DEBUG")
    assert found["inspectionData"]["variables"] == {"y": 1, "kept": 2, "total": 5}


def test_a_mocked_error_may_be_without_a_name(machines):
    assert _test(machines, _task("sqs:sendMessage"), mock={"errorOutput": {}}) == {"status": "FAILED"}


@pytest.mark.parametrize(("share", "status"), [(33, "FAILED"), (34, "SUCCEEDED"), (0.5, "FAILED")])
def test_a_share_of_failures_can_be_too_many(machines, share, status):
    state = BATCHED | {"ToleratedFailurePercentage": share}
    more = {"mock": _mock([1, 2, 3]), "stateConfiguration": {"mapIterationFailureCount": 1}}
    assert _test(machines, state, {"v": [1, 2, 3], "shop": "tea"}, **more)["status"] == status


@pytest.mark.parametrize(
    ("definition", "more"),
    [
        ({"Type": "Pass"}, {}),
        ({"Type": "Task", "Resource": 5, "End": True}, {"mock": _mock({})}),
        ({"Type": "Task", "End": True}, {"mock": _mock({})}),
        (PASS, {"variables": [1]}),
        (PASS, {"context": [1]}),
        (PASS, {"context": {"Execution": 5}}),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_in_a_sentence(machines, definition, more):
    code, message = _refusal(machines, definition, **more)
    assert code in ("ValidationException", "InvalidDefinition") and len(message) > 20
