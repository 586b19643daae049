"""After an asynchronous invocation: its record goes to the destination, its event to the function's own dead-letter queue.

Source: Lambda developer guide, invocation-async-retain-records and invocation-async-add-dlq. Once an event, after the final outcome;
synchronous invocations and SQS mappings have none of this. Modelled: one attempt to deliver each; the execution role's permissions are
not evaluated.
"""

import contextlib
import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from moto.sns.models import sns_backends

from motoclock import announcements
from motoclock.arn import Arn
from motoclock.clock import EPOCH
from motoclock.delivery.parcels import Parcel, Undeliverable, hand_over
from motoclock.facts import destinations as facts
from motoclock.functions.asynchronous import AsyncRecord
from motoclock.json_text import json_text
from motoclock.on_behalf import OnBehalf
from motoclock.trace import DeadLettered, Delivered, Dropped, Refused, What
from motoclock.world import World


class Destinations:
    """Destinations and dead-letter queues of asynchronous invocations in one world."""

    def __init__(self, world: World):
        self._world = world
        world.subscribe(announcements.LAMBDA_ASYNC_FINISHED, self._finished)

    def _finished(self, record: AsyncRecord) -> None:
        if record.destination or record.dead_letter:
            name = f"after {record.function_name}"
            self._world.clock.spawn(self._send, record, name=name, on_behalf=OnBehalf(chain_of=record.request_id))

    def _send(self, record: AsyncRecord) -> None:
        """Dead-letter queue and destination may coexist; an event is lost when neither took it."""
        refused = [refusal for send in (self._dead_letter, self._notify) if (refusal := send(record))]
        wanted = bool(record.dead_letter) + bool(record.destination)
        if not record.ok and len(refused) == wanted:
            text = f"{record.why}, and {' '.join(refused)}".rstrip(".")
            self._write(Dropped(text, record.function_arn, because=record.because), record)

    def _notify(self, record: AsyncRecord) -> str | None:
        """Send the record to the destination. Returns what refused it."""
        target = record.destination
        if not target:
            return None
        return self._hand_over(
            record,
            target,
            lambda: self._parcel(record, target),
            lambda new_id: self._write(
                Delivered(
                    target,
                    new_id=new_id,
                    source=record.function_arn,
                    why="" if record.ok else record.why,
                    because=record.because,
                ),
                record,
            ),
        )

    def _dead_letter(self, record: AsyncRecord) -> str | None:
        """Send the event alone to the function's own dead-letter target. Returns what refused it."""
        letter = record.dead_letter
        if letter is None:
            return None
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": letter.request_id},
            "ErrorCode": {"DataType": "Number", "StringValue": str(letter.error_code)},
            "ErrorMessage": {"DataType": "String", "StringValue": letter.error_message},
        }
        parcel = Parcel(
            letter.body.decode(),
            origins=(record.message_id,),
            sender=record.function_arn,
            attributes=attributes,
            trace_header=_trace_header(record),
        )
        return self._hand_over(
            record,
            letter.target_arn,
            lambda: parcel,
            lambda new_id: self._write(
                DeadLettered(letter.target_arn, record.runs, record.why, new_id, because=record.because), record
            ),
            dead_letter=True,
        )

    def _hand_over(
        self,
        record: AsyncRecord,
        target: str,
        parcel: Callable[[], Parcel],
        delivered: Callable[[str | None], None],
        dead_letter: bool = False,
    ) -> str | None:
        try:
            if target.endswith(".fifo"):
                kind = "topic" if Arn.of(target).service == "sns" else "queue"
                raise Undeliverable(
                    f"{target.rsplit(':', 1)[-1]} is a FIFO {kind}, which Lambda can't send to.", "FIFO"
                )
            delivered(hand_over(self._world, target, parcel()))
        except Undeliverable as error:
            refused = Refused(target, error.reason.rstrip("."), dead_letter=dead_letter)
            self._write(refused, record)
            return error.reason
        return None

    # ------------------------------------------------------------------ what is sent

    def _parcel(self, record: AsyncRecord, target: str) -> Parcel:
        content = invocation_record(record, self._world.clock.now)
        service = Arn.of(target).service
        body = json_text(content, compact=True)
        options: dict[str, Any] = {}
        if service == "sns" and len(body.encode()) > _topic_limit_bytes(target):
            content.pop("requestPayload", None)
            content.pop("responsePayload", None)
            body = json_text(content, compact=True)
        elif service == "events":
            options = {
                "source": facts.EVENT_SOURCE.value,
                "detail_type": (facts.DETAIL_TYPE_SUCCESS if record.ok else facts.DETAIL_TYPE_FAILURE).value,
                "resources": [record.invoked_arn, target],
            }
        elif service == "s3":
            options = {"key": self._key(record)}
        return Parcel(
            body,
            origins=(record.message_id,),
            sender=record.function_arn,
            trace_header=_trace_header(record),
            options=options,
        )

    def _key(self, record: AsyncRecord) -> str:
        """The name of the object in S3, as AWS builds it."""
        now, number = self._world.clock.datetime, self._world.random("destinations.ids").getrandbits(128)
        return f"aws/lambda/async/{record.function_name}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.UUID(int=number, version=4)}"

    def _write(self, what: What, record: AsyncRecord) -> None:
        self._world.trace.append(what, record.function_arn, record.message_id, record.request_id)


def invocation_record(record: AsyncRecord, at_s: float) -> dict[str, Any]:
    """The record as AWS writes it. An event that never ran has no response in it."""
    content: dict[str, Any] = {
        "version": facts.RECORD_VERSION.value,
        "timestamp": (EPOCH + timedelta(seconds=at_s)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": record.request_id,
            "functionArn": record.invoked_arn,
            "condition": record.condition,
            "approximateInvokeCount": record.runs,
        },
        "requestPayload": _read(record.payload),
    }
    if record.outcome is not None:
        outcome = record.outcome
        response = {"statusCode": facts.RECORD_STATUS_CODE.value, "executedVersion": outcome.executed_version}
        if outcome.function_error:
            response["functionError"] = outcome.function_error
        content["responseContext"] = response
        content["responsePayload"] = _read(outcome.payload)
    return content


def _trace_header(record: AsyncRecord) -> str:
    """X-Ray's header, which a queue shows as AWSTraceHeader: on destination and dead-letter queue (recorded on AWS in November 2025).

    X-Ray developer guide, xray-concepts-tracingheader. Modelled: nothing is sampled, and the ids follow from that of the request.
    """
    accepted = int((EPOCH + timedelta(seconds=record.accepted_at)).timestamp())
    digest = hashlib.sha256(record.request_id.encode()).hexdigest()
    return f"Root=1-{accepted:08x}-{digest[:24]};Parent={digest[24:40]};Sampled=0"


def _topic_limit_bytes(arn: str) -> float:
    place = Arn.of(arn)
    topic = sns_backends[place.account][place.region].topics.get(arn)
    return topic.maximum_message_size if topic is not None else float("inf")


def _read(payload: bytes) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(payload)
    return payload.decode(errors="replace")
