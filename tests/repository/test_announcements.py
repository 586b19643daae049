"""Every announcement is made by a service and heard by somebody, and nobody announces by another name."""

import ast
from pathlib import Path

from motoclock import announcements
from motoclock.announcements import Topic

ENGINE = Path(announcements.__file__).parent
TOPICS = {name for name, value in vars(announcements).items() if isinstance(value, Topic)}


def used(act: str) -> set[str]:
    """The constants that stand in calls of world.announce; for "subscribe", those that stand anywhere else."""
    announced, elsewhere = set(), set()
    for path in ENGINE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        told = {
            id(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "announce"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "announcements":
                (announced if id(node) in told else elsewhere).add(node.attr)
    return announced if act == "announce" else elsewhere


def test_every_topic_is_announced_and_heard():
    assert len(TOPICS) > 20
    assert used("announce") == TOPICS, "announced, against the constants"
    assert used("subscribe") == TOPICS, "heard, against the constants"


def test_nobody_announces_or_subscribes_by_text():
    for path in ENGINE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(call, ast.Call)
                and ast.unparse(call.func).endswith((".announce", ".subscribe"))
                and call.args
            ):
                assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr), f"{path}:{call.lineno}"


def test_every_topic_says_when_it_is_announced():
    for name in TOPICS:
        assert vars(announcements)[name].when.endswith("."), name
