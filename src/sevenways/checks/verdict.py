"""From an answer to one line: right, wrong with what was seen, or not attempted."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from IPython.utils.capture import CapturedIO

from motoclock.asking import checked
from motoclock.wording import folded
from sevenways.checks.lines import ended
from sevenways.checks.other_clouds import is_about_clouds, not_open_here
from sevenways.checks.printed import Printed, by_answers, by_functions
from sevenways.checks.registry import Check, NotAttempted, Observation, Registry
from sevenways.checks.worlds import watched
from sevenways.cloud import Cloud
from sevenways.learners_code import error_in_words, kept_apart, learners_line, mistake_in_words


class Outcome(StrEnum):
    """The value is the mark that opens the line."""

    CORRECT = "✓"
    INCORRECT = "✗"
    NOT_ATTEMPTED = "–"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `str()` is what the learner reads, `line` the same on one line; `world` the last Cloud that was judged,
    `shown` what draws a picture of the sentence, if one is better than the world's, `printed` what the learner's code printed."""

    outcome: Outcome
    name: str
    sentence: str = ""
    world: Cloud | None = field(default=None, compare=False, repr=False)
    shown: Callable[[], Any] | None = field(default=None, compare=False, repr=False)
    printed: tuple[Printed, ...] = field(default=(), compare=False, repr=False)

    @property
    def line(self) -> str:
        sentence = ended(self.sentence)
        return f"{self.outcome} {self.name}{f': {sentence}' if sentence else ''}"

    def __str__(self) -> str:
        return folded(self.line)


def judge(registry: Registry, name: str, answers: tuple[Any, ...]) -> Verdict:
    """Judge the answers in a world of their own. Never raises."""
    try:
        checked("the name of a check", str, name)
    except TypeError as error:
        return Verdict(Outcome.INCORRECT, "check", str(error))
    printed = CapturedIO(None, None)
    try:
        check = registry.find(name)
        if check is None:
            return Verdict(Outcome.INCORRECT, name, registry.unknown(name))
        if len(answers) != len(check.takes):
            return Verdict(Outcome.INCORRECT, name, _wrong_number(check, len(answers)))
        with kept_apart() as printed, watched() as judged:
            seen = _seen_by(check, answers)
        said = by_answers(printed)
        if seen is None:
            return Verdict(Outcome.CORRECT, name, "", judged.world, judged.shown, said)
        said += by_functions(judged.world, judged.theirs)
        return Verdict(Outcome.INCORRECT, name, str(seen), judged.world, seen.shown or judged.shown, said)
    except (NotAttempted, NotImplementedError) as hole:
        sentence = str(hole) if isinstance(hole, NotAttempted) and hole.args else "not attempted"
        return Verdict(Outcome.NOT_ATTEMPTED, name, sentence, printed=by_answers(printed))
    except KeyboardInterrupt:
        return Verdict(Outcome.NOT_ATTEMPTED, name, "interrupted")
    except BaseException as error:
        return Verdict(Outcome.INCORRECT, name, _stumbled(error), printed=by_answers(printed))


def _seen_by(check: Check, answers: tuple[Any, ...]) -> Observation | None:
    if any(answer is ... for answer in answers):
        raise NotAttempted
    try:
        said = check.judge(*(_fresh(answer) for answer in answers))
        return Observation(said) if said else None
    except Observation as observation:
        return observation


def _fresh(answer: Any) -> Any:
    """A copy that the judge may change; functions and classes, and what can't be copied, are passed on."""
    if callable(answer):
        return answer
    try:
        return copy.deepcopy(answer)
    except Exception:
        return answer


def _wrong_number(check: Check, given: int) -> str:
    wants = " and ".join(filter(None, [", ".join(check.takes[:-1]), check.takes[-1] if check.takes else ""]))
    count = "1 answer" if len(check.takes) == 1 else f"{len(check.takes)} answers"
    return f"this check takes {count}{f' ({wants})' if wants else ''}, you gave {given}"


def _stumbled(error: BaseException) -> str:
    """An exception that no judge turned into an observation: the learner's when a line of theirs is in it, else ours."""
    if learners_line(error) is not None:
        if is_about_clouds(error):
            return not_open_here("your code")
        return f"your code raised {mistake_in_words(error)}"
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {Path(place.tb_frame.f_code.co_filename).name}, line {place.tb_lineno}" if place else ""
    return f"the check could not judge this answer: {error_in_words(error)}{where}"
