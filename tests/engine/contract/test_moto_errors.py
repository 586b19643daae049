"""Contract: moto still asks `get_exception_service_model` by the name of the module, and our answer stands in the way."""

import moto.core.errors
from botocore.exceptions import UnknownServiceError
from moto.sns.exceptions import SNSException

from motoclock.services.seams import moto_errors
from motoclock.services.sns.refusals import InvalidState


def test_an_error_of_ours_belongs_to_no_service_of_moto() -> None:
    assert moto.core.errors.get_exception_service_model(InvalidState("x")) is None


def test_an_error_of_motos_is_still_found() -> None:
    assert moto.core.errors.get_exception_service_model(SNSException("x")).service_name == "sns"


def test_the_seam_is_still_needed() -> None:
    try:
        moto_errors._moto_answers(InvalidState("x"))
    except UnknownServiceError:
        return
    raise AssertionError("moto no longer takes motoclock for itself: the seam can go.")
