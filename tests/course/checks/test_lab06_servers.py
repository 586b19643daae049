"""The web servers of lab 06 remember nothing of each other, whatever a function remembers with, and leave the function as it was."""

import functools
import hashlib
import itertools
import os
import threading

import boto3
import pytest

from sevenways import Cloud
from sevenways.checks.lab06_servers import Server
from sevenways.checks.registry import Observation, registry
from sevenways.checks.verdict import judge

seen: dict[str, int] = {}
met: list[str] = []
tickets = itertools.count()
how_many = 0
lock = threading.Lock()
kinesis = boto3.client("kinesis")
whose = id(kinesis)
with Cloud() as cloud:
    """One that the notebook has closed."""


def in_a_dict(click):
    return f"key-{seen.setdefault(click['visitor'], len(seen))}"


def in_a_list(click):
    if click["visitor"] not in met:
        met.append(click["visitor"])
    return f"key-{met.index(click['visitor'])}"


def in_a_default(click, known={}):  # noqa: B006 (a learner's)
    return f"key-{known.setdefault(click['visitor'], len(known))}"


def in_an_attribute(click):
    known = in_an_attribute.known
    return f"key-{known.setdefault(click['visitor'], len(known))}"


in_an_attribute.known = {}


def ticket_of(visitor):
    return f"key-{next(tickets)}"


remembered = functools.cache(ticket_of)


def in_a_cache(click):
    return remembered(click["visitor"])


def in_a_number(click):
    global how_many
    with lock:
        if click["visitor"] not in seen:
            how_many += 1
            seen[click["visitor"]] = how_many
    return f"key-{seen[click['visitor']]}"


def closed_over():
    known = {}

    def key_of(click):
        return f"key-{known.setdefault(click['visitor'], len(known))}"

    return key_of


class Counting:
    def __init__(self):
        self.known = {}

    def key_of(self, click):
        return f"key-{self.known.setdefault(click['visitor'], len(self.known))}"

    __call__ = key_of


REMEMBERING = {
    "dict": in_a_dict, "list": in_a_list, "default": in_a_default, "attribute": in_an_attribute, "cache": in_a_cache,
    "number": in_a_number, "closure": closed_over(), "method": Counting().key_of, "instance": Counting(),
    "partial": functools.partial(in_a_default, known={}), "lambda": lambda click: in_a_dict(click),
}  # fmt: skip


@pytest.mark.parametrize("how", REMEMBERING)
def test_what_one_process_remembers_another_does_not_know(how):
    verdict = judge(registry, "lab06.pick_a_key", (REMEMBERING[how],))
    assert "what one process remembers, another doesn't know" in " ".join(verdict.line.split())


def test_nothing_is_left_in_the_memory_of_the_notebook():
    for key_of in REMEMBERING.values():
        Server(1, key_of).key({"id": "click-0", "visitor": "visitor-0"})
    assert (seen, met, how_many, next(tickets)) == ({}, [], 0, 0)
    assert in_an_attribute.known == {} and in_a_default.__defaults__ == ({},)
    assert os.getpid() != 4001


def digest(visitor):
    return digests.setdefault(visitor, hashlib.sha256(visitor.encode()).hexdigest())


digests: dict[str, str] = {}


def remembers_what_all_would_make(click):
    return digest(click["visitor"])


def asks_the_stream(click):
    assert id(kinesis) == whose and cloud.elapsed == 0
    return click["visitor"]


@pytest.mark.parametrize(
    "key_of", [remembers_what_all_would_make, asks_the_stream, functools.wraps(digest)(asks_the_stream)]
)
def test_a_memory_of_what_every_process_would_make_is_fine(key_of):
    assert str(judge(registry, "lab06.pick_a_key", (key_of,))) == "✓ lab06.pick_a_key"


def by_process(click):
    return f"{click['visitor']} of {os.getpid()}"


def by_cached_hash(click):
    return f"key-{cached_hash(click['visitor'])}"


@functools.cache
def cached_hash(visitor):
    return hash(visitor)


@pytest.mark.parametrize(
    ("key_of", "why"),
    [
        (by_process, "each process has a number of its own"),
        (by_cached_hash, "what `hash` makes of a text differs from process to process"),
    ],
)
def test_so_is_its_number_and_its_hash(key_of, why):
    assert why in " ".join(judge(registry, "lab06.pick_a_key", (key_of,)).line.split())


def test_a_hash_of_the_learners_own_stays_hers():
    names = {"__builtins__": __builtins__}
    exec("def hash(text): return sum(map(ord, text))\ndef key_of(click): return str(hash(click['visitor']))", names)
    click = {"id": "click-0", "visitor": "visitor-17"}
    assert (
        Server(1, names["key_of"]).key(click)
        == Server(2, names["key_of"]).key(click)
        == str(sum(map(ord, "visitor-17")))
    )


def test_a_key_that_is_no_text_is_named_with_its_click():
    with pytest.raises(Observation, match="a partition key is a text, and for click-0 it was 7"):
        Server(1, lambda click: 7).key({"id": "click-0", "visitor": "visitor-0"})
