"""The checks of lab 03: fan-out, envelopes, filters, what is lost where, and an outage."""

import json
from collections import Counter
from typing import Any

from motoclock.facts.shapes import MINUTE_S
from motoclock.trace import Delivered, Kind
from motoclock.wording import count, listed, moment, name_of, times
from sevenways.checks import lab03_services, lab03_topic, lab03_users
from sevenways.checks.lab03_lost import handed_to, resting_place, user_of
from sevenways.checks.lab03_refused import refused_by
from sevenways.checks.lines import was
from sevenways.checks.registry import Observation, register
from sevenways.checks.trial import (
    attempt,
    client,
    deploy,
    failures_of,
    lab_cloud,
    observe,
    prepare,
    run,
    runs_of,
    submit,
    timeout_stays,
)

_SERVICES = ("welcome", "newsletter", "fraud-check", "warehouse")

# ---------------------------------------------------------------------- task 1


@register(
    "lab03.fan_out",
    takes=("fan_out",),
    hints=(
        "Who makes the copies, a queue or a topic? What must each service have of its own?",
        "AWS asks the subscriber, too: a function's policy says who may invoke it. The helper `allow` writes the statement.",
    ),
)
def fan_out(answer: Any) -> None:
    """Four functions and a topic: each gets each of twenty users once, in an account that checks who may be delivered to."""
    with lab_cloud(seed=1, strict_permissions=True) as cloud:
        functions = {name: cloud.deploy(lab03_services.serve, name=name) for name in _SERVICES}
        topic = lab03_topic.topic()
        prepare(cloud, answer, topic, dict(functions))
        users = lab03_topic.publish(topic, lab03_topic.users(20))
        run(cloud)
        refused_by(cloud, topic)
        for name in _SERVICES:
            wrong = failures_of(cloud, name)
            observe(not wrong, f"{name} failed with {wrong[0] if wrong else ''}")
        served = {name: lab03_topic.served(cloud, name) for name in _SERVICES}
        twice = [(name, user) for name in _SERVICES for user in users if served[name][user] > 1]
        observe(
            not twice,
            f"{' got '.join(twice[0]) if twice else ''} {times(served[twice[0][0]][twice[0][1]]) if twice else ''}",
        )
        missing = {name: 20 - len(served[name]) for name in _SERVICES if len(served[name]) < 20}
        said = listed([f"{name} got {20 - number} of 20 users" for name, number in missing.items()])
        shared = any(len(mapped) > 1 for mapped in _mapped().values())
        observe(not missing, f"{said}{': they read one queue' if shared else ''}")


def _mapped() -> dict[str, list[str]]:
    """Queue -> the functions that read it."""
    found: dict[str, list[str]] = {}
    for mapping in client("lambda").list_event_source_mappings()["EventSourceMappings"]:
        found.setdefault(mapping["EventSourceArn"], []).append(mapping["FunctionArn"])
    return found


# ---------------------------------------------------------------------- task 2


@register(
    "lab03.unwrap",
    takes=("add_reader",),
    hints=(
        "Print a body of each kind. What has an envelope that nobody would put into a user?",
        "Some users leave a note in a field of their own. Which fields does only SNS write?",
    ),
)
def unwrap(answer: Any) -> None:
    """Ten users through a queue, wrapped, and ten more, raw: each address is added once, and nothing is deleted unread."""
    for raw in (False, True):
        form = "raw" if raw else "in an envelope"
        with lab_cloud(seed=2) as cloud:
            added: Counter[str] = Counter()
            cloud.downstream(
                "https://readers.example",
                capacity=None,
                handler=lambda request, added=added: added.update([request.text]),
            )
            topic, queue = lab03_topic.topic(), lab03_topic.queue("newsletter", VisibilityTimeout="600")
            lab03_topic.let_in(queue, topic)
            lab03_topic.subscribe(topic, queue, RawMessageDelivery=str(raw).lower())
            deploy(cloud, answer, name="newsletter", timeout=30)
            lab03_topic.connect(queue, "newsletter")
            users = lab03_users.readers()
            lab03_topic.publish(topic, users)
            run(cloud, seconds=60)
            wrong = failures_of(cloud, "newsletter")
            observe(not wrong, f"with messages that come {form} newsletter failed with {wrong[0] if wrong else ''}")
            addresses = [user["email"] for user in users]
            missing = [address for address in addresses if not added[address]]
            read = "deleted without an error" if lab03_topic.waiting(queue) == 0 else "left in the queue"
            whose = "its reader was" if len(missing) == 1 else "their readers were"
            said = f"of 10 messages that came {form}, {len(missing)} {was(missing)} {read}, and {whose} never added"
            extra = [address for address, number in added.items() if address not in addresses or number > 1]
            instead = f"; “{extra[0]}” was" if extra else ""
            observe(not missing, f"{said}: {lab03_topic.named(missing)}{instead}")
            observe(
                not extra, f"with messages that come {form}, “{extra[0] if extra else ''}” was added and should not be"
            )


