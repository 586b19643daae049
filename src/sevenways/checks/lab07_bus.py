"""Task 6 of lab 07: a loop through a bus, which nothing stops."""

import json
from collections import Counter
from typing import Any

from motoclock.wording import count, listed, times
from sevenways.checks import lab07_shop
from sevenways.checks.registry import register
from sevenways.checks.trial import attempt, client, lab_cloud, observe, submit

_ORDERS = [f"order-{n}" for n in range(5)]
_BUS = "shop"
_WEIGHED = {"detail-type": ["OrderPlaced"], "detail": {"grams": [{"exists": True}]}}


@register(
    "lab07.round_the_bus",
    takes=("weigh_rule",),
    hints=(
        "Which rule matches the event that weigh itself puts on the bus?",
        "What has an event after weigh that it had not before? A pattern can ask for what is missing, too.",
    ),
)
def round_the_bus(weigh_rule: Any) -> None:
    """Five orders and ten seconds: each is weighed once, and each weighed one is labelled."""
    with lab_cloud(seed=1) as cloud:
        events = client("events")
        events.create_event_bus(Name=_BUS)
        pattern = attempt(weigh_rule)
        observe(
            isinstance(pattern, dict),
            f"weigh_rule returned a {type(pattern).__name__}; a pattern as a dict was asked for",
        )
        for handler in (lab07_shop.weigh, lab07_shop.label):
            cloud.deploy(handler)
        for name, text in (("weigh", json.dumps(pattern)), ("label", json.dumps(_WEIGHED))):
            submit("the rule", events.put_rule, {"EventPattern": text}, Name=name, EventBusName=_BUS)
            target = {"Id": name, "Arn": f"arn:aws:lambda:us-east-1:123456789012:function:{name}"}
            events.put_targets(Rule=name, EventBusName=_BUS, Targets=[target])
        for order in _ORDERS:
            detail = json.dumps({"id": order})
            entry = {"EventBusName": _BUS, "Source": "marigold.checkout", "DetailType": "OrderPlaced", "Detail": detail}
            events.put_events(Entries=[entry])
        cloud.run(seconds=10)
        weighed = Counter(line.message.split()[-1] for line in cloud.logs("weigh").printed)
        missing = [order for order in _ORDERS if not weighed[order]]
        observe(
            not missing,
            f"{listed(missing, 3)} {'was' if len(missing) == 1 else 'were'} never weighed, and no call failed",
        )
        often = weighed.total()
        order = max(weighed, key=lambda name: weighed[name])
        observe(
            often == len(_ORDERS),
            f"{order} was weighed {times(weighed[order])} within ten seconds, and {count(often, 'run')} of weigh are to be paid: "
            "nothing stops a loop that goes through a bus",
        )
        labels = Counter(line.message.split()[-1] for line in cloud.logs("label").printed)
        without = [order for order in _ORDERS if labels[order] != 1]
        observe(not without, f"{listed(without, 3)} had no label, or more than one")
