"""How many invocations run at once: the account's pool, reservations, the scaling rate."""

from contextlib import suppress

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from motoclock.functions import Throttled
from motoclock.trace import Kind

SLEEP = "import time\ndef handler(event, context): time.sleep(event or 1)"


def invoke(account, name="f", payload=b"1"):
    return account.functions.invoke(name, payload, mode="synchronous", source="invoke", message_ids=("m",))


def start(account, count, name="f", payload=b"1"):
    """Start invocations as other Tasks; what is throttled is in the trace."""

    def attempt():
        with suppress(Throttled):
            invoke(account, name, payload)

    for _ in range(count):
        account.later(0, attempt)


def reasons(account):
    return [event.detail.reason for event in account.kinds(Kind.THROTTLED)]


def test_two_handlers_that_wait_at_once_overlap(account):
    account.make("f", SLEEP)
    start(account, 2)
    account.run()
    assert account.clock.now == pytest.approx(1.2)
    assert [event.detail.environment for event in account.kinds(Kind.INVOKED)] == ["f-1", "f-2"]


@pytest.mark.options(account_concurrency=3)
def test_the_accounts_pool_is_shared_by_all_functions(account):
    account.make("f", SLEEP)
    account.make("g", SLEEP)
    start(account, 2, "f")
    start(account, 2, "g")
    account.run()
    assert reasons(account) == ["account concurrency 3 in use"]
    assert account.kinds(Kind.THROTTLED)[0].detail.message_ids == ("m",)


@pytest.mark.options(account_concurrency=3)
def test_reserved_capacity_is_out_of_reach_of_the_others_and_a_limit_for_its_owner(account):
    account.make("f", SLEEP)
    account.make("g", SLEEP)
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=2)
    assert (account.functions.concurrency_free("f"), account.functions.concurrency_free("g")) == (2, 1)
    start(account, 3, "f")
    start(account, 2, "g")
    account.run()
    assert reasons(account) == ["reserved concurrency 2 in use", "account concurrency 1 in use"]
    account.client.delete_function_concurrency(FunctionName="f")
    assert (account.functions.concurrency_free("f"), account.functions.concurrency_free("g")) == (3, 3)


def test_a_reservation_of_zero_throttles_everything(account):
    account.make("f", SLEEP)
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    with pytest.raises(Throttled, match="reserved concurrency 0"):
        invoke(account)
    assert account.functions.invocations == 0
    assert account.client.get_function_concurrency(FunctionName="f")["ReservedConcurrentExecutions"] == 0


def test_the_api_answers_429_with_awss_reason(account):
    account.make("f", SLEEP)
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    client = boto3.client("lambda", config=Config(retries={"max_attempts": 0}))
    with pytest.raises(client.exceptions.TooManyRequestsException) as refused:
        client.invoke(FunctionName="f")
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert response["Error"]["Code"] == "TooManyRequestsException"


def test_a_hundred_must_be_left_for_the_functions_that_reserve_nothing(account):
    account.make("f", SLEEP)
    account.make("g", SLEEP)
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=800)
    with pytest.raises(ClientError, match=r"UnreservedConcurrentExecution below its minimum value of \[100\]"):
        account.client.put_function_concurrency(FunctionName="g", ReservedConcurrentExecutions=101)
    account.client.put_function_concurrency(FunctionName="g", ReservedConcurrentExecutions=100)
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=700)


@pytest.mark.options(account_concurrency=500)
def test_the_account_tells_its_limit_and_what_nobody_has_reserved(account):
    account.make("f", "def handler(event, context): pass")
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=30)
    limit = account.client.get_account_settings()["AccountLimit"]
    assert (limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]) == (500, 470)


def test_a_slot_is_free_again_when_an_invocation_fails(account):
    account.make("f", "def handler(event, context): 1 / 0")
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    assert [invoke(account).ok for _ in range(3)] == [False] * 3


@pytest.mark.options(account_concurrency=5000)
def test_a_function_gets_a_thousand_new_environments_in_ten_seconds(account):
    account.make("f", "import time\ndef handler(event, context): time.sleep(60)", Timeout=100)
    start(account, 1001)
    account.clock.sleep(1)
    assert reasons(account) == ["scaling rate: 1,000 new environments in 10 s"]
    assert account.functions.concurrency_free("f") == 0
    account.clock.sleep(10)
    assert account.functions.concurrency_free("f") == 1000
    start(account, 1)
    account.clock.sleep(1)
    assert len(reasons(account)) == 1


def test_versions_share_the_functions_reservation(account):
    account.make("f", SLEEP)
    account.client.publish_version(FunctionName="f")
    account.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    start(account, 1, "f:1")
    start(account, 1, "f")
    account.run()
    assert reasons(account) == ["reserved concurrency 1 in use"]
