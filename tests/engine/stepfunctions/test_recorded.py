"""Answers of Step Functions recorded on AWS, August 2023 to November 2024, that are easy to get wrong."""

import json

import boto3
import pytest

from tests.engine.refusals import refused
from tests.engine.stepfunctions import handlers
from tests.engine.stepfunctions.conftest import ROLE

PASS = {"P": {"Type": "Pass", "End": True}}
OTHER = {"P": {"Type": "Pass", "Comment": "other", "End": True}}
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:{}:*"


def text(states):
    return json.dumps({"StartAt": next(iter(states)), "States": states})


def log_to(*groups, level="ALL"):
    to = [{"cloudWatchLogsLogGroup": {"logGroupArn": GROUP.format(group)}} for group in groups]
    return {"level": level, "destinations": to}


# ---------------------------------------------------------------------- revisions and versions, August 2023


def test_a_change_makes_a_revision_and_what_changes_nothing_makes_none(machines):
    machine, states = machines.make(PASS), machines.client
    assert "revisionId" not in states.describe_state_machine(stateMachineArn=machine)
    first = states.update_state_machine(stateMachineArn=machine, definition=text(OTHER))["revisionId"]
    assert states.describe_state_machine(stateMachineArn=machine)["revisionId"] == first
    same = states.update_state_machine(stateMachineArn=machine, definition=text(OTHER), roleArn=ROLE)
    assert same["revisionId"] == first
    assert states.update_state_machine(stateMachineArn=machine, definition=text(PASS))["revisionId"] != first


def test_a_version_keeps_the_revision_that_it_was_made_of(machines):
    machine, states = machines.make(PASS), machines.client
    first = states.update_state_machine(stateMachineArn=machine, definition=text(OTHER))["revisionId"]
    version = states.publish_state_machine_version(stateMachineArn=machine, revisionId=first)["stateMachineVersionArn"]
    second = states.update_state_machine(stateMachineArn=machine, definition=text(PASS))["revisionId"]
    assert states.describe_state_machine(stateMachineArn=version)["revisionId"] == first
    assert refused(states.publish_state_machine_version, stateMachineArn=machine, revisionId=first) == (
        "ConflictException",
        f"Failed to publish the State Machine version for revision {first}. The current State Machine revision is {second}.",
    )


def test_publishing_what_was_published_gives_that_version(machines):
    machine, states = machines.make(PASS, publish=True), machines.client
    for _ in range(2):
        answer = states.update_state_machine(stateMachineArn=machine, publish=True)
        assert answer["stateMachineVersionArn"] == f"{machine}:1"


def test_a_version_can_not_be_changed_nor_tagged(machines):
    version, states = f"{machines.make(PASS, publish=True)}:1", machines.client
    answer = refused(states.update_state_machine, stateMachineArn=version, definition=text(OTHER))
    assert answer == ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{version}'")
    answer = refused(states.tag_resource, resourceArn=version, tags=[{"key": "a", "value": "b"}])
    assert answer == ("ResourceNotFound", f"Resource not found: '{version}'")


def test_an_update_of_nothing(machines):
    code, message = refused(machines.client.update_state_machine, stateMachineArn=machines.make(PASS))
    assert code == "MissingRequiredParameter"
    assert message.startswith("Either the definition, the role ARN,")


# ---------------------------------------------------------------------- the log, June 2024


def test_a_machine_without_a_log_says_so(machines):
    found = machines.client.describe_state_machine(stateMachineArn=machines.make(PASS, loggingConfiguration={}))
    assert found["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}


@pytest.mark.parametrize(
    ("logging", "why"),
    [
        ({"level": "ERROR"}, "Must specify exactly one Log Destination."),
        (log_to("one", "two"), "Must specify exactly one Log Destination."),
        (log_to("gone"), "Log Destination not found."),
    ],
)
def test_a_log_goes_into_one_group_that_is_there(machines, logging, why):
    for group in ("one", "two"):
        boto3.client("logs").create_log_group(logGroupName=group)
    answer = refused(
        machines.client.create_state_machine,
        name="m",
        definition=text(PASS),
        roleArn=ROLE,
        loggingConfiguration=logging,
    )
    assert answer == ("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {why}")
    machine = machines.make(PASS, loggingConfiguration=log_to("one"))
    answer = refused(machines.client.update_state_machine, stateMachineArn=machine, loggingConfiguration=logging)
    assert answer == ("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {why}")


def test_each_line_of_the_log_says_how_often_the_execution_was_redriven(machines, cloud):
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="one")
    failing = {"F": {"Type": "Fail", "Error": "No"}}
    execution = machines.start(machines.make(failing, loggingConfiguration=log_to("one")))
    cloud.run()
    machines.client.redrive_execution(executionArn=execution)
    cloud.run()
    lines = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName="one")["events"]]
    assert {line["redrive_count"] for line in lines if line["type"] == "ExecutionStarted"} == {"0"}
    assert {line["redrive_count"] for line in lines if line["type"] == "ExecutionRedriven"} == {"1"}


