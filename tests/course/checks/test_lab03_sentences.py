"""What lab 03 says of a message is about that message, and not about another one."""

from sevenways.checks.registry import registry
from sevenways.checks.verdict import judge

from .wrong_answers.lab03 import keeps_successes, only_the_subscriptions


def test_the_successes_of_others_are_not_where_a_failure_rests():
    said = [
        judge(registry, "lab03.find_the_lost", (answer,)).line for answer in (keeps_successes, only_the_subscriptions)
    ]
    assert "and her event is in no queue: given up after 3 runs" in said[0]
    assert said[0] == said[1]
