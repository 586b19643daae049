"""The lab checks: `check` judges an answer, `hint` helps a little, `progress` shows what is solved.

A check opens a Cloud of its own, so the learner's world and clients stay untouched, and says what it saw in one sentence:

    ✓ lab01.drain: 1 of 5 done. Next: lab01.spare_the_db.
    ✗ lab01.drain: charge never ran in ten minutes, and 41 orders wait in the queue.
    – lab01.drain: not attempted.
"""

from dataclasses import replace
from typing import Any

from motoclock.asking import asked
from motoclock.wording import folded
from sevenways.checks.progress import Progress, read_passed, standing, write_passed
from sevenways.checks.registry import registry
from sevenways.checks.verdict import Outcome, Verdict, judge

__all__ = ["hint", "judged", "progress"]


@asked
def judged(name: Any, *answers: Any) -> Verdict:
    """Judge the answers to a lab task, and keep that it was solved.

    Raises for no name and no answer; every call starts from fresh inputs.
    """
    verdict = judge(registry, name, answers)
    if verdict.outcome is not Outcome.CORRECT:
        return verdict
    write_passed(name)
    registry.solved.add(name)
    return replace(verdict, sentence=standing(registry.of_lab(name), read_passed() | registry.solved))


@asked
def hint(name: str) -> None:
    """Print the next hint for a task: the first call the first, and so on."""
    print(folded(registry.next_hint(name)))


@asked
def progress() -> Progress:
    """The labs and their tasks, with a mark for those that you solved."""
    return Progress(tuple(check.name for check in registry.all()), read_passed())
