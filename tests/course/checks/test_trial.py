"""What judges are built from, in a real Cloud: holes, refusals, exceptions in handlers, systems that never rest."""

import boto3
import pytest

from motoclock.world import current_world
from sevenways import Cloud
from sevenways.checks import trial
from sevenways.checks.registry import NotAttempted, Observation, Registry
from sevenways.checks.verdict import judge


def drain(options, handler):
    """A judge: ten orders, each handled once, by a mapping."""
    with trial.lab_cloud(seed=1) as cloud:
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        trial.deploy(cloud, handler, name="charge")
        mapping = boto3.client("lambda").create_event_source_mapping
        trial.submit("the mapping", mapping, trial.attempt(options), EventSourceArn=arn, FunctionName="charge")
        for n in range(10):
            sqs.send_message(QueueUrl=queue, MessageBody=f"order-{n}")
        trial.run(cloud, seconds=60)
        errors = trial.failures_of(cloud, "charge")
        trial.observe(not errors, f"charge raised {', '.join(errors)}")
        runs = len(trial.runs_of(cloud, "charge"))
        trial.observe(runs < 10, f"charge ran {runs} times: one order a batch is too slow.")


@pytest.fixture
def said():
    registry = Registry()
    registry.register("lab01.drain", takes=("options", "handler"), hints=("a", "b"))(drain)
    return lambda *answers: judge(registry, "lab01.drain", answers).line


def fives():
    return {"BatchSize": 5}


def charge(event, context):
    print(len(event["Records"]))


def raises(event, context):
    return event["Recods"]


def unfinished(event, context):
    raise NotImplementedError


def unfinished_options():
    raise NotImplementedError


def test_a_right_answer(said):
    assert said(fives, charge) == "✓ lab01.drain"


def test_a_hole_inside_a_deployed_handler_is_not_attempted(said):
    assert said(fives, unfinished) == "– lab01.drain: not attempted."


def test_a_hole_in_a_function_or_its_result_is_not_attempted(said):
    assert said(unfinished_options, charge) == "– lab01.drain: not attempted."
    assert said(lambda: ..., charge) == "– lab01.drain: not attempted."


def test_what_aws_refuses_is_an_observation(said):
    assert said(lambda: {"BatchSize": 100}, charge).startswith(
        "✗ lab01.drain: the mapping was refused: InvalidParameterValueException: "
    )
    assert "the mapping was refused: ParamValidationError" in said(lambda: {"BatchSise": 5}, charge)
    assert "the mapping needs a dict of arguments, and got a list" in said(lambda: [5], charge)


def test_the_exception_of_a_handler_is_part_of_the_sentence(said):
    assert said(fives, raises) == "✗ lab01.drain: charge raised KeyError: 'Recods'."


def test_an_invariant_that_breaks_is_an_observation(said):
    assert (
        said(lambda: {"BatchSize": 1}, charge) == "✗ lab01.drain: charge ran 10 times: one order a batch is too slow."
    )


def test_the_learners_world_and_clients_are_untouched(said):
    with Cloud() as mine:
        sqs = boto3.client("sqs")
        sqs.create_queue(QueueName="mine")
        said(fives, charge)
        assert [url.rsplit("/")[-1] for url in sqs.list_queues()["QueueUrls"]] == ["mine"]
        assert current_world().cloud is mine


def test_a_judge_that_raises_leaves_no_world_behind(said):
    assert "✗" in said(lambda: {"BatchSize": 100}, charge)
    assert current_world() is None


def test_a_learners_exception_names_the_function_and_the_line():
    def options():
        return 1 / 0

    with pytest.raises(
        Observation, match=r"options raised ZeroDivisionError: division by zero \(line \d+: return 1 / 0\)"
    ):
        trial.attempt(options)
    with pytest.raises(Observation, match="a function was expected, and this is a dict"):
        trial.attempt({})
    with pytest.raises(NotAttempted):
        trial.attempt(...)


def names_the_first(event, context):
    return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_a_report_that_nobody_reads_is_told_with_what_was_seen(said):
    ones = {"BatchSize": 1}
    assert said(lambda: ones, names_the_first) == (
        "✗ lab01.drain: charge ran 10 times: one order a batch is too slow; "
        "the mapping of charge does not read its batchItemFailures: it has no ReportBatchItemFailures."
    )
    assert "batchItemFailures" not in said(
        lambda: {**ones, "FunctionResponseTypes": ["ReportBatchItemFailures"]}, names_the_first
    )
    assert said(fives, names_the_first) == "✓ lab01.drain", "where all is well otherwise, the check's own words count"


def again(event, context):
    import boto3

    boto3.client("sqs").send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/loop", MessageBody="x")


def test_a_system_that_never_rests_is_an_observation(monkeypatch):
    monkeypatch.setattr("motoclock.cloud._MOST_INVOCATIONS", 10)  # before loop detection would end it
    with trial.lab_cloud() as cloud:
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="loop")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        cloud.deploy(again)
        boto3.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="again")
        sqs.send_message(QueueUrl=queue, MessageBody="x")
        with pytest.raises(Observation, match="the system never came to rest: work "):
            trial.run(cloud)
