"""The decision guide: all 256 paths walked, and each strike held against a run of the world that it speaks of."""

from __future__ import annotations

import ast
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from sevenways.checks import lab08_shop, lab08_ways
from sevenways.checks.lab08_ways import workload
from sevenways.choosing.guide import QUESTIONS, STRIKES, Fork, Leaf, all_answers, decide, shortest_tree
from sevenways.choosing.ways import WAYS
from sevenways.cloud import Cloud
from sevenways.draw.guide import choose, decision_tree

from .ways import race

ROOT = Path(__file__).parents[3]
CLAIMS = tomllib.loads((ROOT / "content" / "claims.toml").read_text(encoding="utf-8"))["claims"]
STREAMS = {
    "DynamoDB": lambda: lab08_ways.dynamodb.describe_table(TableName="orders")["Table"]["LatestStreamArn"],
    "Kinesis": lambda: lab08_ways.arn("kinesis", "stream/orders"),
}
ASKS = {"SQS": {"most": 5}, "DynamoDB": {"lanes": 5, "batch": 10}, "Kinesis": {"lanes": 5, "batch": 10}}


def struck(question: str) -> set[str]:
    return set(STRIKES[question, True])


# ---------------------------------------------------------------------- the strikes, by runs


@pytest.mark.parametrize("way", WAYS)
def test_who_is_struck_for_several_consumers_reaches_not_all_of_them_or_needs_their_names(way):
    orders = workload(12, bad=())
    reached = race(way, orders, names=("charge", "index"))
    everybody = all(len(each.first_done) == len(orders) for each in reached.values())
    assert (way in struck("several_consumers")) == (not everybody or way == "Event")


@pytest.mark.parametrize("way", WAYS)
def test_who_is_struck_for_order_lets_orders_overtake_each_other_when_calls_fail(way):
    settings = {"retries": 10} if way in ("DynamoDB", "Kinesis") else {"receives": 10} if "SQS" in way else {}
    ran = race(way, workload(60, rate=20, bad=()), error_rate=0.25, reorder=True, **settings)["charge"]
    assert (way in struck("order_kept")) == (ran.out_of_order > 0)


@pytest.mark.parametrize("way", WAYS)
def test_who_is_struck_for_a_fragile_system_does_not_get_everything_done(way):
    orders = workload(40, rate=None, bad=())
    ran = race(way, orders, capacity=5, **ASKS.get(way, {}))["charge"]
    assert (way in struck("fragile_behind")) == (len(ran.first_done) < len(orders))


@pytest.mark.parametrize("way", sorted(struck("fragile_behind")))
def test_who_is_struck_for_a_fragile_system_gets_it_done_with_reserved_concurrency_and_takes_longer_than_a_queue(way):
    orders = workload(40, rate=None, bad=())
    queued = race("SQS", orders, capacity=5, most=5)["charge"]
    ran = race(way, orders, capacity=5, reserved=5)["charge"]
    assert len(ran.first_done) == len(queued.first_done) == len(orders)
    assert ran.peak <= 5 and ran.last > 1.5 * queued.last


@pytest.mark.parametrize("way", WAYS)
def test_who_is_struck_for_old_messages_gives_nothing_to_a_consumer_that_comes_an_hour_later(way):
    orders = workload(12, bad=())
    with Cloud(seed=1) as cloud:
        lab08_ways.make_queue("parked")
        surroundings = {"SECONDS": "0.2", "PARTIAL": "", "DATABASE": ""}
        for function in (lab08_shop.charge, lab08_shop.checkout):
            cloud.deploy(function, timeout=60, environment=surroundings)
        send = lab08_ways.WAYS[way](("charge",), True)
        bus = lab08_ways.arn("events", "event-bus/default")
        archive = lab08_ways.events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
        for at, order in orders:
            cloud.at(at, lambda order=order: send(order))
        cloud.run(3600)
        cloud.deploy(lab08_shop.charge, name="audit", timeout=60, environment=surroundings)
        if way in STREAMS:
            lab08_ways.follow(STREAMS[way](), ["audit"], True)
        elif way not in ("SQS", "SQS FIFO"):
            lab08_ways.WAYS[way](("audit",), True)
        else:
            name = {"SQS": "orders", "SQS FIFO": "orders.fifo"}[way]
            lab08_ways.aws_lambda.create_event_source_mapping(
                EventSourceArn=lab08_ways.arn("sqs", name), FunctionName="audit"
            )
        hours = {"EventStartTime": cloud.now - timedelta(hours=2), "EventEndTime": cloud.now}
        lab08_ways.events.start_replay(ReplayName="all", EventSourceArn=archive, Destination={"Arn": bus}, **hours)
        cloud.run()
        seen = {line.message for line in cloud.logs("audit").printed if line.message.startswith("done")}
    assert (way in struck("read_again")) == (len(seen) < len(orders))


