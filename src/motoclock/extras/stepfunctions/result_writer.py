"""What becomes of the children's results: the state's output, or objects in S3.

Source: Step Functions developer guide, input-output-resultwriter. A child that failed is told as Transformation NONE tells it.
Modelled: one object for each outcome, whatever its size.
"""

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.eval.environment import Environment

from motoclock.extras.stepfunctions.errors import failure
from motoclock.extras.stepfunctions.executions import json_text
from motoclock.extras.stepfunctions.map_fields import MapFields
from motoclock.extras.stepfunctions.map_runs import Child, MapRun
from motoclock.extras.stepfunctions.tasks import client_for
from motoclock.world import REGION

_FILES = {"SUCCEEDED": ("SUCCEEDED",), "FAILED": ("FAILED", "TIMED_OUT", "ABORTED"), "PENDING": ("PENDING",)}


def results_of(env: Environment, run: MapRun, fields: MapFields, destination: dict[str, str] | None) -> Any:
    """The output of the Map: the results in the order of the items, or where they were written."""
    if destination is None:
        return _transformed(run.children, fields.transformation)
    try:
        return _written(run, fields, destination)
    except ClientError as refused:
        message = refused.response["Error"]["Message"]
        raise failure(env, StatesErrorNameType.StatesResultWriterFailed, message) from None


def _transformed(children: list[Child], transformation: str) -> list[Any]:
    if transformation == "NONE":
        return [child.described() for child in children]
    results: list[Any] = []
    for child in children:
        value = child.value if child.status == "SUCCEEDED" else child.described()
        results += value if transformation == "FLATTEN" and isinstance(value, list) else [value]
    return results


def _written(run: MapRun, fields: MapFields, destination: dict[str, str]) -> dict[str, Any]:
    bucket, prefix = destination["Bucket"], destination.get("Prefix", "").rstrip("/")
    folder = f"{prefix}/{run.map_run_arn.rpartition(':')[2]}".lstrip("/")
    s3 = client_for(REGION, "s3")
    files: dict[str, list[dict[str, Any]]] = {}
    for name, statuses in _FILES.items():
        results = _transformed([child for child in run.children if child.status in statuses], fields.transformation)
        files[name] = []
        if results:
            body = _text(results, fields.output_type).encode()
            key = f"{folder}/{name}_0.{fields.output_type.lower()}"
            s3.put_object(Bucket=bucket, Key=key, Body=body)
            files[name].append({"Key": key, "Size": len(body)})
    manifest = {"DestinationBucket": bucket, "MapRunArn": run.map_run_arn, "ResultFiles": files}
    s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=json.dumps(manifest).encode())
    details = {"Bucket": bucket, "Key": f"{folder}/manifest.json"}
    return {"MapRunArn": run.map_run_arn, "ResultWriterDetails": details}


def _text(results: list[Any], output_type: str) -> str:
    return json_text(results) if output_type == "JSON" else "\n".join(json_text(result) for result in results)
