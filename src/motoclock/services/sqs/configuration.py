"""The settings of an indexed queue: checked as AWS checks them, readable in constant time."""

import json
from collections.abc import Mapping
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sqs.exceptions import InvalidAttributeName, InvalidParameterValue
from moto.sqs.models import sqs_backends

from motoclock.arn import Arn
from motoclock.services.sqs import attributes as rules
from motoclock.services.sqs.attributes import RedriveAllowPolicy, RedrivePolicy


def queue_of_arn(arn: str) -> "Configuration | None":
    """The queue with this ARN, or None."""
    parts = Arn.of(arn)
    return sqs_backends[parts.account][parts.region].queues.get(parts.resource) if parts.service == "sqs" else None


class Configuration:
    """What moto's Queue does about attributes, done over. Mixed into it."""

    _redrive: RedrivePolicy | None = None
    _redrive_allow = RedriveAllowPolicy()
    _redrive_text: str | None = None
    _redrive_allow_text: str | None = None
    _configured = False
    _policy_json: dict[str, Any]  # moto's

    def _set_attributes(self, attributes: dict[str, Any], now: float | None = None) -> None:
        """moto calls this once with its defaults and what the caller gave, and later with changes only."""
        given = attributes if self._configured else self._given
        self._check_type(given)
        rules.check_combination({**self._settings(), **attributes}, given, self.fifo_queue)
        parsed = {
            name: rules.PARSERS[name](name, value)
            for name, value in attributes.items()
            if name in rules.PARSERS and value is not None
        }
        redrive = self._parse_redrive(given) if "RedrivePolicy" in given else self._redrive
        allow = self._redrive_allow
        if "RedriveAllowPolicy" in given:
            allow = rules.parse_redrive_allow_policy(given["RedriveAllowPolicy"]) or RedriveAllowPolicy()
        # nothing is changed before everything is checked
        if "Policy" in given or not self._configured:
            self.policy = rules.parse_policy(given.get("Policy"))
            if not given.get("Policy"):  # what AddPermission begins with: recorded on AWS in April 2024
                self._policy_json["Version"] = "2008-10-17"
        for name, value in parsed.items():
            setattr(self, camelcase_to_underscores(name), value)
        self._encrypt_once(given, parsed)
        if not self._configured:
            self.kms_master_key_id = parsed.get("KmsMasterKeyId")
        self._redrive, self._redrive_allow = redrive, allow
        self.dead_letter_queue = queue_of_arn(redrive.target_arn) if redrive else None
        self._redrive_text = _as_given(redrive and _written(redrive), given.get("RedrivePolicy"), self._redrive_text)
        if "RedriveAllowPolicy" in given:
            self._redrive_allow_text = _text(given["RedriveAllowPolicy"])
        self.last_modified_timestamp = self._now_s()
        self._configured = True

    def _check_type(self, given: Mapping[str, Any]) -> None:
        is_fifo_name = self.name.endswith(".fifo")
        if self._configured:
            if "FifoQueue" in given:
                wanted = rules.PARSERS["FifoQueue"]("FifoQueue", given["FifoQueue"])
                if not self.fifo_queue:
                    raise InvalidAttributeName("FifoQueue")
                if not wanted:
                    raise rules.invalid_value("FifoQueue", "Modifying queue type is not supported.")
            return
        if "FifoQueue" in given and not rules.PARSERS["FifoQueue"]("FifoQueue", given["FifoQueue"]):
            raise InvalidAttributeName("FifoQueue")
        self.fifo_queue = "FifoQueue" in given
        if self.fifo_queue and not is_fifo_name:
            raise InvalidParameterValue("The name of a FIFO queue must end with the .fifo suffix.")
        if is_fifo_name and not self.fifo_queue:
            raise InvalidParameterValue(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length. A name that ends with .fifo "
                "needs the attribute FifoQueue=true."
            )

    def _encrypt_once(self, given: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        """A queue is encrypted in one way at a time: the one that was asked for last (recorded on AWS in April 2024)."""
        if "KmsMasterKeyId" in given and parsed.get("KmsMasterKeyId"):
            self.sqs_managed_sse_enabled = False
        elif "SqsManagedSseEnabled" in given and parsed["SqsManagedSseEnabled"]:
            self.kms_master_key_id = None

    def _settings(self) -> dict[str, Any]:
        if not self._configured:
            return {}
        return {name: getattr(self, camelcase_to_underscores(name)) for name in rules.PARSERS}

    def _parse_redrive(self, given: Mapping[str, Any]) -> RedrivePolicy | None:
        policy = rules.parse_redrive_policy(given["RedrivePolicy"])
        if policy is None:
            return None
        text = _text(given["RedrivePolicy"])

        def refuse(reason: str) -> InvalidParameterValue:
            return InvalidParameterValue(f"Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}")

        target = queue_of_arn(policy.target_arn)
        if target is None:
            raise refuse("Dead letter target does not exist.")
        if target.fifo_queue != self.fifo_queue:
            raise refuse("Dead-letter queue must be same type of queue as the source.")
        if not target._redrive_allow.allows(self.queue_arn):
            raise refuse("The redrive allow policy of the dead-letter queue does not permit this source queue.")
        return policy

    @property
    def redrive_policy(self) -> dict[str, Any] | None:
        """moto's form: an object with deadLetterTargetArn and maxReceiveCount, or None."""
        return _written(self._redrive) if self._redrive else None

    @property
    def max_receive_count(self) -> int | None:
        """How often a message may be received here before it goes to the dead-letter queue; None without one that exists."""
        if self._redrive is None:
            return None
        if self.dead_letter_queue is None or self.dead_letter_queue.deleted:
            self.dead_letter_queue = queue_of_arn(self._redrive.target_arn)  # deleted and made anew, perhaps
        return None if self.dead_letter_queue is None else self._redrive.max_receive_count

    @property
    def attributes(self) -> dict[str, Any]:
        """All attributes that are set, as GetQueueAttributes gives them."""
        return {name: text for name in rules.READABLE[1:] if (text := self.attribute(name)) is not None}

    def attribute(self, name: str) -> str | None:
        """One attribute as text, or None when this queue has none of it."""
        if name == "RedrivePolicy":
            return self._redrive_text
        if name == "RedriveAllowPolicy":
            return self._redrive_allow_text
        if name in rules.FIFO_ONLY and not self.fifo_queue:
            return None
        if name == "KmsDataKeyReusePeriodSeconds" and not self.kms_master_key_id:
            return None
        value = getattr(self, camelcase_to_underscores(name))
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None else str(value)

    def _now_s(self) -> int:
        return int(self._now_ms() // 1000)


def _written(policy: RedrivePolicy) -> dict[str, Any]:
    return {"deadLetterTargetArn": policy.target_arn, "maxReceiveCount": policy.max_receive_count}


def _text(value: Any) -> str | None:
    if not value:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _as_given(policy: dict[str, Any] | None, given: Any, before: str | None) -> str | None:
    if policy is None:
        return None
    return json.dumps(policy) if given is not None else before
