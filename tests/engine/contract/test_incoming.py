"""Contract with moto and werkzeug: a request that we write down is the one that they would put together."""

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from moto.core.request import Request, normalize_request

from motoclock import Cloud
from motoclock.services.seams import boto
from motoclock.services.seams.incoming import as_moto_takes_it

_MADE_ANEW = {"wsgi.input", "wsgi.errors"}


def prepared(url="https://sqs.us-east-1.amazonaws.com/", body=b"{}", method="POST", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return AWSPreparedRequest(method, url, HeadersDict(named), body, False)


def read(request: Request):
    environ = {name: value for name, value in request.environ.items() if name not in _MADE_ANEW}
    shown = {
        "environ": {name: value for name, value in environ.items() if not name.startswith("werkzeug.")},
        "url": request.raw_url,
        "headers": sorted(request.headers.items()),
        "type": request.content_type,
        "data": request.data,
        "form": request.form.to_dict(flat=False),
        "files": request.files.to_dict(flat=False),
        "values": request.values.to_dict(flat=False),
    }
    return shown | {"body": request.get_data(), "left to read": request.stream.read()}


def pair(request):
    """By us, and by moto."""
    taken, url = as_moto_takes_it(request)
    assert url == taken.raw_url
    return read(taken), read(normalize_request(request))


@pytest.mark.parametrize(
    "request_",
    [
        prepared(Content_Type="application/x-amz-json-1.0", X_Amz_Target=b"AmazonSQS.SendMessage"),
        prepared(body='{"MessageBody": "Kühlschrank"}', Content_Type="application/x-amz-json-1.0", Content_Length="32"),
        prepared(body=b"Action=Publish&Message=a%20b", Content_Type="application/x-www-form-urlencoded; charset=utf-8"),
        prepared(url="https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/charge", method="GET", body=None),
        prepared(url="https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/charge/", method="DELETE", body=b""),
        prepared(url="https://sqs.us-east-1.amazonaws.com", Transfer_Encoding="chunked"),
        prepared(url="http://sqs.us-east-1.amazonaws.com/", body=b"abc"),
        prepared(url="https://lambda.us-east-1.amazonaws.com/functions/arn%3Aaws%3Alambda/invocations"),
        prepared(url="https://b.s3.amazonaws.com/a%20key//with%2Fslashes?versionId=3", method="PUT", body=b"\xff\x00"),
        prepared(url="https://s3.amazonaws.com/?list-type=2&prefix=a+b", method="GET", body=None),
        prepared(url="https://sqs.us-east-1.amazonaws.com:8443/"),
        prepared(url="https://b.s3.amazonaws.com/key", method="PUT", **{"x-amz-meta-my_key": "1"}),
        prepared(X_Amz_Meta_Note="Grüße".encode()),
        prepared(body=b"\x1f\x8b\x08", Content_Encoding="gzip", Content_Type="application/json"),
        prepared(body=b"a=1&b=2", Content_Type=" Application/X-WWW-Form-Urlencoded"),
        prepared(
            body=b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--x--\r\n',
            Content_Type="multipart/form-data; boundary=x",
        ),
    ],
    ids=lambda request: f"{request.method} {request.url}",
)
def test_a_request_is_motos_own(request_):
    ours, theirs = pair(request_)
    assert ours == theirs


def test_the_common_ones_don_t_go_by_way_of_werkzeugs_client(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the long way")

    monkeypatch.setattr(Request, "from_values", refuse)
    with Cloud():
        boto3.client("sqs").create_queue(QueueName="q")
        boto3.client("sns").create_topic(Name="t")
        boto3.client("kinesis").create_stream(StreamName="s", ShardCount=1)
        boto3.client("events").put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])


def test_each_request_of_the_course_is_motos_own(monkeypatch):
    """Whatever botocore says while a small system is built and used."""
    plain, compared = boto._dispatch, []

    def charge(event, context):
        return None

    def dispatch(request):
        if isinstance(request.body, bytes | str | None):  # others are read once
            ours, theirs = pair(request)
            assert ours == theirs
            compared.append(request.url)
        return plain(request)

    monkeypatch.setattr(boto, "_dispatch", dispatch)
    with Cloud() as cloud:
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        cloud.deploy(charge)
        boto3.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="charge")
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="placed")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        sns.publish(TopicArn=topic, Message="käse & brot = 1+1")
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="claims")
        s3.put_object(Bucket="claims", Key="a key/with + and ü", Body=b"\xff", Metadata={"my_note": "1"})
        s3.get_object(Bucket="claims", Key="a key/with + and ü")
        cloud.run()
    assert len(compared) > 10
