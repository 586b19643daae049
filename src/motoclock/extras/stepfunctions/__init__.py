"""Seam: state machines run on moto's own interpreter, on the virtual clock.

moto 5.2.5 ships a complete interpreter of the Amazon States Language that uses threads and real sleeps. Its modules get Tasks and
virtual waits in place of `threading` and `time` (`stand_ins`, `interpreter`), and the behaviour that differs from AWS is replaced
method by method, a module a theme: the list is in `interpreter`. What moto lacks is ours: workers of activities (`activities`), HTTP
tasks (`http_tasks`), the Map Runs of a distributed Map (`distributed`, `map_runs`, `item_reader`, `result_writer`), redrives
(`progress`), the grammar of intrinsic functions (`intrinsics`), status events (`status_events`), and TestState with mocks
(`single_states`, `mocked_results`). Executions, the API and templates are in `executions`, `backend`, `responses` and
`cloudformation`. The interpreter takes 1.3 s to load, so the first state machine does.
"""

import re

from moto import backend_index
from moto.stepfunctions.models import StateMachine, stepfunctions_backends

from motoclock.extras.stepfunctions import cloudformation
from motoclock.extras.stepfunctions.backend import SevenStepFunctionsBackend
from motoclock.extras.stepfunctions.responses import SYNC_HOST
from motoclock.extras.stepfunctions.starting import StepFunctions

__all__ = ["SevenStepFunctionsBackend", "StepFunctions", "install"]


def install() -> None:
    """Backends are made on first use, so this must come before the first Step Functions call."""
    stepfunctions_backends.backend = SevenStepFunctionsBackend
    backend_index.backend_url_patterns.append(("stepfunctions", re.compile(SYNC_HOST)))
    StateMachine.create_from_cloudformation_json = classmethod(cloudformation.create)
    StateMachine.update_from_cloudformation_json = classmethod(cloudformation.update)
    StateMachine.delete_from_cloudformation_json = classmethod(cloudformation.delete)
    StateMachine.has_cfn_attr = classmethod(cloudformation.has_attribute)
    StateMachine.get_cfn_attribute = cloudformation.attribute
