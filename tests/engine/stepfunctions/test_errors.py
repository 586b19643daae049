"""Retry, Catch, timeouts and limits: which errors match, when the next attempt comes, what is kept."""

import pytest

from motoclock.trace import Kind
from tests.engine.stepfunctions import handlers


def invoke(arn, **more):
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": arn, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        **more,
    }


def retry(*errors, **more):
    return {"ErrorEquals": list(errors), **more}


@pytest.fixture
def refuse(cloud):
    return cloud.deploy(handlers.refuse)


def attempts(cloud):
    return [round(event.at, 1) for event in cloud.trace.of_kind(Kind.INVOKED)]


def test_a_retrier_waits_one_two_and_four_seconds_by_default(machines, cloud, refuse):
    found = machines.run({"T": invoke(refuse, Retry=[retry("PaymentRefused")], End=True)})
    assert (found["status"], found["error"]) == ("FAILED", "PaymentRefused")
    waits = [event.detail.wait_s for event in cloud.trace.of_kind(Kind.RETRIED)]
    assert waits == [1, 2, 4]
    assert len(attempts(cloud)) == 4
    assert [event.detail.attempt for event in cloud.trace.of_kind(Kind.RETRIED)] == [2, 3, 4]


def test_interval_back_off_and_longest_delay_are_the_retriers_own(machines, cloud, refuse):
    retrier = retry("States.ALL", IntervalSeconds=3, BackoffRate=3, MaxAttempts=4, MaxDelaySeconds=20)
    machines.run({"T": invoke(refuse, Retry=[retrier], End=True)})
    assert [event.detail.wait_s for event in cloud.trace.of_kind(Kind.RETRIED)] == [3, 9, 20, 20]


def test_full_jitter_draws_from_the_seed_and_never_waits_longer(machines, cloud, refuse):
    retrier = retry("States.ALL", IntervalSeconds=10, BackoffRate=1, MaxAttempts=20, JitterStrategy="FULL")
    machines.run({"T": invoke(refuse, Retry=[retrier], End=True)})
    waits = [event.detail.wait_s for event in cloud.trace.of_kind(Kind.RETRIED)]
    assert len(set(waits)) == 20
    assert all(0 <= wait <= 10 for wait in waits)


def test_no_attempts_is_never(machines, cloud, refuse):
    machines.run({"T": invoke(refuse, Retry=[retry("PaymentRefused", MaxAttempts=0), retry("States.ALL")], End=True)})
    assert len(attempts(cloud)) == 1


def test_the_first_retrier_that_matches_wins_and_each_counts_for_itself(machines, cloud):
    states = {
        "P": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "A"}}}],
            "Retry": [
                retry("B", IntervalSeconds=50),
                retry("A", IntervalSeconds=2, MaxAttempts=1),
                retry("States.ALL"),
            ],
            "End": True,
        }
    }
    machines.run(states)
    assert [event.detail.wait_s for event in cloud.trace.of_kind(Kind.RETRIED)] == [2]


def test_catch_comes_after_the_retries_and_result_path_keeps_the_input(machines, refuse, cloud):
    states = {
        "T": invoke(
            refuse,
            Retry=[retry("PaymentRefused", MaxAttempts=1)],
            Catch=[{"ErrorEquals": ["PaymentRefused"], "ResultPath": "$.error", "Next": "Refund"}],
            End=True,
        ),
        "Refund": {"Type": "Pass", "End": True},
    }
    output = machines.run(states, {"order": 7})["output"]
    assert output["order"] == 7
    assert output["error"]["Error"] == "PaymentRefused"
    assert "no money" in output["error"]["Cause"]
    assert cloud.trace.of_kind(Kind.EXITED)[0].detail.error == "PaymentRefused"


def test_without_result_path_the_error_replaces_the_input(machines, refuse):
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]
    states = {"T": invoke(refuse, Catch=caught, End=True), "Done": {"Type": "Succeed"}}
    assert set(machines.run(states, {"order": 7})["output"]) == {"Error", "Cause"}


@pytest.mark.parametrize(
    ("error", "names", "is_caught"),
    [
        ("Custom", ["States.ALL"], True),
        ("Custom", ["States.TaskFailed"], True),
        ("Custom", ["Other"], False),
        ("States.Timeout", ["States.ALL"], True),
        ("States.Timeout", ["States.TaskFailed"], False),
        ("States.Runtime", ["States.ALL"], False),
        ("States.Runtime", ["States.TaskFailed"], False),
        ("States.DataLimitExceeded", ["States.ALL"], False),
        ("States.DataLimitExceeded", ["States.DataLimitExceeded"], True),
    ],
)
def test_wildcards_catch_all_errors_but_those_that_aws_excepts(machines, error, names, is_caught):
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": error}}}
    caught = [{"ErrorEquals": names, "Next": "Done"}]
    states = {
        "P": {"Type": "Parallel", "Branches": [branch], "Catch": caught, "End": True},
        "Done": {"Type": "Succeed"},
    }
    assert machines.run(states)["status"] == ("SUCCEEDED" if is_caught else "FAILED")


