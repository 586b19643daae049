"""The Step Functions seam: what it replaces in moto is still what it was when it was replaced."""

import ast
import hashlib
import threading
from importlib.util import find_spec
from pathlib import Path

import boto3
import pytest

from motoclock import Cloud
from motoclock.extras.stepfunctions import interpreter, stand_ins
from tests.processes import printed_by

_ASL = "moto.stepfunctions.parser.asl"
_STATE = f"{_ASL}.component.state"
_SERVICE = f"{_STATE}.exec.state_task.service"
_MAP = f"{_STATE}.exec.state_map.iteration"
# Digests of the source of each function that the seam replaces, in moto 5.2.5. One that differs: read moto's new version, decide what
# the replacement must take over, and put the new digest here.
REPLACED = {
    f"{_ASL}.component.eval_component:EvalComponent.eval": "cdbecaa23b37",
    f"{_ASL}.component.eval_component:EvalComponent.heap_key": "b03800e96396",
    f"{_ASL}.component.program.program:Program.eval": "b65ba5ca9c55",
    f"{_ASL}.component.program.program:Program._eval_body": "c06485de337c",
    f"{_ASL}.component.common.error_name.error_equals_decl:ErrorEqualsDecl._eval_body": "3dd07e989641",
    f"{_ASL}.component.common.error_name.custom_error_name:CustomErrorName.__init__": "bfb3d71916b4",
    f"{_ASL}.component.common.error_name.failure_event:FailureEventException.get_execution_failed_event_details": "c3517839aecf",
    f"{_ASL}.component.common.retry.retrier_decl:RetrierDecl._eval_body": "c816d4644fe2",
    f"{_ASL}.component.common.string.string_expression:StringIntrinsicFunction._eval_body": "20a35349d7f0",
    f"{_ASL}.component.common.string.string_expression:StringJSONata._eval_body": "51612cd7e6f7",
    f"{_ASL}.component.common.string.string_expression:StringVariableSample._eval_body": "b0a92dcc1a8b",
    f"{_ASL}.eval.environment:Environment.program_state": "8651da959236",
    f"{_ASL}.eval.environment:Environment.set_stop": "baeb15b04369",
    f"{_ASL}.eval.event.event_manager:EventManager.add_event": "26e450d7bdaa",
    f"{_ASL}.eval.variable_store:VariableStore.get_assigned_variables": "df6a16ff9166",
    f"{_ASL}.eval.callback.callback:CallbackEndpoint.interrupt_all": "d53dfa5d3e31",
    f"{_ASL}.parse.asl_parser:AmazonStateLanguageParser.parse": "a247b919a584",
    f"{_ASL}.parse.preprocessor:Preprocessor._inner_string_of": "1226f29ab15e",
    f"{_ASL}.utils.boto_client:boto_client_for": "2c53599692cb",
    f"{_STATE}.state:CommonStateField._eval_body": "cbfa5e4914ea",
    f"{_STATE}.choice.state_choice:StateChoice._eval_state": "42952f0bf5e0",
    f"{_STATE}.wait.wait_function.wait_function:WaitFunction._wait_interval": "778fc7df842c",
    f"{_STATE}.wait.wait_function.timestamp:Timestamp._get_wait_seconds": "06a25baec543",
    f"{_STATE}.exec.execute_state:ExecutionState._evaluate_with_timeout": "999d88984b13",
    f"{_STATE}.exec.execute_state:ExecutionState._eval_state": "b9592b3ab60f",
    f"{_STATE}.exec.execute_state:ExecutionState.from_state_props": "119a9c092645",
    f"{_STATE}.exec.execute_state:ExecutionState._handle_catch": "2036ff63d9d2",
    f"{_STATE}.exec.state_parallel.branches_decl:BranchesDecl._eval_body": "0d4cc13afb20",
    f"{_STATE}.exec.state_task.lambda_eval_utils:execute_lambda_function_integration": "49295e95bce3",
    f"{_STATE}.exec.state_task.state_task_lambda:StateTaskLambda._from_error": "bbb9ef730831",
    f"{_SERVICE}.state_task_service:StateTaskService._normalise_parameters": "e38c815b248c",
    f"{_SERVICE}.state_task_service:StateTaskService._normalise_response": "29e16699c761",
    f"{_SERVICE}.state_task_service_callback:StateTaskServiceCallback._eval_wait_for_task_token": "6d948df5c634",
    f"{_SERVICE}.state_task_service_callback:StateTaskServiceCallback._eval_integration_pattern": "2c427af472d6",
    f"{_SERVICE}.state_task_service_callback:StateTaskServiceCallback._eval_sync": "c1f404499329",
    f"{_SERVICE}.state_task_service_callback:StateTaskServiceCallback._from_error": "05769a2a9ff6",
    f"{_SERVICE}.state_task_service_dynamodb:StateTaskServiceDynamoDB._from_error": "4610bd27fc00",
    f"{_SERVICE}.state_task_service_lambda:StateTaskServiceLambda._from_error": "4ea8b4446df8",
    f"{_SERVICE}.state_task_service_sfn:StateTaskServiceSfn._build_sync_resolver": "e1305615647d",
    f"{_SERVICE}.state_task_service_sfn:StateTaskServiceSfn._build_sync2_resolver": "ba2da6a44a53",
    f"{_MAP}.inline_iteration_component:InlineIterationComponent._eval_body": "18caa97c597d",
    f"{_MAP}.distributed_iteration_component:DistributedIterationComponent._map_run": "1d4d04e81e3d",
    f"{_MAP}.iteration_worker:IterationWorker.eval": "184b4b6f1578",
    f"{_MAP}.iteration_worker:IterationWorker._eval_job": "7051a6da0f31",
    f"{_MAP}.iteration_worker:IterationWorker._eval_pool": "5ad25eac22c9",
    f"{_MAP}.itemprocessor.distributed_item_processor_worker:DistributedItemProcessorWorker.eval": "71043ca73403",
    f"{_MAP}.iterator.distributed_iterator_worker:DistributedIteratorWorker.eval": "71043ca73403",
    "moto.stepfunctions.parser.quotas:is_within_size_quota": "370d454c40a9",
    "moto.stepfunctions.models:StateMachine.create_from_cloudformation_json": "e893f9cc14a4",
    "moto.stepfunctions.models:StateMachine.update_from_cloudformation_json": "e62580b11ba7",
    "moto.stepfunctions.models:StateMachine.delete_from_cloudformation_json": "49ab356e1b14",
    "moto.stepfunctions.models:StepFunctionBackend.create_state_machine": "6f94116277ae",
    "moto.stepfunctions.responses:StepFunctionResponse.start_execution": "6d7752b0ab64",
}


