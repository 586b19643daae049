"""Distributed Maps: where items come from, batches, what is tolerated, children as executions, where results go, redrives."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.stepfunctions import handlers

PASS = {"P": {"Type": "Pass", "End": True}}


def distributed(states=PASS, type="STANDARD", **more):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": type}
    processor = {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}
    return {"M": {"Type": "Map", "ItemProcessor": processor, "End": True, **more}}


def fails_below_zero(seconds=1):
    """Waits, then fails if the item is negative."""
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 0, "Next": "F"}], "Default": "Done"}
    return {
        "W": {"Type": "Wait", "Seconds": seconds, "Next": "C"},
        "C": choice,
        "F": {"Type": "Fail", "Error": "Negative", "Cause": "less than nothing"},
        "Done": {"Type": "Pass", "End": True},
    }


@pytest.fixture
def s3():
    client = boto3.client("s3")
    client.create_bucket(Bucket="orders")
    return client


def reader(key=None, resource="getObject", **config):
    parameters = {"Bucket": "orders", **({"Key": key} if key else {})}
    told = {"Resource": f"arn:aws:states:::s3:{resource}", "Parameters": parameters}
    return told | ({"ReaderConfig": config} if config else {})


def children(machines, found):
    run = machines.client.list_map_runs(executionArn=found["executionArn"])["mapRuns"][0]["mapRunArn"]
    return run, machines.client.list_executions(mapRunArn=run)["executions"]


# ------------------------------------------------------------------ items


@pytest.mark.parametrize(
    ("body", "config", "items"),
    [
        ('[{"n": 1}, {"n": 2}]', {"InputType": "JSON"}, [{"n": 1}, {"n": 2}]),
        ('{"a": {"b": [1, 2, 3]}}', {"InputType": "JSON", "ItemsPointer": "/a/b", "MaxItems": 2}, [1, 2]),
        ('{"n": 1}\n{"n": 2}\n', {"InputType": "JSONL"}, [{"n": 1}, {"n": 2}]),
        ("id,name\n1,x\n", {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, [{"id": "1", "name": "x"}]),
        (
            "1;x\n2;y",
            {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["id", "n"], "CSVDelimiter": "SEMICOLON"},
            [{"id": "1", "n": "x"}, {"id": "2", "n": "y"}],
        ),
    ],
    ids=["json", "pointer", "jsonl", "csv", "given headers"],
)
def test_items_come_from_an_object_in_s3(machines, s3, body, config, items):
    s3.put_object(Bucket="orders", Key="items", Body=body)
    assert machines.run(distributed(ItemReader=reader("items", **config)))["output"] == items


def test_items_can_be_the_objects_of_a_bucket(machines, s3):
    for key in ("a", "b"):
        s3.put_object(Bucket="orders", Key=key, Body="x")
    output = machines.run(distributed(ItemReader=reader(resource="listObjectsV2")))["output"]
    assert [(item["Key"], item["Size"], item["LastModified"]) for item in output] == [
        ("a", 1, 1893456000),
        ("b", 1, 1893456000),
    ]


@pytest.mark.parametrize("body", [None, "7", "{"], ids=["missing", "no array", "no json"])
def test_a_source_that_cannot_be_read_is_item_reader_failed(machines, s3, body):
    if body:
        s3.put_object(Bucket="orders", Key="items", Body=body)
    catch = [{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "Done"}]
    states = distributed(ItemReader=reader("items", InputType="JSON"), Catch=catch) | {"Done": {"Type": "Succeed"}}
    found = machines.run(states)
    assert found["output"]["Error"] == "States.ItemReaderFailed"
    assert "MapRunFailed" in machines.types(found["executionArn"])


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ItemReader": reader("k", InputType="MANIFEST")}, "InputType MANIFEST is not modelled here"),
        ({"ItemBatcher": {"BatchInput": {}}}, "ItemBatcher needs MaxItemsPerBatch or MaxInputBytesPerBatch"),
        ({"ToleratedFailurePercentage": 150}, "ToleratedFailurePercentage must be between 0 and 100"),
        ({"ResultWriter": {}}, "ResultWriter needs WriterConfig, or Resource and Parameters"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(machines, fields, sentence):
    with pytest.raises(ClientError, match=sentence):
        machines.make(distributed(**fields))


def test_fields_of_a_distributed_map_are_refused_in_an_inline_one(machines):
    states = {
        "M": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "P", "States": PASS},
            "ItemBatcher": {"MaxItemsPerBatch": 2},
            "End": True,
        }
    }
    with pytest.raises(ClientError, match="ItemBatcher is a field of a distributed Map"):
        machines.make(states)


def test_the_selector_sees_the_item_its_index_and_the_states_input(machines):
    selector = {"n.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value", "shop.$": "$.shop"}
    output = machines.run(distributed(ItemsPath="$.items", ItemSelector=selector), {"items": ["a"], "shop": 7})[
        "output"
    ]
    assert output == [{"n": 0, "item": "a", "shop": 7}]


# ------------------------------------------------------------------ batches


def test_a_batch_has_so_many_items_and_the_input_of_the_batch(machines):
    batcher = {"MaxItemsPerBatchPath": "$.size", "BatchInput": {"shop.$": "$.shop"}}
    found = machines.run(
        distributed(ItemsPath="$.items", ItemBatcher=batcher), {"items": [1, 2, 3], "shop": 7, "size": 2}
    )
    shared = {"BatchInput": {"shop": 7}}
    assert found["output"] == [{**shared, "Items": [1, 2]}, {**shared, "Items": [3]}]
    run, listed = children(machines, found)
    counts = machines.client.describe_map_run(mapRunArn=run)
    assert (counts["itemCounts"]["succeeded"], counts["executionCounts"]["succeeded"]) == (3, 2)
    assert [child["itemCount"] for child in listed] == [1, 2]


def test_a_batch_has_so_many_bytes(machines):
    # {"Items":["aaaa","bbbb"]} has 25 bytes
    batcher = {"MaxInputBytesPerBatch": 25, "MaxItemsPerBatch": 10}
    items = ["aaaa", "bbbb", "cccc", "d" * 50]
    output = machines.run(distributed(ItemsPath="$.items", ItemBatcher=batcher), {"items": items})["output"]
    assert [batch["Items"] for batch in output] == [["aaaa", "bbbb"], ["cccc"], ["d" * 50]]


def test_jsonata_says_how_large_a_batch_is(machines):
    batcher = {"MaxItemsPerBatch": "{% $states.input.size %}", "BatchInput": {"shop": "{% $states.input.shop %}"}}
    states = distributed(Items="{% $states.input.items %}", ItemBatcher=batcher)
    output = machines.run(states, {"items": [1, 2, 3], "size": 2, "shop": 7}, QueryLanguage="JSONata")["output"]
    assert output == [{"BatchInput": {"shop": 7}, "Items": [1, 2]}, {"BatchInput": {"shop": 7}, "Items": [3]}]


@pytest.mark.parametrize("more", [{}, {"ItemBatcher": {"MaxItemsPerBatch": 2}}], ids=["items", "batches"])
def test_no_items_have_no_children(machines, more):
    found = machines.run(distributed(ItemsPath="$.items", **more), {"items": []})
    assert (found["status"], found["output"]) == ("SUCCEEDED", [])


# ------------------------------------------------------------------ failures


def test_the_first_failure_too_many_stops_the_others(machines, cloud):
    states = {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 0, "Next": "F"}], "Default": "W"}
    }
    states |= {"F": {"Type": "Fail", "Error": "Negative"}, "W": {"Type": "Wait", "SecondsPath": "$", "End": True}}
    found = machines.run(distributed(states, MaxConcurrency=2), [500, -1, 500])
    assert (found["error"], cloud.elapsed) == ("States.ExceedToleratedFailureThreshold", 0)
    run, _ = children(machines, found)
    described = machines.client.describe_map_run(mapRunArn=run)
    counts = described["itemCounts"]
    assert described["status"] == "FAILED"
    assert (counts["failed"], counts["aborted"], counts["pending"], counts["total"]) == (1, 1, 1, 3)


@pytest.mark.parametrize(
    ("tolerated", "items", "status"),
    [
        ({"ToleratedFailureCount": 1}, [1, -1, 1], "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, [-1, -1, 1], "FAILED"),
        ({"ToleratedFailurePercentage": 50}, [-1, -1, 1, 1], "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 50}, [-1, -1, -1, 1], "FAILED"),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 25}, [-1, -1, 1, 1], "FAILED"),
        ({"ToleratedFailureCountPath": "$[3]"}, [1, -1, -1, 2], "SUCCEEDED"),
    ],
)
def test_failures_are_tolerated_up_to_a_count_and_a_share(machines, tolerated, items, status):
    assert machines.run(distributed(fails_below_zero(), **tolerated), items)["status"] == status


def test_a_tolerated_failure_is_told_among_the_results(machines):
    output = machines.run(distributed(fails_below_zero(), ToleratedFailureCount=1), [1, -2])["output"]
    assert output[0] == 1
    assert {name: output[1][name] for name in ("Status", "Error", "Input")} == {
        "Status": "FAILED",
        "Error": "Negative",
        "Input": "-2",
    }


def test_an_express_child_has_five_minutes_and_no_history(machines, cloud):
    states = {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}
    found = machines.run(distributed(states, type="EXPRESS", ToleratedFailureCount=1), [1, 400])
    assert (found["status"], cloud.elapsed) == ("SUCCEEDED", 300)
    run, (second, _) = children(machines, found)
    assert (second["status"], ":express:machine/" in second["executionArn"]) == ("TIMED_OUT", True)
    assert machines.client.describe_map_run(mapRunArn=run)["itemCounts"]["timedOut"] == 1
    with pytest.raises(ClientError) as refused:
        machines.client.get_execution_history(executionArn=second["executionArn"])
    assert refused.value.response["Error"]["Code"] == "InvalidArn"


# ------------------------------------------------------------------ children


def test_a_child_is_an_execution_with_its_own_ids_and_history(machines, cloud):
    states = {"P": {"Type": "Pass", "Parameters": {"me.$": "$$.Execution.Id"}, "End": True}}
    found = machines.run(distributed(states, Label="orders"), ["a"])
    _, (child,) = children(machines, found)
    assert child["executionArn"].startswith("arn:aws:states:us-east-1:123456789012:execution:machine/orders:")
    assert found["output"] == [{"me": child["executionArn"]}]
    described = machines.look(child["executionArn"])
    assert (described["status"], described["input"]) == ("SUCCEEDED", '"a"')
    assert machines.types(child["executionArn"]) == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    steps = [
        event.detail for event in cloud.trace.of_kind(Kind.ENTERED) if event.detail.execution == child["executionArn"]
    ]
    assert [step.type for step in steps] == ["Execution", "Pass"]


def test_concurrency_can_be_raised_while_it_runs(machines, cloud):
    states = {"W": {"Type": "Wait", "Seconds": 10, "End": True}}
    execution = machines.start(machines.make(distributed(states, MaxConcurrency=1)), [1, 2, 3, 4])
    cloud.run(seconds=15)
    run = machines.client.list_map_runs(executionArn=execution)["mapRuns"][0]["mapRunArn"]
    machines.client.update_map_run(mapRunArn=run, maxConcurrency=10)
    cloud.run()
    assert (machines.look(execution)["status"], cloud.elapsed) == ("SUCCEEDED", 25)


def test_stopping_the_execution_stops_its_children(machines, cloud):
    states = {"W": {"Type": "Wait", "Seconds": 100, "End": True}}
    execution = machines.start(machines.make(distributed(states)), [1, 2])
    cloud.run(seconds=10)
    machines.client.stop_execution(executionArn=execution)
    cloud.run()
    assert cloud.elapsed == 10
    run, listed = children(machines, {"executionArn": execution})
    assert [child["status"] for child in listed] == ["ABORTED", "ABORTED"]
    assert machines.client.describe_map_run(mapRunArn=run)["status"] == "ABORTED"


# ------------------------------------------------------------------ results


def writer(**config):
    told = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "orders", "Prefix": "out"}}
    return told | ({"WriterConfig": config} if config else {})


def read(s3, key):
    return s3.get_object(Bucket="orders", Key=key)["Body"].read().decode()


def test_results_are_written_to_s3_with_a_manifest(machines, s3):
    found = machines.run(distributed(fails_below_zero(), ToleratedFailureCount=1, ResultWriter=writer()), [1, -2, 3])
    details = found["output"]["ResultWriterDetails"]
    manifest = json.loads(read(s3, details["Key"]))
    assert details["Key"] == f"out/{found['output']['MapRunArn'].rpartition(':')[2]}/manifest.json"
    succeeded, failed = (
        json.loads(read(s3, manifest["ResultFiles"][name][0]["Key"])) for name in ("SUCCEEDED", "FAILED")
    )
    assert [each["Output"] for each in succeeded] == ["1", "3"]
    assert [(each["Input"], each["Error"]) for each in failed] == [("-2", "Negative")]
    assert manifest["ResultFiles"]["PENDING"] == []


def test_a_map_run_that_fails_writes_its_results_too(machines, s3):
    found = machines.run(distributed(fails_below_zero(), MaxConcurrency=1, ResultWriter=writer()), [1, -2, 3])
    assert found["status"] == "FAILED"
    keys = [each["Key"].rpartition("/")[2] for each in s3.list_objects_v2(Bucket="orders")["Contents"]]
    assert keys == ["FAILED_0.json", "PENDING_0.json", "SUCCEEDED_0.json", "manifest.json"]


@pytest.mark.parametrize(
    ("config", "body"),
    [
        ({"Transformation": "COMPACT", "OutputType": "JSON"}, "[[1,2],[3]]"),
        ({"Transformation": "FLATTEN", "OutputType": "JSONL"}, "1\n2\n3"),
    ],
)
def test_results_are_transformed_as_asked(machines, s3, config, body):
    machines.run(distributed(ResultWriter=writer(**config)), [[1, 2], [3]])
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="orders")["Contents"]]
    assert read(s3, next(key for key in keys if "SUCCEEDED" in key)) == body
    states = distributed(ResultWriter={"WriterConfig": {"Transformation": "FLATTEN"}})
    assert machines.run(states, [[1, 2], [3]], name="here")["output"] == [1, 2, 3]


def test_a_bucket_that_is_missing_is_result_writer_failed(machines):
    assert machines.run(distributed(ResultWriter=writer()), [1])["error"] == "States.ResultWriterFailed"


# ------------------------------------------------------------------ redrives


def test_a_redrive_redrives_the_children_that_did_not_succeed_in_the_same_map_run(machines, cloud):
    call = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:echo", "End": True}
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 0, "Next": "Call"}], "Default": "Done"}
    states = {"C": choice, "Call": call, "Done": {"Type": "Pass", "End": True}}
    execution = machines.start(machines.make(distributed(states, MaxConcurrency=1)), [1, -2, 3])
    cloud.run()
    run, before = children(machines, {"executionArn": execution})
    assert len(before) == 2
    cloud.deploy(handlers.echo)
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    assert machines.look(execution)["output"] == [1, -2, 3]
    same, after = children(machines, {"executionArn": execution})
    assert (same, [child["redriveCount"] for child in after]) == (run, [0, 1, 0])
    described = machines.client.describe_map_run(mapRunArn=run)
    assert (described["status"], described["redriveCount"]) == ("SUCCEEDED", 1)
    assert "MapRunRedriven" in machines.types(execution)
    child = after[1]["executionArn"]
    assert [each for each in machines.types(child) if each.startswith("Execution")] == [
        "ExecutionStarted",
        "ExecutionFailed",
        "ExecutionRedriven",
        "ExecutionSucceeded",
    ]
