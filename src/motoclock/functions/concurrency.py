"""How many invocations may run at once: the account's limit, what functions reserve of it, and what is in use."""

from collections import Counter

from motoclock.facts import lambda_
from motoclock.functions.deployed import latest_functions

UNRESERVED_MIN = lambda_.UNRESERVED_CONCURRENCY_MIN.value

RESERVED_CODE = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_CODE = "ConcurrentInvocationLimitExceeded"


class Concurrency:
    """Slots in use, by function. Reserved capacity is out of reach of the other functions, used or not."""

    def __init__(self, account_limit: int):
        self.account_limit = account_limit
        self._running: Counter[str] = Counter()

    def free(self, name: str) -> int:
        """Slots the function could take now."""
        reserved = self._reservations()
        if name in reserved:
            return max(0, reserved[name] - self._running[name])
        return max(0, self._pool(reserved) - self._unreserved_running(reserved))

    def refusal(self, name: str) -> tuple[str, str] | None:
        """Why no slot is free, in words and in AWS's code; None when one is."""
        if self.free(name):
            return None
        reserved = self._reservations()
        if name in reserved:
            in_use = " in use" if reserved[name] else ""
            return f"reserved concurrency {reserved[name]}{in_use}", RESERVED_CODE
        return f"account concurrency {self._pool(reserved)} in use", ACCOUNT_CODE

    def is_barred(self, name: str) -> bool:
        """Its reserved concurrency is 0: it never runs."""
        return self._reservations().get(name) == 0

    def running(self, name: str) -> int:
        return self._running[name]

    def take(self, name: str) -> None:
        self._running[name] += 1

    def give_back(self, name: str) -> None:
        self._running[name] -= 1

    @property
    def unreserved(self) -> int:
        """Slots that no function has reserved, whether in use or not."""
        return self._pool(self._reservations())

    def reservable(self, name: str) -> int:
        """The most the function may reserve: 100 must be left for the functions that reserve nothing.

        Modelled: of an account with a limit of 100 or less everything may be reserved, so that small worlds can show reservations.
        """
        others = sum(slots for other, slots in self._reservations().items() if other != name)
        kept = UNRESERVED_MIN if self.account_limit > UNRESERVED_MIN else 0
        return self.account_limit - kept - others

    def _pool(self, reserved: dict[str, int]) -> int:
        return self.account_limit - sum(reserved.values())

    def _unreserved_running(self, reserved: dict[str, int]) -> int:
        return sum(count for name, count in self._running.items() if name not in reserved)

    def _reservations(self) -> dict[str, int]:
        return {
            function.function_name: int(function.reserved_concurrency)
            for function in latest_functions()
            if function.reserved_concurrency is not None
        }
