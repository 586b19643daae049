"""On-demand Advantage: a setting of the account, which raises the limits of its on-demand streams and changes their price.

Source: Kinesis API reference, UpdateAccountSettings and UpdateStreamWarmThroughput. Modelled: it can be ended at any time; AWS asks for
a commitment of at least a day.
"""

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Advantage:
    """MinimumThroughputBillingCommitment of an account."""

    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None

    @property
    def enabled(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    def switch(self, on: bool, now: datetime.datetime) -> None:
        """Switch the commitment on or off; asking for what it is already changes nothing."""
        if on and not self.enabled:
            self.started_at, self.ended_at = now, None
        elif not on and self.enabled:
            self.ended_at = now

    def to_json(self) -> dict[str, Any]:
        """The account's settings as the API answers them."""
        answer: dict[str, Any] = {"Status": "ENABLED" if self.enabled else "DISABLED"}
        if self.started_at:
            answer["StartedAt"] = self.started_at
        if self.ended_at:
            answer["EndedAt"] = self.ended_at
        return {"MinimumThroughputBillingCommitment": answer}
