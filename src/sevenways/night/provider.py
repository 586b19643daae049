"""The payment provider and its ledger. It honours an idempotency key, and refuses a total that is no positive number."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sevenways.cloud import Cloud
from sevenways.night.orders import QUICK_S, Knobs, Script

URL = "https://payments.example"


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that was taken, at a virtual second."""

    at: float
    order: str
    customer: str
    number: int
    total: int


class Provider:
    """The system at `URL`. `ledger` has each charge in order; `refusals` each sentence it refused a request with, and how often."""

    def __init__(self, cloud: Cloud, night: Script, knobs: Knobs):
        self._cloud = cloud
        self.ledger: list[Charge] = []
        self.refusals: dict[str, int] = {}
        self._by_key: dict[str, Any] = {}
        start, end = night.slow or (0.0, 0.0)
        self._system = cloud.downstream(
            URL,
            latency_s=lambda request: knobs.provider_s if start <= request.at < end else QUICK_S,
            capacity=None,
            handler=self._serve,
        )

    @property
    def peak(self) -> int:
        """The most calls at once."""
        return self._system.peak

    @property
    def calls(self) -> int:
        return self._system.calls

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
            return self._refuse("the request is no JSON")
        if not isinstance(order, Mapping) or not {"order", "customer", "total"} <= order.keys():
            return self._refuse("order, customer and total are needed")
        total = order["total"]
        if not isinstance(total, int) or isinstance(total, bool):
            return self._refuse(f"total is {total!r}, which is no whole number")
        if total <= 0:
            return self._refuse(f"total is {total}")
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

    def _refuse(self, why: str) -> tuple[int, dict[str, str], dict[str, str]]:
        self.refusals[why] = self.refusals.get(why, 0) + 1
        return 422, {}, {"refused": why}
