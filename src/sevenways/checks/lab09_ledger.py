"""What somebody outside has written down: the provider, the printer, the binder. A check believes them, and no service."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sevenways.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Entry:
    """One call: when, what was asked (the last word of the address), for whom (the body), and the answer."""

    at: float
    what: str
    name: str
    answer: str


@dataclass(slots=True)
class Ledger:
    """Everything that was asked of the systems outside, in order. `answer(what, name, at)` says what they say; "down" is a 500."""

    cloud: Cloud
    answer: Callable[[str, str, float], str]
    entries: list[Entry] = field(default_factory=list)

    def keep(self, url: str, latency_s: float | Callable[[Any], float] = 0.2) -> None:
        """Put a system at this address."""
        self.cloud.downstream(url, latency_s=latency_s, capacity=None, handler=self._ask)

    def times(self, what: str = "", answer: str = "done") -> Counter[str]:
        """How often each name got this answer to that question."""
        return Counter(each.name for each in self.entries if each.what == what and each.answer == answer)

    def first(self, what: str, name: str) -> float | None:
        """When this was done for the first time, in virtual seconds."""
        return next((e.at for e in self.entries if (e.what, e.name, e.answer) == (what, name, "done")), None)

    def _ask(self, request: Any) -> Any:
        what = request.path.strip("/")
        answer = self.answer(what, request.text, self.cloud.elapsed)
        self.entries.append(Entry(self.cloud.elapsed, what, request.text, answer))
        return (500, {}, "down") if answer == "500" else (200, {}, answer)
