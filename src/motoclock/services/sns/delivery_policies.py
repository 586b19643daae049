"""Delivery policies: how often, and after which waits, SNS tries an HTTP endpoint again.

Developer guide, sns-message-delivery-retries, "Creating an HTTP/S delivery policy". A topic's policy holds for its HTTP subscriptions
unless they have one of their own. Modelled: throttle policies are kept and not obeyed; the growing waits have no jitter, and their
curves are ours (`facts.shapes.Curve`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from motoclock.facts import Curve, Phase, RetryPhases
from motoclock.facts import sns as facts
from motoclock.services.sns.refusals import InvalidParameter, json_object

_RETRIES_MAX = facts.HTTP_RETRIES_MAX.value
_TIME_MAX_S = facts.HTTP_RETRY_TIME_MAX_S.value
_DEFAULT = facts.HTTP_RETRY.value.phases[0]
_FIELDS = {
    "numRetries": _DEFAULT.retries,
    "numNoDelayRetries": 0,
    "minDelayTarget": int(_DEFAULT.from_s),
    "numMinDelayRetries": 0,
    "maxDelayTarget": int(_DEFAULT.to_s),
    "numMaxDelayRetries": 0,
    "backoffFunction": Curve.LINEAR.value,
}


@dataclass(frozen=True, slots=True)
class HttpRetries:
    """Four phases of retries, in this order: at once, at the least delay, growing, at the greatest delay. Delays in seconds."""

    at_once: int
    at_least_delay: int
    growing: int
    at_most_delay: int
    least_s: float
    most_s: float
    function: Curve

    def waits_s(self) -> Iterator[float]:
        """The wait before each retry."""
        phases = (
            Phase("immediate", self.at_once, 0, 0),
            Phase("pre-backoff", self.at_least_delay, self.least_s, self.least_s),
            Phase("backoff", self.growing, self.least_s, self.most_s, self.function),
            Phase("post-backoff", self.at_most_delay, self.most_s, self.most_s),
        )
        return RetryPhases(phases).delays_s()


def read_policy(text: str | None, of_topic: bool) -> HttpRetries | None:
    """The retries that a DeliveryPolicy asks for; None when it says nothing of them. InvalidParameter."""
    document = json_object("DeliveryPolicy", text) if text else None
    if document is None:
        return None
    where = (document.get("http") or {}) if of_topic else document
    policy = where.get("defaultHealthyRetryPolicy" if of_topic else "healthyRetryPolicy")
    return None if policy is None else _retries(policy)


def content_type(text: str | None) -> str | None:
    """The Content-Type that a subscription's policy asks for."""
    document = json_object("DeliveryPolicy", text) if text else {}
    return (document.get("requestPolicy") or {}).get("headerContentType")


def effective_policy(own: str | None, of_topic: str | None) -> str:
    """EffectiveDeliveryPolicy of an HTTP subscription: its own policy, else its topic's, else the default, with every field."""
    retries = read_policy(own, of_topic=False) or read_policy(of_topic, of_topic=True)
    policy = dict(_FIELDS)
    if retries is not None:
        policy = {
            "numRetries": retries.at_once + retries.at_least_delay + retries.growing + retries.at_most_delay,
            "numNoDelayRetries": retries.at_once,
            "minDelayTarget": retries.least_s,
            "numMinDelayRetries": retries.at_least_delay,
            "maxDelayTarget": retries.most_s,
            "numMaxDelayRetries": retries.at_most_delay,
            "backoffFunction": retries.function.value,
        }
    effective = {"healthyRetryPolicy": policy, "sicklyRetryPolicy": None, "throttlePolicy": None}
    effective["requestPolicy"] = {"headerContentType": content_type(own) or "text/plain; charset=UTF-8"}
    return json.dumps({**effective, "guaranteed": False}, separators=(",", ":"))


def _retries(policy: dict[str, Any]) -> HttpRetries:
    unknown = set(policy) - set(_FIELDS)
    if unknown:
        raise InvalidParameter(f"DeliveryPolicy: Unexpected JSON member: {sorted(unknown)[0]}")
    values = {**_FIELDS, **policy}
    for field in _FIELDS:
        if field != "backoffFunction" and (not isinstance(values[field], int) or values[field] < 0):
            raise InvalidParameter(f"DeliveryPolicy: {field} must be a whole number that is not negative")
    if values["backoffFunction"] not in list(Curve):
        raise InvalidParameter(f"DeliveryPolicy: backoffFunction must be one of {', '.join(Curve)}")
    if values["numRetries"] > _RETRIES_MAX:
        raise InvalidParameter(f"DeliveryPolicy: numRetries must be less than or equal to {_RETRIES_MAX}")
    if not 1 <= values["minDelayTarget"] <= values["maxDelayTarget"]:
        raise InvalidParameter("DeliveryPolicy: minDelayTarget must be at least 1 and at most maxDelayTarget")
    fixed = values["numNoDelayRetries"] + values["numMinDelayRetries"] + values["numMaxDelayRetries"]
    if fixed > values["numRetries"]:
        raise InvalidParameter("DeliveryPolicy: the retries of the phases are more than numRetries")
    retries = HttpRetries(
        values["numNoDelayRetries"],
        values["numMinDelayRetries"],
        values["numRetries"] - fixed,
        values["numMaxDelayRetries"],
        values["minDelayTarget"],
        values["maxDelayTarget"],
        Curve(values["backoffFunction"]),
    )
    if sum(retries.waits_s()) > _TIME_MAX_S:
        raise InvalidParameter(f"DeliveryPolicy: the total of all waits must not exceed {_TIME_MAX_S} seconds")
    return retries
