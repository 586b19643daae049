"""The payment provider and its ledger. It honours an idempotency key, and refuses a total that is no positive number."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sevenways.cloud import Cloud
from sevenways.night.orders import QUICK_S, Knobs, Script

URL = "https://payments.example"
_ORDER = re.compile(rb"order-\d+")


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that was taken, at a virtual second."""

    at: float
    order: str
    customer: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call for an order, whatever came of it."""

    at: float
    order: str


class Provider:
    """The system at `URL`. `ledger` has each charge in order; `refusals` why it refused other calls than those
    of the bad order, each sentence with how often."""

    def __init__(self, cloud: Cloud, night: Script, knobs: Knobs):
        self._cloud = cloud
        self.ledger: list[Charge] = []
        self.refusals: dict[str, int] = {}
        self._by_key: dict[str, Any] = {}
        self._poison = night.poison
        start, end = night.slow or (0.0, 0.0)
        self._system = cloud.downstream(
            URL,
            latency_s=lambda request: (
                knobs.provider_s if start <= request.at < end else QUICK_S * (_effort(request) if knobs.uneven else 1)
            ),
            capacity=None,
            handler=self._serve,
        )

    @property
    def peak(self) -> int:
        """The most calls at once."""
        return self._system.peak

    @property
    def fourth(self) -> str | None:
        """The order of the first call that came while three others were under way."""
        beyond = (exchange.request.body for exchange in self._system.requests if exchange.at_once > 3)
        return next((found[0].decode() for body in beyond if (found := _ORDER.search(body))), None)

    @property
    def calls(self) -> int:
        return self._system.calls

    @property
    def called(self) -> tuple[Call, ...]:
        """Each call that named an order, in turn."""
        named = ((each.request.at, _ORDER.search(each.request.body)) for each in self._system.requests)
        return tuple(Call(at, found[0].decode()) for at, found in named if found)

    def _serve(self, request: Any) -> Any:
        key = next((value for name, value in request.headers.items() if name.lower() == "idempotency-key"), None)
        if key is not None and key in self._by_key:
            return self._by_key[key]
        answer = self._charge(request.body)
        if key is not None and isinstance(answer, dict):  # a refusal is not kept
            self._by_key[key] = answer
        return answer

    def _charge(self, body: bytes) -> Any:
        try:
            order = json.loads(body)
        except ValueError:
            return self._refuse("the request is not JSON")
        if not isinstance(order, Mapping) or not {"order", "customer", "total"} <= order.keys():
            return self._refuse("order, customer and total are needed")
        total = order["total"]
        if not isinstance(total, int) or isinstance(total, bool):
            return self._refuse(f"total is {total!r}, which is no whole number")
        if total <= 0:
            return self._refuse(f"total is {total}", known=order["order"] in self._poison)
        self.ledger.append(
            Charge(
                self._cloud.elapsed,
                str(order["order"]),
                str(order["customer"]),
                int(order.get("number", 0)),
                total,
            )
        )
        return {"charged": order["order"]}

    def _refuse(self, why: str, known: bool = False) -> tuple[int, dict[str, str], dict[str, str]]:
        if not known:
            self.refusals[why] = self.refusals.get(why, 0) + 1
        return 422, {}, {"refused": why}


def _effort(request: Any) -> int:
    """One to three, by the order that a request names: the same at each of its tries."""
    named = re.findall(rb"order-(\d+)", request.body)
    return 1 + int(named[0]) * 7 % 3 if named else 1
