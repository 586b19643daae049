"""What a learner prints to find out what happens is shown to her below the line of the check."""

from __future__ import annotations

import json
import logging
import sys
from io import StringIO

import boto3
import pytest
from IPython.utils.capture import CapturedIO

from sevenways import Cloud
from sevenways.checks.printed import Printed, by_answers
from sevenways.checks.registry import Observation, Registry
from sevenways.checks.trial import attempt, lab_cloud
from sevenways.checks.verdict import Outcome, Verdict, judge
from sevenways.checks.worlds import once_more
from sevenways.night import shop
from sevenways.widgets.answering import check


def registry_with(judged) -> Registry:
    registry = Registry()
    registry.register("lab98.a", takes=("an_answer",), hints=("one", "two"))(judged)
    return registry


def invoke(name: str, payload: bytes = b"{}") -> None:
    boto3.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)


def mine(event, context):
    print("I was given", event)


def failing(event, context):
    print("before")
    raise ValueError("no such order")


def tell(cloud):
    print("making the queue")
    print()
    print("  done")
    cloud.deploy(mine)
    cloud.deploy(shop.refund)


def judged(answer) -> None:
    for seed in (1, 2):
        with lab_cloud(seed=seed) as cloud:
            attempt(answer, cloud)
            for name in ("mine", "refund"):
                invoke(name, b'{"order": "order-%d"}' % seed)
            cloud.run()
    raise Observation("nothing came")


def of(answer, check=judged) -> Verdict:
    return judge(registry_with(check), "lab98.a", (answer,))


def test_an_answers_own_lines_of_all_worlds_and_its_functions_of_the_last_one():
    verdict = of(tell)
    answer, function = verdict.printed  # the platform's `refund` printed as well, and that is not hers
    assert answer == Printed("Your answer", ("making the queue", "  done") * 2)
    assert (function.by, function.act, len(function.lines)) == ("mine", "logged", 1)
    assert function.lines[0].endswith("  I was given {'order': 'order-2'}")


def test_nothing_is_said_of_those_who_printed_nothing_or_never_ran():
    def answer(cloud):
        for name in ("mine", "refund"):
            cloud.deploy(shop.refund, name)
        cloud.deploy(failing)

    assert of(answer).printed == ()


def test_a_right_answer_shows_what_it_printed_itself():
    verdict = of(tell, lambda answer: attempt(answer, Cloud()) and None)
    assert verdict.outcome is Outcome.CORRECT
    assert [printed.by for printed in verdict.printed] == ["Your answer"]


def test_an_answer_that_raises_shows_what_it_printed_before():
    def raises(cloud):
        print("so far")
        raise KeyError("queue")

    (printed,) = of(raises).printed
    assert printed.lines == ("so far",)


def test_a_failure_is_its_first_line_and_no_traceback():
    def check(answer):
        with lab_cloud() as cloud:
            cloud.deploy(answer, "failing")
            boto3.client("lambda").invoke(FunctionName="failing", Payload=b"{}")
            raise Observation("it failed")

    (function,) = of(failing, check).printed
    said = [line.partition("  ")[2] for line in function.lines]
    assert said == ["before", "[ERROR] ValueError: no such order"]
    assert "Traceback" not in repr(function)


def test_of_a_world_that_is_not_shown_nothing_is_shown():
    def check(answer):
        with lab_cloud(seed=1) as cloud:
            attempt(answer, cloud)
            invoke("mine", b'"first"')
            cloud.run()
        with once_more(), lab_cloud(seed=2) as cloud:
            cloud.deploy(failing)
            invoke("failing")
            cloud.run()
        raise Observation("something")

    assert [printed.by for printed in of(tell, check).printed] == ["Your answer", "mine"]


@pytest.mark.parametrize(
    ("lines", "heading"),
    [(1, "f logged 1 line"), (10, "f logged 10 lines"), (1200, "f logged 1,200 lines; the first 5 and the last 5")],
)
def test_of_many_lines_the_first_and_the_last_are_there_and_the_number_of_all(lines, heading):
    printed = Printed("f", tuple(f"<{n}>" for n in range(lines)), "logged")
    assert printed.heading == heading
    all_of_them = [f"  <{n}>" for n in range(lines)]
    assert printed.shown.splitlines() == (all_of_them if lines <= 10 else [*all_of_them[:5], "  …", *all_of_them[-5:]])
    assert f"<summary>{heading}</summary>" in printed._repr_html_() and "&lt;" in printed._repr_html_()
    assert repr(printed) == f"{heading}:\n{printed.shown}"


def test_a_long_line_is_cut_and_says_so():
    (printed,) = by_answers(CapturedIO(StringIO("x" * 5000), None))
    assert len(printed.shown) < 700 and printed.shown.endswith("…")
    assert by_answers(CapturedIO(StringIO("\n  \n"), StringIO())) == ()


def test_what_it_warns_of_and_logs_is_there_too():
    def warns(cloud):
        print("out")
        print("err", file=sys.stderr)
        logging.warning("logged")

    (printed,) = of(warns).printed
    assert printed.lines[:2] == ("out", "err")
    said = "\n".join(printed.lines)
    assert all(word in said for word in ("err", "logged"))


def test_where_the_check_itself_stumbles_it_is_there_too():
    def stumbles(answer):
        answer()
        json.loads("no JSON")

    verdict = of(lambda: print("before"), stumbles)
    assert "JSONDecodeError" in verdict.sentence and [printed.lines for printed in verdict.printed] == [("before",)]


def test_who_looks_before_she_solves_sees_what_she_looked_at():
    def looks(cloud):
        print("given", type(cloud).__name__)
        raise NotImplementedError

    verdict = of(looks)
    assert (verdict.outcome, verdict.printed) == (Outcome.NOT_ATTEMPTED, (Printed("Your answer", ("given Cloud",)),))


def test_in_a_notebook_it_is_a_fold_below_the_line(capsys):
    def drain(queue):
        print("looking at", queue.rpartition("/")[2])

    check("lab01.drain", drain)
    line, _, rest = capsys.readouterr().out.partition("Your answer")
    assert line.startswith("✗ lab01.drain: charge never ran")
    assert rest == " printed 1 line:\n  looking at orders\n"
