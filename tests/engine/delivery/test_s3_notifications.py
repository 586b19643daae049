"""A bucket tells functions, queues, topics and the default bus, through the engine. Shapes recorded on AWS in January 2025."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from motoclock.trace import Kind
from tests.engine.delivery.events_stage import contents, rule
from tests.engine.delivery.stage import arn_of, bodies, function, queue
from tests.engine.delivery.topic_stage import subscribe, topic

QUEUE = "arn:aws:sqs:us-east-1:123456789012:told"


def s3():
    return boto3.client("s3")


def bucket(**configuration) -> None:
    s3().create_bucket(Bucket="photos")
    s3().put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=configuration)


def put(key="a b.txt", body=b"1234"):
    s3().put_object(Bucket="photos", Key=key, Body=body)


def queues(events=("s3:ObjectCreated:*",), arn=QUEUE, **more):
    return {"QueueConfigurations": [{"Id": "tell", "QueueArn": arn, "Events": list(events), **more}]}


def test_a_queue_is_told_in_awss_words(cloud):
    url = queue("told")
    bucket(**queues())
    cloud.run()
    (test_event,) = contents(url)
    assert {**test_event, "Time": ""} == {
        "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "", "Bucket": "photos",
    }  # fmt: skip

    put()
    cloud.run(seconds=1)
    (record,) = contents(url)[0]["Records"]
    assert set(record) == {
        "eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity", "requestParameters",
        "responseElements", "s3",
    }  # fmt: skip
    assert (record["eventVersion"], record["eventSource"], record["eventName"]) == (
        "2.1",
        "aws:s3",
        "ObjectCreated:Put",
    )
    about = record["s3"]
    assert about["configurationId"] == "tell" and about["bucket"]["arn"] == "arn:aws:s3:::photos"
    assert about["object"].pop("sequencer")
    assert about["object"] == {"key": "a+b.txt", "size": 4, "eTag": "81dc9bdb52d04dc20036dbd8313ed055"}


def test_a_function_runs_and_docker_is_never_asked(cloud, monkeypatch):
    def never(*_, **__):
        raise AssertionError("moto's own way to a function")

    monkeypatch.setattr("moto.awslambda.models.LambdaFunction.invoke", never)
    arn = function("def handler(event, context): print(event['Records'][0]['s3']['object']['key'])")
    bucket(LambdaFunctionConfigurations=[{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:Put"]}])
    put("x.jpg")
    cloud.run()
    assert "x.jpg" in str(cloud.logs("work"))


def test_a_topic_passes_it_on_with_a_subject(cloud):
    photos, url = topic("photos"), queue()
    subscribe(photos, url)
    bucket(TopicConfigurations=[{"TopicArn": photos, "Events": ["s3:ObjectRemoved:*"]}])
    put()
    s3().delete_object(Bucket="photos", Key="a b.txt")
    cloud.run()
    told = [json.loads(body) for body in bodies(url)]
    assert {one["Subject"] for one in told} == {"Amazon S3 Notification"}
    (record,) = json.loads(told[-1]["Message"])["Records"]
    assert record["eventName"] == "ObjectRemoved:Delete" and set(record["s3"]["object"]) == {"key", "sequencer"}


def test_the_default_bus_has_the_event_where_the_bucket_says_so(cloud):
    url = queue()
    rule(arn_of(url), pattern={"source": ["aws.s3"], "detail-type": ["Object Created", "Object Deleted"]})
    bucket(EventBridgeConfiguration={})
    put()
    s3().delete_object(Bucket="photos", Key="a b.txt")
    cloud.run()
    created, deleted = contents(url)
    assert created["resources"] == ["arn:aws:s3:::photos"] and created["account"] == "123456789012"
    assert created["detail"]["object"].pop("sequencer")
    assert created["detail"]["object"] == {"key": "a b.txt", "size": 4, "etag": "81dc9bdb52d04dc20036dbd8313ed055"}
    assert (created["detail"]["reason"], deleted["detail"]["reason"]) == ("PutObject", "DeleteObject")
    assert deleted["detail"]["deletion-type"] == "Permanently Deleted"


def test_without_it_the_bus_hears_nothing(cloud):
    url = queue()
    rule(arn_of(url), pattern={"source": ["aws.s3"]})
    s3().create_bucket(Bucket="photos")
    put()
    cloud.run()
    assert bodies(url) == []


def test_keys_are_filtered_by_prefix_and_suffix(cloud):
    url = queue("told")
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]
    bucket(**queues(Filter={"Key": {"FilterRules": rules}}))
    cloud.run()
    boto3.client("sqs").purge_queue(QueueUrl=url)
    for key in ("in/a.jpg", "in/a.txt", "out/a.jpg"):
        put(key)
    cloud.run()
    assert [one["Records"][0]["s3"]["object"]["key"] for one in contents(url)] == ["in%2Fa.jpg"]


def test_a_missing_queue_is_refused_when_it_is_named(cloud):
    with pytest.raises(ClientError) as caught:
        bucket(**queues(arn="arn:aws:sqs:us-east-1:123456789012:missing"))
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == (
        "InvalidArgument",
        "Unable to validate the following destination configurations",
    )
    put()  # nobody is told
    assert not cloud.trace.of_kind(Kind.SENT)


def test_a_target_that_went_away_is_in_the_trace(cloud):
    url = queue("told")
    bucket(**queues())
    cloud.run()
    boto3.client("sqs").delete_queue(QueueUrl=url)
    put()
    cloud.run()
    (refused,) = cloud.trace.of_kind(Kind.REFUSED)
    assert refused.detail.target == QUEUE and "does not exist" in refused.detail.reason


def told() -> dict:
    answer = s3().get_bucket_notification_configuration(Bucket="photos")
    answer.pop("ResponseMetadata")
    return answer


def test_a_configuration_is_answered_as_it_was_put(cloud):
    queue("told")
    filters = {"Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}]}}}
    whole = {**queues(**filters), "EventBridgeConfiguration": {}}
    bucket(**whole)
    assert told() == whole
    s3().put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    assert told() == {"EventBridgeConfiguration": {}}
    s3().put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration={})
    assert told() == {}


def test_tags_are_told_of_when_they_are_put_and_not_with_each_object(cloud):
    """S3 user guide, how-to-enable-disable-notification-intro: s3:ObjectTagging:Put is PutObjectTagging."""
    url = queue("told")
    bucket(**queues(("s3:ObjectTagging:*", "s3:ObjectCreated:*")), EventBridgeConfiguration={})
    rule(arn_of(queue("bus")), pattern={"source": ["aws.s3"]})
    put("a.jpg")
    s3().put_object(Bucket="photos", Key="b.jpg", Body=b"", Tagging="k=v")
    s3().put_object_tagging(Bucket="photos", Key="a.jpg", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    cloud.run()
    names = [one["Records"][0]["eventName"] for one in contents(url) if "Records" in one]
    assert sorted(names) == ["ObjectCreated:Put", "ObjectCreated:Put", "ObjectTagging:Put"]
    on_bus = [one["detail-type"] for one in contents(boto3.client("sqs").get_queue_url(QueueName="bus")["QueueUrl"])]
    assert sorted(on_bus) == ["Object Created", "Object Created", "Object Tags Added"]


def template(notifications: dict | None) -> str:
    """A bucket, and a queue that it may tell."""
    properties = {"BucketName": "photos", **({"NotificationConfiguration": notifications} if notifications else {})}
    resources = {
        "Told": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "told"}},
        "Photos": {"Type": "AWS::S3::Bucket", "Properties": properties},
    }
    return json.dumps({"Resources": resources})


def entry(event="s3:ObjectCreated:*", **more) -> dict:
    return {"Event": event, "Queue": {"Fn::GetAtt": ["Told", "Arn"]}, **more}


def test_a_stacks_bucket_tells_whom_its_template_names(cloud):
    stacks = boto3.client("cloudformation")
    rules = {"Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".jpg"}]}}}
    wanted = {"QueueConfigurations": [entry(**rules)], "EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    stacks.create_stack(StackName="s", TemplateBody=template(wanted))
    rule(arn_of(queue("bus")), pattern={"source": ["aws.s3"]})
    url = boto3.client("sqs").get_queue_url(QueueName="told")["QueueUrl"]
    put("a.jpg")
    put("b.txt")
    cloud.run()
    keys = [one["Records"][0]["s3"]["object"]["key"] for one in contents(url) if "Records" in one]
    assert keys == ["a.jpg"]
    assert len(contents(boto3.client("sqs").get_queue_url(QueueName="bus")["QueueUrl"])) == 2
    assert set(told()) == {"QueueConfigurations", "EventBridgeConfiguration"}

    stacks.update_stack(StackName="s", TemplateBody=template({"QueueConfigurations": [entry("s3:ObjectRemoved:*")]}))
    assert [one["Events"] for one in told()["QueueConfigurations"]] == [["s3:ObjectRemoved:*"]]
    assert set(told()) == {"QueueConfigurations"}
    stacks.update_stack(StackName="s", TemplateBody=template(None))
    assert told() == {}


def test_a_bus_that_is_switched_off_in_a_template_is_not_told(cloud):
    wanted = {"EventBridgeConfiguration": {"EventBridgeEnabled": False}, "QueueConfigurations": [entry()]}
    boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=template(wanted))
    assert set(told()) == {"QueueConfigurations"}


def test_a_stack_whose_bucket_names_nobody_leaves_no_bucket(cloud):
    wanted = {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": QUEUE.replace("told", "nobody")}]}
    with pytest.raises(ClientError, match="Unable to validate"):
        boto3.client("cloudformation").create_stack(StackName="s", TemplateBody=template(wanted))
    assert s3().list_buckets()["Buckets"] == []
