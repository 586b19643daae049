"""An execution as it ran: which state ended how, how often it was tried, and the way that was taken."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import boto3
import pytest

from sevenways.cloud import Cloud
from sevenways.draw.execution import execution
from sevenways.draw.states_run import Fate, Step, read_states_run

from . import handlers

ROLE = "arn:aws:iam::123456789012:role/marigold"


def function(name):
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def task(name, **more):
    return {"Type": "Task", "Resource": function(name), **more}


AGAIN = [{"ErrorEquals": ["ConnectionError"], "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 2}]
CAUGHT = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Undo"}]
SAGA = {
    "StartAt": "Reserve",
    "States": {
        "Undo": task("works", End=True),
        "Reserve": task("works", Next="Pack"),
        "Pack": task("breaks", Next="Never", Catch=CAUGHT, Retry=AGAIN),
        "Never": {"Type": "Pass", "End": True},
    },
}


def start(machine, given=None, name="one"):
    steps = boto3.client("stepfunctions")
    arn = steps.create_state_machine(name="m", definition=json.dumps(machine), roleArn=ROLE)["stateMachineArn"]
    return steps.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given or {}))["executionArn"]


@pytest.fixture
def cloud():
    with Cloud(seed=1) as cloud:
        cloud.deploy(handlers.works)
        cloud.deploy(handlers.breaks)
        cloud.deploy(handlers.breaks_at_seven)
        yield cloud


def states(run):
    return {state.name: state for state in run.states}


def test_a_caught_failure_with_its_retries_and_the_way_that_was_taken(cloud):
    start(SAGA)
    cloud.run()
    run = read_states_run(cloud.trace, SAGA, "one", cloud.elapsed)
    found = states(run)
    assert list(found) == ["Reserve", "Pack", "Never", "Undo"]  # from the start on, whatever the definition's order
    assert {name: state.fate for name, state in found.items()} == {
        "Reserve": Fate.PASSED,
        "Pack": Fate.CAUGHT,
        "Never": Fate.NEVER,
        "Undo": Fate.PASSED,
    }
    pack = found["Pack"]
    assert (pack.entered, pack.retries, pack.failed, pack.error) == (1, 2, 1, "ConnectionError")
    assert pack.seconds > 6  # two and four seconds of waiting, and three runs
    taken = {(step.source, step.target) for step in run.steps if step.taken}
    assert taken == {("Reserve", "Pack"), ("Pack", "Undo")}
    assert Step("Pack", "Never", "", False) in run.steps
    assert run.error == "" and run.ended == cloud.elapsed


def test_the_picture_says_what_its_text_says(cloud):
    start(SAGA)
    cloud.run()
    picture = execution(cloud.trace, SAGA, "one")
    ElementTree.fromstring(picture.svg)
    assert picture.text.startswith("Execution one of m: succeeded after ")
    assert "  Pack (Task): failed, caught, " in picture.text
    assert ", 2 retries, ConnectionError -> Undo (caught)" in picture.text
    for words in ("✗ failed, caught", "×2 retries", "✓ succeeded", "– not entered"):
        assert words in picture.svg, words


def test_one_that_ends_badly_says_with_what(cloud):
    machine = {"StartAt": "Pack", "States": {"Pack": task("breaks", End=True)}}
    arn = start(machine)
    cloud.run()
    assert states(read_states_run(cloud.trace, machine, arn, cloud.elapsed))["Pack"].fate is Fate.FAILED
    assert execution(cloud.trace, json.dumps(machine), arn).text.startswith(
        "Execution one of m: failed with ConnectionError after"
    )


def test_waiting_is_hatched_and_its_time_goes_on(cloud):
    machine = {
        "StartAt": "Wait",
        "States": {"Wait": {"Type": "Wait", "Seconds": 600, "Next": "Work"}, "Work": task("works", End=True)},
    }
    start(machine)
    cloud.run(60)
    picture = execution(cloud.trace, machine, "one", cloud.elapsed)
    assert picture.text.splitlines() == [
        "Execution one of m: running for 1 min",
        "  Wait (Wait): still in it, 1 min",
        "  Work (Task): not entered",
    ]
    assert picture.svg.count('fill="#e69f00"') >= 5, "the hatching"


def test_the_parts_of_a_map_stand_inside_it_and_one_that_failed_is_counted(cloud):
    part = {"StartAt": "Page", "States": {"Page": task("breaks-at-seven", End=True)}}
    machine = {
        "StartAt": "Pages",
        "States": {"Pages": {"Type": "Map", "ItemsPath": "$.n", "ItemProcessor": part, "End": True}},
    }
    start(machine, {"n": list(range(9))})
    cloud.run()
    run = read_states_run(cloud.trace, machine, "one", cloud.elapsed)
    page = states(run)["Page"]
    assert (page.inside, page.entered, page.failed, page.fate) == ("Pages", 9, 1, Fate.FAILED)
    assert "Page (Task, in Pages): failed" in execution(cloud.trace, machine, "one").text


def test_what_was_stopped_because_another_failed_has_not_failed(cloud):
    part = {
        "StartAt": "Page",
        "States": {"Page": task("breaks-at-seven", Next="Rest"), "Rest": {"Type": "Wait", "Seconds": 9, "End": True}},
    }
    machine = {
        "StartAt": "Pages",
        "States": {"Pages": {"Type": "Map", "ItemsPath": "$.n", "ItemProcessor": part, "End": True}},
    }
    start(machine, {"n": list(range(9))})
    cloud.run()
    found = states(read_states_run(cloud.trace, machine, "one", cloud.elapsed))
    assert (found["Page"].entered, found["Page"].failed, found["Page"].stopped, found["Page"].error) == (
        9,
        1,
        0,
        "ValueError",
    )
    assert (found["Rest"].entered, found["Rest"].failed, found["Rest"].stopped, found["Rest"].error) == (8, 0, 8, "")
    picture = execution(cloud.trace, machine, "one")
    assert "entered 8 times, 8 stopped" in picture.text
    assert ">8 stopped<" in picture.svg


def test_a_redrive_goes_on_with_the_same_states(cloud):
    machine = {
        "StartAt": "Reserve",
        "States": {"Reserve": task("works", Next="Pack"), "Pack": task("breaks", End=True)},
    }
    arn = start(machine)
    cloud.run()
    cloud.deploy(handlers.works, name="breaks")
    boto3.client("stepfunctions").redrive_execution(executionArn=arn)
    cloud.run()
    found = states(read_states_run(cloud.trace, machine, "one", cloud.elapsed))
    assert (found["Reserve"].entered, found["Pack"].entered, found["Pack"].failed) == (1, 2, 1)
    assert found["Pack"].fate is Fate.PASSED and found["Pack"].error == ""


def test_another_name_is_a_sentence(cloud):
    picture = execution(cloud.trace, SAGA, "nobody")
    assert picture.text == 'No execution has the name or ARN "nobody".'
    ElementTree.fromstring(picture.svg)


def test_a_state_that_takes_no_time_is_over_at_once(cloud):
    machine = {"StartAt": "Note", "States": {"Note": {"Type": "Pass", "End": True}}}
    start(machine)
    cloud.run()
    picture = execution(cloud.trace, machine, "one")
    assert "  Note (Pass): succeeded, at once" in picture.text
    assert ">at once<" in picture.svg and ">0 s<" not in picture.svg
