"""What lab 08 takes for a choice: a way, settings that it has, and a claim; and when the claim defends it."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from motoclock.wording import listed
from sevenways.checks.lab08_ways import WAYS, follow
from sevenways.checks.lines import kind_of
from sevenways.checks.registry import Observation
from sevenways.checks.trial import attempt, observe
from sevenways.choosing.ways import QUEUES, STREAMS, Way

BUILDERS = cast("Mapping[str, Callable[..., Any]]", WAYS)

# The lab's table of claims: which ways each speaks of. Whoever polls has a concurrency setting of some name.
CLAIMS: Mapping[str, tuple[Way, ...]] = {
    "S3": (*QUEUES, *STREAMS),
    "S4": QUEUES,
    "S5": (Way.FIFO,),
    "A2": (Way.EVENT,),
    **dict.fromkeys(("N2", "N3", "N4"), (Way.SNS,)),
    **dict.fromkeys(("E2", "E3", "E4"), (Way.EVENTBRIDGE,)),
    **dict.fromkeys(("D5", "D6"), (Way.DYNAMODB,)),
    **dict.fromkeys(("K1", "K4", "K5", "K6", "K7"), (Way.KINESIS,)),
    "L5": (Way.DESTINATIONS,),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a learner chose for one variant of a case."""

    way: str
    settings: Mapping[str, Any]
    reason: str

    def setting(self, name: str) -> Any:
        """What it was given, or what the lab's table says it is when it is not."""
        return self.settings.get(name, _settings_of(self.way)[name])


def choice_of(function: Any, *given: Any, also: Mapping[str, tuple[str, ...]] | None = None) -> Choice:
    """What the learner's function returns, if it is a choice at all. `also`: settings of a way that this case adds."""
    chosen = attempt(function, *given)
    name = getattr(function, "__name__", "your answer")
    if not (isinstance(chosen, tuple) and len(chosen) == 3):
        raise Observation(f"{name} was expected to return a service, a dict of settings and a claim, three in a row")
    way, settings, reason = chosen
    if not isinstance(way, str) or way not in WAYS:
        raise Observation(f"there is no way called {way!r}; the eight are {', '.join(WAYS)}")
    if not isinstance(settings, dict):
        raise Observation(f"the settings are a dict, and this is {kind_of(settings)}")
    known = [*_settings_of(way), *(also or {}).get(way, ())]
    unknown = sorted(settings.keys() - set(known), key=str)
    if unknown:
        takes = f"takes {listed(known, 9)}" if known else "has no settings here"
        raise Observation(f"{way} {takes}; {unknown[0]} is not among them")
    return Choice(way, settings, _claim(reason))


def defend(choices: Iterable[Choice], told: Iterable[str], what_counted: str) -> None:
    """The claims against what was seen, once every variant has held: each about what decided, and about the way that was chosen."""
    for choice in choices:
        so = f"{choice.way} holds, and your reason, {choice.reason}, is"
        observe(choice.reason in told, f"{so} about something else: {what_counted}")
        of = CLAIMS[choice.reason]
        observe(choice.way in of, f"{so} a claim about {listed(of, 9)}")


@cache
def _settings_of(way: str) -> dict[str, Any]:
    """The names of a way's settings, in the order of the lab's table, and what each is when it is not given."""
    places = [BUILDERS[way], follow] if way in STREAMS else [BUILDERS[way]]
    found = (one for place in places for one in inspect.signature(place).parameters.values())
    return {one.name: one.default for one in found if one.default is not inspect.Parameter.empty}


def _claim(reason: Any) -> str:
    if not isinstance(reason, str):
        raise Observation(f"the claim is a text, such as 'K1', and this is {kind_of(reason)}")
    claim = reason.strip().upper()
    observe(claim in CLAIMS, f"there is no claim {reason.strip() or 'without a name'} in the lab's table")
    return claim