def digest_of(place: str) -> str:
    module, _, path = place.partition(":")
    text = Path(find_spec(module).origin).read_text()
    node = ast.parse(text)
    for name in path.split("."):
        node = next(each for each in node.body if getattr(each, "name", "") == name)
    return hashlib.sha256(ast.get_source_segment(text, node).encode()).hexdigest()[:12]


@pytest.mark.parametrize("place", REPLACED, ids=lambda place: place.rpartition(":")[2])
def test_what_the_seam_replaces_is_still_what_it_was(place):
    assert digest_of(place) == REPLACED[place]


def test_no_module_of_the_interpreter_keeps_real_threads_time_or_chance():
    interpreter.load()
    real = {"threading", "time", "random", "datetime", "uuid"}
    kept = {
        f"{module.__name__}.{name}"
        for module in interpreter.interpreter_modules()
        for name, value in vars(module).items()
        if getattr(value, "__name__", "") in real and type(value).__name__ == "module"
    }
    assert not {name for name in kept if not name.endswith("factory.uuid")}  # its own module of that name
    threads = [
        f"{module.__name__}.{name}"
        for module in interpreter.interpreter_modules()
        for name, value in vars(module).items()
        if value in (threading.Thread, threading.Event, threading.Lock, threading.Condition)
    ]
    assert not threads


def test_the_interpreter_is_not_loaded_before_the_first_state_machine():
    code = (
        "import sys, boto3; from motoclock import Cloud; cloud = Cloud();"
        "boto3.client('sqs').create_queue(QueueName='q'); boto3.client('stepfunctions').list_state_machines();"
        "cloud.run(); assert 'antlr4' not in sys.modules and 'moto.stepfunctions.parser.asl' not in sys.modules"
    )
    assert printed_by("-c", code) == ""


def test_an_execution_starts_no_thread():
    before = threading.active_count()
    with Cloud() as cloud:
        states = boto3.client("stepfunctions")
        definition = '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}}'
        made = states.create_state_machine(name="m", definition=definition, roleArn="arn:aws:iam::123456789012:role/r")
        states.start_execution(stateMachineArn=made["stateMachineArn"])
        cloud.run()
        assert threading.active_count() == before
        assert cloud.elapsed == 9


def test_nothing_remembers_the_threads_that_were_started():
    interpreter.load()
    from moto.stepfunctions.parser import utils

    assert isinstance(utils.TMP_THREADS, stand_ins.Forgetful)
    assert utils.TMP_THREADS == []


def test_the_whole_interpreter_is_loaded_at_once():
    interpreter.load()
    before = {module.__name__ for module in interpreter.interpreter_modules()}
    with Cloud():
        states, role = boto3.client("stepfunctions"), "arn:aws:iam::123456789012:role/r"
        states.test_state(definition='{"Type": "Pass", "End": true}', roleArn=role, input="{}")
    assert {module.__name__ for module in interpreter.interpreter_modules()} == before


WITHOUT_EC2 = """
import json, sys
import boto3
from motoclock import Cloud

with Cloud() as cloud:
    machines = boto3.client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
    role = "arn:aws:iam::123456789012:role/r"
    arn = machines.create_state_machine(name="m", definition=json.dumps(definition), roleArn=role)["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=arn)["executionArn"]
    cloud.run()
    status = machines.describe_execution(executionArn=execution)["status"]
    loaded = [name for name in ("moto.ec2.models", "moto.batch", "moto.batch.utils") if name in sys.modules]
    queues = boto3.client("batch").describe_job_queues()["jobQueues"]
    print(status, loaded, queues, "moto.batch.models" in sys.modules)
"""


def test_the_interpreter_loads_without_ec2_and_batch_is_motos_own_afterwards() -> None:
    assert (
        printed_by("-c", WITHOUT_EC2) == "SUCCEEDED ['moto.batch.utils'] [] True"
    )  # the enumeration's own module stays