# ---------------------------------------------------------------------- aliases, December 2023


def test_an_alias_is_made_again_only_as_it_is(machines):
    machine, states = machines.make(PASS, publish=True), machines.client
    one = [{"stateMachineVersionArn": f"{machine}:1", "weight": 100}]
    first = states.create_state_machine_alias(name="live", routingConfiguration=one)
    assert (
        states.create_state_machine_alias(name="live", routingConfiguration=one)["creationDate"]
        == first["creationDate"]
    )
    code, message = refused(
        states.create_state_machine_alias, name="live", routingConfiguration=one, description="other"
    )
    assert code == "ConflictException"
    assert message.endswith("an alias with the same name and a different routing configuration already exists.")


def test_aliases_are_listed_by_their_making_a_page_at_a_time(machines):
    machine, states = machines.make(PASS, publish=True), machines.client
    one = [{"stateMachineVersionArn": f"{machine}:1", "weight": 100}]
    made = [
        states.create_state_machine_alias(name=name, routingConfiguration=one)["stateMachineAliasArn"]
        for name in ("live", "canary", "next")
    ]
    first = states.list_state_machine_aliases(stateMachineArn=machine, maxResults=2)
    rest = states.list_state_machine_aliases(stateMachineArn=machine, nextToken=first["nextToken"])
    listed = [one["stateMachineAliasArn"] for page in (first, rest) for one in page["stateMachineAliases"]]
    assert listed == made
    assert "nextToken" not in rest
    code, _ = refused(states.list_state_machine_aliases, stateMachineArn=machine, nextToken="nonsense")
    assert code == "InvalidToken"


@pytest.mark.parametrize(
    ("name", "routes", "message"),
    [
        ("live", {"": 100}, "Routing configuration must contain state machine version ARNs. Received: [{0}]"),
        ("123", {":1": 100}, "1 validation error detected: Value '123' at 'name' failed to satisfy constraint: "),
        ("a", {":1": 101}, "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed"),
        ("a", {":1": 70, ":2": 31}, "Sum of routing configuration weights must equal 100. Received: [70, 31]"),
    ],
)
def test_what_an_alias_may_be(machines, name, routes, message):
    machine = machines.make(PASS, publish=True)
    routing = [{"stateMachineVersionArn": machine + version, "weight": weight} for version, weight in routes.items()]
    code, said = refused(machines.client.create_state_machine_alias, name=name, routingConfiguration=routing)
    assert code == "ValidationException"
    assert said.startswith(message.format(machine))


def test_an_alias_that_is_not_there(machines):
    alias, states = f"{machines.make(PASS)}:none", machines.client
    states.delete_state_machine_alias(stateMachineAliasArn=alias)
    code, message = refused(states.update_state_machine_alias, stateMachineAliasArn=alias, description="x")
    assert (code, message) == ("ResourceNotFound", "Request references a resource that does not exist.")


# ---------------------------------------------------------------------- what is asked for, August 2023 to March 2024


def test_a_name_in_place_of_an_arn(machines):
    calls = {
        machines.client.describe_state_machine: "stateMachineArn", machines.client.describe_execution: "executionArn",
        machines.client.describe_activity: "activityArn", machines.client.list_executions: "stateMachineArn",
    }  # fmt: skip
    for call, parameter in calls.items():
        assert refused(call, **{parameter: "orders"}) == ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: orders'")


def test_a_page_is_at_most_so_long_and_machines_come_by_name(machines):
    for name in ("b", "c", "a"):
        machines.make(PASS, name=name)
    pages = machines.client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2})
    assert [[machine["name"] for machine in page["stateMachines"]] for page in pages] == [["a", "b"], ["c"]]
    code, message = refused(machines.client.list_state_machines, maxResults=1001)
    assert code == "ValidationException"
    assert message.endswith(
        "at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"
    )


# ---------------------------------------------------------------------- histories, August 2023 to November 2024


def test_the_context_object_counts_redrives(machines):
    found = machines.run({"P": {"Type": "Pass", "Parameters": {"count.$": "$$.Execution.RedriveCount"}, "End": True}})
    assert found["output"] == {"count": 0}


