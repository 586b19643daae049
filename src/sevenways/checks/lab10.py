"""The checks of lab 10: the learner's repairs on three nights, of which she has seen one; each is asked for every promise so far."""

from functools import partial
from typing import Any

from motoclock.wording import duration
from sevenways.checks.lab10_repairs import all_are_there, change
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import attempt, lab_cloud
from sevenways.night.nights import Night, spend
from sevenways.night.on_aws import not_fit, refused
from sevenways.night.orders import TONIGHT, Knobs, Stage
from sevenways.night.promises import first_broken

SEEDS = (1, 2, 3)
_RUN_S = 15  # as long as a run of charge may last that began before the brake
_REPAIRS = (
    "one_write",
    "three_at_once",
    "charged_once",
    "in_order",
    "brake",
    "keep_failures",
    "runbook",
    "letters",
    "to_aws",
)


@register(
    "lab10.one_write",
    takes=_REPAIRS[:1],
    hints=(
        "Which of the two writes could follow from the other, without checkout?",
        "Who can tell you of a row that has been written? And who can carry that on to the bus?",
        "Lesson 09, section 1, “Two writes”. A number that comes out of a table's stream is a text: the provider wants a number.",
    ),
)
def one_write(*repairs: Any) -> None:
    """Checkout is killed between its calls at six orders; each of them is charged nevertheless."""
    _judge(Stage.ONE_WRITE, repairs)


@register(
    "lab10.three_at_once",
    takes=_REPAIRS[:2],
    hints=(
        "Where does an order lie while the provider has no time for it?",
        "Who decides how many are taken at once: what pushes, or what polls?",
        "Lesson 08, section 4, “Two hundred at once”. A limit on the function refuses; one on the mapping doesn't take.",
    ),
)
def three_at_once(*repairs: Any) -> None:
    """Sixty orders within three seconds."""
    _judge(Stage.THREE_AT_ONCE, repairs)


@register(
    "lab10.charged_once",
    takes=_REPAIRS[:3],
    hints=(
        "When your client gives up, what does the provider do with the call?",
        "Two runs know nothing of each other. What do both know that no other order has?",
        "The provider honours a header, Idempotency-Key. What is the same in each copy of an order, and different in the next order?",
    ),
)
def charged_once(*repairs: Any) -> None:
    """The provider is slow for half a minute, somebody clicks twice, and one delivery in ten comes twice."""
    _judge(Stage.CHARGED_ONCE, repairs)


@register(
    "lab10.in_order",
    takes=_REPAIRS[:4],
    hints=(
        "Whose order must be kept? And who need not wait for whom?",
        "Two kinds of store promise an order, one by group, one by key. One order can never be charged: what waits for it?",
        "Lesson 01, section 9, “What does FIFO promise?”, or lesson 05. And give the bad order somewhere to go.",
    ),
)
def in_order(*repairs: Any) -> None:
    """Standard queues shuffle; one order fails for good."""
    _judge(Stage.IN_ORDER, repairs)


@register(
    "lab10.brake",
    takes=_REPAIRS[:5],
    hints=(
        "For ten minutes no run of charge starts. Which store holds the orders meanwhile?",
        "What does that store count, though nothing runs?",
        "A retry budget is a duration: tries times interval. Lesson 08, section 8, “Down for half a minute”.",
    ),
)
def brake(*repairs: Any) -> None:
    """Somebody sets the reserved concurrency of charge to 0, for ten minutes."""
    _judge(Stage.BRAKE, repairs)


@register(
    "lab10.runbook",
    takes=_REPAIRS[:7],
    hints=(
        "Five days later: which store holds the order, and how long does that store keep anything?",
        "What must be true before anything moves? And what must stay the same in the copy that you send?",
        "The customer has sent the order again meanwhile. Which of your repairs makes that harmless?",
    ),
)
def runbook(*repairs: Any) -> None:
    """The bad order, five days later; its customer has sent it again, with a right total."""
    _judge(Stage.RUNBOOK, repairs)