# ---------------------------------------------------------------------- the verdicts, all of them


def test_each_path_strikes_before_it_ranks_and_names_a_runner_up_who_is_left():
    for answers in all_answers():
        verdict = decide(answers)
        out = {way for (question, answer), who in STRIKES.items() if answers[question] == answer for way in who}
        assert set(verdict.left) == set(WAYS) - out == set(WAYS) - set(verdict.struck)
        assert verdict.first == next(iter(verdict.left), None) and verdict.runner_up == (*verdict.left, None, None)[1]


def test_what_would_change_its_mind_does_and_nothing_else_would():
    for answers in all_answers():
        verdict = decide(answers)
        for question in QUESTIONS:
            other = decide({**answers, question: not answers[question]}).first
            assert (question in verdict.reversals) == (other != verdict.first)
            assert verdict.reversals.get(question, other) == other


def test_each_strike_names_a_claim_of_the_course_or_a_section_of_the_lesson():
    named = {claim for who in STRIKES.values() for strike in who.values() for claim in strike.claim.split(", ")}
    assert {claim for claim in named if not claim.startswith("section ")} <= CLAIMS.keys()
    lesson = (ROOT / "content" / "lessons" / "08-choosing.py").read_text(encoding="utf-8")
    for section in (claim for claim in named if claim.startswith("section ")):
        assert f"\n# ## {section.removeprefix('section ')} · " in lesson


def test_the_tree_gives_the_verdict_of_every_path_and_is_no_larger_than_it_must_be():
    def end(node: Fork | Leaf, answers: dict[str, bool]) -> str | None:
        while isinstance(node, Fork):
            node = node.yes if answers[node.question] else node.no
        return node.first

    tree = shortest_tree()
    assert all(end(tree, answers) == decide(answers).first for answers in all_answers())
    assert tree.size == 15


def test_the_pictures_say_in_words_what_they_show():
    for answers in all_answers():
        verdict, picture = decide(answers), choose(**answers)
        assert (verdict.first or "no single one") in picture.text.split("\n")[0]
        assert picture.text.count("✗") == len(verdict.struck)
        for question, other in verdict.reversals.items():
            assert (
                f"{QUESTIONS[question]} If {'no' if answers[question] else 'yes'}: {other or 'no single one'}"
                in picture.text
            )
    assert decision_tree().text.count("Kinesis") == 5


def test_a_question_that_is_missing_is_named():
    with pytest.raises(ValueError, match="The guide asks several_consumers"):
        decide({"order_kept": True})


# ---------------------------------------------------------------------- the lab's ways are the lesson's


def functions_of(source: str) -> dict[str, str]:
    return {
        node.name: ast.dump(ast.parse(ast.unparse(node)))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def test_the_lab_builds_the_same_ways_as_the_lesson():
    lesson = functions_of((ROOT / "content" / "lessons" / "08-choosing.py").read_text(encoding="utf-8"))
    for module in (lab08_ways, lab08_shop):
        for name, body in functions_of(Path(module.__file__).read_text(encoding="utf-8")).items():
            assert lesson[name] == body, f"{name} in {module.__name__} is not that of the lesson"


def test_each_answer_of_the_tree_hangs_on_the_line_of_its_question():
    """A vertical goes from below each question down to both of its answers, however many rows lie between them."""
    svg = decision_tree().svg
    texts = [
        (float(x), float(y), said) for x, y, said in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)<', svg)
    ]
    answers = [(x, y) for x, y, said in texts if said.strip() in ("yes:", "no:")]
    strokes = [tuple(map(float, found)) for found in re.findall(r'd="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"', svg)]
    verticals = [(x1, y1, y2) for x1, y1, x2, y2 in strokes if x1 == x2]
    assert len(answers) == 28
    for x, y in answers:
        (start,) = {y1 for at, y1, y2 in verticals if at == x - 20 and y2 == y - 5}
        questions = [height for at, height, said in texts if said.endswith("?") and height < start]
        assert start - max(questions) <= 8, "it begins between the rows"