# ---------------------------------------------------------------------- task 3


@register(
    "lab03.only_mine",
    takes=("newsletter_filter",),
    hints=(
        "Where is the country: in the message's attributes, or in its body? The subscription must be told where to look.",
        "A list is an or, several keys are an and. Which of the two do the country and the amount need?",
        '`{"numeric": [...]}` takes an operator and a number. Fifty is enough.',
    ),
)
def only_mine(answer: Any) -> None:
    """Forty users: the newsletter is given those from DE or AT who spent at least 50, and no other."""
    with lab_cloud(seed=3) as cloud:
        attributes = attempt(answer)
        topic, queue = lab03_topic.topic(), lab03_topic.queue("newsletter")
        lab03_topic.let_in(queue, topic)
        sns = client("sns")
        submit("subscribe", sns.subscribe, {"Attributes": attributes}, TopicArn=topic, Protocol="sqs", Endpoint=queue)
        users = lab03_users.spenders()
        lab03_topic.publish(topic, users)
        run(cloud)
        wanted = {user["user"] for user in users if user.get("country") in ("DE", "AT") and user.get("spent", 0) >= 50}
        by_name = {user["user"]: user for user in users}
        got = {user["user"] for user in lab03_topic.in_queue(queue)}
        extra = [name for name in by_name if name in got - wanted]
        missing = [name for name in by_name if name in wanted - got]
        said = f"the newsletter got {len(got & wanted)} of the {len(wanted)} users it wants"
        more = f" and {count(len(extra), 'other')}" if extra else ""
        if extra:
            raise Observation(f"{said}{more}, among them {json.dumps(by_name[extra[0]])}")
        observe(not missing, f"{said}; it did not get {json.dumps(by_name[missing[0]]) if missing else ''}")


# ---------------------------------------------------------------------- task 4


@register(
    "lab03.find_the_lost",
    takes=("keep_what_is_lost",),
    hints=(
        "Two things are lost at two places. Who had the message last, SNS or Lambda?",
        "A subscription has a RedrivePolicy, a function a DeadLetterConfig. The lesson has a table, in “Which dead-letter queue?”.",
        "A queue says who may send to it. SNS needs to be let in to a dead-letter queue, too.",
    ),
)
def find_the_lost(answer: Any) -> None:
    """welcome fails for user-4; the queue of fraud-check is deleted before user-7. Both can be found, and only those."""
    with lab_cloud(seed=4, strict_permissions=True) as cloud:
        topic, queue = lab03_topic.topic(), lab03_topic.queue("fraud-check")
        function = cloud.deploy(lab03_services.greet, name="welcome")
        client("lambda").add_permission(
            FunctionName="welcome", StatementId="sns", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com",
            SourceArn=topic,
        )  # fmt: skip
        lab03_topic.let_in(queue, topic)
        subscriptions = {
            "welcome": lab03_topic.subscribe(topic, function),
            "fraud-check": lab03_topic.subscribe(topic, queue),
        }
        urls = prepare(cloud, answer, topic, dict(subscriptions), "welcome")
        urls = [urls] if isinstance(urls, str) else urls
        told = isinstance(urls, (list, tuple, set)) and urls and all(isinstance(url, str) for url in urls)
        observe(bool(told), "keep_what_is_lost returned no queue URLs: the operator does not know where to look")
        users = lab03_topic.users(10)
        lab03_topic.publish(topic, users[:7])
        cloud.at(60, lambda: lab03_topic.delete(queue))
        cloud.at(61, lambda: lab03_topic.publish(topic, users[7:8]))
        run(cloud)
        found = [user_of(body) for url in dict.fromkeys(urls) for body in lab03_topic.found_in(url)]
        runs = len(runs_of(cloud, "welcome")) - 7
        names = {url.rpartition("/")[2] for url in urls}
        _, event_of_4 = handed_to(cloud, topic, 4)
        message_of_7, _ = handed_to(cloud, topic, 7)
        by_lambda, by_sns = (resting_place(cloud, lost, names) for lost in (event_of_4, message_of_7))
        observe("user-4" in found, f"welcome failed {count(runs, 'time')} for user-4, and her event {by_lambda}")
        observe("user-7" in found, f"user-7 never reached fraud-check, and the message {by_sns}")
        others = [name for name in found if name not in ("user-4", "user-7")]
        observe(
            not others, f"the operator's queues hold {lab03_topic.named(others)}, too, and nothing was wrong with that"
        )
        for event in cloud.trace.of(Delivered):
            if event.resource == topic and (name := name_of(event.what.target)) in names:
                raise Observation(
                    f"{name} has a subscription of its own: the topic told it at {moment(event.at)}, and nothing had failed"
                )


