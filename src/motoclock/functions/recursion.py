"""Loop detection: a function that has run about sixteen times in one chain of requests is not run again, unless it may.

docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html. Modelled: exactly sixteen; AWS says "approximately".
"""

from moto.awslambda.models import lambda_backends

from motoclock.facts import lambda_
from motoclock.functions.outcome import RecursionStopped
from motoclock.world import ACCOUNT, REGION

PASSES_MAX = lambda_.LOOP_GUARD_PASSES.value
TERMINATE, ALLOW = lambda_.LOOP_GUARD_ACTIONS.value


def stop_loops(name: str, passes: int) -> None:
    """RecursionStopped when this would be one run too many. `passes` counts it; the setting belongs to the function, not a version."""
    if passes <= PASSES_MAX:
        return
    function = lambda_backends[ACCOUNT][REGION]._lambdas.get_function_by_name_with_qualifier(name, None)
    if getattr(function, "recursive_loop", TERMINATE) != ALLOW:
        raise RecursionStopped(passes - 1)
