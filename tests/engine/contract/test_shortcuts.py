"""Contract: what botocore makes and nobody reads is left out, and nothing else of a request changes with it."""

import contextlib
import copy
import functools
import importlib.util
import inspect
import os
from pathlib import Path

import boto3
import botocore.auth
import botocore.endpoint
import botocore.hooks
import botocore.httpsession
import moto.backends
import moto.core.utils
import pytest
from botocore.client import ClientCreator
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.hooks import EventAliaser
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.core.base_backend import BackendDict

from motoclock import Cloud
from motoclock.services.seams import shortcuts


def as_botocore_has_it(module):
    """A second, untouched copy of a module."""
    spec = importlib.util.find_spec(module)
    untouched = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(untouched)
    return untouched


def sent(service, call, **of_client):
    """The request of one call, as botocore would send it."""
    seen = []
    with Cloud():
        client = boto3.client(service, **of_client)
        client.meta.events.register("before-send", lambda request, **_: seen.append(request))
        call(client)
    return seen[-1]


def names(request):
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}


def test_the_sender_of_a_request_is_not_spelled_out():
    assert names(sent("sqs", lambda sqs: sqs.list_queues()))["User-Agent"] == "sevenways"


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("sqs", lambda sqs: sqs.list_queues()),
        ("lambda", lambda aws_lambda: aws_lambda.list_functions()),
        ("sns", lambda sns: sns.list_topics()),
        ("s3", lambda s3: s3.list_buckets()),
        ("sts", lambda sts: sts.get_caller_identity()),
    ],
)
def test_but_for_its_signature_a_request_is_botocores(monkeypatch, service, call):
    ours = names(sent(service, call, region_name="eu-west-1"))
    monkeypatch.setattr(botocore.auth.SigV4Auth, "add_auth", shortcuts._plain_add_auth)
    theirs = names(sent(service, call, region_name="eu-west-1"))
    vary = {"Authorization", "X-Amz-Date", "amz-sdk-invocation-id"}
    assert {k: v for k, v in ours.items() if k not in vary} == {k: v for k, v in theirs.items() if k not in vary}
    assert ours["Authorization"].partition(", ")[0] == theirs["Authorization"].partition(", ")[0]
    assert ours["Authorization"] != theirs["Authorization"]
    assert "/eu-west-1/" in ours["Authorization"] or service in ("sts", "s3")


def test_who_calls_is_still_known():
    """moto finds the account and the Region of a request in what stands before the signature."""
    with Cloud():
        key = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "never-used"}
        assert boto3.client("sts", **key).get_caller_identity()["Account"]
        made = boto3.client("s3", region_name="eu-west-1")
        made.create_bucket(Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        assert made.get_bucket_location(Bucket="far-away")["LocationConstraint"] == "eu-west-1"


def test_a_presigned_url_carries_a_signature_of_its_own():
    with Cloud():
        s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
        urls = [s3.generate_presigned_url("get_object", {"Bucket": "b", "Key": key}) for key in ("one", "two")]
    signatures = [url.partition("X-Amz-Signature=")[2].partition("&")[0] for url in urls]
    assert len(set(signatures)) == 2
    assert all(len(signature) == 64 and set(signature) != {"0"} for signature in signatures)


def test_without_credentials_there_is_botocores_own_error():
    signer = botocore.auth.SigV4Auth(None, "sqs", "us-east-1")
    with pytest.raises(NoCredentialsError):
        signer.add_auth(None)


def test_a_client_looks_for_no_proxy_and_makes_no_tls_context(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
    with Cloud():
        session = boto3.client("sqs")._endpoint.http_session
    assert session._proxy_config.proxy_url_for("https://sqs.us-east-1.amazonaws.com") is None
    assert session._manager.connection_pool_kw["ssl_context"] is None


def test_what_we_replace_is_still_there():
    assert botocore.endpoint.EndpointCreator._get_proxies.__code__.co_varnames == ("_creator", "url")
    assert callable(shortcuts._plain_add_auth)
    assert shortcuts._plain_add_auth.__code__.co_varnames[:2] == ("self", "request")


def test_a_client_has_handlers_of_its_own():
    """Copied from the session's: what one registers, another client and the session don't hear."""
    heard = []

    def hear(who):
        return lambda **_: heard.append(who)

    with Cloud():
        session = boto3.Session()
        session.events.register("before-send.sqs", hear("session"))
        one, other = session.client("sqs"), session.client("sqs")
        one.meta.events.register("before-send.sqs", hear("one"))
        one.meta.events.register_first("before-send.sqs.ListQueues", hear("one, first"))
        other.meta.events.register_last("before-send", hear("other, last"))
        one.list_queues()
        assert heard == ["one, first", "session", "one"]
        heard.clear()
        other.list_queues()
        assert heard == ["session", "other, last"]
        heard.clear()
        session.client("sqs").list_queues()
        assert heard == ["session"]


KEYS = ("before-send", "before-send.sqs", "before-send.sqs.ListQueues", "before-send.*.ListQueues", "choose-signer.s3")
STEPS = st.tuples(
    st.sampled_from(("register", "register_first", "register_last", "unregister")),
    st.sampled_from(KEYS),
    st.integers(0, 3),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.just("copy"), STEPS)), max_size=25))
