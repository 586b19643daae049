"""Seam: what happens to a bucket's objects is told to functions, queues, topics and the default bus, through the engine.

moto 5.2.5 tells them itself: it runs functions in Docker, puts messages past every check, and swallows what goes wrong. Here its two
ways out are ours. moto tells of tags with each object that is put, tags or none; AWS when PutObjectTagging is called.

answers     what the API says of a configuration
records     the event of a notification and of EventBridge
delivery    who gets it
"""

from collections.abc import Callable
from typing import Any

from moto.s3 import notifications
from moto.s3.responses import S3Response

from motoclock.extras.s3.answers import bucket_notification
from motoclock.extras.s3.delivery import check_destinations, object_event, test_events

__all__ = ["install"]

_TAGGED = notifications.S3NotificationEvent.OBJECT_TAGGING_PUT_EVENT


def install() -> None:
    """moto's models look both functions up in their module at each call."""
    notifications.send_event = _changed
    notifications.send_test_event = _configured
    S3Response.get_bucket_notification = bucket_notification
    S3Response.put_object_tagging = _telling_of_tags(S3Response.put_object_tagging)


def _changed(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    if event_name is not _TAGGED:
        object_event(account_id, event_name, bucket, key)


def _telling_of_tags(plain: Callable[[S3Response], Any]) -> Callable[[S3Response], Any]:
    def put_object_tagging(response: S3Response) -> Any:
        answer = plain(response)
        backend, version = response.backend, response._get_param("versionId")
        key = backend.get_object(response.bucket_name, response.parse_key_name(), version_id=version)
        object_event(backend.account_id, _TAGGED, backend.get_bucket(response.bucket_name), key)
        return answer

    return put_object_tagging


def _configured(account_id: str, bucket: Any) -> None:
    check_destinations(bucket)
    test_events(bucket)