# ---------------------------------------------------------------------- task 5

_OUTAGE_S = 10 * MINUTE_S
_AFTER, _AFTER_S = "user-20", 30 * MINUTE_S  # who signs up when all is well again


@register(
    "lab03.ten_minutes_down",
    takes=("connect",),
    hints=(
        "Lambda's own queue gives up after three runs. What keeps messages for longer, and whose patience can you set?",
        "Count the tries that ten minutes need: how long is a message hidden, and how often may it be received?",
        "A failed batch comes back as a whole, with the letters that were sent. And which setting of a mapping is a brake?",
    ),
)
def ten_minutes_down(answer: Any) -> None:
    """The mailer is down for ten minutes, then bears three at once and stumbles twice: each of twenty users gets one letter.

    Who signs up on a good day, later, is not kept waiting.
    """
    with lab_cloud(seed=5) as cloud:
        letters: Counter[str] = Counter()
        stumbles = {"user-2", "user-11"}

        def take(request: Any) -> Any:
            if request.text in stumbles:
                stumbles.discard(request.text)
                return 500, {}, "once more, please"
            letters.update([request.text])
            return None

        mailer = cloud.downstream("https://mailer.example", latency_s=0.5, capacity=3, handler=take)
        mailer.outage(0, _OUTAGE_S)
        topic = lab03_topic.topic()
        cloud.deploy(lab03_services.send_letter, name="welcome", timeout=20)
        attempt(answer, topic, "welcome")
        timeout_stays("welcome", 20)
        users = lab03_topic.publish(topic, lab03_topic.users(20))
        late_user = {"user": _AFTER, "email": f"{_AFTER}@mail.example"}
        cloud.at(_AFTER_S, lambda: lab03_topic.publish(topic, [late_user]), label="one more user")
        cloud.run(seconds=60 * MINUTE_S)
        twice = [user for user in [*users, _AFTER] if letters[user] > 1]
        observe(not twice, f"{twice[0] if twice else ''} got {letters[twice[0]] if twice else 0} letters")
        on_time = sum(letters[user] for user in users)
        ends = (*cloud.trace.of_kind(Kind.DROPPED), *cloud.trace.of_kind(Kind.DEAD_LETTERED))
        gone = sorted((event.at, event.kind is Kind.DROPPED) for event in ends)
        if gone:
            at, dropped = gone[0]
            what = "dropped" if dropped else "dead-lettered"
            raise Observation(
                f"{count(len(gone), 'message')} {was(gone)} {what}, the first at {moment(at)}; {on_time} of 20 letters went out"
            )
        observe(not mailer.refused, f"the mailer refused {count(mailer.refused, 'call')}: it can take three at once")
        observe(on_time == 20, f"{on_time} of 20 letters were out after an hour")
        sent = {each.request.text: each.request.at for each in mailer.requests if each.status == 200}
        late = max(sent[user] for user in users)
        observe(
            late <= 20 * MINUTE_S,
            f"the last letter went out at {moment(late)}, though the mailer was up again at {moment(_OUTAGE_S)}",
        )
        hers = sent.get(_AFTER)
        went = f"her letter went out at {moment(hers)}" if hers is not None else "no letter went out to her"
        observe(
            hers is not None and hers <= _AFTER_S + MINUTE_S,
            f"{_AFTER} signed up at {moment(_AFTER_S)}, long after the outage, and {went}",
        )