def test_emitters_that_were_copied_are_told_apart_as_botocores_are(steps):
    """Whatever is registered, taken back, asked and copied, in whatever order."""
    handlers = [lambda n=n, **_: n for n in range(4)]

    def after(emitters):
        for which, step in steps:
            emitter = emitters[which % len(emitters)]
            if step == "copy":
                emitters.append(copy.copy(emitter))
                continue
            act, key, handler = step
            # botocore stumbles where a tree goes on below a key without handlers
            with contextlib.suppress(AttributeError):
                getattr(emitter, act)(key, handlers[handler])
        return [[emitter.emit(key) for key in KEYS] for emitter in emitters]

    untouched = as_botocore_has_it("botocore.hooks")
    assert after([botocore.hooks.HierarchicalEmitter()]) == after([untouched.HierarchicalEmitter()])


def test_a_copied_tree_keeps_the_nodes_that_nobody_changed():
    with Cloud():
        session = boto3.Session()
        tree = session.events._emitter._handlers
        copied = copy.copy(tree)
        copied.append_item("before-send.sqs", print)
    there, here = (one._root["children"] for one in (tree, copied))
    assert there["before-send"] is not here["before-send"]
    assert {name for name in here if here[name] is not there.get(name)} == {"before-send"}


def test_a_client_has_the_methods_that_botocore_makes(monkeypatch):
    asked = []
    monkeypatch.setattr(
        ClientCreator, "_create_methods", lambda *given: asked.append(given) or shortcuts._methods(*given)
    )
    with Cloud():
        boto3.Session().client("sqs")
    creator, service = asked[-1]
    ours, theirs = shortcuts._methods(creator, service), shortcuts._plain_methods(creator, service)
    assert ours.keys() == theirs.keys()
    assert {name: str(method.__doc__) for name, method in ours.items()} == {
        name: str(method.__doc__) for name, method in theirs.items()
    }
    ours.clear()
    assert shortcuts._methods(creator, service).keys() == theirs.keys()


def test_what_one_session_does_to_a_class_no_other_client_has():
    with Cloud():
        session = boto3.Session()
        session.events.register(
            "creating-client-class.sqs",
            lambda class_attributes, **_: class_attributes.update(list_queues=None, mine=True),
        )
        changed, plain = session.client("sqs"), boto3.client("sqs")
        assert (changed.list_queues, changed.mine) == (None, True)
        assert plain.list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
        with pytest.raises(AttributeError):
            plain.mine  # noqa: B018


class Heard:
    def all(self, **kwargs): ...

    def one(self, request): ...

    def __call__(self, first, *rest, **kwargs): ...


def signed(**kwargs): ...


signed.__signature__ = inspect.signature(lambda request: None)


@pytest.mark.parametrize(
    "handler",
    [
        Heard().all, Heard().one, Heard.all, Heard(), lambda **kwargs: None, lambda a, *, b: None, lambda *a: None,
        functools.partial(Heard().all, 1), functools.partial(Heard().one), signed,
    ],
)  # fmt: skip
def test_a_handler_takes_what_botocore_says_it_takes(handler):
    assert bool(shortcuts._accepts_kwargs(handler)) == bool(shortcuts._plain_accepts_kwargs(handler))


def test_a_handler_that_does_not_take_everything_is_refused_as_ever():
    with Cloud(), pytest.raises(ValueError, match="must accept keyword arguments"):
        boto3.client("sqs").meta.events.register("before-send", Heard().one)


def test_an_alias_of_an_event_is_found_by_every_client():
    with Cloud():
        first = boto3.client("logs").meta.events
        aliases = {name: first._alias_event_name(name) for name in ("before-call.logs", "before-call.sqs", "x.elb.y")}
        again = boto3.client("logs").meta.events
    assert aliases["before-call.logs"] == "before-call.cloudwatch-logs"
    assert aliases["before-call.sqs"] == "before-call.sqs"
    assert {name: again._alias_event_name(name) for name in aliases} == aliases
    assert EventAliaser(None, {"logs": "other"})._alias_event_name("before-call.logs") == "before-call.other"


def test_sessions_share_the_models_that_they_have_read(monkeypatch, tmp_path):
    def models():
        return boto3.Session()._session.get_component("data_loader")

    before = models()
    assert models() is before
    assert before.load_service_model("sqs", "service-2") is models().load_service_model("sqs", "service-2")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert models() is not before
    assert str(tmp_path) in models().search_paths


def test_moto_looks_for_its_services_once(monkeypatch):
    listed = []
    moto.core.utils._load_service_model("sqs", "service-2")
    plain = os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: listed.append(str(folder)) or plain(folder))
    model = moto.core.utils._load_service_model("swf", "service-2")
    assert model["metadata"]["serviceId"] == "SWF"
    assert {Path(folder).name for folder in listed} <= {"swf"}


def test_an_accounts_part_of_a_service_is_made_once_and_again_after_a_reset():
    """moto's list of what is in use is what its reset empties."""
    for _ in range(2):
        with Cloud():
            boto3.client("ssm").put_parameter(Name="a", Value="1", Type="String")
            accounts = moto.backends.get_backend("ssm")
            (account,) = accounts
            here = accounts[account]["us-east-1"]
            assert accounts[account]["us-east-1"] is here and here.get_parameter("a").value == "1"
            assert accounts[account]["eu-west-1"] is not here
            assert (
                moto.backends.get_backend("iam")[account]["global"] is moto.backends.get_backend("iam")[account]["aws"]
            )
            assert accounts in BackendDict._instances
            with pytest.raises(KeyError):
                accounts[account]["middle-earth-1"]
        assert not accounts and accounts not in BackendDict._instances
