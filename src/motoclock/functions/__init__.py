"""The Lambda service: loads what is in moto's function, runs it in execution environments, stops it at its timeout.

`LambdaService` is at `world.services.functions` when a Cloud opens; `packaging` turns a handler of a cell into a zip, `deploying`
makes a function of that.
"""

from motoclock.functions.call import Call
from motoclock.functions.outcome import FunctionNotFound, Outcome, RecursionStopped, Status, Throttled
from motoclock.functions.packaging import CannotPackage, Package, package
from motoclock.functions.service import LambdaService

__all__ = [
    "Call",
    "CannotPackage",
    "FunctionNotFound",
    "LambdaService",
    "Outcome",
    "Package",
    "RecursionStopped",
    "Status",
    "Throttled",
    "package",
]
