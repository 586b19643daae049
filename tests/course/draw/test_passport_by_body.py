"""A message may be named by its body or a word of it, as long as one life has it; an execution by its ARN, its name or its input."""

import json

import boto3
import pytest

from motoclock import Cloud
from motoclock.trace import Redriven, Sent
from sevenways.draw import passport
from tests.course.draw.stories import DLQ, QUEUE, Story


def test_a_message_is_found_by_its_body():
    story = Story()
    story.send(0, "id-1", label="order-0")
    story.send(0, "id-2", label="order-1")
    assert passport(story.trace(), "order-1").text.startswith("Passport of order-1 (message id-2)")


def test_two_messages_with_one_body_are_a_question():
    story = Story()
    story.send(0, "id-1", label="order-0")
    story.send(1, "id-2", label="order-0")
    assert passport(story.trace(), "order-0").text == '2 messages have the body "order-0".'


def test_a_redriven_message_is_one_life():
    story = Story()
    story.send(0, "id-1", label="order-0")
    story.dead_letter(1, ["id-1"], 3)
    story.tell(2, Redriven(QUEUE, 3, "move task", "id-2"), DLQ, "id-1")
    story.tell(2, Sent("order-0", 100, origins=("id-1",)), QUEUE, "id-2")
    assert passport(story.trace(), "order-0").text.startswith("Passport of order-0 (message id-1)")


def test_an_unknown_text_is_a_sentence():
    story = Story()
    story.send(0, "id-1", label="order-0")
    assert passport(story.trace(), "order-7").text == 'No message has the id or the body "order-7".'


def test_a_word_inside_a_body_names_an_order():
    story = Story()
    story.send(0, "id-1", label='{"order": "order-3", "total": 5}')
    story.send(0, "id-2", label='{"order": "order-30"}')
    assert "(message id-1)" in passport(story.trace(), order="order-3").text.splitlines()[0]
    assert passport(story.trace(), order="order-7").text == 'No message has the word "order-7".'


def test_many_messages_with_one_word_are_a_question():
    story = Story()
    story.send(0, "id-1", label='{"order": "order-3"}')
    story.send(1, "id-2", label='{"order": "order-3"}')
    assert passport(story.trace(), order="order-3").text == '2 messages have the word "order-3".'


def saga(states: dict) -> str:
    arn = "arn:aws:iam::123456789012:role/saga"
    machine = {
        "name": "saga",
        "definition": json.dumps({"StartAt": next(iter(states)), "States": states}),
        "roleArn": arn,
    }
    return boto3.client("stepfunctions").create_state_machine(**machine)["stateMachineArn"]


@pytest.mark.parametrize("asked", [{}, {"message": ""}, {"order": ""}])
def test_nobody_in_particular_has_none(asked):
    assert passport(Story().trace(), **asked).text == (
        "A passport is that of one message: give its id, its body, or a word of it as order=."
    )


def test_an_execution_that_a_cell_started_has_a_passport():
    """By its ARN, its name and a word of its input: each state it entered, and how it ended."""
    with Cloud() as cloud:
        machine = saga(
            {"Rest": {"Type": "Wait", "Seconds": 5, "Next": "No"}, "No": {"Type": "Fail", "Error": "Declined"}}
        )
        client = boto3.client("stepfunctions")
        started = client.start_execution(stateMachineArn=machine, name="third", input=json.dumps({"order": "order-3"}))
        client.start_execution(stateMachineArn=machine, name="fourth", input=json.dumps({"order": "order-4"}))
        cloud.run()
        texts = {
            passport(cloud.trace, started["executionArn"]).text,
            passport(cloud.trace, "third").text,
            passport(cloud.trace, order="order-3").text,
        }
        (text,) = texts
        assert text.startswith("Passport of order-3 (execution third)\nIn the end an execution of saga failed.")
        assert "Rest" in text and "Declined" in text and "fourth" not in text
