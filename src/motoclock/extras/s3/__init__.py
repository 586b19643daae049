"""Seam: what happens to a bucket's objects is told to functions, queues, topics and the default bus, through the engine.

moto 5.2.5 tells them itself: it runs functions in Docker, puts messages past every check, and swallows what goes wrong. Here its two
ways out are ours. moto tells of tags with each object that is put, tags or none; AWS when PutObjectTagging is called. moto is silent
of delete markers, of versions and of what was not there, and tells of a put before it tells that an upload is complete.

configuration  what the API takes of a configuration
answers     what the API says of a configuration
records     the event of a notification and of EventBridge
delivery    who gets it
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from motoclock.extras.s3.answers import bucket_notification
from motoclock.extras.s3.configuration import wanted
from motoclock.extras.s3.delivery import check_destinations, object_event, test_events
from motoclock.extras.s3.records import Gone

__all__ = ["install"]

_EVENTS = notifications.S3NotificationEvent
_TAGGED = _EVENTS.OBJECT_TAGGING_PUT_EVENT
_REMOVED, _MARKED = _EVENTS.OBJECT_REMOVED_DELETE_EVENT, _EVENTS.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
_completing = ContextVar("completing", default=False)  # an upload in parts, which moto puts together by a put


def install() -> None:
    """moto's models look both functions up in their module at each call."""
    notifications.send_event = _changed
    notifications.send_test_event = _configured
    S3Response.get_bucket_notification = bucket_notification
    S3Response._notification_config_from_body = wanted
    S3Backend.delete_object = _telling_of_removals(S3Backend.delete_object)
    S3Backend.complete_multipart_upload = _telling_once(S3Backend.complete_multipart_upload)
    S3Response.put_object_tagging = _telling_of_tags(S3Response.put_object_tagging)


def _changed(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    if event_name in (_TAGGED, _REMOVED) or (_completing.get() and event_name is _EVENTS.OBJECT_CREATED_PUT_EVENT):
        return
    object_event(account_id, event_name, bucket, key)


def _telling_once(plain: Callable[..., Any]) -> Callable[..., Any]:
    def complete_multipart_upload(*args: Any, **kwargs: Any) -> Any:
        token = _completing.set(True)
        try:
            return plain(*args, **kwargs)
        finally:
            _completing.reset(token)

    return complete_multipart_upload


def _telling_of_removals(plain: Callable[..., Any]) -> Callable[..., Any]:
    """S3 tells of each key that it was asked to delete, there or not: recorded on AWS in January 2025, of DeleteObjects."""

    def delete_object(
        backend: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        done, told = plain(backend, bucket_name, key_name, version_id, bypass)
        bucket = backend.get_bucket(bucket_name)
        if done or not bucket.is_versioned:
            event = _MARKED if bucket.is_versioned and version_id is None else _REMOVED
            object_event(backend.account_id, event, bucket, Gone(key_name, told.get("version-id") or "null"))
        return done, told

    return delete_object


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
