"""What a function's code may be, and the layers below it. What AWS checks of them and moto does not, or in other words.

Recorded on AWS in November 2025 and January 2026. Modelled: layers of other accounts are not there.
"""

import base64
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError, UnknownLayerException
from moto.awslambda.models import LambdaBackend, LayerVersion
from moto.s3.exceptions import MissingBucket, MissingKey
from moto.s3.models import s3_backends

from motoclock.arn import Arn
from motoclock.facts import lambda_
from motoclock.services.lambda_.naming import NotFound

_TOLD_OF_LAYERS = ("Description", "LicenseInfo", "CompatibleArchitectures", "CompatibleRuntimes")
_LAYERS_MAX = lambda_.LAYERS_MAX.value


class TooLarge(LambdaClientError):
    code = 413

    def __init__(self, message: str):
        super().__init__("RequestEntityTooLargeException", message)


class SevenLayerVersion(LayerVersion):
    """moto's, which tells of what was given, and of nothing else but the description."""

    def __init__(self, spec: dict[str, Any], account_id: str, region: str):
        super().__init__(spec, account_id, region)
        self._given = {name: spec[name] for name in _TOLD_OF_LAYERS if spec.get(name) is not None}

    def get_layer_version(self) -> dict[str, Any]:
        told = super().get_layer_version()
        return {name: told[name] for name in told if name not in _TOLD_OF_LAYERS} | {"Description": "", **self._given}


class Layers(LambdaBackend):
    """The part of the Lambda backend that finds layers."""

    def publish_layer_version(self, spec: dict[str, Any]) -> LayerVersion:
        made = SevenLayerVersion(spec, account_id=self.account_id, region=self.region_name)
        self._layers.put_layer_version(made)
        return made

    def get_layer_version(self, layer_name: str, layer_version: str) -> Any:
        _check_number(layer_version)
        try:
            return super().get_layer_version(layer_name, layer_version)
        except UnknownLayerException:
            raise NotFound("The resource you requested does not exist.") from None

    def delete_layer_version(self, layer_name: str, layer_version: str) -> None:
        """One that is not there is gone already."""
        _check_number(layer_version)
        try:
            super().delete_layer_version(layer_name, layer_version)
        except UnknownLayerException:
            return

    def all_layer_versions(self) -> list[LayerVersion]:
        return [version for name in self._layers._layers for version in self._layers.get_layer_versions(name)]

    def check_layers(self, arns: Sequence[str]) -> None:
        """What a function's list of layers may be."""
        if len(arns) > _LAYERS_MAX:
            raise InvalidParameterValueException(f"Cannot reference more than {_LAYERS_MAX} layers.")
        region = self.region_name
        if any(Arn.of(arn).region != region for arn in arns):
            raise InvalidParameterValueException(
                f"Layers are not in the same region as the function. Layers are expected to be in region {region}."
            )
        seen: dict[str, str] = {}
        for arn in arns:
            if self.layers_versions_by_arn(arn) is None:
                raise InvalidParameterValueException(f"Layer version {arn} does not exist.")
            layer = arn.rpartition(":")[0]
            if layer in seen:
                raise InvalidParameterValueException(
                    "Two different versions of the same layer are not allowed to be referenced in the same function. "
                    f"{seen[layer]} and {arn} are versions of the same layer."
                )
            seen[layer] = arn


def check_upload(code: dict[str, Any], account_id: str, partition: str) -> None:
    """What comes with the request, or lies in a bucket."""
    if code.get("S3Bucket"):
        check_package(_in_bucket(code, account_id, partition))
        return
    packed = code.get("ZipFile") or ""
    zipped = len(packed) * 3 // 4 if isinstance(packed, str) else len(packed)
    if zipped >= lambda_.PACKAGE_ZIPPED_MAX_BYTES.value:
        raise TooLarge(f"Zipped size must be smaller than {lambda_.PACKAGE_ZIPPED_MAX_BYTES.value} bytes")
    if packed:
        check_package(base64.b64decode(packed) if isinstance(packed, str) else packed)


def check_package(packed: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            unzipped = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        raise InvalidParameterValueException(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    if unzipped >= lambda_.PACKAGE_UNZIPPED_MAX_BYTES.value:
        raise InvalidParameterValueException(
            f"Unzipped size must be smaller than {lambda_.PACKAGE_UNZIPPED_MAX_BYTES.value} bytes"
        )


def _in_bucket(code: dict[str, Any], account_id: str, partition: str) -> bytes:
    try:
        found = s3_backends[account_id][partition].get_object(code["S3Bucket"], code.get("S3Key") or "")
    except MissingBucket:
        raise _not_got("NoSuchBucket", "The specified bucket does not exist") from None
    except MissingKey:
        found = None
    if found is None:
        raise _not_got("NoSuchKey", "The specified key does not exist.")
    return found.value


def _not_got(code: str, message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(
        f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    )


def _check_number(layer_version: str) -> None:
    if int(layer_version) < 1:
        raise InvalidParameterValueException("Layer Version Cannot be less than 1")
