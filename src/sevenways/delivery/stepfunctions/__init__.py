"""State machines and the rest of the Cloud: starting them for other services, and HTTP for their tasks.

Executions themselves run in moto's interpreter, on our clock: see `moto_seams/stepfunctions/`.
"""

from sevenways.delivery.stepfunctions.starting import StepFunctions

__all__ = ["StepFunctions"]
