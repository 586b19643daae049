"""Seam: moto's CloudWatch answers with the metrics of AWS services, told from the trace when somebody asks.

moto computes such metrics only for Kinesis and S3, by counting what is stored. Nothing is spent on metrics until one is read.
"""

import datetime

from moto.cloudwatch.models import CloudWatchBackend, MetricDatum

from motoclock.clock import EPOCH
from motoclock.metrics import points
from motoclock.world import ACCOUNT, REGION, current_world


def install() -> None:
    setattr(CloudWatchBackend, "aws_metric_data", property(_metric_data))  # noqa: B010 - a property of moto's own


def _metric_data(backend: CloudWatchBackend) -> list[MetricDatum]:
    world = current_world()
    if world is None or (backend.account_id, backend.region_name) != (ACCOUNT, REGION):
        return []
    return [
        MetricDatum(
            namespace=point.namespace,
            name=point.name,
            value=point.value,
            dimensions=[{"Name": name, "Value": value} for name, value in point.dimensions],
            timestamp=(EPOCH + datetime.timedelta(seconds=point.at)).replace(tzinfo=None),
            unit=point.unit,
        )
        for point in points(world.trace)
    ]
