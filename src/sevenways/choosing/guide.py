"""The decision guide: eight questions, what each answer strikes out and why, and how those that are left are ranked.

It strikes first and ranks afterwards. Each strike names its claim, or the section of lesson 08 that shows it, and a test sends a
workload through every way to see whether what the strike says is so. Where nobody is left, the answer is two services, one after
the other: that is unit 09.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from sevenways.choosing.ways import WAYS

QUESTIONS: dict[str, str] = {
    "several_consumers": "Do several consumers want every message?",
    "order_kept": "Must messages of one customer stay in order?",
    "fragile_behind": "Does the consumer call a system that takes only a few calls at once?",
    "outside_party": "Does a partner speak, or an HTTP system that wants a key listen?",
    "written_anyway": "Is the fact written into a DynamoDB table anyway?",
    "read_again": "Must old messages be read again, by whoever comes later?",
    "much": "Are there more than 40 a second, day and night?",
    "sender_asynchronous": "Is the sender a function that is invoked asynchronously?",
}
Answers = Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Strike:
    """Why a way is out: a claim of the course, or the section that shows it, and half a sentence."""

    claim: str
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who is struck out and why, who is left, best first, and which single other answer would give another first."""

    struck: Mapping[str, tuple[Strike, ...]]
    left: tuple[str, ...]
    reversals: Mapping[str, str | None]  # question to the first that the other answer would give; None: nobody

    @property
    def first(self) -> str | None:
        return self.left[0] if self.left else None

    @property
    def runner_up(self) -> str | None:
        return self.left[1] if len(self.left) > 1 else None


_SHARED = Strike("S1", "consumers of one queue share its messages")
_FORGETS = "keeps nothing of what was delivered"
_PUSHES = "pushes; only the function's reserved concurrency holds it back, and then Lambda's pauses set the pace"
STRIKES: dict[tuple[str, bool], dict[str, Strike]] = {
    ("several_consumers", True): {
        "SQS": _SHARED,
        "SQS FIFO": _SHARED,
        "Event": Strike("A1", "the sender calls each consumer by name"),
        "Destinations": Strike("L3", "a function has one destination for its successes"),
    },
    ("order_kept", True): {
        "SQS": Strike("S5", "only a FIFO queue promises order"),
        "Event": Strike("A2", "what fails runs again after later ones"),
        "SNS": Strike("N4", "what fails runs again after later ones"),
        "EventBridge": Strike("E4", "what fails runs again after later ones"),
        "Destinations": Strike("L5", "what fails runs again after later ones"),
    },
    ("fragile_behind", True): {way: Strike("S3", _PUSHES) for way in ("Event", "SNS", "EventBridge", "Destinations")},
    ("outside_party", True): {
        way: Strike("E7, E8", "has no door for partners and calls no HTTP system that wants a key")
        for way in WAYS
        if way != "EventBridge"
    },
    ("read_again", True): {
        "SQS": Strike("section 10", "what was done is deleted"),
        "SQS FIFO": Strike("section 10", "what was done is deleted"),
        **{way: Strike("section 10", _FORGETS) for way in ("Event", "SNS", "Destinations")},
    },
    ("written_anyway", False): {"DynamoDB": Strike("D1", "rides on a write, and here is none")},
    ("sender_asynchronous", False): {"Destinations": Strike("L1", "fires after asynchronous invocations alone")},
}

# What is there already, then what needs the fewest resources, then the price. Above 39.3 a second a shard is cheaper than a queue,
# however well that is called, so there the price comes first.
_RANK = ("DynamoDB", "Destinations", "Event", "SQS", "SQS FIFO", "SNS", "EventBridge", "Kinesis")
_RANK_OF_MUCH = ("Kinesis", "DynamoDB", "Destinations", "SQS", "SQS FIFO", "Event", "SNS", "EventBridge")


def decide(answers: Answers) -> Verdict:
    """The verdict for an answer to each question. Raises ValueError for a question that is missing or unknown."""
    if set(answers) != set(QUESTIONS):
        raise ValueError(f"The guide asks {', '.join(QUESTIONS)}; give each of them, True or False.")
    left = _left(answers)
    first = left[0] if left else None
    reversals = {}
    for question in QUESTIONS:
        other = _left({**answers, question: not answers[question]})
        if (other[0] if other else None) != first:
            reversals[question] = other[0] if other else None
    return Verdict(struck_by(answers), left, reversals)


def struck_by(answers: Answers) -> dict[str, tuple[Strike, ...]]:
    """Who is out after these answers, and why; not all questions need to be answered."""
    found: dict[str, tuple[Strike, ...]] = {}
    for question, answer in answers.items():
        for way, strike in STRIKES.get((question, answer), {}).items():
            found[way] = (*found.get(way, ()), strike)
    return found


def all_answers() -> list[dict[str, bool]]:
    """Every way through the guide."""
    return [dict(zip(QUESTIONS, given, strict=True)) for given in product((False, True), repeat=len(QUESTIONS))]


def _left(answers: Answers) -> tuple[str, ...]:
    struck = struck_by(answers)
    return tuple(way for way in (_RANK_OF_MUCH if answers["much"] else _RANK) if way not in struck)


# ---------------------------------------------------------------------- as a page


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the questions end: the first choice, None for "two services"."""

    first: str | None
    size: int = 1


@dataclass(frozen=True, slots=True)
class Fork:
    """A question and what follows from each answer. `size` counts the leaves below."""

    question: str
    no: "Fork | Leaf"
    yes: "Fork | Leaf"

    @property
    def size(self) -> int:
        return self.no.size + self.yes.size


@cache
def shortest_tree() -> Fork | Leaf:
    """The tree with the fewest ends that gives the first choice of all paths; of equal ones the first in the questions' order."""
    names = tuple(QUESTIONS)
    known: dict[
        tuple[bool | None, ...], Fork | Leaf
    ] = {}  # the answers given so far, None for an open one, to the best tree from there

    def best(given: tuple[bool | None, ...], paths: Sequence[_Path]) -> Fork | Leaf:
        if given not in known:
            known[given] = _leaf(paths) or min(forks(given, paths), key=lambda fork: fork.size)
        return known[given]

    def forks(given: tuple[bool | None, ...], paths: Sequence[_Path]) -> Iterator[Fork]:
        for place, answer in enumerate(given):
            if answer is None:
                no, yes = (
                    best(
                        (*given[:place], side, *given[place + 1 :]), [path for path in paths if path[0][place] == side]
                    )
                    for side in (False, True)
                )
                yield Fork(names[place], no, yes)

    return best((None,) * len(names), [(tuple(each.values()), decide(each).first) for each in all_answers()])


_Path = tuple[tuple[bool, ...], str | None]  # answers, and the first choice


def _leaf(paths: Sequence[_Path]) -> Leaf | None:
    """Where all paths lead to the same."""
    firsts = {first for _answers, first in paths}
    return Leaf(firsts.pop()) if len(firsts) == 1 else None
