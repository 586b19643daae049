"""What a bucket tells of deletions, versions and uploads, recorded on AWS in January and September 2025: public snapshots."""

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.engine.delivery.events_stage import contents, rule
from tests.engine.delivery.stage import arn_of, queue

QUEUE = "arn:aws:sqs:us-east-1:123456789012:told"


@pytest.fixture
def s3(cloud):
    client = boto3.client("s3")
    client.create_bucket(Bucket="photos")
    return client


def configure(s3, *events, **more):
    wanted = {"Id": "tell", "QueueArn": QUEUE, "Events": list(events), **more}
    told = {"QueueConfigurations": [wanted], "EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=told)


def told(cloud, url):
    cloud.run()
    records = [record for one in contents(url) for record in one.get("Records", ())]
    return [(record["eventName"], record["s3"]["object"]) for record in records]


def test_each_key_of_a_batch_is_told_of_though_it_was_not_there(cloud, s3):
    url = queue("told")
    configure(s3, "s3:ObjectRemoved:*")
    s3.put_object(Bucket="photos", Key="a", Body=b"1")
    s3.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": key} for key in ("a", "b", "c")]})
    found = told(cloud, url)
    assert {name for name, _ in found} == {"ObjectRemoved:Delete"}
    assert sorted(about["key"] for _, about in found) == ["a", "b", "c"]


def test_an_upload_in_parts_is_told_of_once(cloud, s3):
    url = queue("told")
    configure(s3, "s3:ObjectCreated:*")
    upload = {
        "Bucket": "photos",
        "Key": "a",
        "UploadId": s3.create_multipart_upload(Bucket="photos", Key="a")["UploadId"],
    }
    part = s3.upload_part(**upload, PartNumber=1, Body=b"1" * 6144)["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    [(name, about)] = told(cloud, url)
    assert (name, about["size"]) == ("ObjectCreated:CompleteMultipartUpload", 6144)
    s3.put_object(Bucket="photos", Key="b", Body=b"1")
    assert [name for name, _ in told(cloud, url)][-1] == "ObjectCreated:Put"


def test_a_bucket_with_versions_tells_of_them(cloud, s3):
    url, bus = queue("told"), queue("bus")
    rule(arn_of(bus), pattern={"source": ["aws.s3"]})
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    configure(s3, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    version = s3.put_object(Bucket="photos", Key="a", Body=b"1")["VersionId"]
    s3.put_object(Bucket="photos", Key="a", Body=b"2")
    marker = s3.delete_object(Bucket="photos", Key="a")["VersionId"]
    s3.delete_object(Bucket="photos", Key="a", VersionId=version)
    removed = {name: about for name, about in told(cloud, url) if name.startswith("ObjectRemoved")}
    assert removed["ObjectRemoved:DeleteMarkerCreated"].keys() == {"key", "eTag", "versionId", "sequencer"}
    assert removed["ObjectRemoved:DeleteMarkerCreated"]["versionId"] == marker
    assert removed["ObjectRemoved:DeleteMarkerCreated"]["eTag"] == "d41d8cd98f00b204e9800998ecf8427e"
    assert removed["ObjectRemoved:Delete"].keys() == {"key", "versionId", "sequencer"}
    assert removed["ObjectRemoved:Delete"]["versionId"] == version
    on_bus = {
        one["detail"]["deletion-type"]: one["detail"] for one in contents(bus) if one["detail-type"] == "Object Deleted"
    }
    assert on_bus.keys() == {"Delete Marker Created", "Permanently Deleted"}
    assert on_bus["Permanently Deleted"]["object"]["version-id"] == version


def test_rules_have_names_of_any_case_and_may_be_empty(cloud, s3):
    url = queue("told")
    rules = [{"Name": "suffix", "Value": ".txt"}, {"Name": "PREFIX", "Value": ""}]
    configure(s3, "s3:ObjectCreated:*", Filter={"Key": {"FilterRules": rules}})
    [found] = s3.get_bucket_notification_configuration(Bucket="photos")["QueueConfigurations"]
    assert found["Filter"]["Key"]["FilterRules"] == [
        {"Name": "Suffix", "Value": ".txt"},
        {"Name": "Prefix", "Value": ""},
    ]
    for key in ("a.txt", "a.jpg"):
        s3.put_object(Bucket="photos", Key=key, Body=b"1")
    assert [about["key"] for _, about in told(cloud, url)] == ["a.txt"]


def test_what_is_no_arn_is_refused(s3):
    wanted = {"QueueConfigurations": [{"QueueArn": "q", "Events": ["s3:ObjectCreated:*"]}]}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=wanted)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("InvalidArgument", "The ARN could not be parsed")
