"""SNS requests and answers: the actions whose answers differ from moto's."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sns.exceptions import SNSNotFoundError
from moto.sns.responses import SNSResponse

from motoclock.services.sns.backend import SevenSNSBackend
from motoclock.services.sns.publications import Publication
from motoclock.services.sns.refusals import InvalidParameter


class SevenSNSResponse(SNSResponse):
    """moto's class, over a `SevenSNSBackend`."""

    backend: SevenSNSBackend

    def _get_tags(self) -> dict[str, str]:
        """moto reads every call's tags here, and lets the last of two with one key win."""
        tags = self._get_param("Tags", [])
        if len({tag["Key"] for tag in tags}) < len(tags):
            raise InvalidParameter("Duplicated keys are not allowed.")
        return super()._get_tags()

    def get_topic_attributes(self) -> ActionResult:
        return ActionResult({"Attributes": self.backend.get_topic(self._get_param("TopicArn")).attributes()})

    def set_topic_attributes(self) -> ActionResult:
        self.backend.set_topic_attribute(
            self._get_param("TopicArn"), self._get_param("AttributeName"), self._get_param("AttributeValue") or ""
        )
        return EmptyResult()

    def create_topic(self) -> ActionResult:
        topic = self.backend.create_topic(self._get_param("Name"), self._get_param("Attributes", {}), self._get_tags())
        return ActionResult({"TopicArn": topic.arn})

    def subscribe(self) -> ActionResult:
        subscription = self.backend.subscribe(
            self._get_param("TopicArn"),
            self._get_param("Endpoint"),
            self._get_param("Protocol"),
            self._get_param("Attributes", {}),
        )
        shown = subscription.confirmed or self._get_param("ReturnSubscriptionArn")
        return ActionResult({"SubscriptionArn": subscription.arn if shown else "pending confirmation"})

    def set_subscription_attributes(self) -> ActionResult:
        self.backend.set_subscription_attributes(
            self._get_param("SubscriptionArn"), self._get_param("AttributeName"), self._get_param("AttributeValue")
        )
        return EmptyResult()

    def unsubscribe(self) -> ActionResult:
        self.backend.unsubscribe(self._get_param("SubscriptionArn") or "")
        return EmptyResult()

    def confirm_subscription(self) -> ActionResult:
        subscription = self.backend.confirm_subscription(self._get_param("TopicArn"), self._get_param("Token"))
        return ActionResult({"SubscriptionArn": subscription.arn})

    def publish(self) -> ActionResult:
        arn = self._get_param("TargetArn") or self._get_param("TopicArn")
        if self._get_param("PhoneNumber") or "/" in (arn or ""):  # a phone, or a mobile app's endpoint
            try:
                return super().publish()
            except SNSNotFoundError:
                raise InvalidParameter("TargetArn Reason: No endpoint found for the target arn specified") from None
        if arn is None:
            raise InvalidParameter("TopicArn or TargetArn Reason: no value for required parameter")
        publication = self.backend.get_topic(arn).accept(
            self._get_param("Message"),
            attributes=self._get_param("MessageAttributes", {}),
            subject=self._get_param("Subject"),
            group_id=self._get_param("MessageGroupId"),
            deduplication_id=self._get_param("MessageDeduplicationId"),
            structure=self._get_param("MessageStructure"),
            trace_header=self.headers.get("X-Amzn-Trace-Id"),  # recorded on AWS in August 2023, of Publish
        )
        return ActionResult(_sent(publication))

    def publish_batch(self) -> ActionResult:
        sent, failed = self.backend.publish_entries(
            self._get_param("TopicArn"), self._get_param("PublishBatchRequestEntries", [])
        )
        successful = [{"Id": entry_id, **_sent(publication)} for entry_id, publication in sent]
        return ActionResult({"Successful": successful, "Failed": failed})


def _sent(publication: Publication) -> dict[str, Any]:
    answer = {"MessageId": publication.id}
    if publication.sequence_number is not None:
        answer["SequenceNumber"] = publication.sequence_number
    return answer