def test_a_task_that_takes_longer_than_timeout_seconds_is_states_timeout(machines, cloud):
    slow = cloud.deploy(handlers.slow, timeout=60)
    caught = [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}]
    states = {
        "T": invoke(slow, TimeoutSeconds=2, Catch=caught, End=True),
        "Late": {"Type": "Pass", "Result": "late", "End": True},
    }
    execution = machines.start(machines.make(states), {"seconds": 30})
    cloud.run(seconds=3)
    found = machines.look(execution)
    assert found["output"] == "late"
    assert (found["stopDate"] - found["startDate"]).total_seconds() == 2
    assert "TaskTimedOut" in machines.types(execution)


def test_the_function_runs_on_after_its_task_has_timed_out(machines, cloud):
    slow = cloud.deploy(handlers.slow, timeout=60)
    machines.run({"T": invoke(slow, TimeoutSeconds=2, End=True)}, {"seconds": 30})
    assert len(cloud.trace.of_kind(Kind.SUCCEEDED)) == 1
    assert cloud.elapsed > 30


def test_a_machines_timeout_seconds_ends_the_execution_as_timed_out(machines, cloud):
    machine = machines.make({"W": {"Type": "Wait", "Seconds": 100, "End": True}}, TimeoutSeconds=30)
    execution = machines.start(machine)
    cloud.run()
    found = machines.look(execution)
    assert found["status"] == "TIMED_OUT"
    assert cloud.elapsed == 30
    assert machines.types(execution)[-1] == "ExecutionTimedOut"


def test_a_functions_error_type_is_the_states_error_for_both_kinds_of_lambda_task(machines, cloud):
    crash = cloud.deploy(handlers.crash)
    optimised = machines.run({"T": invoke(crash, End=True)}, name="optimised")
    plain = machines.run({"T": {"Type": "Task", "Resource": crash, "End": True}}, name="plain")
    assert optimised["error"] == plain["error"] == "ValueError"
    assert '"errorMessage": "a bug"' in plain["cause"]
    assert '"errorMessage":"a bug"' in optimised["cause"]


def test_a_refusal_of_lambda_has_the_prefix_lambda(machines, cloud):
    arn = cloud.deploy(handlers.echo, reserved_concurrency=0)
    throttled = machines.run({"T": invoke(arn, End=True)}, name="a")
    missing = machines.run({"T": invoke("nobody", End=True)}, name="b")
    plain = machines.run({"T": {"Type": "Task", "Resource": arn, "End": True}}, name="c")
    assert throttled["error"] == plain["error"] == "Lambda.TooManyRequestsException"
    assert missing["error"] == "Lambda.ResourceNotFoundException"


def test_more_than_256_kib_between_states_is_data_limit_exceeded(machines, cloud):
    half = 128 * 1024 - 100
    double = {"Type": "Pass", "Parameters": {"a.$": "$.text", "b.$": "$.text"}, "End": True}
    assert machines.run({"P": double}, {"text": "x" * half}, name="fits")["status"] == "SUCCEEDED"
    found = machines.run({"P": double}, {"text": "x" * (half + 200)}, name="too-much")
    assert found["error"] == "States.DataLimitExceeded"


def test_an_intrinsic_function_that_cannot_compute_is_an_intrinsic_failure(machines):
    parameters = {"a.$": "States.StringToJson($.text)"}
    found = machines.run({"P": {"Type": "Pass", "Parameters": parameters, "End": True}}, {"text": "{"})
    assert found["error"] == "States.IntrinsicFailure"


def test_a_saga_undoes_what_was_done_in_reverse_order(machines, cloud):
    echo, refuse = cloud.deploy(handlers.echo), cloud.deploy(handlers.refuse)

    def step(arn, following, undo):
        catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": undo}]
        return {**invoke(arn, ResultPath=None, Catch=catch), "OutputPath": "$", **following}

    states = {
        "ReserveFlight": step(echo, {"Next": "ReserveHotel"}, "Failed"),
        "ReserveHotel": step(echo, {"Next": "Pay"}, "CancelFlight"),
        "Pay": step(refuse, {"End": True}, "CancelHotel"),
        "CancelHotel": {**invoke(echo, ResultPath=None, Next="CancelFlight"), "OutputPath": "$"},
        "CancelFlight": {**invoke(echo, ResultPath=None, Next="Failed"), "OutputPath": "$"},
        "Failed": {"Type": "Fail", "Error": "BookingFailed", "CausePath": "$.error.Error"},
    }
    found = machines.run(states, {"trip": 1})
    entered = [event.detail.state for event in cloud.trace.of_kind(Kind.ENTERED) if event.detail.state]
    assert entered == ["ReserveFlight", "ReserveHotel", "Pay", "CancelHotel", "CancelFlight", "Failed"]
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "BookingFailed", "PaymentRefused")


def test_a_failed_branch_writes_that_its_siblings_and_its_own_task_were_aborted(machines, cloud):
    """Recorded in November 2024 for a branch's own task; a waiting sibling likewise."""
    fails = {"StartAt": "F", "States": {"F": {"Type": "Task", "Resource": cloud.deploy(handlers.refuse), "End": True}}}
    waits = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}
    found = machines.run({"P": {"Type": "Parallel", "Branches": [fails, waits], "End": True}})
    types = machines.types(found["executionArn"])
    assert types[-5:] == [
        "LambdaFunctionFailed",
        "WaitStateAborted",
        "TaskStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
