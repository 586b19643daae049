"""The lab checks: `check` judges an answer, `hint` helps a little, `progress` shows what is solved.

A check opens a Cloud of its own, so the learner's world and clients stay untouched, and says what it saw in one line:

    ✓ lab01.drain
    ✗ lab01.drain: charge ran 0 times
    – lab01.drain: not attempted
"""

from typing import Any

from motoclock.asking import asked
from sevenways.checks.progress import Progress, read_passed, write_passed
from sevenways.checks.registry import registry
from sevenways.checks.verdict import Outcome, judge

__all__ = ["check", "hint", "progress"]


@asked
def check(name: Any, *answers: Any) -> None:
    """Judge the answers to a lab task and print one line. Raises for no name and no answer; every call starts from fresh inputs."""
    verdict = judge(registry, name, answers)
    if verdict.outcome is Outcome.CORRECT:
        write_passed(name)
    print(verdict)


@asked
def hint(name: str) -> None:
    """Print the next hint for a task: the first call the first, and so on."""
    print(registry.next_hint(name))


@asked
def progress() -> Progress:
    """The labs and their tasks, with a mark for those that you solved."""
    return Progress(tuple(check.name for check in registry.all()), read_passed())
