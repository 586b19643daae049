"""Seam: moto takes an error of ours for what it is.

moto 5.2.5 asks which service an exception belongs to by the name of its module: whatever starts with "moto" counts as moto's own, so
`motoclock.services.sns.refusals` would be an error of a service called "services".
"""

import moto.core.errors

_moto_answers = moto.core.errors.get_exception_service_model


def install() -> None:
    moto.core.errors.get_exception_service_model = _service_model


def _service_model(exception: Exception) -> object | None:
    """None where the service that was called says all there is to say."""
    return None if type(exception).__module__.partition(".")[0] == "motoclock" else _moto_answers(exception)