@register(
    "lab10.letters",
    takes=_REPAIRS[:8],
    hints=(
        "Who sorts out what the newsletter doesn't want: the newsletter, or what hands it over?",
        "The last store that holds an event decides where it ends. Which store is the last before fraud?",
        "Parcelwing speaks on another bus than the shop. Who listens there?",
        "An execution that fails has been given something. Which changes of a row does the Pipe `paid` take for a payment?",
    ),
)
def letters(*repairs: Any) -> None:
    """The house wakes up: newsletter, fraud check, Parcelwing."""
    _judge(Stage.LETTERS, repairs)


@register(
    "lab10.to_aws",
    takes=_REPAIRS,
    hints=(
        "On AWS, who must allow a delivery: who sends it, or who gets it?",
        "The diagram names each missing statement in orange: who, what, on which resource, for which source.",
        "For each function that Lambda retries, each queue and each stream that a mapping reads: what happens to what fails for good?",
    ),
)
def to_aws(*repairs: Any) -> None:
    """The same night in an account that refuses what AWS would refuse; and a click that no page can be found for."""
    _judge(Stage.TO_AWS, repairs)


# ---------------------------------------------------------------------- the judge

_MORE = {
    # where all calls take equally long, orders that are started in turn end in turn, whatever the design
    Stage.IN_ORDER: ((SEEDS[0], Knobs(uneven=True)),),
    # customers who take turns share the receives of the brake; who waits alone is received each time
    Stage.BRAKE: ((SEEDS[0], Knobs(quiet=True)),),
    Stage.RUNBOOK: ((SEEDS[0], Knobs(poison=2)),),
}


def _judge(stage: Stage, repairs: tuple[Any, ...]) -> None:
    """All nights of a stage; the first broken promise of the first night that has one is what was seen."""
    by_name = dict(zip(_REPAIRS, repairs, strict=False))
    by_hand = by_name.pop("runbook", None)
    for seed, knobs in (*((seed, TONIGHT) for seed in SEEDS), *_MORE.get(stage, ())):
        night = spend(
            seed,
            [*(partial(change, name, repair) for name, repair in by_name.items()), partial(all_are_there, stage)],
            stage,
            knobs=knobs,
            runbook=None if by_hand is None else partial(attempt, by_hand),
            strict=stage >= Stage.TO_AWS,
            opening=partial(lab_cloud, policies=False),
            go_on=lambda so_far: first_broken(so_far, stage) is None,
        )
        seen = refused(night) or _promises(night, stage) or _while_stopped(night, stage)
        if not seen and stage >= Stage.TO_AWS:
            seen = next(not_fit(night), "")
        if seen:
            raise Observation(f"{_which(seed, knobs)}: {seen}")


def _which(seed: int, knobs: Knobs) -> str:
    if knobs.uneven:
        return "a night on which the provider needs longer for some orders than for others"
    if knobs.quiet:
        return "a quiet night, on which one order waits alone while the brake is on"
    if knobs.poison > TONIGHT.poison:
        return f"a night with {knobs.poison} bad orders"
    return "the night that you know" if seed == SEEDS[0] else f"a night that you have not seen, seed {seed}"


def _promises(night: Night, stage: Stage) -> str:
    found = first_broken(night, stage)
    if found is None:
        return ""
    promise, broken = found
    return f"{broken.sentence} (promise {promise.number}, {promise.name})"


def _while_stopped(night: Night, stage: Stage) -> str:
    """A call that went out while `charge` was stopped, by whatever road; a run that had begun may still end."""
    if stage < Stage.BRAKE or night.script.brake is None:
        return ""
    on, off = night.script.brake
    early = next((charge for charge in night.hour if on + _RUN_S < charge.at < off), None)
    if early is None:
        return ""
    return f"{early.order} was charged at {duration(early.at)}, while somebody had stopped charge and believed that no money was taken"
