"""A message in an indexed queue, and the receipt handles that name its receives."""

import base64
import hashlib
from collections.abc import Iterator
from enum import Enum
from typing import Any

from moto.moto_api._internal import mock_random
from moto.sqs import models as moto_sqs

_HEAD = "AQEB"  # AWS's handles start so
_SEAL_BYTES = 12
_RANDOM_BYTES = 126


class State(Enum):
    """Where a message is in the life that one queue gives it."""

    DELAYED = "delayed"
    READY = "ready"
    IN_FLIGHT = "in flight"
    GONE = "gone"  # deleted, expired, or moved to another queue


class Message(moto_sqs.Message):
    """moto's message, with its state kept instead of computed. Live: what one caller does to it all others see.

    `approximate_receive_count` counts receives across all queues (as AWS says), `receives_here` those in this queue, which is what
    maxReceiveCount is compared with. Timestamps are milliseconds since 1970, `*_s` virtual seconds.
    """

    body_md5 = ""  # a computed property in moto

    def __init__(self, message_id: str, body: str, size_bytes: int, system_attributes: dict[str, Any] | None = None):
        self.id = message_id
        self.body = body
        self.body_md5 = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
        self.size_bytes = size_bytes
        self.message_attributes: dict[str, Any] = {}
        self.system_attributes = system_attributes or {}
        self.sender_id = moto_sqs.DEFAULT_SENDER_ID
        self.group_id: str | None = None
        self.deduplication_id: str | None = None
        self.sequence_number: str | None = None
        self.dead_letter_source_arn: str | None = None
        self.is_duplicate = False  # the second copy that a standard queue made of a message (Cloud(duplicates=...))
        # in the queue
        self.state = State.GONE
        self.position = -1  # place in the queue's order: never changes, unique in one queue
        self.sent_s = 0.0
        self.sent_timestamp = 0
        self.available_s = 0.0  # when its delay is over
        # receives
        self.approximate_receive_count = 0
        self.approximate_first_receive_timestamp: int | None = None
        self.receives_here = 0
        self.received_s = 0.0  # last receive
        self.visible_at_s = 0.0
        self.receipt_handle: str | None = None
        self.receipt_handles: list[str] = []
        self._attribute_md5: str | None = None

    @property
    def attribute_md5(self) -> str:
        if self._attribute_md5 is None:
            self._attribute_md5 = super().attribute_md5
        return self._attribute_md5

    def md5_of(self, attributes: dict[str, Any]) -> str:
        """MD5 of those message attributes that a receive asked for: botocore compares it with what it got."""
        if len(attributes) == len(self.message_attributes):
            return self.attribute_md5
        part = object.__new__(Message)
        part.message_attributes, part._attribute_md5 = attributes, None
        return part.attribute_md5

    def chosen_attributes(self, names: list[str]) -> dict[str, Any]:
        """The message attributes that these names ask for: "All", "*", ".*", a name, or a prefix with ".*" after it."""
        prefixes = tuple(name[:-2] for name in names if name.endswith(".*"))
        everything = "All" in names or "*" in names or "" in prefixes
        return {
            name: value
            for name, value in self.message_attributes.items()
            if everything or name in names or name.startswith(prefixes)
        }

    def system_texts(self) -> Iterator[tuple[str, str]]:
        """The system attributes as ReceiveMessage gives them: all values are strings."""
        yield "SenderId", self.sender_id
        yield "SentTimestamp", str(self.sent_timestamp)
        yield "ApproximateReceiveCount", str(self.approximate_receive_count)
        yield "ApproximateFirstReceiveTimestamp", str(self.approximate_first_receive_timestamp)
        optional = {
            "MessageGroupId": self.group_id,
            "MessageDeduplicationId": self.deduplication_id,
            "SequenceNumber": self.sequence_number,
            "DeadLetterQueueSourceArn": self.dead_letter_source_arn,
            "AWSTraceHeader": self.system_attributes.get("AWSTraceHeader", {}).get("StringValue"),
        }
        yield from ((name, text) for name, text in optional.items() if text is not None)

    @property
    def system_attribute_md5(self) -> str:
        """MD5 of what SendMessage was given as MessageSystemAttributes."""
        part = object.__new__(Message)
        part.message_attributes, part._attribute_md5 = self.system_attributes, None
        return part.attribute_md5

    @property
    def label(self) -> str:
        """A short form of the body for pictures: its first 60 characters on one line."""
        text = " ".join(self.body[:120].split())
        return text if len(text) <= 60 else f"{text[:59]}…"

    @property
    def visible(self) -> bool:
        return self.state is State.READY

    @property
    def delayed(self) -> bool:
        return self.state is State.DELAYED

    @property
    def all_receipt_handles(self) -> list[str | None]:
        return list(self.receipt_handles)

    def copy(self) -> "Message":
        """The same message as another server of a standard queue holds it: same id, own receives."""
        copy = object.__new__(Message)
        copy.__dict__.update(self.__dict__)
        copy.state, copy.position, copy.is_duplicate = State.GONE, -1, True
        copy.receipt_handle, copy.receipt_handles = None, []
        return copy


class Receipts:
    """Makes receipt handles, and tells an old handle of this queue from nonsense without remembering any.

    A handle is random bytes and a keyed hash of them; the key is the queue.
    """

    def __init__(self, queue_arn: str):
        self._key = hashlib.sha256(queue_arn.encode()).digest()

    def new(self) -> str:
        """A handle nobody had before, from moto's seeded randomness."""
        number = mock_random.getrandbits(_RANDOM_BYTES * 8).to_bytes(_RANDOM_BYTES, "little")
        return _HEAD + base64.b64encode(number + self._seal(number)).decode()

    def made(self, handle: str) -> bool:
        """Whether this queue once issued the handle."""
        try:
            raw = base64.b64decode(handle[len(_HEAD) :], validate=True)
        except ValueError:
            return False
        number, seal = raw[:_RANDOM_BYTES], raw[_RANDOM_BYTES:]
        return handle.startswith(_HEAD) and self._seal(number) == seal

    def _seal(self, number: bytes) -> bytes:
        return hashlib.blake2b(number, key=self._key, digest_size=_SEAL_BYTES).digest()
