"""A delivery that no policy allows is named in every lab: with what was seen where it was refused, else when all else is well."""

import boto3
import pytest

from sevenways.checks import trial
from sevenways.checks.registry import Observation

MISSING = "sns.amazonaws.com has no statement that allows lambda:InvokeFunction on greet"


def greet(event, context):
    print("hello")


def publish(cloud):
    """A topic whose subscriber lets nobody in."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="users")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=cloud.deploy(greet))
    sns.publish(TopicArn=topic, Message="ann")
    trial.run(cloud)


def seen(sentence="", invited=False, **options):
    """What a trial says in which the topic told its subscriber, and then this was seen."""
    try:
        with trial.lab_cloud(**options) as cloud:
            if invited:
                cloud.deploy(greet)
                trial.let_in("greet", "sns.amazonaws.com")
            publish(cloud)
            trial.observe(not sentence, sentence)
    except Observation as observation:
        return str(observation)
    return "all is well"


def test_where_everything_goes_through_the_policy_is_named_when_there_is_nothing_else_to_say():
    assert seen() == f"all is well here; AWS would refuse to deliver: {MISSING}"
    assert seen("nobody was greeted") == "nobody was greeted"
    assert seen(invited=True) == "all is well"


def test_where_it_was_refused_the_policy_is_named_with_what_was_seen():
    assert seen("nobody was greeted", strict_permissions=True) == f"nobody was greeted; {MISSING}"
    assert seen("nobody was greeted", strict_permissions=True, invited=True) == "nobody was greeted"


def test_a_sentence_that_names_the_policy_is_left_as_it_is():
    said = "greet was refused: sns.amazonaws.com may not lambda:InvokeFunction on greet: no policy allows it"
    assert seen(said, strict_permissions=True) == said


@pytest.mark.parametrize("strict", [True, False])
def test_a_check_with_a_stage_of_its_own_for_policies_is_told_nothing(strict):
    assert seen(policies=False, strict_permissions=strict) == "all is well"
    assert seen("nobody was greeted", policies=False, strict_permissions=strict) == "nobody was greeted"