def test_the_context_object_of_an_express_execution_counts_none(machines, cloud):
    context = {"P": {"Type": "Pass", "Parameters": {"all.$": "$$.Execution"}, "End": True}}
    machine = machines.make(context, type="EXPRESS")
    answer = machines.client.start_sync_execution(stateMachineArn=machine)
    assert "RedriveCount" not in json.loads(answer["output"])["all"]


def test_a_missing_function_is_named_with_its_version(machines):
    missing = "arn:aws:lambda:us-east-1:123456789012:function:missing"
    optimised = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": missing}}
    for number, task in enumerate((optimised, {"Type": "Task", "Resource": missing})):
        found = machines.run({"T": {**task, "End": True}}, name=f"m{number}")
        assert found["cause"].startswith(f"Function not found: {missing}:$LATEST (Service: AWSLambda")


def test_an_activity_that_is_not_there(machines):
    arn = "arn:aws:states:us-east-1:123456789012:activity:none"
    words = refused(machines.client.describe_activity, activityArn=arn)
    assert words == ("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")


@pytest.mark.parametrize(("pattern", "blanks"), [(".sync", " "), (".waitForTaskToken", "  ")])
def test_what_an_express_machine_lacks_has_a_place(machines, pattern, blanks):
    resource = f"arn:aws:states:::states:startExecution{pattern}"
    task = {"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": "a"}, "End": True}
    definition = json.dumps({"StartAt": "T", "States": {"T": task}})
    code, message = refused(
        machines.client.create_state_machine, name="m", definition=definition, roleArn=ROLE, type="EXPRESS"
    )
    assert code == "InvalidDefinition"
    assert message.endswith(f"'{pattern}' service integration{blanks}at /States/T/Resource'")


def test_a_stop_comes_from_outside(machines, cloud):
    execution = machines.start(machines.make({"W": {"Type": "Wait", "Seconds": 60, "End": True}}))
    cloud.run(seconds=5)
    machines.client.stop_execution(executionArn=execution)
    last = machines.history(execution)[-1]
    assert (last["type"], last["previousEventId"]) == ("ExecutionAborted", 0)


def test_a_distributed_map_exits_behind_the_start_of_its_run(machines, cloud):
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P",
        "States": PASS,
    }
    execution = machines.start(machines.make({"M": {"Type": "Map", "ItemProcessor": processor, "End": True}}), [1, 2])
    cloud.run()
    before = {event["type"]: event["previousEventId"] for event in machines.history(execution)}
    assert before["MapRunSucceeded"] == 4
    assert before["MapStateSucceeded"] == 5
    assert before["MapStateExited"] == 4


@pytest.mark.parametrize("items", ["'text'", "$sum"])
def test_items_that_are_no_list_fail_before_the_state_in_one_event(machines, cloud, items):
    each = {"StartAt": "P", "States": PASS}
    states = {"M": {"Type": "Map", "Items": f"{{% {items} %}}", "ItemProcessor": each, "End": True}}
    execution = machines.start(machines.make(states, QueryLanguage="JSONata"))
    cloud.run()
    shown = [(event["type"], event["previousEventId"]) for event in machines.history(execution)]
    assert shown == [
        ("ExecutionStarted", 0), ("MapStateEntered", 0), ("EvaluationFailed", 0), ("MapStateFailed", 3), ("ExecutionFailed", 4),
    ]  # fmt: skip


def test_an_input_that_is_no_list_is_shown(machines, cloud):
    each = {"StartAt": "P", "States": PASS}
    states = {"M": {"Type": "Map", "ItemProcessor": each, "End": True}}
    execution = machines.start(machines.make(states, QueryLanguage="JSONata"), {"a": 1})
    cloud.run()
    (failed,) = [event for event in machines.history(execution) if event["type"] == "EvaluationFailed"]
    cause = failed["evaluationFailedEventDetails"]["cause"]
    assert cause.endswith('Map state input must be an array but was: {"a":1}')


# ---------------------------------------------------------------------- what comes with an answer, February to November 2024


def sent_by(machines, resource, **parameters):
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
    return machines.run({"T": task})["output"]["SdkHttpMetadata"]["HttpHeaders"]


def test_the_headers_of_an_answer_are_the_services_own(machines, cloud):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    headers = sent_by(machines, "sqs:sendMessage", QueueUrl=queue, MessageBody="x")
    assert headers["connection"] == "keep-alive"
    assert headers["Content-Length"] == "106"


