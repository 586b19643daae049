"""Status changes of executions on the default bus. Fields as recorded in February 2024."""

import json

import boto3

FIELDS = {
    "executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate", "input", "output", "stateMachineVersionArn",
    "stateMachineAliasArn", "redriveCount", "redriveDate", "redriveStatus", "redriveStatusReason", "inputDetails", "outputDetails",
    "error", "cause",
}  # fmt: skip
PATTERN = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}


def _watch(pattern=PATTERN):
    """A queue behind a rule for status changes."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    url = sqs.create_queue(QueueName="seen")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule = events.put_rule(Name="status", EventPattern=json.dumps(pattern))["RuleArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Condition": {"ArnEquals": {"aws:SourceArn": rule}}}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(Rule="status", Targets=[{"Id": "q", "Arn": arn}])
    return url


def _seen(url):
    found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
    return sorted(
        (json.loads(message["Body"]) for message in found), key=lambda event: event["detail"]["stopDate"] or 0
    )


def test_a_start_and_an_end_are_events_with_all_fields(machines, cloud):
    url = _watch()
    machine = machines.make({"W": {"Type": "Wait", "Seconds": 5, "End": True}})
    execution = machines.start(machine, {"n": 1}, name="order-3")
    cloud.run()
    started, ended = _seen(url)
    assert (started["source"], started["detail-type"], started["resources"]) == (
        "aws.states",
        "Step Functions Execution Status Change",
        [execution],
    )
    assert {*started["detail"]} == {*ended["detail"]} == FIELDS
    begun = 1_893_456_000_000  # the Cloud opens with 2030
    assert started["detail"] == {
        **dict.fromkeys(FIELDS),
        "executionArn": execution,
        "stateMachineArn": machine,
        "name": "order-3",
        "status": "RUNNING",
        "startDate": begun,
        "input": '{"n": 1}',
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is RUNNING and cannot be redriven",
        "inputDetails": {"included": True},
    }
    assert ended["detail"] == started["detail"] | {
        "status": "SUCCEEDED",
        "stopDate": begun + 5000,
        "output": '{"n":1}',
        "outputDetails": {"included": True},
        "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    }


def test_a_rule_may_ask_for_failures_of_one_machine(machines, cloud):
    url = _watch(PATTERN | {"detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]}})
    machines.start(machines.make({"F": {"Type": "Fail", "Error": "NoStock", "Cause": "none left"}}))
    machines.start(machines.make({"P": {"Type": "Pass", "End": True}}, name="other"))
    cloud.run()
    (event,) = _seen(url)
    told = event["detail"]
    assert (told["status"], told["error"], told["cause"], told["redriveStatus"]) == (
        "FAILED",
        "NoStock",
        "none left",
        "REDRIVABLE",
    )


def test_express_executions_say_nothing(machines, cloud):
    url = _watch()
    machines.start(machines.make({"P": {"Type": "Pass", "End": True}}, type="EXPRESS"))
    cloud.run()
    assert _seen(url) == []


def test_without_a_rule_nothing_is_written_about_the_bus(machines, cloud):
    boto3.client("events").put_rule(Name="orders", EventPattern='{"source": ["shop"]}')
    machines.run({"P": {"Type": "Pass", "End": True}})
    assert not [event for event in cloud.trace if "event-bus" in event.resource]


def test_long_data_are_left_out(machines, cloud):
    """Documented: the input goes when both together are over 248 KiB."""
    url = _watch()
    states = {"P": {"Type": "Pass", "Result": "y", "End": True}}
    machines.start(machines.make(states), "x" * 253_952)
    cloud.run()
    started, ended = _seen(url)
    for event in (started, ended):
        assert (event["detail"]["input"], event["detail"]["inputDetails"]) == (None, {"included": False})
    assert ended["detail"]["output"] == '"y"'