def test_those_of_a_topic_belong_to_xml(machines, cloud):
    topic = boto3.client("sns").create_topic(Name="t")["TopicArn"]
    headers = sent_by(machines, "sns:publish", TopicArn=topic, Message="x")
    assert (headers["connection"], headers["Content-Length"]) == ("keep-alive", "294")


def test_those_of_a_function_count_what_its_runtime_wrote(machines, cloud):
    cloud.deploy(handlers.echo)
    headers = sent_by(machines, "lambda:invoke", FunctionName="echo", Payload={"a": 1, "b": 2})
    assert headers["Connection"] == "keep-alive"
    assert headers["Content-Length"] == str(len('{"a": 1, "b": 2}'))
    assert headers["X-Amzn-Trace-Id"].startswith("Root=1-")


# ---------------------------------------------------------------------- what a definition may hold, November 2024 to October 2025


def verdict(machines, definition):
    found = machines.client.validate_state_machine_definition(definition=definition)
    return found["result"], [(one["code"], one["message"], one.get("location")) for one in found["diagnostics"]]


def whole(states, **more):
    return json.dumps({"StartAt": next(iter(states)), "States": states, **more})


def test_what_a_definition_lacks_is_told_with_its_place(machines):
    schema = "SCHEMA_VALIDATION_FAILED"
    assert verdict(machines, "{}") == ("FAIL", [(schema, "These fields are required: [States, StartAt]", "/")])
    assert verdict(machines, json.dumps({"States": PASS})) == (
        "FAIL", [(schema, "These fields are required: [StartAt]", "/")],
    )  # fmt: skip


def test_a_state_widens_the_whole_machines_language_and_does_not_narrow_it(machines):
    each = {"StartAt": "P", "States": {"P": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}}}
    states = {"M": {"Type": "Map", "QueryLanguage": "JSONata", "ItemProcessor": each, "End": True}}
    assert verdict(machines, whole(states)) == ("OK", [])
    narrowed = {"P": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}}
    message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
    assert verdict(machines, whole(narrowed, QueryLanguage="JSONata")) == (
        "FAIL", [("SCHEMA_VALIDATION_FAILED", message, "/States/P")],
    )  # fmt: skip
    assert machines.run(states, [1, 2])["output"] == [1, 2]


@pytest.mark.parametrize(
    "time", ["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z", "{% '2016-03-14T01:59:00Z' %}"]
)
def test_a_timestamp_that_is_none(machines, time):
    states = {"W": {"Type": "Wait", "Timestamp": time, "End": True}}
    message = "String does not match RFC3339 timestamp"
    assert verdict(machines, whole(states)) == (
        "FAIL", [("SCHEMA_VALIDATION_FAILED", message, "/States/W/Timestamp")],
    )  # fmt: skip


def test_an_inline_map_of_jsonata_may_say_what_it_tolerates(machines):
    each = {"StartAt": "P", "States": PASS}
    states = {"M": {"Type": "Map", "Items": [1], "ToleratedFailureCount": 1, "ItemProcessor": each, "End": True}}
    assert machines.run(states, QueryLanguage="JSONata")["output"] == [1]


# ---------------------------------------------------------------------- tasks, May 2023 to March 2024


def test_a_result_that_is_too_large_is_caught_with_all_others(machines, cloud):
    arn = cloud.deploy(handlers.large)
    caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}], "End": True}
    for task in (
        {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": arn}},
        {"Resource": arn},
    ):
        states = {"T": {"Type": "Task", **task, **caught}, "D": {"Type": "Pass", "End": True}}
        found = machines.run(states, name=f"m{len(task)}")
        assert found["output"]["Error"] == "States.DataLimitExceeded"


def test_null_is_nothing_to_the_service_that_is_called(machines, cloud):
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    sent = {"QueueUrl": queue, "MessageBody.$": "$.body"}
    put = {"TableName": "orders", "Item.$": "$.body"}
    wanted = {
        "sqs:sendMessage": (
            sent,
            "SQS.AmazonSQSException",
            "The request must contain the parameter MessageBody. (Service",
        ),
        "dynamodb:putItem": (
            put,
            "DynamoDB.AmazonDynamoDBException",
            "1 validation error detected: Value null at 'item'",
        ),
    }
    for resource, (parameters, error, cause) in wanted.items():
        task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
        execution = machines.start(machines.make({"T": task}, name=resource.replace(":", "-")), {"body": None})
        cloud.run()
        assert machines.types(execution)[-2:] == ["TaskFailed", "ExecutionFailed"]
        found = machines.look(execution)
        assert found["error"] == error and found["cause"].startswith(cause)
